"""Banking days: which days count on a rail, and how to step over them.

The `holidays` library knows the holidays; importing it takes a tenth of a second, so its answer for the years that
cases speak of is kept in calendar.json beside this file (`python -m tools.calendar` writes it again, a test compares
the two). Dates outside those years ask the library.
"""

import calendar as months
import json
import sys
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Literal

from tools.payment import Rail

Calendar = Literal["TARGET", "UK", "FED", "WEEKDAYS"]
"""TARGET closing days; bank holidays of England and Wales; holidays of the Federal Reserve Banks; weekends alone."""

_RAIL_CALENDAR: dict[Rail, Calendar] = {
    "SEPA_SCT": "TARGET",
    "SEPA_INST": "TARGET",
    "T2": "TARGET",
    "FPS": "UK",
    "CHAPS": "UK",
    "FEDWIRE": "FED",
    "FEDNOW": "FED",
}
_CURRENCY_CALENDAR: dict[str, Calendar] = {"EUR": "TARGET", "GBP": "UK", "USD": "FED"}
_TABLE = Path(__file__).with_name("calendar.json")
_TABLE_YEARS = range(2018, 2041)
_DAY = timedelta(days=1)
_SATURDAY = 5
_FRIDAY = 4


def calendar_of(rail: Rail | None, currency: str | None = None) -> Calendar:
    """Return the calendar that counts a rail's banking days.

    A rail of one currency has its own calendar; instant rails run on every day, yet their windows in business days are
    counted by the banking calendar. CBPR and an unknown rail follow the settlement currency; a currency whose holidays
    are not known here has weekends only.
    """
    if rail is not None and rail in _RAIL_CALENDAR:
        return _RAIL_CALENDAR[rail]
    return _CURRENCY_CALENDAR.get(currency or "", "WEEKDAYS")


def is_business_day(day: date, cal: Calendar) -> bool:
    """Say whether banks of this calendar work on that day."""
    return day.weekday() < _SATURDAY and day not in holidays_of(cal, day.year)


def add_business_days(day: date, n: int, cal: Calendar) -> date:
    """Return the n-th business day after `day`, which itself does not count; negative n goes back.

    With n = 0: `day` itself when it is a business day, else the next one.
    """
    if n == 0:
        while not is_business_day(day, cal):
            day += _DAY
        return day
    step = _DAY if n > 0 else -_DAY
    left = abs(n)
    while left:
        day += step
        if is_business_day(day, cal):
            left -= 1
    return day


def business_days_between(first: date, last: date, cal: Calendar) -> int:
    """Count the business days after `first` up to and with `last`; negative when `last` is the earlier."""
    if last < first:
        return -business_days_between(last, first, cal)
    days = (first + timedelta(days=n) for n in range(1, (last - first).days + 1))
    return sum(is_business_day(day, cal) for day in days)


def add_months(day: date, n: int) -> date:
    """Return the same day n calendar months on, or the last day of a month that is too short for it."""
    year, month = divmod(day.year * 12 + day.month - 1 + n, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))


@cache
def holidays_of(cal: Calendar, year: int) -> frozenset[date]:
    """Return the closing days of a calendar in one year, weekends apart."""
    if cal == "WEEKDAYS":
        return frozenset()
    if year in _TABLE_YEARS:
        return frozenset(date.fromisoformat(f"{year}-{day}") for day in _table()[cal][str(year)])
    return _library(cal, year)


@cache
def _table() -> dict[str, dict[str, list[str]]]:
    table: dict[str, dict[str, list[str]]] = json.loads(_TABLE.read_bytes())
    return table


def _library(cal: Calendar, year: int) -> frozenset[date]:
    """Ask the `holidays` library; imported here because it costs a tenth of a second."""
    import holidays

    match cal:
        case "TARGET":
            return frozenset(holidays.financial_holidays("XECB", years=year))
        case "UK":
            return frozenset(holidays.country_holidays("GB", subdiv="ENG", years=year))
        case "FED":
            return frozenset(_fed(holidays.country_holidays("US", years=year).items()))
        case "WEEKDAYS":
            return frozenset()


def _fed(federal: Iterable[tuple[date, str]]) -> Iterable[date]:
    """Leave out what the Fed does not observe: for a holiday on Saturday its banks stay open the Friday before.

    Federal Reserve Bank holiday schedule: only holidays on Sunday move, to the Monday after.
    """
    return (day for day, name in federal if not (name.endswith("(observed)") and day.weekday() == _FRIDAY))


def _write_table() -> str:
    lines = []
    for cal in ("TARGET", "UK", "FED"):
        years = []
        for year in _TABLE_YEARS:
            days = sorted(day for day in _library(cal, year) if day.year == year and day.weekday() < _SATURDAY)
            years.append(f'    "{year}": {json.dumps([f"{day:%m-%d}" for day in days])}')
        lines.append(f'  "{cal}": {{\n' + ",\n".join(years) + "\n  }")
    return "{\n" + ",\n".join(lines) + "\n}\n"


if __name__ == "__main__":
    sys.stdout.write(_write_table())
