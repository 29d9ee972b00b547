"""Passages in Chroma, the store of record: a folder of this process, or a server that several share."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import numpy as np

from retrieval.embed import Vectors
from retrieval.rule import RAILS, Rule

COLLECTION = "passages"
BATCH = 500
NEAREST_MAX = 300
"""Passages asked of Chroma for one question; the rest count as unlike."""

Facts = dict[str, str | int | float | bool]


class ChromaAway(RuntimeError):
    """The Chroma server does not answer."""

    def __init__(self, url: str, fault: Exception) -> None:
        super().__init__(
            f"The Chroma server at {url} does not answer ({type(fault).__name__}); start it or mend the URL."
        )


@contextmanager
def opened(place: Path | str) -> Iterator[Any]:
    """A client of a folder, or of the server at a URL."""
    # Imported here: chromadb takes a second or two, and only a book with an index of its own needs it.
    import chromadb
    from chromadb.config import Settings

    quiet = Settings(anonymized_telemetry=False)
    if isinstance(place, Path):
        client: Any = chromadb.PersistentClient(str(place), settings=quiet)
    else:
        parts = urlsplit(place)
        tls = parts.scheme == "https"
        try:
            client = chromadb.HttpClient(
                host=parts.hostname or "localhost", port=parts.port or (443 if tls else 8000), ssl=tls, settings=quiet
            )
        except Exception as fault:  # whatever the transport raises, the reader can only mend the URL or the server
            raise ChromaAway(place, fault) from fault
    try:
        yield client
    finally:
        client.close()


def facts_of(rule: Rule, *, newest: bool) -> Facts:
    """What a passage is filtered by before anything is compared."""
    last = rule.effective_to or date.max
    return {
        "from": rule.effective_from.toordinal(),
        "to": last.toordinal(),
        "newest": newest,
        **{rail: "any" in rule.rails or rail in rule.rails for rail in RAILS},
    }


def where(rail: str | None, on: date | None) -> dict[str, Any]:
    """The filter of a question, in Chroma's words."""
    day = on.toordinal() if on else None
    conditions: list[dict[str, Any]] = [{rail: True}] if rail else []
    conditions += [{"newest": True}] if day is None else [{"from": {"$lte": day}}, {"to": {"$gte": day}}]
    return conditions[0] if len(conditions) == 1 else {"$and": conditions}


def fill(client: Any, name: str, texts: Sequence[str], vectors: Vectors, facts: Sequence[Facts]) -> None:
    """Write all passages; the same again changes nothing."""
    # Inner product: of unit vectors it is the cosine, and Chroma then stores them as they are given.
    collection = client.get_or_create_collection(name, embedding_function=None, configuration={"hnsw": {"space": "ip"}})
    for at in range(0, len(texts), BATCH):
        part = range(at, min(at + BATCH, len(texts)))
        collection.upsert(
            ids=[_id(number) for number in part],
            embeddings=[vectors[number] for number in part],
            documents=[texts[number] for number in part],
            metadatas=[facts[number] for number in part],
        )


def drawn(client: Any, name: str, count: int) -> Vectors | None:
    """All vectors in order; None when any is missing or more are there."""
    collection = client.get_collection(name, embedding_function=None)
    if collection.count() != count:
        return None
    found: dict[str, Any] = {}
    for at in range(0, count, BATCH * 4):
        answer = collection.get(include=["embeddings"], limit=BATCH * 4, offset=at)
        found.update(zip(answer["ids"], answer["embeddings"], strict=True))
    if any(_id(number) not in found for number in range(count)):
        return None
    return np.stack([np.asarray(found[_id(number)], dtype=np.float32) for number in range(count)])


def nearest(client: Any, name: str, vector: Vectors, filter: Mapping[str, Any], count: int) -> list[tuple[int, float]]:
    """The passages most like a vector among those of the filter, with their cosine."""
    answer = client.get_collection(name, embedding_function=None).query(
        query_embeddings=[vector], n_results=min(NEAREST_MAX, count), where=dict(filter), include=["distances"]
    )
    return [(int(id[1:]), 1.0 - gap) for id, gap in zip(answer["ids"][0], answer["distances"][0], strict=True)]


def _id(number: int) -> str:
    return f"p{number:07d}"
