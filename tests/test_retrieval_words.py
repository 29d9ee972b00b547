"""Search tokens: messages, codes and slang meet whichever way they are typed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retrieval.words import codes_in, sentences, stem, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("camt.056.001.08", ["camt.056.001.08", "camt.056", "camt", "056"]),
        ("CAMT 056", ["camt.056", "camt", "056"]),
        ("camt056", ["camt.056", "camt", "056"]),
        ("MT199", ["mt199", "199", "mtn99"]),
        ("MT 199", ["mt199", "199", "mtn99"]),
        ("mt-103", ["mt103", "103"]),
        ("n92", ["mtn92", "n92"]),
        ("MT n92", ["mtn92", "n92"]),
        ("292", ["292", "mtn92"]),
        ("AC 03", ["ac03"]),
        ("ac03", ["ac03"]),
        ("G004", ["g004"]),
        ("FRAD", ["frad"]),
    ],
)
def test_identifiers_are_found_at_each_depth(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("non-receipt", "non receipt"),
        ("bene's acct", "beneficiary account"),
        ("a/c", "account"),
        ("charges charged charging", "charge charge charge"),
        ("cancelled cancellation cancels", "cancel cancel cancel"),
        ("queries", "enquiry"),
        ("the payee refuses", "a payee refused"),
    ],
)
def test_slang_hyphens_and_endings_meet(typed: str, written: str) -> None:
    assert tokens(typed) == tokens(written)


def test_words_that_say_nothing_are_dropped() -> None:
    assert tokens("what is it that we have to do, and when?") == []


def test_words_with_digits_and_short_words_keep_their_ends() -> None:
    assert [stem("days"), stem("gas"), stem("am09s"), stem("status")] == ["day", "gas", "am09s", "status"]


def test_codes_are_words_of_four_capitals() -> None:
    assert codes_in("RJCR/CUST, AC04 but not SWIFT, IBANs or Acme") == {"RJCR", "CUST", "AC04"}


def test_a_section_falls_into_sentences_and_list_items() -> None:
    text = "Ask first. Then act: see 4.2 below.\n- CNCL: yes.\n- RJCR: no."

    assert sentences(text) == ["Ask first.", "Then act: see 4.2 below.", "CNCL: yes.", "RJCR: no."]


@given(st.text())
def test_any_text_has_tokens_without_spaces(text: str) -> None:
    assert all(token and " " not in token for token in tokens(text))
