"""Section 8: a status enquiry (pacs.028; e-mail "where is my payment")."""

from agent.policy.answers import act, escalate
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table

STATUS_ENQUIRY = Table("8. Status enquiry", ("status-enquiry", "status-meanings"))
row = STATUS_ENQUIRY.row


@row("STA-1", "not found", "ask", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    return Verdict(disposition="REQUEST_INFORMATION", reply="payment_not_found") if f.payment is None else None


@row("STA-2", "compliance hold", "neutral", "general-compliance-hold", "general-wording")
def under_hold(f: Facts) -> Verdict | None:
    return escalate("compliance", act("inform_compliance"), reply="holding") if f.compliance_hold else None


@row("STA-3", "else", "plain meaning of the state and the tracker's last status", "tracker-statuses")
def state(f: Facts) -> Verdict | None:
    if f.from_bank:
        status = pacs_status(f)
        reason = _reject_reason(f) if status == "RJCT" else None
        send = Send(kind="pacs.002", status=status, reason=reason, say="payment_state" if reason == "NARR" else None)
        return Verdict(disposition="PROVIDE_INFORMATION", messages=(send,))
    return Verdict(disposition="PROVIDE_INFORMATION", reply="status")


_STATUS = {
    "received": "PDNG",
    "held": "PDNG",
    "released": "ACSP",
    "settled": "ACSP",
    "forwarded": "ACSP",
    "credited": "ACCC",
    "returned": "RJCT",
    "rejected": "RJCT",
    "cancelled": "CANC",
}


def _reject_reason(f: Facts) -> str:
    """A reject gives its reason: the one on record, else that it came back, in words."""
    recorded = f.payment.state_reason if f.payment else None
    return recorded if recorded and len(recorded) == 4 and recorded.isupper() else "NARR"


def pacs_status(f: Facts) -> str:
    """The ISO status of our state; only ACCC proves credit, so nothing less becomes it."""
    if f.state == "settled" and f.last_event is not None and f.last_event.status == "ACCC":
        return "ACCC"
    return _STATUS[f.state or "received"]
