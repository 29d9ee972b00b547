"""Section 7: money that comes back, and orders that are turned down."""

from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import (
    OUR_CUSTOMER,
    a_hold,
    a_payment,
    a_uetr,
    an_account,
    an_earlier_case,
    facts,
    money,
    ordered,
    sent,
    told,
)
from tools.payment import Payment

SENT = a_payment("4250.00 EUR", "outbound", "settled")
COVER = a_payment("4250.00 EUR", "outbound", "settled", covers=a_uetr("the order"))


def back(reason: str | None = "AC01", payment: Payment | None = SENT, came: str = "4250.00 EUR", **more: Any) -> Facts:
    """A pacs.004 for a payment of a customer whose account is open."""
    if payment is not None:
        more = {"debtor_account": an_account()} | more
    told = {"message": "pacs.004", "returned_amount": money(came), "reasons": (reason,) if reason else ()}
    return facts("return_received", payment, reason=reason, **told | more)


def recalled(reason: str = "CUST") -> Any:
    return (an_earlier_case(SENT, "recall", "sent", reason=reason),)


RETURNS: dict[str, tuple[Facts, str, list[str]]] = {
    "of nothing that we know": (back(payment=None), "RTN-1 REQUEST_INFORMATION", ["book_to_suspense"]),
    "of a payment that went through us": (
        back("AC04", a_payment(direction="transit", state="forwarded")),
        "RTN-0a FORWARD",
        [],
    ),
    "of a cover whose order is alive": (
        back("AC01", COVER, order_alive=True),
        "RTN-0b REPAIR",
        ["book_to_cover_suspense"],
    ),
    "to an account that is closed": (
        back(debtor_account=an_account(status="closed")),
        "RTN-0c ESCALATE",
        ["book_to_suspense"],
    ),
    "to an account of the deceased": (
        back(debtor_account=an_account(status="deceased")),
        "RTN-0c ESCALATE",
        ["book_to_suspense"],
    ),
    "after our recall": (back("FOCR", prior=recalled()), "RTN-2 ACCEPT", ["credit_debtor", "close_recall"]),
    "after our recall, in part": (
        back("FOCR", came="4000.00 EUR", prior=recalled()),
        "RTN-2 ACCEPT",
        ["credit_debtor", "keep_recall_open_for_rest"],
    ),
    "after our recall for fraud": (
        back("FOCR", prior=recalled("FRAD")),
        "RTN-2 ACCEPT",
        ["check_reimbursement_paid", "credit_debtor", "close_recall"],
    ),
    "FOCR, though we recalled nothing": (back("FOCR"), "RTN-8 RETURN_FUNDS", ["credit_debtor"]),
    "for a regulatory reason": (back("RR04"), "RTN-4 ESCALATE", ["book_to_suspense"]),
    "for fraud": (back("FR01"), "RTN-4 ESCALATE", ["book_to_suspense"]),
    "AC06 while we hold something": (
        back("AC06", holds=(a_hold("fraud", OUR_CUSTOMER),)),
        "RTN-4 ESCALATE",
        ["book_to_suspense"],
    ),
    "AC06 while we hold nothing": (back("AC06"), "RTN-6 RETURN_FUNDS", ["credit_debtor", "tell_customer"]),
    "of more than was sent": (
        back(came="4250.01 EUR"),
        "RTN-3 REQUEST_INFORMATION",
        ["book_to_suspense"],
    ),
    "in another currency without a rate": (
        back(came="4250.00 USD"),
        "RTN-3 REQUEST_INFORMATION",
        ["book_to_suspense"],
    ),
    "in another currency with a rate": (
        back("AC04", came="4900.00 USD", return_has_rate=True),
        "RTN-6 RETURN_FUNDS",
        ["credit_debtor", "stop_standing_orders"],
    ),
    "of less, unexplained": (
        back(came="4225.00 EUR"),
        "RTN-3a RETURN_FUNDS",
        ["credit_debtor", "ask_for_difference"],
    ),
    "of less, by more than the charges": (
        back(came="4225.00 EUR", return_charges=money("20.00 EUR")),
        "RTN-3a RETURN_FUNDS",
        ["credit_debtor", "ask_for_difference"],
    ),
    "of less, by the charges": (
        back(came="4225.00 EUR", return_charges=money("25.00 EUR")),
        "RTN-5 RETURN_FUNDS",
        ["credit_debtor", "call_back"],
    ),
    "for wrong details": (back("RC01"), "RTN-5 RETURN_FUNDS", ["credit_debtor", "call_back"]),
    "for a closed account": (back("AC04"), "RTN-6 RETURN_FUNDS", ["credit_debtor", "stop_standing_orders"]),
    "as a duplicate": (back("AM05"), "RTN-7 RETURN_FUNDS", ["credit_debtor", "check_twin_credited"]),
    "for a reason that says nothing": (back("MS03"), "RTN-8 RETURN_FUNDS", ["credit_debtor", "ask_for_reason"]),
    "for any other reason": (back("AM09"), "RTN-8 RETURN_FUNDS", ["credit_debtor"]),
}


