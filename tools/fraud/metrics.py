"""How good scores are: ranking, alerts within a budget, precision by payer, calibration; each with its counts."""

from typing import Any

import numpy as np

from tools.fraud.features import Floats
from tools.fraud.windows import DAY, Ints

_RESAMPLES = 100


def ranking(y: Ints, score: Floats, seed: int = 0) -> dict[str, Any]:
    """Area under the ROC curve and average precision, the latter with a bootstrap interval of 95 %."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    rng = np.random.default_rng(seed)
    drawn = []
    for _ in range(_RESAMPLES):
        rows = rng.integers(0, len(y), len(y))
        if 0 < y[rows].sum() < len(y):
            drawn.append(average_precision_score(y[rows], score[rows]))
    low, high = np.quantile(drawn, [0.025, 0.975])
    return {
        "auc": float(roc_auc_score(y, score)),
        "average_precision": float(average_precision_score(y, score)),
        "average_precision_95": [float(low), float(high)],
        "prevalence": float(y.mean()),
        "payments": len(y),
        "frauds": int(y.sum()),
    }


def at_alert_rate(y: Ints, score: Floats, amount: Floats, rate: float) -> dict[str, float]:
    """Recall and precision when this share of payments, the highest scores, is looked at."""
    alerts = max(1, round(len(y) * rate))
    top = np.argsort(-score, kind="stable")[:alerts]
    caught = int(y[top].sum())
    lost = float(amount[y == 1].sum())
    return {
        "rate": rate,
        "alerts": alerts,
        "recall": caught / max(1, int(y.sum())),
        "precision": caught / alerts,
        "value_recall": float(amount[top][y[top] == 1].sum()) / lost if lost else 0.0,
    }


def payer_precision(y: Ints, score: Floats, at: Ints, payer: Ints, known_from: Ints, k: int) -> dict[str, Any]:
    """Precision among the k most suspect payers of each day; payers known as defrauded before that day are left out.

    `known_from`: for each payment, when its payer was first known to be compromised (a time never reached if never).
    """
    days = at // DAY
    shares = []
    for day in np.unique(days):
        rows = np.flatnonzero((days == day) & (known_from >= day * DAY))
        if not len(rows):
            continue
        order = rows[np.argsort(-score[rows], kind="stable")]
        _, first = np.unique(payer[order], return_index=True)
        best = order[np.sort(first)][:k]
        defrauded = set(payer[rows[y[rows] == 1]].tolist())
        shares.append(sum(p in defrauded for p in payer[best].tolist()) / k)
    return {"k": k, "days": len(shares), "mean": float(np.mean(shares)) if shares else 0.0}


def calibration(y: Ints, probability: Floats, bins: int = 10) -> dict[str, Any]:
    """Observed against expected frauds, Brier score, calibration error, and the points of the reliability curve."""
    expected = float(probability.sum())
    edges = np.quantile(probability, np.linspace(0, 1, bins + 1))
    edges = np.unique(np.concatenate([edges, np.quantile(probability, [0.95, 0.99, 0.995, 0.999])]))
    place = np.clip(np.searchsorted(edges, probability, "right") - 1, 0, max(len(edges) - 2, 0))
    points, error = [], 0.0
    for bin in np.unique(place):
        rows = place == bin
        said, seen = float(probability[rows].mean()), float(y[rows].mean())
        points.append({"n": int(rows.sum()), "expected": said, "observed": seen})
        error += abs(said - seen) * rows.sum() / len(y)
    return {
        "observed": int(y.sum()),
        "expected": expected,
        "observed_to_expected": float(y.sum()) / expected if expected else None,
        "brier": float(np.mean((probability - y) ** 2)),
        "error": float(error),
        "points": points,
    }


def curve(y: Ints, score: Floats, points: int = 60) -> list[dict[str, float]]:
    """Return points of the precision-recall curve, thinned."""
    order = np.argsort(-score, kind="stable")
    hits = np.cumsum(y[order])
    places = np.unique(np.geomspace(1, len(y), points).astype(np.int64)) - 1
    total = max(1, int(y.sum()))
    return [{"recall": float(hits[p] / total), "precision": float(hits[p] / (p + 1))} for p in places]
