"""Drafts of the classic case messages: cancellation, inquiries and their answers."""

from datetime import date
from typing import ClassVar, Literal, Self

from pydantic import model_validator

from tools.iso20022.draft_base import CaseDraft, ClaimDraft, Code, PaidAmount, Reference
from tools.message import Modification
from tools.payment import UETR, Agent


class Resolution(CaseDraft):
    """camt.029: the answer to a cancellation request or a classic inquiry."""

    message: ClassVar[str] = "camt.029"

    about: Literal["cancellation", "non_receipt", "modification", "unable_to_apply", "value_date"] = "cancellation"
    """What is answered; decides which details carry references and reasons."""
    status: Code | None = None
    """Sts/Conf: CNCL, PDCR, RJCR, PECR, IPAY, CONF, FTNA, PDNG, MODI …; None for a rejected modification."""
    reasons: tuple[Code, ...] = ()
    """Refusal or pending reason of a cancellation; UM codes of a rejected modification; ARDT … of a rejected claim."""
    narrative_beside_code: bool = False
    """Narrative normally goes out only with NARR or without any code; True sends it beside a code too."""
    status_id: Reference | None = None
    """CxlStsId or ModStsId; the message id where absent."""
    resolved_amount: PaidAmount | None = None
    """Amount that comes back, was credited or was modified (RsltnRltdInf)."""
    resolved_on: date | None = None
    """Day of the return, the credit or the corrected value."""
    resolved_uetr: UETR | None = None
    """UETR of the return or of the corrective payment."""
    processed_on: date | None = None
    """Accepted claim of non-receipt: the day on which the payment was processed (ClmNonRctDtls/Accptd)."""
    compensation: PaidAmount | None = None
    compensation_from: Agent | None = None
    compensation_to: Agent | None = None

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if self.status is None and not (self.about == "modification" and self.reasons):
            raise ValueError("camt.029 needs a status, or the codes of a rejected modification")
        if self.compensation and not (self.compensation_from and self.compensation_to):
            raise ValueError("camt.029 compensation needs compensation_from and compensation_to (Compensation2)")
        return self


class CancellationRequest(CaseDraft):
    """camt.056: the request to cancel or return a payment."""

    message: ClassVar[str] = "camt.056"

    reason: Code
    originator: str | None = None
    """Name of the party whose wish it is (CxlRsnInf/Orgtr); the sender's own wish where absent."""
    cancellation_id: Reference | None = None
    """CxlId; the message id where absent."""


class NonReceiptClaim(ClaimDraft):
    """camt.027: the claim that a payment was not received."""

    message: ClassVar[str] = "camt.027"

    missing_cover: bool = False


class ModificationRequest(ClaimDraft):
    """camt.087: the request to modify a payment."""

    message: ClassVar[str] = "camt.087"

    change: Modification


class AdditionalInformation(ClaimDraft):
    """camt.028: the data that was missing, from our full record."""

    message: ClassVar[str] = "camt.028"

    information: Modification


class UnableToApply(ClaimDraft):
    """camt.026: the request for what is missing or wrong in a payment."""

    message: ClassVar[str] = "camt.026"

    missing: tuple[Code, ...] = ()
    """MS codes."""
    incorrect: tuple[Code, ...] = ()
    """IN and MM codes."""


class DebitAuthorityRequest(ClaimDraft):
    """camt.037: the request for authority to debit the account of the creditor."""

    message: ClassVar[str] = "camt.037"

    reason: Code
    amount: PaidAmount | None = None
    value_date: date | None = None


class DebitAuthorityResponse(CaseDraft):
    """camt.036: authority to debit given or refused; the schema refers by case alone."""

    message: ClassVar[str] = "camt.036"

    authorised: bool
    amount: PaidAmount | None = None
    value_date: date | None = None
