"""Counting in batch: the whole numbers of every payment of a table, from sorted arrays and two look-ups a window."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from tools.fraud.windows import (
    COUNTED_MAX,
    DAY,
    FLOW_WINDOWS,
    HOUR,
    NEW_WINDOWS,
    NONE,
    REPORT_WINDOWS,
    SINCE_REPORTS_DAYS,
    W30D,
    WINDOWS,
    Counted,
    Ints,
    major,
)

if TYPE_CHECKING:
    import polars as pl

_MAX_BITS = 21
"""Room for MAJOR_MAX below the account's code."""


class Events:
    """Events of accounts in order of time; answers, for many accounts and moments at once, what lay before."""

    def __init__(self, keys: Ints, times: Ints, **values: Ints) -> None:
        """`times` ascend; a key of -1 belongs to nobody."""
        order = np.argsort(keys, kind="stable")
        self._size = len(keys) + 1
        self._all_times = times
        self._codes = keys[order] * self._size + order
        self.times = times[order]
        self._keys = keys[order]
        self._sums = {name: np.concatenate(([0], np.cumsum(v[order]))) for name, v in values.items()}
        self._values = {name: v[order] for name, v in values.items()}

    def place(self, keys: Ints, moments: Ints) -> Ints:
        """Return how many sorted events stand before the moment in the account's row of events, and all rows before."""
        ranks = np.searchsorted(self._all_times, moments, "left")
        return np.searchsorted(self._codes, keys * self._size + ranks, "left")

    def start(self, keys: Ints) -> Ints:
        return np.searchsorted(self._codes, keys * self._size, "left")

    def between(self, name: str, low: Ints, high: Ints) -> Ints:
        # Sums may wrap around 64 bits; their difference does not.
        sums = self._sums[name]
        return sums[high] - sums[low]

    def time_before(self, low: Ints, high: Ints) -> Ints:
        """Return the time of the last event before `high`, NONE where there is none after `low`."""
        if not len(self.times):
            return np.full(len(high), NONE)
        return np.where(high > low, self.times[np.maximum(high - 1, 0)], NONE)

    def first_time(self, low: Ints, high: Ints) -> Ints:
        if not len(self.times):
            return np.full(len(high), NONE)
        return np.where(high > low, self.times[np.minimum(low, len(self.times) - 1)], NONE)

    def running_max(self, name: str, low: Ints, high: Ints) -> Ints:
        """Return the largest value from the account's first event to `high`; 0 where there is none."""
        if not len(self.times):
            return np.zeros(len(high), np.int64)
        lifted = np.maximum.accumulate((self._keys << _MAX_BITS) + self._values[name])
        largest = lifted - (self._keys << _MAX_BITS)
        return np.where(high > low, largest[np.maximum(high - 1, 0)], 0)


@dataclass(frozen=True, slots=True)
class Codes:
    """Accounts of a table as numbers; an account in two currencies is two, for their sums cannot be added."""

    debtor: Ints
    creditor: Ints
    pair: Ints
    device: Ints
    country: Ints


def codes_of(frame: "pl.DataFrame") -> Codes:
    import polars as pl

    debtor, creditor = (pl.col(f"{p}_account") + "\x1f" + pl.col("currency") for p in ("debtor", "creditor"))
    both = pl.concat([frame.select(debtor.alias("k")), frame.select(creditor.alias("k"))]).to_series()
    numbers = both.rank("dense").cast(pl.Int64).to_numpy()
    d, c = numbers[: frame.height], numbers[frame.height :]
    return Codes(
        debtor=d,
        creditor=c,
        pair=_dense(d * (int(numbers.max()) + 1) + c),
        device=_with(d, frame["device"]),
        country=_with(d, frame["creditor_country"]),
    )


def _dense(values: Ints) -> Ints:
    return np.unique(values, return_inverse=True)[1].astype(np.int64)


def _with(keys: Ints, texts: "pl.Series") -> Ints:
    """Return the code of key and text together, -1 where there is no text."""
    ranks = texts.rank("dense").cast(int).fill_null(0).to_numpy()
    both = _dense(keys * (int(ranks.max(initial=0)) + 1) + ranks)
    return np.where(ranks > 0, both, NONE)


