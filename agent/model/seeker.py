"""Seeker: a bounded loop over the read tools, asked only when the playbook left a question open.

It may look at the case's own payment, the accounts in it and the rule book, and at nothing else: any other argument is
refused by a ToolError, which the model may read. What it finds becomes evidence for the person who signs; the policy
has spoken before, and no answer of the seeker's reaches it.
"""

from collections.abc import Callable

from pydantic import ValidationError

from agent.guardrails import grounding
from agent.model.failure import ModelFailure
from agent.model.look_ups import LookUps
from agent.model.material import case_block, evidence_block
from agent.model.meter import Meter
from agent.model.talk import Answer, Ask, Block, Tool, Turn
from agent.notebook import Notebook
from agent.state import Proposed
from prompts import prompt
from tools.errors import Record

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
    look_ups: Callable[[], LookUps],
    ask: Callable[[Ask], Answer],
    meter: Meter,
    *,
    rounds_max: int,
    tokens_max: int,
    keep_calls: int = 0,
) -> Sought | None:
    """Run the loop and return what came of it; None where no question is open. `keep_calls` are left for others."""
    question = open_question(proposed)
    if question is None or meter.calls_left <= keep_calls or rounds_max < 1:
        return None
    desk = look_ups()
    turns: tuple[Turn, ...] = ()
    concluded: Conclusion | None = None
    rounds, stopped_by = 0, "conclusion"
    while concluded is None:
        if rounds >= rounds_max or meter.calls_left <= keep_calls:
            stopped_by = "rounds" if rounds >= rounds_max else "calls"
            break
        try:
            answer = ask(_question(proposed, notebook, question, turns, tokens_max, desk))
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
    known = set(notebook.ids())
    cited = tuple(id for id in concluded.evidence if id in known) if concluded else ()
    return Sought(
        question=question,
        answer=_answer(concluded, cited, notebook),
        evidence=cited,
        looked_up=tuple(desk.found),
        refused=tuple(desk.refused),
        rounds=rounds,
        stopped_by=stopped_by,
    )


def _question(
    proposed: Proposed, notebook: Notebook, question: str, turns: tuple[Turn, ...], tokens_max: int, desk: LookUps
) -> Ask:
    known = Notebook(notebook.records, notebook.at)
    known.evidence = notebook.evidence[: desk.before]  # what was found since stands in the turns
    conclude = Tool(CONCLUDE, "Say what was found, with the evidence that carries it.", Conclusion.model_json_schema())
    return Ask(
        role="seeker",
        prompt=prompt("seeker"),
        blocks=(Block("question", question), case_block(proposed), evidence_block(known)),
        tools=(*(Tool(t.name, t.says, t.asks.model_json_schema()) for t in desk.tools), conclude),
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


def _answer(concluded: Conclusion | None, cited: tuple[str, ...], notebook: Notebook) -> str | None:
    """The answer; none where it cites nothing, or holds a figure that it does not cite: the model's word alone."""
    answer = concluded.answer.strip()[:ANSWER_CHARACTERS_MAX] if concluded and cited else None
    pieces = [e for e in notebook.evidence if e.id in cited]
    grounds = grounding.Grounds.of([e.result for e in pieces] + [e.arguments for e in pieces], own=cited)
    return None if answer and grounding.check((), (), (), {"answer": answer}, grounds) else answer
