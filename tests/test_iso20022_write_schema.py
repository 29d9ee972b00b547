"""Every message we write is valid against the official schema of its version, whatever the records hold."""

from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from tools.iso20022 import draft as d
from tools.iso20022.versions import WRITABLE
from tools.iso20022.write import kind_of, write
from tools.message import Modification, Original, StatedParty
from tools.payment import Charge, Money, Party, Payment

AGENTS = st.sampled_from(["WRENGB2L", "TULPNL2AXXX", "USABA:021040078", "GBDSC:203040", "1RENGB2L"])
# Text from outside: anything Unicode knows, with markup, control characters and surrogates in it.
HOSTILE = st.one_of(
    st.text(max_size=200),
    st.sampled_from(
        ["<Cd>NARR</Cd>", "a]]>b", "&amp;&#0;", "\x00\x07\x1b", "Ivan 🏦 Müller", "\ud800", "  ", "//", "x" * 400]
    ),
)
IDS = st.one_of(st.none(), st.text(max_size=40), st.sampled_from(["E1", "/lead", "a//b", "Ünïq", "A" * 35, "A" * 36]))
CODES = st.sampled_from(["CUST", "NARR", "DUPL", "AM04", "UM14", "ADEA", "G1"])
MONEY = st.builds(
    Money,
    amount=st.decimals(min_value=0, max_value=Decimal("9999999999999"), places=2),
    currency=st.sampled_from(["EUR", "JPY", "KWD", "XQQ"]),
)
WILD_MONEY = st.one_of(
    MONEY,
    st.builds(
        Money,
        amount=st.sampled_from([Decimal("1E+20"), Decimal("0.123456789"), Decimal("-5"), Decimal("1E-9")]),
        currency=st.just("USD"),
    ),
)
DAYS = st.dates(min_value=date(2000, 1, 1), max_value=date(2099, 12, 31))
UETRS = st.sampled_from(["fd0bfa10-f852-47d0-8621-6ddc36cd9ee6", "00000000-0000-1000-0000-000000000000"])
ADDRESSES = st.one_of(
    st.none(),
    HOSTILE,
    st.dictionaries(st.sampled_from(["street", "town", "country", "TwnNm", "Ctry", "postcode", "line"]), HOSTILE),
)
STATED = st.builds(
    StatedParty,
    name=st.none() | HOSTILE,
    account=st.one_of(st.none(), HOSTILE, st.sampled_from(["GB20WREN40501012345678", "GB82 WEST 1234 5698 7654 32"])),
    address=st.none() | HOSTILE,
)
PARTIES = st.builds(Party, name=HOSTILE, account=HOSTILE, address=ADDRESSES)
ORIGINALS = st.builds(
    Original,
    message_id=IDS,
    message_name=IDS,
    instruction_id=IDS,
    end_to_end_id=IDS,
    transaction_id=IDS,
    uetr=st.none() | UETRS | HOSTILE,
    amount=st.none() | WILD_MONEY,
    instructed=st.none() | WILD_MONEY,
    settlement_date=st.none() | DAYS,
    debtor=st.none() | STATED,
    creditor=st.none() | STATED,
    debtor_agent=st.none() | AGENTS | HOSTILE,
    creditor_agent=st.none() | AGENTS | HOSTILE,
)
COMPLETE = st.builds(
    lambda o, m, day: o.model_copy(update={"amount": m, "settlement_date": day}), ORIGINALS, MONEY, DAYS
)
CHANGES = st.builds(
    Modification,
    money=st.none() | WILD_MONEY,
    settlement_date=st.none() | DAYS,
    debtor=st.none() | STATED,
    creditor=st.none() | STATED,
    creditor_agent=st.none() | AGENTS | HOSTILE,
    charge_bearer=st.sampled_from([None, "SHAR", "OUR"]),
    remittance=st.none() | HOSTILE,
    end_to_end_id=IDS,
    purpose=st.sampled_from([None, "SALA", "SALARIES OF MAY"]),
)
PAYMENTS = st.builds(
    Payment,
    uetr=UETRS,
    rail=st.just("CBPR"),
    message_type=st.sampled_from(["pacs.008.001.08", ""]),
    message_id=st.text(max_size=40),
    instruction_id=IDS,
    end_to_end_id=IDS,
    transaction_id=IDS,
    direction=st.just("inbound"),
    amount=MONEY.map(lambda m: m.amount),
    currency=st.sampled_from(["EUR", "USD"]),
    settlement_date=DAYS,
    instructed_amount=st.none() | MONEY.map(lambda m: m.amount),
    debtor=PARTIES,
    debtor_agent=AGENTS,
    creditor=PARTIES,
    creditor_agent=AGENTS,
    instructing_agent=AGENTS,
    instructed_agent=AGENTS,
    intermediaries=st.lists(AGENTS, max_size=5).map(tuple),
    remittance=st.none() | HOSTILE,
    state=st.just("settled"),
)
CHARGES = st.lists(
    st.builds(Charge, agent=AGENTS, amount=st.just(Decimal("7.50")), currency=st.sampled_from(["EUR", "USD"])),
    max_size=3,
).map(tuple)
TEXTS = st.lists(HOSTILE, max_size=3).map(tuple)
COMMON: dict[str, st.SearchStrategy[Any]] = {
    "message_id": st.sampled_from(["WREN-RES-1", "A" * 35]),
    "created_at": st.just(datetime(2026, 11, 16, 9, 0, tzinfo=UTC)),
    "sender": AGENTS,
    "receiver": AGENTS,
    "rail": st.sampled_from([None, "CBPR", "SEPA_SCT", "SEPA_INST", "FPS", "CHAPS", "FEDWIRE", "FEDNOW", "T2"]),
    "narrative": TEXTS,
}
CASE = COMMON | {"case_id": IDS, "case_creator": st.none() | AGENTS | HOSTILE, "original": ORIGINALS}
CLAIM = CASE | {"original": COMPLETE}
PERIODS = st.builds(d.Period, start=DAYS, end=DAYS)
WISHES = st.one_of(
    st.none(),
    st.builds(
        d.DebitAuthorityWish, reason=CODES, amount=st.none() | MONEY, account=st.none() | HOSTILE, value_date=DAYS
    ),
    st.builds(d.CompensationWish, period=PERIODS, amount=st.none() | MONEY, rate=st.just(Decimal("1.65")), text=TEXTS),
    st.builds(d.ValueDateWish, current=DAYS, wanted=DAYS),
)
DATA = st.one_of(
    st.none(),
    st.builds(d.Booking, amount=MONEY, value_date=DAYS, booked_on=st.none() | DAYS, account=st.none() | HOSTILE),
    st.builds(d.AuthorityGiven, authorised=st.booleans(), amount=st.none() | MONEY, text=st.none() | HOSTILE),
    st.builds(d.CompensationGranted, granted=st.booleans(), due=MONEY, period=PERIODS, rate=st.just(Decimal("-0.4"))),
    st.builds(d.Valuation, due=MONEY, charges=st.none() | MONEY, period=st.none() | PERIODS, text=st.none() | HOSTILE),
    st.builds(d.ReportedStatus, status=st.just("ACSP"), reasons=st.lists(CODES, max_size=2).map(tuple), text=TEXTS),
    st.lists(
        st.one_of(
            st.builds(d.Datum, path=st.none() | HOSTILE, text=HOSTILE),
            st.builds(d.Datum, remittance=HOSTILE),
            st.builds(d.Datum, name=HOSTILE),
            st.builds(d.Datum, account=HOSTILE),
            st.builds(d.Datum, agent=AGENTS),
            st.builds(d.Datum, amount=MONEY),
            st.builds(d.Datum, on=DAYS),
        ),
        min_size=1,
        max_size=3,
    ).map(tuple),
)
REQUESTS = st.builds(
    d.RequestAnswered,
    message_id=st.text(max_size=40),
    type=st.just("CCNR"),
    sub_type=st.none() | st.just("UTEX"),
    requestor=AGENTS | HOSTILE,
    responder=AGENTS | HOSTILE,
    requestor_case_id=IDS,
    investigation_uetr=st.none() | UETRS,
    action=st.sampled_from([None, "RQST"]),
)
DRAFTS: dict[str, st.SearchStrategy[d.Draft]] = {
    "camt.029": st.builds(
        d.Resolution,
        **CASE,
        about=st.sampled_from(["cancellation", "non_receipt", "modification", "unable_to_apply", "value_date"]),
        status=st.sampled_from(["CNCL", "RJCR", "PDCR", "PECR", "IPAY", "RJNR", "ACNR", "MODI"]),
        reasons=st.lists(CODES, max_size=3).map(tuple),
        narrative_beside_code=st.booleans(),
        resolved_amount=st.none() | MONEY,
        resolved_on=st.none() | DAYS,
        resolved_uetr=st.none() | UETRS,
        processed_on=st.none() | DAYS,
        compensation=st.none() | MONEY,
        compensation_from=AGENTS,
        compensation_to=AGENTS,
    )
    | st.builds(d.Resolution, **CASE, about=st.just("modification"), reasons=st.just(("UM14", "UM13", "NOOR"))),
    "camt.056": st.builds(d.CancellationRequest, **CASE, reason=CODES, originator=st.none() | AGENTS | HOSTILE),
    "camt.027": st.builds(d.NonReceiptClaim, **CLAIM, missing_cover=st.booleans()),
    "camt.087": st.builds(d.ModificationRequest, **CLAIM, change=CHANGES),
    "camt.028": st.builds(d.AdditionalInformation, **CLAIM, information=CHANGES),
    "camt.026": st.builds(
        d.UnableToApply,
        **CLAIM,
        missing=st.lists(st.sampled_from(["MS01", "MS13", "NARR"]), max_size=12).map(tuple),
        incorrect=st.lists(st.sampled_from(["IN14", "MM20"]), max_size=2).map(tuple),
    ),
    "camt.037": st.builds(d.DebitAuthorityRequest, **CLAIM, reason=CODES, amount=st.none() | MONEY),
    "camt.036": st.builds(d.DebitAuthorityResponse, **CASE, authorised=st.booleans(), amount=st.none() | MONEY),
    "camt.110": st.builds(
        d.InvestigationRequest,
        **CASE,
        type=st.just("CCNR"),
        sub_type=st.none() | st.just("UTEX"),
        instrument=st.none() | st.just("XBCT"),
        reasons=st.lists(
            st.builds(d.InvestigationReason, reason=CODES, sub_reason=st.none() | CODES, asked=WISHES, narrative=TEXTS),
            max_size=3,
        ).map(tuple),
        responder_case_id=IDS,
        investigation_uetr=st.none() | UETRS,
        action=st.sampled_from([None, "RQOB"]),
        action_reason=st.just("IRIC"),
        originator=st.none() | AGENTS | HOSTILE,
        service_levels=st.sampled_from([(), ("R05D",)]),
    ),
    "camt.111": st.builds(
        d.InvestigationResponse,
        **CASE,
        status=st.sampled_from(["CLSD", "PDNG", "RJCT"]),
        reason=st.none() | CODES,
        next_responder=st.none() | AGENTS,
        data=st.lists(
            st.builds(
                d.ResponseData, reason=st.none() | CODES, data=DATA, narrative=TEXTS, originator=st.none() | AGENTS
            ),
            max_size=3,
        ).map(tuple),
        request=REQUESTS,
    ),
    "pacs.004": st.builds(
        d.PaymentReturn,
        **COMMON,
        payment=PAYMENTS,
        returned=MONEY,
        settlement_date=DAYS,
        reasons=st.lists(CODES, min_size=1, max_size=2).map(tuple),
        originator=st.none() | AGENTS | HOSTILE,
        charges=CHARGES,
        charge_bearer=st.sampled_from([None, "SHAR"]),
    ),
    "pacs.002": st.builds(
        d.StatusReport,
        **CASE,
        status=st.sampled_from(["RJCT", "ACSP", "ACCC"]),
        reasons=st.lists(CODES, max_size=2).map(tuple),
        group=st.booleans(),
        settled_on=st.none() | DAYS,
    ),
    "pacs.009": st.builds(
        d.CoverPayment,
        **COMMON,
        payment=PAYMENTS,
        settlement_date=DAYS,
        debtor=AGENTS,
        creditor=AGENTS,
        creditor_agent=st.none() | AGENTS,
        end_to_end_id=IDS,
    ),
    "pacs.028": st.builds(d.StatusRequest, **CASE, asked_message_id=IDS, asked_message_name=IDS),
}


@cache
def schema(folder: Path, version: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(folder / "xsd" / f"{version}.xsd"))


@pytest.mark.parametrize("message", sorted(DRAFTS))
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_content_every_version_is_valid_against_its_schema(
    message: str, data: st.DataObject, shared: Path
) -> None:
    draft = data.draw(DRAFTS[message])

    for version in WRITABLE[message]:
        document = etree.fromstring(write(draft, version))

        official = schema(shared, version)
        assert official.validate(document), f"{version}: {official.error_log!s:.300}\n{etree.tostring(document)!r}"


def test_there_is_a_draft_for_every_message_that_can_be_written() -> None:
    assert sorted(DRAFTS) == sorted(WRITABLE)


def test_a_draft_knows_its_message() -> None:
    draft = d.StatusRequest(
        message_id="WREN-1", created_at=datetime(2026, 11, 16, 9, tzinfo=UTC), sender="WRENGB2L", receiver="TULPNL2A"
    )

    assert kind_of(draft) == "pacs.028"
