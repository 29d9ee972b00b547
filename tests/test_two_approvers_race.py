"""Two people decide at the same moment, in two processes: the effect happens once, on every database."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from at_the_desk import (
    LATER,
    a_case,
    a_message,
    a_proposal,
    approve,
    in_two_processes,
    killed_at,
    new_store,
    postgres,
    signed_by,
    sqlite_url,
    take,
)

from agent.audit import verify
from agent.decision import Approve, DecisionRefused, Reject, Verdict
from agent.desk import decide
from agent.store import Store
from tools.bank.engine import open_engine

ROUNDS = 12
PEOPLE = ("anna", "bert")


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    if request.param == "sqlite":
        yield sqlite_url(tmp_path)
        return
    with postgres() as found:
        yield found


def cases_that_wait(url: str, persons: int = 1) -> list[str]:
    store = new_store(url)
    case_ids = [f"C-{number}" for number in range(ROUNDS)]
    for case_id in case_ids:
        message = a_message(f"AMENDS-{case_id}")
        a_case(store, case_id, a_proposal(messages=(message,), **signed_by("approver", persons=persons)))
    return case_ids


def decide_at_once(url: str, case_ids: list[str], verdicts: tuple[Verdict, Verdict]) -> list[tuple[str, str]]:
    """Both decide on case after case, each time starting together; return what became of both decisions."""

    def decide_all(number: int, wait: Callable[[], None]) -> list[str]:
        store = Store(open_engine(url))
        ends: list[str] = []
        for case_id in case_ids:
            wait()
            try:
                ends.append(take(store, verdicts[number], PEOPLE[number], case_id=case_id).state)
            except DecisionRefused as refusal:
                ends.append(refusal.code)
        return ends

    first, second = in_two_processes(decide_all)
    return list(zip(first, second, strict=True))


def test_two_approvals_of_one_signature_release_everything_once(url: str) -> None:
    case_ids = cases_that_wait(url)

    ends = decide_at_once(url, case_ids, (Approve(), Approve()))

    assert {tuple(sorted(pair)) for pair in ends} == {("already_decided", "resolved")}
    store = Store(open_engine(url))
    assert all(len(store.outbox(case_id)) == 2 for case_id in case_ids)
    assert all(len(store.decisions(case_id)) == 1 for case_id in case_ids)
    assert verify(store) is None


def test_two_signatures_at_once_release_everything_once(url: str) -> None:
    case_ids = cases_that_wait(url, persons=2)

    ends = decide_at_once(url, case_ids, (Approve(), Approve()))

    assert {tuple(sorted(pair)) for pair in ends} == {("awaiting_approval", "resolved")}
    store = Store(open_engine(url))
    assert all(len(store.outbox(case_id)) == 2 for case_id in case_ids)
    assert verify(store) is None


def test_of_an_approval_and_a_refusal_at_once_one_counts(url: str) -> None:
    case_ids = cases_that_wait(url)

    ends = decide_at_once(url, case_ids, (Approve(), Reject(reason="no")))

    assert {tuple(sorted(pair)) for pair in ends} <= {("already_decided", "resolved"), ("already_decided", "refused")}
    store = Store(open_engine(url))
    assert all(
        len(store.outbox(case_id)) == (2 if end[0] == "resolved" else 0)
        for case_id, end in zip(case_ids, ends, strict=True)
    )
    assert verify(store) is None


@pytest.mark.parametrize("step", ["begun", "signed", "approved", "enqueued", "resolved", "written", "committed"])
def test_an_approval_killed_at_any_step_happened_whole_or_not_at_all(tmp_path: Path, step: str) -> None:
    url = sqlite_url(tmp_path)
    a_case(new_store(url))

    def sign(kill: Callable[[str], None]) -> None:
        decide(Store(open_engine(url)), "C-1", user="anna", role="approver", verdict=Approve(), now=LATER, at_step=kill)

    assert killed_at(step, sign)
    store = Store(open_engine(url))
    whole = step == "committed"
    assert (len(store.decisions("C-1")), len(store.outbox("C-1"))) == ((1, 2) if whole else (0, 0))
    assert store.case("C-1").state == ("resolved" if whole else "awaiting_approval")
    assert verify(store) is None
    if not whole:
        assert approve(store).state == "resolved"
    assert len(store.outbox("C-1")) == 2
