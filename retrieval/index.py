"""The index of a rule book: passages with their vectors, in immutable versions built aside and never changed."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt
import orjson

from retrieval import chroma
from retrieval.embed import DIMENSIONS, NAME, Embedding, Vectors, embedding
from retrieval.rule import Rule

SHIPPED = Path(__file__).parent / "vectors.npy"
"""Half-precision vectors of the shipped passages, in order; its side file holds what they belong to."""
SHIPPED_MANIFEST = Path(__file__).parent / "vectors.json"

IN_MEMORY_MAX = 50_000
"""Above so many passages Chroma is asked; below, exact search in memory is many times faster."""
COLLECTION_PREFIX = "amends-"
FORMAT = 2


class IndexDamaged(RuntimeError):
    """A built index is not what its name promises."""

    def __init__(self, place: Path | str, why: str) -> None:
        super().__init__(f"The index in {place} {why}; delete it and it will be built anew.")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with a vector of its own, and the section it leads to."""

    rule: int
    """Position in the book's rules."""
    section: int
    text: str
    asked: bool = False
    """A question as the desk asks it; the others are what answers."""


class Cache(Protocol):
    """Vectors that were computed before."""

    def known(self, embedding: str, texts: Sequence[str]) -> dict[str, Vectors]: ...
    def keep(self, embedding: str, vectors: Mapping[str, Vectors]) -> None: ...


@dataclass(frozen=True, slots=True)
class Place:
    """Where an index is kept, and by what its vectors are made."""

    embedding: Embedding = field(default_factory=embedding)
    folder: Path | None = None
    chroma_url: str | None = None
    cache: Cache | None = None


class Index:
    """Vectors of a book's passages: exact in memory, or asked of Chroma where they are too many."""

    def __init__(self, vectors: Vectors, *, chroma_at: Path | str | None = None, collection: str = "") -> None:
        self.vectors, self._chroma_at, self._collection = vectors, chroma_at, collection
        self.in_memory = chroma_at is None or len(vectors) <= IN_MEMORY_MAX

    def rows(self, rows: npt.NDArray[np.int64]) -> Vectors:
        """Vectors of these passages."""
        return self.vectors[rows]

    def likeness(self, vector: Vectors, *, rail: str | None, on: date | None) -> Vectors:
        """Cosine with every passage that Chroma finds near among those of the rail and day; the others get none."""
        assert self._chroma_at is not None
        found = np.zeros(len(self.vectors), dtype=np.float32)
        with chroma.opened(self._chroma_at) as client:
            for row, likeness in chroma.nearest(
                client, self._collection, vector, chroma.where(rail, on), len(self.vectors)
            ):
                found[row] = likeness
        return found


def passages(rules: Iterable[Rule]) -> list[Passage]:
    """Each section with its title, each heading alone, and each way the desk asks for the rule."""
    found: list[Passage] = []
    for at, rule in enumerate(rules):
        found.extend(Passage(at, 0, ask, asked=True) for ask in rule.asks)
        for number, section in enumerate(rule.sections):
            found.append(Passage(at, number, f"{rule.title}: {section.heading}"))
            found.append(Passage(at, number, f"{rule.title}. {section.heading}\n{section.text}"))
    return found


def open_index(rules: Sequence[Rule], found: Sequence[Passage], *, version: str, place: Place) -> Index:
    """The index of this book: read where it stands, built where it is not there yet."""
    texts = [passage.text for passage in found]
    name = identity(version, place.embedding)
    if place.chroma_url is not None:
        collection = COLLECTION_PREFIX + name
        return Index(
            _served(place, collection, texts, facts(rules, found)), chroma_at=place.chroma_url, collection=collection
        )
    if place.folder is None:
        return Index(embedded(texts, place))
    folder = place.folder / name
    if not folder.exists():
        build(folder, texts, facts(rules, found), place)
    return Index(load(folder, texts, place.embedding), chroma_at=folder / "chroma", collection=chroma.COLLECTION)


def identity(version: str, by: Embedding) -> str:
    """Name of the index of a book: other documents or another embedding give another name."""
    return hashlib.sha256(f"{FORMAT}\n{version}\n{by.name}".encode()).hexdigest()[:24]


def facts(rules: Sequence[Rule], found: Sequence[Passage]) -> list[chroma.Facts]:
    """What each passage is filtered by."""
    last = {rule.id: rule.version for rule in sorted(rules, key=lambda rule: rule.effective_from)}
    by_rule = [chroma.facts_of(rule, newest=last[rule.id] == rule.version) for rule in rules]
    return [by_rule[passage.rule] for passage in found]


