"""MT n95, queries about a payment."""

import re

from tools.errors import Violation
from tools.message import Transaction
from tools.mt.fields import Fields, flag, original_message
from tools.mt.fields import reference as own_reference
from tools.mt.header import Header
from tools.mt.n92 import original_reference
from tools.mt.narrative import Line, plain, reason_codes, reversal, structured
from tools.mt.original import original_uetr, stated

_NUMBER = re.compile(r"[0-9]{1,2}")


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """One query: 75 opens with its number, 21 is the payment's reference, 77A and 79 say more."""
    case = own_reference(fields.first("20"), "20", flags)
    lines = structured(fields.first("75"))
    number = numbered(lines, "75", flags)
    others = structured(fields.first("79"))
    back = reversal(others)
    named, sent_on = original_message(fields.first("11S", "11R"), "11a", flags)
    details = structured(fields.first("77A"))
    words = [
        without_number(lines),
        plain(details),
        back.text if back else plain(others),
        plain(structured(fields.first("72"))),
    ]
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
            status="RJCT" if back and not back.returned else None,
            reasons=back.reasons if back else reason_codes(lines + details + others),
            narrative="\n".join(word for word in words if word),
            mt_query=number,
        ),
    )


def numbered(lines: list[Line], place: str, flags: list[Violation]) -> int | None:
    """The first predefined number (/3/) of field 75 or 76; further ones are flagged."""
    numbers = list(dict.fromkeys(int(code) for code, _ in lines if _NUMBER.fullmatch(code)))
    if len(numbers) > 1:
        detail = "The field holds several numbers; the first was taken."
        flags.append(flag("several-numbers", place, " ".join(map(str, numbers)), detail))
    return numbers[0] if numbers else None


def without_number(lines: list[Line]) -> str:
    """The words of the lines; the first number is dropped, a further one stays so that its words keep their sense."""
    words: list[Line] = []
    dropped = False
    for code, text in lines:
        if not dropped and _NUMBER.fullmatch(code):
            dropped = True
            words.append(Line("", text))
        else:
            words.append(Line(code, text))
    return plain(words)
