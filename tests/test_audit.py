"""The audit chain: what is whole stays whole, and everything that is changed is found by name."""

import hashlib
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import orjson
import pytest
import rfc8785
from alembic.migration import MigrationContext
from alembic.operations import Operations
from at_the_desk import CUSTOMER, LATER, NOW, a_case, a_message, a_proposal, a_store, approve, new_store, postgres, take
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import create_engine, inspect, text
from sqlalchemy.exc import DBAPIError

from agent.audit import BrokenLink, Head, head, verify, verify_case
from agent.audit_export import export
from agent.casebook import QueueFilter
from agent.decision import Ask, DecisionRefused, Reject
from agent.proposal import Reply
from agent.resolve import Folder, deliver
from agent.store import Store
from tools.bank.casework import DESK, GENESIS, guards
from tools.bank.schema import metadata
from tools.evidence import canonical, digest
from tools.payment import Money


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Three cases: one resolved and delivered, one refused, one that waits; and a refused decision."""
    store = a_store()
    for case_id in ("C-1", "C-2", "C-3"):
        a_case(store, case_id)
    approve(store, case_id="C-1")
    take(store, Reject(reason="Withdrawn."), case_id="C-2")
    with pytest.raises(DecisionRefused):
        take(store, Ask(question=""), case_id="C-3")
    deliver(store, {"": Folder(tmp_path)}, lambda: LATER)
    return store


def tamper(store: Store, statement: str) -> None:
    """Change rows as somebody with the database in hand would: guards first."""
    with store.begin(NOW) as tx:
        for table in DESK:
            for guard in guards("sqlite", table.name):
                tx.connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {guard.split()[2]}")
        assert tx.connection.exec_driver_sql(statement).rowcount > 0


def test_an_untouched_store_is_whole(store: Store) -> None:
    assert verify(store) is None
    assert [verify_case(store, case_id) for case_id in ("C-1", "C-2", "C-3")] == [None, None, None]


def test_an_empty_store_is_whole() -> None:
    assert verify(a_store()) is None


def test_the_chain_counts_without_gaps_and_starts_at_the_genesis(store: Store) -> None:
    records = sorted((record for case in ("C-1", "C-2", "C-3") for record in store.history(case)), key=lambda r: r.seq)

    assert [record.seq for record in records] == list(range(1, len(records) + 1))
    assert [records[0].prev_hash, *(record.hash for record in records[:-1])] == [
        GENESIS,
        *(record.prev_hash for record in records[1:]),
    ]
    assert head(store) == Head(len(records), records[-1].hash)


def test_a_record_is_hashed_as_the_documentation_says(store: Store) -> None:
    """Anybody with RFC 8785 and SHA-256 can check a record without us."""
    record = store.history("C-1")[0]
    at = record.at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    told: dict[str, Any] = {
        "seq": record.seq,
        "prev": record.prev_hash,
        "at": at,
        "kind": record.kind,
        "case": record.case_id,
        "actor": record.actor,
        "body": record.body,
    }

    assert record.hash == "sha256:" + hashlib.sha256(rfc8785.dumps(told)).hexdigest()


@pytest.mark.parametrize(
    ("statement", "case_id", "named"),
    [
        ("UPDATE cases SET message = x'00' WHERE case_id = 'C-2'", "C-2", "message of the case"),
        ("UPDATE cases SET message = x'00', message_sha256 = '6e34' WHERE case_id = 'C-2'", "C-2", "case was changed"),
        ("UPDATE cases SET sender = '{}' WHERE case_id = 'C-1'", "C-1", "case was changed"),
        ("UPDATE cases SET state = 'resolved' WHERE case_id = 'C-3'", "C-3", "state of case"),
        ("UPDATE cases SET amount_minor = 1 WHERE case_id = 'C-3'", "C-3", "amount_minor of case"),
        ("UPDATE cases SET result = '{}' WHERE case_id = 'C-3'", "C-3", "result of case"),
        ("UPDATE cases SET owner = 'eve' WHERE case_id = 'C-3'", "C-3", "owner of case"),
        ("UPDATE evidence SET result = '{}' WHERE case_id = 'C-2' AND id = 'E2'", "C-2", "evidence/E2 was changed"),
        ("UPDATE evidence SET tool = 'x' WHERE case_id = 'C-2' AND id = 'E1'", "C-2", "evidence/E1 was changed"),
        ("UPDATE proposals SET body = '{}' WHERE case_id = 'C-1'", "C-1", "proposal/1 was changed"),
        ("UPDATE proposals SET blocked = '[\"x\"]' WHERE case_id = 'C-1'", "C-1", "proposal/1 was changed"),
        ("UPDATE proposals SET expires_at = '2099' WHERE case_id = 'C-3'", "C-3", "proposal/1 was changed"),
        ("UPDATE proposals SET state = 'approved' WHERE case_id = 'C-3'", "C-3", "state of proposal/1"),
        ("UPDATE decisions SET person = 'eve' WHERE case_id = 'C-1'", "C-1", "decision/1 was changed"),
        ("UPDATE decisions SET reason = 'none' WHERE case_id = 'C-2'", "C-2", "decision/2 was changed"),
        ("UPDATE outbox SET body = 'x' WHERE type = 'reply'", "C-1", "message/C-1-1-reply was changed"),
        ("UPDATE outbox SET recipient = 'EVIL' WHERE type <> 'reply'", "C-1", "message/AMENDS-C-1 was changed"),
        ("UPDATE outbox SET state = 'pending' WHERE type = 'reply'", "C-1", "state of message/C-1-1-reply"),
        ("UPDATE outbox SET sent_at = NULL WHERE type = 'reply'", "C-1", "sent_at of message/C-1-1-reply"),
        ("DELETE FROM evidence WHERE case_id = 'C-2' AND id = 'E2'", "C-2", "evidence/E2 is gone"),
        ("DELETE FROM decisions WHERE case_id = 'C-2'", "C-2", "decision/2 is gone"),
        ("DELETE FROM outbox WHERE type = 'reply'", "C-1", "message/C-1-1-reply is gone"),
        (
            "INSERT INTO outbox SELECT 'X', case_id, proposal_hash, type, recipient, body, position, state, attempts,"
            " next_attempt_at, last_error, created_at, sent_at FROM outbox WHERE type = 'reply'",
            "C-1",
            "message/X stands in no record",
        ),
        (
            "INSERT INTO decisions SELECT 99, case_id, version, proposal_hash, 'eve', role, verdict, reason, at"
            " FROM decisions WHERE id = 1",
            "C-1",
            "decision/99 stands in no record",
        ),
        ("UPDATE audit SET actor = 'eve' WHERE seq = 4", "C-2", "record 4 "),
        ("UPDATE audit SET body = '{}' WHERE seq = 1", "C-1", "record 1 "),
        ("UPDATE audit SET at = '2026-11-24T09:30:00.000001Z' WHERE seq = 2", "C-1", "record 2 "),
        ("UPDATE audit SET case_id = 'C-1' WHERE seq = 8", "C-1", "record 8 "),
        ("DELETE FROM audit WHERE seq = 3", "C-2", "record 3 is missing"),
        ("DELETE FROM audit WHERE seq = 1", "C-1", "record 1 is missing"),
    ],
)
def test_every_row_that_was_tampered_with_is_found_by_name(
    store: Store, statement: str, case_id: str, named: str
) -> None:
    tamper(store, statement)

    broken = verify(store)

    assert broken is not None
    assert (broken.case_id, named in broken.why) == (case_id, True), broken


def test_the_first_of_several_breaks_is_named(store: Store) -> None:
    tamper(store, "UPDATE evidence SET tool = 'x'")

    broken = verify(store)

    assert broken == BrokenLink(seq=2, case_id="C-1", why="evidence/E1 was changed after record 2")


def test_an_end_that_was_cut_off_is_found(store: Store) -> None:
    last = head(store).length
    tamper(store, f"DELETE FROM audit WHERE seq = {last}")

    broken = verify(store)

    assert broken == BrokenLink(seq=last, case_id="", why=f"the chain ends at record {last - 1}, its head says {last}")


def test_a_chain_cut_off_together_with_its_head_is_found_by_a_head_noted_elsewhere() -> None:
    store = a_store()
    a_case(store)
    with store.begin(LATER) as tx:
        tx.audit("C-1", "looked_at", "eve", {})
    noted = head(store)
    before = store.history("C-1")[-2]
    tamper(store, f"DELETE FROM audit WHERE seq = {noted.length}")
    tamper(store, f"UPDATE audit_head SET length = {before.seq}, hash = '{before.hash}'")

    assert verify(store) is None
    broken = verify(store, anchor=noted)

    assert broken is not None
    assert (broken.seq, "noted elsewhere" in broken.why) == (noted.length, True)


def test_a_chain_written_anew_is_found_by_a_head_noted_elsewhere() -> None:
    store, other = a_store(), a_store()
    a_case(store)
    a_case(other, proposal=a_proposal(reply=None))

    broken = verify(other, anchor=head(store))

    assert broken is not None
    assert "noted elsewhere" in broken.why


def test_a_later_change_of_the_same_row_cannot_cover_up_tampering(store: Store) -> None:
    """The next honest writer records only what it changed itself."""
    tamper(store, "UPDATE cases SET amount_minor = 1 WHERE case_id = 'C-3'")

    approve(store, case_id="C-3")

    assert "amount_minor of case" in str(verify(store))


def test_a_break_in_one_case_leaves_the_others_whole(store: Store) -> None:
    tamper(store, "UPDATE evidence SET tool = 'x' WHERE case_id = 'C-2'")

    assert verify_case(store, "C-1") is None
    assert verify_case(store, "C-2") is not None


def test_what_changes_by_the_desks_own_hand_stays_whole(store: Store) -> None:
    with store.begin(LATER) as tx:
        tx.describe_case("C-3", owner="anna", risk=0.25, result={"score": 0.25}, amount=Money.of("7.5", "EUR"))
        tx.describe_case("C-3", owner=None, amount=None)

    assert verify(store) is None
    assert (store.case("C-3").owner, store.case("C-3").risk, store.case("C-3").amount) == (None, 0.25, None)


@pytest.mark.parametrize("deed", ["UPDATE {} SET at = ''", "DELETE FROM {}"])
@pytest.mark.parametrize("table", ["audit", "decisions", "evidence"])
def test_the_database_itself_refuses_to_rewrite_what_is_written_once(store: Store, deed: str, table: str) -> None:
    with pytest.raises(DBAPIError, match="written once"), store.begin(NOW) as tx:
        tx.connection.exec_driver_sql(deed.format(table))


@pytest.mark.parametrize("deed", ["UPDATE audit_head SET length = length - 1", "DELETE FROM audit_head"])
def test_the_database_itself_refuses_to_shorten_the_chain(store: Store, deed: str) -> None:
    with pytest.raises(DBAPIError, match="the audit"), store.begin(NOW) as tx:
        tx.connection.exec_driver_sql(deed)


def test_postgresql_refuses_verifies_and_finds_the_same() -> None:
    with postgres() as url:
        store = new_store(url)
        a_case(store, "C-1")
        a_case(store, "C-2")
        approve(store, case_id="C-1")
        assert verify(store) is None
        for deed in ("UPDATE audit SET actor = ''", "DELETE FROM decisions", "TRUNCATE evidence"):
            with pytest.raises(DBAPIError, match="written once"), store.begin(NOW) as tx:
                tx.connection.exec_driver_sql(deed)

        with store.begin(NOW) as tx:
            tx.connection.exec_driver_sql("UPDATE outbox SET body = 'x' WHERE type = 'reply'")

        assert "message/C-1-1-reply was changed" in str(verify(store))
        assert store.queue(QueueFilter(order="value")).total == 2


# --- canonical JSON --------------------------------------------------------------------------------------------------

json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**53) + 1, max_value=2**53 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=5),
    max_leaves=25,
)


@given(json_values)
def test_the_fast_canonical_json_is_rfc_8785(value: Any) -> None:
    assert canonical(value) == rfc8785.dumps(value)
    assert digest(value) == "sha256:" + hashlib.sha256(rfc8785.dumps(value)).hexdigest()


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 2**53, -(2**53), {1: 2}, b"x", NOW])
def test_what_has_no_canonical_json_is_refused(value: object) -> None:
    """NaN above all: a faster writer turns it into null without a word."""
    for place in (value, [value], {"a": value}):
        with pytest.raises((rfc8785.CanonicalizationError, ValueError)):
            canonical(place)


# --- queue -----------------------------------------------------------------------------------------------------------


def test_the_queue_is_filtered_ordered_and_paged_by_the_database() -> None:
    store = a_store()
    for number in range(25):
        case_id = f"C-{number:02}"
        a_case(store, case_id)
        with store.begin(NOW) as tx:
            tx.describe_case(
                case_id,
                amount=Money.of(number, "EUR"),
                risk=number / 25,
                owner="anna" if number % 5 == 0 else None,
                rail="FPS" if number % 2 else "CHAPS",
            )
    approve(store, case_id="C-24")

    waiting = QueueFilter(states=("awaiting_approval",), order="value")
    first, last = store.queue(waiting, limit=10), store.queue(waiting, limit=10, offset=20)

    assert [case.case_id for case in first.cases][:3] == ["C-23", "C-22", "C-21"]
    assert (len(last.cases), last.total) == (4, 24)
    assert store.queue(QueueFilter(owner="anna", rail="FPS")).total == 2
    assert store.queue(QueueFilter(unowned=True, risk_min=0.8)).total == 4
    assert store.queue(QueueFilter(amount_minor_min=2_000, currency="EUR")).total == 5
    assert store.queue(limit=10_000).limit == 500


# --- the case file ---------------------------------------------------------------------------------------------------


class Tags(HTMLParser):
    """Every tag of a page, and whether each is closed in its turn."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[str] = []
        self.open: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self.seen.append(tag)
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_the_case_file_tells_everything_of_a_case(store: Store, tmp_path: Path) -> None:
    exported = export(store, "C-1", tmp_path / "out")

    page = exported.page.read_text()
    for told in ("recall", "E1", "CXI-12", "anna", "AMENDS-C-1", "RJCR", "is whole", store.history("C-1")[-1].hash):
        assert told in page
    tags = Tags(page)
    assert (tags.open, "script" in tags.seen, re.findall(r'(?:src|href)="(?!#)', page)) == ([], False, [])
    pack = json.loads(exported.pack.read_bytes())
    assert (pack["schema"], pack["whole"]) == ("amends/case-file/1", True)
    assert [len(pack[part]) for part in ("evidence", "proposals", "decisions", "outbox")] == [2, 1, 1, 2]
    assert pack["audit"][-1]["hash"] == store.history("C-1")[-1].hash


