"""The invented bank: believable, the same for the same seed, and nobody's real money."""

from email import message_from_bytes, policy
from pathlib import Path

import pytest
from lxml import etree
from schwifty import IBAN

from tools.bank.bank import Bank
from tools.bank.engine import memory_engine
from tools.bank.fiction import AS_OF, US, iban
from tools.bank.records import Records
from tools.bank.synthetic import demo_cases, synthetic_bank
from tools.bank.writer import fill


@pytest.fixture(scope="module")
def records() -> Records:
    return synthetic_bank(7)


@pytest.fixture(scope="module")
def bank(records: Records) -> Bank:
    engine = memory_engine()
    fill(engine, records)
    return Bank(engine)


def test_the_same_seed_is_the_same_bank_to_the_last_byte(records: Records) -> None:
    assert synthetic_bank(7).model_dump_json() == records.model_dump_json()
    assert [case.message for case in demo_cases(7)] == [case.message for case in demo_cases(7)]


def test_another_seed_is_another_bank_with_the_same_kinds_of_cases(records: Records) -> None:
    assert synthetic_bank(8).payments[0] != records.payments[0]
    assert [case.name for case in demo_cases(8)] == [case.name for case in demo_cases(7)]
    assert {case.message for case in demo_cases(8)}.isdisjoint(case.message for case in demo_cases(7))


def test_the_bank_is_as_large_as_asked(records: Records) -> None:
    small = synthetic_bank(7, customers=10, payments=60)

    assert len(records.payments) >= 1500
    assert 60 <= len(small.payments) < 70


def test_there_is_something_of_everything_a_desk_meets(records: Records) -> None:
    assert {p.rail for p in records.payments} == {"CBPR", "SEPA_SCT", "SEPA_INST", "FPS", "CHAPS"}
    assert {p.state for p in records.payments} >= {"settled", "credited", "received", "held", "returned"}
    for name in Records.model_fields:
        assert getattr(records, name), name


def test_payments_belong_to_open_accounts_of_ours(records: Records) -> None:
    ours = {account.account: account for account in records.accounts if account.status == "open"}
    for payment in records.payments:
        if payment.covers is None:
            side = payment.debtor if payment.debtor_agent == US else payment.creditor
            assert ours[side.account].holder == side.name
        assert payment.settlement_date <= AS_OF.date()


def test_every_iban_carries_right_check_digits(records: Records) -> None:
    numbers = {party.account for p in records.payments for party in (p.debtor, p.creditor)}

    for number in numbers:
        assert number.isdigit() or IBAN(number).is_valid
    assert iban("DE", "370400440532013000") == "DE89370400440532013000"


def test_covers_and_returns_name_a_payment_of_the_bank(records: Records) -> None:
    booked = {payment.uetr: payment for payment in records.payments}

    assert len(booked) == len(records.payments)
    for payment in records.payments:
        if payment.covers:
            assert booked[payment.covers].money == payment.money
        if payment.return_of:
            assert booked[payment.return_of].state == "returned"


def test_an_invoice_paid_twice_is_seen_as_twins(bank: Bank, records: Records) -> None:
    outbound = [p for p in records.payments if p.direction == "outbound" and p.return_of is None]

    assert sum(1 for payment in outbound if bank.twins(payment)) >= 2


def test_the_messages_of_the_demo_speak_of_payments_of_the_bank(records: Records) -> None:
    ids = {text for p in records.payments for text in (p.uetr, p.instruction_id, p.end_to_end_id) if text}

    for case in demo_cases(7):
        assert any(text.encode() in case.message for text in ids), case.name


def test_customers_of_the_demo_write_from_an_address_on_file(bank: Bank) -> None:
    mails = [case for case in demo_cases(7) if case.suffix == ".eml"]

    assert len(mails) == 2
    for case in mails:
        message = message_from_bytes(case.message, policy=policy.default)
        [customer] = bank.customers_by_email(str(message["From"]))
        assert customer.customer_id == case.sender.customer_id


def test_the_iso_messages_of_the_demo_keep_to_their_schemas(shared: Path) -> None:
    checked = []
    for case in demo_cases(7):
        if case.suffix == ".xml":
            document = etree.fromstring(case.message)
            definition = etree.QName(document).namespace.rsplit(":", 1)[1]
            etree.XMLSchema(etree.parse(shared / "xsd" / f"{definition}.xsd")).assertValid(document)
            checked.append(definition)

    assert set(checked) == {"camt.056.001.08", "camt.110.001.01", "pacs.004.001.09"}
