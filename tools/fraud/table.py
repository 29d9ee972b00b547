"""A table of payments, from CSV or Parquet: good rows are kept in order of time, each bad one told with its reason."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from tools.errors import Record, UnusableInput
from tools.fraud.columns import fault, named_columns, time_fault, typed_columns
from tools.fraud.mapping import Mapping

if TYPE_CHECKING:
    import polars as pl

ERRORS_MAX = 1000
"""How many bad rows are told one by one; all are counted."""


class RowError(Record):
    """One bad row."""

    row: int
    """Counted from 1, the header left out."""
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class PaymentTable:
    """Payments in order of time, ties by UETR; every column of a known type, times in microseconds since 1970, UTC."""

    frame: "pl.DataFrame"
    errors: tuple[RowError, ...] = ()
    """The first thousand."""
    bad: int = 0
    read: int = 0
    """How many rows the file had, bad ones included."""

    def __len__(self) -> int:
        return self.frame.height


def load_table(path: Path, mapping: Mapping | None = None) -> PaymentTable:
    """Read a table; raises UnusableInput where none of it can be used."""
    return table_of(_read(path), mapping or Mapping(), path.name)


def table_of(raw: "pl.DataFrame", mapping: Mapping, name: str = "the table") -> PaymentTable:
    """Make a table of payments of a frame of texts."""
    import polars as pl

    named = named_columns(raw, mapping, name)
    typed = typed_columns(named, mapping)
    found = fault(named)
    typed = typed.with_columns(_fault=found.zip_with(found.is_not_null(), time_fault(typed)))
    refused = typed.filter(pl.col("_fault").is_not_null()).select("row", "_fault")
    errors = tuple(
        RowError(row=row, column=said.split(": ", 1)[0], reason=said.split(": ", 1)[1])
        for row, said in refused.head(ERRORS_MAX).iter_rows()
    )
    kept = typed.filter(pl.col("_fault").is_null()).drop("_fault")
    if not kept.height:
        why = f"row {errors[0].row}, {errors[0].column}: {errors[0].reason}" if errors else "it has no rows"
        raise UnusableInput(f"{name}: no row can be used; {why}.", where=errors[0].column if errors else name)
    return PaymentTable(kept.sort("at", "uetr", "row"), errors, refused.height, raw.height)


def written(frame: "pl.DataFrame") -> "pl.DataFrame":
    """Return a table as a file writes it: decimal amounts, ISO 8601 times; reading it gives the same payments."""
    import polars as pl

    times = ("at", "reported_at", "recalled_at", "returned_at", "debtor_opened", "creditor_opened")
    amount = pl.col("amount").cast(pl.Decimal(38, 3)) / pl.col("minor_unit").cast(pl.Decimal(10, 0))
    said = frame.with_columns(
        *(pl.from_epoch(pl.col(name), "us").dt.strftime("%Y-%m-%dT%H:%M:%S%.6fZ").alias(name) for name in times),
        amount=amount,
    )
    return said.drop("row", "minor_unit")


def _read(path: Path) -> "pl.DataFrame":
    import polars as pl

    if not path.is_file():
        raise UnusableInput(f"{str(path)!r} is no file; name a .csv or .parquet file of payments.", where=str(path))
    try:
        match path.suffix.lower():
            case ".parquet" | ".pq":
                return pl.read_parquet(path).select(pl.all().cast(pl.String))
            case ".csv" | ".tsv" | ".txt":
                with path.open(encoding="utf-8-sig") as file:
                    first = file.readline()
                if not first.strip():
                    raise UnusableInput(f"{path.name} is empty; its first line names the columns.", where=path.name)
                separator = max(",;\t|", key=first.count)
                return pl.read_csv(path, separator=separator, infer_schema=False)
    except (pl.exceptions.PolarsError, UnicodeDecodeError, OSError) as wrong:
        said = str(wrong).splitlines()[0]
        raise UnusableInput(f"{path.name} cannot be read as a table: {said}.", where=path.name) from None
    raise UnusableInput(f"{path.name}: use a .csv or .parquet file of payments.", where=path.name)
