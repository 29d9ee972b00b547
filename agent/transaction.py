"""One transaction of the store: every write records itself, and all records are linked just before the commit."""

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from functools import cache
from typing import Any, TypedDict, Unpack

import orjson
from sqlalchemy import BindParameter, Connection, bindparam, false, or_, select, update
from sqlalchemy.exc import IntegrityError

from agent.audit import SYSTEM, Entry, append
from agent.case_facts import CaseFacts, columns_of
from agent.casebook import (
    AuditRow,
    CaseRow,
    CaseState,
    DecisionRow,
    Origin,
    ProposalRow,
    ProposalState,
    VerdictName,
)
from agent.lifecycle import BEFORE
from agent.proposal import Proposal, Role
from agent.reading import read_audit, read_case, read_decisions, read_proposal, read_proposals
from agent.seal import first_seals, moves, row_name, seal
from tools.bank.casework import cases, decisions, evidence, outbox, proposals
from tools.bank.query import Write
from tools.bank.schema import instant_text
from tools.errors import ToolError
from tools.evidence import Evidence, canonical

PROPOSAL_LIFETIME = timedelta(days=7)
"""After this a proposal is stale: balances, holds and clocks have moved on.

It runs from the store's own clock, as people do; a case may be investigated as of an earlier day.
"""


POLICY = "policy"
"""The maker of a version that no person had a hand in."""


