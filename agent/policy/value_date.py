"""Section 10: value date and use of funds (camt.110 RQVA, RQUF; SEPA camt.087 value date)."""

from agent.policy.answers import act, answer
from agent.policy.disposition import Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from tools.payment import Money

VALUE_DATE_CLAIM = Table("10. Value date and use of funds", ("compensation-formula",))
row = VALUE_DATE_CLAIM.row


def _use_of_funds(f: Facts) -> bool:
    return f.investigation_type == "RQUF"


@row("VAL-1", "payment not found", "refuse", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    if f.payment is not None:
        return None
    status, reason, messages = answer(f, ("RJCT", "NOOR"), ("RJVA", "NOOR"))
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages)


@row("VAL-2", "RQVA, and the value date was as agreed", "refuse: agreed and actual date")
def as_agreed(f: Facts) -> Verdict | None:
    if _use_of_funds(f) or f.late_days is None or f.late_days > 0:
        return None
    status, reason, messages = answer(f, ("RJCT", "NARR"), ("CVAA", None), say="value_dates")
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages)


@row("VAL-0", "value dates, rate or tariff are missing in our records", "ask; no figure", "compensation-eur-guidelines")
def not_computable(f: Facts) -> Verdict | None:
    """The tables name no id for this; a figure is never guessed."""
    ours_to_refuse = not _use_of_funds(f) and f.cause in ("other", "theirs", "none") and not _owed_to_us(f)
    if ours_to_refuse or (f.claim.computable and f.late_days is not None):
        return None
    return Verdict(disposition="REQUEST_INFORMATION", reply="figures_missing")


@row(
    "VAL-2a",
    "RQUF: the money went back later than it came",
    "pay the lower of claim and interest less fee; a claim above that is VAL-4",
)
def use_of_funds(f: Facts) -> Verdict | None:
    if not _use_of_funds(f) or not f.late_days or f.late_days <= 0:
        return None
    return None if _exceeds(f) else _pay(f)


@row("VAL-2b", "RQVA from the sending side; the delay was the requester's", "quote interest plus fee due to us")
def due_to_us(f: Facts) -> Verdict | None:
    if not _owed_to_us(f):
        return None
    status, reason, messages = answer(f, ("PDNG", "PARE"), ("PDNG", None), say="interest_due_to_us")
    back_value = act("back_value_when_paid", f.payment.uetr if f.payment else "")
    return Verdict(
        disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages, actions=(back_value,)
    )


@row("VAL-3", "a claim on us, and the delay was not ours", "refuse; name who caused it")
def not_ours(f: Facts) -> Verdict | None:
    if (f.cause == "ours" or _use_of_funds(f)) and f.late_days and f.late_days > 0:
        return None
    other = f.cause == "other"
    say = "delay_elsewhere" if other else "delay_was_yours"
    status, reason, messages = answer(f, ("RJCT", "AGNT" if other else "NARR"), ("RJVA", None), say=say)
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages)


@row("VAL-4", "ours, and the claim exceeds the recomputed figure", "offer the recomputed figure; show the sum")
def too_much(f: Facts) -> Verdict | None:
    return _offer(f) if _exceeds(f) else None


@row("VAL-5", "ours, and the claim is at or below it", "pay the lower of the two")
def compensate(f: Facts) -> Verdict | None:
    return _pay(f)


def _owed_to_us(f: Facts) -> bool:
    return not _use_of_funds(f) and f.cause == "theirs" and f.requester_upstream


def _exceeds(f: Facts) -> bool:
    claimed, ours = f.claim.money, f.claim.recomputed
    assert ours is not None
    return claimed is not None and (claimed.currency != ours.total.currency or claimed.amount > ours.total.amount)


def lower(f: Facts) -> Money:
    """The lower of the claim and the recomputed figure; a claim without a figure takes ours."""
    ours = f.claim.recomputed
    assert ours is not None
    claimed = f.claim.money
    return ours.total if claimed is None or claimed.amount > ours.total.amount else claimed


def _offer(f: Facts) -> Verdict:
    status, reason, messages = answer(f, ("PDNG", "PARE"), ("PDNG", None), say="recomputed")
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages)


def _pay(f: Facts) -> Verdict:
    status, reason, messages = answer(f, ("CLSD", None), ("ACVA", None), say="compensated")
    pay = act("pay_compensation", str(f.requester or ""), f"{lower(f)} purpose COMP")
    actions = (pay,) if lower(f).amount else ()  # the fee may leave nothing to pay
    return Verdict(disposition="COMPENSATE", status=status, reason=reason, messages=messages, actions=actions)
