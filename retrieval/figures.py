"""Holds the figures of rule documents against the clock data: same clock, same dates, same number."""

import re
from collections.abc import Iterator, Sequence
from datetime import date

from retrieval.rule import Problem, Record, Rule

DURATION = re.compile(r"\b\d+ (?:(?:banking |calendar |working )?(?:business )?days?|months|seconds|minutes)\b")
"""A length of time as documents write it; bare numbers and words such as "a week" are no figures."""
_LOOSE = re.compile(r"\d+ days?")
"""Days of no stated kind: allowed in a document that says elsewhere which days it means."""


class Clock(Record):
    """One row of the clock data, as far as a document can contradict it."""

    id: str
    kind: str
    """What it measures and for whom; rows of one kind replace one another in time."""
    figures: tuple[str, ...]
    """As documents write them, e.g. ("15 banking business days",)."""
    effective_from: date
    effective_to: date | None = None

    def overlaps(self, rule: Rule) -> bool:
        """Say whether both hold on some day."""
        return self.effective_from <= (rule.effective_to or date.max) and rule.effective_from <= (
            self.effective_to or date.max
        )


def contradictions(rule: Rule, clocks: Sequence[Clock]) -> Iterator[Problem]:
    """Each way in which a document and the clock data disagree."""
    declared = [clock for clock in clocks if clock.id in rule.clocks]
    for id in sorted(set(rule.clocks) - {clock.id for clock in clocks}):
        yield _problem(rule, f"names {id}, which is no row of the clock data")
    for clock in declared:
        yield from _against(rule, clock, clocks)
    known = {figure for clock in declared for figure in clock.figures} | set(rule.figures)
    for figure in sorted(set(DURATION.findall(rule.text)) - known):
        if not _LOOSE.fullmatch(figure):
            yield _problem(rule, f"states {figure!r}, which none of its clocks or figures names")
    for figure in sorted(set(rule.figures) - set(DURATION.findall(rule.text))):
        yield Problem(rule_id=rule.id, place="figures", detail=f"names {figure!r}, which the text does not state")


def _against(rule: Rule, clock: Clock, clocks: Sequence[Clock]) -> Iterator[Problem]:
    if not clock.overlaps(rule):
        yield _problem(rule, f"states {clock.id}, which does not hold while version {rule.version} does")
    for figure in clock.figures:
        if figure not in rule.text:
            yield _problem(rule, f"does not state {figure!r}, the figure of {clock.id}")
    for other in clocks:
        replaced = other.kind == clock.kind and other.figures != clock.figures and other.id not in rule.clocks
        if replaced and other.overlaps(rule):
            yield _problem(rule, f"version {rule.version} runs over days on which {other.id} holds instead")


def _problem(rule: Rule, detail: str) -> Problem:
    return Problem(rule_id=rule.id, place="clocks", detail=detail)
