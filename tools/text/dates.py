"""Dates in free text: ISO, figures in either order, month names of six languages, SWIFT's six digits, "yesterday"."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from tools.text.words import fold

_MONTHS: dict[str, int] = {}
for _number, _names in enumerate(
    (
        "jan january januar janner janvier enero januari gennaio genn ene gen",
        "feb february februar fevrier fevr febrero februari febbraio febb",
        "mar march marz maerz mrz mars marzo maart mrt",
        "apr april avril avr abril aprile abr",
        "may mai mayo mei maggio mag",
        "jun june juni juin junio giugno giu",
        "jul july juli juillet juil julio luglio lug",
        "aug august aout agosto augustus ago",
        "sep sept september septembre septiembre settembre set",
        "oct october oktober okt octobre octubre ottobre ott",
        "nov november novembre noviembre",
        "dec december dezember dez decembre diciembre dic dicembre",
    ),
    start=1,
):
    _MONTHS |= dict.fromkeys(_names.split(), _number)

_WEEKDAYS = {
    word: day
    for day, words in enumerate(
        (
            "monday montag lundi lunes maandag lunedi",
            "tuesday dienstag mardi martes dinsdag martedi",
            "wednesday mittwoch mercredi miercoles woensdag mercoledi",
            "thursday donnerstag jeudi jueves donderdag giovedi",
            "friday freitag vendredi viernes vrijdag venerdi",
            "saturday samstag sonnabend samedi sabado zaterdag sabato",
            "sunday sonntag dimanche domingo zondag domenica",
        )
    )
    for word in words.split()
}
_DAYS_AGO = dict.fromkeys(["today", "heute", "aujourd'hui", "hoy", "vandaag", "oggi"], 0) | dict.fromkeys(
    ["yesterday", "gestern", "hier", "ayer", "gisteren", "ieri"], 1
)

_MONTH = "(" + "|".join(sorted(_MONTHS, key=len, reverse=True)) + r")"
_ISO = re.compile(r"(?<![\w-])(20\d\d)([-/.])(\d\d)\2(\d\d)(?![\d-])")
_COMPACT = re.compile(
    r"(?<![\w.,])(?<!ref )(?<!ref: )(?<!ref\. )(?<!reference )(?<!reference: )"
    r"(20\d\d)(0[1-9]|1[0-2])([0-2]\d|3[01])(?!\w)"
)
_FIGURES = re.compile(r"(?<![\w.,/-])(\d{1,2})([./-])(\d{1,2})\2(20\d\d|\d\d)(?![\d/-])")
_FIGURES_SHORT = re.compile(
    r"\b(?:on|of|from|dated|dtd|the|am|vom|den|le|du|el|del|il|op|van|ayer|al)\s+(?:the\s+)?"
    r"(\d{1,2})([./])(\d{1,2})(?:\.(?!\d)|(?![\w./,]\d|\w))"
)
_DAY_MONTH = re.compile(
    rf"(?<![\w.,])(\d{{1,2}})(?:st|nd|rd|th|er|\.|º|°|a)?[ \-]{{0,2}}(?:of |de |d')?{_MONTH}(?![a-z])\.?"
    rf"(?:(?:,? |[-/]|\s*del? )(20\d\d)|[-' ]?'?(\d\d)(?![\w.,:]|\s*(?:eur|usd|gbp|chf|%)))?"
)
_MONTH_DAY = re.compile(rf"(?<![a-z]){_MONTH}\.? (\d{{1,2}})(?:st|nd|rd|th)?(?![\w:.]\d|\w)(?:,? (20\d\d))?")
_SIX = re.compile(
    r"\b(?:val|value|valeur|vd|dtd|dated|date|dd|datum|valuta|of|on|to|from)[ .:]{0,2}(\d\d)(\d\d)(\d\d)(?!\w)"
)
_FIELD_32A = re.compile(r"(?<!\d)(\d\d)(\d\d)(\d\d)(?=[a-z]{3}\d)")
_RELATIVE = re.compile(r"(?<![a-z])(" + "|".join([*_DAYS_AGO, *_WEEKDAYS]) + r")(?![a-z])")

FUTURE_DAYS = 45
"""A date without a year is the latest one that lies at most this far ahead: mails speak of what was paid or is due."""
_AMERICAN_HINT = re.compile(r"\b(?:ach|fedwire|routing number|aba|zip code)\b")


class FoundDate(NamedTuple):
    """A date and where it stands."""

    value: date
    other: date | None
    """The other reading where day and month may be swapped."""
    start: int
    end: int
    relative: bool = False
    """Reckoned from the day of the mail ("yesterday", "Monday")."""


def dates(text: str, *, as_of: date | None = None) -> tuple[FoundDate, ...]:
    """Every date, in order of place. Without `as_of`, dates that name no year are left out."""
    folded = fold(text)
    found: list[FoundDate] = []
    for candidate in _candidates(folded, as_of):
        if all(candidate.end <= other.start or candidate.start >= other.end for other in found):
            found.append(candidate)
    return tuple(sorted(found, key=lambda one: one.start))


def _candidates(folded: str, as_of: date | None) -> Iterator[FoundDate]:
    """Candidates, the surest notation first; a later one never overlaps an earlier one."""
    for match in _ISO.finditer(folded):
        yield from _single(match, _date(int(match[1]), int(match[3]), int(match[4])))
    for match in _FIGURES.finditer(folded):
        year = int(match[4]) if len(match[4]) == 4 else 2000 + int(match[4])
        yield from _either(match, int(match[1]), int(match[3]), year, as_of, match[2] == "/", folded)
    for match in _DAY_MONTH.finditer(folded):
        stated = match[3] or (match[4] and f"20{match[4]}")
        yield from _single(match, _of_month(int(match[1]), _MONTHS[match[2]], stated, as_of))
    for match in _MONTH_DAY.finditer(folded):
        yield from _single(match, _of_month(int(match[2]), _MONTHS[match[1]], match[3], as_of))
    for match in _FIELD_32A.finditer(folded):  # MT field 32A: always year, month, day
        yield from _single(match, _date(2000 + int(match[1]), int(match[2]), int(match[3])))
    for match in _SIX.finditer(folded):
        yield from _six_digits(match, as_of)
    for match in _COMPACT.finditer(folded):
        yield from _single(match, _date(int(match[1]), int(match[2]), int(match[3])))
    if as_of is None:
        return
    for match in _FIGURES_SHORT.finditer(folded):
        value = _of_month(int(match[1]), int(match[3]), None, as_of)
        if value:
            yield FoundDate(value, None, match.start(1), match.end())
    for match in _RELATIVE.finditer(folded):
        days = _DAYS_AGO.get(match[1])
        if days is None:
            days = (as_of.weekday() - _WEEKDAYS[match[1]]) % 7 or 7
        yield FoundDate(as_of - timedelta(days), None, match.start(), match.end(), relative=True)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _of_month(day: int, month: int, year: str | None, as_of: date | None) -> date | None:
    """The date of a day and month; without a year the latest that is not far ahead of `as_of`."""
    if year:
        return _date(int(year), month, day)
    if as_of is None or not 1 <= month <= 12:
        return None
    for candidate in (_date(as_of.year + step, month, day) for step in (1, 0, -1, -2, -3)):
        if candidate and candidate <= as_of + timedelta(FUTURE_DAYS):
            return candidate
    return None


def _single(match: re.Match[str], value: date | None) -> Iterator[FoundDate]:
    if value:
        yield FoundDate(value, None, match.start(), match.end())


def _either(
    match: re.Match[str], first: int, second: int, year: int, as_of: date | None, slash: bool, folded: str
) -> Iterator[FoundDate]:
    """Figures with separators: day first, but a slash may put the month first; the impossible reading falls away."""
    day_first, month_first = _date(year, second, first), _date(year, first, second)
    if not slash or day_first == month_first:
        month_first = None if day_first else month_first
    likely, other = day_first or month_first, month_first if day_first else None
    if likely is None:
        return
    if other and as_of:
        latest = as_of + timedelta(FUTURE_DAYS)
        if likely > latest >= other:
            likely, other = other, None
        elif other > latest:
            other = None
    if other and _AMERICAN_HINT.search(folded):
        likely, other = other, likely
    yield FoundDate(likely, other, match.start(), match.end())


def _six_digits(match: re.Match[str], as_of: date | None) -> Iterator[FoundDate]:
    """Six digits: YYMMDD as SWIFT writes, or DDMMYY as people do; the reading nearer to `as_of` is the likelier."""
    a, b, c = int(match[1]), int(match[2]), int(match[3])
    readings = [value for value in (_date(2000 + a, b, c), _date(2000 + c, b, a)) if value]
    if as_of:
        readings.sort(key=lambda value: abs((value - as_of).days))
    if readings:
        other = next((second for first, second in pairwise(readings) if first != second), None)
        yield FoundDate(readings[0], other, match.start(1), match.end(3))
