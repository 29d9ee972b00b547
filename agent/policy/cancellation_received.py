"""Section 1: a cancellation request received (camt.056; MT n92; Stop and Recall)."""

from agent.policy.answers import (
    accept_cancellation,
    act,
    escalate,
    interim_messages,
    narrative_code,
    pend_cancellation,
    refuse_cancellation,
)
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.proposal import Action

CANCELLATION_RECEIVED = Table("1. Cancellation request received", ("recall-received",))
row = CANCELLATION_RECEIVED.row


@row("CXI-1", "no payment found", "refuse: never received", "recall-refusal-codes")
def not_found(f: Facts) -> Verdict | None:
    return refuse_cancellation(f, "NOOR") if f.payment is None else None


@row(
    "CXI-2",
    "a cancellation request for it is open already, and this one adds no fraud claim",
    "link; repeat the last answer once",
    "general-one-case",
)
def chaser(f: Facts) -> Verdict | None:
    """CXI-2a is the other branch: a first fraud claim does not stop here but goes on as FRAD, the older case linked."""
    earlier = f.open_case("cancellation_received", direction="received")
    if earlier is None or (f.reason == "FRAD" and earlier.reason != "FRAD"):
        return None
    return Verdict(
        disposition="NO_ACTION",
        link=earlier.id,
        actions=(act("link_case", earlier.id), act("repeat_last_answer", earlier.id)),
    )


@row(
    "CXI-3",
    "returned or rejected",
    "refuse, with the return's reference where the rail has narrative",
    "recall-refusal-codes",
)
def already_back(f: Facts) -> Verdict | None:
    return refuse_cancellation(f, "ARDT", say=None if f.sepa else "return_reference") if f.back else None


@row(
    "CXI-4",
    "payment or creditor account under a compliance hold",
    "refuse, the code alone; compliance approves",
    "general-compliance-hold",
    "general-wording",
)
def under_hold(f: Facts) -> Verdict | None:
    if f.payment is None or not any(
        f.held_for("sanctions", "legal", "aml", account=ref) for ref in (f.payment.uetr, f.payment.creditor.account)
    ):
        return None
    return refuse_cancellation(f, "LEGL", act("inform_compliance", f.payment.uetr))


@row(
    "CXI-5", "we are intermediary and it is forwarded", "send the request on", "recall-forwarding", "general-no-bypass"
)
def passed_on(f: Facts) -> Verdict | None:
    if f.state != "forwarded":
        return None
    return Verdict(
        disposition="FORWARD",
        status="PDCR",
        reason="PTNA",
        messages=(Send(kind="camt.056", to="next", reason=f.reason), *interim_messages(f, "PTNA")),
    )


@row(
    "CXI-6a",
    "not credited; cover method and no settled cover",
    "stop; there is nothing to return",
    "recall-before-credit",
    "recall-cover-not-settled",
)
def uncovered(f: Facts) -> Verdict | None:
    if f.payment is None or f.credited or not f.cover_method or f.cover == "settled":
        return None
    return Verdict(
        disposition="ACCEPT",
        status="CNCL",
        messages=(Send(kind="camt.029", status="CNCL"),),
        actions=(act("stop_processing", f.payment.uetr), act("return_late_cover", f.payment.uetr, "FOCR")),
    )


@row("CXI-6b", "not credited; CBPR, received or held", "stop; reject the payment", "recall-before-credit")
def not_booked(f: Facts) -> Verdict | None:
    if f.payment is None or f.rail != "CBPR" or not f.unreleased:
        return None
    return Verdict(
        disposition="ACCEPT",
        status="CNCL",
        messages=(
            Send(kind="pacs.002", to="previous", status="RJCT", reason="FOCR"),
            Send(kind="camt.029", status="CNCL"),
        ),
        actions=(act("stop_processing", f.payment.uetr),),
    )


@row("CXI-6", "else not yet credited", "stop processing; accept", "recall-before-credit", "pacs-004-rules")
def not_credited(f: Facts) -> Verdict | None:
    if f.payment is None or f.credited:
        return None
    return accept_cancellation(f, act("stop_processing", f.payment.uetr))


@row(
    "CXI-7F",
    "credited; creditor not asked yet; fraud claimed, or a fraud hold on the creditor account",
    "hold what remains; the creditor is not contacted",
    "recall-fraud-received",
    "recall-interim-codes",
)
def fraud_not_asked(f: Facts) -> Verdict | None:
    assert f.payment is not None
    account = f.payment.creditor.account
    suspected = f.reason == "FRAD" or f.held_for("fraud", account=account)
    if f.authority is not None or not suspected:
        return None
    return escalate(
        "fraud_specialist",
        *_hold_at_once(f),
        act("score_account", account),
        status="PDCR",
        reason="RQDA",
        messages=interim_messages(f, "RQDA"),
    )


