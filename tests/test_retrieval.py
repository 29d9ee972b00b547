"""The rule book: rules by id and day, and citations that prove themselves."""

import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_corpus import document

import retrieval
from retrieval import Citation, RuleBook, UnknownRail, UnknownRule, UnusableRules, verify
from retrieval.rule import RAILS

TODAY = date(2026, 11, 23)
BOOK = RuleBook.open()
SECTIONS = [(rule, section) for rule in BOOK.rules for section in rule.sections]


def test_the_public_face_is_short() -> None:
    assert sorted(retrieval.__all__) == [
        "Citation", "Rule", "RuleBook", "Section", "UnknownRail", "UnknownRule", "UnusableRules", "verify",
    ]  # fmt: skip


def test_opening_the_book_loads_neither_model_nor_index() -> None:
    """An investigation pays for rules by id alone; searching is what costs."""
    script = (
        "import sys; from datetime import date; from retrieval import RuleBook;"
        "book = RuleBook.open(); day = date(2026, 11, 23);"
        "book.cite('recall-refusal-codes', day, code='NOOR'); book.by_filter('CBPR', day);"
        "heavy = {'chromadb', 'onnxruntime', 'tokenizers', 'numpy', 'bm25s', 'yaml'} & set(sys.modules);"
        "sys.exit(', '.join(sorted(heavy)) or 0)"
    )

    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr) == (0, "")


def test_opening_and_citing_is_instant() -> None:
    best = 1.0
    for _ in range(5):
        started = time.perf_counter()
        RuleBook.open().cite("recall-received", TODAY)
        best = min(best, time.perf_counter() - started)

    assert best < 0.06


def test_the_sepa_answer_time_is_the_one_in_force_on_the_day() -> None:
    before = BOOK.in_force("sepa-recall-answer", date(2019, 11, 16))
    after = BOOK.in_force("sepa-recall-answer", date(2019, 11, 17))

    assert before is not None
    assert after is not None
    assert "due within 10 banking business days" in before.text
    assert "for SEPA credit transfers and for instant ones alike" in after.text


@pytest.mark.parametrize(
    ("id", "on", "words"),
    [
        ("sepa-instant-recall", date(2019, 11, 16), "10 banking business days to answer"),
        ("sepa-instant-recall", date(2019, 11, 17), "15 banking business days to answer"),
        ("cbpr-timeline", date(2026, 8, 26), "on 14 November 2026 unstructured addresses end"),
        ("cbpr-timeline", date(2026, 8, 27), "deferred every payments change"),
        ("address-shapes", date(2026, 8, 26), "until 14 November 2026"),
        ("address-shapes", TODAY, "while the deferral lasts, unstructured"),
        ("stop-and-recall", date(2026, 6, 30), "mandatory from November 2026"),
        ("stop-and-recall", TODAY, "From November 2027"),
    ],
)
def test_superseded_versions_answer_for_their_own_time(id: str, on: date, words: str) -> None:
    citation = BOOK.cite(id, on)

    assert citation is not None
    assert words in citation.quote
    assert verify(citation, BOOK, on=on)


def test_no_version_holds_before_the_first_day() -> None:
    assert BOOK.in_force("fraud-reimbursement-uk", date(2019, 5, 27)) is None
    assert BOOK.cite("fraud-reimbursement-uk", date(2019, 5, 27)) is None
    assert BOOK.cite("fraud-reimbursement-uk", date(2019, 5, 28)) is not None


def test_a_moment_counts_as_its_day() -> None:
    assert BOOK.in_force("sepa-recall-answer", datetime(2019, 11, 16, 23, 59, tzinfo=UTC)) == BOOK.in_force(
        "sepa-recall-answer", date(2019, 11, 16)
    )


def test_an_unknown_rule_or_rail_is_named() -> None:
    with pytest.raises(UnknownRule, match="'no-such-rule'"):
        BOOK.rule("no-such-rule")
    with pytest.raises(UnknownRule):
        BOOK.cite("no-such-rule", TODAY)
    with pytest.raises(UnknownRail, match="'SWIFT'"):
        BOOK.by_filter("SWIFT")


