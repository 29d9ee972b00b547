"""Search by meaning, by words and by exact codes, fused; nothing is returned when nothing fits."""

import math
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Self

import bm25s
import numpy as np
import numpy.typing as npt

from retrieval.embed import Vectors, embedding
from retrieval.index import Passage, passages, vectors_for
from retrieval.rule import Confidence, Record, Rule, Section
from retrieval.words import SHORT, codes_in, stem, tokens

Scores = npt.NDArray[np.float32]
Counts = npt.NDArray[np.int64]

RRF_K = 60
"""Reciprocal rank fusion's constant (Cormack, Clarke and Büttcher, 2009): one first place does not rule alone."""
WEIGHTS = {"meaning": 1.0, "words": 1.0, "codes": 1.0}
WITHIN_MIN, COVER_SHARE = 0.45, 0.2
"""A question without a code lies inside the rule book from this best cosine, to which the share of its words that
one section holds adds a fifth. Calibrated on evals/queries/dev.yaml: questions outside reach 0.42, inside start at
0.55.
"""
MEANING_MIN = 0.3
"""A passage less like the question than this says nothing; its rank would be noise beside an exact code."""
RARITY_UNKNOWN = 8.0
"""Weight of a word that no rule holds; above that of the rarest one that a rule holds."""
QUESTION_CHARACTERS_MAX = 2000
CACHED_QUESTIONS = 512
CACHED_PARTS = 8
"""Rail and day combinations kept at hand; each holds a copy of its vectors."""
SPELLING_LENGTH_MIN, SPELLING_LIKENESS_MIN = 5, 0.8
WORDS_NOT_CODES = frozenset(SHORT) | frozenset(
    ("bias", "card", "comp", "conf", "curr", "info", "inst", "loan", "mine", "paid", "prop", "tech", "tele")
)
"""Codes that are words too: they count as codes only in capitals."""
CODE_SETS = "ISO 20022 External Code Sets"
CODE_GUIDE = 0.5
"""A guide to a code set says what a code means; other rules only use it."""


class Hit(Record):
    """One rule found, with the section that answers best."""

    id: str
    title: str
    section: str
    """Slug of the section, as citations name it."""
    text: str
    score: float
    """Fused rank, 1.0 when first by every measure; not a probability."""
    effective_from: date
    rail: str
    source: str
    confidence: Confidence
    why: str
    """What found it, e.g. "meaning 0.71 (1st), words (2nd), code CUST"."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as each measure reads it."""

    vector: Vectors
    words: tuple[str, ...]
    codes: frozenset[str]


@dataclass(frozen=True, slots=True)
class Among:
    """The part of the index that belongs to the rules asked about; nothing else is ever scored."""

    passages: Counts
    vectors: Vectors
    sections: Counts


@dataclass(frozen=True)
class Measure:
    """One score for each rule asked about, and the section that earned it."""

    name: str
    scores: Scores
    sections: Counts

    @cached_property
    def ranks(self) -> Counts:
        """Places from 1; equal scores share the better place."""
        return np.asarray(1 + (self.scores[None, :] > self.scores[:, None]).sum(axis=1))

    @cached_property
    def votes(self) -> Scores:
        """This measure's share of reciprocal rank fusion; what it did not find gets none."""
        least = MEANING_MIN if self.name == "meaning" else 0.0
        shares = np.where(self.scores > least, WEIGHTS[self.name] / (RRF_K + self.ranks), 0.0)
        return np.asarray(shares, dtype=np.float32)


