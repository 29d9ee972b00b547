"""Keeps the counted flows up to date as payments come in: sums of accounts and pairs, first times, and marks.

Every change is an addition or a minimum, so payments may come in any order and in several batches.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Connection

from tools.bank.flow_tables import DAYS, HOURS, IN, OUT
from tools.bank.schema import payments
from tools.fraud.grain import DAY, HOUR, MAJOR_MAX
from tools.payment import minor_units

_COLUMNS = [column.name for column in payments.columns if column.name != "id"]
_PLACE = {name: place for place, name in enumerate(_COLUMNS)}
_BATCH = 5000

_FLOW = "INSERT INTO flows (uetr, at, debtor, creditor, currency, amount_minor, device, country) VALUES ({})"
_BUCKET = """INSERT INTO flow_buckets (account, currency, side, grain, start, n, total, squares, largest) VALUES ({})
ON CONFLICT (account, currency, side, grain, start) DO UPDATE SET n = flow_buckets.n + excluded.n,
total = flow_buckets.total + excluded.total, squares = flow_buckets.squares + excluded.squares,
largest = CASE WHEN excluded.largest > flow_buckets.largest THEN excluded.largest ELSE flow_buckets.largest END"""
_PAIR = """INSERT INTO flow_pairs (debtor, creditor, currency, start, n, total, last_at) VALUES ({})
ON CONFLICT (debtor, creditor, currency, start) DO UPDATE SET n = flow_pairs.n + excluded.n,
total = flow_pairs.total + excluded.total,
last_at = CASE WHEN excluded.last_at > flow_pairs.last_at THEN excluded.last_at ELSE flow_pairs.last_at END"""
_FIRST = """INSERT INTO flow_firsts (debtor, currency, kind, value, first_at) VALUES ({})
ON CONFLICT (debtor, currency, kind, value) DO UPDATE SET first_at = CASE WHEN excluded.first_at < flow_firsts.first_at
THEN excluded.first_at ELSE flow_firsts.first_at END"""
_MARK = """INSERT INTO flow_marks (uetr, kind, debtor, creditor, currency, known_at, source) VALUES ({})
ON CONFLICT (uetr, kind) DO UPDATE SET known_at = excluded.known_at, source = excluded.source"""

Flow = tuple[str, int, str, str, str, int, str | None, str | None]
"""uetr, at, debtor, creditor, currency, amount_minor, device, country"""


def add_flows(driver: Any, mark: str, rows: Sequence[Sequence[Any]]) -> None:
    """Count payments that are laid out as rows of the table `payments`; covers and returns flow under their order."""
    made = [_flow(row) for row in rows if row[_PLACE["leg"]] == 0]
    put_flows(driver, mark, made)
    returned = [(row[_PLACE["return_of"]], _at(row)) for row in rows if row[_PLACE["return_of"]]]
    if returned:
        _mark_returns(driver, mark, returned)


def put_flows(driver: Any, mark: str, made: Sequence[Flow]) -> None:
    """Write flows and add them to the sums."""
    if not made:
        return
    cursor = driver.cursor()
    cursor.executemany(_FLOW.format(", ".join([mark] * 8)), made)
    cursor.executemany(_BUCKET.format(", ".join([mark] * 9)), _buckets(made))
    cursor.executemany(_PAIR.format(", ".join([mark] * 7)), _pairs(made))
    cursor.executemany(_FIRST.format(", ".join([mark] * 5)), _firsts(made))


def put_marks(driver: Any, mark: str, marks: Sequence[tuple[str, str, str, str, str, int, str]]) -> None:
    """Write what became known of payments: uetr, kind, debtor, creditor, currency, known_at, source."""
    if marks:
        driver.cursor().executemany(_MARK.format(", ".join([mark] * 7)), marks)


def forget_flows(driver: Any, mark: str, uetrs: Iterable[str]) -> None:
    """Take payments out of the sums, before they are replaced; the accounts in them are counted anew."""
    cursor = driver.cursor()
    touched: set[tuple[str, str]] = set()
    for uetr in uetrs:
        cursor.execute(f"SELECT debtor, creditor, currency FROM flows WHERE uetr = {mark}", (uetr,))  # noqa: S608
        for debtor, creditor, currency in cursor.fetchall():
            touched |= {(debtor, currency), (creditor, currency)}
        cursor.execute(f"DELETE FROM flows WHERE uetr = {mark}", (uetr,))  # noqa: S608
    for account, currency in sorted(touched):
        _count_anew(cursor, mark, account, currency)


def _count_anew(cursor: Any, mark: str, account: str, currency: str) -> None:
    where = f"account = {mark} AND currency = {mark}"
    cursor.execute(f"DELETE FROM flow_buckets WHERE {where}", (account, currency))  # noqa: S608
    cursor.execute(
        f"DELETE FROM flow_pairs WHERE debtor = {mark} AND currency = {mark}",  # noqa: S608
        (account, currency),
    )
    either = f"(debtor = {mark} OR (value = {mark} AND kind = 'pair')) AND currency = {mark}"
    cursor.execute(f"DELETE FROM flow_firsts WHERE {either}", (account, account, currency))  # noqa: S608
    cursor.execute(
        "SELECT uetr, at, debtor, creditor, currency, amount_minor, device, country FROM flows "  # noqa: S608
        f"WHERE (debtor = {mark} OR creditor = {mark}) AND currency = {mark}",
        (account, account, currency),
    )
    again: list[Flow] = [tuple(row) for row in cursor.fetchall()]
    buckets = [bucket for bucket in _buckets(again) if bucket[0] == account]
    paid = _pairs([flow for flow in again if flow[2] == account])
    if again:
        cursor.executemany(_BUCKET.format(", ".join([mark] * 9)), buckets)
        cursor.executemany(_PAIR.format(", ".join([mark] * 7)), paid)
        cursor.executemany(_FIRST.format(", ".join([mark] * 5)), _firsts(again))


def add_from_payments(connection: Connection) -> None:
    """Count every payment that the store has, batch by batch."""
    driver: Any = connection.connection.dbapi_connection
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    cursor, last = driver.cursor(), 0
    names = ", ".join(_COLUMNS)
    while True:
        cursor.execute(f"SELECT id, {names} FROM payments WHERE id > {last} ORDER BY id LIMIT {_BATCH}")  # noqa: S608
        rows = cursor.fetchall()
        if not rows:
            return
        last = rows[-1][0]
        add_flows(driver, mark, [row[1:] for row in rows])


def _flow(row: Sequence[Any]) -> Flow:
    creditor = row[_PLACE["creditor_account"]]
    return (
        row[_PLACE["uetr"]],
        _at(row),
        row[_PLACE["debtor_account"]],
        creditor,
        row[_PLACE["currency"]],
        row[_PLACE["amount_minor"]],
        row[_PLACE["device"]],
        country_of(creditor, row[_PLACE["creditor_agent"]]),
    )


def country_of(account: str, agent: str) -> str | None:
    """Return the country of an account: its IBAN's, else that of the bank's BIC."""
    if len(account) > 14 and account[:2].isalpha() and account[2:4].isdigit():
        return account[:2]
    return agent[4:6] if ":" not in agent and len(agent) >= 8 else None


def _at(row: Sequence[Any]) -> int:
    """When a payment happened: credited, else its last state, else the start of its settlement day."""
    for name in ("credited_at", "state_at", "settlement_date"):
        found = row[_PLACE[name]]
        if found is not None:
            return microseconds(found)
    raise AssertionError("a payment has a settlement date")


def microseconds(moment: str | datetime | date) -> int:
    """Return a stored time, or the start of a day, as microseconds since 1970."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    elif not isinstance(moment, datetime):
        moment = datetime(moment.year, moment.month, moment.day, tzinfo=UTC)
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    whole = moment.astimezone(UTC).replace(microsecond=0)
    return int(whole.timestamp()) * 1_000_000 + moment.microsecond


