"""The rule documents: complete, well-formed, dated, and in step with what was compiled from them."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from agent.policy import TABLES
from app.rule_lint import known_codes, rule_clocks
from retrieval import RuleBook, UnusableRules, build, corpus, rulebook
from retrieval.rule import RAILS, Rule, Section
from retrieval.words import sentences

TODAY = date(2026, 11, 23)


@pytest.fixture(scope="module")
def rules() -> tuple[Rule, ...]:
    return corpus.read()


@pytest.fixture(scope="module")
def book() -> RuleBook:
    return RuleBook.open()


def document(**changes: object) -> str:
    """A valid document as text, with fields of its front matter replaced or, when None, left out."""
    front: dict[str, object] = {
        "id": "house-test-rule",
        "title": "A rule for testing",
        "rails": ["any"],
        "messages": ["camt.056"],
        "codes": ["CUST"],
        "jurisdiction": "any",
        "effective_from": date(2025, 1, 1),
        "effective_to": None,
        "version": "1",
        "source": {"name": "House manual", "edition": "1", "section": "2"},
        "confidence": "high",
        "last_checked": date(2026, 11, 1),
    }
    front.update(changes)
    body = "## What holds\n\nA refusal by the creditor is CUST in every camt.029.\n" + "It is said once more. " * 30
    return f"---\n{yaml.safe_dump(front)}---\n\n{body}\n"


def test_the_corpus_has_no_fault(rules: tuple[Rule, ...]) -> None:
    problems = corpus.lint(rules)

    assert [str(problem) for problem in problems] == []


def test_every_code_that_a_document_declares_is_in_a_code_set(rules: tuple[Rule, ...]) -> None:
    problems = corpus.lint(rules, known_codes=known_codes())

    assert [str(problem) for problem in problems] == []


def test_the_documents_and_the_clock_data_agree(rules: tuple[Rule, ...]) -> None:
    problems = corpus.lint(rules, clocks=rule_clocks())

    assert [str(problem) for problem in problems] == []


def test_the_book_is_large_enough_and_each_document_says_where_it_comes_from(rules: tuple[Rule, ...]) -> None:
    assert len({rule.id for rule in rules}) >= 100
    assert all(rule.source.name and rule.source.edition and rule.source.section for rule in rules)
    assert all(rule.last_checked <= datetime.now(tz=UTC).date() for rule in rules)
    assert all(150 <= len(rule.text.split()) <= 600 for rule in rules)


@pytest.mark.parametrize("rail", RAILS)
@pytest.mark.parametrize("on", [date(2019, 6, 1), date(2024, 6, 1), TODAY])
def test_every_decision_row_rests_on_a_document_in_force_for_every_rail(book: RuleBook, rail: str, on: date) -> None:
    bare = [
        row.id
        for table in TABLES.values()
        for row in table
        if not any((rule := book.in_force(id, on)) and rule.holds_for(rail) for id in row.cites)
    ]

    assert bare == []


def test_the_compiled_book_is_what_the_documents_say(rules: tuple[Rule, ...], book: RuleBook) -> None:
    """A document edited without `python -m retrieval.build` fails here."""
    assert rulebook.BUILT.read_bytes() == build.built()
    assert book.rules == rules


def test_an_altered_book_is_refused(tmp_path: Path) -> None:
    altered = tmp_path / "rulebook.jsonl"
    altered.write_bytes(rulebook.BUILT.read_bytes().replace(b"15 banking business days", b"90 banking business days"))

    with pytest.raises(UnusableRules, match="was altered"):
        RuleBook.open(altered)


FACTS = {
    ("sepa-recall-windows", "10 banking business days"): "DUPL",
    ("sepa-recall-windows", "13 months"): "FRAD",
    ("sepa-recall-answer", "15 banking business days"): None,
    ("sepa-inquiry", "10 banking business days"): None,
    ("sepa-return", "3 banking business days"): None,
    ("fednow-return-request", "60 calendar days"): "WNTB",
    ("fraud-reimbursement-uk", "5 business days"): None,
    ("fraud-reimbursement-uk", "35 business days"): None,
    ("fraud-reimbursement-uk", "85,000 GBP"): None,
    ("us-reg-e-remittance", "30 minutes"): None,
    ("general-approvals", "10,000 EUR, 8,500 GBP and 11,000 USD"): None,
    ("execution-times", "2 banking business days after the value date"): None,
    ("recall-debit-authority", "10 banking business days"): None,
}


@pytest.mark.parametrize(("id", "words"), FACTS)
def test_durations_and_limits_are_those_of_the_decision_tables(book: RuleBook, id: str, words: str) -> None:
    rule = book.in_force(id, TODAY)

    assert rule is not None
    stating = [sentence for section in rule.sections for sentence in sentences(section.text) if words in sentence]
    assert stating
    code = FACTS[id, words]
    assert code is None or any(code in sentence for sentence in stating)


def test_a_document_reads_back_as_written() -> None:
    rule = corpus.parse(document(), name="house-test-rule")

    assert rule.id == "house-test-rule"
    assert rule.sections[0].slug == "what-holds"
    assert rule.sections[0].text.startswith("A refusal by the creditor is CUST")
    assert corpus.lint([rule]) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"rails": ["SWIFT"]}, "rails"),
        ({"rails": []}, "rails"),
        ({"id": "Not Kebab"}, "id"),
        ({"confidence": "certain"}, "confidence"),
        ({"effective_from": "soon"}, "effective_from"),
        ({"source": {"name": "House manual"}}, "source"),
        ({"colour": "blue"}, "colour"),
        ({"title": ""}, "title"),
    ],
)
def test_front_matter_that_breaks_a_rule_is_refused_by_field(changes: dict[str, object], place: str) -> None:
    with pytest.raises(UnusableRules) as refusal:
        corpus.parse(document(**changes), name="house-test-rule")

    assert any(problem.place.startswith(place) for problem in refusal.value.problems)


@pytest.mark.parametrize(
    "text",
    ["", "no front matter", "---\nid: [\n---\n## A\ntext", "---\nid: a-b\n---\ntext before any heading"],
)
def test_a_file_that_is_no_document_is_refused(text: str) -> None:
    with pytest.raises(UnusableRules):
        corpus.parse(text, name="broken")


def test_lint_names_every_fault_of_a_document() -> None:
    rule = corpus.parse(document(codes=["CUST", "AC04"], rails=["any", "CBPR"]), name="x").model_copy(
        update={"effective_to": date(2024, 1, 1)}
    )
    section = Section(slug="more", heading="More", text="See `no-such-rule`.")
    rule = rule.model_copy(update={"sections": (*rule.sections, section)})

    places = {problem.place for problem in corpus.lint([rule])}

    assert places == {"effective_to", "rails", "more", "codes"}
    assert "more" not in {problem.place for problem in corpus.lint([rule], known_ids={"no-such-rule"})}


def test_lint_refuses_versions_that_overlap_or_leave_a_gap() -> None:
    old = corpus.parse(document(effective_to=date(2025, 6, 30)), name="x")
    overlapping = corpus.parse(document(effective_from=date(2025, 6, 1), version="2"), name="x")
    late = corpus.parse(document(effective_from=date(2025, 8, 1), version="2"), name="x")
    next_day = corpus.parse(document(effective_from=date(2025, 7, 1), version="2"), name="x")

    assert "overlaps" in corpus.lint([old, overlapping])[0].detail
    assert "no version holds" in corpus.lint([old, late])[0].detail
    assert corpus.lint([old, next_day]) == []


def test_lint_knows_a_code_that_no_set_lists() -> None:
    rule = corpus.parse(document(), name="x")

    assert corpus.lint([rule], known_codes={"AC04"})[0].place == "codes"
    assert corpus.lint([rule], known_codes={"CUST"}) == []


@given(st.text(max_size=200))
def test_text_without_front_matter_is_refused_with_a_reason(text: str) -> None:
    with pytest.raises(UnusableRules) as refusal:
        corpus.parse(f"x{text}", name="any")

    assert refusal.value.problems
