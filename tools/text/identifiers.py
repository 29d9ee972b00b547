"""References, UETRs, IBANs, BICs and invoice numbers in free text; an IBAN counts only when its checksum holds."""

import re
from typing import NamedTuple

from tools.text.words import concept_of, word_list

_LENGTHS = {entry[:2]: int(entry[2:]) for entry in word_list("iban_lengths")}
"""Length of an IBAN by country (ISO 13616 registry)."""

_COUNTRIES = frozenset(_LENGTHS) | frozenset(word_list("other_countries"))
_WORDS_LIKE_BICS = frozenset(word_list("words_like_bics"))
_PLACES = frozenset(word_list("bic_places"))
"""Country and place of BICs whose place is two different letters."""
_UETR = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f]{8}(?:-\s?[0-9A-Fa-f]{4}){3}-\s?[0-9A-Fa-f]{12}(?![0-9A-Za-z])")
_UETR_WRAPPED = re.compile(r"(?<![0-9A-Za-z])[0-9A-Fa-f-]{20,35}\n(?://)?[0-9A-Fa-f-]{1,16}(?![0-9A-Za-z])")
_UETR_PARTS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_IBAN = re.compile(r"(?<![A-Za-z0-9])[A-Za-z]{2}\d{2}(?:[ \u00a0-]?[A-Za-z0-9]){11,31}")
_BIC = re.compile(r"(?<![A-Za-z0-9@])[A-Z]{4}([A-Z]{2})[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")
_BIC_LABEL = re.compile(r"(?:BIC|SWIFT|WITH|VIA|BANK|AT)\W{0,3}(?:CODE\W{0,3})?$", re.IGNORECASE)
_INVOICE = re.compile(
    r"\b(?:invoices?|inv|bill|rechnung(?:snummer|en)?|rg|re-nr|facture|factura|factuur(?:nummer)?|fattura)\b"
    r"[ .:#\-]*(?:no|nr|number|nummer|n[°º]|num[ée]ro|n[úu]m)?[ .:#]*"
    r"(?P<number>(?=[\w/.-]{0,29}\d)[\w][\w/-]{0,28}\w|\d)",
    re.IGNORECASE,
)
_INVOICE_ID = re.compile(
    r"(?<![\w/-])(?:inv|fac|fact|fatt|fra|factuur|facture|factura|rechnung|rg|re|bill)-(?:\d{4}[-/])?\d{2,10}(?![\w/-])",
    re.IGNORECASE,
)
"""Invoice numbers that bear their kind themselves: FAC-2026-77, INV-20991."""
_REFERENCE = re.compile(
    r"(?<![\w@/.+-])(?=[A-Za-z0-9/\-]*[0-9])(?=[A-Za-z0-9/\-]*[A-Za-z])"
    r"[A-Za-z0-9](?:[A-Za-z0-9]|[/\-](?=[A-Za-z0-9])){4,34}(?![\w@])"
)
_LABELLED = re.compile(
    r"\b(?:our|your|yr)?\s*(?:ref(?:erence|erenz|erencia|\.|s)?|rif(?:erimento)?|payment id|transaction(?: id| no)?|"
    r"trn|end.?to.?end(?: id)?|e2e|kenmerk|auftragsnummer|vorgangsnummer|:2[01]:)\b"
    r"[ .:#]*(?:no|nr|number|nummer|id|is)?[ .:#]*"
    r"(?P<ref>(?=[A-Za-z0-9/\-]{0,34}\d)[A-Za-z0-9](?:[A-Za-z0-9/\-]{2,33})[A-Za-z0-9])",
    re.IGNORECASE,
)
_NOT_A_REFERENCE = re.compile(
    r"(?:mt|pacs|camt|pain|iso|field|b2|web|covid|sha)-?\d[\d.]*(?:cov)?"  # names of messages and the like
    r"|\d{1,2}(?:st|nd|rd|th)|\d+(?:k|m|mio|mn|mln|am|pm|h|d|x|bn|eur|usd|gbp|chf|euros?|days?)"
    r"|(?:eur|usd|gbp|chf|jpy)\d[\d.,]*|\d{6}[a-z]{3}\d+"  # amounts, field 32A
    r"|\d{1,2}-?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*-?(?:\d\d|\d{4})?",
    re.IGNORECASE,
)


