"""Messages that move money: pacs.004 gives it back, pacs.009 sends a cover."""

from datetime import date

from agent.drafting.frame import Frame
from agent.policy import Send
from tools.calendar import add_business_days, calendar_of
from tools.iso20022 import draft as drafts
from tools.payment import Agent, Charge, Payment


def payment_return(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """pacs.004: the payment goes back, or a return that reached us goes on."""
    payment = frame.f.payment
    assert payment is not None
    passed_on = frame.f.type == "return_received"
    returned = frame.f.returned_amount if passed_on and frame.f.returned_amount else payment.money
    common = frame.common(send, number)
    common.pop("narrative")
    deducted = _deducted(frame) if passed_on else ()
    return drafts.PaymentReturn.model_validate(
        common
        | {
            "payment": payment,
            "returned": returned,
            "settlement_date": _next_banking_day(frame, payment),
            "reasons": (send.reason or "NARR",),
            "charges": deducted,
        }
    )


def _deducted(frame: Frame) -> tuple[Charge, ...]:
    """The charges that a return passed on states, so that the next bank sees why less comes than was sent."""
    taken_by = frame.f.requester
    return tuple(
        Charge(agent=Agent(c.agent) if c.agent else taken_by, amount=c.money.amount, currency=c.money.currency)
        for c in frame.f.return_deductions
        if c.agent or taken_by is not None
    )


def cover(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """pacs.009: the cover of an order, between the banks of its payer and its payee."""
    order = frame.f.payment
    assert order is not None
    order = frame.f.order_covered or order  # a cover that came back is sent anew for its order
    common = frame.common(send, number)
    common.pop("narrative")
    creditor = order.instructed_agent
    return drafts.CoverPayment.model_validate(
        common
        | {
            "payment": order,
            "settlement_date": _next_banking_day(frame, order),
            "debtor": order.debtor_agent,
            "creditor": creditor,
            "amount": order.money,
        }
    )


def _next_banking_day(frame: Frame, payment: Payment) -> date:
    """Today where banks work today, else the next day on which they do."""
    cal = calendar_of(payment.rail, payment.currency)
    return add_business_days(frame.case.as_of.date(), 0, cal)
