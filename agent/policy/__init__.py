"""The policy engine: facts in, one disposition out; pure functions, no look-ups."""

from agent.policy.answer_received import ANSWER_RECEIVED
from agent.policy.cancellation_received import CANCELLATION_RECEIVED
from agent.policy.charges_claim import CHARGES_CLAIM
from agent.policy.compliance_request import COMPLIANCE_REQUEST
from agent.policy.debit_authority import DEBIT_AUTHORITY
from agent.policy.disposition import Disposition, Send
from agent.policy.facts import Facts
from agent.policy.fraud_report import FRAUD_REPORT
from agent.policy.general import GENERAL, PRECEDENCE
from agent.policy.missing_cover import MISSING_COVER
from agent.policy.modification import MODIFICATION
from agent.policy.non_receipt import NON_RECEIPT_ASKED, NON_RECEIPT_RECEIVED
from agent.policy.recall import RECALL
from agent.policy.returns import REJECT_RECEIVED, RETURN_RECEIVED
from agent.policy.status_enquiry import STATUS_ENQUIRY
from agent.policy.table import Table
from agent.policy.unable_to_apply import UNABLE_TO_APPLY
from agent.policy.value_date import VALUE_DATE_CLAIM

__all__ = ["TABLES", "Disposition", "Facts", "Send", "decide"]

TABLES: dict[str, Table] = {
    "cancellation_received": CANCELLATION_RECEIVED,
    "recall": RECALL,
    "non_receipt_asked_by_customer": NON_RECEIPT_ASKED,
    "non_receipt_received": NON_RECEIPT_RECEIVED,
    "unable_to_apply": UNABLE_TO_APPLY,
    "modification": MODIFICATION,
    "missing_cover": MISSING_COVER,
    "return_received": RETURN_RECEIVED,
    "reject_received": REJECT_RECEIVED,
    "status_enquiry": STATUS_ENQUIRY,
    "charges_claim": CHARGES_CLAIM,
    "value_date_claim": VALUE_DATE_CLAIM,
    "compliance_request": COMPLIANCE_REQUEST,
    "debit_authority": DEBIT_AUTHORITY,
    "fraud_report": FRAUD_REPORT,
    "answer_received": ANSWER_RECEIVED,
}
"""The table of each case type; `unknown` never gets past GEN-1."""


def decide(facts: Facts) -> Disposition:
    """Return the first matching row's disposition: section 0, then precedence, then the type's own table."""
    found = GENERAL.decide(facts) or PRECEDENCE.decide(facts)
    if found is None:
        found = TABLES[facts.type].decide(facts)
    assert found is not None, f"no row answers a case of type {facts.type}"
    return found
