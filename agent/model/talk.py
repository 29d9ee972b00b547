"""One question to a model and its answer: instructions from a prompt file, data in marked blocks, a typed reply."""

import json
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any, Literal

from pydantic import BaseModel, Field

from prompts import Prompt


def shortly(characters: int) -> Any:
    """Ask for a text of at most so many characters: a wish to the model, no check of its answer."""
    return Field(json_schema_extra={"maxLength": characters})


def few(items: int) -> Any:
    """Ask for a list of at most so many items: a wish, no check."""
    return Field(json_schema_extra={"maxItems": items})


Role = Literal["reader", "seeker", "writer", "second_opinion"]


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of data, quoted and named; it is never joined to the instructions."""

    name: str
    value: Any
    """JSON-native."""

    @property
    def text(self) -> str:
        """The data between its marks, in one spelling; it cannot close them itself, whatever it holds."""
        written = json.dumps(self.value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        written = written.replace("</", "<\\/")
        return f'<data name="{self.name}">{written}</data>'


@dataclass(frozen=True, slots=True)
class Tool:
    """A look-up offered to the model."""

    name: str
    says: str
    arguments: dict[str, Any]
    """JSON schema."""


@dataclass(frozen=True, slots=True)
class ToolCall:
    """A look-up that the model wants."""

    id: str
    name: str
    arguments: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Turn:
    """What was said after the question: the model's own words and calls, or an answer to one of its calls."""

    by: Literal["model", "tool", "us"]
    text: str
    calls: tuple[ToolCall, ...] = ()
    call_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ask:
    """One question."""

    role: Role
    prompt: Prompt
    blocks: tuple[Block, ...]
    answer: type[BaseModel] | None = None
    """The type that the reply must have; None where tools are offered."""
    tools: tuple[Tool, ...] = ()
    turns: tuple[Turn, ...] = ()
    tokens_max: int = 1500


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What a model said, as it came: nothing in it is believed yet."""

    text: str
    calls: tuple[ToolCall, ...] = ()
    provider: str
    model: str
    key: str
    """SHA-256 of what was asked, as it left: the same question has the same key."""
    tokens_in: int = 0
    tokens_out: int = 0
    money: Decimal | None = None
    """US dollars; None where the price is not known."""
    seconds: float = 0.0
    said: dict[str, Any] = field(default_factory=dict)
    """The reply as it came over the wire, still under pseudonyms, enough to hear it again."""
