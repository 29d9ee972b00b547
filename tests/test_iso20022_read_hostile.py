"""Hostile, broken and odd input gives a message or one clear sentence, never a traceback, a hang or a flood."""

import contextlib
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.errors import UnreadableMessage
from tools.iso20022 import read
from tools.iso20022.xml import MARKUP_MAX
from tools.message import Message

UETR = "79ad6619-c752-458a-80a4-f3acd8c99661"
RECALL = (
    '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.056.001.08"><FIToFIPmtCxlReq><Assgnmt><Id>ASG-1</Id><Assgnr>'
    "<Agt><FinInstnId><BICFI>TULPNL2A</BICFI></FinInstnId></Agt></Assgnr><CreDtTm>2026-11-16T08:30:00Z</CreDtTm></Assgnmt>"
    f'<Undrlyg><TxInf><OrgnlUETR>{UETR}</OrgnlUETR><OrgnlIntrBkSttlmAmt Ccy="EUR">4250.00</OrgnlIntrBkSttlmAmt>'
    "<OrgnlIntrBkSttlmDt>2026-11-11</OrgnlIntrBkSttlmDt><CxlRsnInf><Orgtr><Nm>Müller &amp; Söhne</Nm></Orgtr><Rsn>"
    "<Cd>FRAD</Cd></Rsn></CxlRsnInf></TxInf></Undrlyg></FIToFIPmtCxlReq></Document>"
)
DECLARED = '<?xml version="1.0" encoding="UTF-8"?>'


def refusal(data: bytes, **limits: int) -> UnreadableMessage:
    with pytest.raises(UnreadableMessage) as refused:
        read(data, **limits)
    sentence = str(refused.value)
    assert "\n" not in sentence
    assert sentence.endswith(".")
    assert len(sentence) < 400
    return refused.value


def mended(data: bytes) -> list[str]:
    message = read(data)
    assert message.transactions[0].original.uetr == UETR
    assert {violation.severity for violation in message.violations} <= {"flag"}
    return [violation.rule for violation in message.violations]


@pytest.mark.parametrize("data", [b"", b" \n\t ", b"\xef\xbb\xbf", b"\xff\xfe", b"\xff\xfe \x00"])
def test_emptiness_is_refused(data: bytes) -> None:
    assert "empty" in str(refusal(data))


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"<!DOCTYPE html><html><body>502</body></html>", "HTML"),
        (b"<!doctype html><p>", "HTML"),
        (b"<html><body><p>unclosed</body>", "HTML"),
        (b'{"Document": {}}', "JSON"),
        (b"[1, 2]", "JSON"),
        (b"{1:F01WRENGB2LAXXX0000000000}{4:\n:20:X\n-}", "MT"),
        (b"Where is my payment?", "plain text"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
    ],
)
def test_what_is_no_xml_is_named(data: bytes, what: str) -> None:
    error = refusal(data)

    assert what in str(error)
    assert error.code == "not_xml"


def test_truncated_xml_says_where_it_breaks_off() -> None:
    error = refusal((DECLARED + RECALL)[:-60].encode())

    assert error.code == "malformed_xml"
    assert error.where.startswith("line 1, column")


@pytest.mark.parametrize(
    "prolog",
    [
        '<!DOCTYPE x [<!ENTITY a "b">]>',
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x SYSTEM "http://127.0.0.1/x.dtd">',
        '<?xml version="1.0"?><!-- c --><?pi <!-- ?><!DOCTYPE x []><!-- -->',
        "licence text <!DOCTYPE x []>",
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_is_refused_before_parsing(prolog: str, encoding: str) -> None:
    error = refusal((prolog + RECALL).encode(encoding))

    assert error.code == "forbidden_doctype"


def test_an_entity_bomb_is_refused_at_once() -> None:
    lols = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 12))
    bomb = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "lol">{lols}]><l>&l11;</l>'
    began = time.process_time()

    error = refusal(bomb.encode())

    assert error.code == "forbidden_doctype"
    assert time.process_time() - began < 0.5


