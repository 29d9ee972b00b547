"""The findings that a row may have turned on, in words, each with the tools that prove it."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from agent.policy.facts import Facts


class Finding(NamedTuple):
    """One sentence, and the tools whose answers prove it."""

    tools: tuple[str, ...]
    text: str


def findings(f: Facts) -> Iterator[Finding]:
    """Yield what was found, in the order in which a reader asks: the payment, the request, the way, the claim."""
    yield from _of_payment(f)
    yield from _of_request(f)
    yield from _on_the_way(f)
    yield from _of_claim(f)
    yield from _of_answer(f)


def _of_payment(f: Facts) -> Iterator[Finding]:
    if f.holds:
        kinds = ", ".join(sorted({h.kind for h in f.holds}))
        yield Finding(("open_holds",), f"Open holds on the payment or its accounts: {kinds}.")
    if f.contradiction:
        text = f"The quoted amount contradicts the record: {f.contradiction}."
        yield Finding(("find_payment", "read_message"), text)
    if f.prior:
        listed = ", ".join(f"{c.id} ({c.type}, {c.direction}, {c.status})" for c in f.prior)
        yield Finding(("prior_cases",), f"Other cases of this payment: {listed}.")


def _of_request(f: Facts) -> Iterator[Finding]:
    """Who was asked, until when an answer counts, and whether the request came in time."""
    if f.authority is not None:
        said = f.authority.answer or "no answer yet"
        asked = _day(f.authority.asked_at.date())
        yield Finding(("customer_answers",), f"The creditor was asked for debit authority on {asked}: {said}.")
    if f.deadline is not None and f.authority is not None:
        over = "over" if f.deadline_passed else "not over"
        yield Finding(("answer_clock",), f"The last day for an answer is {_day(f.deadline)}; it is {over}.")
    if f.in_window is not None:
        inside = "inside" if f.in_window else "outside"
        yield Finding(("recall_clock",), f"The request came {inside} the window of {f.window_text}.")
    if f.duplicate_claimed:
        twin = f"its twin is {f.twin}" if f.twin else "no twin is in our records"
        yield Finding(("find_duplicate",), f"A duplicate is claimed; {twin}.")


def _on_the_way(f: Facts) -> Iterator[Finding]:
    if f.cover_method:
        yield Finding(("find_cover",), f"The payment goes by cover method; the cover is: {f.cover}.")
    if f.last_event is not None:
        last = f.last_event
        reason = f" {last.reason}" if last.reason else ""
        yield Finding(("trace_payment",), f"The last tracker status is {last.status}{reason} from {last.agent}.")
    if f.execution_due is not None:
        yield Finding(("execution_clock",), f"The rail's time to credit ends on {_day(f.execution_due)}.")


def _of_claim(f: Facts) -> Iterator[Finding]:
    if f.claim.money is not None:
        yield Finding(("read_claim", "charges_known", "value_and_compensation"), f"Claimed: {f.claim.money}.")
    if f.claim.recomputed is not None:
        yield Finding(("value_and_compensation",), f"Our own figure: {f.claim.recomputed.formula}.")
    if f.claim.tariff is not None:
        yield Finding(("charges_known",), f"Agreed tariff: {f.claim.tariff}.")


def _of_answer(f: Facts) -> Iterator[Finding]:
    if f.our_case is not None:
        yield Finding(("cases_by_reference", "prior_cases"), f"The answer belongs to our case {f.our_case.id}.")
    if f.data_given:
        held = ", ".join(name for name, _ in f.data_given)
        yield Finding(("find_payment",), f"Our full record holds what is asked for: {held}.")


def _day(day: date) -> str:
    return day.isoformat()
