"""A bank's own files as rule documents: scope from front matter or the folder's manifest, long texts in chapters."""

import hashlib
import re
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from retrieval.own_text import READERS, Text, UnreadableDocument, read_text
from retrieval.rule import UNDATED, Rule, Section, Source
from retrieval.words import codes_in, sentences, tokens

MANIFEST = "amends-rules.yaml"
PASSAGE_WORDS_MAX = 220
"""A longer section is cut, so that what is found, embedded and shown is about one thing."""
CHAPTER_WORDS_MAX = 900
"""A longer file becomes several documents; each can be found beside the others."""
_MESSAGE = re.compile(r"[a-z]{4}\.\d{3}|mtn?\d{2,3}")


class Scope(BaseModel):
    """What a bank says of a document beside its text; fields that are not ours are left alone."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str | None = Field(default=None, pattern=r"^[a-z0-9]+(-[a-z0-9]+)+$")
    title: str | None = None
    rails: tuple[str, ...] | None = None
    messages: tuple[str, ...] | None = None
    codes: tuple[str, ...] | None = None
    replaces: tuple[str, ...] = ()
    jurisdiction: str | None = None
    effective_from: date | None = None
    effective_to: date | None = None
    version: str | None = None
    source: Source | str | None = None
    confidence: str | None = None
    last_checked: date | None = None
    asks: tuple[str, ...] = ()

    @field_validator("rails", "messages", "codes", "replaces", "asks", mode="before")
    @classmethod
    def _listed(cls, value: object) -> object:
        return (value,) if isinstance(value, str) else value

    @field_validator("version", mode="before")
    @classmethod
    def _worded(cls, value: object) -> object:
        return value if value is None else str(value)


def manifest(folder: Path) -> list[tuple[str, dict[str, Any]]]:
    """File patterns of a folder's manifest with what they say, the general ones first."""
    path = folder / MANIFEST
    if not path.is_file():
        return []
    try:
        said = yaml.safe_load(path.read_text(encoding="utf-8")) or {}
        patterns = {"*": said.get("defaults") or {}, **(said.get("documents") or {})}
        assert all(isinstance(one, dict) for one in patterns.values())
    except (yaml.YAMLError, UnicodeDecodeError, AttributeError, TypeError, AssertionError) as fault:
        raise UnreadableDocument(
            f"{MANIFEST} cannot be read; it holds `defaults` and `documents`, file names with their fields"
        ) from fault
    return list(patterns.items())


def files(folder: Path) -> Iterator[Path]:
    """The files of a folder in order; hidden ones, the manifest and links that lead out of it are left alone."""
    if folder.is_file():
        yield folder
        return
    root = folder.resolve()
    for path in sorted(folder.rglob("*")):
        hidden = any(part.startswith((".", "~$")) for part in path.relative_to(folder).parts)
        if path.is_file() and not hidden and path.name != MANIFEST and path.resolve().is_relative_to(root):
            yield path


def documents(
    path: Path, data: bytes, *, name: str, about: Sequence[tuple[str, dict[str, Any]]], rails: Sequence[str], day: date
) -> tuple[Rule, ...]:
    """The rule documents that a file becomes, private all of them; one sentence is raised where it cannot be."""
    if path.suffix.lower() not in READERS:
        raise UnreadableDocument(f"is of a kind that is not read; {', '.join(READERS)} are")
    text = read_text(path, data)
    said: dict[str, Any] = {"rails": rails} if rails else {}
    for pattern, fields in about:
        said |= fields if fnmatch(name, pattern) or fnmatch(path.name, pattern) else {}
    try:
        scope = Scope.model_validate(said | text.front)
        return tuple(_rules(text, scope, path, data, name, day))
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(map(str, first["loc"])) or "front matter"
        raise UnreadableDocument(f"has a field that cannot be used: {place}: {first['msg']}") from fault


