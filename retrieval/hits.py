"""What a search shows of the rules that it found: the section that answers best, the text, and what found it."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from itertools import chain

import numpy as np

from retrieval.among import Among, Counts, Measures, Scores
from retrieval.rule import Confidence, Record, Rule

WORDS_SHARE, CODES_SHARE = 0.7, 0.3
"""How much words and codes weigh beside meaning in choosing the section to show."""
TEXT_CHARACTERS_MAX = 2_400
"""Most documents stand whole in a hit's text; of longer ones, the sections that answer best."""
CACHED_FACES = 2048
"""What rules show, kept at hand: their texts are not put together anew for every question."""


class Hit(Record):
    """One rule found, with the section that answers best."""

    id: str
    title: str
    section: str
    """Slug of the section that answers best, as citations name it."""
    passage: str
    """Text of that section."""
    text: str
    """The passage under its heading, then what else of the document speaks to the question, within a bound."""
    score: float
    """Fused rank, 1.0 when first by every measure; not a probability."""
    effective_from: date
    version: str
    rail: str
    source: str
    confidence: Confidence
    private: bool = False
    why: str
    """What found it, e.g. "meaning 0.71, place 1; words 8.20, place 2; names CUST"."""


class Display:
    """Makes hits of the rules of a book."""

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._shown = lru_cache(CACHED_FACES)(self._face)

    def hits(
        self,
        found: Sequence[int],
        scores: Scores,
        likeness: Scores,
        measures: Measures,
        among: Among,
        codes: frozenset[str],
    ) -> list[Hit]:
        """Hits of the rules at these places, in this order, with these scores; `codes` are those asked about."""
        places = [among.sections_of[at] for at in found]
        telling = _telling(np.array(list(chain.from_iterable(places)), dtype=np.int64), likeness, measures)
        hits, start = [], 0
        for at, sections, score in zip(found, places, scores.tolist(), strict=True):
            number, own, start = among.rules.item(at), telling[start : start + len(sections)], start + len(sections)
            order = tuple(sorted(range(len(own)), key=own.__getitem__, reverse=True))
            why = _why(self._rules[number], at, measures, codes)
            hits.append(self._shown(number, order).model_copy(update={"score": round(min(score, 1.0), 4), "why": why}))
        return hits

    def _face(self, number: int, order: tuple[int, ...]) -> Hit:
        """What a rule shows whatever it was asked, its sections in this order."""
        rule = self._rules[number]
        best = rule.sections[order[0]]
        return Hit(
            id=rule.id,
            title=rule.title,
            section=best.slug,
            passage=best.text,
            text=_text(rule, order),
            score=0.0,
            effective_from=rule.effective_from,
            version=rule.version,
            rail=rule.rail,
            source=str(rule.source),
            confidence=rule.confidence,
            private=rule.private,
            why="",
        )


def _telling(rows: Counts, likeness: Scores, measures: Measures) -> list[float]:
    """How well each of these sections answers; it chooses among the sections of a rule, not among rules."""
    words = measures.words.sections[rows] * (WORDS_SHARE / (float(measures.words.rules.max()) or 1.0))
    telling: list[float] = (likeness[rows] + words + CODES_SHARE * measures.codes.sections[rows]).tolist()
    return telling


def _text(rule: Rule, order: Sequence[int]) -> str:
    """The section that answers best, then the others as far as there is room, the better ones first."""
    pieces: list[str] = []
    room = TEXT_CHARACTERS_MAX
    for section in (rule.sections[number] for number in order):
        piece = f"{section.heading}\n{section.text}"
        if len(piece) <= room or not pieces:
            pieces.append(piece)
            room -= len(piece)
    return "\n\n".join(pieces)


def _why(rule: Rule, at: int, measures: Measures, codes: frozenset[str]) -> str:
    said = [
        f"{name} {one.rules.item(at):.2f}, place {place}"
        for name, one in (("meaning", measures.meaning), ("words", measures.words))
        if (place := one.places.item(at))
    ]
    named = codes.intersection(rule.codes) if codes else ()
    return "; ".join([*said, f"names {', '.join(sorted(named))}"] if named else said)
