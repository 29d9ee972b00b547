"""Training: from a table to a model with its proof, in order of time and reproducible to the bit."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from tools.fraud.artefact import HISTORY, MODEL, REFERENCE, REPORT, Description, sha256, write_model
from tools.fraud.batch import columns_at, table_features, vocabularies_of
from tools.fraud.calibrate import Calibration, calibrate
from tools.fraud.config import Shape, TrainConfig, day_of
from tools.fraud.features import FEATURE_SET, NAMES, Floats
from tools.fraud.history import History
from tools.fraud.keep import kept_history, reference_of
from tools.fraud.learners import boosted, logistic, rules, sampled
from tools.fraud.proof import Tested, proof
from tools.fraud.split import Split, known_labels, split_by_time
from tools.fraud.table import PaymentTable
from tools.fraud.trees import Trees
from tools.fraud.windows import Ints

if TYPE_CHECKING:
    from lightgbm import Booster

Say = Callable[[str], None]
Lesson: TypeAlias = tuple[Floats, Ints, Floats]
"""Features, labels and weights."""
_SUMMARY = ("test", "logistic", "rules", "calibration", "alerts", "payer_precision", "stability")
"""What of a report the model's own description carries."""


@dataclass(frozen=True, kw_only=True)
class Provenance:
    """Who trained, when, and on what."""

    by: str
    at: str
    source: str
    simulated: bool = False
    name: str = "amends-fraud"
    labels_from_cases: int = 0


@dataclass(frozen=True)
class Trained:
    """What a run made."""

    described: Description
    report: dict[str, Any]
    folder: Path


@dataclass(frozen=True)
class Material:
    """The table as a run sees it: parts in time, features of every part, labels as known when training."""

    table: PaymentTable
    split: Split
    history: History
    vocabularies: dict[str, tuple[str, ...]]
    known: Ints
    """Labels as they stood when the test began."""
    true: Ints
    config: TrainConfig

    def features(self, rows: Ints) -> Floats:
        return table_features(self.table.frame, rows, self.vocabularies, self.config.delay_days, history=self.history)


def train(
    table: PaymentTable, config: TrainConfig, folder: Path, provenance: Provenance, say: Say = lambda _: None
) -> Trained:
    """Train, judge and write a model."""
    say("features")
    m = _material(table, config)
    split = m.split
    fit, validate, test = _lesson(m, split.fit), m.features(split.validate), m.features(split.test)
    say("choosing a shape")
    chosen, tried, validated = _choose(m, fit, validate)
    calibrated = calibrate(m.known[split.validate], validated)
    say("training")
    whole = _lesson(m, split.train)
    model = boosted(*whole, chosen, config.seed)
    report = proof(_tested(m, test, model, calibrated, whole, chosen, say), config)
    shipped = model
    if config.refit and config.test_from is None:
        say("refitting on all days")
        shipped = boosted(*_lesson(m, np.concatenate([split.train, split.test]), m.true), chosen, config.seed)
    report |= {
        "tried": tried,
        "chosen": chosen.model_dump(),
        "days": split.days,
        "notes": list(split.notes),
        "refit": shipped is not model,
        "thresholds": _thresholds(m, calibrated(validated)),
        "rows": {
            "read": table.read,
            "bad": table.bad,
            "fit": len(split.fit),
            "validate": len(validate),
            "test": len(test),
        },
    }
    return _written(m, folder, shipped, calibrated, report, test, provenance)


def _material(table: PaymentTable, config: TrainConfig) -> Material:
    import polars as pl

    frame = table.frame
    split = split_by_time(frame, config)
    # The vocabulary is what training days hold; what comes later is "other".
    words = vocabularies_of(frame[split.train])
    known = known_labels(frame, int(frame["at"][int(split.test[0])]), config.delay_days).astype(np.int64)
    true = frame.select(pl.col("label").fill_null(0)).to_series().to_numpy().astype(np.int64)
    return Material(table, split, History(frame, config.delay_days), words, known, true, config)


def _lesson(m: Material, rows: Ints, labels: Ints | None = None) -> Lesson:
    """Return features, labels and weights of what is learned from: every fraud, and genuine payments up to a bound."""
    y = (m.known if labels is None else labels)[rows]
    kept, weight = sampled(y, m.config.rows_max, m.config.seed)
    return m.features(rows[kept]), y[kept], weight


def _choose(m: Material, fit: Lesson, validate: Floats) -> tuple[Shape, list[dict[str, Any]], Floats]:
    """Try each shape on the first part of the training days; the best average precision on the rest wins."""
    tried: list[dict[str, Any]] = []
    best: tuple[float, Shape, Floats] | None = None
    for shape in m.config.shapes:
        model = boosted(*fit, shape, m.config.seed)
        raw = _trees(model).scores(validate)
        y = m.known[m.split.validate]
        found = _average_precision(y, raw)
        tried.append({"shape": shape.model_dump(), "average_precision": found})
        if best is None or found > best[0]:
            best = (found, shape, raw)
    assert best is not None
    return best[1], tried, best[2]


