"""A process that is killed at any moment loses nothing and does nothing twice.

The child is killed with signal 9 where a test says; then a fresh assistant over the same file takes up what is left.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import interrupt

import agent.assistant
import agent.graph
import agent.transaction
from agent.assistant import Assistant
from agent.audit import verify
from agent.decide import decide_case
from agent.decision import Approve, DecisionRefused
from agent.desk import decide
from agent.resolve import Folder, catch_up, deliver
from agent.settings import Settings
from agent.workplace import Workbench
from tests.at_the_desk import killed_at
from tests.situations import NOW, AClock, a_payment, a_recall_of, an_assistant
from tools.bank.writer import fill

RECALL = a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("yes")
TWO_RECALLS = a_recall_of(a_payment("4250.00 EUR"), also=a_payment("310.00 EUR", name="order 7782"), id="PAIR-1")

STEPS = ("triage", "investigate", "retrieve", "decide_case", "propose", "check", "result_of", "record")
"""What the graph calls, in this order, until a person is waited for."""
Kill = Callable[[str], None]


@pytest.fixture(autouse=True)
def ready(tmp_path: Path) -> None:
    """The store and our records are there before anybody works on them."""
    fill(an_assistant(tmp_path).store.engine, RECALL.records)


# Until somebody is asked to sign.


@pytest.mark.parametrize("moment", ["before", "after"])
@pytest.mark.parametrize("step", STEPS)
def test_a_case_killed_on_its_way_comes_to_one_proposal(step: str, moment: str, tmp_path: Path) -> None:
    assert _killed_while_opening(tmp_path, f"{moment} {step}")

    assistant = an_assistant(tmp_path)
    taken_up = assistant.take_up()

    proposed_already = (step, moment) == ("record", "after")
    assert len(taken_up) == (0 if proposed_already else 1)
    _one_proposal_waits(assistant)
    _signed_by_two_it_leaves_once(assistant)


@pytest.mark.parametrize("place", ["intake committed", "waiting", "checkpoint written"])
def test_a_case_killed_between_its_steps_comes_to_one_proposal(place: str, tmp_path: Path) -> None:
    assert _killed_while_opening(tmp_path, place)

    assistant = an_assistant(tmp_path)
    assistant.take_up()

    _one_proposal_waits(assistant)
    _signed_by_two_it_leaves_once(assistant)


@pytest.mark.parametrize("write", ["add_evidence", "save_proposal"])
def test_a_proposal_is_written_whole_or_not_at_all(write: str, tmp_path: Path) -> None:
    """Evidence, proposal and their record stand in one transaction: half of it is nothing."""
    assert _killed_while_opening(tmp_path, f"written {write}")

    file = an_assistant(tmp_path).history("RECALL-1")
    assert (file.case.state, file.evidence, file.proposals) == ("received", (), ())

    assistant = an_assistant(tmp_path)
    assistant.take_up()
    _one_proposal_waits(assistant)
    _signed_by_two_it_leaves_once(assistant)


@pytest.mark.parametrize("write", ["open_case", "link_records"])
def test_a_message_killed_before_its_intake_leaves_nothing_and_can_come_again(write: str, tmp_path: Path) -> None:
    """The sender has no acknowledgement yet, so the sender sends again."""
    assert _killed_while_opening(tmp_path, f"written {write}")

    assistant = an_assistant(tmp_path)
    assert not assistant.store.has_case("RECALL-1")
    assert assistant.take_up() == []

    RECALL.opened_by(assistant)
    _one_proposal_waits(assistant)


def test_the_intake_row_alone_is_enough_to_begin_again(tmp_path: Path) -> None:
    """Checkpoints are written where a run waits (durability "exit"); before that there is none to lose."""
    undisturbed = RECALL.opened_by(an_assistant(_elsewhere(tmp_path)))[0]
    assert _killed_while_opening(tmp_path, "after propose")

    assistant = an_assistant(tmp_path)
    assert _saver(assistant).get_tuple({"configurable": {"thread_id": "RECALL-1"}}) is None
    [taken_up] = assistant.take_up()

    assert taken_up["proposal"]["hash"] == undisturbed["proposal"]["hash"]
    assert taken_up["evidence"] == undisturbed["evidence"]
    assert _saver(assistant).get_tuple({"configurable": {"thread_id": "RECALL-1"}}) is not None


def test_taking_up_twice_does_nothing_twice(tmp_path: Path) -> None:
    assert _killed_while_opening(tmp_path, "before decide_case")

    assistant = an_assistant(tmp_path)

    assert len(assistant.take_up()) == 1
    assert assistant.take_up() == []
    _one_proposal_waits(assistant)


def test_a_process_killed_while_taking_up_is_taken_up_again(tmp_path: Path) -> None:
    assert _killed_while_opening(tmp_path, "before triage")
    assert killed_at("before check", lambda kill: _hooked(kill, lambda: an_assistant(tmp_path).take_up()))

    assistant = an_assistant(tmp_path)
    assistant.take_up()

    _one_proposal_waits(assistant)
    _signed_by_two_it_leaves_once(assistant)


def test_each_payment_of_a_message_is_investigated_though_the_process_died_between_them(tmp_path: Path) -> None:
    """The intake of all parts is committed together, before the first is looked at."""
    fill(an_assistant(tmp_path).store.engine, TWO_RECALLS.records, replace=True)
    assert killed_at("second", lambda kill: _dies_at_the_second(tmp_path, kill))

    assistant = an_assistant(tmp_path)
    taken_up = assistant.take_up()

    assert len(taken_up) == 1
    waiting = assistant.store.queue().cases
    assert sorted(case.proposal_version for case in waiting) == [1, 1]
    assert {case.uetr for case in waiting} == {str(payment.uetr) for payment in TWO_RECALLS.records.payments}
    assert verify(assistant.store) is None


def test_a_case_that_cannot_be_investigated_keeps_no_other_from_being_taken_up(tmp_path: Path) -> None:
    """A fault stops its own case and shows itself; the cases behind it are not held up at every start."""
    fill(an_assistant(tmp_path).store.engine, TWO_RECALLS.records, replace=True)
    assert killed_at(
        "intake committed", lambda kill: _hooked(kill, lambda: TWO_RECALLS.opened_by(an_assistant(tmp_path)))
    )

    def fails_for_the_first(case: Any) -> Any:
        assert case.case.id != "PAIR-1", "a fault of ours"
        return decide_case(case)

    assistant = an_assistant(tmp_path)
    with patch.object(agent.graph, "decide_case", fails_for_the_first), suppress(AssertionError):
        assistant.take_up()

    assert assistant.history("PAIR-1").proposals == ()
    assert len(assistant.history("PAIR-1-2").proposals) == 1


# While somebody signs.


@pytest.mark.parametrize("point", ["begun", "signed", "written"])
def test_a_first_signature_killed_before_its_commit_does_not_count(point: str, tmp_path: Path) -> None:
    RECALL.opened_by(an_assistant(tmp_path))
    assert _killed_while_signing(tmp_path, "anna", point)

    assistant = an_assistant(tmp_path)
    assert assistant.history("RECALL-1").decisions == ()

    _signed_by_two_it_leaves_once(assistant)


@pytest.mark.parametrize("point", ["begun", "signed", "approved", "enqueued", "resolved", "written"])
def test_a_last_signature_killed_before_its_commit_sends_nothing_and_can_be_given_again(
    point: str, tmp_path: Path
) -> None:
    """The signature and what it sends stand in one transaction."""
    RECALL.opened_by(an_assistant(tmp_path))
    _sign(an_assistant(tmp_path), "anna")
    assert _killed_while_signing(tmp_path, "ben", point)

    assistant = an_assistant(tmp_path)
    file = assistant.history("RECALL-1")
    assert (file.outbox, [decision.person for decision in file.decisions]) == ((), ["anna"])

    assert _sign(assistant, "ben").state == "resolved"
    _it_has_left_once(assistant)


@pytest.mark.parametrize(
    "point", ["committed", "before go_on", "before catch_up", "after catch_up", "before forgetting"]
)
def test_a_last_signature_killed_after_its_commit_has_sent_everything_once(point: str, tmp_path: Path) -> None:
    """What was to wake after the signature finds the work done; the store alone says how the case stands."""
    RECALL.opened_by(an_assistant(tmp_path))
    _sign(an_assistant(tmp_path), "anna")
    assert _killed_while_signing(tmp_path, "ben", point)

    assistant = an_assistant(tmp_path)
    assert assistant.history("RECALL-1").case.state == "resolved"
    _it_has_left_once(assistant)

    with pytest.raises(DecisionRefused):
        _sign(assistant, "ben")
    assert assistant.take_up() == []
    _it_has_left_once(assistant)


@pytest.mark.parametrize("point", ["claimed", "sent", "marked"])
def test_a_delivery_killed_on_its_way_is_delivered_once(point: str, tmp_path: Path) -> None:
    """A claimed message becomes due again when its lease ends; the folder knows it by its id."""
    assistant = an_assistant(tmp_path)
    RECALL.opened_by(assistant)
    _signed_by_two_it_leaves_once(assistant)
    assert killed_at(point, lambda kill: _deliver(tmp_path, AClock(), kill))

    clock = AClock()
    clock.passes(hours=1)
    _deliver(tmp_path, clock, lambda _: None)

    file = an_assistant(tmp_path).history("RECALL-1")
    assert [message.state for message in file.outbox] == ["sent", "sent"]
    assert len(list((tmp_path / "outgoing").glob("*.xml"))) == 2
    assert verify(assistant.store) is None


# Killing.


def _killed_while_opening(folder: Path, place: str) -> bool:
    return killed_at(place, lambda kill: _hooked(kill, lambda: RECALL.opened_by(an_assistant(folder))))


def _killed_while_signing(folder: Path, person: str, point: str) -> bool:
    return killed_at(point, lambda kill: _hooked(kill, lambda: _sign(an_assistant(folder), person)))


def _hooked(kill: Kill, deed: Callable[[], object]) -> None:
    """Do the deed in this process with `kill` told of everything that is reached."""
    with _told_of_everything(kill):
        deed()


@contextmanager
def _told_of_everything(kill: Kill) -> Iterator[None]:
    transaction = agent.transaction.Transaction
    hooks = [patch.object(agent.graph, name, _around(getattr(agent.graph, name), name, kill)) for name in STEPS]
    hooks += [
        patch.object(transaction, name, _around(getattr(transaction, name), name, _as("after", "written", kill)))
        for name in ("open_case", "add_evidence", "save_proposal", "link_records")
    ]
    hooks += [
        patch.object(
            Assistant, "investigate", _around(Assistant.investigate, "", _as("before", "intake committed", kill))
        ),
        patch.object(Assistant, "_go_on", _around(Assistant._go_on, "go_on", kill)),
        patch.object(agent.graph, "catch_up", _around(catch_up, "catch_up", kill)),
        patch.object(agent.graph, "interrupt", _around(interrupt, "", _as("before", "waiting", kill))),
        patch.object(agent.assistant, "decide", _watched(decide, kill)),
    ]
    saver = _sqlite_saver()
    hooks += [
        patch.object(saver, "put_writes", _around(saver.put_writes, "", _as("after", "checkpoint written", kill))),
        patch.object(
            saver, "delete_thread", _around(saver.delete_thread, "", _as("before", "before forgetting", kill))
        ),
    ]
    for hook in hooks:
        hook.start()
    try:
        yield
    finally:
        for hook in hooks:
            hook.stop()


def _sqlite_saver() -> Any:
    from langgraph.checkpoint.sqlite import SqliteSaver

    return SqliteSaver


def _around(deed: Callable[..., Any], name: str, kill: Kill) -> Callable[..., Any]:
    def told(*args: Any, **kwargs: Any) -> Any:
        kill(f"before {name}")
        answer = deed(*args, **kwargs)
        kill(f"after {name}")
        return answer

    return told


def _as(moment: str, place: str, kill: Kill) -> Kill:
    """Tell of one moment alone, under the name of the place."""

    def told(reached: str) -> None:
        when, _, name = reached.partition(" ")
        if when == moment:
            kill(f"{place} {name}".strip())

    return told


def _watched(decide: Callable[..., Any], kill: Kill) -> Callable[..., Any]:
    """The desk tells of its own steps."""
    return lambda *args, **kwargs: decide(*args, **kwargs, at_step=kill)


def _dies_at_the_second(folder: Path, kill: Kill) -> None:
    seen = []

    def at_step(reached: str) -> None:
        seen.append(reached)
        if seen.count("before triage") == 2:
            kill("second")

    _hooked(at_step, lambda: TWO_RECALLS.opened_by(an_assistant(folder)))


def _deliver(folder: Path, clock: AClock, kill: Kill) -> None:
    deliver(an_assistant(folder, clock).store, {"": Folder(folder / "outgoing")}, clock, at_step=kill)


# Looking.


# A run that fails in a process that goes on.


def _fails_once(step: str) -> Any:
    return patch.object(agent.graph, step, side_effect=OSError("the disk is full"))


@pytest.mark.parametrize("step", ["investigate", "propose", "record"])
def test_a_case_that_failed_is_taken_up_by_a_build_that_can(step: str, tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with _fails_once(step), pytest.raises(OSError, match="full"):
        RECALL.put_to(assistant)

    [taken_up] = assistant.take_up()

    assert taken_up["proposal"]["disposition"] == "ACCEPT"
    _one_proposal_waits(assistant)
    _signed_by_two_it_leaves_once(assistant)


@pytest.mark.parametrize("step", ["investigate", "propose", "record"])
def test_a_case_that_failed_on_a_bench_is_investigated_there_again(step: str) -> None:
    bench = Workbench(Settings())
    with _fails_once(step), pytest.raises(OSError, match="full"):
        RECALL.put_to(bench.assistant)
    bench.clear()

    again = RECALL.put_to(bench.assistant)

    assert again["proposal"]["hash"] == RECALL.put_to(Workbench(Settings()).assistant)["proposal"]["hash"]


def _sign(assistant: Assistant, person: str) -> Any:
    return assistant.decide("RECALL-1", user=person, role="approver", verdict=Approve(), now=NOW)


def _one_proposal_waits(assistant: Assistant) -> None:
    file = assistant.history("RECALL-1")
    assert [(p.version, p.state) for p in file.proposals] == [(1, "pending")]
    assert file.case.state == "awaiting_approval"
    assert [record.kind for record in file.audit].count("proposal_made") == 1
    assert len({piece.id for piece in file.evidence}) == len(file.evidence) > 0
    assert verify(assistant.store) is None


def _signed_by_two_it_leaves_once(assistant: Assistant) -> None:
    assert assistant.history("RECALL-1").outbox == ()
    _sign(assistant, "anna")
    _sign(assistant, "ben")
    _it_has_left_once(assistant)


def _it_has_left_once(assistant: Assistant) -> None:
    file = assistant.history("RECALL-1")
    assert sorted(message.type[:8] for message in file.outbox) == ["camt.029", "pacs.004"]
    assert [record.kind for record in file.audit].count("proposal_carried_out") == 1
    assert [record.kind for record in file.audit].count("message_released") == 2
    assert verify(assistant.store) is None


def _saver(assistant: Assistant) -> BaseCheckpointSaver[Any]:
    return assistant._saver


def _elsewhere(folder: Path) -> Path:
    """A store of its own with the same records."""
    other = folder / "elsewhere"
    other.mkdir()
    fill(an_assistant(other).store.engine, RECALL.records)
    return other
