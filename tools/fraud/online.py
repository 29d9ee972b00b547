"""Counting on line: the whole numbers of one payment, from a store's hourly and daily sums and a few rows.

What it counts equals what `tools.fraud.history` counts in batch, number by number: tests hold it to that.
"""

from bisect import bisect_left
from typing import Any, Protocol

import numpy as np
from sqlalchemy import BigInteger, ColumnElement, Text, bindparam, func, select

from tools.bank.flow_tables import DAYS, HOURS, IN, OUT, flow_buckets, flow_firsts, flow_marks, flow_pairs, flows
from tools.bank.query import Query, Row
from tools.fraud.windows import (
    COUNTED_MAX,
    DAY,
    FLOW_WINDOWS,
    HOUR,
    MAJOR_MAX,
    NEW_WINDOWS,
    NONE,
    REPORT_WINDOWS,
    SINCE_REPORTS_DAYS,
    W30D,
    WINDOWS,
    Counted,
)

_REPORTS_MAX = 100_000
_a, _c, _o = (bindparam(name, type_=Text) for name in ("account", "currency", "other"))
_low, _high = (bindparam(name, type_=BigInteger) for name in ("low", "high"))
_b, _f = flow_buckets.c, flows.c
_FIRST_MOMENT = -(2**60)


class Reads(Protocol):
    """What is asked of the records: rows of a prepared read."""

    def rows(self, query: Query, parameters: dict[str, Any]) -> list[Row]: ...


def _sums(grain: int) -> dict[int, Query]:
    """Per side: start, n, total, squares and largest of an account's buckets within two moments."""
    return {
        side: Query(
            select(_b.start, _b.n, _b.total, _b.squares, _b.largest)
            .where(_b.account == _a, _b.currency == _c, _b.side == side, _b.grain == grain)
            .where(_b.start >= _low, _b.start < _high)
        )
        for side in (OUT, IN)
    }  # fmt: skip


_HOUR_SUMS, _DAY_SUMS = _sums(HOURS), _sums(DAYS)
_OWN = {OUT: _f.debtor, IN: _f.creditor}
_ROWS = {
    side: Query(
        select(_f.at, _f.amount_minor, _f.creditor).where(
            own == _a, _f.currency == _c, _f.at >= _low, _f.at < _high
        )
    )
    for side, own in _OWN.items()
}  # fmt: skip
_LAST = {
    side: Query(
        select(_f.at).where(own == _a, _f.currency == _c, _f.at < _high).order_by(_f.at.desc()).limit(1)
    )
    for side, own in _OWN.items()
}  # fmt: skip
_EARLIEST = {
    side: Query(select(_f.at).where(own == _a, _f.currency == _c).order_by(_f.at).limit(1))
    for side, own in _OWN.items()
}
_q = flow_pairs.c
_hours = (
    select(_q.start, _q.n, _q.total, _q.last_at)
    .where(_q.debtor == _a, _q.creditor == _o, _q.currency == _c, _q.start < _high)
    .order_by(_q.start.desc())
    .limit(COUNTED_MAX)
    .subquery()
)
_within = _hours.c.start >= _low
_PAIR = Query(
    select(
        func.sum(_hours.c.n),
        func.sum(_hours.c.n).filter(_within),
        func.sum(_hours.c.total).filter(_within),
        func.max(_hours.c.last_at),
    )
)
"""Of the latest hours in which there was a payment: as many as are counted at most, which is more than thirty days."""
_p = flow_firsts.c
_new = (_p.currency == _c, _p.kind == "pair", _p.first_at < _high)


def _first_payments(own: ColumnElement[str]) -> Query:
    """How many of an account's latest first payments there are, and how many since three moments."""
    latest = select(_p.first_at).where(own == _a, *_new).order_by(_p.first_at.desc()).limit(COUNTED_MAX).subquery()
    since = [func.count().filter(latest.c.first_at >= bindparam(w.name, type_=BigInteger)) for w in NEW_WINDOWS]
    return Query(select(func.count(), *since).select_from(latest))


