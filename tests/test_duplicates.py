"""Twins: proven by accounts, amount, near date and reference; two genuine payments are none."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.duplicates import duplicate_to_recall, find_twin, references, why_no_twin
from tools.payment import UETR, Agent, Party, Payment

PIKE, EICHEN = "GB20WREN40501012345678", "DE89370400440532013000"


def a_payment(number: int, **changes: Any) -> Payment:
    """Build a payment of Pike & Sons to Eichen Bau for invoice 5512; `number` makes its ids."""
    base: dict[str, Any] = {
        "uetr": UETR(str(UUID(int=number, version=4))),
        "rail": "CBPR",
        "message_type": "pacs.008.001.08",
        "message_id": f"M{number}",
        "end_to_end_id": f"E{number}",
        "direction": "outbound",
        "amount": "1999.95",
        "currency": "EUR",
        "settlement_date": date(2026, 11, 11),
        "debtor": Party(name="Pike & Sons Ltd", account=PIKE),
        "debtor_agent": Agent("WRENGB2L"),
        "creditor": Party(name="Eichen Bau GmbH", account=EICHEN),
        "creditor_agent": Agent("EICHDEFF"),
        "instructing_agent": Agent("WRENGB2L"),
        "instructed_agent": Agent("EICHDEFF"),
        "remittance": "Rechnung 5512",
        "state": "settled",
    }
    return Payment(**(base | changes))


def test_the_same_invoice_paid_twice_has_a_twin() -> None:
    one, two = a_payment(1), a_payment(2)

    finding = find_twin(two, [one, two])

    assert finding.twin == one
    assert "same reference 5512 in the remittance" in finding.basis
    assert finding.excluded == ()


def test_the_same_end_to_end_id_is_enough_where_no_remittance_speaks() -> None:
    one = a_payment(1, end_to_end_id="PO-7", remittance=None)
    two = a_payment(2, end_to_end_id="PO-7", remittance=None, settlement_date=date(2026, 11, 12))

    finding = find_twin(two, [one])

    assert finding.twin == one
    assert "same end-to-end id PO-7" in finding.basis


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("Rechnung 5512", "RECHNUNG NR. 5512"),
        ("Invoice 05512", "inv 5512"),
        ("RE-2026-5512", "RE 2026/5512"),
        ("Invoice 5512", "Invoice 5512 dated 01.11.2026"),
        ("Miete", "MIETE "),
        ("Café crème", "CAFE CREME"),
    ],
)
def test_the_same_reference_in_other_clothes_is_the_same(ours: str, theirs: str) -> None:
    assert why_no_twin(a_payment(1, remittance=ours), a_payment(2, remittance=theirs)) is None


@pytest.mark.parametrize(
    ("ours", "theirs", "why"),
    [
        ("Invoice 5512", "Invoice 5513", "other reference"),
        ("Invoice 5512A", "Invoice 5512B", "other reference"),
        ("Order 88 invoice 5512", "Order 88 invoice 5513", "other reference"),
        ("Contract 7, rate 3 von 12", "Contract 7, rate 4 von 12", "instalments"),
        ("2/12", "3/12", "instalments"),
        ("Order 88 part 1", "Order 88 part 2", "instalments"),
        ("Order 88", "Order 88 Teil 2", "instalments"),
        ("Rent October", "Rent November", "other remittance text"),
        ("Invoice 5512", None, "other remittance text"),
        ("Échéance 3", "Échéance 4", "instalments"),
    ],
)
def test_two_genuine_payments_are_told_apart(ours: str, theirs: str | None, why: str) -> None:
    one, two = a_payment(1, remittance=ours), a_payment(2, remittance=theirs)

    finding = find_twin(two, [one])

    assert finding.twin is None
    assert why in finding.excluded[0].why
    assert finding.basis == ()


@pytest.mark.parametrize("state", ["returned", "rejected", "cancelled"])
def test_a_payment_that_came_back_is_no_live_duplicate(state: str) -> None:
    finding = find_twin(a_payment(2), [a_payment(1, state=state)])

    assert finding.twin is None
    assert state in finding.excluded[0].why


def test_a_month_apart_is_a_regular_payment() -> None:
    finding = find_twin(a_payment(2), [a_payment(1, settlement_date=date(2026, 10, 12))])

    assert finding.twin is None
    assert "regular" in finding.excluded[0].why


def test_three_business_days_over_a_weekend_are_near_and_four_are_not() -> None:
    friday = a_payment(1, settlement_date=date(2026, 11, 13))

    assert find_twin(a_payment(2, settlement_date=date(2026, 11, 18)), [friday]).twin == friday
    assert find_twin(a_payment(2, settlement_date=date(2026, 11, 19)), [friday]).twin is None


def test_another_purpose_is_another_payment() -> None:
    finding = find_twin(a_payment(2, purpose="SALA"), [a_payment(1, purpose="BONU")])

    assert finding.twin is None
    assert "purpose" in finding.excluded[0].why


def test_standing_orders_of_different_days_are_no_twins() -> None:
    one = a_payment(1, channel="standing_order", settlement_date=date(2026, 11, 10))
    two = a_payment(2, channel="standing_order")

    assert find_twin(two, [one]).twin is None


def test_without_any_reference_only_the_same_day_proves_it() -> None:
    one = a_payment(1, remittance=None)

    assert find_twin(a_payment(2, remittance=None), [one]).twin == one
    assert find_twin(a_payment(2, remittance=None, settlement_date=date(2026, 11, 12)), [one]).twin is None


@pytest.mark.parametrize(
    "changes",
    [
        {"amount": "1999.96"},
        {"currency": "USD"},
        {"creditor": Party(name="Eichen Bau GmbH", account="DE02120300000000202051")},
        {"debtor": Party(name="Pike & Sons Ltd", account="GB94WREN40501087654321")},
        {"direction": "inbound"},
        {"message_type": "pacs.009.001.08"},
        {"return_of": str(UUID(int=9, version=4))},
    ],
)
def test_strangers_are_not_even_mentioned(changes: dict[str, Any]) -> None:
    finding = find_twin(a_payment(2), [a_payment(1, **changes)])

    assert finding.twin is None
    assert finding.excluded == ()


def test_a_cover_is_no_twin_of_its_order() -> None:
    order = a_payment(1)
    cover = a_payment(2, message_type="pacs.009.001.08", covers=order.uetr)

    assert find_twin(order, [cover]).twin is None


def test_the_payment_itself_is_never_its_twin() -> None:
    one = a_payment(1)

    assert find_twin(one, [one, one]).twin is None


def test_charges_on_the_way_do_not_hide_a_twin() -> None:
    one = a_payment(1, amount="1989.95", instructed_amount="1999.95")
    two = a_payment(2, instructed_amount="1999.95")

    assert find_twin(two, [one]).twin == one


def test_paid_three_times_names_all() -> None:
    one, two, three = a_payment(1), a_payment(2, settlement_date=date(2026, 11, 10)), a_payment(3)

    finding = find_twin(three, [two, one, three])

    assert finding.twin == one
    assert finding.others == (two.uetr,)


def test_the_named_payment_is_the_one_to_ask_back_otherwise_the_later() -> None:
    early = a_payment(1)
    late = a_payment(2, settlement_date=date(2026, 11, 12))

    assert duplicate_to_recall(early, late) == late
    assert duplicate_to_recall(late, early) == late
    assert duplicate_to_recall(late, early, named="E1") == early
    assert duplicate_to_recall(early, a_payment(3)).end_to_end_id == "E3"


def test_references_lose_their_leading_zeros() -> None:
    assert references("Invoice 0005512 / 2026-11") == {"5512", "2026", "11"}
    assert references(None) == frozenset()
    assert references("000") == {"0"}


texts = st.sampled_from([None, "Invoice 5512", "Invoice 5513", "5512 part 2", "2/12", "Rent", "Rent May", "5512, 5513"])
ends = st.sampled_from([None, "NOTPROVIDED", "PO-7", "PO-8"])


@given(texts, texts, ends, ends, st.integers(0, 20))
def test_twinship_is_mutual(one: str | None, two: str | None, end1: str | None, end2: str | None, apart: int) -> None:
    first = a_payment(1, remittance=one, end_to_end_id=end1)
    second = a_payment(2, remittance=two, end_to_end_id=end2, settlement_date=date(2026, 11, 2) + timedelta(days=apart))

    assert (why_no_twin(first, second) is None) == (why_no_twin(second, first) is None)
    assert bool(find_twin(first, [second]).twin) == bool(find_twin(second, [first]).twin)
