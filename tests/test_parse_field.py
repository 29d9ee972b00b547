"""`amends parse` on what the field sends: every input stands for a fault that a public message showed."""

import base64
import json
import re
import time
from pathlib import Path

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.intake import guess_suffix, read_message
from app.parse import FILE_BYTES_MAX, document, parsed
from evals.bench.messages import MESSAGES, ONE_LINE
from evals.bench.parse import measure
from tools import iso20022
from tools.errors import UnreadableMessage
from tools.message import Message

UETR = "5f1c2d3e-4a5b-4c6d-8e7f-90a1b2c3d4e5"
RECALL = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt><Id>FLD-ASG-7</Id>'
    "<CreDtTm>2026-11-16T08:30:00Z</CreDtTm></Assgnmt><Undrlyg><TxInf><OrgnlEndToEndId>FLD-E2E-7</OrgnlEndToEndId>"
    f'<OrgnlUETR>{UETR}</OrgnlUETR><OrgnlIntrBkSttlmAmt Ccy="CHF">310.55</OrgnlIntrBkSttlmAmt><CxlRsnInf><Rsn>'
    "<Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"
)
HEADER = (
    '<AppHdr xmlns="urn:iso:std:iso:20022:tech:xsd:head.001.001.02"><Fr><FIId><FinInstnId><BICFI>TULPNL2A</BICFI>'
    "</FinInstnId></FIId></Fr><BizMsgIdr>FLD-BIZ-7</BizMsgIdr><MsgDefIdr>camt.056.001.08</MsgDefIdr></AppHdr>"
)
FIN = (
    "{1:F01TULPNL2AAXXX0000000000}{2:I192WRENGB2LXXXXN}{3:{121:" + UETR + "}}{4:\n:20:FLD-CXL-7\n:21:FLD-PAY-7\n"
    ":11S:103\n261111\n:79:/DUPL/SENT TWICE\n:32A:261111CHF310,55\n-}"
)
MAIL = (
    "From: Ada Moss <ada@moss.example>\nTo: desk@wren.example\nSubject: Where is it?\n"
    f"Date: Mon, 16 Nov 2026 08:30:00 +0000\n\nPlease trace payment {UETR}.\n"
)


def said(data: bytes | str, suffix: str) -> dict[str, object]:
    return document(read_message(data.encode() if isinstance(data, str) else data, suffix))


def is_the_recall(data: bytes | str, suffix: str) -> dict[str, object]:
    found = said(data, suffix)
    assert found["message_type"] == "camt.056.001.08"
    assert found["case_type"] == "cancellation_received"
    assert found["references"] == {
        "uetr": [UETR],
        "end_to_end_id": ["FLD-E2E-7"],
        "instruction_id": [],
        "transaction_id": [],
        "message_id": ["FLD-ASG-7"],
    }
    assert found["amounts"] == [{"amount": "310.55", "currency": "CHF"}]
    return found


def is_the_fin(data: bytes | str, suffix: str) -> dict[str, object]:
    found = said(data, suffix)
    assert found["message_type"] == "MT192"
    assert found["references"] == {
        "uetr": [UETR],
        "end_to_end_id": [],
        "instruction_id": ["FLD-PAY-7"],
        "transaction_id": [],
        "message_id": ["FLD-CXL-7"],
    }
    assert found["amounts"] == [{"amount": "310.55", "currency": "CHF"}]
    return found


def rules(found: dict[str, object]) -> set[str]:
    violations = found["violations"]
    assert isinstance(violations, list)
    return {violation["rule"] for violation in violations}


# What a file is called says little.


@pytest.mark.parametrize("suffix", [".txt", ".mt", ".xml", ".eml", ".fin", ".swift", ".dat", ".msg", ".prt", ""])
def test_a_message_is_read_by_what_it_is_under_any_name(suffix: str) -> None:
    is_the_recall(RECALL, suffix)
    is_the_recall("\ufeff\r\n" + RECALL.replace("><", ">\r\n<"), suffix)
    is_the_fin(FIN, suffix)
    is_the_fin(FIN.replace("\n", "\r\n"), suffix)


