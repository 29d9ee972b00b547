"""Section 9: a charges claim (camt.106; camt.110 RQCH; MT n91)."""

from agent.policy.answers import act, answer, escalate
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table

CHARGES_CLAIM = Table("9. Charges claim", ("charges-claims",))
row = CHARGES_CLAIM.row

FEES = ("INVS", "AMND", "CFEE")
"""Fees for an investigation, an amendment, a cancellation: not charges of the transaction itself."""


def _is_fee(f: Facts) -> bool:
    return any(code in FEES for code in f.claim.fee_codes)


@row("CHG-1", "payment not found", "refuse", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    return _refuse(f, "NOOR", "NOOR") if f.payment is None else None


@row("CHG-0", "a question and no amount", "charges listed", "charges-bearer")
def question(f: Facts) -> Verdict | None:
    if f.claim.money is not None:
        return None
    status, reason, messages = _answer(f, "CLSD", None, say="charges_listed")
    reply = None if f.from_bank else "charges_listed"
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages, reply=reply)


@row("CHG-2", "a transaction charge and the charge bearer is not DEBT", "refuse, naming the bearer", "charges-bearer")
def not_ours_to_pay(f: Facts) -> Verdict | None:
    if _is_fee(f) or f.payment is None or f.payment.charge_bearer == "DEBT":
        return None
    return _refuse(f, "NARR", "CHRG", say="charge_bearer")


@row("CHG-2a", "a fee, and we opened no such case or our tariff has no such fee", "refuse")
def no_such_fee(f: Facts) -> Verdict | None:
    if not _is_fee(f) or (f.claim.our_case and (f.claim.tariff is not None or f.claim.other_tariff)):
        return None
    return _refuse(f, "NARR", "CHCO", say="no_such_fee")


@row("CHG-3", "the same agent's claim was paid before, or was prepaid or deducted", "refuse")
def settled_already(f: Facts) -> Verdict | None:
    if f.claim.paid_before:
        return _refuse(f, "DU01", "DU01", say="claim_paid_before")
    return _refuse(f, "NARR", "NARR", say="charge_prepaid") if f.claim.prepaid else None


@row("CHG-4", "above the agreed tariff, in another currency, or no tariff", "the approver decides")
def above_tariff(f: Facts) -> Verdict | None:
    claim, tariff = f.claim.money, f.claim.tariff
    assert claim is not None
    if tariff is not None and tariff.currency == claim.currency and claim.amount <= tariff.amount:
        return None
    return escalate("approver", act("compare_with_tariff", f.payment.uetr if f.payment else ""))


@row("CHG-5", "else", "pay the claim, quoting it", "charges-bearer")
def pay(f: Facts) -> Verdict | None:
    status, reason, messages = _answer(f, "CLSD", None, say="claim_paid")
    pay_claim = act("pay_claim", str(f.requester or ""), str(f.claim.money))
    return Verdict(disposition="ACCEPT", status=status, reason=reason, messages=messages, actions=(pay_claim,))


def _answer(
    f: Facts, status: str, reason: str | None, *, say: str | None
) -> tuple[str | None, str | None, tuple[Send, ...]]:
    """camt.106 is answered by the payment itself, so a yes drafts no message; the rest go the rail's way."""
    if f.message == "camt.106":
        return status, reason, ()
    if f.from_bank and f.message.startswith("MT"):
        return status, reason, (Send(kind="camt.111", status=status, reason=reason, say=say),)
    return answer(f, (status, reason), say=say)


def _refuse(f: Facts, modern: str, camt106: str, *, say: str | None = None) -> Verdict:
    if f.message == "camt.106":
        # pacs.002 has no code for a payment that never came: it says so in words.
        stated, words = ("NARR", "never_received") if camt106 == "NOOR" else (camt106, say)
        send = Send(kind="pacs.002", status="RJCT", reason=stated, say=words)
        return Verdict(disposition="REJECT", status="RJCT", reason=camt106, messages=(send,))
    status, reason, messages = _answer(f, "RJCT", modern, say=say)
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages)
