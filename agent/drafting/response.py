"""camt.111: the answer to an investigation request, with data where the message has a place for them."""

from agent.drafting.frame import Frame, reference
from agent.drafting.inquiries import INVESTIGATION_TYPE
from agent.policy import Send
from agent.policy.value_date import lower
from tools.compensation import Compensation
from tools.iso20022 import draft as drafts
from tools.payment import Payment


def response(frame: Frame, send: Send, number: int) -> drafts.Draft:
    """Answer their request under its own id; data take the place of the narrative."""
    message = frame.case.message
    transaction = frame.transaction
    assert message is not None
    request = drafts.RequestAnswered(
        message_id=message.message_id or "NOTPROVIDED",
        type=transaction.investigation_type or _kind_of_inquiry(frame),
        sub_type=transaction.investigation_sub_type,
        requestor=str(frame.f.requester or message.sender or "NOTPROVIDED"),
        responder=str(frame.us),
        requestor_case_id=transaction.case_id,
    )
    data = _response_data(frame, send)
    common = frame.common(send, number)
    if data:
        common["narrative"] = ()
    return drafts.InvestigationResponse.model_validate(
        common
        | {
            "case_id": reference(frame.case.id, "case"),
            "original": frame.original(),
            "status": send.status,
            "reason": send.reason,
            "next_responder": _next_responder(frame) if send.reason == "FTNA" else None,
            "data": data,
            "request": request,
        }
    )


def _next_responder(frame: Frame) -> str | None:
    """Whom we sent the request on to: the next agent, or upstream where the datum is with the instructing one."""
    onward = next((s.to for s in frame.decided.disposition.messages if s.to in ("next", "previous")), "next")
    agent = frame.f.previous_agent if onward == "previous" else frame.f.next_agent
    return str(agent) if agent else None


def _kind_of_inquiry(frame: Frame) -> str:
    """The camt.110 type that a request without one amounts to."""
    stated = frame.f.investigation_type
    return stated if stated in ("RQVA", "RQUF") else INVESTIGATION_TYPE.get(frame.f.type, "OTHR")


def _response_data(frame: Frame, send: Send) -> tuple[drafts.ResponseData, ...]:
    """Structured data beside or instead of the narrative, where camt.111 has a place for it."""
    payment = frame.f.payment
    text = frame.text(send)
    if payment is None or (send.status == "PDNG" and send.say is None):
        return ()
    if send.say == "credited":
        booking = drafts.Booking(
            amount=payment.money,
            value_date=payment.settlement_date,
            booked_on=payment.credited_at.date() if payment.credited_at else None,
            account=_account_they_gave(frame, payment),
        )
        return (drafts.ResponseData(data=booking), drafts.ResponseData(narrative=text))
    if send.say in ("authorised", "not_authorised"):
        given = send.say == "authorised"
        authority = drafts.AuthorityGiven(
            authorised=given,
            amount=payment.money if given else None,
            value_date=frame.case.as_of.date() if given else None,
            text=None if given else text[0],
        )
        return (drafts.ResponseData(data=authority),)
    if send.say == "compensated":
        figure = frame.f.claim.recomputed
        assert figure is not None
        return (drafts.ResponseData(data=_granted(frame, figure)), drafts.ResponseData(narrative=text))
    return (drafts.ResponseData(narrative=text),) if text else ()


def _granted(frame: Frame, figure: Compensation) -> drafts.CompensationGranted:
    """What we pay; interest and fee beside it only where they add up to it."""
    due = lower(frame.f)
    dates = frame.f.agreed_date, frame.f.actual_date
    whole = due == figure.total
    return drafts.CompensationGranted(
        granted=bool(due.amount),
        initial=figure.interest if whole else None,
        charges=figure.fee if whole and figure.fee.amount else None,
        due=due,
        period=drafts.Period(start=dates[0], end=dates[1]) if dates[0] and dates[1] else None,
        rate=figure.rate if figure.rate >= 0 else None,
    )


def _account_they_gave(frame: Frame, payment: Payment) -> str | None:
    stated = frame.transaction.original.creditor
    return payment.creditor.account if stated and stated.account == payment.creditor.account else None