def test_fields_without_header_are_fin_in_a_text_file() -> None:
    fields = FIN.partition("{4:\n")[2].removesuffix("-}")

    for opening in ("", "TULPNL2A\n192\nTULPNL2A\n", "MT192\n----\n", "\n\n"):
        found = said(opening + fields, ".txt")
        assert found["message_type"] == "MT192"
        assert found["references"]["message_id"] == ["FLD-CXL-7"]  # type: ignore[index]


@pytest.mark.parametrize("quoted", [FIN, RECALL])
def test_a_mail_that_quotes_a_message_stays_a_mail(quoted: str) -> None:
    letter = f"Dear team,\n\nwe got this yesterday:\n\n{quoted}\n\nPlease look into it.\n"

    assert said(letter, ".txt")["message_type"] == "text"
    assert said(MAIL + quoted, ".eml")["message_type"] == "email"
    assert said(f"> {quoted}", ".txt")["message_type"] == "text"


def test_a_mail_saved_as_text_is_a_mail() -> None:
    found = said(MAIL, ".txt")

    assert found["message_type"] == "email"
    assert found["references"]["uetr"] == [UETR]  # type: ignore[index]


@pytest.mark.parametrize(
    "text",
    [
        "From: us\nPlease trace it.",
        "Subject: trace\n\nPlease trace it.",
        "Re: :20: and :21: of your message\n\nThey differ.",
        "<p>Please trace it.</p>",
        "{not a block} please trace it",
    ],
)
def test_text_that_only_looks_like_something_stays_text(text: str) -> None:
    assert said(text, ".txt")["message_type"] == "text"


@pytest.mark.parametrize("name", ["PmtRtr", "ns2:PmtRtr"])
def test_a_message_element_without_document_is_known_in_a_text_file(name: str) -> None:
    space = ' xmlns:ns2="urn:iso:std:iso:20022:tech:xsd:pacs.004.001.09"' if ":" in name else ""
    data = f"<{name}{space}><GrpHdr><MsgId>FLD-1</MsgId></GrpHdr></{name}>"

    assert str(said(data, ".txt")["message_type"]).startswith("pacs.004")


# Containers.


def test_a_header_beside_its_document_is_read_with_it() -> None:
    for between in ("", "\n", '\n<?xml version="1.0"?>\n'):
        message = read_message(f'<?xml version="1.0"?>\n{HEADER}{between}{RECALL}'.encode(), ".xml")

        assert message.type == "camt.056.001.08"
        assert message.sender == "TULPNL2A"
        assert message.harvest.uetr == (UETR,)
        assert "no-wrapper" in {violation.rule for violation in message.violations}


def test_a_header_whose_document_is_cut_off_stays_a_header() -> None:
    assert said(HEADER + RECALL[:-20], ".xml")["message_type"] == "head.001.001.02"


@pytest.mark.parametrize(
    "packed",
    [
        json.dumps({"files": [{"name": "a", "xml": RECALL}]}),
        json.dumps({"files": [{"name": "a", "xml": RECALL}]}).replace("<", "\\u003C"),
        json.dumps([{"payload": base64.b64encode(RECALL.encode()).decode()}]),
        json.dumps(RECALL),
        base64.encodebytes(RECALL.encode()).decode(),
    ],
    ids=["json", "json-escaped", "json-base64", "json-string", "base64"],
)
@pytest.mark.parametrize("suffix", [".json", ".txt", ".xml", ".dat"])
def test_a_message_is_taken_out_of_its_container(packed: str, suffix: str) -> None:
    assert "container" in rules(is_the_recall(packed, suffix))


@pytest.mark.parametrize(
    "wrapped",
    [
        f"<message><body><![CDATA[{FIN}]]></body></message>",
        f"<message><body>{FIN}</body></message>",
        '<s:DataPDU xmlns:s="urn:swift:saa:xsd:saa.2.0"><s:Revision>2.0.2</s:Revision><s:Body>'
        + base64.encodebytes(FIN.encode()).decode()
        + "</s:Body></s:DataPDU>",
    ],
    ids=["cdata", "text", "base64"],
)
def test_fin_text_is_taken_out_of_an_xml_wrapper(wrapped: str) -> None:
    assert "container" in rules(is_the_fin(wrapped, ".xml"))


def test_a_signature_before_the_xml_does_not_hide_it() -> None:
    is_the_recall("\x1f001234" + "A" * 24 + RECALL, ".dat")


