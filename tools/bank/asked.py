"""What callers ask with, made into what rows hold: the parameters of every query."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from tools.bank.keys import account_key, minor_or_none, reference, storable
from tools.bank.query import SLOTS
from tools.payment import Payment

Days = date | tuple[date, date]
"""One day, or the first and the last of some."""

FIRST_DAY, LAST_DAY = date(1, 1, 1), date(9999, 12, 31)

REFERENCES_MAX = 200
"""How many payments one reference may name; a batch message names thousands."""


def clean(text: str) -> str:
    """Return the text, or an empty one, which stands in no record, where no database could hold it."""
    return storable(text.strip()) or ""


def uetr_key(text: str) -> str:
    return clean(text).lower()


def account_asked(number: str) -> str:
    return account_key(clean(number))


def slots(keys: Sequence[str]) -> dict[str, str]:
    """Fill every slot of a statement; the last key stands in those left over."""
    return {f"slot{n}": keys[min(n, len(keys) - 1)] for n in range(SLOTS)}


def days_between(first: date, last: date) -> dict[str, str]:
    return {"since": first.isoformat(), "until": last.isoformat()}


def shifted(day: date, days: int) -> date:
    try:
        return day + timedelta(days=days)
    except OverflowError:
        return FIRST_DAY if days < 0 else LAST_DAY


def could_cover(payment: Payment) -> dict[str, Any]:
    return {
        "uetr": str(payment.uetr),
        "text": reference(payment.end_to_end_id) or "",
        # A CBPR+ cover carries its order's instruction id as its own end-to-end id (usage guideline of pacs.009 COV).
        "instruction": reference(payment.instruction_id) or "",
        "minor": minor_or_none(payment.money),
        "currency": payment.currency,
        "since": payment.settlement_date.isoformat(),
        "limit": REFERENCES_MAX,
    }
