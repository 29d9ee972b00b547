"""Amounts of money in free text, in either notation of decimals and with words, symbols or codes for the currency."""

import re
from decimal import Decimal
from typing import NamedTuple

from tools.payment import Money, minor_units
from tools.text.words import word_list

CURRENCIES = frozenset(word_list("currencies"))
"""Active currencies of ISO 4217."""

_WORDS = dict(entry.split("=") for entry in word_list("currency_words"))
"""Words and signs for a currency."""
_SCALES = {
    "k": 3, "tsd": 3, "thousand": 3, "tausend": 3, "mille": 3, "mil": 3, "duizend": 3, "mila": 3,
    "m": 6, "mn": 6, "mio": 6, "mln": 6, "million": 6, "millions": 6, "millionen": 6, "millones": 6, "milioni": 6,
    "miljoen": 6, "bn": 9, "mrd": 9, "billion": 9, "milliarden": 9,
}  # fmt: skip

_NUMBER = (
    r"(?:\d{1,2}(?:,\d{2}){1,5},\d{3}(?:\.\d{1,2})?"  # 1,00,000.00
    r"|\d{1,3}(?:[.,'’ \u00a0\u202f]\d{3}){1,6}(?:[.,]\d{1,3})?(?!\d)"  # 1.999,95  12'000  12 000,50
    r"|\d{1,18}(?:[.,]\d{1,3})?(?!\d))"
)
_TAIL = r"(?:[.,](?:--?|–|—)|/-|,(?=\s|$|[-/}]))?"  # 500,-  500/-  and the bare comma of SWIFT amounts
_SCALE = r"(?:[ \u00a0]?(?P<scale{0}>(?i:" + "|".join(sorted(_SCALES, key=len, reverse=True)) + r"))\b\.?)?"
_CODE = "|".join(sorted(CURRENCIES))
_WORD = "|".join(sorted(map(re.escape, _WORDS), key=len, reverse=True))
_MONEY = re.compile(
    rf"(?:(?<![A-Za-z])(?P<code>{_CODE}|US\$|[€$£¥₹]|Eur|Euro)[ \u00a0.:]{{0,2}}"
    rf"(?P<number>{_NUMBER}){_TAIL}{_SCALE.format(1)})"
    rf"|(?<![\w.,])(?P<number2>{_NUMBER}){_TAIL}{_SCALE.format(2)}[ \u00a0]?"
    rf"(?P<word>(?i:{_CODE}|{_WORD}))"
    r"(?![A-Za-z0-9]|[ ]\d[\d.,']*[.,']\d)"  # "20261111 EUR 1,999.95": the code belongs to what follows
)
_SMALL_CODE = re.compile(
    rf"(?<![A-Za-z])(?P<code>(?i:eur|usd|gbp|chf))[ \u00a0]?(?P<number>{_NUMBER}){_SCALE.format(1)}"
)
_BARE = re.compile(rf"(?<![\w.,:/\-])(?P<number>{_NUMBER})(?![\w:/%\-]|[.,]\d)")
_DATE_AFTER = re.compile(
    r"\.?\s*(?:jan|feb|m[aä]r|apr|ma[iy]|jun|jul|aug|sep|o[ck]t|nov|de[cz])[a-zé]*\b", re.IGNORECASE
)


_AMOUNTS_MAX = 200
"""Amounts kept of one text; more is a list, not a letter."""


class FoundMoney(NamedTuple):
    """An amount and where it stands."""

    money: Money
    start: int
    end: int


def number(text: str, currency: str | None = None) -> Decimal:
    """Read a number in either notation; a lone separator before three digits groups thousands.

    Currencies with three decimals (KWD, BHD …) read it as decimals. "1.999,95" = "1,999.95" = "1 999,95".
    """
    digits = re.sub(r"[ '’\u00a0\u202f]", "", text).rstrip(",.")
    signs = [sign for sign in digits if sign in ".,"]
    if not signs:
        return Decimal(digits)
    last = signs[-1]
    whole, _, decimals = digits.rpartition(last)
    thousands = len(decimals) == 3 and (len(set(signs)) == 1) and whole not in ("0", "")
    if thousands and len(signs) == 1 and currency is not None and minor_units(currency) == 3:
        thousands = False
    if signs.count(last) > 1 or thousands:
        return Decimal(re.sub("[.,]", "", digits))
    return Decimal(re.sub("[.,]", "", whole) + "." + decimals)


def money(text: str) -> tuple[FoundMoney, ...]:
    """Every amount with its currency, in order."""
    found: list[FoundMoney] = []
    for match in _MONEY.finditer(text):
        groups = match.groupdict()
        sign, figures = groups["code"] or groups["word"], groups["number"] or groups["number2"]
        if groups["code"] and _is_day(text, figures, match.end()):
            continue
        found.append(_found(match, sign, figures, groups["scale1"] or groups["scale2"]))
        if len(found) >= _AMOUNTS_MAX:
            break
    if not found:
        for match in _SMALL_CODE.finditer(text):
            if _is_day(text, match.group("number"), match.end()):
                continue
            found.append(_found(match, match.group("code"), match.group("number"), match.group("scale1")))
    return tuple(found)


def _is_day(text: str, figures: str, end: int) -> bool:
    """True in "paid in EUR 11 November": the figure is the day of a date."""
    return figures.isdigit() and _DATE_AFTER.match(text, end) is not None


def _found(match: re.Match[str], sign: str, figures: str, scale: str | None) -> FoundMoney:
    currency = _WORDS.get(sign.lower()) or sign.upper()
    amount = number(figures, currency)
    if scale:
        amount = amount.scaleb(_SCALES[scale.lower()])
        amount = amount.quantize(Decimal(1)) if amount == amount.to_integral_value() else amount.normalize()
    return FoundMoney(Money(amount=amount, currency=currency), match.start(), match.end())


def bare(text: str, taken: tuple[tuple[int, int], ...] = ()) -> tuple[tuple[Decimal, int, int], ...]:
    """Numbers written like amounts (two decimals) that name no currency."""
    found = []
    for match in _BARE.finditer(text):
        figures = match.group("number")
        free = all(match.end() <= start or match.start() >= end for start, end in taken)
        if free and len(figures) > 3 and figures[-3] in ".,":
            found.append((number(figures), match.start(), match.end()))
    return tuple(found)
