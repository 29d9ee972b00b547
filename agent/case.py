"""The case: one incoming message, who sent it, and when; its bytes are data."""

from datetime import datetime
from typing import Literal

from pydantic import AwareDatetime

from tools.errors import Record
from tools.message import Message, Transaction
from tools.payment import Agent, Rail

InvestigationType = Literal[
    "cancellation_received",
    "recall",
    "non_receipt_asked_by_customer",
    "non_receipt_received",
    "unable_to_apply",
    "modification",
    "missing_cover",
    "return_received",
    "reject_received",
    "status_enquiry",
    "charges_claim",
    "value_date_claim",
    "compliance_request",
    "debit_authority",
    "fraud_report",
    "answer_received",
    "unknown",
]
Channel = Literal["swift", "market_infrastructure", "email", "portal", "phone", "internal"]


class Sender(Record):
    """Who sent the message: a bank by its agent id, a customer by id, address and how sure we are."""

    bic: Agent | None = None
    customer_id: str | None = None
    email: str | None = None
    verified: bool = False

    @property
    def is_bank(self) -> bool:
        return self.bic is not None

    @property
    def is_nobody(self) -> bool:
        return self.bic is None and self.customer_id is None and self.email is None


class Named(Record):
    """What a person named of a case where the machine was not sure (GEN-1)."""

    type: InvestigationType
    uetr: str | None = None
    """The payment meant; found by the words of the message where none is named."""
    by: str


class Case(Record):
    """One case: a message (or one transaction of it) that somebody sent us at a time."""

    id: str
    as_of: AwareDatetime
    """The clock of the run, UTC."""
    our_bics: tuple[Agent, ...]
    channel: Channel
    rail: Rail | None = None
    """Stated rail; the matched payment's counts before it."""
    sender: Sender
    message: Message | None
    """None when the bytes could not be read."""
    unreadable: str | None = None
    """Why they could not be read, in one sentence."""
    named: Named | None = None
    part: int = 0
    """Which transaction of the message this case is about."""

    @property
    def from_bank(self) -> bool:
        """Another bank asks; a note under one of our own agents is our own wish."""
        return self.sender.bic is not None and not self.is_us(self.sender.bic)

    @property
    def transaction(self) -> Transaction:
        if self.message is None or not self.message.transactions:
            return Transaction()
        return self.message.transactions[self.part]

    @property
    def kind(self) -> str:
        """The message type without version: "camt.056", "MT192", "email"; empty when unreadable."""
        if self.message is None:
            return ""
        return self.message.type[:8] if self.message.standard == "iso20022" else self.message.type

    @property
    def in_words(self) -> bool:
        """Mail, and MT free format: what these say stands in their words alone."""
        message = self.message
        return message is not None and (message.standard == "mail" or message.type[3:5] in ("99", "95"))

    def is_us(self, agent: str | None) -> bool:
        return agent is not None and any(ours.same_as(agent) for ours in self.our_bics)

    @property
    def requested_at(self) -> datetime:
        """When the request was made: the message's creation, else the clock of the run."""
        created = self.message.created_at if self.message else None
        return created if created is not None and created <= self.as_of else self.as_of
