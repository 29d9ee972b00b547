"""The bank's records: what is written is found again, however it is asked for, and by an index."""

import inspect
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from tools.bank import payment_queries, queries
from tools.bank.bank import Bank, ReadRecords
from tools.bank.engine import memory_engine, reset
from tools.bank.keys import account_key, name_key
from tools.bank.query import SLOTS, Query
from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    Records,
    ReferenceRate,
    Tariff,
    TrackerEvent,
    ValueDate,
)
from tools.bank.writer import fill
from tools.errors import UnusableInput
from tools.payment import Charge, Money, Payment

NOON = datetime(2026, 11, 11, 12, 0, tzinfo=UTC)
DAY = date(2026, 11, 11)
EUR_1999 = Money.of("1999.95", "EUR")


def uetr(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012d}"


def a_payment(number: int = 1, **changed: Any) -> Payment:
    return Payment(
        **{
            "uetr": uetr(number),
            "rail": "CBPR",
            "message_type": "pacs.008.001.08",
            "message_id": f"M{number}",
            "instruction_id": f"I{number}",
            "end_to_end_id": f"E{number}",
            "transaction_id": f"T{number}",
            "direction": "outbound",
            "amount": "1999.95",
            "currency": "EUR",
            "settlement_date": DAY,
            "debtor": {"name": "Pike & Sons Ltd", "account": "GB20WREN40501012345678"},
            "debtor_agent": "WRENGB2L",
            "creditor": {"name": "Eichen Bau GmbH", "account": "DE89370400440532013000"},
            "creditor_agent": "EICHDEFF",
            "instructing_agent": "WRENGB2L",
            "instructed_agent": "EICHDEFF",
            "state": "settled",
            **changed,
        }
    )


def an_account(number: str = "GB20WREN40501012345678", **changed: Any) -> Account:
    given = {"account": number, "holder": "Pike & Sons Ltd", "customer_id": "C-1", "currency": "EUR"}
    return Account(**{**given, "balance": "50000.00", "status": "open", **changed})


@pytest.fixture(scope="module")
def store() -> Engine:
    return memory_engine()


@pytest.fixture
def engine(store: Engine) -> Engine:
    reset(store)
    return store


def bank_with(engine: Engine, *payments: Payment, **lists: Any) -> Bank:
    fill(engine, Records(payments=payments, **lists))
    return Bank(engine)


# --- payments --------------------------------------------------------------------------------------------------------


def test_a_payment_is_found_by_its_uetr_however_it_is_written(engine: Engine) -> None:
    payment = a_payment(0xABC)
    bank = bank_with(engine, payment)

    assert bank.payment(payment.uetr) == payment
    assert bank.payment(f"  {payment.uetr.upper()} ") == payment


@pytest.mark.parametrize("nowhere", [uetr(2), "", "not a uetr", "a\0b", "\ud800"])
def test_what_no_record_has_finds_nothing(engine: Engine, nowhere: str) -> None:
    bank = bank_with(engine, a_payment())

    assert bank.payment(nowhere) is None
    assert bank.payments_by_any_reference(nowhere) == []
    assert bank.payments_by_end_to_end(nowhere) == []
    assert bank.payments_by_reference(nowhere, nowhere, nowhere) == []
    assert bank.payments_like(EUR_1999, party=nowhere or "?") == []
    assert bank.payments_of_account(nowhere) == []
    assert bank.account(nowhere) is None
    assert bank.customer(nowhere) is None
    assert bank.customers_by_email(nowhere) == []
    assert bank.holds([nowhere]) == []
    assert bank.prior_cases_by_reference(nowhere) == []
    assert bank.tariffs(nowhere or "?") == []
    assert bank.dossier(nowhere).payment is None


