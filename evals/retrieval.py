"""How well the rule book is searched: `python -m evals.retrieval [--split test] [--json] [--html FILE]`.

Ours and the rivals answer the same questions in one run. Rates come with bootstrap 95 % intervals over topics; ours
must beat the best rival with the whole interval of the paired difference, else the report says what to simplify.
"""

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import orjson
from pydantic import Field

from evals.retrieval_metrics import DEPTH, MARKS, Found, Marks, Rate, abstention, difference, marks, rate
from evals.retrieval_questions import Question, Split, faults, questions
from evals.retrieval_ragas import INSTALL, Ragas, by_ids, by_judge
from retrieval import RuleBook
from tools.errors import Record, UnusableInput

if TYPE_CHECKING:
    from evals.retrieval_judge import Judge

OURS = "amends"
JUDGED_MAX = 60
"""Questions that a judge gets unless told otherwise: each costs some ten calls."""
DECIDING = ("ndcg_10", "states_5")
"""The marks on which ours must win."""

Retriever = Callable[[Question], list[Found]]


class Board(Record):
    """What one retriever did with every question."""

    name: str
    rankings: tuple[tuple[Found, ...], ...]
    rates: dict[str, Rate]
    slices: dict[str, dict[str, Rate]]
    abstention_precision: float
    abstention_recall: float


class Contest(Record):
    """Ours against the rivals, on the same questions."""

    split: str
    index: str
    """Version of the rule book."""
    questions: tuple[Question, ...]
    boards: tuple[Board, ...]
    best_rival: dict[str, str]
    differences: dict[str, Rate]
    """Ours minus the best rival, for each deciding mark."""
    faults: tuple[str, ...]
    by_ids: dict[str, Ragas] = Field(default_factory=dict)
    """ragas over document ids, for each retriever."""
    judged: Ragas | None = None
    """ragas by a judge's verdicts, for ours."""

    @property
    def ours(self) -> Board:
        return self.boards[0]

    @property
    def verdict(self) -> str:
        """Whether ours is worth its complexity, in one sentence."""
        if not self.differences:
            return "No rival was run."
        lost = [mark for mark, gap in self.differences.items() if not gap.low > 0]
        if not lost:
            return "Ours beats the best rival on every deciding mark, with the whole interval."
        names = ", ".join(f"{mark} ({self.best_rival[mark]})" for mark in lost)
        return f"Ours does not clearly beat the best rival on {names}: use that one, or find what ours adds."


def our_retriever(book: RuleBook) -> Retriever:
    """The search as the product has it."""

    def retrieve(question: Question) -> list[Found]:
        hits = book.search(question.question, rail=question.rail, on=question.day, k=DEPTH)
        return [Found(id=hit.id, section=hit.section, text=hit.text) for hit in hits]

    return retrieve


def board(name: str, asked: Sequence[Question], retriever: Retriever) -> Board:
    """Put every question to a retriever and rate it."""
    rankings = tuple(tuple(retriever(question)) for question in asked)
    fair = [(q, marks(q, ranking)) for q, ranking in zip(asked, rankings, strict=True) if q.answerable]
    precision, recall = abstention(asked, rankings)
    slices = dict.fromkeys(question.slice for question, _ in fair)
    return Board(
        name=name,
        rankings=rankings,
        rates=_rates(fair),
        slices={part: _rates([pair for pair in fair if pair[0].slice == part]) for part in slices},
        abstention_precision=precision,
        abstention_recall=recall,
    )


def contest(split: Split, book: RuleBook, *, rivals: bool = True) -> Contest:
    """Run a half of the questions over ours and, if wanted, over every rival."""
    asked = questions(split)
    boards = [board(OURS, asked, our_retriever(book))]
    if rivals:
        from evals.retrieval_rivals import rivals as built  # Chroma and wordllama take seconds to import

        boards += [board(name, asked, retriever) for name, retriever in built(book).items()]
    return judged(split, book.version, asked, boards, faults(asked, book))


def judged(
    split: Split, index: str, asked: Sequence[Question], boards: Sequence[Board], wrong: Sequence[str]
) -> Contest:
    """Hold the first board, ours, against the best of the others on each deciding mark."""
    others = boards[1:]
    best = {mark: max(others, key=lambda one: one.rates[mark].mean) for mark in DECIDING} if others else {}
    return Contest(
        split=split,
        index=index,
        questions=tuple(asked),
        boards=tuple(boards),
        best_rival={mark: one.name for mark, one in best.items()},
        differences={mark: _gap(asked, boards[0], one, mark) for mark, one in best.items()},
        faults=tuple(wrong),
    )


def with_ragas(run: Contest) -> Contest:
    """Add what ragas says of every ranking by document ids; nothing where ragas is not installed."""
    if find_spec("ragas") is None:
        return run
    return run.model_copy(update={"by_ids": {board.name: by_ids(_pairs(run, board)) for board in run.boards}})


def with_judge(run: Contest, book: RuleBook, judge: "Judge", most: int) -> Contest:
    """Add what the judge finds of ours, on the first `most` questions that name a fact."""
    stated = [pair for pair in _pairs(run, run.ours) if pair[0].states]
    return run.model_copy(update={"judged": by_judge(stated[:most], judge, book)})


