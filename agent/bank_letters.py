"""Letters to banks, where the tables ask for words and no message of the rail fits: which words, from which facts."""

from typing import Literal

from agent import wording_banks as words
from agent.drafting import reference
from agent.state import Decided
from tools.payment import Payment


def _their_reference(d: Decided) -> str | None:
    """Their own reference; the id that a mail program made up means nothing to the writer and is not quoted."""
    message = d.case.message
    return message.message_id if message and message.standard != "mail" else None


def _payment(d: Decided) -> Payment:
    assert d.facts.payment is not None
    return d.facts.payment


def unreadable(d: Decided) -> str:
    """GEN-1: we could not use the message."""
    why = "it could not be read" if d.case.message is None else None
    return words.send_again(_their_reference(d), why)


def which_payment(d: Decided) -> str:
    """GEN-3, STA-1: none or several payments fit."""
    return words.which_payment(_their_reference(d))


def amount_differs(d: Decided) -> str:
    """GEN-4: name the mismatch."""
    stated = d.facts.stated or d.reading.amounts[0]
    returned = d.facts.type in ("return_received", "reject_received")
    return words.figures_differ(_their_reference(d), stated, _payment(d).money, returned=returned)


def holding(d: Decided) -> str:
    """GEN-6, STA-2: neutral."""
    return words.received(_their_reference(d))


def enquiry(d: Decided) -> str:
    """CNO-8 on FPS: the enquiry itself, in words, to the next agent."""
    p = _payment(d)
    return words.payment_enquiry(reference(d.case.id, "case"), p.uetr, p.end_to_end_id, p.money, p.settlement_date)


def enquiry_answer(d: Decided) -> str:
    """CNI on FPS: the answer in words, for want of a message."""
    p = d.facts.payment
    if p is None:
        return words.enquiry_answered(_their_reference(d), None, None)
    credited_on = (p.credited_at.date() if p.credited_at else p.settlement_date) if d.facts.credited else None
    return words.enquiry_answered(_their_reference(d) or p.end_to_end_id, p.state, credited_on, p.money)


def no_original(d: Decided) -> str:
    """RTN-1: the return or reject matches no payment of ours."""
    kind: Literal["return", "reject"] = "reject" if d.facts.type == "reject_received" else "return"
    return words.without_original(kind, _their_reference(d), d.facts.returned_amount)


def return_too_much(d: Decided) -> str:
    """RTN-3: more came back than was sent, or another currency without a rate."""
    assert d.facts.returned_amount is not None
    return words.return_differs(_their_reference(d), _payment(d).money, d.facts.returned_amount)


def reject_unreconciled(d: Decided) -> str:
    """REJ-3: rejected there, settled here."""
    return words.reject_after_settlement(_their_reference(d), _payment(d).settlement_date)


def figures_missing(d: Decided) -> str:
    """Section 10: no rate, tariff or value date in our records, so no figure."""
    return words.figures_wanted(_their_reference(d))


def no_case_of_ours(d: Decided) -> str:
    """ANS-1: an answer without a question of ours."""
    return words.no_case_of_ours(_their_reference(d))


def answer_contradicted(d: Decided) -> str:
    """ANS-3b: the answer is not what our records show."""
    code = next((c for c in d.facts.reasons if c in ("NOOR", "ARDT", "ARJT")), "NOOR")
    return words.proof_wanted(_their_reference(d), code)
