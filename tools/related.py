"""Read tools over payments that belong to one another: cover and order, return and original, twin and twin."""

from typing import Literal

from tools.bank.bank import ReadRecords
from tools.duplicates import TwinFinding, find_twin
from tools.errors import Record
from tools.payment import UETR, Payment
from tools.tool import read_tool

CoverState = Literal["none", "sent", "settled", "back"]

_BACK = ("returned", "rejected")
_SETTLED = ("settled", "credited")


class OfOrder(Record):
    """The customer transfer whose cover is looked for."""

    uetr: UETR


class CoverFound(Record):
    """The cover and how far it is."""

    state: CoverState
    cover: Payment | None = None
    return_of_cover: Payment | None = None


@read_tool
def find_cover(records: ReadRecords, ask: OfOrder) -> CoverFound:
    """Find the cover (pacs.009 COV, MT202COV) of a payment sent by cover method, and say how far it is.

    Searched by `covers`, UETR, end-to-end id, then amount, currency and date. A cancelled cover was never sent.
    """
    order = records.payment(ask.uetr)
    if order is None:
        return CoverFound(state="none")
    rows = [p for p in (*records.covers_of(ask.uetr), *records.cover_candidates(order)) if p.state != "cancelled"]
    if not rows:
        return CoverFound(state="none")
    alive = [p for p in rows if p.state not in _BACK]
    settled = next((p for p in alive if p.state in _SETTLED), None)
    if settled is not None:
        came_back = next((r for r in records.returns_of(settled.uetr) if r.state in _SETTLED), None)
        state: CoverState = "settled" if came_back is None else "back"
        return CoverFound(state=state, cover=settled, return_of_cover=came_back)
    if alive:
        return CoverFound(state="sent", cover=alive[0])
    return CoverFound(state="back", cover=rows[-1])


class OfPaymentAlone(Record):
    """The payment asked about."""

    uetr: UETR


class Returns(Record):
    """Returns of a payment in our records."""

    returns: tuple[Payment, ...]


@read_tool
def find_returns(records: ReadRecords, ask: OfPaymentAlone) -> Returns:
    """Show the returns of a payment that are in our records."""
    return Returns(returns=tuple(records.returns_of(ask.uetr)))


@read_tool
def find_duplicate(records: ReadRecords, ask: OfPaymentAlone) -> TwinFinding:
    """Look for the twin of a payment; genuine repeats (other invoice, instalment, standing order) are excluded."""
    payment = records.payment(ask.uetr)
    if payment is None:
        return TwinFinding()
    return find_twin(payment, records.twins(payment))
