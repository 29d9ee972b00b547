"""The same model, group by group: whom it catches, and whom it bothers."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.features import Floats
from tools.fraud.windows import Ints

if TYPE_CHECKING:
    import polars as pl

_BANDS = (0, 50, 250, 1000, 5000, 25_000, float("inf"))
_LEAST = 30
"""Smaller groups are counted and not judged."""


def slices(frame: "pl.DataFrame", y: Ints, probability: Floats, amount: Floats, budget: float) -> list[dict[str, Any]]:
    """Return recall and false alarms per group when the desk's budget of alerts is spent on the highest scores."""
    alerted = np.zeros(len(y), bool)
    alerted[np.argsort(-probability, kind="stable")[: max(1, round(len(y) * budget))]] = True
    groups: dict[str, np.ndarray] = {
        column: np.array(frame[column].fill_null("unknown").to_list())
        for column in ("channel", "segment", "typology")
        if frame[column].is_not_null().any()
    }
    if frame["vulnerable"].is_not_null().any():
        groups["vulnerable"] = np.where(frame["vulnerable"].fill_null(0).to_numpy() == 1, "yes", "no")
    place = np.searchsorted(_BANDS[1:-1], amount, "right")
    groups["amount"] = np.array([f"{_BANDS[p]:,.0f} to {_BANDS[p + 1]:,.0f}" for p in place])
    overall = _false_alarms(y, alerted)
    return [
        _slice(column, str(value), y[rows], probability[rows], alerted[rows], overall)
        for column, values in sorted(groups.items())
        for value in np.unique(values).tolist()
        if (column, value) != ("typology", "genuine")
        if (rows := values == value).any()
    ]


def _slice(column: str, value: str, y: Ints, probability: Floats, alerted: Any, overall: float) -> dict[str, Any]:
    frauds = int(y.sum())
    alarms = _false_alarms(y, alerted)
    return {
        "by": column,
        "value": value,
        "payments": len(y),
        "frauds": frauds,
        "recall": float(y[alerted].sum()) / frauds if frauds else None,
        "false_alarm_rate": alarms,
        "false_alarm_ratio": alarms / overall if overall and len(y) >= _LEAST else None,
        "observed_to_expected": frauds / float(probability.sum()) if probability.sum() else None,
    }


def _false_alarms(y: Ints, alerted: Any) -> float:
    genuine = y == 0
    return float(alerted[genuine].mean()) if genuine.any() else 0.0
