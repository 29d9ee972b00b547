"""Section 1: a cancellation request received, row by row, each at its edge; and section 12, debit authority."""

from datetime import timedelta
from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import (
    NOW,
    OUR_CUSTOMER,
    a_hold,
    a_payment,
    an_account,
    an_earlier_case,
    asked,
    facts,
    ordered,
    sent,
    told,
)
from tools.payment import Payment

CREDITED = a_payment("4250.00 EUR", state="credited")
SEPA = {"rail": "SEPA_SCT"}


def recall(payment: Payment | None = CREDITED, reason: str = "DUPL", **more: Any) -> Facts:
    """A bank asks for its payment back; the creditor's account is open and covers it."""
    if payment is not None:
        more = {"creditor_account": an_account()} | more
    return facts("cancellation_received", payment, message="camt.056", reason=reason, reasons=(reason,), **more)


def of(state: str, amount: str = "4250.00 EUR", direction: str = "inbound", **more: Any) -> Payment:
    return a_payment(amount, direction, state, **more)


YES, NO, SILENT = asked(CREDITED, "yes"), asked(CREDITED, "no"), asked(CREDITED)
EARLIER = an_earlier_case(CREDITED, "cancellation_received", reason="DUPL")
OUT_OF_TIME: dict[str, Any] = {
    "in_window": False,
    "window_text": "10 BBD",
    "window_last_day": NOW.date() - timedelta(days=1),
}
HALF = an_account(balance="2125.00 EUR")