def embedded(texts: Sequence[str], place: Place) -> Vectors:
    """Vectors of texts: known ones from the shipped file or the cache, the others computed now."""
    known = _shipped() if place.embedding.name == NAME else {}
    wanted = [text for text in dict.fromkeys(texts) if key(text) not in known]
    if wanted and place.cache is not None:
        known.update(place.cache.known(place.embedding.name, [key(text) for text in wanted]))
    missing = [text for text in wanted if key(text) not in known]
    if missing:
        fresh = dict(zip(map(key, missing), place.embedding(missing), strict=True))
        known.update(fresh)
        if place.cache is not None:
            place.cache.keep(place.embedding.name, fresh)
    return np.stack([known[key(text)] for text in texts]).astype(np.float32)


def ship(texts: Sequence[str], vectors: Vectors, *, file: Path = SHIPPED, manifest: Path = SHIPPED_MANIFEST) -> None:
    """Write vectors as the package carries them: half precision halves the file and moves no ranking."""
    half = vectors.astype(np.float16)
    with file.open("wb") as stream:
        np.save(stream, half, allow_pickle=False)
    said = {"embedding": NAME, "sha256": _digest(half), "texts": [key(text) for text in texts]}
    manifest.write_bytes(orjson.dumps(said, option=orjson.OPT_INDENT_2) + b"\n")


def build(folder: Path, texts: Sequence[str], about: Sequence[chroma.Facts], place: Place) -> None:
    """Build a version aside and move it into place in one step; a process that lost the race uses the winner's.

    Chroma gives stale answers to readers of a folder that another process writes, so a folder is never written twice.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        vectors = embedded(texts, place)
        with chroma.opened(aside / "chroma") as client:
            chroma.fill(client, chroma.COLLECTION, texts, vectors, about)
            kept = chroma.drawn(client, chroma.COLLECTION, len(texts))
        if kept is None or _digest(kept) != _digest(vectors):
            raise IndexDamaged(aside, "does not hold what was written")
        with (aside / "vectors.npy").open("wb") as stream:
            np.save(stream, vectors, allow_pickle=False)
        (aside / "manifest.json").write_bytes(_manifest(texts, vectors, place.embedding))
        try:
            os.rename(aside, folder)
        except OSError:
            if not (folder / "manifest.json").is_file():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load(folder: Path, texts: Sequence[str], by: Embedding) -> Vectors:
    """Read a built version into memory, refusing one that holds anything but these texts and their vectors."""
    try:
        said = orjson.loads((folder / "manifest.json").read_bytes())
        vectors: Vectors = np.load(folder / "vectors.npy", allow_pickle=False)
    except (OSError, ValueError) as fault:
        raise IndexDamaged(folder, "has no readable manifest or vectors") from fault
    if said.get("texts") != _digest_of(texts) or said.get("embedding") != by.name:
        raise IndexDamaged(folder, "belongs to another rule book")
    if len(vectors) != len(texts) or said.get("passages") != len(texts):
        raise IndexDamaged(folder, f"holds {len(vectors)} passages where the book has {len(texts)}")
    if _digest(vectors) != said["sha256"]:
        raise IndexDamaged(folder, "was altered after it was built")
    return vectors


def _served(place: Place, name: str, texts: Sequence[str], about: Sequence[chroma.Facts]) -> Vectors:
    """The vectors of a collection on a server, filled first where it is not whole; several may fill it at once."""
    assert place.chroma_url is not None
    with chroma.opened(place.chroma_url) as client:
        names = {one.name for one in client.list_collections(limit=10_000)}
        kept = chroma.drawn(client, name, len(texts)) if name in names else None
        if kept is None:
            chroma.fill(client, name, texts, embedded(texts, place), about)
            kept = chroma.drawn(client, name, len(texts))
        if kept is None:
            raise IndexDamaged(f"{place.chroma_url} ({name})", "does not hold the passages of this book")
        return kept


def _manifest(texts: Sequence[str], vectors: Vectors, by: Embedding) -> bytes:
    said = {
        "embedding": by.name,
        "format": FORMAT,
        "passages": len(texts),
        "sha256": _digest(vectors),
        "texts": _digest_of(texts),
    }
    return orjson.dumps(said, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS) + b"\n"


def _shipped() -> dict[str, Vectors]:
    """The shipped vectors by text; none when the files are absent, as before the first build."""
    if not (SHIPPED.is_file() and SHIPPED_MANIFEST.is_file()):
        return {}
    said = orjson.loads(SHIPPED_MANIFEST.read_bytes())
    half = np.load(SHIPPED, allow_pickle=False)
    if said["sha256"] != _digest(half) or half.shape != (len(said["texts"]), DIMENSIONS):
        raise IndexDamaged(SHIPPED.parent, "does not hold the vectors that vectors.json describes")
    if said["embedding"] != NAME:
        return {}
    return dict(zip(said["texts"], half.astype(np.float32), strict=True))


def key(text: str) -> str:
    """Short name of a text, under which its vector is kept."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _digest(vectors: npt.NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()


def _digest_of(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
