"""The playbooks: which look-ups each type of case needs, and what each finds out for the tables.

A look-up asks read tools through the notebook and returns fields of `Facts`. It runs whether or not the payment was
found, and says nothing where it has nothing to say.
"""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from agent.answer_words import answer_in_words
from agent.case import InvestigationType
from agent.change import change_in_words, contradicts
from agent.data_asked import data_asked, data_given, names_do_not_match
from agent.free_text import extract, recall_reason
from agent.inquiry import Inquiry
from agent.policy.charges_claim import FEES
from agent.policy.facts import BACK, SEPA, Claim
from agent.related import related_case
from tools.bank.records import CustomerAnswer, PriorCase
from tools.calendar import add_business_days, calendar_of
from tools.claims import OfAgent, ValueOf, charges_known, value_and_compensation
from tools.clocks import local_date, reimbursement_clock
from tools.deadlines import (
    AnswerClock,
    ExecutionClock,
    RecallClock,
    answer_clock,
    execution_clock,
    recall_clock,
)
from tools.message import Modification
from tools.payment import Agent, Money, Payment
from tools.records import OfCase, OfPayment, cases_by_reference, customer_answers, incidents, trace_payment
from tools.related import OfOrder, OfPaymentAlone, find_cover, find_duplicate, find_returns

Known = Mapping[str, Any]
LookUp = Callable[[Inquiry, Known], dict[str, Any]]


# Cancellations and debit authority.


