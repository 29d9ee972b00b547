"""Finds a row by its id, for words and documents about it."""

from functools import cache

from agent.policy import TABLES
from agent.policy.general import GENERAL, PRECEDENCE
from agent.policy.table import NamedRow, Table


def tables() -> tuple[Table, ...]:
    """Every table in the order of the decision tables."""
    return (GENERAL, *TABLES.values(), PRECEDENCE)


@cache
def row_of(id: str, type: str) -> NamedRow:
    """The row of this id, looked for in the type's own table first."""
    own = (TABLES[type],) if type in TABLES else ()
    row: NamedRow
    for table in (*own, *tables()):
        for row in table:
            if row.id == id:
                return row
    raise KeyError(f"no row is called {id!r}")
