"""Writes records into a store; the read tools never see this module."""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Table

from tools.bank.engine import writing
from tools.bank.flows import add_flows, forget_flows
from tools.bank.records import Records
from tools.bank.schema import customer_emails, incident_payments, payments
from tools.bank.to_rows import MAPPED, Row, email_rows, incident_payment_rows
from tools.errors import UnusableInput


class BankWriter:
    """Adds records to a store, inside the caller's transaction."""

    def __init__(self, connection: Connection) -> None:
        if not connection.in_transaction():
            # What the driver writes is then committed when the caller says so, and not lost.
            connection.begin()
        self._driver: Any = connection.connection.dbapi_connection
        self._mark = "?" if connection.dialect.name == "sqlite" else "%s"

    def add(self, records: Records) -> None:
        """Write all lists; raises UnusableInput that names the record which cannot be booked."""
        self._add(records, _laid_out(records))

    def _add(self, records: Records, laid_out: list[tuple[str, list[Row]]]) -> None:
        for name, rows in laid_out:
            self._insert(MAPPED[name].table, rows)
            if name == "payments":
                add_flows(self._driver, self._mark, rows)
        self._insert(customer_emails, [row for c in records.customers for row in email_rows(c)])
        self._insert(incident_payments, [row for i in records.incidents for row in incident_payment_rows(i)])

    def replace(self, records: Records) -> None:
        """Write all lists in place of what the store says of the same payments, accounts, customers and cases."""
        laid_out = _laid_out(records)
        for name, rows in laid_out:
            mapped = MAPPED[name]
            place = _place(mapped.table, mapped.subject)
            if name == "payments":
                forget_flows(self._driver, self._mark, dict.fromkeys(row[place] for row in rows))
            self._remove(mapped.table, mapped.subject, (row[place] for row in rows))
        self._remove(customer_emails, "customer_id", (c.customer_id for c in records.customers))
        self._remove(incident_payments, "incident_id", (i.id for i in records.incidents))
        self._add(records, laid_out)

    def add_payments(self, rows: Sequence[Row]) -> None:
        """Write payments that are laid out as rows already (`payment_row`)."""
        self._insert(payments, rows)
        add_flows(self._driver, self._mark, rows)

    def known(self, uetrs: Sequence[str]) -> set[tuple[str, int]]:
        """Return which of these UETRs the store has, with the leg that each is."""
        found: set[tuple[str, int]] = set()
        cursor = self._driver.cursor()
        for start in range(0, len(uetrs), _TOGETHER):
            some = uetrs[start : start + _TOGETHER]
            marks = ", ".join([self._mark] * len(some))
            cursor.execute(f"SELECT uetr, leg FROM payments WHERE uetr IN ({marks})", tuple(some))  # noqa: S608 - marks
            found.update(cursor.fetchall())
        return found

    def _insert(self, table: Table, rows: Sequence[Row]) -> None:
        if rows:
            self._driver.cursor().executemany(insert_into(table, self._mark), rows)

    def _remove(self, table: Table, column: str, values: Iterable[Any]) -> None:
        distinct = [(value,) for value in dict.fromkeys(values)]
        if distinct:
            sql = f"DELETE FROM {table.name} WHERE {column} = {self._mark}"  # noqa: S608 - names of our own schema
            self._driver.cursor().executemany(sql, distinct)


def fill(target: Engine | Connection, records: Records, *, replace: bool = False) -> None:
    """Put records into a store; with `replace`, in place of what it says of the same things (a lasting store)."""
    if isinstance(target, Engine):
        with writing(target) as connection:
            fill(connection, records, replace=replace)
        return
    writer = BankWriter(target)
    if replace:
        writer.replace(records)
    else:
        writer.add(records)


_TOGETHER = 500
"""UETRs asked for in one statement."""


def _laid_out(records: Records) -> list[tuple[str, list[Row]]]:
    found = []
    for name, mapped in MAPPED.items():
        rows: list[Row] = []
        for place, record in enumerate(getattr(records, name)):
            try:
                rows.append(mapped.row(record))
            except UnusableInput as wrong:
                where = f"{name}[{place}].{wrong.where}"
                raise UnusableInput(f"{name}[{place}].{wrong}", where=where) from None
        if rows:
            found.append((name, rows))
    return found


@lru_cache(64)
def _place(table: Table, column: str) -> int:
    """Return where in a row, which has no `id`, the column stands."""
    return [each.name for each in table.columns].index(column) - 1


@lru_cache(64)
def insert_into(table: Table, mark: str) -> str:
    names = [column.name for column in table.columns if column.name != "id"]
    return f"INSERT INTO {table.name} ({', '.join(names)}) VALUES ({', '.join([mark] * len(names))})"  # noqa: S608
