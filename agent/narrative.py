"""Narrative that goes to banks inside messages: template text and verified values, nothing else (GEN-7)."""

from collections.abc import Callable

from agent.policy.facts import Facts
from agent.policy.value_date import lower
from tools.compensation import Compensation
from tools.payment import Payment

_BEARER = {"DEBT": "OUR", "SHAR": "SHA", "CRED": "BEN", "SLEV": "SLEV"}


def narrative(name: str | None, f: Facts, *, enquiry: str | None = None) -> tuple[str, ...]:
    """Return the lines of a named text for these facts; no name, no text."""
    if name is None:
        return ()
    return tuple(line for line in _TEXTS[name](f, enquiry) if line)


def _payment(f: Facts) -> Payment:
    assert f.payment is not None
    return f.payment


def _right_neighbour(f: Facts, enquiry: str | None) -> list[str]:
    """Named is the neighbour on the requester's side of us; nothing else of the chain or the payment."""
    neighbour = f.previous_agent if f.requester_upstream else f.next_agent
    via = f"via {neighbour}" if neighbour else "via the agent that you exchanged the payment with"
    return [f"We have no direct relation to you in this payment. Please send your request {via}."]


def _return_reference(f: Facts, enquiry: str | None) -> list[str]:
    return (
        [f"The payment was returned or rejected before. Our reference: {f.return_reference}."]
        if f.return_reference
        else []
    )


def _outside_window(f: Facts, enquiry: str | None) -> list[str]:
    return [f"The request came after the window of this rail for reason {f.reason}: {f.window_text}."]


def _credited(f: Facts, enquiry: str | None) -> list[str]:
    p = _payment(f)
    on = p.credited_at.date() if p.credited_at else p.settlement_date
    return [f"Credited to the beneficiary: {p.money} on {on}, value date {p.settlement_date}, reference {p.uetr}."]


def _datum(f: Facts, enquiry: str | None) -> list[str]:
    return [f"{label}: {value}" for label, value in f.data_given]


def _names_enquiry(f: Facts, enquiry: str | None) -> list[str]:
    return [f"The payment could not be applied and there is no remedy. Your enquiry: {enquiry}."] if enquiry else []


def _never_received(f: Facts, enquiry: str | None) -> list[str]:
    return ["NOOR - we never received the original payment."]


def _payment_state(f: Facts, enquiry: str | None) -> list[str]:
    return [f"The payment was {f.state}."]


def _pay_difference(f: Facts, enquiry: str | None) -> list[str]:
    return [
        "An amount is not raised and a currency is not changed by modification.",
        "Please pay the difference, or cancel the payment and send a new one.",
    ]


def _cancel_and_resend(f: Facts, enquiry: str | None) -> list[str]:
    return ["We do not make this change. Please request cancellation and send a new payment."]


def _state_and_recall(f: Facts, enquiry: str | None) -> list[str]:
    if f.credited:
        return ["The payment is credited already. Please use a cancellation request (recall) instead."]
    return [f"The payment is {f.state} already and cannot be changed."]


def _modified(f: Facts, enquiry: str | None) -> list[str]:
    return ["Your change was made." if not f.credited else "The text was passed to the creditor."]


def _cover_details(f: Facts, enquiry: str | None) -> list[str]:
    cover = f.cover_payment
    assert cover is not None
    return [
        f"Cover settled: UETR {cover.uetr}, {cover.money}, value date {cover.settlement_date}, "
        f"through {cover.instructed_agent}."
    ]


def _settled_directly(f: Facts, enquiry: str | None) -> list[str]:
    p = _payment(f)
    return [
        f"The payment was not sent by cover method. It was settled on {p.settlement_date} by {p.settlement_method}."
    ]


def _charges_listed(f: Facts, enquiry: str | None) -> list[str]:
    p = _payment(f)
    listed = [f"{c.agent} {c.currency} {c.amount:f}" for c in p.charges]
    bearer = f"Charge bearer {p.charge_bearer} ({_BEARER[p.charge_bearer]})."
    return [bearer, "Charges: " + (", ".join(listed) if listed else "none in our records") + "."]


def _charge_bearer(f: Facts, enquiry: str | None) -> list[str]:
    bearer = _payment(f).charge_bearer
    return [f"The charge bearer of the payment is {bearer} ({_BEARER[bearer]}): we owe no charges on it."]


def _no_such_fee(f: Facts, enquiry: str | None) -> list[str]:
    return ["We opened no case of this kind with you, or agreed no such fee."]


def _claim_paid_before(f: Facts, enquiry: str | None) -> list[str]:
    on = f" on {f.claim.paid_on}" if f.claim.paid_on else ""
    amount = f", {f.claim.paid}" if f.claim.paid else ""
    return [f"A claim of yours on this payment was paid before{amount}{on}."]


