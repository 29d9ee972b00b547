"""Compensation: the published sums come out, and no figure is taken from a claim."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tools.compensation import ClaimKind, compensation, day_count, exceeds, lower_of, simple_interest
from tools.errors import ToolError
from tools.payment import Money

AGREED = date(2026, 11, 10)
amounts = st.decimals("0.01", "999999999999.99", places=2)
rates = st.decimals("0", "25", places=4)


@pytest.mark.parametrize(
    ("amount", "currency", "rate", "kind", "fee", "interest", "total"),
    [
        ("3000000.00", "GBP", "3.72", "RQVA", "17.88", "305.75", "323.63"),
        ("10000000.00", "EUR", "1.65", "RQUF", "100.00", "458.33", "358.33"),
        ("3000000.00", "EUR", "2.15", "RQVA", None, "179.17", "179.17"),
    ],
)
def test_golden_sums(
    amount: str, currency: str, rate: str, kind: ClaimKind, fee: str, interest: str, total: str
) -> None:
    """The third is an example that circulates with 172.60, which no day count gives."""
    charged = Money.of(fee, currency) if fee else None

    result = compensation(
        Money.of(amount, currency),
        Decimal(rate),
        AGREED,
        AGREED + timedelta(days=1),
        kind,
        charged,
    )

    assert result.interest.text == interest
    assert result.total.text == total
    assert result.days == 1


def test_the_formula_can_be_read_aloud() -> None:
    result = compensation(
        Money.of("3000000", "GBP"), Decimal("3.72"), AGREED, date(2026, 11, 11), "RQVA", Money.of("17.88", "GBP")
    )

    assert result.formula == "3000000.00 x 3.72 % x 1 / 365 = 305.75 GBP; plus fee 17.88 = 323.63 GBP"


def test_a_fee_above_the_interest_leaves_nil() -> None:
    result = compensation(
        Money.of("5000", "EUR"), Decimal("2"), AGREED, date(2026, 11, 12), "RQUF", Money.of("100", "EUR")
    )

    assert result.interest.text == "0.56"
    assert result.total.text == "0.00"
    assert "higher than the interest" in result.formula


def test_weekends_count_as_calendar_days() -> None:
    result = compensation(Money.of("360000", "USD"), Decimal("1"), date(2026, 11, 13), date(2026, 11, 16), "RQVA")

    assert result.days == 3
    assert result.interest.text == "30.00"


@pytest.mark.parametrize("actual", [AGREED, AGREED - timedelta(days=2)])
def test_no_delay_gives_nothing_and_no_fee(actual: date) -> None:
    result = compensation(Money.of("5000", "EUR"), Decimal("2"), AGREED, actual, "RQVA", Money.of("100", "EUR"))

    assert result.total.text == "0.00"
    assert result.days == 0


def test_a_negative_rate_earns_nothing() -> None:
    result = compensation(Money.of("5000000", "EUR"), Decimal("-0.55"), AGREED, date(2026, 11, 12), "RQVA")

    assert result.total.text == "0.00"


def test_half_a_cent_goes_up_and_yen_have_no_decimals() -> None:
    assert simple_interest(Money.of("18", "EUR"), Decimal("10"), 1, 360).text == "0.01"  # exactly 0.005
    assert simple_interest(Money.of("10000000", "JPY"), Decimal("0.5"), 1, 360).text == "139"
    assert simple_interest(Money.of("3600", "BHD"), Decimal("1"), 1, 360).text == "0.100"


def test_a_fee_in_another_currency_is_refused() -> None:
    with pytest.raises(ToolError, match="USD"):
        compensation(Money.of("5000", "EUR"), Decimal("2"), AGREED, date(2026, 11, 12), "RQVA", Money.of("100", "USD"))


@pytest.mark.parametrize(
    ("currency", "basis"), [("EUR", 360), ("USD", 360), ("GBP", 365), ("AUD", 365), ("CHF", 360), ("XTS", 360)]
)
def test_every_currency_has_its_year(currency: str, basis: int) -> None:
    assert day_count(currency) == basis


def test_the_lower_of_claim_and_own_figure_is_paid() -> None:
    own = Money.of("323.63", "GBP")

    assert lower_of(Money.of("320.00", "GBP"), own).text == "320.00"
    assert lower_of(Money.of("400.00", "GBP"), own) == own
    assert lower_of(None, own) == own
    assert exceeds(Money.of("323.64", "GBP"), own)
    assert not exceeds(own, own)
    assert not exceeds(None, own)
    assert exceeds(Money.of("1.00", "EUR"), own)


@given(amounts, rates, st.integers(1, 400), st.sampled_from(["EUR", "GBP", "USD", "JPY", "KWD"]))
def test_interest_is_exact_to_half_a_minor_unit(amount: Decimal, rate: Decimal, days: int, currency: str) -> None:
    money = Money.of(amount, currency)

    result = compensation(money, rate, AGREED, AGREED + timedelta(days=days), "RQVA")

    exact = Decimal(amount) * rate * days / (100 * result.basis)
    half_unit = Money.from_minor(1, currency).amount / 2
    assert abs(result.interest.amount - exact) <= half_unit + Decimal("1e-12")
    assert result.interest.minor >= 0
    assert result.total == result.interest


@given(amounts, rates, st.integers(0, 400), amounts)
def test_a_fee_moves_the_total_one_way_only(amount: Decimal, rate: Decimal, days: int, fee: Decimal) -> None:
    money, charge = Money.of(amount, "EUR"), Money.of(fee, "EUR")
    until = AGREED + timedelta(days=days)

    delay = compensation(money, rate, AGREED, until, "RQVA", charge)
    use = compensation(money, rate, AGREED, until, "RQUF", charge)

    assert use.total <= use.interest <= delay.total
    assert use.total.amount >= 0
