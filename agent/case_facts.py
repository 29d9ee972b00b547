"""What an investigation finds out about a case, and how the queue's columns hold it."""

from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP
from typing import Any, TypedDict

import orjson

from tools.payment import Money, minor_units


class CaseFacts(TypedDict, total=False):
    """What the investigation finds out about a case for the queue."""

    type: str | None
    rail: str | None
    uetr: str | None
    counterparty: str | None
    due: date | None
    amount: Money | None
    risk: float | None
    owner: str | None
    result: Mapping[str, Any] | None
    thread_id: str | None


def columns_of(facts: CaseFacts) -> dict[str, Any]:
    """Turn facts into column values: dates as text, money in minor units, risk in thousandths, documents as JSON."""
    columns: dict[str, Any] = {name: _storable(value) for name, value in facts.items()}
    if "amount" in columns:
        money = columns.pop("amount")
        columns["amount_minor"], columns["currency"] = (_minor(money), money.currency) if money else (None, None)
    if "risk" in columns:
        risk = columns.pop("risk")
        columns["risk_permille"] = round(risk * 1000) if risk is not None else None
    if columns.get("due") is not None:
        columns["due"] = columns["due"].isoformat()
    if columns.get("result") is not None:
        columns["result"] = orjson.dumps(columns["result"]).decode()
    return columns


def _minor(money: Money) -> int | None:
    """Return minor units for the queue to sort by; a stated amount may be finer than its currency, or absurd."""
    units = int(money.amount.scaleb(minor_units(money.currency)).to_integral_value(ROUND_HALF_UP))
    return units if abs(units) < 2**63 else None


def _storable(value: Any) -> Any:
    """Take out of a text what no database column holds: NUL and lone surrogates, as hostile mail carries them."""
    if isinstance(value, str) and ("\x00" in value or not value.isascii()):
        return value.replace("\x00", "").encode("utf-8", "replace").decode()
    return value
