"""Drafts of camt.110 and camt.111: what is asked of one payment, and what is answered."""

from datetime import date
from typing import ClassVar, Self

from pydantic import model_validator

from tools.errors import Record
from tools.iso20022.draft_base import CaseDraft, Code, PaidAmount, Rate
from tools.payment import UETR, Agent


class Period(Record):
    """First and last day."""

    start: date
    end: date


class DebitAuthorityWish(Record):
    """camt.110 ReqdDbtAuthstn: whose money we ask to take back."""

    reason: Code
    amount: PaidAmount | None = None
    account: str | None = None
    value_date: date | None = None


class CompensationWish(Record):
    """camt.110 ReqdCompstn: what we claim for late value or use of funds."""

    period: Period
    amount: PaidAmount | None = None
    account: str | None = None
    rate: Rate | None = None
    value_date: date | None = None
    text: tuple[str, ...] = ()


class ValueDateWish(Record):
    """camt.110 ReqdValtn: present and wanted value date."""

    current: date
    wanted: date


class InvestigationReason(Record):
    """camt.110 InvstgtnData: one reason, and what exactly is asked."""

    reason: Code
    sub_reason: Code | None = None
    asked: DebitAuthorityWish | CompensationWish | ValueDateWish | None = None
    narrative: tuple[str, ...] = ()
    """Goes out where nothing structured is asked; 500 characters each, longer text takes a second record."""


class InvestigationRequest(CaseDraft):
    """camt.110: the investigation request; `case_id` is our RqstrInvstgtnId."""

    message: ClassVar[str] = "camt.110"

    type: Code
    sub_type: Code | None = None
    instrument: Code | None = None
    reasons: tuple[InvestigationReason, ...] = ()
    """By default the type itself, with the draft's narrative."""
    responder_case_id: str | None = None
    investigation_uetr: UETR | None = None
    """EIR, the end-to-end reference of the investigation."""
    action: Code | None = None
    """RQST, RQCL or RQOB."""
    action_reason: Code | None = None
    originator: str | None = None
    """ReqOrgtr: the first requester when we send an investigation on."""
    service_levels: tuple[Code, ...] = ()

    @model_validator(mode="after")
    def _objects_with_reason(self) -> Self:
        if self.action == "RQOB" and not self.action_reason:
            raise ValueError("camt.110 RQOB needs an action reason (IRIC, IRCD …)")
        return self


class Booking(Record):
    """camt.111 Conf: how the payment was booked; the account only as far as the requester gave it."""

    amount: PaidAmount
    value_date: date
    booked_on: date | None = None
    account: str | None = None
    credit: bool = True


class AuthorityGiven(Record):
    """camt.111 DbtAuthstn: authority to debit, given or refused."""

    authorised: bool
    amount: PaidAmount | None = None
    value_date: date | None = None
    text: str | None = None


class CompensationGranted(Record):
    """camt.111 Compstn: what we pay for a claim, and how it was computed."""

    granted: bool
    initial: PaidAmount | None = None
    charges: PaidAmount | None = None
    due: PaidAmount | None = None
    value_date: date | None = None
    period: Period | None = None
    rate: Rate | None = None
    text: str | None = None


class Valuation(Record):
    """camt.111 Valtn: what a change of value date costs the requester."""

    due: PaidAmount
    initial: PaidAmount | None = None
    charges: PaidAmount | None = None
    period: Period | None = None
    rate: Rate | None = None
    text: str | None = None


class ReportedStatus(Record):
    """camt.111 TxSts: the payment's status and its reasons."""

    status: Code
    reasons: tuple[Code, ...] = ()
    text: tuple[str, ...] = ()


class Datum(Record):
    """camt.111 TxData: one element of the payment, where it stands and what it says; one value is set."""

    path: str | None = None
    """E.g. "RmtInf/Ustrd"."""
    text: str | None = None
    remittance: str | None = None
    name: str | None = None
    account: str | None = None
    agent: Agent | None = None
    amount: PaidAmount | None = None
    on: date | None = None

    @model_validator(mode="after")
    def _one_value(self) -> Self:
        values = (self.text, self.remittance, self.name, self.account, self.agent, self.amount, self.on)
        if sum(value is not None for value in values) != 1:
            raise ValueError("a datum of camt.111 carries exactly one value (TransactionAmendment1Choice)")
        return self


class ResponseData(Record):
    """camt.111 InvstgtnData: the answer to one reason; `data` or else the narrative."""

    reason: Code | None = None
    sub_reason: Code | None = None
    data: Booking | AuthorityGiven | CompensationGranted | Valuation | ReportedStatus | tuple[Datum, ...] | None = None
    narrative: tuple[str, ...] = ()
    originator: str | None = None
    """RspnOrgtr: who answered, when we pass an answer back."""


class RequestAnswered(Record):
    """camt.111 OrgnlInvstgtnReq: the request as its sender wrote it."""

    message_id: str
    type: Code
    sub_type: Code | None = None
    requestor: str
    responder: str
    requestor_case_id: str | None = None
    responder_case_id: str | None = None
    investigation_uetr: str | None = None
    originator: str | None = None
    action: Code | None = None
    action_reason: Code | None = None


class InvestigationResponse(CaseDraft):
    """camt.111: the answer to a camt.110; `case_id` is our RspndrInvstgtnId."""

    message: ClassVar[str] = "camt.111"

    status: Code
    """CLSD, PDNG or RJCT."""
    reason: Code | None = None
    next_responder: str | None = None
    data: tuple[ResponseData, ...] = ()
    """By default one narrative record, where the draft has a narrative."""
    request: RequestAnswered
