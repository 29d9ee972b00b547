"""The bank's own rules in a store: files read once, vectors computed once, versions that are switched in one step."""

import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np
import orjson
from pydantic import TypeAdapter

from retrieval.embed import Vectors
from retrieval.index import Place, embedded, passages
from retrieval.own_rules import documents, files, fingerprint, manifest
from retrieval.own_text import FILE_BYTES_MAX, UnreadableDocument
from retrieval.rule import Record, Rule
from retrieval.rulebook import compiled

DATABASE = "rules.sqlite"
WAIT_SECONDS = 120
SWITCHES_MAX = 20
KNOWN_BATCH = 500

_RULES = TypeAdapter(tuple[Rule, ...])
_SCHEMA = """
create table if not exists document (fingerprint text primary key, rules text not null);
create table if not exists vector (embedding text, text text, vector blob not null, primary key (embedding, text));
create table if not exists version (number integer primary key autoincrement, hash text, members text, made_at text);
create table if not exists standing (one integer primary key check (one = 1), number integer not null);
"""

Ready = Callable[[tuple[Rule, ...]], None]
"""Builds the index of a version before it stands."""
Step = Callable[[Path, int, int], None]
"""Called before each file with its number and how many there are."""


class Refused(Record):
    """A file that was not taken, and why, in one sentence."""

    file: str
    why: str


class Added(Record):
    """What became of a folder."""

    added: tuple[str, ...] = ()
    """Files that are new in the store."""
    changed: tuple[str, ...] = ()
    unchanged: tuple[str, ...] = ()
    refused: tuple[Refused, ...] = ()
    gone: tuple[str, ...] = ()
    """Files added earlier from this folder that are no longer there; their documents stay until they are removed."""
    version: str = ""
    """Hash of the bank's own documents as they stand now."""


class Member(Record):
    """A file of the standing version."""

    path: str
    fingerprint: str


