"""Drafts of the messages that move money or tell its state: return, cover, status."""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import AwareDatetime, model_validator

from tools.iso20022.draft_base import CaseDraft, Code, Draft, PaidAmount, Reference, payable
from tools.payment import Agent, Charge, ChargeBearer, Payment


class PaymentReturn(Draft):
    """pacs.004: the money goes back."""

    message: ClassVar[str] = "pacs.004"

    payment: Payment
    """The original, from our records."""
    returned: PaidAmount
    settlement_date: date
    reasons: tuple[Code, ...]
    originator: str | None = None
    """Who wants the return (RtrRsnInf/Orgtr): BIC or name; nothing where absent."""
    return_id: Reference | None = None
    """RtrId; the message id where absent."""
    settlement_method: Literal["INDA", "INGA", "CLRG"] | None = None
    """By default the rail's."""
    returned_instructed: PaidAmount | None = None
    """Amount before charges; computed where charges are stated."""
    charges: tuple[Charge, ...] = ()
    charge_bearer: ChargeBearer | None = None
    """By default the bearer of the original."""

    @model_validator(mode="after")
    def _has_reason(self) -> Self:
        if not self.reasons:
            raise ValueError("pacs.004 needs a return reason (RtrRsnInf)")
        payable(self.payment.money)
        return self


class StatusReport(CaseDraft):
    """pacs.002: the status of a payment."""

    message: ClassVar[str] = "pacs.002"

    status: Code
    reasons: tuple[Code, ...] = ()
    group: bool = False
    """True when the whole original message has this status."""
    originator: str | None = None
    accepted_at: AwareDatetime | None = None
    settled_on: date | None = None
    status_id: Reference | None = None


class StatusRequest(CaseDraft):
    """pacs.028: the question for the status of a payment or of a request of ours."""

    message: ClassVar[str] = "pacs.028"

    asked_message_id: str | None = None
    """Id of the recall or inquiry of ours that is chased (SEPA); None asks for the payment itself."""
    asked_message_name: str | None = None
    """E.g. "camt.056.001.08"."""


class CoverPayment(Draft):
    """pacs.009 COV: the cover of a customer transfer, under the transfer's own UETR."""

    message: ClassVar[str] = "pacs.009"

    payment: Payment
    """The customer transfer that is covered."""
    settlement_date: date
    debtor: Agent
    """The bank that pays the cover: the debtor agent or who stands for it."""
    creditor: Agent
    """The bank that gets it: the one that received the order."""
    creditor_agent: Agent | None = None
    """Where the creditor keeps the account, when it is not the receiver."""
    amount: PaidAmount | None = None
    """By default the transfer's settlement amount."""
    instruction_id: Reference | None = None
    end_to_end_id: str | None = None
    """By default the instruction id of the transfer (field 21 of MT 202 COV), else its end-to-end id."""
    settlement_method: Literal["INDA", "INGA", "CLRG"] | None = None

    @model_validator(mode="after")
    def _fits(self) -> Self:
        payable(self.payment.money)
        if self.payment.instructed:
            payable(self.payment.instructed)
        return self
