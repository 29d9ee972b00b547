"""The clocks of investigations: windows, answer deadlines, execution times, chase dates, limits; figures from data.

Every figure stands in clocks.json with the date from which it holds and its source. Days are counted by the rail's
calendar; the day from which a clock runs does not count and its last day is inside.
"""

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from tools.calendar import add_business_days, add_months, calendar_of
from tools.errors import Record
from tools.payment import Amount, Currency, Money, Rail

Question = Literal["recall", "inquiry"]
"""What a bank was asked: to give money back, or anything else about a payment."""
Chased = Literal["customer", "counterparty"]

_DATA = Path(__file__).with_name("clocks.json")
_ZONES: dict[Rail, str] = {
    "SEPA_SCT": "Europe/Brussels",
    "SEPA_INST": "Europe/Brussels",
    "T2": "Europe/Brussels",
    "FPS": "Europe/London",
    "CHAPS": "Europe/London",
    "FEDWIRE": "America/New_York",
    "FEDNOW": "America/New_York",
}
"""Where a rail's day begins and ends. CBPR joins banks of all zones: its days are UTC days."""


class Term(Record):
    """One clock of one rail, for as long as it holds."""

    id: str
    clock: Literal["recall_window", "answer", "execution", "chase"]
    rails: tuple[Rail, ...] = ()
    """Empty: every rail that has no row of its own."""
    question: Question | None = None
    whom: Chased | None = None
    reasons: tuple[str, ...] = ()
    """Cancellation reasons it is for; empty: all but those of `reasons_except`."""
    reasons_except: tuple[str, ...] = ()
    length: int
    unit: Literal["business_days", "calendar_days", "months", "seconds"]
    effective_from: date
    effective_to: date | None = None
    house: bool = False
    """A bank may set its own number instead."""
    source: str
    confidence: Literal["high", "medium", "low"]

    def holds(self, rail: Rail, on: date) -> bool:
        """Say whether this row is for the rail and in force on that day."""
        in_force = self.effective_from <= on and (self.effective_to is None or on <= self.effective_to)
        return in_force and (not self.rails or rail in self.rails)

    @property
    def words(self) -> str:
        """Its length in words, e.g. "10 banking business days"."""
        return _in_words(self.length, self.unit)

    def covers(self, reason: str | None) -> bool:
        """Say whether this row is for the cancellation reason."""
        return reason in self.reasons if self.reasons else reason not in self.reasons_except


class Window(Record):
    """A span of days that ends: its last day is inside."""

    last_day: date
    rule: str
    """Id of the row it comes from, e.g. "sepa-recall-answer"."""
    source: str
    length: str
    """In words, e.g. "10 banking business days"."""


class Reimbursement(Record):
    """A regime that repays victims of authorised push payment fraud, as the data holds it."""

    id: str
    rails: tuple[Rail, ...]
    segments: tuple[str, ...]
    claim_months: int
    decide_business_days: int
    longest_business_days: int
    cap: Amount
    currency: Currency
    effective_from: date
    effective_to: date | None = None
    source: str
    confidence: Literal["high", "medium", "low"]


class ReimbursementClock(Record):
    """The clock that a fraud report starts where the regime applies."""

    decide_by: date
    longest: date
    """Last day when the clock was stopped for information."""
    claim_until: date
    cap: Money
    rule: str
    source: str


class DayCount(Record):
    """How many days a year has for interest, per currency."""

    days_365: tuple[str, ...]
    days_360: tuple[str, ...]
    otherwise: int
    source: str
    confidence: str


class ClockBook(Record):
    """Everything of clocks.json."""

    terms: tuple[Term, ...]
    reimbursement: tuple[Reimbursement, ...]
    approval_limits: dict[str, Amount]
    day_count: DayCount


def read_clocks(path: Path) -> ClockBook:
    """Read a book of clocks; an unknown field is an error that names it."""
    return ClockBook.model_validate(json.loads(path.read_bytes()))


@cache
def clocks() -> ClockBook:
    """Return the book that comes with the product."""
    return read_clocks(_DATA)


def local_date(at: datetime, rail: Rail | None) -> date:
    """Return the rail's own date at a moment: 23:30 UTC is tomorrow in Brussels and still today in New York."""
    return at.astimezone(_zone(rail)).date()


def recall_window(
    rail: Rail | None, reason: str | None, settlement_date: date, currency: str, on: date, book: ClockBook | None = None
) -> Window | None:
    """Return the last day on which a recall for this reason may be asked; None where the rail sets no window.

    `on` is the date of the request: the edition in force then counts (decision tables, "Windows").
    """
    rail = rail or "CBPR"
    for term in (book or clocks()).terms:
        if term.clock == "recall_window" and term.holds(rail, on) and term.covers(reason):
            return _window(term, settlement_date, rail, currency)
    return None


def within(window: Window, day: date) -> bool:
    """Say whether a day lies inside; the last day does."""
    return day <= window.last_day


def passed(window: Window, as_of: datetime, rail: Rail | None) -> bool:
    """Say whether the last day is over at this moment, by the rail's own date."""
    return local_date(as_of, rail) > window.last_day


