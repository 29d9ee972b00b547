"""Reads CSV and Parquet files in batches of rows, never a whole file at once."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tools.errors import UnusableInput

BATCH_ROWS = 5000
BEYOND = ""
"""Under this name stands what a row has beyond the header's columns."""


def csv_batches(path: Path) -> tuple[list[str], Iterator[list[dict[str, Any]]]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            first = file.readline()
    except UnicodeDecodeError:
        raise _not_utf8(path) from None
    delimiter = max(",;\t|", key=first.count)
    header = next(csv.reader([first], delimiter=delimiter), [])
    if not header:
        raise UnusableInput(f"{path.name} is empty; its first line names the columns.", where=path.name)
    return header, _read(path, delimiter)


def _read(path: Path, delimiter: str) -> Iterator[list[dict[str, Any]]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        batch: list[dict[str, Any]] = []
        try:
            for row in csv.DictReader(file, delimiter=delimiter, restkey=BEYOND, restval=None):
                batch.append(row)
                if len(batch) == BATCH_ROWS:
                    yield batch
                    batch = []
        except UnicodeDecodeError:
            raise _not_utf8(path) from None
        except csv.Error as wrong:
            raise UnusableInput(f"{path.name}: {wrong}; correct the file.", where=path.name) from None
        if batch:
            yield batch


def _not_utf8(path: Path) -> UnusableInput:
    return UnusableInput(f"{path.name} is not UTF-8; save it as UTF-8 and import it again.", where=path.name)


def parquet_batches(path: Path) -> tuple[list[str], Iterator[list[dict[str, Any]]]]:
    try:
        # pyarrow costs a quarter of a second to import, and is an extra of its own.
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ModuleNotFoundError:
        raise UnusableInput("Parquet needs its reader: install 'amends[parquet]'.", where=path.name) from None
    try:
        file = ParquetFile(path)
    except ArrowInvalid as wrong:
        raise UnusableInput(f"{path.name} is no Parquet file ({wrong}).", where=path.name) from None
    return list(file.schema_arrow.names), (batch.to_pylist() for batch in file.iter_batches(BATCH_ROWS))
