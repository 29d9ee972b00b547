"""Writing: where each thing stands, per rail, and what never leaves."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from pydantic import ValidationError

from tools.errors import ToolError
from tools.iso20022 import draft as d
from tools.iso20022.charset import outside_extended, outside_x, slash_fault, to_extended, to_x
from tools.iso20022.versions import DEFAULTS, WRITABLE, VersionRule, version_for
from tools.iso20022.write import write
from tools.message import Modification, Original, StatedParty
from tools.payment import Agent, Charge, Money, Party, Payment

UETR = "fd0bfa10-f852-47d0-8621-6ddc36cd9ee6"
ORIGINAL = Original(
    message_id="M1",
    message_name="pacs.008.001.08",
    instruction_id="I1",
    end_to_end_id="E1",
    transaction_id="T1",
    uetr=UETR,
    amount=Money.of("4250.00", "EUR"),
    settlement_date=date(2026, 11, 11),
    debtor=StatedParty(name="Grachten Boats BV", account="NL02TULP0300065264"),
    creditor=StatedParty(name="Pike & Sons Ltd", account="GB20WREN40501012345678"),
    debtor_agent="TULPNL2A",
    creditor_agent="WRENGB2L",
)
PAYMENT = Payment(
    uetr=UETR,
    rail="CBPR",
    message_type="pacs.008.001.08",
    message_id="M1",
    instruction_id="I1",
    end_to_end_id="E1",
    transaction_id="T1",
    direction="inbound",
    amount=Decimal("4250.00"),
    currency="EUR",
    settlement_date=date(2026, 11, 11),
    debtor=Party(name="Grachten Boats BV", account="NL02TULP0300065264", address={"town": "Delft", "country": "NL"}),
    debtor_agent=Agent("TULPNL2A"),
    creditor=Party(name="Pike & Sons Ltd", account="GB20WREN40501012345678"),
    creditor_agent=Agent("WRENGB2L"),
    instructing_agent=Agent("TULPNL2A"),
    instructed_agent=Agent("WRENGB2L"),
    remittance="Order 7781",
    state="credited",
)
OURS: dict[str, Any] = {
    "message_id": "WREN-RES-1",
    "created_at": datetime(2026, 11, 16, 9, 0, tzinfo=UTC),
    "sender": Agent("WRENGB2L"),
    "receiver": Agent("TULPNL2A"),
    "rail": "CBPR",
}
CASE: dict[str, Any] = {**OURS, "case_id": "TULP-2026-1", "case_creator": "TULPNL2A", "original": ORIGINAL}


class Written:
    """A written message, asked by local names: `Written(draft).text("Sts/Conf")`."""

    def __init__(self, draft: d.Draft, version: str | None = None) -> None:
        self.bytes = write(draft, version)
        self.root = etree.fromstring(self.bytes)

    def all(self, path: str) -> list[str]:
        steps = "/".join(f"{{*}}{step}" for step in path.split("/"))
        return [element.text or "" for element in self.root.iterfind(f".//{steps}")]

    def text(self, path: str) -> str | None:
        return next(iter(self.all(path)), None)

    @property
    def version(self) -> str:
        return str(self.root.tag).rpartition("}")[0].rpartition(":")[2]


def test_a_refusal_says_status_reason_and_case() -> None:
    message = Written(d.Resolution(**CASE, status="RJCR", reasons=("CUST",)))

    assert message.version == "camt.029.001.09"
    assert message.text("Assgnmt/Id") == "WREN-RES-1"
    assert message.text("Assgnmt/CreDtTm") == "2026-11-16T09:00:00+00:00"
    assert message.text("Sts/Conf") == "RJCR"
    assert message.text("CxlStsRsnInf/Rsn/Cd") == "CUST"
    assert message.text("TxInfAndSts/RslvdCase/Id") == "TULP-2026-1"
    assert message.text("TxInfAndSts/OrgnlUETR") == UETR
    assert message.text("OrgnlTxRef/Dbtr/Pty/Nm") is None, "an answer repeats no parties on this rail"


def test_sepa_states_the_transaction_status_and_repeats_the_original() -> None:
    message = Written(d.Resolution(**{**CASE, "rail": "SEPA_SCT"}, status="RJCR", reasons=("CUST",)))

    assert message.text("RsltnOfInvstgtn/RslvdCase/Id") == "TULP-2026-1"
    assert message.text("TxInfAndSts/TxCxlSts") == "RJCR"
    assert message.text("OrgnlTxRef/Cdtr/Pty/Nm") == "Pike & Sons Ltd"


def test_free_text_stays_here_beside_a_code_unless_told() -> None:
    told = {**CASE, "status": "RJCR", "narrative": ("Account closed since May",)}

    beside = Written(d.Resolution(**told, reasons=("AC04",)))
    narr = Written(d.Resolution(**told, reasons=("NARR",)))
    wanted = Written(d.Resolution(**told, reasons=("AC04",), narrative_beside_code=True))

    assert beside.all("AddtlInf") == []
    assert narr.all("AddtlInf") == ["Account closed since May"]
    assert wanted.all("AddtlInf") == ["Account closed since May"]


def test_a_refused_modification_lists_every_um_code() -> None:
    message = Written(
        d.Resolution(**CASE, about="modification", reasons=("UM13", "UM14"), narrative=("Please recall and pay anew",))
    )

    assert message.all("RjctdMod/Cd") == ["UM13", "UM14"]
    assert message.text("Sts/Conf") is None
    assert message.text("ModDtls/OrgnlUETR") == UETR
    assert message.text("ModStsRsnInf/AddtlInf") == "Please recall and pay anew"


def test_a_modification_of_an_unknown_payment_has_no_um_code() -> None:
    message = Written(d.Resolution(**CASE, about="modification", reasons=("NOOR",)))

    assert message.all("RjctdMod/Prtry") == ["NOOR"]
    assert message.all("RjctdMod/Cd") == []


def test_a_claim_of_non_receipt_is_answered_in_its_own_details() -> None:
    refused = Written(d.Resolution(**CASE, about="non_receipt", status="RJNR", reasons=("NOOR",)))
    accepted = Written(d.Resolution(**CASE, about="non_receipt", status="ACNR", processed_on=date(2026, 11, 11)))

    assert refused.text("ClmNonRctDtls/Rjctd/Cd") == "NOOR"
    assert accepted.text("ClmNonRctDtls/Accptd/DtPrcd") == "2026-11-11"
    assert accepted.text("ModDtls/OrgnlEndToEndId") == "E1"


def test_value_date_compensation_names_amount_and_banks() -> None:
    message = Written(
        d.Resolution(
            **CASE,
            about="value_date",
            status="ACVA",
            compensation=Money.of("323.63", "EUR"),
            compensation_from=Agent("WRENGB2L"),
            compensation_to=Agent("TULPNL2A"),
            resolved_on=date(2026, 11, 9),
        )
    )

    assert message.text("Compstn/Amt") == "323.63"
    assert message.text("Compstn/Rsn/Cd") == "VADA"
    assert message.text("ModDtls/RsltnRltdInf/IntrBkSttlmDt") == "2026-11-09"


def test_a_recall_names_payment_reason_and_whose_wish_it_is() -> None:
    message = Written(
        d.CancellationRequest(
            **{**CASE, "case_creator": None}, reason="DUPL", originator="Grachten Boats BV", narrative=("Twin: M2",)
        )
    )

    assert message.version == "camt.056.001.08"
    assert message.text("TxInf/Case/Id") == "TULP-2026-1"
    assert message.text("TxInf/Case/Cretr/Agt/FinInstnId/BICFI") == "WRENGB2L"
    assert message.text("CtrlData/NbOfTxs") == "1"
    assert message.text("OrgnlIntrBkSttlmAmt") == "4250.00"
    assert message.text("CxlRsnInf/Orgtr/Nm") == "Grachten Boats BV"
    assert message.text("CxlRsnInf/AddtlInf") == "Twin: M2"
    assert message.text("OrgnlTxRef/CdtrAcct/Id/IBAN") == "GB20WREN40501012345678"


def test_a_forwarded_recall_keeps_the_case_of_its_creator() -> None:
    message = Written(d.CancellationRequest(**{**CASE, "case_creator": "Casa de Câmbio SA"}, reason="CUST"))

    assert message.text("Case/Cretr/Pty/Nm") == "Casa de Cambio SA"


def test_a_clearing_member_is_written_with_its_system() -> None:
    message = Written(
        d.CancellationRequest(**{**CASE, "receiver": Agent("USABA:021040078"), "rail": "FEDWIRE"}, reason="FRAD")
    )

    assert message.text("Assgne/Agt/FinInstnId/ClrSysMmbId/ClrSysId/Cd") == "USABA"
    assert message.text("Assgne/Agt/FinInstnId/ClrSysMmbId/MmbId") == "021040078"


def test_a_return_runs_back_from_creditor_to_debtor() -> None:
    message = Written(
        d.PaymentReturn(
            **OURS,
            payment=PAYMENT,
            returned=Money.of("4240.00", "EUR"),
            settlement_date=date(2026, 11, 16),
            reasons=("FOCR",),
            charges=(Charge(agent=Agent("WRENGB2L"), amount=Decimal("10.00"), currency="EUR"),),
        )
    )

    assert message.version == "pacs.004.001.09"
    assert message.text("OrgnlIntrBkSttlmAmt") == "4250.00"
    assert message.text("RtrdIntrBkSttlmAmt") == "4240.00"
    assert message.text("RtrdInstdAmt") == "4250.00"
    assert message.text("RtrChain/Dbtr/Pty/Nm") == "Pike & Sons Ltd"
    assert message.text("RtrChain/Cdtr/Pty/Nm") == "Grachten Boats BV"
    assert message.text("TxInf/InstgAgt/FinInstnId/BICFI") == "WRENGB2L"
    assert message.text("RtrRsnInf/Rsn/Cd") == "FOCR"
    assert message.text("SttlmInf/SttlmMtd") == "INDA"


def test_a_sepa_return_settles_through_the_clearing_at_group_level() -> None:
    message = Written(
        d.PaymentReturn(
            **{**OURS, "rail": "SEPA_SCT"},
            payment=PAYMENT,
            returned=Money.of("4250.00", "EUR"),
            settlement_date=date(2026, 11, 16),
            reasons=("FOCR",),
        )
    )

    assert message.text("SttlmInf/SttlmMtd") == "CLRG"
    assert message.text("GrpHdr/TtlRtrdIntrBkSttlmAmt") == "4250.00"
    assert message.text("GrpHdr/InstgAgt/FinInstnId/BICFI") == "WRENGB2L"


def test_a_cover_travels_under_the_uetr_of_its_order() -> None:
    message = Written(
        d.CoverPayment(
            **OURS,
            payment=PAYMENT,
            settlement_date=date(2026, 11, 16),
            debtor=Agent("WRENGB2L"),
            creditor=Agent("EICHDEFF"),
            creditor_agent=Agent("CHASUS33"),
        )
    )

    assert message.version == "pacs.009.001.08"
    assert message.text("PmtId/UETR") == UETR
    assert message.text("PmtId/EndToEndId") == "I1"
    assert message.text("CdtTrfTxInf/Cdtr/FinInstnId/BICFI") == "EICHDEFF"
    assert message.text("UndrlygCstmrCdtTrf/Dbtr/Nm") == "Grachten Boats BV"
    assert message.text("UndrlygCstmrCdtTrf/Dbtr/PstlAdr/TwnNm") == "Delft"
    assert message.text("UndrlygCstmrCdtTrf/RmtInf/Ustrd") == "Order 7781"


def test_an_investigation_sent_on_names_the_first_requester() -> None:
    message = Written(
        d.InvestigationRequest(
            **{**CASE, "case_id": "WREN-INV-9"},
            type="RQFI",
            sub_type="UTEX",
            originator="EICHDEFF",
            reasons=(
                d.InvestigationReason(reason="CTOR", sub_reason="RQPA", narrative=("Full address, please",)),
                d.InvestigationReason(
                    reason="RQDA", asked=d.DebitAuthorityWish(reason="DUPL", amount=Money.of("10", "EUR"))
                ),
            ),
            service_levels=("R05D",),
        )
    )

    assert message.text("RqstrInvstgtnId") == "WREN-INV-9"
    assert message.text("ReqOrgtr/Agt/FinInstnId/BICFI") == "EICHDEFF"
    assert message.all("InvstgtnData/Rsn/Cd") == ["CTOR", "RQDA"]
    assert message.text("RsnSubTp/Cd") == "RQPA"
    assert message.text("ReqNrrtv") == "Full address, please"
    assert message.text("ReqdDbtAuthstn/AmtToDbt") == "10.00"


def test_an_objection_needs_its_reason() -> None:
    with pytest.raises(ValidationError, match="RQOB"):
        d.InvestigationRequest(**CASE, type="RQVA", action="RQOB")

    message = Written(
        d.InvestigationRequest(
            **CASE, type="RQVA", action="RQOB", action_reason="IRCD", responder_case_id="TULP-9", narrative=("Act/360",)
        )
    )

    assert message.text("ReqActn/Actn/Cd") == "RQOB"
    assert message.text("ActnRsn/Rsn/Cd") == "IRCD"
    assert message.text("RspndrInvstgtnId") == "TULP-9"
    assert message.text("ActnRsn/AddtlInf") == "Act/360"


REQUEST = d.RequestAnswered(
    message_id="TULP-INV-10",
    type="CCNR",
    requestor="TULPNL2A",
    responder="WRENGB2L",
    requestor_case_id="TULP-INV-10-R",
)


def test_an_answer_repeats_the_request_and_hides_an_account_that_was_not_given() -> None:
    message = Written(
        d.InvestigationResponse(
            **CASE,
            status="CLSD",
            data=(
                d.ResponseData(
                    reason="CCNR", data=d.Booking(amount=Money.of("4250.00", "EUR"), value_date=date(2026, 11, 11))
                ),
            ),
            request=REQUEST,
        )
    )

    assert message.text("InvstgtnSts/Sts") == "CLSD"
    assert message.text("OrgnlInvstgtnReq/RqstrInvstgtnId") == "TULP-INV-10-R"
    assert message.text("RspnData/Conf/Amt") == "4250.00"
    assert message.text("Conf/Acct/Ccy") == "EUR"
    assert b"GB20WREN" not in message.bytes


def test_a_missing_datum_goes_out_as_an_element_of_its_own() -> None:
    message = Written(
        d.InvestigationResponse(
            **CASE,
            status="CLSD",
            data=(d.ResponseData(data=(d.Datum(path="RmtInf/Ustrd", remittance="Nordtor, Rechnung 5512"),)),),
            request=REQUEST,
        )
    )

    assert message.text("TxData/Pth") == "RmtInf/Ustrd"
    assert message.text("TxData/Rcrd/Rmt/Ustrd") == "Nordtor, Rechnung 5512"


def test_a_datum_carries_exactly_one_value() -> None:
    with pytest.raises(ValidationError, match="exactly one"):
        d.Datum(path="Cdtr", name="Pike", text="Pike")


def test_compensation_debit_authority_and_status_have_their_own_records() -> None:
    granted = d.CompensationGranted(
        granted=True,
        due=Money.of("323.63", "EUR"),
        rate=Decimal("1.65"),
        period=d.Period(start=date(2026, 11, 1), end=date(2026, 11, 3)),
    )
    answers = (
        d.ResponseData(data=granted),
        d.ResponseData(data=d.AuthorityGiven(authorised=False, text="Creditor refuses")),
        d.ResponseData(data=d.ReportedStatus(status="ACSP", reasons=("G004",))),
        d.ResponseData(data=d.Valuation(due=Money.of("1", "EUR"))),
    )

    message = Written(d.InvestigationResponse(**CASE, status="PDNG", reason="PARE", data=answers, request=REQUEST))

    assert message.text("Compstn/AmtDue") == "323.63"
    assert message.text("Compstn/IntrstRate") == "1.65"
    assert message.text("DbtAuthstn/DbtAuthstn") == "false"
    assert message.text("TxSts/StsRsnInf/Rsn/Cd") == "G004"
    assert message.text("Valtn/AmtDue") == "1.00"


def test_long_answers_are_split_without_losing_a_word() -> None:
    words = " ".join(f"word{n}" for n in range(200))

    message = Written(d.InvestigationResponse(**CASE, status="CLSD", narrative=(words,), request=REQUEST))

    pieces = message.all("RspnNrrtv")
    assert len(pieces) > 1
    assert all(len(piece) <= 500 for piece in pieces)
    assert " ".join(pieces) == words


def test_statuses_and_status_questions() -> None:
    rejected = Written(d.StatusReport(**CASE, status="RJCT", reasons=("FOCR",)))
    group = Written(d.StatusReport(**CASE, status="RJCT", reasons=("FOCR",), group=True))
    chaser = Written(
        d.StatusRequest(**{**CASE, "rail": "SEPA_SCT"}, asked_message_id="CXL-7", asked_message_name="camt.056.001.08")
    )

    assert rejected.text("TxInfAndSts/TxSts") == "RJCT"
    assert rejected.text("TxInfAndSts/OrgnlUETR") == UETR
    assert group.text("OrgnlGrpInfAndSts/GrpSts") == "RJCT"
    assert chaser.text("FIToFIPmtStsReq/OrgnlGrpInf/OrgnlMsgId") == "CXL-7"
    assert chaser.text("TxInf/OrgnlEndToEndId") == "E1"


def test_the_classic_inquiries_carry_what_they_ask() -> None:
    claim = Written(d.NonReceiptClaim(**CASE, missing_cover=True, narrative=("Creditor waits",)))
    change = Written(
        d.ModificationRequest(**CASE, change=Modification(settlement_date=date(2026, 11, 9), remittance="Order 8"))
    )
    told = Written(d.AdditionalInformation(**CASE, information=Modification(remittance="Order 7781")))
    asked = Written(d.UnableToApply(**CASE, missing=("MS01",), incorrect=("IN14", "MM23"), narrative=("Which order?",)))
    wish = Written(d.DebitAuthorityRequest(**CASE, reason="DUPL", amount=Money.of("4250", "EUR")))
    given = Written(d.DebitAuthorityResponse(**CASE, authorised=True, amount=Money.of("4250", "EUR")))

    assert claim.text("CoverDtls/MssngCoverInd") == "true"
    assert claim.text("InstrForAssgne/InstrInf") == "Creditor waits"
    assert change.text("Mod/IntrBkSttlmDt") == "2026-11-09"
    assert told.text("Inf/RmtInf/Ustrd") == "Order 7781"
    assert asked.all("IncrrctInf/Cd") == ["IN14", "NARR"], "MM23 is younger than the list of this version"
    assert asked.text("MssngInf/AddtlMssngInf") == "Which order?"
    assert asked.all("AddtlIncrrctInf") == ["MM23"]
    assert wish.text("Dtl/AmtToDbt") == "4250.00"
    assert given.text("Conf/DbtAuthstn") == "true"


def test_an_inquiry_without_amount_or_date_is_refused() -> None:
    with pytest.raises(ValidationError, match="settlement_date"):
        d.NonReceiptClaim(**{**CASE, "original": ORIGINAL.model_copy(update={"settlement_date": None})})


@pytest.mark.parametrize("bad", ["", "A" * 36, "/A", "A/", "A//B", "Ä", "a\nb"])
def test_a_reference_of_ours_keeps_the_swift_rules(bad: str) -> None:
    with pytest.raises(ValidationError):
        d.StatusRequest(**{**CASE, "message_id": bad})


def test_a_time_of_another_zone_leaves_as_utc() -> None:
    lisbon = datetime(2026, 11, 16, 10, 30, tzinfo=timezone(timedelta(hours=1)))

    message = Written(d.StatusRequest(**{**CASE, "created_at": lisbon}))

    assert message.text("CreDtTm") == "2026-11-16T09:30:00+00:00"


def test_yen_has_no_decimals_and_dinars_have_three() -> None:
    yen = Written(d.DebitAuthorityResponse(**CASE, authorised=True, amount=Money.of("4250", "JPY")))
    dinar = Written(d.DebitAuthorityResponse(**CASE, authorised=True, amount=Money.of("4250", "KWD")))

    assert yen.text("AmtToDbt") == "4250"
    assert dinar.text("AmtToDbt") == "4250.000"


def test_what_a_counterparty_wrote_too_long_is_left_out_not_cut() -> None:
    wild = ORIGINAL.model_copy(update={"instruction_id": "I" * 36, "uetr": "no-uetr", "end_to_end_id": "E\x07"})

    message = Written(d.CancellationRequest(**{**CASE, "original": wild}, reason="CUST"))

    assert message.all("OrgnlInstrId") == message.all("OrgnlUETR") == message.all("OrgnlEndToEndId") == []
    assert message.text("OrgnlTxId") == "T1"


@given(text=st.text())
def test_any_text_becomes_swift_text(text: str) -> None:
    plain, wide = to_x(text), to_extended(text)

    assert outside_x(plain) == ""
    assert outside_extended(wide) == ""
    assert to_x(plain) == plain


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Müller & Søn – Łódź", "Muller + Son - Lodz"),
        ("a@b.com", "a(at)b.com"),
        ("€5 “net”", "EUR5 'net'"),
        ("🏦", "?"),
    ],
)
def test_letters_lose_their_marks_and_keep_their_sense(text: str, plain: str) -> None:
    assert to_x(text) == plain


def test_slashes_in_references_are_seen() -> None:
    assert slash_fault("/A")
    assert slash_fault("A//B")
    assert not slash_fault("A/B")


def test_a_rail_takes_its_own_version_from_its_date_on() -> None:
    rule = VersionRule(rail="CBPR", version="camt.056.001.09", effective_from=date(2027, 11, 20), source="bulletin")

    assert version_for("camt.056", "CBPR", date(2027, 11, 19), (rule,)) == "camt.056.001.08"
    assert version_for("camt.056", "CBPR", date(2027, 11, 20), (rule,)) == "camt.056.001.09"
    assert version_for("camt.056", "T2", date(2027, 11, 20), (rule,)) == "camt.056.001.08"
    assert version_for("pacs.004", "FEDNOW") == "pacs.004.001.10"
    assert set(DEFAULTS) == set(WRITABLE)


def test_an_unknown_version_or_message_is_refused_with_what_is_possible() -> None:
    draft = d.StatusRequest(**CASE)

    with pytest.raises(ToolError, match=r"pacs\.028\.001\.03"):
        write(draft, "pacs.028.001.01")
    with pytest.raises(ToolError, match=r"camt\.056\.001\.08"):
        write(draft, "camt.056.001.08")
    with pytest.raises(ToolError, match=r"pain\.001"):
        version_for("pain.001")
