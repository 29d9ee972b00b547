"""Section 0: what comes before any table."""

from agent.policy.answers import act, escalate, narrative_code
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table

GENERAL = Table("0. Before any table", ("general-valid-assignment",))

_NAMES_THE_HOLD = (
    "cancellation_received",
    "non_receipt_asked_by_customer",
    "non_receipt_received",
    "status_enquiry",
    "debit_authority",
)
"""Types whose own table has a row for a compliance hold; GEN-6 leaves them to it."""


@GENERAL.row("GEN-1", "unreadable, or no investigation, return or status", "ask the sender", "general-unreadable")
def unreadable(f: Facts) -> Verdict | None:
    if f.type != "unknown":
        return None
    return Verdict(disposition="REQUEST_INFORMATION", actions=(act("name_case_type"),), reply="unreadable")


@GENERAL.row("GEN-2", "the same message was handled before", "link the earlier case", "general-one-case")
def same_message(f: Facts) -> Verdict | None:
    if f.same_message is None:
        return None
    return Verdict(disposition="NO_ACTION", link=f.same_message, actions=(act("link_case", f.same_message),))


@GENERAL.row("GEN-3", "several candidate payments, none singled out", "ask which one", "general-matching")
def several(f: Facts) -> Verdict | None:
    if f.payment is not None or f.candidates < 2:
        return None
    return Verdict(disposition="REQUEST_INFORMATION", reply="several_payments")


@GENERAL.row("GEN-4", "the quoted original amount contradicts the record", "name the mismatch", "general-matching")
def contradiction(f: Facts) -> Verdict | None:
    if f.payment is None or f.contradiction is None or f.standing in ("stranger", "owner_unverified"):
        return None
    return Verdict(disposition="REQUEST_INFORMATION", reply="amount_differs")


@GENERAL.row(
    "GEN-5a", "the requester is in the chain but not our neighbour", "refuse, name the neighbour", "general-no-bypass"
)
def by_passed(f: Facts) -> Verdict | None:
    own_rows = f.type in ("compliance_request", "fraud_report", "answer_received", "return_received", "reject_received")
    if f.payment is None or f.standing != "in_chain" or own_rows or f.reason == "FRAD":
        return None
    if f.message == "camt.110":
        send = Send(kind="camt.111", status="RJCT", reason="AGNT", say="right_neighbour")
        return Verdict(disposition="REJECT", status="RJCT", reason="AGNT", messages=(send,))
    reason = narrative_code(f)
    send = Send(kind="camt.029", status="RJCR", reason=reason, say="right_neighbour" if reason == "NARR" else None)
    return Verdict(disposition="REJECT", status="RJCR", reason=reason, messages=(send,))


@GENERAL.row("GEN-5b", "unverified sender whose address is on file for the owner", "call back", "general-entitlement")
def unverified(f: Facts) -> Verdict | None:
    if f.payment is None or f.standing != "owner_unverified":
        return None
    actions = [act("call_back", "number on file")]
    if f.type == "fraud_report" and f.unreleased:
        actions.append(act("hold_payment", f.payment.uetr))
    return Verdict(disposition="REQUEST_INFORMATION", actions=tuple(actions), reply="call_back")


@GENERAL.row("GEN-5", "the requester is not entitled in any other way", "no money, no data", "general-entitlement")
def stranger(f: Facts) -> Verdict | None:
    if f.payment is None or f.standing != "stranger":
        return None
    return escalate("fraud_specialist", act("verify_requester"))


@GENERAL.row(
    "GEN-6",
    "an open compliance hold that no row below names",
    "compliance decides; neutral wording",
    "general-compliance-hold",
    "general-wording",
)
def compliance_hold(f: Facts) -> Verdict | None:
    if f.payment is None or not f.compliance_hold or _named_below(f):
        return None
    return escalate("compliance", act("inform_compliance", f.payment.uetr), reply=None if f.from_bank else "holding")


def _named_below(f: Facts) -> bool:
    """Whether a row of the case's own table speaks of the hold."""
    assert f.payment is not None
    match f.type:
        case "cancellation_received":
            return f.held_for("sanctions", "legal", "aml", account=f.payment.uetr) or f.held_for(
                "sanctions", "legal", "aml", account=f.payment.creditor.account
            )
        case "return_received":
            return f.reason in ("AC06", "AG01")
        case "fraud_report":
            return not f.back
        case _:
            return f.type in _NAMES_THE_HOLD


PRECEDENCE = Table("15. Precedence between open cases of one payment", ("general-one-case",))

_RANK = ("non_receipt_received", "unable_to_apply", "modification", "cancellation_received")


@PRECEDENCE.row("PRE-1", "a case that beats this one is open for the payment", "link and pause; one answer, not two")
def beaten(f: Facts) -> Verdict | None:
    if f.type not in _RANK[:-1]:
        return None
    stronger = _RANK[_RANK.index(f.type) + 1 :]
    higher = f.open_case(*stronger, direction="received") or f.open_case(*stronger, direction="sent")
    if higher is None:
        return None
    return Verdict(disposition="NO_ACTION", link=higher.id, actions=(act("link_case", higher.id), act("pause_case")))
