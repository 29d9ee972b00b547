"""Seals: what the audit holds fast of every row, so that a changed row is found by its name."""

import hashlib
from collections.abc import Mapping
from typing import Any, NamedTuple

import orjson
from sqlalchemy import Connection, Table, bindparam, select

from tools.bank.casework import audit, cases, decisions, evidence, outbox, proposals


class Sealed(NamedTuple):
    """What of a table the chain holds fast."""

    table: Table
    prefix: str
    key: str | None
    moving: tuple[str, ...]
    """Columns that change; each change is recorded with its value, so that a later record cannot cover up another."""
    fixed: tuple[str, ...]
    """Columns that never change; one hash, recorded once with the row."""


def _sealed(table: Table, prefix: str, key: str | None = None, *, moving: str = "", aside: str = "") -> Sealed:
    named = moving.split()
    rest = (str(column.name) for column in table.columns if column.name not in {*named, *aside.split()})
    return Sealed(table, prefix, key, tuple(named), tuple(rest))


SEALED = {
    # The bytes of the message stand aside because their hash is under the seal.
    "cases": _sealed(
        cases,
        "case",
        moving="state type rail uetr counterparty due amount_minor currency risk_permille owner proposal_version result"
        " thread_id",
        aside="message updated_at",
    ),
    "evidence": _sealed(evidence, "evidence", "id"),
    "proposals": _sealed(proposals, "proposal", "version", moving="state"),
    "decisions": _sealed(decisions, "decision", "id"),
    # Attempts to deliver change nothing that anybody signed.
    "outbox": _sealed(
        outbox, "message", "message_id", moving="state sent_at", aside="attempts next_attempt_at last_error"
    ),
}


def row_name(table: str, key: Any = None) -> str:
    """Name a row within its case: "case", "evidence/E3", "proposal/1", "decision/7", "message/AMENDS-1"."""
    prefix = SEALED[table].prefix
    return prefix if key is None else f"{prefix}/{key}"


def seal(table: str, row: Mapping[str, Any]) -> tuple[str, str]:
    """Return a row's name and the hash of its fixed columns.

    Columns without a value do not count, so that a later schema may add some.
    """
    sealed = SEALED[table]
    values = {column: row[column] for column in sealed.fixed if row.get(column) is not None}
    # Column names in ASCII, texts and small integers: sorted JSON is canonical as it stands.
    hashed = hashlib.sha256(orjson.dumps(values, option=orjson.OPT_SORT_KEYS)).hexdigest()
    return row_name(table, row[sealed.key] if sealed.key else None), f"sha256:{hashed}"


def moves(table: str, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the chain records of changed columns: the value itself, or the hash of a whole document."""
    recorded = {column: changes[column] for column in SEALED[table].moving if column in changes}
    if recorded.get("result") is not None:
        recorded["result"] = "sha256:" + hashlib.sha256(recorded["result"].encode()).hexdigest()
    return recorded


def first_seals(connection: Connection, case_id: str) -> dict[str, str]:
    """Return the hashes under which the chain recorded the rows of a case."""
    seals: dict[str, str] = {}
    for body in connection.execute(_BODIES, {"case": case_id}).scalars():
        for name, hashed in orjson.loads(body).get("rows", {}).items():
            seals.setdefault(name, hashed)
    return seals


_BODIES = select(audit.c.body).where(audit.c.case_id == bindparam("case")).order_by(audit.c.seq)
