"""Passages of the rule book with their vectors: shipped in one file, or kept in an immutable Chroma folder."""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import orjson

from retrieval.embed import DIMENSIONS, NAME, Vectors, embedding
from retrieval.rule import Rule

SHIPPED = Path(__file__).parent / "vectors.npy"
"""Half-precision vectors of the shipped passages, in order; its side file holds what they belong to."""
SHIPPED_MANIFEST = Path(__file__).parent / "vectors.json"

_COLLECTION = "passages"
_CHROMA_BATCH = 500


class IndexDamaged(RuntimeError):
    """A built index is not what its name promises."""

    def __init__(self, folder: Path, why: str) -> None:
        super().__init__(f"The index in {folder} {why}; delete that folder and it will be built anew.")


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of text with a vector of its own, and the section it leads to."""

    rule: int
    """Position in the book's rules."""
    section: int
    text: str


def passages(rules: Iterable[Rule]) -> list[Passage]:
    """Each section with its title, each heading alone, and each way the desk asks for the rule."""
    found: list[Passage] = []
    for at, rule in enumerate(rules):
        found.extend(Passage(at, 0, ask) for ask in rule.asks)
        for number, section in enumerate(rule.sections):
            found.append(Passage(at, number, f"{rule.title}: {section.heading}"))
            found.append(Passage(at, number, f"{rule.title}. {section.heading}\n{section.text}"))
    return found


def vectors_for(found: Sequence[Passage], *, version: str, index_dir: Path | None) -> Vectors:
    """The passages' vectors: from the Chroma folder of this book if one is asked for, else from the shipped file."""
    texts = [passage.text for passage in found]
    if index_dir is None:
        return embedded(texts)
    folder = index_dir / identity(version)
    if not folder.exists():
        build(folder, texts)
    return load(folder, texts)


def identity(version: str) -> str:
    """Name of the index of a book: other documents or another embedding give another name."""
    return hashlib.sha256(f"{version}\n{NAME}".encode()).hexdigest()[:24]


def embedded(texts: Sequence[str]) -> Vectors:
    """Vectors of texts: known ones from the shipped file, the others computed now."""
    known = _shipped()
    missing = [text for text in dict.fromkeys(texts) if _key(text) not in known]
    known.update(zip(map(_key, missing), embedding()(missing) if missing else (), strict=True))
    return np.stack([known[_key(text)] for text in texts]).astype(np.float32)


def ship(texts: Sequence[str], vectors: Vectors, *, file: Path = SHIPPED, manifest: Path = SHIPPED_MANIFEST) -> None:
    """Write vectors as the package carries them: half precision halves the file and moves no ranking."""
    half = vectors.astype(np.float16)
    with file.open("wb") as stream:
        np.save(stream, half, allow_pickle=False)
    facts = {"embedding": NAME, "sha256": _digest(half), "texts": [_key(text) for text in texts]}
    manifest.write_bytes(orjson.dumps(facts, option=orjson.OPT_INDENT_2) + b"\n")


def build(folder: Path, texts: Sequence[str]) -> None:
    """Build the Chroma folder aside and move it into place in one step; a process that lost the race uses the winner's.

    Chroma gives stale answers to readers of a folder that another process writes, so a folder is never written twice.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".building-", dir=folder.parent))
    try:
        vectors = embedded(texts)
        _fill(aside / "chroma", texts, vectors)
        facts = {"embedding": NAME, "passages": len(texts), "sha256": _digest(vectors), "texts": _digest_of(texts)}
        (aside / "manifest.json").write_bytes(orjson.dumps(facts))
        try:
            os.rename(aside, folder)
        except OSError:
            if not (folder / "manifest.json").is_file():
                raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def load(folder: Path, texts: Sequence[str]) -> Vectors:
    """Read a built folder into memory, refusing one that holds anything but these texts and their vectors."""
    try:
        facts = orjson.loads((folder / "manifest.json").read_bytes())
    except (OSError, orjson.JSONDecodeError) as fault:
        raise IndexDamaged(folder, "has no readable manifest") from fault
    if facts.get("texts") != _digest_of(texts) or facts.get("embedding") != NAME:
        raise IndexDamaged(folder, "belongs to another rule book")
    found = _drawn(folder / "chroma")
    if len(found) != len(texts):
        raise IndexDamaged(folder, f"holds {len(found)} passages where its manifest names {len(texts)}")
    vectors = np.stack([found[_id(at)] for at in range(len(texts))])
    if _digest(vectors) != facts["sha256"]:
        raise IndexDamaged(folder, "was altered after it was built")
    return vectors


def _fill(path: Path, texts: Sequence[str], vectors: Vectors) -> None:
    client = _client(path)
    try:
        # Inner product: of unit vectors it is the cosine, and Chroma then stores them as they are given.
        collection = client.create_collection(
            _COLLECTION, embedding_function=None, configuration={"hnsw": {"space": "ip"}}
        )
        for at in range(0, len(texts), _CHROMA_BATCH):
            part = range(at, min(at + _CHROMA_BATCH, len(texts)))
            collection.add(
                ids=[_id(number) for number in part],
                embeddings=[vectors[number] for number in part],
                documents=[texts[number] for number in part],
            )
    finally:
        client.close()


def _drawn(path: Path) -> dict[str, Vectors]:
    client = _client(path)
    try:
        answer = client.get_collection(_COLLECTION, embedding_function=None).get(include=["embeddings"])
        return dict(zip(answer["ids"], np.asarray(answer["embeddings"], dtype=np.float32), strict=True))
    finally:
        client.close()


def _client(path: Path):  # type: ignore[no-untyped-def]  # chromadb's types would be imported with it
    # Imported here: chromadb takes a second or two, and only a book with an index folder needs it.
    import chromadb
    from chromadb.config import Settings

    return chromadb.PersistentClient(str(path), settings=Settings(anonymized_telemetry=False))


def _shipped() -> dict[str, Vectors]:
    """The shipped vectors by text; none when the files are absent, as before the first build."""
    if not (SHIPPED.is_file() and SHIPPED_MANIFEST.is_file()):
        return {}
    facts = orjson.loads(SHIPPED_MANIFEST.read_bytes())
    half = np.load(SHIPPED, allow_pickle=False)
    if facts["sha256"] != _digest(half) or half.shape != (len(facts["texts"]), DIMENSIONS):
        raise IndexDamaged(SHIPPED.parent, "does not hold the vectors that vectors.json describes")
    if facts["embedding"] != NAME:
        return {}
    return dict(zip(facts["texts"], half.astype(np.float32), strict=True))


def _key(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def _id(number: int) -> str:
    return f"p{number:06d}"


def _digest(vectors: npt.NDArray[Any]) -> str:
    return hashlib.sha256(np.ascontiguousarray(vectors).tobytes()).hexdigest()


def _digest_of(texts: Sequence[str]) -> str:
    return hashlib.sha256("\0".join(texts).encode()).hexdigest()
