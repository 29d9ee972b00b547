"""How records become rows, one function per table.

Rows hold only text, integers and booleans: both databases turn ISO 8601 text into their own dates and times.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Table

from tools.bank import schema
from tools.bank.keys import account_key, bank_key, email_key, hold_key, minor_or_none, name_key
from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    ReferenceRate,
    Tariff,
    TrackerEvent,
    ValueDate,
)
from tools.bank.schema import instant_text
from tools.errors import UnusableInput
from tools.payment import Charge, Money, Payment, minor_units

Row = tuple[Any, ...]


class Mapped(NamedTuple):
    """A table, how a record is laid into it, and which column names what the record speaks of."""

    table: Table
    row: Callable[[Any], Row]
    """Values of every column but `id`, in the table's order."""
    subject: str
    """Records of the same subject are replaced together."""


def payment_row(p: Payment) -> Row:
    debtor, creditor = p.debtor, p.creditor
    debtor_account, creditor_account = account_key(debtor.account), account_key(creditor.account)
    return (
        str(p.uetr),
        leg(p),
        p.rail,
        p.message_type,
        p.message_id,
        p.instruction_id,
        p.end_to_end_id,
        p.transaction_id,
        p.direction,
        _minor(p.amount, p.currency, "amount"),
        p.currency,
        p.settlement_date.isoformat(),
        None
        if p.instructed_amount is None
        else _minor(p.instructed_amount, p.instructed_currency or p.currency, "instructed_amount"),
        p.instructed_currency,
        p.charge_bearer,
        _charges(p.charges),
        p.settlement_method,
        debtor.name,
        name_key(debtor.name),
        debtor_account,
        debtor.account if debtor.account != debtor_account else None,
        _document(debtor.address),
        str(p.debtor_agent),
        creditor.name,
        name_key(creditor.name),
        creditor_account,
        creditor.account if creditor.account != creditor_account else None,
        _document(creditor.address),
        str(p.creditor_agent),
        str(p.instructing_agent),
        str(p.instructed_agent),
        _list([str(agent) for agent in p.intermediaries]),
        p.purpose,
        p.remittance,
        p.state,
        p.state_reason,
        _instant(p.state_at),
        _instant(p.credited_at),
        _plain(p.covers),
        _plain(p.return_of),
        p.channel,
        p.device,
    )


def leg(payment: Payment) -> int:
    """Return 2 for a return, 1 for a cover or another bank-to-bank order, 0 for any other payment.

    A cover (pacs.009 COV, MT202COV) and a return (pacs.004) may carry the UETR of the payment that they belong to.
    """
    kind = payment.message_type
    if payment.return_of is not None or kind.startswith("pacs.004"):
        return 2
    return 1 if payment.covers is not None or kind.startswith(("pacs.009", "MT202", "MT205")) else 0


def _tracker_event_row(e: TrackerEvent) -> Row:
    amount = None if e.amount is None else format(e.amount, "f")
    return (
        str(e.uetr),
        _instant(e.at),
        str(e.agent),
        e.status,
        e.reason,
        amount,
        e.currency,
        _charges(e.charges),
    )


def _account_row(a: Account) -> Row:
    number = account_key(a.account)
    return (
        number,
        a.account if a.account != number else None,
        a.holder,
        a.customer_id,
        a.currency,
        _minor(a.balance, a.currency, "balance"),
        a.status,
        _day(a.opened_at),
        _day(a.closed_at),
        _document(a.address),
    )


def _customer_row(c: Customer) -> Row:
    return c.customer_id, c.name, c.segment, _list(c.emails), c.vulnerable, _list(c.standing_orders)


def email_rows(c: Customer) -> list[Row]:
    return [(email, c.customer_id) for email in dict.fromkeys(email_key(address) for address in c.emails)]


def _hold_row(h: Hold) -> Row:
    ref = hold_key(h.ref)
    return h.scope, ref, h.ref if h.ref != ref else None, h.kind, h.status, _moment(h.since)


def _answer_row(a: CustomerAnswer) -> Row:
    return str(a.ref), a.question, _instant(a.asked_at), _instant(a.answered_at), a.answer, a.text


def _prior_case_row(c: PriorCase) -> Row:
    return (
        c.id,
        _plain(c.uetr),
        c.type,
        c.direction,
        c.status,
        _instant(c.opened_at),
        _plain(c.counterparty),
        c.their_case_id,
        c.message_id,
        c.reason,
    )


def _charge_paid_row(c: ChargePaid) -> Row:
    return str(c.uetr), str(c.agent), _minor(c.amount, c.currency, "amount"), c.currency, _moment(c.at)


def _tariff_row(t: Tariff) -> Row:
    return str(t.agent), bank_key(t.agent), t.currency, format(t.amount, "f"), t.kind


def _rate_row(r: ReferenceRate) -> Row:
    return r.name, r.currency, r.date.isoformat(), format(r.rate, "f")


def _value_date_row(v: ValueDate) -> Row:
    return str(v.uetr), v.agreed.isoformat(), v.actual.isoformat(), v.cause


def _incident_row(i: Incident) -> Row:
    return i.id, i.kind, _list([str(uetr) for uetr in i.uetrs]), i.description, _moment(i.at)


def incident_payment_rows(i: Incident) -> list[Row]:
    return [(uetr, i.id) for uetr in dict.fromkeys(str(uetr) for uetr in i.uetrs)]


MAPPED: Mapping[str, Mapped] = {
    "payments": Mapped(schema.payments, payment_row, "uetr"),
    "tracker_events": Mapped(schema.tracker_events, _tracker_event_row, "uetr"),
    "accounts": Mapped(schema.accounts, _account_row, "account"),
    "customers": Mapped(schema.customers, _customer_row, "customer_id"),
    "holds": Mapped(schema.holds, _hold_row, "ref"),
    "customer_answers": Mapped(schema.customer_answers, _answer_row, "ref"),
    "cases": Mapped(schema.prior_cases, _prior_case_row, "case_id"),
    "charges_paid": Mapped(schema.charges_paid, _charge_paid_row, "uetr"),
    "tariffs": Mapped(schema.tariffs, _tariff_row, "bank"),
    "reference_rates": Mapped(schema.reference_rates, _rate_row, "date"),
    "value_dates": Mapped(schema.value_dates, _value_date_row, "uetr"),
    "incidents": Mapped(schema.incidents, _incident_row, "incident_id"),
}
"""By the name of the list in `Records`."""


def _minor(amount: Decimal, currency: str, field: str) -> int:
    money = Money.model_construct(amount=amount, currency=currency)
    units = minor_or_none(money)
    if units is None:
        places = minor_units(currency)
        raise UnusableInput(
            f"{field}: {format(amount, 'f')} {currency} cannot be booked; write at most {places} decimals"
            " and an amount that a bank can hold.",
            where=field,
        )
    return units


def _list(value: Sequence[Any]) -> str | None:
    return orjson.dumps(value).decode() if value else None


def _document(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


def _charges(charges: tuple[Charge, ...]) -> str | None:
    return _list([{"agent": str(c.agent), "amount": format(c.amount, "f"), "currency": c.currency} for c in charges])


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _day(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _moment(at: datetime | date | None) -> str | None:
    return instant_text(at) if isinstance(at, datetime) else _day(at)


def _plain(text: str | None) -> str | None:
    return None if text is None else str(text)
