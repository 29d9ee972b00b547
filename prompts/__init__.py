"""Prompt texts: Markdown files with a version of their own; code never assembles instructions from fragments."""

import hashlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

NAMES = ("answer", "judge", "reader", "second_opinion", "seeker", "writer")
_FIRST_LINE = re.compile(r"<!-- (?P<name>\w+), version (?P<version>\d+) -->\n")


@dataclass(frozen=True, slots=True)
class Prompt:
    """The instructions of one role, as a run used them."""

    name: str
    version: str
    """What the file says of itself, e.g. "2"; "0" where it says nothing."""
    hash: str
    """"sha256:<hex>" of the file: a run that used it records this."""
    text: str


_folder: ContextVar[Path | None] = ContextVar("folder", default=None)


@contextmanager
def from_folder(folder: Path) -> Iterator[None]:
    """Take prompts from a folder, where it holds them, until the block ends: for comparing one wording with another."""
    token = _folder.set(folder)
    try:
        yield
    finally:
        _folder.reset(token)


def prompt(name: str) -> Prompt:
    """Return a prompt with its version and hash; raises LookupError for a name that is not there."""
    folder = _folder.get()
    other = folder / f"{name}.md" if folder is not None else None
    whole = other.read_text(encoding="utf-8") if other is not None and other.is_file() else load(name)
    return _read(name, whole)


@cache
def _read(name: str, whole: str) -> Prompt:
    first = _FIRST_LINE.match(whole)
    return Prompt(
        name=name,
        version=first["version"] if first else "0",
        hash="sha256:" + hashlib.sha256(whole.encode()).hexdigest(),
        text=whole[first.end() :] if first else whole,
    )


@cache
def load(name: str) -> str:
    """Return the text of a prompt's file; raises LookupError for a name that is not there."""
    if name not in NAMES:
        raise LookupError(f"No prompt is called {name!r}; there are {', '.join(NAMES)}.")
    return (files(__package__) / f"{name}.md").read_text(encoding="utf-8")


def version(name: str) -> str:
    """Return "sha256:<hex>" of a prompt's file."""
    return "sha256:" + hashlib.sha256(load(name).encode()).hexdigest()