class Searcher:
    """The book's passages in memory: a matrix for meaning, an inverted index for words."""

    def __init__(self, rules: Sequence[Rule], found: Sequence[Passage], vectors: Vectors) -> None:
        self._rules = rules
        self._at = {(rule.id, rule.version): at for at, rule in enumerate(rules)}
        self._vectors = vectors
        self._passage_rule = np.array([passage.rule for passage in found])
        self._passage_section = np.array([passage.section for passage in found])
        sections = [(at, number) for at, rule in enumerate(rules) for number in range(len(rule.sections))]
        self._section_rule = np.array([at for at, _ in sections])
        self._section_number = np.array([number for _, number in sections])
        texts = [tokens(_lexical(rules[at], number)) for at, number in sections]
        self._holds = [frozenset(text) for text in texts]
        self._bm25 = bm25s.BM25(method="lucene", k1=1.2, b=0.6)
        self._bm25.index(texts, show_progress=False)
        self._rarity = _rarity(self._holds)
        self._whole = sorted({word for rule in rules for word in re.findall(r"[a-z]{5,}", rule.text.lower())})
        self._messages = {name[-3:]: name for rule in rules for name in rule.messages if name[-3:].isdigit()}
        self._emphases = _emphases(rules, sections)
        self._read = lru_cache(CACHED_QUESTIONS)(self._question)
        self._part = lru_cache(CACHED_PARTS)(self._among)

    @classmethod
    def open(cls, rules: Sequence[Rule], *, version: str, index_dir: Path | None) -> Self:
        """Load the vectors of a book, building its Chroma folder if one is asked for and absent."""
        found = passages(rules)
        return cls(rules, found, vectors_for(found, version=version, index_dir=index_dir))

    def search(self, question: str, *, among: Sequence[Rule], k: int) -> list[Hit]:
        """Rank the rules given, and no others; return at most k, or none when the question lies outside them."""
        asked = self._read(" ".join(question.split())[:QUESTION_CHARACTERS_MAX])
        if not among or k < 1 or not (asked.words or asked.codes):
            return []
        places = tuple(sorted(self._at[rule.id, rule.version] for rule in among))
        part = self._part(places)
        meaning, codes = self._by_meaning(asked, part), self._by_codes(asked, part)
        if not self._within(asked, part, meaning, codes):
            return []
        measures = (meaning, self._by_words(asked, part), codes)
        fused = np.sum([measure.votes for measure in measures], axis=0)
        best = sum(WEIGHTS[measure.name] for measure in measures if measure.votes.any()) / (RRF_K + 1)
        order = [at for at in np.argsort(-fused, kind="stable")[:k].tolist() if fused[at] > 0]
        return [_hit(self._rules[places[at]], at, measures, fused[at] / best, asked) for at in order]

    def _among(self, places: tuple[int, ...]) -> Among:
        rows = np.isin(self._passage_rule, places).nonzero()[0]
        return Among(rows, self._vectors[rows], np.isin(self._section_rule, places).nonzero()[0])

    def _question(self, text: str) -> Question:
        written = codes_in(text)
        small = {word.upper() for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in WORDS_NOT_CODES}
        plain = " ".join(self._plain(word) for word in text.split())
        return Question(
            vector=embedding()([plain])[0],
            words=tuple(dict.fromkeys(self._spelt(word) for word in tokens(text))),
            codes=frozenset(code for code in self._emphases if code in written or code in small),
        )

    def _plain(self, word: str) -> str:
        """A word as the embedding knows it: slang written out, slips of the keyboard mended."""
        bare = word.lower().strip(".,;:!?()\"'")
        if bare in SHORT or bare in self._messages:
            return SHORT.get(bare) or self._messages[bare]
        if not bare.isalpha() or len(bare) < SPELLING_LENGTH_MIN or stem(bare) in self._rarity:
            return word
        return next(iter(get_close_matches(bare, self._whole, n=1, cutoff=SPELLING_LIKENESS_MIN)), word)

    def _spelt(self, word: str) -> str:
        """The word itself, or the one of the rule book that it most likely means."""
        if word in self._rarity or len(word) < SPELLING_LENGTH_MIN or not word.isalpha():
            return word
        alike = [known for known in self._rarity if known[0] == word[0] and abs(len(known) - len(word)) < 3]
        return next(iter(get_close_matches(word, alike, n=1, cutoff=SPELLING_LIKENESS_MIN)), word)

    def _by_meaning(self, asked: Question, part: Among) -> Measure:
        # Not `@`: that wakes BLAS threads, which then spin and starve the embedding of the next question.
        likeness = np.einsum("ij,j->i", part.vectors, asked.vector)
        rows = part.passages
        return _best("meaning", likeness, self._passage_rule[rows], self._passage_section[rows])

    def _by_words(self, asked: Question, part: Among) -> Measure:
        known = [word for word in asked.words if word in self._rarity]
        scores = self._bm25.get_scores(known) if known else np.zeros(len(self._holds), dtype=np.float32)
        rows = part.sections
        return _best("words", scores[rows], self._section_rule[rows], self._section_number[rows])

    def _by_codes(self, asked: Question, part: Among) -> Measure:
        scores = np.zeros(len(self._holds), dtype=np.float32)
        for code in asked.codes:
            for section, emphasis in self._emphases[code]:
                scores[section] += emphasis
        rows = part.sections
        return _best("codes", scores[rows], self._section_rule[rows], self._section_number[rows])

    def _within(self, asked: Question, part: Among, meaning: Measure, codes: Measure) -> bool:
        """Say whether the question lies inside the rule book at all."""
        if codes.scores.max() > 0 or meaning.scores.max() >= WITHIN_MIN:
            return True
        return bool(meaning.scores.max() + COVER_SHARE * self._cover(asked, part) >= WITHIN_MIN)

    def _cover(self, asked: Question, part: Among) -> float:
        """Share of the question's words, weighed by rarity, that the best single section holds."""
        weight = {word: self._rarity.get(word, RARITY_UNKNOWN) for word in asked.words}
        held = (sum(weight[word] for word in self._holds[row] & weight.keys()) for row in part.sections.tolist())
        return max(held, default=0.0) / (sum(weight.values()) or 1.0)


