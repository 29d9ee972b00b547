"""A question as the search reads it: in English words, slang written out, slips mended, cut where it is long."""

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

from retrieval.embed import Embedding, Vectors
from retrieval.glossary import in_english, is_foreign
from retrieval.rule import Rule
from retrieval.spelling import Speller
from retrieval.words import SHORT, STOP_WORDS, codes_in, sentences, stem, tokens

QUESTION_CHARACTERS_MAX = 12_000
WORDS_LONG = 35
"""A question of more words is a story; its sentences are asked one by one too."""
WINDOW_WORDS = 150
"""A longer text is read in pieces of at most so many words, all of them alike long: the model reads no more at once."""
SENTENCES_MAX = 48
SENTENCE_WORDS_MIN = 4
CACHED_QUESTIONS = 512
WORDS_NOT_CODES = frozenset(SHORT) | frozenset(
    ("bias", "card", "comp", "conf", "curr", "info", "inst", "loan", "mine", "paid", "prop", "tech", "tele")
)
"""Codes that are words too: they count as codes only in capitals."""

BEARERS = {
    "OUR": "OUR (charges borne by the debtor)",
    "SHA": "SHA (charges shared)",
    "BEN": "BEN (charges borne by the creditor)",
}
"""Field 71A, in capitals: written small they are other words."""
_AROUND = ".,;:!?()\"'"
_TAG = re.compile(r"</?[A-Za-z][^<>]*>")
"""Markup of a pasted message says nothing to a sentence vector; what stands between is read."""


@dataclass(frozen=True, slots=True)
class Question:
    """A question as each measure reads it."""

    whole: Vectors
    """Of the whole, one for each window of it; a case is many, a question is one."""
    vectors: Vectors
    """Of each sentence where the question is long."""
    words: tuple[str, ...]
    """In a long text as often as they are said: what is said again is what it is about."""
    sentences: tuple[tuple[str, ...], ...]
    """Words of each sentence that has a vector of its own."""
    asking: tuple[bool, ...]
    """Whether the sentence asks; the others only tell."""
    codes: frozenset[str]
    foreign: bool
    """Not English: words that are not in the glossary say nothing about what the book holds."""


class QuestionReader:
    """Reads questions with the words of one book."""

    def __init__(
        self,
        rules: Sequence[Rule],
        rarity: Mapping[str, float],
        codes: Mapping[str, object],
        embedding: Embedding,
        *,
        known: Mapping[str, Vectors],
    ) -> None:
        self._rules, self._rarity, self._codes = rules, rarity, codes
        self._embedding, self._known = embedding, known
        self._by_number = {name[-3:]: name for rule in rules for name in rule.messages if name[-3:].isdigit()}
        self.read = lru_cache(CACHED_QUESTIONS)(self._read)

    def _read(self, text: str) -> Question:
        text = text[:QUESTION_CHARACTERS_MAX]
        english = in_english(_TAG.sub(" ", text), known=self._vocabulary)
        plain = self._mended(english)
        windows, parts = [plain], []
        if long := len(plain.split()) > WORDS_LONG:
            said = list(dict.fromkeys(sentences(plain)))  # what a thread quotes again counts once
            plain = " ".join(said)
            windows, parts = _windows(plain), _asked_alone(said)
        vectors = self._vectors([*windows, *parts])
        return Question(
            whole=vectors[: len(windows)],
            vectors=vectors[len(windows) :],
            words=tuple(tokens(plain)) if long else self._words(plain),
            sentences=tuple(self._words(part) for part in parts),
            asking=tuple(part.rstrip("\"'”’)* ").endswith("?") for part in parts),
            foreign=is_foreign(text),
            codes=self._codes_of(text) | self._codes_of(english),
        )

    def _vectors(self, texts: Sequence[str]) -> Vectors:
        if len(texts) == 1 and texts[0].casefold() in self._known:  # asked word for word in the book: no model needed
            return self._known[texts[0].casefold()][None, :]
        return self._embedding.questions(texts)

    def _words(self, text: str) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tokens(text)))

    def _codes_of(self, text: str) -> frozenset[str]:
        written = codes_in(text)
        small = {word.upper() for word in re.findall(r"[a-z0-9]+", text.lower()) if word not in WORDS_NOT_CODES}
        return frozenset((written | small) & self._codes.keys())

    def _mended(self, text: str) -> str:
        bearers = {} if text.isupper() else BEARERS
        return " ".join(bearers.get(word.strip(_AROUND)) or self._plain(word) for word in text.split())

    def _plain(self, word: str) -> str:
        """A word as the embedding knows it: slang written out, slips of the keyboard mended."""
        bare = word.lower().strip(_AROUND)
        if bare in SHORT or bare in self._by_number:
            return word.lower().replace(bare, SHORT.get(bare) or self._by_number[bare])
        if not bare.isalpha() or stem(bare) in self._rarity or bare in STOP_WORDS:
            return word
        meant = self._speller.meant(bare)
        return word.lower().replace(bare, meant) if meant else word

    @cached_property
    def _counts(self) -> Counter[str]:
        texts = (f"{rule.title} {rule.text}".lower() for rule in self._rules)
        return Counter(word for text in texts for word in re.findall(r"[a-z]{4,}", text))

    @cached_property
    def _vocabulary(self) -> frozenset[str]:
        return frozenset(self._counts)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(self._counts, is_word=self._embedding.knows)


def _asked_alone(said: Sequence[str]) -> list[str]:
    """The sentences of a long question that say enough to be asked alone; of too many the last ones."""
    return [one for one in said if len(one.split()) >= SENTENCE_WORDS_MIN][-SENTENCES_MAX:]


def _windows(text: str) -> list[str]:
    words = text.split()
    size = math.ceil(len(words) / math.ceil(len(words) / WINDOW_WORDS))
    return [" ".join(words[at : at + size]) for at in range(0, len(words), size)]
