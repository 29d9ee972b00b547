"""Section 12: a debit authority request (camt.037; camt.110 RQDA)."""

from agent.policy.answers import act, answered_by, escalate
from agent.policy.cancellation_received import agreed, refused, unanswered
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.proposal import Action, DispositionName

DEBIT_AUTHORITY = Table("12. Debit authority request", ("debit-authority-request",))
row = DEBIT_AUTHORITY.row


def _reply(
    f: Facts,
    disposition: DispositionName,
    status: str,
    reason: str | None,
    *actions: Action,
    say: str | None = None,
) -> Verdict:
    """camt.111 where the rail has moved, else camt.036, which knows only yes and no: a wait drafts nothing there."""
    kind = answered_by(f) or "camt.111"
    if kind == "camt.029":
        kind = "camt.036"
    messages: tuple[Send, ...] = (Send(kind=kind, status=status, reason=reason, say=say),)
    if kind == "camt.036" and status == "PDNG":
        messages = ()
    return Verdict(disposition=disposition, status=status, reason=reason, messages=messages, actions=actions)


@row("DBA-8", "payment not found", "refuse", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    return _reply(f, "REJECT", "RJCT", "NOOR") if f.payment is None else None


@row("DBA-7", "already returned or rejected", "refuse")
def already_back(f: Facts) -> Verdict | None:
    return _reply(f, "REJECT", "RJCT", "ARDT") if f.back else None


@row("DBA-4", "under a compliance hold", "refuse, the code alone", "general-compliance-hold", "general-wording")
def under_hold(f: Facts) -> Verdict | None:
    return _reply(f, "REJECT", "RJCT", "LEGL") if f.compliance_hold else None


@row(
    "DBA-6F",
    "creditor not asked; fraud claimed, or a fraud hold on the creditor account",
    "as CXI-7F: hold; the creditor is not contacted",
    "recall-fraud-received",
)
def fraud_not_asked(f: Facts) -> Verdict | None:
    return _fraud(f) if f.authority is None and _suspected(f) else None


@row("DBA-3F", "fraud claimed; creditor refused, or the deadline passed", "as CXI-9", "recall-fraud-received")
def fraud_unanswered(f: Facts) -> Verdict | None:
    if f.reason != "FRAD" or not (refused(f) or (unanswered(f) and f.deadline_passed)):
        return None
    return _fraud(f)


@row("DBA-2", "refused, account closed, or no balance", "not authorised, reason as text", "recall-debit-authority")
def not_given(f: Facts) -> Verdict | None:
    closed = f.creditor_account is not None and f.creditor_account.status == "closed"
    short = agreed(f) and f.balance_covers is False
    if not (closed or short or refused(f)):
        return None
    return _reply(f, "REJECT", "CLSD", None, say="not_authorised")


@row("DBA-1", "authority given", "authorised, amount, value date", "recall-debit-authority")
def given(f: Facts) -> Verdict | None:
    if not agreed(f) or f.payment is None:
        return None
    return _reply(f, "ACCEPT", "CLSD", None, act("debit_account", f.payment.creditor.account), say="authorised")


@row("DBA-3", "no answer at the deadline", "refuse", "recall-debit-authority")
def no_answer(f: Facts) -> Verdict | None:
    return _reply(f, "REJECT", "RJCT", "NOAS") if unanswered(f) and f.deadline_passed else None


@row("DBA-5", "creditor asked; deadline not passed", "wait", "recall-interim-codes")
def waiting(f: Facts) -> Verdict | None:
    if f.authority is None or f.payment is None:
        return None
    return _reply(f, "PEND", "PDNG", "ADAC", act("chase_customer", f.payment.creditor.account))


@row("DBA-6", "creditor not asked yet", "ask the creditor; then wait", "recall-debit-authority")
def not_asked(f: Facts) -> Verdict | None:
    assert f.payment is not None
    return _reply(f, "PEND", "PDNG", "ADAC", act("request_debit_authority", f.payment.creditor.account))


def _suspected(f: Facts) -> bool:
    assert f.payment is not None
    return f.reason == "FRAD" or f.held_for("fraud", account=f.payment.creditor.account)


def _fraud(f: Facts) -> Verdict:
    assert f.payment is not None
    waits = _reply(f, "PEND", "PDNG", "ADAC")
    hold = act("hold_account", f.payment.creditor.account, "fraud")
    return escalate("fraud_specialist", hold, status="PDNG", reason="ADAC", messages=waits.messages)
