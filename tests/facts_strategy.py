"""Facts as an investigation could find them, for every type of case: consistent, and reaching into every corner.

`some_facts` asks one question after another ("which rail?", "is it credited?") and is told by `choose`. Hypothesis
answers in one driver and shrinks what fails; a seeded generator answers in the other and makes thousands quickly.
"""

import random
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any, Protocol, TypeVar, cast, get_args

from hypothesis import strategies as st

from agent.case import InvestigationType
from agent.policy.facts import Claim, Facts
from tests.situations import (
    FAR,
    NOW,
    OUR_CUSTOMER,
    THEIR_CUSTOMER,
    THEM,
    a_hold,
    a_payment,
    a_uetr,
    an_account,
    an_earlier_case,
    asked,
    money,
)
from tools.bank.records import Hold, HoldKind, TrackerEvent
from tools.compensation import ClaimKind, compensation
from tools.message import Modification, StatedParty
from tools.payment import Charge, Money, Payment, Rail

TYPES: tuple[InvestigationType, ...] = get_args(InvestigationType)
RAILS: tuple[Rail, ...] = get_args(Rail)
HOLDS: tuple[HoldKind, ...] = get_args(HoldKind)
CUSTOMER_ASKS = ("recall", "non_receipt_asked_by_customer", "fraud_report")
"""Types that only customers or colleagues of ours open."""
EITHER_ASKS = ("modification", "status_enquiry", "charges_claim", "value_date_claim", "unknown")

_DIRECTIONS = {
    "cancellation_received": ("inbound", "transit"),
    "debit_authority": ("inbound",),
    "non_receipt_received": ("inbound", "transit"),
    "modification": ("inbound", "transit"),
    "recall": ("outbound",),
    "non_receipt_asked_by_customer": ("outbound",),
    "missing_cover": ("outbound",),
    "return_received": ("outbound", "transit"),
    "reject_received": ("outbound",),
    "fraud_report": ("outbound",),
    "unable_to_apply": ("outbound", "transit"),
    "answer_received": ("outbound",),
}
_STATES = {
    "inbound": ("received", "held", "settled", *["credited"] * 6, "returned", "rejected"),
    "outbound": (
        *("received", "held", "released", "released", "settled", "settled", "settled", "settled", "credited"),
        *("returned", "rejected", "cancelled"),
    ),
    "transit": ("received", "held", "settled", "forwarded", "returned", "rejected"),
}
_MESSAGES = {
    "cancellation_received": ("camt.056", "MT192", "MT199", "email"),
    "recall": ("email", "camt.055"),
    "non_receipt_received": ("camt.110", "camt.027", "MT195", "email"),
    "unable_to_apply": ("camt.110", "camt.026", "MT195"),
    "modification": ("camt.087", "MT195", "camt.110"),
    "missing_cover": ("camt.110",),
    "return_received": ("pacs.004", "MT103"),
    "reject_received": ("pacs.002",),
    "status_enquiry": ("pacs.028", "camt.110"),
    "charges_claim": ("camt.106", "camt.110", "MT191"),
    "value_date_claim": ("camt.110", "camt.087", "MT195"),
    "compliance_request": ("camt.110",),
    "debit_authority": ("camt.037", "camt.110", "MT195"),
    "answer_received": ("camt.029", "camt.111", "MT196"),
    "unknown": ("", "pain.001", "MT199"),
}
_REASONS = {
    "cancellation_received": ("DUPL", "TECH", "FRAD", "FRAD", "FRAD", "AC03", "AM09", "CUST", "CUTA"),
    "debit_authority": ("FRAD", "DUPL", "CUST", None),
    "return_received": (
        *(*["FOCR"] * 8, "LEGL", "RR04", "AM07", "FR01", "FRAD", "AC06", "AG01", "AC01", "BE04", "RC01", "AGNT"),
        *("AC04", "AC07", "MD07", "AM05", "DUPL", "MS02", "MS03", "NARR", "AM09", None),
    ),
    "reject_received": ("LEGL", "FR01", "AC06", "AG01", "AC01", "AC04", "RC01", "FF05", "MS03", None),
    "compliance_request": (None, "FRAD"),
    "fraud_report": ("FRAD",),
}
_ANSWERS = (
    *("CNCL", "IPAY", "PECR", "CLSD", "CLSD", "RJCR", "RJCR", "RJCT", "RJNR", "RJVA", "RJMOD", "PDCR", "PDNG", "FTNA"),
    *("CONF", "ACNR", "ACVA", "CVAA", "MODI", "INFO", "IPYI", "ICOV", "MCOV", None),
)
_AMOUNTS = ("310.00", "8500.00", "9999.99", "10000.00", "250000.00")


