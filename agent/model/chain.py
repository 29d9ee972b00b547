"""The fallback chain: one line after the other, and none at its end."""

from collections.abc import Sequence

from agent.model.failure import ModelFailure
from agent.model.line import Line
from agent.model.talk import Answer, Ask
from agent.model.vault import Vault


class Chain:
    """Lines in the order in which they are tried."""

    def __init__(self, lines: Sequence[Line]) -> None:
        self.lines = tuple(lines)

    def ask(self, ask: Ask, vault: Vault, *, seconds_left: float) -> Answer:
        """Return the first answer that comes; when none does, one failure that says why of each."""
        failures: list[ModelFailure] = []
        for line in self.lines:
            try:
                return line.ask(ask, vault, seconds_left=seconds_left)
            except ModelFailure as failure:
                failures.append(failure)
        if len(failures) == 1:
            raise failures[0]
        raise ModelFailure(failures[-1].cause, " ".join(str(failure) for failure in failures))
