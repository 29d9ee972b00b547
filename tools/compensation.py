"""Compensation for a late value date or for the use of funds, always computed anew, never taken from a claim."""

from datetime import date
from decimal import ROUND_HALF_UP, Context, Decimal
from typing import Literal

from tools.clocks import clocks
from tools.errors import Record, ToolError
from tools.payment import Amount, Money, minor_units

ClaimKind = Literal["RQVA", "RQUF"]
"""RQVA: we were late, the fee is added. RQUF: money was with us and went back, the fee is deducted."""

# Wide enough that no product of an 18-digit amount, a rate and a number of days is rounded before the end.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class Compensation(Record):
    """A recomputed compensation and how it came about."""

    interest: Money
    fee: Money
    total: Money
    days: int
    """Calendar days, actual minus agreed; never below nil here."""
    rate: Amount
    """Percent a year, of the agreed date."""
    basis: int
    """Days of the year: 360 or 365."""
    formula: str
    """The sum in words, e.g. "3000000.00 x 3.72 % x 1 / 365 = 305.75 GBP; plus fee 17.88 = 323.63 GBP"."""


def compensation(
    amount: Money, rate: Decimal, agreed: date, actual: date, kind: ClaimKind, fee: Money | None = None
) -> Compensation:
    """Return interest and fee due for the days between the agreed and the actual value date.

    Decision tables section 10: amount x rate x calendar days / basis, half-up to the minor unit; the fee is added for
    our delay and deducted from use of funds. No delay gives nothing at all, and nothing is ever below nil.
    """
    if fee is not None and fee.currency != amount.currency:
        raise ToolError(
            f"The fee is in {fee.currency}, the payment in {amount.currency}; give the fee of that currency."
        )
    days = max((actual - agreed).days, 0)
    basis = day_count(amount.currency)
    interest = simple_interest(amount, rate, days, basis)
    nothing = Money.of(0, amount.currency)
    charged = fee if fee is not None and days else nothing
    total = interest + charged if kind == "RQVA" else interest - charged
    if total < nothing:
        total = nothing
    return Compensation(
        interest=interest,
        fee=charged,
        total=total,
        days=days,
        rate=rate,
        basis=basis,
        formula=_formula(amount, rate, days, basis, interest, charged, total, kind),
    )


def simple_interest(amount: Money, rate: Decimal, days: int, basis: int) -> Money:
    """Return amount x rate % x days / basis, half-up to the currency's minor unit; a negative rate earns nothing."""
    product = _EXACT.multiply(_EXACT.multiply(amount.amount, rate), Decimal(days))
    exact = _EXACT.divide(product, Decimal(100 * basis))
    rounded = exact.quantize(Decimal(1).scaleb(-minor_units(amount.currency)), context=_EXACT)
    return Money(amount=max(rounded, Decimal(0)), currency=amount.currency)


def day_count(currency: str) -> int:
    """Return how many days a currency's year has for interest: EUR and USD 360, GBP 365, others by data."""
    counts = clocks().day_count
    if currency in counts.days_365:
        return 365
    return 360 if currency in counts.days_360 else counts.otherwise


def lower_of(claimed: Money | None, computed: Money) -> Money:
    """Return what is paid: the lower of the claim and our own figure; no stated claim leaves our figure."""
    if claimed is None or claimed.currency != computed.currency:
        return computed
    return claimed if claimed <= computed else computed


def exceeds(claimed: Money | None, computed: Money) -> bool:
    """Say whether a claim is above our own figure; a claim in another currency always is."""
    return claimed is not None and (claimed.currency != computed.currency or computed < claimed)


def _formula(
    amount: Money, rate: Decimal, days: int, basis: int, interest: Money, fee: Money, total: Money, kind: ClaimKind
) -> str:
    text = f"{amount.text} x {rate:f} % x {days} / {basis} = {interest.text} {amount.currency}"
    if fee.amount:
        text += f"; {'plus' if kind == 'RQVA' else 'less'} fee {fee.text} = {total.text} {amount.currency}"
        if kind == "RQUF" and interest < fee:
            text += " (the fee is higher than the interest)"
    return text
