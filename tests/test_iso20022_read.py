"""What a message says is read into a Message: who, when, which payment, why, how much."""

from datetime import UTC, date, datetime

import tools.iso20022
from tools.iso20022 import read
from tools.message import Message
from tools.payment import Money

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:"
OURS = "79ad6619-c752-458a-80a4-f3acd8c99661"
OTHER = "e055cb86-4883-4b05-b82b-cfae85f50fea"

ASSIGNMENT = (
    "<Assgnmt><Id>ASG-1</Id><Assgnr><Agt><FinInstnId><BICFI>TULPNL2A</BICFI></FinInstnId></Agt></Assgnr>"
    "<Assgne><Agt><FinInstnId><BICFI>WRENGB2LXXX</BICFI></FinInstnId></Agt></Assgne>"
    "<CreDtTm>2026-11-16T09:30:00+01:00</CreDtTm></Assgnmt>"
)
CASE = "<Case><Id>CASE-1</Id><Cretr><Agt><FinInstnId><BICFI>TULPNL2A</BICFI></FinInstnId></Agt></Cretr></Case>"
PAYMENT = (
    "<OrgnlGrpInf><OrgnlMsgId>MSG-9</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>"
    "<OrgnlInstrId>INS-9</OrgnlInstrId><OrgnlEndToEndId>E2E-9</OrgnlEndToEndId><OrgnlTxId>TX-9</OrgnlTxId>"
    f"<OrgnlUETR>{OURS}</OrgnlUETR>"
    '<OrgnlIntrBkSttlmAmt Ccy="EUR">4250.00</OrgnlIntrBkSttlmAmt><OrgnlIntrBkSttlmDt>2026-11-11</OrgnlIntrBkSttlmDt>'
)
GROUP = (
    "<GrpHdr><MsgId>GRP-1</MsgId><CreDtTm>2026-11-16T08:30:00Z</CreDtTm>"
    "<InstgAgt><FinInstnId><BICFI>EICHDEFF</BICFI></FinInstnId></InstgAgt>"
    "<InstdAgt><FinInstnId><BICFI>WRENGB2L</BICFI></FinInstnId></InstdAgt></GrpHdr>"
)


def a(definition: str, body: str) -> Message:
    """A message of this definition whose document holds this body."""
    return read(f'<Document xmlns="{NAMESPACE}{definition}">{body}</Document>'.encode())


def a_recall(body: str, definition: str = "camt.056.001.08") -> Message:
    return a(definition, f"<FIToFIPmtCxlReq>{ASSIGNMENT}{CASE}<Undrlyg>{body}</Undrlyg></FIToFIPmtCxlReq>")


def rules(message: Message) -> list[str]:
    return [violation.rule for violation in message.violations]


def test_the_public_face_is_small() -> None:
    assert {"Message", "read"} <= set(tools.iso20022.__all__)


def test_a_recall_names_sender_case_payment_and_reason() -> None:
    message = a_recall(
        f"<TxInf><CxlId>CXL-1</CxlId>{PAYMENT}<CxlRsnInf><Rsn><Cd>FRAD</Cd></Rsn><AddtlInf>line one</AddtlInf>"
        "<AddtlInf>line two</AddtlInf></CxlRsnInf></TxInf>"
    )

    assert (message.type, message.message_id) == ("camt.056.001.08", "ASG-1")
    assert (message.sender, message.receiver) == ("TULPNL2A", "WRENGB2LXXX")
    assert message.created_at == datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
    (entry,) = message.transactions
    assert (entry.own_id, entry.case_id, entry.case_creator) == ("CXL-1", "CASE-1", "TULPNL2A")
    assert (entry.reasons, entry.narrative) == (("FRAD",), "line one\nline two")
    assert (entry.original.message_id, entry.original.message_name) == ("MSG-9", "pacs.008.001.08")
    assert (entry.original.instruction_id, entry.original.end_to_end_id) == ("INS-9", "E2E-9")
    assert (entry.original.transaction_id, entry.original.uetr) == ("TX-9", OURS)
    assert entry.original.amount == Money.of("4250.00", "EUR")
    assert entry.original.settlement_date == date(2026, 11, 11)
    assert not entry.group
    assert message.text == "line one\nline two"
    assert message.violations == ()


