"""Clocks: the last day is inside, the day after is out, and the edition in force decides."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tools.calendar import business_days_between, is_business_day
from tools.clocks import (
    Question,
    above_limit,
    answer_deadline,
    chase_date,
    clocks,
    execution_over,
    execution_window,
    local_date,
    passed,
    read_clocks,
    recall_window,
    reimbursement_clock,
    within,
)
from tools.payment import Money, Rail

RAILS = get_args(Rail)
SETTLED = date(2026, 11, 2)  # a Monday
TODAY = date(2026, 11, 16)
days = st.dates(date(2020, 1, 1), date(2039, 1, 1))


def noon(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 12, tzinfo=UTC)


@pytest.mark.parametrize("rail", ["SEPA_SCT", "SEPA_INST"])
@pytest.mark.parametrize("reason", ["DUPL", "TECH"])
def test_a_bank_s_own_recall_reasons_have_ten_target_days(rail: Rail, reason: str) -> None:
    window = recall_window(rail, reason, SETTLED, "EUR", TODAY)

    assert window is not None
    assert window.last_day == date(2026, 11, 16)
    assert window.rule == "sepa-recall-window-bank"
    assert window.source
    assert within(window, date(2026, 11, 16))
    assert not within(window, date(2026, 11, 17))


@pytest.mark.parametrize("reason", ["FRAD", "AC03", "AM09", "CUST"])
def test_the_other_sepa_reasons_have_thirteen_months(reason: str) -> None:
    window = recall_window("SEPA_SCT", reason, date(2025, 10, 16), "EUR", TODAY)

    assert window is not None
    assert window.last_day == TODAY
    assert window.length == "13 months"


def test_holidays_of_target_lengthen_the_window() -> None:
    window = recall_window("SEPA_SCT", "DUPL", date(2026, 3, 30), "EUR", date(2026, 4, 10))

    assert window is not None
    assert window.last_day == date(2026, 4, 15)  # Good Friday and Easter Monday do not count


def test_fednow_counts_sixty_calendar_days_but_not_for_fraud() -> None:
    window = recall_window("FEDNOW", "DUPL", date(2026, 9, 17), "USD", TODAY)

    assert window is not None
    assert window.last_day == TODAY
    assert recall_window("FEDNOW", "FRAD", date(2026, 9, 17), "USD", TODAY) is None
    assert recall_window("FEDNOW", "WNTB", date(2026, 9, 17), "USD", TODAY) is None


@pytest.mark.parametrize("rail", [None, "CBPR", "FPS", "CHAPS", "FEDWIRE", "T2"])
def test_other_rails_set_no_window(rail: Rail | None) -> None:
    assert recall_window(rail, "DUPL", SETTLED, "EUR", TODAY) is None


def test_a_reason_that_sepa_does_not_know_has_no_window() -> None:
    assert recall_window("SEPA_SCT", "AGNT", SETTLED, "EUR", TODAY) is None
    assert recall_window("SEPA_SCT", None, SETTLED, "EUR", TODAY) is None


@given(days)
def test_ten_business_days_end_before_thirteen_months(settled: date) -> None:
    bank = recall_window("SEPA_SCT", "DUPL", settled, "EUR", settled)
    fraud = recall_window("SEPA_SCT", "FRAD", settled, "EUR", settled)

    assert bank is not None
    assert fraud is not None
    assert settled < bank.last_day < fraud.last_day
    assert is_business_day(bank.last_day, "TARGET")
    assert business_days_between(settled, bank.last_day, "TARGET") == 10
    assert within(bank, bank.last_day)
    assert not within(bank, bank.last_day + timedelta(days=1))


@pytest.mark.parametrize(
    ("rail", "currency", "question", "last"),
    [
        ("SEPA_SCT", "EUR", "recall", date(2026, 12, 7)),
        ("SEPA_INST", "EUR", "recall", date(2026, 12, 7)),
        ("SEPA_SCT", "EUR", "inquiry", date(2026, 11, 30)),
        ("CBPR", "EUR", "recall", date(2026, 11, 30)),
        ("CBPR", "USD", "recall", date(2026, 12, 1)),  # Thanksgiving
        ("FEDNOW", "USD", "recall", date(2026, 12, 1)),
        ("FPS", "GBP", "inquiry", date(2026, 11, 30)),
        (None, "JPY", "recall", date(2026, 11, 30)),
    ],
)
def test_every_rail_has_an_answer_deadline(rail: Rail | None, currency: str, question: Question, last: date) -> None:
    deadline = answer_deadline(rail, TODAY, currency, question)

    assert deadline.last_day == last
    assert not passed(deadline, noon(last), rail)
    assert passed(deadline, noon(last + timedelta(days=1)), rail)


def test_a_house_sets_its_own_days_but_not_sepa_s() -> None:
    assert answer_deadline("CBPR", TODAY, "EUR", house_days=5).last_day == date(2026, 11, 23)
    assert answer_deadline("SEPA_SCT", TODAY, "EUR", house_days=5).last_day == date(2026, 12, 7)


def test_the_edition_of_the_request_s_day_counts() -> None:
    before = answer_deadline("SEPA_SCT", date(2019, 11, 15), "EUR")
    after = answer_deadline("SEPA_SCT", date(2019, 11, 18), "EUR")

    assert before.rule == "sepa-recall-answer-2017"
    assert before.length == "10 banking business days"
    assert after.rule == "sepa-recall-answer"
    assert after.length == "15 banking business days"


@pytest.mark.parametrize(
    ("rail", "currency", "settled", "still", "over"),
    [
        ("SEPA_SCT", "EUR", date(2026, 11, 13), date(2026, 11, 16), date(2026, 11, 17)),
        ("CBPR", "EUR", date(2026, 11, 12), date(2026, 11, 16), date(2026, 11, 17)),
        ("CBPR", "USD", date(2026, 11, 25), date(2026, 11, 30), date(2026, 12, 1)),
        ("CHAPS", "GBP", date(2026, 11, 16), date(2026, 11, 16), date(2026, 11, 17)),
        ("SEPA_INST", "EUR", date(2026, 11, 16), date(2026, 11, 15), date(2026, 11, 16)),
    ],
)
def test_execution_time_is_over_the_day_after_its_last(
    rail: Rail, currency: str, settled: date, still: date, over: date
) -> None:
    assert not execution_over(rail, settled, noon(still), currency)
    assert execution_over(rail, settled, noon(over), currency)


@given(st.sampled_from(RAILS), days)
def test_a_payment_settling_tomorrow_is_never_late(rail: Rail, day: date) -> None:
    assert not execution_over(rail, day + timedelta(days=1), noon(day), "EUR")
    assert execution_over(rail, day - timedelta(days=15), noon(day), "EUR")
    assert execution_window(rail, day, "EUR").last_day >= day


@pytest.mark.parametrize(
    ("moment", "rail", "day"),
    [
        (datetime(2026, 11, 16, 23, 30, tzinfo=UTC), "SEPA_SCT", date(2026, 11, 17)),
        (datetime(2026, 11, 16, 23, 30, tzinfo=UTC), "CHAPS", date(2026, 11, 16)),
        (datetime(2026, 7, 16, 23, 30, tzinfo=UTC), "CHAPS", date(2026, 7, 17)),  # summer time
        (datetime(2026, 11, 16, 3, 30, tzinfo=UTC), "FEDNOW", date(2026, 11, 15)),
        (datetime(2026, 11, 16, 23, 30, tzinfo=UTC), "CBPR", date(2026, 11, 16)),
        (datetime(2026, 11, 16, 23, 30, tzinfo=UTC), None, date(2026, 11, 16)),
    ],
)
def test_a_moment_has_the_rail_s_own_date(moment: datetime, rail: Rail | None, day: date) -> None:
    assert local_date(moment, rail) == day


def test_chasing_comes_after_today_and_follows_the_rail() -> None:
    assert chase_date("SEPA_SCT", date(2026, 11, 12), TODAY, "EUR") == date(2026, 12, 3)  # overdue at 15 days
    assert chase_date("CBPR", date(2026, 11, 12), TODAY, "EUR") == date(2026, 11, 19)
    assert chase_date("CBPR", date(2026, 11, 3), TODAY, "EUR") == date(2026, 11, 17)
    assert chase_date("SEPA_SCT", date(2026, 11, 12), TODAY, "EUR", "customer") == date(2026, 11, 17)


@given(st.sampled_from(RAILS), days, st.integers(0, 300))
def test_a_chase_is_never_in_the_past(rail: Rail, since: date, later: int) -> None:
    today = since + timedelta(days=later)

    assert chase_date(rail, since, today, "EUR") > today


def test_the_reimbursement_clock_starts_for_a_consumer_in_the_united_kingdom() -> None:
    clock = reimbursement_clock("FPS", "consumer", date(2026, 11, 9), TODAY)

    assert clock is not None
    assert clock.decide_by == date(2026, 11, 23)
    assert clock.cap == Money.of("85000", "GBP")
    assert clock.claim_until == date(2027, 12, 9)
    assert clock.longest > clock.decide_by


@pytest.mark.parametrize("segment", ["micro_enterprise", "Micro-Enterprise", "charity", "personal"])
def test_the_regime_knows_its_customers_by_several_names(segment: str) -> None:
    assert reimbursement_clock("CHAPS", segment, date(2026, 11, 9), TODAY) is not None


@pytest.mark.parametrize(
    ("rail", "segment", "paid"),
    [
        ("SEPA_INST", "consumer", date(2026, 11, 9)),
        ("FPS", "corporate", date(2026, 11, 9)),
        ("FPS", None, date(2026, 11, 9)),
        (None, "consumer", date(2026, 11, 9)),
        ("FPS", "consumer", date(2025, 10, 15)),  # 13 months and a day
        ("FPS", "consumer", date(2024, 10, 6)),  # before the regime
    ],
)
def test_the_regime_does_not_reach_further(rail: Rail | None, segment: str | None, paid: date) -> None:
    assert reimbursement_clock(rail, segment, paid, TODAY) is None


@pytest.mark.parametrize(
    ("amount", "currency", "above"),
    [
        ("9999.99", "EUR", False),
        ("10000.00", "EUR", True),
        ("8499.99", "GBP", False),
        ("8500", "GBP", True),
        ("11000", "USD", True),
        ("0.01", "JPY", True),
    ],
)
def test_the_limit_itself_needs_two_persons(amount: str, currency: str, above: bool) -> None:
    assert above_limit(Money.of(amount, currency)) is above


def test_a_bank_sets_its_own_limits() -> None:
    assert not above_limit(Money.of("10000", "EUR"), {"EUR": Decimal(50000)})
    assert above_limit(Money.of("1", "GBP"), {"EUR": Decimal(50000)})


def test_every_row_has_a_source_and_a_date() -> None:
    book = clocks()

    assert all(term.source and term.effective_from and term.id for term in book.terms)
    assert len({term.id for term in book.terms}) == len(book.terms)


def test_an_unknown_field_in_the_data_is_named(tmp_path: Path) -> None:
    path = tmp_path / "clocks.json"
    data = {"terms": [], "reimbursement": [], "approval_limits": {}, "tolerance": 3}
    path.write_text(json.dumps(data))

    with pytest.raises(ValidationError, match="tolerance"):
        read_clocks(path)