@pytest.mark.parametrize("code_page", ["cp500", "cp037", "cp1140"])
def test_fin_of_a_mainframe_is_translated(code_page: str) -> None:
    is_the_fin(FIN.encode(code_page).replace(b"\x25", b"\x15"), ".dat")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("suffix", [".txt", ".mt", ".xml"])
def test_wide_characters_are_read(encoding: str, suffix: str) -> None:
    is_the_fin(FIN.encode(encoding), suffix)
    is_the_recall(RECALL.encode(encoding), suffix)


def test_json_without_a_message_is_refused() -> None:
    with pytest.raises(UnreadableMessage, match="no payment message"):
        read_message(b'{"Document": {"GrpHdr": {"MsgId": "FLD-7"}}}', ".json")


# Messages cut out of programs and templates.


def test_xml_written_as_a_string_of_a_program_is_unescaped() -> None:
    literal = RECALL.replace('"', '\\"').replace("><", ">\\n<")
    source = '"' + literal.replace(">\\n<", '>\\n" +\n    "<') + '";\n'

    for written in (literal, source, literal.replace("/", "\\/")):
        assert "escaped-text" in rules(is_the_recall(written, ".xml"))


def test_fin_written_as_a_string_of_a_program_is_unescaped() -> None:
    source = '"' + FIN.replace("\n", '\\r\\n" +\n        "') + '";'

    is_the_fin(FIN.replace("\n", "\\n"), ".txt")
    is_the_fin(source, ".txt")


def test_doubled_braces_of_a_template_are_read_as_single() -> None:
    doubled = FIN.replace("{", "{{").replace("}", "}}")

    assert "doubled-braces" in rules(is_the_fin(doubled, ".txt"))


def test_a_placeholder_is_a_reference_as_written_and_no_amount() -> None:
    message = RECALL.replace("FLD-E2E-7", "${endToEndId}").replace("310.55", "{{ amount }}")

    found = said(message, ".xml")

    assert found["references"]["end_to_end_id"] == ["${endToEndId}"]  # type: ignore[index]
    assert found["amounts"] == []


def test_a_type_in_a_header_with_placeholders_is_still_seen() -> None:
    templated = "{1:F01{{ sender }}XXXX0000000000}{2:I299{{ receiver }}XXXXN}{4:\n:20:FLD-7\n:79:HELLO\n-}"

    assert said(templated, ".txt")["message_type"] == "MT299"


# Carelessness that leaves no doubt.


def test_a_namespace_of_the_children_tells_the_version() -> None:
    data = (
        '<Message xmlns="urn:made-up" xmlns:i="urn:iso:std:iso:20022:tech:xsd:camt.056.001.10"><FIToFIPmtCxlReq>'
        f"<i:Undrlyg><i:TxInf><i:OrgnlUETR>{UETR}</i:OrgnlUETR></i:TxInf></i:Undrlyg></FIToFIPmtCxlReq></Message>"
    )

    assert said(data, ".xml")["message_type"] == "camt.056.001.10"


def test_fields_behind_a_header_without_block_4_are_read() -> None:
    careless = FIN.replace("{4:\n", "\n").removesuffix("-}")

    assert "block-4-start" in rules(is_the_fin(careless, ".txt"))


def test_a_uetr_among_the_fields_is_read() -> None:
    careless = FIN.replace("{3:{121:" + UETR + "}}", "").replace(":79:", f":121:{UETR}\n:79:")

    assert "misplaced-field" in rules(is_the_fin(careless, ".txt"))


def test_two_customers_make_it_a_customer_transfer() -> None:
    found = said("{1:F01TULPNL2AAXXX0000000000}{4:\n:20:FLD-7\n:50K:/1\nADA\n:59:/2\nBEN\n-}", ".txt")

    assert found["message_type"] == "MT103"


def test_no_reference_is_reported_as_it_stands() -> None:
    found = said(FIN.replace("FLD-PAY-7", "NONREF"), ".txt")

    assert found["references"]["instruction_id"] == ["NONREF"]  # type: ignore[index]


def test_a_request_that_names_no_payment_is_still_a_request() -> None:
    empty = re.sub("<Undrlyg>.*</Undrlyg>", "", RECALL)

    assert said(empty, ".xml")["case_type"] == "cancellation_received"


