"""Which payments a run trains on, validates on and tests on: in order of time, with a gap while labels ripen."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.errors import UnusableInput
from tools.fraud.config import TrainConfig, day_of, microseconds
from tools.fraud.windows import DAY, Ints

if TYPE_CHECKING:
    import polars as pl

_FRAUDS_MIN = 10
"""With fewer frauds to learn from, any model would be an accident."""


@dataclass(frozen=True, slots=True)
class Split:
    """Places of the table's rows."""

    fit: Ints
    validate: Ints
    test: Ints
    days: dict[str, str]
    """First and last moments, for the report."""
    notes: tuple[str, ...]

    @property
    def train(self) -> Ints:
        return np.concatenate([self.fit, self.validate])


def split_by_time(frame: "pl.DataFrame", config: TrainConfig) -> Split:
    """Return the rows of each part; raises UnusableInput where the table is too short or has no frauds to learn."""
    at = frame["at"].to_numpy()
    first, last = int(at[0]), int(at[-1]) + 1
    notes: list[str] = []
    test_from = microseconds(config.test_from) if config.test_from else last - (last - first) // 5 // DAY * DAY
    if config.test_from is None:
        test_from = max(test_from // DAY * DAY, first)
    test_until = microseconds(config.test_until) if config.test_until else last
    ripe = test_from - config.delay_days * DAY
    until = min(microseconds(config.train_until), ripe) if config.train_until else ripe
    if config.train_until and until < microseconds(config.train_until):
        notes.append(f"Labels of the last training days ripen after the test begins; trained until {day_of(until)}.")
    began = microseconds(config.train_from) if config.train_from else first + max(until - first, 0) // 6
    labelled = frame["label"].is_not_null().to_numpy()
    # What was reported too late was not known when the training would have been done.
    label = known_labels(frame, test_from, config.delay_days)
    trained = labelled & (at >= began) & (at < until)
    cut = until - int((until - began) * config.validation_share)
    parts = (trained & (at < cut), trained & (at >= cut), labelled & (at >= test_from) & (at < test_until))
    fit, validate, test = (np.flatnonzero(part).astype(np.int64) for part in parts)
    for name, rows in (("training", fit), ("validation", validate), ("test", test)):
        frauds = int(label[rows].sum()) if name != "test" else int(frame["label"].fill_null(0).to_numpy()[rows].sum())
        if frauds < (_FRAUDS_MIN if name == "training" else 2) or frauds == len(rows):
            raise UnusableInput(
                f"The {name} days hold {frauds} labelled frauds among {len(rows)} payments, too few; give a longer "
                f"table, "
                f"or other days with --train-from, --train-until, --test-from and --delay-days.",
                where=name,
            )
    days = {
        "train_from": day_of(began),
        "validate_from": day_of(cut),
        "train_until": day_of(until),
        "test_from": day_of(test_from),
        "test_until": day_of(test_until),
        "delay_days": str(config.delay_days),
    }
    return Split(fit, validate, test, days, tuple(notes))


def known_labels(frame: "pl.DataFrame", moment: int, delay_days: int) -> "np.typing.NDArray[np.int8]":
    """Labels as they were known at a moment: a fraud not yet reported counts as genuine."""
    label = frame["label"].fill_null(0).to_numpy()
    reported = frame["reported_at"].fill_null(-1).to_numpy()
    known = np.where(reported >= 0, reported, frame["at"].to_numpy() + delay_days * DAY)
    return np.where(known <= moment, label, 0).astype(np.int8)
