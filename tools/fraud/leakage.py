"""Looks for the future in the features, and for labels that anything but payments gives away."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.batch import table_features
from tools.fraud.config import TrainConfig
from tools.fraud.features import NAMES, Floats
from tools.fraud.windows import Ints

if TYPE_CHECKING:
    import polars as pl

    from tools.fraud.proof import Tested

_SAMPLED = 200
_LEARNED_MAX = 30_000
_TOO_GOOD = 0.99
"""Area under the curve of one feature alone: no honest feature of a payment is as good."""
_CHANCE = 3.0
"""How far above prevalence a model of shuffled labels may come by accident."""


def leaks(t: "Tested", config: TrainConfig) -> list[dict[str, Any]]:
    """Return each check with its outcome."""
    return [_future(t, config), _alone(t), _shuffled_labels(t, config)]


def _future(t: "Tested", config: TrainConfig) -> dict[str, Any]:
    """Features of some test payments, computed again with everything after them cut off, must not change."""
    moment = int(t.table["at"][int(t.rows[len(t.rows) // 2])])
    before = np.flatnonzero(t.table["at"].to_numpy()[t.rows] <= moment)
    some = before[-_SAMPLED:]
    cut, places = around(t.table, t.rows[some], moment)
    again = table_features(cut, places, t.vocabularies, config.delay_days)
    changed = [
        NAMES[place]
        for place in np.flatnonzero(~np.array([_same(t.x[some][:, n], again[:, n]) for n in range(len(NAMES))]))
    ]
    return {"check": "the future cut off", "passed": not changed, "payments": len(some), "features": changed}


def around(table: "pl.DataFrame", rows: Ints, until: int) -> "tuple[pl.DataFrame, Ints]":
    """Return what the features of these rows may turn on, up to a moment, and where the rows stand in it."""
    import polars as pl

    asked = table[rows]
    accounts = pl.concat([asked["debtor_account"], asked["creditor_account"]]).unique()
    touched = pl.col("debtor_account").is_in(accounts.implode()) | pl.col("creditor_account").is_in(accounts.implode())
    cut = table.with_row_index("_place").filter(touched & (pl.col("at") <= until))
    places = np.searchsorted(cut["_place"].to_numpy(), rows)
    return cut.drop("_place"), places.astype(np.int64)


def _same(a: Floats, b: Floats) -> bool:
    return bool(np.array_equal(a, b, equal_nan=True))


def _alone(t: "Tested") -> dict[str, Any]:
    """No feature may tell fraud alone."""
    from sklearn.metrics import roc_auc_score

    found = []
    for place, name in enumerate(NAMES):
        column = np.nan_to_num(t.x[:, place], nan=-1.0)
        auc = roc_auc_score(t.y, column)
        if max(auc, 1 - auc) > _TOO_GOOD:
            found.append(name)
    return {"check": "one feature alone", "passed": not found, "features": found}


def _shuffled_labels(t: "Tested", config: TrainConfig) -> dict[str, Any]:
    """A model of shuffled labels must know nothing."""
    from sklearn.metrics import average_precision_score

    from tools.fraud.learners import boosted
    from tools.fraud.trees import Trees

    rng = np.random.default_rng(config.seed)
    x, y, weight = t.learned
    rows = rng.choice(len(y), min(_LEARNED_MAX, len(y)), replace=False)
    model = boosted(x[rows], rng.permutation(y[rows]), weight[rows], t.shape, config.seed)
    score = Trees(model.model_to_string(), len(NAMES)).scores(t.x)
    found = float(average_precision_score(t.y, score))
    prevalence = float(t.y.mean())
    # With few frauds in the test, chance alone goes further.
    room = _CHANCE * prevalence + 3.0 / max(1.0, float(t.y.sum()))
    return {"check": "shuffled labels", "passed": found <= room, "average_precision": found, "prevalence": prevalence}
