"""What a person is shown of a search: passage, telling sentences, neighbours, proof; and codes looked up exactly."""

from datetime import date

import pytest

from retrieval import RuleBook, verify
from retrieval.surface import find
from tests.test_cli import Amends, amends  # noqa: F401  # a fixture
from tools.errors import ToolError
from tools.rules import LookupCode, SearchRules, in_words, lookup_code, search_rules

BOOK = RuleBook.open()
TODAY = date(2026, 11, 23)


def test_a_finding_shows_its_passage_what_is_beside_it_and_a_quote_that_holds() -> None:
    answer = find(BOOK, "how long may the answer to a SEPA recall take", rail="SEPA_SCT", on=TODAY)
    first = answer.findings[0]

    assert (first.id, answer.silent, answer.index_version) == ("sepa-recall-answer", False, BOOK.version)
    assert first.highlights
    assert all(sentence in first.passage for sentence in first.highlights)
    assert first.text.startswith(f"{first.heading}\n{first.passage}")
    rule = BOOK.in_force(first.id, TODAY)
    assert rule is not None
    slugs = [section.slug for section in rule.sections]
    at = slugs.index(first.section)
    assert [one.section if one else None for one in (first.before, first.after)] == [
        slugs[at - 1] if at else None,
        slugs[at + 1] if at + 1 < len(slugs) else None,
    ]
    assert "sepa-status-update" in {one.id for one in first.related}
    assert first.in_force.startswith("in force since")
    for found in answer.findings:
        assert found.citation.index_version == BOOK.version
        assert verify(found.citation, BOOK, on=TODAY)


def test_silence_is_an_answer() -> None:
    answer = search_rules(BOOK, SearchRules(question="annual leave carry over policy for branch staff"))

    assert (answer.silent, answer.findings) == (True, ())


def test_a_code_is_looked_up_in_every_set_with_its_rails() -> None:
    meaning = lookup_code(BOOK, LookupCode(code="ac03", message="camt.056.001.08"), today=TODAY)

    assert meaning.known
    assert "cancellation_reason" in meaning.meanings
    assert {use.message for use in meaning.uses} == {"camt.056"}
    assert all("AC03" in said.quote for said in meaning.said)
    assert "camt.056" in in_words(meaning)


def test_a_code_that_a_rail_does_not_allow_says_so_and_why() -> None:
    meaning = lookup_code(BOOK, LookupCode(code="UPAY", message="camt.056", rail="SEPA_SCT"), today=TODAY)

    (use,) = meaning.uses
    assert use.allowed_on == ()
    assert "SEPA_SCT" in use.refused_on
    assert use.refused_on["SEPA_SCT"]


def test_an_unknown_code_is_an_answer_and_no_code_an_error() -> None:
    assert not lookup_code(BOOK, LookupCode(code="ZX81"), today=TODAY).known
    with pytest.raises(ToolError, match="is no code"):
        lookup_code(BOOK, LookupCode(code="not a code"), today=TODAY)


def test_the_command_line_looks_codes_up_and_refuses_what_it_cannot_use(amends: Amends) -> None:  # noqa: F811
    assert amends("search", "--code", "ED05", "--json").document["known"] is True
    assert "knows ZX81" in amends("search", "--code", "ZX81").out
    assert amends("search", "--json").code == 2
    assert amends("search", "a question", "--code", "AC03", "--json").code == 2
    assert amends("search", "x", "--rail", "MOON", "--json").error["code"] == "unknown_rail"
    assert amends("search", "x", "--on", "soon", "--json").error["code"] == "bad_date"


def test_a_question_that_is_a_code_is_answered_by_its_entry_first(amends: Amends) -> None:  # noqa: F811
    results = amends("search", "ED05", "-k", "3", "--json").document["results"]

    assert results[0]["id"] == "code:ED05"
    assert "settlement failed" in results[0]["text"]
    assert len(results) <= 3
    for result in results:
        assert set(result) >= {"id", "title", "text", "score", "effective_from", "rail"}


def test_a_code_in_small_letters_is_one_where_it_holds_a_digit(amends: Amends) -> None:  # noqa: F811
    results = amends("search", "am05 meaning", "--json").document["results"]
    words = amends("search", "what does 2026 change for cust data", "--json").document["results"]

    assert results[0]["id"] == "code:AM05"
    assert not [found["id"] for found in words if found["id"].startswith("code:")]


def test_the_page_names_the_rule_its_days_and_why_it_was_found(amends: Amends) -> None:  # noqa: F811
    page = amends("search", "how long may a SEPA recall answer take", "--rail", "SEPA_SCT", "-k", "1").out
    page = " ".join(page.split())

    for words in ("sepa-recall-answer", "in force since", "found by meaning", "beside it:"):
        assert words in page
    assert "silent" in amends("search", "annual leave carry over policy for branch staff").out
