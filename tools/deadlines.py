"""Read tools over the clocks: recall window, answer deadline, execution time; no record is needed, only the data."""

from datetime import date

from pydantic import AwareDatetime

from tools.bank.bank import ReadRecords
from tools.clocks import (
    Question,
    answer_deadline,
    chase_date,
    execution_over,
    execution_window,
    local_date,
    passed,
    recall_window,
    within,
)
from tools.errors import Record
from tools.payment import Currency, Rail
from tools.tool import read_tool

RFRO_REASON = "CUST"
"""The originator's own wish: the reason whose window is the longest that a customer may still use."""


class RecallClock(Record):
    """A recall for a reason, asked on a day."""

    rail: Rail | None
    reason: str | None
    settlement_date: date
    currency: Currency
    requested_at: AwareDatetime


class RecallWindow(Record):
    """Whether the request came inside the rail's window; no window, no verdict."""

    inside: bool | None = None
    last_day: date | None = None
    length: str | None = None
    source: str | None = None
    other_route_until: date | None = None
    """Last day for the request for recall by the originator, where this window is over and that one is not."""


@read_tool
def recall_clock(records: ReadRecords, ask: RecallClock) -> RecallWindow:
    """Say whether a recall for this reason comes inside the rail's window, and which other route is still open."""
    requested = local_date(ask.requested_at, ask.rail)
    window = recall_window(ask.rail, ask.reason, ask.settlement_date, ask.currency, requested)
    if window is None:
        return RecallWindow()
    inside = within(window, requested)
    other = recall_window(ask.rail, RFRO_REASON, ask.settlement_date, ask.currency, requested)
    open_elsewhere = not inside and other is not None and within(other, requested)
    return RecallWindow(
        inside=inside,
        last_day=window.last_day,
        length=window.length,
        source=window.source,
        other_route_until=other.last_day if other is not None and open_elsewhere else None,
    )


class AnswerClock(Record):
    """An answer that is due, counted from the day of the question."""

    rail: Rail | None
    currency: Currency
    asked_at: AwareDatetime
    as_of: AwareDatetime
    inquiry: bool = False
    """An inquiry (non-receipt, value date) instead of a recall."""
    customer: bool = False
    """A customer was asked, not a bank."""


class AnswerDue(Record):
    """The last day for the answer, and when to ask again."""

    last_day: date
    passed: bool
    chase_on: date
    source: str


@read_tool
def answer_clock(records: ReadRecords, ask: AnswerClock) -> AnswerDue:
    """Give the last day for an answer, whether it is over, and the next day on which to chase."""
    asked, today = local_date(ask.asked_at, ask.rail), local_date(ask.as_of, ask.rail)
    question: Question = "inquiry" if ask.inquiry else "recall"
    window = answer_deadline(ask.rail, asked, ask.currency, question)
    return AnswerDue(
        last_day=window.last_day,
        passed=passed(window, ask.as_of, ask.rail),
        chase_on=chase_date(
            ask.rail, asked, today, ask.currency, "customer" if ask.customer else "counterparty", question
        ),
        source=window.source,
    )


class ExecutionClock(Record):
    """A payment on its way."""

    rail: Rail | None
    currency: Currency
    settlement_date: date
    as_of: AwareDatetime


class ExecutionTime(Record):
    """The day by which the creditor's bank should have credited, and whether that is over."""

    due: date
    over: bool
    source: str


@read_tool
def execution_clock(records: ReadRecords, ask: ExecutionClock) -> ExecutionTime:
    """Say whether the time that the rail takes to credit is over."""
    window = execution_window(ask.rail, ask.settlement_date, ask.currency)
    ahead = ask.settlement_date > local_date(ask.as_of, ask.rail)
    over = not ahead and execution_over(ask.rail, ask.settlement_date, ask.as_of, ask.currency)
    return ExecutionTime(due=window.last_day, over=over, source=window.source)
