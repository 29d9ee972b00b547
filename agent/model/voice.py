"""The voice of one case: which roles are asked, in which order, within which bounds, and what may come of it.

It is asked after the policy has spoken. It can put a reply in other words that pass the checks, add evidence, add a
signature, and raise flags. It cannot touch the disposition, its codes, its messages, its actions or the facts.
"""

import json
from dataclasses import replace
from typing import Any, TypeVar

from pydantic import BaseModel

from agent.case import Case
from agent.decision import with_role
from agent.model import opinion, reader, seeker, tracing, writer
from agent.model.chain import Chain
from agent.model.failure import ModelFailure
from agent.model.look_ups import LookUps
from agent.model.meter import REPAIRS_MAX, Meter
from agent.model.opinion import Opinion
from agent.model.personal import learn, vault_of
from agent.model.reader import ModelReading
from agent.model.rule_look_ups import own_rules_read
from agent.model.seeker import Sought
from agent.model.talk import Answer, Ask
from agent.model.tracing import Tracing
from agent.model.typed import again, parsed
from agent.model.vault import Vault
from agent.model.writer import Words
from agent.notebook import Notebook
from agent.settings import ModelSettings
from agent.shelf import Shelf
from agent.state import Proposed
from tools.errors import Record, Violation

Reply = TypeVar("Reply", bound=BaseModel)
NAME = "model"
"""Name of the guardrail under which everything of the model is flagged."""

_REPLAYED = {
    "answer_tokens_max",
    "disagreement",
    "mask_bics",
    "privacy",
    "seeker_look_ups_max",
    "seeker_rounds_max",
    "structured_role",
}
"""Settings on which questions and their consequences depend."""


class Step(Record):
    """One call: who asked what of whom, and what it cost; the answer itself goes into the audit alone."""

    role: str
    prompt: str
    """Name, version and hash of the prompt file."""
    provider: str = ""
    model: str = ""
    key: str = ""
    tokens_in: int = 0
    tokens_out: int = 0
    money: str | None = None
    repair: bool = False
    outcome: str
    """answered, or the cause of the failure."""
    why: str = ""
    """The failure in one sentence."""