def creditor_answer(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What the creditor was asked, and until when the answer may come (from the request's creation date)."""
    payment = inquiry.found
    if payment is None:
        return {}
    answers = inquiry.notebook.ask(customer_answers, OfPayment(uetr=payment.uetr)).answers
    due = inquiry.notebook.ask(
        answer_clock,
        AnswerClock(
            rail=payment.rail,
            currency=payment.currency,
            asked_at=inquiry.asked_at,
            as_of=inquiry.case.as_of,
            customer=True,
        ),
    )
    return {
        "authority": _last(answers, "debit_authority"),
        "deadline": due.last_day,
        "deadline_passed": due.passed,
        "due": due.last_day,
    }


def our_answer_due(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Until when a bank's inquiry is to be answered."""
    payment = inquiry.found
    if payment is None or not inquiry.case.from_bank:
        return {}
    clock = AnswerClock(
        rail=payment.rail,
        currency=payment.currency,
        asked_at=inquiry.asked_at,
        as_of=inquiry.case.as_of,
        inquiry=True,
    )
    return {"due": inquiry.notebook.ask(answer_clock, clock).last_day}


def _last(answers: tuple[CustomerAnswer, ...], question: str) -> CustomerAnswer | None:
    asked = [a for a in answers if a.question == question]
    return max(asked, key=lambda a: a.asked_at) if asked else None


def recall_in_time(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the request came inside the rail's window for its reason."""
    payment = inquiry.found
    if payment is None:
        return {}
    reason = known.get("new_recall_reason") or known["reason"]
    window = inquiry.notebook.ask(
        recall_clock,
        RecallClock(
            rail=payment.rail,
            reason=reason,
            settlement_date=payment.settlement_date,
            currency=payment.currency,
            requested_at=inquiry.asked_at,
        ),
    )
    text = f"{window.length} after settlement, last day {window.last_day}" if window.last_day else None
    return {
        "in_window": window.inside,
        "window_text": text,
        "window_last_day": window.last_day,
        "other_route_until": window.other_route_until,
        "other_route_open": window.other_route_until is not None,
    }


def twin_if_claimed(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """DUPL: show the twin, or that none was found."""
    claimed = known["reason"] in ("DUPL", "AM05") or known.get("duplicate_claimed", False)
    if inquiry.found is None or not claimed:
        return {}
    finding = inquiry.notebook.ask(find_duplicate, OfPaymentAlone(uetr=inquiry.payment.uetr))
    return {"duplicate_claimed": claimed, "twin": finding.twin.uetr if finding.twin else None}


def cover(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """The cover of an order by cover method, and whether we trace it already."""
    payment = inquiry.found
    if payment is None or payment.settlement_method != "COVE":
        return {}
    found = inquiry.notebook.ask(find_cover, OfOrder(uetr=payment.uetr))
    return {
        "cover": found.state,
        "cover_payment": found.cover,
        "cover_traced": found.cover is not None and _traced(inquiry, found.cover),
    }


def _traced(inquiry: Inquiry, cover: Payment) -> bool:
    """An open case that we sent to the agent that carries the cover, about the cover or its order."""
    about = (*inquiry.prior, *inquiry.notebook.aside.prior_cases(cover.uetr))
    return any(
        c.direction == "sent"
        and c.status == "open"
        and c.type != "recall"
        and cover.instructed_agent.same_as(c.counterparty)
        for c in about
    )


def return_made(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Returns of the payment in our records, with the reference that a refusal quotes."""
    if inquiry.found is None:
        return {}
    returns = inquiry.notebook.ask(find_returns, OfPaymentAlone(uetr=inquiry.payment.uetr)).returns
    last = returns[-1] if returns else None
    came = _total([r.money for r in returns])
    if came is not None:
        _note_rest(inquiry, inquiry.payment.money, came)
    return {
        "returned": bool(returns),
        "return_reference": last.message_id if last else None,
        "came_back": came,
    }


def leaves_on(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """When an order that only missed the cut-off goes out: the next banking day, never before its own date."""
    payment, holds = inquiry.found, known.get("holds", ())
    if payment is None or {h.kind for h in holds} != {"cutoff"}:
        return {}
    cal, today = calendar_of(payment.rail, payment.currency), inquiry.case.as_of.date()
    missed = [h.since.date() if isinstance(h.since, datetime) else h.since for h in holds if h.since is not None]
    next_day = add_business_days(max(missed, default=today), 1, cal)
    day = max(next_day, add_business_days(today, 0, cal), payment.settlement_date)
    inquiry.notebook.note(
        "next_banking_day", {"rail": payment.rail, "since": str(missed[-1:])}, {"day": day.isoformat()}
    )
    return {"leaves_on": day}


# Recalls of ours.

_SEPA_REASONS = ("DUPL", "TECH", "FRAD", "AC03", "AM09", "CUST")


def why_recall(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """The reason of a recall of ours: stated code or words, then what the records prove (table 2, reason list)."""
    stated = known["reason"] if inquiry.reading.reasons else None
    said = recall_reason(inquiry.reading.text)
    claimed, underpaid = _amount_compared(inquiry, stated or said.code, said.underpaid and stated is None)
    found: dict[str, Any] = {"underpaid": underpaid, "duplicate_claimed": claimed == "DUPL"}
    if inquiry.found is None:
        return found
    if underpaid:
        _note_shortfall(inquiry)
    uetr = inquiry.payment.uetr
    if claimed == "DUPL":
        found |= twin_if_claimed(inquiry, dict(known) | found)
    if claimed == "TECH":
        touched = inquiry.notebook.ask(incidents, OfPayment(uetr=uetr)).incidents
        found["incident"] = touched[0].id if touched else None
        if not touched:
            claimed = None
    reason = claimed or _reason_of_ours(inquiry) or "CUST"
    if inquiry.payment.rail in SEPA and reason not in _SEPA_REASONS:
        reason = "CUST"
    return found | {"new_recall_reason": reason}


_MEANT = re.compile(
    r"\b(?:sh(?:ou)?ld\s+have|ought\s+to|meant|intended|instead\s+of|supposed\s+to|rather\s+than|correct\s+amount"
    r"|sollte\w*|gemeint|statt|anstatt|richtig\w*|aurait\s+d[uû]|au\s+lieu|deb[ií]a\w*|en\s+lugar|en\s+vez"
    r"|moeten|had\s+.{0,30}\s+moeten|in\s+plaats|doveva\w*|invece)\b",
    re.IGNORECASE,
)


def _amount_compared(inquiry: Inquiry, claimed: str | None, underpaid: bool) -> tuple[str | None, bool]:
    """A wrong amount: what was meant against what was sent says whether it was too much, too little or other money."""
    payment = inquiry.found
    if payment is None or inquiry.reading.reasons:
        return claimed, underpaid
    if not (underpaid or claimed in ("AM09", "CURR") or _MEANT.search(inquiry.reading.text)):
        return claimed, underpaid
    sent = payment.instructed or payment.money
    others = [m for m in inquiry.reading.amounts if m != sent]
    if (
        not others
        or (claimed == "DUPL" and others[-1].currency == sent.currency)
        or claimed in ("FRAD", "TECH", "AC03")
    ):
        return claimed, underpaid
    if others[-1].currency != sent.currency:
        return "CURR", False
    meant = others[-1]
    less = sent < meant
    if less:
        short = Money(amount=meant.amount - sent.amount, currency=sent.currency)
        inquiry.notebook.note("compare_amounts", {"sent": str(sent), "meant": str(meant)}, {"difference": str(short)})
    return (None if less else "AM09"), less


_COVER_BACK = re.compile(
    r"\bcover\b.{0,80}\b(?:came back|come back|returned|rejected|sent back)\b", re.IGNORECASE | re.DOTALL
)
_NO_REMEDY = re.compile(
    r"\b(?:cannot|can not|can't|could not|unable to)\b.{0,40}\b(?:appl|answer|suppl|provide)\w*",
    re.IGNORECASE | re.DOTALL,
)


def _reason_of_ours(inquiry: Inquiry) -> str | None:
    """A recall by our own wish: the cover came back (COVR), or an enquiry has no remedy (CUTA)."""
    if inquiry.case.from_bank or inquiry.case.sender.customer_id is not None:
        return None
    if _COVER_BACK.search(inquiry.reading.text):
        return "COVR"
    return "CUTA" if _NO_REMEDY.search(inquiry.reading.text) else None


def reimbursement(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the creditor agent is us, and whether the UK reimbursement clock starts."""
    payment = inquiry.found
    if payment is None:
        return {}
    owner = inquiry.owner_of(payment.debtor.account)
    clock = reimbursement_clock(
        payment.rail,
        owner.segment if owner else None,
        payment.settlement_date,
        local_date(inquiry.case.as_of, payment.rail),
    )
    return {
        "paid_to_us": inquiry.case.is_us(payment.creditor_agent),
        "reimbursable": clock is not None,
        "reimburse_by": clock.decide_by if clock else None,
    }


# On the way.


def trail(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What the tracker or the rail reported, oldest first."""
    if inquiry.found is None:
        return {}
    events = inquiry.notebook.ask(trace_payment, OfPayment(uetr=inquiry.payment.uetr)).events
    return {"tracker": events}


def execution(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Whether the rail's time to credit is still running."""
    payment = inquiry.found
    if payment is None:
        return {}
    time = inquiry.notebook.ask(
        execution_clock,
        ExecutionClock(
            rail=payment.rail,
            currency=payment.currency,
            settlement_date=payment.settlement_date,
            as_of=inquiry.case.as_of,
        ),
    )
    return {"executing": not time.over, "execution_due": time.due}


# Unable to apply, and modifications.


def missing_data(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Which data they ask for, whether our full record holds them, and whether our customer was asked."""
    asked = data_asked(inquiry.transaction, inquiry.reading.text)
    found: dict[str, Any] = {
        "data_asked": asked,
        "name_mismatch": names_do_not_match(inquiry.transaction, inquiry.reading.text),
    }
    payment = inquiry.found
    if payment is None:
        return found
    answers = inquiry.notebook.ask(customer_answers, OfPayment(uetr=payment.uetr)).answers
    details = _last(answers, "details")
    overdue = False
    if details is not None and details.answer is None and details.answered_at is None:
        clock = AnswerClock(
            rail=payment.rail,
            currency=payment.currency,
            asked_at=details.asked_at,
            as_of=inquiry.case.as_of,
            inquiry=True,
            customer=True,
        )
        overdue = inquiry.notebook.ask(answer_clock, clock).passed
    given = data_given(asked, payment, inquiry.accounts.accounts, details)
    return found | {
        "details": details,
        "details_overdue": overdue,
        "data_given": given or (),
        "data_held": given is not None,
    }


def change(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What a modification asks for; in a free text, what its words ask for."""
    wanted = inquiry.transaction.modification
    if wanted is None:
        wanted = change_in_words(inquiry.reading.text, inquiry.found, inquiry.case.as_of.date())
    return {"modification": wanted, "modification_adds_only": _adds_only(wanted, inquiry.found)}


def _adds_only(wanted: Modification, payment: Payment | None) -> bool:
    """The new text names no number that stands against one of the payment's under the same word."""
    if payment is None:
        return False
    return not contradicts(wanted.remittance or "", payment.remittance or "")


# Claims of money.


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


# Money that comes back, and answers.


def money_back(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """What came back, what the return deducts, and whether the order behind a cover is alive."""
    transaction = inquiry.transaction
    charges = [c.money for c in transaction.charges]
    found: dict[str, Any] = {
        "returned_amount": transaction.returned,
        "return_has_rate": transaction.exchange_rate is not None,
        "return_charges": _total(charges),
        "return_deductions": tuple(c for c in transaction.charges if c.type != "CompstnAmt"),
    }
    payment = inquiry.found
    if payment is not None and transaction.returned is not None:
        _note_rest(inquiry, payment.money, transaction.returned, _total(charges))
    if payment is None or payment.covers is None:
        return found
    order = inquiry.notebook.aside.payment(payment.covers)
    recalled = any(
        c.type == "recall" and c.direction == "sent" and c.status == "open"
        for c in inquiry.notebook.aside.prior_cases(payment.covers)
    )
    return found | {
        "order_alive": (order is None or order.state not in BACK) and not recalled,
        "order_covered": order,
    }


def _note_shortfall(inquiry: Inquiry) -> None:
    """Keep as evidence by how much less was sent than a letter says was meant."""
    sent = inquiry.payment.instructed or inquiry.payment.money
    meant = [m for m in inquiry.reading.amounts if m != inquiry.payment.money]
    if meant:
        _note_rest(inquiry, meant[-1], sent)


def _note_rest(inquiry: Inquiry, sent: Money, came: Money, charges: Money | None = None) -> None:
    """Keep as evidence what is still missing of a payment, with and without the charges that a return states."""
    if came.currency != sent.currency or came >= sent:
        return
    missing = {"missing": str(sent - came)}
    if charges is not None and charges.currency == sent.currency and charges <= sent - came:
        missing["unexplained"] = str(sent - came - charges)
    inquiry.notebook.note("compare_amounts", {"sent": str(sent), "came": str(came)}, missing)


def _total(charges: list[Money]) -> Money | None:
    if not charges or len({m.currency for m in charges}) != 1:
        return None
    return Money(amount=sum((m.amount for m in charges), Decimal(0)), currency=charges[0].currency)


def twin_if_returned_as_duplicate(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    return twin_if_claimed(inquiry, known) if known["reason"] in ("AM05", "DUPL") else {}


def our_own_case(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Which case of ours an answer belongs to: our case id, else our message id, else an open case of the payment."""
    transaction = inquiry.transaction
    ours: PriorCase | None = None
    named = (related_case(transaction), transaction.case_id, transaction.original.message_id)
    for text in named:
        if text is not None and ours is None:
            known_cases = inquiry.notebook.ask(cases_by_reference, OfCase(reference=text)).cases
            ours = next((c for c in known_cases if c.direction == "sent"), None)
    if ours is None:
        ours = next((c for c in inquiry.prior if c.direction == "sent" and c.status == "open"), None)
    counterparty = inquiry.case.sender.bic
    proof = any(counterparty is not None and counterparty.same_as(e.agent) for e in known.get("tracker", ()))
    return _answer_in_words(inquiry, known) | {
        "our_case": ours,
        "answer_has_content": _has_content(inquiry),
        "announces_return": _announces_return(inquiry),
        "proof_of_receipt": proof,
        "confirmed": transaction.confirmed,
        "confirmed_on": transaction.processed_on,
        "chase_on": _chase_on(inquiry, ours),
    }


def _chase_on(inquiry: Inquiry, ours: PriorCase | None) -> date | None:
    """The next date of the clock that runs for an answer to a case of ours."""
    payment = inquiry.found
    if ours is None or payment is None:
        return None
    clock = AnswerClock(
        rail=payment.rail,
        currency=payment.currency,
        asked_at=ours.opened_at,
        as_of=inquiry.case.as_of,
        inquiry=ours.type != "recall",
    )
    return inquiry.notebook.ask(answer_clock, clock).chase_on


def _answer_in_words(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """Status and codes of an answer that states none but says them in words."""
    if known["answer_status"] is not None:
        return {}
    status, codes = answer_in_words(inquiry.reading.text)
    return {"answer_status": status or "PDCR", "reasons": codes, "reason": codes[0] if codes else None}


def _has_content(inquiry: Inquiry) -> bool:
    transaction = inquiry.transaction
    nothing_added = "NOAD" in transaction.reasons
    supplied = bool(transaction.answer_data) or transaction.authorised is not None or transaction.confirmed is not None
    return not nothing_added and (supplied or bool(transaction.narrative.strip()))


def _announces_return(inquiry: Inquiry) -> bool:
    text = f"{inquiry.transaction.narrative} {inquiry.reading.text}".lower()
    return inquiry.transaction.returned is not None or any(
        word in text for word in ("return", "refund", "pacs.004", "sent back", "send back", "zurück", "retour")
    )


def case_they_chase(inquiry: Inquiry, known: Known) -> dict[str, Any]:
    """STA-0: the open case of theirs that a status request refers to (SEPA: any such case that is open)."""
    open_cases = [c for c in inquiry.prior if c.direction == "received" and c.status == "open"]
    original = inquiry.transaction.original
    named = [
        c
        for c in open_cases
        if (original.message_id is not None and original.message_id in (c.message_id, c.their_case_id, c.id))
        or (inquiry.transaction.case_id is not None and inquiry.transaction.case_id in (c.their_case_id, c.id))
    ]
    refers = (original.message_name or "").startswith("camt.")
    sepa = known["rail"] in SEPA and inquiry.case.from_bank
    chased = named or (open_cases if refers or sepa else [])
    return {"status_of_case": chased[0] if chased else None}


PLAYBOOKS: dict[InvestigationType, tuple[LookUp, ...]] = {
    "cancellation_received": (return_made, cover, creditor_answer, recall_in_time, twin_if_claimed),
    "recall": (why_recall, recall_in_time, cover, return_made),
    "non_receipt_asked_by_customer": (trail, cover, execution, return_made, leaves_on),
    "non_receipt_received": (cover, our_answer_due),
    "unable_to_apply": (missing_data, our_answer_due),
    "modification": (change, our_answer_due),
    "missing_cover": (cover, our_answer_due),
    "return_received": (money_back, twin_if_returned_as_duplicate),
    "reject_received": (money_back,),
    "status_enquiry": (case_they_chase, trail),
    "charges_claim": (charges, our_answer_due),
    "value_date_claim": (interest, our_answer_due),
    "compliance_request": (our_answer_due,),
    "debit_authority": (creditor_answer,),
    "fraud_report": (reimbursement,),
    "answer_received": (trail, our_own_case, return_made),
    "unknown": (),
}
