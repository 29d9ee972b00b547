"""The messages of the demo: what other banks and customers write about invented payments."""

from xml.sax.saxutils import escape

from tools.bank.fiction import AS_OF, US, Correspondent
from tools.payment import Payment

_NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
_SENT = "2026-11-16T08:30:00Z"


def _document(definition: str, body: str) -> str:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f'{head}<Document xmlns="{_NAMESPACE}{definition}">{body}</Document>\n'


def _agent(bic: str) -> str:
    return f"<Agt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Agt>"


def _group(payment: Payment) -> str:
    name = f"<OrgnlMsgNmId>{payment.message_type}</OrgnlMsgNmId>"
    return f"<OrgnlGrpInf><OrgnlMsgId>{payment.message_id}</OrgnlMsgId>{name}</OrgnlGrpInf>"


def _ids(payment: Payment) -> str:
    return (
        f"<OrgnlInstrId>{payment.instruction_id}</OrgnlInstrId><OrgnlEndToEndId>{payment.end_to_end_id}"
        f"</OrgnlEndToEndId><OrgnlTxId>{payment.transaction_id}</OrgnlTxId><OrgnlUETR>{payment.uetr}</OrgnlUETR>"
    )


def _amount(payment: Payment) -> str:
    return (
        f'<OrgnlIntrBkSttlmAmt Ccy="{payment.currency}">{payment.money.text}</OrgnlIntrBkSttlmAmt>'
        f"<OrgnlIntrBkSttlmDt>{payment.settlement_date}</OrgnlIntrBkSttlmDt>"
    )


def camt056(payment: Payment, sender: Correspondent, number: str, reason: str) -> str:
    return _document(
        "camt.056.001.08",
        f"<FIToFIPmtCxlReq><Assgnmt><Id>{number}</Id><Assgnr>{_agent(sender.bic)}</Assgnr><Assgne>{_agent(US)}"
        f"</Assgne><CreDtTm>{_SENT}</CreDtTm></Assgnmt><Case><Id>CASE-{number}</Id><Cretr>{_agent(sender.bic)}</Cretr>"
        f"</Case><Undrlyg><TxInf><CxlId>{number}-1</CxlId>{_group(payment)}{_ids(payment)}{_amount(payment)}"
        f"<CxlRsnInf><Orgtr><Nm>{escape(payment.debtor.name)}</Nm></Orgtr><Rsn><Cd>{reason}</Cd></Rsn></CxlRsnInf>"
        "</TxInf></Undrlyg></FIToFIPmtCxlReq>",
    )


def camt110(payment: Payment, sender: Correspondent, number: str, kind: str, narrative: str = "") -> str:
    more = f"<AddtlReqData><ReqNrrtv>{escape(narrative)}</ReqNrrtv></AddtlReqData>" if narrative else ""
    return _document(
        "camt.110.001.01",
        f"<InvstgtnReq><InvstgtnReq><MsgId>{number}</MsgId><RqstrInvstgtnId>{number}-R</RqstrInvstgtnId><InvstgtnTp>"
        f"<Cd>{kind}</Cd></InvstgtnTp><Undrlyg><IntrBk>{_group(payment)}{_ids(payment)}{_amount(payment)}</IntrBk>"
        f"</Undrlyg><Rqstr>{_agent(sender.bic)}</Rqstr><Rspndr>{_agent(US)}</Rspndr></InvstgtnReq><InvstgtnData><Rsn>"
        f"<Cd>{kind}</Cd></Rsn>{more}</InvstgtnData></InvstgtnReq>",
    )


def pacs004(payment: Payment, sender: Correspondent, number: str, reason: str) -> str:
    back = f'Ccy="{payment.currency}">{payment.money.text}'
    agents = f"<InstgAgt>{_agent(sender.bic)[5:-6]}</InstgAgt><InstdAgt>{_agent(US)[5:-6]}</InstdAgt>"
    return _document(
        "pacs.004.001.09",
        f"<PmtRtr><GrpHdr><MsgId>{number}</MsgId><CreDtTm>{_SENT}</CreDtTm><NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>"
        f"INDA</SttlmMtd></SttlmInf>{agents}</GrpHdr><TxInf><RtrId>{number}-1</RtrId>{_group(payment)}{_ids(payment)}"
        f"{_amount(payment)}<RtrdIntrBkSttlmAmt {back}</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>{AS_OF.date()}"
        f"</IntrBkSttlmDt><RtrdInstdAmt {back}</RtrdInstdAmt><ChrgBr>SHAR</ChrgBr><RtrRsnInf><Rsn><Cd>{reason}</Cd>"
        "</Rsn></RtrRsnInf></TxInf></PmtRtr>",
    )


def mt192(payment: Payment, sender: Correspondent, number: str) -> str:
    day = f"{payment.settlement_date:%y%m%d}"
    amount = payment.money.text.replace(".", ",")
    return (
        f"{{1:F01{US}AXXX0000000000}}{{2:O1921030261116{sender.bic}AXXX00000000002611161030N}}{{3:{{121:{payment.uetr}}}}}"
        f"{{4:\r\n:20:{number}\r\n:21:{payment.instruction_id}\r\n:11S:103\r\n{day}\r\n:79:/CUST/PLEASE CANCEL\r\n"
        f":32A:{day}{payment.currency}{amount}\r\n-}}"
    )


def mail(sender: str, number: str, subject: str, text: str) -> str:
    head = (
        f"From: {sender}\r\nTo: investigations@wren.example\r\nDate: Mon, 16 Nov 2026 08:12:00 +0000\r\n"
        f"Subject: {subject}\r\nMessage-ID: <{number}@mail.example>\r\n"
        "MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    )
    return head + text.replace("\n", "\r\n") + "\r\n"
