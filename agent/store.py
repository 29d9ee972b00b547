"""The store: every case of the bank, read as rows, written in transactions that record themselves."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

from sqlalchemy import Connection, Engine, bindparam, select

from agent.casebook import (
    AuditRow,
    CaseFile,
    CaseRow,
    DecisionRow,
    OutboxRow,
    ProposalRow,
    QueueFilter,
    QueuePage,
    UnknownCase,
)
from agent.reading import (
    read_audit,
    read_case,
    read_decisions,
    read_evidence,
    read_file,
    read_outbox,
    read_proposals,
    read_queue,
)
from agent.transaction import Transaction
from tools.bank.casework import cases
from tools.bank.engine import hold_still, writing
from tools.evidence import Evidence

_HAS_CASE = select(cases.c.case_id).where(cases.c.case_id == bindparam("key"))
_MESSAGE_OF = select(cases.c.message).where(cases.c.case_id == bindparam("key"))
_UNFINISHED = (
    select(cases.c.case_id)
    .where(cases.c.state.in_(("received", "investigating")))
    .order_by(cases.c.received_at, cases.c.case_id)
)


class Store:
    """All cases of one bank, on SQLite or PostgreSQL."""

    def __init__(self, engine: Engine, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._engine = engine
        self._clock = clock

    @property
    def engine(self) -> Engine:
        """The engine under the store; the bank's records stand beside the cases."""
        return self._engine

    @contextmanager
    def begin(self, at: datetime | None = None, *, settled_later: bool = False) -> Iterator[Transaction]:
        """Open a transaction that writes as of `at`; leaving it commits all, an exception nothing.

        `settled_later`: see `writing`; for what nobody outside has been told yet.
        """
        with writing(self._engine, settled_later=settled_later) as connection:
            tx = Transaction(connection, at or self._clock(), self._clock)
            yield tx
            tx.link_records()

    @contextmanager
    def snapshot(self) -> Iterator[Connection]:
        """Open a connection on which every read sees the same moment."""
        with self._engine.connect() as connection:
            hold_still(connection)
            yield connection
            connection.rollback()

    def case(self, case_id: str) -> CaseRow:
        """Return one case; raises UnknownCase."""
        with self._engine.connect() as connection:
            return read_case(connection, case_id)

    def has_case(self, case_id: str) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(_HAS_CASE, {"key": case_id}).first() is not None

    def message(self, case_id: str) -> bytes:
        """Return the bytes that opened a case; raises UnknownCase."""
        with self._engine.connect() as connection:
            found = connection.execute(_MESSAGE_OF, {"key": case_id}).scalar_one_or_none()
        if found is None:
            raise UnknownCase(case_id)
        return bytes(found)

    def unfinished(self) -> tuple[CaseRow, ...]:
        """Return the cases whose investigation has not come to a proposal, oldest first."""
        with self._engine.connect() as connection:
            ids = connection.execute(_UNFINISHED).scalars().all()
            return tuple(read_case(connection, case_id) for case_id in ids)

    def evidence(self, case_id: str) -> tuple[Evidence, ...]:
        with self._engine.connect() as connection:
            return read_evidence(connection, case_id)

    def proposal(self, case_id: str) -> ProposalRow | None:
        """Return the latest version; None while there is no proposal."""
        found = self.proposals(case_id)
        return found[-1] if found else None

    def proposals(self, case_id: str) -> tuple[ProposalRow, ...]:
        with self._engine.connect() as connection:
            return read_proposals(connection, case_id)

    def decisions(self, case_id: str) -> tuple[DecisionRow, ...]:
        with self._engine.connect() as connection:
            return read_decisions(connection, case_id)

    def outbox(self, case_id: str) -> tuple[OutboxRow, ...]:
        with self._engine.connect() as connection:
            return read_outbox(connection, case_id)

    def history(self, case_id: str) -> tuple[AuditRow, ...]:
        with self._engine.connect() as connection:
            return read_audit(connection, case_id)

    def file(self, case_id: str) -> CaseFile:
        """Return everything of a case as of one moment; raises UnknownCase."""
        with self.snapshot() as connection:
            return read_file(connection, case_id)

    def queue(self, wanted: QueueFilter | None = None, *, limit: int = 50, offset: int = 0) -> QueuePage:
        with self._engine.connect() as connection:
            return read_queue(connection, wanted or QueueFilter(), limit, offset)
