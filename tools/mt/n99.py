"""MT n99, free format: mail between banks, tracker confirmations, rejects, and answers to cancellation requests."""

import re

from tools.errors import Violation
from tools.message import Transaction
from tools.mt.codes import CANCELLATION_ANSWERS, is_reason
from tools.mt.fields import Fields, reference
from tools.mt.header import Header
from tools.mt.n96 import answers, outcome
from tools.mt.narrative import plain, reversal, structured
from tools.mt.original import original_uetr, stated

# gpi confirmation: //time with offset, //status/reason, //bank, //amount.
_CONFIRMATION = re.compile(r"//[0-9]{10}(?:[+-][0-9]{4})?[ \t]*\n//([A-Z]{4})(?:/([A-Z0-9]{4}))?[ \t]*(?:\n|$)")


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """The letter, with what its code lines state: status and reasons; what it wants is left to its words."""
    own = reference(fields.first("20"), "20", flags)
    related = reference(fields.first("21"), "21", flags)
    value = fields.first("79") or ""
    lines = structured(value)
    status: str | None = None
    reasons: tuple[str, ...]
    known = {"instruction_id": related, "uetr": original_uetr(header.user.get("121"), fields, flags)}
    if confirmed := _CONFIRMATION.match(value):
        status, reasons = confirmed[1], tuple(code for code in confirmed.groups()[1:] if code)
        words = plain(lines)
    elif back := reversal(lines):
        status, reasons, words = "RETN" if back.returned else "RJCT", back.reasons, back.text
        known |= {"end_to_end_id": back.transaction_reference, "message_id": back.message_reference}
        known["instruction_id"] = back.message_reference or related
    else:
        status, reasons, words = outcome(lines, CANCELLATION_ANSWERS)
    answered = answers(lines, CANCELLATION_ANSWERS)
    if answered:
        known["instruction_id"] = None
    return (
        Transaction(
            own_id=own,
            resolved_case_id=related if answered else None,
            original=stated(fields, flags, **known),
            status=status,
            reasons=tuple(code for code in reasons if is_reason(code)),
            narrative=words,
        ),
    )
