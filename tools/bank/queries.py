"""Every question about what stands beside payments, each on an index of `tools.bank.schema` and each with a limit."""

from typing import Any

from sqlalchemy import ColumnElement, Date, bindparam, literal, or_, select

from tools.bank.query import ROWS_MAX, SLOTS, Query
from tools.bank.schema import (
    accounts,
    charges_paid,
    customer_answers,
    customer_emails,
    customers,
    holds,
    incident_payments,
    incidents,
    prior_cases,
    reference_rates,
    tariffs,
    tracker_events,
    value_dates,
)

_uetr = bindparam("uetr", type_=tracker_events.c.uetr.type)
_text = bindparam("text", type_=prior_cases.c.case_id.type)


def _slots(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.in_([bindparam(f"slot{n}", type_=column.type) for n in range(SLOTS)])


TRACKER = Query(
    select(tracker_events)
    .where(tracker_events.c.uetr == _uetr)
    .order_by(tracker_events.c.at, tracker_events.c.id)
    .limit(ROWS_MAX)
)
ACCOUNTS = Query(select(accounts).where(_slots(accounts.c.account)).order_by(accounts.c.id).limit(ROWS_MAX))
ACCOUNTS_OF_CUSTOMER = Query(
    select(accounts).where(accounts.c.customer_id == _text).order_by(accounts.c.id).limit(ROWS_MAX)
)
CUSTOMER = Query(select(customers).where(customers.c.customer_id == _text).order_by(customers.c.id).limit(1))
CUSTOMERS_OF_ACCOUNTS = Query(
    select(customers)
    .where(customers.c.customer_id.in_(select(accounts.c.customer_id).where(_slots(accounts.c.account))))
    .order_by(customers.c.id)
    .limit(ROWS_MAX)
)
CUSTOMERS_BY_EMAIL = Query(
    select(customers)
    .where(customers.c.customer_id.in_(select(customer_emails.c.customer_id).where(customer_emails.c.email == _text)))
    .order_by(customers.c.id)
    .limit(ROWS_MAX)
)
HOLDS = Query(select(holds).where(_slots(holds.c.ref)).order_by(holds.c.id).limit(ROWS_MAX))
OPEN_HOLDS = Query(
    select(holds).where(_slots(holds.c.ref), holds.c.status == literal("open")).order_by(holds.c.id).limit(ROWS_MAX)
)
ANSWERS = Query(
    select(customer_answers)
    .where(customer_answers.c.ref == _uetr)
    .order_by(customer_answers.c.asked_at, customer_answers.c.id)
    .limit(ROWS_MAX)
)

_c = prior_cases.c
PRIOR_CASES = Query(
    select(prior_cases).where(_c.uetr == _uetr).order_by(_c.opened_at, _c.id).limit(ROWS_MAX)
)  # fmt: skip
PRIOR_CASE = Query(select(prior_cases).where(_c.case_id == _text).order_by(_c.id).limit(1))
PRIOR_CASES_BY_REFERENCE = Query(
    select(prior_cases)
    .where(or_(_c.case_id == _text, _c.their_case_id == _text, _c.message_id == _text))
    .order_by(_c.opened_at, _c.id)
    .limit(ROWS_MAX)
)
CHARGES_PAID = Query(
    select(charges_paid).where(charges_paid.c.uetr == _uetr).order_by(charges_paid.c.id).limit(ROWS_MAX)
)
TARIFFS = Query(select(tariffs).order_by(tariffs.c.id).limit(ROWS_MAX * 20))
TARIFFS_OF_BANK = Query(select(tariffs).where(tariffs.c.bank == _text).order_by(tariffs.c.id).limit(ROWS_MAX))
RATES = Query(
    select(reference_rates)
    .where(
        reference_rates.c.currency == bindparam("currency", type_=reference_rates.c.currency.type),
        reference_rates.c.date == bindparam("day", type_=Date),
    )
    .order_by(reference_rates.c.id)
    .limit(ROWS_MAX)
)
VALUE_DATES = Query(select(value_dates).where(value_dates.c.uetr == _uetr).order_by(value_dates.c.id).limit(ROWS_MAX))
INCIDENTS = Query(
    select(incidents)
    .where(
        incidents.c.incident_id.in_(select(incident_payments.c.incident_id).where(incident_payments.c.uetr == _uetr))
    )
    .order_by(incidents.c.id)
    .limit(ROWS_MAX)
)
