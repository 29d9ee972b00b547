"""How long the bank's records take to answer when they hold five million payments.

`python -m evals.bench.bank` fills a SQLite file (some 7 GB, removed afterwards) and prints microseconds a question;
`--payments 20000` does the same in a second.
"""

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sqlalchemy import Engine

from tools.bank.bank import Bank
from tools.bank.engine import open_engine
from tools.bank.migrations import migrate
from tools.bank.schema import payments
from tools.bank.to_rows import MAPPED
from tools.bank.writer import insert_into
from tools.payment import Money, Payment

LAST_DAY = date(2026, 11, 16)
DAYS = 90
CHUNK = 100_000
P50_MAX_MICROSECONDS = 1000.0
"""No question may take longer than this for half of the samples."""

_ROUND_CENTS = np.array([1000, 2000, 5000, 10_000, 50_000, 100_000])


class Timing(NamedTuple):
    """Microseconds of one question, over all samples."""

    question: str
    p50: float
    p99: float
    rows: float
    """Rows found on average."""


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--payments", type=int, default=5_000_000)
    options.add_argument("--samples", type=int, default=2000)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="amends-bench-") as folder:
        engine = open_engine(f"sqlite:///{Path(folder) / 'bank.db'}")
        started = time.perf_counter()
        fill_bank(engine, given.payments, given.seed)
        size = sum(path.stat().st_size for path in Path(folder).iterdir()) / 1e9
        print(f"{given.payments:,} payments, {size:.2f} GB, filled in {time.perf_counter() - started:.0f} s\n")
        slow = []
        print(f"{'question':<44}{'p50 µs':>10}{'p99 µs':>10}{'rows':>8}")
        for timing in measure(engine, given.samples, given.seed):
            print(f"{timing.question:<44}{timing.p50:>10.0f}{timing.p99:>10.0f}{timing.rows:>8.1f}")
            if timing.p50 > P50_MAX_MICROSECONDS:
                slow.append(timing.question)
        engine.dispose()
    if slow:
        raise SystemExit(f"slower than {P50_MAX_MICROSECONDS:.0f} µs for half of the samples: {', '.join(slow)}")


# --- filling ---------------------------------------------------------------------------------------------------------


