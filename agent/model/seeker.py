"""Seeker: a bounded loop over the read tools, asked only when the playbook left a question open.

It may look at the case's own payment and the accounts in it, and at nothing else: any other argument is refused by a
ToolError, which the model may read. What it finds becomes evidence for the person who signs; the policy has spoken
before, and no answer of the seeker's reaches it.
"""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from agent.guardrails import grounding
from agent.model.failure import ModelFailure
from agent.model.material import case_block, compact, evidence_block
from agent.model.meter import Meter
from agent.model.talk import Answer, Ask, Block, Tool, ToolCall, Turn
from agent.notebook import Notebook
from agent.state import Proposed
from prompts import prompt
from tools.claims import charges_known
from tools.errors import Record, ToolError
from tools.records import (
    account_states,
    customer_answers,
    incidents,
    open_holds,
    prior_cases,
    trace_payment,
)
from tools.related import find_cover, find_duplicate, find_returns
from tools.tool import ReadTool

TOOLS: tuple[ReadTool[Any, Any], ...] = (
    trace_payment,
    prior_cases,
    customer_answers,
    incidents,
    open_holds,
    account_states,
    find_returns,
    find_cover,
    find_duplicate,
    charges_known,
)
"""What may be looked up; all of them read."""
CONCLUDE = "conclude"
ANSWER_CHARACTERS_MAX = 600


class Conclusion(Record):
    """What the model concludes."""

    answer: str
    evidence: tuple[str, ...] = ()


class Sought(Record):
    """What was asked, what was looked up, what came of it, and which bound ended it."""

    question: str
    answer: str | None = None
    evidence: tuple[str, ...] = ()
    """Ids that the answer cites; they exist."""
    looked_up: tuple[str, ...] = ()
    """New evidence, as "E9 prior_cases"."""
    refused: tuple[str, ...] = ()
    """Look-ups that were refused, with the reason."""
    rounds: int = 0
    stopped_by: str = "conclusion"
    """What ended the loop: conclusion, rounds, look_ups, calls, or the failure of the model."""


def open_question(proposed: Proposed) -> str | None:
    """What the playbook left open; None where it answered everything that its rows turn on."""
    facts = proposed.facts
    if facts.payment is None:
        return None  # without a payment there is nothing that may be looked at
    if facts.contradiction is not None:
        return f"{facts.contradiction}. Does a charge, a return or another case explain the difference?"
    if not facts.claim.computable:
        return "Our records do not give all that the claim is computed from. Does anything on record settle it?"
    asked = proposed.disposition.disposition in ("REQUEST_INFORMATION", "ESCALATE")
    if asked and facts.standing not in ("stranger", "owner_unverified"):
        return "The desk asks or escalates. Does anything on record answer what is missing?"
    return None


def seek(
    proposed: Proposed,
    notebook: Notebook,
    ask: Callable[[Ask], Answer],
    meter: Meter,
    *,
    rounds_max: int,
    look_ups_max: int,
    tokens_max: int,
    keep_calls: int = 0,
) -> Sought | None:
    """Run the loop and return what came of it; None where no question is open. `keep_calls` are left for others."""
    question = open_question(proposed)
    if question is None or meter.calls_left <= keep_calls or rounds_max < 1:
        return None
    desk = _LookUps(proposed, notebook, look_ups_max)
    turns: tuple[Turn, ...] = ()
    concluded: Conclusion | None = None
    rounds, stopped_by = 0, "conclusion"
    while concluded is None:
        if rounds >= rounds_max or meter.calls_left <= keep_calls:
            stopped_by = "rounds" if rounds >= rounds_max else "calls"
            break
        try:
            answer = ask(_question(proposed, notebook, question, turns, tokens_max, desk.before))
        except ModelFailure as failure:
            if not rounds:
                raise
            stopped_by = failure.cause
            break
        rounds += 1
        concluded = _conclusion(answer)
        if not answer.calls and concluded is None:
            concluded = Conclusion(answer=answer.text)
        told = [Turn("tool", desk.answer(call), call_id=call.id) for call in answer.calls if call.name != CONCLUDE]
        turns += (Turn("model", answer.text, answer.calls), *told)
        if desk.spent and concluded is None:
            stopped_by = "look_ups"
            break
    return desk.sought(question, concluded, rounds, stopped_by)


def _question(
    proposed: Proposed, notebook: Notebook, question: str, turns: tuple[Turn, ...], tokens_max: int, before: int
) -> Ask:
    known = Notebook(notebook.records, notebook.at)
    known.evidence = notebook.evidence[:before]  # what was found since stands in the turns
    conclude = Tool(CONCLUDE, "Say what was found, with the evidence that carries it.", Conclusion.model_json_schema())
    return Ask(
        role="seeker",
        prompt=prompt("seeker"),
        blocks=(Block("question", question), case_block(proposed), evidence_block(known)),
        tools=(*(Tool(t.name, t.says, t.asks.model_json_schema()) for t in TOOLS), conclude),
        turns=turns,
        tokens_max=tokens_max,
    )


