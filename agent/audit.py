"""The audit: a chain of hashes over everything that happened, and the proof that nobody changed any of it.

Each record's hash is the SHA-256 of the RFC 8785 JSON of {seq, prev, at, kind, case, actor, body}. Bodies carry seals:
the hashes of the rows that the record speaks of, so that a changed case, evidence, proposal, decision or message is
found by name, and not only a changed record.
"""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol

import orjson
from sqlalchemy import Connection, Row, select, union, update

from agent.seal import SEALED, moves, seal
from tools.bank.casework import GENESIS, audit, audit_head
from tools.bank.query import Query, Write
from tools.errors import Record
from tools.evidence import canonical

SYSTEM = "amends"
"""The actor of a record that no person caused."""

_BATCH = 500

_Place = tuple[str, str]
"""A case and the name of a row in it."""
_Moves = dict[_Place, dict[str, tuple[int, Any]]]
"""Per row: column, the record that last set it, the value."""


class Entry(NamedTuple):
    """Something that happened, before it is linked into the chain."""

    case_id: str
    kind: str
    actor: str
    body: dict[str, Any]


class Head(NamedTuple):
    """Where the chain ends: written down elsewhere, it proves later that nothing before it was rewritten."""

    length: int
    hash: str


class BrokenLink(Record):
    """The first thing that does not agree with the chain."""

    seq: int
    """The record that is bad, or that names the bad row."""
    case_id: str
    """Empty where it is the chain itself."""
    why: str

    def __str__(self) -> str:
        return f"case {self.case_id!r}: {self.why}" if self.case_id else self.why


class Snapshots(Protocol):
    """A store whose rows can be read as of one moment."""

    def snapshot(self) -> AbstractContextManager[Connection]: ...


# --- the chain -------------------------------------------------------------------------------------------------------

_HEAD = select(audit_head.c.length, audit_head.c.hash).where(audit_head.c.id == 1)
_LOCK_HEAD = Query(_HEAD.with_for_update())
_MOVE_HEAD = Write(update(audit_head).where(audit_head.c.id == 1))
_PUT_RECORDS = Write(audit.insert())


def append(connection: Connection, at: str, entries: Sequence[Entry]) -> Head:
    """Link entries to the end of the chain, inside the caller's transaction.

    The head's row is locked first (SQLite has one writer anyway), so two transactions can never claim one number;
    the primary key would refuse it besides.
    """
    [(length, last)] = _LOCK_HEAD.run(connection.connection, connection.dialect, {})
    rows = []
    for entry in entries:
        length += 1
        body = canonical(entry.body)
        link = _link(length, last, at, entry.kind, entry.case_id, entry.actor, body)
        rows.append(
            {
                "seq": length,
                "case_id": entry.case_id,
                "at": at,
                "kind": entry.kind,
                "actor": entry.actor,
                "body": body.decode(),
                "prev_hash": last,
                "hash": link,
            }
        )
        last = link
    _PUT_RECORDS.run(connection, rows)
    _MOVE_HEAD.run(connection, {"length": length, "hash": last})
    return Head(length, last)


def head(store: Snapshots) -> Head:
    """Return the end of the chain, to be kept outside the database."""
    with store.snapshot() as connection:
        return Head(*connection.execute(_HEAD).one())


def _link(seq: int, prev: str, at: str, kind: str, case_id: str, actor: str, body: bytes) -> str:
    """Return a record's hash; `body` is canonical already and goes in as it stands."""
    record = {
        "seq": seq,
        "prev": prev,
        "at": at,
        "kind": kind,
        "case": case_id,
        "actor": actor,
        "body": orjson.Fragment(body),
    }
    return "sha256:" + hashlib.sha256(orjson.dumps(record, option=orjson.OPT_SORT_KEYS)).hexdigest()


# --- the proof -------------------------------------------------------------------------------------------------------


def verify(store: Snapshots, anchor: Head | None = None) -> BrokenLink | None:
    """Return the first break in the chain or in a row that it seals; None when everything is whole.

    A chain alone cannot show that its end was cut off together with the head's row, or that all of it was rewritten.
    An `anchor` noted earlier, outside the database, shows both.
    """
    with store.snapshot() as connection:
        end = Head(*connection.execute(_HEAD).one())
        return _broken_chain(connection, end, anchor) or _broken_row(connection, end)


def verify_case(store: Snapshots, case_id: str) -> BrokenLink | None:
    """Return the first break among the records and rows of one case; the chain between cases is `verify`'s."""
    with store.snapshot() as connection:
        for row in connection.execute(select(audit).where(audit.c.case_id == case_id).order_by(audit.c.seq)):
            if _link_of(row) != row.hash:
                return BrokenLink(seq=row.seq, case_id=case_id, why=f"record {row.seq} ({row.kind}) was changed")
        length = connection.execute(_HEAD).one().length
        return _first(_broken_rows_of(connection, [case_id], length))