def _buckets(made: Sequence[Flow]) -> list[tuple[Any, ...]]:
    """Sums per account, side, and hour or day. Written flat: this loop is much of what an import costs."""
    sums: dict[tuple[str, str, int, int, int], list[int]] = {}
    units = {currency: int(10 ** minor_units(currency)) for currency in {flow[4] for flow in made}}
    for _, at, debtor, creditor, currency, amount, _, _ in made:
        whole = min(amount // units[currency], MAJOR_MAX)
        hour, day = at - at % HOUR, at - at % DAY
        for key in (
            (debtor, currency, OUT, HOURS, hour),
            (debtor, currency, OUT, DAYS, day),
            (creditor, currency, IN, HOURS, hour),
            (creditor, currency, IN, DAYS, day),
        ):
            found = sums.get(key)
            if found is None:
                sums[key] = [1, amount, whole * whole, whole]
            else:
                found[0] += 1
                found[1] += amount
                found[2] += whole * whole
                if whole > found[3]:
                    found[3] = whole
    return [(*key, *values) for key, values in sums.items()]


def _pairs(made: Sequence[Flow]) -> list[tuple[Any, ...]]:
    sums: dict[tuple[str, str, str, int], list[int]] = {}
    for _, at, debtor, creditor, currency, amount, _, _ in made:
        found = sums.setdefault((debtor, creditor, currency, at - at % HOUR), [0, 0, at])
        found[0] += 1
        found[1] += amount
        found[2] = max(found[2], at)
    return [(*key, *values) for key, values in sums.items()]


def _firsts(made: Sequence[Flow]) -> list[tuple[Any, ...]]:
    firsts: dict[tuple[str, str, str, str], int] = {}
    for _, at, debtor, creditor, currency, _, device, country in made:
        for kind, value in (("pair", creditor), ("device", device), ("country", country)):
            if value is not None:
                key = (debtor, currency, kind, value)
                firsts[key] = min(at, firsts.get(key, at))
    return [(*key, at) for key, at in firsts.items()]


def _mark_returns(driver: Any, mark: str, returned: list[tuple[str, int]]) -> None:
    cursor, marks = driver.cursor(), []
    for uetr, at in returned:
        cursor.execute(f"SELECT debtor, creditor, currency FROM flows WHERE uetr = {mark}", (uetr,))  # noqa: S608
        marks += [(uetr, "return", *found, at, f"return:{uetr}") for found in cursor.fetchall()]
    put_marks(driver, mark, marks)