@row(
    "CXI-9",
    "credited; fraud claimed; creditor refused, or the deadline passed",
    "keep the hold; the specialist decides",
    "recall-fraud-received",
    "recall-interim-codes",
)
def fraud_unanswered(f: Facts) -> Verdict | None:
    if f.reason != "FRAD" or not (refused(f) or (unanswered(f) and f.deadline_passed)):
        return None
    return escalate(
        "fraud_specialist",
        *_hold_at_once(f),
        status="PDCR",
        reason="ARPL",
        messages=interim_messages(f, "ARPL"),
    )


@row(
    "CXI-7",
    "credited; outside the rail's window for this reason",
    "refuse, naming the window where the rail has narrative",
    "sepa-recall-windows",
    "fednow-return-request",
    "recall-refusal-codes",
)
def outside_window(f: Facts) -> Verdict | None:
    if f.in_window is not False:
        return None
    code = narrative_code(f)
    return refuse_cancellation(f, code, say="outside_window" if code == "NARR" else None)


@row("CXI-8", "credited; creditor account closed", "refuse", "recall-refusal-codes")
def account_closed(f: Facts) -> Verdict | None:
    closed = f.creditor_account is not None and f.creditor_account.status == "closed"
    return refuse_cancellation(f, "AC04") if closed else None


@row(
    "CXI-10",
    "credited; creditor consents; balance covers it",
    "debit the creditor; accept",
    "recall-debit-authority",
    "pacs-004-rules",
)
def consented(f: Facts) -> Verdict | None:
    assert f.payment is not None
    if not agreed(f) or not f.balance_covers:
        return None
    return accept_cancellation(f, act("debit_account", f.payment.creditor.account, str(f.payment.money)))


@row(
    "CXI-11F",
    "credited; fraud claimed; creditor consents; balance covers part of it",
    "hold what remains; the specialist decides on a part return",
    "recall-partial",
    "recall-fraud-received",
)
def fraud_partly_covered(f: Facts) -> Verdict | None:
    account = f.creditor_account
    if f.reason != "FRAD" or not agreed(f) or f.balance_covers is not False or account is None or account.balance <= 0:
        return None
    return escalate(
        "fraud_specialist",
        *_hold_at_once(f),
        status="PDCR",
        reason="ADAC",
        messages=interim_messages(f, "ADAC"),
    )


@row("CXI-11", "credited; creditor consents; balance does not cover it", "refuse", "recall-refusal-codes")
def not_covered(f: Facts) -> Verdict | None:
    return refuse_cancellation(f, "AM04") if agreed(f) and f.balance_covers is False else None


@row("CXI-12", "credited; creditor refuses", "refuse", "recall-debit-authority", "recall-refusal-codes")
def creditor_refuses(f: Facts) -> Verdict | None:
    return refuse_cancellation(f, "CUST") if refused(f) else None


@row("CXI-13", "credited; creditor asked; no answer; deadline passed", "refuse", "sepa-recall-answer")
def no_answer(f: Facts) -> Verdict | None:
    return refuse_cancellation(f, "NOAS") if unanswered(f) and f.deadline_passed else None


@row(
    "CXI-14",
    "credited; creditor asked; deadline not passed",
    "wait; next chase date",
    "recall-interim-codes",
    "recall-debit-authority",
)
def waiting(f: Facts) -> Verdict | None:
    if f.authority is None:
        return None
    assert f.payment is not None
    return pend_cancellation(f, "ADAC", act("chase_customer", f.payment.creditor.account))


@row(
    "CXI-15",
    "credited; creditor not asked yet",
    "ask the creditor for debit authority",
    "recall-debit-authority",
    "recall-interim-codes",
)
def not_asked(f: Facts) -> Verdict | None:
    assert f.payment is not None
    return pend_cancellation(f, "RQDA", act("request_debit_authority", f.payment.creditor.account))


def agreed(f: Facts) -> bool:
    return f.authority is not None and f.authority.answer == "yes"


def refused(f: Facts) -> bool:
    return f.authority is not None and f.authority.answer == "no"


def unanswered(f: Facts) -> bool:
    return f.authority is not None and f.authority.answer is None


def _hold_at_once(f: Facts) -> tuple[Action, ...]:
    assert f.payment is not None
    earlier = f.open_case("cancellation_received", direction="received")
    hold = act("hold_account", f.payment.creditor.account, "fraud")
    return (hold, act("link_case", earlier.id)) if earlier else (hold,)
