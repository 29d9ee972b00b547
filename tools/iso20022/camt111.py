"""Read camt.111 (InvstgtnRspn): the answer to an investigation."""

from tools.iso20022.camt026 import set_to_true
from tools.iso20022.charges import charges_in
from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading, reasons_of
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry with status, reasons and the data supplied; the request it answers stands in OrgnlInvstgtnReq."""
    response = message.into("InvstgtnRspn") or message
    request = message.into("OrgnlInvstgtnReq")
    status = response.into("InvstgtnSts")
    blocks = [*response.every("InvstgtnData"), *message.every("InvstgtnData")]
    answers = [answer for block in blocks for answer in block.every("RspnData")]
    payment_status = _supplied(answers, "TxSts")
    codes, lines = reasons_of(payment_status, "StsRsnInf")
    reason = status.code("StsRsn")
    authority = _supplied(answers, "DbtAuthstn")
    booking = _supplied(answers, "Conf")
    claim = _supplied(answers, "Compstn") or _supplied(answers, "Valtn")
    period = claim.into("Prd")
    entry = new_transaction(
        case_creator=reading.agent(request, "ReqOrgtr", "Rqstr"),
        resolved_case_id=request.first("RqstrInvstgtnId", "MsgId"),
        responder_case_id=response.text("RspndrInvstgtnId") or request.text("RspndrInvstgtnId"),
        original=underlying(request, reading),
        status=status.text("Sts"),
        transaction_status=payment_status.code("Sts"),
        reasons=((reason,) if reason else ()) + codes,
        narrative="\n".join([*lines, *_narrative(answers)]),
        investigation_type=request.code("InvstgtnTp"),
        investigation_sub_type=request.code("InvstgtnSubTp"),
        charges=charges_in(booking, reading),
        claimed=reading.money(claim, "AmtDue") or reading.money(authority, "AmtToDbt"),
        claimed_from=reading.day(period, "FrDt", "CurValDt"),
        claimed_to=reading.day(period, "ToDt"),
        claimed_rate=claim.text("IntrstRate"),
        requested_value_date=reading.day(period, "ReqdValDt") or reading.day(authority, "ValDtToDbt"),
        answer_data=tuple(dict.fromkeys(name for answer in answers for name in answer)),
        authorised=bool(set_to_true(authority, "DbtAuthstn")) if authority else None,
        confirmed=reading.money(booking, "Amt"),
        processed_on=reading.day(booking, "ValDt", "BookgDt"),
    )
    heading = Heading(
        message_id=response.text("MsgId"),
        sender=reading.agent(request, "Rspndr"),
        receiver=reading.agent(request, "Rqstr"),
    )
    return heading, [entry]


def _supplied(answers: list[Fields], name: str) -> Fields:
    """Content of the first answer of this kind; empty where there is none."""
    return next((answer.into(name) for answer in answers if name in answer), NOTHING)


def _narrative(answers: list[Fields]) -> list[str]:
    """RspnNrrtv, the free-text Rsn of a structured answer, and text supplied for the payment (TxData)."""
    lines: list[str] = []
    for answer in answers:
        lines += answer.texts("RspnNrrtv")
        for name in answer:
            for content in answer.every(name):
                lines += content.texts("Rsn")
                record = content.into("Rcrd")
                lines += record.texts("Othr") + record.into("Rmt").texts("Ustrd")
    return lines