T = TypeVar("T")


class Choose(Protocol):
    """Picks one of several answers."""

    def __call__(self, *options: T) -> T: ...


def some_facts(choose: Choose, type: InvestigationType) -> Facts:
    """Facts of one case of this type, as `choose` tells them."""
    from_bank = choose(True, False) if type in EITHER_ASKS else type not in CUSTOMER_ASKS
    payment = _payment(choose, type, from_bank) if choose(*[True] * 9, False) else None
    rail = payment.rail if payment else choose(None, *RAILS)
    reason = choose(*_REASONS.get(type, (None,)))
    told: dict[str, Any] = {
        "type": type,
        "as_of": NOW,
        "message": choose(*_MESSAGES.get(type, ("email",))) if from_bank else choose("email", "text"),
        "rail": rail,
        "from_bank": from_bank,
        "requester": THEM if from_bank else None,
        "same_message": choose(*[None] * 30, "EARLIER-9") if type != "unknown" else None,
        "candidates": 1 if payment else choose(0, 0, 2),
        "reason": reason,
        "reasons": (reason,) if reason else (),
        "payment": payment,
        "stated": choose(None, money("4250.00 EUR")),
    }
    if payment is not None:
        told |= _around(choose, type, payment, from_bank)
    told |= _of_the_type(choose, type, payment, told)
    return Facts(**told)


def _payment(choose: Choose, type: InvestigationType, from_bank: bool) -> Payment:
    either = ("inbound", "outbound")
    direction = choose(*_DIRECTIONS.get(type, either) if from_bank or type in CUSTOMER_ASKS else either)
    rail = choose("CBPR", "CBPR", "SEPA_SCT", "SEPA_SCT", *RAILS)
    currency = {"CBPR": choose("EUR", "USD", "CHF"), "SEPA_SCT": "EUR", "SEPA_INST": "EUR", "T2": "EUR"}.get(
        rail, "GBP" if rail in ("FPS", "CHAPS") else "USD"
    )
    method = choose("INDA", "COVE", "COVE", None) if rail == "CBPR" else choose("CLRG", None)
    covers = type in ("return_received", "reject_received") and choose(True, False, False, False)
    charges = choose((), (Charge(agent=THEM, amount=Decimal(5), currency=currency),))
    return a_payment(
        f"{choose(*_AMOUNTS)} {currency}",
        direction,
        choose(*_STATES[direction]),
        rail=rail,
        settlement_method=None if covers else method,
        charge_bearer=choose("DEBT", "SHAR", "CRED"),
        charges=charges,
        covers=a_uetr("the order") if covers else None,
        state_reason=choose(None, "AC04", "RR04", "AM07", "MD07", "NOAS"),
    )


def _around(choose: Choose, type: str, payment: Payment, from_bank: bool) -> dict[str, Any]:
    """Our place, who asks, holds, accounts and other cases."""
    role = {"inbound": "creditor_agent", "outbound": "debtor_agent"}.get(payment.direction, "intermediary")
    standings = (
        ("neighbour",) * 28 + ("in_chain", "stranger")
        if from_bank
        else ("owner",) * 26 + ("ourselves", "ourselves", "owner_unverified", "stranger")
    )
    ours = payment.debtor if payment.direction == "outbound" else payment.creditor
    account = _account(choose, payment) if payment.direction != "transit" else None
    return {
        "role": role,
        "next_agent": {"outbound": THEM, "transit": FAR}.get(payment.direction),
        "previous_agent": None if payment.direction == "outbound" else THEM,
        "requester_upstream": from_bank and payment.direction != "outbound",
        "standing": choose(*standings),
        "contradiction": choose(*[None] * 30, "the request says 1.00 EUR"),
        "holds": _holds(choose, payment, ours.account),
        "debtor_account" if payment.direction == "outbound" else "creditor_account": account,
        "prior": _prior(choose, payment, type),
        "tracker": _tracker(choose, payment),
        "due": choose(None, NOW.date() + timedelta(days=5)),
    }


