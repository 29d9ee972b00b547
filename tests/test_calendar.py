"""Banking days: the table is the library's answer, and stepping over days keeps its promises."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools import calendar as banking
from tools.calendar import (
    Calendar,
    add_business_days,
    add_months,
    business_days_between,
    calendar_of,
    holidays_of,
    is_business_day,
)
from tools.payment import Rail

CALENDARS: tuple[Calendar, ...] = ("TARGET", "UK", "FED", "WEEKDAYS")
days = st.dates(date(2018, 6, 1), date(2040, 6, 1))
calendars = st.sampled_from(CALENDARS)


def test_the_kept_table_is_what_the_library_says() -> None:
    """When this fails after an upgrade of `holidays`: run `python -m tools.calendar > tools/calendar.json`."""
    kept = json.loads(banking._TABLE.read_bytes())

    fresh = json.loads(banking._write_table())

    assert kept == fresh


@pytest.mark.parametrize(
    ("cal", "day", "works"),
    [
        ("TARGET", date(2026, 4, 3), False),  # Good Friday
        ("TARGET", date(2026, 5, 1), False),  # Labour Day
        ("TARGET", date(2026, 5, 4), True),  # the UK rests, TARGET works
        ("UK", date(2026, 5, 4), False),
        ("UK", date(2026, 12, 28), False),  # Boxing Day moved from Saturday
        ("UK", date(2026, 5, 1), True),
        ("FED", date(2026, 11, 26), False),  # Thanksgiving
        ("FED", date(2026, 4, 3), True),  # Good Friday is no Fed holiday
        ("FED", date(2026, 7, 3), True),  # 4 July on a Saturday: the Fed works on Friday
        ("FED", date(2027, 7, 5), False),  # 4 July on a Sunday moves to Monday
        ("FED", date(2021, 12, 31), True),  # New Year on a Saturday
        ("WEEKDAYS", date(2026, 12, 25), True),
        ("WEEKDAYS", date(2026, 12, 26), False),
    ],
)
def test_known_days_are_right(cal: Calendar, day: date, works: bool) -> None:
    assert is_business_day(day, cal) is works


def test_years_outside_the_table_ask_the_library() -> None:
    assert date(2012, 6, 5) in holidays_of("UK", 2012)  # Diamond Jubilee
    assert not is_business_day(date(2045, 12, 25), "TARGET")
    assert is_business_day(date(2045, 12, 25), "WEEKDAYS")


@pytest.mark.parametrize(
    ("rail", "currency", "cal"),
    [
        ("SEPA_INST", "EUR", "TARGET"),
        ("T2", None, "TARGET"),
        ("FPS", "GBP", "UK"),
        ("FEDNOW", "USD", "FED"),
        ("CBPR", "EUR", "TARGET"),
        ("CBPR", "GBP", "UK"),
        ("CBPR", "USD", "FED"),
        ("CBPR", "JPY", "WEEKDAYS"),
        (None, "USD", "FED"),
        (None, None, "WEEKDAYS"),
    ],
)
def test_every_rail_has_its_calendar(rail: Rail | None, currency: str | None, cal: Calendar) -> None:
    assert calendar_of(rail, currency) == cal


def test_the_first_day_does_not_count() -> None:
    friday = date(2026, 11, 13)

    assert add_business_days(friday, 1, "TARGET") == date(2026, 11, 16)
    assert add_business_days(friday, 10, "TARGET") == date(2026, 11, 27)
    assert add_business_days(friday, 10, "FED") == date(2026, 11, 30)  # Thanksgiving between
    assert add_business_days(date(2026, 11, 14), 0, "TARGET") == date(2026, 11, 16)
    assert add_business_days(date(2026, 11, 16), -1, "TARGET") == friday


@given(days, st.integers(1, 60), calendars)
def test_stepping_lands_on_a_business_day_and_counts_back(day: date, n: int, cal: Calendar) -> None:
    landed = add_business_days(day, n, cal)

    assert is_business_day(landed, cal)
    assert business_days_between(day, landed, cal) == n
    assert business_days_between(landed, day, cal) == -n


@given(days, st.integers(0, 40), st.integers(0, 40), calendars)
def test_steps_add_up(day: date, one: int, two: int, cal: Calendar) -> None:
    assert add_business_days(add_business_days(day, one, cal), two, cal) == add_business_days(
        add_business_days(day, 0, cal) if one == 0 else day, one + two, cal
    )


@pytest.mark.parametrize(
    ("day", "n", "then"),
    [
        (date(2026, 1, 31), 13, date(2027, 2, 28)),
        (date(2026, 11, 30), 15, date(2028, 2, 29)),
        (date(2025, 10, 16), 13, date(2026, 11, 16)),
        (date(2026, 12, 31), 0, date(2026, 12, 31)),
        (date(2026, 3, 31), -1, date(2026, 2, 28)),
    ],
)
def test_months_end_where_the_month_ends(day: date, n: int, then: date) -> None:
    assert add_months(day, n) == then


@given(days, st.integers(0, 60))
def test_months_never_skip_a_month(day: date, n: int) -> None:
    later = add_months(day, n)

    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == n
    assert later.day <= day.day
    assert later.day == day.day or (later + timedelta(days=1)).day == 1