def _average_precision(y: Ints, score: Floats) -> float:
    from sklearn.metrics import average_precision_score

    return float(average_precision_score(y, score))


def _trees(model: "Booster") -> Trees:
    return Trees(model.model_to_string(), len(NAMES))


def _tested(
    m: Material,
    test: Floats,
    model: "Booster",
    calibrated: Calibration,
    learned: Lesson,
    shape: Shape,
    say: Say,
) -> Tested:
    rows = m.split.test
    raw = _trees(model).scores(test)
    say("baselines")
    line = logistic(*learned).score(test)
    say("stability")
    others = [
        _trees(boosted(*learned, shape, m.config.seed + n)).scores(test) for n in range(1, m.config.stability_seeds)
    ]
    return Tested(
        table=m.table.frame,
        rows=rows,
        since=int(m.table.frame["at"][int(m.split.train.min())]),
        x=test,
        y=m.true[rows],
        raw=raw,
        probability=calibrated(raw),
        columns=columns_at(m.table.frame, rows),
        logistic=line,
        rules=rules(test),
        seeds=[raw, *others],
        trees=_trees(model),
        vocabularies=m.vocabularies,
        learned=learned,
        shape=shape,
    )


def _thresholds(m: Material, probability: Floats) -> dict[str, float]:
    """Bands by the desk's budget, alert rates, and the probability from which an alert pays for itself."""
    rows = m.split.validate
    config, frame = m.config, m.table.frame
    found = {f"rate_{rate:g}": float(np.quantile(probability, 1 - rate)) for rate in config.alert_rates}
    found["high"] = float(np.quantile(probability, 1 - config.alert_budget))
    found["medium"] = min(float(np.quantile(probability, 1 - config.medium_budget)), found["high"])
    amount = frame["amount"].to_numpy()[rows] / frame["minor_unit"].to_numpy()[rows]
    order = np.argsort(-probability, kind="stable")
    saved = np.cumsum((amount * m.known[rows])[order]) * config.recovered_share
    gain = saved - np.arange(1, len(order) + 1) * config.alert_cost
    found["pays"] = float(probability[order[int(np.argmax(gain))]]) if gain.max() > 0 else 1.0
    return found


def _written(
    m: Material,
    folder: Path,
    model: "Booster",
    calibrated: Calibration,
    report: dict[str, Any],
    test: Floats,
    provenance: Provenance,
) -> Trained:
    import orjson

    from tools.fraud.card import card_of
    from tools.fraud.report import page_of

    text = model.model_to_string().encode()
    version = sha256(text)[:12]
    description = _description(m, version, calibrated, report, provenance)
    report = {"name": provenance.name, "version": version} | report
    files = {
        MODEL: text,
        REPORT: orjson.dumps(report, option=orjson.OPT_INDENT_2),
        REFERENCE: orjson.dumps(reference_of(test, _trees(model).scores(test), calibrated)),
    }
    if m.config.keep_history:
        files[HISTORY] = kept_history(m.table.frame)
    described = write_model(folder, description, files)
    (folder / "report.html").write_text(page_of(described, report), encoding="utf-8")
    (folder / "card.md").write_text(card_of(described, report), encoding="utf-8")
    return Trained(described, report, folder)


def _description(
    m: Material, version: str, calibrated: Calibration, report: dict[str, Any], provenance: Provenance
) -> dict[str, Any]:
    """What a model says of itself, for whoever scores with it or signs for it."""
    return {
        "name": provenance.name,
        "version": version,
        "feature_set": FEATURE_SET,
        "features": NAMES,
        "vocabularies": m.vocabularies,
        "delay_days": m.config.delay_days,
        "calibration": calibrated.document(),
        "thresholds": report["thresholds"],
        "trained_at": provenance.at,
        "trained_by": provenance.by,
        "data": _data_of(m, provenance),
        "config": m.config.model_dump(mode="json"),
        "metrics": {key: report[key] for key in _SUMMARY},
        "gates": report["gates"],
    }


def _data_of(m: Material, provenance: Provenance) -> dict[str, Any]:
    frame = m.table.frame
    return {
        "source": provenance.source,
        "sha256": data_hash(frame),
        "payments": frame.height,
        "first_day": day_of(int(frame["at"][0])),
        "last_day": day_of(int(frame["at"][-1])),
        "frauds": int(m.true.sum()),
        "amount_max": float((frame["amount"] / frame["minor_unit"]).max() or 0.0),  # type: ignore[arg-type]
        "labels_from_cases": provenance.labels_from_cases,
        "simulated": provenance.simulated,
    }


def data_hash(frame: Any) -> str:
    """A hash over what was trained on: the cells, in the order of time."""
    import io

    out = io.BytesIO()
    frame.drop("row").write_csv(out)
    return sha256(out.getvalue())