def _account(choose: Choose, payment: Payment) -> Any:
    balance = choose(payment.amount * 2, payment.amount, payment.amount / 2, Decimal(0))
    status = choose("open", "open", "open", "closed", "blocked", "deceased")
    account = OUR_CUSTOMER if payment.direction == "inbound" else payment.debtor.account
    return an_account(account, f"{balance:.2f} {payment.currency}", status)


def _holds(choose: Choose, payment: Payment, ours: str) -> tuple[Hold, ...]:
    if choose(True, True, False):
        return ()
    return (a_hold(choose(*HOLDS), choose(cast("Payment | str", payment), ours)),)


def _prior(choose: Choose, payment: Payment, type: str) -> tuple[Any, ...]:
    if choose(True, True, False):
        return ()
    tracing = type == "non_receipt_asked_by_customer"
    direction = "sent" if tracing or type == "return_received" else choose("received", "sent")
    types = (
        ("recall", "recall", "recall", "non_receipt", "status_enquiry", "modification")
        if direction == "sent"
        else ("cancellation_received", "unable_to_apply", "modification", "non_receipt_received", "fraud_report")
    )
    status, reason = choose("open", "open", "closed"), choose(None, "DUPL", "FRAD", "CUST")
    return (an_earlier_case(payment, choose(*types), direction, status=status, reason=reason),)


def _tracker(choose: Choose, payment: Payment) -> tuple[TrackerEvent, ...]:
    status, reason = choose(
        (None, None), (None, None), ("ACSP", "G000"), ("ACSP", "G003"), ("ACSC", None), ("ACCC", None), ("RJCT", "AC04")
    )
    if status is None:
        return ()
    event = {"uetr": payment.uetr, "at": NOW - timedelta(days=1), "agent": THEM, "status": status, "reason": reason}
    return (TrackerEvent.model_validate(event),)


def _of_the_type(choose: Choose, type: str, payment: Payment | None, told: dict[str, Any]) -> dict[str, Any]:
    """What only the playbook of this type finds out."""
    match type:
        case "cancellation_received" | "debit_authority":
            return _authority(choose, payment, told) if payment else {}
        case "recall":
            return _recall(choose, payment)
        case "non_receipt_asked_by_customer":
            due = NOW.date() + timedelta(days=1)
            return _cover(choose, payment) | choose({}, {"executing": True, "execution_due": due})
        case "non_receipt_received" | "missing_cover":
            return _cover(choose, payment)
        case "unable_to_apply":
            return _data(choose, payment)
        case "modification":
            adds_only = choose(True, False)
            return {"modification": choose(None, *_CHANGES), "modification_adds_only": adds_only}
        case "return_received" | "reject_received":
            return _return(choose, payment, type)
        case "charges_claim":
            return {"claim": _charges(choose, payment)}
        case "value_date_claim":
            return _value_date(choose, payment)
        case "compliance_request":
            return {"investigation_type": "RQFI", "investigation_sub_type": choose("SANC", "AMLI", "FRAD")}
        case "fraud_report":
            pays_back = choose(True, False)
            by = NOW.date() + timedelta(days=7) if pays_back else None
            return {"paid_to_us": choose(True, False), "reimbursable": pays_back, "reimburse_by": by}
        case "answer_received":
            return _answer(choose, payment)
        case _:
            return {}


