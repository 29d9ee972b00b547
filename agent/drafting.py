"""Turns what the policy wants sent into drafts: our references, their case, the codes, and checked values."""

import hashlib
from datetime import date

from agent.narrative import narrative
from agent.policy import Send
from agent.policy.facts import Facts
from agent.policy.modification import codes as modification_codes
from agent.policy.value_date import lower
from agent.state import Decided
from tools.calendar import add_business_days, calendar_of
from tools.compensation import Compensation
from tools.iso20022 import draft as drafts
from tools.iso20022.charset import to_x
from tools.message import Modification, Original, StatedParty
from tools.payment import Agent, Charge, Payment

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
_CAMT110_TYPE = {
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


def reference(case_id: str, what: str) -> str:
    """A reference of ours: the same for the same case and purpose, 16 characters, fit for every rail."""
    return "AM" + hashlib.sha256(f"{case_id}|{what}".encode()).hexdigest()[:14].upper()


class Drafter:
    """Drafts the messages of one decided case."""

    def __init__(self, decided: Decided, us: Agent, before: int = 0) -> None:
        self.decided = decided
        self.us = us
        self.before = before
        self.f: Facts = decided.facts
        self.case = decided.case
        self.transaction = decided.case.transaction

    def draft(self, send: Send, number: int) -> drafts.Draft:
        """Return the draft of one message."""
        match send.kind:
            case "camt.029":
                return self._resolution(send, number)
            case "camt.111":
                return self._response(send, number)
            case "camt.056":
                return self._cancellation(send, number)
            case "camt.110":
                return self._investigation(send, number)
            case "pacs.004":
                return self._return(send, number)
            case "pacs.009":
                return self._cover(send, number)
            case "pacs.002":
                return self._status(send, number)
            case _:
                return self._classic(send, number)

    # What every message has.

    def _id(self, send: Send, number: int) -> str:
        return reference(self.case.id, f"{send.kind}|{number}" + (f"|{self.before}" if self.before else ""))

    def _to(self, send: Send) -> Agent:
        f = self.f
        asked_by = f.requester
        match send.to:
            case "next":
                agent = f.next_agent
            case "previous":
                agent = f.previous_agent
            case "cover_agent":
                agent = self._cover_agent()
            case _:
                agent = asked_by
        assert agent is not None, f"nobody to send {send.kind} to"
        return agent

    def _cover_agent(self) -> Agent:
        """Who gets the cover: the agent that carried the last one, else the creditor's side of the order."""
        f = self.f
        if f.cover_payment is not None:
            return f.cover_payment.instructed_agent
        assert f.payment is not None
        if f.payment.covers is not None:
            return f.payment.instructed_agent
        return f.payment.intermediaries[0] if f.payment.intermediaries else f.payment.instructed_agent

    def _text(self, send: Send) -> tuple[str, ...]:
        enquiry = self.transaction.case_id or (self.case.message.message_id if self.case.message else None)
        return tuple(to_x(line) for line in narrative(send.say, self.f, enquiry=enquiry))

    def _original(self, *, ours: bool = False) -> Original:
        """The payment spoken of: as our record has it towards our own side, as they stated it when we know none."""
        payment = self.f.payment
        if payment is None or (not ours and self.f.standing in ("stranger", "in_chain")):
            return self.transaction.original
        return original_of(payment)

    def _their_case(self) -> str | None:
        chased = self.f.status_of_case
        return chased.their_case_id or chased.id if chased else self.transaction.case_id

    def _common(self, send: Send, number: int) -> dict[str, object]:
        return {
            "message_id": self._id(send, number),
            "created_at": self.case.as_of,
            "sender": self.us,
            "receiver": self._to(send),
            "rail": self.f.rail,
            "narrative": self._text(send),
        }

    # Answers.

    def _resolution(self, send: Send, number: int) -> drafts.Draft:
        # A bank that by-passed us is refused as a cancellation is, whatever it asked (GEN-5a).
        about = "cancellation" if send.status == "RJCR" else _INQUIRY_TYPES.get(self.f.type, "cancellation")
        rejected = send.status == "RJMOD"
        if rejected and send.reason is not None:
            reasons = modification_codes(self.f) if send.reason.startswith("UM") else (send.reason,)
        else:
            reasons = (send.reason,) if send.reason else ()
        if about != "cancellation" and not rejected and send.status != "RJNR":
            reasons = ()  # these answers have no place for a reason beside their confirmation
        status = None if rejected else _CLASSIC_STATUS.get(send.status or "", send.status)
        payment = self.f.payment
        credited = send.say == "credited" and payment is not None
        return drafts.Resolution.model_validate(
            self._common(send, number)
            | {
                "case_id": self._their_case(),
                "case_creator": self.transaction.case_creator,
                "original": self._original(),
                "about": about,
                "status": status,
                "reasons": reasons,
                "narrative_beside_code": send.say is not None,
                "resolved_amount": payment.money if credited and payment else None,
                "resolved_on": payment.settlement_date if credited and payment else None,
                "processed_on": payment.settlement_date if credited and payment else None,
            }
        )

    def _response(self, send: Send, number: int) -> drafts.Draft:
        message = self.case.message
        transaction = self.transaction
        assert message is not None
        request = drafts.RequestAnswered(
            message_id=message.message_id or "NOTPROVIDED",
            type=transaction.investigation_type or self._kind_of_inquiry(),
            sub_type=transaction.investigation_sub_type,
            requestor=str(self.f.requester or message.sender or "NOTPROVIDED"),
            responder=str(self.us),
            requestor_case_id=transaction.case_id,
        )
        data = self._response_data(send)
        common = self._common(send, number)
        if data:
            common["narrative"] = ()
        return drafts.InvestigationResponse.model_validate(
            common
            | {
                "case_id": reference(self.case.id, "case"),
                "original": self._original(),
                "status": send.status,
                "reason": send.reason,
                "next_responder": self._next_responder() if send.reason == "FTNA" else None,
                "data": data,
                "request": request,
            }
        )

    def _next_responder(self) -> str | None:
        """Whom we sent the request on to: the next agent, or upstream where the datum is with the instructing one."""
        onward = next((s.to for s in self.decided.disposition.messages if s.to in ("next", "previous")), "next")
        agent = self.f.previous_agent if onward == "previous" else self.f.next_agent
        return str(agent) if agent else None

    def _kind_of_inquiry(self) -> str:
        """The camt.110 type that a request without one amounts to."""
        stated = self.f.investigation_type
        return stated if stated in ("RQVA", "RQUF") else _CAMT110_TYPE.get(self.f.type, "OTHR")

    def _response_data(self, send: Send) -> tuple[drafts.ResponseData, ...]:
        """Structured data beside or instead of the narrative, where camt.111 has a place for it."""
        payment = self.f.payment
        text = self._text(send)
        if payment is None or (send.status == "PDNG" and send.say is None):
            return ()
        if send.say == "credited":
            booking = drafts.Booking(
                amount=payment.money,
                value_date=payment.settlement_date,
                booked_on=payment.credited_at.date() if payment.credited_at else None,
                account=self._account_they_gave(payment),
            )
            return (drafts.ResponseData(data=booking), drafts.ResponseData(narrative=text))
        if send.say in ("authorised", "not_authorised"):
            given = send.say == "authorised"
            authority = drafts.AuthorityGiven(
                authorised=given,
                amount=payment.money if given else None,
                value_date=self.case.as_of.date() if given else None,
                text=None if given else text[0],
            )
            return (drafts.ResponseData(data=authority),)
        if send.say == "compensated":
            figure = self.f.claim.recomputed
            assert figure is not None
            return (drafts.ResponseData(data=self._granted(figure)), drafts.ResponseData(narrative=text))
        return (drafts.ResponseData(narrative=text),) if text else ()

    def _granted(self, figure: Compensation) -> drafts.CompensationGranted:
        """What we pay; interest and fee beside it only where they add up to it."""
        due = lower(self.f)
        dates = self.f.agreed_date, self.f.actual_date
        whole = due == figure.total
        return drafts.CompensationGranted(
            granted=bool(due.amount),
            initial=figure.interest if whole else None,
            charges=figure.fee if whole and figure.fee.amount else None,
            due=due,
            period=drafts.Period(start=dates[0], end=dates[1]) if dates[0] and dates[1] else None,
            rate=figure.rate if figure.rate >= 0 else None,
        )

    def _account_they_gave(self, payment: Payment) -> str | None:
        stated = self.transaction.original.creditor
        return payment.creditor.account if stated and stated.account == payment.creditor.account else None

    def _status(self, send: Send, number: int) -> drafts.Draft:
        payment = self.f.payment
        return drafts.StatusReport.model_validate(
            self._common(send, number)
            | {
                "original": self._original(),
                "status": send.status,
                "reasons": (send.reason,) if send.reason else (),
                "settled_on": payment.settlement_date if payment and send.status == "ACCC" else None,
            }
        )

    # Requests.

    def _cancellation(self, send: Send, number: int) -> drafts.Draft:
        payment = self.f.payment
        assert payment is not None
        forwarded = self.f.type == "cancellation_received"
        return drafts.CancellationRequest.model_validate(
            self._common(send, number)
            | {
                "case_id": self._their_case() if forwarded else reference(self.case.id, "case"),
                "case_creator": self.transaction.case_creator if forwarded else str(self.us),
                "original": self._original(ours=True),
                "reason": send.reason or "CUST",
                "originator": None if forwarded else payment.debtor.name,
            }
        )

    def _investigation(self, send: Send, number: int) -> drafts.Draft:
        f = self.f
        forwarded = send.to in ("next", "previous") and f.from_bank
        objection = send.say == "answer_insufficient"
        type = self.transaction.investigation_type or _CAMT110_TYPE.get(f.type, "CCNR")
        asked = self._reasons_passed_on(send) if forwarded else ()
        target = f.cover_payment if send.to == "cover_agent" and f.cover_payment is not None else f.payment
        if objection:
            asked = (drafts.InvestigationReason(reason="NARR", narrative=self._text(send)),)
            type = "CCNR" if f.our_case is None or "non_receipt" in f.our_case.type else "RQFI"
        return drafts.InvestigationRequest.model_validate(
            self._common(send, number)
            | {
                "case_id": f.our_case.id if objection and f.our_case else reference(self.case.id, "case"),
                "responder_case_id": self.transaction.responder_case_id if objection else None,
                "original": original_of(target) if target is not None else self.transaction.original,
                "type": "CCNR" if send.to == "cover_agent" else type,
                "sub_type": self.transaction.investigation_sub_type if forwarded else None,
                "instrument": "XBCT" if f.rail == "CBPR" else None,
                "reasons": asked,
                "action": "RQOB" if objection else None,
                "action_reason": "IRIC" if objection else None,
                "originator": str(f.requester) if forwarded and f.requester else None,
            }
        )

    def _reasons_passed_on(self, send: Send) -> tuple[drafts.InvestigationReason, ...]:
        """Their reasons with their sub-reasons; what is asked in our own words, never in the requester's."""
        reasons = tuple(code for code in self.transaction.reasons if len(code) == 4)
        subs = self.transaction.sub_reasons
        paired = subs if len(subs) == len(reasons) else (None,) * len(reasons)
        return tuple(
            drafts.InvestigationReason(
                reason=code, sub_reason=sub, narrative=self._text(send) if number == 0 or code == "NARR" else ()
            )
            for number, (code, sub) in enumerate(zip(reasons, paired, strict=True))
        )

    def _classic(self, send: Send, number: int) -> drafts.Draft:
        f = self.f
        payment = f.payment
        forwarded = f.from_bank and send.to in ("next", "previous")
        common = self._common(send, number) | {
            "case_id": self._their_case() if forwarded or send.to == "requester" else reference(self.case.id, "case"),
            "case_creator": self.transaction.case_creator if forwarded or send.to == "requester" else str(self.us),
            "original": self._original(ours=True),
        }
        match send.kind:
            case "camt.027":
                return drafts.NonReceiptClaim.model_validate(common)
            case "camt.028":
                return drafts.AdditionalInformation.model_validate(
                    common | {"information": self._information(), "narrative": ()}
                )
            case "camt.026":
                return drafts.UnableToApply.model_validate(
                    common
                    | {
                        "missing": tuple(c for c in self.transaction.reasons if c.startswith("MS")),
                        "incorrect": tuple(c for c in self.transaction.reasons if c.startswith(("IN", "MM"))),
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

    def _information(self) -> Modification:
        """camt.028: the data asked for, from our full record."""
        given = dict(self.f.data_given)
        debtor = StatedParty(name=given.get("Debtor"), address=given.get("Debtor address"))
        creditor = StatedParty(name=given.get("Creditor"), address=given.get("Creditor address"))
        return Modification(
            remittance=given.get("Remittance information"),
            purpose=given.get("Purpose"),
            debtor=debtor if debtor != StatedParty() else None,
            creditor=creditor if creditor != StatedParty() else None,
        )

    # Money.

    def _return(self, send: Send, number: int) -> drafts.Draft:
        payment = self.f.payment
        assert payment is not None
        passed_on = self.f.type == "return_received"
        returned = self.f.returned_amount if passed_on and self.f.returned_amount else payment.money
        common = self._common(send, number)
        common.pop("narrative")
        deducted = self._deducted() if passed_on else ()
        return drafts.PaymentReturn.model_validate(
            common
            | {
                "payment": payment,
                "returned": returned,
                "settlement_date": self._next_banking_day(payment),
                "reasons": (send.reason or "NARR",),
                "charges": deducted,
            }
        )

    def _deducted(self) -> tuple[Charge, ...]:
        """The charges that a return passed on states, so that the next bank sees why less comes than was sent."""
        taken_by = self.f.requester
        return tuple(
            Charge(agent=Agent(c.agent) if c.agent else taken_by, amount=c.money.amount, currency=c.money.currency)
            for c in self.f.return_deductions
            if c.agent or taken_by is not None
        )

    def _cover(self, send: Send, number: int) -> drafts.Draft:
        order = self.f.payment
        assert order is not None
        order = self.f.order_covered or order  # a cover that came back is sent anew for its order
        common = self._common(send, number)
        common.pop("narrative")
        creditor = order.instructed_agent
        return drafts.CoverPayment.model_validate(
            common
            | {
                "payment": order,
                "settlement_date": self._next_banking_day(order),
                "debtor": order.debtor_agent,
                "creditor": creditor,
                "amount": order.money,
            }
        )

    def _next_banking_day(self, payment: Payment) -> date:
        """Today where banks work today, else the next day on which they do."""
        cal = calendar_of(payment.rail, payment.currency)
        return add_business_days(self.case.as_of.date(), 0, cal)


_CLASSIC_STATUS = {"RJCT": "NINF", "CLSD": "INFO"}
"""camt.111 codes that a classic answer cannot carry, and the camt.029 confirmation that says the same."""


def original_of(payment: Payment) -> Original:
    """How our record names a payment, for a message about it."""
    return Original(
        message_id=payment.message_id,
        message_name=payment.message_type,
        instruction_id=payment.instruction_id,
        end_to_end_id=payment.end_to_end_id,
        transaction_id=payment.transaction_id,
        uetr=payment.uetr,
        amount=payment.money,
        settlement_date=payment.settlement_date,
    )
