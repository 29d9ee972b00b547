"""Finds what a person would read in an outward text: the letter itself, or the narrative inside a message."""

import re
from html import unescape

# Elements that carry our own words; remittance (Ustrd) and names are repeated from the payment, not ours.
_NARRATIVE = re.compile(
    r"<(?:\w+:)?(AddtlInf|AddtlCxlRsnInf|ReqNrrtv|RspnNrrtv|AddtlTxInf|InstrInf)>([^<]*)</", re.DOTALL
)
_FIELD = re.compile(r"^:(72|75|76|77A|77B|79):(.*?)(?=^:\d\d[A-Z]?:|^-\}|\Z)", re.MULTILINE | re.DOTALL)
_CODE_WORD = re.compile(r"^/[A-Z0-9]{2,8}/", re.MULTILINE)


def prose(text: str) -> str:
    """Return the words in an outward text that are ours to choose; a message without narrative has none."""
    start = text.lstrip()[:4]
    if start.startswith("<"):
        return "\n".join(unescape(words) for _, words in _NARRATIVE.findall(text))
    if start.startswith("{1:"):
        return "\n".join(_CODE_WORD.sub("", words).strip() for _, words in _FIELD.findall(text))
    return text


def is_message(text: str) -> bool:
    """Say whether a text is a message (ISO 20022 or FIN) and no letter."""
    return text.lstrip().startswith(("<", "{1:"))


def around(text: str, start: int, end: int, margin: int = 24) -> str:
    """Return the words around a place, on one line, short enough to show."""
    return " ".join(text[max(0, start - margin) : end + margin].split())[:120]
