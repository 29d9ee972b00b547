"""Flags text from outside that speaks to a machine instead of to a bank; it flags, and changes nothing.

Whatever comes from outside is data: no step obeys it, flagged or not. The flag tells the person who signs that somebody
tried. It looks at the text as written and at what hides in it: zero-width and tag characters, letters of other
alphabets, spaced-out letters, digits for letters, base64.
"""

import base64
import binascii
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from agent.guardrails.injection_phrases import hits, may_hold
from agent.guardrails.outward import around
from tools.errors import Violation

_CHARACTERS_MAX = 100_000
"""Longer texts are looked at up to here; what is cut is said in a flag of its own."""
_HITS_MAX = 8
"""Flags shown per text; more say nothing new."""

_LOOKALIKES = str.maketrans(
    "аеорсухіјѕһԁԛԝкмтнвгпΑΒΕΖΗΙΚΜΝΟΡΤΥΧαεικνορτυχαⅰ",
    "aeopcyxijshdqwkmthbrnABEZHIKMNOPTYXaeiknoptuxai",
)
_LEET = (str.maketrans("0134579@$!|", "oieastgasil"), str.maketrans("0134579@$!|", "oleastgasil"))
_LEET_WORD = re.compile(r"\b(?=\w*[A-Za-z])[\w@$!|]*[013457@$!|][\w@$!|]*\b")
_SPACED = re.compile(r"(?<![A-Za-z])(?:[A-Za-z][ .\-_*]{1,2}){4,}[A-Za-z](?![A-Za-z])")
_BASE64 = re.compile(r"(?<![A-Za-z0-9+/=])[A-Za-z0-9+/]{20,}={0,2}(?![A-Za-z0-9+/=])")
_HEX = re.compile(r"(?<![0-9A-Fa-f])(?:[0-9A-Fa-f]{2}){16,}(?![0-9A-Fa-f])")
_MIXED_SCRIPT = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*[\u0370-\u03ff\u0400-\u04ff])\w{4,}\b")
_HIDDEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\u00ad\U000e0000-\U000e007f]")
_TAGS = re.compile(r"[\U000e0020-\U000e007e]+")


def scan(texts: Mapping[str, str]) -> tuple[Violation, ...]:
    """Return a flag for every place where text from outside addresses the assistant or commands it; never a block."""
    readings = {place: list(_readings(text[:_CHARACTERS_MAX])) for place, text in texts.items() if text}
    # One look at everything: where no phrase can stand in all of it, none stands in any part.
    likely = may_hold("\n".join(reading for each in readings.values() for _, reading in each))
    found: list[Violation] = []
    for place, text in texts.items():
        if text:
            found += _scan(place, text[:_CHARACTERS_MAX], readings[place] if likely else ())
            if len(text) > _CHARACTERS_MAX:
                found.append(
                    _flag("too-long", place, "", f"Only the first {_CHARACTERS_MAX} characters were looked at.")
                )
    return tuple(found)


def _scan(place: str, text: str, readings: Iterable[tuple[str, str]]) -> list[Violation]:
    found: dict[tuple[str, str], Violation] = {}
    for how, reading in readings:
        for kind, hit in hits(reading):
            excerpt = around(reading, hit.start(), hit.end())
            found.setdefault((kind, hit[0].casefold()), _flag(kind, place, excerpt, _DETAILS[kind] + how))
            if len(found) >= _HITS_MAX:
                return list(found.values())
    if text.isascii():
        return list(found.values())
    if hidden := _HIDDEN.findall(text):
        found[("hidden", "")] = _flag(
            "hidden", place, f"{len(hidden)} characters", "Holds characters that nobody sees."
        )
    if mixed := _MIXED_SCRIPT.search(text):
        found[("lookalike", "")] = _flag("lookalike", place, mixed[0][:40], "Mixes alphabets inside one word.")
    return list(found.values())


_DETAILS = {
    "override": "Asks to set rules aside",
    "role": "Tells the assistant what it is",
    "address": "Speaks to an assistant",
    "command": "Commands a decision",
    "reveal": "Asks for what is not the sender's",
    "markup": "Imitates the inside of a system",
}


def _readings(text: str) -> Iterator[tuple[str, str]]:
    """Yield the text as a person reads it, and what other readings uncover, each once."""
    plain = text if text.isascii() else _HIDDEN.sub("", unicodedata.normalize("NFKC", text)).translate(_LOOKALIKES)
    yield ".", plain
    if not text.isascii():
        yield from _unseen(text)
    if _SPACED.search(plain):
        yield ", with spaced-out letters.", _SPACED.sub(_closed, plain)
    if any(_mostly_letters(word) for word in _LEET_WORD.findall(plain)):
        for table in _LEET:  # 1 stands for i or for l
            yield ", with digits for letters.", _LEET_WORD.sub(partial(_read_as, table), plain)
    for decoded in _decoded(text):
        yield ", hidden in an encoding.", decoded


def _unseen(text: str) -> Iterator[tuple[str, str]]:
    if _HIDDEN.search(text):
        spaced = _HIDDEN.sub(" ", unicodedata.normalize("NFKC", text))
        yield ", hidden between invisible characters.", spaced
    for tags in _TAGS.findall(text):
        yield ", hidden in invisible characters.", "".join(chr(ord(c) - 0xE0000) for c in tags)


def _mostly_letters(word: str) -> bool:
    """Tell "1gn0re" from a reference such as E1A6188E2F1."""
    letters = sum(character.isalpha() for character in word)
    return letters > 2 * (len(word) - letters)


def _read_as(table: dict[int, int], hit: re.Match[str]) -> str:
    return hit[0].translate(table)


def _closed(hit: re.Match[str]) -> str:
    """Close spaced-out letters; two separators in a row stand for the gap between words."""
    return re.sub(r"(?<=\w)[ .\-_*](?=\w)", "", re.sub(r"[ .\-_*]{2}", "  ", hit[0])).replace("  ", " ")


def _decoded(text: str) -> Iterator[str]:
    for hit in _BASE64.finditer(text):
        try:
            raw = base64.b64decode(hit[0] + "=" * (-len(hit[0]) % 4), validate=True)
        except (binascii.Error, ValueError):
            continue
        yield from _readable(raw)
    for hit in _HEX.finditer(text):
        yield from _readable(bytes.fromhex(hit[0]))


def _readable(raw: bytes) -> Iterator[str]:
    """Random bytes are not text; words with spaces are."""
    try:
        words = raw.decode("utf-8")
    except UnicodeDecodeError:
        return
    if words.isprintable() and " " in words:
        yield words


def _flag(kind: str, place: str, value: str, detail: str) -> Violation:
    return Violation(rule=f"injection-{kind}", place=place, value=value, detail=detail, severity="flag")
