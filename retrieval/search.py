"""Search by meaning, by words and by exact codes, fused; nothing is returned when nothing fits."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import bm25s
import numpy as np

from retrieval.among import Among, Counts, Measure, Measures, Scores, best_places
from retrieval.embed import Embedding, Vectors
from retrieval.emphasis import emphases
from retrieval.hits import Display, Hit
from retrieval.index import Index, Passage
from retrieval.likeness import Likeness
from retrieval.question import Question, QuestionReader
from retrieval.rule import Rule
from retrieval.words import tokens

RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, 2009): one first place does not rule alone."""
_SHARES = np.array([0.0, *(1 / (RRF_K + place) for place in range(1, 1 << 16))], dtype=np.float32)
"""A rule's vote by its place in a measure; none where it was not found."""
MEANING_MIN = 0.3
"""A passage less like the question than this says nothing; its rank would be noise beside an exact code."""
WORDS_LEAST = 0.25
"""A rule with less than this share of the best score by words shares with the question what most rules do."""
WHOLE_WEIGHT, ASKING_WEIGHT = 0.5, 1.25
"""A long question is judged by the one sentence that singles a rule out most, one that asks before one that tells; the
whole text weighs half as much for each window of it: the more a case tells, the less a single sentence says.
"""
RAIL_PRIOR = 1.2
"""Asked for a rail, a rule of that rail stands before a general one that fits a little better."""
OWN_PRIOR = 1.05
"""The bank's own rule stands before ours where both fit alike: three places, no more."""
WITHIN_MIN, COVER_WEIGHT, WORDS_WEIGHT = 0.96, 0.25, 0.2
"""A question without a code lies inside the rule book from this evidence: the best cosine, the share of its words,
weighed by rarity, that one section holds, and the logarithm of the best score by words. Weights by logistic regression
on the development questions that no document asks for itself; see docs/search-quality.md.
"""
RARITY_UNKNOWN = 8.0
"""Weight of a word that no rule holds; above that of the rarest one that a rule holds."""
CACHED_PARTS = 8
"""Rail and day combinations kept at hand; each holds its vectors in bytes."""


@dataclass(frozen=True, slots=True)
class Part:
    """The rules of one rail and day, with what they are scored by."""

    among: Among
    likeness: Likeness | None
    """Of the sections; none where Chroma is asked."""
    priors: Scores
    """What each rule's votes are multiplied by."""
    nothing: Measure
    """What a measure says that has nothing to go by."""


