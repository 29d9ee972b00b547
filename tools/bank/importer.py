"""Imports payments from CSV and Parquet: good rows are kept, every bad one is reported with its row and column."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Engine

from tools.bank.columns import columns_of, field_at, nested, routes
from tools.bank.engine import writing
from tools.bank.tables import csv_batches, parquet_batches
from tools.bank.to_rows import Row, payment_row
from tools.bank.writer import BankWriter
from tools.errors import Record, UnusableInput
from tools.payment import Payment

ERRORS_MAX = 1000
"""How many bad rows are told one by one; all are counted."""

Progress = Callable[[int], None]
"""Is told after every batch how many rows were read so far."""


class RowError(Record):
    """One thing that is wrong in one row."""

    row: int
    """Counted from 1, the header left out."""
    column: str
    reason: str


class Duplicate(Record):
    """A payment that the store, or an earlier row, has already."""

    row: int
    uetr: str


class ImportReport(Record):
    """What became of the rows of one file."""

    rows: int
    imported: int
    bad: int
    duplicate: int
    errors: tuple[RowError, ...] = ()
    """The first thousand."""
    duplicates: tuple[Duplicate, ...] = ()
    """The first thousand."""
    ignored_columns: tuple[str, ...] = ()
    """Columns of the file that are no field of a payment."""


def import_payments(path: Path, engine: Engine, progress: Progress | None = None) -> ImportReport:
    """Add the payments of a file to the store, one transaction a batch; raises UnusableInput if none can be read.

    Columns bear the names of the contract, parts joined by an underscore (`debtor_name`, `creditor_account`);
    blanks, hyphens and capitals do not matter. Lists are JSON, agents may also be parted by blanks.
    """
    if not path.is_file():
        raise UnusableInput(f"{str(path)!r} is no file; name a .csv or .parquet file of payments.", where=str(path))
    match path.suffix.lower():
        case ".parquet" | ".pq":
            header, batches = parquet_batches(path)
        case ".csv" | ".tsv" | ".txt":
            header, batches = csv_batches(path)
        case other:
            raise UnusableInput(
                f"{path.name}: {other!r} files cannot be imported; use .csv or .parquet.", where=path.name
            )
    columns, ignored = columns_of(header, path.name)
    return _Import(columns).run(batches, engine, progress, ignored)


class _Import:
    """The state of one import: counts, and the first of what went wrong."""

    def __init__(self, columns: Mapping[str, str]) -> None:
        self._routes = routes(columns)
        self._named = {field: column for column, field in columns.items()}
        self._rows = self._imported = self._bad = self._repeated = 0
        self._errors: list[RowError] = []
        self._duplicates: list[Duplicate] = []

    def run(
        self,
        batches: Iterator[list[dict[str, Any]]],
        engine: Engine,
        progress: Progress | None,
        ignored: tuple[str, ...],
    ) -> ImportReport:
        for batch in batches:
            good = list(self._good(batch))
            with writing(engine) as connection:
                self._keep(good, BankWriter(connection))
            if progress:
                progress(self._rows)
        return ImportReport(
            rows=self._rows,
            imported=self._imported,
            bad=self._bad,
            duplicate=self._repeated,
            errors=tuple(self._errors),
            duplicates=tuple(self._duplicates),
            ignored_columns=ignored,
        )

    def _good(self, batch: list[dict[str, Any]]) -> Iterator[tuple[int, Row]]:
        for given in batch:
            self._rows += 1
            try:
                yield self._rows, payment_row(Payment.model_validate(nested(given, self._routes)))
            except ValidationError as wrong:
                found = wrong.errors(include_url=False)
                self._refuse(*((field_at(e["loc"]), e["msg"].removeprefix("Value error, ")) for e in found))
            except UnusableInput as wrong:
                self._refuse((wrong.where, str(wrong).split(": ", 1)[1]))

    def _refuse(self, *wrong: tuple[str, str]) -> None:
        self._bad += 1
        for field, reason in wrong:
            if len(self._errors) < ERRORS_MAX:
                self._errors.append(RowError(row=self._rows, column=self._named.get(field, field), reason=reason))

    def _keep(self, good: list[tuple[int, Row]], writer: BankWriter) -> None:
        known = writer.known([row[0] for _, row in good])
        new = []
        for number, row in good:
            key = (row[0], row[1])
            if key in known:
                self._repeated += 1
                if len(self._duplicates) < ERRORS_MAX:
                    self._duplicates.append(Duplicate(row=number, uetr=row[0]))
            else:
                known.add(key)
                new.append(row)
        writer.add_payments(new)
        self._imported += len(new)
