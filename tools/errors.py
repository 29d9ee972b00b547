"""Three kinds of wrong, three forms.

ToolError           the caller may recover: ask again with better arguments
  UnreadableMessage   the bytes are no message that we can read
  UnusableInput       a path, scenario or file cannot be used (exit code 2)
Violation           a value, never raised: data breaks a rule, all of them listed
anything else       our fault: it stops the case and shows itself
"""

from typing import Literal

from pydantic import BaseModel, ConfigDict


class Record(BaseModel):
    """A frozen record that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ToolError(Exception):
    """What went wrong, with which thing, and what to do next, in one sentence."""

    def __init__(self, message: str, *, code: str = "tool_error", where: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.where = where


class UnreadableMessage(ToolError):
    """These bytes are no message that we can read."""

    def __init__(self, message: str, *, where: str = "", code: str = "unreadable_message") -> None:
        super().__init__(message, code=code, where=where)


class UnusableInput(ToolError):
    """A path, scenario or import file cannot be used as it stands."""

    def __init__(self, message: str, *, where: str = "", code: str = "unusable_input") -> None:
        super().__init__(message, code=code, where=where)


class Violation(Record):
    """Data breaks a rule: which rule, where, with which value."""

    rule: str
    """Short stable name of the rule, e.g. "iban-checksum"."""
    place: str
    """Where: an element path, a field tag, a claim number."""
    value: str = ""
    """The offending value, shortened for display."""
    detail: str = ""
    """One sentence for a person."""
    severity: Literal["flag", "block"] = "block"
    """"flag": a person must see it; "block": cannot be approved as it stands."""
