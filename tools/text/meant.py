"""Which of several references a text means: those that it calls first, right or kept are only mentioned."""

import re

_SENTENCE = re.compile(r"[^.;!?\n]*(?:\.(?=\w)[^.;!?\n]*)*")
"""A sentence ends at a full stop that no letter or digit follows: 1.480,00 and FT26.1 stay whole."""
_MENTIONED = re.compile(
    r"\b(?:first|original|correct|right one|in order|genuine|keep|kept|leave|not the|stands|"
    r"erste[nrms]?|richtig|korrekt|in ordnung|behalten|bleib\w*|stimmt|"
    r"premi[eè]re?|correcte?|garder|bonne|valable|"
    r"primer[ao]?|correct[ao]|v[aá]lid[ao]|"
    r"eerste|juist|klopt|"
    r"prim[ao]|corrett[ao]|giust[ao])\b",
    re.IGNORECASE,
)
_WANTED = re.compile(
    r"\b(?:second|duplicate|recall|cancel|stop|return|back|twice|again|"
    r"zweite[nrms]?|doppelte[nrms]?|dublette|zur(?:ü|ue)ck\w*|storn\w*|"
    r"deuxi[eè]me|seconde?|doublon|annul\w*|rappel\w*|"
    r"segund[ao]|duplicad[ao]|devol\w*|anul\w*|"
    r"tweede|dubbele?|terug\w*|annuleer\w*|"
    r"second[ao]|doppi[ao]|richiam\w*|annull\w*)\b",
    re.IGNORECASE,
)


def meant(text: str, references: tuple[str, ...]) -> tuple[str, ...]:
    """Return the references that a text speaks of as its wish, in order; all of them where it sets none apart."""
    if len(references) < 2:
        return references
    sentences = [m[0] for m in _SENTENCE.finditer(text) if m[0].strip()]
    kept = tuple(r for r in references if not _only_mentioned(r, sentences))
    return kept or references


def _only_mentioned(reference: str, sentences: list[str]) -> bool:
    """Every sentence with it calls it first or right, and none asks for it."""
    own = [s for s in sentences if reference.casefold() in s.casefold()]
    return bool(own) and all(_MENTIONED.search(s) and not _WANTED.search(s) for s in own)
