"""camt.111 InvestigationResponse: writes our answer to a camt.110, with the request it answers."""

from tools.iso20022.draft import (
    AuthorityGiven,
    Booking,
    CompensationGranted,
    Datum,
    InvestigationResponse,
    ReportedStatus,
    RequestAnswered,
    ResponseData,
    Valuation,
)
from tools.iso20022.write_camt110 import action, period, underlying
from tools.iso20022.write_original import reasons_with_text
from tools.iso20022.write_parts import (
    NOT_PROVIDED,
    amount,
    choice,
    iso_day,
    leaf,
    name,
    rate,
    split_lines,
    uetr,
    unstructured,
    words,
)
from tools.iso20022.write_party import account, agent, agent_or_party
from tools.message import Original


def write_camt111(draft: InvestigationResponse) -> str:
    body = f"<MsgId>{draft.message_id}</MsgId>" + leaf("RspndrInvstgtnId", draft.case_id)
    body += f"<InvstgtnSts><Sts>{draft.status}</Sts>{choice('StsRsn', draft.reason)}</InvstgtnSts>"
    body += agent_or_party("NxtRspndr", draft.next_responder)
    data = draft.data or ((ResponseData(narrative=draft.narrative),) if draft.narrative else ())
    body += "".join(_answer(record, draft.original) for record in data)
    return f"<InvstgtnRspn><InvstgtnRspn>{body}</InvstgtnRspn>{_request(draft.request, draft.original)}</InvstgtnRspn>"


def _answer(record: ResponseData, original: Original) -> str:
    named = choice("OrgnlInvstgtnRsn", record.reason) + choice("OrgnlInvstgtnRsnSubTp", record.sub_reason)
    given = agent_or_party("RspnOrgtr", record.originator)
    if record.data:
        said = [_data(record.data, original)]
    else:
        said = [words("RspnNrrtv", text, 500) for text in split_lines([" ".join(record.narrative)], 500)]
    return "".join(f"<InvstgtnData>{named}<RspnData>{one}</RspnData>{given}</InvstgtnData>" for one in said if one)


def _data(
    data: Booking | AuthorityGiven | CompensationGranted | Valuation | ReportedStatus | tuple[Datum, ...],
    original: Original,
) -> str:
    match data:
        case Booking():
            return _booking(data, original)
        case AuthorityGiven():
            inner = f"<DbtAuthstn>{_truth(data.authorised)}</DbtAuthstn>" + amount("AmtToDbt", data.amount)
            inner += iso_day("ValDtToDbt", data.value_date) + words("Rsn", data.text, 140)
            return f"<DbtAuthstn>{inner}</DbtAuthstn>"
        case CompensationGranted():
            inner = f"<Grantd>{_truth(data.granted)}</Grantd>" + amount("InitlAmt", data.initial)
            inner += amount("PdChrgs", data.charges) + amount("AmtDue", data.due)
            inner += iso_day("XpctdValDt", data.value_date) + period("Prd", data.period)
            return f"<Compstn>{inner}{rate('IntrstRate', data.rate)}{words('Rsn', data.text, 140)}</Compstn>"
        case Valuation():
            inner = amount("InitlAmt", data.initial) + amount("DueChrgs", data.charges) + amount("AmtDue", data.due)
            if data.period:
                days = iso_day("CurValDt", data.period.start) + iso_day("ReqdValDt", data.period.end)
                inner += f"<Prd>{days}</Prd>"
            return f"<Valtn>{inner}{rate('IntrstRate', data.rate)}{words('Rsn', data.text, 140)}</Valtn>"
        case ReportedStatus():
            inner = choice("Sts", data.status) + reasons_with_text("StsRsnInf", data.reasons, data.text)
            return f"<TxSts>{inner}</TxSts>"
        case _:
            return "".join(f"<TxData>{_datum(datum)}</TxData>" for datum in data)


def _booking(booking: Booking, original: Original) -> str:
    # Acct is mandatory but may name the currency alone: the account itself is said only where the requester gave it.
    booked = account("Acct", booking.account) or f"<Acct><Ccy>{booking.amount.currency}</Ccy></Acct>"
    dates = f"<BookgDt>{iso_day('Dt', booking.booked_on)}</BookgDt>" if booking.booked_on else ""
    dates += f"<ValDt>{iso_day('Dt', booking.value_date)}</ValDt>"
    refs = leaf("InstrId", original.instruction_id) + leaf("EndToEndId", original.end_to_end_id)
    refs += uetr("UETR", original.uetr) + leaf("TxId", original.transaction_id)
    direction = f"<CdtDbtInd>{'CRDT' if booking.credit else 'DBIT'}</CdtDbtInd>"
    return f"<Conf>{amount('Amt', booking.amount)}{direction}{booked}{dates}<Refs>{refs}</Refs></Conf>"


def _datum(datum: Datum) -> str:
    path = leaf("Pth", datum.path, 2048)
    if datum.remittance is not None:
        inner = unstructured(datum.remittance).removeprefix("<RmtInf>").removesuffix("</RmtInf>")
        return f"{path}<Rcrd><Rmt>{inner}</Rmt></Rcrd>"
    value = (
        name("Othr", datum.text)
        + _named("Pty", datum.name)
        + account("CshAcct", datum.account)
        + agent("Agt", datum.agent)
        + amount("Amt", datum.amount)
        + iso_day("Dt", datum.on)
    )
    return f"{path}<Rcrd>{value or f'<Othr>{NOT_PROVIDED}</Othr>'}</Rcrd>"


def _named(tag: str, text: str | None) -> str:
    inner = name("Nm", text)
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def _truth(value: bool) -> str:
    return "true" if value else "false"


def _request(request: RequestAnswered, original: Original) -> str:
    body = leaf("MsgId", request.message_id) or f"<MsgId>{NOT_PROVIDED}</MsgId>"
    body += leaf("RqstrInvstgtnId", request.requestor_case_id) + leaf("RspndrInvstgtnId", request.responder_case_id)
    body += uetr("EIR", request.investigation_uetr) + action(request.action, request.action_reason)
    body += choice("InvstgtnTp", request.type) + choice("InvstgtnSubTp", request.sub_type) + underlying(original)
    body += agent_or_party("Rqstr", request.requestor) or agent_or_party("Rqstr", NOT_PROVIDED)
    body += agent_or_party("Rspndr", request.responder) or agent_or_party("Rspndr", NOT_PROVIDED)
    return f"<OrgnlInvstgtnReq>{body}{agent_or_party('ReqOrgtr', request.originator)}</OrgnlInvstgtnReq>"