def missed(gate: dict[str, float], run: Contest) -> list[str]:
    """Every gate of the rule book's search that is missed, in words."""
    got = {mark: run.ours.rates[mark].mean for mark in MARKS}
    got |= {
        "abstention_precision": run.ours.abstention_precision,
        "abstention_recall": run.ours.abstention_recall,
        "questions": float(len(run.questions)),
    }
    wanted = {name.removesuffix("_min"): least for name, least in gate.items() if name.endswith("_min")}
    found = [
        f"rules: {name.replace('_', ' ')} is {got[name]:.3f}, at least {least:g} wanted"
        for name, least in wanted.items()
        if not got[name] >= least
    ]
    if len(run.faults) > gate.get("faults_max", 0):
        found.append(f"rules: {len(run.faults)} questions do not fit the rule book, first {run.faults[0]}")
    return found


def summary(run: Contest) -> str:
    """Ours in one line."""
    ours, rates = run.ours, run.ours.rates
    parts = [f"{mark.replace('_', '@')} {rates[mark]}" for mark in ("hit_5", "states_5", "ndcg_10")]
    silence = f"silence precision {ours.abstention_precision:.2f} recall {ours.abstention_recall:.2f}"
    return f"{len(run.questions)} questions: {', '.join(parts)}, {silence}"


def told(run: Contest) -> str:
    """The measured tables as plain text."""
    lines = [f"rule book {run.index[:12]}, {run.split} half, {len(run.questions)} questions"]
    for one in run.boards:
        lines.append(f"\n{one.name} (n={one.rates['hit_5'].n}; states n={one.rates['states_5'].n})")
        lines += [f"  {mark:9} {one.rates[mark]}" for mark in MARKS]
        if not math.isnan(one.abstention_precision):
            lines.append(f"  silence   precision {one.abstention_precision:.3f}, recall {one.abstention_recall:.3f}")
    lines.append("\nslice      n  hit@5  states@5  ndcg@10  (ours)")
    for name, rates in run.ours.slices.items():
        hit, states, gain = rates["hit_5"], rates["states_5"], rates["ndcg_10"]
        lines.append(f"{name:9} {hit.n:3}  {hit.mean:.3f}  {states.mean:8.3f}  {gain.mean:7.3f}")
    for mark, gap in run.differences.items():
        lines.append(f"\nours minus {run.best_rival[mark]}, {mark}: {gap}")
    lines += [f"\n{INSTALL}"] if find_spec("ragas") is None else [""]
    lines += [f"ragas, {name}: {_listed(said)}" for name, said in run.by_ids.items()]
    lines += [f"ragas, judged: {_listed(run.judged)}"] if run.judged else []
    return "\n".join([*lines, "", run.verdict, *run.faults]) + "\n"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the contest, print it, and write the report; exit code 2 for questions that cannot be used."""
    ask = argparse.ArgumentParser(prog="python -m evals.retrieval", description=__doc__)
    ask.add_argument("--split", choices=("dev", "test"), default="test")
    ask.add_argument("--ours-only", action="store_true", help="leave the rivals out")
    ask.add_argument("--judge", metavar="openai:MODEL", help="let a model judge answers and texts, through ragas")
    ask.add_argument("--judge-url", metavar="URL", help="any server that speaks as OpenAI does")
    ask.add_argument(
        "--judgements", type=Path, metavar="FILE", help="keep judgements here, and take known ones from it"
    )
    ask.add_argument("--judged", type=int, default=JUDGED_MAX, metavar="N", help="questions that the judge gets")
    ask.add_argument("--json", action="store_true", help="print one JSON document")
    ask.add_argument("--html", type=Path, metavar="FILE", help="write a report, and results.jsonl beside it")
    said = ask.parse_args(arguments)
    try:
        run = _asked(said)
    except UnusableInput as wrong:
        sys.stderr.write(f"{wrong}\n")
        return 2
    if said.html:
        from evals.retrieval_report import write

        write(run, said.html)
    if said.json:
        sys.stdout.buffer.write(
            orjson.dumps(run.model_dump(mode="json", exclude={"boards": {"__all__": {"rankings"}}}))
        )
        sys.stdout.write("\n")
    else:
        sys.stdout.write(told(run))
    void = [f"{name}: {ragas.void}" for name, ragas in _ragas(run).items() if ragas.void]
    sys.stderr.writelines(f"RAGAS VOID  {line}\n" for line in void)
    return 1 if void else 0


def _asked(said: argparse.Namespace) -> Contest:
    """Run what the command line asks for."""
    book = RuleBook.open()
    run = contest(said.split, book, rivals=not said.ours_only)
    if not said.ours_only:
        run = with_ragas(run)
    if said.judge or said.judgements:
        from evals.retrieval_judge import judge

        run = with_judge(run, book, judge(said.judge, url=said.judge_url, file=said.judgements), said.judged)
    return run


def _ragas(run: Contest) -> dict[str, Ragas]:
    return run.by_ids | ({"judged": run.judged} if run.judged else {})


def _pairs(run: Contest, board: Board) -> list[tuple[Question, tuple[Found, ...]]]:
    return [(q, ranking) for q, ranking in zip(run.questions, board.rankings, strict=True) if q.answerable]


def _listed(said: Ragas) -> str:
    return ", ".join(f"{name} {one} (n={one.n})" for name, one in said.rates.items())


def _rates(fair: Sequence[tuple[Question, Marks]]) -> dict[str, Rate]:
    topics = [question.topic for question, _ in fair]
    return {mark: rate([getattr(earned, mark) for _, earned in fair], topics) for mark in MARKS}


def _gap(asked: Sequence[Question], ours: Board, theirs: Board, mark: str) -> Rate:
    values = [
        [getattr(marks(q, ranking), mark) for q, ranking in zip(asked, one.rankings, strict=True) if q.answerable]
        for one in (ours, theirs)
    ]
    return difference(values[0], values[1], [q.topic for q in asked if q.answerable])


if __name__ == "__main__":
    raise SystemExit(main())
