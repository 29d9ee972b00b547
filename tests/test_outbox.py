"""What leaves the bank: once, as signed, to whom it was signed for, and never without a signature."""

import ast
import hashlib
import hmac
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from at_the_desk import (
    LATER,
    NOW,
    a_case,
    a_message,
    a_proposal,
    a_store,
    approve,
    in_two_processes,
    killed_at,
    new_store,
    postgres,
    signed_by,
    sqlite_url,
)
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.audit import verify
from agent.decision import DecisionRefused
from agent.resolve import Folder, NotDelivered, Undeliverable, Webhook, deliver, resolve, send_again
from agent.store import Store
from tools.bank.engine import open_engine
from tools.errors import ToolError
from tools.outbox import ATTEMPTS_MAX, DELAY_MAX, LEASE, delay

SECRET = b"a secret of the webhook"


@pytest.fixture
def store() -> Store:
    return a_store()


class Fetched:
    """A carrier that keeps what it was given; each fault given is raised once."""

    def __init__(self, *faults: Exception) -> None:
        self.sent: list[str] = []
        self.faults = list(faults)

    def send(self, message_id: str, type: str, to: str, body: str) -> None:
        if self.faults:
            raise self.faults.pop(0)
        self.sent.append(message_id)


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = LATER

    def __call__(self) -> datetime:
        return self.now


def an_approved_case(store: Store, case_id: str = "C-1", *, message_id: str = "AMENDS-1") -> None:
    a_case(store, case_id, a_proposal(messages=(a_message(message_id),), reply=None))
    approve(store, case_id=case_id)


# --- resolving -------------------------------------------------------------------------------------------------------


def test_what_nobody_signed_is_not_released(store: Store) -> None:
    proposal = a_case(store)

    with pytest.raises(DecisionRefused, match="Nothing is approved"), store.begin(LATER) as tx:
        resolve(tx, "C-1", proposal)
    assert store.outbox("C-1") == ()


def test_a_state_written_past_the_desk_is_no_signature(store: Store) -> None:
    proposal = a_case(store)
    with store.begin(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE proposals SET state = 'approved'")

    with pytest.raises(DecisionRefused, match="Signatures are missing"), store.begin(LATER) as tx:
        resolve(tx, "C-1", proposal)


def test_another_proposal_than_the_one_signed_is_not_released(store: Store) -> None:
    proposal = a_case(store)
    approve(store)
    other = proposal.model_copy(update={"messages": (a_message("AMENDS-C-1", body="<Document>other</Document>"),)})

    with pytest.raises(DecisionRefused, match="not what was signed"), store.begin(LATER) as tx:
        resolve(tx, "C-1", other)


def test_one_signature_of_two_releases_nothing(store: Store) -> None:
    proposal = a_case(store, proposal=a_proposal(**signed_by("approver", persons=2)))
    approve(store)

    with pytest.raises(DecisionRefused), store.begin(LATER) as tx:
        resolve(tx, "C-1", proposal)
    assert store.outbox("C-1") == ()


def test_resolving_again_changes_nothing(store: Store) -> None:
    """A graph that runs its last step a second time finds everything done."""
    proposal = a_case(store)
    first = approve(store)
    before = (store.outbox("C-1"), store.history("C-1"))

    with store.begin(LATER) as tx:
        again = resolve(tx, "C-1", proposal)

    assert again.released == first.released
    assert (store.outbox("C-1"), store.history("C-1")) == before


def test_a_message_id_that_another_case_used_stops_the_approval(store: Store) -> None:
    an_approved_case(store, "C-1", message_id="AMENDS-1")
    a_case(store, "C-2", a_proposal(messages=(a_message("AMENDS-1", body="<Document>other</Document>"),)))

    with pytest.raises(DecisionRefused) as refusal:
        approve(store, case_id="C-2")

    assert refusal.value.code == "message_taken"
    assert (store.case("C-2").state, store.decisions("C-2"), store.outbox("C-2")) == ("awaiting_approval", (), ())


@pytest.mark.parametrize(
    ("disposition", "state"),
    [
        ("REJECT", "resolved"),
        ("PEND", "information_requested"),
        ("REQUEST_INFORMATION", "information_requested"),
        ("ESCALATE", "escalated"),
    ],
)
def test_a_case_in_which_somebody_else_has_the_next_word_stays_open(store: Store, disposition: str, state: str) -> None:
    a_case(store, proposal=a_proposal(disposition=disposition))

    assert approve(store).state == state


def test_only_resolve_may_import_the_outbox() -> None:
    root = Path(__file__).parents[1]
    found = [
        path.relative_to(root).as_posix()
        for room in ("agent", "app", "evals", "prompts", "retrieval", "tools")
        for path in (root / room).rglob("*.py")
        if _imports(path, "tools.outbox")
    ]

    assert found == ["agent/resolve.py"]


def _imports(path: Path, module: str) -> bool:
    parent, name = module.rsplit(".", 1)
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import) and module in {alias.name for alias in node.names}:
            return True
        if isinstance(node, ast.ImportFrom) and (
            node.module == module or (node.module == parent and name in {alias.name for alias in node.names})
        ):
            return True
    return False


