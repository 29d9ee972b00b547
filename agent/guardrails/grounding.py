"""Holds every claim to its evidence, and every figure that leaves the bank to a place where it is on record."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from agent.guardrails.outward import around, prose
from agent.guardrails.privacy import ibans
from agent.proposal import Claim
from tools.errors import Violation

_UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", re.IGNORECASE)
# Patterns begin with the characters they seek; what stands before is looked at afterwards, which is far quicker.
_AMOUNT = re.compile(r"(?:\d{1,3}(?:[ ',.\u00a0]\d{3})+(?:[.,]\d{1,3})?|\d+(?:[.,]\d{1,3})?)(?![\w/-]|[.,]\d)")
_CURRENCY_BEFORE = re.compile(r"(?:\b([A-Z]{3})|[€$£¥])\s?$")
_CURRENCY_AFTER = re.compile(r"\s?(?:([A-Z]{3})\b|[€$£¥])")
_ISO_DATE = re.compile(r"(?<!\d)(\d{4})-(\d\d)-(\d\d)(?!\d)")
_MONTHS = [f"{date(2000, month, 1):%B}".lower() for month in range(1, 13)]
_CURRENCY = re.compile(
    "AED|AUD|BGN|BHD|BRL|CAD|CHF|CLP|CNH|CNY|CZK|DKK|EGP|EUR|GBP|HKD|HUF|IDR|ILS|INR|ISK|JPY|KES|KRW|KWD|MXN|MYR|NGN|"
    "NOK|NZD|OMR|PHP|PKR|PLN|QAR|RON|RSD|SAR|SEK|SGD|THB|TND|TRY|TWD|UAH|USD|VND|ZAR|[€$£¥]"
)
_LONG_DATE = re.compile(rf"(?<!\d)(\d{{1,2}})(?:st|nd|rd|th)? ({'|'.join(_MONTHS)}) (\d{{4}})", re.IGNORECASE)
_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?(?![A-Za-z0-9])")
_REFERENCE = re.compile(r"[A-Za-z0-9][\w/-]+")
_REFERENCE_MAX = 35
_DECIMALS = re.compile(r"[.,]\d\d$")
_OTHER = re.compile(r"[^A-Za-z0-9]")
_TOKEN = re.compile(r"[A-Za-z0-9][\w/-]*")
_IDENTIFIER_MAX = 64
"""Longer values are narrative, no identifier written with spaces or punctuation."""
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


class Grounds:
    """Everything that is on record in a case: what evidence, rules and our own references hold.

    What is asked for mostly stands there as it is written; everything on record is taken apart only where it does not.
    """

    def __init__(self, leaves: set[str], texts: Iterable[str]) -> None:
        self._leaves = leaves
        # One text of everything: a line end keeps what stands in different places apart.
        self._text = "\n".join((*leaves, *texts))

    @classmethod
    def of(cls, evidence: Iterable[Any], rules: Iterable[str] = (), own: Iterable[str] = ()) -> "Grounds":
        """Collect the grounds from evidence results (JSON values), texts of cited rules, and references of ours."""
        return cls(_leaves(evidence), (*rules, *own))

    def holds_day(self, day: date) -> bool:
        return re.search(rf"(?<!\d){day.isoformat()}(?!\d)", self._text) is not None or day in self._days

    def holds_amount(self, written: str) -> bool:
        """Say whether a value that the number may mean is on record."""
        # Digits parted by spaces may be two numbers side by side on record: only one written whole is looked up so.
        asis = rf"(?<!\d)(?<!\d[.,]){re.escape(written)}(?!\d|[.,]\d)"
        if _NUMBER.fullmatch(written) and re.search(asis, self._text):
            return True
        return not _readings(written).isdisjoint(self._amounts)

    def holds(self, written: str) -> bool:
        """Say whether a reference, identifier or word is on record, however it is spaced and punctuated."""
        return self._stands(written) or _bare(written) in self._tokens

    def _stands(self, written: str) -> bool:
        at = self._text.find(written)
        return (
            at >= 0
            and re.search(rf"(?<![\w/-]){re.escape(written)}(?![\w/-])", self._text[at - 1 if at else 0 :]) is not None
        )

    @cached_property
    def _days(self) -> frozenset[date]:
        return frozenset(day for day, _ in _dates(self._text))

    @cached_property
    def _amounts(self) -> frozenset[Decimal]:
        return frozenset(amount for number in set(_NUMBER.findall(self._text)) for amount in _readings(number))

    @cached_property
    def _tokens(self) -> frozenset[str]:
        """References, identifiers and words, upper case, without spaces or punctuation."""
        tokens = {_bare(token) for token in set(_TOKEN.findall(self._text))}
        return frozenset(
            tokens | {_bare(leaf) for leaf in self._leaves if not leaf.isalnum() and len(leaf) <= _IDENTIFIER_MAX}
        )


def check(
    claims: Sequence[Claim],
    evidence_ids: Collection[str],
    rule_ids: Collection[str],
    outward: Mapping[str, str] | None = None,
    grounds: Grounds | None = None,
) -> tuple[Violation, ...]:
    """Return every claim without support and every amount, date or reference outward that nothing on record holds."""
    found: list[Violation] = []
    for number, claim in enumerate(claims, start=1):
        found += _claim(f"claim {number}", claim, evidence_ids, rule_ids)
    for place, text in (outward or {}).items():
        assert grounds is not None, "outward texts need grounds to be held to"
        found += _figures(place, prose(text), grounds)
    return tuple(found)


def _claim(place: str, claim: Claim, evidence_ids: Collection[str], rule_ids: Collection[str]) -> Iterator[Violation]:
    shown = claim.text[:120]
    if not claim.evidence and not claim.rules:
        yield Violation(rule="claim-unsupported", place=place, value=shown, detail="Cites neither evidence nor rule.")
    for cited in claim.evidence:
        if cited not in evidence_ids:
            yield Violation(rule="claim-unknown-evidence", place=place, value=cited, detail="No such evidence here.")
    for cited in claim.rules:
        if cited not in rule_ids:
            yield Violation(rule="claim-unknown-rule", place=place, value=cited, detail="No such rule was retrieved.")


def _figures(place: str, text: str, grounds: Grounds) -> Iterator[Violation]:
    for day, hit in _dates(text):
        if not grounds.holds_day(day):
            yield _ungrounded("date", place, text, hit)
    rest = _LONG_DATE.sub(" ", _ISO_DATE.sub(" ", text))
    for uuid in _UUID.finditer(rest):
        if not grounds.holds(uuid[0]):
            yield _ungrounded("reference", place, rest, uuid)
    rest = _UUID.sub(" ", rest)
    for iban in ibans(rest):
        if not grounds.holds(iban):
            yield Violation(rule="ungrounded-account", place=place, value=f"…{iban[-4:]}", detail="Nothing holds it.")
    for amount in _AMOUNT.finditer(rest):
        if _means_money(rest, amount) and not grounds.holds_amount(amount[0]):
            yield _ungrounded("amount", place, rest, amount)
    if any(c.islower() for c in rest):  # in a text all in capitals every word of eight letters looks like a BIC
        for bic in _BIC.finditer(rest):
            if not rest[: bic.start()][-1:].isalnum() and not _known(bic[0], grounds):
                yield _ungrounded("bic", place, rest, bic)
    for word in rest.split():
        reference = word.strip(".,;:!?()[]\"'")
        if _like_a_reference(reference) and not _known(reference, grounds):
            yield Violation(
                rule="ungrounded-reference", place=place, value=reference[:40], detail=_DETAIL.format("reference")
            )


_DETAIL = "This {} stands in no evidence and in no rule."


def _ungrounded(what: str, place: str, text: str, hit: re.Match[str]) -> Violation:
    value = around(text, hit.start(), hit.end())
    return Violation(rule=f"ungrounded-{what}", place=place, value=value, detail=_DETAIL.format(what))


def _means_money(text: str, amount: re.Match[str]) -> bool:
    """A number is an amount when a currency stands beside it or it has two decimals; "3 days" is none."""
    start = amount.start()
    if start and (text[start - 1].isalnum() or text[start - 1] in ".,_"):
        return bool(_symbol(_CURRENCY_BEFORE.search(text, max(0, start - 4), start)))
    beside = (_CURRENCY_BEFORE.search(text, max(0, start - 5), start), _CURRENCY_AFTER.match(text, amount.end()))
    return any(map(_symbol, beside)) or bool(_DECIMALS.search(amount[0]))


def _symbol(hit: re.Match[str] | None) -> bool:
    return hit is not None and (hit[1] is None or _CURRENCY.fullmatch(hit[1]) is not None)


def _readings(written: str) -> frozenset[Decimal]:
    """Return the values that a number may mean: 1.999,95 and 1,999.95 are one, 1.999 is two."""
    if written.isdecimal():
        return frozenset((Decimal(written),))
    digits = re.sub(r"[ '\u00a0]", "", written)
    separators = [c for c in digits if c in ".,"]
    plain = Decimal(re.sub(r"[.,]", "", digits))
    if not separators:
        return frozenset((plain,))
    whole, _, decimals = digits.rpartition(separators[-1])
    if len(set(separators)) == 1 and len(separators) > 1:
        return frozenset((plain,))
    with_decimals = Decimal(f"{re.sub(r'[.,]', '', whole) or '0'}.{decimals}")
    return frozenset((with_decimals, plain)) if len(decimals) == 3 else frozenset((with_decimals,))


def _dates(text: str) -> Iterator[tuple[date, re.Match[str]]]:
    for hit in _ISO_DATE.finditer(text):
        if day := _date(int(hit[1]), int(hit[2]), int(hit[3])):
            yield day, hit
    for hit in _LONG_DATE.finditer(text):
        if day := _date(int(hit[3]), _MONTHS.index(hit[2].lower()) + 1, int(hit[1])):
            yield day, hit


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _like_a_reference(word: str) -> bool:
    """Six characters or more, letters and digits together; plain words, numbers and day counts are none."""
    if word.isalpha() or not 6 <= len(word) <= _REFERENCE_MAX or not word[0].isalnum():
        return False
    bare = _OTHER.sub("", word)
    return not bare.isalpha() and not bare.isdigit() and _REFERENCE.fullmatch(word) is not None


def _known(written: str, grounds: Grounds) -> bool:
    """A BIC is known by its first eight characters; a reference with slashes by each of its parts."""
    if grounds.holds(written):
        return True
    bare = _bare(written)
    if len(bare) in (8, 11) and grounds.holds(bare[:8]):
        return True
    parts = [part for part in re.split(r"[/-]", written) if part]
    return len(parts) > 1 and all(map(grounds.holds, parts))


def _leaves(values: Iterable[Any]) -> set[str]:
    """Return every scalar of JSON values as text."""
    found: set[str] = set()
    waiting = list(values)
    while waiting:
        value = waiting.pop()
        kind = type(value)
        if kind is str:  # nearly all are: told by their type, and no generator for each level
            found.add(value)
        elif kind is dict:
            waiting += value.values()
        elif kind is list or kind is tuple:
            waiting += value
        elif value is not None:
            found.add(str(value))
    return found


def _bare(text: str) -> str:
    return text.upper() if text.isalnum() else _OTHER.sub("", text).upper()
