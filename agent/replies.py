"""The reply that a row asks for, worded by agent.wording from the facts; nobody unknown is told anything."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from agent import bank_letters, wording, wording_tracing
from agent.policy.facts import Facts
from agent.proposal import Reply
from agent.state import Decided
from tools.payment import Money

About = wording.About


def reply_to(decided: Decided) -> Reply | None:
    """Return the reply of a decided case, or None where its row writes to nobody."""
    kind = decided.disposition.reply
    if kind is None or (decided.facts.standing == "ourselves" and kind not in _BANK):
        return None  # a wish of our own is answered by what is done, not by a letter
    if kind in _BANK and not decided.facts.from_bank and kind != "enquiry_in_words":
        return Reply(to="customer", text=wording.received(_name(decided)))
    to_bank = kind in _BANK or (decided.facts.from_bank and kind in _EITHER)
    if to_bank:
        return Reply(to="bank", text=(_BANK | _EITHER)[kind](decided))
    if kind not in _CUSTOMER or _between_banks(decided.facts):
        return None
    if decided.facts.payment is None and kind not in _WITHOUT_PAYMENT:
        return Reply(to="customer", text=wording.received())
    return Reply(to="customer", text=_CUSTOMER[kind](decided))


def _between_banks(f: Facts) -> bool:
    """A transfer of banks' own money, told of by a bank: no customer stands behind it to be written to."""
    transfer = f.payment is not None and f.payment.message_type[:8] == "pacs.009"
    return transfer and f.from_bank and f.debtor_account is None and f.creditor_account is None


_WITHOUT_PAYMENT = (
    "unreadable",
    "several_payments",
    "payment_not_found",
    "call_back",
    "fraud_call_back",
    "holding",
    "fraud_received",
    "fraud_asked_before",
    "fraud_looked_into",
)
"""Replies that speak of no payment; any other becomes a neutral one where none was found."""


def _about(decided: Decided) -> About:
    """The payment as the reader's own order names it."""
    payment = decided.facts.payment
    assert payment is not None
    ours = payment.direction == "outbound"
    return About(
        money=payment.instructed or payment.money,
        on=payment.settlement_date,
        payee=payment.creditor.name if ours else None,
        reference=payment.end_to_end_id if ours else None,
    )


def _name(decided: Decided) -> str | None:
    """Address the customer by name only when we know that it is the customer."""
    payment = decided.facts.payment
    if payment is None or decided.facts.standing not in ("owner", "neighbour", "ourselves", "in_chain"):
        return None
    return payment.debtor.name if payment.direction == "outbound" else payment.creditor.name


def _returned_on(f: Facts) -> date | None:
    return f.payment.state_at.date() if f.payment is not None and f.payment.state_at else None


def _came_back(d: Decided) -> str:
    f = d.facts
    payment = f.payment
    assert payment is not None
    if payment.state == "cancelled":
        return wording.cancelled_before(_about(d), _name(d))
    return wording.came_back(_about(d), _returned_on(f), payment.state_reason, f.came_back, _name(d))


def _rejected_on_the_way(d: Decided) -> str:
    """Only the tracker says so: unless a return is in our records too, the money is not back with us."""
    last = d.facts.last_event
    reason = last.reason if last else None
    if d.facts.came_back is not None:
        return wording.came_back(_about(d), None, reason, d.facts.came_back, _name(d))
    return wording.rejected_on_the_way(_about(d), last.at.date() if last else None, reason, _name(d))


def _returned(d: Decided) -> str:
    f = d.facts
    return wording.came_back(_about(d), f.as_of.date(), f.reason, f.returned_amount, _name(d))


def _credited(d: Decided) -> str:
    f, last = d.facts, d.facts.last_event
    payment = f.payment
    assert payment is not None
    on = last.at.date() if last else (payment.credited_at.date() if payment.credited_at else payment.settlement_date)
    amount = Money(amount=last.amount, currency=last.currency) if last and last.amount and last.currency else None
    taken = [Money(amount=c.amount, currency=c.currency) for e in f.tracker for c in e.charges]
    same = {m.currency for m in taken}
    charges = sum(taken[1:], taken[0]) if taken and len(same) == 1 else None
    return wording_tracing.credited(_about(d), on, amount, charges, _name(d))


