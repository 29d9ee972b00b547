"""For section 13: who holds the money that a customer was tricked out of, and who pays it back by when."""

from typing import Any

from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from tools.clocks import local_date, reimbursement_clock


def reimbursement(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the creditor agent is us, and whether the UK reimbursement clock starts."""
    payment = inquiry.found
    if payment is None:
        return {}
    owner = inquiry.owner_of(payment.debtor.account)
    clock = reimbursement_clock(
        payment.rail,
        owner.segment if owner else None,
        payment.settlement_date,
        local_date(inquiry.case.as_of, payment.rail),
    )
    return {
        "paid_to_us": inquiry.case.is_us(payment.creditor_agent),
        "reimbursable": clock is not None,
        "reimburse_by": clock.decide_by if clock else None,
    }