_NEW = {OUT: _first_payments(_p.debtor), IN: _first_payments(_p.value)}
_KNOWN = {
    kind: Query(
        select(_p.first_at).where(_p.debtor == _a, _p.currency == _c, _p.kind == kind, _p.value == _o).limit(1)
    )
    for kind in ("device", "country")
}  # fmt: skip
_m = flow_marks.c
_MARKS = {
    (side, kind): Query(
        select(_m.known_at)
        .where(own == _a, _m.currency == _c, _m.kind == kind, _m.known_at < _high)
        .order_by(_m.known_at)
        .limit(_REPORTS_MAX)
    )
    for side, own in ((OUT, _m.debtor), (IN, _m.creditor))
    for kind in ("fraud", "recall", "return")
}


class Moment:
    """One payment to be counted for: its accounts, its time, and how long labels take to ripen."""

    def __init__(self, reads: Reads, debtor: str, creditor: str, currency: str, at: int, unit: int, delay: int) -> None:
        self._reads = reads
        self._debtor, self._creditor, self._currency, self._at = debtor, creditor, currency, at
        self._unit, self._delay = unit, delay
        self._hour, self._day = at // HOUR * HOUR, at // DAY * DAY
        self._running: dict[tuple[str, int], list[Row]] = {}
        self.counted: dict[str, int] = {}

    def count(self, device: str | None, country: str | None) -> Counted:
        """Return every quantity, each as an array of one."""
        self._side("debtor", self._debtor, OUT)
        self._side("creditor", self._creditor, IN)
        self._flow("inflow", self._debtor, IN)
        self._flow("outflow", self._creditor, OUT)
        self._pair()
        for side, name, account in ((OUT, "debtor", self._debtor), (IN, "creditor", self._creditor)):
            self._new(name, account, side)
            self._reports(name, account, side)
        for kind, value in (("device", device), ("country", country)):
            self.counted[f"{kind}.known"] = NONE if value is None else self._seen(kind, value)
        since = self._day - SINCE_REPORTS_DAYS * DAY
        for kind in ("recall", "return"):
            known = self._known(self._creditor, IN, kind)
            self.counted[f"creditor.{kind}"] = len(known) - bisect_left(known, since)
        return {name: np.array([value], np.int64) for name, value in self.counted.items()}

    def _ask(self, query: Query, account: str, **more: Any) -> list[Row]:
        return self._reads.rows(query, {"account": account, "currency": self._currency, **more})

    def _side(self, name: str, account: str, side: int) -> None:
        days = self._ask(_DAY_SUMS[side], account, low=_FIRST_MOMENT, high=self._day)
        # Ripening windows end in the hour that lies the delay back; the buckets of that day are needed as well.
        hours = self._ask(_HOUR_SUMS[side], account, low=min(self._day, self._hour - DAY), high=self._hour)
        rows = self._now(account, side)
        today = [b for b in hours if b[0] >= self._day]
        for window in WINDOWS:
            begins = window.begins(self._at)
            parts = [hours] if window.grain == HOUR else [days, today]
            n, total, squares, _ = _added([b for part in parts for b in part if b[0] >= begins] + rows)
            self.counted[f"{name}.n.{window.name}"], self.counted[f"{name}.sum.{window.name}"] = n, total
            if window is W30D:
                self.counted[f"{name}.sq.30d"] = squares
        whole = _added([*days, *today, *rows])
        for what, value in zip(("n", "sum", "sq", "max"), whole, strict=True):
            self.counted[f"{name}.{what}"] = value
        self.counted[f"{name}.first"] = NONE if whole[0] == 0 else self._one(_EARLIEST[side], account)
        self.counted[f"{name}.last"] = NONE if whole[0] == 0 else self._one(_LAST[side], account, high=self._at)
        self._ripe(name, account, side, days, hours)

    def _ripe(self, name: str, account: str, side: int, days: list[Row], hours: list[Row]) -> None:
        """Payments whose labels ripened in each window: whole days, and whole hours of the day they end in."""
        end, end_day = self._hour - self._delay, self._day - self._delay
        last = hours if self._delay == 0 else self._ask(_HOUR_SUMS[side], account, low=end_day, high=end)
        part = sum(b[1] for b in last if end_day <= b[0] < end)
        for window in REPORT_WINDOWS:
            begins = window.begins(self._at) - self._delay
            self.counted[f"{name}.ripe.{window.name}"] = part + sum(b[1] for b in days if begins <= b[0] < end_day)

    def _now(self, account: str, side: int) -> list[Row]:
        """The payments of the running hour, as buckets of one."""
        found = []
        for at, minor, _ in self._rows(account, side):
            whole = min(minor // self._unit, MAJOR_MAX)
            found.append((at, 1, minor, whole * whole, whole))
        return found

    def _rows(self, account: str, side: int) -> list[Row]:
        """Time, amount and payee of an account's payments in the running hour, read once."""
        if (account, side) not in self._running:
            self._running[account, side] = self._ask(_ROWS[side], account, low=self._hour, high=self._at)
        return self._running[account, side]

    def _flow(self, name: str, account: str, side: int) -> None:
        week = FLOW_WINDOWS[-1].begins(self._at)
        days = self._ask(_DAY_SUMS[side], account, low=week, high=self._day)
        hours = self._ask(_HOUR_SUMS[side], account, low=min(self._day, self._hour - DAY), high=self._hour)
        rows = self._now(account, side)
        for window in FLOW_WINDOWS:
            begins = window.begins(self._at)
            parts = [hours] if window.grain == HOUR else [days, [b for b in hours if b[0] >= self._day]]
            n, total, _, _ = _added([b for part in parts for b in part if b[0] >= begins] + rows)
            self.counted[f"{name}.n.{window.name}"], self.counted[f"{name}.sum.{window.name}"] = n, total
        self.counted[f"{name}.last"] = self._one(_LAST[side], account, high=self._at)

    def _pair(self) -> None:
        n, recent, total, last = self._ask(
            _PAIR, self._debtor, other=self._creditor, low=W30D.begins(self._at), high=self._hour
        )[0]
        # Those of the running hour stand among the payer's own.
        now = [row for row in self._rows(self._debtor, OUT) if row[2] == self._creditor]
        self.counted["pair.n"] = min(int(n or 0) + len(now), COUNTED_MAX)
        self.counted["pair.n.30d"] = int(recent or 0) + len(now)
        self.counted["pair.sum.30d"] = int(total or 0) + sum(row[1] for row in now)
        self.counted["pair.last"] = max((row[0] for row in now), default=NONE if last is None else last)

    def _new(self, name: str, account: str, side: int) -> None:
        begins = {window.name: window.begins(self._at) for window in NEW_WINDOWS}
        others, *since = self._ask(_NEW[side], account, high=self._at, **begins)[0]
        for window, n in zip(NEW_WINDOWS, since, strict=True):
            self.counted[f"{name}.new.{window.name}"] = n
        self.counted[f"{name}.others"] = others

    def _reports(self, name: str, account: str, side: int) -> None:
        known = self._known(account, side, "fraud")
        for window in REPORT_WINDOWS:
            self.counted[f"{name}.fraud.{window.name}"] = len(known) - bisect_left(known, window.begins(self._at))
        self.counted[f"{name}.fraud"] = len(known)
        self.counted[f"{name}.fraud_last"] = known[-1] if known else NONE

    def _known(self, account: str, side: int, kind: str) -> list[int]:
        return [row[0] for row in self._ask(_MARKS[side, kind], account, high=self._hour)]

    def _seen(self, kind: str, value: str) -> int:
        first = self._one(_KNOWN[kind], self._debtor, other=value)
        return int(NONE < first < self._at)

    def _one(self, query: Query, account: str, **more: Any) -> int:
        found = self._ask(query, account, **more)
        return int(found[0][0]) if found else NONE


def _added(buckets: list[Row]) -> tuple[int, int, int, int]:
    n = total = squares = largest = 0
    for _, some, sum, square, most in buckets:
        n += some
        total += sum
        squares += square
        largest = max(largest, most)
    return n, total, squares, largest
