"""Opens stores: SQLite files, PostgreSQL by URL, and throw-away stores in memory."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

import orjson
from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import StaticPool

from tools.bank import casework, flow_tables
from tools.bank.schema import metadata
from tools.errors import UnusableInput

BUSY_TIMEOUT_SECONDS = 30
"""How long a writer waits for the one before it."""

_TEMPLATE_PAGE_BYTES = 512
"""Small pages keep the empty store small: resetting copies 80 kB instead of 400."""


def open_engine(url: str) -> Engine:
    """Open the store at a SQLAlchemy URL (`sqlite:///path/to/file.db`, `postgresql://…`); create no table.

    Reads on SQLite see what is committed; a first write takes the write lock at once (BEGIN IMMEDIATE), so that a
    transaction never has to give up half-way because another wrote meanwhile.
    """
    try:
        target = make_url(url)
    except ArgumentError:
        raise UnusableInput(f"{url!r} is no database URL; write e.g. 'sqlite:///amends.db'.", where="store") from None
    match target.get_backend_name():
        case "sqlite" if target.database in (None, "", ":memory:"):
            return memory_engine()
        case "sqlite":
            return _sqlite_file(target)
        case "postgresql" | "postgres":
            return _postgresql(target)
        case other:
            raise UnusableInput(f"A store on {other!r} is not supported; use sqlite or postgresql.", where="store")


def _sqlite_file(url: URL) -> Engine:
    engine = create_engine(
        url,
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS, "isolation_level": "IMMEDIATE", "check_same_thread": False},
        json_deserializer=orjson.loads,
    )

    @event.listens_for(engine, "connect")
    def configure(connection: sqlite3.Connection, _: object) -> None:
        connection.execute("PRAGMA journal_mode = WAL")
        # An approval that was acknowledged survives a power failure; NORMAL could lose the last ones.
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA cache_size = -65536")

    return engine


def _postgresql(url: URL) -> Engine:
    # A plan made for an average account is ruinous for the busiest one: every query is planned for its values.
    options = "-c plan_cache_mode=force_custom_plan -c timezone=UTC"
    asked = url.query.get("options", "")
    asked = asked if isinstance(asked, str) else " ".join(asked)
    url = url.set(drivername="postgresql+psycopg").difference_update_query(["options"])
    try:
        return create_engine(
            url,
            connect_args={"options": f"{asked} {options}".strip()},
            pool_pre_ping=True,
            json_deserializer=orjson.loads,
        )
    except ModuleNotFoundError:
        raise UnusableInput("PostgreSQL needs its driver: install 'amends[postgres]'.", where="store") from None


@contextmanager
def writing(engine: Engine, *, settled_later: bool = False) -> Iterator[Connection]:
    """Open one transaction that writes: leaving it commits all, an exception nothing.

    `settled_later` is for what nobody has been told yet: the death of the process loses nothing of it, and the next
    ordinary commit carries it to the disk; until then a power failure may.
    """
    with engine.connect() as connection, connection.begin():
        driver: Any = connection.connection.driver_connection
        if isinstance(driver, _Passing):
            driver.begin()
        elif connection.dialect.name == "sqlite":
            # On the driver: a tenth of the cost.
            driver.execute(f"PRAGMA synchronous = {'NORMAL' if settled_later else 'FULL'}")
            driver.execute("BEGIN IMMEDIATE")
        elif settled_later:
            connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
        yield connection


def hold_still(connection: Connection) -> None:
    """Let every read that follows on this connection see the same moment, until its transaction ends."""
    if connection.dialect.name != "sqlite":
        connection.execution_options(isolation_level="REPEATABLE READ")
    elif not isinstance(connection.connection.driver_connection, _Passing):  # which nobody else writes to
        connection.exec_driver_sql("BEGIN")


def memory_engine() -> Engine:
    """Open a throw-away store with all tables, empty; `reset` empties it again in microseconds.

    It is one connection for all threads, so a thousand scenarios one after the other keep memory flat and every
    statement prepared.
    """
    connection = sqlite3.connect(":memory:", check_same_thread=False, factory=_Passing)
    connection.deserialize(_template())
    connection.execute("PRAGMA foreign_keys = ON")
    connection.empty()
    return create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool, json_deserializer=orjson.loads)


def reset(engine: Engine) -> None:
    """Empty a throw-away store, whatever was in it; any other store is refused."""
    if not isinstance(engine.pool, StaticPool):
        raise AssertionError(f"{engine.url!r} is a lasting store and cannot be reset")
    raw = engine.raw_connection()
    try:
        driver: Any = raw.driver_connection
        driver.empty()
    finally:
        raw.close()


class _Passing(sqlite3.Connection):
    """A store that is one open transaction: nothing in it is ever committed, so that all of it can be undone at once.

    Loading an empty image instead would have SQLite prepare every statement anew for each case, ten times the cost of
    running it.
    """

    _working = False

    def begin(self) -> None:
        """Start a piece of work that `commit` keeps and `rollback` undoes."""
        self.execute("SAVEPOINT work")
        self._working = True

    def commit(self) -> None:
        if self._working:
            self.execute("RELEASE work")
            self._working = False

    def rollback(self) -> None:
        if self._working:
            self.execute("ROLLBACK TO work")
            self.commit()

    def empty(self) -> None:
        """Undo everything since the store was opened."""
        self._working = False
        super().rollback()
        self.execute("BEGIN")


@cache
def _template() -> bytes:
    """Return the image of an empty store; made once a process, and equal to what the migrations make."""
    assert casework.DESK, "the desk's tables belong to every store"
    assert flow_tables.FLOWS, "and so do those from which flows are counted"
    connection = sqlite3.connect(":memory:")
    connection.execute(f"PRAGMA page_size = {_TEMPLATE_PAGE_BYTES}")
    engine = create_engine("sqlite://", creator=lambda: connection, poolclass=StaticPool)
    with engine.begin() as opened:
        metadata.create_all(opened, checkfirst=False)
    image = connection.serialize()
    connection.close()
    return image
