"""The fields of block 4: tags with their values, and the values read one by one."""

import re
from datetime import date
from typing import NamedTuple

from tools.errors import Violation
from tools.message import StatedParty
from tools.mt.codes import NATIONAL_CLEARING, NO_REFERENCE
from tools.payment import Money

# 121 belongs in block 3; some write the UETR among the fields.
_TAG = re.compile(r"^:([0-9]{2}[A-Z]?|NS|121):", re.MULTILINE)
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
_AMOUNT = re.compile(r"([A-Z]{3})([0-9]{1,15}(?:,[0-9]*)?)$")
# Amounts written in another country's manner, e.g. "USD1,000.00" or "EUR 15.5": read, but never silently.
_LOOSE_AMOUNT = re.compile(r"([A-Za-z]{3}) ?([0-9][0-9.,' ]*)$")
_REFERENCE = re.compile(r"[A-Za-z0-9\-?:().,'+ ](?:[A-Za-z0-9/\-?:().,'+ ]{0,14}[A-Za-z0-9\-?:().,'+ ])?")
_ORIGINAL = re.compile(r"([0-9]{3})\s*([0-9]{6})?(?:[^0-9]|[0-9]{10}|$)")
_IBAN = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")


class Field(NamedTuple):
    """One field as it stands in block 4; lines of the value are joined by newlines."""

    tag: str
    value: str


class Fields:
    """The fields of a message in their order, found by tag ("32A") or by number whatever the option ("50")."""

    __slots__ = ("_by_number", "_by_tag", "all")

    def __init__(self, fields: tuple[Field, ...]) -> None:
        self.all = fields
        self._by_tag: dict[str, str] = {}
        self._by_number: dict[str, Field] = {}
        for field in fields:
            self._by_tag.setdefault(field.tag, field.value)
            self._by_number.setdefault(field.tag[:2], field)

    @classmethod
    def split(cls, body: str, flags: list[Violation]) -> "Fields":
        """Split the text of block 4 at its tags; text before the first tag is flagged and left out."""
        parts = _TAG.split(body)
        if parts[0].strip():
            flags.append(flag("text-before-fields", "block 4", parts[0].strip(), "Text stands before the first field."))
        return cls(tuple(Field(parts[i], parts[i + 1].strip("\n \t")) for i in range(1, len(parts), 2)))

    def first(self, *tags: str) -> str | None:
        """Value of the first of these tags that is present, in the order asked for."""
        for tag in tags:
            if (value := self._by_tag.get(tag)) is not None:
                return value
        return None

    def option(self, number: str) -> Field | None:
        """First field of a number, whatever its letter option."""
        return self._by_number.get(number)

    def every(self, *tags: str) -> list[str]:
        return [field.value for field in self.all if field.tag in tags]

    def has(self, *tags: str) -> bool:
        """True when any of these tags, or numbers with any option, is present."""
        return any(tag in self._by_tag or tag in self._by_number for tag in tags)

    def part(self, start: int, end: int | None = None) -> "Fields":
        return Fields(self.all[start:end])


def flag(rule: str, place: str, value: str = "", detail: str = "") -> Violation:
    """A rule that the message breaks without stopping the reading."""
    return Violation(rule=rule, place=place, value=value[:60], detail=detail, severity="flag")


def reference(value: str | None, place: str = "", flags: list[Violation] | None = None) -> str | None:
    """A 16x reference: its first line, or None for NONREF; format errors (T26, T13) are flagged."""
    if value is None:
        return None
    first, _, more = value.partition("\n")
    first = first.strip()
    if flags is not None and (more or not _REFERENCE.fullmatch(first) or "//" in first):
        detail = "A reference has 1 to 16 characters, no slash at either end and no double slash."
        flags.append(flag("reference-format", place, value, detail))
    if flags is not None and len(first) == 16 and first.endswith("+"):
        detail = "Sixteen characters ending in + are a longer ISO reference cut in translation: compare as a prefix."
        flags.append(flag("truncated-reference", place, first, detail))
    return None if first.upper() in NO_REFERENCE else first or None


def amount_text(digits: str) -> str:
    """MT digits with a decimal comma as decimal text, digit by digit: "4250,00" to "4250.00", "15," to "15"."""
    return digits.rstrip(",").replace(",", ".")


