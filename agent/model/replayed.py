"""A voice that says again what was said: replies and failures come from the audit's record, in their order."""

from datetime import date
from decimal import Decimal
from typing import Any

from agent.case import Case
from agent.model.chain import Chain
from agent.model.failure import ModelFailure
from agent.model.line import Line, restored
from agent.model.meter import Bounds, Meter, Spending
from agent.model.name import chain_of
from agent.model.prices import price
from agent.model.talk import Answer, Ask
from agent.model.tracing import Tracing
from agent.model.voice import Step, Voice
from agent.settings import ModelSettings, model_settings

CHANGED = "The question to the {role} is not the one that was asked then: prompt, evidence or settings have changed."


def voice_of(case: Case, asked: dict[str, Any], settings: ModelSettings | None = None) -> Voice:
    """Return the voice that repeats what the record holds, under the bounds that held then."""
    settings = (settings or model_settings()).model_copy(update=asked["settings"])
    bounds = asked["bounds"]
    meter = Meter(
        bounds=Bounds(
            calls=bounds["calls"], tokens=bounds["tokens"], seconds=bounds["seconds"], money=Decimal(bounds["money"])
        ),
        now=lambda: 0.0,
        price=price,
        models=tuple((m.provider, m.name) for m in chain_of(asked["asked"])),
        day=date.fromisoformat(asked["day"]),
        spending=Spending(None),
    )
    return RepeatingVoice(case, meter, settings, asked)


class RepeatingVoice(Voice):
    """Asks nobody; a question that differs from the one on record gets no answer."""

    def __init__(self, case: Case, meter: Meter, settings: ModelSettings, asked: dict[str, Any]) -> None:
        super().__init__(
            case=case, chain=Chain(()), meter=meter, settings=settings, traces=Tracing(), asked=asked["asked"]
        )
        self._lines = {str(model): Line(model, settings) for model in chain_of(asked["asked"])}
        self._steps = [Step.model_validate(step) for step in asked["steps"]]
        self._replies = list(asked["said"])

    def _ask(self, ask: Ask, *, repair: bool = False) -> Answer:
        if not self._steps or self._steps[0].role != ask.role or self._steps[0].repair != repair:
            raise ModelFailure("no_recording", CHANGED.format(role=ask.role.replace("_", " ")))
        step = self._steps.pop(0)
        if step.outcome != "answered":
            self.steps.append(step)
            if step.outcome == "bound":
                self._meter.reached.append(step.why.partition("'")[2].partition("'")[0])
            raise ModelFailure(step.outcome, step.why)  # type: ignore[arg-type]  # written by us from a Cause
        answer = self._repeated(ask, step)
        self._meter.count(ask, answer, repair=repair)
        self.steps.append(step)
        return answer

    def _repeated(self, ask: Ask, step: Step) -> Answer:
        from agent.model.wire import answer_of

        line = self._lines[f"{step.provider}:{step.model}"]
        if step.key not in line.keys(ask, self._vault):
            raise ModelFailure("no_recording", CHANGED.format(role=ask.role.replace("_", " ")))
        said = self._replies.pop(0)
        answer = answer_of(said["reply"], provider=step.provider, model=step.model, key=step.key, seconds=0.0)
        return restored(answer, self._vault)
