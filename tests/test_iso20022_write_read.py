"""What we write, our reader reads back: ids, amount, status, reasons and case."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from test_iso20022_write import CASE, ORIGINAL, OURS, PAYMENT, REQUEST

from tools.iso20022 import draft as d
from tools.iso20022 import read
from tools.iso20022.versions import WRITABLE
from tools.iso20022.write import write
from tools.message import Modification, Original, Transaction
from tools.payment import Money

RAILS = [None, "CBPR", "SEPA_SCT", "FEDWIRE", "FEDNOW", "T2"]
X_TEXT = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-.+", min_size=1, max_size=35).filter(
    lambda text: text not in ("UNKNOWN", "NONREF", "NOREF", "NOTPROVIDED", "NOTAVAILABLE")
)  # placeholders identify nothing and are read as nothing
ORIGINALS = st.builds(
    Original,
    message_id=X_TEXT,
    message_name=st.just("pacs.008.001.08"),
    instruction_id=X_TEXT,
    end_to_end_id=X_TEXT,
    transaction_id=X_TEXT,
    uetr=st.uuids(version=4).map(str),
    amount=st.builds(
        Money,
        amount=st.decimals(Decimal("0.01"), Decimal("99999999.99"), places=2),
        currency=st.sampled_from(["EUR", "USD"]),
    ),
    settlement_date=st.dates(date(2020, 1, 1), date(2030, 1, 1)),
)


def back(draft: d.Draft, version: str | None = None) -> Transaction:
    """Read the written draft; its envelope is checked on the way."""
    message = read(write(draft, version))

    assert message.type == (version or message.type)
    assert message.type.startswith(draft.message)
    assert message.message_id == draft.message_id
    if draft.message not in ("camt.110", "camt.111"):
        assert message.created_at == datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
    assert message.sender == draft.sender
    assert message.receiver == draft.receiver
    assert [violation for violation in message.violations if violation.severity == "block"] == []
    (transaction,) = message.transactions
    return transaction


def same_payment(read_back: Original, written: Original, *, settlement: bool = True) -> None:
    fields = ["message_id", "message_name", "instruction_id", "end_to_end_id", "transaction_id", "uetr"]
    for field in fields + (["amount", "settlement_date"] if settlement else []):
        assert getattr(read_back, field) == getattr(written, field), field


@pytest.mark.parametrize("rail", RAILS)
@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(original=ORIGINALS)
def test_a_recall_is_read_back(rail: Any, original: Original) -> None:
    recall = d.CancellationRequest(
        **{**CASE, "rail": rail, "original": original}, reason="DUPL", narrative=("Twin of M2",)
    )

    read_back = back(recall)

    same_payment(read_back.original, original)
    assert read_back.case_id == "TULP-2026-1"
    assert read_back.case_creator == "TULPNL2A"
    assert read_back.reasons == ("DUPL",)
    assert "Twin of M2" in read_back.narrative


@pytest.mark.parametrize("rail", RAILS)
@pytest.mark.parametrize(("status", "reason"), [("RJCR", "CUST"), ("PDCR", "RQDA"), ("IPAY", None)])
def test_an_answer_to_a_recall_is_read_back(rail: Any, status: str, reason: str | None) -> None:
    answer = d.Resolution(**{**CASE, "rail": rail}, status=status, reasons=(reason,) if reason else ())

    read_back = back(answer)

    same_payment(read_back.original, ORIGINAL)
    assert read_back.status == status
    assert read_back.reasons == ((reason,) if reason else ())
    assert read_back.resolved_case_id == "TULP-2026-1"


@pytest.mark.parametrize("version", WRITABLE["camt.029"])
def test_every_version_of_a_refused_modification_is_read_back(version: str) -> None:
    answer = d.Resolution(**CASE, about="modification", reasons=("UM13", "UM14"), narrative=("Pay anew",))

    read_back = back(answer, version)

    same_payment(read_back.original, ORIGINAL)
    assert read_back.reasons == ("UM13", "UM14")
    assert "Pay anew" in read_back.narrative
    assert read_back.resolved_case_id == "TULP-2026-1"


def test_an_answer_to_a_claim_is_read_back() -> None:
    answer = d.Resolution(**CASE, about="non_receipt", status="RJNR", reasons=("NOOR",))

    read_back = back(answer)

    same_payment(read_back.original, ORIGINAL)
    assert (read_back.status, read_back.reasons) == ("RJNR", ("NOOR",))


@pytest.mark.parametrize(
    "draft",
    [
        d.NonReceiptClaim(**CASE),
        d.ModificationRequest(**CASE, change=Modification(remittance="Order 8")),
        d.UnableToApply(**CASE, missing=("MS01",)),
        d.DebitAuthorityRequest(**CASE, reason="DUPL"),
        d.AdditionalInformation(**CASE, information=Modification(remittance="Order 8")),
    ],
    ids=lambda draft: draft.message,
)
def test_a_classic_inquiry_is_read_back(draft: d.ClaimDraft) -> None:
    read_back = back(draft)

    same_payment(read_back.original, ORIGINAL)
    assert read_back.case_id == "TULP-2026-1"
    assert read_back.original.creditor is not None
    assert read_back.original.creditor.account == "GB20WREN40501012345678"
    if read_back.modification and isinstance(draft, d.ModificationRequest):
        assert read_back.modification.remittance == "Order 8"


def test_an_investigation_and_its_answer_are_read_back() -> None:
    asked = d.InvestigationRequest(
        **CASE, type="RQFI", sub_type="UTEX", reasons=(d.InvestigationReason(reason="CTOR", sub_reason="RQPA"),)
    )
    answered = d.InvestigationResponse(
        **{**CASE, "case_id": "WREN-9"}, status="PDNG", reason="INPO", narrative=("Soon",), request=REQUEST
    )

    question, answer = back(asked), back(answered)

    same_payment(question.original, ORIGINAL)
    assert (question.investigation_type, question.investigation_sub_type) == ("RQFI", "UTEX")
    assert (question.reasons, question.sub_reasons) == (("CTOR",), ("RQPA",))
    assert question.case_id == "TULP-2026-1"
    same_payment(answer.original, ORIGINAL)
    assert (answer.status, answer.reasons) == ("PDNG", ("INPO",))
    assert answer.resolved_case_id == "TULP-INV-10-R"
    assert answer.responder_case_id == "WREN-9"
    assert "Soon" in answer.narrative


@pytest.mark.parametrize("rail", RAILS)
def test_a_return_is_read_back(rail: Any) -> None:
    money_back = d.PaymentReturn(
        **{**OURS, "rail": rail},
        payment=PAYMENT,
        returned=Money.of("4240.00", "EUR"),
        settlement_date=date(2026, 11, 16),
        reasons=("AC04",),
    )

    read_back = back(money_back)

    same_payment(read_back.original, ORIGINAL)
    assert read_back.returned == Money.of("4240.00", "EUR")
    assert read_back.returned_on == date(2026, 11, 16)
    assert read_back.reasons == ("AC04",)


@pytest.mark.parametrize("rail", RAILS)
def test_a_status_and_its_question_are_read_back(rail: Any) -> None:
    told = back(d.StatusReport(**{**CASE, "rail": rail}, status="RJCT", reasons=("FOCR",)))
    asked = back(d.StatusRequest(**{**CASE, "rail": rail}))

    same_payment(told.original, ORIGINAL, settlement=False)
    assert (told.status, told.reasons) == ("RJCT", ("FOCR",))
    same_payment(asked.original, ORIGINAL, settlement=False)
