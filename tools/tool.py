"""What a read tool is: a function over read-only records, with typed arguments and a typed answer."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar, get_type_hints

from tools.bank.bank import ReadRecords
from tools.errors import Record

Ask = TypeVar("Ask", bound=Record)
Answer = TypeVar("Answer", bound=Record)


@dataclass(frozen=True, slots=True)
class ReadTool(Generic[Ask, Answer]):
    """A tool the assistant may call. It is handed `ReadRecords`, which has no method that writes:
    a tool that needs one is a type error, not a matter of discipline."""

    name: str
    asks: type[Ask]
    """Type of its arguments."""
    says: str
    """Its docstring, written for whoever calls it, a language model included."""
    run: Callable[[ReadRecords, Ask], Answer]

    def __call__(self, records: ReadRecords, ask: Ask) -> Answer:
        return self.run(records, ask)


def read_tool(run: Callable[[ReadRecords, Ask], Answer]) -> ReadTool[Ask, Answer]:
    """Make a read tool of a function `(records, ask) -> answer`; its name and docstring are the tool's."""
    assert run.__doc__, f"{run.__name__} says nothing to its caller"
    hints = get_type_hints(run)
    asked = next(hint for name, hint in hints.items() if name == "ask")
    return ReadTool(name=run.__name__, asks=asked, says=run.__doc__, run=run)
