"""Two models on the same payments: how each ranks them, and where they disagree."""

from pathlib import Path
from typing import Any

import numpy as np

from tools.fraud.file import file_features, model_history
from tools.fraud.mapping import load_mapping
from tools.fraud.score import Scorer
from tools.fraud.table import load_table

_BUDGET = 0.005


def compared(pair: dict[str, tuple[Path, str | None]], path: Path, mapping: Path | None) -> dict[str, Any]:
    """Return the metrics of each model on a table, and how many of its alerts the other shares."""
    from sklearn.metrics import average_precision_score, roc_auc_score

    table = load_table(path, load_mapping(mapping))
    y = table.frame["label"].fill_null(0).to_numpy()
    said: dict[str, Any] = {}
    tops: list[set[int]] = []
    for role, (folder, expected) in pair.items():
        scorer = Scorer.load(folder, expected)
        raw = scorer.trees.scores(file_features(scorer, table, model_history(folder, scorer)))
        probability = scorer.calibration(raw)
        alerts = np.argsort(-raw, kind="stable")[: max(1, round(len(raw) * _BUDGET))]
        tops.append(set(alerts.tolist()))
        said[role] = {
            "model": scorer.name,
            "payments": len(y),
            "frauds": int(y.sum()),
            "auc": float(roc_auc_score(y, raw)) if 0 < y.sum() < len(y) else None,
            "average_precision": float(average_precision_score(y, raw)) if y.sum() else None,
            "expected_frauds": float(probability.sum()),
            "high": int((probability >= scorer.described.thresholds["high"]).sum()),
        }
    said["both"] = {"alerts_shared": len(tops[0] & tops[1]) / len(tops[0])}
    return said
