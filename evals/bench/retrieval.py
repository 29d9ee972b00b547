"""What a search costs by size of the rule book, beside Chroma's dense query alone in the same run.

`python -m evals.bench.retrieval [--sizes 200,2000,20000]`. The sections are grown from a seed. Every section has two
passages (heading, text); Chroma holds the same ones with the same vectors, and both sides embed the same questions with
the same model. Vectors of large books are those of the shipped passages, turned a little: speed does not depend on
what they say; the rate of ingestion is measured with the model on real texts. End to end, both sides answer each
question in turn; the search parts alone, with vectors at hand, answer a row of questions in turn, so that neither is
charged for the state in which the model leaves the processor. A busy machine slows both.
"""

import argparse
import gc
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import NamedTuple

import numpy as np

from retrieval import RuleBook, chroma
from retrieval.embed import DIMENSIONS, Vectors, embedding
from retrieval.index import Index, Passage, Place, build, embedded, facts, identity, passages
from retrieval.rule import Rule, Section
from retrieval.search import Searcher

SECTIONS_A_RULE = 4
QUESTIONS = 200
INGESTED = 96
IN_A_ROW = 55
K = 5

END_TO_END_MAX, SEARCH_MAX, OPEN_SECONDS_MAX = 0.9, 0.15, 1.0
"""At 2,000 sections: ours over Chroma dense end to end, search parts alone, and seconds to open the index."""
GATED = 2000


class Row(NamedTuple):
    """One size of book; microseconds unless the name says otherwise."""

    sections: int
    passages: int
    open_seconds: float
    ours_p50: float
    ours_p99: float
    chroma_p50: float
    chroma_p99: float
    search_p50: float
    query_p50: float
    memory_mb: float
    """Of the whole process, the model and Chroma included."""

    @property
    def end_to_end(self) -> float:
        return self.ours_p50 / self.chroma_p50

    @property
    def search(self) -> float:
        return self.search_p50 / self.query_p50


