"""The graph: from a message to a signature. READ FIRST: the edges below are the story.

    triage, investigate, retrieve, decide -> propose, check, record -> review (a person) -> resolve

One flat graph, one interrupt. Nothing before the review has an effect outside the store, so a run that dies is started
again from its intake row, and checkpoints are written where the run stops to wait: durability "exit", which costs a
quarter of "sync". Steps that belong together share a node: every node costs a third of a millisecond, as much as the
steps themselves, and side by side each would get a thread, which costs more. The one step with effects, `resolve`,
comes after the person and is guarded by our own rows.
"""

from typing import TYPE_CHECKING, Any, Literal

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph
from langgraph.graph.state import CompiledStateGraph
from langgraph.runtime import Runtime
from langgraph.types import interrupt

from agent.check import check
from agent.decide import decide_case
from agent.investigate import investigate
from agent.propose import propose
from agent.record import record
from agent.resolve import catch_up
from agent.result import result_of
from agent.retrieve import retrieve
from agent.run import Run
from agent.state import Checked, Decided, Proposed, State
from agent.suspicion import suspect
from agent.triage import triage

if TYPE_CHECKING:
    from agent.model import Voice

Graph = CompiledStateGraph[State, Run, State, State]


def build(saver: BaseCheckpointSaver[Any]) -> Graph:
    """Return the compiled graph; its checkpoints go to the saver."""
    graph = StateGraph(State, context_schema=Run)
    graph.add_node("investigate", investigate_step)
    graph.add_node("propose", propose_step)
    graph.add_node("review", review_step)
    graph.add_node("resolve", resolve_step)

    graph.add_edge(START, "investigate")
    graph.add_edge("investigate", "propose")
    graph.add_edge("propose", "review")
    graph.add_conditional_edges("review", after_review)
    graph.add_edge("resolve", END)
    return graph.compile(checkpointer=saver)


def investigate_step(state: State, runtime: Runtime[Run]) -> State:
    """Name the type and the payment, run the playbook's read tools, take down the rules in force, and decide."""
    run = runtime.context
    decided = decide_on(run)
    payment, disposition = decided.found.payment, decided.disposition
    return {
        "type": decided.type,
        "uetr": payment.uetr if payment else None,
        "evidence": list(run.notebook.ids()),
        "rule": disposition.rule,
        "disposition": disposition.disposition,
    }


def propose_step(state: State, runtime: Runtime[Run]) -> State:
    """Word it, draft and validate its messages, let the guardrails look, and write everything down at once."""
    run = runtime.context
    checked, result = word_and_check(run)
    asked = run.voice.record(run.day) if run.voice is not None else None
    record(run.store, checked, run.notebook, result, intake=run.intake, asked=asked)
    return {
        "rules": [cited.rule.id for cited in checked.rules],
        "proposal_hash": result["proposal"]["hash"],
        "blocked": list(checked.blocks),
    }


# The work of the first two steps, without effect: a replay does the same over what is on record.


def decide_on(run: Run) -> Decided:
    run.triaged = triage(run.opened, run.notebook)
    run.investigated = investigate(run.triaged, run.notebook, run.limits)
    run.shelf = retrieve(run.triaged, run.book)
    run.decided = suspect(decide_case(run.investigated), run.notebook, run.scoring)
    return run.decided


def word_and_check(run: Run) -> tuple[Checked, dict[str, Any]]:
    assert run.decided is not None
    assert run.shelf is not None
    run.proposed = propose(run.decided, run.notebook, run.shelf, run.post)
    if run.voice is None:
        run.checked = check(run.proposed, run.notebook)
        run.result = result_of(run.checked, run.notebook, run.milliseconds)
    else:
        run.checked, run.result = _spoken(run, run.voice, run.proposed)
    return run.checked, run.result


def _spoken(run: Run, voice: "Voice", proposed: Proposed) -> tuple[Checked, dict[str, Any]]:
    """Hear the language model: the policy has spoken, and guardrails judge by the evidence that the playbook found."""
    found = run.notebook.as_it_stands()
    assert run.shelf is not None
    run.proposed = voice.work(proposed, run.notebook, run.shelf)
    checked = check(run.proposed, found, also=(("model", voice.violations),))
    return checked, result_of(checked, run.notebook, run.milliseconds) | {"model": voice.told()}


def review_step(state: State) -> State:
    """Wait for a person, and do nothing else: this step runs again from its top when the answer comes."""
    verdict = interrupt({"case_id": state["case_id"], "proposal_hash": state["proposal_hash"]})
    return {"verdict": verdict}


def after_review(state: State) -> Literal["resolve", "__end__"]:
    """Only an approval goes on; a refusal, a question or an escalation ends this run and stays in the store."""
    return "resolve" if state["verdict"].get("verdict") == "approve" else "__end__"


def resolve_step(state: State, runtime: Runtime[Run]) -> State:
    """Carry out what was signed, unless the desk has done so with the last signature already."""
    return {"outcome": catch_up(runtime.context.store, state["case_id"])}
