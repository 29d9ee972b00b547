"""For sections 4 and 5: which data of a payment a bank misses, and which it wants changed."""

from typing import Any

from agent.change import change_in_words, contradicts
from agent.data_asked import data_asked, data_given, names_do_not_match
from agent.inquiry import Inquiry
from agent.playbooks.answers_due import last_answer
from agent.playbooks.look_up import Known
from tools.deadlines import AnswerClock, answer_clock
from tools.message import Modification
from tools.payment import Payment
from tools.records import OfPayment, customer_answers


def missing_data(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Which data they ask for, whether our full record holds them, and whether our customer was asked."""
    asked = data_asked(inquiry.transaction, inquiry.reading.text)
    found: dict[str, Any] = {
        "data_asked": asked,
        "name_mismatch": names_do_not_match(inquiry.transaction, inquiry.reading.text),
    }
    payment = inquiry.found
    if payment is None:
        return found
    answers = inquiry.notebook.ask(customer_answers, OfPayment(uetr=payment.uetr)).answers
    details = last_answer(answers, "details")
    overdue = False
    if details is not None and details.answer is None and details.answered_at is None:
        clock = AnswerClock(
            rail=payment.rail,
            currency=payment.currency,
            asked_at=details.asked_at,
            as_of=inquiry.case.as_of,
            inquiry=True,
            customer=True,
        )
        overdue = inquiry.notebook.ask(answer_clock, clock).passed
    given = data_given(asked, payment, inquiry.accounts.accounts, details)
    return found | {
        "details": details,
        "details_overdue": overdue,
        "data_given": given or (),
        "data_held": given is not None,
    }


def change(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What a modification asks for; in a free text, what its words ask for."""
    wanted = inquiry.transaction.modification
    if wanted is None:
        wanted = change_in_words(inquiry.reading.text, inquiry.found, inquiry.case.as_of.date())
    return {"modification": wanted, "modification_adds_only": _adds_only(wanted, inquiry.found)}


def _adds_only(wanted: Modification, payment: Payment | None) -> bool:
    """The new text names no number that stands against one of the payment's under the same word."""
    if payment is None:
        return False
    return not contradicts(wanted.remittance or "", payment.remittance or "")