class OwnRules:
    """The bank's own documents of one store; also the cache of vectors that were paid for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def rules(self) -> tuple[Rule, ...]:
        """The documents of the version that stands."""
        if not (self.folder / DATABASE).is_file():
            return ()
        return self._ordered(rule for one in self.members() for rule in self._of(one.fingerprint))

    def members(self) -> tuple[Member, ...]:
        """The files of the version that stands."""
        if not (self.folder / DATABASE).is_file():
            return ()
        with self._opened() as rows:
            return self._members(rows)

    def add(
        self, folder: Path, *, rails: Sequence[str], place: Place, now: datetime, ready: Ready, step: Step
    ) -> Added:
        """Take a folder's files in; what was read or embedded before, even by a run that was killed, is not done again.

        The version that stood before answers until the last step, which switches to the new one or does not happen.
        """
        about = manifest(folder if folder.is_dir() else folder.parent)
        found, refused = list(files(folder)), list[Refused]()
        read: dict[str, str] = {}
        for number, path in enumerate(found, 1):
            step(path, number, len(found))
            try:
                read[str(path.resolve())] = self._take(path, folder, about, rails, place, now.date())
            except UnreadableDocument as fault:
                refused.append(Refused(file=str(path), why=f"{path.name} {fault}."))

        def changed(before: dict[str, str]) -> dict[str, str]:
            moved = [path for path, mark in before.items() if not Path(path).exists() and mark in read.values()]
            return {path: mark for path, mark in before.items() if path not in moved} | read

        before, after, version, rivals = self._switch(changed, now, ready)
        inside = [path for path in before if Path(path).is_relative_to(folder.resolve())]
        taken = [path for path in read if path in after]
        return Added(
            added=tuple(path for path in taken if path not in before),
            changed=tuple(path for path in taken if before.get(path, read[path]) != read[path]),
            unchanged=tuple(path for path in taken if before.get(path) == read[path]),
            refused=(*refused, *rivals),
            gone=tuple(path for path in inside if path in after and not Path(path).exists()),
            version=version,
        )

    def remove(self, ids: Sequence[str], *, now: datetime, ready: Ready) -> tuple[str, ...]:
        """Take out the files that hold these documents; return the ids of all documents that went with them."""
        gone: set[str] = set()

        def changed(before: dict[str, str]) -> dict[str, str]:
            held = {path: {rule.id for rule in self._of(mark)} for path, mark in before.items()}
            going = {path for path in before if held[path] & set(ids)}
            gone.update(id for path in going for id in held[path])
            return {path: mark for path, mark in before.items() if path not in going}

        self._switch(changed, now, ready)
        return tuple(sorted(gone))

    def known(self, embedding: str, texts: Sequence[str]) -> dict[str, Vectors]:
        """Vectors that were computed before."""
        found: dict[str, Vectors] = {}
        with self._opened() as rows:
            for at in range(0, len(texts), KNOWN_BATCH):
                part = texts[at : at + KNOWN_BATCH]
                marks = ",".join("?" * len(part))
                asked = f"select text, vector from vector where embedding = ? and text in ({marks})"  # noqa: S608  # marks alone
                found |= {
                    text: np.frombuffer(blob, np.float32) for text, blob in rows.execute(asked, (embedding, *part))
                }
        return found

    def keep(self, embedding: str, vectors: Mapping[str, Vectors]) -> None:
        """Keep vectors for the next time."""
        with self._opened() as rows:
            rows.executemany(
                "insert or ignore into vector values (?, ?, ?)",
                [(embedding, text, np.asarray(vector, np.float32).tobytes()) for text, vector in vectors.items()],
            )

    def _take(
        self,
        path: Path,
        folder: Path,
        about: list[tuple[str, dict[str, Any]]],
        rails: Sequence[str],
        place: Place,
        day: date,
    ) -> str:
        """Read and embed a file unless that was done before; return its fingerprint."""
        name = path.relative_to(folder).as_posix() if folder.is_dir() else path.name
        try:
            if path.stat().st_size > FILE_BYTES_MAX:
                raise UnreadableDocument(f"has more than {FILE_BYTES_MAX // 1_000_000} MB; split it")
            data = path.read_bytes()
        except OSError as fault:
            raise UnreadableDocument(f"cannot be opened ({fault.strerror})") from fault
        mark = fingerprint(data, name, about, rails)
        with self._opened() as rows:
            row = rows.execute("select rules from document where fingerprint = ?", (mark,)).fetchone()
        rules = (
            _RULES.validate_json(row[0]) if row else documents(path, data, name=name, about=about, rails=rails, day=day)
        )
        embedded([passage.text for passage in passages(rules)], place)
        if row is None:
            with self._opened() as rows:
                rows.execute("insert or ignore into document values (?, ?)", (mark, _RULES.dump_json(rules).decode()))
        return mark

    def _switch(
        self, change: Callable[[dict[str, str]], dict[str, str]], now: datetime, ready: Ready
    ) -> tuple[dict[str, str], dict[str, str], str, list[Refused]]:
        """Make the changed members stand once their index is ready; begin again if another did so meanwhile."""
        for _ in range(SWITCHES_MAX):
            with self._opened() as rows:
                before = {one.path: one.fingerprint for one in self._members(rows)}
            after, rivals = self._without_rivals(change(dict(before)), before)
            rules = self._ordered(rule for mark in after.values() for rule in self._of(mark))
            ready(rules)
            with self._opened() as rows:
                rows.execute("begin immediate")
                if {one.path: one.fingerprint for one in self._members(rows)} != before:
                    continue
                version = sha256(compiled(rules)).hexdigest()
                if after != before:
                    self._stand(rows, after, version, now)
                return before, after, version, rivals
        raise RuntimeError(f"Others changed the rules in {self.folder} {SWITCHES_MAX} times meanwhile; try again.")

    def _stand(self, rows: sqlite3.Connection, members: Mapping[str, str], version: str, now: datetime) -> None:
        written = orjson.dumps([{"path": path, "fingerprint": mark} for path, mark in sorted(members.items())]).decode()
        row = rows.execute(
            "insert into version (hash, members, made_at) values (?, ?, ?)", (version, written, now.isoformat())
        )
        rows.execute("insert or replace into standing values (1, ?)", (row.lastrowid,))

    def _without_rivals(
        self, wanted: dict[str, str], before: Mapping[str, str]
    ) -> tuple[dict[str, str], list[Refused]]:
        """Leave out files that bear an id of another file for the same days; who stood there first stays."""
        kept: dict[str, str] = {}
        owners: dict[str, list[tuple[Rule, str]]] = {}
        refused: list[Refused] = []
        for path in sorted(wanted, key=lambda path: (path not in before, path)):
            rules = self._of(wanted[path])
            rival = next((at for rule in rules for other, at in owners.get(rule.id, []) if _meet(rule, other)), None)
            if rival is not None:
                why = f"{Path(path).name} has the id {rules[0].id!r} of {rival}; give it another in its front matter."
                refused.append(Refused(file=path, why=why))
                continue
            kept[path] = wanted[path]
            for rule in rules:
                owners.setdefault(rule.id, []).append((rule, path))
        return kept, refused

    def _of(self, mark: str) -> tuple[Rule, ...]:
        with self._opened() as rows:
            (said,) = rows.execute("select rules from document where fingerprint = ?", (mark,)).fetchone()
        return _RULES.validate_json(said)

    @staticmethod
    def _ordered(rules: Iterable[Rule]) -> tuple[Rule, ...]:
        return tuple(sorted(rules, key=lambda rule: (rule.id, rule.effective_from)))

    def _members(self, rows: sqlite3.Connection) -> tuple[Member, ...]:
        row = rows.execute("select members from version natural join standing").fetchone()
        return tuple(Member.model_validate(one) for one in orjson.loads(row[0])) if row else ()

    @contextmanager
    def _opened(self) -> Iterator[sqlite3.Connection]:
        """A connection that commits at the end and forgets everything on a fault."""
        self.folder.mkdir(parents=True, exist_ok=True)
        rows = sqlite3.connect(self.folder / DATABASE, timeout=WAIT_SECONDS, isolation_level=None)
        try:
            rows.executescript(_SCHEMA)
            yield rows
            if rows.in_transaction:
                rows.commit()
        except BaseException:
            if rows.in_transaction:
                rows.rollback()
            raise
        finally:
            rows.close()


def _meet(one: Rule, other: Rule) -> bool:
    """Whether two versions of a document would hold on the same day."""
    return one.effective_from <= (other.effective_to or date.max) and other.effective_from <= (
        one.effective_to or date.max
    )
