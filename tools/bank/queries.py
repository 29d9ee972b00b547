"""Every statement that the bank's records answer, each on an index of `tools.bank.schema` and each with a limit."""

from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    union_all,
)

from tools.bank.query import Query
from tools.bank.schema import (
    accounts,
    charges_paid,
    customer_answers,
    customer_emails,
    customers,
    holds,
    incident_payments,
    incidents,
    payments,
    prior_cases,
    reference_rates,
    tariffs,
    tracker_events,
    value_dates,
)

SLOTS = 4
"""How many accounts or references one statement takes; more are asked for in turns."""
SCAN_MAX = 1000
"""How many payments of one amount or one account are looked through; the busiest have hundreds of thousands."""
ROWS_MAX = 500
"""How many rows of side records one payment may have; none has."""

_p = payments.c
_all = select(payments)
_uetr = bindparam("uetr", type_=_p.uetr.type)
_text = bindparam("text", type_=_p.message_id.type)
_account = bindparam("account", type_=_p.debtor_account.type)
_since = bindparam("since", type_=Date)
_until = bindparam("until", type_=Date)
_limit = bindparam("limit", type_=Integer)
_minor = bindparam("minor", type_=_p.amount_minor.type)
_currency = bindparam("currency", type_=_p.currency.type)


def _slots(column: ColumnElement[Any]) -> ColumnElement[bool]:
    return column.in_([bindparam(f"slot{n}", type_=column.type) for n in range(SLOTS)])


def _payments_in(*found: Select[Any]) -> Select[Any]:
    """Payments found by one of several indexes, each cut at the limit by itself."""
    ids = union_all(*(select(one.subquery().c.id) for one in found))
    return _all.where(_p.id.in_(ids))


# --- payments --------------------------------------------------------------------------------------------------------

PAYMENT = Query(_all.where(_p.uetr == _uetr).order_by(_p.leg).limit(1))

_same_message = _p.message_id == _text
BY_MESSAGE = Query(_all.where(_same_message).order_by(_p.id).limit(_limit))
BY_INSTRUCTION = Query(_all.where(_p.instruction_id == _text).order_by(_p.id).limit(_limit))
BY_TRANSACTION = Query(_all.where(_p.transaction_id == _text).order_by(_p.id).limit(_limit))
BY_MESSAGE_AND_TRANSACTION = Query(
    _payments_in(
        select(_p.id).where(_p.instruction_id == bindparam("instruction", type_=_p.instruction_id.type), _same_message),
        select(_p.id).where(_p.transaction_id == bindparam("transaction", type_=_p.transaction_id.type), _same_message),
    )
    .order_by(_p.id)
    .limit(_limit)
)
BY_END_TO_END = Query(_all.where(_p.end_to_end_id == _text).order_by(_p.id).limit(_limit))

_REFERENCES = (_p.message_id, _p.instruction_id, _p.end_to_end_id, _p.transaction_id)
BY_ANY_REFERENCE = Query(
    _payments_in(
        *(select(_p.id).where(column == _text).limit(_limit) for column in _REFERENCES),
        select(_p.id).where(_p.uetr == bindparam("lower", type_=_p.uetr.type)),
    )
    .order_by(_p.id)
    .limit(_limit)
)

_settled = select(_p.id, _p.debtor_key, _p.creditor_key, _p.debtor_account, _p.creditor_account, _p.settlement_date)
_in_days = _p.settlement_date.between(_since, _until)
_of_amount = (
    _settled.where(_p.amount_minor == _minor, _p.currency == _currency, _in_days)
    .order_by(_p.settlement_date.desc())
    .limit(SCAN_MAX)
)
_of_instructed = (
    _settled.where(_p.instructed_minor == _minor, _p.instructed_currency == _currency, _in_days)
    .order_by(_p.settlement_date.desc())
    .limit(SCAN_MAX)
)
_like = union_all(
    select(_of_amount.subquery("settled")), select(_of_instructed.subquery("instructed"))
).subquery("alike")  # fmt: skip
_named = bindparam("named", type_=_p.debtor_key.type)


