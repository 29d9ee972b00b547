"""Read camt.110 (InvstgtnReq): a bank opens, chases or withdraws an investigation."""

from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry with type, reasons, action and the first structured demand; the message has no creation time."""
    request = message.into("InvstgtnReq") or message
    action = request.into("ReqActn")
    why = action.into("ActnRsn")
    reasons: list[str] = []
    sub_reasons: list[str] = []
    lines = why.texts("AddtlInf")
    demands: list[Fields] = []
    for data in message.every("InvstgtnData"):
        demand = data.into("AddtlReqData")
        demands.append(demand)
        authority = demand.into("ReqdDbtAuthstn")
        reasons += filter(None, (data.code("Rsn"), authority.code("CxlRsn")))
        sub_reasons += data.codes("RsnSubTp")
        lines += demand.texts("ReqNrrtv") + demand.into("ReqdCompstn").texts("Rsn") + authority.texts("AddtlCxlRsnInf")
    debit = _demand(demands, "ReqdDbtAuthstn")
    compensation = _demand(demands, "ReqdCompstn")
    value_dates = _demand(demands, "ReqdValtn").into("Prd")
    period = compensation.into("Prd")
    requestor = reading.agent(request, "Rqstr")
    entry = new_transaction(
        # The requestor's own id is optional in the schema; without it the request's id is what an answer can quote.
        case_id=request.first("RqstrInvstgtnId", "MsgId"),
        case_creator=reading.agent(request, "ReqOrgtr") or requestor,
        responder_case_id=request.text("RspndrInvstgtnId"),
        original=underlying(request, reading),
        reasons=tuple(reasons),
        sub_reasons=tuple(sub_reasons),
        narrative="\n".join(lines),
        investigation_type=request.code("InvstgtnTp"),
        investigation_sub_type=request.code("InvstgtnSubTp"),
        action=action.code("Actn"),
        action_reason=why.code("Rsn"),
        claimed=reading.money(compensation, "Amt") or reading.money(debit, "AmtToDbt"),
        claimed_from=reading.day(period, "FrDt") or reading.day(value_dates, "CurValDt"),
        claimed_to=reading.day(period, "ToDt"),
        claimed_rate=compensation.text("IntrstRate"),
        requested_value_date=reading.day(value_dates, "ReqdValDt")
        or reading.day(debit, "ValDtToDbt")
        or reading.day(compensation, "XpctdValDt"),
    )
    heading = Heading(message_id=request.text("MsgId"), sender=requestor, receiver=reading.agent(request, "Rspndr"))
    return heading, [entry]


def _demand(demands: list[Fields], name: str) -> Fields:
    """Content of the first demand of this kind; empty where there is none."""
    return next((demand.into(name) for demand in demands if name in demand), NOTHING)