def answer_deadline(
    rail: Rail | None,
    request_date: date,
    currency: str,
    question: Question = "recall",
    *,
    house_days: int | None = None,
    book: ClockBook | None = None,
) -> Window:
    """Return the last day for an answer, counted from the request's creation date.

    SEPA answers recalls within 15 banking business days and inquiries within 10; a rail that names no number takes
    the house's own (`house_days`, else the data's default).
    """
    rail = rail or "CBPR"
    term = _term("answer", rail, request_date, question, None, book)
    return _window(term, request_date, rail, currency, house_days if term.house else None)


def execution_window(rail: Rail | None, settlement_date: date, currency: str, book: ClockBook | None = None) -> Window:
    """Return the day by which the creditor's bank should have credited."""
    rail = rail or "CBPR"
    return _window(_term("execution", rail, settlement_date, None, None, book), settlement_date, rail, currency)


def execution_over(
    rail: Rail | None, settlement_date: date, as_of: datetime, currency: str, book: ClockBook | None = None
) -> bool:
    """Say whether the time that the rail takes to credit is over.

    A rail that takes seconds is over as soon as its settlement day has come: a second is less than a record knows.
    """
    rail = rail or "CBPR"
    term = _term("execution", rail, settlement_date, None, None, book)
    today = local_date(as_of, rail)
    if term.unit == "seconds":
        return today >= settlement_date
    return today > _window(term, settlement_date, rail, currency).last_day


def chase_date(
    rail: Rail | None,
    since: date,
    today: date,
    currency: str,
    whom: Chased = "counterparty",
    question: Question = "recall",
    book: ClockBook | None = None,
) -> date:
    """Return the next day after today on which whoever was asked at `since` is asked again."""
    rail = rail or "CBPR"
    term = _term("chase", rail, max(since, today), question, whom, book)
    day = since
    while day <= today:
        day = _last_day(day, term.length, term.unit, rail, currency)
    return day


def reimbursement_clock(
    rail: Rail | None, segment: str | None, payment_date: date, report_date: date, book: ClockBook | None = None
) -> ReimbursementClock | None:
    """Return the clock that a fraud report starts, or None where no regime applies.

    United Kingdom: FPS and CHAPS; consumer, micro-enterprise or charity; reported within 13 months of the payment;
    decided within 5 business days, 35 when the clock was stopped for information.
    """
    kind = (segment or "").strip().lower().replace("_", "-").replace(" ", "-")
    for regime in (book or clocks()).reimbursement:
        claim_until = add_months(payment_date, regime.claim_months)
        ended = regime.effective_to is not None and payment_date > regime.effective_to
        if rail not in regime.rails or kind not in regime.segments or ended:
            continue
        if payment_date < regime.effective_from or report_date > claim_until:
            continue
        cal = calendar_of(rail, regime.currency)
        return ReimbursementClock(
            decide_by=add_business_days(report_date, regime.decide_business_days, cal),
            longest=add_business_days(report_date, regime.longest_business_days, cal),
            claim_until=claim_until,
            cap=Money(amount=regime.cap, currency=regime.currency),
            rule=regime.id,
            source=regime.source,
        )
    return None


def above_limit(money: Money, limits: Mapping[str, Decimal] | None = None) -> bool:
    """Say whether an amount is at or above its currency's approval limit; a currency without a limit always is."""
    limit = (clocks().approval_limits if limits is None else limits).get(money.currency)
    return limit is None or money.amount >= limit


def _term(
    clock: str, rail: Rail, on: date, question: Question | None, whom: Chased | None, book: ClockBook | None
) -> Term:
    """Return the row for a rail: its own before the house's, which stands last in the data."""
    for term in (book or clocks()).terms:
        if term.clock != clock or not term.holds(rail, on):
            continue
        if term.question in (None, question) and term.whom in (None, whom):
            return term
    raise AssertionError(f"clocks.json has no {clock!r} for {rail} on {on}")


def _window(term: Term, start: date, rail: Rail, currency: str, days: int | None = None) -> Window:
    length = term.length if days is None else days
    return Window(
        last_day=_last_day(start, length, term.unit, rail, currency),
        rule=term.id,
        source=term.source,
        length=_in_words(length, term.unit),
    )


def _last_day(start: date, length: int, unit: str, rail: Rail, currency: str) -> date:
    match unit:
        case "business_days":
            return add_business_days(start, length, calendar_of(rail, currency))
        case "calendar_days":
            return start + timedelta(days=length)
        case "months":
            return add_months(start, length)
        case _:
            return start


def _in_words(length: int, unit: str) -> str:
    if length == 0:
        return "the same day"
    noun = {"business_days": "banking business day", "calendar_days": "calendar day", "months": "month"}
    return f"{length} {noun.get(unit, 'second')}{'' if length == 1 else 's'}"


@cache
def _zone(rail: Rail | None) -> tzinfo:
    """Return a rail's zone; imported here because a run on UTC days alone never needs the zone files."""
    if rail is None or rail not in _ZONES:
        return UTC
    from zoneinfo import ZoneInfo

    return ZoneInfo(_ZONES[rail])
