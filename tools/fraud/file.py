"""Scores for a file of payments, each from what the model's own table, a history and the rows before it tell."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.artefact import HISTORY, verified
from tools.fraud.batch import table_features
from tools.fraud.features import Floats
from tools.fraud.keep import read_history
from tools.fraud.leakage import around
from tools.fraud.score import FraudScore, Scorer
from tools.fraud.table import PaymentTable

if TYPE_CHECKING:
    from pathlib import Path

    import polars as pl

_TOGETHER = 20_000
_NEVER = 2**62
_SAME = ("uetr", "at", "debtor_account", "creditor_account", "amount")


@dataclass(frozen=True)
class Scored:
    """The score of one row of a file."""

    row: int
    uetr: str
    said: FraudScore


def model_history(folder: "Path", scorer: Scorer) -> "pl.DataFrame | None":
    """Return the payments that the model was trained on, if it keeps them."""
    if HISTORY not in scorer.described.files:
        return None
    return read_history(verified(folder, scorer.described, HISTORY))


def file_features(scorer: Scorer, table: PaymentTable, *earlier: "pl.DataFrame | None") -> Floats:
    """Return the features of a file's payments, in its order of time; earlier tables are looked back on."""
    import polars as pl

    frame, places = joined(table.frame, *earlier)
    cut, rows = around(frame, places, _NEVER)
    assert isinstance(cut, pl.DataFrame)
    d = scorer.described
    return table_features(cut, rows, d.vocabularies, d.delay_days, d.features)


def joined(frame: "pl.DataFrame", *earlier: "pl.DataFrame | None") -> "tuple[pl.DataFrame, Any]":
    """Return all payments in order of time, each once, and where the file's stand among them.

    The same payment has the same id, time, accounts and amount: ids alone repeat where a table numbers its rows.
    """
    import polars as pl

    parts = [part.select(frame.columns).with_columns(_ours=pl.lit(False)) for part in earlier if part is not None]
    whole = pl.concat([*parts, frame.with_columns(_ours=pl.lit(True))])
    whole = whole.unique(list(_SAME), keep="last", maintain_order=True).sort("at", "uetr", "row")
    return whole.drop("_ours"), np.flatnonzero(whole["_ours"].to_numpy()).astype(np.int64)


def score_file(scorer: Scorer, table: PaymentTable, *earlier: "pl.DataFrame | None") -> Iterator[Scored]:
    """Score every good row, in the order of the file."""
    x = file_features(scorer, table, *earlier)
    row, uetr = table.frame["row"].to_numpy(), table.frame["uetr"].to_list()
    order = np.argsort(row, kind="stable")
    for start in range(0, len(order), _TOGETHER):
        places = order[start : start + _TOGETHER]
        for place, said in zip(places.tolist(), scorer.score_all(x[places]), strict=True):
            yield Scored(int(row[place]), uetr[place], said)
