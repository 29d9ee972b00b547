"""`amends rules add`, `list` and `remove`: the bank's own rules in a store."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from agent.book_room import index_place, open_book, rules_folder
from agent.settings import Settings, settings
from retrieval.own import Added, OwnRules, Ready, Step
from retrieval.own_text import UnreadableDocument
from retrieval.rule import RAILS, UnknownRail
from retrieval.rulebook import RuleBook
from tools.errors import UnusableInput

Emit = Callable[[Any], None]


def add_rules(folder: Path, store: Path | None, *, rails: tuple[str, ...], json: bool, emit: Emit) -> int:
    """Take a folder in; exit code 2 when a file of it was refused."""
    for rail in rails:
        if rail not in RAILS:
            raise UnusableInput(str(UnknownRail(rail)), where="--rail", code="unknown_rail")
    if not folder.exists():
        raise UnusableInput(f"There is no file or folder {str(folder)!r}.", where=str(folder))
    config = settings()
    kept = rules_folder(store or config.store)
    own = OwnRules(kept)
    own.keep("", {})  # the store exists from here on, so that its index is built beside it
    try:
        with index_faults(), _progress() as step:
            added = own.add(
                folder, rails=rails, place=index_place(config, kept), now=_now(), ready=_ready(config, kept), step=step
            )
    except UnreadableDocument as fault:
        raise UnusableInput(f"{fault}.", where=str(folder)) from None
    if json:
        emit(added.model_dump(mode="json"))
    else:
        _tell(added)
    return 2 if added.refused else 0


def list_rules(store: Path | None, *, json: bool, emit: Emit) -> None:
    """Print the bank's own documents of a store."""
    config = settings()
    own = OwnRules(rules_folder(store or config.store))
    rules, book = own.rules(), open_book(config, store)
    if json:
        listed = [rule.model_dump(mode="json", exclude={"sections"}) for rule in rules]
        emit({"rules": listed, "files": [one.path for one in own.members()], "index_version": book.version})
        return
    for rule in rules:
        replaces = f", instead of {', '.join(rule.replaces)}" if rule.replaces else ""
        day = "undated" if rule.undated else str(rule.effective_from)
        sys.stdout.write(f"{rule.id}  {rule.title}  ({rule.rail}, {day}{replaces}; {rule.source.name})\n")
    sys.stdout.write(f"{len(rules)} documents of the bank's own; the book's version is {book.version[:12]}.\n")


def remove_rules(ids: tuple[str, ...], store: Path | None, *, json: bool, emit: Emit) -> None:
    """Take documents out; an id that none bears is an error and nothing is taken out."""
    config = settings()
    own = OwnRules(rules_folder(store or config.store))
    held = {rule.id for rule in own.rules()}
    unknown = [id for id in ids if id not in held]
    if unknown:
        raise UnusableInput(
            f"The store holds no own document {unknown[0]!r}; see `amends rules list`.", where=unknown[0]
        )
    with index_faults():
        gone = own.remove(ids, now=_now(), ready=_ready(config, own.folder))
    if json:
        emit({"removed": list(gone)})
    else:
        sys.stdout.write(f"Removed {', '.join(gone)}.\n")


def _ready(config: Settings, folder: Path) -> Ready:
    """Builds the index of a book before anybody opens it."""
    return lambda own: RuleBook.open(
        own_rules=config.own_rules, own=own, place=lambda: index_place(config, folder)
    ).warm()


def _tell(added: Added) -> None:
    sys.stdout.write(
        f"{len(added.added)} files added, {len(added.changed)} changed, {len(added.unchanged)} unchanged, "
        f"{len(added.refused)} refused.\n"
    )
    for refused in added.refused:
        sys.stdout.write(f"  {refused.why}\n")
    for path in added.gone:
        sys.stdout.write(f"  {Path(path).name} is no longer there; its rules stay until `amends rules remove`.\n")


@contextmanager
def index_faults() -> Iterator[None]:
    """Faults of the index, its server or its embedding as one sentence that a person can act on."""
    from retrieval.chroma import ChromaAway
    from retrieval.embed_remote import EmbeddingAway
    from retrieval.index import IndexDamaged

    try:
        yield
    except (ChromaAway, EmbeddingAway, IndexDamaged) as fault:
        raise UnusableInput(str(fault), where="index", code="index_unavailable") from None


@contextmanager
def _progress() -> Iterator[Step]:
    """A bar on standard error; none where nobody watches."""
    from rich.console import Console
    from rich.progress import Progress

    with Progress(console=Console(stderr=True), transient=True, disable=not sys.stderr.isatty()) as bar:
        task = bar.add_task("Reading", total=None)

        def step(path: Path, number: int, total: int) -> None:
            bar.update(task, completed=number - 1, total=total, description=path.name[:40])

        yield step


def _now() -> datetime:
    return datetime.now(UTC)
