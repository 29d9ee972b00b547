"""For sections 3, 6 and 8: where a payment and its cover are, and whose open question asks again."""

from datetime import datetime
from typing import Any

from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from agent.policy.facts import SEPA
from tools.calendar import add_business_days, calendar_of
from tools.deadlines import ExecutionClock, execution_clock
from tools.payment import Payment
from tools.records import OfPayment, trace_payment
from tools.related import OfOrder, find_cover


def trail(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What the tracker or the rail reported, oldest first."""
    if inquiry.found is None:
        return {}
    events = inquiry.notebook.ask(trace_payment, OfPayment(uetr=inquiry.payment.uetr)).events
    return {"tracker": events}


def execution(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the rail's time to credit is still running."""
    payment = inquiry.found
    if payment is None:
        return {}
    time = inquiry.notebook.ask(
        execution_clock,
        ExecutionClock(
            rail=payment.rail,
            currency=payment.currency,
            settlement_date=payment.settlement_date,
            as_of=inquiry.case.as_of,
        ),
    )
    return {"executing": not time.over, "execution_due": time.due}


def leaves_on(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """When an order that only missed the cut-off goes out: the next banking day, never before its own date."""
    payment, holds = inquiry.found, known.get("holds", ())
    if payment is None or {h.kind for h in holds} != {"cutoff"}:
        return {}
    cal, today = calendar_of(payment.rail, payment.currency), inquiry.case.as_of.date()
    missed = [h.since.date() if isinstance(h.since, datetime) else h.since for h in holds if h.since is not None]
    next_day = add_business_days(max(missed, default=today), 1, cal)
    day = max(next_day, add_business_days(today, 0, cal), payment.settlement_date)
    inquiry.notebook.note(
        "next_banking_day", {"rail": payment.rail, "since": str(missed[-1:])}, {"day": day.isoformat()}
    )
    return {"leaves_on": day}


def cover(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """The cover of an order by cover method, and whether we trace it already."""
    payment = inquiry.found
    if payment is None or payment.settlement_method != "COVE":
        return {}
    found = inquiry.notebook.ask(find_cover, OfOrder(uetr=payment.uetr))
    return {
        "cover": found.state,
        "cover_payment": found.cover,
        "cover_traced": found.cover is not None and _traced(inquiry, found.cover),
    }


def _traced(inquiry: Inquiry, cover: Payment) -> bool:
    """An open case that we sent to the agent that carries the cover, about the cover or its order."""
    about = (*inquiry.prior, *inquiry.notebook.aside.prior_cases(cover.uetr))
    return any(
        c.direction == "sent"
        and c.status == "open"
        and c.type != "recall"
        and cover.instructed_agent.same_as(c.counterparty)
        for c in about
    )


def case_they_chase(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """STA-0: the open case of theirs that a status request refers to (SEPA: any such case that is open)."""
    open_cases = [c for c in inquiry.prior if c.direction == "received" and c.status == "open"]
    original = inquiry.transaction.original
    named = [
        c
        for c in open_cases
        if (original.message_id is not None and original.message_id in (c.message_id, c.their_case_id, c.id))
        or (inquiry.transaction.case_id is not None and inquiry.transaction.case_id in (c.their_case_id, c.id))
    ]
    refers = (original.message_name or "").startswith("camt.")
    sepa = known["rail"] in SEPA and inquiry.case.from_bank
    chased = named or (open_cases if refers or sepa else [])
    return {"status_of_case": chased[0] if chased else None}
