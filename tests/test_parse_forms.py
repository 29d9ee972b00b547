"""`amends parse` on every version of every message, in every form in which messages travel, and damaged at random."""

import random
import re
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import orjson
import pytest
from lxml import etree

from agent.intake import read_message
from app.parse import document
from evals.bench.messages import MESSAGES
from tests.schema_instances import Instances
from tools.errors import UnreadableMessage

UETR = "3c9d5a10-7b21-4e0f-9c44-0d1e2f3a4b5c"
RECALL = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.09"><FIToFIPmtCxlReq><Assgnmt><Id>FRM-ASG-3</Id>'
    "</Assgnmt><Undrlyg><TxInf><OrgnlEndToEndId>FRM-E2E-3</OrgnlEndToEndId>"
    f'<OrgnlUETR>{UETR}</OrgnlUETR><OrgnlIntrBkSttlmAmt Ccy="SEK">77.10</OrgnlIntrBkSttlmAmt>'
    "<CxlRsnInf><Rsn><Cd>AM09</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"
)
SPACE = "urn:iso:std:iso:20022:tech:xsd:camt.056.001.09"
FIN = (
    "{1:F01TULPNL2AAXXX0000000000}{2:I192WRENGB2LXXXXN}{3:{121:" + UETR + "}}{4:\n:20:FRM-CXL-3\n:21:FRM-PAY-3\n"
    ":11S:103\n261111\n:79:/AM09/WRONG SUM\n:32A:261111SEK77,10\n-}"
)


def said(data: bytes | str, suffix: str) -> dict[str, Any]:
    return document(read_message(data.encode() if isinstance(data, str) else data, suffix))


def names(*names: str) -> Callable[[etree._Element], bool]:
    return lambda element: etree.QName(element).localname in names


KINDS = {
    "uetr": names("UETR", "OrgnlUETR"),
    "end_to_end_id": names("EndToEndId", "OrgnlEndToEndId"),
    "instruction_id": names("InstrId", "OrgnlInstrId", "AssgnrInstrId", "AssgneInstrId"),
    "transaction_id": names("TxId", "OrgnlTxId"),
}


def schemas(shared: Path) -> Iterator[Path]:
    found = sorted(path for path in (shared / "xsd").glob("*.xsd") if not path.name.startswith("head"))
    assert len(found) > 150
    return iter(found)


@pytest.mark.parametrize(("seed", "fullness"), [(1, 0.75), (2, 0.4), (3, 0.1)])
def test_every_version_of_every_message_gives_all_its_references_and_amounts(
    shared: Path, seed: int, fullness: float
) -> None:
    for schema in schemas(shared):
        root = Instances(schema, seed=seed, fullness=fullness).document()

        found = said(etree.tostring(root), ".xml")

        assert found["message_type"] == schema.stem
        leaves = [element for element in root.iter() if element.text and len(element) == 0]
        for kind, is_of in KINDS.items():
            expected = list(dict.fromkeys(leaf.text for leaf in leaves if is_of(leaf)))
            assert found["references"][kind] == expected, (schema.stem, kind)
        priced = list(dict.fromkeys((leaf.text, leaf.get("Ccy")) for leaf in leaves if leaf.get("Ccy")))
        assert [(one["amount"], one["currency"]) for one in found["amounts"]] == priced, schema.stem


def test_a_message_of_one_type_has_the_same_case_type_in_all_its_versions(shared: Path) -> None:
    expected = {
        "camt.027": {"non_receipt_received", "missing_cover"},
        "camt.028": {"answer_received"},
        "camt.029": {"answer_received"},
        "camt.037": {"debit_authority"},
        "camt.055": {"recall"},
        "camt.056": {"cancellation_received"},
        "camt.105": {"charges_claim"},
        "camt.106": {"charges_claim"},
        "camt.111": {"answer_received"},
        "pacs.004": {"return_received"},
        "pacs.008": {None},
        "pacs.009": {None},
        "pacs.028": {"status_enquiry"},
    }
    for schema in schemas(shared):
        if schema.name[:8] in expected:
            root = Instances(schema, seed=4, fullness=0.5).document()

            assert said(etree.tostring(root), ".xml")["case_type"] in expected[schema.name[:8]], schema.stem


def test_the_id_of_a_case_status_report_is_its_message_id() -> None:
    report = "<CaseStsRpt><Hdr><Id>FRM-RPT-1</Id></Hdr><Case><Id>FRM-CASE-1</Id></Case></CaseStsRpt>"

    assert said(f"<Document>{report}</Document>", ".xml")["references"]["message_id"] == ["FRM-RPT-1"]


# Forms of the same message.

