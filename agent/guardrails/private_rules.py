"""Keeps the bank's own rules in: what an outward text says may not be said in their words."""

import re
from collections.abc import Iterator, Mapping

from agent.guardrails.outward import prose
from tools.errors import Violation

RUN_WORDS = 8
"""So many words in a row are no coincidence; fewer are how anybody would put it."""
_WORD = re.compile(r"\w+")


def check(outward: Mapping[str, str], private: Mapping[str, str]) -> tuple[Violation, ...]:
    """Return one violation for each outward text and private document that share a run of words."""
    if not outward or not private:
        return ()
    runs = {id: set(_runs(text)) for id, text in private.items()}
    return tuple(
        _violation(place, id, next(run for run in said if run in held))
        for place, said in ((place, list(_runs(prose(text)))) for place, text in outward.items())
        for id, held in runs.items()
        if not held.isdisjoint(said)
    )


def _runs(text: str) -> Iterator[str]:
    words = _WORD.findall(text.casefold())
    return (" ".join(words[at : at + RUN_WORDS]) for at in range(len(words) - RUN_WORDS + 1))


def _violation(place: str, id: str, run: str) -> Violation:
    detail = f"These words stand in the bank's own rule {id}, which does not leave the house; say it otherwise."
    return Violation(rule="private-rule", place=place, value=run, detail=detail)