def main() -> None:
    """Print the table and stop with an error where a goal is missed."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--sizes", default="200,2000,20000")
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    print(f"cold start, import to first answer: {_cold():.2f} s")
    print(f"ingestion with the offline model: {_rate():.0f} passages/s")
    print(
        f"{'sections':>9}{'passages':>9}{'open s':>8}{'ours p50':>10}{'p99':>8}{'chroma p50':>11}{'p99':>8}"
        f"{'ratio':>7}{'search':>8}{'query':>8}{'ratio':>7}{'MB':>6}   (µs)"
    )
    missed = []
    for size in map(int, given.sizes.split(",")):
        row = measured(size, given.seed)
        print(
            f"{row.sections:>9}{row.passages:>9}{row.open_seconds:>8.2f}{row.ours_p50:>10.0f}{row.ours_p99:>8.0f}"
            f"{row.chroma_p50:>11.0f}{row.chroma_p99:>8.0f}{row.end_to_end:>7.2f}{row.search_p50:>8.0f}"
            f"{row.query_p50:>8.0f}{row.search:>7.2f}{row.memory_mb:>6.0f}"
        )
        missed += _missed(row) if row.sections == GATED else []
    if missed:
        sys.exit("too slow: " + ", ".join(missed))


def measured(size: int, seed: int) -> Row:
    """Grow a book, open it, and ask it and Chroma the same questions in turn."""
    draw = random.Random(seed)
    rules = grown(size, draw)
    found = passages(rules)
    vectors = _turned(len(found), seed)
    questions = [_question(draw) for _ in range(QUESTIONS + QUESTIONS // 10)]
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / identity("bench", embedding())
        build(place, [one.text for one in found], facts(rules, found), Place(cache=_Given(vectors, found)))
        started = time.perf_counter()
        kept = np.load(place / "vectors.npy")
        searcher = Searcher(rules, found, Index(kept), embedding())
        opened = time.perf_counter() - started
        with chroma.opened(place / "chroma") as client:
            collection = client.get_collection(chroma.COLLECTION, embedding_function=None)
            times = _in_turn(searcher, collection, questions, tuple(range(len(rules))))
    return Row(
        size,
        len(found),
        opened,
        *_percentiles(times[0]),
        *_percentiles(times[1]),
        statistics.median(times[2]),
        statistics.median(times[3]),
        _memory_mb(),
    )


def grown(size: int, draw: random.Random) -> list[Rule]:
    """A book of so many sections, with the words of the shipped one in other orders."""
    shipped = RuleBook.open().rules
    said = [sentence for rule in shipped for section in rule.sections for sentence in section.text.split(". ")]
    first = shipped[0]
    rules = []
    for number in range(size // SECTIONS_A_RULE):
        sections = tuple(
            Section(
                slug=f"part-{part}",
                heading=f"{draw.choice(draw.choice(said).split() or ['part'])} question {number} {part}",
                text=". ".join(draw.sample(said, 4)),
            )
            for part in range(SECTIONS_A_RULE)
        )
        rules.append(first.model_copy(update={"id": f"grown-{number}", "asks": (), "sections": sections}))
    return rules


class _Given:
    """Vectors handed in, where the model would take minutes."""

    def __init__(self, vectors: Vectors, found: Sequence[Passage]) -> None:
        from retrieval.index import key

        self._of = {key(one.text): vector for one, vector in zip(found, vectors, strict=True)}

    def known(self, embedding: str, texts: Sequence[str]) -> dict[str, Vectors]:
        return {text: self._of[text] for text in texts}

    def keep(self, embedding: str, vectors: object) -> None:
        raise AssertionError("every vector was given")


def _turned(count: int, seed: int) -> Vectors:
    shipped = embedded([one.text for one in passages(RuleBook.open().rules)], Place())
    noise = np.random.default_rng(seed).normal(scale=0.5 / DIMENSIONS**0.5, size=(count, DIMENSIONS))
    turned = shipped[np.arange(count) % len(shipped)] + noise
    unit: Vectors = (turned / np.linalg.norm(turned, axis=1, keepdims=True)).astype(np.float32)
    return unit


def _question(draw: random.Random) -> str:
    asked = draw.choice([ask for rule in RuleBook.open().rules[:60] for ask in rule.asks])
    return f"{asked} {draw.randrange(10_000)} {draw.choice(('please', 'today', 'now', 'in this case'))}"


def _in_turn(
    searcher: Searcher, collection: object, questions: Sequence[str], among: tuple[int, ...]
) -> tuple[list[float], list[float], list[float], list[float]]:
    """Microseconds: ours end to end, Chroma end to end, our search part, Chroma's query."""
    model, spent = embedding(), tuple[list[float], list[float], list[float], list[float]](([], [], [], []))

    def query(vector: Vectors) -> object:
        return collection.query(  # type: ignore[attr-defined]
            query_embeddings=vector, n_results=K, include=["documents", "metadatas", "distances"]
        )

    def ours(question: str) -> object:
        return searcher.search(question, among=among, k=K)

    warm = len(questions) - QUESTIONS
    gc.disable()
    for question in questions:  # no vector is known yet
        spent[0].append(_timed(partial(ours, question)))
        spent[1].append(_timed(lambda: query(model([question]))))  # noqa: B023  # called at once
    vectors = [model([question]) for question in questions]
    for at in range(0, len(questions), IN_A_ROW):
        for question in questions[at : at + IN_A_ROW]:
            spent[2].append(_timed(partial(ours, question)))  # its vector is cached now
        for vector in vectors[at : at + IN_A_ROW]:
            spent[3].append(_timed(partial(query, vector)))
    gc.enable()
    return spent[0][warm:], spent[1][warm:], spent[2][warm:], spent[3][warm:]


def _timed(deed: Callable[[], object]) -> float:
    started = time.perf_counter()
    deed()
    return (time.perf_counter() - started) * 1e6


def _percentiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), float(np.percentile(times, 99))


def _cold() -> float:
    script = "from retrieval import RuleBook; RuleBook.open().search('how long may a recall answer take')"
    return min(_timed(lambda: subprocess.run([sys.executable, "-c", script], check=True)) for _ in range(3)) / 1e6


def _rate() -> float:
    texts = [one.text for one in passages(RuleBook.open().rules)][:INGESTED]
    model = embedding()
    model(texts[:4])
    return len(texts) / (_timed(lambda: model(texts)) / 1e6)


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


def _missed(row: Row) -> list[str]:
    goals = (
        ("end to end", row.end_to_end, END_TO_END_MAX),
        ("search", row.search, SEARCH_MAX),
        ("open", row.open_seconds, OPEN_SECONDS_MAX),
    )
    return [f"{name} {is_:.2f}, at most {most}" for name, is_, most in goals if is_ > most]


if __name__ == "__main__":
    main()
