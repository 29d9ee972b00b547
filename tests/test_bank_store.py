"""The store under the records: what it promises about transactions, emptying and migrating."""

import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Engine, func, inspect, select

from evals.bench.bank import fill_bank, measure
from tools.bank.bank import Bank
from tools.bank.casework import audit, audit_head
from tools.bank.engine import memory_engine, open_engine, reset, writing
from tools.bank.migrations import current, downgrade, migrate, newest
from tools.bank.query import Query
from tools.bank.records import Customer, Records
from tools.bank.schema import customers, metadata, payments
from tools.bank.writer import fill
from tools.errors import UnusableInput

ONE_CUSTOMER = Records(customers=(Customer(customer_id="C-1", name="Pike & Sons Ltd"),))


@pytest.fixture
def file_store(tmp_path: Path) -> Engine:
    engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    migrate(engine)
    return engine


# --- opening ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("url", ["", "store.db", "mysql://desk/bank", "sqlit:///x.db"])
def test_a_url_that_names_no_store_is_refused(url: str) -> None:
    with pytest.raises(UnusableInput, match=r"store|URL"):
        open_engine(url)


def test_a_file_survives_a_power_failure_and_readers_do_not_wait_for_a_writer(file_store: Engine) -> None:
    with file_store.connect() as connection:
        settings = [
            connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        ]

    assert settings == ["wal", 2, 1, 30_000]


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_a_url_of_postgresql_gets_its_driver_however_it_is_written(scheme: str) -> None:
    engine = open_engine(f"{scheme}://desk@localhost/bank")

    assert (engine.dialect.name, engine.driver) == ("postgresql", "psycopg")


# --- transactions ----------------------------------------------------------------------------------------------------


def test_what_fails_half_way_is_not_written_at_all(file_store: Engine) -> None:
    def half_a_deed() -> None:
        with writing(file_store) as connection:
            fill(connection, ONE_CUSTOMER)
            raise RuntimeError("half-way")

    with pytest.raises(RuntimeError, match="half-way"):
        half_a_deed()

    assert Bank(file_store).customer("C-1") is None


def test_what_a_connection_wrote_stays_only_if_it_commits(file_store: Engine) -> None:
    with file_store.connect() as connection:
        fill(connection, ONE_CUSTOMER)
    assert Bank(file_store).customer("C-1") is None

    with file_store.connect() as connection:
        fill(connection, ONE_CUSTOMER)
        connection.commit()

    assert Bank(file_store).customer("C-1") is not None


def test_a_second_writer_waits_for_the_first_and_a_reader_for_nobody(file_store: Engine) -> None:
    order = []
    started = threading.Event()

    def second() -> None:
        started.set()
        with writing(file_store) as connection:
            order.append("second")
            fill(connection, Records(customers=(Customer(customer_id="C-2", name="Other"),)))

    with writing(file_store) as connection:
        thread = threading.Thread(target=second)
        thread.start()
        started.wait()
        fill(connection, ONE_CUSTOMER)
        assert Bank(file_store).customer("C-1") is None
        order.append("first")
    thread.join()

    assert order == ["first", "second"]
    assert Bank(file_store).customer("C-2") is not None


def test_a_bank_over_an_engine_answers_many_threads_at_once(file_store: Engine) -> None:
    fill(file_store, ONE_CUSTOMER)
    bank = Bank(file_store)
    names: list[str] = []

    def ask() -> None:
        for _ in range(20):
            found = bank.customer("C-1")
            assert found is not None
            names.append(found.name)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert names == ["Pike & Sons Ltd"] * 80


# --- throw-away stores -----------------------------------------------------------------------------------------------


