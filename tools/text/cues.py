"""High-precision signs of what somebody wants: short patterns over concepts, aware of denial and condition."""

import re

from tools.text.words import Reading

_G = r"[^|?]"  # anything inside one sentence

_PATTERNS: dict[str, str] = {
    # Somebody does not have the money. "Not received any confirmation" or "cover" is about something else.
    "absent_denied": rf"N[^|?cO]{{0,3}}R(?!{_G}{{0,2}}[cOigr])",
    "absent_nothing": rf"R[^|?,]{{0,2}}N(?!{_G}{{0,2}}[cOigrWFeAn])",
    "absent_waiting": rf"P[^|?cOi]{{0,5}}H(?!{_G}{{0,3}}[cOig])",
    "absent_missing": r"(?<!p)M[^|?iOC,]{0,3}H(?![^|?]{0,2}[i])",
    "absent_account": r"N-[^|?WXABGbUY]{0,2}T",
    "absent_said": r"u",
    "cancel_asked": rf"[pI]{_G}{{0,6}}X|(?:^|[|?,])[-0M]{{0,3}}X",
    "return_asked": rf"p{_G}{{0,7}}B",
    "change_asked": rf"p{_G}{{0,6}}G",
    "paid_twice": rf"[SM]{_G}{{0,8}}D|D{_G}{{0,4}}[SM]",
    "wrong_target": rf"W{_G}{{0,3}}[TPk]",
    "cover_absent": rf"N{_G}{{0,4}}O|O{_G}{{0,5}}[NH]|H{_G}{{0,4}}O",
    "cannot_apply": rf"U{_G}{{0,3}}[Ye]|N{_G}{{0,3}}Y",
    "details_asked": rf"[pQ]{_G}{{0,4}}i",
    "confirm_asked": rf"p{_G}{{0,2}}Q{_G}{{0,4}}[RKe]",
    "debit_asked": rf"[ApI]{_G}{{0,5}}b{_G}{{0,3}}[oT]|b{_G}{{0,2}}A",
    "charges_asked": rf"[pIo]{_G}{{0,6}}C",
    "interest_asked": rf"[pIso]{_G}{{0,6}}V|V{_G}{{0,6}}L|L{_G}{{0,8}}V",
    "their_value": rf"V{_G}{{0,6}}o|V{_G}{{0,4}}W|W{_G}{{0,2}}V",
    "compliance_asked": r"Z",
    "they_answer": rf"r{_G}{{0,3}}o|o{_G}{{0,4}}j|I{_G}?Q",
    "they_refuse": rf"j{_G}{{0,4}}[BXI]|[BX]{_G}{{0,4}}j|[oP]{_G}{{0,6}}j",
    "we_return": r"(?:^|[|])[-0,]{0,4}I[-0v]{0,2}B|M[-0o]{0,4}B",
    "their_recall": r"o[-0v]{0,2}[XB]",
    "their_payment": r"o[-0v]{0,2}M",
    "our_payment": r"I[-0v]{0,2}M",
    "bene_decides": r"P[^|?,]{0,3}[Aj]",
    "where": rf"K{_G}{{0,3}}[MI]",
    "foreign_topic": r"h",
}
_COMPILED = {name: re.compile(pattern) for name, pattern in _PATTERNS.items()}
_ABSENT = tuple(_COMPILED[name] for name in _PATTERNS if name.startswith("absent"))
_STORY = {letter: re.compile(letter) for letter in "dqfzE"}
"""Parts of a tale of deception: a role played, words that moved somebody, a lure, a disappearance, a disillusion."""
NAMES = (
    *_PATTERNS,
    "absent",
    "fraud",
    "fraud_denied",
    "unauthorised",
    "cancel_plain",
    "answer_code",
    "story_two",
    "story_three",
)
"""Every cue by name, in the order of the classifier's cue features."""

_CRIME = re.compile(r"F(?![^|?]{0,1}C)")
_NO_REPORT = frozenset(
    {
        "department",
        "dept",
        "team",
        "desk",
        "anti",
        "avoid",
        "prevent",
        "prevention",
        "awareness",
        "costs",
        "losses",
        "detection",
        "trends",
        "suite",
        "analyst",
        "handle",
        "recognise",
    }
)
"""Words beside "fraud" that name an office or a precaution, not a crime."""
_NEVER = frozenset({"never", "nie", "niemals", "nooit", "nunca", "jamais", "mai", "didn't", "didnt"})


_STORY_MIN = 2
"""Parts of a story that together hint at deception; one alone is everyday talk."""

Found = dict[str, tuple[int, int]]
"""Cues found: name to the span of concepts that show it."""