def test_records_made_without_a_check_would_pass_it(shared: Path) -> None:
    for path in sorted((shared / "samples").rglob("*.*")):
        if path.suffix in (".xml", ".txt"):
            message = read_message(path.read_bytes(), path.suffix)

            assert Message.model_validate(message.model_dump()) == message, path.name


def test_reading_with_schemas_says_what_the_schema_says_in_an_envelope_as_alone(shared: Path) -> None:
    for name in ("camt.056", "camt.056 with header"):
        broken = MESSAGES[name].replace(b"<Cd>DUPL</Cd>", b"<Cd>TOOLONG</Cd>")

        found = iso20022.read(broken, xsd_dir=shared / "xsd").violations

        assert {(violation.rule, violation.severity) for violation in found} == {("schema", "flag")}, name
        assert "maxLength" in found[0].detail, name
        assert iso20022.read(broken).violations == (), name


def test_every_message_of_the_benchmark_is_valid_and_timed(shared: Path) -> None:
    for name, data in (MESSAGES | ONE_LINE).items():
        assert iso20022.read(data, xsd_dir=shared / "xsd").violations == (), name

    timings = measure(shared / "xsd", rounds=3)

    assert [timing.name for timing in timings] == [*MESSAGES, *ONE_LINE]
    assert all(timing.validated > timing.lxml > 0 for timing in timings)


def test_every_public_sample_is_read_as_filed_by_the_command(shared: Path) -> None:
    by_header = ("head.001",)  # filed by their header, because their own namespace is none of the standard
    for path in sorted((shared / "samples").glob("*/*__*")):
        found = parsed(path)

        assert found["error"] is None, path.name
        filed = path.name.split("__")[0]
        assert found["message_type"] == filed or filed.startswith(by_header), path.name


def test_a_statement_carried_as_text_may_hold_any_number_of_equals_signs() -> None:
    entry = '<Ntry><Amt Ccy="CHF">1.00</Amt></Ntry>'
    space = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"
    inner = f'<Document xmlns="{space}"><BkToCstmrStmt>{entry * 300}</BkToCstmrStmt></Document>'
    escaped = inner.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")

    assert said(inner, ".xml")["message_type"] == "camt.053.001.08"
    assert said(f"<payload>{escaped}</payload>", ".xml")["message_type"] == "camt.053.001.08"


# Hostile files.


def test_a_large_file_is_refused_without_reading_it(tmp_path: Path) -> None:
    file = tmp_path / "huge.xml"
    with file.open("wb") as opened:
        opened.truncate(50_000_000)

    started = time.process_time()
    found = parsed(file)

    assert "50,000,000 bytes" in found["error"]
    assert time.process_time() - started < 0.05


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no endless device on this system")
def test_a_file_without_end_is_refused() -> None:
    assert f"{FILE_BYTES_MAX:,}" in parsed(Path("/dev/zero"))["error"]


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    assert parsed(tmp_path)["error"]
    assert parsed(tmp_path / "absent.xml")["error"]


BOMB = "<!DOCTYPE x [<!ENTITY a 'aaaaaaaaaa'>" + "".join(
    f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9)
)
HOSTILE = {
    "deep": b"<Document>" + b"<a>" * 100_000,
    "deep and whole": b"<Document>" + b"<a>" * 50_000 + b"</a>" * 50_000 + b"</Document>",
    "attributes": b"<Document " + b" ".join(b'a%d="1"' % n for n in range(100_000)) + b"/>",
    "attributes with brackets": b"<Document " + b" ".join(b"a%d='>'" % n for n in range(100_000)) + b"/>",
    "bomb": (BOMB + "]>" + RECALL.replace("FLD-E2E-7", "&j;")).encode(),
    "external": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + RECALL.replace("7", "&e;", 1).encode(),
    "outer dtd": b'<!DOCTYPE Document SYSTEM "http://127.0.0.1:9/x.dtd">' + RECALL.encode(),
    "gzip": b"\x1f\x8b\x08\x00" + bytes(range(256)),
    "zip": b"PK\x03\x04" + bytes(200),
    "pdf": b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n",
    "png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "false declaration": b'<?xml version="1.0" encoding="UTF-16"?>\xff\xfe\x00' + RECALL.encode(),
    "wrong declaration": '<?xml version="1.0" encoding="UTF-8"?><Document><a>Zürich</a></Document>'.encode("cp1252"),
    "unknown encoding": b'<?xml version="1.0" encoding="x-made-up"?><Document>\xff</Document>',
    "surrogate in UTF-16": b"\xff\xfe" + "<Document>".encode("utf-16-le") + b"\x00\xd8" + b"x\x00",
    "surrogate by number": RECALL.replace("FLD-E2E-7", "&#xD800;").encode(),
    "deep json": b"[" * 100_000,
    "deep base64": base64.b64encode(base64.b64encode(RECALL.encode())),
    "braces": b"{1:F01" * 100_000,
    "tags": b"{4:\n" + b":20:\n" * 150_000,
    "quotes": b'<a b=\\"' + b'"  ' * 300_000,
    "blanks in XML": b"<a>" + b"\n" * 2_000_000 + b"!</a>",
    "fin in XML": b"<a>" + b"{1:F01" * 300_000 + b"</a>",
    "blanks in base64": b"A" * 70 + b" " * 2_000_000 + b"!",
    "blanks in a mail header": b"From:" + b" " * 2_000_000,
    "nul": b"\0" * 100_000,
}


