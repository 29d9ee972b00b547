"""The features of one payment of the store, as the bank's records tell them at its moment."""

from typing import Any

import numpy as np

from tools.bank.bank import ReadRecords
from tools.bank.flows import country_of, microseconds
from tools.bank.keys import account_key, minor_or_none
from tools.fraud.artefact import Description
from tools.fraud.features import Floats, Given, features
from tools.fraud.online import Moment
from tools.fraud.windows import DAY
from tools.payment import Payment, minor_units


def payment_features(records: ReadRecords, payment: Payment, described: Description) -> tuple[Floats, tuple[str, ...]]:
    """Return the row of features, and what was missing or beyond belief."""
    minor = minor_or_none(payment.money)
    warnings = () if minor is not None and minor >= 0 else ("the amount cannot be booked and counts as zero",)
    debtor, creditor = account_key(payment.debtor.account), account_key(payment.creditor.account)
    unit, at, country = (
        10 ** minor_units(payment.currency),
        moment_of(payment),
        country_of(creditor, payment.creditor_agent),
    )
    moment = Moment(records, debtor, creditor, payment.currency, at, unit, described.delay_days * DAY)
    counted = moment.count(payment.device, country)
    columns: dict[str, Any] = {
        "at": np.array([at], np.int64),
        "amount": np.array([max(minor or 0, 0)], np.int64),
        "minor_unit": np.array([float(unit)]),
        # A name check is no field of a payment's record; a bank that has it trains and scores by table.
        "name_match": np.array([np.nan]),
        "debtor_opened": np.array([_opened(records, payment.debtor.account)]),
        "creditor_opened": np.array([_opened(records, payment.creditor.account)]),
        "channel": [payment.channel],
        "purpose": [payment.purpose],
        "debtor_country": [country_of(debtor, payment.debtor_agent)],
        "creditor_country": [country],
    }
    row = features(Given(columns, counted, described.vocabularies), described.features)[0]
    return row, warnings


def moment_of(payment: Payment) -> int:
    """When the payment happened: credited, else its last state, else the start of its settlement day."""
    return microseconds(payment.credited_at or payment.state_at or payment.settlement_date)


def _opened(records: ReadRecords, account: str) -> float:
    found = records.account(account)
    if found is None or found.opened_at is None:
        return float("nan")
    return float(microseconds(found.opened_at))
