"""A change asked for in words: which field it is, by its MT number or by its name; values stay as stated."""

from datetime import date

import pytest

from agent.change import change_in_words
from agent.policy.modification import codes
from tests.situations import OUR_CUSTOMER, a_payment, facts

PAYMENT = a_payment("4250.00 EUR", "inbound", "received")
TODAY = date(2026, 11, 16)


def asked_codes(text: str) -> tuple[str, ...]:
    return codes(facts("modification", PAYMENT, modification=change_in_words(text, PAYMENT, TODAY)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("/17/70/INVOICE 181 OF 3.11.2026", ("UM15",)),
        ("PLS AMEND FIELD 70 TO READ INVOICE 181 INSTEAD OF INVOICE 118", ("UM15",)),
        ("KINDLY AMEND FIELD 59 TO READ\nACME HOLDING AG\nACCOUNT UNCHANGED", ("UM13",)),
        ("PLS CORRECT FLD 59 A/C TO READ\n/4417829930", ("UM14",)),
        ("PLS AMEND FIELD 59 TO READ\n/4417829930\nACME HOLDING AG", ("UM13", "UM14")),
        ("PLS AMEND FIELD 59 TO READ /DE89370400440532013000", ("UM14",)),
        ("PLS AMEND FIELD 50K TO READ ACME FRERES SA, NANTES", ("UM07",)),
        ("PLS AMEND FIELD 32A TO READ EUR 4.520,00", ("UM23",)),
        ("PLS AMEND FIELD 33B TO READ USD 4.250,00", ("UM27",)),
        ("/17/32A/VALUE 14 NOV 2026", ("UM05",)),
        ("PLS AMEND FIELD 71A TO READ OUR", ("UM17",)),
        ("PLS AMEND FIELD 57A TO READ DEUTDEFF", ("UM22",)),
        ("PLS AMEND FIELD 70 TO READ INVOICE 181 AND FIELD 71A TO READ OUR", ("UM15", "UM17")),
        ("REMITTER ASKS YOU TO CHANGE THE VALUE DATE TO 14.11.2026", ("UM05",)),
    ],
)
def test_the_field_that_a_text_names_is_the_field_that_is_judged(text: str, expected: tuple[str, ...]) -> None:
    assert asked_codes(text) == expected


@pytest.mark.parametrize(
    "text", ["We met 50 people on 20 November about the name", "70 boxes were short; new reference: A1"]
)
def test_a_number_in_a_sentence_is_no_field(text: str) -> None:
    assert "UM07" not in asked_codes(text)
    assert "UM22" not in asked_codes(text)


def test_a_new_text_is_kept_as_it_was_written() -> None:
    found = change_in_words("PLS AMEND FIELD 70 TO READ\nINVOICE 181/2026\nREGARDS", PAYMENT, TODAY)

    assert found.remittance == "INVOICE 181/2026"


def test_the_account_that_we_know_is_not_a_changed_one() -> None:
    found = change_in_words(f"PLS AMEND FIELD 59 TO READ\n/{OUR_CUSTOMER}\nACME HOLDING AG", PAYMENT, TODAY)

    assert found.creditor is not None
    assert (found.creditor.account, found.creditor.name) == (None, "ACME HOLDING AG")
