"""Proves that a payment was made twice: finds its twin, and says of every near relation why it is none."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date

from tools.calendar import Calendar, business_days_between, calendar_of
from tools.errors import Record
from tools.payment import UETR, Payment

NEAR_DAYS = 3
"""Business days between two settlement dates within which one order booked twice is still believable."""
REGULAR_DAYS = 400
"""Older equal payments are no relation worth naming."""

_DEAD = ("returned", "rejected", "cancelled")
_NO_REFERENCE = {"", "NOTPROVIDED", "NOTPROV", "NONREF", "NONE", "NOREF"}
# A reference is a run of digits with at most one letter behind it: 5512, 5512A, 2026-118 gives 2026 and 118.
_REFERENCE = re.compile(r"\d+[a-z]?(?![a-z])|\d+")
_INSTALMENT = re.compile(
    r"\b(?:instal+ments?|parts?|rate|rata|raten|teil(?:zahlung)?|tranche|echeance|versement|cuota|plazo|parcela|termijn)"
    r"\s*(?:no\.?|nr\.?|n\W)?\s*\d+|\b\d{1,2}\s*(?:/|of|von|de|sur|di|van)\s*\d{1,2}\b"
)


class Exclusion(Record):
    """A payment that looks alike and is no twin."""

    uetr: UETR
    why: str


class TwinFinding(Record):
    """Whether a payment has a twin, and on what that rests."""

    twin: Payment | None = None
    others: tuple[UETR, ...] = ()
    """Further twins: the payment was made more than twice."""
    excluded: tuple[Exclusion, ...] = ()
    basis: tuple[str, ...] = ()
    """What is equal, one short statement each; empty without a twin."""


def find_twin(payment: Payment, candidates: Sequence[Payment], *, near_days: int = NEAR_DAYS) -> TwinFinding:
    """Return the live twin of a payment among candidates, the nearest in time first.

    A twin has the same debtor account, creditor account, amount, currency, a near settlement date, another UETR, and
    the same end-to-end id or the same reference in its remittance. Two genuine invoices of one amount, instalments,
    regular payments, covers, and payments that came back are no twins, and the finding says which was which.
    """
    twins: list[Payment] = []
    excluded: list[Exclusion] = []
    for other in candidates:
        if other.uetr == payment.uetr or not _same_order(payment, other):
            continue
        why = why_no_twin(payment, other, near_days)
        if why is None:
            twins.append(other)
        elif abs((other.settlement_date - payment.settlement_date).days) <= REGULAR_DAYS:
            excluded.append(Exclusion(uetr=other.uetr, why=why))
    if not twins:
        return TwinFinding(excluded=tuple(excluded))
    twins.sort(key=lambda other: abs((other.settlement_date - payment.settlement_date).days))
    return TwinFinding(
        twin=twins[0],
        others=tuple(other.uetr for other in twins[1:]),
        excluded=tuple(excluded),
        basis=_basis(payment, twins[0]),
    )


def why_no_twin(payment: Payment, other: Payment, near_days: int = NEAR_DAYS) -> str | None:
    """Return why two payments of equal accounts and amount are no duplicates; None when they are."""
    if other.state in _DEAD:
        return f"it is {other.state}: the money is not out twice"
    if payment.state in _DEAD:
        return f"the payment in question is itself {payment.state}: the money is not out twice"
    if not _near(
        payment.settlement_date, other.settlement_date, near_days, calendar_of(payment.rail, payment.currency)
    ):
        return _far(abs((payment.settlement_date - other.settlement_date).days))
    if payment.purpose and other.purpose and payment.purpose != other.purpose:
        return f"other purpose: {other.purpose} beside {payment.purpose}"
    if _both_standing_orders(payment, other):
        return "both come from standing orders of different days"
    return _references_differ(payment, other)


def duplicate_to_recall(first: Payment, second: Payment, named: str | None = None) -> Payment:
    """Return which of two twins is asked back: the one the requester names, otherwise the later.

    Later by settlement date, then by the time of the last state; of two equals the second of the records.
    """
    for payment in (first, second):
        if named is not None and named in (payment.uetr, payment.end_to_end_id, payment.instruction_id):
            return payment
    if first.settlement_date != second.settlement_date:
        return max(first, second, key=lambda payment: payment.settlement_date)
    if first.state_at and second.state_at and first.state_at > second.state_at:
        return first
    return second


def references(text: str | None) -> frozenset[str]:
    """Return the invoice and other numbers in a remittance text, without leading zeros."""
    return frozenset(found.lstrip("0") or "0" for found in _REFERENCE.findall(_plain(text)))


def _same_order(payment: Payment, other: Payment) -> bool:
    """Accounts, direction, kind, amount and currency are equal; a cover or a return never is the same order."""
    return (
        payment.direction == other.direction
        and payment.covers == other.covers
        and payment.return_of is None
        and other.return_of is None
        and _between_banks(payment) == _between_banks(other)
        and _account(payment.debtor.account) == _account(other.debtor.account)
        and _account(payment.creditor.account) == _account(other.creditor.account)
        and _same_amount(payment, other)
    )


def _between_banks(payment: Payment) -> bool:
    return payment.message_type.startswith(("pacs.009", "MT2"))


def _same_amount(payment: Payment, other: Payment) -> bool:
    """The instructed amounts count where both are known: charges on the way make settled amounts differ."""
    if payment.instructed is not None and other.instructed is not None:
        return payment.instructed == other.instructed
    return payment.money == other.money


def _references_differ(payment: Payment, other: Payment) -> str | None:
    ours, theirs = references(payment.remittance), references(other.remittance)
    if ours and theirs:
        if ours <= theirs or theirs <= ours:
            extra = _INSTALMENT.search(_plain(payment.remittance)) or _INSTALMENT.search(_plain(other.remittance))
            return None if ours == theirs or not extra else _instalments(payment, other)
        if _INSTALMENT.search(_plain(payment.remittance)) and _INSTALMENT.search(_plain(other.remittance)):
            return _instalments(payment, other)
        return f"other reference: {other.remittance!r} beside {payment.remittance!r}"
    if _same_end_to_end(payment, other):
        return None
    if ours or theirs or _plain(payment.remittance) != _plain(other.remittance):
        return f"other remittance text: {other.remittance!r} beside {payment.remittance!r}"
    if not payment.remittance and payment.settlement_date != other.settlement_date:
        return "neither names a reference, and they settled on different days"
    return None


def _instalments(payment: Payment, other: Payment) -> str:
    return f"instalments: {other.remittance!r} beside {payment.remittance!r}"


def _near(first: date, second: date, days: int, cal: Calendar) -> bool:
    """Long spans are settled by the calendar days alone, so that old payments cost no counting."""
    if abs((first - second).days) > 2 * days + 7:
        return False
    return abs(business_days_between(first, second, cal)) <= days


def _far(days: int) -> str:
    if 27 <= days % 365 <= 32 or days in (7, 14):
        return f"{days} days apart, as a regular payment is"
    return f"{days} days apart"


def _both_standing_orders(payment: Payment, other: Payment) -> bool:
    channels = {(each.channel or "").lower().replace("-", "_") for each in (payment, other)}
    return channels == {"standing_order"} and payment.settlement_date != other.settlement_date


def _basis(payment: Payment, twin: Payment) -> tuple[str, ...]:
    basis = [
        "same debtor account",
        "same creditor account",
        f"same amount {payment.instructed or payment.money}",
        "same settlement date"
        if payment.settlement_date == twin.settlement_date
        else f"settled {payment.settlement_date} and {twin.settlement_date}",
        "different UETR",
    ]
    shared = references(payment.remittance) & references(twin.remittance)
    if _same_end_to_end(payment, twin):
        basis.append(f"same end-to-end id {payment.end_to_end_id}")
    if shared:
        basis.append(f"same reference {' '.join(sorted(shared))} in the remittance")
    elif payment.remittance and _plain(payment.remittance) == _plain(twin.remittance):
        basis.append(f"same remittance {payment.remittance!r}")
    elif not payment.remittance and not twin.remittance:
        basis.append("neither names a reference that tells them apart")
    return tuple(basis)


def _same_end_to_end(payment: Payment, other: Payment) -> bool:
    stated = (payment.end_to_end_id or "").strip().upper()
    return stated not in _NO_REFERENCE and stated == (other.end_to_end_id or "").strip().upper()


def _account(text: str) -> str:
    return "".join(text.split()).upper()


def _plain(text: str | None) -> str:
    """Letters without accents, in lower case, with single spaces; punctuation stays."""
    bare = unicodedata.normalize("NFKD", text or "")
    return " ".join("".join(c for c in bare if not unicodedata.combining(c)).casefold().split())
