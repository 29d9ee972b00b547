"""`amends train`: from a table of payments, or from simulated ones, to a model with its report and card."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.feedback import labels_of, learn
from agent.settings import settings
from agent.store_room import DATABASE, now, open_store
from tools.errors import UnusableInput
from tools.fraud.config import TrainConfig
from tools.fraud.mapping import load_mapping
from tools.fraud.relabel import relabelled
from tools.fraud.table import PaymentTable, load_table
from tools.fraud.train import Provenance, Trained, train

MODELS = "models"
"""Folder of a store's models."""

_TOLD = (
    "test",
    "logistic",
    "rules",
    "alerts",
    "payer_precision",
    "stability",
    "gates",
    "leakage",
    "days",
    "rows",
    "notes",
    "thresholds",
    "refit",
)


def train_model(
    source: Path | None,
    *,
    config: TrainConfig,
    mapping: Path | None,
    simulate: int | None,
    out: Path | None,
    store: Path | None,
    by: str,
    json: bool,
    emit: Callable[[Any], None],
) -> int:
    """Train, say what came of it; exit 0, or 2 where rows of the table could not be used."""
    table = _table(source, mapping, simulate, config.seed)
    _refused(table)
    folder = store or settings().store
    table, learned = _with_cases(table, folder)
    moment = now()
    target = out or folder / MODELS / moment.strftime("%Y%m%dT%H%M%S%f")
    provenance = Provenance(
        by=by,
        at=moment.isoformat(timespec="seconds"),
        source=source.name if source else f"{simulate:,} simulated payments, seed {config.seed}",
        simulated=source is None,
        labels_from_cases=learned,
    )
    trained = train(table, config, target, provenance, _progress)
    if out is None:
        from app.model import registry_of

        registry_of(folder).register(target)
    if json:
        emit(_document(trained))
    else:
        _shown(trained)
    return 2 if table.bad else 0


def _table(source: Path | None, mapping: Path | None, simulate: int | None, seed: int) -> PaymentTable:
    if (source is None) == (simulate is None):
        raise UnusableInput("Name a table of payments, or give --simulate N, one of the two.", where="table")
    if source is not None:
        return load_table(source, load_mapping(mapping))
    from tools.fraud.simulate import simulated_table

    assert simulate is not None
    return simulated_table(simulate, seed)


def _with_cases(table: PaymentTable, folder: Path) -> tuple[PaymentTable, int]:
    """Put in what the store's closed cases say of these payments; a store that is not there says nothing."""
    config = settings()
    if config.store_url is None and not (folder / DATABASE).is_file():
        return table, 0
    store = open_store(folder, config)
    learn(store)
    return relabelled(table, labels_of(store))


def _progress(step: str) -> None:
    sys.stderr.write(f"{step} …\n")


def _refused(table: PaymentTable) -> None:
    for error in table.errors[:20]:
        sys.stderr.write(f"  row {error.row}, {error.column}: {error.reason}\n")
    if table.bad:
        sys.stderr.write(f"{table.bad} of {table.read} rows cannot be used and are left out.\n")


def _document(trained: Trained) -> dict[str, Any]:
    d, report = trained.described, trained.report
    test = report["test"]
    return {
        "model": d.name,
        "version": d.version,
        "folder": str(trained.folder),
        "auc": test["auc"],
        "average_precision": test["average_precision"],
        **{key: report[key] for key in _TOLD},
        "calibration": {k: v for k, v in report["calibration"].items() if k != "points"},
    }


def _shown(trained: Trained) -> None:
    d, report = trained.described, trained.report
    test = report["test"]
    say = sys.stdout.write
    say(f"{d.name}@{d.version} in {trained.folder}\n")
    say(f"  test days {report['days']['test_from']} to {report['days']['test_until']}: {test['payments']:,} payments, ")
    say(f"{test['frauds']:,} frauds\n")
    for name, key in (("boosted trees", "test"), ("logistic regression", "logistic"), ("rules of thumb", "rules")):
        say(f"  {name:<20} AUC {report[key]['auc']:.3f}  average precision {report[key]['average_precision']:.3f}\n")
    for alert in report["alerts"]:
        say(f"  {alert['rate']:.1%} alerts: recall {alert['recall']:.3f}, precision {alert['precision']:.3f}\n")
    cal = report["calibration"]
    say(f"  observed {cal['observed']}, expected {cal['expected']:.1f}\n")
    failed = [name for name, passed in d.gates.items() if not passed]
    say(f"  gates: {'all passed' if not failed else 'FAILED ' + ', '.join(failed)}; see report.html and card.md\n")