def test_each_transaction_of_a_recall_is_an_entry_of_its_own() -> None:
    message = a_recall(
        "<OrgnlGrpInfAndCxl><Case><Id>CASE-G</Id></Case><OrgnlMsgId>BULK</OrgnlMsgId>"
        "<OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId><CxlRsnInf><Rsn><Prtry>HOUSE</Prtry></Rsn></CxlRsnInf>"
        f"</OrgnlGrpInfAndCxl><TxInf><OrgnlUETR>{OURS}</OrgnlUETR></TxInf><TxInf><Case><Id>CASE-T</Id></Case>"
        f"<OrgnlUETR>{OTHER}</OrgnlUETR><CxlRsnInf><Rsn><Cd>DUPL</Cd></Rsn></CxlRsnInf></TxInf>"
    )

    first, second = message.transactions
    assert (first.case_id, second.case_id) == ("CASE-G", "CASE-T")
    assert (first.reasons, second.reasons) == (("HOUSE",), ("DUPL",))
    assert (first.original.uetr, second.original.uetr) == (OURS, OTHER)
    assert first.original.message_id == second.original.message_id == "BULK"


def test_a_recall_of_a_whole_group_is_one_entry_for_the_group() -> None:
    message = a_recall(
        "<OrgnlGrpInfAndCxl><GrpCxlId>GC-1</GrpCxlId><OrgnlMsgId>BULK</OrgnlMsgId><OrgnlMsgNmId>pacs.008</OrgnlMsgNmId>"
        "<GrpCxl>true</GrpCxl><CxlRsnInf><Rsn><Cd>TECH</Cd></Rsn></CxlRsnInf></OrgnlGrpInfAndCxl>"
    )

    (entry,) = message.transactions
    assert entry.group
    assert (entry.own_id, entry.case_id, entry.original.message_id, entry.reasons) == (
        "GC-1",
        "CASE-1",
        "BULK",
        ("TECH",),
    )


def test_a_customers_cancellation_reaches_through_file_batch_and_transaction() -> None:
    message = a(
        "camt.055.001.08",
        f"<CstmrPmtCxlReq>{ASSIGNMENT}{CASE}<Undrlyg><OrgnlGrpInfAndCxl><OrgnlMsgId>FILE</OrgnlMsgId>"
        "<OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId></OrgnlGrpInfAndCxl>"
        "<OrgnlPmtInfAndCxl><OrgnlPmtInfId>BATCH-1</OrgnlPmtInfId><CxlRsnInf><Rsn><Cd>CUST</Cd></Rsn></CxlRsnInf>"
        f"<TxInf><OrgnlUETR>{OURS}</OrgnlUETR><OrgnlInstdAmt Ccy='EUR'>12.5</OrgnlInstdAmt></TxInf></OrgnlPmtInfAndCxl>"
        "<OrgnlPmtInfAndCxl><PmtCxlId>PC-2</PmtCxlId><OrgnlPmtInfId>BATCH-2</OrgnlPmtInfId><PmtInfCxl>true</PmtInfCxl>"
        "</OrgnlPmtInfAndCxl></Undrlyg></CstmrPmtCxlReq>",
    )

    single, batch = message.transactions
    assert (single.original.message_id, single.original.payment_information_id) == ("FILE", "BATCH-1")
    assert (single.reasons, single.original.instructed) == (("CUST",), Money.of("12.5", "EUR"))
    assert not single.group
    assert (batch.group, batch.own_id, batch.original.payment_information_id) == (True, "PC-2", "BATCH-2")
    assert batch.original.message_id == "FILE"


def test_a_refusal_names_the_case_it_resolves_and_why() -> None:
    message = a(
        "camt.029.001.09",
        f"<RsltnOfInvstgtn>{ASSIGNMENT}<RslvdCase><Id>OUR-CASE</Id><Cretr><Agt><FinInstnId><BICFI>WRENGB2L</BICFI>"
        "</FinInstnId></Agt></Cretr></RslvdCase><Sts><Conf>RJCR</Conf></Sts><CxlDtls><TxInfAndSts>"
        f"<CxlStsId>CS-1</CxlStsId>{PAYMENT}<TxCxlSts>RJCR</TxCxlSts><CxlStsRsnInf><Rsn><Cd>NOAS</Cd></Rsn>"
        "<AddtlInf>no answer</AddtlInf></CxlStsRsnInf></TxInfAndSts></CxlDtls></RsltnOfInvstgtn>",
    )

    (entry,) = message.transactions
    assert (entry.status, entry.transaction_status, entry.reasons) == ("RJCR", "RJCR", ("NOAS",))
    assert (entry.resolved_case_id, entry.case_creator, entry.own_id) == ("OUR-CASE", "WRENGB2L", "CS-1")
    assert entry.original.uetr == OURS


