"""For sections 1, 2 and 7: the twin of a payment that is said to be a duplicate."""

from typing import Any

from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from tools.related import OfPaymentAlone, find_duplicate


def twin_if_claimed(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """DUPL: show the twin, or that none was found."""
    claimed = known["reason"] in ("DUPL", "AM05") or known.get("duplicate_claimed", False)
    if inquiry.found is None or not claimed:
        return {}
    finding = inquiry.notebook.ask(find_duplicate, OfPaymentAlone(uetr=inquiry.payment.uetr))
    return {"duplicate_claimed": claimed, "twin": finding.twin.uetr if finding.twin else None}


def twin_if_returned_as_duplicate(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """A return that calls the payment a duplicate: show the twin, or that none was found."""
    return twin_if_claimed(inquiry, known) if known["reason"] in ("AM05", "DUPL") else {}