def test_an_undeclared_entity_is_refused() -> None:
    assert refusal(RECALL.replace("&amp;", "&xxe;").encode()).code == "malformed_xml"


def test_the_word_doctype_in_text_does_no_harm() -> None:
    odd = RECALL.replace("FRAD", "<![CDATA[FRAD]]>").replace("Müller", "<![CDATA[<!DOCTYPE x>]]>")

    assert mended(odd.encode()) == []


def test_a_message_above_the_limit_is_refused_unread() -> None:
    error = refusal(b"<" * 11_000_000)
    assert "11,000,000 bytes" in str(error)
    assert "10,000,000" in str(error)

    assert refusal(RECALL.encode(), limit_bytes=100).code == "message_too_large"
    assert read(RECALL.encode(), limit_bytes=2000)


def test_a_flood_of_tiny_elements_is_refused_unread() -> None:
    began = time.process_time()

    error = refusal(b"<Document>" + b"<a/>" * (MARKUP_MAX + 1) + b"</Document>")

    assert error.code == "message_too_large"
    assert time.process_time() - began < 1


@pytest.mark.parametrize(
    "bad", [b"<a>" * 5000 + b"</a>" * 5000, b"<Document>" + b"<a>" * 300 + b"</a>" * 300 + b"</Document>"]
)
def test_deep_nesting_is_refused(bad: bytes) -> None:
    assert refusal(bad).code in ("malformed_xml", "unknown_root")


@pytest.mark.parametrize(
    "piece", [b"<!--", b"<![CDATA[", b"<?", b"<a ", b"<!DOCTYPE", b"</Document>", b"\xef\xbb\xbf<"]
)
def test_repeated_openings_cost_no_more_than_one_pass(piece: bytes) -> None:
    began = time.process_time()

    refusal(b"x" + piece * (900_000 // len(piece)))

    assert time.process_time() - began < 1


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "utf-16-be-bom", "utf-32"])
def test_a_byte_order_mark_decides_the_encoding(encoding: str) -> None:
    if encoding == "utf-16-be-bom":
        data = b"\xfe\xff" + (DECLARED + RECALL).encode("utf-16-be")
    else:
        data = (DECLARED + RECALL).encode(encoding)

    assert mended(data) == []
    assert "Müller & Söhne" in read(data).harvest.parties


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        (RECALL.encode("utf-16-le"), "encoding"),
        (RECALL.encode("utf-16-be"), "encoding"),
        (f'<?xml version="1.0" encoding="UTF-16"?>{RECALL}'.encode(), "encoding"),
        (f'<?xml version="1.0" encoding="KLINGON-8"?>{RECALL}'.encode(), "encoding"),
    ],
)
def test_a_wrong_declaration_is_overruled_by_what_the_bytes_prove(data: bytes, rule: str) -> None:
    assert mended(data) == [rule]
    assert "Müller & Söhne" in read(data).harvest.parties


def test_a_right_declaration_is_followed() -> None:
    data = f'<?xml version="1.0" encoding="ISO-8859-1"?>{RECALL}'.encode("latin-1")

    assert mended(data) == []
    assert "Müller & Söhne" in read(data).harvest.parties


@pytest.mark.parametrize(
    "data",
    [
        (DECLARED + RECALL).encode("latin-1"),
        RECALL.encode("latin-1"),
        f'<?xml version="1.0" encoding="US-ASCII"?>{RECALL}'.encode("latin-1"),
        f'<?xml version="1.0" encoding="UTF-7"?>{RECALL}'.encode("latin-1"),
        RECALL.encode("utf-16")[:-1],
        RECALL.replace("ASG", "A\0G").encode(),
        b"\0" * 100,
        RECALL.encode("utf-16-le").replace(b"A\0S\0", b"\0\xd8\0\0"),
    ],
)
def test_broken_encodings_are_refused(data: bytes) -> None:
    error = refusal(data)

    assert error.code == "encoding"
    assert error.where or "NUL" in str(error)