ROWS: dict[str, tuple[Facts, str, list[str]]] = {
    "never seen": (recall(None), "CXI-1 REJECT RJCR/NOOR", ["camt.029 RJCR/NOOR to requester"]),
    "asked a second time": (recall(prior=(EARLIER,)), "CXI-2 NO_ACTION", []),
    "asked a second time, fraud both times": (
        recall(reason="FRAD", prior=(EARLIER.model_copy(update={"reason": "FRAD"}),)),
        "CXI-2 NO_ACTION",
        [],
    ),
    "asked a second time, now for fraud": (
        recall(reason="FRAD", prior=(EARLIER,)),
        "CXI-7F ESCALATE PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "asked before, but that case is closed": (
        recall(prior=(EARLIER.model_copy(update={"status": "closed"}),), authority=NO),
        "CXI-12 REJECT RJCR/CUST",
        ["camt.029 RJCR/CUST to requester"],
    ),
    "returned already": (recall(of("returned")), "CXI-3 REJECT RJCR/ARDT", ["camt.029 RJCR/ARDT to requester"]),
    "rejected already": (recall(of("rejected")), "CXI-3 REJECT RJCR/ARDT", ["camt.029 RJCR/ARDT to requester"]),
    "under a sanctions hold": (
        recall(holds=(a_hold("sanctions", CREDITED),)),
        "CXI-4 REJECT RJCR/LEGL",
        ["camt.029 RJCR/LEGL to requester"],
    ),
    "creditor account under a legal hold": (
        recall(holds=(a_hold("legal", OUR_CUSTOMER),), authority=YES),
        "CXI-4 REJECT RJCR/LEGL",
        ["camt.029 RJCR/LEGL to requester"],
    ),
    "a technical hold names no row": (
        recall(holds=(a_hold("technical", CREDITED),)),
        "CXI-15 PEND PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "passed on to the next bank": (
        recall(of("forwarded", direction="transit")),
        "CXI-5 FORWARD PDCR/PTNA",
        ["camt.056 DUPL to next", "camt.029 PDCR/PTNA to requester"],
    ),
    "with us, its cover has not come": (
        recall(of("held", settlement_method="COVE"), cover="sent"),
        "CXI-6a ACCEPT CNCL",
        ["camt.029 CNCL to requester"],
    ),
    "with us, its cover has settled": (
        recall(of("settled", settlement_method="COVE"), cover="settled"),
        "CXI-6 ACCEPT CNCL",
        ["camt.029 CNCL to requester", "pacs.004 FOCR to previous"],
    ),
    "received and not booked": (
        recall(of("received")),
        "CXI-6b ACCEPT CNCL",
        ["pacs.002 RJCT/FOCR to previous", "camt.029 CNCL to requester"],
    ),
    "settled and not credited": (
        recall(of("settled")),
        "CXI-6 ACCEPT CNCL",
        ["camt.029 CNCL to requester", "pacs.004 FOCR to previous"],
    ),
    "received on a rail that settles first": (
        recall(of("received", **SEPA)),
        "CXI-6 ACCEPT CNCL",
        ["pacs.004 FOCR to previous"],
    ),
    "received on FedNow": (
        recall(of("received", "4250.00 USD", rail="FEDNOW")),
        "CXI-6 ACCEPT IPAY",
        ["camt.029 IPAY to requester", "pacs.004 FOCR to previous"],
    ),
    "fraud, nobody asked yet": (
        recall(reason="FRAD"),
        "CXI-7F ESCALATE PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "a fraud hold on the creditor's account, nobody asked yet": (
        recall(holds=(a_hold("fraud", OUR_CUSTOMER),)),
        "CXI-7F ESCALATE PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "a fraud hold on the payment alone": (
        recall(holds=(a_hold("fraud", CREDITED),)),
        "CXI-15 PEND PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "fraud, and on SEPA nothing goes out meanwhile": (
        recall(of("credited", **SEPA), reason="FRAD"),
        "CXI-7F ESCALATE PDCR/RQDA",
        [],
    ),
    "fraud, outside the window, is still the specialist's": (
        recall(of("credited", **SEPA), reason="FRAD", **OUT_OF_TIME),
        "CXI-7F ESCALATE PDCR/RQDA",
        [],
    ),
    "fraud, the creditor refuses": (
        recall(reason="FRAD", authority=NO),
        "CXI-9 ESCALATE PDCR/ARPL",
        ["camt.029 PDCR/ARPL to requester"],
    ),
    "fraud, no answer, deadline passed": (
        recall(reason="FRAD", authority=SILENT, deadline_passed=True),
        "CXI-9 ESCALATE PDCR/ARPL",
        ["camt.029 PDCR/ARPL to requester"],
    ),
    "fraud, no answer, deadline not passed": (
        recall(reason="FRAD", authority=SILENT),
        "CXI-14 PEND PDCR/ADAC",
        ["camt.029 PDCR/ADAC to requester"],
    ),
    "out of time on SEPA, which has no words": (
        recall(of("credited", **SEPA), **OUT_OF_TIME),
        "CXI-7 REJECT RJCR/LEGL",
        ["camt.029 RJCR/LEGL to requester"],
    ),
    "out of time on FedNow, in words": (
        recall(of("credited", "4250.00 USD", rail="FEDNOW"), **OUT_OF_TIME),
        "CXI-7 REJECT RJCR/NARR",
        ["camt.029 RJCR/NARR to requester"],
    ),
    "out of time, though the creditor agrees": (
        recall(of("credited", **SEPA), authority=YES, **OUT_OF_TIME),
        "CXI-7 REJECT RJCR/LEGL",
        ["camt.029 RJCR/LEGL to requester"],
    ),
    "account closed": (
        recall(creditor_account=an_account(status="closed"), authority=YES),
        "CXI-8 REJECT RJCR/AC04",
        ["camt.029 RJCR/AC04 to requester"],
    ),
    "account blocked is not closed": (
        recall(creditor_account=an_account(status="blocked"), authority=NO),
        "CXI-12 REJECT RJCR/CUST",
        ["camt.029 RJCR/CUST to requester"],
    ),
    "creditor agrees, to the cent": (
        recall(authority=YES, creditor_account=an_account(balance="4250.00 EUR")),
        "CXI-10 ACCEPT CNCL",
        ["camt.029 CNCL to requester", "pacs.004 FOCR to previous"],
    ),
    "creditor agrees, on Fedwire the money alone": (
        recall(
            of("credited", "4250.00 USD", rail="FEDWIRE"),
            authority=YES,
            creditor_account=an_account(balance="9000.00 USD"),
        ),
        "CXI-10 ACCEPT CNCL",
        ["pacs.004 FOCR to previous"],
    ),
    "fraud, creditor agrees and it is all there": (
        recall(reason="FRAD", authority=YES),
        "CXI-10 ACCEPT CNCL",
        ["camt.029 CNCL to requester", "pacs.004 FOCR to previous"],
    ),
    "fraud, creditor agrees, half is left": (
        recall(reason="FRAD", authority=YES, creditor_account=HALF),
        "CXI-11F ESCALATE PDCR/ADAC",
        ["camt.029 PDCR/ADAC to requester"],
    ),
    "fraud, creditor agrees, nothing is left": (
        recall(reason="FRAD", authority=YES, creditor_account=an_account(balance="0.00 EUR")),
        "CXI-11 REJECT RJCR/AM04",
        ["camt.029 RJCR/AM04 to requester"],
    ),
    "creditor agrees, one cent is missing": (
        recall(authority=YES, creditor_account=an_account(balance="4249.99 EUR")),
        "CXI-11 REJECT RJCR/AM04",
        ["camt.029 RJCR/AM04 to requester"],
    ),
    "creditor refuses": (recall(authority=NO), "CXI-12 REJECT RJCR/CUST", ["camt.029 RJCR/CUST to requester"]),
    "no answer, deadline passed": (
        recall(authority=SILENT, deadline_passed=True),
        "CXI-13 REJECT RJCR/NOAS",
        ["camt.029 RJCR/NOAS to requester"],
    ),
    "no answer, deadline not passed": (
        recall(authority=SILENT),
        "CXI-14 PEND PDCR/ADAC",
        ["camt.029 PDCR/ADAC to requester"],
    ),
    "no answer, and SEPA knows no interim": (
        recall(of("credited", **SEPA), authority=SILENT),
        "CXI-14 PEND PDCR/ADAC",
        [],
    ),
    "nobody asked yet": (recall(), "CXI-15 PEND PDCR/RQDA", ["camt.029 PDCR/RQDA to requester"]),
}


