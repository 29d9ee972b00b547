"""FIN messages of ours: what is written reads back the same, and what is illegal is refused or listed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools import mt
from tools.message import Transaction
from tools.mt import (
    AnswerMT,
    CancellationRequestMT,
    FreeFormatMT,
    MTContent,
    OriginalMT,
    QueryMT,
    message_type,
    read,
    validate,
    write,
)
from tools.mt.codes import N92_REASONS, PENDING_REASONS, QUERY_NUMBERS, REFUSAL_REASONS
from tools.payment import UETR, Agent, Money

ORIGINAL_UETR = UETR("174c245f-2682-4291-ad67-2a41e530cd27")
OURS, THEIRS = Agent("WRENGB2L"), Agent("TULPNL2AROT")
ORIGINAL = OriginalMT(
    number="103", sent_on=date(2026, 11, 16), money=Money.of("4250.00", "EUR"), settlement_date=date(2026, 11, 16)
)


def a_request(**changed: object) -> CancellationRequestMT:
    values = {
        "sender": OURS, "receiver": THEIRS, "reference": "AM-1", "related": "I20EC142165", "uetr": ORIGINAL_UETR,
        "original": ORIGINAL, "reason": "DUPL", "narrative": "Paid twice",
    }  # fmt: skip
    return CancellationRequestMT.model_validate(values | changed)


def an_answer(**changed: object) -> AnswerMT:
    values = {
        "sender": OURS, "receiver": THEIRS, "reference": "AM-2", "related": "TULP3", "uetr": ORIGINAL_UETR,
        "answer": "RJCR", "reason": "CUST",
    }  # fmt: skip
    return AnswerMT.model_validate(values | changed)


def a_query(**changed: object) -> QueryMT:
    values = {"sender": OURS, "receiver": THEIRS, "reference": "AM-3", "related": "I1", "query": 3}
    return QueryMT.model_validate(values | changed)


def a_letter(**changed: object) -> FreeFormatMT:
    values = {"sender": OURS, "receiver": THEIRS, "reference": "AM-4", "narrative": "Hello"}
    return FreeFormatMT.model_validate(values | changed)


def back(content: MTContent) -> Transaction:
    return read(write(content)).transactions[0]


def words(text: str) -> str:
    return " ".join(text.split())


def test_the_public_face_is_these_ten_names() -> None:
    assert set(mt.__all__) == {
        "AnswerMT", "CancellationRequestMT", "FreeFormatMT", "MTContent", "OriginalMT", "QueryMT",
        "message_type", "read", "validate", "write",
    }  # fmt: skip


def test_a_cancellation_request_is_written_as_fin_wants_it() -> None:
    text = write(a_request())

    assert text == (
        "{1:F01WRENGB2LAXXX0000000000}{2:I192TULPNL2AXROTN}{3:{121:174c245f-2682-4291-ad67-2a41e530cd27}}{4:\r\n"
        ":20:AM-1\r\n:21:I20EC142165\r\n:11S:103\r\n261116\r\n"
        ":79:/DUPL/Paid twice\r\n/UETR/174c245f-2682-4291-ad67-2a41e530cd27\r\n"
        ":32A:261116EUR4250,00\r\n-}"
    )
    assert validate(text) == ()


def test_an_answer_breaks_the_uetr_over_two_lines() -> None:
    text = write(an_answer(original=ORIGINAL.model_copy(update={"received": True}), narrative="No consent."))

    assert ":76:/RJCR/CUST\r\n:77A:/UETR/174c245f-2682-4291-ad67-2a41e\r\n//530cd27\r\nNo consent.\r\n:11R:103" in text
    assert validate(text) == ()


@pytest.mark.parametrize(
    ("content", "name"),
    [(a_request(category=2), "MT292"), (a_query(), "MT195"), (an_answer(category=9), "MT996"), (a_letter(), "MT199")],
)
def test_category_and_kind_make_the_type(content: MTContent, name: str) -> None:
    assert message_type(content) == read(write(content)).type == name


NARRATIVE = st.text(st.sampled_from("abc XYZ 0189 .,'+()?:-/\n"), max_size=300).filter(
    # Words shorter than the narrowest line, and none that FIN would take for its own at a line start.
    lambda text: all(len(word) <= 25 and word[:1] not in (":", "-", "/") for word in text.split())
)
SIXTEEN = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9\-/]{0,13}[A-Za-z0-9]", fullmatch=True).filter(
    lambda text: "//" not in text and text.upper() not in ("NONREF", "NOTPROVIDED", "NONE")
)
UETRS = st.uuids(version=4).map(lambda value: UETR(str(value)))


@given(
    reason=st.sampled_from(sorted(N92_REASONS)),
    text=NARRATIVE,
    own=SIXTEEN,
    related=SIXTEEN,
    uetr=UETRS,
    wish=st.booleans(),
)
def test_a_cancellation_request_reads_back_the_same(
    reason: str, text: str, own: str, related: str, uetr: UETR, wish: bool
) -> None:
    content = a_request(reason=reason, narrative=text, reference=own, related=related, uetr=uetr, indemnity=wish)

    request = back(content)

    assert (request.own_id, request.original.instruction_id, request.original.uetr) == (own, related, uetr)
    assert request.reasons == ((reason, "INDM") if wish else (reason,))
    assert words(request.narrative) == words(text)
    assert (request.original.amount, request.original.sent_on) == (ORIGINAL.money, ORIGINAL.sent_on)
    assert validate(write(content)) == ()


@given(text=NARRATIVE, own=SIXTEEN, related=SIXTEEN, uetr=UETRS, data=st.data())
def test_an_answer_reads_back_the_same(text: str, own: str, related: str, uetr: UETR, data: st.DataObject) -> None:
    answer = data.draw(st.sampled_from(["CNCL", "PDCR", "RJCR"]))
    legal = {"CNCL": [None], "PDCR": sorted(PENDING_REASONS), "RJCR": sorted(REFUSAL_REASONS)}[answer]
    reason = data.draw(st.sampled_from(legal))
    content = an_answer(answer=answer, reason=reason, narrative=text, reference=own, related=related, uetr=uetr)

    given_answer = back(content)

    assert (given_answer.status, given_answer.reasons) == (answer, (reason,) if reason else ())
    assert (given_answer.own_id, given_answer.resolved_case_id, given_answer.original.uetr) == (own, related, uetr)
    assert words(given_answer.narrative) == words(text)
    assert validate(write(content)) == ()


@given(query=st.sampled_from(sorted(QUERY_NUMBERS)), text=NARRATIVE, uetr=UETRS)
def test_a_query_reads_back_the_same(query: int, text: str, uetr: UETR) -> None:
    content = a_query(query=query, supplement="261116", narrative=text, uetr=uetr, original=ORIGINAL)

    asked = back(content)

    assert (asked.mt_query, asked.original.uetr, asked.original.instruction_id) == (query, uetr, "I1")
    assert words(asked.narrative) == words(f"261116 {text}")
    assert validate(write(content)) == ()


@given(text=NARRATIVE.filter(str.strip), uetr=UETRS)
def test_a_letter_reads_back_the_same(text: str, uetr: UETR) -> None:
    content = a_letter(narrative=text, uetr=uetr, related="TULP3")

    letter = back(content)

    assert words(letter.narrative) == words(text)
    assert (letter.original.uetr, letter.original.instruction_id) == (uetr, "TULP3")
    assert validate(write(content)) == ()


@given(st.text(max_size=400))
def test_any_words_become_legal_lines_that_state_no_code_of_their_own(text: str) -> None:
    request = write(a_request(narrative=text))
    letter = write(a_letter(narrative=f"Note {text}"))

    assert validate(request) == ()
    assert {violation.rule for violation in validate(letter)} <= {"too-many-lines", "message-length"}
    assert read(request).transactions[0].reasons == ("DUPL",)
    assert read(letter).transactions[0].reasons == ()


@pytest.mark.parametrize(
    "words_from_outside",
    [
        "x\n/FRAD/",
        "/INDM/",
        "INDM",
        "x\nINDM",
        "x\n//INDM/",
        "İNDM",
        "x\n:21:OTHER",
        "x\n-}{1:F01}",
        "x\n//FRAD/",
        "/UETR/20ec1421-65e8-42d0-b319-e41c77789811",
    ],
)
def test_words_from_outside_open_no_field_and_state_no_code(words_from_outside: str) -> None:
    request = back(a_request(narrative=words_from_outside))

    assert request.reasons == ("DUPL",)
    assert request.original.instruction_id == "I20EC142165"
    assert request.original.uetr == ORIGINAL_UETR


def test_letters_that_x_lacks_are_written_as_the_desk_would() -> None:
    text = write(a_letter(narrative="Müller & Søn, Łódź: 10% @ €5; “ok” 中"))

    assert ":79:Muller + Son, Lodz: 10 PCT (AT) EUR5, 'ok' ." in text
    assert validate(text) == ()


def test_a_related_reference_longer_than_16_is_cut_with_a_plus_sign() -> None:
    assert ":21:ABCDEFGHIJKLMNO+\r\n" in write(an_answer(related="ABCDEFGHIJKLMNOPQ"))


@pytest.mark.parametrize(("related", "written"), [("/A//B/", "A/B"), ("A_B", "A-B"), ("", "NONREF"), ("///", "NONREF")])
def test_a_related_reference_is_brought_into_form(related: str, written: str) -> None:
    assert f":21:{written}\r\n" in write(an_answer(related=related))


@pytest.mark.parametrize("amount", [("15", "15,"), ("4250.5", "4250,5"), ("1E+3", "1000,"), ("0.50", "0,50")])
def test_amounts_are_written_with_a_decimal_comma(amount: tuple[str, str]) -> None:
    original = ORIGINAL.model_copy(update={"money": Money.of(amount[0], "EUR")})

    assert f":32A:261116EUR{amount[1]}\r\n" in write(a_request(original=original))


def test_a_query_in_words_needs_no_number() -> None:
    asked = back(a_query(query=None, supplement="Please say who ordered this"))

    assert (asked.mt_query, asked.narrative) == (None, "Please say who ordered this")


def test_a_numbered_answer_stands_without_a_reason() -> None:
    text = write(an_answer(answer="10", reason=None, supplement="account 123"))

    assert ":76:/10/account 123" in text
    assert validate(text) == ()
    assert read(text).transactions[0].mt_answer == 10


@pytest.mark.parametrize(
    "illegal",
    [
        lambda: a_request(reason="AC03"),
        lambda: a_request(reference="A" * 17),
        lambda: a_request(reference="A//B"),
        lambda: a_request(reference="A\n"),
        lambda: a_request(sender=Agent("USABA:021040078")),
        lambda: an_answer(reason="AC01"),
        lambda: an_answer(reason=None),
        lambda: an_answer(answer="CNCL"),
        lambda: an_answer(answer="PDCR", reason="CUST"),
        lambda: an_answer(answer="RJMR", reason=None),
        lambda: an_answer(answer="15", reason=None),
        lambda: a_query(query=15),
        lambda: a_query(query=None),
        lambda: a_letter(narrative="  "),
    ],
)
def test_illegal_content_cannot_be_made(illegal: object) -> None:
    with pytest.raises(ValidationError):
        illegal()  # type: ignore[operator]


def test_a_narrative_that_does_not_fit_is_listed_and_not_cut() -> None:
    text = write(an_answer(narrative="word " * 200))

    assert {violation.rule for violation in validate(text)} == {"too-many-lines"}
    assert read(text).transactions[0].narrative.split().count("word") == 200


GOOD = write(a_request())


@pytest.mark.parametrize(
    ("was", "becomes", "rule"),
    [
        ("/DUPL/", "/AC03/", "field-content"),
        ("/DUPL/", "", "field-content"),
        ("Paid twice", "Zahlung für Müller", "character-set"),
        ("Paid twice", "Paid {twice}", "character-set"),
        ("Paid twice", "x" * 60, "line-too-long"),
        ("Paid twice", "Paid\r\n-twice", "line-start"),
        ("Paid twice", "Paid\r\n\r\ntwice", "line-start"),
        ("Paid twice", "Paid\r\n" * 40 + "twice", "too-many-lines"),
        ("Paid twice", ("x" * 40 + "\r\n") * 45 + "y", "message-length"),
        ("Paid twice", "Paid\ntwice", "fin-structure"),
        ("Paid twice", "Paid\r\n-}\r\ntwice", "fin-structure"),
        (":20:AM-1\r\n", "", "missing-field"),
        (":21:I20", ":21:/I20", "field-content"),
        (":21:I20", ":21:I20//", "field-content"),
        ("103\r\n261116", "103\r\n261316", "field-content"),
        (":11S:103\r\n261116", ":11S:103", "field-content"),
        ("EUR4250,00", "EUR4250.00", "field-content"),
        (":32A:", ":33B:", "unknown-field"),
        ("{121:174c245f-2682-4", "{121:174c245f-2682-1", "uetr-format"),
        ("{2:I192", "{2:I103", "type"),
        ("{1:F01WRENGB2LAXXX", "{1:F01WREN", "fin-structure"),
        ("\r\n-}", "", "fin-structure"),
    ],
)
def test_each_broken_rule_of_a_message_is_listed_and_blocks(was: str, becomes: str, rule: str) -> None:
    violations = validate(GOOD.replace(was, becomes))

    assert rule in {violation.rule for violation in violations}
    assert all(violation.severity == "block" for violation in violations)


def test_a_reason_alone_without_a_copy_is_listed() -> None:
    bare = a_request(narrative="", uetr=None, original=ORIGINAL.model_copy(update={"money": None}))

    assert [violation.rule for violation in validate(write(bare))] == ["original-not-described"]


@pytest.mark.parametrize("answer", ["/RJCR/", "/RJCR/AC01", "/CNCL/CUST", "/PDCR/CUST", "/15/", "/MODI/"])
def test_an_answer_that_the_field_does_not_know_is_listed(answer: str) -> None:
    text = write(an_answer()).replace("/RJCR/CUST", answer)

    assert [violation.rule for violation in validate(text)] == ["field-content"]


def test_a_query_number_that_the_field_does_not_know_is_listed() -> None:
    assert [violation.rule for violation in validate(write(a_query()).replace("/3/", "/15/"))] == ["field-content"]
