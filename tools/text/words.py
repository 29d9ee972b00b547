"""Free text as tokens and concepts: what each word means to a payments desk, whatever its language."""

import re
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

_TOKEN = re.compile(
    r"[a-z]*[0-9][0-9a-z]*(?:[.,:/\-'][0-9a-z]+)*"  # a number, a date, a reference
    r"|[a-z]+n't|[a-z]+'s\b|[a-z]+"  # a word
    r"|\n[ \t]*\n|[.!;](?=\s|$)|\?|[,:](?=\s)|(?<=\s)-(?=\s)"  # the end of a sentence or of a part of it
)
"""Line ends alone mean nothing, since MT narrative wraps anywhere; a blank line ends a sentence."""

_PLAIN = (
    "àáâãäåāăą:a èéêëēėęě:e ìíîïīı:i òóôõöøōő:o ùúûüūůű:u çćč:c ñńň:n ýÿ:y šśş:s žźż:z ß:s œ:o æ:a ł:l đď:d ť:t "
    "řŕ:r ğ:g "
    "’‘`´:' \u00a0\u202f\u2009\u2007:\u0020"
)


def _fold_table() -> dict[int, str]:
    table: dict[int, str] = {}
    for group in _PLAIN.split(" "):
        letters, _, plain = group.partition(":")
        for letter in letters:
            table[ord(letter)] = plain
            if len(letter.upper()) == 1:
                table.setdefault(ord(letter.upper()), plain)
    return table | {ord(space): " " for space in "\u00a0\u202f\u2009\u2007\r\t"}


_FOLD = _fold_table()


@cache
def _word_lists() -> dict[str, tuple[str, ...]]:
    text = files("tools.text").joinpath("lists.txt").read_text(encoding="utf-8")
    rows = (line.partition(":") for line in text.splitlines() if not line.startswith("#"))
    return {name: tuple(words.split()) for name, _, words in rows}


def word_list(name: str) -> tuple[str, ...]:
    """One of the shipped word lists."""
    return _word_lists()[name]


def fold(text: str) -> str:
    """Lower case without accents; every character keeps its place, so spans hold in the text as written."""
    lower = text.lower()
    if len(lower) != len(text):  # a few letters, e.g. the Turkish dotted I, grow in lower case
        lower = "".join(small if len(small := letter.lower()) == 1 else letter for letter in text)
    return lower.translate(_FOLD)


_WORD_MAX = 40


class Reading(NamedTuple):
    """A text read once: folded, cut into tokens, and one concept letter a token."""

    folded: str
    spans: tuple[tuple[int, int], ...]
    words: tuple[str, ...]
    concepts: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Characters covered by the concepts from start up to end."""
        return self.spans[start][0], self.spans[max(start, end - 1)][1]


class Lexicon(NamedTuple):
    """Concept letters by word, by stem and by joined words (keyed by their first word)."""

    words: dict[str, str]
    stems: dict[str, str]
    phrases: dict[str, tuple[tuple[tuple[str, ...], str], ...]]


@cache
def lexicon() -> Lexicon:
    """The shipped lexicon, read once; the first concept listed for a word wins."""
    words: dict[str, str] = {}
    stems: dict[str, str] = {}
    phrases: dict[str, list[tuple[tuple[str, ...], str]]] = {}
    for line in files("tools.text").joinpath("lexicon.txt").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        concept, *entries = line.split()
        for entry in map(fold, entries):
            if "_" in entry:
                parts = tuple(entry.split("_"))
                phrases.setdefault(parts[0], []).append((parts, concept))
            elif entry.endswith("*"):
                stems.setdefault(entry[:-1], concept)
            else:
                words.setdefault(entry, concept)
    longest_first = {first: tuple(sorted(several, key=lambda p: -len(p[0]))) for first, several in phrases.items()}
    return Lexicon(words, stems, longest_first)


@lru_cache(maxsize=16384)
def concept_of(word: str) -> str:
    """Concept letter of one folded word; "0" for a number or reference, "-" when it means nothing here."""
    if any(map(str.isdigit, word)):
        return lexicon().words.get(word, "0")
    if word.endswith("n't"):
        return "N"
    if len(word) > _WORD_MAX:
        return "-"
    known = lexicon()
    found = known.words.get(word) or known.words.get(word.removesuffix("'s"))
    if found:
        return found
    for spelling in (word, word.replace("ue", "u").replace("oe", "o").replace("ae", "a")):  # UEBERWEISUNG
        if spelling in known.words:
            return known.words[spelling]
        for length in range(len(spelling), 2, -1):
            if concept := known.stems.get(spelling[:length]):
                return concept
    return "-"


@lru_cache(maxsize=64)
def read(text: str) -> Reading:
    """Fold, cut and interpret a text; the last few readings are kept, since several tools ask for the same one."""
    folded = fold(text)
    spans: list[tuple[int, int]] = []
    words: list[str] = []
    concepts: list[str] = []
    for match in _TOKEN.finditer(folded):
        word = match.group()
        spans.append(match.span())
        words.append(word)
        first = word[0]
        concepts.append(
            "," if first in ",:-" else "?" if first == "?" else "|" if first in ".!;\n" else concept_of(word)
        )
    _join_phrases(words, concepts)
    return Reading(folded, tuple(spans), tuple(words), "".join(concepts))


def _join_phrases(words: list[str], concepts: list[str]) -> None:
    """Give joined words their common concept: its letter on the first, "_" on the rest."""
    phrases = lexicon().phrases
    for place, word in enumerate(words):
        for parts, concept in phrases.get(word, ()):
            if tuple(words[place : place + len(parts)]) == parts:
                concepts[place] = concept
                concepts[place + 1 : place + len(parts)] = "_" * (len(parts) - 1)
                break
