"""Monitoring: recent payments against the days that the model was tested on; what drifts, and does it still hold."""

import time
from datetime import date
from typing import Any

import numpy as np

from tools.fraud.artefact import Description
from tools.fraud.features import Floats
from tools.fraud.keep import shares
from tools.fraud.metrics import calibration
from tools.fraud.score import Scorer
from tools.fraud.windows import DAY, Ints

THRESHOLDS: dict[str, float] = {
    "feature_psi": 0.25,
    "score_psi": 0.25,
    "observed_to_expected_low": 0.5,
    "observed_to_expected_high": 2.0,
    "precision_high_min": 0.05,
    "volume_ratio_low": 0.5,
    "volume_ratio_high": 2.0,
    "latency_p99_us": 5000.0,
}
"""Above or below which a run alerts; a YAML file replaces any of them. PSI 0.25 is a convention, not a test: it stands
beside the band that chance alone would reach at this number of payments."""

_SMALL = 1e-4
_RESAMPLES = 200
_TIMED = 300


def psi(expected: Floats, seen: Floats) -> float:
    """Population stability index over bins; empty bins count as a ten-thousandth."""
    e, s = np.maximum(expected, _SMALL), np.maximum(seen, _SMALL)
    return float(np.sum((s - e) * np.log(s / e)))


def chance(expected: Floats, n: int, seed: int = 0) -> float:
    """Return the PSI that 95 of 100 samples of n from the same population stay below."""
    drawn = np.random.default_rng(seed).multinomial(n, expected / expected.sum(), _RESAMPLES) / n
    return float(np.quantile([psi(expected, row) for row in drawn], 0.95))


def ks(expected: Floats, seen: Floats) -> float:
    """Largest distance between the two cumulative distributions, at the edges of the bins."""
    return float(np.abs(np.cumsum(expected - seen)).max())


def drift(spread: dict[str, Any], values: Floats) -> dict[str, Any]:
    """Return how far values have moved from a reference."""
    expected = np.array(spread["shares"])
    seen = shares(values, np.array(spread["edges"]))
    return {
        "psi": psi(expected, seen),
        "psi_by_chance": chance(expected, len(values)),
        "ks": ks(expected, seen),
        "n": len(values),
        "bins": len(expected),
        "missing": float(seen[-1]),
    }


def watched(
    scorer: Scorer, reference: dict[str, Any], x: Floats, at: Ints, label: Ints, ripe: Any, thresholds: dict[str, float]
) -> dict[str, Any]:
    """Return the state of a model on recent payments, and each threshold that it crossed.

    `label` counts only where `ripe`: younger payments may still be reported.
    """
    raw = scorer.trees.scores(x)
    probability = scorer.calibration(raw)
    names = scorer.described.features
    features = {name: drift(reference["features"][name], x[:, place]) for place, name in enumerate(names)}
    said: dict[str, Any] = {
        "model": scorer.name,
        "payments": len(x),
        "score": drift(reference["score"], probability),
        "features": features,
        "labels": _arrived(scorer.described, probability, label, ripe),
        "volume": _volume(scorer.described, at, reference["payments"]),
        "latency": latency(scorer, x),
    }
    said["alerts"] = _alerts(said, thresholds)
    said["thresholds"] = thresholds
    return said


def _arrived(d: Description, probability: Floats, label: Ints, ripe: Any) -> dict[str, Any]:
    """Calibration and precision where labels had time to arrive."""
    y, p = label[ripe], probability[ripe]
    if not len(y):
        return {"payments": 0}
    high = p >= d.thresholds["high"]
    found = calibration(y, p)
    return {
        "payments": len(y),
        "observed": found["observed"],
        "expected": found["expected"],
        "observed_to_expected": found["observed_to_expected"],
        "points": found["points"],
        "alerts_high": int(high.sum()),
        "precision_high": float(y[high].mean()) if high.any() else None,
        "recall_high": float(y[high].sum() / y.sum()) if y.sum() else None,
    }


def _volume(d: Description, at: Ints, tested: int) -> dict[str, Any]:
    """Payments a day now, against the days of the training table."""
    days = max(1, len(np.unique(at // DAY)))
    first, last = (date.fromisoformat(d.data[k]) for k in ("first_day", "last_day"))
    before = d.data["payments"] / ((last - first).days + 1)
    return {"days": days, "a_day": len(at) / days, "a_day_in_training": before, "ratio": len(at) / days / before}


def latency(scorer: Scorer, x: Floats) -> dict[str, float]:
    """Time a score with its reasons, one payment at a time."""
    taken = []
    for row in x[:_TIMED]:
        started = time.perf_counter()
        scorer.score(row)
        taken.append((time.perf_counter() - started) * 1e6)
    return {"p50_us": float(np.median(taken)), "p99_us": float(np.quantile(taken, 0.99))}


def _alerts(said: dict[str, Any], limits: dict[str, float]) -> list[str]:
    found = []
    if said["score"]["psi"] > max(limits["score_psi"], said["score"]["psi_by_chance"]):
        found.append(f"the score has moved: PSI {said['score']['psi']:.3f} over {limits['score_psi']}")
    for name, moved in said["features"].items():
        if moved["psi"] > max(limits["feature_psi"], moved["psi_by_chance"]):
            found.append(f"{name} has moved: PSI {moved['psi']:.3f} over {limits['feature_psi']}")
    labels = said["labels"]
    ratio, precision = labels.get("observed_to_expected"), labels.get("precision_high")
    if ratio is not None and not limits["observed_to_expected_low"] <= ratio <= limits["observed_to_expected_high"]:
        found.append(f"observed to expected frauds is {ratio:.2f}")
    if precision is not None and precision < limits["precision_high_min"]:
        found.append(f"precision of the band high is {precision:.3f}")
    if not limits["volume_ratio_low"] <= said["volume"]["ratio"] <= limits["volume_ratio_high"]:
        found.append(f"payments a day are {said['volume']['ratio']:.2f} times those of training")
    if said["latency"]["p99_us"] > limits["latency_p99_us"]:
        found.append(f"a score takes {said['latency']['p99_us']:.0f} µs at the 99th percentile")
    return found
