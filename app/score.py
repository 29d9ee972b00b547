"""`amends score`: fraud scores for a file of payments, one line a row."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.settings import settings
from tools.fraud.champion import challenger_folder, champion_folder
from tools.fraud.file import model_history, score_file
from tools.fraud.mapping import load_mapping
from tools.fraud.score import Scorer
from tools.fraud.table import PaymentTable, load_table
from tools.fraud.trees import ModelUnavailable


def score_payments(
    file: Path,
    *,
    model: Path | None,
    mapping: Path | None,
    history: Path | None,
    store: Path | None,
    json: bool,
    emit: Callable[[Any], None],
) -> int:
    """Score every row; exit 0, or 2 where rows could not be read: each of those has its error in its place."""
    folder, expected = (model, None) if model else champion_folder(store or settings().store)
    scorer = Scorer.load(folder, expected)
    rules = load_mapping(mapping)
    table = load_table(file, rules)
    earlier = load_table(history, rules).frame if history else None
    lines = {s.row: {"row": s.row, "uetr": s.uetr} | s.said.model_dump(mode="json")
             for s in score_file(scorer, table, model_history(folder, scorer), earlier)}  # fmt: skip
    if model is None:
        _shadow(store or settings().store, table, earlier, lines)
    errors = {
        e.row: {"row": e.row, "error": {"code": "bad_row", "message": e.reason, "where": e.column}}
        for e in table.errors
    }
    for row in sorted(lines | errors):
        if json:
            emit(lines.get(row) or errors[row])
        elif row in lines:
            _shown(lines[row])
    _refused(table)
    return 2 if table.bad else 0


def _shadow(store: Path, table: PaymentTable, earlier: Any, lines: dict[int, dict[str, Any]]) -> None:
    """Put the challenger's word beside the champion's; a challenger that cannot be used changes nothing."""
    pointed = challenger_folder(store)
    if pointed is None:
        return
    try:
        shadow = Scorer.load(*pointed)
        for s in score_file(shadow, table, model_history(pointed[0], shadow), earlier):
            lines[s.row]["challenger"] = {"model": s.said.model, "score": s.said.score, "band": s.said.band}
    except ModelUnavailable as wrong:
        sys.stderr.write(f"amends: the challenger was left out: {wrong}\n")


def _shown(line: dict[str, Any]) -> None:
    why = "; ".join(reason["text"] for reason in line["reasons"][:3])
    sys.stdout.write(f"{line['uetr']}  {line['score']:.4f}  {line['band']:<6}  {why}\n")


def _refused(table: PaymentTable) -> None:
    for error in table.errors[:20]:
        sys.stderr.write(f"  row {error.row}, {error.column}: {error.reason}\n")
    if table.bad:
        sys.stderr.write(f"{table.bad} of {table.read} rows could not be scored.\n")