def _charge_prepaid(f: Facts, enquiry: str | None) -> list[str]:
    return ["This charge was prepaid with the payment or deducted from it."]


def _claim_paid(f: Facts, enquiry: str | None) -> list[str]:
    return [f"We pay your claim of {f.claim.money}, quoting it."]


def _sum(f: Facts, figure: Compensation) -> str:
    """The sum in words: a per cent or equals sign is not in the character set of the messages."""
    days = "1 day" if figure.days == 1 else f"{figure.days} days"
    text = (
        f"{_payment(f).money} at {figure.rate:f} percent for {days}, year of {figure.basis} days, is {figure.interest}"
    )
    if not figure.fee.amount:
        return text
    fee = "less" if f.investigation_type == "RQUF" else "plus"
    return f"{text}, {fee} fee {figure.fee} is {figure.total}"


def _value_dates(f: Facts, enquiry: str | None) -> list[str]:
    return [f"Agreed value date {f.agreed_date}, actual value date {f.actual_date}: the value was as agreed."]


def _interest_due_to_us(f: Facts, enquiry: str | None) -> list[str]:
    figure = f.claim.recomputed
    assert figure is not None
    return [
        f"Agreed value date {f.agreed_date}, received {f.actual_date}: the delay was on your side.",
        f"We back-value on payment of {figure.total}: {_sum(f, figure)}.",
    ]


def _delay_elsewhere(f: Facts, enquiry: str | None) -> list[str]:
    where = f" Please turn to {f.delaying_agent}." if f.delaying_agent else ""
    return [f"The delay was caused by another agent of the chain, not by us.{where}"]


def _delay_was_yours(f: Facts, enquiry: str | None) -> list[str]:
    return [f"Agreed value date {f.agreed_date}, actual {f.actual_date}: the delay was on your side, not caused by us."]


def _recomputed(f: Facts, enquiry: str | None) -> list[str]:
    figure = f.claim.recomputed
    assert figure is not None
    return [f"Our figure is {figure.total}: {_sum(f, figure)}.", "We pay it when you confirm."]


def _compensated(f: Facts, enquiry: str | None) -> list[str]:
    figure = f.claim.recomputed
    assert figure is not None
    if not figure.total.amount:
        return [f"Nothing is left to pay, the fee is higher than the interest: {_sum(f, figure)}."]
    return [f"We pay {lower(f)}. Our figure: {_sum(f, figure)}."]


def _not_authorised(f: Facts, enquiry: str | None) -> list[str]:
    return ["Debit authority is not given."]


def _authorised(f: Facts, enquiry: str | None) -> list[str]:
    return [f"Debit authority is given for {_payment(f).money}."]


def _asks_for_credit(f: Facts, enquiry: str | None) -> list[str]:
    return ["The beneficiary is said not to have the funds. Please state date and amount of credit, or the status."]


def _asks_for_data(f: Facts, enquiry: str | None) -> list[str]:
    wanted = f"Asked for: {', '.join(f.data_asked)}." if f.data_asked else ""
    return [f"The next bank cannot apply or execute the payment as received. {wanted}".strip()]


def _answer_insufficient(f: Facts, enquiry: str | None) -> list[str]:
    return ["Your answer does not hold what we asked for. Please answer our request."]


_TEXTS: dict[str, Callable[[Facts, str | None], list[str]]] = {
    "right_neighbour": _right_neighbour,
    "return_reference": _return_reference,
    "outside_window": _outside_window,
    "credited": _credited,
    "datum": _datum,
    "names_enquiry": _names_enquiry,
    "never_received": _never_received,
    "payment_state": _payment_state,
    "pay_difference": _pay_difference,
    "cancel_and_resend": _cancel_and_resend,
    "state_and_recall": _state_and_recall,
    "modified": _modified,
    "cover_details": _cover_details,
    "settled_directly": _settled_directly,
    "charges_listed": _charges_listed,
    "charge_bearer": _charge_bearer,
    "no_such_fee": _no_such_fee,
    "charge_prepaid": _charge_prepaid,
    "claim_paid_before": _claim_paid_before,
    "claim_paid": _claim_paid,
    "value_dates": _value_dates,
    "interest_due_to_us": _interest_due_to_us,
    "delay_elsewhere": _delay_elsewhere,
    "delay_was_yours": _delay_was_yours,
    "recomputed": _recomputed,
    "compensated": _compensated,
    "not_authorised": _not_authorised,
    "authorised": _authorised,
    "asks_for_credit": _asks_for_credit,
    "asks_for_data": _asks_for_data,
    "answer_insufficient": _answer_insufficient,
}