HEADED = (
    '<w:BusMsg xmlns:w="urn:frm"><a:AppHdr xmlns:a="urn:swift:xsd:$ahV10"><a:MsgRef>FRM-REF</a:MsgRef></a:AppHdr>'
    f"{RECALL}</w:BusMsg>"
)
FORMS = {
    "capitals in the namespace": RECALL.replace(SPACE, SPACE.upper()),
    "older namespace": RECALL.replace("urn:iso:std:iso:20022:tech:xsd:", "urn:swift:xsd:$"),
    "national namespace": RECALL.replace(SPACE, "http://bank.example/de/camt.056.001.09.ch.02"),
    "draft namespace": RECALL.replace("tech:xsd:", "tech:xsd:DRAFT3"),
    "schema location only": RECALL.replace(
        f'xmlns="{SPACE}"',
        f'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{SPACE} camt.056.001.09.xsd"',
    ),
    "no namespace schema location": RECALL.replace(
        f'xmlns="{SPACE}"',
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="camt.056.001.09.xsd"',
    ),
    "older business header": HEADED,
    "padding": RECALL + "\r\n\0\0\0\0",
    "end of file mark": RECALL + "\x1a",
    "fence": f"```xml\n{RECALL}\n```\n",
    "fence and declaration": f'```XML\n<?xml version="1.0" encoding="UTF-8"?>\n{RECALL}\n```\n',
    "comments above": f"# a sample\n// of our own\n\n{RECALL}",
    "values on lines of their own": re.sub(r">([^<>]+)</", r">\n    \1\n  </", RECALL),
}


@pytest.mark.parametrize("suffix", [".xml", ".txt", ""])
@pytest.mark.parametrize("form", FORMS)
def test_a_message_says_the_same_in_every_form(form: str, suffix: str) -> None:
    whole, found = said(RECALL, ".xml"), said(FORMS[form], suffix)

    for told in ("message_type", "case_type", "references", "amounts", "reasons"):
        assert found[told] == whole[told], told


def test_zeros_between_the_characters_are_still_refused() -> None:
    with pytest.raises(UnreadableMessage, match="NUL"):
        read_message(RECALL.replace("FRM-ASG-3", "FRM\0ASG").encode(), ".xml")


def apart(direction: str, header: str) -> str:
    """The FIN message as libraries write it in XML."""
    fields = re.findall(r":([0-9A-Z]{2,3}):([^:]+)(?=\n:|\n-)", FIN.partition("{4:\n")[2])
    tags = "".join(f"<tag>\n<name>{name}</name><value>{value}</value></tag>" for name, value in fields)
    return (
        "<message><block1><applicationId>F</applicationId><serviceId>01</serviceId><logicalTerminal>TULPNL2AAXXX"
        "</logicalTerminal><sessionNumber>0000</sessionNumber><sequenceNumber>000000</sequenceNumber></block1>"
        f'<block2 type="{direction}"><messageType>192</messageType>{header}<messagePriority>N</messagePriority>'
        "</block2>"
        f"<block3><tag><name>121</name><value>{UETR}</value></tag></block3><block4>{tags}</block4></message>"
    )


@pytest.mark.parametrize(
    ("direction", "header"),
    [
        ("input", "<receiverAddress>WRENGB2LXXXX</receiverAddress>"),
        (
            "output",
            "<senderInputTime>1030</senderInputTime><MIRDate>261116</MIRDate><MIRLogicalTerminal>WRENGB2LAXXX"
            "</MIRLogicalTerminal><MIRSessionNumber>0000</MIRSessionNumber><MIRSequenceNumber>000000</MIRSequenceNumber>",
        ),
    ],
)
def test_fin_taken_apart_into_xml_is_put_together_again(direction: str, header: str) -> None:
    whole, message = said(FIN, ".mt"), read_message(apart(direction, header).encode(), ".xml")

    found = document(message)

    for told in ("message_type", "case_type", "references", "amounts", "reasons"):
        assert found[told] == whole[told], told
    assert {message.sender, message.receiver} == {"TULPNL2A", "WRENGB2L"}


def test_xml_with_blocks_but_without_fields_is_refused() -> None:
    with pytest.raises(UnreadableMessage, match="no ISO 20022 message"):
        read_message(b"<message><block4><tag><name>20</name></tag></block4></message>", ".xml")


# FIN without its header, and other oddities.


@pytest.mark.parametrize(
    ("fields", "type"),
    [
        (":20:F1\n:21:NONREF\n:25:77\n:32A:261031SEK15,00\n:50K:/7\nADA\n:52A:TULPNL2A\n", "MT910"),
        (":20:F1\n:21:F0\n:25:77\n:32A:261031SEK15,00\n:72:/BNF/F\n", "MT900"),
        (":20:F1\n:28D:1/1\n:50H:/7\nADA\n:30:261031\n:21:F2\n:32B:SEK15,00\n:59:/8\nBEN\n:71A:SHA\n", "MT101"),
        (":20:F1\n:25:77\n:30:261031\n:21:F2\n:32B:SEK15,00\n:56A:TULPNL2A\n", "MT210"),
    ],
)
def test_fields_alone_tell_the_type(fields: str, type: str) -> None:
    for form in (fields, "{4:\n" + fields + "-}", textwrap.indent(fields, "    ")):
        found = said(form, ".mt")

        assert found["message_type"] == type
        assert {"amount": "15.00", "currency": "SEK"} in found["amounts"]


