"""Sections 2 and 13: a recall of a payment that we sent, and a customer's report of fraud."""

from datetime import timedelta
from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import (
    NOW,
    a_hold,
    a_payment,
    a_uetr,
    an_earlier_case,
    asked_by_customer,
    ordered,
    sent,
    told,
)
from tools.payment import Payment

SENT = a_payment("4250.00 EUR", "outbound", "settled")
OUT_OF_TIME: dict[str, Any] = {
    "in_window": False,
    "window_last_day": NOW.date() - timedelta(days=1),
    "window_text": "10 BBD",
}


def of(state: str, **more: Any) -> Payment:
    return a_payment("4250.00 EUR", "outbound", state, **more)


def recall(payment: Payment | None = SENT, reason: str = "CUST", **more: Any) -> Facts:
    return asked_by_customer("recall", payment, **{"new_recall_reason": reason} | more)


def ours(reason: str, status: str = "open") -> Any:
    return an_earlier_case(SENT, "recall", "sent", reason=reason, status=status)


ROWS: dict[str, tuple[Facts, str, list[str]]] = {
    "not found": (recall(None), "CXO-1 REQUEST_INFORMATION", []),
    "it came back": (recall(of("returned")), "CXO-2 PROVIDE_INFORMATION", []),
    "it was rejected": (recall(of("rejected")), "CXO-2 PROVIDE_INFORMATION", []),
    "it was cancelled": (recall(of("cancelled")), "CXO-2 PROVIDE_INFORMATION", []),
    "it is recalled already": (recall(prior=(ours("CUST"),)), "CXO-3 NO_ACTION", []),
    "it is recalled already, for the other family of reasons": (
        recall(prior=(ours("DUPL"),)),
        "CXO-8 REQUEST_CANCELLATION CUST",
        ["camt.056 CUST to next"],
    ),
    "it was recalled once, and that case is closed": (
        recall(prior=(ours("CUST", "closed"),)),
        "CXO-8 REQUEST_CANCELLATION CUST",
        ["camt.056 CUST to next"],
    ),
    "SEPA: one request for recall ever, be it closed": (
        recall(of("settled", rail="SEPA_SCT"), prior=(ours("AC03", "closed"),), in_window=True),
        "CXO-3 NO_ACTION",
        [],
    ),
    "SEPA: a recall after the request for recall": (
        recall(of("settled", rail="SEPA_SCT"), "DUPL", prior=(ours("CUST", "closed"),), twin=a_uetr("twin")),
        "CXO-8 REQUEST_CANCELLATION DUPL",
        ["camt.056 DUPL to next"],
    ),
    "not released": (recall(of("received")), "CXO-4 CANCEL_INTERNALLY", []),
    "held": (recall(of("held")), "CXO-4 CANCEL_INTERNALLY", []),
    "released is too late to stop": (
        recall(of("released")),
        "CXO-8 REQUEST_CANCELLATION CUST",
        ["camt.056 CUST to next"],
    ),
    "we sent less than meant": (recall(underpaid=True), "CXO-5 PROVIDE_INFORMATION", []),
    "a duplicate without its twin": (recall(reason="DUPL", duplicate_claimed=True), "CXO-6 REQUEST_INFORMATION", []),
    "a duplicate with its twin": (
        recall(reason="DUPL", duplicate_claimed=True, twin=a_uetr("twin")),
        "CXO-8 REQUEST_CANCELLATION DUPL",
        ["camt.056 DUPL to next"],
    ),
    "out of time": (recall(**OUT_OF_TIME), "CXO-7 REJECT", []),
    "in time": (recall(in_window=True), "CXO-8 REQUEST_CANCELLATION CUST", ["camt.056 CUST to next"]),
}


@pytest.mark.parametrize(("f", "row", "messages"), ROWS.values(), ids=ROWS)
def test_a_recall_of_ours_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_the_other_route_is_offered_while_it_is_open() -> None:
    assert decide(recall(**OUT_OF_TIME, other_route_open=True)).reply == "outside_window_other_route"
    assert decide(recall(**OUT_OF_TIME)).reply == "outside_window"


def test_a_cover_not_yet_sent_is_held_and_a_settled_one_left_alone() -> None:
    """CXO-8: the order is recalled from whoever got it; a cover that was sent is not recalled."""
    covered = of("settled", settlement_method="COVE")

    assert "hold_cover" in ordered(decide(recall(covered, cover="none")))
    assert "hold_cover" not in ordered(decide(recall(covered, cover="settled")))


def test_a_recall_for_fraud_is_urgent_and_signed_by_one_specialist() -> None:
    found = decide(recall(a_payment("900000.00 EUR", "outbound", "settled"), "FRAD"))

    assert ordered(found) == ["mark_urgent"]
    assert (found.approvals.required, found.approvals.roles) == (1, ("fraud_specialist",))


# Fraud reported.


def report(payment: Payment | None = SENT, **more: Any) -> Facts:
    return asked_by_customer("fraud_report", payment, **{"reason": "FRAD", "reasons": ("FRAD",)} | more)


REPORTS: dict[str, tuple[Facts, str, list[str]]] = {
    "not found": (report(None), "FRD-0 REQUEST_INFORMATION", []),
    "not released": (report(of("held")), "FRD-1 CANCEL_INTERNALLY", []),
    "not released, under a compliance hold": (
        report(of("held"), holds=(a_hold("aml", SENT),)),
        "FRD-1 ESCALATE",
        [],
    ),
    "back already": (report(of("returned")), "FRD-2 PROVIDE_INFORMATION", []),
    "reported before": (report(prior=(an_earlier_case(SENT, "fraud_report"),)), "FRD-4 NO_ACTION", []),
    "an earlier report is closed": (
        report(prior=(an_earlier_case(SENT, "fraud_report", status="closed"),)),
        "FRD-3 REQUEST_CANCELLATION FRAD",
        ["camt.056 FRAD to next"],
    ),
    "paid to a customer of ours": (report(paid_to_us=True), "FRD-2a ESCALATE", []),
    "a recall of ours is open": (report(prior=(ours("CUST"),)), "FRD-2b ESCALATE", []),
    "a recall of ours is closed": (
        report(prior=(ours("CUST", "closed"),)),
        "FRD-3 REQUEST_CANCELLATION FRAD",
        ["camt.056 FRAD to next"],
    ),
    "under way": (report(), "FRD-3 REQUEST_CANCELLATION FRAD", ["camt.056 FRAD to next"]),
    "credited": (report(of("credited")), "FRD-3 REQUEST_CANCELLATION FRAD", ["camt.056 FRAD to next"]),
}


@pytest.mark.parametrize(("f", "row", "messages"), REPORTS.values(), ids=REPORTS)
def test_a_report_of_fraud_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_a_report_of_fraud_looks_around() -> None:
    """Block and score the payee, look for other victims; the clock starts only where the regime applies."""
    looked = ["block_payee", "score_payee", "look_for_other_victims"]

    assert ordered(decide(report())) == ["mark_urgent", *looked]
    assert ordered(decide(report(reimbursable=True))) == ["mark_urgent", *looked, "start_reimbursement_clock"]


def test_compliance_is_informed_of_a_report_under_its_hold() -> None:
    found = decide(report(holds=(a_hold("sanctions", SENT),)))

    assert "inform_compliance" in ordered(found)
    assert {"fraud_specialist", "compliance"} == set(found.approvals.roles)


def test_a_payee_at_our_own_bank_is_held_and_not_contacted() -> None:
    found = decide(report(paid_to_us=True))

    assert "hold_account" in ordered(found)
    assert found.approvals.roles == ("fraud_specialist",)