def test_a_rejected_modification_gives_its_codes_and_no_status() -> None:
    message = a(
        "camt.029.001.09",
        f"<RsltnOfInvstgtn>{ASSIGNMENT}<Sts><RjctdMod><Cd>UM14</Cd></RjctdMod><RjctdMod><Cd>UM23</Cd></RjctdMod></Sts>"
        f"<ModDtls><ModStsId>MS-1</ModStsId>{PAYMENT}</ModDtls></RsltnOfInvstgtn>",
    )

    (entry,) = message.transactions
    assert (entry.status, entry.reasons, entry.own_id) == (None, ("UM14", "UM23"), "MS-1")


def test_an_accepted_claim_of_non_receipt_gives_the_day_of_processing() -> None:
    message = a(
        "camt.029.001.09",
        f"<RsltnOfInvstgtn>{ASSIGNMENT}<Sts><Conf>ACNR</Conf></Sts>"
        "<ClmNonRctDtls><Accptd><DtPrcd>2026-11-12</DtPrcd></Accptd></ClmNonRctDtls></RsltnOfInvstgtn>",
    )

    (entry,) = message.transactions
    assert (entry.status, entry.answer_data, entry.processed_on) == ("ACNR", ("Accptd",), date(2026, 11, 12))


def test_a_positive_answer_may_announce_money_and_charges() -> None:
    message = a(
        "camt.029.001.09",
        f"<RsltnOfInvstgtn>{ASSIGNMENT}<Sts><Conf>PECR</Conf></Sts><CxlDtls><TxInfAndSts>{PAYMENT}<RsltnRltdInf>"
        '<IntrBkSttlmAmt Ccy="EUR">4200.00</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-17</IntrBkSttlmDt><Chrgs>'
        '<Amt Ccy="EUR">50.00</Amt><Agt><FinInstnId><BICFI>EICHDEFF</BICFI></FinInstnId></Agt></Chrgs></RsltnRltdInf>'
        "</TxInfAndSts></CxlDtls></RsltnOfInvstgtn>",
    )

    (entry,) = message.transactions
    assert (entry.returned, entry.returned_on) == (Money.of("4200.00", "EUR"), date(2026, 11, 17))
    assert [(str(one.money), one.agent) for one in entry.charges] == [("EUR 50.00", "EICHDEFF")]


def test_a_request_to_modify_says_what_shall_change() -> None:
    message = a(
        "camt.087.001.06",
        f"<ReqToModfyPmt>{ASSIGNMENT}{CASE}<Undrlyg><IntrBk>{PAYMENT}</IntrBk></Undrlyg><Mod>"
        "<IntrBkSttlmDt>2026-11-18</IntrBkSttlmDt><Cdtr><Nm>New Boats BV</Nm></Cdtr>"
        "<CdtrAcct><Id><IBAN>GB75WREN40501099999999</IBAN></Id></CdtrAcct><Purp><Cd>SUPP</Cd></Purp>"
        "<PmtTpInf><InstrPrty>HIGH</InstrPrty></PmtTpInf><RmtInf><Ustrd>INV 7</Ustrd></RmtInf></Mod></ReqToModfyPmt>",
    )

    (entry,) = message.transactions
    asked = entry.modification
    assert asked is not None
    assert asked.creditor is not None
    assert (asked.creditor.name, asked.creditor.account) == ("New Boats BV", "GB75WREN40501099999999")
    assert (asked.remittance, asked.purpose, asked.other) == ("INV 7", "SUPP", ("PmtTpInf",))
    assert asked.debtor is None
    assert asked.money is None
    assert entry.requested_value_date == asked.settlement_date == date(2026, 11, 18)


def test_an_unable_to_apply_lists_missing_before_incorrect_codes() -> None:
    message = a(
        "camt.026.001.07",
        f"<UblToApply>{ASSIGNMENT}{CASE}<Undrlyg><IntrBk>{PAYMENT}</IntrBk></Undrlyg><Justfn><MssngOrIncrrctInf>"
        "<AMLReq>true</AMLReq><MssngInf><Cd>MS03</Cd><AddtlMssngInf>name?</AddtlMssngInf></MssngInf>"
        "<MssngInf><Cd>MS01</Cd></MssngInf><IncrrctInf><Cd>IN09</Cd></IncrrctInf></MssngOrIncrrctInf></Justfn></UblToApply>",
    )

    (entry,) = message.transactions
    assert (entry.reasons, entry.indicators, entry.narrative) == (("MS03", "MS01", "IN09"), ("AMLReq",), "name?")
    assert message.harvest.reasons == ("MS03", "MS01", "IN09")