_TEXT = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=20)
_DAYS = st.dates(date(1990, 1, 1), date(2090, 1, 1))
_TIMES = st.datetimes(datetime(1990, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - bounds
_AGENTS = st.sampled_from(["WRENGB2L", "EICHDEFFXXX", "USABA:021040078"])
_AMOUNTS = st.decimals(0, 10**12, places=2)
_ADDRESSES = st.none() | _TEXT | st.dictionaries(_TEXT, _TEXT, max_size=3)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    payment=st.builds(
        a_payment,
        st.just(1),
        message_id=_TEXT,
        instruction_id=st.none() | _TEXT,
        amount=_AMOUNTS,
        settlement_date=_DAYS,
        instructed_amount=st.none() | _AMOUNTS,
        instructed_currency=st.sampled_from([None, "GBP"]),
        charges=st.lists(st.builds(Charge, agent=_AGENTS, amount=_AMOUNTS, currency=st.just("EUR")), max_size=2),
        debtor=st.fixed_dictionaries({"name": _TEXT, "account": _TEXT, "address": _ADDRESSES}),
        intermediaries=st.lists(_AGENTS, max_size=2),
        remittance=st.none() | _TEXT,
        state_at=st.none() | _TIMES,
        covers=st.sampled_from([None, uetr(9)]),
    )
)
def test_a_payment_comes_back_as_it_was_written(engine: Engine, payment: Payment) -> None:
    reset(engine)
    bank = bank_with(engine, payment)

    found = bank.payment(payment.uetr)

    assert found == payment
    assert found is not None
    assert Payment.model_validate_json(found.model_dump_json()) == payment
    assert [type(getattr(found, name)) for name in Payment.model_fields] == [
        type(getattr(payment, name)) for name in Payment.model_fields
    ]


def test_a_cover_may_travel_under_the_uetr_of_its_order(engine: Engine) -> None:
    order = a_payment(settlement_method="COVE")
    cover = a_payment(message_type="pacs.009.001.08", message_id="COV")
    back = a_payment(message_type="pacs.004.001.09", message_id="RTN")
    bank = bank_with(engine, back, cover, order)

    assert bank.payment(order.uetr) == order
    assert bank.covers_of(order.uetr) == [cover]
    assert bank.returns_of(order.uetr) == [back]


def test_a_cover_alone_covers_nothing(engine: Engine) -> None:
    cover = a_payment(message_type="pacs.009.001.08")
    bank = bank_with(engine, cover)

    assert bank.payment(cover.uetr) == cover
    assert bank.covers_of(cover.uetr) == []


def test_message_and_transaction_together_single_out_one_payment_of_a_batch(engine: Engine) -> None:
    batch = [a_payment(n, message_id="BATCH", instruction_id=f"I{n}", transaction_id=None) for n in range(1, 4)]
    elsewhere = a_payment(9, message_id="OTHER", instruction_id="I2")
    bank = bank_with(engine, *batch, elsewhere)

    assert bank.payments_by_reference("BATCH", instruction_id="I2") == [batch[1]]
    assert bank.payments_by_reference("BATCH") == batch
    assert bank.payments_by_reference(instruction_id="I2") == [batch[1], elsewhere]
    assert bank.payments_by_reference(transaction_id="T9") == [elsewhere]
    assert bank.payments_by_reference("BATCH", transaction_id="T9") == []


@pytest.mark.parametrize("text", ["M1", "I1", "E1", "T1", uetr(1)])
def test_any_of_the_five_references_finds_the_payment(engine: Engine, text: str) -> None:
    bank = bank_with(engine, a_payment(1), a_payment(2))

    assert [p.uetr for p in bank.payments_by_any_reference(text)] == [uetr(1)]


def test_not_provided_names_no_payment(engine: Engine) -> None:
    bank = bank_with(engine, a_payment(end_to_end_id="NOTPROVIDED"))

    assert bank.payments_by_end_to_end("NOTPROVIDED") == []
    assert bank.payments_by_any_reference("NotProvided") == []


def test_amount_date_and_party_find_candidates(engine: Engine) -> None:
    first, second = a_payment(1), a_payment(2, settlement_date=DAY + timedelta(days=2))
    other = a_payment(3, creditor={"name": "Łódź Möbel", "account": "PL1"})
    bank = bank_with(engine, first, second, other, a_payment(4, amount="1999.96"), a_payment(5, currency="GBP"))

    assert bank.payments_like(EUR_1999) == [first, second, other]
    assert bank.payments_like(EUR_1999, on=DAY) == [first, other]
    assert bank.payments_like(EUR_1999, on=(DAY, DAY + timedelta(days=2)), party="EICHEN bau") == [first, second]
    assert bank.payments_like(EUR_1999, party="de89 3704 0044 0532 0130 00", on=DAY) == [first]
    assert bank.payments_like(EUR_1999, party="mobel") == [other]
    assert bank.payments_like(EUR_1999, party="Somebody else") == []


def test_of_many_payments_of_one_amount_the_newest_are_candidates(engine: Engine) -> None:
    many = [a_payment(n, settlement_date=DAY - timedelta(days=n)) for n in range(1, 9)]
    bank = bank_with(engine, *many)

    assert [p.uetr for p in bank.payments_like(EUR_1999, limit=2)] == [uetr(1), uetr(2)]


def test_the_amount_that_the_customer_named_finds_the_payment_too(engine: Engine) -> None:
    payment = a_payment(amount="1850.00", currency="GBP", instructed_amount="1999.95", instructed_currency="EUR")
    bank = bank_with(engine, payment)

    assert bank.payments_like(EUR_1999) == [payment]


@pytest.mark.parametrize("amount", ["1999.955", "1e30", "-1"])
def test_an_amount_that_no_payment_can_have_finds_none(engine: Engine, amount: str) -> None:
    bank = bank_with(engine, a_payment())

    assert bank.payments_like(Money.of(amount, "EUR")) == []


def test_an_amount_that_cannot_be_booked_is_refused_by_its_place(engine: Engine) -> None:
    records = Records(payments=(a_payment(), a_payment(2, amount="10.005")))

    with pytest.raises(UnusableInput, match=r"payments\[1\]\.amount: 10\.005 EUR cannot be booked"):
        fill(engine, records)

    assert Bank(engine).payment(uetr(1)) is None


def test_payments_of_an_account_come_newest_first_from_both_sides(engine: Engine) -> None:
    out = [a_payment(n, settlement_date=DAY - timedelta(days=n)) for n in (1, 2, 3)]
    back = a_payment(4, debtor=out[0].creditor.model_dump(), creditor=out[0].debtor.model_dump())
    bank = bank_with(engine, *out, back)

    assert [p.uetr for p in bank.payments_of_account("gb20 WREN 4050 1012 3456 78")] == [uetr(n) for n in (4, 1, 2, 3)]
    assert [p.uetr for p in bank.payments_of_account("GB20WREN40501012345678", limit=2)] == [uetr(4), uetr(1)]
    assert [p.uetr for p in bank.payments_to_account("GB20WREN40501012345678")] == [uetr(4)]
    assert bank.payments_from_account("GB20WREN40501012345678", since=DAY) == []


def test_fan_in_counts_payments_and_senders_and_says_when_it_stopped(engine: Engine) -> None:
    payers = [a_payment(n, debtor={"name": "x", "account": f"DE{n % 3}"}) for n in range(payment_queries.SCAN_MAX + 5)]
    bank = bank_with(engine, *payers)

    counted = bank.fan_in("DE89370400440532013000", DAY)

    assert (counted.payments, counted.senders, counted.capped) == (payment_queries.SCAN_MAX, 3, True)
    assert bank.fan_in("DE89370400440532013000", DAY + timedelta(days=1)).payments == 0


def test_the_first_payment_between_two_accounts_is_known(engine: Engine) -> None:
    bank = bank_with(engine, a_payment(1), a_payment(2, settlement_date=date(2026, 1, 5), amount="1.00"))

    assert bank.first_payment_between("GB20WREN40501012345678", "DE89370400440532013000") == date(2026, 1, 5)
    assert bank.first_payment_between("DE89370400440532013000", "GB20WREN40501012345678") is None


def test_a_twin_has_the_same_accounts_amount_and_nearly_the_same_day(engine: Engine) -> None:
    payment, twin = a_payment(1), a_payment(2, settlement_date=DAY - timedelta(days=3))
    strangers = (
        a_payment(3, amount="1999.94"),
        a_payment(4, currency="GBP"),
        a_payment(5, settlement_date=DAY + timedelta(days=11)),
        a_payment(6, creditor={"name": "Eichen Bau GmbH", "account": "DE1"}),
    )
    bank = bank_with(engine, payment, twin, *strangers)

    assert bank.twins(payment) == [twin]
    assert bank.twins(payment, days=2) == []


def test_a_cover_is_found_by_its_order_by_end_to_end_id_or_by_amount_and_date(engine: Engine) -> None:
    order = a_payment(1, settlement_method="COVE", instruction_id="ORDER-1")
    bank_order = {"message_type": "pacs.009.001.08", "debtor": {"name": "Wren Bank", "account": "1"}}
    named = a_payment(2, covers=order.uetr, **bank_order)
    same_id = a_payment(3, end_to_end_id="E1", amount="5.00", **bank_order)
    same_amount = a_payment(4, **bank_order)
    of_another = a_payment(5, covers=uetr(99), **bank_order)
    by_instruction = a_payment(7, end_to_end_id="ORDER-1", amount="5.00", **bank_order)
    customers = (a_payment(6, end_to_end_id="E1"), a_payment(8, end_to_end_id="ORDER-1"))
    bank = bank_with(engine, order, named, same_id, same_amount, of_another, by_instruction, *customers)

    assert bank.covers_of(order.uetr) == [named]
    assert bank.cover_candidates(order) == [same_id, same_amount, by_instruction]


# --- beside payments -------------------------------------------------------------------------------------------------


def everything() -> dict[str, Any]:
    return {
        "tracker_events": (
            TrackerEvent(uetr=uetr(1), at=NOON + timedelta(hours=1), agent="EICHDEFF", status="ACCC"),
            TrackerEvent(
                uetr=uetr(1),
                at=NOON,
                agent="WRENGB2L",
                status="ACSP",
                reason="G001",
                amount="1999.955",
                currency="EUR",
                charges=({"agent": "EICHDEFF", "amount": "1.5", "currency": "EUR"},),
            ),
        ),
        "accounts": (
            an_account(),
            an_account(currency="USD"),
            an_account("DE 99", customer_id="C-2", status="closed", closed_at=DAY, address={"country": "DE"}),
        ),
        "customers": (
            Customer(
                customer_id="C-1",
                name="Pike & Sons Ltd",
                segment="corporate",
                emails=("Pay@PikeSons.example", "pay@pikesons.example"),
                standing_orders=("monthly", {"to": "DE99"}),
            ),
            Customer(customer_id="C-2", name="Other", vulnerable=True),
        ),
        "holds": (
            Hold(scope="payment", ref=uetr(1).upper(), kind="sanctions", status="open", since=NOON),
            Hold(scope="account", ref="GB20 WREN 4050 1012 3456 78", kind="fraud", status="open", since=DAY),
            Hold(scope="account", ref="GB20WREN40501012345678", kind="legal", status="released"),
        ),
        "customer_answers": (
            CustomerAnswer(ref=uetr(1), question="details", asked_at=NOON + timedelta(days=1)),
            CustomerAnswer(
                ref=uetr(1), question="debit_authority", asked_at=NOON, answered_at=NOON, answer="no", text="Keep it"
            ),
        ),
        "cases": (
            PriorCase(
                id="AMD-2",
                uetr=uetr(1),
                type="cancellation_received",
                direction="received",
                status="open",
                opened_at=NOON + timedelta(days=1),
                counterparty="EICHDEFF",
                their_case_id="EICH-7",
                message_id="CXL-7",
                reason="DUPL",
            ),
            PriorCase(
                id="AMD-1",
                uetr=uetr(1),
                type="recall",
                direction="sent",
                status="closed",
                opened_at=NOON,
                counterparty="Eichen Bank, desk 4",
            ),
            PriorCase(id="AMD-3", type="unknown", direction="received", status="open", opened_at=NOON),
        ),
        "charges_paid": (
            ChargePaid(uetr=uetr(1), agent="EICHDEFF", amount="25.00", currency="EUR", at=DAY),
            ChargePaid(uetr=uetr(2), agent="EICHDEFF", amount="25", currency="JPY", at=NOON),
        ),
        "tariffs": (
            Tariff(agent="EICHDEFF", currency="EUR", amount="20.005", kind="charge"),
            Tariff(agent="EICHDEFF500", currency="USD", amount="30.00", kind="investigation_fee"),
            Tariff(agent="USABA:021040078", currency="USD", amount="5.00", kind="charge"),
        ),
        "reference_rates": (ReferenceRate(name="ESTR", currency="EUR", date=DAY, rate="1.93215"),),
        "value_dates": (ValueDate(uetr=uetr(1), agreed=DAY, actual=DAY + timedelta(days=1), cause="ours"),),
        "incidents": (
            Incident(id="INC-1", kind="technical", uetrs=(uetr(1), uetr(2), uetr(1)), description="Twice", at=NOON),
            Incident(id="INC-2", kind="technical"),
        ),
    }


@pytest.fixture
def bank(engine: Engine) -> Bank:
    return bank_with(engine, a_payment(1), a_payment(2), **everything())


def test_side_records_come_back_as_they_were_written_in_the_order_of_time(bank: Bank) -> None:
    told = everything()

    assert bank.tracker(uetr(1)) == [told["tracker_events"][1], told["tracker_events"][0]]
    assert bank.answers(uetr(1)) == [told["customer_answers"][1], told["customer_answers"][0]]
    assert bank.prior_cases(uetr(1)) == [told["cases"][1], told["cases"][0]]
    assert bank.charges_paid(uetr(1)) == [told["charges_paid"][0]]
    assert bank.charges_paid(uetr(2)) == [told["charges_paid"][1]]
    assert bank.value_dates(uetr(1)) == [told["value_dates"][0]]
    assert bank.rates("EUR", DAY) == [told["reference_rates"][0]]
    assert bank.rates("EUR", DAY + timedelta(days=1)) == []
    assert bank.incidents(uetr(2)) == [told["incidents"][0]]


def test_an_account_is_found_however_its_number_is_written(bank: Bank) -> None:
    euro, dollar, closed = everything()["accounts"]

    assert bank.account("gb20-wren 4050 1012 3456 78") == euro
    assert bank.account("GB20WREN40501012345678", currency="USD") == dollar
    assert bank.account("GB20WREN40501012345678", currency="CHF") == euro
    assert bank.account("DE99") == closed
    assert bank.accounts(["DE99", "GB20WREN40501012345678"] * 3) == [closed, euro] * 3
    assert bank.accounts(["nowhere", "DE99"]) == [None, closed]
    assert bank.accounts([]) == []
    assert bank.accounts_of_customer("C-1") == [euro, dollar]


def test_a_customer_is_found_by_any_spelling_of_the_address_on_file(bank: Bank) -> None:
    pike, other = everything()["customers"]

    assert bank.customers_by_email(" PAY@pikesons.EXAMPLE") == [pike]
    assert bank.customers_by_email("pay@pikesons.example.evil.example") == []
    assert bank.customer("C-2") == other


def test_holds_are_found_on_payments_and_accounts_and_released_ones_only_on_request(bank: Bank) -> None:
    on_payment, on_account, released = everything()["holds"]
    refs = [uetr(1), "gb20wren40501012345678", *(f"X{n}" for n in range(SLOTS))]

    assert bank.holds(refs) == [on_payment, on_account]
    assert bank.holds(refs[1:2], open_only=False) == [on_account, released]
    assert bank.holds([]) == []


@pytest.mark.parametrize("text", ["AMD-2", "EICH-7", "CXL-7"])
def test_a_prior_case_is_found_by_our_id_theirs_or_the_message(bank: Bank, text: str) -> None:
    case = everything()["cases"][0]

    assert bank.prior_cases_by_reference(text) == [case]
    assert bank.prior_case("AMD-2") == case
    assert bank.prior_case("EICH-7") is None


def test_a_tariff_of_a_bank_holds_for_its_branches_but_not_the_other_way_round(bank: Bank) -> None:
    head, branch, member = everything()["tariffs"]

    assert bank.tariffs("EICHDEFF") == [head, branch]
    assert bank.tariffs("EICHDEFF100", "EUR") == [head]
    assert bank.tariffs("EICHDEFF100", "USD") == []
    assert bank.tariffs("USABA:021040078") == [member]
    assert bank.tariffs(currency="USD") == [branch, member]


def test_a_dossier_holds_what_the_single_questions_answer(bank: Bank) -> None:
    payment = bank.payment(uetr(1))
    assert payment is not None

    dossier = bank.dossier(payment)

    assert dossier == bank.dossier(uetr(1))
    assert dossier.payment == payment
    assert list(dossier.tracker) == bank.tracker(payment.uetr)
    assert list(dossier.holds) == bank.holds([payment.uetr, payment.debtor.account, payment.creditor.account])
    assert dossier.debtor_account == bank.account(payment.debtor.account, "EUR")
    assert dossier.creditor_account is None
    assert [c.customer_id for c in dossier.customers] == ["C-1"]
    assert list(dossier.answers) == bank.answers(payment.uetr)
    assert list(dossier.prior_cases) == bank.prior_cases(payment.uetr)
    assert list(dossier.charges_paid) == bank.charges_paid(payment.uetr)
    assert list(dossier.value_dates) == bank.value_dates(payment.uetr)
    assert list(dossier.incidents) == bank.incidents(payment.uetr)


def test_a_dossier_without_a_payment_holds_what_is_known_under_the_uetr(engine: Engine) -> None:
    bank = bank_with(engine, **everything())

    dossier = bank.dossier(uetr(1))

    assert dossier.payment is None
    assert len(dossier.tracker) == 2
    assert [hold.scope for hold in dossier.holds] == ["payment"]


def test_records_over_older_ones_replace_what_they_speak_of_and_leave_the_rest(bank: Bank, engine: Engine) -> None:
    newer = Records(
        payments=(a_payment(1, state="returned"),),
        tracker_events=everything()["tracker_events"][:1],
        customers=(Customer(customer_id="C-1", name="Pike & Sons Ltd", emails=("new@pikesons.example",)),),
    )

    fill(engine, newer, replace=True)
    fill(engine, newer, replace=True)

    found = bank.payment(uetr(1))
    assert found is not None
    assert found.state == "returned"
    assert len(bank.tracker(uetr(1))) == 1
    assert bank.customers_by_email("pay@pikesons.example") == []
    assert bank.payment(uetr(2)) == a_payment(2)
    assert len(bank.prior_cases(uetr(1))) == 2


# --- promises --------------------------------------------------------------------------------------------------------


def test_the_bank_answers_what_read_records_promises_and_nothing_else() -> None:
    promised = {name for name in vars(ReadRecords) if not name.startswith("_")}
    offered = {name for name, _ in inspect.getmembers(Bank, inspect.isfunction) if not name.startswith("_")}

    assert offered == promised
    for name in promised:
        assert inspect.signature(getattr(Bank, name)) == inspect.signature(getattr(ReadRecords, name))


def test_no_question_reads_a_whole_table(engine: Engine) -> None:
    """A query without its index costs a fifth of a second on five million payments."""
    asked = {
        name: query
        for name, query in {**vars(queries), **vars(payment_queries)}.items()
        if isinstance(query, Query) and name != "TARIFFS"
    }
    names = _PARAMETERS.split()
    given: dict[str, Any] = {**dict.fromkeys(names, "x"), "minor": 1, "limit": 1}
    with engine.connect() as connection:
        for name, query in asked.items():
            sql = query._on(engine.dialect).sql
            driver: Any = connection.connection.dbapi_connection
            plan = driver.execute(f"EXPLAIN QUERY PLAN {sql}", {**query._on(engine.dialect).given, **given})
            steps = [str(row[3]) for row in plan]
            whole = [step for step in steps if step.startswith("SCAN") and step.split()[1] in _TABLES]
            assert not whole, (name, steps)


_PARAMETERS = (
    "uetr lower text account other debtor creditor currency named since until day instruction transaction"
    " slot0 slot1 slot2 slot3"
)
_TABLES = {
    "payments",
    "order_of",
    "tracker_events",
    "accounts",
    "customers",
    "customer_emails",
    "holds",
    "customer_answers",
    "prior_cases",
    "charges_paid",
    "reference_rates",
    "value_dates",
    "incidents",
    "incident_payments",
}


@given(st.text())
def test_a_key_of_a_key_is_itself(text: str) -> None:
    assert account_key(account_key(text)) == account_key(text)
    assert name_key(name_key(text)) == name_key(text)


def test_money_stays_exact_in_currencies_without_and_with_three_decimals(engine: Engine) -> None:
    yen = a_payment(1, amount="120000", currency="JPY")
    dinar = a_payment(2, amount="0.001", currency="BHD")
    bank = bank_with(engine, yen, dinar)

    assert bank.payments_like(Money.of("120000", "JPY")) == [yen]
    found = bank.payment(uetr(2))
    assert found is not None
    assert found.amount == Decimal("0.001")