def test_a_system_message_with_fields_of_three_digits_is_known() -> None:
    report = (
        "{1:F01TULPNL2AAXXX0000000000}{2:O0941030261116DYLRXXXXXXXX00000000002611161030S}{4:\n:135:N\n:130:/31/X\n-}"
    )

    assert said(report, ".mt")["message_type"] == "MT094"


@pytest.mark.parametrize(
    ("field", "amount"),
    [
        (":32B:sek9,1", ("9.1", "SEK")),
        (":34E:NSEK9,10", ("9.10", "SEK")),
        (":32H:SEK9,", ("9", "SEK")),
        (":19A::SETT//SEK9,1", ("9.1", "SEK")),
    ],
)
def test_amounts_of_other_categories_are_gathered(field: str, amount: tuple[str, str]) -> None:
    found = said("{1:F01TULPNL2AAXXX0000000000}{2:I320WRENGB2LXXXXN}{4:\n:20:F1\n" + field + "\n-}", ".mt")

    assert found["amounts"] == [{"amount": amount[0], "currency": amount[1]}]


@pytest.mark.parametrize("title", ["MT192\n", "MT 192:\r\n\r\n", "# a sample\n", "// a sample\n-- of our own\n\n"])
@pytest.mark.parametrize("suffix", [".mt", ".txt", ""])
def test_a_title_above_a_message_does_not_make_it_a_letter(title: str, suffix: str) -> None:
    assert said(title + FIN, suffix)["references"] == said(FIN, ".mt")["references"]


def test_words_above_a_message_make_it_a_letter() -> None:
    assert said("Dear team, this came in:\n" + FIN, ".txt")["message_type"] == "text"


@pytest.mark.parametrize(
    ("line", "type"),
    [
        ("/REJT/99\n/AC04/\n/MREF/FRM-PAY-3", "reject_received"),
        ("/RETN/99\n/AC04/\n/MREF/FRM-PAY-3", "return_received"),
        ("/RJCR/LEGL", "answer_received"),
        ("/PDCR/PTNA", "answer_received"),
        ("/CNCL/", "answer_received"),
        ("/RJCR/LEGL\nPLEASE RETURN THE FUNDS", "answer_received"),
        ("PLEASE RETURN THE FUNDS", "cancellation_received"),
        ("PLEASE CONFIRM STATUS OF OUR PAYMENT", "status_enquiry"),
        ("SEASON'S GREETINGS", None),
        (".", None),
    ],
)
def test_a_free_format_message_is_of_the_type_of_its_code_else_of_its_words(line: str, type: str | None) -> None:
    letter = "{1:F01TULPNL2AAXXX0000000000}{2:I199WRENGB2LXXXXN}{4:\n:20:F1\n:21:F0\n:79:" + line + "\n-}"

    assert said(letter, ".mt")["case_type"] == type


BULK = (
    '<B:SCTOqfBlkCredTrf xmlns:B="urn:frm:xsd:$SCTOqfBlkCredTrf"><B:FileRef>FRM-FILE</B:FileRef>'
    '<B:ReqToModfyPmt xmlns="urn:iso:std:iso:20022:tech:xsd:camt.087.001.05"><Assgnmt><Id>FRM-MOD-1</Id></Assgnmt>'
    "<Undrlyg><IntrBk><OrgnlTxId>FRM-TX-1</OrgnlTxId></IntrBk></Undrlyg></B:ReqToModfyPmt></B:SCTOqfBlkCredTrf>"
)


def test_a_message_element_in_the_namespace_of_its_bulk_file_is_known_by_its_children() -> None:
    found = said(BULK, ".xml")

    assert found["message_type"] == "camt.087.001.05"
    assert found["references"]["transaction_id"] == ["FRM-TX-1"]
    assert found["references"]["message_id"] == ["FRM-MOD-1"]


@pytest.mark.parametrize("space", ["pacs.008", "urn:iso:std:iso:20022:tech:xsd:pacs.008", "urn:frm:pacs.008.001.8"])
def test_a_namespace_without_whole_version_gives_the_type_without_version(space: str) -> None:
    assert said(f'<Document xmlns="{space}"><Msg>x</Msg></Document>', ".xml")["message_type"] == "pacs.008"


# Mail.