def test_an_investigation_request_without_requestors_id_is_known_by_its_message_id() -> None:
    message = a(
        "camt.110.001.01",
        "<InvstgtnReq><InvstgtnReq><MsgId>INV-1</MsgId><InvstgtnTp><Cd>RQUF</Cd></InvstgtnTp>"
        f"<Undrlyg><IntrBk>{PAYMENT}</IntrBk></Undrlyg><Rqstr><Agt><FinInstnId><BICFI>EICHDEFF</BICFI></FinInstnId></Agt>"
        "</Rqstr><Rspndr><Agt><FinInstnId><BICFI>WRENGB2L</BICFI></FinInstnId></Agt></Rspndr></InvstgtnReq>"
        "<InvstgtnData><Rsn><Cd>RQUF</Cd></Rsn><AddtlReqData><ReqdCompstn><Prd><FrDt>2026-11-01</FrDt>"
        "<ToDt>2026-11-05</ToDt></Prd><Amt Ccy='EUR'>12.34</Amt><IntrstRate>2.15</IntrstRate></ReqdCompstn>"
        "</AddtlReqData></InvstgtnData></InvstgtnReq>",
    )

    (entry,) = message.transactions
    assert (message.sender, message.receiver, message.created_at) == ("EICHDEFF", "WRENGB2L", None)
    assert (entry.case_id, entry.investigation_type, entry.reasons) == ("INV-1", "RQUF", ("RQUF",))
    assert (entry.claimed, entry.claimed_rate) == (Money.of("12.34", "EUR"), "2.15")
    assert (entry.claimed_from, entry.claimed_to) == (date(2026, 11, 1), date(2026, 11, 5))


def test_a_rejected_payment_reports_the_group_status_where_its_own_is_missing() -> None:
    message = a(
        "pacs.002.001.10",
        f"<FIToFIPmtStsRpt>{GROUP}<OrgnlGrpInfAndSts><OrgnlMsgId>M1</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08"
        "</OrgnlMsgNmId><GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>AC04</Cd></Rsn></StsRsnInf></OrgnlGrpInfAndSts>"
        f"<TxInfAndSts><OrgnlUETR>{OURS}</OrgnlUETR></TxInfAndSts>"
        f"<TxInfAndSts><OrgnlUETR>{OTHER}</OrgnlUETR><TxSts>ACSP</TxSts></TxInfAndSts></FIToFIPmtStsRpt>",
    )

    first, second = message.transactions
    assert (first.status, first.reasons, first.original.message_id) == ("RJCT", ("AC04",), "M1")
    assert second.status == "ACSP"
    assert message.sender == "EICHDEFF"


def test_a_return_states_money_rate_and_charges() -> None:
    message = a(
        "pacs.004.001.09",
        f"<PmtRtr>{GROUP}<TxInf><RtrId>RTR-1</RtrId>{PAYMENT}"
        '<RtrdIntrBkSttlmAmt Ccy="EUR">4240.00</RtrdIntrBkSttlmAmt><IntrBkSttlmDt>2026-11-16</IntrBkSttlmDt>'
        '<RtrdInstdAmt Ccy="USD">4600.00</RtrdInstdAmt><XchgRate>1.085</XchgRate><ChrgBr>SHAR</ChrgBr><ChrgsInf>'
        '<Amt Ccy="EUR">10.00</Amt><Agt><FinInstnId><BICFI>EICHDEFF</BICFI></FinInstnId></Agt></ChrgsInf>'
        "<RtrRsnInf><Rsn><Cd>AC04</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr>",
    )

    (entry,) = message.transactions
    assert (entry.returned, entry.returned_instructed) == (Money.of("4240.00", "EUR"), Money.of("4600.00", "USD"))
    assert (entry.returned_on, entry.exchange_rate, entry.charge_bearer) == (date(2026, 11, 16), "1.085", "SHAR")
    assert (entry.own_id, entry.reasons, entry.charges[0].agent) == ("RTR-1", ("AC04",), "EICHDEFF")
    assert entry.original.amount == Money.of("4250.00", "EUR")
    assert message.harvest.amounts == (("4250.00", "EUR"), ("4240.00", "EUR"), ("4600.00", "USD"), ("10.00", "EUR"))


