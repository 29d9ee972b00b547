"""Check FIN text of ours against the rules of its type before anybody signs it."""

import re
from typing import NamedTuple

from tools.errors import UnreadableMessage, Violation
from tools.mt.blocks import open_envelope
from tools.mt.charset import X_SET
from tools.mt.codes import (
    ANSWER_NUMBERS,
    CANCELLATION_ANSWERS,
    N92_REASONS,
    PENDING_REASONS,
    QUERY_NUMBERS,
    REFUSAL_REASONS,
)
from tools.mt.contents import REFERENCE
from tools.mt.fields import Field, Fields, day

LENGTH_MAX = 2000
"""Longest common group message (MT n92, n95, n96, n99) in characters."""

_ENVELOPE = re.compile(
    r"\{1:F01[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{6}\d{10}\}\{2:I\d{3}[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{6}[NUS]\}"
    r"(\{3:(\{\d{3}:[^{}]+\})+\})?\{4:\r\n.*\r\n-\}",
    re.DOTALL,
)
_LONE_NEWLINE = re.compile(r"(?<!\r)\n|\r(?!\n)")
_UETR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
_ORIGINAL = re.compile(r"\d{3}\n(\d{6})(?:\n?\d{10})?")
_AMOUNT = re.compile(r"(\d{6})[A-Z]{3}(?=[\d,]{2,15}$)\d+,\d*")
_REFERENCE = re.compile(REFERENCE)


class _Box(NamedTuple):
    """Lines and characters that a narrative field has."""

    lines: int
    width: int


_BOXES = {"75": _Box(6, 35), "76": _Box(6, 35), "77A": _Box(20, 35), "79": _Box(35, 50)}
_MANDATORY = {"92": ("20", "21", "11S"), "95": ("20", "21", "75"), "96": ("20", "21", "76"), "99": ("20", "79")}
_KNOWN = {
    "92": {"20", "21", "11S", "79", "32A"},
    "95": {"20", "21", "75", "77A", "11R", "11S", "79", "32A"},
    "96": {"20", "21", "76", "77A", "11R", "11S", "79", "32A"},
    "99": {"20", "21", "79"},
}


def validate(text: str) -> tuple[Violation, ...]:
    """Return every violation of a message of ours (MT n92, n95, n96, n99); never changes it."""
    if not _ENVELOPE.fullmatch(text) or text.count("\n-}") > 1 or _LONE_NEWLINE.search(text):
        return (_broken("fin-structure", "message", text[:40], "Blocks 1 to 4 are not built as FIN wants them."),)
    try:
        envelope = open_envelope(text)
    except UnreadableMessage as fault:
        return (_broken("fin-structure", "message", text[:40], str(fault)),)
    fields = Fields.split(envelope.body, envelope.flags)
    number = envelope.header.number or ""
    kind = number[1:]
    if kind not in _MANDATORY:
        return (_broken("type", "block 2", number, "Only MT n92, n95, n96 and n99 are written."),)
    found = [_broken(v.rule, v.place, v.value, v.detail) for v in envelope.flags]
    if len(text) > LENGTH_MAX:
        found.append(_broken("message-length", "message", str(len(text)), f"At most {LENGTH_MAX} characters."))
    if (uetr := envelope.header.user.get("121")) is not None and not _UETR.fullmatch(uetr):
        found.append(_broken("uetr-format", "121", uetr, "Block 3 field 121 is a UUID version 4 in lower case."))
    for tag in _MANDATORY[kind]:
        if not fields.has(tag):
            found.append(_broken("missing-field", tag, "", f"Field {tag} is mandatory in MT n{kind}."))
    if "\n\n" in envelope.body or envelope.body.endswith("\n"):
        found.append(_broken("line-start", "block 4", "", "A line of the text block is empty."))
    for field in fields.all:
        found += _field(field, kind)
    if kind == "92" and not _describes(fields):
        detail = "A reason alone in field 79 needs a copy of the original's fields (rule C1)."
        found.append(_broken("original-not-described", "79", "", detail))
    return tuple(found)


def _broken(rule: str, place: str, value: str, detail: str) -> Violation:
    return Violation(rule=rule, place=place, value=value[:60], detail=detail)


def _field(field: Field, kind: str) -> list[Violation]:
    tag, value = field
    lines = value.split("\n")
    found = []
    if tag not in _KNOWN[kind]:
        found.append(_broken("unknown-field", tag, value, f"Field {tag} is not written in MT n{kind}."))
    for line in lines:
        if not X_SET.fullmatch(line):
            found.append(_broken("character-set", tag, line, "Only SWIFT X characters may be sent."))
    for line in lines[1:]:
        if line[:1] in (":", "-"):
            found.append(_broken("line-start", tag, line, "A line opens with neither colon nor hyphen."))
    if box := _BOXES.get(tag):
        if len(lines) > box.lines:
            detail = f"Field {tag} has {box.lines} lines."
            found.append(_broken("too-many-lines", tag, str(len(lines)), detail))
        found += [
            _broken("line-too-long", tag, line, f"A line of field {tag} has {box.width} characters.")
            for line in lines
            if len(line) > box.width
        ]
    return found + _content(tag, value, lines, kind)


def _content(tag: str, value: str, lines: list[str], kind: str) -> list[Violation]:
    match tag:
        case "20" | "21":
            wrong = not _REFERENCE.fullmatch(value) or "//" in value
            detail = "A reference has 1 to 16 X characters, no slash at either end and no double slash."
        case "11R" | "11S":
            original = _ORIGINAL.fullmatch(value)
            wrong = original is None or day(original[1]) is None
            detail = "The number of the original message, and its date (YYMMDD) on the next line."
        case "32A":
            copied = _AMOUNT.fullmatch(value)
            wrong = copied is None or day(copied[1]) is None
            detail = "Date, currency and amount of at most 15 characters with a decimal comma."
        case "75":
            wrong = bool(number := re.match(r"/(\w+)/", lines[0])) and not _numbered(number, QUERY_NUMBERS)
            detail = "Field 75 opens with a known query number or with words."
        case "76":
            wrong = not _answered(lines[0])
            detail = "Field 76 opens with CNCL, with PDCR or RJCR and a reason legal for it, or with an answer number."
        case "79" if kind == "92":
            code = re.match(r"/([A-Z0-9]{4})/", lines[0])
            wrong = code is None or code[1] not in N92_REASONS
            detail = "Field 79 of MT n92 opens with a cancellation reason of its code list."
        case _:
            return []
    return [_broken("field-content", tag, value, detail)] if wrong else []


def _numbered(number: re.Match[str] | None, known: frozenset[int]) -> bool:
    return number is not None and number[1].isdecimal() and int(number[1]) in known


def _answered(line: str) -> bool:
    if not line.startswith("/"):
        return bool(line.strip())
    found = re.match(r"/(\w{1,4})/(?:([A-Z0-9]{4})(?:/|$))?", line)
    if found is None:
        return False
    if found[1] not in CANCELLATION_ANSWERS:
        return _numbered(found, ANSWER_NUMBERS)
    if found[1] == "CNCL":
        return found[2] is None
    return found[2] in (PENDING_REASONS if found[1] == "PDCR" else REFUSAL_REASONS)


def _describes(fields: Fields) -> bool:
    narrative = fields.first("79") or ""
    return fields.has("32A") or "\n" in narrative or re.fullmatch(r"/\w{4}/", narrative) is None