@pytest.mark.parametrize("suffix", [".xml", ".mt", ".txt", ".eml", ".dat"])
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_gives_one_line_soon(name: str, suffix: str, tmp_path: Path) -> None:
    file = tmp_path / f"hostile{suffix}"
    file.write_bytes(HOSTILE[name])

    started = time.process_time()
    line = orjson.dumps(parsed(file))

    assert time.process_time() - started < 3
    assert b"aaaaaaaaaaaaaaaaaaaa" not in line
    assert len(line) < 5_000_000


@pytest.mark.parametrize("name", ["bomb", "external", "outer dtd"])
def test_entities_are_refused_and_never_fetched(name: str) -> None:
    with pytest.raises(UnreadableMessage, match="document type declaration"):
        read_message(HOSTILE[name], ".xml")


@pytest.mark.parametrize("name", ["gzip", "zip", "pdf", "png"])
@pytest.mark.parametrize("suffix", [".xml", ".mt", ".txt", ".eml", ""])
def test_a_file_of_another_kind_is_called_by_its_kind(name: str, suffix: str) -> None:
    with pytest.raises(UnreadableMessage, match=r"^The file is a .*, no message; hand in the message that it holds\.$"):
        read_message(HOSTILE[name], suffix)


def test_a_file_name_that_is_no_utf_8_does_not_stop_the_line(tmp_path: Path) -> None:
    file = tmp_path / b"caf\xe9.xml".decode("utf-8", "surrogateescape")
    file.write_bytes(RECALL.encode())

    assert b'"error":null' in orjson.dumps(parsed(file))


MARKS = [b"<?xml version='1.0'?>", b"{4:", b"-}", b"\n", b'"', b"\\n", b"{", b"}", b"<", b"]]>", b"<![CDATA[", b":20:"]
BYTES = [b"\xff\xfe", b"\xef\xbb\xbf", b"\x00", b"\xe9", b'{"a":"', b"\xc0\xf1\x7a", b"\x1f001234"]
PIECES = st.sampled_from([RECALL.encode(), HEADER.encode(), FIN.encode(), MAIL.encode(), *MARKS, *BYTES])


@settings(max_examples=300, deadline=None)
@given(
    pieces=st.lists(st.one_of(PIECES, st.binary(max_size=20)), max_size=6),
    cut=st.integers(0, 2000),
    suffix=st.sampled_from([".xml", ".mt", ".txt", ".eml", ".json", ""]),
)
def test_any_mixture_gives_a_message_or_one_sentence(pieces: list[bytes], cut: int, suffix: str) -> None:
    data = b"".join(pieces)[: cut or None]

    try:
        found = document(read_message(data, suffix))
    except UnreadableMessage as refusal:
        found = {"error": str(refusal)}

    assert b"\\n" not in orjson.dumps(found.get("error"))
    assert orjson.dumps(found)


@given(st.binary(max_size=300))
def test_any_bytes_have_a_kind(data: bytes) -> None:
    assert guess_suffix(data) in (".xml", ".mt", ".eml", ".txt")
