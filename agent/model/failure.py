"""What can go wrong with a model, each in one sentence that says what to do; none of it stops an investigation."""

from typing import Literal

from tools.errors import ToolError

Cause = Literal[
    "no_key",
    "key_refused",
    "wrong_region",
    "not_enabled",
    "unknown_model",
    "quota",
    "busy",
    "context_too_long",
    "refused_request",
    "unreachable",
    "timeout",
    "server_fault",
    "garbage",
    "cut_off",
    "too_long",
    "refused_to_answer",
    "privacy",
    "bound",
    "resting",
    "no_recording",
    "not_installed",
]
_PASSING: tuple[Cause, ...] = ("busy", "unreachable", "server_fault", "cut_off")
"""Causes that may be gone a moment later: these are tried again."""
_OF_THE_CASE: tuple[Cause, ...] = (
    "privacy",
    "bound",
    "resting",
    "context_too_long",
    "too_long",
    "refused_to_answer",
    "no_recording",
    "garbage",
)
"""Causes that say nothing of the provider: this request, this answer, or a bound of ours."""


class ModelFailure(ToolError):
    """The model gave no usable answer; the templates speak instead."""

    def __init__(self, cause: Cause, message: str) -> None:
        super().__init__(message, code=f"model_{cause}", where="--model")
        self.cause = cause

    @property
    def passing(self) -> bool:
        """Whether trying again may help."""
        return self.cause in _PASSING

    @property
    def counts_against_provider(self) -> bool:
        """Whether it says something of the provider, and not of this one request or of a bound of ours."""
        return self.cause not in _OF_THE_CASE
