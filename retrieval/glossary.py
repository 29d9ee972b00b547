"""Questions in German, French, Spanish, Dutch or Italian, put into the English words of the field.

No translation: word for word, which is what a search by words and by sentence vectors needs.
"""

import re
import unicodedata
from collections.abc import Set
from functools import cache
from pathlib import Path

_FILE = Path(__file__).with_name("glossary.txt")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_ELIDED = re.compile(r"^(?:l|d|qu|s|n|dell|nell|all|un|c|j)['’]")
_STEM_MIN, _PART_MIN = 3, 4

FUNCTION_WORDS = frozenset(
    """
    der die das den dem des ein eine einen einem einer und oder ist sind war wird werden wurde hat haben hatte auf im
    am zu zum zur mit fur von vom bei aus an wir uns unser unsere man er sie es ich ihr auch noch nur doch sich dass
    le la les un une des du de et est sont etait a au aux dans pour par sur avec chez nous notre nos vous il elle on
    ce cette ces l d qu s n je son sa ses leur faut fait avons ont
    el los las una unos del y es son era en por para con su sus nos nuestro nuestra se lo al hay ha han
    tiene tienen hago hacer hace unidos unis
    het een en zijn was van op met door bij aan wij we ons onze ze hij zij ik dat deze die dit er heeft hebben te om
    il lo gli i uno di e ed sono del della dello dei delle nel nella al alla con da dal dalla ci noi nostro nostra ha
    hanno si ancora anche deve
    """.split()  # noqa: SIM905  # a word list is read as words
)
_ENGLISH = frozenset(
    """
    the of and to is are was were in on at by for from with our we us they their them he she it his her this that these
    those which what when where who how why may must can could should does do did has have had be been if not any than
    """.split()  # noqa: SIM905
)


def is_foreign(text: str) -> bool:
    """Whether a question is written in one of the other languages: its small words tell."""
    words = [_folded(word) for word in _WORD.findall(text)]
    return sum(word in FUNCTION_WORDS for word in words) > sum(word in _ENGLISH for word in words)


def in_english(text: str, *, known: Set[str]) -> str:
    """Return the question in English words where it is in another of the languages; an English one stays as it is.

    In an English sentence only words that the book does not know are put into English, such as a German "Rückruf".
    """
    foreign = is_foreign(text)

    def put(found: re.Match[str]) -> str:
        word = _folded(found[0])
        if foreign and word in FUNCTION_WORDS:
            return _exactly(word) or ""
        if found[0].isupper() and len(word) > 1:  # a code or an abbreviation
            return found[0]
        if not foreign and (word in known or word in _ENGLISH):
            return found[0]
        return _meant(word) or found[0]

    return " ".join(_WORD.sub(put, text).split())


def _folded(word: str) -> str:
    """Lower case, no accents, no elided article: l'échéance is echeance."""
    plain = word.lower()
    if not plain.isascii():
        bare = unicodedata.normalize("NFKD", plain.replace("ß", "ss"))
        plain = "".join(letter for letter in bare if not unicodedata.combining(letter))
    return _ELIDED.sub("", plain)


def _meant(word: str) -> str | None:
    for form in (word, re.sub(r"ae|oe|ue", lambda found: found[0][0], word)):
        if english := _exactly(form) or _begins(form):
            return english
    return _compound(word)


def _exactly(word: str) -> str | None:
    return _entries()[0].get(word)


def _begins(word: str) -> str | None:
    stems = _entries()[1]
    return next((stems[word[:end]] for end in range(len(word), _STEM_MIN, -1) if word[:end] in stems), None)


def _compound(word: str) -> str | None:
    """A German or Dutch compound by its parts: the longest known part at either end, then the rest."""
    exact, stems = _entries()
    for at in range(len(word) - _PART_MIN, _PART_MIN - 1, -1):
        tail = word[at:]
        end = exact.get(tail) or _begins(tail)
        if end:
            head = word[:at].rstrip("sn-")
            start = exact.get(head) or stems.get(head) or _begins(head)
            return f"{start} {end}" if start else end
    return None


@cache
def _entries() -> tuple[dict[str, str], dict[str, str]]:
    """Whole words and beginnings, each with its English."""
    exact: dict[str, str] = {}
    stems: dict[str, str] = {}
    for line in _FILE.read_text(encoding="utf-8").splitlines():
        if "=" not in line or line.startswith("#"):
            continue
        english, _, foreign = line.partition("=")
        for word in map(_folded, foreign.split()):
            into, key = (stems, word[:-1]) if word.endswith("*") else (exact, word)
            into.setdefault(key, english.strip())
    return exact, stems
