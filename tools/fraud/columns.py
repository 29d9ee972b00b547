"""The columns of a payment table: found by name or mapping, typed, and every bad cell told."""

from typing import TYPE_CHECKING

from tools.errors import UnusableInput
from tools.fraud.mapping import FIELDS, REQUIRED, ROW_NUMBER, Mapping

if TYPE_CHECKING:
    import polars as pl

AMOUNT_MAX = 1e13
"""A larger amount is a mistake of the file, in any currency."""
NEVER = 2**62
"""Microseconds: a time that no payment reaches, for what has not happened."""
NO_MINOR = ("JPY", "KRW", "VND", "CLP", "ISK", "UGX", "XAF", "XOF", "XPF", "PYG", "RWF")
THREE_MINOR = ("BHD", "KWD", "OMR", "TND", "JOD", "IQD", "LYD")
"""ISO 4217: currencies whose minor unit is no hundredth."""
_TIMES = ("reported_at", "recalled_at", "returned_at", "debtor_opened", "creditor_opened")
_YES = ("1", "1.0", "true", "yes", "y", "fraud")
_NO = ("0", "0.0", "false", "no", "n", "genuine", "legit")
_MATCH = {"match": "1", "close_match": "0.5", "no_match": "0", "not_checked": None, "unavailable": None}
_FORMAT = "%Y-%m-%d %H:%M:%S%.f%:z"


def named_columns(raw: "pl.DataFrame", mapping: Mapping, name: str) -> "pl.DataFrame":
    """Return one column of text per field, trimmed, coded as the mapping says, and the number of each row."""
    import polars as pl

    here = {column.strip().lstrip("\ufeff").lower(): column for column in raw.columns}
    taken: dict[str, pl.Expr] = {"row": pl.int_range(1, pl.len() + 1, dtype=pl.Int64)}
    for field in FIELDS:
        column = mapping.columns.get(field)
        if field in mapping.constants:
            taken[field] = pl.lit(mapping.constants[field])
        elif column == ROW_NUMBER:
            taken[field] = pl.int_range(1, pl.len() + 1).cast(pl.String)
        elif (column or field).lower() in here:
            text = pl.col(here[(column or field).lower()]).cast(pl.String).str.strip_chars()
            taken[field] = pl.when(text == "").then(None).otherwise(text)
        elif column is not None:
            raise UnusableInput(f"{name} has no column {column!r}, which the mapping names for {field}.", where=field)
        if field in taken and field in mapping.values:
            taken[field] = taken[field].replace(dict(mapping.values[field]))
    missing = [field for field in REQUIRED if field not in taken]
    if missing:
        raise UnusableInput(
            f"{name}: columns are missing: {', '.join(missing)}; add them, or name yours in a mapping file.",
            where=missing[0],
        )
    return raw.select(**taken)


def typed_columns(named: "pl.DataFrame", mapping: Mapping) -> "pl.DataFrame":
    """Return the same columns as numbers, times and codes; what cannot be read is null here and told by `fault`."""
    import polars as pl

    present = set(named.columns)
    exponent = pl.col("currency").str.to_uppercase()
    factor = pl.when(exponent.is_in(NO_MINOR)).then(1.0).when(exponent.is_in(THREE_MINOR)).then(1000.0).otherwise(100.0)
    typed = {
        "row": pl.col("row"),
        "at": _steps(mapping) if mapping.time else _time("at"),
        "uetr": pl.col("uetr"),
        "debtor_account": pl.col("debtor_account"),
        "creditor_account": pl.col("creditor_account"),
        "amount": (_number("amount") * factor).round().cast(pl.Int64, strict=False),
        "minor_unit": factor,
        "currency": exponent,
    }
    for field in ("channel", "device", "debtor_country", "creditor_country", "purpose", "segment", "typology"):
        typed[field] = pl.col(field) if field in present else pl.lit(None, pl.String)
    for field in _TIMES:
        typed[field] = _time(field) if field in present else pl.lit(None, pl.Int64)
    typed["name_match"] = _match() if "name_match" in present else pl.lit(None, pl.Float64)
    for field in ("label", "vulnerable"):
        typed[field] = _flag(field) if field in present else pl.lit(None, pl.Int8)
    return named.select(**typed)


