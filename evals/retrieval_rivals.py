"""What a team would build without us: dense search in Chroma, BM25, both fused, and static word vectors.

All search the same documents, one chunk a section with its title and heading before it, filtered by rail and day
before similarity. A document ranks by its best chunk; its chunks are shown best first, in as much text as ours may
show.
"""

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, cast
from uuid import uuid4

import numpy as np
import numpy.typing as npt

from evals.retrieval_metrics import DEPTH, Found
from evals.retrieval_questions import Question
from retrieval import RuleBook, Section
from retrieval.embed import Vectors, embedding
from retrieval.hits import TEXT_CHARACTERS_MAX

if TYPE_CHECKING:
    from chromadb import Where

Retriever = Callable[[Question], list[Found]]
Scores = npt.NDArray[np.float64]
"""One score for each chunk, higher is better; minus infinity for what was not found."""
RRF_K = 60
CHUNKS = 300
"""Chunks drawn from Chroma, enough for ten documents and more of their text."""


class Chunks:
    """The sections of a rule book, and which of them belong to a rail and day."""

    def __init__(self, book: RuleBook) -> None:
        self._book = book
        parts = [(rule, section) for rule in book.rules for section in rule.sections]
        self.owners: list[tuple[str, str]] = [(rule.id, rule.version) for rule, _ in parts]
        self.sections: list[Section] = [section for _, section in parts]
        self.texts = [f"{rule.title}. {section.heading}\n{section.text}" for rule, section in parts]
        self._rows = cache(self._belonging)

    def rows(self, question: Question) -> list[int]:
        """The chunks that the question may find."""
        return self._rows(question.rail, question.day)

    def owners_of(self, question: Question) -> list[tuple[str, str]]:
        """The documents, by id and version, that the question may find."""
        return sorted({self.owners[row] for row in self.rows(question)})

    def ranking(self, scores: Scores, rows: Sequence[int]) -> list[Found]:
        """The best documents by their best chunk."""
        best: dict[str, list[int]] = {}
        for row in sorted(rows, key=lambda row: -scores[row]):
            if np.isfinite(scores[row]):
                best.setdefault(self.owners[row][0], []).append(row)
        return [
            Found(id=id, section=self.sections[places[0]].slug, text=self._shown(places))
            for id, places in list(best.items())[:DEPTH]
        ]

    def _shown(self, places: Sequence[int]) -> str:
        """A document's found chunks, best first, in as many characters as ours may show."""
        shown = self.sections[places[0]].text
        for row in places[1:]:
            if len(shown) + len(self.sections[row].text) > TEXT_CHARACTERS_MAX:
                break
            shown = f"{shown}\n\n{self.sections[row].text}"
        return shown

    def _belonging(self, rail: str | None, day: date | None) -> list[int]:
        chosen = {(rule.id, rule.version) for rule in self._book.by_filter(rail, day)}
        return [row for row, owner in enumerate(self.owners) if owner in chosen]


def rivals(book: RuleBook) -> dict[str, Retriever]:
    """Every rival by name, indexed over this book."""
    chunks = Chunks(book)
    dense, words, static = _dense(chunks), _words(chunks), _static(chunks)

    def both(question: Question) -> Scores:
        return _fused(chunks.rows(question), [dense(question), words(question)])

    scorers = {"chroma dense": dense, "bm25": words, "hybrid rrf": both, "wordllama": static}
    return {name: _retriever(chunks, scorer) for name, scorer in scorers.items()}


def _retriever(chunks: Chunks, scorer: Callable[[Question], Scores]) -> Retriever:
    return lambda question: chunks.ranking(scorer(question), chunks.rows(question))


def _dense(chunks: Chunks) -> Callable[[Question], Scores]:
    """Chroma with the embedding that ours uses, the filter given to Chroma as metadata."""
    import chromadb
    from chromadb.config import Settings

    client = chromadb.EphemeralClient(settings=Settings(anonymized_telemetry=False))
    collection = client.create_collection(
        f"rivals-{uuid4().hex}", embedding_function=None, configuration={"hnsw": {"space": "ip"}}
    )
    vectors: Vectors = embedding()(chunks.texts)
    collection.add(
        ids=[str(row) for row in range(len(chunks.texts))],
        embeddings=list(vectors),
        metadatas=[{"owner": "@".join(owner)} for owner in chunks.owners],
    )

    def scores(question: Question) -> Scores:
        owners = ["@".join(owner) for owner in chunks.owners_of(question)]
        answer = collection.query(
            query_embeddings=list(embedding()([question.question])),
            n_results=min(CHUNKS, len(chunks.texts)),
            where=cast("Where", {"owner": {"$in": owners}}),
            include=["distances"],
        )
        found = np.full(len(chunks.texts), -np.inf)
        for row, distance in zip(answer["ids"][0], (answer["distances"] or [[]])[0], strict=True):
            found[int(row)] = -distance
        return found

    return scores


def _words(chunks: Chunks) -> Callable[[Question], Scores]:
    """BM25 with the tokenizer that bm25s brings, English stop words removed."""
    import bm25s

    index = bm25s.BM25()
    index.index(bm25s.tokenize(chunks.texts, stopwords="en", show_progress=False), show_progress=False)

    def scores(question: Question) -> Scores:
        tokens = bm25s.tokenize(question.question, stopwords="en", return_ids=False, show_progress=False)[0]
        known = [token for token in tokens if token in index.vocab_dict]
        found = np.asarray(index.get_scores(known) if known else np.zeros(len(chunks.texts)), dtype=np.float64)
        return np.where(found > 0, found, -np.inf)

    return scores


def _static(chunks: Chunks) -> Callable[[Question], Scores]:
    import wordllama

    # The wheel keeps its tokenizer in another folder than its loader looks in, and would go to the network for it.
    model = wordllama.WordLlama.load(cache_dir=Path(wordllama.__file__).parent, disable_download=True, dim=256)
    matrix = np.asarray(model.embed(chunks.texts, norm=True), dtype=np.float64)
    return lambda question: np.asarray(matrix @ model.embed([question.question], norm=True)[0], dtype=np.float64)


def _fused(rows: Sequence[int], votes: Iterable[Scores]) -> Scores:
    """Reciprocal rank fusion over the chunks that the question may find."""
    fused: Scores = np.zeros(0)
    for scores in votes:
        fused = fused if fused.size else np.full(scores.shape, -np.inf)
        order = [row for row in sorted(rows, key=lambda row: -scores[row]) if np.isfinite(scores[row])]
        for place, row in enumerate(order, start=1):
            fused[row] = max(fused[row], 0.0) + 1 / (RRF_K + place)
    return fused