def _hit(rule: Rule, at: int, measures: Sequence[Measure], score: float, asked: Question) -> Hit:
    telling = min((m for m in measures if m.scores[at] > 0), key=lambda m: int(m.ranks[at]))
    section = rule.sections[int(telling.sections[at])]
    return Hit(
        id=rule.id,
        title=rule.title,
        section=section.slug,
        text=section.text,
        score=round(float(score), 4),
        effective_from=rule.effective_from,
        rail=rule.rail,
        source=str(rule.source),
        confidence=rule.confidence,
        why="; ".join(_reason(measure, at, asked, rule) for measure in measures if measure.scores[at] > 0),
    )


def _reason(measure: Measure, at: int, asked: Question, rule: Rule) -> str:
    if measure.name == "codes":
        return f"names {', '.join(sorted(asked.codes.intersection(rule.codes)))}"
    return f"{measure.name} {measure.scores[at]:.2f}, place {measure.ranks[at]}"


def _lexical(rule: Rule, number: int) -> str:
    section = rule.sections[number]
    parts = [rule.title, rule.title, section.heading, section.heading, section.text]
    return "\n".join([*parts, *rule.asks] if number == 0 else parts)


def _emphases(rules: Sequence[Rule], sections: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, float]]]:
    """For each code the sections that name it, with how much they are about it."""
    found: dict[str, list[tuple[int, float]]] = {code: [] for rule in rules for code in rule.codes}
    for row, (at, number) in enumerate(sections):
        rule, section = rules[at], rules[at].sections[number]
        for code in codes_in(f"{rule.title} {section.heading} {section.text}").intersection(rule.codes):
            found[code].append((row, _emphasis(code, rule, section)))
    return found


def _emphasis(code: str, rule: Rule, section: Section) -> float:
    """More where a title, heading or list item is about the code, and in a guide to a code set."""
    if code in codes_in(rule.title) or code in codes_in(section.heading):
        return 3.0
    defined = re.search(rf"^(?:- )?{code}\b[:,]?", section.text, re.M) is not None
    return 1.0 + defined + CODE_GUIDE * (rule.source.name == CODE_SETS) + 0.5 / len(rule.codes)


def _best(name: str, scores: Scores, owners: Counts, sections: Counts) -> Measure:
    """Each rule's best score, in the order of the rules, and the section that has it."""
    order = np.lexsort((-scores, owners))
    first = order[np.flatnonzero(np.diff(owners[order], prepend=-1))]
    return Measure(name, scores[first], sections[first])


def _rarity(texts: Sequence[frozenset[str]]) -> dict[str, float]:
    """Weight of each word: high when few sections hold it."""
    count = Counter(word for text in texts for word in text)
    return {word: math.log(1 + len(texts) / held) for word, held in count.items()}
