"""What we ask of other banks, and pass on: camt.056, camt.110, and the classic messages."""

from agent.drafting.frame import Frame, original_of, reference
from agent.policy import Send
from tools.iso20022 import draft as drafts
from tools.message import Modification, StatedParty

INVESTIGATION_TYPE = {
    "non_receipt_received": "CCNR",
    "non_receipt_asked_by_customer": "CCNR",
    "missing_cover": "CONR",
    "unable_to_apply": "UTAP",
    "charges_claim": "RQCH",
    "value_date_claim": "RQVA",
    "compliance_request": "RQFI",
    "debit_authority": "RQDA",
    "status_enquiry": "PINC",
    "modification": "OTHR",
    "cancellation_received": "OTHR",
}
"""The camt.110 type that an inquiry of each type of case amounts to."""


def cancellation(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """camt.056: ask for a payment back, in our own case or on behalf of the bank that asked us."""
    payment = frame.f.payment
    assert payment is not None
    forwarded = frame.f.type == "cancellation_received"
    return drafts.CancellationRequest.model_validate(
        frame.common(send, number)
        | {
            "case_id": frame.their_case() if forwarded else reference(frame.case.id, "case"),
            "case_creator": frame.transaction.case_creator if forwarded else str(frame.us),
            "original": frame.original(ours=True),
            "reason": send.reason or "CUST",
            "originator": None if forwarded else payment.debtor.name,
        }
    )


def investigation(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """camt.110: ask, pass an inquiry on, or object to an answer that does not answer."""
    f = frame.f
    forwarded = send.to in ("next", "previous") and f.from_bank
    objection = send.say == "answer_insufficient"
    type = frame.transaction.investigation_type or INVESTIGATION_TYPE.get(f.type, "CCNR")
    asked = _reasons_passed_on(frame, send) if forwarded else ()
    target = f.cover_payment if send.to == "cover_agent" and f.cover_payment is not None else f.payment
    if objection:
        asked = (drafts.InvestigationReason(reason="NARR", narrative=frame.text(send)),)
        type = "CCNR" if f.our_case is None or "non_receipt" in f.our_case.type else "RQFI"
    return drafts.InvestigationRequest.model_validate(
        frame.common(send, number)
        | {
            "case_id": f.our_case.id if objection and f.our_case else reference(frame.case.id, "case"),
            "responder_case_id": frame.transaction.responder_case_id if objection else None,
            "original": original_of(target) if target is not None else frame.transaction.original,
            "type": "CCNR" if send.to == "cover_agent" else type,
            "sub_type": frame.transaction.investigation_sub_type if forwarded else None,
            "instrument": "XBCT" if f.rail == "CBPR" else None,
            "reasons": asked,
            "action": "RQOB" if objection else None,
            "action_reason": "IRIC" if objection else None,
            "originator": str(f.requester) if forwarded and f.requester else None,
        }
    )


def _reasons_passed_on(frame: Frame, send: Send) -> tuple[drafts.InvestigationReason, ...]:
    """Their reasons with their sub-reasons; what is asked in our own words, never in the requester's."""
    reasons = tuple(code for code in frame.transaction.reasons if len(code) == 4)
    subs = frame.transaction.sub_reasons
    paired = subs if len(subs) == len(reasons) else (None,) * len(reasons)
    return tuple(
        drafts.InvestigationReason(
            reason=code, sub_reason=sub, narrative=frame.text(send) if number == 0 or code == "NARR" else ()
        )
        for number, (code, sub) in enumerate(zip(reasons, paired, strict=True))
    )


def classic(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """The message of its own that each inquiry has on rails without camt.110, and the answer of camt.036."""
    f = frame.f
    payment = f.payment
    forwarded = f.from_bank and send.to in ("next", "previous")
    common = frame.common(send, number) | {
        "case_id": frame.their_case() if forwarded or send.to == "requester" else reference(frame.case.id, "case"),
        "case_creator": frame.transaction.case_creator if forwarded or send.to == "requester" else str(frame.us),
        "original": frame.original(ours=True),
    }
    match send.kind:
        case "camt.027":
            return drafts.NonReceiptClaim.model_validate(common)
        case "camt.028":
            return drafts.AdditionalInformation.model_validate(
                common | {"information": _information(frame), "narrative": ()}
            )
        case "camt.026":
            return drafts.UnableToApply.model_validate(
                common
                | {
                    "missing": tuple(c for c in frame.transaction.reasons if c.startswith("MS")),
                    "incorrect": tuple(c for c in frame.transaction.reasons if c.startswith(("IN", "MM"))),
                }
            )
        case "camt.087":
            return drafts.ModificationRequest.model_validate(common | {"change": f.modification or Modification()})
        case "pacs.028":
            return drafts.StatusRequest.model_validate(common)
        case _:
            return drafts.DebitAuthorityResponse.model_validate(
                common
                | {
                    "authorised": send.say == "authorised",
                    "amount": payment.money if payment and send.say == "authorised" else None,
                    "narrative": (),
                }
            )


def _information(frame: Frame) -> Modification:
    """camt.028: the data asked for, from our full record."""
    given = dict(frame.f.data_given)
    debtor = StatedParty(name=given.get("Debtor"), address=given.get("Debtor address"))
    creditor = StatedParty(name=given.get("Creditor"), address=given.get("Creditor address"))
    return Modification(
        remittance=given.get("Remittance information"),
        purpose=given.get("Purpose"),
        debtor=debtor if debtor != StatedParty() else None,
        creditor=creditor if creditor != StatedParty() else None,
    )