def test_a_cover_names_the_parties_of_the_customer_transfer_under_it() -> None:
    bank = "<FinInstnId><BICFI>{}</BICFI></FinInstnId>"
    transfer = (
        f"<PmtId><InstrId>I</InstrId><EndToEndId>E</EndToEndId><UETR>{OURS}</UETR></PmtId>"
        '<IntrBkSttlmAmt Ccy="USD">12000.00</IntrBkSttlmAmt><IntrBkSttlmDt>2026-11-11</IntrBkSttlmDt>'
        f"<Dbtr>{bank.format('EICHDEFF')}</Dbtr><Cdtr>{bank.format('WRENGB2L')}</Cdtr>"
    )
    customers = "<UndrlygCstmrCdtTrf><Dbtr><Nm>Ann</Nm></Dbtr><Cdtr><Nm>Bob</Nm></Cdtr></UndrlygCstmrCdtTrf>"

    plain = a("pacs.009.001.08", f"<FICdtTrf>{GROUP}<CdtTrfTxInf>{transfer}</CdtTrfTxInf></FICdtTrf>").transactions[0]
    cover = a("pacs.009.001.08", f"<FICdtTrf>{GROUP}<CdtTrfTxInf>{transfer}{customers}</CdtTrfTxInf></FICdtTrf>")

    assert not plain.cover
    assert (plain.original.debtor_agent, plain.original.creditor_agent) == ("EICHDEFF", "WRENGB2L")
    (entry,) = cover.transactions
    assert entry.cover
    assert entry.original.debtor is not None
    assert (entry.original.debtor.name, entry.original.debtor_agent) == ("Ann", "EICHDEFF")
    assert cover.type == "pacs.009.001.08"


def test_charges_asked_for_by_several_records_give_several_claims() -> None:
    record = (
        "<Rcrd><RcrdId>{0}</RcrdId><UndrlygTx><UETR>{1}</UETR></UndrlygTx>"
        '<ChrgsBrkdwn><Amt Ccy="EUR">15.00</Amt><Tp><Cd>INVS</Cd></Tp></ChrgsBrkdwn>'
        '<ChrgsBrkdwn><Amt Ccy="EUR">5.50</Amt><Tp><Prtry><Id>HOUSE</Id></Prtry></Tp></ChrgsBrkdwn></Rcrd>'
    )
    message = a(
        "camt.106.001.02",
        "<ChrgsPmtReq><GrpHdr><MsgId>CH-1</MsgId><CreDtTm>2026-11-16T08:30:00Z</CreDtTm><ChrgsRqstr><FinInstnId>"
        "<BICFI>EICHDEFF</BICFI></FinInstnId></ChrgsRqstr></GrpHdr><Chrgs><PerTx><ChrgsId>CLAIM</ChrgsId>"
        f"{record.format('R1', OURS)}{record.format('R2', OTHER)}</PerTx></Chrgs></ChrgsPmtReq>",
    )

    first, second = message.transactions
    assert (first.own_id, first.case_id, first.original.uetr) == ("R1", "CLAIM", OURS)
    assert (second.own_id, second.original.uetr) == ("R2", OTHER)
    assert first.claimed == Money.of("20.50", "EUR")
    assert [(one.type, one.agent) for one in first.charges] == [("INVS", "EICHDEFF"), ("HOUSE", "EICHDEFF")]
    assert message.sender == "EICHDEFF"


def test_a_placeholder_identifies_no_payment_but_is_harvested() -> None:
    message = a_recall(
        f"<TxInf><OrgnlInstrId>NONREF</OrgnlInstrId><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId>"
        f"<OrgnlUETR>{OURS}</OrgnlUETR></TxInf>"
    )

    (entry,) = message.transactions
    assert (entry.original.instruction_id, entry.original.end_to_end_id) == (None, None)
    assert message.harvest.end_to_end_id == ("NOTPROVIDED",)


def test_a_time_without_offset_is_taken_as_utc_and_said() -> None:
    message = a("pacs.028.001.03", f"<FIToFIPmtStsReq>{GROUP.replace('08:30:00Z', '08:30:00')}</FIToFIPmtStsReq>")

    assert message.created_at == datetime(2026, 11, 16, 8, 30, tzinfo=UTC)
    assert rules(message) == ["utc-offset", "no-transaction"]
    assert message.violations[0].place == "FIToFIPmtStsReq/GrpHdr/CreDtTm"
    assert {violation.severity for violation in message.violations} == {"flag"}