# --- delivering ------------------------------------------------------------------------------------------------------


def test_a_released_message_is_delivered_once(store: Store) -> None:
    an_approved_case(store)
    carrier = Fetched()

    first = deliver(store, {"": carrier}, Clock())
    second = deliver(store, {"": carrier}, Clock())

    assert (first.sent, second.sent, carrier.sent) == (("AMENDS-1",), (), ["AMENDS-1"])
    assert (store.outbox("C-1")[0].state, store.outbox("C-1")[0].sent_at) == ("sent", LATER)
    assert store.history("C-1")[-1].kind == "message_sent"


def test_without_a_carrier_nothing_leaves(store: Store) -> None:
    an_approved_case(store)

    assert deliver(store, {}, Clock()).unrouted == ("AMENDS-1",)
    assert deliver(store, {"MT": Fetched()}, Clock()).unrouted == ("AMENDS-1",)
    assert store.outbox("C-1")[0].attempts == 0


def test_the_carrier_with_the_closest_type_is_taken(store: Store) -> None:
    a_case(store)
    approve(store)
    rest, camt, replies = Fetched(), Fetched(), Fetched()

    deliver(store, {"": rest, "camt.": camt, "reply": replies}, Clock())

    assert (rest.sent, camt.sent, replies.sent) == ([], ["AMENDS-C-1"], ["C-1-1-reply"])


def test_a_fault_that_may_pass_is_tried_again_later_and_later(store: Store) -> None:
    an_approved_case(store)
    carrier, clock = Fetched(NotDelivered("The line is down."), NotDelivered("Still down.")), Clock()

    assert deliver(store, {"": carrier}, clock).retried == ("AMENDS-1",)
    row = store.outbox("C-1")[0]
    assert (row.state, row.attempts, row.last_error) == ("pending", 1, "The line is down.")
    assert row.next_attempt_at > clock.now
    assert deliver(store, {"": carrier}, clock).sent == ()

    clock.now = row.next_attempt_at
    assert deliver(store, {"": carrier}, clock).retried == ("AMENDS-1",)
    clock.now += DELAY_MAX
    assert deliver(store, {"": carrier}, clock).sent == ("AMENDS-1",)
    assert carrier.sent == ["AMENDS-1"]
    assert verify(store) is None


def test_a_fault_that_will_not_pass_waits_for_a_person(store: Store) -> None:
    an_approved_case(store)
    carrier, clock = Fetched(Undeliverable("No such address.")), Clock()

    assert deliver(store, {"": carrier}, clock).failed == ("AMENDS-1",)
    clock.now += timedelta(days=9)
    assert deliver(store, {"": carrier}, clock).sent == ()
    send_again(store, "AMENDS-1", user="anna", now=clock.now)

    assert deliver(store, {"": carrier}, clock).sent == ("AMENDS-1",)
    assert [(record.kind, record.actor) for record in store.history("C-1")][-3:] == [
        ("message_failed", "amends"),
        ("message_put_back", "anna"),
        ("message_sent", "amends"),
    ]
    assert verify(store) is None


def test_what_was_sent_or_never_there_is_not_sent_again(store: Store) -> None:
    an_approved_case(store)
    deliver(store, {"": Fetched()}, Clock())

    for message_id in ("AMENDS-1", "AMENDS-404"):
        with pytest.raises(ToolError, match="No failed message"):
            send_again(store, message_id, user="anna", now=LATER)


def test_after_the_last_attempt_a_person_must_look(store: Store) -> None:
    an_approved_case(store)
    carrier, clock = Fetched(*(NotDelivered("Down.") for _ in range(99))), Clock()

    rounds = []
    while store.outbox("C-1")[0].state == "pending":
        rounds.append(deliver(store, {"": carrier}, clock))
        clock.now += DELAY_MAX

    assert len(rounds) == ATTEMPTS_MAX
    assert rounds[-1].failed == ("AMENDS-1",)


