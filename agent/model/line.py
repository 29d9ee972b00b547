"""One line to one model: what may leave on it, how often it is tried, how fast, and when it is left to rest."""

import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from queue import Empty, SimpleQueue
from random import Random
from time import monotonic, sleep
from typing import TYPE_CHECKING, Any

from agent.model.clients import client_of, failure_of
from agent.model.failure import ModelFailure
from agent.model.name import ModelName
from agent.model.talk import Answer, Ask, Block, ToolCall, Turn
from agent.model.vault import Vault
from agent.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

BACKOFF_SECONDS = 0.5
BACKOFF_SECONDS_MAX = 20.0


@dataclass(slots=True)
class Pace:
    """The clock and the patience of a line; tests hand in their own."""

    now: Callable[[], float] = monotonic
    wait: Callable[[float], None] = sleep
    random: Random = field(default_factory=Random)


class Line:
    """Asks one model, under its policy; every way of failing is a ModelFailure."""

    def __init__(
        self,
        model: ModelName,
        settings: ModelSettings,
        pace: Pace | None = None,
        client: "BaseChatModel | None" = None,
        native: bool | None = None,
    ) -> None:
        """`native`: whether structured output is asked for natively at first; by the model's name where None."""
        self.model = model
        self.policy = settings.privacy.get(model.provider, "mask")
        self._settings = settings
        self._pace = pace or Pace()
        self._client = client
        self._own = client is None
        self._native = native if native is not None else model.provider != "bedrock" or "anthropic" in model.name
        """Whether structured output is asked for natively; a server that refuses it is asked by a forced call."""
        self._failures = 0
        self._rests_until = 0.0
        self._next_at = 0.0
        self._lock = threading.Lock()

    def ask(self, ask: Ask, vault: Vault, *, seconds_left: float) -> Answer:
        """Return the answer with its values restored; tries again, with growing waits, what may have passed."""
        self._awake()
        outgoing = self._outgoing(ask, vault)
        until = self._pace.now() + seconds_left
        for attempt in range(self._settings.retries + 1):
            try:
                answer = self._once(outgoing, until)
            except ModelFailure as failure:
                self._failed(failure)
                if failure.cause == "key_refused" and self._own:
                    self._client = None  # an assumed role ends after an hour: the next case assumes it anew
                wait = self._backoff(attempt)
                last = attempt == self._settings.retries
                if last or not failure.passing or self._pace.now() + wait >= until:
                    raise
                self._pace.wait(wait)
                continue
            self._failures = 0
            return restored(answer, vault) if self.policy == "mask" else answer
        raise AssertionError("the loop above answers or raises")

    def keys(self, ask: Ask, vault: Vault) -> tuple[str, ...]:
        """The keys that this question may have had on this line, by either way of asking for its type."""
        from agent.model.wire import key_of, messages_of, parameters_of

        outgoing = self._outgoing(ask, vault)
        messages = messages_of(outgoing)
        bounded = self.model.provider == "local"
        both = (parameters_of(outgoing, native=native, bounded=bounded) for native in (True, False))
        return tuple(key_of(str(self.model), messages, parameters) for parameters in both)

    def _once(self, ask: Ask, until: float) -> Answer:
        self._paced(until)
        try:
            return self._sent(ask, until)
        except ModelFailure as failure:
            if failure.cause != "refused_request" or not self._native or ask.answer is None:
                raise
        self._native = False  # an older server: it is asked for a forced call from now on
        return self._sent(ask, until)

    def _sent(self, ask: Ask, until: float) -> Answer:
        from agent.model.wire import answer_of, key_of, messages_of, parameters_of, reply_of, send

        messages = messages_of(ask)
        parameters = parameters_of(ask, native=self._native, bounded=self.model.provider == "local")
        key = key_of(str(self.model), messages, parameters)
        began = self._pace.now()
        client = self._built()
        left = min(self._settings.timeout_seconds, max(0.0, until - began))
        try:
            said = within(left, lambda: send(client, messages, parameters, stream=self._settings.stream))
        except TimeoutError:
            raise failure_of(TimeoutError("timed out"), self.model, self._settings) from None
        except Exception as error:
            raise failure_of(error, self.model, self._settings) from error
        return answer_of(
            reply_of(said),
            provider=self.model.provider,
            model=self.model.name,
            key=key,
            seconds=self._pace.now() - began,
        )

    def _built(self) -> "BaseChatModel":
        if self._client is None:
            try:
                self._client = client_of(self.model, self._settings)
            except Exception as error:
                raise failure_of(error, self.model, self._settings) from error
        return self._client

    def _outgoing(self, ask: Ask, vault: Vault) -> Ask:
        """What leaves: as it stands, under pseudonyms, or nothing where it holds personal values."""
        if self.policy == "none":
            return ask
        masked = ask if self.policy == "block" else _masked(ask, vault)
        left = [text for block in masked.blocks for text in _texts(block.value)] + [t.text for t in masked.turns]
        left += [text for turn in masked.turns for call in turn.calls for text in _texts(call.arguments)]
        kinds = sorted({kind for text in left for kind in vault.leaks(text)})
        if kinds:
            raise ModelFailure(
                "privacy",
                f"Nothing was sent to {self.model}: the text holds personal values ({', '.join(kinds).lower()}), and "
                f"the policy for {self.model.provider} is {self.policy!r}.",
            )
        return masked

    def _awake(self) -> None:
        if self._pace.now() < self._rests_until:
            times = self._settings.breaker_failures
            raise ModelFailure("resting", f"{self.model} failed {times} times in a row and is left alone for a while.")

    def _failed(self, failure: ModelFailure) -> None:
        if not failure.counts_against_provider:
            return
        self._failures += 1
        if self._failures >= self._settings.breaker_failures:
            self._rests_until = self._pace.now() + self._settings.breaker_seconds
            self._failures = 0

    def _backoff(self, attempt: int) -> float:
        """Full jitter: anywhere up to a bound that doubles."""
        most = min(BACKOFF_SECONDS_MAX, BACKOFF_SECONDS * 2.0**attempt)
        return self._pace.random.uniform(0, most)

    def _paced(self, until: float) -> None:
        """Wait for this line's turn under its rate limit."""
        if not self._settings.requests_per_minute:
            return
        with self._lock:
            now = self._pace.now()
            mine = max(now, self._next_at)
            if mine >= until:
                raise ModelFailure("busy", f"The rate limit set for {self.model} leaves no time for this case.")
            self._next_at = mine + 60 / self._settings.requests_per_minute
        if mine > now:
            self._pace.wait(mine - now)


