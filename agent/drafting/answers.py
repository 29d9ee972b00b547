"""Answers: camt.029 to a cancellation or a classic inquiry, pacs.002 to a status request."""

from agent.drafting.frame import Frame
from agent.policy import Send
from agent.policy.modification import codes as modification_codes
from tools.iso20022 import draft as drafts

_INQUIRY_TYPES = {
    "non_receipt_received": "non_receipt",
    "non_receipt_asked_by_customer": "non_receipt",
    "modification": "modification",
    "unable_to_apply": "unable_to_apply",
    "value_date_claim": "value_date",
    "missing_cover": "non_receipt",
    "charges_claim": "non_receipt",
    "compliance_request": "non_receipt",
}
_CLASSIC_STATUS = {"RJCT": "NINF", "CLSD": "INFO"}
"""camt.111 codes that a classic answer cannot carry, and the camt.029 confirmation that says the same."""


def resolution(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """camt.029: how their cancellation request or inquiry ends, or stands."""
    # A bank that by-passed us is refused as a cancellation is, whatever it asked (GEN-5a).
    about = "cancellation" if send.status == "RJCR" else _INQUIRY_TYPES.get(frame.f.type, "cancellation")
    rejected = send.status == "RJMOD"
    if rejected and send.reason is not None:
        reasons = modification_codes(frame.f) if send.reason.startswith("UM") else (send.reason,)
    else:
        reasons = (send.reason,) if send.reason else ()
    if about != "cancellation" and not rejected and send.status != "RJNR":
        reasons = ()  # these answers have no place for a reason beside their confirmation
    status = None if rejected else _CLASSIC_STATUS.get(send.status or "", send.status)
    payment = frame.f.payment
    credited = send.say == "credited" and payment is not None
    return drafts.Resolution.model_validate(
        frame.common(send, number)
        | {
            "case_id": frame.their_case(),
            "case_creator": frame.transaction.case_creator,
            "original": frame.original(),
            "about": about,
            "status": status,
            "reasons": reasons,
            "narrative_beside_code": send.say is not None,
            "resolved_amount": payment.money if credited and payment else None,
            "resolved_on": payment.settlement_date if credited and payment else None,
            "processed_on": payment.settlement_date if credited and payment else None,
        }
    )


def status_report(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """pacs.002: where their payment stands with us."""
    payment = frame.f.payment
    return drafts.StatusReport.model_validate(
        frame.common(send, number)
        | {
            "original": frame.original(),
            "status": send.status,
            "reasons": (send.reason,) if send.reason else (),
            "settled_on": payment.settlement_date if payment and send.status == "ACCC" else None,
        }
    )