class Voice:
    """Speaks for one case."""

    def __init__(
        self, *, case: Case, chain: Chain, meter: Meter, settings: ModelSettings, traces: Tracing, asked: str
    ) -> None:
        self.case = case
        self._chain = chain
        self._meter = meter
        self._settings = settings
        self._tracing = traces
        self._asked = asked
        self._vault: Vault = Vault()
        self.steps: list[Step] = []
        self._said: list[dict[str, Any]] = []
        self._flags: list[Violation] = []
        self._silent = False
        self.reading: ModelReading | None = None
        self.sought: Sought | None = None
        self.words: Words | None = None
        self.opinion: Opinion | None = None
        self.suggestion: str | None = None

    def work(self, proposed: Proposed, notebook: Notebook, shelf: Shelf) -> Proposed:
        """Ask what is worth asking, and return the case with what came of it; never raises for what a model does."""
        self._vault = vault_of(self.case, notebook, mask_bics=self._settings.mask_bics)
        attributes = {tracing.OPERATION: "invoke_workflow", tracing.CONVERSATION: self.case.id}
        with self._tracing.span("invoke_workflow amends case", attributes):
            if self.case.in_words:
                proposed = self._read(proposed, notebook)
            if proposed.type == "unknown":
                return proposed  # nothing was found that could be sought in, judged or worded
            if self.case.in_words:
                return self._free_text(self._seek(proposed, notebook, shelf), notebook)
            if self._settings.structured_role == "writer":
                return self._write(proposed, notebook)
            if self._settings.structured_role == "second_opinion":
                return self._judge(proposed, notebook)
            return proposed

    def _free_text(self, proposed: Proposed, notebook: Notebook) -> Proposed:
        """With two calls left, an opinion and words; with one, the words where a reply waits for them."""
        if self._meter.calls_left >= 2:
            proposed = self._judge(proposed, notebook)
            return self._write(proposed, notebook)
        return self._write(proposed, notebook) if writer.may_reword(proposed) else self._judge(proposed, notebook)

    # The roles.

    def _read(self, proposed: Proposed, notebook: Notebook) -> Proposed:
        assert self.case.message is not None
        text = self.case.message.text
        reply = self._ask_typed(reader.question(text, self._settings.answer_tokens_max), reader.ReaderReply)
        if reply is None:
            return proposed
        self.reading = reader.understood(reply, text, self.case.as_of.date())
        if self.reading.dropped:
            self._flag("reader-invented", "reader", f"{self.reading.dropped} values that it named are not in the text.")
        if self.reading.type in ("unknown", proposed.type):
            return proposed
        read = f"It reads a {_words(self.reading.type)} in “{(self.reading.quote or '')[:80]}”"
        if proposed.type == "unknown":
            self.suggestion = self.reading.type
            confirm = f"amends investigate-again {self.case.id} --type {self.reading.type} --as NAME"
            self._flag("reader-suggests", "reader", f"{read}; a person names the type: {confirm}.")
        else:
            self._flag("reader-differs", "reader", f"{read}.")
        named = proposed.proposal.approvals.roles
        heard = self.reading.type == "fraud_report" and proposed.proposal.disposition != "ESCALATE"
        if heard and "fraud_specialist" not in named:
            return _with(proposed, with_role(proposed.proposal, "fraud_specialist"))
        return proposed

    def _seek(self, proposed: Proposed, notebook: Notebook, shelf: Shelf) -> Proposed:
        settings = self._settings

        def look_ups() -> LookUps:
            most = settings.seeker_look_ups_max
            return LookUps(proposed, notebook, shelf, most, mask=self._masked, traces=self._tracing)

        def ask(question: Ask) -> Answer:
            self._learn(notebook)  # a second round shows what the first one found
            return self._ask(question)

        try:
            self.sought = seeker.seek(
                proposed,
                notebook,
                look_ups,
                ask,
                self._meter,
                rounds_max=settings.seeker_rounds_max,
                tokens_max=settings.answer_tokens_max,
                keep_calls=1,
            )
        except ModelFailure as failure:
            self._failed("seeker", failure)
            return proposed
        if self.sought is None:
            return proposed
        self._learn(notebook)
        if self.sought.refused:
            self._flag("seeker-refused", "seeker", f"A look-up of it was refused: {self.sought.refused[0]}")
        if self.sought.stopped_by != "conclusion":
            self._flag("seeker-stopped", "seeker", f"It was stopped by the bound or cause {self.sought.stopped_by!r}.")
        return replace(proposed, consulted=own_rules_read(notebook.evidence, shelf))

    def _learn(self, notebook: Notebook) -> None:
        learn(self._vault, [e.result for e in notebook.evidence], mask_bics=self._settings.mask_bics)

    def _masked(self, text: str) -> str:
        return str(self._vault.mask(text))

    def _judge(self, proposed: Proposed, notebook: Notebook) -> Proposed:
        ask = opinion.question(proposed, notebook, self._settings.answer_tokens_max)
        reply = self._ask_typed(ask, opinion.OpinionReply)
        if reply is None:
            return proposed
        self.opinion = opinion.compared(reply, proposed, notebook)
        if self.opinion.unsupported:
            detail = f"{self.opinion.unsupported} of its reasons cite nothing that exists."
            self._flag("opinion-unsupported", "second opinion", detail)
        if self.opinion.agrees:
            return proposed
        why = f": {self.opinion.reasons[0].text[:160]}" if self.opinion.reasons else ""
        self._flag("second-opinion", "second opinion", f"It would {self.opinion.disposition.replace('_', ' ')}{why}")
        if self._settings.disagreement == "flag":
            return proposed
        return _with(proposed, opinion.stricter(proposed.proposal, proposed))

    def _write(self, proposed: Proposed, notebook: Notebook) -> Proposed:
        ask = writer.question(proposed, notebook, self._settings.answer_tokens_max)
        reply = self._ask_typed(ask, writer.WriterReply)
        if reply is None:
            return proposed
        self.words = writer.checked(reply, proposed, notebook)
        if self.words.refused:
            self._flag("words-refused", "writer", f"Words of the model were not taken: {self.words.refused[0]}.")
        if self.words.reply is None:
            return proposed
        self._flag("words-of-the-model", "reply", "The reply is worded by the model; compare it with the template.")
        return _with(proposed, proposed.proposal.model_copy(update={"reply": self.words.reply}))

    # Asking.

    def _ask_typed(self, ask: Ask, type: type[Reply]) -> Reply | None:
        """The typed reply, repaired once; None, with a flag, where the templates must speak."""
        if self._silent:
            return None
        try:
            answer = self._ask(ask)
            try:
                return parsed(answer, type)
            except ModelFailure as failure:
                if self._meter.repairs >= REPAIRS_MAX:
                    raise
                return parsed(self._ask(replace(ask, turns=again(answer, failure)), repair=True), type)
        except ModelFailure as failure:
            self._failed(ask.role, failure)
            return None

    def _ask(self, ask: Ask, *, repair: bool = False) -> Answer:
        attributes = {tracing.OPERATION: "chat", tracing.ROLE: ask.role, tracing.PROMPT: ask.prompt.hash}
        named = f"{ask.prompt.name} {ask.prompt.version} {ask.prompt.hash}"
        with self._tracing.span(f"chat {ask.role}", attributes) as span:
            if self._tracing.content:
                shown = [self._vault.mask(block.value) for block in ask.blocks]
                span.set_attribute(tracing.INPUT, json.dumps(shown, ensure_ascii=False))
            try:
                self._meter.allow(ask, repair=repair)
                answer = self._chain.ask(ask, self._vault, seconds_left=self._meter.seconds_left)
            except ModelFailure as failure:
                self.steps.append(
                    Step(role=ask.role, prompt=named, repair=repair, outcome=failure.cause, why=str(failure))
                )
                raise
            money = self._meter.count(ask, answer, repair=repair)
            _trace(span, answer, money)
            if self._tracing.content:
                span.set_attribute(tracing.OUTPUT, str(self._vault.mask(answer.text)))
        self.steps.append(
            Step(
                role=ask.role,
                prompt=named,
                provider=answer.provider,
                model=answer.model,
                key=answer.key,
                tokens_in=answer.tokens_in,
                tokens_out=answer.tokens_out,
                money=str(money) if money is not None else None,
                repair=repair,
                outcome="answered",
            )
        )
        self._said.append({"key": answer.key, "model": f"{answer.provider}:{answer.model}", "reply": answer.said})
        return answer

    def _failed(self, role: str, failure: ModelFailure) -> None:
        """Flag it; a provider that failed is not asked again for this case."""
        self._flag(f"model-{failure.cause}", role.replace("_", " "), f"{failure} Templates stand in for it.")
        self._silent = self._silent or failure.counts_against_provider or failure.cause == "resting"

    def _flag(self, rule: str, place: str, detail: str) -> None:
        self._flags.append(Violation(rule=rule, place=place, detail=detail, severity="flag"))

    # What is told of it.

    @property
    def violations(self) -> tuple[Violation, ...]:
        """Everything that a person must see; flags alone, for a model can block nothing either."""
        return tuple(self._flags)

    def told(self) -> dict[str, Any]:
        """The part of the result that speaks of the model."""
        answered = [step for step in self.steps if step.outcome == "answered"]
        last = answered[-1] if answered else None
        return {
            "provider": last.provider if last else "none",
            "name": last.model if last else "",
            "calls": len(answered),
            "tokens_in": self._meter.tokens_in,
            "tokens_out": self._meter.tokens_out,
            "asked": self._asked,
            "money_usd": str(self._meter.money),
            "bounds": self._meter.told(),
            "steps": [step.model_dump(mode="json") for step in self.steps],
            "reading": _dump(self.reading),
            "suggested_type": self.suggestion,
            "sought": _dump(self.sought),
            "opinion": _dump(self.opinion),
            "words": _dump(self.words),
        }

    def record(self, day: str) -> dict[str, Any]:
        """What the audit keeps: every step, and every reply as it came, under pseudonyms: enough to replay the case."""
        told = self.told()
        return {
            "asked": self._asked,
            "day": day,
            "bounds": self._meter.bounds.told(),
            "settings": self._settings.model_dump(mode="json", include=_REPLAYED),
            "money_usd": told["money_usd"],
            "steps": told["steps"],
            "said": self._said,
            "disagreed": self.opinion is not None and not self.opinion.agrees,
        }


def _dump(record: Record | None) -> dict[str, Any] | None:
    return record.model_dump(mode="json") if record is not None else None


def _with(proposed: Proposed, proposal: Any) -> Proposed:
    return replace(proposed, proposal=proposal)


def _words(type: str) -> str:
    return type.replace("_", " ")


def _trace(span: Any, answer: Answer, money: Any) -> None:
    span.set_attribute(tracing.PROVIDER, tracing.provider_name(answer.provider))
    span.set_attribute(tracing.REQUEST_MODEL, answer.model)
    span.set_attribute(tracing.TOKENS_IN, answer.tokens_in)
    span.set_attribute(tracing.TOKENS_OUT, answer.tokens_out)
    if money is not None:
        span.set_attribute(tracing.MONEY, float(money))
