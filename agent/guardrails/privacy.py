"""Keeps identifiers in that are not the reader's: account numbers, e-mail addresses, telephone numbers."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Literal

from agent.guardrails.outward import is_message, prose
from tools.errors import Violation
from tools.payment import minor_units

Audience = Literal["customer", "bank"]

# Length of an IBAN by country (IBAN registry, SWIFT as registration authority of ISO 13616).
_IBAN_LENGTH = {
    country: length
    for length, countries in {
        15: "NO",
        16: "BE",
        18: "DK FI FO GL NL SD",
        19: "MK SI",
        20: "AT BA EE KZ LT LU MN XK",
        21: "CH HR LI LV",
        22: "BG BH CR DE GB GE IE ME RS VA",
        23: "AE GI IL IQ OM SO TL",
        24: "AD CZ ES MD PK RO SA SE SK TN VG",
        25: "LY PT ST",
        26: "IS TR",
        27: "BI DJ FR GR IT MC MR SM",
        28: "AL AZ BY CY DO GT HU LB NI PL SV",
        29: "BR EG PS QA UA",
        30: "JO KW MU YE",
        31: "MT SC",
        32: "LC",
        33: "RU",
    }.items()
    for country in countries.split()
}
_CHECK_DIGITS = re.compile(r"(?<=[A-Za-z]{2})\d{2}(?=[ -]?[A-Za-z0-9])")
"""Where an IBAN may begin: sought by its digits, which letters rarely are."""
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+")
_PHONE = re.compile(
    r"(?<![\w.])(?:\+|00)\d[\d ()/.-]{6,20}\d(?!\w)"
    r"|(?i:\b(?:tel|phone|telephone|mobile|fax|call|telefon|tél)\b[^\d\n+]{0,20}(\d[\d ()/.-]{5,18}\d))"
)
_NUMBER = re.compile(r"(?<![\w.,/-])\d{2,4}(?:[ -]?\d{2,6}){1,6}(?![\w/-]|[.,]\d)")
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ISO_DATE = re.compile(r"(?<!\d)\d{4}-\d\d-\d\d(?!\d)")
_WHOLE_AMOUNT = re.compile(r"\b([A-Z]{3}) $")
_OTHER = re.compile(r"[^A-Za-z0-9]")
_TAG = re.compile(r"<[^>]*>")
_DIGITS_MIN, _DIGITS_MAX = 8, 20


def check(outward: Mapping[str, str], allowed: Iterable[str], *, audience: Audience) -> tuple[Violation, ...]:
    """Return every identifier in outward texts that is not among those allowed for this reader.

    `allowed` holds the reader's own addresses and the references that may be named; to a customer it should hold no
    account number at all: letters name accounts by their last four characters.
    """
    if not outward:
        return ()
    known = {_bare(each) for each in allowed if each}
    found: list[Violation] = []
    for place, text in outward.items():
        words = prose(text)
        found += _accounts(place, text, known, audience)
        found += _matches("e-mail", place, words, _EMAIL, known)
        if words or not is_message(text):
            found += _numbers(place, words, known)
    return tuple(found)


def ibans(text: str) -> Iterator[str]:
    """Yield what is written like an IBAN, grouped or not, whether or not its checksum is right."""
    return (iban for iban, _, _ in _spans(text))


def long_numbers(text: str) -> Iterator[str]:
    """Yield what a reader could take for an account number: long digit groups that are no date."""
    return (hit[0] for hit in _NUMBER.finditer(_ISO_DATE.sub(" | ", text)))


def _spans(text: str) -> Iterator[tuple[str, int, int]]:
    for digits in _CHECK_DIGITS.finditer(text):
        start = digits.start() - 2
        length = _IBAN_LENGTH.get(text[start : start + 2].upper())
        if length is None or (start and text[start - 1].isalnum()):
            continue
        collected, position = "", start
        while position < len(text) and len(collected) < length:
            character = text[position]
            if character.isascii() and character.isalnum():
                collected += character.upper()
            elif character not in " -\u00a0":
                break
            position += 1
        closed = position >= len(text) or not text[position].isalnum()
        if len(collected) == length and closed and sum(c.isdigit() for c in collected) >= length // 2:
            yield collected, start, position


def _accounts(place: str, text: str, known: set[str], audience: Audience) -> Iterator[Violation]:
    # Whole messages carry accounts as data; there the checksum-shaped ones of every element count.
    # A UETR goes first: the tail of one may look like a Belgian or Finnish IBAN.
    written = _UUID.sub(" | ", _TAG.sub(" | ", text) if is_message(text) else text)
    for iban in dict.fromkeys(ibans(written)):
        if iban not in known:
            yield _violation("account-number", place, iban, f"An account number that this {audience} need not see.")


def _numbers(place: str, text: str, known: set[str]) -> Iterator[Violation]:
    for _, start, end in list(_spans(text)):
        text = text[:start] + "|" * (end - start) + text[end:]
    text = _ISO_DATE.sub(" | ", _UUID.sub(" ", text))
    for hit in _PHONE.finditer(text) if _may_hold_phone(text) else ():
        number = hit[1] or hit[0]
        if _bare(number) not in known and not _is_date(number):
            yield _violation("telephone-number", place, number, "A telephone number that was not allowed.")
        text = text.replace(hit[0], " ")
    for hit in _NUMBER.finditer(text):
        digits = re.sub(r"\D", "", hit[0])
        currency = _WHOLE_AMOUNT.search(text, 0, hit.start())
        if currency and minor_units(currency[1]) == 0:  # yen and the like are written without decimals
            continue
        if _DIGITS_MIN <= len(digits) <= _DIGITS_MAX and digits not in known and not _is_date(hit[0]):
            yield _violation("account-number", place, hit[0], "A long number that is no reference we may name.")


def _may_hold_phone(text: str) -> bool:
    lowered = text.lower()
    return (
        "+" in text or "00" in text or any(cue in lowered for cue in ("tel", "phone", "mobile", "fax", "call", "tél"))
    )


def _matches(rule: str, place: str, text: str, pattern: re.Pattern[str], known: set[str]) -> Iterator[Violation]:
    for hit in pattern.finditer(text) if "@" in text else ():
        if _bare(hit[0]) not in known:
            yield _violation(f"{rule}-address", place, hit[0], f"An {rule} address that was not allowed.")


def _violation(rule: str, place: str, value: str, detail: str) -> Violation:
    """The value itself is shown by its last four characters only: a report is read by more people than a case."""
    return Violation(rule=rule, place=place, value=f"…{value[-4:]}", detail=detail)


def _is_date(text: str) -> bool:
    digits = re.sub(r"[ .-]", "", text)
    if len(digits) != 8 or not digits.isdigit():
        return False
    for form in ("%Y%m%d", "%d%m%Y"):
        try:
            written = datetime.strptime(digits, form)  # noqa: DTZ007 -- only asks whether it is a date
        except ValueError:
            continue
        if 1990 <= written.year <= 2100:
            return True
    return False


def _bare(text: str) -> str:
    return _OTHER.sub("", text).upper()
