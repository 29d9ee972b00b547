"""How records are found: account numbers, names, addresses and references in one written form each."""

import unicodedata

from tools.payment import Money

_NOTHING = frozenset({"NOTPROVIDED", "NONREF", "NOREF", "NONE"})
"""Written where a reference is mandatory and there is none (ISO 20022 EndToEndId, SWIFT field 21)."""

_MINOR_MAX = 2**63 - 1
"""What a 64-bit column of minor units holds."""


def account_key(number: str) -> str:
    """Return an account number as we look it up: "gb20 wren 4050 1012 3456 78" is "GB20WREN40501012345678"."""
    if number.isalnum() and number.isupper():
        return number
    return "".join(ch for ch in number.upper() if ch.isalnum()) or number


def name_key(name: str) -> str:
    """Return a name as we look it up: lower case, no accents, single blanks ("Müller & Co." is "muller co")."""
    if not name.isascii():
        name = "".join(ch for ch in unicodedata.normalize("NFKD", name) if not unicodedata.combining(ch))
    return " ".join("".join(ch if ch.isalnum() else " " for ch in name.casefold()).split())


def hold_key(ref: str) -> str:
    """Return what a hold stands on as we look it up: a UETR in lower case, anything else as an account number."""
    lower = ref.strip().lower()
    return lower if len(lower) == 36 and lower.count("-") == 4 else account_key(ref)


def bank_key(agent: str) -> str:
    """Return what all branches of a bank share: eight characters of a BIC, or the whole SYSTEM:MEMBER."""
    return agent if ":" in agent else agent[:8]


def email_key(address: str) -> str:
    return address.strip().casefold()


def reference(text: str | None) -> str | None:
    """Return a reference that can identify something; None for an empty one, NOTPROVIDED and its like."""
    clean = storable(text.strip()) if text else None
    return clean if clean and clean.upper() not in _NOTHING else None


def storable(text: str) -> str | None:
    """Return the text if a database can hold it; NUL and lone surrogates stand in no record, so None finds none."""
    if text.isascii():
        return None if "\0" in text else text
    try:
        text.encode()
    except UnicodeEncodeError:
        return None
    return None if "\0" in text else text


def minor_or_none(money: Money) -> int | None:
    """Return minor units; None for an amount finer than its currency, or absurd: no record can have it."""
    try:
        units = money.minor
    except ValueError:
        return None
    return units if abs(units) <= _MINOR_MAX else None
