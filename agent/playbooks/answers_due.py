"""Until when an answer is due: to us from a creditor whom we asked, and from us to a bank."""

from typing import Any

from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from tools.bank.records import CustomerAnswer
from tools.deadlines import AnswerClock, answer_clock
from tools.records import OfPayment, customer_answers


def creditor_answer(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What the creditor was asked, and until when the answer may come (from the request's creation date)."""
    payment = inquiry.found
    if payment is None:
        return {}
    answers = inquiry.notebook.ask(customer_answers, OfPayment(uetr=payment.uetr)).answers
    due = inquiry.notebook.ask(
        answer_clock,
        AnswerClock(
            rail=payment.rail,
            currency=payment.currency,
            asked_at=inquiry.asked_at,
            as_of=inquiry.case.as_of,
            customer=True,
        ),
    )
    return {
        "authority": last_answer(answers, "debit_authority"),
        "deadline": due.last_day,
        "deadline_passed": due.passed,
        "due": due.last_day,
    }


def our_answer_due(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Until when a bank's inquiry is to be answered."""
    payment = inquiry.found
    if payment is None or not inquiry.case.from_bank:
        return {}
    clock = AnswerClock(
        rail=payment.rail,
        currency=payment.currency,
        asked_at=inquiry.asked_at,
        as_of=inquiry.case.as_of,
        inquiry=True,
    )
    return {"due": inquiry.notebook.ask(answer_clock, clock).last_day}


def last_answer(answers: tuple[CustomerAnswer, ...], question: str) -> CustomerAnswer | None:
    asked = [a for a in answers if a.question == question]
    return max(asked, key=lambda a: a.asked_at) if asked else None