class Searcher:
    """The book's passages in memory: a matrix for meaning, an inverted index for words."""

    def __init__(self, rules: Sequence[Rule], found: Sequence[Passage], index: Index, embedding: Embedding) -> None:
        self._rules, self._index = rules, index
        sections = [(at, number) for at, rule in enumerate(rules) for number in range(len(rule.sections))]
        row = {place: at for at, place in enumerate(sections)}
        self._section_rule = np.array([at for at, _ in sections])
        self._passage_section = np.array([row[passage.rule, passage.section] for passage in found])
        texts = [tokens(_lexical(rules[at], number)) for at, number in sections]
        self._postings = _postings(texts)
        self._rarity = {word: math.log(1 + len(texts) / len(rows)) for word, (rows, _) in self._postings.items()}
        self._emphases = emphases(rules, sections)
        self._reader = QuestionReader(rules, self._rarity, self._emphases, embedding, known=_asked_before(found, index))
        self._part = lru_cache(CACHED_PARTS)(self._among)
        self._display = Display(rules)

    def search(
        self,
        question: str,
        *,
        among: tuple[int, ...],
        k: int,
        rail: str | None = None,
        on: date | None = None,
        may_be_silent: bool = True,
    ) -> list[Hit]:
        """Rank the rules at these places, and no others; return at most k, or none when the question lies outside.

        `rail` and `on` are what they were chosen by.
        """
        asked = self._reader.read(" ".join(question.split()))
        if not among or k < 1 or not (asked.words or asked.codes):
            return []
        part = self._part(among, rail)
        whole = _mean([self._likeness(one, part, rail, on) for one in asked.whole])
        said = self._by_words(asked.words, part)
        most = float(said.max())
        measures = Measures(
            meaning=part.among.measured(whole, least=MEANING_MIN),
            words=part.among.measured(said, least=WORDS_LEAST * most),
            codes=part.among.measured(self._by_codes(asked.codes, part)) if asked.codes else part.nothing,
        )
        likeness, evidence = whole, _evidence(measures.meaning.rules, most)
        votes = _shares(measures.meaning) + _shares(measures.words)
        if asked.codes:
            votes += _shares(measures.codes)
        if asked.sentences:
            likeness, evidence, votes = self._by_sentences(asked, part, measures, rail, on)
        if may_be_silent and not self._within(asked, part, evidence):
            return []
        votes = votes * part.priors
        order = best_places(votes, k)
        full = votes[order[:1]].max(initial=1e-9) if asked.sentences else _full(measures)
        return self._display.hits(order, votes[order] / full, likeness, measures, part.among, asked.codes)

    def _by_sentences(
        self, asked: Question, part: Part, measures: Measures, rail: str | None, on: date | None
    ) -> tuple[Scores, float, Scores]:
        """Likeness of each section to the question or a sentence that asks (in a case of several windows to any
        sentence: nobody may ask in so many words), the best evidence of a sentence, and votes for each rule.

        A case tells of much that no rule is about. By how far a rule stands out from the others, in deviations, a
        sentence that fits nothing says nothing, however like everything it is; ranks would give it a vote.
        """
        likeness = measures.meaning.sections
        evidence = float(likeness.max())  # not by words: a long text shares many with any rule
        singled = np.zeros(len(part.among.rules), dtype=np.float32)
        for at, words in enumerate(asked.sentences):
            one = self._likeness(asked.vectors[at], part, rail, on)
            best, said = part.among.by_rule.best(one), part.among.by_rule.best(self._by_words(words, part))
            out = _standing_out(best) + _standing_out(said)
            singled = np.maximum(singled, out * (ASKING_WEIGHT if asked.asking[at] else 1.0))
            evidence = max(evidence, _evidence(best, float(said.max())))
            if asked.asking[at] or len(asked.whole) > 1:
                likeness = np.maximum(likeness, one)
        whole = np.sum([_standing_out(one.rules) for one in measures], axis=0)
        return likeness, evidence, _standing_out(singled) + WHOLE_WEIGHT * len(asked.whole) * whole

    def _among(self, places: tuple[int, ...], rail: str | None) -> Part:
        among = Among.of(np.array(places), self._section_rule, self._passage_section)
        return Part(
            among=among,
            likeness=Likeness(self._index.vectors, among.passages, among.by_section) if self._index.in_memory else None,
            priors=np.array([_prior(self._rules[at], rail) for at in places], dtype=np.float32),
            nothing=among.measured(np.zeros(len(among.sections), dtype=np.float32)),
        )

    def _likeness(self, vector: Vectors, part: Part, rail: str | None, on: date | None) -> Scores:
        """Cosine of each section's best passage."""
        if part.likeness is not None:
            return part.likeness.best(vector)
        found = self._index.likeness(vector, rail=rail, on=on)
        return part.among.by_section.best(found[part.among.passages])

    def _by_words(self, words: Sequence[str], part: Part) -> Scores:
        known = [self._postings[word] for word in words if word in self._postings]
        if not known:
            return np.zeros(len(part.among.sections), dtype=np.float32)
        # One sum over all words; bm25s itself adds word by word, which takes twice as long.
        rows, scores = (np.concatenate(column) for column in zip(*known, strict=True))
        found = np.bincount(rows, weights=scores, minlength=len(self._section_rule))
        return found[part.among.sections].astype(np.float32)

    def _by_codes(self, codes: frozenset[str], part: Part) -> Scores:
        scores = np.zeros(len(self._section_rule), dtype=np.float32)
        for code in codes:
            for section, emphasis in self._emphases[code]:
                scores[section] += emphasis
        return scores[part.among.sections]

    def _within(self, asked: Question, part: Part, evidence: float) -> bool:
        """Say whether the question lies inside the rule book at all."""
        if asked.codes or evidence >= WITHIN_MIN:
            return True
        if evidence + COVER_WEIGHT < WITHIN_MIN:
            return False
        return evidence + COVER_WEIGHT * self._cover(asked, part) >= WITHIN_MIN

    def _cover(self, asked: Question, part: Part) -> float:
        """Share of the question's words, weighed by rarity, that the best single section holds."""
        held, total = np.zeros(len(self._section_rule)), 0.0
        for word in dict.fromkeys(asked.words):
            if word in self._postings:
                total += self._rarity[word]
                held[self._postings[word][0]] += self._rarity[word]
            elif not asked.foreign and word.isalpha():  # a date or an amount is not what is asked about
                total += RARITY_UNKNOWN
        return float(held[part.among.sections].max()) / (total or 1.0)


def _prior(rule: Rule, rail: str | None) -> float:
    return (RAIL_PRIOR if rail in rule.rails else 1.0) * (OWN_PRIOR if rule.private else 1.0)


def _evidence(likeness: Scores, said: float) -> float:
    return float(likeness.max()) + WORDS_WEIGHT * math.log1p(said)


def _mean(scores: Sequence[Scores]) -> Scores:
    return scores[0] if len(scores) == 1 else np.asarray(np.mean(scores, axis=0, dtype=np.float32))


def _standing_out(scores: Scores) -> Scores:
    """How many standard deviations each score lies above the mean of all."""
    return np.asarray((scores - scores.mean()) / (float(scores.std()) or 1.0))


def _shares(measure: Measure) -> Scores:
    return _SHARES.take(measure.places, mode="clip")


def _full(measures: Measures) -> float:
    """The votes of a rule that is first by every measure that found anything."""
    return sum(one.found > 0 for one in measures) / (RRF_K + 1)


def _asked_before(found: Sequence[Passage], index: Index) -> dict[str, Vectors]:
    """Questions that stand word for word in the book, with their vectors: asking one of them needs no model."""
    if not index.in_memory:
        return {}
    asked = np.array([row for row, passage in enumerate(found) if passage.asked], dtype=np.int64)
    return {found[row].text.casefold(): vector for row, vector in zip(asked.tolist(), index.rows(asked), strict=True)}


def _lexical(rule: Rule, number: int) -> str:
    section = rule.sections[number]
    parts = [rule.title, rule.title, section.heading, section.heading, section.text]
    return "\n".join([*parts, *rule.asks] if number == 0 else parts)


def _postings(texts: Sequence[Sequence[str]]) -> dict[str, tuple[Counts, Scores]]:
    """For each word the sections that hold it, and its BM25 score in each of them."""
    index = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
    index.index(texts, show_progress=False)
    scores, rows, starts = index.scores["data"], index.scores["indices"], index.scores["indptr"].tolist()
    spans = {word: slice(starts[at], starts[at + 1]) for word, at in index.vocab_dict.items() if word}
    return {word: (rows[span], scores[span]) for word, span in spans.items()}