def test_a_worker_whose_lease_ended_cannot_write_down_an_end(store: Store) -> None:
    """It hung in the carrier; another worker has taken the message over and failed for now."""
    an_approved_case(store)
    clock = Clock()

    class Hangs(Fetched):
        def send(self, message_id: str, type: str, to: str, body: str) -> None:
            clock.now += LEASE
            deliver(store, {"": Fetched(NotDelivered("Down."))}, clock)

    deliver(store, {"": Hangs()}, clock)

    row = store.outbox("C-1")[0]
    assert (row.state, row.attempts, row.last_error) == ("pending", 2, "Down.")
    assert verify(store) is None


@given(st.integers(min_value=1, max_value=60), st.floats(min_value=0, max_value=1))
def test_waits_grow_within_bounds(attempts: int, luck: float) -> None:
    assert timedelta(seconds=15) <= delay(attempts, lambda: luck) <= DELAY_MAX
    assert delay(attempts + 1, lambda: luck) >= delay(attempts, lambda: luck)


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_two_workers_deliver_each_message_once(tmp_path: Path, database: str) -> None:
    with postgres() if database == "postgresql" else nullcontext(sqlite_url(tmp_path)) as url:
        store = new_store(url)
        expected = [f"AMENDS-{number}" for number in range(20)]
        for number, message_id in enumerate(expected):
            an_approved_case(store, f"C-{number}", message_id=message_id)

        def work(_: int, wait: Callable[[], None]) -> list[str]:
            own, carrier = Store(open_engine(url)), Fetched()
            wait()
            deliver(own, {"": carrier}, Clock())
            return carrier.sent

        first, second = in_two_processes(work)

        assert sorted(first + second) == sorted(expected)
        assert verify(store) is None


@pytest.mark.parametrize("step", ["claimed", "sent", "marked"])
def test_a_delivery_killed_at_any_step_loses_nothing_and_sends_nothing_twice(tmp_path: Path, step: str) -> None:
    url, folder = sqlite_url(tmp_path), tmp_path / "out"
    store = new_store(url)
    an_approved_case(store)

    def carry(kill: Callable[[str], None]) -> None:
        deliver(Store(open_engine(url)), {"": Folder(folder)}, Clock(), at_step=kill)

    assert killed_at(step, carry)
    clock = Clock()
    assert deliver(store, {"": Folder(folder)}, clock).sent == ()
    clock.now += LEASE
    deliver(store, {"": Folder(folder)}, clock)

    assert sorted(path.name for path in folder.iterdir()) == ["AMENDS-1.json", "AMENDS-1.xml"]
    assert store.outbox("C-1")[0].state == "sent"
    assert [record.kind for record in store.history("C-1")].count("message_sent") == 1
    assert verify(store) is None


# --- the folder ------------------------------------------------------------------------------------------------------


def test_the_folder_holds_each_message_as_it_was_signed_with_its_addressee(tmp_path: Path) -> None:
    Folder(tmp_path / "out").send("AMENDS-1", "camt.029.001.09", "RIVEDEFFXXX", "<Document>é</Document>")

    body = (tmp_path / "out/AMENDS-1.xml").read_bytes()
    assert body == "<Document>é</Document>".encode()
    assert json.loads((tmp_path / "out/AMENDS-1.json").read_text()) == {
        "message_id": "AMENDS-1",
        "type": "camt.029.001.09",
        "to": "RIVEDEFFXXX",
        "sha256": hashlib.sha256(body).hexdigest(),
    }