class StaleCase(ToolError):
    """Somebody else moved the case on meanwhile."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"Case {case_id!r} has moved on meanwhile; read it again.", code="stale_case")


class MessageTaken(ToolError):
    """Another message stands in the outbox under this id."""

    def __init__(self, message_id: str) -> None:
        super().__init__(
            f"Message id {message_id!r} already belongs to another message in the outbox; draft it under a new id.",
            code="message_taken",
        )


_KEY: BindParameter[str] = bindparam("key")
_PUT_CASE = Write(cases.insert())
_PUT_EVIDENCE = Write(evidence.insert())
_PUT_PROPOSAL = Write(proposals.insert())
_PUT_DECISION = decisions.insert().returning(decisions.c.id)
_PUT_MESSAGE = Write(outbox.insert())
_OF_CASE = update(cases).where(cases.c.case_id == _KEY)
_CHANGE_CASE = Write(_OF_CASE)
_MOVE_CASE = {
    # Compared one by one: an IN would be expanded anew for every case.
    after: Write(
        _OF_CASE.where(
            cases.c.proposal_version == bindparam("expected"),
            or_(false(), *(cases.c.state == state for state in before)),
        )
    )
    for after, before in BEFORE.items()
}
_VERSION = select(cases.c.proposal_version).where(cases.c.case_id == _KEY).with_for_update()
_CHANGE_PROPOSAL = update(proposals).where(
    proposals.c.case_id == _KEY, proposals.c.version == bindparam("of_version"), proposals.c.state == "pending"
)
_MESSAGE = select(outbox).where(outbox.c.message_id == _KEY)


class Intake(TypedDict):
    """What is written of a case before anybody looks at it."""

    received_at: datetime
    as_of: datetime
    message: bytes
    channel: str
    sender: Mapping[str, Any]
    message_type: str | None


class Transaction:
    """Writes of one moment; every write records itself, and all records are linked just before the commit."""

    def __init__(self, connection: Connection, at: datetime, clock: Callable[[], datetime]) -> None:
        self.connection = connection
        self.at = at
        self._clock = clock
        self._stamp = instant_text(at)
        self._entries: list[Entry] = []
        self._versions: dict[str, int] = {}

    def open_case(
        self,
        case_id: str,
        *,
        received_at: datetime,
        as_of: datetime,
        message: bytes,
        channel: str,
        sender: Mapping[str, Any],
        message_type: str | None = None,
        state: CaseState = "received",
        **facts: Unpack[CaseFacts],
    ) -> None:
        """Write a new case with its message; an id that is taken is refused with ToolError("case_exists")."""
        row = {
            "case_id": case_id,
            "received_at": instant_text(received_at),
            "as_of": instant_text(as_of),
            "state": state,
            "message": message,
            "message_sha256": hashlib.sha256(message).hexdigest(),
            "message_type": message_type,
            "channel": channel,
            "sender": canonical(sender).decode(),
            "proposal_version": 0,
            "updated_at": self._stamp,
            **columns_of(facts),
        }
        try:
            _PUT_CASE.run(self.connection, row)
        except IntegrityError as taken:
            raise ToolError(f"A case {case_id!r} is already in this store.", code="case_exists") from taken
        self._versions[case_id] = 0
        self._record(case_id, "case_opened", SYSTEM, {"message_sha256": row["message_sha256"]}, "cases", row)

    def describe_case(self, case_id: str, *, actor: str = SYSTEM, **facts: Unpack[CaseFacts]) -> None:
        """Write down what was found out; only what is named changes."""
        columns = columns_of(facts)
        _CHANGE_CASE.run(self.connection, {"key": case_id, **columns, "updated_at": self._stamp})
        self.audit(case_id, "case_described", actor, {"set": {"case": moves("cases", columns)}})

    def add_evidence(self, case_id: str, found: Iterable[Evidence], asides: Sequence[Mapping[str, Any]] = ()) -> None:
        """Write the answers of read tools; they are never changed afterwards.

        `asides`: what was looked at without becoming evidence; a replay needs it.
        """
        at = cache(instant_text)  # one investigation asks as of one moment
        rows = [
            {
                "case_id": case_id,
                "id": piece.id,
                "tool": piece.tool,
                "arguments": orjson.dumps(piece.arguments, option=orjson.OPT_SORT_KEYS).decode(),
                "result": orjson.dumps(piece.result, option=orjson.OPT_SORT_KEYS).decode(),
                "at": at(piece.at),
                "hash": piece.hash,
            }
            for piece in found
        ]
        if rows:
            _PUT_EVIDENCE.run(self.connection, rows)
            told = {"rows": dict(seal("evidence", row) for row in rows)} | ({"asides": [*asides]} if asides else {})
            self.audit(case_id, "evidence_found", SYSTEM, told)

    def save_proposal(
        self,
        case_id: str,
        proposal: Proposal,
        *,
        made_by: str = POLICY,
        origin: Origin = "policy",
        blocked: Sequence[str] = (),
        expires_at: datetime | None = None,
        state: CaseState = "awaiting_approval",
        **facts: Unpack[CaseFacts],
    ) -> int:
        """Write the next version, put the case to the desk with it, and return the version's number.

        A version that still waited is voided, and with it its signatures. Raises StaleCase where the case has moved on.
        """
        before = self._version(case_id)
        if before:
            self.close_proposal(case_id, before, "voided", actor=made_by)
        row = {
            "case_id": case_id,
            "version": before + 1,
            "hash": proposal.hash,
            "body": proposal.model_dump_json(),
            "origin": origin,
            "made_by": made_by,
            "at": self._stamp,
            "state": "pending",
            "blocked": orjson.dumps(list(blocked)).decode(),
            "expires_at": instant_text(expires_at or max(self.at, self._clock()) + PROPOSAL_LIFETIME),
        }
        _PUT_PROPOSAL.run(self.connection, row)
        columns = {"proposal_version": before + 1, "state": state, **columns_of(facts)}
        self._move_case(case_id, before, columns)
        self._versions[case_id] = before + 1
        told = {"hash": row["hash"], "origin": origin, "set": {"case": moves("cases", columns)}}
        self._record(case_id, "proposal_made", made_by, told, "proposals", row)
        return before + 1

    def close_proposal(self, case_id: str, version: int, state: ProposalState, *, actor: str = SYSTEM) -> bool:
        """Say what became of a version that waited; False when it no longer waited."""
        changed = self.connection.execute(_CHANGE_PROPOSAL, {"key": case_id, "of_version": version, "state": state})
        if changed.rowcount:
            name = row_name("proposals", version)
            self.audit(case_id, f"proposal_{state}", actor, {"set": {name: {"state": state}}})
        return bool(changed.rowcount)

    def set_state(
        self, case_id: str, state: CaseState, *, expected_version: int, actor: str = SYSTEM, why: str = ""
    ) -> None:
        """Move a case on, if it still stands at the expected version; raises StaleCase."""
        self._move_case(case_id, expected_version, {"state": state})
        body: dict[str, Any] = {"why": why} if why else {}
        self.audit(case_id, f"case_{state}", actor, {**body, "set": {"case": {"state": state}}})

    def add_decision(
        self, case_id: str, version: int, proposal_hash: str, person: str, role: Role, verdict: VerdictName, reason: str
    ) -> None:
        """Write what a person decided; a second signature of one person under one version is an IntegrityError."""
        row: dict[str, Any] = {
            "case_id": case_id,
            "version": version,
            "proposal_hash": proposal_hash,
            "person": person,
            "role": role,
            "verdict": verdict,
            "reason": reason,
            "at": self._stamp,
        }
        (row["id"],) = self.connection.execute(_PUT_DECISION, row).scalars()
        told = {"verdict": verdict, "role": role, "version": version, "hash": proposal_hash, "reason": reason}
        self._record(case_id, "decision", person, told, "decisions", row)

    def enqueue(
        self,
        message_id: str,
        *,
        case_id: str,
        proposal_hash: str,
        type: str,
        to: str,
        body: str,
        why: Mapping[str, Any],
        position: int = 0,
    ) -> None:
        """Lay one message into the outbox; the same message again changes nothing, another under its id is refused.

        Messages of one proposal leave in the order of `position`: an answer before the money that it announces.
        """
        row: dict[str, Any] = {
            "message_id": message_id,
            "case_id": case_id,
            "proposal_hash": proposal_hash,
            "type": type,
            "recipient": to,
            "body": body,
            "position": position,
            "state": "pending",
            "attempts": 0,
            "next_attempt_at": self._stamp,
            "created_at": self._stamp,
        }
        there = self.connection.execute(_MESSAGE, {"key": message_id}).mappings().one_or_none()
        if there is not None:
            if seal("outbox", {**there, "created_at": self._stamp}) != seal("outbox", row):
                raise MessageTaken(message_id)
            return
        _PUT_MESSAGE.run(self.connection, row)
        told = {"type": type, "to": to, "proposal_hash": proposal_hash, **why}
        self._record(case_id, "message_released", SYSTEM, told, "outbox", row)

    def audit(self, case_id: str, kind: str, actor: str, body: Mapping[str, Any]) -> None:
        """Record something that happened; it is linked into the chain with the commit."""
        self._entries.append(Entry(case_id, kind, actor, dict(body)))

    def case(self, case_id: str) -> CaseRow:
        """Return one case and keep it still for others until this transaction ends; raises UnknownCase."""
        return read_case(self.connection, case_id, lock=True)

    def proposals(self, case_id: str) -> tuple[ProposalRow, ...]:
        return read_proposals(self.connection, case_id)

    def proposal(self, case_id: str, version: int) -> ProposalRow | None:
        return read_proposal(self.connection, case_id, version)

    def decisions(self, case_id: str) -> tuple[DecisionRow, ...]:
        return read_decisions(self.connection, case_id)

    def history(self, case_id: str) -> tuple[AuditRow, ...]:
        """Return what the chain holds of a case, this transaction's own records with it."""
        self.link_records()
        return read_audit(self.connection, case_id)

    def is_as_recorded(self, case_id: str, rows: Iterable[ProposalRow | DecisionRow]) -> bool:
        """Say whether these rows of a case still read as the chain recorded them."""
        self.link_records()
        recorded = first_seals(self.connection, case_id)
        seals = (seal(*_as_stored(row)) for row in rows)
        return all(recorded.get(name) == hashed for name, hashed in seals)

    def link_records(self) -> None:
        """Link everything recorded so far to the end of the chain; the store does so just before it commits."""
        if self._entries:
            append(self.connection, self._stamp, self._entries)
            self._entries = []

    def _version(self, case_id: str) -> int:
        if case_id not in self._versions:
            self._versions[case_id] = self.connection.execute(_VERSION, {"key": case_id}).scalar_one()
        return self._versions[case_id]

    def _move_case(self, case_id: str, expected_version: int, columns: Mapping[str, Any]) -> None:
        where = {"key": case_id, "expected": expected_version, "updated_at": self._stamp}
        changed = _MOVE_CASE[columns["state"]].run(self.connection, {**where, **columns})
        if not changed:
            raise StaleCase(case_id)

    def _record(
        self, case_id: str, kind: str, actor: str, body: Mapping[str, Any], table: str, row: Mapping[str, Any]
    ) -> None:
        """Record a new row under its seal, with the first values of the columns that may change."""
        name, hashed = seal(table, row)
        first = {column: value for column, value in moves(table, row).items() if value is not None}
        values = {**body.get("set", {}), **({name: first} if first else {})}
        self.audit(case_id, kind, actor, {**body, "rows": {name: hashed}, **({"set": values} if values else {})})


def _as_stored(row: ProposalRow | DecisionRow) -> tuple[str, dict[str, Any]]:
    """Return a row's table and its columns as they are written."""
    columns = {**row.model_dump(), "at": instant_text(row.at)}
    if isinstance(row, DecisionRow):
        return "decisions", columns
    written = {"expires_at": instant_text(row.expires_at), "blocked": orjson.dumps(list(row.blocked)).decode()}
    return "proposals", {**columns, **written}
