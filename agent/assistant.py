"""The front door: open a case, decide on it, read its history."""

import logging
import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")  # read when langgraph is imported: no type is rebuilt
os.environ.setdefault("LANGSMITH_TRACING", "false")

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.types import Command

from agent.case import Case, Channel, Named, Sender
from agent.casebook import CaseFile, CaseRow
from agent.decision import Outcome, Verdict, person_key
from agent.desk import decide
from agent.graph import build
from agent.intake import read_case
from agent.notebook import Notebook
from agent.policy.facts import Limits
from agent.propose import Post
from agent.recheck import recheck_for
from agent.run import Run
from agent.state import Opened
from agent.store import Store
from agent.suspicion import Scoring
from agent.transaction import Intake
from retrieval.rulebook import RuleBook
from tools.bank.bank import ReadRecords
from tools.errors import ToolError
from tools.payment import Agent, Clock, Rail

if TYPE_CHECKING:
    from agent.model import Voices

_log = logging.getLogger(__name__)

FINAL = ("approve", "reject")
"""Verdicts after which the waiting run goes on; the others leave it waiting."""


class Assistant:
    """Investigates cases over the bank's records, and carries what people decide."""

    def __init__(
        self,
        *,
        store: Store,
        records: ReadRecords,
        book: RuleBook,
        saver: BaseCheckpointSaver[Any],
        our_bics: Sequence[Agent],
        clock: Clock,
        limits: Limits | None = None,
        xsd_dir: Path | None = None,
        mt_only: Sequence[Agent] = (),
        scoring: Scoring | None = None,
        keep_checkpoints: bool = True,
        voices: "Voices | None" = None,
    ) -> None:
        self.store = store
        self.records = records
        self.book = book
        self.our_bics = tuple(our_bics)
        self.clock = clock
        self.limits = limits or Limits()
        self.xsd_dir = xsd_dir
        self.mt_only = tuple(mt_only)
        self.scoring = scoring
        self._saver = saver
        self._graph = build(saver)
        self._keep_checkpoints = keep_checkpoints
        self._voices = voices

    def open(
        self,
        message: bytes,
        *,
        case_id: str,
        suffix: str,
        channel: Channel,
        sender: Sender,
        as_of: datetime,
        rail: Rail | None = None,
        our_bics: Sequence[Agent] | None = None,
    ) -> list[dict[str, Any]]:
        """Open a case for every transaction of a message, investigate each, and return their results in order.

        The intake row is committed before anything else happens: a run that dies is started again by `take_up`. It is
        on the disk at the latest with the proposal, before anybody is told that the message was taken.
        Only a store that does not outlive the run takes it together with the proposal.
        """
        cases = read_case(
            message,
            case_id=case_id,
            suffix=suffix,
            channel=channel,
            sender=sender,
            as_of=as_of,
            rail=rail,
            our_bics=tuple(our_bics or self.our_bics),
        )
        rows = [_intake_row(case, message, suffix) for case in cases]
        if not self._keep_checkpoints:
            return [self._first_time(case, row) for case, row in zip(cases, rows, strict=True)]
        with self.store.begin(as_of, settled_later=True) as tx:
            for case, row in zip(cases, rows, strict=True):
                tx.open_case(case.id, **row)
        return [self.investigate(case) for case in cases]

    def investigate(self, case: Case) -> dict[str, Any]:
        """Run the graph on one opened case up to the review, and return its result."""
        return self._first_time(case, None)

    def _first_time(self, case: Case, intake: Intake | None) -> dict[str, Any]:
        with self.records.session() as records:
            return self._investigate(case, Notebook(records, case.as_of), intake=intake)

    def _investigate(
        self, case: Case, notebook: Notebook, *, before: int = 0, intake: Intake | None = None
    ) -> dict[str, Any]:
        run = Run(
            opened=Opened(case=case),
            notebook=notebook,
            book=self.book,
            store=self.store,
            post=Post(us=us_of(case), xsd_dir=self.xsd_dir, mt_only=self.mt_only, before=before),
            limits=self.limits,
            scoring=self.scoring,
            intake=intake,
            voice=self._voices.of(case) if self._voices is not None else None,
            day=self._voices.today if self._voices is not None else "",
        )
        try:
            self._graph.invoke({"case_id": case.id}, _thread(case.id), context=run, durability="exit", output_keys=[])
        finally:
            if not self._keep_checkpoints:
                self._saver.delete_thread(case.id)  # after a failure too: the next run would go on there
        assert run.checked is not None
        assert run.result is not None
        run.result["timings_ms"]["total"] = round(run.milliseconds, 3)
        return run.result | {"drafts": {m.file: m.body for m in run.checked.proposal.messages}}

    def take_up(self) -> list[dict[str, Any]]:
        """Investigate again every case whose run died before its proposal was written; nothing is done twice.

        A case that fails again stops no other: its place in the list holds an error document, and it stays to be
        taken up by a better build.
        """
        results = []
        for row in self.store.unfinished():
            try:
                # A checkpoint of the failed run would go on behind the step that failed, with nothing in hand.
                self._saver.delete_thread(row.case_id)
                results.append(self.investigate(self._case_of(row, row.as_of)))
            except Exception as fault:
                _log.exception("case %s cannot be taken up", row.case_id)
                told = {"code": "fault", "message": f"{type(fault).__name__}: {fault}", "where": row.case_id}
                results.append({"error": told})
        return results

    def investigate_again(self, case_id: str, named: Named | None = None) -> dict[str, Any]:
        """Look at a waiting case once more, with the records of today: a new version, whose signatures start anew.

        `named`: the type, and perhaps the payment, that a person names where the machine was not sure; the tables then
        decide as for any case, and this person does not sign what comes of it.

        For a case that asked for more, that waited too long, or that a person refused. The evidence found before
        stays; raises DecisionRefused for a case that is carried out already.
        """
        row = self.store.case(case_id)
        if row.state in ("resolved", "closed"):
            raise ToolError(f"Case {case_id!r} is {row.state}; it is not investigated again.", code="already_decided")
        if named is not None:
            self._name(row, named)
        self._saver.delete_thread(case_id)
        case = self._case_of(row, max(self.clock(), row.as_of))
        with self.records.session() as records:
            found = len(self.store.evidence(case_id))
            return self._investigate(case, Notebook(records, case.as_of, after=found), before=row.proposal_version)

    def _name(self, row: CaseRow, named: Named) -> None:
        """Record who named what; only where the type was not known."""
        if row.type != "unknown":
            raise ToolError(f"Case {row.case_id!r} is a {row.type}; only an unknown type is named.", code="type_known")
        named = named.model_copy(update={"by": person_key(named.by)})
        with self.store.begin() as tx:
            tx.audit(row.case_id, "type_named", named.by, named.model_dump(mode="json", exclude_none=True))

    def case_as_of(self, case_id: str, as_of: datetime | None) -> Case:
        """Read an opened case again, under the clock of its opening or of a later investigation."""
        row = self.store.case(case_id)
        return self._case_of(row, as_of or row.as_of)

    def _case_of(self, row: CaseRow, as_of: datetime) -> Case:
        """Read a case again from what the intake row kept."""
        kept = row.sender
        cases = read_case(
            self.store.message(row.case_id),
            case_id=kept["of"],
            suffix=kept["suffix"],
            channel=row.channel,  # type: ignore[arg-type]  # written by `open`
            sender=Sender.model_validate({name: kept[name] for name in Sender.model_fields}),
            as_of=as_of,
            rail=kept["rail"],
            our_bics=tuple(Agent(bic) for bic in kept["our_bics"]),
        )
        part: int = kept["part"]
        names = [record.body for record in self.store.history(row.case_id) if record.kind == "type_named"]
        return cases[part].model_copy(update={"named": Named.model_validate(names[-1])}) if names else cases[part]

    def decide(
        self,
        case_id: str,
        *,
        user: str,
        role: str,
        verdict: Verdict,
        seen: str | None = None,
        now: datetime | None = None,
    ) -> Outcome:
        """Take a person's decision; the last signature carries the proposal out, once, in the same transaction.

        `seen` is the hash that the person had before them; a signature under anything else is refused.
        """
        outcome = decide(
            self.store,
            case_id,
            user=user,
            role=role,
            verdict=verdict,
            seen=seen,
            now=now or self.clock(),
            recheck=recheck_for(self.store, case_id),
        )
        if outcome.verdict in FINAL and not outcome.still_needed:
            self._go_on(case_id, outcome)
        return outcome

    def _go_on(self, case_id: str, outcome: Outcome) -> None:
        """Wake the waiting run; where no checkpoint waits, the store alone says how the case stands."""
        waiting = self._graph.get_state(_thread(case_id)).interrupts
        if not waiting:
            return
        answer = {"verdict": outcome.verdict, "proposal_hash": outcome.proposal_hash}
        self._graph.invoke(
            Command(resume={waiting[0].id: answer}), _thread(case_id), context=self._bare_run(), durability="sync"
        )
        self._saver.delete_thread(case_id)

    def _bare_run(self) -> Run:
        """What the steps after the review need: the store."""
        return Run(opened=None, notebook=None, book=self.book, store=self.store, post=None)  # type: ignore[arg-type]

    def history(self, case_id: str) -> CaseFile:
        """Everything of a case as of one moment: message, evidence, proposals, decisions, messages sent, audit."""
        return self.store.file(case_id)


def _thread(case_id: str) -> Any:
    # One step at a time, so one thread is enough to write what is kept of them; starting more takes longer than they.
    return {"configurable": {"thread_id": case_id}, "metadata": {"run_id": case_id}, "max_concurrency": 1}


def us_of(case: Case) -> Agent:
    """Which of our agents the message was sent to; our first where it names none of them."""
    named = (case.message.receiver if case.message else None, case.transaction.original.creditor_agent)
    for agent in case.our_bics:
        if any(agent.same_as(name) for name in named):
            return agent
    return case.our_bics[0]


def _intake_row(case: Case, message: bytes, suffix: str) -> Intake:
    return Intake(
        received_at=case.as_of,
        as_of=case.as_of,
        message=message,
        channel=case.channel,
        sender=_intake(case, suffix),
        message_type=case.message.type if case.message else None,
    )


def _intake(case: Case, suffix: str) -> dict[str, Any]:
    """What the intake row keeps beside the message, enough to read the case again."""
    return case.sender.model_dump(mode="json") | {
        "suffix": suffix,
        "rail": case.rail,
        "our_bics": list(case.our_bics),
        "part": case.part,
        "of": case.id if case.part == 0 else case.id.rpartition("-")[0],
    }
