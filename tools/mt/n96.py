"""MT n96, answers to a query or to a request for cancellation."""

import re

from tools.errors import Violation
from tools.message import Transaction
from tools.mt.codes import ANSWER_STATUSES, CANCELLATION_ANSWERS, is_reason
from tools.mt.fields import Fields, original_message, reference
from tools.mt.header import Header
from tools.mt.n95 import numbered, without_number
from tools.mt.narrative import Line, opening, plain, reason_codes, reversal, structured
from tools.mt.original import original_uetr, stated

REASONS_MAX = 10
"""Reasons read behind one outcome; field 76 has room for no more."""

# Behind the outcome: CUST, CUST/words, or CUST words; a further reason only between slashes.
_REASON = re.compile(r"/?([A-Z0-9]{4})(?=/|\s|$)/?")
_FURTHER = re.compile(r"/?([A-Z0-9]{4})(?:/|$)")


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """One answer: 21 is our case, 76 opens with the outcome and its reason or with a predefined number."""
    own = reference(fields.first("20"), "20", flags)
    lines, others = (opening(fields.first(tag), CANCELLATION_ANSWERS) for tag in ("76", "79"))
    details = structured(fields.first("77A"))
    # Some banks put the outcome in field 79, as they do in MT n99.
    status, reasons, words = outcome(lines if answers(lines) or not answers(others) else others)
    orders = structured(fields.first("72"))
    if not reasons and (back := reversal(orders)):
        reasons = back.reasons
    named, sent_on = original_message(fields.first("11R", "11S"), "11a", flags)
    narrative = [
        words if answers(lines) else without_number(lines),
        plain(structured(fields.first("75"))),
        plain(details),
        words if answers(others) and not answers(lines) else plain(others),
        plain(orders),
    ]
    copies = fields.every("20")[1:]
    return (
        Transaction(
            own_id=own,
            resolved_case_id=reference(fields.first("21"), "21", flags),
            responder_case_id=own,
            original=stated(
                fields,
                flags,
                message_name=named,
                sent_on=sent_on,
                instruction_id=reference(copies[0], "20", flags) if copies else None,
                uetr=original_uetr(header.user.get("121"), fields, flags),
            ),
            status=status,
            reasons=tuple(dict.fromkeys(reasons + reason_codes(details))),
            narrative="\n".join(word for word in narrative if word),
            mt_answer=numbered(lines, "76", flags),
        ),
    )


def answers(lines: list[Line], known: frozenset[str] = ANSWER_STATUSES) -> bool:
    """True when a line opens with a known outcome, such as /RJCR/CUST."""
    return any(code in known for code, _ in lines)


def outcome(lines: list[Line], known: frozenset[str] = ANSWER_STATUSES) -> tuple[str | None, tuple[str, ...], str]:
    """(status, reasons, words) of answer lines; the first outcome counts, its reason follows on the line or below."""
    status: str | None = None
    reasons: list[str] = []
    words: list[Line] = []
    for code, text in lines:
        if code not in known:
            if is_reason(code):
                reasons.append(code)
            words.append(Line(code, text))
            continue
        status = status or code
        rest, form = text, _FURTHER if code == "CNCL" else _REASON
        while len(reasons) < REASONS_MAX and (found := form.match(rest)) and is_reason(found[1]):
            reasons.append(found[1])
            rest, form = rest[found.end() :].lstrip("/ "), _FURTHER
        words.append(Line("", rest))
    return status, tuple(dict.fromkeys(reasons)), plain(words)
