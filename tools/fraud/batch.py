"""Features of a whole table at once."""

from typing import TYPE_CHECKING

import numpy as np

from tools.fraud.features import NAMES, Floats, Given, Vocabularies, features
from tools.fraud.history import History
from tools.fraud.windows import Ints

if TYPE_CHECKING:
    import polars as pl

TEXTS = ("channel", "purpose")
TEXTS_MAX = 30
"""How many different texts of a column a model tells apart."""
OF_PAYMENT = (
    "at", "amount", "minor_unit", "name_match", "debtor_opened", "creditor_opened",
    "channel", "purpose", "debtor_country", "creditor_country",
)  # fmt: skip


def vocabularies_of(frame: "pl.DataFrame") -> dict[str, tuple[str, ...]]:
    """Return the texts of each column, the most frequent first, ties by alphabet."""
    import polars as pl

    found = {}
    for column in TEXTS:
        counts = frame[column].drop_nulls().value_counts(name="n").sort(["n", column], descending=[True, False])
        found[column] = tuple(counts.head(TEXTS_MAX)[column].cast(pl.String).to_list())
    return found


def table_features(
    frame: "pl.DataFrame",
    rows: Ints,
    vocabularies: Vocabularies,
    delay_days: int,
    names: tuple[str, ...] = NAMES,
    history: History | None = None,
) -> Floats:
    """Return the features of the payments at these places of a table, each from what lay before it."""
    counted = (history or History(frame, delay_days)).count(rows)
    return features(Given(columns_at(frame, rows), counted, vocabularies), names)


def columns_at(frame: "pl.DataFrame", rows: Ints) -> dict[str, object]:
    """Return the payments' own columns as arrays; missing numbers are NaN, missing texts None."""
    taken = frame.select(OF_PAYMENT)[rows]
    columns: dict[str, object] = {}
    for name in OF_PAYMENT:
        column = taken[name]
        if name in (*TEXTS, "debtor_country", "creditor_country"):
            columns[name] = column.to_list()
        elif name in ("at", "amount"):
            columns[name] = column.to_numpy().astype(np.int64)
        else:
            columns[name] = column.cast(float).fill_null(float("nan")).to_numpy()
    return columns