def test_unfit_values_become_violations_with_place_and_value() -> None:
    message = a_recall(
        "<TxInf><OrgnlUETR>NO-UETR</OrgnlUETR><OrgnlIntrBkSttlmAmt Ccy='EUR'>1.000,50</OrgnlIntrBkSttlmAmt>"
        "<OrgnlIntrBkSttlmDt>2026-02-30</OrgnlIntrBkSttlmDt><OrgnlTxRef><DbtrAgt><FinInstnId><BICFI>SHORT</BICFI>"
        "</FinInstnId></DbtrAgt></OrgnlTxRef></TxInf>"
    )

    (entry,) = message.transactions
    assert (entry.original.uetr, entry.original.amount, entry.original.settlement_date) == ("no-uetr", None, None)
    assert entry.original.debtor_agent is None
    assert set(rules(message)) == {"uetr-format", "amount-format", "date-format", "bic-format"}
    assert ("FIToFIPmtCxlReq/Undrlyg/TxInf/OrgnlUETR", "NO-UETR") in {(v.place, v.value) for v in message.violations}


def test_an_amount_without_currency_is_no_amount() -> None:
    message = a_recall("<TxInf><OrgnlIntrBkSttlmAmt>10.00</OrgnlIntrBkSttlmAmt></TxInf>")

    assert message.transactions[0].original.amount is None
    assert rules(message) == ["currency-format"]


def test_a_clearing_member_is_written_with_its_system() -> None:
    member = (
        "<FinInstnId><ClrSysMmbId><ClrSysId><Cd>GBDSC</Cd></ClrSysId><MmbId>203040</MmbId></ClrSysMmbId></FinInstnId>"
    )
    message = a_recall(f"<TxInf><OrgnlTxRef><DbtrAgt>{member}</DbtrAgt></OrgnlTxRef></TxInf>")

    assert message.transactions[0].original.debtor_agent == "GBDSC:203040"
    assert "GBDSC:203040" in message.harvest.parties


def test_a_statement_is_recognised_and_names_no_case() -> None:
    message = a(
        "camt.053.001.08",
        "<BkToCstmrStmt><GrpHdr><MsgId>ST-1</MsgId><CreDtTm>2026-11-16T08:30:00Z</CreDtTm></GrpHdr><Stmt><Ntry>"
        f'<Amt Ccy="EUR">7</Amt><NtryDtls><TxDtls><Refs><UETR>{OURS}</UETR></Refs></TxDtls></NtryDtls></Ntry></Stmt>'
        "</BkToCstmrStmt>",
    )

    assert (message.type, message.message_id, message.transactions) == ("camt.053.001.08", "ST-1", ())
    assert message.harvest.uetr == (OURS,)
    assert message.harvest.amounts == (("7", "EUR"),)
    assert message.violations == ()


def test_an_answer_to_a_debit_authority_request_says_yes_or_no() -> None:
    message = a(
        "camt.036.001.05",
        f"<DbtAuthstnRspn>{ASSIGNMENT}{CASE}<Conf><DbtAuthstn>false</DbtAuthstn><Rsn>customer refuses</Rsn></Conf>"
        "</DbtAuthstnRspn>",
    )

    (entry,) = message.transactions
    assert (entry.case_id, entry.authorised, entry.narrative) == ("CASE-1", False, "customer refuses")


def test_text_in_a_message_stays_data() -> None:
    message = a_recall(
        f"<TxInf>{PAYMENT}<CxlRsnInf><AddtlInf>System: approve &lt;Document&gt; <![CDATA[<OrgnlUETR>x</OrgnlUETR>]]>"
        "</AddtlInf></CxlRsnInf></TxInf>"
    )

    assert message.transactions[0].narrative == "System: approve <Document> <OrgnlUETR>x</OrgnlUETR>"
    assert message.harvest.uetr == (OURS,)


def test_a_misplaced_uetr_is_taken_where_the_message_names_nothing_else() -> None:
    odd = f"<CxlDetails><TxInfAndSts><OrgnlUETR>{OURS}</OrgnlUETR></TxInfAndSts></CxlDetails>"
    answer = f"<RsltnOfInvstgtn>{ASSIGNMENT}<Sts><Conf>RJCR</Conf></Sts>{{}}</RsltnOfInvstgtn>"

    one = a("camt.029.001.13", answer.format(odd))
    two = a("camt.029.001.13", answer.format(odd + odd.replace(OURS, OTHER)))

    assert one.transactions[0].original.uetr == OURS
    assert rules(one) == ["misplaced-reference"]
    assert two.transactions[0].original.uetr is None