class FoundText(NamedTuple):
    """An identifier in its normal form and where it stands."""

    value: str
    start: int
    end: int


def uetrs(text: str) -> tuple[FoundText, ...]:
    """UETRs in lower case, also where MT narrative broke one over two lines."""
    found: dict[str, FoundText] = {}
    for pattern in (_UETR, _UETR_WRAPPED):
        for match in pattern.finditer(text):
            value = re.sub(r"[\s/]", "", match.group()).lower()
            if _UETR_PARTS.fullmatch(value):
                found.setdefault(value, FoundText(value, match.start(), match.end()))
    return tuple(found.values())


def iban_holds(iban: str) -> bool:
    """True when length and checksum are right (ISO 13616, ISO 7064 modulo 97)."""
    if _LENGTHS.get(iban[:2]) != len(iban) or not iban.isascii():
        return False
    return int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1


def ibans(text: str) -> tuple[FoundText, ...]:
    """IBANs whose checksum holds, without blanks."""
    found: dict[str, FoundText] = {}
    for match in _IBAN.finditer(text):
        length = _LENGTHS.get(match.group()[:2].upper())
        if length is None:
            continue
        value, end = "", match.start()
        for sign in match.group():
            end += 1
            if sign.isalnum():
                value += sign.upper()
            if len(value) == length:
                break
        if iban_holds(value) and not text[end : end + 1].isalnum():
            found.setdefault(value, FoundText(value, match.start(), end))
    return tuple(found.values())


def bics(text: str) -> tuple[FoundText, ...]:
    """BICs; a word of capital letters alone counts only where it does not read like a word of the text."""
    found: dict[str, FoundText] = {}
    shouting = sum(map(str.isupper, text)) > 2 * sum(map(str.islower, text))
    for match in _BIC.finditer(text):
        value = match.group()
        if match.group(1) not in _COUNTRIES:
            continue
        labelled = _BIC_LABEL.search(text, max(0, match.start() - 16), match.start()) is not None
        if value.isalpha():
            known_word = concept_of(value.lower()) != "-" or value in _WORDS_LIKE_BICS
            usual_place = value[6] == value[7] or value[4:8] in _PLACES
            if known_word or (shouting and not labelled and not (usual_place and len(value) == 8)):
                continue
        found.setdefault(value, FoundText(value, match.start(), match.end()))
    return tuple(found.values())


def invoices(text: str) -> tuple[FoundText, ...]:
    """Invoice numbers: the number after the word for invoice."""
    found: dict[str, FoundText] = {}
    for match in _INVOICE_ID.finditer(text):
        found[match.group()] = FoundText(match.group(), *match.span())
    whole = [(one.start, one.end) for one in found.values()]
    for match in _INVOICE.finditer(text):
        value, (start, end) = match.group("number"), match.span("number")
        if not any(first <= start and end <= last for first, last in whole):
            found.setdefault(value, FoundText(value, start, end))
    return tuple(sorted(found.values(), key=lambda one: one.start))


def references(text: str, taken: tuple[tuple[int, int], ...]) -> tuple[FoundText, ...]:
    """Tokens of 5 to 35 letters and digits, or digits alone after a word for reference, outside `taken`."""
    candidates = [FoundText(m.group("ref"), *m.span("ref")) for m in _LABELLED.finditer(text)]
    candidates += [FoundText(m.group(), m.start(), m.end()) for m in _REFERENCE.finditer(text)]
    found: dict[str, FoundText] = {}
    for one in sorted(candidates, key=lambda candidate: candidate.start):
        free = all(one.end <= start or one.start >= end for start, end in taken)
        mistyped_iban = _LENGTHS.get(one.value[:2].upper()) == len(one.value) and one.value[2:4].isdigit()
        if free and not mistyped_iban and 5 <= len(one.value) <= 35 and not _NOT_A_REFERENCE.fullmatch(one.value):
            found.setdefault(one.value, one)
    return tuple(found.values())