def _has(key: ColumnElement[str]) -> ColumnElement[bool]:
    # Not LIKE: SQLite plans a LIKE on a parameter anew each time, which costs fifteen times the query.
    return func.replace(key, _named, "") != key


_chosen = select(_like.c.id).order_by(_like.c.settlement_date.desc(), _like.c.id.desc()).limit(_limit)
LIKE = Query(_all.where(_p.id.in_(_chosen)).order_by(_p.id))
LIKE_OF_PARTY = Query(
    _all.where(
        _p.id.in_(
            _chosen.where(
                or_(
                    _has(_like.c.debtor_key),
                    _has(_like.c.creditor_key),
                    _like.c.debtor_account == _account,
                    _like.c.creditor_account == _account,
                )
            )
        )
    ).order_by(_p.id)
)


def _newest(where: ColumnElement[bool]) -> Select[Any]:
    return select(_p.id).where(where, _in_days).order_by(_p.settlement_date.desc()).limit(_limit)


_by_time = (_p.settlement_date.desc(), _p.id.desc())
OF_ACCOUNT = Query(
    _payments_in(_newest(_p.debtor_account == _account), _newest(_p.creditor_account == _account))
    .order_by(*_by_time)
    .limit(_limit)
)
FROM_ACCOUNT = Query(_payments_in(_newest(_p.debtor_account == _account)).order_by(*_by_time))
TO_ACCOUNT = Query(_payments_in(_newest(_p.creditor_account == _account)).order_by(*_by_time))

_incoming = (
    select(_p.debtor_account, _p.amount_minor, _p.currency)
    .where(_p.creditor_account == _account, _in_days)
    .order_by(_p.settlement_date.desc())
    .limit(SCAN_MAX)
    .subquery("incoming")
)
FAN_IN = Query(
    select(
        func.count().label("payments"),
        func.count(_incoming.c.debtor_account.distinct()).label("senders"),
    ).select_from(_incoming)
)
FIRST_BETWEEN = Query(
    select(_p.settlement_date)
    .where(_p.debtor_account == _account, _p.creditor_account == bindparam("other", type_=_p.creditor_account.type))
    .order_by(_p.settlement_date)
    .limit(1)
)

TWINS = Query(
    _all.where(
        _p.debtor_account == bindparam("debtor", type_=_p.debtor_account.type),
        _p.creditor_account == bindparam("creditor", type_=_p.creditor_account.type),
        _p.amount_minor == _minor,
        _p.currency == _currency,
        _in_days,
        _p.uetr != _uetr,
    )
    .order_by(_p.settlement_date, _p.id)
    .limit(_limit)
)

_order = payments.alias("order_of")
_has_order = select(_order.c.id).where(_order.c.uetr == _uetr, _order.c.leg == 0).exists()
COVERS = Query(
    _payments_in(
        select(_p.id).where(_p.covers == _uetr).limit(ROWS_MAX),
        # CBPR+: a cover may travel under the UETR of the payment that it covers.
        select(_p.id).where(_p.uetr == _uetr, _p.leg == 1, _has_order),
    ).order_by(_p.id)
)
RETURNS = Query(
    _payments_in(
        select(_p.id).where(_p.return_of == _uetr).limit(ROWS_MAX),
        select(_p.id).where(_p.uetr == _uetr, _p.leg == 2, _has_order),
    ).order_by(_p.id)
)
_free = and_(_p.leg == 1, _p.covers.is_(None), _p.uetr != _uetr)
COVER_CANDIDATES = Query(
    _payments_in(
        select(_p.id).where(_p.end_to_end_id == _text, _free).limit(_limit),
        select(_p.id)
        .where(_p.amount_minor == _minor, _p.currency == _currency, _p.settlement_date == _since, _free)
        .limit(_limit),
    )
    .order_by(_p.id)
    .limit(_limit)
)

# --- beside payments -------------------------------------------------------------------------------------------------

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
    .where(reference_rates.c.currency == _currency, reference_rates.c.date == bindparam("day", type_=Date))
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