def _conclusion(answer: Answer) -> Conclusion | None:
    said = next((call.arguments for call in answer.calls if call.name == CONCLUDE), None)
    if said is None:
        return None
    try:
        return Conclusion.model_validate(said, strict=False)
    except ValidationError:
        return Conclusion(answer=str(said.get("answer", "")))


class _LookUps:
    """Carries out look-ups within the case, and refuses all others."""

    def __init__(self, proposed: Proposed, notebook: Notebook, most: int) -> None:
        payment = proposed.facts.payment
        assert payment is not None, "an open question has a payment"
        self._notebook = notebook
        self._most = most
        self._uetr = payment.uetr
        self._accounts = {payment.debtor.account, payment.creditor.account}
        agents = (payment.debtor_agent, payment.creditor_agent, payment.instructing_agent, payment.instructed_agent)
        self._agents = [a for a in (*agents, *payment.intermediaries, proposed.case.sender.bic) if a is not None]
        self.before = len(notebook.evidence)
        self._asked = 0
        self._refused: list[str] = []
        self._found: list[str] = []

    @property
    def spent(self) -> bool:
        return self._asked >= self._most

    def answer(self, call: ToolCall) -> str:
        """The answer as the model reads it: evidence with its id, or why there is none."""
        try:
            id, result = self._look_up(call)
        except ToolError as refused:
            self._refused.append(str(refused))
            return f"Refused: {refused}"
        return Block(id, compact(result)).text

    def _look_up(self, call: ToolCall) -> tuple[str, dict[str, Any]]:
        tool = next((t for t in TOOLS if t.name == call.name), None)
        if tool is None:
            raise ToolError(f"There is no look-up {call.name[:40]!r}.", code="no_such_tool")
        if self.spent:
            raise ToolError(f"The bound of {self._most} look-ups is reached.", code="look_ups_spent")
        self._asked += 1
        try:
            ask = tool.asks.model_validate(call.arguments)
        except ValidationError as wrong:
            place = ".".join(map(str, wrong.errors()[0]["loc"])) or "arguments"
            raise ToolError(f"{call.name}: {place}: {wrong.errors()[0]['msg']}.", code="bad_arguments") from None
        self._within_the_case(call.name, ask)
        asked = ask.model_dump(mode="json", exclude_defaults=True)
        for piece in self._notebook.evidence:
            if piece.tool == tool.name and piece.arguments == asked:
                return piece.id, piece.result
        self._notebook.ask(tool, ask)
        piece = self._notebook.evidence[-1]
        self._found.append(f"{piece.id} {piece.tool}")
        return piece.id, piece.result

    def _within_the_case(self, name: str, ask: Record) -> None:
        """Only the payment of this case, its accounts and its agents; a foreign one is refused, whoever asks."""
        for field, value in ask:
            if not self._is_of_the_case(field, value):
                raise ToolError(
                    f"{name}: {field} is not of this case; only its own payment, accounts and agents may be looked at.",
                    code="foreign_argument",
                    where=field,
                )

    def _is_of_the_case(self, field: str, value: Any) -> bool:
        match field:
            case "uetr":
                return bool(value == self._uetr)
            case "accounts":
                return set(value) <= self._accounts
            case "agent":
                return any(agent.same_as(value) for agent in self._agents)
            case _:
                return False

    def _grounds(self, cited: tuple[str, ...]) -> grounding.Grounds:
        pieces = [e for e in self._notebook.evidence if e.id in cited]
        return grounding.Grounds.of([e.result for e in pieces] + [e.arguments for e in pieces], own=cited)

    def sought(self, question: str, concluded: Conclusion | None, rounds: int, stopped_by: str) -> Sought:
        known = set(self._notebook.ids())
        cited = tuple(id for id in concluded.evidence if id in known) if concluded else ()
        # An answer that cites nothing, or holds a figure that it does not cite, would be the model's word alone.
        answer = concluded.answer.strip()[:ANSWER_CHARACTERS_MAX] if concluded and cited else None
        if answer and grounding.check((), (), (), {"answer": answer}, self._grounds(cited)):
            answer = None
        return Sought(
            question=question,
            answer=answer,
            evidence=cited,
            looked_up=tuple(self._found),
            refused=tuple(self._refused),
            rounds=rounds,
            stopped_by=stopped_by,
        )
