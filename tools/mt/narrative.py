"""Narrative fields (70, 72, 75, 76, 77A, 79): code lines, continuations, and a UETR that lines may break."""

import re
from typing import NamedTuple

from tools.message import StatedCharge
from tools.mt.codes import is_reason
from tools.mt.fields import money

NARRATIVE_TAGS = ("70", "72", "73", "75", "76", "77A", "77B", "77D", "77J", "77T", "79")

_CODE_LINE = re.compile(r"/([A-Za-z0-9]{1,10})/(.*)")
_BARE_CODE = re.compile(r"/([A-Z0-9]{4})(?:\s+(.*))?|([A-Z0-9]{4})(?:/(.*))?", re.DOTALL)
_HEX = "[0-9a-fA-F]"
_UUID = re.compile(rf"{_HEX}{{8}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{4}}-{_HEX}{{12}}")
_WHOLE_UUID = re.compile(rf"(?<![0-9a-zA-Z-]){_UUID.pattern}(?![0-9a-zA-Z-])")
# A code of two letters and two digits may stand before a space; a word such as CUST only between slashes.
_REASON_IN_TEXT = re.compile(r"/?(?:([A-Z0-9]{4})(?:/|$)|([A-Z]{2}[0-9]{2})(?=\s))")


class Line(NamedTuple):
    """One line with the lines that continue it (//); the code is empty for plain narrative."""

    code: str
    text: str


def structured(value: str | None) -> list[Line]:
    """Lines of a narrative field: /CODE/text, //continuation (joined to its line by a newline), or plain text."""
    if not value:
        return []
    lines: list[tuple[str, list[str]]] = []
    for raw in value.split("\n"):
        line = raw.strip()
        if line.startswith("//"):
            if not lines:
                lines.append(("", []))
            lines[-1][1].append(line[2:])
        elif found := _CODE_LINE.fullmatch(line):
            lines.append((found[1], [found[2]] if found[2] else []))
        elif line:
            lines.append(("", [line]))
    return [Line(code, "\n".join(texts)) for code, texts in lines]


def opening(value: str | None, known: frozenset[str]) -> list[Line]:
    """Lines of a field that opens with a code; one of `known` may lack a slash: "/DUPL", "CNCL", "RJCR/CUST"."""
    lines = structured(value)
    if lines and not lines[0].code and (found := _BARE_CODE.fullmatch(lines[0].text)):
        code = found[1] or found[3]
        if code in known:
            return [Line(code, found[2] or found[4] or ""), *lines[1:]]
    return lines


def named_uetr(text: str) -> str | None:
    """The UETR after /UETR/, joined over lines, in lower case; a malformed one as written; None when none is named."""
    start = text.find("/UETR/")
    if start < 0:
        return None
    tail = text[start + 6 : start + 80].lstrip()
    whole = _UUID.match(_joined(tail))
    return (whole[0] if whole else re.split(r"\s", tail, maxsplit=1)[0]).lower() or None


def uetrs(text: str) -> tuple[str, ...]:
    """Every UETR in a text, in order, also one that a line break cuts in two."""
    if "-" not in text:
        return ()
    found = [match.lower() for match in _WHOLE_UUID.findall(text)]
    if "\n" in text:
        # One that stands within a line but is not whole there is a longer, malformed value.
        found += [match.lower() for match in _UUID.findall(_joined(text)) if match not in text]
    return tuple(dict.fromkeys(found))


def _joined(text: str) -> str:
    """The text as one line, the slashes of continuation lines left out."""
    return "".join(line.strip().removeprefix("//").strip() for line in text.split("\n"))


def plain(lines: list[Line]) -> str:
    """The words of narrative lines: reason codes and the UETR left out, other codes kept with their text."""
    words = []
    for code, text in lines:
        if code == "UETR":
            # What follows the 36 characters is narrative again.
            words.append(text.replace("\n", "")[36:])
        else:
            words.append(f"/{code}/{text}" if code and not is_reason(code) else text)
    return "\n".join(stripped for word in words if (stripped := word.strip()))


def reason_codes(lines: list[Line]) -> tuple[str, ...]:
    """Reason codes that open lines, in order."""
    return tuple(dict.fromkeys(code for code, _ in lines if is_reason(code)))


class Reversal(NamedTuple):
    """A field that opens with /REJT/ or /RETN/ (Payments Reject/Return Guidelines, T80)."""

    returned: bool
    """True for RETN: the payment was booked and comes back; False for REJT."""
    reasons: tuple[str, ...]
    message_reference: str | None
    """MREF: field 20 of the original."""
    transaction_reference: str | None
    """TREF: reference of the transaction, in translated messages its end-to-end identification."""
    charges: tuple[StatedCharge, ...]
    text: str


def reversal(lines: list[Line]) -> Reversal | None:
    """Read a reject or return; None when the field speaks of neither."""
    if not lines or lines[0].code not in ("REJT", "RETN"):
        return None
    reasons: list[str] = []
    named: dict[str, str] = {}
    words: list[str] = []
    charges: list[StatedCharge] = []
    for tag, text in lines:
        if is_reason(tag):
            reasons.append(tag)
            words.append(text)
        elif tag in ("REJT", "RETN", "XT99", "ReasonCode"):
            # Line 1 holds the two-digit field class; some write the reason itself or continue with it, /XT99/ always.
            for part in text.split("\n"):
                inside = _REASON_IN_TEXT.match(part)
                if inside and is_reason(code := inside[1] or inside[2]):
                    reasons.append(code)
                    words.append(part[inside.end() :])
                elif not re.fullmatch(r"\d\d[A-Z]?(/\w{0,2})?", part):
                    words.append(part)
        elif tag in ("MREF", "TREF"):
            named.setdefault(tag, text.strip())
        elif tag == "CHGS" and (stated := money(text)):
            charges.append(StatedCharge(money=stated))
        elif tag == "TEXT" and text.startswith("/UETR/"):
            words.append(plain([Line("UETR", text[6:])]))
        else:
            words.append(plain([Line("" if tag in ("TEXT", "CHGS") else tag, text)]))
    return Reversal(
        returned=lines[0].code == "RETN",
        reasons=tuple(dict.fromkeys(reasons)),
        message_reference=named.get("MREF") or None,
        transaction_reference=named.get("TREF") or None,
        charges=tuple(charges),
        text="\n".join(word.strip(" /") for word in words if word.strip(" /")),
    )