class History:
    """A table of payments, ready to count what lay before any of them."""

    def __init__(self, frame: "pl.DataFrame", delay_days: int) -> None:
        """`delay_days`: after how long a label is known that bears no time of its own."""
        self.delay = delay_days * DAY
        self._codes = codes_of(frame)
        self._at: Ints = frame["at"].to_numpy().astype(np.int64)
        amount: Ints = frame["amount"].to_numpy().astype(np.int64)
        whole = major(amount, frame["minor_unit"].to_numpy().astype(np.int64))
        values = {"n": np.ones_like(amount), "sum": amount, "sq": whole * whole, "max": whole}
        self._paid_by = Events(self._codes.debtor, self._at, **values)
        self._paid_to = Events(self._codes.creditor, self._at, **values)
        self._pairs = Events(self._codes.pair, self._at, n=values["n"], sum=amount)
        self._firsts()
        self._marks(frame)

    def _firsts(self) -> None:
        codes = self._codes
        _, first = np.unique(codes.pair, return_index=True)
        first = np.sort(first)  # by position, and so by time
        one = np.ones(len(first), np.int64)
        self._new_of_debtor = Events(codes.debtor[first], self._at[first], n=one)
        self._new_of_creditor = Events(codes.creditor[first], self._at[first], n=one)
        self._devices, self._countries = (Events(keys, self._at) for keys in (codes.device, codes.country))

    def _marks(self, frame: "pl.DataFrame") -> None:
        """Reports of fraud, recalls and returns, each in the order in which they became known."""
        label = frame["label"].fill_null(0).to_numpy() == 1
        reported = frame["reported_at"].fill_null(NONE).to_numpy().astype(np.int64)
        known = np.where(reported != NONE, reported, self._at + self.delay)
        self._fraud_of_debtor = self._known(label, known, self._codes.debtor)
        self._fraud_of_creditor = self._known(label, known, self._codes.creditor)
        times = {
            kind: frame[f"{kind}ed_at"].fill_null(NONE).to_numpy().astype(np.int64) for kind in ("recall", "return")
        }
        self._backs = {kind: self._known(at != NONE, at, self._codes.creditor) for kind, at in times.items()}

    def _known(self, which: "np.typing.NDArray[np.bool_]", at: Ints, keys: Ints) -> Events:
        places = np.flatnonzero(which)
        places = places[np.argsort(at[places], kind="stable")]
        return Events(keys[places], at[places], n=np.ones(len(places), np.int64))

    def count(self, rows: Ints) -> Counted:
        """Return every quantity for the payments at these places of the table."""
        at = self._at[rows]
        debtor, creditor, pair = self._codes.debtor[rows], self._codes.creditor[rows], self._codes.pair[rows]
        counted: Counted = {}
        self._side(counted, "debtor", self._paid_by, debtor, at)
        self._side(counted, "creditor", self._paid_to, creditor, at)
        self._flow(counted, "inflow", self._paid_to, debtor, at)
        self._flow(counted, "outflow", self._paid_by, creditor, at)
        self._pair(counted, pair, at)
        self._new(counted, "debtor", self._new_of_debtor, debtor, at)
        self._new(counted, "creditor", self._new_of_creditor, creditor, at)
        for name, seen, keys in (
            ("device", self._devices, self._codes.device[rows]),
            ("country", self._countries, self._codes.country[rows]),
        ):
            known = seen.place(keys, at) > seen.start(keys)
            counted[f"{name}.known"] = np.where(keys == NONE, NONE, known.astype(np.int64))
        self._reports(counted, "debtor", self._fraud_of_debtor, self._paid_by, debtor, at)
        self._reports(counted, "creditor", self._fraud_of_creditor, self._paid_to, creditor, at)
        since = at // DAY * DAY - SINCE_REPORTS_DAYS * DAY
        for kind, events in self._backs.items():
            low, high = events.place(creditor, since), events.place(creditor, at // HOUR * HOUR)
            counted[f"creditor.{kind}"] = events.between("n", low, high)
        return counted

    def _side(self, counted: Counted, side: str, events: Events, keys: Ints, at: Ints) -> None:
        start, here = events.start(keys), events.place(keys, at)
        for window in WINDOWS:
            low = events.place(keys, window.begins(at))
            for what in ("n", "sum"):
                counted[f"{side}.{what}.{window.name}"] = events.between(what, low, here)
            if window is W30D:
                counted[f"{side}.sq.30d"] = events.between("sq", low, here)
        for what in ("n", "sum", "sq"):
            counted[f"{side}.{what}"] = events.between(what, start, here)
        counted[f"{side}.max"] = events.running_max("max", start, here)
        counted[f"{side}.first"] = events.first_time(start, here)
        counted[f"{side}.last"] = events.time_before(start, here)

    def _flow(self, counted: Counted, side: str, events: Events, keys: Ints, at: Ints) -> None:
        start, here = events.start(keys), events.place(keys, at)
        for window in FLOW_WINDOWS:
            low = events.place(keys, window.begins(at))
            for what in ("n", "sum"):
                counted[f"{side}.{what}.{window.name}"] = events.between(what, low, here)
        counted[f"{side}.last"] = events.time_before(start, here)

    def _pair(self, counted: Counted, keys: Ints, at: Ints) -> None:
        start, here = self._pairs.start(keys), self._pairs.place(keys, at)
        low = self._pairs.place(keys, W30D.begins(at))
        counted["pair.n"] = np.minimum(here - start, COUNTED_MAX)
        counted["pair.n.30d"] = self._pairs.between("n", low, here)
        counted["pair.sum.30d"] = self._pairs.between("sum", low, here)
        counted["pair.last"] = self._pairs.time_before(start, here)

    def _new(self, counted: Counted, side: str, events: Events, keys: Ints, at: Ints) -> None:
        start, here = events.start(keys), events.place(keys, at)
        for window in NEW_WINDOWS:
            low = events.place(keys, window.begins(at))
            counted[f"{side}.new.{window.name}"] = np.minimum(here - low, COUNTED_MAX)
        counted[f"{side}.others"] = np.minimum(here - start, COUNTED_MAX)

    def _reports(self, counted: Counted, side: str, fraud: Events, paid: Events, keys: Ints, at: Ints) -> None:
        """Fraud reported in a window, and the payments whose labels ripened in it: together a rate."""
        hour = at // HOUR * HOUR
        here, ripe = fraud.place(keys, hour), paid.place(keys, hour - self.delay)
        for window in REPORT_WINDOWS:
            begins = window.begins(at)
            counted[f"{side}.fraud.{window.name}"] = here - fraud.place(keys, begins)
            counted[f"{side}.ripe.{window.name}"] = ripe - paid.place(keys, begins - self.delay)
        start = fraud.start(keys)
        counted[f"{side}.fraud"] = here - start
        counted[f"{side}.fraud_last"] = fraud.time_before(start, here)
