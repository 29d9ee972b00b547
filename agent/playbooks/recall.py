"""For sections 1 and 2: why a payment is asked back, and whether in time."""

import re
from typing import Any

from agent.free_text import recall_reason
from agent.inquiry import Inquiry
from agent.playbooks.duplicate import twin_if_claimed
from agent.playbooks.look_up import Known
from agent.playbooks.returns import note_rest
from agent.policy.facts import SEPA
from tools.deadlines import RecallClock, recall_clock
from tools.payment import Money
from tools.records import OfPayment, incidents

_SEPA_REASONS = ("DUPL", "TECH", "FRAD", "AC03", "AM09", "CUST")


def why_recall(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """The reason of a recall of ours: stated code or words, then what the records prove (table 2, reason list)."""
    stated = known["reason"] if inquiry.reading.reasons else None
    said = recall_reason(inquiry.reading.text)
    claimed, underpaid = _amount_compared(inquiry, stated or said.code, said.underpaid and stated is None)
    found: dict[str, Any] = {"underpaid": underpaid, "duplicate_claimed": claimed == "DUPL"}
    if inquiry.found is None:
        return found
    if underpaid:
        _note_shortfall(inquiry)
    uetr = inquiry.payment.uetr
    if claimed == "DUPL":
        found |= twin_if_claimed(inquiry, dict(known) | found)
    if claimed == "TECH":
        touched = inquiry.notebook.ask(incidents, OfPayment(uetr=uetr)).incidents
        found["incident"] = touched[0].id if touched else None
        if not touched:
            claimed = None
    reason = claimed or _reason_of_ours(inquiry) or "CUST"
    if inquiry.payment.rail in SEPA and reason not in _SEPA_REASONS:
        reason = "CUST"
    return found | {"new_recall_reason": reason}


_MEANT = re.compile(
    r"\b(?:sh(?:ou)?ld\s+have|ought\s+to|meant|intended|instead\s+of|supposed\s+to|rather\s+than|correct\s+amount"
    r"|sollte\w*|gemeint|statt|anstatt|richtig\w*|aurait\s+d[uû]|au\s+lieu|deb[ií]a\w*|en\s+lugar|en\s+vez"
    r"|moeten|had\s+.{0,30}\s+moeten|in\s+plaats|doveva\w*|invece)\b",
    re.IGNORECASE,
)


def _amount_compared(inquiry: Inquiry, claimed: str | None, underpaid: bool) -> tuple[str | None, bool]:
    """A wrong amount: what was meant against what was sent says whether it was too much, too little or other money."""
    payment = inquiry.found
    if payment is None or inquiry.reading.reasons:
        return claimed, underpaid
    if not (underpaid or claimed in ("AM09", "CURR") or _MEANT.search(inquiry.reading.text)):
        return claimed, underpaid
    sent = payment.instructed or payment.money
    others = [m for m in inquiry.reading.amounts if m != sent]
    if (
        not others
        or (claimed == "DUPL" and others[-1].currency == sent.currency)
        or claimed in ("FRAD", "TECH", "AC03")
    ):
        return claimed, underpaid
    if others[-1].currency != sent.currency:
        return "CURR", False
    meant = others[-1]
    less = sent < meant
    if less:
        short = Money(amount=meant.amount - sent.amount, currency=sent.currency)
        inquiry.notebook.note("compare_amounts", {"sent": str(sent), "meant": str(meant)}, {"difference": str(short)})
    return (None if less else "AM09"), less


def _note_shortfall(inquiry: Inquiry) -> None:
    """Keep as evidence by how much less was sent than a letter says was meant."""
    sent = inquiry.payment.instructed or inquiry.payment.money
    meant = [m for m in inquiry.reading.amounts if m != inquiry.payment.money]
    if meant:
        note_rest(inquiry, meant[-1], sent)


_COVER_BACK = re.compile(
    r"\bcover\b.{0,80}\b(?:came back|come back|returned|rejected|sent back)\b", re.IGNORECASE | re.DOTALL
)

_NO_REMEDY = re.compile(
    r"\b(?:cannot|can not|can't|could not|unable to)\b.{0,40}\b(?:appl|answer|suppl|provide)\w*",
    re.IGNORECASE | re.DOTALL,
)


def _reason_of_ours(inquiry: Inquiry) -> str | None:
    """A recall by our own wish: the cover came back (COVR), or an enquiry has no remedy (CUTA)."""
    if inquiry.case.from_bank or inquiry.case.sender.customer_id is not None:
        return None
    if _COVER_BACK.search(inquiry.reading.text):
        return "COVR"
    return "CUTA" if _NO_REMEDY.search(inquiry.reading.text) else None


def recall_in_time(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the request came inside the rail's window for its reason."""
    payment = inquiry.found
    if payment is None:
        return {}
    reason = known.get("new_recall_reason") or known["reason"]
    window = inquiry.notebook.ask(
        recall_clock,
        RecallClock(
            rail=payment.rail,
            reason=reason,
            settlement_date=payment.settlement_date,
            currency=payment.currency,
            requested_at=inquiry.asked_at,
        ),
    )
    text = f"{window.length} after settlement, last day {window.last_day}" if window.last_day else None
    return {
        "in_window": window.inside,
        "window_text": text,
        "window_last_day": window.last_day,
        "other_route_until": window.other_route_until,
        "other_route_open": window.other_route_until is not None,
    }
