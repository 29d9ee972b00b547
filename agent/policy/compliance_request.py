"""Section 11: a compliance information request (camt.110 RQFI with SANC, AMLI, FCCI, FWTR or FRAD)."""

from agent.policy.answers import act, answer, escalate
from agent.policy.disposition import Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table

COMPLIANCE_REQUEST = Table("11. Compliance information request", ("compliance-rfi",))
row = COMPLIANCE_REQUEST.row


@row("RFI-0", "not found", "refuse", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    if f.payment is not None:
        return None
    status, reason, messages = answer(f, ("RJCT", "NOOR"))
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages)


@row("RFI-1", "else", "the role that needs to know decides; only verified data, only what was asked", "general-wording")
def need_to_know(f: Facts) -> Verdict | None:
    fraud = f.investigation_sub_type == "FRAD" or f.reason == "FRAD"
    status, reason, messages = answer(f, ("PDNG", "INPO"))
    assert f.payment is not None
    return escalate(
        "fraud_specialist" if fraud else "compliance",
        act("collect_requested_data", f.payment.uetr, ", ".join((*f.reasons, *f.sub_reasons))),
        status=status,
        reason=reason,
        messages=messages,
    )
