"""The features: one definition of each, used in training, in batch and on line.

A feature is arithmetic over counted whole numbers (`tools.fraud.windows`) and the payment itself. It uses division,
sums and roots only, which IEEE 754 rounds alike everywhere: the same numbers give the same feature, to the last bit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from tools.fraud.windows import DAY, FLOW_WINDOWS, HOUR, NEW_WINDOWS, NONE, REPORT_WINDOWS, WINDOWS, Counted

FEATURE_SET = "amends-features-1"
"""Changes whenever a definition does: a model is refused by a program with another set."""

Floats: TypeAlias = npt.NDArray[np.float64]
Group = Literal["payment", "payer", "payee", "pair", "flow", "reports"]
Payment: TypeAlias = Mapping[str, Any]
"""Columns of the payments themselves, as arrays of one length."""
Vocabularies: TypeAlias = Mapping[str, tuple[str, ...]]
"""Which texts a column may hold, in the order of their numbers; others are unknown."""


@dataclass(frozen=True, slots=True)
class Feature:
    """One number about a payment, known at its moment."""

    name: str
    says: str
    """In an analyst's words."""
    group: Group
    window: str
    """Over what it is counted: "payment", "7d", "ever" …"""
    of: Callable[["Given"], Floats]


@dataclass(frozen=True, slots=True)
class Given:
    """What a feature is made of."""

    payment: Payment
    counted: Counted
    vocabularies: Vocabularies

    def number(self, name: str) -> Floats:
        return self.counted[name].astype(np.float64)

    @property
    def unit(self) -> Floats:
        return np.asarray(self.payment["minor_unit"], np.float64)

    @property
    def amount(self) -> Floats:
        return np.asarray(self.payment["amount"], np.float64) / self.unit

    def money(self, name: str) -> Floats:
        return self.number(name) / self.unit

    def since(self, name: str, unit: int = HOUR) -> Floats:
        """How long ago, in hours or days; NaN where it never happened."""
        then = self.counted[name]
        passed = (np.asarray(self.payment["at"], np.int64) - then).astype(np.float64) / float(unit)
        return np.where(then == NONE, np.nan, passed)

    def text(self, column: str) -> Floats:
        """The number of a text in its vocabulary; NaN for none, -1 for one that is not in it."""
        places = {text: float(place) for place, text in enumerate(self.vocabularies.get(column, ()))}
        return np.array(
            [np.nan if text is None else places.get(text, -1.0) for text in self.payment[column]], np.float64
        )


def ratio(over: Floats, under: Floats) -> Floats:
    """Divide; NaN where there is nothing to divide by."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(under > 0, over / under, np.nan)


def deviation(g: Given, side: str, window: str) -> Floats:
    """How many standard deviations the amount lies above the account's own, over whole units of the currency."""
    n, mean_minor = g.number(f"{side}.n{window}"), g.money(f"{side}.sum{window}")
    mean = ratio(mean_minor, n)
    spread = ratio(g.number(f"{side}.sq{window}"), n) - mean * mean
    return ratio(g.amount - mean, np.sqrt(np.maximum(spread, 1.0)))


def _time_of_day(g: Given) -> Floats:
    at = np.asarray(g.payment["at"], np.int64)
    return (at % DAY).astype(np.float64) / float(HOUR)


