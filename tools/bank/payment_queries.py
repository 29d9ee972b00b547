"""Every question about payments, each on an index of `tools.bank.schema` and each with a limit."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Integer,
    Select,
    Subquery,
    and_,
    bindparam,
    func,
    or_,
    select,
    union_all,
)

from tools.bank.query import ROWS_MAX, Query
from tools.bank.schema import payments

SCAN_MAX = 500
"""How many payments of one amount or one account are looked through; the busiest have hundreds of thousands."""

_p = payments.c
_all = select(payments)
_uetr = bindparam("uetr", type_=_p.uetr.type)
_text = bindparam("text", type_=_p.message_id.type)
_instruction = bindparam("instruction", type_=_p.instruction_id.type)
_account = bindparam("account", type_=_p.debtor_account.type)
_since = bindparam("since", type_=Date)
_until = bindparam("until", type_=Date)
_limit = bindparam("limit", type_=Integer)
_minor = bindparam("minor", type_=_p.amount_minor.type)
_currency = bindparam("currency", type_=_p.currency.type)


def _payments_in(*found: Select[Any]) -> Select[Any]:
    """Payments found by one of several indexes, each cut at the limit by itself."""
    ids = union_all(*(select(one.subquery().c.id) for one in found))
    return _all.where(_p.id.in_(ids))


PAYMENT = Query(_all.where(_p.uetr == _uetr).order_by(_p.leg).limit(1))

_same_message = _p.message_id == _text
BY_MESSAGE = Query(_all.where(_same_message).order_by(_p.id).limit(_limit))
BY_INSTRUCTION = Query(_all.where(_p.instruction_id == _text).order_by(_p.id).limit(_limit))
BY_TRANSACTION = Query(_all.where(_p.transaction_id == _text).order_by(_p.id).limit(_limit))
# Not the index of messages: a batch has thousands of transactions under one message id.
_in_message = func.coalesce(_p.message_id, "") == _text
BY_MESSAGE_AND_TRANSACTION = Query(
    _payments_in(
        select(_p.id).where(_p.instruction_id == bindparam("instruction", type_=_p.instruction_id.type), _in_message),
        select(_p.id).where(_p.transaction_id == bindparam("transaction", type_=_p.transaction_id.type), _in_message),
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

_in_days = _p.settlement_date.between(_since, _until)
_of_amount = (_p.amount_minor == _minor, _p.currency == _currency, _in_days)
_of_instructed = (_p.instructed_minor == _minor, _p.instructed_currency == _currency, _in_days)
_named = bindparam("named", type_=_p.debtor_key.type)


def _scanned(columns: Sequence[ColumnElement[Any]], *where: ColumnElement[bool]) -> Subquery:
    """The newest payments that fulfil what an index knows, some columns of them."""
    found = select(_p.id, _p.settlement_date, *columns).where(*where)
    return found.order_by(_p.settlement_date.desc()).limit(SCAN_MAX).subquery()


def _has(key: ColumnElement[str]) -> ColumnElement[bool]:
    # Not LIKE: SQLite plans a LIKE on a parameter anew each time, which costs fifteen times the query.
    return func.replace(key, _named, "") != key


def _newest_of(*found: Select[Any]) -> Select[Any]:
    """The payments themselves of what was scanned: the newest, in the order of the records."""
    alike = union_all(*found).subquery()
    chosen = select(alike.c.id).order_by(alike.c.settlement_date.desc(), alike.c.id.desc()).limit(_limit)
    return _all.where(_p.id.in_(chosen)).order_by(_p.id)


def _with_names(scan: Subquery) -> Select[Any]:
    named = or_(_has(scan.c.debtor_key), _has(scan.c.creditor_key))
    return select(scan.c.id, scan.c.settlement_date).where(named)


def _with_amount(scan: Subquery) -> Select[Any]:
    of_amount = and_(scan.c.amount_minor == _minor, scan.c.currency == _currency)
    return select(scan.c.id, scan.c.settlement_date).where(of_amount)


def _with_names_or_account(scan: Subquery) -> Select[Any]:
    of_account = or_(scan.c.debtor_account == _account, scan.c.creditor_account == _account)
    named = or_(_has(scan.c.debtor_key), _has(scan.c.creditor_key), of_account)
    return select(scan.c.id, scan.c.settlement_date).where(named)


_names = (_p.debtor_key, _p.creditor_key)
_money = (_p.amount_minor, _p.currency)
_accounts = (_p.debtor_account, _p.creditor_account)
LIKE = Query(_newest_of(select(_scanned((), *_of_amount)), select(_scanned((), *_of_instructed))))
LIKE_OF_PARTY = Query(
    _newest_of(
        _with_names(_scanned(_names, *_of_amount)),
        _with_amount(_scanned(_money, _p.debtor_account == _account, _in_days)),
        _with_amount(_scanned(_money, _p.creditor_account == _account, _in_days)),
        _with_names_or_account(_scanned((*_names, *_accounts), *_of_instructed)),
    )
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
        select(_p.id).where(_p.end_to_end_id == _instruction, _free).limit(_limit),
        select(_p.id)
        .where(_p.amount_minor == _minor, _p.currency == _currency, _p.settlement_date == _since, _free)
        .limit(_limit),
    )
    .order_by(_p.id)
    .limit(_limit)
)
