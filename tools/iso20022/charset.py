"""SWIFT character sets: what may stand in a message, and how other text is brought into it.

CBPR+ allows the FIN X set in references and narrative, and the X set with the other printable ASCII characters in
names, addresses and remittance. SEPA asks every participant to support the same Latin letters.
"""

import re
import unicodedata

_X = r"0-9A-Za-z/\-?:().,'+ "
_IN_X = re.compile(f"[{_X}]*")
_OUTSIDE_X = re.compile(f"[^{_X}]")
_IN_EXTENDED = re.compile(r"[ -~]*")
_OUTSIDE_EXTENDED = re.compile(r"[^ -~]")

# Letters and signs that Unicode does not decompose into Latin base letters.
_LATIN = str.maketrans(
    {
        "ß": "ss", "ẞ": "SS", "æ": "ae", "Æ": "AE", "œ": "oe", "Œ": "OE", "ø": "o", "Ø": "O", "đ": "d", "Đ": "D",
        "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ł": "l", "Ł": "L", "ħ": "h", "Ħ": "H", "ı": "i", "ŋ": "n",
        "€": "EUR", "£": "GBP", "¥": "JPY", "‘": "'", "’": "'", "‚": "'", "“": '"', "”": '"', "„": '"', "«": '"',
        "»": '"', "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "·": ".", "•": "-", "\t": " ", "\n": " ",
        "\r": " ", "\u2028": " ", "\u2029": " ", "\x85": " ",
    }
)  # fmt: skip

# Printable ASCII outside the X set, replaced by what a reader takes for the same (as EPC217-08 does).
_TO_X = str.maketrans(
    {
        "&": "+", "@": "(at)", "_": "-", '"': "'", "`": "'", ";": ",", "!": ".", "#": ".", "$": ".", "%": ".",
        "*": ".", "=": "-", "^": ".", "~": "-", "{": "(", "}": ")", "[": "(", "]": ")", "<": "(", ">": ")",
        "|": "/", "\\": "/",
    }
)  # fmt: skip


def to_extended(text: str) -> str:
    """Bring text into printable ASCII: letters lose their marks, what has no Latin form becomes "?"."""
    if _IN_EXTENDED.fullmatch(text):
        return text
    latin = unicodedata.normalize("NFKD", text.translate(_LATIN)).translate(_LATIN)
    kept = "".join(c for c in latin if not unicodedata.combining(c) and unicodedata.category(c) not in ("Cc", "Cf"))
    return _OUTSIDE_EXTENDED.sub("?", kept)


def to_x(text: str) -> str:
    """Bring text into the FIN X set; never fails and never lengthens plain text."""
    if _IN_X.fullmatch(text):
        return text
    return to_extended(text).translate(_TO_X)


def outside_x(text: str) -> str:
    """Return the characters that the X set does not know, each once, in order."""
    return "" if _IN_X.fullmatch(text) else "".join(dict.fromkeys(_OUTSIDE_X.findall(text)))


def outside_extended(text: str) -> str:
    """Return the characters that the extended set does not know, each once, in order."""
    return "" if _IN_EXTENDED.fullmatch(text) else "".join(dict.fromkeys(_OUTSIDE_EXTENDED.findall(text)))


def slash_fault(reference: str) -> bool:
    """True when a reference starts or ends with "/" or holds "//", which SWIFT refuses (CBPR+, FIN rule T26)."""
    return reference.startswith("/") or reference.endswith("/") or "//" in reference
