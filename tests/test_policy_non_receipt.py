"""Sections 3 and 8: the money is said not to have come, and where it is."""

from datetime import timedelta
from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import (
    NOW,
    THEM,
    a_hold,
    a_payment,
    an_earlier_case,
    asked_by_customer,
    facts,
    sent,
    told,
)
from tools.bank.records import TrackerEvent
from tools.payment import Payment

SENT = a_payment("4250.00 EUR", "outbound", "settled")
COVERED = a_payment("4250.00 EUR", "outbound", "settled", settlement_method="COVE")


def of(state: str, **more: Any) -> Payment:
    return a_payment("4250.00 EUR", "outbound", state, **more)


def claim(payment: Payment | None = SENT, *, last: str | None = None, why: str | None = None, **more: Any) -> Facts:
    """Our customer says that the payee has nothing; the tracker's last word is `last`, for the reason `why`."""
    if last is not None and payment is not None:
        event = {"uetr": payment.uetr, "at": NOW - timedelta(hours=5), "agent": THEM, "status": last, "reason": why}
        more["tracker"] = (TrackerEvent.model_validate(event),)
    return asked_by_customer("non_receipt_asked_by_customer", payment, **more)


ENQUIRY = an_earlier_case(SENT, "non_receipt", "sent")

ASKED: dict[str, tuple[Facts, str, list[str]]] = {
    "not found": (claim(None), "CNO-1 REQUEST_INFORMATION", []),
    "under a hold": (claim(holds=(a_hold("sanctions", SENT),)), "CNO-2 ESCALATE", []),
    "returned": (claim(of("returned")), "CNO-3 PROVIDE_INFORMATION", []),
    "the tracker says rejected": (claim(last="RJCT", why="AC04"), "CNO-3 PROVIDE_INFORMATION", []),
    "the tracker says credited": (claim(last="ACCC"), "CNO-4 PROVIDE_INFORMATION", []),
    "settled is not credited": (
        claim(last="ACSC"),
        "CNO-8 REQUEST_INFORMATION",
        ["camt.110 CCNR to next"],
    ),
    "SCT Inst confirms credit": (
        claim(of("settled", rail="SEPA_INST"), last="ACSC"),
        "CNO-4 PROVIDE_INFORMATION",
        [],
    ),
    "not released": (claim(of("held"), holds=(a_hold("cutoff", SENT),)), "CNO-5 PROVIDE_INFORMATION", []),
    "held for fraud": (claim(of("held"), holds=(a_hold("fraud", SENT),)), "CNO-5 ESCALATE", []),
    "the cover was never sent": (claim(COVERED), "CNO-6 REPAIR", ["pacs.009 to cover_agent"]),
    "the cover came back": (claim(COVERED, cover="back"), "CNO-6 REPAIR", ["pacs.009 to cover_agent"]),
    "no cover for an order that we recall": (
        claim(COVERED, prior=(an_earlier_case(COVERED, "recall", "sent"),)),
        "CNO-8 REQUEST_INFORMATION",
        ["camt.110 CCNR to next"],
    ),
    "the cover is under way": (
        claim(COVERED, cover="sent"),
        "CNO-6b REQUEST_INFORMATION",
        ["camt.110 CCNR to cover_agent"],
    ),
    "the payee must bring documents": (claim(last="ACSP", why="G003"), "CNO-7 PROVIDE_INFORMATION", []),
    "it is not due yet": (
        claim(executing=True, execution_due=NOW.date()),
        "CNO-7a PROVIDE_INFORMATION",
        [],
    ),
    "we have asked already": (claim(prior=(ENQUIRY,)), "CNO-7b PROVIDE_INFORMATION", []),
    "we asked once, and that is closed": (
        claim(prior=(ENQUIRY.model_copy(update={"status": "closed"}),)),
        "CNO-8 REQUEST_INFORMATION",
        ["camt.110 CCNR to next"],
    ),
    "on its way": (claim(), "CNO-8 REQUEST_INFORMATION", ["camt.110 CCNR to next"]),
    "on its way by SCT": (
        claim(of("settled", rail="SEPA_SCT")),
        "CNO-8 REQUEST_INFORMATION",
        ["camt.027 to next"],
    ),
    "on its way by SCT Inst": (
        claim(of("released", rail="SEPA_INST")),
        "CNO-8 REQUEST_INFORMATION",
        ["pacs.028 to next"],
    ),
    "on its way by FedNow": (
        claim(a_payment("5.00 USD", "outbound", "released", rail="FEDNOW")),
        "CNO-8 REQUEST_INFORMATION",
        ["pacs.028 to next"],
    ),
    "on its way by FPS, in words": (
        claim(a_payment("5.00 GBP", "outbound", "released", rail="FPS")),
        "CNO-8 REQUEST_INFORMATION",
        [],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), ASKED.values(), ids=ASKED)