def find(reading: Reading) -> Found:
    """Every cue in the text."""
    spans: dict[str, tuple[int, int]] = {}
    for name, pattern in _COMPILED.items():
        match = pattern.search(reading.concepts)
        if match:
            spans[name] = match.span()
    for name, span in (
        ("absent", _absent(reading)),
        ("fraud", _fraud(reading)),
        ("unauthorised", _unauthorised(reading)),
        ("cancel_plain", _cancel_plain(reading)),
        ("answer_code", _answer_code(reading)),
    ):
        if span:
            spans[name] = span
    told = [match.span() for part in _STORY.values() if (match := part.search(reading.concepts))]
    if len(told) >= _STORY_MIN:
        spans["story_two"] = max(told)
    if len(told) > _STORY_MIN:
        spans["story_three"] = min(told)
    claims = [place for place in denied_claims(reading) if reading.concepts[place] == "F"]
    if claims and "fraud" not in spans:
        spans["fraud_denied"] = (min(claims), min(claims) + 1)
    return spans


def _sentence_before(concepts: str, place: int, reach: int) -> str:
    """Concepts before a place, back to the start of its sentence, at most reach of them."""
    before = concepts[max(0, place - reach) : place]
    return before[max(before.rfind("|"), before.rfind("?")) + 1 :]


def denied(concepts: str, place: int) -> bool:
    """True when the concept stands under a denial just before it: "not a duplicate", "kein Betrug"."""
    before = _sentence_before(concepts, place, 4)
    return "N" in before[before.rfind(",") + 1 :]


def denied_claims(reading: Reading) -> frozenset[int]:
    """Places of words for fraud or duplicate that the text denies."""
    concepts = reading.concepts
    return frozenset(place for place, letter in enumerate(concepts) if letter in "FD" and denied(concepts, place))


def conditional(concepts: str, place: int) -> bool:
    """True when the sentence up to here hangs on a condition: "if not received, return"."""
    return "J" in _sentence_before(concepts, place, 14)


def _absent(reading: Reading) -> tuple[int, int] | None:
    """Somebody is said not to have the money (decision tables, Conventions: then it is non-receipt)."""
    for pattern in _ABSENT:
        for match in pattern.finditer(reading.concepts):
            if not conditional(reading.concepts, match.start()):
                return match.span()
    return _without_money(reading)


_NOT_HAVING = re.compile(
    r"\b(?:do|does|did|have|has)(?: not|n.?t)(?: yet)? (?:have|got|get|seen?)\b(?:[^.?!\n]|\.(?=\d)){0,24}?"
    r"\b(?:money|payment|funds?|dollars?|euros?|pounds?|francs?|transfer)\b(?! (?:back|returned))"
)


def _without_money(reading: Reading) -> tuple[int, int] | None:
    """Said without a word for arriving: "they do not have our 5,050 dollars yet"."""
    match = _NOT_HAVING.search(reading.folded)
    if match is None:
        return None
    inside = [n for n, (start, end) in enumerate(reading.spans) if start >= match.start() and end <= match.end()]
    return (inside[0], inside[-1] + 1) if inside and not conditional(reading.concepts, inside[0]) else None


_ANSWER_CODE = re.compile(r"(?:^|[\s:])/?(?:cncl|pdcr|rjcr|pecr)/|(?:^|\s)/(?:cncl|pdcr|rjcr)\b")


def _answer_code(reading: Reading) -> tuple[int, int] | None:
    """A status code of an answer to a cancellation request (MT n96, field 76; camt.029, Confirmation)."""
    match = _ANSWER_CODE.search(reading.folded)
    if match is None:
        return None
    inside = [n for n, (start, end) in enumerate(reading.spans) if start < match.end() and end > match.start()]
    return (inside[0], inside[-1] + 1) if inside else None


def _fraud(reading: Reading) -> tuple[int, int] | None:
    """A crime is reported, not denied, and not as a word about a fee ("unauthorised fee")."""
    for match in _CRIME.finditer(reading.concepts):
        place = match.start()
        around = reading.words[max(0, place - 2) : place + 2]
        if (
            not denied(reading.concepts, place)
            and not conditional(reading.concepts, place)
            and _NO_REPORT.isdisjoint(around)
        ):
            return match.span()
    return None


def _unauthorised(reading: Reading) -> tuple[int, int] | None:
    """The customer says the payment was not theirs: not authorised, never made."""
    match = re.search(r"[I|,?](?:_|-){0,2}N[^|?,]{0,3}A", "|" + reading.concepts)
    if match:
        return max(0, match.start() - 1), match.end() - 1
    for match in re.finditer(r"I-{0,2}N-{0,2}S(?![^|?]{0,4}[lma])", reading.concepts):
        if _NEVER.intersection(reading.words[match.start() : match.end()]):
            return match.span()
    return None


def _cancel_plain(reading: Reading) -> tuple[int, int] | None:
    """A request to cancel or return that is neither denied nor conditional, and not about a fee."""
    for name in ("cancel_asked", "return_asked"):
        for match in _COMPILED[name].finditer(reading.concepts):
            verb = match.end() - 1
            if (
                not denied(reading.concepts, verb)
                and not conditional(reading.concepts, verb)
                and "C" not in reading.concepts[verb : verb + 4]
            ):
                return match.span()
    return None
