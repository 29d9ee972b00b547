"""Carries out the seeker's look-ups within the case, traces them, and refuses all others."""

from collections.abc import Callable
from typing import Any

from pydantic import ValidationError

from agent.model import tracing
from agent.model.material import compact
from agent.model.rule_look_ups import rule_tools
from agent.model.talk import Block, ToolCall
from agent.model.tracing import Tracing
from agent.notebook import Notebook
from agent.shelf import Shelf
from agent.state import Proposed
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


class LookUps:
    """The look-ups of one case: over its records and its shelf of the rule book."""

    def __init__(
        self,
        proposed: Proposed,
        notebook: Notebook,
        shelf: Shelf,
        most: int,
        *,
        mask: Callable[[str], str],
        traces: Tracing,
    ) -> None:
        """`mask`: what a question to the rule book goes through before it is searched."""
        payment = proposed.facts.payment
        assert payment is not None, "an open question has a payment"
        self.tools = (*TOOLS, *rule_tools(shelf, mask))
        self._traces = traces
        self._notebook = notebook
        self._most = most
        self._uetr = payment.uetr
        self._accounts = {payment.debtor.account, payment.creditor.account}
        agents = (payment.debtor_agent, payment.creditor_agent, payment.instructing_agent, payment.instructed_agent)
        self._agents = [a for a in (*agents, *payment.intermediaries, proposed.case.sender.bic) if a is not None]
        self.before = len(notebook.evidence)
        self._asked = 0
        self.refused: list[str] = []
        self.found: list[str] = []

    @property
    def spent(self) -> bool:
        return self._asked >= self._most

    def answer(self, call: ToolCall) -> str:
        """The answer as the model reads it: evidence with its id, or why there is none."""
        try:
            id, result = self._traced(call)
        except ToolError as refused:
            self.refused.append(str(refused))
            return f"Refused: {refused}"
        return Block(id, compact(result)).text

    def _traced(self, call: ToolCall) -> tuple[str, dict[str, Any]]:
        """Look up within a span; a name that is no tool's is the model's word, and stands in no trace."""
        name = call.name if any(t.name == call.name for t in self.tools) else "unknown"
        with self._traces.span(f"execute_tool {name}", {tracing.OPERATION: "execute_tool", tracing.TOOL: name}) as span:
            id, result = self._look_up(call)
            span.set_attribute(tracing.EVIDENCE, id)
        return id, result

    def _look_up(self, call: ToolCall) -> tuple[str, dict[str, Any]]:
        tool = next((t for t in self.tools if t.name == call.name), None)
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
        self.found.append(f"{piece.id} {piece.tool}")
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
            case "question" | "code":
                return True  # the rule book holds nothing of anybody
            case _:
                return False
