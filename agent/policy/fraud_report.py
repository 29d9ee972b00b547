"""Section 13: a customer of ours reports a fraud (scam or unauthorised)."""

from agent.policy.answers import act, escalate
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.proposal import Action

FRAUD_REPORT = Table("13. Fraud report by our customer", ("fraud-report",))
row = FRAUD_REPORT.row


@row("FRD-0", "not found", "ask by call-back; block the named payee meanwhile", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    if f.payment is not None:
        return None
    return Verdict(
        disposition="REQUEST_INFORMATION",
        actions=(act("call_back", "number on file"), act("block_payee", "as named by the customer")),
        reply="fraud_call_back",
    )


@row("FRD-1", "not released", "cancel the order; under a compliance hold the funds stay", "recall-not-released")
def not_released(f: Facts) -> Verdict | None:
    if f.payment is None or not f.unreleased:
        return None
    if f.compliance_hold:
        return escalate("compliance", act("keep_funds", f.payment.uetr), *_look_around(f), reply="fraud_looked_into")
    return Verdict(
        disposition="CANCEL_INTERNALLY",
        actions=(act("cancel_order", f.payment.uetr), *_look_around(f)),
        reply="order_cancelled",
    )


@row("FRD-2", "already back", "tell the customer", "general-wording")
def already_back(f: Facts) -> Verdict | None:
    return Verdict(disposition="PROVIDE_INFORMATION", actions=_look_around(f), reply="already_back") if f.back else None


@row("FRD-4", "the same report is already open", "link", "general-one-case")
def reported_before(f: Facts) -> Verdict | None:
    earlier = f.open_case("fraud_report", direction="received")
    if earlier is None:
        return None
    return Verdict(
        disposition="NO_ACTION", link=earlier.id, actions=(act("link_case", earlier.id),), reply="report_open"
    )


@row(
    "FRD-2a",
    "the creditor agent is us",
    "hold the creditor account; no message; the payee is not contacted",
    "recall-fraud-received",
)
def paid_to_us(f: Facts) -> Verdict | None:
    if f.payment is None or not f.paid_to_us:
        return None
    hold = act("hold_account", f.payment.creditor.account, "fraud")
    return escalate("fraud_specialist", hold, *_look_around(f), reply="fraud_looked_into")


@row("FRD-2b", "a recall of ours is open", "upgrade it to fraud; no second message yet", "recall-one-only-sepa")
def recall_open(f: Facts) -> Verdict | None:
    recall = f.open_recall
    if recall is None:
        return None
    upgrade = act("upgrade_recall", recall.id, "FRAD")
    return escalate("fraud_specialist", upgrade, *_look_around(f), reply="fraud_asked_before")


@row("FRD-3", "else", "recall for fraud at once", "recall-reasons", "fraud-reimbursement-uk")
def recall_now(f: Facts) -> Verdict | None:
    assert f.payment is not None
    return Verdict(
        disposition="REQUEST_CANCELLATION",
        reason="FRAD",
        messages=(Send(kind="camt.056", to="next", reason="FRAD"),),
        actions=(act("mark_urgent", f.payment.uetr), *_look_around(f)),
        reply="fraud_received",
    )


def _look_around(f: Facts) -> tuple[Action, ...]:
    """Block and score the payee, look for other victims, start the reimbursement clock; tell compliance of a hold."""
    assert f.payment is not None
    account = f.payment.creditor.account
    actions = [act("block_payee", account), act("score_payee", account), act("look_for_other_victims", account)]
    if f.reimbursable:
        actions.append(act("start_reimbursement_clock", f.payment.uetr, "5 business days"))
    if f.compliance_hold:
        actions.append(act("inform_compliance", f.payment.uetr))
    return tuple(actions)