def fault(named: "pl.DataFrame") -> "pl.Series":
    """Return what is wrong with each row, "column: reason", or null."""
    import polars as pl

    checks: list[tuple[str, pl.Expr, str]] = [
        (field, pl.col(field).is_null(), "it is empty") for field in REQUIRED if field in named.columns
    ]
    number = _number("amount")
    checks.append(("amount", number.is_null() | ~number.is_finite(), "it is no number"))
    checks.append(("amount", number < 0, "it is negative"))
    checks.append(("amount", number > AMOUNT_MAX, "it is beyond any payment"))
    checks.append(("currency", ~pl.col("currency").str.contains("^[A-Za-z]{3}$"), "it is no currency code"))
    checks.append(("uetr", pl.col("uetr").is_first_distinct().not_(), "an earlier row has it already"))
    for field in ("label", "vulnerable"):
        if field in named.columns:
            checks.append((field, _flag(field).is_null() & pl.col(field).is_not_null(), "write 1 or 0, or leave empty"))
    if "name_match" in named.columns:
        known = _match().is_not_null() | pl.col("name_match").str.to_lowercase().is_in(list(_MATCH))
        checks.append(
            ("name_match", pl.col("name_match").is_not_null() & ~known, "write match, close_match or no_match")
        )
    for field in _TIMES:
        if field in named.columns:
            checks.append((field, _time(field).is_null() & pl.col(field).is_not_null(), "it is no ISO 8601 time"))
    said = pl.coalesce(pl.when(wrong).then(pl.lit(f"{field}: {reason}")) for field, wrong, reason in checks)
    return named.select(said).to_series()


def time_fault(typed: "pl.DataFrame") -> "pl.Series":
    """Return what is wrong with the time of each row: it could not be read, or lies outside the years we can tell."""
    import polars as pl

    at = pl.col("at")
    unread = at.is_null() | (at < 0) | (at > NEVER // 2)
    return typed.select(pl.when(unread).then(pl.lit("at: it is no time (ISO 8601, or steps by a mapping)"))).to_series()


def _number(field: str) -> "pl.Expr":
    import polars as pl

    return pl.col(field).cast(pl.Float64, strict=False)


def _steps(mapping: Mapping) -> "pl.Expr":
    import polars as pl

    assert mapping.time is not None
    steps = (_number("at") * mapping.time.step_us).round()
    return (steps + mapping.time.start_us).cast(pl.Int64, strict=False)


def _time(field: str) -> "pl.Expr":
    """Read ISO 8601 with or without zone (then UTC), with T or a blank, with or without a time of day."""
    import polars as pl

    text = pl.col(field).str.replace("[Tt]", " ").str.replace("[Zz]$", "+00:00")
    text = pl.when(text.str.contains(r"^\d{4}-\d\d-\d\d$")).then(text + " 00:00:00").otherwise(text)
    text = text.str.replace(r"( \d\d:\d\d)([+-]|$)", "${1}:00${2}").str.replace(r"([+-]\d\d)(\d\d)$", "${1}:${2}")
    zoned = pl.when(text.str.contains(r"[+-]\d\d:\d\d$")).then(text).otherwise(text + "+00:00")
    return zoned.str.to_datetime(_FORMAT, time_unit="us", time_zone="UTC", strict=False).dt.epoch("us")


def _flag(field: str) -> "pl.Expr":
    import polars as pl

    text = pl.col(field).str.to_lowercase()
    return pl.when(text.is_in(_YES)).then(1).when(text.is_in(_NO)).then(0).cast(pl.Int8)


def _match() -> "pl.Expr":
    """Read a name check as 1 (match), 0.5 (close), 0 (no match); a number from 0 to 1 stands for itself."""
    import polars as pl

    value = pl.col("name_match").str.to_lowercase().replace(_MATCH).cast(pl.Float64, strict=False)
    return pl.when(value.is_between(0, 1)).then(value)
