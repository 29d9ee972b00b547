"""Writes a contest as one self-contained HTML page, with every question's result as JSON lines beside it."""

from collections.abc import Iterator
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from evals.retrieval_metrics import MARKS, SHOWN, Found, Rate, marks
from evals.retrieval_questions import Question

if TYPE_CHECKING:
    from evals.retrieval import Board, Contest

RESULTS = "results.jsonl"

_STYLE = """
body{font:15px/1.5 system-ui,sans-serif;max-width:75rem;margin:2rem auto;padding:0 1rem;color:#1b2733;background:#fff}
table{border-collapse:collapse;margin:1rem 0;width:100%}th,td{padding:.35rem .6rem;border-bottom:1px solid #d6dde4}
th{text-align:left}td.n{text-align:right;font-variant-numeric:tabular-nums;white-space:nowrap}small{color:#5a6a78}
tr.ours{background:#eef6f1;font-weight:600}td.bad{color:#9b1c1c}code{font-size:.9em}
@media(prefers-color-scheme:dark){body{background:#11171d;color:#dde5ec}th,td{border-color:#2c3843}tr.ours{background:#17301f}
small{color:#93a4b3}td.bad{color:#ff9a9a}}
"""


def write(run: "Contest", page: Path) -> None:
    """Write the page, and results.jsonl in the same folder."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(html(run), encoding="utf-8")
    lines = (orjson.dumps(result) for result in results(run))
    page.with_name(RESULTS).write_bytes(b"\n".join(lines) + b"\n")


def results(run: "Contest") -> Iterator[dict[str, Any]]:
    """One record for each retriever and question: what was found and what it earned."""
    for board in run.boards:
        for question, ranking in zip(run.questions, board.rankings, strict=True):
            earned = marks(question, ranking) if question.answerable else None
            yield {
                "retriever": board.name,
                "index": run.index,
                "split": run.split,
                **question.model_dump(mode="json"),
                "found": [found.id for found in ranking],
                "sections": [found.section for found in ranking],
                "silent": not ranking,
                "marks": {m: getattr(earned, m) for m in MARKS} if earned else None,
            }


def html(run: "Contest") -> str:
    """The page; everything taken from outside is escaped and nothing is loaded from anywhere."""
    parts = [
        "<!doctype html><html lang=en><meta charset=utf-8><title>Rule book: search measured</title>",
        f"<style>{_STYLE}</style><h1>Rule book: search measured</h1>",
        f"<p>{len(run.questions)} questions of the {escape(run.split)} half; rule book <code>{escape(run.index[:12])}",
        "</code>. Means with bootstrap 95&#8239;% intervals, topics resampled whole.</p>",
        f"<p><strong>{escape(run.verdict)}</strong></p>",
        _systems(run),
        _gaps(run),
        _ragas(run),
        _slices(run),
        _failures(run),
    ]
    return "".join(parts) + "</html>\n"


def _systems(run: "Contest") -> str:
    head = _row("th", ["retriever", *MARKS, "silence precision", "silence recall"])
    rows = [_system(board, ours=board is run.ours) for board in run.boards]
    return f"<h2>All retrievers</h2><table>{head}{''.join(rows)}</table>"


def _system(board: "Board", *, ours: bool) -> str:
    cells = [_cell(board.rates[mark]) for mark in MARKS]
    cells += [f"<td class=n>{value:.3f}</td>" for value in (board.abstention_precision, board.abstention_recall)]
    return f"<tr{' class=ours' if ours else ''}><td>{escape(board.name)}</td>{''.join(cells)}</tr>"


def _gaps(run: "Contest") -> str:
    rows = [
        f"<tr><td>{mark}</td><td>{escape(run.best_rival[mark])}</td>{_cell(gap)}</tr>"
        for mark, gap in run.differences.items()
    ]
    head = _row("th", ["mark", "best rival", "ours minus theirs"])
    return f"<h2>Against the best rival</h2><table>{head}{''.join(rows)}</table>" if rows else ""


def _ragas(run: "Contest") -> str:
    said = run.by_ids | ({"ours, judged": run.judged} if run.judged else {})
    rows = [
        f"<tr><td>{escape(name)}</td><td>{escape(metric)}</td>{_cell(rate)}<td class=bad>{void}</td></tr>"
        for name, one in said.items()
        for void in (escape(one.void or ""),)
        for metric, rate in one.rates.items()
    ]
    head = _row("th", ["retriever", "metric", "mean", "void"])
    return f"<h2>ragas</h2><table>{head}{''.join(rows)}</table>" if rows else ""


def _slices(run: "Contest") -> str:
    shown = ("hit_5", "states_5", "ndcg_10")
    rows = [
        f"<tr><td>{escape(name)}</td><td class=n>{rates['hit_5'].n}</td>{''.join(_cell(rates[m]) for m in shown)}</tr>"
        for name, rates in run.ours.slices.items()
    ]
    return f"<h2>Ours by slice</h2><table>{_row('th', ['slice', 'n', *shown])}{''.join(rows)}</table>"


def _failures(run: "Contest") -> str:
    pairs = list(zip(run.questions, run.ours.rankings, strict=True))
    rows = [_failure(question, ranking) for question, ranking in pairs if _failed(question, ranking)]
    head = _row("th", ["slice", "question", "wanted", "found"])
    return f"<h2>What ours got wrong ({len(rows)})</h2><table>{head}{''.join(rows)}</table>"


def _failed(question: Question, ranking: tuple[Found, ...]) -> bool:
    if not question.answerable:
        return bool(ranking)
    earned = marks(question, ranking)
    return earned.hit_5 == 0 or earned.states_5 == 0


def _failure(question: Question, ranking: tuple[Found, ...]) -> str:
    wanted = ", ".join(question.gold) or "silence"
    got = ", ".join(f"{found.id}#{found.section}" for found in ranking[:SHOWN]) or "silence"
    about = " ".join(str(part) for part in (question.rail, question.day) if part)
    asked = f"{escape(question.question)} <small>{escape(about)}</small>"
    return (
        f"<tr><td>{question.slice}</td><td>{asked}</td><td>{escape(wanted)}</td><td class=bad>{escape(got)}</td></tr>"
    )


def _cell(rate: Rate) -> str:
    return f"<td class=n>{rate.mean:.3f}<br><small>{rate.low:.3f} to {rate.high:.3f}, n {rate.n}</small></td>"


def _row(tag: str, cells: list[str]) -> str:
    return f"<tr>{''.join(f'<{tag}>{escape(cell)}</{tag}>' for cell in cells)}</tr>"
