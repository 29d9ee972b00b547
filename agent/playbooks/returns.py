"""For section 7: what came back of a payment, and what is still missing."""

from decimal import Decimal
from typing import Any

from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from agent.policy.facts import BACK
from tools.payment import Money
from tools.related import OfPaymentAlone, find_returns


def return_made(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Returns of the payment in our records, with the reference that a refusal quotes."""
    if inquiry.found is None:
        return {}
    returns = inquiry.notebook.ask(find_returns, OfPaymentAlone(uetr=inquiry.payment.uetr)).returns
    last = returns[-1] if returns else None
    came = total([r.money for r in returns])
    if came is not None:
        note_rest(inquiry, inquiry.payment.money, came)
    return {
        "returned": bool(returns),
        "return_reference": last.message_id if last else None,
        "came_back": came,
    }


def money_back(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What came back, what the return deducts, and whether the order behind a cover is alive."""
    transaction = inquiry.transaction
    charges = [c.money for c in transaction.charges]
    found: dict[str, Any] = {
        "returned_amount": transaction.returned,
        "return_has_rate": transaction.exchange_rate is not None,
        "return_charges": total(charges),
        "return_deductions": tuple(c for c in transaction.charges if c.type != "CompstnAmt"),
    }
    payment = inquiry.found
    if payment is not None and transaction.returned is not None:
        note_rest(inquiry, payment.money, transaction.returned, total(charges))
    if payment is None or payment.covers is None:
        return found
    order = inquiry.notebook.aside.payment(payment.covers)
    recalled = any(
        c.type == "recall" and c.direction == "sent" and c.status == "open"
        for c in inquiry.notebook.aside.prior_cases(payment.covers)
    )
    return found | {
        "order_alive": (order is None or order.state not in BACK) and not recalled,
        "order_covered": order,
    }


def note_rest(inquiry: Inquiry, sent: Money, came: Money, charges: Money | None = None) -> None:
    """Keep as evidence what is still missing of a payment, with and without the charges that a return states."""
    if came.currency != sent.currency or came >= sent:
        return
    missing = {"missing": str(sent - came)}
    if charges is not None and charges.currency == sent.currency and charges <= sent - came:
        missing["unexplained"] = str(sent - came - charges)
    inquiry.notebook.note("compare_amounts", {"sent": str(sent), "came": str(came)}, missing)


def total(charges: list[Money]) -> Money | None:
    if not charges or len({m.currency for m in charges}) != 1:
        return None
    return Money(amount=sum((m.amount for m in charges), Decimal(0)), currency=charges[0].currency)