LETTER = (
    "From: Ada Moss <ada@moss.example>\r\nTo: desk@wren.example\r\nSubject: Sent twice\r\n"
    "Date: Mon, 16 Nov 2026 08:30:00 +0000\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: quoted-printable\r\n\r\n"
    f"Please call back SEK 77.10, UETR {UETR[:20]}=\r\n{UETR[20:]}.\r\n"
)
LETTERS = {
    "as sent": LETTER.encode(),
    "line feeds": LETTER.replace("\r\n", "\n").encode(),
    "carriage returns": LETTER.replace("\r\n", "\r").encode(),
    "mark": b"\xef\xbb\xbf" + LETTER.encode(),
    "blank lines above": b"\r\n\r\n" + LETTER.encode(),
    "UTF-16": LETTER.encode("utf-16"),
    "line of a mailbox": b"From ada@moss.example Mon Nov 16 08:30:00 2026\r\n" + LETTER.encode(),
    "no boundary": LETTER.replace("text/plain", "multipart/mixed").replace("quoted-printable", "7bit")
    .replace("=\r\n", "").encode(),
}  # fmt: skip


@pytest.mark.parametrize("form", LETTERS)
def test_a_letter_says_the_same_in_every_form(form: str) -> None:
    found = said(LETTERS[form], ".eml")

    assert found["message_type"] == "email"
    assert found["references"]["uetr"] == [UETR]
    assert found["amounts"] == [{"amount": "77.10", "currency": "SEK"}]


@pytest.mark.parametrize(
    ("words", "type"),
    [
        ("Please recall our payment of SEK 77.10, we sent it twice by mistake.", "recall"),
        ("Thank you for the nice lunch on Tuesday.", None),
    ],
)
def test_a_letter_is_of_the_type_of_its_words_where_they_leave_no_doubt(words: str, type: str | None) -> None:
    letter = LETTER.partition("\r\n\r\n")[0].replace("Sent twice", "A word") + f"\r\n\r\n{words}\r\n"

    assert said(letter, ".eml")["case_type"] == type


@pytest.mark.parametrize("charset", ["punycode", "idna", "undefined", "unicode_escape", "x-made-up", "a\0b", "hex"])
def test_a_charset_that_is_none_neither_stops_nor_delays_the_reading(charset: str) -> None:
    """Python keeps codecs for host names under such names; one takes ten seconds for a letter of 300 kB."""
    head, _, body = LETTER.partition("\r\n\r\n")
    head = head.replace("quoted-printable", "8bit").replace("Sent twice", f"=?{charset}?q?ab-{'9' * 5000}?=")
    letter = head.replace("charset=utf-8", f"charset={charset}") + "\r\n\r\n" + body.replace("=\r\n", "") + "ab-"

    started = time.process_time()
    found = said(letter + "9" * 300_000, ".eml")

    assert time.process_time() - started < 3
    assert found["references"]["uetr"] == [UETR]
    assert {"charset", "header"} <= {violation["rule"] for violation in found["violations"]}


# Damage.

PIECES = (b"<", b">", b"&", b'"', b"{", b"}", b"\n:20:", b"-}", b"\x00", b"\xff", b"<![CDATA[", b"]]>", b"</Document>",
          b",", b"9" * 30, b"NaN", b"1e5", b"-1", b"\r", b"\xef\xbb\xbf", b"{4:", b"--z", b"=", b"")  # fmt: skip


def damaged(data: bytes, chance: random.Random) -> bytes:
    """Bytes with a few of them flipped, lost, doubled, or replaced by what means something."""
    for _ in range(chance.choice((1, 2, 4, 16))):
        at, length = chance.randrange(len(data) + 1), chance.choice((1, 3, 40))
        with_what = chance.choice((bytes([chance.randrange(256)]), b"", data[at : at + 60] * 2, chance.choice(PIECES)))
        data = data[:at] + with_what + data[at + length :]
    return data


def one_line(data: bytes, suffix: str) -> None:
    try:
        found = document(read_message(data, suffix))
    except UnreadableMessage as refusal:
        found = {"error": str(refusal)}
    assert orjson.dumps(found)
    assert found["error"] is None or re.fullmatch(r"[^\n]{10,500}\.", found["error"])


WHOLE = {**{name: (data, ".xml") for name, data in MESSAGES.items()}, "fin": (FIN.encode(), ".mt"),
         "letter": (LETTER.encode(), ".eml"), "apart": (apart("input", "").encode(), ".xml")}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_message_damaged_at_random_gives_one_line(name: str) -> None:
    data, suffix = WHOLE[name]
    chance = random.Random(name)
    for _ in range(60):
        one_line(damaged(data, chance), chance.choice((suffix, suffix, ".txt", "")))


def test_every_public_sample_cut_off_anywhere_gives_one_line(shared: Path) -> None:
    for path in sorted((shared / "samples").glob("*/*__*")):
        data = path.read_bytes()
        for tenth in range(10):
            one_line(data[: len(data) * tenth // 10], path.suffix)
