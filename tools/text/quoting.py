"""Whose words are whose: a mail's own words against quoted history, signature, disclaimer and smuggled instructions."""

import re

_HISTORY = re.compile(
    r"^[ \t]*(?:"
    r"-{2,}\s*(?:original message|forwarded message|urspr.ngliche nachricht|weitergeleitete nachricht|message d.origine"
    r"|message transf.r.|mensaje original|mensaje reenviado|oorspronkelijk bericht|doorgestuurd bericht"
    r"|messaggio originale|messaggio inoltrato).*"
    r"|begin forwarded message:.*|anfang der weitergeleiteten nachricht:.*"
    r"|on .{6,120}\bwrote:|am .{6,120}\bschrieb\b.{0,80}:|le .{6,120}\ba .crit\s*:|el .{6,120}\bescribi.:"
    r"|op .{6,120}\bschreef\b.{0,80}:|il .{6,120}\bha scritto:"
    r"|(?:from|von|de|van|da)\s*:.{1,200}\n(?:.{0,200}\n){0,3}?"
    r"[ \t]*(?:sent|date|gesendet|datum|envoy.|enviado|fecha|verzonden|inviato|data|to|an|.|para|aan|a)\s*:.*"
    r")$",
    re.IGNORECASE | re.MULTILINE,
)
"""The line that opens an earlier message: what mail programs write in six languages."""

_FAREWELL = re.compile(
    r"^--[ \t]?$"
    r"|^[ \t]*(?:this|the information in this) (?:e-?mail|message|communication)\b.{0,120}"
    r"\b(?:confidential|intended|privileged)"
    r"|^[ \t]*(?:disclaimer|confidentiality notice)\b"
    r"|^[ \t]*(?:diese e-?mail|diese nachricht)\b.{0,120}\bvertraulich"
    r"|^[ \t]*(?:ce message|ce courriel|cet e-?mail)\b.{0,160}\bconfidentiel"
    r"|^[ \t]*(?:este mensaje|este correo)\b.{0,160}\bconfidencial"
    r"|^[ \t]*(?:dit bericht|deze e-?mail)\b.{0,160}\bvertrouwelijk"
    r"|^[ \t]*(?:questo messaggio|questa e-?mail|il presente messaggio)\b.{0,160}\b(?:riservat|confidenzial)",
    re.IGNORECASE | re.MULTILINE,
)

_FORWARD = re.compile(r"forward|weitergeleitet|transf.r|reenviad|doorgestuurd|inoltrat", re.IGNORECASE)
_PREFIXES = re.compile(
    r"\A\s*(?:subject:\s*)?(?:(?:fwd?|wg|tr|rv|doorst|i|re|aw|sv|antw|ref|r)\s*:\s*)+", re.IGNORECASE
)
"""What mail programs put before a subject: it says how a mail came about, never what it wants."""
_POINTER = re.compile(
    r"^(?:subject:\s*)?(?:fwd?|wg|tr|rv|doorst|i)\s*:|\bs\.\s?u\.|\b(?:below|attached|enclosed|unten|untenstehend\w*|anbei|ci-dessous"
    r"|ci-joint|abajo|adjunt\w+|hieronder|bijgaand|sotto|allegat\w+|fyi|fya)\b",
    re.IGNORECASE,
)
_SMUGGLED = re.compile(
    r"(?:ignor\w*|disregard|forget|override|vergiss|oublie\w*|olvid\w*|negeer|dimentica)\b[^.!?\n]{0,40}"
    r"\b(?:instruct\w+|prompts?|rules|anweisung\w*|instruc\w+|instructies|istruzioni|regeln|guidelines)"
    r"|(?:^|[\n.>\[\(\"'])\s*(?:system|assistant|developer|admin)(?:\s+(?:prompt|message|override|note))?\s*[:>\]]"
    r"|<\|?\s*/?(?:system|assistant|im_start|im_end|instructions?)\b"
    r"|\byou are (?:now )?(?:an?|the) (?:ai|assistant|language model|administrator|chatbot|agent)\b"
    r"|\b(?:note|message|instructions?) (?:to|for) (?:the |any )?(?:ai|assistant|model|classifier|bot|agent)\b"
    r"|\b(?:classify|label|mark|treat|set|tag|handle) (?:this|the) ?(?:\w+ )?(?:as|type|disposition|status)\b"
    r"[^.\n]{0,40}\b(?:recall|fraud_?report|status_?enquiry|unknown|accept|approved?|no_action|low risk)",
    re.IGNORECASE,
)
_SMUGGLED_HINTS = (
    *("ignor", "disregard", "forget", "overrid", "vergiss", "oubli", "olvid", "negeer", "dimentic", "instru", "system"),
    *(
        "assistant",
        "admin",
        "developer",
        "you are",
        "classify",
        "label",
        "mark",
        "treat",
        "set t",
        "tag",
        "handle",
        "<|",
    ),
)
_SENTENCE_END = re.compile(r"[.!?](?=\s|$)|\n")