def amount(value: str, place: str = "", flags: list[Violation] | None = None) -> tuple[str, str] | None:
    """(decimal text, currency) at the end of a value such as "261116EUR4250,00"; None when there is none."""
    line = value.partition("\n")[0].strip()
    if found := _AMOUNT.search(line):
        return amount_text(found[2]), found[1]
    loose = _LOOSE_AMOUNT.search(line)
    if flags is not None:
        detail = "An amount is a currency and digits with one decimal comma, e.g. EUR4250,00."
        flags.append(flag("amount-format", place, line, detail))
    if loose is None:
        return None
    digits = re.sub(r"[ ']", "", loose[2])
    mark = max(digits.rfind("."), digits.rfind(","))
    whole, fraction = (digits, "") if mark < 0 else (digits[:mark], digits[mark + 1 :])
    whole = re.sub(r"[.,]", "", whole)
    return f"{whole}.{fraction}" if fraction else whole, loose[1].upper()


def money(value: str | None) -> Money | None:
    """The amount of a field as money; format errors are flagged where the field is harvested."""
    stated = amount(value) if value else None
    return Money.of(*stated) if stated else None


def day(digits: str) -> date | None:
    """YYMMDD as a date (years 80 to 99 are of the last century); None when it is no date."""
    if len(digits) != 6 or not (digits.isascii() and digits.isdigit()):
        return None
    year = int(digits[:2])
    try:
        return date((1900 if year >= 80 else 2000) + year, int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None


def value_date(value: str | None, place: str = "", flags: list[Violation] | None = None) -> date | None:
    """Date of field 32A, 32C or 32D."""
    if value is None:
        return None
    found = day(value[:6])
    if found is None and flags is not None:
        flags.append(flag("date-format", place, value, "A date is written YYMMDD."))
    return found


def original_message(value: str | None, place: str, flags: list[Violation]) -> tuple[str | None, date | None]:
    """Field 11R or 11S: ("MT103", day it was sent); tolerates one line, and a date without the number."""
    if value is None:
        return None, None
    text = value.strip()
    if (only := day(text)) is not None:
        flags.append(flag("original-message-format", place, value, "The number of the original message is missing."))
        return None, only
    found = _ORIGINAL.match(text)
    sent = day(found[2]) if found and found[2] else None
    if found is None or sent is None:
        detail = "Field 11a is the number of the original message, then the day it was sent (YYMMDD)."
        flags.append(flag("original-message-format", place, value, detail))
    return (f"MT{found[1]}" if found else None), sent


def party(field: Field, flags: list[Violation] | None = None) -> StatedParty:
    """A customer of field 50a or 59a: account, name and address; option A names it by BIC only."""
    lines = [line.strip() for line in field.value.split("\n") if line.strip()]
    account = None
    if lines and lines[0].startswith("/"):
        account = lines.pop(0).lstrip("/") or None
    elif len(lines) > 1 and _IBAN.fullmatch(lines[0].replace(" ", "")):
        account = lines.pop(0).replace(" ", "")
        if flags is not None:
            flags.append(flag("account-slash", field.tag, account, "An account starts with a slash."))
    if field.tag[2:] == "F" or (lines and re.match(r"[1-8]/", lines[-1])):
        named = [line[2:].strip() for line in lines if line.startswith("1/")]
        where = [line[2:].strip() for line in lines if line[:2] in ("2/", "3/")]
    elif field.tag[2:] == "A" and lines and _BIC.fullmatch(lines[-1]):
        named, where = [], []
    else:
        named, where = lines[:1], lines[1:]
    return StatedParty(name=" ".join(named) or None, account=account, address="\n".join(where) or None)


def bic_of(field: Field) -> str | None:
    """The BIC of a party field, usually its last line, as written."""
    for line in reversed(field.value.split("\n")):
        if _BIC.fullmatch(line.strip()):
            return line.strip()
    return None


def agent(field: Field | None) -> str | None:
    """The bank of a field 5xa: its BIC, else the clearing member of a national code such as //SC123488."""
    if field is None:
        return None
    if field.tag[2:] in ("", "A") and (bic := bic_of(field)):
        return bic
    found = re.match(r"//([A-Z]{2})([A-Z0-9]{3,15})(?:\n|$)", field.value)
    if found and (system := NATIONAL_CLEARING.get(found[1])):
        return f"{system}:{found[2]}"
    return None


def agent_name(field: Field) -> str | None:
    """How a field 5xa names its bank: BIC or clearing member, else the first line of the name (option D)."""
    if named := agent(field):
        return named
    if field.tag[2:] != "D":
        return None
    lines = [line.strip() for line in field.value.split("\n") if line.strip() and not line.startswith("/")]
    return lines[0] if lines else None