def _not_released(d: Decided) -> str:
    kinds = [h.kind for h in d.facts.holds]
    why: wording_tracing.Waiting = next((k for k in ("cutoff", "funds", "technical") if k in kinds), "other")
    return wording_tracing.not_sent_yet(_about(d), why, d.facts.leaves_on, _name(d))


def _not_yet_due(d: Decided) -> str:
    assert d.facts.execution_due is not None
    return wording_tracing.not_due_yet(_about(d), d.facts.execution_due, _name(d))


def _enquiry_open(d: Decided) -> str:
    f = d.facts
    opened = next((c.opened_at.date() for c in f.prior if c.id == d.disposition.link), None)
    return wording_tracing.enquiry_open(_about(d), opened, None, _name(d))


def _pay_difference(d: Decided) -> str:
    meant = [m for m in d.reading.amounts if d.facts.payment and m != d.facts.payment.money]
    return wording.pay_the_difference(_about(d), meant[-1] if meant else None, _name(d))


def _outside_window(d: Decided) -> str:
    last = d.facts.window_last_day
    assert last is not None
    return wording.recall_outside_window(_about(d), last, d.facts.other_route_until, _name(d))


def _status(d: Decided) -> str:
    last = d.facts.last_event
    state = d.facts.state or "released"
    return wording_tracing.status(
        _about(d), state, last.status if last else None, last.reason if last else None, _name(d)
    )


def _recalled_before(d: Decided) -> str:
    closed = any(c.id == d.disposition.link and c.status == "closed" for c in d.facts.prior)
    return wording.recalled_once(_about(d), _name(d)) if closed else wording.linked(_about(d), _name(d))


def _recall_refused(d: Decided) -> str:
    case = d.facts.our_case
    route = "RFRO" if case is not None and case.reason in ("DUPL", "TECH") else "payee"
    return wording.recall_refused(_about(d), d.facts.reason, route, _name(d))


def _answered(d: Decided) -> str:
    outcome: _Outcome = _OUTCOMES.get(d.facts.answer_status or "", "done")
    f = d.facts
    return wording.answer_arrived(_about(d), outcome, _name(d), booked=f.confirmed, on=f.confirmed_on)


_Outcome = Literal["done", "credited", "changed", "passed_on"]
_OUTCOMES: dict[str, _Outcome] = {
    "MODI": "changed",
    "INFO": "passed_on",
    "CONF": "credited",
    "ACNR": "credited",
}


def _differs(d: Decided) -> str:
    stated = d.facts.stated or (d.reading.amounts[0] if d.reading.amounts else None)
    assert stated is not None
    return wording.figures_differ(_about(d), stated, _name(d))


def _short(d: Decided) -> str:
    assert d.facts.returned_amount is not None
    return wording.short_return(_about(d), d.facts.returned_amount, d.facts.as_of.date(), _name(d))


def _settled_recall(d: Decided) -> str:
    f = d.facts
    payment = f.payment
    assert payment is not None
    came = f.returned_amount if f.type == "return_received" else f.came_back
    kept = any(a.kind == "keep_recall_open_for_rest" for a in d.disposition.actions)
    comparable = came is not None and came.currency == payment.money.currency and came < payment.money
    rest = payment.money - came if kept and comparable and came is not None else None
    return wording.recall_settled(_about(d), came or payment.money, rest, _name(d))


def _fraud_received(d: Decided) -> str:
    decide_by = d.facts.reimburse_by
    step = _FRAUD_STEPS[d.disposition.reply or ""]
    return wording.report_received(_about(d) if d.facts.payment else None, decide_by, _name(d), step=step)


_FRAUD_STEPS: dict[str, Literal["contact", "asked", "look"]] = {
    "fraud_received": "contact",
    "fraud_asked_before": "asked",
    "fraud_looked_into": "look",
}