@pytest.mark.parametrize("rail", RAILS)
def test_a_rail_sees_its_own_rules_and_the_general_ones_alone(rail: str) -> None:
    found = BOOK.by_filter(rail, TODAY)

    assert found
    assert all(rule.holds_for(rail) and rule.holds_on(TODAY) for rule in found)
    assert {rule.id for rule in BOOK.by_filter(None, TODAY) if "any" in rule.rails} <= {rule.id for rule in found}


def test_rules_are_found_by_message_or_code() -> None:
    ids = {rule.id for rule in BOOK.by_filter("SEPA_SCT", TODAY, messages=["camt.087"], codes=["PECR"])}

    assert {"sepa-inquiry", "recall-partial"} <= ids
    assert "general-approvals" not in ids


@pytest.mark.parametrize("id", sorted({rule.id for rule in BOOK.rules}))
def test_every_document_can_be_cited_and_the_citation_holds(id: str) -> None:
    rule = BOOK.rule(id)
    on = rule.effective_from

    citation = BOOK.cite(id, on)

    assert citation is not None
    assert citation.index_version == BOOK.version
    assert verify(citation, BOOK, on=on)


def test_a_citation_for_a_code_quotes_the_words_on_that_code() -> None:
    citation = BOOK.cite("return-reasons", TODAY, code="AM05")
    unknown = BOOK.cite("return-reasons", TODAY, code="ZZZZ")

    assert citation is not None
    assert citation.quote == "Double (AM05, DUPL): check that the twin was credited."
    assert unknown == BOOK.cite("return-reasons", TODAY)


@given(st.sampled_from(SECTIONS), st.data())
def test_a_passage_of_a_section_verifies_however_its_white_space_runs(pair: tuple, data: st.DataObject) -> None:
    rule, section = pair
    start = data.draw(st.integers(0, max(0, len(section.text) - 60)))
    words = section.text[start : start + 60].strip().split(" ")

    citation = Citation(rule_id=rule.id, section=section.slug, quote=" \n ".join(words), index_version=BOOK.version)

    if len(" ".join(words)) >= 20:
        assert verify(citation, BOOK, on=rule.effective_from)
    else:
        assert not verify(citation, BOOK)


@given(st.sampled_from(SECTIONS), st.data())
def test_one_altered_letter_breaks_a_citation(pair: tuple, data: st.DataObject) -> None:
    rule, section = pair
    quote = section.text[:80]
    at = data.draw(st.integers(0, len(quote) - 1).filter(lambda at: quote[at].isalnum()))

    altered = f"{quote[:at]}{'#'}{quote[at + 1 :]}"

    assert not verify(Citation(rule_id=rule.id, section=section.slug, quote=altered, index_version=BOOK.version), BOOK)


def test_a_citation_is_refused_for_another_book_section_or_day() -> None:
    good = BOOK.cite("sepa-recall-answer", TODAY)
    assert good is not None

    assert verify(good, BOOK, on=TODAY)
    assert not verify(good.model_copy(update={"index_version": "0" * 64}), BOOK)
    assert not verify(good.model_copy(update={"section": "what-does-silence-mean"}), BOOK)
    assert not verify(good.model_copy(update={"quote": "15"}), BOOK)
    assert not verify(good, BOOK, on=date(2019, 11, 16))


def test_compatibility_forms_of_a_character_count_as_the_same() -> None:
    good = BOOK.cite("status-meanings", TODAY)
    assert good is not None
    wide = good.quote.replace("ACCC", "\uff21\uff23\uff23\uff23")

    assert wide != good.quote
    assert verify(good.model_copy(update={"quote": wide}), BOOK)


def test_a_bank_adds_and_replaces_documents(tmp_path: Path) -> None:
    (tmp_path / "new.md").write_text(document())
    (tmp_path / "mine.md").write_text(document(id="sepa-recall-answer", rails=["SEPA_SCT"]))

    book = RuleBook.open(own_rules=tmp_path)

    assert book.rule("house-test-rule").source.name == "House manual"
    assert len(book.versions("sepa-recall-answer")) == 1
    assert book.rule("recall-received") == BOOK.rule("recall-received")
    assert book.version != BOOK.version


def test_a_folder_with_one_faulty_document_is_refused_as_a_whole(tmp_path: Path) -> None:
    (tmp_path / "good.md").write_text(document())
    (tmp_path / "bad.md").write_text(document(id="house-bad-rule", codes=["AC04"]))

    with pytest.raises(UnusableRules, match="house-bad-rule"):
        RuleBook.open(own_rules=tmp_path)
