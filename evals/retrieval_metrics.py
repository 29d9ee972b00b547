"""What a ranking is worth: marks for each question, and rates with bootstrap intervals over topics."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields

import numpy as np
import numpy.typing as npt

from evals.retrieval_questions import Question
from tools.errors import Record

DEPTH = 10
"""Documents asked of every retriever."""
SHOWN = 5
"""Documents that an analyst reads."""
RESAMPLES = 2000
SEED = 20261129


class Found(Record):
    """One document in a ranking, with the text that is shown for it."""

    id: str
    section: str
    text: str


@dataclass(frozen=True, slots=True)
class Marks:
    """What one ranking earns on one answerable question."""

    hit_1: float
    hit_3: float
    hit_5: float
    recall_5: float
    mrr: float
    ndcg_10: float
    states_5: float
    """One of the first five texts states the fact; NaN where the question names none."""


MARKS = tuple(field.name for field in fields(Marks))


class Rate(Record):
    """A mean with its 95 % interval and the questions behind it."""

    mean: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.mean:.3f} [{self.low:.3f}, {self.high:.3f}]"


def marks(question: Question, ranking: Sequence[Found]) -> Marks:
    """Mark a ranking of documents, best first, against a question's gold."""
    gold = question.documents
    right = [found.id in gold for found in ranking[:DEPTH]]
    first = right.index(True) + 1 if True in right else None
    wanted = min(len(gold), SHOWN)
    return Marks(
        hit_1=float(first == 1),
        hit_3=float(first is not None and first <= 3),
        hit_5=float(first is not None and first <= SHOWN),
        recall_5=sum(right[:SHOWN]) / wanted,
        mrr=1 / first if first else 0.0,
        ndcg_10=_gain(right) / _gain([True] * min(len(gold), DEPTH)),
        states_5=_stated(question, ranking[:SHOWN]),
    )


def rate(values: Sequence[float], topics: Sequence[str]) -> Rate:
    """The mean of the values that are numbers; topics are resampled whole, since their questions go well together."""
    sums, counts = _by_topic(values, topics)
    if not counts.sum():
        return Rate(mean=math.nan, low=math.nan, high=math.nan, n=0)
    drawn = np.random.default_rng(SEED).integers(0, len(sums), size=(RESAMPLES, len(sums)))
    weights = np.maximum(counts[drawn].sum(axis=1), 1)
    low, high = np.quantile(sums[drawn].sum(axis=1) / weights, (0.025, 0.975))
    return Rate(mean=float(sums.sum() / counts.sum()), low=float(low), high=float(high), n=int(counts.sum()))


def difference(ours: Sequence[float], theirs: Sequence[float], topics: Sequence[str]) -> Rate:
    """The mean of ours minus theirs, question by question, with its interval."""
    return rate([mine - other for mine, other in zip(ours, theirs, strict=True)], topics)


def abstention(asked: Sequence[Question], rankings: Sequence[Sequence[Found]]) -> tuple[float, float]:
    """Precision and recall of saying nothing: how many silences were due, and how many due ones were kept."""
    silent = [not ranking for ranking in rankings]
    due = [not question.answerable for question in asked]
    both = sum(kept and owed for kept, owed in zip(silent, due, strict=True))
    return both / sum(silent) if any(silent) else math.nan, both / sum(due) if any(due) else math.nan


def _gain(right: Sequence[bool]) -> float:
    return sum(1 / math.log2(place + 2) for place, is_right in enumerate(right) if is_right)


def _stated(question: Question, shown: Sequence[Found]) -> float:
    return float(any(question.stated_in(found.text) for found in shown)) if question.states else math.nan


def _by_topic(
    values: Sequence[float], topics: Sequence[str]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Sum and number of the values of each topic, those that are no number left out."""
    kept = [(topic, value) for topic, value in zip(topics, values, strict=True) if not math.isnan(value)]
    place = {topic: at for at, topic in enumerate(dict.fromkeys(topic for topic, _ in kept))}
    sums, counts = np.zeros(max(len(place), 1)), np.zeros(max(len(place), 1))
    for topic, value in kept:
        sums[place[topic]] += value
        counts[place[topic]] += 1
    return sums, counts
