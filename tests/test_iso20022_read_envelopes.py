"""A message is found in whatever it travels in, and its type in whatever states it."""

import pytest

from tools.errors import UnreadableMessage
from tools.iso20022 import read

ISO = "urn:iso:std:iso:20022:tech:xsd:"
UETR = "79ad6619-c752-458a-80a4-f3acd8c99661"
RECALL = (
    "<{0}FIToFIPmtCxlReq><{0}Assgnmt><{0}Id>ASG-1</{0}Id><{0}CreDtTm>2026-11-16T08:30:00Z</{0}CreDtTm></{0}Assgnmt>"
    "<{0}Undrlyg><{0}TxInf><{0}OrgnlUETR>" + UETR + "</{0}OrgnlUETR></{0}TxInf></{0}Undrlyg></{0}FIToFIPmtCxlReq>"
)
DOCUMENT = f'<Document xmlns="{ISO}camt.056.001.08">{RECALL.format("")}</Document>'
HEADER = (
    f'<AppHdr xmlns="{ISO}head.001.001.02"><Fr><FIId><FinInstnId><BICFI>TULPNL2A</BICFI></FinInstnId></FIId></Fr>'
    "<To><FIId><FinInstnId><BICFI>WRENGB2L</BICFI></FinInstnId></FIId></To><BizMsgIdr>BIZ-1</BizMsgIdr>"
    "<MsgDefIdr>camt.056.001.08</MsgDefIdr><CreDt>2026-11-16T08:00:00Z</CreDt></AppHdr>"
)


@pytest.mark.parametrize(
    "wrapped",
    [
        "<Envelope xmlns='urn:swift:xsd:envelope'>{both}</Envelope>",
        "<RequestPayload>{both}</RequestPayload>",
        "<Saa:DataPDU xmlns:Saa='urn:swift:saa:xsd:saa.2.0'><Saa:Revision>2.0.14</Saa:Revision>"
        "<Saa:Body>{both}</Saa:Body></Saa:DataPDU>",
        "<FedNowIncoming xmlns='urn:fednow:incoming:v001'><FedNowIncomingMessage><FedNowReturnRequest>{both}"
        "</FedNowReturnRequest></FedNowIncomingMessage></FedNowIncoming>",
        "<s:Envelope xmlns:s='http://schemas.xmlsoap.org/soap/envelope/'><s:Header/><s:Body><x>{both}</x></s:Body>"
        "</s:Envelope>",
        f"<BizMsgEnvlp xmlns='{ISO}nvlp.001.001.01'><Hdr>{{header}}</Hdr><Doc>{{document}}</Doc></BizMsgEnvlp>",
        f"<Batch xmlns='{ISO}camt.056.001.08'>{{both}}</Batch>",
    ],
)
def test_a_document_is_found_in_any_wrapper(wrapped: str) -> None:
    data = wrapped.format(both=HEADER + DOCUMENT, header=HEADER, document=DOCUMENT)

    message = read(data.encode())

    assert message.type == "camt.056.001.08"
    assert message.message_id == "ASG-1"
    assert message.transactions[0].original.uetr == UETR
    assert (message.sender, message.receiver) == ("TULPNL2A", "WRENGB2L")
    assert message.violations == ()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (f'<c:Document xmlns:c="{ISO}camt.056.001.10">{RECALL.format("c:")}</c:Document>', "camt.056.001.10"),
        (f'<Document xmlns="http://bank.example/de/camt.056.001.02.ch.02">{RECALL.format("")}</Document>',
         "camt.056.001.02"),
        (f"<Document>{RECALL.format('')}</Document>", "camt.056"),
        (RECALL.format(""), "camt.056"),
        (f"<x>{HEADER}<Document>{RECALL.format('')}</Document></x>", "camt.056.001.08"),
        (f'<Document><c:FIToFIPmtCxlReq xmlns:c="{ISO}camt.056.001.09"/></Document>', "camt.056.001.09"),
        (f'<Document xmlns="{ISO}camt.026.001.01"><camt.026.001.01/></Document>', "camt.026.001.01"),
        ("<Document><pacs.004.001.01/></Document>", "pacs.004.001.01"),
        ('<Document xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation='
         '"pain.009.001.06.xsd"><X/></Document>', "pain.009.001.06"),
        (f'<Document xmlns="{ISO}seev.031.001.10"><CorpActnNtfctn/></Document>', "seev.031.001.10"),
        (f'<Document xmlns="{ISO}pacs.008.001.10"><FIToFICstmrCdtTrf/></Document>', "pacs.008.001.10"),
        (HEADER, "head.001.001.02"),
        (f"<Message xmlns='urn:tch'>{HEADER}</Message>", "head.001.001.02"),
    ],
)  # fmt: skip
def test_the_type_comes_from_namespace_header_or_name(data: str, expected: str) -> None:
    assert read(data.encode()).type == expected