def test_a_throw_away_store_is_empty_again_after_a_reset_whatever_was_open() -> None:
    engine = memory_engine()
    with writing(engine) as connection:
        fill(connection, ONE_CUSTOMER)
        connection.execute(
            audit.insert(),
            {"seq": 1, "case_id": "A", "at": "", "kind": "k", "actor": "", "body": "", "prev_hash": "", "hash": "h"},
        )
    left_open = engine.connect()
    fill(left_open, Records(customers=(Customer(customer_id="C-2", name="Other"),)))
    left_open.close()

    reset(engine)

    with engine.connect() as connection:
        assert connection.execute(select(func.count()).select_from(customers)).scalar() == 0
        assert connection.execute(select(func.count()).select_from(audit)).scalar() == 0
        assert connection.execute(select(audit_head.c.length)).scalar_one() == 0
    fill(engine, ONE_CUSTOMER)
    assert Bank(engine).customer("C-1") is not None


def test_a_throw_away_store_takes_more_than_it_began_with_and_two_know_nothing_of_each_other() -> None:
    first, second = memory_engine(), memory_engine()
    many = tuple(Customer(customer_id=f"C-{n}", name="x" * 500) for n in range(2000))

    fill(first, Records(customers=many))

    assert Bank(first).customer("C-1999") is not None
    assert Bank(second).customer("C-1999") is None


def test_a_lasting_store_is_never_reset(file_store: Engine) -> None:
    fill(file_store, ONE_CUSTOMER)

    with pytest.raises(AssertionError, match="lasting store"):
        reset(file_store)

    assert Bank(file_store).customer("C-1") is not None


def test_a_throw_away_store_has_the_tables_indexes_and_triggers_of_a_migrated_one(file_store: Engine) -> None:
    def made(engine: Engine) -> set[tuple[str, str, str]]:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT type, name, tbl_name FROM sqlite_master")
            return {(kind, name, table) for kind, name, table in rows if "alembic" not in name + table}

    assert made(memory_engine()) == made(file_store)


# --- migrations ------------------------------------------------------------------------------------------------------


def test_the_migrations_make_exactly_the_tables_of_the_program(file_store: Engine) -> None:
    with file_store.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []


def test_a_store_goes_forward_back_and_forward_again(file_store: Engine) -> None:
    assert current(file_store) == newest()

    downgrade(file_store, "0001")
    assert current(file_store) == "0001"
    assert not inspect(file_store).has_table("cases")

    downgrade(file_store, "base")
    assert current(file_store) is None
    assert inspect(file_store).get_table_names() == ["alembic_version"]

    migrate(file_store)
    fill(file_store, ONE_CUSTOMER)
    migrate(file_store)
    assert Bank(file_store).customer("C-1") is not None


def test_a_store_newer_than_the_program_is_refused(file_store: Engine) -> None:
    with writing(file_store) as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")

    with pytest.raises(UnusableInput, match="9999"):
        migrate(file_store)


def test_a_step_that_fails_leaves_the_store_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "store.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE incidents (id INTEGER)")
    engine = open_engine(f"sqlite:///{path}")

    with pytest.raises(Exception, match="incidents"):
        migrate(engine)

    assert inspect(engine).get_table_names() == ["incidents"]


def test_the_same_query_runs_on_stores_of_its_own(file_store: Engine) -> None:
    query = Query(select(func.count().label("n")).select_from(payments))
    other = memory_engine()

    for engine in (file_store, other):
        with engine.connect() as connection:
            assert query.run(connection.connection.dbapi_connection, engine.dialect, {}) == [(0,)]


def test_the_benchmark_asks_every_question_of_a_small_bank(tmp_path: Path) -> None:
    """Its figures are for people; here it only has to run."""
    engine = open_engine(f"sqlite:///{tmp_path / 'bench.db'}")
    fill_bank(engine, 500, seed=7)

    timings = {timing.question: timing for timing in measure(engine, samples=25, seed=7)}

    assert timings["payment by UETR"].rows == 1.0
    assert timings["payment, unknown UETR"].rows == 0.0
    assert timings["amount, day and party"].rows >= 1.0
    assert all(timing.p50 > 0 for timing in timings.values())
