"""Calibration: what share of payments with this raw score prove fraudulent, once labels are ripe.

A table of knots with straight lines between them, rising throughout: ranking is never changed, and the arithmetic is
the same for one payment and for a million.
"""

import itertools
from dataclasses import dataclass
from typing import Any

import numpy as np

from tools.fraud.features import Floats
from tools.fraud.windows import Ints

_KNOTS_MAX = 12
_RISE_MIN = 1e-4
"""Least slope of a piece, as a share of the diagonal: equal probabilities would tie what the model tells apart."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Knots of raw score and probability."""

    raw: Floats
    probability: Floats

    def __call__(self, raw: Any) -> Any:
        place = np.clip(np.searchsorted(self.raw, raw, "right") - 1, 0, len(self.raw) - 2)
        width = self.raw[place + 1] - self.raw[place]
        slope = (self.probability[place + 1] - self.probability[place]) / width
        return self.probability[place] + (raw - self.raw[place]) * slope

    def document(self) -> dict[str, list[float]]:
        return {"raw": self.raw.tolist(), "probability": self.probability.tolist()}

    @classmethod
    def of(cls, document: dict[str, list[float]]) -> "Calibration":
        return cls(np.array(document["raw"]), np.array(document["probability"]))


def calibrate(y: Ints, raw: Floats) -> Calibration:
    """Fit the table on validation payments whose labels are ripe."""
    order = np.argsort(raw, kind="stable")
    raw, y = raw[order], y[order]
    # Bins hold equal numbers of frauds, so that the rare high scores get knots of their own.
    frauds = np.cumsum(y)
    wanted = np.linspace(0, frauds[-1], min(_KNOTS_MAX, max(2, int(frauds[-1]) // 5)) + 1)[1:-1]
    cuts = np.unique(np.concatenate([[0], np.searchsorted(frauds, wanted), [len(y)]]))
    said = [float(raw[a:b].mean()) for a, b in itertools.pairwise(cuts)]
    seen = [(float(y[a:b].sum()) + 0.5) / (b - a + 1.0) for a, b in itertools.pairwise(cuts)]
    seen = _rising(seen, [float(b - a) for a, b in itertools.pairwise(cuts)])
    x, p = [0.0], [0.0]
    for knot, probability in zip(said, seen, strict=True):
        if knot > x[-1] + 1e-9 and knot < 1.0 - 1e-9:
            x.append(knot)
            p.append(max(probability, p[-1] + _RISE_MIN * (knot - x[-2])))
    x.append(1.0)
    p.append(max(p[-1] + _RISE_MIN * (1.0 - x[-2]), min(1.0, p[-1] + (1.0 - x[-2]))))
    return Calibration(np.array(x), np.array(p) / max(1.0, p[-1]))


def _rising(values: list[float], weights: list[float]) -> list[float]:
    """Pool neighbours until no value lies below the one before it."""
    pools: list[list[float]] = []
    for value, weight in zip(values, weights, strict=True):
        pools.append([value, weight, 1.0])
        while len(pools) > 1 and pools[-2][0] > pools[-1][0]:
            (a, wa, na), (b, wb, nb) = pools[-2], pools[-1]
            pools[-2:] = [[(a * wa + b * wb) / (wa + wb), wa + wb, na + nb]]
    return [value for value, _, n in pools for _ in range(int(n))]
