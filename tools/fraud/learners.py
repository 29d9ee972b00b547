"""The three ways of scoring that a run compares: boosted trees, logistic regression, and a desk's rules of thumb."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.config import Shape
from tools.fraud.features import NAMES, Floats
from tools.fraud.windows import Ints

if TYPE_CHECKING:
    from lightgbm import Booster


def sampled(y: Ints, rows_max: int, seed: int) -> tuple[Ints, Floats]:
    """Keep every fraud and as many genuine payments as fit; those stand for the ones left out, by weight."""
    genuine = np.flatnonzero(y == 0)
    room = max(rows_max - int(y.sum()), 1)
    weight = np.ones(len(y))
    if len(genuine) <= room:
        return np.arange(len(y)), weight
    kept = np.random.default_rng(seed).choice(genuine, room, replace=False)
    weight[kept] = len(genuine) / room
    rows = np.sort(np.concatenate([kept, np.flatnonzero(y == 1)]))
    return rows, weight[rows]


def boosted(x: Floats, y: Ints, weight: Floats, shape: Shape, seed: int) -> "Booster":
    """Train the trees; one thread and LightGBM's deterministic mode, so that the same input gives the same bits."""
    import lightgbm

    told: dict[str, Any] = {
        "objective": "binary",
        "num_leaves": shape.leaves,
        "learning_rate": shape.learning_rate,
        "min_sum_hessian_in_leaf": shape.leaf_hessian,
        "lambda_l2": shape.l2,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "max_bin": 127,
        "seed": seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": 1,
        "verbosity": -1,
    }
    data = lightgbm.Dataset(x, y, weight=weight, feature_name=list(NAMES), params={"max_bin": 127})
    return lightgbm.train(told, data, shape.rounds)


def logistic(x: Floats, y: Ints, weight: Floats) -> "Logistic":
    from sklearn.linear_model import LogisticRegression

    model = Logistic()
    z = model.prepare(x, first=True)
    fitted = LogisticRegression(C=1.0, max_iter=300).fit(z, y, sample_weight=weight)
    model.weights = np.concatenate([fitted.coef_[0], fitted.intercept_])
    return model


class Logistic:
    """Logistic regression over signed logarithms, standardised; what is missing counts as the mean."""

    def __init__(self) -> None:
        self.weights: Floats = np.zeros(0)
        self._mean: Floats = np.zeros(0)
        self._spread: Floats = np.zeros(0)

    def prepare(self, x: Floats, *, first: bool = False) -> Floats:
        z = np.sign(x) * np.log1p(np.abs(x))
        if first:
            here = ~np.isnan(z)
            n = np.maximum(here.sum(axis=0), 1)
            self._mean = np.where(here, z, 0).sum(axis=0) / n
            self._spread = np.sqrt(np.where(here, (z - self._mean) ** 2, 0).sum(axis=0) / n) + 1e-9
        return np.where(np.isnan(z), 0, (z - self._mean) / self._spread)

    def score(self, x: Floats) -> Floats:
        said: Floats = self.prepare(x) @ self.weights[:-1] + self.weights[-1]
        return said


def rules(x: Floats) -> Floats:
    """Points as a desk without a model would give them; missing values give none."""

    def over(name: str, limit: float) -> Floats:
        return np.where(np.nan_to_num(x[:, NAMES.index(name)], nan=limit) > limit, 1.0, 0.0)

    def under(name: str, limit: float) -> Floats:
        return np.where(np.nan_to_num(x[:, NAMES.index(name)], nan=limit) < limit, 1.0, 0.0)

    first = over("pair_first", 0.5)
    return (
        4.0 * over("payee_fraud", 0.5)
        + 2.0 * over("payee_fraud_rate_7d", 0.2)
        + 1.0 * over("payer_fraud", 0.5)
        + 2.0 * over("payer_amount_to_max", 1.2)
        + 1.0 * over("payer_deviation", 3.0)
        + 2.0 * under("name_match", 0.4)
        + 2.0 * over("new_device", 0.5)
        + 1.0 * first
        + 1.0 * first * under("payee_opened_days", 90.0)
        + 1.0 * over("payee_passed_on_24h", 0.7)
        + 1.0 * over("payer_burst", 6.0)
        + 0.5 * over("night", 0.5)
        + 0.001 * np.minimum(x[:, NAMES.index("amount")], 1000.0) / 1000.0
    )
