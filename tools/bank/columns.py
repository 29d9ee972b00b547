"""The flat columns of an import file, and how they make a payment."""

from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson

from tools.bank.keys import storable
from tools.bank.refusal import near
from tools.bank.tables import BEYOND
from tools.errors import UnusableInput
from tools.payment import Party, Payment

_PARTIES = ("debtor", "creditor")
_LISTS = ("charges", "intermediaries")
_FIELDS = [field for field in Payment.model_fields if field not in _PARTIES]
_FIELDS += [f"{party}_{field}" for party in _PARTIES for field in Party.model_fields]
_ALSO = {
    "debtor_iban": "debtor_account",
    "creditor_iban": "creditor_account",
    "debtor_bic": "debtor_agent",
    "creditor_bic": "creditor_agent",
    "value_date": "settlement_date",
    "ccy": "currency",
    "e2e_id": "end_to_end_id",
    "status": "state",
}
"""Other names under which exports give the same."""


def columns_of(header: list[str], file: str) -> tuple[dict[str, str], tuple[str, ...]]:
    """Return the field of each column, and the columns that are none; refuse a file without what a payment needs."""
    columns: dict[str, str] = {}
    ignored = []
    for column in header:
        plain = _plain(column)
        field = plain if plain in _FIELDS else _ALSO.get(plain)
        if field is None or field in columns.values():
            ignored.append(column)
        else:
            columns[column] = field
    needed = [name for name, info in Payment.model_fields.items() if info.is_required() and name not in _PARTIES]
    needed += [f"{party}_{field}" for party in _PARTIES for field in ("name", "account")]
    missing = [field for field in needed if field not in columns.values()]
    if missing:
        alike = near(missing[0], [_plain(column) for column in ignored])
        hint = f" (is it {alike!r}?)" if alike else ""
        raise UnusableInput(f"{file}: columns are missing: {', '.join(missing)}{hint}; add them.", where=file)
    return columns, tuple(ignored)


def _plain(column: str) -> str:
    """Return "debtor_name" for "Debtor Name", "debtor-name", "debtor.name" and "debtorName"."""
    text = column.strip().lstrip("\ufeff")
    humps = "".join(
        f"_{ch}" if ch.isupper() and before.islower() else ch for before, ch in zip(" " + text, text, strict=False)
    )
    return "_".join("".join(ch if ch.isalnum() else " " for ch in humps.casefold()).split())


class Route(NamedTuple):
    """Where the cells of one column go."""

    column: str
    field: str
    party: str | None
    """"debtor" or "creditor", for a part of it."""
    part: str
    is_list: bool


def routes(columns: Mapping[str, str]) -> list[Route]:
    found = []
    for column, field in columns.items():
        party, _, part = field.partition("_")
        of_party = party in _PARTIES and part != "agent"
        found.append(Route(column, field, party if of_party else None, part if of_party else field, field in _LISTS))
    return found


def nested(given: dict[str, Any], cells: list[Route]) -> dict[str, Any]:
    """Turn one flat row into the nested form of a payment; an empty cell states nothing."""
    if given.get(BEYOND):
        raise UnusableInput("row: it has more fields than the header; quote those that hold the separator", where="row")
    payment: dict[str, Any] = {"debtor": {}, "creditor": {}}
    for column, field, party, part, is_list in cells:
        value = given.get(column)
        if value is None:
            continue
        if type(value) is str:
            value = value.strip()
            if not value:
                continue
            if storable(value) is None:
                raise UnusableInput(f"{field}: a character in it cannot be stored", where=field)
        (payment if party is None else payment[party])[part] = _list(value) if is_list else value
    return payment


def _list(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    if not value.startswith("["):
        return value.replace(";", " ").replace(",", " ").split()
    try:
        return orjson.loads(value)
    except orjson.JSONDecodeError:
        return value


def field_at(loc: tuple[int | str, ...]) -> str:
    return "_".join(str(step) for step in loc[:2]) if loc and loc[0] in _PARTIES else str(loc[0]) if loc else ""
