"""Holds a letter worded by the model to the template that it rewords: nothing added, nothing dropped, nothing turned.

The template was written by code for exactly this reader, so it is the measure: every figure, date, reference, name,
code and deed of the model's words must stand in it, and every one of its figures must stand in the words. What fails
is not mended; the template is sent instead.
"""

import re
from collections.abc import Collection, Iterator
from typing import Literal

from agent.guardrails import grounding, injection, privacy, tipping_off
from agent.guardrails.grounding import Grounds
from tools.errors import Violation

LONGER_MAX = 1.6
"""Times the length of the template, and a little."""
_SLACK_CHARACTERS = 200

_NUMBER = re.compile(r"\d+(?:[.,:/-]\d+)*")
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|fifteen|twenty|thirty|forty|fifty|sixty|seventy|"
    r"eighty|ninety|hundred|thousand|million|dozen|double|half|twice)\b",
    re.IGNORECASE,
)
_CODE = re.compile(r"\b(?=[A-Z0-9]*[A-Z])[A-Z0-9]{4}\b")
_LINK = re.compile(r"https?:|www\.|\b[\w-]+\.(?:com|net|org|info|io|example|eu|de|fr|uk|co)\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-zÀ-ÿ][\w'’-]*")
_CLAUSE = re.compile(r"[^,;:.!?\n]+")
_BEFORE_CHARACTERS = 60
_SENTENCE = re.compile(r"[^.!?\n]+[.!?]*")
_DEEDS = re.compile(
    r"\b(?:cancel|stop|return|refund|reimburs|repa[iy]|credit|debit|reject|refus|declin|accept|agree|approv|recall|recover|"
    r"releas|sen[dt]|receiv|paid|pay|transfer|complet|settl|forward|block|hold|held|investigat|confirm|clos|chang|correct|"
    r"deliver|arriv|book|process|guarant|promis|found|lost|wrong|fault|mistake|error|duplicat|twice|owe|compensat|charge|"
    r"deduct|ignor|delet|shar|disclos|suspect|fraud|police|legal)\w*",
    re.IGNORECASE,
)
_NOT = re.compile(r"\b(?:not|no|never|nor|cannot|without|neither|nobody|nothing|unable)\b|n['’]t\b", re.IGNORECASE)
_PERHAPS = re.compile(
    r"\b(?:if|whether|may|might|could|would|should|ask|asks|asked|asking|request|requests|requested|try|tried|until|unless|"
    r"please|once|when|as soon as|want|wish)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"\b(?:will|shall|going to|soon)\b|['’]ll\b", re.IGNORECASE)
Mood = Literal["done", "later", "perhaps"]
_PLAIN_CAPITALS = re.compile(
    r"i|we|you|your|our|the|this|that|its?|if|as|please|thanks?|once|until|for|in|on|at|to|and|but|however|therefore|also|"
    r"when|there|they|their|he|she|since|because|so",
    re.IGNORECASE,
)


def faults(
    text: str,
    template: str,
    *,
    audience: privacy.Audience,
    codes: Collection[str],
    holds: Collection[str],
    names: Collection[str],
) -> tuple[str, ...]:
    """Return everything for which this text may not stand in for the template, in words; empty: it may."""
    return tuple(dict.fromkeys((*_added(text, template), *_guarded(text, template, audience, codes, holds, names))))


def _added(text: str, template: str) -> Iterator[str]:
    if len(text) > len(template) * LONGER_MAX + _SLACK_CHARACTERS:
        yield "it is much longer than the template"
    if any(ord(sign) < 32 and sign not in "\n" for sign in text):
        yield "it holds control characters"
    if _LINK.search(text):
        yield "it holds a link"
    yield from _beyond("a figure", _NUMBER, text, template)
    yield from _beyond("a number", _NUMBER_WORD, text.lower(), template.lower())
    yield from _beyond("a code", _CODE, text, template)
    missing = set(_NUMBER.findall(template)) - set(_NUMBER.findall(text))
    if missing:
        yield f"it leaves out {len(missing)} figures of the template"
    known = {word.casefold() for word in _WORD.findall(template)}
    for word in _capitals(text):
        if word.casefold() not in known and not _PLAIN_CAPITALS.fullmatch(word):
            yield f"it names {word[:20]!r}, which the template does not"
    new = deeds(text) - deeds(template)
    for stem, negated, mood in sorted(new):
        yield f"it says {'not ' if negated else ''}{stem!r} ({mood}), which the template does not"


def _beyond(what: str, pattern: re.Pattern[str], text: str, template: str) -> Iterator[str]:
    if set(pattern.findall(text)) - set(pattern.findall(template)):
        yield f"it holds {what} that the template does not"


def _capitals(text: str) -> Iterator[str]:
    """Words that begin with a capital inside a sentence, and first words that are no ordinary word."""
    for sentence in _SENTENCE.finditer(text):
        words = _WORD.findall(sentence[0])
        for word in words[1:]:
            if word[0].isupper():
                yield word


def deeds(text: str) -> set[tuple[str, bool, Mood]]:
    """What a text says was done, is to be done or may be done: (the deed as written, negated, how)."""
    found: set[tuple[str, bool, Mood]] = set()
    for clause in _CLAUSE.finditer(text):
        words = clause[0]
        for hit in _DEEDS.finditer(words):
            before = words[max(0, hit.start() - _BEFORE_CHARACTERS) : hit.start()]
            mood: Mood = "perhaps" if _PERHAPS.search(before) else "later" if _LATER.search(before) else "done"
            found.add((hit[0].lower(), bool(_NOT.search(before)), mood))
    return found


def _guarded(
    text: str,
    template: str,
    audience: privacy.Audience,
    codes: Collection[str],
    holds: Collection[str],
    names: Collection[str],
) -> Iterator[str]:
    """The guardrails, with the template as the only ground."""
    outward = {"reply": text}
    found: tuple[Violation, ...] = (
        *privacy.check(outward, re.findall(r"\S+", template), audience=audience),
        *tipping_off.check(outward, audience=audience, codes=codes, holds=holds, names=names),
        *grounding.check((), (), (), outward, Grounds.of((), own=[template])),
        *injection.scan(outward),
    )
    for violation in found:
        yield f"{violation.rule} ({violation.detail})"
    dropped = grounding.check((), (), (), {"template": template}, Grounds.of((), own=[text]))
    if dropped:
        kinds = sorted({violation.rule.removeprefix("ungrounded-") for violation in dropped})
        yield f"it leaves out what the template states: {', '.join(kinds)}"
