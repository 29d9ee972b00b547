"""Section 5: a request to modify (camt.087; MT n95 query 17; MT n99)."""

from agent.policy.answers import act, answered_by, same_kind
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.proposal import Action

MODIFICATION = Table("5. Request to modify", ("modification-bans", "modification-codes"))
row = MODIFICATION.row

_TEXT_ONLY = {"UM15"}
_HARMLESS = {"UM15", "UM16", "UM17"}
"""Remittance and references, purpose, charge bearer."""


def codes(f: Facts) -> tuple[str, ...]:
    """The UM code of each field that the request asks to change, lowest first."""
    m, found = f.modification, set[str]()
    if m is None:
        return ("UM15",)
    if m.settlement_date is not None:
        found.add("UM05")
    if m.debtor is not None:
        found |= _party_codes(m.debtor.name or m.debtor.address, m.debtor.account, "UM07", "UM08")
    if m.creditor is not None:
        found |= _party_codes(m.creditor.name or m.creditor.address, m.creditor.account, "UM13", "UM14")
    if m.remittance is not None or m.end_to_end_id is not None or m.instruction_id is not None:
        found.add("UM15")
    if m.purpose is not None:
        found.add("UM16")
    if m.charge_bearer is not None:
        found.add("UM17")
    if m.money is not None:
        found.add("UM27" if f.payment is not None and m.money.currency != f.payment.currency else "UM23")
    if m.debtor_agent is not None or m.creditor_agent is not None or m.other:
        found.add("UM22")
    return tuple(sorted(found)) or ("UM15",)


def _party_codes(name: str | None, account: str | None, name_code: str, account_code: str) -> set[str]:
    return ({name_code} if name else set()) | ({account_code} if account else set())


@row("MOD-1", "not found", "refuse; NOOR in the text", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    if f.payment is not None:
        return None
    kind = answered_by(f)
    if kind == "camt.111":
        send = Send(kind=kind, status="RJCT", reason="NOOR")
        return Verdict(disposition="REJECT", status="RJCT", reason="NOOR", messages=(send,))
    messages = (Send(kind=kind, status="RJMOD", reason="NOOR", say="never_received"),) if kind else ()
    return Verdict(disposition="REJECT", messages=messages, reply=None if f.from_bank else "payment_not_found")


@row("MOD-4", "forwarded", "send the request on", "general-no-bypass")
def forwarded(f: Facts) -> Verdict | None:
    if f.state != "forwarded":
        return None
    interim: tuple[Send, ...] = ()
    if answered_by(f) == "camt.111":
        interim = (Send(kind="camt.111", status="PDNG", reason="FTNA"),)
    elif f.from_bank:
        interim = (Send(kind="camt.029", status="FTNA"),)
    return Verdict(disposition="FORWARD", status="FTNA", messages=(Send(kind=same_kind(f), to="next"), *interim))


@row("MOD-2", "raises the amount, or changes the currency", "refuse: pay the difference, or cancel and send new")
def more_money(f: Facts) -> Verdict | None:
    wanted = f.modification.money if f.modification else None
    if wanted is None or f.payment is None:
        return None
    if wanted.currency == f.payment.currency and wanted.amount <= f.payment.amount:
        return None
    return _refuse(f, "UM27" if wanted.currency != f.payment.currency else "UM23", say="pay_difference")


@row(
    "MOD-3",
    "creditor or creditor account changes",
    "refuse, with a fraud check and a call-back note",
    "modification-beneficiary-control",
)
def other_creditor(f: Facts) -> Verdict | None:
    first = next((c for c in codes(f) if c in ("UM13", "UM14")), None)
    if first is None:
        return None
    return _refuse(f, first, act("fraud_check"), act("call_back", "number on file"), say="cancel_and_resend")


@row("MOD-5a", "credited; only text is added, and nothing contradicts the payment", "pass the text to the creditor")
def text_added(f: Facts) -> Verdict | None:
    if not f.credited or set(codes(f)) != _TEXT_ONLY or not f.modification_adds_only:
        return None
    return _accept(f, "INFO", act("pass_text_to_creditor"))


@row(
    "MOD-5",
    "credited otherwise, returned, rejected or cancelled",
    "refuse; point to a recall",
    "return-recall-reversal",
)
def too_late(f: Facts) -> Verdict | None:
    return _refuse(f, codes(f)[0], say="state_and_recall") if f.credited or f.back else None


@row(
    "MOD-6",
    "not credited; only text or purpose, or the charge bearer while no charge is taken",
    "accept after screening the changed message again",
)
def harmless(f: Facts) -> Verdict | None:
    asked = set(codes(f))
    if not asked <= _HARMLESS or f.payment is None or ("UM17" in asked and f.payment.charges):
        return None
    return _accept(f, "MODI", act("screen_again", f.payment.uetr), act("amend_payment", f.payment.uetr))


@row("MOD-7", "anything else", "refuse; advise to cancel and pay anew")
def otherwise(f: Facts) -> Verdict | None:
    return _refuse(f, codes(f)[0], say="cancel_and_resend")


def _accept(f: Facts, status: str, *actions: Action) -> Verdict:
    kind = answered_by(f)
    messages: tuple[Send, ...] = ()
    if kind == "camt.111":
        messages = (Send(kind=kind, status="CLSD", say="modified"),)
    elif kind:
        messages = (Send(kind=kind, status=status),)
    reply = None if f.from_bank else "modified"
    return Verdict(disposition="ACCEPT", status=status, messages=messages, actions=actions, reply=reply)


def _refuse(f: Facts, reason: str, *actions: Action, say: str) -> Verdict:
    """A refusal is a rejected modification with every UM code in the message; the first is the reason."""
    kind = answered_by(f)
    messages: tuple[Send, ...] = ()
    if kind == "camt.111":
        messages = (Send(kind=kind, status="RJCT", reason="NARR", say=say),)
    elif kind:
        messages = (Send(kind=kind, status="RJMOD", reason=reason, say=say),)
    reply = None if f.from_bank else "cannot_modify"
    return Verdict(disposition="REJECT", reason=reason, messages=messages, actions=actions, reply=reply)