def fill_bank(engine: Engine, count: int, seed: int) -> None:
    """Write payments without indexes, then the indexes: a third of the time of the other way round."""
    migrate(engine)
    with engine.connect() as connection:
        driver: Any = connection.connection.dbapi_connection
        driver.execute("PRAGMA synchronous = OFF")
        for index in payments.indexes:
            driver.execute(f"DROP INDEX {index.name}")
        driver.execute("BEGIN IMMEDIATE")
        for rows, events in _chunks(count, seed):
            driver.executemany(insert_into(payments, "?"), rows)
            driver.executemany(insert_into(MAPPED["tracker_events"].table, "?"), events)
        accounts = max(50, count // 10)
        driver.executemany(insert_into(MAPPED["accounts"].table, "?"), (_account(n) for n in range(accounts)))
        driver.executemany(insert_into(MAPPED["customers"].table, "?"), (_customer(n) for n in range(accounts)))
        driver.commit()
        for index in payments.indexes:
            index.create(connection)
        connection.commit()
        driver.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _number(account: int) -> str:
    return f"GB20WREN405010{account:08d}"


def _account(n: int) -> tuple[Any, ...]:
    return (_number(n), None, f"Holder {n}", f"C-{n}", "EUR", 5_000_000, "open", "2019-03-01", None, None)


def _customer(n: int) -> tuple[Any, ...]:
    return f"C-{n}", f"Holder {n}", "retail", None, False, None


def _busy(random: np.random.Generator, accounts: int, count: int) -> "np.ndarray[Any, np.dtype[np.int64]]":
    """Choose accounts as a bank's are used: the n-th busiest has one n-th of the busiest one's payments (Zipf)."""
    weights = np.cumsum(1.0 / np.arange(2, accounts + 2))
    return np.searchsorted(weights / weights[-1], random.random(count))


def _chunks(count: int, seed: int) -> Iterator[tuple[list[tuple[Any, ...]], list[tuple[Any, ...]]]]:
    random = np.random.default_rng(seed)
    accounts = max(50, count // 10)
    days = [(LAST_DAY - timedelta(days=back)).isoformat() for back in range(DAYS)]
    for start in range(0, count, CHUNK):
        size = min(CHUNK, count - start)
        cents = np.exp(random.normal(9.2, 1.6, size)).astype(np.int64) + 1
        is_round = random.random(size) < 0.08
        cents[is_round] = random.choice(_ROUND_CENTS, int(is_round.sum()))
        columns = zip(
            random.bytes(16 * size).hex(" ", 16).split(),
            _busy(random, accounts, size).tolist(),
            _busy(random, accounts, size).tolist(),
            cents.tolist(),
            random.integers(0, DAYS, size).tolist(),
            strict=True,
        )
        rows, events = [], []
        for number, (hexadecimal, debtor, creditor, minor, back) in enumerate(columns, start):
            uetr = "-".join((hexadecimal[:8], hexadecimal[8:12], "4" + hexadecimal[13:16], "8" + hexadecimal[17:20]))
            uetr = f"{uetr}-{hexadecimal[20:]}"
            rows.append(_payment(uetr, number, debtor, creditor, minor, days[back]))
            if number % 5 == 0:
                at = f"{days[back]}T12:00:00.000000Z"
                events.append((uetr, at, "WRENGB2L", "ACSP", "G001", None, None, None))
        yield rows, events


def _payment(uetr: str, number: int, debtor: int, creditor: int, minor: int, day: str) -> tuple[Any, ...]:
    at = f"{day}T10:00:00.000000Z"
    head = (uetr, 0, "SEPA_SCT", "pacs.008.001.08", f"M{number // 20}", f"I{number}", f"E{number}", f"T{number}")
    money = ("outbound", minor, "EUR", day, None, None, "SLEV", None, "CLRG")
    payer = (f"Holder {debtor}", f"holder {debtor}", _number(debtor), None, None, "WRENGB2L")
    payee = (f"Holder {creditor}", f"holder {creditor}", _number(creditor), None, None, "WRENGB2L")
    tail = ("WRENGB2L", "WRENGB2L", None, None, f"Invoice {number}", "settled", None, at, None, None, None, None, None)
    return *head, *money, *payer, *payee, *tail


# --- asking ----------------------------------------------------------------------------------------------------------


def measure(engine: Engine, samples: int, seed: int) -> Iterator[Timing]:
    """Ask every question about payments drawn at random, so busy accounts as often as they occur, and the busiest."""
    with engine.connect() as connection:
        bank = Bank(connection)
        drawn = _drawn(engine, bank, samples, seed)
        busiest = _number(0)
        recent = LAST_DAY - timedelta(days=7)
        questions: dict[str, Callable[[Payment], Any]] = {
            "payment by UETR": lambda p: bank.payment(p.uetr),
            "payment, unknown UETR": lambda p: bank.payment(p.uetr[::-1]),
            "by message and instruction id": lambda p: bank.payments_by_reference(p.message_id, p.instruction_id),
            "by message id (batch of 20)": lambda p: bank.payments_by_reference(p.message_id),
            "by instruction id": lambda p: bank.payments_by_reference(instruction_id=p.instruction_id),
            "by end-to-end id": lambda p: bank.payments_by_end_to_end(p.end_to_end_id or ""),
            "by any reference": lambda p: bank.payments_by_any_reference(p.transaction_id or ""),
            "amount and day": lambda p: bank.payments_like(p.money, on=p.settlement_date),
            "amount, day and party": lambda p: bank.payments_like(p.money, p.settlement_date, p.creditor.name),
            "amount and party, any day": lambda p: bank.payments_like(p.money, party=p.creditor.name),
            "amount 100.00, any day, party": lambda p: bank.payments_like(_HUNDRED, party=p.creditor.name),
            "twins within 10 days": lambda p: bank.twins(p),
            "newest 20 of an account": lambda p: bank.payments_of_account(p.debtor.account, limit=20),
            "newest 20 of the busiest account": lambda p: bank.payments_of_account(busiest, limit=20),
            "newest 20 into an account": lambda p: bank.payments_to_account(p.creditor.account, limit=20),
            "fan-in of 7 days": lambda p: bank.fan_in(p.creditor.account, recent),
            "fan-in of 7 days, busiest account": lambda p: bank.fan_in(busiest, recent),
            "first payment between two accounts": lambda p: bank.first_payment_between(
                p.debtor.account, p.creditor.account
            ),
            "covers": lambda p: bank.covers_of(p.uetr),
            "cover candidates": lambda p: bank.cover_candidates(p),
            "returns": lambda p: bank.returns_of(p.uetr),
            "tracker": lambda p: bank.tracker(p.uetr),
            "account": lambda p: bank.account(p.debtor.account),
            "customer": lambda p: bank.customer("C-1"),
            "holds of a payment and two accounts": lambda p: bank.holds([p.uetr, p.debtor.account, p.creditor.account]),
            "dossier (12 questions)": lambda p: bank.dossier(p),
        }
        for question, ask in questions.items():
            yield _timed(question, ask, drawn)


_HUNDRED = Money.of("100.00", "EUR")


def _drawn(engine: Engine, bank: Bank, samples: int, seed: int) -> list[Payment]:
    with engine.connect() as connection:
        [(last,)] = connection.exec_driver_sql("SELECT max(id) FROM payments").all()
        numbers = np.random.default_rng(seed + 1).integers(1, last + 1, samples).tolist()
        found = [
            connection.exec_driver_sql("SELECT uetr FROM payments WHERE id = ?", (n,)).scalar_one() for n in numbers
        ]
    return [payment for uetr in found if (payment := bank.payment(uetr)) is not None]


def _timed(question: str, ask: Callable[[Payment], Any], drawn: list[Payment]) -> Timing:
    for payment in drawn[:20]:
        ask(payment)
    spent, rows = [], 0
    for payment in drawn:
        began = time.perf_counter_ns()
        answer = ask(payment)
        spent.append((time.perf_counter_ns() - began) / 1000)
        rows += len(answer) if isinstance(answer, list) else answer is not None
    p50, p99 = np.percentile(spent, (50, 99))
    return Timing(question, float(p50), float(p99), rows / len(drawn))


if __name__ == "__main__":
    main()
