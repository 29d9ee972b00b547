"""The store counts what the batch counts: online and batch features are equal to the last bit."""

from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, writing
from tools.bank.flows import forget_flows, put_flows, put_marks
from tools.fraud.history import History
from tools.fraud.mapping import Mapping
from tools.fraud.online import Moment
from tools.fraud.table import table_of
from tools.fraud.windows import DAY, NONE, QUANTITIES

_DAY = 86_400


def a_table(rows: list[dict[str, Any]]) -> pl.DataFrame:
    said = [
        {"uetr": f"u{n}"} | {k: None if v is None else str(v) for k, v in row.items()} for n, row in enumerate(rows)
    ]
    columns = sorted({column for row in said for column in row})
    raw = pl.DataFrame([{c: row.get(c) for c in columns} for row in said], schema=dict.fromkeys(columns, pl.String))
    return table_of(raw, Mapping.model_validate({"time": {"unit": "seconds", "start": "2026-01-05T00:00:00Z"}})).frame


def a_store(frame: pl.DataFrame, delay: int, engine: Engine, batch: int) -> Bank:
    """A store that heard of the same payments, out of order and in several batches."""
    made = list(frame.select("uetr", "at", "debtor_account", "creditor_account", "currency", "amount", "device",
                             "creditor_country").iter_rows())  # fmt: skip
    made = made[1::2] + made[::2]
    with writing(engine) as connection:
        driver = connection.connection.dbapi_connection
        for start in range(0, len(made), batch):
            put_flows(driver, "?", made[start : start + batch])
        put_marks(driver, "?", [mark for row in frame.iter_rows(named=True) for mark in marks(row, delay)])
    return Bank(engine)


def marks(row: dict[str, Any], delay: int) -> list[Any]:
    who = (row["debtor_account"], row["creditor_account"], row["currency"])
    found = []
    if row["label"] == 1:
        known = row["reported_at"] if row["reported_at"] is not None else row["at"] + delay * DAY
        found.append((row["uetr"], "fraud", *who, known, "test"))
    if row["recalled_at"] is not None:
        found.append((row["uetr"], "recall", *who, row["recalled_at"], "test"))
    return found


def counted_on_line(bank: Bank, row: dict[str, Any], delay: int) -> dict[str, int]:
    with bank.session() as records:
        moment = Moment(records, row["debtor_account"], row["creditor_account"], row["currency"], row["at"],
                        int(row["minor_unit"]), delay * DAY)  # fmt: skip
        return {name: int(v[0]) for name, v in moment.count(row["device"], row["creditor_country"]).items()}


_ROW = st.fixed_dictionaries(
    {
        "at": st.one_of(st.integers(0, 45 * _DAY), st.integers(40 * _DAY, 40 * _DAY + 9000)),
        "debtor_account": st.sampled_from("abc"),
        "creditor_account": st.sampled_from("abcd"),
        "amount": st.one_of(st.integers(0, 10_000), st.sampled_from([0.01, 12.34, 5_000_000])),
        "currency": st.sampled_from(["EUR", "EUR", "JPY", "KWD"]),
        "label": st.sampled_from([0, 0, 1]),
        "reported_at": st.sampled_from([None, "2026-01-20T10:30:00Z", "2026-02-15"]),
        "recalled_at": st.sampled_from([None, None, "2026-02-01T00:10:00Z"]),
        "device": st.sampled_from([None, "x", "y"]),
        "creditor_country": st.sampled_from([None, "DE", "FR"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=30), st.integers(0, 15), st.integers(1, 40))
def test_the_store_counts_what_the_batch_counts(rows: list[dict[str, Any]], delay: int, batch: int) -> None:
    frame = a_table(rows)
    whole = History(frame, delay).count(np.arange(frame.height))
    engine = memory_engine()

    bank = a_store(frame, delay, engine, batch)

    assert set(whole) == set(QUANTITIES)
    for place, row in enumerate(frame.iter_rows(named=True)):
        on_line = counted_on_line(bank, row, delay)
        assert on_line == {name: int(values[place]) for name, values in whole.items()}
    engine.dispose()


def test_an_account_that_nobody_knows_has_counted_nothing() -> None:
    row = a_table([{"at": 0, "debtor_account": "a", "creditor_account": "b", "amount": 1, "currency": "EUR"}])

    counted = counted_on_line(Bank(memory_engine()), row.row(0, named=True), 7)

    assert {v for name, v in counted.items()} == {0, NONE}


def test_buckets_are_kept_per_hour_and_day(tmp_path: Any) -> None:
    engine = memory_engine()
    frame = a_table([{"at": n * 1800, "debtor_account": "a", "creditor_account": "b", "amount": 2, "currency": "EUR"}
                     for n in range(4)])  # fmt: skip

    a_store(frame, 7, engine, 3)

    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT grain, n, total FROM flow_buckets WHERE account = 'a' ORDER BY grain, start")
        )
        assert [tuple(row) for row in rows] == [(0, 2, 400), (0, 2, 400), (1, 4, 800)]


@settings(max_examples=30, deadline=None)
@given(st.lists(_ROW, min_size=2, max_size=20), st.data())
def test_payments_that_are_taken_out_leave_what_the_others_alone_would_have_left(
    rows: list[dict[str, Any]], data: st.DataObject
) -> None:
    frame = a_table(rows)
    gone = data.draw(st.sets(st.sampled_from(frame["uetr"].to_list()), min_size=1))
    engine, alone = memory_engine(), memory_engine()
    a_store(frame, 7, engine, 10)
    a_store(frame.filter(~pl.col("uetr").is_in(gone)), 7, alone, 10)

    with writing(engine) as connection:
        forget_flows(connection.connection.dbapi_connection, "?", sorted(gone))

    for table in ("flow_buckets", "flow_pairs", "flow_firsts"):
        assert everything(engine, table) == everything(alone, table)


def everything(engine: Engine, table: str) -> set[tuple[Any, ...]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.execute(text(f"SELECT * FROM {table}"))}


def test_more_than_are_counted_of_a_pair_and_of_its_hours_stay_exact_in_thirty_days() -> None:
    """A payment every forty minutes for sixty days: the cap holds for the count, not for the sum of the window."""
    frame = a_table([{"at": n * 2400, "debtor_account": "a", "creditor_account": "b", "amount": 1, "currency": "EUR"}
                     for n in range(2200)])  # fmt: skip
    bank = a_store(frame, 7, memory_engine(), 500)
    asked = np.array([3, 1500, 2199])
    whole = History(frame, 7).count(asked)

    for place, row in enumerate(asked):
        on_line = counted_on_line(bank, frame.row(int(row), named=True), 7)
        assert on_line == {name: int(values[place]) for name, values in whole.items()}
    assert whole["pair.n"][2] == 1000 < whole["pair.n.30d"][2]
