"""For section 14: which case of ours an answer belongs to, and what it says."""

from datetime import date
from typing import Any

from agent.answer_words import answer_in_words
from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from agent.related import related_case
from tools.bank.records import PriorCase
from tools.deadlines import AnswerClock, answer_clock
from tools.records import OfCase, cases_by_reference


def our_own_case(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Which case of ours an answer belongs to: our case id, else our message id, else an open case of the payment."""
    transaction = inquiry.transaction
    ours: PriorCase | None = None
    named = (related_case(transaction), transaction.case_id, transaction.original.message_id)
    for text in named:
        if text is not None and ours is None:
            known_cases = inquiry.notebook.ask(cases_by_reference, OfCase(reference=text)).cases
            ours = next((c for c in known_cases if c.direction == "sent"), None)
    if ours is None:
        ours = next((c for c in inquiry.prior if c.direction == "sent" and c.status == "open"), None)
    counterparty = inquiry.case.sender.bic
    proof = any(counterparty is not None and counterparty.same_as(e.agent) for e in known.get("tracker", ()))
    return _answer_in_words(inquiry, known) | {
        "our_case": ours,
        "answer_has_content": _has_content(inquiry),
        "announces_return": _announces_return(inquiry),
        "proof_of_receipt": proof,
        "confirmed": transaction.confirmed,
        "confirmed_on": transaction.processed_on,
        "chase_on": _chase_on(inquiry, ours),
    }


def _chase_on(inquiry: Inquiry, ours: PriorCase | None) -> date | None:
    """The next date of the clock that runs for an answer to a case of ours."""
    payment = inquiry.found
    if ours is None or payment is None:
        return None
    clock = AnswerClock(
        rail=payment.rail,
        currency=payment.currency,
        asked_at=ours.opened_at,
        as_of=inquiry.case.as_of,
        inquiry=ours.type != "recall",
    )
    return inquiry.notebook.ask(answer_clock, clock).chase_on


def _answer_in_words(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Status and codes of an answer that states none but says them in words."""
    if known["answer_status"] is not None:
        return {}
    status, codes = answer_in_words(inquiry.reading.text)
    return {"answer_status": status or "PDCR", "reasons": codes, "reason": codes[0] if codes else None}


def _has_content(inquiry: Inquiry) -> bool:
    transaction = inquiry.transaction
    nothing_added = "NOAD" in transaction.reasons
    supplied = bool(transaction.answer_data) or transaction.authorised is not None or transaction.confirmed is not None
    return not nothing_added and (supplied or bool(transaction.narrative.strip()))


def _announces_return(inquiry: Inquiry) -> bool:
    text = f"{inquiry.transaction.narrative} {inquiry.reading.text}".lower()
    return inquiry.transaction.returned is not None or any(
        word in text for word in ("return", "refund", "pacs.004", "sent back", "send back", "zurück", "retour")
    )