def within(seconds: float, call: Callable[[], Any]) -> Any:
    """Run a call that may hang, and leave it behind when its time is over; raises TimeoutError."""
    if seconds <= 0:
        raise TimeoutError
    answers: SimpleQueue[tuple[bool, Any]] = SimpleQueue()

    def run() -> None:
        try:
            answers.put((True, call()))
        except BaseException as error:
            # Handed to the thread that waits: it decides what the error means.
            answers.put((False, error))

    threading.Thread(target=run, daemon=True).start()
    try:
        good, value = answers.get(timeout=seconds)
    except Empty:
        raise TimeoutError from None
    if not good:
        raise value
    return value


def _masked(ask: Ask, vault: Vault) -> Ask:
    return replace(
        ask,
        blocks=tuple(Block(block.name, vault.mask(block.value)) for block in ask.blocks),
        turns=tuple(
            Turn(
                turn.by,
                vault.mask(turn.text),
                tuple(ToolCall(c.id, c.name, vault.mask(c.arguments)) for c in turn.calls),
                turn.call_id,
            )
            for turn in ask.turns
        ),
    )


def restored(answer: Answer, vault: Vault) -> Answer:
    calls = tuple(ToolCall(c.id, c.name, vault.restore(c.arguments)) for c in answer.calls)
    return replace(answer, text=_restored_text(answer.text, vault), calls=calls)


def _restored_text(text: str, vault: Vault) -> str:
    """Restore inside JSON value by value: a name with a quotation mark must not break it."""
    try:
        value = json.loads(text)
    except ValueError:
        return str(vault.restore(text))
    written = json.dumps(vault.restore(value), ensure_ascii=False)
    return written.encode("utf-8", "replace").decode()  # JSON can name half a character, UTF-8 cannot hold one


def _texts(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for item in value.values() for text in _texts(item)]
    if isinstance(value, list | tuple):
        return [text for item in value for text in _texts(item)]
    return []
