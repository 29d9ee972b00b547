"""The playbooks: which look-ups each type of case needs, in the order in which they are asked."""

from agent.case import InvestigationType
from agent.playbooks.answer_received import our_own_case
from agent.playbooks.answers_due import creditor_answer, our_answer_due
from agent.playbooks.duplicate import twin_if_claimed, twin_if_returned_as_duplicate
from agent.playbooks.fraud_report import reimbursement
from agent.playbooks.look_up import LookUp
from agent.playbooks.money_claim import charges, interest
from agent.playbooks.on_the_way import case_they_chase, cover, execution, leaves_on, trail
from agent.playbooks.payment_data import change, missing_data
from agent.playbooks.recall import recall_in_time, why_recall
from agent.playbooks.returns import money_back, return_made

__all__ = ["PLAYBOOKS", "LookUp"]

PLAYBOOKS: dict[InvestigationType, tuple[LookUp, ...]] = {
    "cancellation_received": (return_made, cover, creditor_answer, recall_in_time, twin_if_claimed),
    "recall": (why_recall, recall_in_time, cover, return_made),
    "non_receipt_asked_by_customer": (trail, cover, execution, return_made, leaves_on),
    "non_receipt_received": (cover, our_answer_due),
    "unable_to_apply": (missing_data, our_answer_due),
    "modification": (change, our_answer_due),
    "missing_cover": (cover, our_answer_due),
    "return_received": (money_back, twin_if_returned_as_duplicate),
    "reject_received": (money_back,),
    "status_enquiry": (case_they_chase, trail),
    "charges_claim": (charges, our_answer_due),
    "value_date_claim": (interest, our_answer_due),
    "compliance_request": (our_answer_due,),
    "debit_authority": (creditor_answer,),
    "fraud_report": (reimbursement,),
    "answer_received": (trail, our_own_case, return_made),
    "unknown": (),
}
