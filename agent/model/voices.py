"""Makes the voice of each case; lines are shared: limits, breakers and the day's money hold over all of them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from time import monotonic
from typing import TYPE_CHECKING

from agent.case import Case
from agent.model.chain import Chain
from agent.model.line import Line, Pace
from agent.model.meter import Bounds, Meter, Spending
from agent.model.name import ModelName
from agent.model.prices import price
from agent.model.tracing import Tracing, tracing_of
from agent.model.voice import Voice
from agent.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel


class Voices:
    """Everything that a process keeps of its models."""

    def __init__(
        self,
        models: tuple[ModelName, ...],
        settings: ModelSettings,
        *,
        lines: tuple[Line, ...] | None = None,
        tracing: Tracing | None = None,
        spent: Callable[[date], Decimal] = lambda _: Decimal(0),
        today: Callable[[], date] = lambda: datetime.now(UTC).date(),
        now: Callable[[], float] = monotonic,
    ) -> None:
        """`spent`: the money that the store knows to have been spent on a day."""
        self._models = models
        self._settings = settings
        self._chain = Chain(lines if lines is not None else [line_of(model, settings) for model in models])
        self._tracing = tracing or tracing_of(settings)
        self._spending = Spending(settings.money_day_max, spent)
        self._today = today
        self._now = now

    def of(self, case: Case) -> Voice:
        """The voice of one case, with bounds of its own."""
        settings = self._settings
        bounds = Bounds(
            calls=settings.calls_free_text_max if case.in_words else settings.calls_structured_max,
            tokens=settings.tokens_case_max,
            seconds=settings.seconds_case_max,
            money=settings.money_case_max,
        )
        meter = Meter(
            bounds=bounds,
            now=self._now,
            price=price,
            models=tuple((m.provider, m.name) for m in self._models),
            day=self._today(),
            spending=self._spending,
        )
        return Voice(
            case=case,
            chain=self._chain,
            meter=meter,
            settings=settings,
            traces=self._tracing,
            asked=",".join(map(str, self._models)),
        )

    @property
    def today(self) -> str:
        """The day to which money is counted, by the clock of the machine."""
        return self._today().isoformat()


def line_of(model: ModelName, settings: ModelSettings, pace: Pace | None = None) -> Line:
    """The line to a model, over a cassette where one is set."""
    return Line(model, settings, pace, _cassette(model, settings))


def _cassette(model: ModelName, settings: ModelSettings) -> "BaseChatModel | None":
    if settings.cassette is None or settings.cassette_mode == "live":
        return None
    from agent.model.cassette import CassetteChatModel
    from agent.model.clients import client_of

    inner = None if settings.cassette_mode == "strict" else client_of(model, settings)
    return CassetteChatModel(model_name=str(model), folder=settings.cassette, mode=settings.cassette_mode, inner=inner)
