"""Features: one definition, blind to the future, the same in a table of any size."""

from typing import Any

import numpy as np
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from tools.fraud.batch import table_features, vocabularies_of
from tools.fraud.catalogue import PAGE, placed
from tools.fraud.features import FEATURES, NAMES
from tools.fraud.history import History
from tools.fraud.mapping import Mapping
from tools.fraud.table import table_of
from tools.fraud.windows import QUANTITIES

_DAY, _HOUR = 86_400, 3600


def payments(rows: list[dict[str, Any]]) -> pl.DataFrame:
    """A table of rows whose `at` is in seconds since a Monday."""
    start = 1_767_571_200
    said = [
        {
            "uetr": str(n),
            "currency": "EUR",
            "label": "0",
            "debtor_account": "a",
            "creditor_account": "b",
            "amount": "10",
        }
        | {k: None if v is None else str(v) for k, v in row.items()}
        for n, row in enumerate(rows)
    ]
    columns = sorted({column for row in said for column in row})
    raw = pl.DataFrame([{c: row.get(c) for c in columns} for row in said], schema=dict.fromkeys(columns, pl.String))
    mapping = Mapping.model_validate({"time": {"unit": "seconds", "start": "2026-01-05T00:00:00Z"}})
    assert start
    return table_of(raw, mapping).frame


def of_last(frame: pl.DataFrame, *names: str, delay: int = 7) -> list[float]:
    x = table_features(frame, np.array([frame.height - 1]), vocabularies_of(frame), delay)
    return [float(x[0, NAMES.index(name)]) for name in names]


def test_counts_and_sums_look_back_over_their_windows() -> None:
    frame = payments([
        {"at": 0, "amount": 40},
        {"at": 9 * _DAY, "amount": 20},
        {"at": 9 * _DAY + 20 * _HOUR, "creditor_account": "c", "amount": 5},
        {"at": 10 * _DAY + 12 * _HOUR, "amount": 30},
    ])  # fmt: skip

    said = of_last(
        frame, "payer_count_24h", "payer_sum_7d", "payer_count_30d", "payee_count_7d", "pair_count", "payer_others"
    )

    assert said == [1, 25, 3, 1, 2, 2]


def test_a_first_payment_is_first_and_money_that_came_in_is_passed_on() -> None:
    frame = payments([
        {"at": 0, "debtor_account": "victim", "creditor_account": "mule", "amount": 1000},
        {"at": 2 * _HOUR, "debtor_account": "mule", "creditor_account": "next", "amount": 900},
    ])  # fmt: skip

    first, passed_on, hours = of_last(frame, "pair_first", "payer_passes_on_24h", "payer_hours_since_inflow")

    assert (first, passed_on, hours) == (1, 0.9, 2)


def test_a_fraud_counts_from_its_report_on_and_not_before() -> None:
    rows = [{"at": 0, "debtor_account": "x", "label": 1}, {"at": 6 * _DAY}]
    later = [{"at": 0, "debtor_account": "x", "label": 1}, {"at": 8 * _DAY}]

    assert of_last(payments(rows), "payee_fraud", "payee_fraud_7d") == [0, 0]
    assert of_last(payments(later), "payee_fraud", "payee_fraud_7d", "payee_fraud_rate_7d") == [1, 1, 1]


def test_a_report_with_a_time_of_its_own_counts_from_then() -> None:
    rows = [{"at": 0, "debtor_account": "x", "label": 1, "reported_at": "2026-01-20T00:00:00Z"}, {"at": 8 * _DAY}]
    later = [*rows[:1], {"at": 16 * _DAY}]

    assert of_last(payments(rows), "payee_fraud") == [0]
    assert of_last(payments(later), "payee_fraud") == [1]


def test_accounts_in_two_currencies_are_counted_apart() -> None:
    frame = payments([{"at": 0, "currency": "JPY"}, {"at": _HOUR}])

    assert of_last(frame, "payer_count_24h", "pair_first") == [0, 1]


def test_payments_of_one_moment_do_not_see_each_other() -> None:
    frame = payments([{"at": 5}, {"at": 5}, {"at": 5}])

    x = table_features(frame, np.arange(3), {}, 7)

    assert x[:, NAMES.index("payer_count_1h")].tolist() == [0, 0, 0]
    assert x[:, NAMES.index("pair_first")].tolist() == [1, 1, 1]


def test_every_quantity_is_counted_and_every_feature_has_one_name_and_words() -> None:
    counted = History(payments([{"at": 0}]), 7).count(np.array([0]))

    assert set(counted) == set(QUANTITIES)
    assert len(set(NAMES)) == len(FEATURES)
    assert all(feature.says and feature.window for feature in FEATURES)


_ACCOUNTS = st.sampled_from("abcd")
_ROW = st.fixed_dictionaries(
    {
        "at": st.integers(0, 40 * _DAY),
        "debtor_account": _ACCOUNTS,
        "creditor_account": _ACCOUNTS,
        "amount": st.integers(0, 10_000),
        "label": st.sampled_from([0, 0, 1]),
        "device": st.sampled_from([None, "x", "y"]),
        "creditor_country": st.sampled_from([None, "DE", "FR"]),
        "channel": st.sampled_from(["mobile", "branch"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(_ROW, min_size=2, max_size=30), st.randoms(use_true_random=False))
def test_whatever_happens_afterwards_changes_no_feature(rows: list[dict[str, Any]], random: Any) -> None:
    """The leakage test: everything after a moment is shuffled, repriced, relabelled, and half of it forgotten."""
    rows = [row | {"uetr": f"u{n}"} for n, row in enumerate(sorted(rows, key=lambda r: r["at"]))]
    cut = random.choice(rows)["at"]
    before, after = [r for r in rows if r["at"] <= cut], [r for r in rows if r["at"] > cut]
    other = [
        r
        | {
            "amount": 9999,
            "label": 1,
            "debtor_account": random.choice("abcd"),
            "creditor_account": random.choice("abcd"),
        }
        for r in after
        if random.random() < 0.5
    ]

    one, two = payments(before + after), payments(before + other)

    words = {"channel": ("mobile", "branch"), "purpose": ()}
    places = np.arange(len(before))
    assert np.array_equal(table_features(one, places, words, 7), table_features(two, places, words, 7), equal_nan=True)


@settings(max_examples=40, deadline=None)
@given(st.lists(_ROW, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_the_order_of_the_rows_in_the_file_does_not_matter(rows: list[dict[str, Any]], random: Any) -> None:
    rows = [row | {"uetr": f"u{n}"} for n, row in enumerate(rows)]
    shuffled = list(rows)
    random.shuffle(shuffled)

    one, two = payments(rows), payments(shuffled)

    places = np.arange(len(rows))
    assert np.array_equal(table_features(one, places, {}, 7), table_features(two, places, {}, 7), equal_nan=True)


def test_the_catalogue_in_the_docs_is_the_one_of_the_code() -> None:
    """`python -m tools.fraud.catalogue` writes it anew."""
    page = PAGE.read_text(encoding="utf-8")

    assert placed(page) == page
