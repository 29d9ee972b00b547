"""Read tools for claims of money: charges known and agreed, value dates, and compensation computed anew."""

from datetime import date
from typing import Literal

from tools.bank.bank import ReadRecords
from tools.bank.records import ChargePaid, ReferenceRate, Tariff, ValueDate
from tools.compensation import Compensation, compensation
from tools.errors import Record
from tools.payment import UETR, Agent, Money
from tools.tool import read_tool


class OfAgent(Record):
    """A payment, the agent that claims, and the currency of the claim."""

    uetr: UETR
    agent: Agent


class ChargesKnown(Record):
    """Claims of this agent paid on the payment, what was deducted or prepaid for it, and the tariffs agreed."""

    paid: tuple[ChargePaid, ...]
    taken: tuple[Money, ...]
    tariffs: tuple[Tariff, ...]


@read_tool
def charges_known(records: ReadRecords, ask: OfAgent) -> ChargesKnown:
    """Show what this agent was paid before on the payment, what it took or got prepaid, and its agreed tariffs."""
    payment = records.payment(ask.uetr)
    charges = [*(payment.charges if payment else ())]
    taken = [Money(amount=c.amount, currency=c.currency) for c in charges if ask.agent.same_as(c.agent)]
    for event in records.tracker(ask.uetr):
        listed = [c for c in event.charges if ask.agent.same_as(c.agent)]
        taken += [Money(amount=c.amount, currency=c.currency) for c in listed]
    return ChargesKnown(
        paid=tuple(c for c in records.charges_paid(ask.uetr) if ask.agent.same_as(c.agent)),
        taken=tuple(taken),
        tariffs=tuple(t for t in records.tariffs() if ask.agent.same_as(t.agent)),
    )


class ValueOf(Record):
    """A claim about the value date of a payment, or about the use of its money."""

    uetr: UETR
    kind: Literal["RQVA", "RQUF"]
    agents: tuple[Agent, ...]
    """Whose compensation fee may have been agreed: the claimant first, then us."""


class ValueFound(Record):
    """Value dates in our records, the rate and fee that hold, and our own figure."""

    value_date: ValueDate | None = None
    rate: ReferenceRate | None = None
    fee: Tariff | None = None
    figure: Compensation | None = None
    """None as long as value dates, rate or fee are missing: a figure is never guessed."""


@read_tool
def value_and_compensation(records: ReadRecords, ask: ValueOf) -> ValueFound:
    """Compare agreed and actual value date, and compute interest and fee anew from our own records."""
    payment = records.payment(ask.uetr)
    dates = records.value_dates(ask.uetr)
    if payment is None or not dates:
        return ValueFound()
    found = dates[-1]
    rate = _rate(records, payment.currency, found.agreed)
    fee = _fee(records, ask.agents, payment.currency)
    figure = None
    if rate is not None and fee is not None:
        figure = compensation(payment.money, rate.rate, found.agreed, found.actual, ask.kind, fee.money)
    return ValueFound(value_date=found, rate=rate, fee=fee, figure=figure)


def _rate(records: ReadRecords, currency: str, on: date) -> ReferenceRate | None:
    rates = records.rates(currency, on)
    return rates[0] if rates else None


def _fee(records: ReadRecords, agents: tuple[Agent, ...], currency: str) -> Tariff | None:
    fees = [t for t in records.tariffs() if t.kind == "compensation_fee" and t.currency == currency]
    for agent in agents:
        for fee in fees:
            if agent.same_as(fee.agent):
                return fee
    return None
