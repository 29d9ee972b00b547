"""Code guides: an investigator who meets a code finds a document that says what it means."""

import re

import pytest

from retrieval import corpus
from tools.iso20022.codes import code_book

GUIDED = (
    "cancellation_reason",
    "payment_cancellation_rejection",
    "investigation_execution_confirmation",
    "investigation_type",
    "investigation_sub_type",
    "investigation_status",
    "investigation_status_reason",
    "investigation_action",
    "investigation_action_reason",
    "investigation_reason",
    "investigation_reason_sub_type",
    "investigation_instrument",
    "investigation_service_level",
    "claim_non_receipt_rejection",
    "payment_modification_rejection",
    "unable_to_apply_incorrect_data",
    "unable_to_apply_missing_data",
    "payment_compensation_reason",
    "payment_transaction_status",
    "return_reason",
    "reversal_reason",
    "charge_type",
    "category_purpose",
    "service_level",
)
FAMILIES = re.compile(r"CH\d\d|DS[0-2][0-9A-K]|SL1\d|TK\d\d")
"""Status reasons of files, signatures, limits and tokens: named by their family in codes-status-families."""
CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]{3}(?![A-Za-z0-9])")


@pytest.fixture(scope="module")
def explained() -> set[str]:
    """Every code that an item or sentence of a document explains, not merely counts among others in front matter."""
    return {code for rule in corpus.read() for section in rule.sections for code in CODE.findall(section.text)}


@pytest.mark.parametrize("code_set", GUIDED)
def test_every_code_of_a_set_is_explained_in_a_document(explained: set[str], code_set: str) -> None:
    assert sorted(set(code_book().sets[code_set].codes) - explained) == []


def test_every_status_reason_is_explained_or_belongs_to_a_named_family(explained: set[str]) -> None:
    missing = set(code_book().sets["status_reason"].codes) - explained

    assert [code for code in sorted(missing) if not FAMILIES.fullmatch(code)] == []


def test_every_mt_query_and_answer_number_is_listed() -> None:
    book = {rule.id: rule for rule in corpus.read()}
    queries, answers = book["mt-n95-queries"].text, book["mt-n96-answers"].text

    assert [n for n in range(1, 21) if f"Query {n}," not in queries] == []
    assert [n for n in range(1, 20) if n not in (15, 16) and f"Answer {n}," not in answers] == []