def _turned_down(d: Decided) -> str:
    free = d.disposition.reply != "rejected_neutral"  # there compliance may still say no
    return wording.turned_down(_about(d), d.facts.reason, _name(d), free=free)


_CUSTOMER: dict[str, Callable[[Decided], str]] = {
    "unreadable": lambda d: wording.which_payment(),
    "several_payments": lambda d: wording.which_payment(),
    "payment_not_found": lambda d: wording.which_payment(),
    "amount_differs": _differs,
    "call_back": lambda d: wording.call_back(),
    "fraud_call_back": lambda d: wording.call_back(),
    "holding": lambda d: wording.received(_name(d)),
    "already_back": _came_back,
    "rejected_on_the_way": _rejected_on_the_way,
    "credited": _credited,
    "not_released": _not_released,
    "being_repaired": lambda d: wording_tracing.cover_on_its_way(_about(d), _name(d)),
    "enquiry_sent": lambda d: wording_tracing.enquiry_sent(_about(d), None, _name(d)),
    "documents_wanted": lambda d: wording_tracing.documents_wanted(_about(d), _name(d)),
    "not_yet_due": _not_yet_due,
    "enquiry_open": _enquiry_open,
    "call_back_details": lambda d: wording.details_wanted(_about(d), (), _name(d)),
    "details_needed": lambda d: wording.details_wanted(_about(d), d.facts.data_asked, _name(d)),
    "modified": lambda d: wording.answer_arrived(_about(d), "changed", _name(d)),
    "cannot_modify": lambda d: wording.details_wanted(_about(d), (), _name(d)),
    "order_cancelled": lambda d: wording.stopped_before_release(_about(d), _name(d)),
    "pay_difference": _pay_difference,
    "no_twin": lambda d: wording.no_twin(_about(d), _name(d)),
    "outside_window": _outside_window,
    "outside_window_other_route": _outside_window,
    "recall_open": _recalled_before,
    "recall_sent": lambda d: wording.recall_sent(_about(d), None, _name(d)),
    "fraud_received": _fraud_received,
    "report_open": lambda d: wording.linked(_about(d), _name(d)),
    "fraud_asked_before": _fraud_received,
    "fraud_looked_into": _fraud_received,
    "recall_honoured": _settled_recall,
    "returned_neutral": _returned,
    "returned_less": _short,
    "returned_details": _returned,
    "returned_account": _returned,
    "returned_duplicate": _returned,
    "returned_other": _returned,
    "rejected_neutral": _turned_down,
    "rejected_details": _turned_down,
    "rejected_account": _turned_down,
    "rejected_other": _turned_down,
    "status": _status,
    "charges_listed": lambda d: wording_tracing.charges(_about(d), _taken(d), _name(d)),
    "recall_refused": _recall_refused,
    "answer_refused": _recall_refused,
    "answer_given": _answered,
}


def _taken(d: Decided) -> tuple[Money, ...]:
    payment = d.facts.payment
    return tuple(Money(amount=c.amount, currency=c.currency) for c in payment.charges) if payment else ()


_BANK: dict[str, Callable[[Decided], str]] = {
    "bank_enquiry_answer": bank_letters.enquiry_answer,
    "enquiry_in_words": bank_letters.enquiry,
    "no_original": bank_letters.no_original,
    "return_too_much": bank_letters.return_too_much,
    "reject_unreconciled": bank_letters.reject_unreconciled,
    "figures_missing": bank_letters.figures_missing,
    "no_case_of_ours": bank_letters.no_case_of_ours,
    "answer_contradicted": bank_letters.answer_contradicted,
}
"""Replies that only a bank gets."""

_EITHER: dict[str, Callable[[Decided], str]] = {
    "unreadable": bank_letters.unreadable,
    "several_payments": bank_letters.which_payment,
    "payment_not_found": bank_letters.which_payment,
    "amount_differs": bank_letters.amount_differs,
    "holding": bank_letters.holding,
}
"""Replies worded for a bank when a bank asked."""
