"""ragas beside our own marks: by document ids without a model; by a judge's verdicts when one is set or recorded.

ragas drops what it cannot score from its means, so a run full of failures can look perfect. Here every score that is
no number and every verdict that a judge left out is counted, and one of either voids the run.
"""

import asyncio
import math
import os
import warnings
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

from evals.retrieval_metrics import SHOWN, Found, Rate, rate
from evals.retrieval_questions import Question
from retrieval import RuleBook
from retrieval.embed import embedding
from tools.errors import Record

if TYPE_CHECKING:
    from evals.retrieval_judge import Judge

Pair = tuple[Question, Sequence[Found]]

INSTALL = "ragas is not installed: pip install 'amends[evals]'"


class Ragas(Record):
    """Rates of ragas metrics, and whether they may be believed."""

    rates: dict[str, Rate]
    no_number: int = 0
    """Scores that ragas gave as NaN."""
    verdicts_wanted: int = 0
    verdicts_given: int = 0
    """What the judge was asked to decide, and what it decided."""

    @property
    def void(self) -> str | None:
        """Why the rates must not be believed, if so."""
        if self.no_number:
            return f"{self.no_number} scores are no number"
        if self.verdicts_given != self.verdicts_wanted:
            return f"the judge gave {self.verdicts_given} verdicts where {self.verdicts_wanted} were due"
        return None


def by_ids(pairs: Sequence[Pair]) -> Ragas:
    """Share of the first five documents that are gold, and of the gold that is among them; blind to rank."""
    _unwatched()
    with warnings.catch_warnings():
        # The id metrics exist in the legacy API alone; ragas 0.4.3 is pinned until a successor has them.
        warnings.simplefilter("ignore", DeprecationWarning)
        from ragas.dataset_schema import SingleTurnSample
        from ragas.metrics._context_precision import IDBasedContextPrecision
        from ragas.metrics._context_recall import IDBasedContextRecall

        metrics = {"id precision": IDBasedContextPrecision(), "id recall": IDBasedContextRecall()}
        # An empty list is NaN to ragas; a search that finds nothing where something is found nothing right.
        samples = [
            SingleTurnSample(
                retrieved_context_ids=[found.id for found in ranking[:SHOWN]] or ["-"],
                reference_context_ids=sorted(question.documents),
            )
            for question, ranking in pairs
        ]
        scores = {
            name: [float(metric.single_turn_score(sample)) for sample in samples] for name, metric in metrics.items()
        }
    return _rated(scores, [question.topic for question, _ in pairs])


def by_judge(pairs: Sequence[Pair], judge: "Judge", book: RuleBook) -> Ragas:
    """Let the judge answer each question from the texts found, then weigh answer and texts against the gold."""
    return asyncio.run(_judged([pair for pair in pairs if pair[1] and pair[0].states], judge, book))


async def _judged(pairs: Sequence[Pair], judge: "Judge", book: RuleBook) -> Ragas:
    _unwatched()
    scores: dict[str, list[float]] = {}
    for question, ranking in pairs:
        texts = [found.text for found in ranking[:SHOWN]]
        reference = _reference(question, book)
        answer = await judge.answer(question.question, texts)
        for name, score in _metrics(judge, question.question, texts, reference, answer).items():
            scores.setdefault(name, []).append(await score())
    measured = _rated(scores, [question.topic for question, _ in pairs])
    return measured.model_copy(update={"verdicts_wanted": judge.wanted, "verdicts_given": judge.given})


def _metrics(
    judge: "Judge", asked: str, texts: list[str], reference: str, answer: str
) -> dict[str, Callable[[], Awaitable[float]]]:
    """The judged metrics of one question, each ready to run."""
    from ragas.metrics.collections import AnswerRelevancy, ContextPrecisionWithReference, ContextRecall, Faithfulness

    llm = judge.llm

    def ready(metric: Any, **given: Any) -> Callable[[], Awaitable[float]]:
        async def score() -> float:
            return float((await metric.ascore(**given)).value)

        return score

    about = {"user_input": asked, "retrieved_contexts": texts}
    return {
        "faithfulness": ready(Faithfulness(llm=llm), response=answer, **about),
        "context precision": ready(ContextPrecisionWithReference(llm=llm), reference=reference, **about),
        "context recall": ready(ContextRecall(llm=llm), reference=reference, **about),
        "answer relevancy": ready(
            AnswerRelevancy(llm=llm, embeddings=_embeddings(), strictness=1), user_input=asked, response=answer
        ),
    }


def _reference(question: Question, book: RuleBook) -> str:
    """The gold section that states the fact; where it is spread over several, the whole document."""
    rules = [rule for rule in book.by_filter(question.rail, question.day) if rule.id in question.documents]
    sections = (section.text for rule in rules for section in rule.sections)
    stating = next((text for text in sections if question.stated_in(text)), None)
    return stating or next(rule.text for rule in rules if question.stated_in(rule.text))


def _embeddings() -> Any:
    """Our own embedding in the shape that ragas wants."""
    from ragas.embeddings.base import BaseRagasEmbedding

    class Ours(BaseRagasEmbedding):
        def embed_text(self, text: str, **_: Any) -> list[float]:
            return [float(x) for x in embedding()([text])[0]]

        async def aembed_text(self, text: str, **_: Any) -> list[float]:
            return self.embed_text(text)

    return Ours()


def _rated(scores: dict[str, list[float]], topics: Sequence[str]) -> Ragas:
    lost = sum(math.isnan(score) for values in scores.values() for score in values)
    return Ragas(rates={name: rate(values, topics) for name, values in scores.items()}, no_number=lost)


def _unwatched() -> None:
    """Before its first import, or ragas reports each use to its makers."""
    os.environ["RAGAS_DO_NOT_TRACK"] = "true"
