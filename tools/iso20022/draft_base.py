"""What every draft has in common, and the small types that drafts are made of."""

from decimal import Decimal
from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, AwareDatetime, StringConstraints, model_validator

from tools.errors import Record
from tools.iso20022.charset import outside_x, slash_fault
from tools.message import Original
from tools.payment import Agent, Amount, Money, Rail


def _reference(text: str) -> str:
    if outside_x(text) or slash_fault(text):
        raise ValueError(f"{text!r} is no reference: SWIFT X characters, no '/' at either end, no '//'")
    return text


def payable(money: Money) -> Money:
    exponent = money.amount.as_tuple().exponent
    if money.amount < 0 or money.amount >= 10**13 or not isinstance(exponent, int) or exponent < -5:
        raise ValueError(f"{money} does not fit an ISO 20022 amount: not negative, 13 digits before, 5 after the point")
    return money


Reference = Annotated[str, StringConstraints(min_length=1, max_length=35), AfterValidator(_reference)]
"""A reference of our own making (Max35Text), within the SWIFT X set."""
Code = Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]{1,4}$")]
"""Member of an external code set; whether it is legal here is asked of `codes.legal`."""


def _rate(percent: Decimal) -> Decimal:
    if abs(percent) >= 1000:
        raise ValueError(f"{percent} is no rate in percent")
    return percent


PaidAmount = Annotated[Money, AfterValidator(payable)]
"""An amount of ours (ActiveCurrencyAndAmount: 18 digits, 5 of them after the point)."""
Rate = Annotated[Amount, AfterValidator(_rate)]
"""A percentage, e.g. 1.65."""


class Draft(Record):
    """What every message of ours has in common."""

    message: ClassVar[str]
    """Message without version, e.g. "camt.029"."""

    message_id: Reference
    """Our assignment or message id; the outbox sends once under it."""
    created_at: AwareDatetime
    sender: Agent
    receiver: Agent
    rail: Rail | None = None
    """Chooses version and layout; None takes the defaults."""
    narrative: tuple[str, ...] = ()
    """Free text, only what the caller has written; lines are split to the length that the message allows."""


class CaseDraft(Draft):
    """A message about a payment within a case."""

    case_id: str | None = None
    """Case id as its creator wrote it; kept through the chain."""
    case_creator: str | None = None
    """BIC, SYSTEM:MEMBER or name; by default the sender of a request and the receiver of an answer."""
    original: Original = Original()
    """The payment spoken of, only as far as it may be said to the receiver."""


class ClaimDraft(CaseDraft):
    """A classic inquiry: its schema demands amount and date of the payment."""

    @model_validator(mode="after")
    def _has_amount_and_date(self) -> Self:
        if self.original.amount is None or self.original.settlement_date is None:
            raise ValueError(f"{self.message} needs original.amount and original.settlement_date (UndrlygIntrBk)")
        payable(self.original.amount)
        return self