def _rules(text: Text, scope: Scope, path: Path, data: bytes, name: str, day: date) -> Iterator[Rule]:
    id = scope.id or f"own-{_slug(path.stem) or hashlib.sha256(name.encode()).hexdigest()[:8]}"
    title = scope.title or text.title or path.stem.replace("_", " ").replace("-", " ").strip() or id
    chapters = _chapters(list(_sections(text)))
    for number, sections in enumerate(chapters, 1):
        many = len(chapters) > 1
        said = "\n".join(f"{section.heading}\n{section.text}" for section in sections)
        yield Rule(
            id=f"{id}-{number}" if many else id,
            title=f"{title}: {sections[0].heading}" if many and sections[0].heading != title else title,
            rails=scope.rails or ("any",),
            messages=scope.messages
            or tuple(sorted({_message(one) for one in tokens(said) if _MESSAGE.fullmatch(one)})),
            codes=scope.codes or tuple(sorted(codes_in(said))),
            jurisdiction=scope.jurisdiction or "the bank",
            effective_from=scope.effective_from or UNDATED,
            effective_to=scope.effective_to,
            version=scope.version or hashlib.sha256(data).hexdigest()[:12],
            source=_source(scope, name, data),
            confidence=scope.confidence or "high",
            last_checked=scope.last_checked or day,
            asks=scope.asks if number == 1 else (),
            sections=tuple(sections),
            private=True,
            replaces=scope.replaces if number == 1 else (),
        )


def _source(scope: Scope, name: str, data: bytes) -> Source:
    if isinstance(scope.source, Source):
        return scope.source
    edition = scope.version or hashlib.sha256(data).hexdigest()[:12]
    return Source(name=scope.source or name, edition=edition, section="the bank's own document")


def _sections(text: Text) -> Iterator[Section]:
    taken: dict[str, int] = {}
    for heading, said in text.sections:
        heading = heading or text.title or "In short"
        for number, part in enumerate(_cut(said), 1):
            shown = heading if number == 1 else f"{heading} ({number})"
            slug = _slug(shown) or "section"
            taken[slug] = taken.get(slug, 0) + 1
            unique = slug if taken[slug] == 1 else f"{slug}-n{taken[slug]}"
            yield Section(slug=unique, heading=shown, text=part)


def _cut(text: str) -> list[str]:
    """Parts of a long text, cut between paragraphs, else between sentences, else between words."""
    parts: list[str] = [""]
    for block in text.split("\n\n"):
        pieces = [block] if len(block.split()) <= PASSAGE_WORDS_MAX else list(_short(block))
        for piece in pieces:
            if parts[-1] and len(parts[-1].split()) + len(piece.split()) > PASSAGE_WORDS_MAX:
                parts.append("")
            parts[-1] = f"{parts[-1]}\n\n{piece}" if parts[-1] else piece
    return [part for part in parts if part.strip()]


def _short(block: str) -> Iterator[str]:
    for sentence in sentences(block):
        words = sentence.split()
        for at in range(0, len(words), PASSAGE_WORDS_MAX):
            yield sentence if len(words) <= PASSAGE_WORDS_MAX else " ".join(words[at : at + PASSAGE_WORDS_MAX])


def _chapters(sections: list[Section]) -> list[list[Section]]:
    chapters: list[list[Section]] = [[]]
    for section in sections:
        held = sum(len(one.text.split()) for one in chapters[-1])
        if chapters[-1] and held + len(section.text.split()) > CHAPTER_WORDS_MAX:
            chapters.append([])
        chapters[-1].append(section)
    return chapters


def _message(token: str) -> str:
    return token if "." in token else f"MT {token[2:]}"


def _slug(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.lower().replace("ß", "ss"))
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return re.sub(r"[^a-z0-9]+", "-", letters).strip("-")[:80].strip("-")


def fingerprint(data: bytes, name: str, about: Sequence[tuple[str, Mapping[str, Any]]], rails: Sequence[str]) -> str:
    """Hash of a file and of all that is said about it; the same again is not read again."""
    matching = [fields for pattern, fields in about if fnmatch(name, pattern) or fnmatch(Path(name).name, pattern)]
    return hashlib.sha256(repr((FORMAT, name, matching, sorted(rails))).encode() + data).hexdigest()


FORMAT = 1
"""Counted up when files are read otherwise than before."""
