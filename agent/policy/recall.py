"""Section 2: recall of a payment that we sent (a customer's wish or our own; camt.055; e-mail; branch)."""

from agent.policy.answers import act
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from tools.bank.records import PriorCase

RECALL = Table("2. Recall of a payment that we sent", ("recall-sent",))
row = RECALL.row

_RECALL_FAMILY = ("DUPL", "TECH", "FRAD")
"""Reasons of a Recall; all others belong to the request for recall by the originator (RFRO)."""


def _inform(reply: str) -> Verdict:
    return Verdict(disposition="PROVIDE_INFORMATION", reply=reply)


@row("CXO-1", "no payment found", "ask the requester", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    return Verdict(disposition="REQUEST_INFORMATION", reply="payment_not_found") if f.payment is None else None


@row("CXO-2", "returned, rejected or cancelled", "tell when and how the money came back", "general-wording")
def already_back(f: Facts) -> Verdict | None:
    return _inform("already_back") if f.back else None


@row(
    "CXO-3",
    "a recall for the same family of reasons is open (SEPA: one Recall and one RFRO ever)",
    "link",
    "recall-one-only-sepa",
    "general-one-case",
)
def recalled_before(f: Facts) -> Verdict | None:
    earlier = _same_family(f)
    if earlier is None:
        return None
    return Verdict(
        disposition="NO_ACTION", link=earlier.id, actions=(act("link_case", earlier.id),), reply="recall_open"
    )


def _same_family(f: Facts) -> PriorCase | None:
    ours = f.new_recall_reason in _RECALL_FAMILY
    for case in f.prior:
        if case.type != "recall" or case.direction != "sent":
            continue
        if (f.sepa or case.status == "open") and (case.reason is None or (case.reason in _RECALL_FAMILY) == ours):
            return case
    return None


@row("CXO-4", "not released", "cancel the order; no message leaves", "recall-not-released")
def not_released(f: Facts) -> Verdict | None:
    if f.payment is None or not f.unreleased:
        return None
    return Verdict(
        disposition="CANCEL_INTERNALLY", actions=(act("cancel_order", f.payment.uetr),), reply="order_cancelled"
    )


@row("CXO-5", "wrong amount, and we sent less than meant", "propose to pay the difference", "recall-wrong-amount")
def sent_less(f: Facts) -> Verdict | None:
    return _inform("pay_difference") if f.underpaid else None


@row("CXO-6", "duplicate claimed, and no twin in the records", "ask for the twin", "recall-duplicate-proof")
def no_twin(f: Facts) -> Verdict | None:
    if not f.duplicate_claimed or f.twin is not None:
        return None
    return Verdict(disposition="REQUEST_INFORMATION", reply="no_twin")


@row("CXO-7", "outside the rail's window for this reason", "tell; offer the route still open", "sepa-recall-windows")
def outside_window(f: Facts) -> Verdict | None:
    if f.in_window is not False:
        return None
    return Verdict(disposition="REJECT", reply="outside_window_other_route" if f.other_route_open else "outside_window")


@row("CXO-8", "else", "recall from the next agent; a request, not a right", "recall-reasons", "general-no-bypass")
def request(f: Facts) -> Verdict | None:
    assert f.payment is not None
    actions = [act("hold_cover", f.payment.uetr)] if f.cover_method and f.cover != "settled" else []
    if f.new_recall_reason == "FRAD":
        actions.append(act("mark_urgent", f.payment.uetr))
    return Verdict(
        disposition="REQUEST_CANCELLATION",
        reason=f.new_recall_reason,
        messages=(Send(kind="camt.056", to="next", reason=f.new_recall_reason),),
        actions=tuple(actions),
        reply="recall_sent",
    )
