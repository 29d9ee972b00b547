"""MT n92, the request for cancellation."""

import re

from tools.errors import Violation
from tools.message import Transaction
from tools.mt.codes import INDEMNITY, N92_REASONS, is_reason
from tools.mt.fields import Fields, flag, original_message, reference
from tools.mt.header import Header
from tools.mt.narrative import Line, opening, plain, reversal, structured
from tools.mt.original import original_uetr, stated

# The usage rule allows the code behind the reason: as the first word there, or alone on a line.
_INDEMNITY = re.compile(rf"\A[/\s]*{INDEMNITY}(?![A-Za-z0-9])[/\s]*|^[/ ]*{INDEMNITY}[/ ]*(?:\n|\Z)", re.MULTILINE)
_NO_REASON = frozenset({"UETR", "TEXT", "MREF", "TREF", "CHGS", "REJT", "RETN", "CASE"})


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """One request: 20 is the case, 21 the payment's reference, 79 opens with the reason, a copy describes it."""
    case = reference(fields.first("20"), "20", flags)
    lines = opening(fields.first("79"), N92_REASONS)
    named, sent_on = original_message(fields.first("11S"), "11S", flags)
    reasons = _reasons(lines, flags)
    others = structured(fields.first("72")) + structured(fields.first("75")) + structured(fields.first("77A"))
    if not reasons and (back := reversal(others)):
        reasons = back.reasons
    _described(fields, lines, flags)
    return (
        Transaction(
            own_id=case,
            case_id=case,
            case_creator=header.sender,
            original=stated(
                fields,
                flags,
                message_name=named,
                sent_on=sent_on,
                instruction_id=original_reference(fields, flags),
                uetr=original_uetr(header.user.get("121"), fields, flags),
            ),
            reasons=reasons,
            narrative="\n".join(word for word in (_words(lines, reasons), plain(others)) if word),
        ),
    )


def original_reference(fields: Fields, flags: list[Violation]) -> str | None:
    """Field 21, the reference of the payment; NONREF there leaves field 20 of the copied original."""
    if stated_reference := reference(fields.first("21"), "21", flags):
        return stated_reference
    copies = fields.every("20")[1:]
    return reference(copies[0], "20", flags) if copies else None


def _reasons(lines: list[Line], flags: list[Violation]) -> tuple[str, ...]:
    """The code of line 1, then codes of further lines; INDM may follow a reason as its first word (usage rule)."""
    found: list[str] = []
    for position, (code, text) in enumerate(lines):
        if is_reason(code) or (position == 0 and len(code) == 4 and code not in _NO_REASON):
            found.append(code)
            if _INDEMNITY.search(text):
                found.append(INDEMNITY)
        elif not code and position and _INDEMNITY.fullmatch(text):
            found.append(INDEMNITY)
    if found and found[0] not in N92_REASONS:
        detail = f"Field 79 of MT n92 knows {', '.join(sorted(N92_REASONS))}."
        flags.append(flag("n92-reason", "79", found[0], detail))
    return tuple(dict.fromkeys(found))


def _words(lines: list[Line], reasons: tuple[str, ...]) -> str:
    """Narrative of field 79 without the reason, and without INDM where that was one."""
    if lines and len(lines[0].code) == 4 and lines[0].code not in _NO_REASON:
        lines = [Line("", lines[0].text.lstrip("/")), *lines[1:]]
    words = plain(lines)
    return _INDEMNITY.sub("", words, count=1).strip() if INDEMNITY in reasons else words


def _described(fields: Fields, lines: list[Line], flags: list[Violation]) -> None:
    """Rule C1 and its usage rule: the original is described in field 79 or by a copy of its mandatory fields."""
    copied = any(field.tag not in ("20", "21", "11S", "79") for field in fields.all)
    if not copied and not any(text.strip("/ ") for _, text in lines):
        detail = "Neither field 79 nor a copy of its fields describes the original (rule C1)."
        flags.append(flag("original-not-described", "79", "", detail))
