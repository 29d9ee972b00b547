"""Prepared statements: a Core statement is compiled once per database, then run on the driver itself.

SQLAlchemy keeps writing the SQL and knowing the column types; its execution layer costs more than SQLite's answer does
(23 against 10 microseconds for one payment), and an investigation asks some twenty times.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any, NamedTuple

from sqlalchemy import Connection, Dialect, Insert, Select, Update
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import IntegrityError

Row = tuple[Any, ...]

SLOTS = 4
"""How many accounts or references one statement takes; more are asked for in turns."""
ROWS_MAX = 500
"""How many rows of side records one payment may have; none has."""


class _Compiled(NamedTuple):
    sql: str
    given: dict[str, Any]
    """Constants that stand in the statement itself."""
    readers: tuple[tuple[int, Callable[[Any], Any]], ...]
    """Columns whose driver value is not yet the Python value."""


class Query:
    """One statement with named parameters; every read has one, made when the module is imported."""

    def __init__(self, statement: Select[*tuple[Any, ...]]) -> None:
        self._statement = statement
        self._compiled: dict[str, _Compiled] = {}

    def run(self, driver: Any, dialect: Dialect, parameters: dict[str, Any]) -> list[Row]:
        """Return all rows; a query that may find many has a limit of its own."""
        return self._rows(self._start(driver, dialect, parameters), dialect)

    def _start(self, driver: Any, dialect: Dialect, parameters: dict[str, Any]) -> Any:
        compiled = self._on(dialect)
        cursor = driver.cursor()
        cursor.execute(compiled.sql, {**compiled.given, **parameters} if compiled.given else parameters)
        return cursor

    def _rows(self, cursor: Any, dialect: Dialect) -> list[Row]:
        rows: list[Row] = cursor.fetchall()
        readers = self._on(dialect).readers
        return [_read(row, readers) for row in rows] if readers else rows

    def _on(self, dialect: Dialect) -> _Compiled:
        found = self._compiled.get(dialect.name)
        if found is None:
            # Two threads may both compile: the same result twice, and no harm.
            found = self._compiled[dialect.name] = _compile(self._statement, dialect)
        return found


def run_together(asks: Sequence[tuple[Query, dict[str, Any]]], driver: Any, dialect: Dialect) -> list[list[Row]]:
    """Run queries that need nothing of each other; PostgreSQL gets them in one round trip (pipeline mode)."""
    if dialect.name == "sqlite":
        return [query.run(driver, dialect, parameters) for query, parameters in asks]
    pipeline: AbstractContextManager[Any] = driver.pipeline() if hasattr(driver, "pipeline") else nullcontext()
    with pipeline:
        cursors = [query._start(driver, dialect, parameters) for query, parameters in asks]
    return [query._rows(cursor, dialect) for (query, _), cursor in zip(asks, cursors, strict=True)]


class Write:
    """One INSERT or UPDATE over plain columns, compiled once per database and set of names, run on the driver itself.

    It runs inside the caller's transaction on that connection, and what the database refuses is SQLAlchemy's
    IntegrityError as ever.
    """

    def __init__(self, statement: Insert | Update) -> None:
        self._statement = statement
        self._compiled: dict[tuple[str, frozenset[str]], tuple[str, dict[str, Any]]] = {}

    def run(self, connection: Connection, parameters: dict[str, Any] | list[dict[str, Any]]) -> int:
        """Write one row or several of the same columns; return how many rows were written."""
        rows = parameters if isinstance(parameters, list) else [parameters]
        sql, given = self._on(connection.dialect, frozenset(rows[0]))
        rows = [{**given, **row} for row in rows] if given else rows
        cursor = connection.connection.cursor()
        try:
            if len(rows) > 1:
                cursor.executemany(sql, rows)
            else:
                cursor.execute(sql, rows[0])
        except connection.dialect.loaded_dbapi.IntegrityError as refused:
            raise IntegrityError(sql, parameters, refused) from refused
        return int(cursor.rowcount)

    def _on(self, dialect: Dialect, names: frozenset[str]) -> tuple[str, dict[str, Any]]:
        key = (dialect.name, names)
        found = self._compiled.get(key)
        if found is None:
            named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
            columns = {column.name for column in self._statement.table.columns}
            compiled = self._statement.compile(dialect=named, column_keys=sorted(names & columns))
            given = {name: value for name, value in compiled.params.items() if value is not None and name not in names}
            found = self._compiled[key] = (str(compiled), given)
        return found


def _read(row: Row, readers: tuple[tuple[int, Callable[[Any], Any]], ...]) -> Row:
    values = list(row)
    for place, reader in readers:
        if values[place] is not None:
            values[place] = reader(values[place])
    return tuple(values)


def _compile(statement: Select[*tuple[Any, ...]], dialect: Dialect) -> _Compiled:
    # Both drivers then take parameters by name.
    named = sqlite.dialect(paramstyle="named") if dialect.name == "sqlite" else dialect
    compiled = statement.compile(dialect=named)
    given = {name: value for name, value in compiled.params.items() if value is not None}
    readers = []
    for place, column in enumerate(statement.selected_columns):
        reader = column.type.dialect_impl(dialect).result_processor(dialect, None)
        if reader is not None:
            readers.append((place, reader))
    return _Compiled(str(compiled), given, tuple(readers))