@pytest.mark.parametrize(("f", "row", "actions"), RETURNS.values(), ids=RETURNS)
def test_a_return_is_answered_by_its_row(f: Facts, row: str, actions: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert ordered(found) == actions


@pytest.mark.parametrize("reason", ["AC01", "BE07", "RR03", "RC11", "AGNT"])
def test_a_payment_that_came_back_for_its_details_is_never_sent_again_unchanged(reason: str) -> None:
    found = decide(back(reason))

    assert not found.messages
    assert "never re-send unchanged" in found.actions[1].detail


def test_a_return_through_us_goes_on_and_never_to_the_debtor() -> None:
    """RTN-0a: money, so two sign, whatever the amount."""
    found = decide(back("AC04", a_payment("1.00 EUR", "transit", "forwarded"), came="1.00 EUR"))

    assert sent(found) == ["pacs.004 AC04 to previous"]
    assert found.approvals.required == 2


def test_what_comes_back_is_what_is_credited() -> None:
    found = decide(back(came="4225.00 EUR"))

    assert (found.actions[0].subject, found.actions[0].detail) == (OUR_CUSTOMER, "EUR 4225.00")


def test_one_person_returns_money_below_the_limit_and_two_from_it_on() -> None:
    below, above = a_payment("9999.99 EUR", "outbound", "settled"), a_payment("10000.00 EUR", "outbound", "settled")

    assert decide(back("AC04", below, "9999.99 EUR")).approvals.required == 1
    assert decide(back("AC04", above, "10000.00 EUR")).approvals.required == 2


@pytest.mark.parametrize(("reason", "role"), [("FR01", "fraud_specialist"), ("AM07", "compliance")])
def test_a_regulatory_return_is_for_its_role_alone(reason: str, role: str) -> None:
    assert decide(back(reason)).approvals.roles == (role,)


# Rejects.


def reject(reason: str | None = "AC01", payment: Payment | None = SENT) -> Facts:
    return facts("reject_received", payment, message="pacs.002", reason=reason, return_is_reject=True)


RELEASED = a_payment("4250.00 EUR", "outbound", "released")

REJECTS: dict[str, tuple[Facts, str, list[str]]] = {
    "of nothing that we know": (reject(payment=None), "RTN-1 REQUEST_INFORMATION", ["book_to_suspense"]),
    "of what our records show settled": (reject(), "REJ-3 REQUEST_INFORMATION", ["mark_unreconciled"]),
    "of what our records show credited, for fraud": (
        reject("FR01", a_payment(direction="outbound", state="credited")),
        "REJ-3 REQUEST_INFORMATION",
        ["mark_unreconciled"],
    ),
    "for a regulatory reason": (reject("RR04", RELEASED), "REJ-1 ESCALATE", ["release_reservation"]),
    "for wrong details": (reject("AC01", RELEASED), "REJ-2 PROVIDE_INFORMATION", ["release_reservation"]),
    "for our own routing": (
        reject("RC01", RELEASED),
        "REJ-2 PROVIDE_INFORMATION",
        ["release_reservation", "correct_and_send_anew"],
    ),
}


@pytest.mark.parametrize(("f", "row", "actions"), REJECTS.values(), ids=REJECTS)
def test_a_reject_is_answered_by_its_row(f: Facts, row: str, actions: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert ordered(found) == actions
    assert not found.messages