def test_real_time_payments_wrap_the_message_without_document() -> None:
    member = (
        "<t:{0}><t:Agt><t:FinInstnId><t:ClrSysMmbId><t:MmbId>{1}</t:MmbId></t:ClrSysMmbId></t:FinInstnId></t:Agt>"
        "</t:{0}>"
    )
    data = (
        f'<Message xmlns="urn:tch" xmlns:t="{ISO}camt.056.001.08" xmlns:h="{ISO}head.001.001.01"><AppHdr><h:Fr/>'
        "<h:BizMsgIdr/></AppHdr><ReturnOfFunds><t:FIToFIPmtCxlReq><t:Assgnmt><t:Id>A1</t:Id>"
        f"{member.format('Assgnr', '234567891')}{member.format('Assgne', '200000057A1')}</t:Assgnmt>"
        f"<t:Undrlyg><t:TxInf><t:OrgnlUETR>{UETR}</t:OrgnlUETR></t:TxInf></t:Undrlyg></t:FIToFIPmtCxlReq>"
        "</ReturnOfFunds></Message>"
    )

    message = read(data.encode())

    assert (message.type, message.message_id) == ("camt.056.001.08", "A1")
    assert message.sender == "USABA:234567891"
    assert message.receiver is None  # no routing number, and no clearing system named
    assert message.harvest.parties == ("USABA:234567891", "200000057A1")


def test_nine_digits_are_no_american_routing_number_elsewhere() -> None:
    agent = "<FinInstnId><ClrSysMmbId><MmbId>234567891</MmbId></ClrSysMmbId></FinInstnId>"
    data = DOCUMENT.replace("<CreDtTm>", f"<Assgnr><Agt>{agent}</Agt></Assgnr><CreDtTm>")

    assert read(data.encode()).sender is None


def test_further_documents_are_mentioned_and_left_unread() -> None:
    second = DOCUMENT.replace("ASG-1", "ASG-2")

    message = read(f"<Batch>{DOCUMENT}{second}</Batch>".encode())

    assert message.message_id == "ASG-1"
    assert len(message.transactions) == 1
    assert [(v.rule, v.severity) for v in message.violations] == [("one-document", "flag")]


def test_a_document_inside_a_message_is_that_messages_affair() -> None:
    inner = f'<Document xmlns="urn:bank:xsd:own.001">{RECALL.format("")}</Document>'
    data = f'<x><Document xmlns="urn:swift:xsd:admi.998.001.02"><AdmstnPrtryMsg>{inner}</AdmstnPrtryMsg></Document></x>'

    message = read(data.encode())

    assert message.type == "admi.998.001.02"
    assert message.violations == ()


def test_a_message_carried_as_text_is_unpacked() -> None:
    wrapped = f"<soap><payload><![CDATA[<?xml version='1.0'?>{DOCUMENT}]]></payload></soap>"

    assert read(wrapped.encode()).transactions[0].original.uetr == UETR


def test_a_header_that_announces_another_message_is_flagged() -> None:
    data = f"<x>{HEADER.replace('camt.056.001.08', 'camt.029.001.09')}{DOCUMENT}</x>"

    message = read(data.encode())

    assert message.type == "camt.056.001.08"
    assert [v.rule for v in message.violations] == ["message-definition"]


def test_a_bare_header_gives_its_own_data() -> None:
    message = read(HEADER.encode())

    assert (message.message_id, message.sender, message.receiver) == ("BIZ-1", "TULPNL2A", "WRENGB2L")
    assert message.transactions == ()
    assert message.harvest.message_id == ("BIZ-1",)


@pytest.mark.parametrize(
    "data", ["<foo><bar/></foo>", "<Document/>", "<Document xmlns='urn:x'><Y/></Document>", "<html/>"]
)
def test_a_file_without_iso_message_is_refused_by_name(data: str) -> None:
    with pytest.raises(UnreadableMessage, match="no ISO 20022 message") as refused:
        read(data.encode())

    assert refused.value.code == "unknown_root"