def own_part(text: str) -> str:
    """The text with everything but the writer's own words blanked out; positions stay as they were."""
    return _blank(text, _foreign_ranges(text))


def own_words(text: str) -> str:
    """The writer's own words alone, trimmed; empty when the text only passes on something else."""
    lines = "\n".join(line.rstrip() for line in own_part(text).split("\n"))
    return re.sub(r"\n{3,}", "\n\n", lines).strip()


def passes_on(text: str, own: str) -> bool:
    """True when the writer hands on someone else's words: a forward, an empty cover note, "please see below".

    A reply ("thanks, sorted") does not: what it quotes is settled history.
    """
    if own == text:
        return False
    rest = "".join(theirs if theirs != mine else " " for theirs, mine in zip(text, own, strict=True))
    return not own.strip() or _FORWARD.search(rest) is not None or _POINTER.search(own) is not None


def without_prefixes(text: str) -> str:
    """The text with "WG: AW:" before its subject blanked out."""
    prefixes = _PREFIXES.match(text)
    return _blank(text, [prefixes.span()]) if prefixes else text


def without_farewell(text: str) -> str:
    """The text with signature and disclaimer blanked out: "received in error" there says nothing of a payment."""
    farewell = _FAREWELL.search(text)
    if farewell is None or not text[: farewell.start()].strip():
        return text
    return _blank(text, [(farewell.start(), len(text))])


def smuggled(text: str) -> tuple[tuple[int, int], ...]:
    """Spans, up to their sentence's end, that speak to the machine instead of the bank; never evidence."""
    lower = text.lower()
    if not any(hint in lower for hint in _SMUGGLED_HINTS):
        return ()
    spans: list[tuple[int, int]] = []
    for match in _SMUGGLED.finditer(text):
        if spans and match.start() < spans[-1][1]:
            continue  # in a sentence that is out already; looking for its end again would cost its length each time
        last = _SENTENCE_END.search(text, match.end())  # what stands before the order may be the honest wish
        spans.append((match.start(), last.end() if last else len(text)))
    return tuple(spans)


def without_smuggled(text: str) -> str:
    """The text with sentences that speak to the machine blanked out."""
    return _blank(text, list(smuggled(text)))


def _foreign_ranges(text: str) -> list[tuple[int, int]]:
    """Quoted lines, and everything after the line that opens an earlier message (its marks quoted lines too)."""
    ranges: list[tuple[int, int]] = []
    place = 0
    for line in text.splitlines(keepends=True):
        if line.lstrip().startswith(">"):
            ranges.append((place, place + len(line)))
        place += len(line)
    opening = _HISTORY.search(text)
    if opening:
        after = text[opening.end() :].lstrip()
        # Answers between quoted lines stay the writer's own; without quote marks all that follows is history.
        ranges.append(opening.span() if after.startswith(">") else (opening.start(), len(text)))
    return ranges


def _blank(text: str, ranges: list[tuple[int, int]]) -> str:
    """The text with the ranges turned into blanks; line ends stay, so positions and lines do."""
    if not ranges:
        return text
    pieces: list[str] = []
    place = 0
    for start, end in sorted(ranges):
        start = max(start, place)
        if start < end:
            pieces += (text[place:start], re.sub(r"[^\n]", " ", text[start:end]))
            place = end
    return "".join((*pieces, text[place:]))
