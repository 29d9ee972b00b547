"""The part of a book that a question may find: its rules, their sections, and the passages that speak for them."""

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Scores = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

RANKED = 64
"""Rules with a place in a measure; further back, a place tells nothing any more."""


class Groups:
    """The best score of each group, for scores that lie in `order`.

    First come the first items of all groups, then the second ones, as far as every group has one: maxima of whole
    blocks cost a tenth of maxima group by group. What longer groups have beyond that lies behind, group by group.
    """

    def __init__(self, group_of: Counts) -> None:
        """`group_of` names each item's group by its number from 0, in ascending order, and leaves none out."""
        starts = np.flatnonzero(np.diff(group_of, prepend=-1))
        sizes = np.diff(starts, append=len(group_of))
        self._count, self._full = len(starts), int(sizes.min(initial=len(group_of)))
        number = np.arange(len(group_of)) - np.repeat(starts, sizes)
        self.order: Counts = np.lexsort((group_of, np.minimum(number, self._full)))
        """Where the items of each place were."""
        longer = group_of[self.order[self._count * self._full :]]
        self._longer, self._longer_starts = np.unique(longer, return_index=True)

    def best(self, scores: Scores) -> Scores:
        """The best score of each group."""
        best = scores[: self._count].copy()
        for block in range(1, self._full):
            np.maximum(best, scores[block * self._count : (block + 1) * self._count], out=best)
        if len(self._longer):
            rest = np.maximum.reduceat(scores[self._full * self._count :], self._longer_starts)
            best[self._longer] = np.maximum(best[self._longer], rest)
        return best


class Measure(NamedTuple):
    """One score for each section, its best for each rule, and the places of the rules."""

    sections: Scores
    rules: Scores
    places: Counts
    """From 1, equal scores sharing the better place; 0 far back, and where the score is too small to count."""
    found: int
    """How many rules have a place."""


class Measures(NamedTuple):
    """What each way of looking says of the rules asked about."""

    meaning: Measure
    words: Measure
    codes: Measure


@dataclass(frozen=True, slots=True)
class Among:
    """The rules asked about, with all that is scored for them; nothing else ever is."""

    rules: Counts
    sections: Counts
    """Their sections, in the order in which scores of sections lie."""
    passages: Counts
    """Passages of those, in the order in which their scores lie."""
    by_section: Groups
    """Passages by section."""
    by_rule: Groups
    """Sections by rule."""
    sections_of: tuple[list[int], ...]
    """For each rule the places of its sections, the first section first."""

    @classmethod
    def of(cls, rules: Counts, section_rule: Counts, passage_section: Counts) -> "Among":
        """The part of a book that belongs to these rules, given in ascending order."""
        sections = np.isin(section_rule, rules).nonzero()[0]
        rule_of = np.searchsorted(rules, section_rule[sections])
        by_rule = Groups(rule_of)
        place = np.full(len(section_rule), -1)
        place[sections[by_rule.order]] = np.arange(len(sections))
        passages = (place[passage_section] >= 0).nonzero()[0]
        passages = passages[np.argsort(place[passage_section[passages]], kind="stable")]
        by_section = Groups(place[passage_section[passages]])
        return cls(
            rules=rules,
            sections=sections[by_rule.order],
            passages=passages[by_section.order],
            by_section=by_section,
            by_rule=by_rule,
            sections_of=tuple(one.tolist() for one in np.split(place[sections], np.flatnonzero(np.diff(rule_of)) + 1)),
        )

    def measured(self, sections: Scores, *, least: float = 0.0) -> Measure:
        """Rank the best rules by the best of their sections, those above the least score that counts."""
        rules = self.by_rule.best(sections)
        found = _highest(rules, RANKED, above=least)
        order = found[np.argsort(-rules[found])]
        ranked, first = rules[order], np.arange(1, len(order) + 1)
        first[1:] *= ranked[1:] != ranked[:-1]
        places = np.zeros(len(rules), dtype=np.int64)
        places[order] = np.maximum.accumulate(first)
        return Measure(sections, rules, places, len(order))


def _highest(scores: Scores, count: int, *, above: float) -> Counts:
    """Where the so many highest scores stand, in no order; those that equal the last of them too, none that is low."""
    edge = np.partition(scores, -count)[-count] if len(scores) > count else above
    return (scores >= edge if edge > above else scores > above).nonzero()[0]


def best_places(scores: Scores, k: int) -> list[int]:
    """Where the k highest scores above nil stand, the highest first; of equal ones the earlier goes first."""
    found = _highest(scores, k, above=0.0)
    best: list[int] = found[np.argsort(-scores[found], kind="stable")[:k]].tolist()
    return best