def test_nothing_from_outside_becomes_markup(tmp_path: Path) -> None:
    hostile = "</pre><script>alert(1)</script><img src=x onerror=y>"
    store = a_store()
    a_case(
        store,
        "C-1",
        a_proposal(summary=hostile, reply=Reply(to="bank", text=hostile), messages=(a_message("M/1", body=hostile),)),
        sender={**CUSTOMER, "email": hostile},
    )
    with store.begin(NOW) as tx:
        tx.describe_case(
            "C-1",
            counterparty=hostile,
            owner=hostile,
            type=hostile,
            result={"rules": [{"id": hostile, "title": hostile, "text": hostile, "source": hostile}]},
        )
    take(store, Ask(question=hostile))

    page = export(store, "C-1", tmp_path).page.read_text()

    tags = Tags(page)
    assert tags.open == []
    assert {"script", "img"}.isdisjoint(tags.seen)
    assert page.count("&lt;script&gt;") >= 10


def test_the_file_of_a_broken_case_says_so_and_is_written_all_the_same(store: Store, tmp_path: Path) -> None:
    tamper(store, "UPDATE proposals SET body = 'nonsense' WHERE case_id = 'C-1'")

    exported = export(store, "C-1", tmp_path)

    assert "record of this case is broken" in exported.page.read_text()
    assert orjson.loads(exported.pack.read_bytes())["broken"]["why"].startswith("proposal/1 was changed")