@pytest.mark.parametrize(("f", "row", "messages"), ROWS.values(), ids=ROWS)
def test_a_request_for_cancellation_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_a_suspected_creditor_is_not_contacted() -> None:
    """CXI-7F: what remains is held, the account is scored, and nobody asks for debit authority."""
    found = decide(recall(reason="FRAD"))

    assert ordered(found) == ["hold_account", "score_account"]
    assert found.approvals.roles == ("fraud_specialist",)


def test_a_first_fraud_claim_holds_at_once_and_links_the_older_case() -> None:
    """CXI-2a."""
    found = decide(recall(reason="FRAD", prior=(EARLIER,)))

    assert {"hold_account", "link_case"} <= set(ordered(found))


def test_a_chaser_links_the_case_and_repeats_our_last_answer_once() -> None:
    found = decide(recall(prior=(EARLIER,)))

    assert (found.link, ordered(found)) == ("EARLIER-1", ["link_case", "repeat_last_answer"])


def test_a_late_cover_goes_back_when_it_comes() -> None:
    """CXI-6a."""
    found = decide(recall(of("held", settlement_method="COVE"), cover="none"))

    assert ordered(found) == ["stop_processing", "return_late_cover"]


def test_compliance_signs_a_refusal_under_its_hold_and_fraud_its_own() -> None:
    held = decide(recall(holds=(a_hold("aml", OUR_CUSTOMER),)))
    fraud = decide(recall(reason="FRAD", authority=YES))

    assert "compliance" in held.approvals.roles
    assert set(fraud.approvals.roles) == {"approver", "fraud_specialist"}
    assert fraud.approvals.required == 2


# Section 12: the same questions, asked for debit authority.


def authority(payment: Payment | None = CREDITED, **more: Any) -> Facts:
    if payment is not None:
        more = {"creditor_account": an_account()} | more
    return facts("debit_authority", payment, **{"message": "camt.110"} | more)


DEBITS: dict[str, tuple[Facts, str, list[str]]] = {
    "never seen": (authority(None), "DBA-8 REJECT RJCT/NOOR", ["camt.111 RJCT/NOOR to requester"]),
    "returned already": (authority(of("returned")), "DBA-7 REJECT RJCT/ARDT", ["camt.111 RJCT/ARDT to requester"]),
    "under a hold": (
        authority(holds=(a_hold("aml", CREDITED),)),
        "DBA-4 REJECT RJCT/LEGL",
        ["camt.111 RJCT/LEGL to requester"],
    ),
    "fraud, nobody asked": (
        authority(reason="FRAD"),
        "DBA-6F ESCALATE PDNG/ADAC",
        ["camt.111 PDNG/ADAC to requester"],
    ),
    "fraud, creditor refuses": (
        authority(reason="FRAD", authority=NO),
        "DBA-3F ESCALATE PDNG/ADAC",
        ["camt.111 PDNG/ADAC to requester"],
    ),
    "creditor refuses": (authority(authority=NO), "DBA-2 REJECT CLSD", ["camt.111 CLSD to requester"]),
    "account closed": (
        authority(creditor_account=an_account(status="closed")),
        "DBA-2 REJECT CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "no balance": (
        authority(authority=YES, creditor_account=HALF),
        "DBA-2 REJECT CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "given": (authority(authority=YES), "DBA-1 ACCEPT CLSD", ["camt.111 CLSD to requester"]),
    "given on SEPA": (
        authority(of("credited", **SEPA), authority=YES, message="camt.037"),
        "DBA-1 ACCEPT CLSD",
        ["camt.036 CLSD to requester"],
    ),
    "no answer in time": (
        authority(authority=SILENT, deadline_passed=True),
        "DBA-3 REJECT RJCT/NOAS",
        ["camt.111 RJCT/NOAS to requester"],
    ),
    "asked, waiting": (authority(authority=SILENT), "DBA-5 PEND PDNG/ADAC", ["camt.111 PDNG/ADAC to requester"]),
    "waiting on SEPA says nothing": (
        authority(of("credited", **SEPA), authority=SILENT, message="camt.037"),
        "DBA-5 PEND PDNG/ADAC",
        [],
    ),
    "nobody asked": (authority(), "DBA-6 PEND PDNG/ADAC", ["camt.111 PDNG/ADAC to requester"]),
}


@pytest.mark.parametrize(("f", "row", "messages"), DEBITS.values(), ids=DEBITS)
def test_a_request_for_debit_authority_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages
