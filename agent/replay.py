"""Replay: investigate a case again from its record alone, and hold the result to the one that was kept.

The message, the evidence and what a model said come from the store; the bank's records, the network and the clock are
not asked. Where the program, the rules or the settings have changed since, the differences are named.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING, Any, get_type_hints

import orjson

from agent.assistant import Assistant, us_of
from agent.case import Case
from agent.casebook import AuditRow, CaseFile
from agent.graph import decide_on, word_and_check
from agent.notebook import Aside, Notebook
from agent.propose import Post
from agent.run import Run
from agent.state import Opened
from tools.bank.records import Account, PriorCase
from tools.errors import Record, ToolError
from tools.evidence import Evidence
from tools.payment import Payment
from tools.tool import Answer, Ask, ReadTool

if TYPE_CHECKING:
    from agent.model import Voices

NOT_COMPARED = ("timings_ms",)
SHOWN_CHARACTERS_MAX = 200


class Difference(Record):
    """One place in which the replay is not what was kept."""

    place: str
    kept: str
    replayed: str


class NotOnRecord(ToolError):
    """The investigation asks for something that the record does not hold: it is not the same investigation any more."""


class RecordedNotebook(Notebook):
    """Answers from the evidence of a run; a question that was not asked then has no answer now."""

    def __init__(self, evidence: list[Evidence], asides: list[dict[str, Any]], at: datetime, *, after: int) -> None:
        super().__init__(None, at, after=after)  # type: ignore[arg-type]  # no records are asked
        self._recorded = {_question(e.tool, e.arguments): e for e in reversed(evidence)}
        self.aside = RecordedAside(asides)

    def ask(self, tool: ReadTool[Ask, Answer], ask: Ask) -> Answer:
        """The answer as it was kept, as the tool's own type."""
        asked = ask.model_dump(mode="json", exclude_defaults=True)
        kept = self._recorded.get(_question(tool.name, asked))
        if kept is None:
            raise NotOnRecord(f"{tool.name} was not asked this at the time: {str(asked)[:SHOWN_CHARACTERS_MAX]}.")
        self.note(tool.name, asked, kept.result)
        answer: Answer = get_type_hints(tool.run)["return"].model_validate(kept.result)
        return answer


class RecordedAside(Aside):
    """What was looked at beside the evidence, as it was kept."""

    def __init__(self, kept: list[dict[str, Any]]) -> None:
        super().__init__(None)  # type: ignore[arg-type]  # no records are asked
        self._recorded = {(each["what"], each["of"]): each["found"] for each in kept}

    def accounts_of_customer(self, customer_id: str) -> list[Account]:
        return [Account.model_validate(each) for each in self._found("accounts_of_customer", customer_id)]

    def prior_cases(self, uetr: str) -> list[PriorCase]:
        return [PriorCase.model_validate(each) for each in self._found("prior_cases", uetr)]

    def payment(self, uetr: str) -> Payment | None:
        return next((Payment.model_validate(each) for each in self._found("payment", uetr)), None)

    def _found(self, what: str, of: str) -> list[Any]:
        if (what, of) not in self._recorded:
            raise NotOnRecord(f"{what} of {of!r} was not looked at at the time.")
        found: list[Any] = self._recorded[(what, of)]
        return found


def _question(tool: str, arguments: dict[str, Any]) -> bytes:
    return orjson.dumps([tool, arguments], option=orjson.OPT_SORT_KEYS)


class LastRun:
    """What the store keeps of the last investigation of a case."""

    def __init__(self, file: CaseFile) -> None:
        if file.result is None:
            raise ToolError(
                f"Case {file.case.case_id!r} has no result yet; there is nothing to replay.", code="no_result"
            )
        self.file = file
        found = [row for row in file.audit if row.kind == "evidence_found"]
        made = [row for row in file.proposals if row.origin == "policy"]
        ids = {name.partition("/")[2] for name in found[-1].body["rows"]} if found else set()
        self.evidence = [e for e in file.evidence if e.id in ids]
        self.after = len(file.evidence) - len(self.evidence)
        self.asides: list[dict[str, Any]] = found[-1].body.get("asides", []) if found else []
        self.before = made[-1].version - 1
        self.asked = self._model(file.audit, found[-1].seq if found else 0)

    @staticmethod
    def _model(audit: tuple[AuditRow, ...], since: int) -> dict[str, Any] | None:
        return next((row.body for row in audit if row.kind == "model_asked" and row.seq >= since), None)

    @property
    def at(self) -> datetime:
        """The clock of the run; all its evidence is of one moment."""
        return self.evidence[0].at if self.evidence else self.file.case.as_of

    def notebook(self) -> RecordedNotebook:
        return RecordedNotebook(self.evidence, self.asides, self.at, after=self.after)


def replayed(assistant: Assistant, case_id: str) -> tuple[Difference, ...]:
    """Return every difference between the result that was kept and the one that its record gives now."""
    run = LastRun(assistant.store.file(case_id))
    voice = None
    case = assistant.case_as_of(case_id, run.at)
    if run.asked is not None:
        from agent.model.replayed import voice_of

        voice = voice_of(case, run.asked)
    try:
        result = through(assistant, case, run, voice)
    except NotOnRecord as gone:
        return (Difference(place="evidence", kept="not asked", replayed=str(gone)),)
    assert run.file.result is not None
    return tuple(differences(run.file.result, orjson.loads(orjson.dumps(result))))


def compared(assistant: Assistant, case_id: str, voices: "Voices") -> tuple[dict[str, Any], dict[str, Any]]:
    """Return what the model of the record said, and what another says to the same evidence; nothing is written."""
    run = LastRun(assistant.store.file(case_id))
    case = assistant.case_as_of(case_id, run.at)
    result = through(assistant, case, run, voices.of(case))
    assert run.file.result is not None
    return run.file.result, orjson.loads(orjson.dumps(result))


def through(assistant: Assistant, case: Case, run: LastRun, voice: Any) -> dict[str, Any]:
    """The steps up to the review, over the record; nothing is written."""
    post = Post(us=us_of(case), xsd_dir=assistant.xsd_dir, mt_only=assistant.mt_only, before=run.before)
    again = Run(
        opened=Opened(case=case),
        notebook=run.notebook(),
        book=assistant.book,
        store=assistant.store,
        post=post,
        limits=assistant.limits,
        scoring=assistant.scoring,
        voice=voice,
    )
    decide_on(again)
    _, result = word_and_check(again)
    return result


def differences(kept: Any, now: Any, place: str = "") -> Iterator[Difference]:
    """Every leaf in which two JSON values differ."""
    if isinstance(kept, dict) and isinstance(now, dict):
        for name in sorted({*kept, *now} - (set(NOT_COMPARED) if not place else set())):
            yield from differences(kept.get(name), now.get(name), f"{place}.{name}" if place else name)
    elif isinstance(kept, list) and isinstance(now, list) and len(kept) == len(now):
        for number, (one, other) in enumerate(zip(kept, now, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif kept != now:
        yield Difference(place=place, kept=_short(kept), replayed=_short(now))


def _short(value: Any) -> str:
    return orjson.dumps(value).decode()[:SHOWN_CHARACTERS_MAX]