@pytest.mark.parametrize(
    ("data", "rule"),
    [
        ("\n\n" + DECLARED + RECALL, "text-before-declaration"),
        ("<!-- Licence <Document> -->\n" + DECLARED + RECALL, "text-before-declaration"),
        ("Please find enclosed:\n\n" + DECLARED + RECALL, "text-before-declaration"),
        (DECLARED + RECALL + "\n--\nKind regards", "text-after-document"),
        (RECALL + "\n</body>", "text-after-document"),
        (RECALL + DECLARED + RECALL.replace("ASG-1", "ASG-2"), "one-document"),
    ],
)
def test_one_document_between_foreign_text_is_cut_out_and_flagged(data: str, rule: str) -> None:
    assert mended(data.encode()) == [rule]
    assert read(data.encode()).message_id == "ASG-1"


def test_a_fenced_message_is_cut_out() -> None:
    assert mended(f"```xml\n{DECLARED}\n{RECALL}\n```\n".encode()) == ["text-before-declaration", "text-after-document"]


def test_harmless_surroundings_are_no_fault() -> None:
    assert mended(f"{DECLARED}\n<!-- note --><?pi x?>\n{RECALL}\n<!-- end -->\n".encode()) == []
    assert mended(f"\n  {RECALL}\n".encode()) == []


def test_text_beside_elements_does_not_hide_them() -> None:
    mixed = RECALL.replace("<TxInf>", "<TxInf>stray").replace("<Undrlyg>", "stray<Undrlyg>stray")

    assert mended(mixed.encode()) == []


def test_a_million_faults_are_not_all_told() -> None:
    entry = "<TxInf><OrgnlUETR>x</OrgnlUETR></TxInf>"
    message = read(RECALL.replace("<TxInf>", entry * 500 + "<TxInf>").encode())

    assert len(message.transactions) == 501
    assert len(message.violations) == 100


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_any_damage_gives_a_message_or_a_clear_refusal(data: st.DataObject) -> None:
    whole = bytearray((DECLARED + RECALL).encode())
    for place in data.draw(st.lists(st.integers(0, len(whole) - 1), max_size=6)):
        whole[place] = data.draw(st.integers(0, 255))
    damaged = bytes(whole[: data.draw(st.integers(0, len(whole)))]) if data.draw(st.booleans()) else bytes(whole)

    try:
        message = read(damaged)
    except UnreadableMessage:
        return
    assert isinstance(message, Message)


@given(st.binary(max_size=300))
@settings(max_examples=150, deadline=None)
def test_any_bytes_give_a_message_or_a_clear_refusal(data: bytes) -> None:
    for tried in (data, RECALL.encode()[:200] + data, data + RECALL.encode()):
        with contextlib.suppress(UnreadableMessage):
            assert read(tried).standard == "iso20022"


VALUES = st.text(max_size=40) | st.sampled_from(
    ["", " ", "0", "-1", "NaN", "1e9", "9" * 60, "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "24:00:00"]
)


@given(when=VALUES, amount=VALUES, day=VALUES, currency=VALUES, bic=VALUES)
@settings(max_examples=150, deadline=None)
def test_any_values_give_a_message(when: str, amount: str, day: str, currency: str, bic: str) -> None:
    def safe(text: str) -> str:
        kept = "".join(one for one in text if one.isprintable())
        return kept.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")

    data = RECALL.replace("2026-11-16T08:30:00Z", safe(when)).replace("4250.00", safe(amount))
    data = data.replace("2026-11-11", safe(day)).replace("EUR", safe(currency)).replace("TULPNL2A", safe(bic))

    message = read(data.encode())

    assert message.transactions[0].original.uetr == UETR
