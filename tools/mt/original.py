"""What a message says of the payment it speaks of, from the payment's own fields or from a copy of them."""

import re
from typing import Any

from tools.errors import Violation
from tools.message import Original
from tools.mt.fields import Fields, agent, flag, money, party, value_date
from tools.mt.narrative import NARRATIVE_TAGS, named_uetr, uetrs

UETR_FORM = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")


def stated(fields: Fields, flags: list[Violation], **known: Any) -> Original:
    """The original as far as fields 32a, 33B, 50a, 52a, 57a, 58a and 59a state it; `known` comes from elsewhere."""
    settled = fields.first("32A")
    ordering, beneficiary = fields.option("50"), fields.option("59")
    known.setdefault("amount", money(settled or fields.first("32B")))
    known.setdefault("settlement_date", value_date(settled, "32A", flags))
    known.setdefault("instructed", money(fields.first("33B")))
    if ordering:
        known["debtor"] = party(ordering, flags)
    if beneficiary:
        known["creditor"] = party(beneficiary, flags)
    known.setdefault("debtor_agent", agent(fields.option("52")))
    known.setdefault("creditor_agent", agent(fields.option("57")) or agent(fields.option("58")))
    return Original(**known)


def original_uetr(header: str | None, fields: Fields, flags: list[Violation]) -> str | None:
    """UETR of the original: block 3 (in MT n9x it is the original's), else /UETR/, else the only one in the text."""
    ours = header.lower() if header else None
    text = "\n".join(field.value for field in fields.all if field.tag in NARRATIVE_TAGS)
    named = named_uetr(text)
    if ours and named and named != ours:
        detail = "Block 3 and the narrative name different UETRs; block 3 was taken."
        flags.append(flag("uetr-conflict", "121", f"{ours} {named}"[:80], detail))
    chosen = ours or named
    if chosen is None and len(inside := uetrs(text)) == 1:
        chosen = inside[0]
    return checked_uetr(chosen, flags)


def checked_uetr(value: str | None, flags: list[Violation]) -> str | None:
    """The UETR as written in lower case; a malformed one is kept and flagged."""
    if not value:
        return None
    lower = value.strip().lower()
    if not UETR_FORM.fullmatch(lower):
        flags.append(flag("uetr-format", "121", value, "A UETR is a UUID: 36 characters in groups 8-4-4-4-12."))
    return lower
