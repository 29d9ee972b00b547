"""The small pieces that all messages are built from: escaped text, codes, dates, amounts.

Everything returns XML text, or "" where there is nothing to say or what there is cannot stand in the element; what is
left out that way is reported by `validate.validate_draft`.
"""

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation

from tools.iso20022.charset import to_extended, to_x
from tools.payment import Money, minor_units

NOT_PROVIDED = "NOTPROVIDED"
"""What SWIFT market practice writes where the schema wants a reference and there is none."""

_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;"})
_FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
_UUID4 = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")


def escaped(text: str) -> str:
    return text.translate(_ESCAPES)


def leaf(tag: str, text: str | None, limit: int = 35) -> str:
    """An identifier or code as it is; nothing when it is empty, too long or not writable in XML."""
    if not text or len(text) > limit or _FORBIDDEN.search(text):
        return ""
    return f"<{tag}>{escaped(text)}</{tag}>"


def words(tag: str, text: str | None, limit: int) -> str:
    """Free text brought into the X set, cut to what the element holds."""
    plain = to_x(text).strip()[:limit].strip() if text else ""
    return f"<{tag}>{escaped(plain)}</{tag}>" if plain else ""


def name(tag: str, text: str | None, limit: int = 140) -> str:
    """A name, address line or remittance in printable ASCII, cut to what the element holds."""
    plain = to_extended(text).strip()[:limit].strip() if text else ""
    return f"<{tag}>{escaped(plain)}</{tag}>" if plain else ""


def split_lines(texts: Iterable[str], limit: int) -> list[str]:
    """Split text at spaces into lines of at most `limit` characters; no word is lost."""
    lines: list[str] = []
    for text in texts:
        rest = to_x(text).strip()
        while len(rest) > limit:
            cut = rest.rfind(" ", 1, limit + 1)
            cut = cut if cut > 0 else limit
            lines.append(rest[:cut].rstrip())
            rest = rest[cut:].lstrip()
        if rest:
            lines.append(rest)
    return lines


def paragraphs(tag: str, texts: Iterable[str], limit: int) -> str:
    """Free text as repeated elements."""
    return "".join(f"<{tag}>{escaped(line)}</{tag}>" for line in split_lines(texts, limit))


def unstructured(text: str | None) -> str:
    """RmtInf with the remittance text in pieces of 140 characters, nothing lost."""
    plain = to_extended(text).strip() if text else ""
    pieces = [piece for start in range(0, len(plain), 140) if (piece := plain[start : start + 140].strip())]
    inner = "".join(f"<Ustrd>{escaped(piece)}</Ustrd>" for piece in pieces)
    return f"<RmtInf>{inner}</RmtInf>" if inner else ""


def choice(tag: str, code: str | None) -> str:
    """A code choice: Cd for codes of at most four characters, else Prtry."""
    if not code:
        return ""
    inner = leaf("Cd", code, 4) or leaf("Prtry", code, 35)
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def iso_day(tag: str, day: date | None) -> str:
    return f"<{tag}>{day.isoformat()}</{tag}>" if day else ""


def moment(tag: str, at: datetime | None) -> str:
    """A time in UTC with its offset, to the second: 2026-11-16T09:00:00+00:00."""
    return f"<{tag}>{at.astimezone(UTC).isoformat(timespec='seconds')}</{tag}>" if at else ""


def amount_text(money: Money) -> str | None:
    """The amount as ISO 20022 writes it, or None when it does not fit 18 digits with 5 after the point."""
    try:
        exponent = money.amount.as_tuple().exponent
        if money.amount < 0 or money.amount >= 10**13 or not isinstance(exponent, int):
            return None
        places = minor_units(money.currency)
        if -exponent > places:
            return format(money.amount, "f") if -exponent <= 5 else None
        return format(money.amount.quantize(Decimal(1).scaleb(-places)), "f")
    except InvalidOperation:
        return None


def amount(tag: str, money: Money | None) -> str:
    if money is None or (text := amount_text(money)) is None:
        return ""
    return f'<{tag} Ccy="{money.currency}">{text}</{tag}>'


def rate(tag: str, percent: Decimal | None) -> str:
    """A percentage, seven digits after the point (PercentageRate: 11 digits in all)."""
    if percent is None:
        return ""
    return f"<{tag}>{format(round(percent, 7).normalize(), 'f')}</{tag}>"


def uetr(tag: str, text: str | None) -> str:
    """A UETR that the schema takes (UUIDv4Identifier)."""
    return f"<{tag}>{text}</{tag}>" if text and _UUID4.fullmatch(text) else ""


def split_at(text: str, limit: int) -> list[str]:
    return [piece for start in range(0, len(text), limit) if (piece := text[start : start + limit].strip())]