def _authority(choose: Choose, payment: Payment, told: dict[str, Any]) -> dict[str, Any]:
    answer = choose("not asked", "yes", "yes", "no", "silent")
    inside = choose(None, True, True, False)
    if payment.rail not in ("SEPA_SCT", "SEPA_INST", "FEDNOW") or (
        payment.rail == "FEDNOW" and told["reason"] == "FRAD"
    ):
        inside = None  # these have no window for the reason
    return {
        "authority": None if answer == "not asked" else asked(payment, {"silent": None}.get(answer, answer)),
        "deadline": NOW.date(),
        "deadline_passed": choose(True, False),
        "return_reference": choose(None, "RET-1"),
        **_window(inside),
        **(_cover(choose, payment) if told["type"] == "cancellation_received" else {}),
    }


def _window(inside: bool | None) -> dict[str, Any]:
    if inside is None:
        return {"in_window": None}
    last = NOW.date() + timedelta(days=3 if inside else -3)
    return {"in_window": inside, "window_last_day": last, "window_text": f"10 BBD after settlement, last day {last}"}


def _recall(choose: Choose, payment: Payment | None) -> dict[str, Any]:
    claimed, twin = choose(True, False), choose(None, a_uetr("the twin"))
    if payment is None:
        return {"duplicate_claimed": claimed}
    reasons: tuple[str, ...] = ("DUPL", "FRAD", "TECH", "AC03", "AM09", "CUST")
    if payment.rail not in ("SEPA_SCT", "SEPA_INST"):
        reasons += ("CURR", "AGNT")
    reason = "DUPL" if claimed else choose(*reasons[1:])
    sepa = payment.rail in ("SEPA_SCT", "SEPA_INST")
    inside = choose(True, True, False) if sepa or (payment.rail == "FEDNOW" and reason != "FRAD") else None
    later = NOW.date() + timedelta(days=200) if sepa and inside is False and choose(True, False) else None
    return {
        "duplicate_claimed": claimed,
        "twin": twin if claimed else None,
        "underpaid": not claimed and choose(True, False, False),
        "new_recall_reason": reason,
        "other_route_open": later is not None,
        "other_route_until": later,
        **_window(inside),
        **_cover(choose, payment),
    }


def _cover(choose: Choose, payment: Payment | None) -> dict[str, Any]:
    if payment is None or payment.settlement_method != "COVE":
        return {}
    state = choose("none", "sent", "settled", "back")
    cover = None
    if state != "none":
        cover = a_payment(f"{payment.amount} {payment.currency}", "outbound", "settled", name="cover")
    return {"cover": state, "cover_payment": cover, "cover_traced": state == "sent" and choose(True, False)}


def _data(choose: Choose, payment: Payment | None) -> dict[str, Any]:
    found: dict[str, Any] = {"name_mismatch": choose(True, False, False), "data_asked": ("remittance",)}
    if payment is None:
        return found
    held, details = choose(True, False), choose("not asked", "silent", "late", "no", "yes")
    answered = details if details in ("no", "yes") else None
    return found | {
        "data_held": held,
        "data_given": (("Remittance information", "Order 7781"),) if held else (),
        "details": None if details == "not asked" else asked(payment, answered, "details"),
        "details_overdue": details == "late",
        "reason": choose("MS03", "IN05", "MM20"),
    }


_CHANGES = (
    Modification(remittance="Order 7781 and 7782"),
    Modification(purpose="SUPP"),
    Modification(charge_bearer="DEBT"),
    Modification(money=money("9000000.00 EUR")),
    Modification(money=money("1.00 EUR")),
    Modification(money=money("1.00 CHF")),
    Modification(creditor=StatedParty(name="Somebody Else")),
    Modification(creditor=StatedParty(account=THEIR_CUSTOMER)),
    Modification(debtor=StatedParty(name="Grebe Boats")),
    Modification(settlement_date=NOW.date()),
    Modification(other=("UltmtCdtr",)),
)


def _return(choose: Choose, payment: Payment | None, type: str) -> dict[str, Any]:
    if type == "reject_received":
        return {"return_is_reject": True}
    if payment is None:
        return {"returned_amount": money("4250.00 EUR")}
    less, more = payment.amount - 5, payment.amount + 5
    came = choose(payment.amount, payment.amount, less, more)
    currency = choose(*[payment.currency] * 6, "JPY")
    charge = Money(amount=Decimal(5), currency=payment.currency)
    return {
        "returned_amount": Money(amount=came, currency=currency),
        "return_charges": choose(None, charge),
        "return_has_rate": currency == "JPY" and choose(True, False),
        "order_alive": payment.covers is not None and choose(True, False),
        "twin": choose(None, a_uetr("the twin")),
    }


def _charges(choose: Choose, payment: Payment | None) -> Claim:
    currency = payment.currency if payment else "EUR"
    claimed = choose(None, *[Money.of(amount, currency) for amount in ("5.00", "25.00", "26.00")])
    tariff = choose(None, Money.of("25.00", currency))
    return Claim(
        money=claimed,
        fee_codes=choose((), (), ("INVS",), ("CFEE",)),
        tariff=tariff,
        other_tariff=tariff is None and choose(True, False),
        paid_before=choose(False, False, True),
        prepaid=choose(False, False, True),
        our_case=choose(True, False),
    )


def _value_date(choose: Choose, payment: Payment | None) -> dict[str, Any]:
    kind: ClaimKind = choose("RQVA", "RQVA", "RQUF")
    currency = payment.currency if payment else "EUR"
    claimed = choose(None, *[Money.of(amount, currency) for amount in ("1", "90", "5000000")])
    if payment is None:
        return {"investigation_type": kind, "claim": Claim(money=claimed, computable=False)}
    days = choose(None, 0, 1, 3)
    agreed = payment.settlement_date
    actual = agreed + timedelta(days=days or 0)
    figure = None
    if days is not None and choose(True, True, True, False):
        fee = Money.of("50", payment.currency)
        figure = compensation(payment.money, Decimal("3.72"), agreed, actual, kind, fee)
    return {
        "investigation_type": kind,
        "claim": Claim(money=claimed, recomputed=figure, computable=figure is not None),
        "late_days": days,
        "cause": None if days is None else ("none" if days == 0 else choose("ours", "theirs", "other")),
        "agreed_date": agreed if days is not None else None,
        "actual_date": actual if days is not None else None,
    }


def _answer(choose: Choose, payment: Payment | None) -> dict[str, Any]:
    types = ("recall", "recall", "recall", "non_receipt", "modification", "unable_to_apply", "value_date_claim")
    found, reason = choose(True, True, True, True, False), choose(None, "DUPL", "TECH", "FRAD", "CUST")
    status = choose(*_ANSWERS)
    codes: tuple[str, ...] = ("CUST", "LEGL", "AM04", "INDM", "IDMN", "ARDT", "ARJT", "NOOR", "NOAS", "AC04")
    code = choose(*codes) if status in ("RJCR", "RJCT", "RJNR") else None
    return {
        "answer_status": status,
        "reason": code,
        "reasons": (code,) if code else (),
        "our_case": an_earlier_case(payment, choose(*types), "sent", id="OURS-1", reason=reason) if found else None,
        "answer_has_content": choose(True, False),
        "announces_return": choose(True, False),
        "returned": choose(True, False),
        "proof_of_receipt": choose(True, False),
    }


# The two drivers.


@st.composite
def facts_of(draw: st.DrawFn, types: tuple[InvestigationType, ...] = TYPES) -> Facts:
    """Facts told by hypothesis."""

    def choose(*options: T) -> T:
        return options[draw(st.integers(0, len(options) - 1))]

    return some_facts(choose, draw(st.sampled_from(types)))


def many_facts(count: int, seed: int, types: tuple[InvestigationType, ...] = TYPES) -> Iterator[Facts]:
    """Facts told by a seeded generator: the same seed tells the same, `count` for each type."""
    dice = random.Random(seed)

    def choose(*options: T) -> T:
        return dice.choice(options)

    for type in types:
        for _ in range(count):
            yield some_facts(choose, type)
