"""Reason codes and statuses as stated, reduced to the one that the tables turn on."""

from agent.free_text import recall_reason
from agent.state import Triaged
from tools.message import Transaction

_ANSWER_STATUS = {"ACCR": "CNCL"}


def reason_of(triaged: Triaged) -> str | None:
    """The reason code of a request: stated, else by the words of a free text; a cancellation without one is CUST.

    Where a code is stated it decides; narrative never changes it (decision tables, Conventions).
    """
    reasons = triaged.reading.reasons
    if triaged.type == "fraud_report":
        return "FRAD"
    if triaged.type == "debit_authority":
        return next((code for code in reasons if code != "RQDA"), None)
    if reasons:
        return reasons[0]
    if triaged.type != "cancellation_received":
        return None
    message = triaged.case.message
    free = message is not None and (message.standard == "mail" or message.type[3:5] == "99")
    said = recall_reason(triaged.reading.text).code if free else None
    return said or "CUST"


def answer_status(transaction: Transaction) -> str | None:
    """The status of an answer: its confirmation, else the transaction's own; a rejected modification is RJMOD."""
    if transaction.status is not None:
        return transaction.status
    if transaction.transaction_status is not None:
        return _ANSWER_STATUS.get(transaction.transaction_status, transaction.transaction_status)
    if any(code.startswith("UM") for code in transaction.reasons):
        return "RJMOD"
    return _BY_ANSWER_NUMBER.get(transaction.mt_answer) if transaction.mt_answer is not None else None


_BY_ANSWER_NUMBER = {
    1: "CONF",
    2: "CONF",
    3: "INFO",
    4: "INFO",
    5: "INFO",
    6: "INFO",
    7: "CONF",
    8: "MODI",
    9: "RJMOD",
    10: "ACDA",
    11: "ICOV",
    12: "CNCL",
    13: "CNCL",
    14: "CNCL",
    17: "ACVA",
    18: "PDNG",
    19: "INFO",
}
"""MT n96 answer numbers of field 76, by what they confirm."""
