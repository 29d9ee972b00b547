"""Which type of case a message opens: by table where the message says so, by its words where it is free text."""

from agent.case import InvestigationType
from tools.message import Message, Transaction

_BY_MESSAGE: dict[str, InvestigationType] = {
    "camt.026": "unable_to_apply",
    "camt.027": "non_receipt_received",
    "camt.028": "answer_received",
    "camt.029": "answer_received",
    "camt.031": "answer_received",
    "camt.036": "answer_received",
    "camt.037": "debit_authority",
    "camt.055": "recall",
    "camt.056": "cancellation_received",
    "camt.087": "modification",
    "camt.105": "charges_claim",
    "camt.106": "charges_claim",
    "camt.111": "answer_received",
    "pacs.004": "return_received",
    "pacs.028": "status_enquiry",
}
_BY_INVESTIGATION: dict[str, InvestigationType] = {
    "CCNR": "non_receipt_received",
    "CONR": "missing_cover",
    "UTAP": "unable_to_apply",
    "RQCH": "charges_claim",
    "RQDA": "debit_authority",
    "RQUF": "value_date_claim",
    "RQVA": "value_date_claim",
    "PINC": "status_enquiry",
}
_BY_QUERY: dict[int, InvestigationType] = {
    2: "non_receipt_received",
    3: "non_receipt_received",
    4: "unable_to_apply",
    5: "unable_to_apply",
    8: "unable_to_apply",
    9: "unable_to_apply",
    10: "status_enquiry",
    11: "value_date_claim",
    12: "value_date_claim",
    14: "unable_to_apply",
    16: "status_enquiry",
    17: "modification",
    18: "debit_authority",
    20: "status_enquiry",
}
"""MT n95 query numbers of field 75 (facts of the MT user handbook); others go by their words."""

_BY_CODE_LINE: dict[str, InvestigationType] = {
    "RJCT": "reject_received",
    "RETN": "return_received",
    "CNCL": "answer_received",
    "PDCR": "answer_received",
    "RJCR": "answer_received",
}
"""MT n99 whose field 79 opens with /REJT/, /RETN/ or the outcome of a cancellation; its words never change that."""

_COMPLIANCE = ("SANC", "AMLI", "FCCI", "FWTR", "FRAD")


def stated_type(message: Message, transaction: Transaction) -> InvestigationType | None:
    """The type that the message itself states; None when only its words can tell."""
    if message.standard == "mail":
        return None
    if message.standard == "mt":
        return _mt_type(message.type, transaction)
    kind = message.type[:8]
    if kind == "camt.110":
        return _investigation_type(transaction)
    if kind == "camt.027" and "MssngCoverInd" in transaction.indicators:
        return "missing_cover"
    if kind == "camt.026" and "AMLReq" in transaction.indicators:
        return "compliance_request"
    if kind == "pacs.002":
        return "reject_received" if transaction.status == "RJCT" else "answer_received"
    return _BY_MESSAGE.get(kind, "unknown")


def _investigation_type(transaction: Transaction) -> InvestigationType | None:
    if transaction.action == "RQST":
        return "status_enquiry"
    stated = transaction.investigation_type or ""
    if stated == "RQFI":
        return _information_type(transaction)
    if stated in ("OTHR", ""):
        return None
    return _BY_INVESTIGATION.get(stated, "unknown")


def _information_type(transaction: Transaction) -> InvestigationType:
    """RQFI is a compliance request by its sub-type or reason; else somebody cannot execute (UTEX)."""
    said = {transaction.investigation_sub_type, *transaction.reasons}
    return "compliance_request" if said.intersection(_COMPLIANCE) else "unable_to_apply"


def asks_only_value_date(transaction: Transaction) -> bool:
    """A SEPA camt.087 for another value date and nothing else is the claim for value-date correction."""
    wanted = transaction.modification
    if wanted is None:
        return transaction.requested_value_date is not None
    others = wanted.model_dump(exclude={"settlement_date"}, exclude_none=True, exclude_defaults=True)
    return not others and (wanted.settlement_date is not None or transaction.requested_value_date is not None)


def _mt_type(type: str, transaction: Transaction) -> InvestigationType | None:
    match type[3:5]:
        case "90" | "91":
            return "charges_claim"
        case "92":
            return "cancellation_received"
        case "95":
            return _BY_QUERY.get(transaction.mt_query) if transaction.mt_query is not None else None
        case "96":
            return "answer_received"
        case "99":
            return _BY_CODE_LINE.get(transaction.status or "")
        case _:
            return _payment_sent_back(transaction)


def _payment_sent_back(transaction: Transaction) -> InvestigationType:
    """An MT103 or MT202 is a payment, no case, unless field 72 says it is a return or a reject."""
    if transaction.status == "RJCT":
        return "reject_received"
    return "return_received" if transaction.returned is not None else "unknown"