def _link_of(row: Row[Any]) -> str:
    return _link(row.seq, row.prev_hash, row.at, row.kind, row.case_id, row.actor, row.body.encode())


def _broken_chain(connection: Connection, end: Head, anchor: Head | None) -> BrokenLink | None:
    seq, last = 0, GENESIS
    for row in connection.execute(select(audit).order_by(audit.c.seq), execution_options={"yield_per": _BATCH}):
        if row.seq != seq + 1:
            return BrokenLink(
                seq=seq + 1, case_id=row.case_id, why=f"record {seq + 1} is missing; the next one here is {row.seq}"
            )
        if row.prev_hash != last:
            return BrokenLink(
                seq=row.seq, case_id=row.case_id, why=f"record {row.seq} does not follow the record before it"
            )
        link = _link_of(row)
        if link != row.hash:
            return BrokenLink(seq=row.seq, case_id=row.case_id, why=f"record {row.seq} ({row.kind}) was changed")
        seq, last = row.seq, link
        if anchor is not None and seq == anchor.length and link != anchor.hash:
            return BrokenLink(seq=seq, case_id=row.case_id, why=f"record {seq} is not the one that was noted elsewhere")
    if (seq, last) != end:
        return BrokenLink(seq=seq + 1, case_id="", why=f"the chain ends at record {seq}, its head says {end.length}")
    if anchor is not None and seq < anchor.length:
        return BrokenLink(
            seq=seq + 1, case_id="", why=f"the chain ends at record {seq}, {anchor.length} were noted elsewhere"
        )
    return None


def _broken_row(connection: Connection, end: Head) -> BrokenLink | None:
    """Compare every row with its last seal, some hundred cases at a time."""
    broken = [link for case_ids in _case_ids(connection) for link in _broken_rows_of(connection, case_ids, end.length)]
    return _first(broken)


def _first(broken: Iterable[BrokenLink]) -> BrokenLink | None:
    return min(broken, key=lambda link: (link.seq, link.case_id, link.why), default=None)


def _case_ids(connection: Connection) -> Iterator[list[str]]:
    every = union(*(select(sealed.table.c.case_id) for sealed in SEALED.values()), select(audit.c.case_id)).subquery()
    last = ""
    while True:
        page = select(every.c.case_id).where(every.c.case_id > last).order_by(every.c.case_id).limit(_BATCH)
        case_ids = list(connection.execute(page).scalars())
        if not case_ids:
            return
        yield case_ids
        last = case_ids[-1]


def _broken_rows_of(connection: Connection, case_ids: list[str], length: int) -> Iterable[BrokenLink]:
    seals, moved = _recorded(connection, case_ids)
    for name, sealed in SEALED.items():
        for row in connection.execute(select(sealed.table).where(sealed.table.c.case_id.in_(case_ids))).mappings():
            row_name, actual = seal(name, dict(row))
            place = (row["case_id"], row_name)
            seq, recorded = seals.pop(place, (length, None))
            if recorded is None:
                yield BrokenLink(seq=seq, case_id=row["case_id"], why=f"{row_name} stands in no record")
            elif recorded != actual:
                yield BrokenLink(seq=seq, case_id=row["case_id"], why=f"{row_name} was changed after record {seq}")
            elif name == "cases" and hashlib.sha256(row["message"]).hexdigest() != row["message_sha256"]:
                yield BrokenLink(seq=seq, case_id=row["case_id"], why="the message of the case was changed")
            elif changed := _differing(moves(name, dict(row)), moved.get(place, {})):
                column, at = changed
                yield BrokenLink(
                    seq=at or seq, case_id=row["case_id"], why=f"{column} of {row_name} was changed past the record"
                )
    for (case_id, row_name), (seq, _) in seals.items():
        yield BrokenLink(seq=seq, case_id=case_id, why=f"{row_name} is gone; record {seq} speaks of it")


def _differing(actual: Mapping[str, Any], recorded: Mapping[str, tuple[int, Any]]) -> tuple[str, int] | None:
    """Return the first column whose value is not the one last recorded, and the record that gave it."""
    for column in sorted({*actual, *recorded}):
        seq, value = recorded.get(column, (0, None))
        if actual.get(column) != value:
            return column, seq
    return None


def _recorded(connection: Connection, case_ids: list[str]) -> tuple[dict[_Place, tuple[int, str | None]], _Moves]:
    """Return the seal of every row of these cases, and the last value of every column that moves."""
    seals: dict[_Place, tuple[int, str | None]] = {}
    moved: _Moves = {}
    records = select(audit.c.seq, audit.c.case_id, audit.c.body).where(audit.c.case_id.in_(case_ids))
    for seq, case_id, text in connection.execute(records.order_by(audit.c.seq)):
        body = orjson.loads(text)
        for name, hashed in body.get("rows", {}).items():
            seals.setdefault((case_id, name), (seq, hashed))
        for name, changes in body.get("set", {}).items():
            moved.setdefault((case_id, name), {}).update({column: (seq, value) for column, value in changes.items()})
    return seals, moved
