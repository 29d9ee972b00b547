"""Prompt texts: Markdown files with a version of their own; code never assembles instructions from fragments."""

import hashlib
from functools import cache
from importlib.resources import files

NAMES = ("answer", "investigate", "judge", "propose", "triage")


@cache
def load(name: str) -> str:
    """Return the text of a prompt; raises LookupError for a name that is not there."""
    if name not in NAMES:
        raise LookupError(f"No prompt is called {name!r}; there are {', '.join(NAMES)}.")
    return (files(__package__) / f"{name}.md").read_text(encoding="utf-8")


def version(name: str) -> str:
    """Return "sha256:<hex>" of a prompt: a run that used it records this."""
    return "sha256:" + hashlib.sha256(load(name).encode()).hexdigest()