def _weekday(g: Given) -> Floats:
    return ((np.asarray(g.payment["at"], np.int64) // DAY + 3) % 7).astype(np.float64)


def _roundness(g: Given) -> Floats:
    """How round: 0 for odd amounts, 1 for whole units, 2 for tens, 3 for hundreds, 4 for thousands."""
    minor = np.asarray(g.payment["amount"], np.int64)
    unit = np.asarray(g.payment["minor_unit"], np.float64).astype(np.int64)
    steps = [(minor > 0) & (minor % (unit * ten) == 0) for ten in (1, 10, 100, 1000)]
    said: Floats = np.sum(steps, axis=0).astype(np.float64)
    return said


def _known(name: str) -> Callable[[Given], Floats]:
    return lambda g: np.where(g.counted[name] == NONE, np.nan, 1.0 - g.number(name))


def _column(name: str) -> Callable[[Given], Floats]:
    return lambda g: np.asarray(g.payment[name], np.float64)


def _age(name: str) -> Callable[[Given], Floats]:
    def days(g: Given) -> Floats:
        opened = np.asarray(g.payment[name], np.float64)
        return (np.asarray(g.payment["at"], np.float64) - opened) / float(DAY)

    return days


def _abroad(g: Given) -> Floats:
    pairs = zip(g.payment["debtor_country"], g.payment["creditor_country"], strict=True)
    return np.array([np.nan if a is None or b is None else float(a != b) for a, b in pairs], np.float64)


def _of_payment() -> list[Feature]:
    def f(name: str, says: str, of: Callable[[Given], Floats]) -> Feature:
        return Feature(name, says, "payment", "payment", of)

    return [
        f("amount", "the amount", lambda g: g.amount),
        f("round_amount", "how round the amount is", _roundness),
        f("time_of_day", "the time of day", _time_of_day),
        f("weekday", "the day of the week", _weekday),
        f("night", "it was made at night", lambda g: (_time_of_day(g) <= 6.0).astype(np.float64)),
        f("weekend", "it was made at a weekend", lambda g: (_weekday(g) >= 5.0).astype(np.float64)),
        f("channel", "the channel", lambda g: g.text("channel")),
        f("purpose", "the purpose", lambda g: g.text("purpose")),
        f("abroad", "it goes to another country", _abroad),
        f("name_match", "how well the payee's name matches the account", _column("name_match")),
        f("new_device", "a device that the payer had not used before", _known("device.known")),
        f("new_country", "a country that the payer had not paid to before", _known("country.known")),
        f("payer_opened_days", "the age of the payer's account", _age("debtor_opened")),
        f("payee_opened_days", "the age of the payee's account", _age("creditor_opened")),
    ]


_WHO = {"debtor": ("payer", "payments by the payer"), "creditor": ("payee", "payments to the payee")}
_NEW = {"debtor": "payees that the payer had not paid before", "creditor": "payers new to the payee"}


def _of_side(side: str, group: Group) -> list[Feature]:
    who, payments = _WHO[side]
    found: list[Feature] = []

    def f(name: str, says: str, window: str, of: Callable[[Given], Floats]) -> None:
        found.append(Feature(f"{who}_{name}", says, group, window, of))

    for w in (w.name for w in WINDOWS):
        f(f"count_{w}", f"{payments} in {w}", w, lambda g, w=w: g.number(f"{side}.n.{w}"))  # type: ignore[misc]
        f(f"sum_{w}", f"the sum of {payments} in {w}", w, lambda g, w=w: g.money(f"{side}.sum.{w}"))  # type: ignore[misc]
        f(
            f"mean_{w}",
            f"the mean of {payments} in {w}",
            w,
            lambda g, w=w: ratio(g.money(f"{side}.sum.{w}"), g.number(f"{side}.n.{w}")),  # type: ignore[misc]
        )
    for w in (w.name for w in NEW_WINDOWS):
        f(f"new_{w}", f"{_NEW[side]}, in {w}", w, lambda g, w=w: g.number(f"{side}.new.{w}"))  # type: ignore[misc]
    f("others", f"different {'payees of the payer' if side == 'debtor' else 'payers of the payee'}", "ever",
      lambda g: g.number(f"{side}.others"))  # fmt: skip
    f("new_share_7d", f"the share of {_NEW[side]}, in 7d", "7d",
      lambda g: ratio(g.number(f"{side}.new.7d"), g.number(f"{side}.n.7d")))  # fmt: skip
    f("amount_to_mean", f"the amount against the mean of {payments}", "ever",
      lambda g: ratio(g.amount, ratio(g.money(f"{side}.sum"), g.number(f"{side}.n"))))  # fmt: skip
    f("amount_to_mean_30d", f"the amount against the mean of {payments} in 30d", "30d",
      lambda g: ratio(g.amount, ratio(g.money(f"{side}.sum.30d"), g.number(f"{side}.n.30d"))))  # fmt: skip
    f("amount_to_max", f"the amount against the largest of {payments}", "ever",
      lambda g: ratio(g.amount, g.number(f"{side}.max")))  # fmt: skip
    f("deviation", f"how unusual the amount is among {payments}", "ever", lambda g: deviation(g, side, ""))
    f(
        "deviation_30d",
        f"how unusual the amount is among {payments} in 30d",
        "30d",
        lambda g: deviation(g, side, ".30d"),
    )
    f("burst", f"{payments} in 24h against the daily mean of 30d", "30d",
      lambda g: ratio(g.number(f"{side}.n.24h") * 30.0, g.number(f"{side}.n.30d")))  # fmt: skip
    f("mean_shift", f"the mean of {payments} in 7d against all before", "7d",
      lambda g: ratio(ratio(g.money(f"{side}.sum.7d"), g.number(f"{side}.n.7d")),
                      ratio(g.money(f"{side}.sum"), g.number(f"{side}.n"))))  # fmt: skip
    f("hours_since", f"hours since the last of {payments}", "ever", lambda g: g.since(f"{side}.last"))
    f("seen_days", f"days since the first of {payments}", "ever", lambda g: g.since(f"{side}.first", DAY))
    return found


def _of_pair() -> list[Feature]:
    def f(name: str, says: str, window: str, of: Callable[[Given], Floats]) -> Feature:
        return Feature(f"pair_{name}", says, "pair", window, of)

    return [
        f("first", "the first payment to this payee", "ever", lambda g: (g.counted["pair.n"] == 0).astype(np.float64)),
        f("count", "earlier payments to this payee", "ever", lambda g: g.number("pair.n")),
        f("count_30d", "payments to this payee in 30d", "30d", lambda g: g.number("pair.n.30d")),
        f("hours_since", "hours since the last payment to this payee", "ever", lambda g: g.since("pair.last")),
        f("amount_to_mean", "the amount against the mean to this payee in 30d", "30d",
          lambda g: ratio(g.amount, ratio(g.money("pair.sum.30d"), g.number("pair.n.30d")))),
    ]  # fmt: skip


def _of_flow() -> list[Feature]:
    found: list[Feature] = []

    def f(name: str, says: str, window: str, of: Callable[[Given], Floats]) -> None:
        found.append(Feature(name, says, "flow", window, of))

    for w in (w.name for w in FLOW_WINDOWS):
        f(f"payer_inflow_{w}", f"money into the payer's account in {w}", w, lambda g, w=w: g.money(f"inflow.sum.{w}"))  # type: ignore[misc]
        f(f"payer_passes_on_{w}", f"the amount as a share of what came in within {w}", w,
          lambda g, w=w: ratio(g.amount, g.money(f"inflow.sum.{w}")))  # type: ignore[misc]  # fmt: skip
        f(f"payee_passed_on_{w}", f"the share of its incoming money that the payee paid on in {w}", w,
          lambda g, w=w: ratio(g.money(f"outflow.sum.{w}"), g.money(f"creditor.sum.{w}")))  # type: ignore[misc]  # fmt: skip
    f("payer_hours_since_inflow", "hours since the payer last received money", "ever", lambda g: g.since("inflow.last"))
    f("payee_hours_since_outflow", "hours since the payee last paid on", "ever", lambda g: g.since("outflow.last"))
    return found


def _of_reports() -> list[Feature]:
    found: list[Feature] = []

    def f(name: str, says: str, window: str, of: Callable[[Given], Floats]) -> None:
        found.append(Feature(name, says, "reports", window, of))

    for side in ("debtor", "creditor"):
        who, payments = _WHO[side]
        for w in (w.name for w in REPORT_WINDOWS):
            f(f"{who}_fraud_{w}", f"frauds reported in {w} among {payments}", w,
              lambda g, s=side, w=w: g.number(f"{s}.fraud.{w}"))  # type: ignore[misc]  # fmt: skip
            f(f"{who}_fraud_rate_{w}", f"the rate of reported fraud in {w} among {payments}", w,
              lambda g, s=side, w=w: ratio(g.number(f"{s}.fraud.{w}"), g.number(f"{s}.ripe.{w}")))  # type: ignore[misc]  # fmt: skip
        f(f"{who}_fraud", f"frauds ever reported among {payments}", "ever", lambda g, s=side: g.number(f"{s}.fraud"))  # type: ignore[misc]
        f(f"{who}_days_since_fraud", f"days since the last fraud report among {payments}", "ever",
          lambda g, s=side: g.since(f"{s}.fraud_last", DAY))  # type: ignore[misc]  # fmt: skip
    f("payee_recalls_90d", "recalls of payments to the payee in 90d", "90d", lambda g: g.number("creditor.recall"))
    f("payee_returns_90d", "returns of payments to the payee in 90d", "90d", lambda g: g.number("creditor.return"))
    return found


FEATURES: tuple[Feature, ...] = (
    *_of_payment(),
    *_of_side("debtor", "payer"),
    *_of_side("creditor", "payee"),
    *_of_pair(),
    *_of_flow(),
    *_of_reports(),
)
NAMES = tuple(feature.name for feature in FEATURES)
BY_NAME = {feature.name: feature for feature in FEATURES}


def features(given: Given, names: tuple[str, ...] = NAMES) -> Floats:
    """Return one row a payment, one column a feature."""
    matrix = np.empty((len(given.payment["amount"]), len(names)), np.float64)
    for place, name in enumerate(names):
        matrix[:, place] = BY_NAME[name].of(given)
    return matrix
