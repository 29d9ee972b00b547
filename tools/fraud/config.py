"""What a training run may be told; everything has a default, and everything is written into the model."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import yaml
from pydantic import Field, ValidationError, model_validator

from tools.errors import Record, UnusableInput

_DAY_US = 86_400_000_000


class Shape(Record):
    """One choice of the booster's shape; the run tries each and keeps the best of the validation days."""

    leaves: int = Field(15, ge=2, le=63)
    rounds: int = Field(100, ge=10, le=600)
    leaf_hessian: float = Field(5.0, ge=0.001)
    """Least sum of second derivatives in a leaf: what keeps rare frauds from making leaves of their own."""
    l2: float = Field(1.0, ge=0)
    learning_rate: float = Field(0.06, gt=0, le=0.5)


class TrainConfig(Record):
    """A training run; the same config, seed and table give the same model to the bit."""

    seed: int = 7
    delay_days: int = Field(7, ge=0, le=120)
    """After how long a label counts as known where the table does not tell when it was reported."""
    train_from: date | None = None
    train_until: date | None = None
    """First day that is no longer trained on."""
    test_from: date | None = None
    test_until: date | None = None
    shapes: tuple[Shape, ...] = (Shape(), Shape(leaf_hessian=20, l2=10), Shape(leaves=7, rounds=150))
    rows_max: int = Field(200_000, ge=1000)
    """Genuine payments beyond this are sampled and weighted; every fraud is kept."""
    validation_share: float = Field(0.3, gt=0, lt=0.9)
    """The last part of the training days: for choosing the shape, calibrating, and setting thresholds."""
    stability_seeds: int = Field(3, ge=1, le=20)
    alert_rates: tuple[float, ...] = (0.001, 0.005, 0.01)
    alert_budget: float = Field(0.005, gt=0, lt=1)
    """Which share of payments the desk can look at: the band "high" begins there."""
    medium_budget: float = Field(0.03, gt=0, lt=1)
    alert_cost: float = Field(10.0, gt=0)
    """What looking at one alert costs, in the table's currency."""
    recovered_share: float = Field(0.6, gt=0, le=1)
    """Which part of an amount an alert saves."""
    cards_a_day: int = Field(100, ge=1)
    """How many payers a day the desk looks at, for the precision by payer."""
    refit: bool = True
    """Train once more on all labelled days after the test, unless the test days were named."""
    keep_history: bool = True
    """Keep the table beside the model, so that a later file is scored with what came before it."""
    gates: dict[str, float] = Field(
        default_factory=lambda: {"beats_logistic": 1.0, "beats_rules": 1.0, "calibration_low": 0.5,
                                 "calibration_high": 2.0, "stability_spread": 0.1}
    )  # fmt: skip

    @model_validator(mode="after")
    def _in_order(self) -> "TrainConfig":
        days = [d for d in (self.train_from, self.train_until, self.test_from, self.test_until) if d is not None]
        if days != sorted(days):
            raise ValueError("the days must be in order: train_from, train_until, test_from, test_until")
        return self


def load_config(path: Path | None, **given: Any) -> TrainConfig:
    """Read a config file; what was given on the command line goes before it."""
    told: dict[str, Any] = {}
    if path is not None:
        try:
            told = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
            raise UnusableInput(f"The config {str(path)!r} cannot be read: {wrong}.", where="config") from None
    try:
        return TrainConfig.model_validate({**told, **{k: v for k, v in given.items() if v is not None}})
    except (ValidationError, TypeError) as wrong:
        if isinstance(wrong, TypeError):
            raise UnusableInput(f"{path} is no table of settings.", where="config") from None
        first = wrong.errors()[0]
        place = ".".join(map(str, first["loc"])) or "config"
        raise UnusableInput(f"The training config is wrong at {place}: {first['msg']}.", where=place) from None


def microseconds(day: date) -> int:
    return int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp()) * 1_000_000


def day_of(at: int) -> str:
    return datetime.fromtimestamp(at // 1_000_000, UTC).date().isoformat()