def test_the_folder_takes_the_same_message_twice_but_never_another_under_its_name(tmp_path: Path) -> None:
    folder = Folder(tmp_path)
    folder.send("AMENDS-1", "MT196", "RIVEDEFFXXX", "{4:}")
    folder.send("AMENDS-1", "MT196", "RIVEDEFFXXX", "{4:}")

    with pytest.raises(Undeliverable, match="already with other content"):
        folder.send("AMENDS-1", "MT196", "RIVEDEFFXXX", "{4: other}")
    assert (tmp_path / "AMENDS-1.fin").read_text() == "{4:}"


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=300).filter(lambda text: not any("\ud800" <= ch <= "\udfff" for ch in text)))
def test_no_message_id_leads_out_of_the_folder(message_id: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as path:
        Folder(Path(path, "out")).send(message_id, "reply", "x", "words")

        assert [found.name for found in Path(path).iterdir()] == ["out"]
        assert len(list(Path(path, "out").iterdir())) == 2


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file where the folder should be")

    with pytest.raises(NotDelivered):
        Folder(tmp_path / "out").send("AMENDS-1", "reply", "x", "words")


# --- the webhook -----------------------------------------------------------------------------------------------------


class Receiver:
    """A bank's gateway: checks the signature, takes every idempotency key once, answers as told."""

    def __init__(self) -> None:
        self.answers: list[int] = []
        self.posts: list[str] = []
        self.taken: dict[str, dict[str, str]] = {}
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                status = receiver.take(self.headers["Idempotency-Key"], self.headers["Amends-Signature"], body)
                self.send_response(status)
                self.send_header("Location", "http://127.0.0.1:9/elsewhere")
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, format: str, *args: object) -> None:
                """Keep the test's output clean."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/messages"
        threading.Thread(target=self.server.serve_forever, args=(0.01,), daemon=True).start()

    def take(self, key: str, signature: str, body: bytes) -> int:
        self.posts.append(key)
        if self.answers and (status := self.answers.pop(0)) != 200:
            return status
        seconds, mac = (part.partition("=")[2] for part in signature.split(","))
        if not hmac.compare_digest(mac, hmac.new(SECRET, f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()):
            return 401
        self.taken.setdefault(key, json.loads(body))
        return 200


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    receiver = Receiver()
    yield receiver
    receiver.server.shutdown()
    receiver.server.server_close()


def test_a_webhook_posts_a_signed_message_under_its_id(store: Store, receiver: Receiver) -> None:
    an_approved_case(store)

    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, Clock()).sent == ("AMENDS-1",)

    assert receiver.taken["AMENDS-1"] == {
        "message_id": "AMENDS-1",
        "type": "camt.029.001.09",
        "to": "RIVEDEFFXXX",
        "body": "<Document>no</Document>",
    }


def test_a_webhook_with_the_wrong_secret_is_turned_away_for_good(store: Store, receiver: Receiver) -> None:
    an_approved_case(store)

    assert deliver(store, {"": Webhook(receiver.url, b"another secret, also long")}, Clock()).failed == ("AMENDS-1",)

    assert receiver.taken == {}
    assert store.outbox("C-1")[0].last_error == "The webhook answered 401."


@pytest.mark.parametrize("status", [500, 503, 408, 425, 429])
def test_a_webhook_in_trouble_is_tried_again(store: Store, receiver: Receiver, status: int) -> None:
    an_approved_case(store)
    receiver.answers = [status]
    clock = Clock()

    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, clock).retried == ("AMENDS-1",)
    clock.now += DELAY_MAX
    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, clock).sent == ("AMENDS-1",)


@pytest.mark.parametrize("status", [400, 404, 409, 422, 301, 307])
def test_a_webhook_that_refuses_or_points_elsewhere_is_not_followed(
    store: Store, receiver: Receiver, status: int
) -> None:
    an_approved_case(store)
    receiver.answers = [status]

    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, Clock()).failed == ("AMENDS-1",)
    assert receiver.posts == ["AMENDS-1"]


def test_a_webhook_that_is_not_there_is_tried_again(store: Store, receiver: Receiver) -> None:
    an_approved_case(store)
    receiver.server.shutdown()
    receiver.server.server_close()

    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, Clock()).retried == ("AMENDS-1",)
    assert store.outbox("C-1")[0].last_error == "The webhook did not answer: ConnectError."


def test_a_crash_after_the_post_posts_again_under_the_same_id(tmp_path: Path, receiver: Receiver) -> None:
    """At least once on the wire, once in effect: the receiver knows the id."""
    url = sqlite_url(tmp_path)
    store = new_store(url)
    an_approved_case(store)

    def carry(kill: Callable[[str], None]) -> None:
        deliver(Store(open_engine(url)), {"": Webhook(receiver.url, SECRET)}, Clock(), at_step=kill)

    assert killed_at("sent", carry)
    clock = Clock()
    clock.now += LEASE
    assert deliver(store, {"": Webhook(receiver.url, SECRET)}, clock).sent == ("AMENDS-1",)

    assert receiver.posts == ["AMENDS-1", "AMENDS-1"]
    assert list(receiver.taken) == ["AMENDS-1"]


def test_a_short_secret_is_no_secret() -> None:
    with pytest.raises(AssertionError, match="16 bytes"):
        Webhook("http://127.0.0.1:9", b"short")
