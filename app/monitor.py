"""`amends monitor`: recent payments against the model's reference; exit 3 where a threshold is crossed."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import orjson
import yaml

from agent.settings import settings
from tools.errors import UnusableInput
from tools.fraud.artefact import REFERENCE, verified
from tools.fraud.champion import champion_folder
from tools.fraud.file import file_features, model_history
from tools.fraud.mapping import load_mapping
from tools.fraud.monitor import THRESHOLDS, watched
from tools.fraud.pictures import bars, reliability
from tools.fraud.report import page, table
from tools.fraud.score import Scorer
from tools.fraud.table import load_table
from tools.fraud.windows import DAY

CROSSED = 3
_SHOWN = 15


def monitor_model(
    file: Path,
    *,
    model: Path | None,
    mapping: Path | None,
    thresholds: Path | None,
    out: Path | None,
    store: Path | None,
    json: bool,
    emit: Callable[[Any], None],
) -> int:
    """Compare, write JSON and HTML where a folder is named, and say what was crossed."""
    limits = _limits(thresholds)
    folder, expected = (model, None) if model else champion_folder(store or settings().store)
    scorer = Scorer.load(folder, expected)
    payments = load_table(file, load_mapping(mapping))
    x = file_features(scorer, payments, model_history(folder, scorer))
    frame = payments.frame
    at, delay = frame["at"].to_numpy(), scorer.described.delay_days * DAY
    said = watched(
        scorer,
        orjson.loads(verified(folder, scorer.described, REFERENCE)),
        x,
        at,
        frame["label"].fill_null(0).to_numpy().astype(np.int64),
        frame["label"].is_not_null().to_numpy() & (at + delay <= at.max()),
        limits,
    )
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        (out / "monitor.json").write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2))
        (out / "monitor.html").write_text(_page(said), encoding="utf-8")
    if json:
        emit(said)
    else:
        _shown(said)
    return CROSSED if said["alerts"] else 0


def _limits(path: Path | None) -> dict[str, float]:
    if path is None:
        return dict(THRESHOLDS)
    try:
        given = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise UnusableInput(f"The thresholds {str(path)!r} cannot be read: {wrong}.", where="thresholds") from None
    unknown = [name for name in given if name not in THRESHOLDS] if isinstance(given, dict) else [str(given)]
    bad = unknown or [name for name, value in given.items() if not isinstance(value, int | float)]
    if bad:
        raise UnusableInput(
            f"{path.name}: {bad[0]!r} is no threshold with a number; there are {', '.join(THRESHOLDS)}.", where=bad[0]
        )
    return THRESHOLDS | {name: float(value) for name, value in given.items()}


def _moved(said: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    return sorted(said["features"].items(), key=lambda item: -item[1]["psi"])[:_SHOWN]


def _page(said: dict[str, Any]) -> str:
    moved, labels = _moved(said), said["labels"]
    alerts = "".join(f"<li class='bad'>{alert}</li>" for alert in said["alerts"]) or "<li>No threshold is crossed.</li>"
    return page(
        f"{said['model']} on {said['payments']:,} payments",
        f"<ul>{alerts}</ul><h2>What moved</h2>",
        bars([(name, m["psi"]) for name, m in moved], "PSI against the test days", said["thresholds"]["feature_psi"]),
        table(
            ["", "PSI", "by chance (95 %)", "KS", "payments", "bins", "missing"],
            [[n, m["psi"], m["psi_by_chance"], m["ks"], m["n"], m["bins"], m["missing"]]
             for n, m in [("the score", said["score"]), *moved]],
        ),
        "<h2>Labels that have arrived</h2>",
        table(["", ""], [[k, v] for k, v in labels.items() if k != "points"]),
        reliability(labels["points"]) if labels.get("observed") else "",
        "<h2>Volume and speed</h2>",
        table(["", ""], [[k, v] for k, v in (said["volume"] | said["latency"]).items()]),
    )  # fmt: skip


def _shown(said: dict[str, Any]) -> None:
    say = sys.stdout.write
    say(f"{said['model']} on {said['payments']:,} payments: score PSI {said['score']['psi']:.3f}\n")
    for name, moved in _moved(said)[:5]:
        say(f"  {name:<28} PSI {moved['psi']:.3f} (by chance up to {moved['psi_by_chance']:.3f})\n")
    labels = said["labels"]
    if labels["payments"]:
        say(f"  observed {labels['observed']}, expected {labels['expected']:.1f}\n")
    for alert in said["alerts"]:
        say(f"  ALERT: {alert}\n")