def test_a_hostile_case_id_stays_inside_the_folder(tmp_path: Path) -> None:
    store = a_store()
    a_case(store, "../../etc/x")

    exported = export(store, "../../etc/x", tmp_path / "out")

    assert exported.page.parent == tmp_path / "out"
    assert exported.page.exists()


# --- migration -------------------------------------------------------------------------------------------------------


@pytest.fixture
def migration() -> Iterator[Any]:
    import importlib.util

    path = Path(__file__).parents[1] / "tools/bank/migrations/versions/0002_cases.py"
    spec = importlib.util.spec_from_file_location("cases_migration", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_migration_makes_what_the_tables_say_and_takes_it_away_again(migration: Any) -> None:
    migrated, made = create_engine("sqlite://"), create_engine("sqlite://")
    metadata.create_all(made, tables=list(DESK))

    with migrated.begin() as connection, Operations.context(MigrationContext.configure(connection)):
        migration.upgrade()
        with made.connect() as other:
            assert _schema(connection) == _schema(other)
            assert _triggers(connection) == _triggers(other)
        migration.downgrade()
        assert inspect(connection).get_table_names() == []


def _schema(connection: Any) -> dict[str, Any]:
    looked = inspect(connection)
    return {
        table: (
            [(column["name"], str(column["type"]), column["nullable"]) for column in looked.get_columns(table)],
            looked.get_pk_constraint(table)["constrained_columns"],
            sorted((index["name"], index["column_names"], index["unique"]) for index in looked.get_indexes(table)),
            sorted((key["referred_table"], key["constrained_columns"]) for key in looked.get_foreign_keys(table)),
        )
        for table in sorted(looked.get_table_names())
    }


def _triggers(connection: Any) -> list[str]:
    return sorted(connection.execute(text("SELECT sql FROM sqlite_master WHERE type = 'trigger'")).scalars())
