"""The SWIFT X character set, and text folded into the lines of a narrative field."""

import re
import unicodedata

X_SET = re.compile(r"[A-Za-z0-9/\-?:().,'+ ]*")
_OUTSIDE = re.compile(r"[^A-Za-z0-9/\-?:().,'+ \n]")

# What the desk would type for a character that X lacks; letters with accents fall back to their base letter.
_SPOKEN = {
    "&": "+", "@": "(AT)", "_": "-", "#": "NO.", "%": " PCT", ";": ",", "!": ".", "*": ".", "=": ":", "~": "-",
    '"': "'", "`": "'", "‘": "'", "’": "'", "“": "'", "”": "'", "„": "'", "[": "(", "]": ")", "{": "(", "}": ")",
    "<": "(", ">": ")", "|": "/", "\\": "/", "^": ".", "–": "-", "—": "-", "•": "-", "…": "...", "×": "X", "\t": " ",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "ß": "ss", "Æ": "AE", "æ": "ae", "Ø": "O", "ø": "o", "Œ": "OE",
    "œ": "oe", "Ł": "L", "ł": "l", "Đ": "D", "đ": "d", "Ð": "D", "ð": "d", "Þ": "TH", "þ": "th", "ı": "i",
}  # fmt: skip


def to_x(text: str) -> str:
    """The text in X characters, newlines kept; what has no likeness becomes a full stop."""
    if not _OUTSIDE.search(text):
        return text
    return _OUTSIDE.sub(lambda found: _spoken(found[0]), text)


def _spoken(character: str) -> str:
    if character in _SPOKEN:
        return _SPOKEN[character]
    base = unicodedata.normalize("NFKD", character)
    kept = _OUTSIDE.sub("", base)
    if kept:
        return kept
    return " " if unicodedata.category(character)[0] in "ZC" else "."


def fold(text: str, width: int, first: int | None = None, later: int | None = None) -> list[str]:
    """Break text at blanks into lines: the first up to `first` characters, further ones up to `later` (or `width`).

    A longer word is cut. No line opens with a character that FIN or a code would read as its own: a leading colon,
    hyphen or slash gets a full stop before it, so that text from outside can neither open a field nor state a code.
    """
    lines: list[str] = []
    for paragraph in to_x(text).split("\n"):
        line = ""
        for word in paragraph.split():
            room = (first if not lines and first is not None else later or width) - 1
            while len(word) > room and not line:
                lines.append(_harmless(word[:room]))
                word, room = word[room:], (later or width) - 1
            if line and len(line) + 1 + len(word) > room:
                lines.append(_harmless(line))
                line, room = "", (later or width) - 1
                while len(word) > room:
                    lines.append(_harmless(word[:room]))
                    word = word[room:]
            line = f"{line} {word}".strip()
        if line:
            lines.append(_harmless(line))
    return lines


def _harmless(line: str) -> str:
    return f".{line}" if line[:1] in ":-/" else line
