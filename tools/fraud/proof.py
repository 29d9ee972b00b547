"""The proof of a model: everything its report says, computed on the test days that it never saw."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.config import Shape, TrainConfig
from tools.fraud.features import NAMES, Floats
from tools.fraud.leakage import leaks
from tools.fraud.metrics import at_alert_rate, calibration, curve, payer_precision, ranking
from tools.fraud.slices import slices
from tools.fraud.trees import Trees
from tools.fraud.windows import DAY, Ints

if TYPE_CHECKING:
    import polars as pl

_EXPLAINED_MAX = 2000
_PERMUTED_FEATURES, _PERMUTED_ROWS = 15, 20_000
_NEVER = 2**62


@dataclass(frozen=True)
class Tested:
    """Test days, scored by the model, its sisters of other seeds, and the two baselines."""

    table: "pl.DataFrame"
    rows: Ints
    since: int
    """When training began."""
    x: Floats
    y: Ints
    raw: Floats
    probability: Floats
    columns: dict[str, Any]
    logistic: Floats
    rules: Floats
    seeds: list[Floats]
    trees: Trees
    vocabularies: dict[str, tuple[str, ...]]
    learned: tuple[Floats, Ints, Floats]
    """Features, labels and weights that the model was trained on."""
    shape: Shape


def proof(t: Tested, config: TrainConfig) -> dict[str, Any]:
    """Return the report's numbers."""
    amount = t.columns["amount"] / t.columns["minor_unit"]
    found: dict[str, Any] = {
        "test": ranking(t.y, t.raw),
        "logistic": ranking(t.y, t.logistic),
        "rules": ranking(t.y, t.rules),
        "alerts": [at_alert_rate(t.y, t.raw, amount, rate) for rate in config.alert_rates],
        "alerts_logistic": [at_alert_rate(t.y, t.logistic, amount, rate) for rate in config.alert_rates],
        "payer_precision": _payers(t, config),
        "calibration": calibration(t.y, t.probability),
        "curves": {"model": curve(t.y, t.raw), "logistic": curve(t.y, t.logistic), "rules": curve(t.y, t.rules)},
        "stability": _stability(t, config),
        "slices": slices(t.table[t.rows], t.y, t.probability, amount, config.alert_budget),
        "importance": _importance(t),
        "leakage": leaks(t, config),
    }
    found["gates"] = _gates(found, config)
    return found


def _payers(t: Tested, config: TrainConfig) -> dict[str, Any]:
    """Precision among the most suspect payers a day; those known to be defrauded since training began are left out."""
    payer = t.table["debtor_account"].rank("dense").cast(int).to_numpy()
    label = t.table["label"].fill_null(0).to_numpy() == 1
    at = t.table["at"].to_numpy()
    reported = t.table["reported_at"].fill_null(-1).to_numpy()
    known = np.where(reported >= 0, reported, at + config.delay_days * DAY)
    first = np.full(int(payer.max()) + 1, _NEVER)
    label &= at >= t.since
    np.minimum.at(first, payer[label], known[label])
    return payer_precision(t.y, t.raw, at[t.rows], payer[t.rows], first[payer[t.rows]], config.cards_a_day)


def _stability(t: Tested, config: TrainConfig) -> dict[str, Any]:
    """How much the result hangs on the seed: average precision, and how many alerts the seeds share."""
    from sklearn.metrics import average_precision_score

    found = [float(average_precision_score(t.y, raw)) for raw in t.seeds]
    alerts = max(1, round(len(t.y) * config.alert_budget))
    tops = [set(np.argsort(-raw, kind="stable")[:alerts].tolist()) for raw in t.seeds]
    shared = [len(tops[0] & top) / alerts for top in tops[1:]]
    return {
        "seeds": len(found),
        "average_precision": found,
        "spread": max(found) - min(found),
        "alerts_shared": min(shared) if shared else 1.0,
    }


def _importance(t: Tested) -> list[dict[str, Any]]:
    """Mean size of each feature's contribution (SHAP), and what average precision loses when it is shuffled."""
    from sklearn.metrics import average_precision_score

    rng = np.random.default_rng(0)
    some = rng.choice(len(t.x), min(_EXPLAINED_MAX, len(t.x)), replace=False)
    shap = np.abs(t.trees.all_contributions(t.x[some])[:, :-1]).mean(axis=0)
    order = np.argsort(-shap, kind="stable")
    rows = _with_frauds(t.y, rng)
    whole = average_precision_score(t.y[rows], t.raw[rows])
    found = []
    for rank, place in enumerate(order.tolist()):
        if shap[place] == 0:
            break
        entry: dict[str, Any] = {"feature": NAMES[place], "shap": float(shap[place])}
        if rank < _PERMUTED_FEATURES:
            shuffled = t.x[rows].copy()
            shuffled[:, place] = rng.permutation(shuffled[:, place])
            entry["permutation"] = float(whole - average_precision_score(t.y[rows], t.trees.scores(shuffled)))
        found.append(entry)
    return found


def _with_frauds(y: Ints, rng: np.random.Generator) -> Ints:
    """Every fraud, and as many other payments as keep this quick."""
    genuine = np.flatnonzero(y == 0)
    some = rng.choice(genuine, min(_PERMUTED_ROWS, len(genuine)), replace=False)
    return np.sort(np.concatenate([some, np.flatnonzero(y == 1)]))


def _gates(found: dict[str, Any], config: TrainConfig) -> dict[str, bool]:
    """What a model must pass before anybody may promote it."""
    ours = found["test"]["average_precision"]
    seen = found["calibration"]["observed_to_expected"] or 0.0
    limits = config.gates
    return {
        "beats_logistic": ours >= limits["beats_logistic"] * found["logistic"]["average_precision"],
        "beats_rules": ours >= limits["beats_rules"] * found["rules"]["average_precision"],
        "calibrated": limits["calibration_low"] <= seen <= limits["calibration_high"],
        "stable": found["stability"]["spread"] <= limits["stability_spread"],
        "no_leak": all(check["passed"] for check in found["leakage"]),
    }
