"""A score: a calibrated probability, its band, and the reasons in words that an analyst uses."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from tools.errors import Record
from tools.fraud.artefact import Description, hash_of, read_model
from tools.fraud.calibrate import Calibration
from tools.fraud.features import BY_NAME, Floats
from tools.fraud.said import Band, Reason
from tools.fraud.trees import Trees
from tools.fraud.words import code_of, in_words, shown

REASONS_MAX = 5
NO_HISTORY = "neither account has a history; the score rests on the payment alone, and its band is medium at most"
SHIPPED = Path(__file__).parent / "shipped"
"""The model that comes with the program, trained on simulated payments; in use until a bank promotes its own."""


class FraudScore(Record):
    """What the model says of one payment, and everything needed to ask it again."""

    score: float
    """Probability that the payment proves fraudulent, calibrated on labels that had ripened."""
    raw: float
    band: Band
    model: str
    feature_set: str
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Scorer:
    """A model ready to score; loading it takes some hundredths of a second, and no import of LightGBM."""

    described: Description
    trees: Trees
    calibration: Calibration
    hash: str

    @classmethod
    def load(cls, folder: Path = SHIPPED, expected: str | None = None) -> "Scorer":
        described, text = read_model(folder, expected)
        return cls(
            described, Trees(text, len(described.features)), Calibration.of(described.calibration), hash_of(folder)
        )

    @property
    def name(self) -> str:
        return f"{self.described.name}@{self.described.version}"

    def probability(self, row: Floats) -> float:
        """Return the calibrated probability alone: the fast path."""
        return float(self.calibration(self.trees.score(row)))

    def score(self, row: Floats) -> FraudScore:
        """Return score, band and the reasons that raise it most."""
        raw = self.trees.score(row)
        return self._said(row, raw, self.trees.contributions(row), self.warnings(row))

    def score_all(self, rows: Floats) -> list[FraudScore]:
        """Return the same for many rows, equal to the last bit."""
        raws = self.trees.scores(rows)
        why = self.trees.all_contributions(rows)
        return [self._said(r, float(raw), w, self.warnings(r)) for r, raw, w in zip(rows, raws, why, strict=True)]

    def _said(self, row: Floats, raw: float, why: Floats, warnings: tuple[str, ...]) -> FraudScore:
        probability = float(self.calibration(raw))
        return FraudScore(
            score=probability,
            raw=raw,
            band=self.band(probability) if NO_HISTORY not in warnings else self._cold(probability),
            model=self.name,
            feature_set=self.described.feature_set,
            reasons=self.reasons(row, why),
            warnings=warnings,
        )

    def warnings(self, row: Floats) -> tuple[str, ...]:
        """Say what makes this score weaker than others: no history, or an amount that training never saw."""
        found = []
        if row[self._place("payer_seen_days")] != row[self._place("payer_seen_days")] and (
            row[self._place("payee_seen_days")] != row[self._place("payee_seen_days")]
        ):
            found.append(NO_HISTORY)
        if row[self._place("amount")] > self.described.data.get("amount_max", float("inf")):
            found.append("the amount is larger than any that the model was trained on")
        return tuple(found)

    def _cold(self, probability: float) -> Band:
        """What nothing is known of is never called high: ignorance is no suspicion."""
        return "low" if self.band(probability) == "low" else "medium"

    def _place(self, name: str) -> int:
        return self.described.features.index(name)

    def band(self, probability: float) -> Band:
        thresholds = self.described.thresholds
        if probability >= thresholds["high"]:
            return "high"
        return "medium" if probability >= thresholds["medium"] else "low"

    def reasons(self, row: Floats, why: Floats) -> tuple[Reason, ...]:
        """The features that add most to the score, at most five; those that lower it are no reasons."""
        names = self.described.features
        order = np.argsort(-why[:-1], kind="stable")[:REASONS_MAX]
        return tuple(
            Reason(
                feature=names[place],
                code=code_of(names[place]),
                value=shown(names[place], float(row[place]), self.described.vocabularies),
                effect=round(float(why[place]), 4),
                text=in_words(BY_NAME[names[place]], float(row[place]), self.described.vocabularies),
            )
            for place in order.tolist()
            if why[place] > 0
        )
