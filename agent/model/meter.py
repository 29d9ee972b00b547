"""The bounds of one case, each with a name: calls, tokens, seconds, money, and the money of a day."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from agent.model.failure import ModelFailure
from agent.model.talk import Answer, Ask

CHARACTERS_A_TOKEN = 3
"""On the safe side: English has four."""
REPAIRS_MAX = 1
"""Answers of one case that are asked for again because they do not have the type wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounds:
    """How much one case may use."""

    calls: int
    tokens: int
    seconds: float
    money: Decimal

    def told(self) -> dict[str, Any]:
        return {"calls": self.calls, "tokens": self.tokens, "seconds": self.seconds, "money": str(self.money)}


class Spending:
    """The money of each day, over all cases of a process and those that its store knows of."""

    def __init__(self, most: Decimal | None, known: Callable[[date], Decimal] = lambda _: Decimal(0)) -> None:
        self.most = most
        self._known = known
        self._days: dict[date, Decimal] = {}

    def of(self, day: date) -> Decimal:
        """What has been spent on a day so far."""
        if day not in self._days:
            self._days[day] = self._known(day)
        return self._days[day]

    def add(self, day: date, money: Decimal) -> None:
        self._days[day] = self.of(day) + money


@dataclass(slots=True, kw_only=True)
class Meter:
    """Counts what a case uses, and refuses the call that would go beyond a bound."""

    bounds: Bounds
    now: Callable[[], float]
    price: Callable[[str, str, int, int], Decimal | None]
    models: tuple[tuple[str, str], ...]
    """(provider, name) of the models that may be asked; the dearest counts beforehand."""
    day: date
    spending: Spending
    calls: int = 0
    repairs: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money: Decimal = Decimal(0)
    unpriced: int = 0
    """Calls whose price is not known; tokens bound these."""
    reached: list[str] = field(default_factory=list)
    """Names of the bounds that stopped a call."""
    started: float = 0.0

    def __post_init__(self) -> None:
        self.started = self.now()

    @property
    def seconds_left(self) -> float:
        return max(0.0, self.bounds.seconds - (self.now() - self.started))

    @property
    def calls_left(self) -> int:
        return max(0, self.bounds.calls - self.calls)

    def allow(self, ask: Ask, *, repair: bool = False) -> None:
        """Raise ModelFailure("bound") when this call could go beyond a bound; which one stands in `reached`."""
        tokens = self._expected(ask)
        if not repair and self.calls >= self.bounds.calls:
            raise self._stop("calls", f"{self.bounds.calls} calls")
        if self.tokens_in + self.tokens_out + tokens > self.bounds.tokens:
            raise self._stop("tokens", f"{self.bounds.tokens} tokens")
        if self.seconds_left <= 0:
            raise self._stop("seconds", f"{self.bounds.seconds:g} seconds")
        dear = max((self.price(*model, tokens - ask.tokens_max, ask.tokens_max) or Decimal(0)) for model in self.models)
        if self.money + dear > self.bounds.money:
            raise self._stop("money", f"{self.bounds.money} dollars a case")
        if self.spending.most is not None and self.spending.of(self.day) + dear > self.spending.most:
            raise self._stop("money_day", f"{self.spending.most} dollars a day")

    def count(self, ask: Ask, answer: Answer, *, repair: bool = False) -> Decimal | None:
        """Add what a call used; return its price. A server that tells no tokens is counted by its characters."""
        if repair:
            self.repairs += 1
        else:
            self.calls += 1
        tokens_in = answer.tokens_in or self._expected(ask) - ask.tokens_max
        tokens_out = answer.tokens_out or len(answer.text) // CHARACTERS_A_TOKEN
        self.tokens_in += tokens_in
        self.tokens_out += tokens_out
        price = self.price(answer.provider, answer.model, tokens_in, tokens_out)
        if price is None:
            self.unpriced += 1
        else:
            self.money += price
            self.spending.add(self.day, price)
        return price

    def told(self) -> dict[str, Any]:
        """Every bound with what was used of it."""
        return {
            "calls": {"used": self.calls, "max": self.bounds.calls},
            "repairs": {"used": self.repairs, "max": REPAIRS_MAX},
            "tokens": {"used": self.tokens_in + self.tokens_out, "max": self.bounds.tokens},
            "money": {"used": str(self.money), "max": str(self.bounds.money), "calls_without_price": self.unpriced},
            "seconds": {"max": self.bounds.seconds},
            "reached": list(dict.fromkeys(self.reached)),
        }

    def _expected(self, ask: Ask) -> int:
        """Tokens that the call may take at most, as far as it can be known before."""
        text = len(ask.prompt.text) + sum(len(block.text) for block in ask.blocks)
        text += sum(len(turn.text) for turn in ask.turns) + sum(len(str(tool)) for tool in ask.tools)
        return text // CHARACTERS_A_TOKEN + ask.tokens_max

    def _stop(self, name: str, what: str) -> ModelFailure:
        self.reached.append(name)
        return ModelFailure("bound", f"The bound {name!r} was reached: {what}; the rest is left to the templates.")