def test_a_customer_who_asks_for_her_money_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_an_order_held_for_fraud_goes_to_the_specialist_alone() -> None:
    found = decide(claim(of("held"), holds=(a_hold("fraud", SENT),)))

    assert (found.approvals.required, found.approvals.roles) == (1, ("fraud_specialist",))


# A bank asks.


def inquiry(state: str | None = "credited", message: str = "camt.110", rail: str = "CBPR", **more: Any) -> Facts:
    if state is None:
        return facts("non_receipt_received", message=message, rail=rail, **more)
    way = "transit" if state == "forwarded" else "inbound"
    payment = a_payment("4250.00 EUR", way, state, rail=rail, settlement_method=more.pop("method", None))
    return facts("non_receipt_received", payment, message=message, **more)


RECEIVED: dict[str, tuple[Facts, str, list[str]]] = {
    "never received": (inquiry(None), "CNI-1 REJECT RJCT/NOOR", ["camt.111 RJCT/NOOR to requester"]),
    "never received, classic": (
        inquiry(None, "camt.027", "SEPA_SCT"),
        "CNI-1 REJECT RJNR/NOOR",
        ["camt.029 RJNR/NOOR to requester"],
    ),
    "credited": (inquiry(), "CNI-2 PROVIDE_INFORMATION CLSD", ["camt.111 CLSD to requester"]),
    "credited, classic": (
        inquiry(message="camt.027", rail="T2"),
        "CNI-2 PROVIDE_INFORMATION CONF",
        ["camt.029 CONF to requester"],
    ),
    "credited, SEPA": (
        inquiry(message="camt.027", rail="SEPA_SCT"),
        "CNI-2 PROVIDE_INFORMATION ACNR",
        ["camt.029 ACNR to requester"],
    ),
    "returned": (inquiry("returned"), "CNI-3 REJECT RJCT/ARDT", ["camt.111 RJCT/ARDT to requester"]),
    "rejected, classic": (
        inquiry("rejected", "camt.027", "SEPA_SCT"),
        "CNI-4 REJECT RJNR/ARJT",
        ["camt.029 RJNR/ARJT to requester"],
    ),
    "passed on": (
        inquiry("forwarded"),
        "CNI-5 FORWARD PDNG/FTNA",
        ["camt.110 CCNR to next", "camt.111 PDNG/FTNA to requester"],
    ),
    "waiting for its cover": (
        inquiry("received", method="COVE", cover="sent"),
        "CNI-6 PEND PDNG/G004",
        ["camt.111 PDNG/G004 to requester"],
    ),
    "its cover has settled": (
        inquiry("settled", method="COVE", cover="settled"),
        "CNI-8 PEND PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "held": (inquiry("held"), "CNI-7 PEND PDNG/INPO", ["camt.111 PDNG/INPO to requester"]),
    "under a sanctions hold": (
        inquiry("received", holds=(a_hold("sanctions", SENT),)),
        "CNI-7 PEND PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "received": (inquiry("received"), "CNI-8 PEND PDNG/INPO", ["camt.111 PDNG/INPO to requester"]),
    "received, classic": (
        inquiry("received", "camt.027"),
        "CNI-8 PEND IPAY",
        ["camt.029 IPAY to requester"],
    ),
    "received, and SEPA sends one final answer only": (
        inquiry("received", "camt.027", "SEPA_SCT"),
        "CNI-8 PEND IPAY",
        [],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), RECEIVED.values(), ids=RECEIVED)
def test_a_bank_that_asks_for_its_money_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_compliance_signs_an_answer_about_what_it_holds() -> None:
    assert decide(inquiry("held", holds=(a_hold("legal", SENT),))).approvals.roles == ("compliance",)


# Status.

STATUS: dict[str, tuple[Facts, str, list[str]]] = {
    "not found": (asked_by_customer("status_enquiry"), "STA-1 REQUEST_INFORMATION", []),
    "under a hold": (asked_by_customer("status_enquiry", SENT, holds=(a_hold("aml", SENT),)), "STA-2 ESCALATE", []),
    "a customer gets words": (asked_by_customer("status_enquiry", SENT), "STA-3 PROVIDE_INFORMATION", []),
    "a bank gets a status": (
        facts("status_enquiry", a_payment(), message="pacs.028"),
        "STA-3 PROVIDE_INFORMATION",
        ["pacs.002 ACCC to requester"],
    ),
    "settled proves no credit": (
        facts("status_enquiry", a_payment(state="settled"), message="pacs.028"),
        "STA-3 PROVIDE_INFORMATION",
        ["pacs.002 ACSP to requester"],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), STATUS.values(), ids=STATUS)
def test_a_status_enquiry_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages
