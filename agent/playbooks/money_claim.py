"""For sections 9 and 10: what is claimed as charges or interest, and what our own records make of it."""

from datetime import date, datetime
from typing import Any

from agent.free_text import extract
from agent.inquiry import Inquiry
from agent.playbooks.look_up import Known
from agent.policy.charges_claim import FEES
from agent.policy.facts import Claim
from tools.bank.records import PriorCase
from tools.claims import OfAgent, ValueOf, charges_known, value_and_compensation
from tools.payment import Agent, Money, Payment


def charges(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What is claimed, what was paid or taken before, and what was agreed."""
    transaction = inquiry.transaction
    claimed = _claimed(inquiry)
    codes = tuple(dict.fromkeys((*_charge_types(inquiry), *(c for c in inquiry.reading.reasons if c in FEES))))
    claim = Claim(money=claimed, charges=transaction.charges, fee_codes=codes)
    payment, agent = inquiry.found, inquiry.case.sender.bic
    if payment is None or agent is None:
        return {"claim": claim, "tracker": ()}
    ledger = inquiry.notebook.ask(charges_known, OfAgent(uetr=payment.uetr, agent=agent))
    kind = "investigation_fee" if any(code in FEES for code in codes) else "charge"
    agreed = [t.money for t in ledger.tariffs if t.kind == kind]
    same = [m for m in agreed if claimed is not None and m.currency == claimed.currency]
    return {
        "claim": Claim(
            money=claimed,
            charges=transaction.charges,
            fee_codes=codes,
            tariff=same[0] if same else None,
            other_tariff=bool(agreed) and not same,
            paid_before=bool(ledger.paid),
            paid=Money(amount=ledger.paid[-1].amount, currency=ledger.paid[-1].currency) if ledger.paid else None,
            paid_on=_day(ledger.paid[-1].at) if ledger.paid else None,
            prepaid=bool(ledger.taken),
            our_case=_opened_for(codes, inquiry.prior),
        )
    }


def _day(at: datetime | date | None) -> date | None:
    return at.date() if isinstance(at, datetime) else at


def _charge_types(inquiry: Inquiry) -> list[str]:
    types = [c.type for c in inquiry.transaction.charges if c.type]
    text = inquiry.reading.text.upper()
    said = [code for code in FEES if code in text.replace("/", " ").split()]
    words = {"INVS": ("INVESTIGATION FEE",), "AMND": ("AMENDMENT FEE",), "CFEE": ("CANCELLATION FEE",)}
    said += [code for code, phrases in words.items() if any(phrase in text for phrase in phrases)]
    return [*types, *said]


_CASE_FOR_FEE = {"AMND": ("modification",), "CFEE": ("recall",)}


def _opened_for(codes: tuple[str, ...], prior: tuple[PriorCase, ...]) -> bool:
    """We sent a case of the kind that the fee is for: any for INVS, a modification for AMND, a recall for CFEE."""
    for code in codes:
        types = _CASE_FOR_FEE.get(code)
        if any(c.direction == "sent" and (types is None or c.type in types) for c in prior):
            return True
    return False


def _claimed(inquiry: Inquiry) -> Money | None:
    """The amount claimed: structured where stated, else the one that the narrative names as the claim."""
    if inquiry.transaction.claimed is not None:
        return inquiry.transaction.claimed
    quoted = extract(inquiry.reading.text, as_of=inquiry.case.as_of.date()).amounts
    payment = inquiry.found
    others = [m for m in quoted if payment is None or m not in (payment.money, payment.instructed)]
    if not others:
        return None
    inquiry.notebook.note("read_claim", {"narrative": inquiry.reading.text[:500]}, {"claimed": str(others[-1])})
    return others[-1]


def interest(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Agreed and actual value date, who was late, and our own figure."""
    kind = "RQUF" if _use_of_funds(inquiry) else "RQVA"
    claimed = _claimed(inquiry)
    payment = inquiry.found
    if payment is None:
        return {"investigation_type": kind, "claim": Claim(money=claimed)}
    agents = tuple(a for a in (inquiry.case.sender.bic, *inquiry.case.our_bics) if a is not None)
    found = inquiry.notebook.ask(value_and_compensation, ValueOf(uetr=payment.uetr, kind=kind, agents=agents))
    dates = found.value_date
    return {
        "investigation_type": kind,
        "claim": Claim(money=claimed, recomputed=found.figure, computable=found.figure is not None),
        "late_days": (dates.actual - dates.agreed).days if dates else None,
        "cause": dates.cause if dates else None,
        "agreed_date": dates.agreed if dates else None,
        "actual_date": dates.actual if dates else None,
        "delaying_agent": _delaying_agent(inquiry, payment),
    }


def _delaying_agent(inquiry: Inquiry, payment: Payment) -> Agent | None:
    """Who else can have been late, where the chain holds one bank beside us and the claimant; None names nobody."""
    claimant = inquiry.case.sender.bic
    chain = (payment.debtor_agent, payment.instructing_agent, *payment.intermediaries, payment.instructed_agent)
    others = [
        agent
        for agent in (*chain, payment.creditor_agent)
        if not inquiry.case.is_us(agent) and not (claimant is not None and claimant.same_as(agent))
    ]
    return others[0] if others and all(others[0].same_as(agent) for agent in others) else None


def _use_of_funds(inquiry: Inquiry) -> bool:
    stated = inquiry.transaction.investigation_type
    if stated is not None:
        return stated == "RQUF"
    return "USE OF FUNDS" in inquiry.reading.text.upper()
