"""Section 0 and section 15: what comes before any table, and which open case of a payment goes first."""

from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import (
    OUR_CUSTOMER,
    THEIR_CUSTOMER,
    a_hold,
    a_payment,
    an_earlier_case,
    asked_by_customer,
    facts,
    ordered,
    sent,
    told,
)

CREDITED = a_payment()
SENT = a_payment(direction="outbound", state="settled")


def recall(**more: Any) -> Facts:
    return facts("cancellation_received", CREDITED, **{"message": "camt.056", "reason": "DUPL"} | more)


ROWS: dict[str, tuple[Facts, str, list[str]]] = {
    "nobody can say what it is": (facts("unknown"), "GEN-1 REQUEST_INFORMATION", []),
    "the same message as before": (recall(same_message="EARLIER-1"), "GEN-2 NO_ACTION", []),
    "the same message as before, from a stranger": (
        recall(same_message="EARLIER-1", standing="stranger"),
        "GEN-2 NO_ACTION",
        [],
    ),
    "several payments fit": (
        facts("cancellation_received", candidates=2, message="camt.056"),
        "GEN-3 REQUEST_INFORMATION",
        [],
    ),
    "one candidate is no match is the table's": (
        facts("cancellation_received", candidates=1, message="camt.056", reason="DUPL"),
        "CXI-1 REJECT RJCR/NOOR",
        ["camt.029 RJCR/NOOR to requester"],
    ),
    "the amount contradicts the record": (
        recall(contradiction="they say 42.50 EUR"),
        "GEN-4 REQUEST_INFORMATION",
        [],
    ),
    "a bank beyond the neighbour asks": (
        recall(standing="in_chain"),
        "GEN-5a REJECT RJCR/NARR",
        ["camt.029 RJCR/NARR to requester"],
    ),
    "a bank beyond the neighbour inquires by camt.110": (
        facts("non_receipt_received", CREDITED, message="camt.110", standing="in_chain"),
        "GEN-5a REJECT RJCT/AGNT",
        ["camt.111 RJCT/AGNT to requester"],
    ),
    "a bank beyond the neighbour claims fraud": (
        recall(standing="in_chain", reason="FRAD"),
        "CXI-7F ESCALATE PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "compliance asks from anywhere in the chain": (
        facts("compliance_request", CREDITED, message="camt.110", standing="in_chain"),
        "RFI-1 ESCALATE PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "the address is on file, the person is not verified": (
        asked_by_customer("recall", SENT, standing="owner_unverified"),
        "GEN-5b REQUEST_INFORMATION",
        [],
    ),
    "a stranger asks": (recall(standing="stranger"), "GEN-5 ESCALATE", []),
    "a stranger with the wrong amount learns nothing from it": (
        recall(standing="stranger", contradiction="they say 42.50 EUR"),
        "GEN-5 ESCALATE",
        [],
    ),
    "a sanctions hold that no row below names": (
        facts("modification", CREDITED, message="camt.087", holds=(a_hold("sanctions", CREDITED),)),
        "GEN-6 ESCALATE",
        [],
    ),
    "an aml hold on the debtor's account during a recall": (
        recall(holds=(a_hold("aml", THEIR_CUSTOMER),)),
        "GEN-6 ESCALATE",
        [],
    ),
    "a sanctions hold that the recall's own row names": (
        recall(holds=(a_hold("sanctions", OUR_CUSTOMER),)),
        "CXI-4 REJECT RJCR/LEGL",
        ["camt.029 RJCR/LEGL to requester"],
    ),
    "a fraud report goes on under a hold": (
        asked_by_customer("fraud_report", SENT, holds=(a_hold("legal", SENT),), reason="FRAD"),
        "FRD-3 REQUEST_CANCELLATION FRAD",
        ["camt.056 FRAD to next"],
    ),
    "a fraud hold is no compliance hold": (
        facts("modification", CREDITED, message="camt.087", holds=(a_hold("fraud", CREDITED),)),
        "MOD-5 REJECT UM15",
        ["camt.029 RJMOD/UM15 to requester"],
    ),
    "they recall what they also say they did not get": (
        facts("non_receipt_received", CREDITED, prior=(an_earlier_case(CREDITED, "cancellation_received"),)),
        "PRE-1 NO_ACTION",
        [],
    ),
    "they cannot apply what they want changed": (
        facts("unable_to_apply", CREDITED, prior=(an_earlier_case(CREDITED, "modification"),)),
        "PRE-1 NO_ACTION",
        [],
    ),
    "a recall is not beaten by a non-receipt": (
        recall(prior=(an_earlier_case(CREDITED, "non_receipt_received"),)),
        "CXI-15 PEND PDCR/RQDA",
        ["camt.029 PDCR/RQDA to requester"],
    ),
    "a closed recall beats nothing": (
        facts(
            "non_receipt_received",
            CREDITED,
            message="camt.110",
            prior=(an_earlier_case(CREDITED, "cancellation_received", status="closed"),),
        ),
        "CNI-2 PROVIDE_INFORMATION CLSD",
        ["camt.111 CLSD to requester"],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), ROWS.values(), ids=ROWS)
def test_what_comes_before_any_table_decides_first(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


@pytest.mark.parametrize(
    ("f", "role"),
    [
        (recall(standing="stranger"), "fraud_specialist"),
        (facts("modification", CREDITED, holds=(a_hold("legal", CREDITED),)), "compliance"),
    ],
    ids=["stranger", "hold"],
)
def test_an_escalation_is_for_its_role_and_nobody_else(f: Facts, role: str) -> None:
    found = decide(f)

    assert (found.approvals.required, found.approvals.roles) == (1, (role,))


def test_on_sepa_the_right_neighbour_is_not_named_in_words() -> None:
    """SEPA has no NARR: the code stands alone."""
    payment = a_payment(rail="SEPA_SCT")

    found = decide(facts("cancellation_received", payment, message="camt.056", standing="in_chain", reason="DUPL"))

    assert told(found) == "GEN-5a REJECT RJCR/LEGL"
    assert found.messages[0].say is None


def test_an_unverified_fraud_report_holds_what_has_not_left() -> None:
    """GEN-5b: a call back, and the one thing that does no harm."""
    waiting = a_payment(direction="outbound", state="held")

    found = decide(asked_by_customer("fraud_report", waiting, standing="owner_unverified"))

    assert ordered(found) == ["call_back", "hold_payment"]
    assert found.approvals.roles == ("fraud_specialist",)


def test_an_unverified_fraud_report_stops_nothing_that_has_left() -> None:
    assert ordered(decide(asked_by_customer("fraud_report", SENT, standing="owner_unverified"))) == ["call_back"]
