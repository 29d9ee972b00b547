"""The mapping file: how a table with other column names, codes or clocks becomes a table of payments."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import Field, ValidationError

from tools.errors import Record, UnusableInput

REQUIRED = ("at", "uetr", "debtor_account", "creditor_account", "amount", "currency")
OPTIONAL = (
    "channel",
    "device",
    "debtor_country",
    "creditor_country",
    "purpose",
    "name_match",
    "label",
    "reported_at",
    "recalled_at",
    "returned_at",
    "debtor_opened",
    "creditor_opened",
    "segment",
    "vulnerable",
    "typology",
)
FIELDS = REQUIRED + OPTIONAL

ROW_NUMBER = "@row"
"""Stands for a column that a table without payment ids does not have: the number of the row."""

_SECONDS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86400}


class Clock(Record):
    """How the column `at` tells time where it holds numbers: steps since a start."""

    unit: Literal["seconds", "minutes", "hours", "days"]
    start: datetime = datetime(1970, 1, 1, tzinfo=UTC)
    """The moment of step 0; without a zone it is UTC."""

    @property
    def step_us(self) -> int:
        return _SECONDS[self.unit] * 1_000_000

    @property
    def start_us(self) -> int:
        start = self.start if self.start.tzinfo else self.start.replace(tzinfo=UTC)
        return int(start.timestamp()) * 1_000_000


class Mapping(Record):
    """Which column gives which field; a field that is not named is looked for under its own name."""

    columns: dict[str, str] = Field(default_factory=dict)
    """Field to column, e.g. {"debtor_account": "nameOrig"}; `@row` is the number of the row."""
    constants: dict[str, str] = Field(default_factory=dict)
    """Field to one value for all rows, e.g. {"currency": "EUR"}."""
    values: dict[str, dict[str, str | None]] = Field(default_factory=dict)
    """Field to a table of codes, e.g. {"channel": {"CASH_OUT": "cash"}}; a code that is not listed stays."""
    time: Clock | None = None


def load_mapping(path: Path | None) -> Mapping:
    """Read a mapping file; raises UnusableInput that names the field which is wrong."""
    if path is None:
        return Mapping()
    try:
        given: Any = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        mapping = Mapping.model_validate(given)
    except OSError as wrong:
        raise UnusableInput(
            f"The mapping file {str(path)!r} cannot be read: {wrong.strerror}.", where="mapping"
        ) from None
    except (yaml.YAMLError, UnicodeDecodeError):
        raise UnusableInput(
            f"{path.name} is no YAML; see docs/fraud-model.md for an example.", where="mapping"
        ) from None
    except ValidationError as wrong:
        first = wrong.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise UnusableInput(f"{path.name}: {place or 'the file'} is wrong: {first['msg']}.", where=place) from None
    named = {*mapping.columns, *mapping.constants, *mapping.values}
    unknown = sorted(named - set(FIELDS))
    if unknown:
        raise UnusableInput(
            f"{path.name}: {unknown[0]!r} is no field of a payment table; use one of {', '.join(FIELDS)}.",
            where=unknown[0],
        )
    return mapping
