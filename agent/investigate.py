"""Investigate: run the playbook's read tools, and gather what they answered into the facts for the policy."""

from typing import Any

from agent.case import Case
from agent.inquiry import Inquiry
from agent.notebook import Notebook
from agent.playbooks import PLAYBOOKS
from agent.policy.facts import Facts, Limits
from agent.reasons import answer_status, reason_of
from agent.standing import next_agent, our_role, previous_agent, standing, upstream
from agent.state import Investigated, Triaged
from tools.bank.records import PriorCase
from tools.records import OfAccounts, OfCase, OfPayment, account_states, cases_by_reference, open_holds, prior_cases


def investigate(triaged: Triaged, notebook: Notebook, limits: Limits) -> Investigated:
    """Return the case with every fact that a row of the tables may turn on."""
    inquiry = Inquiry(triaged, notebook)
    known: dict[str, Any] = _request(triaged) | {"limits": limits, "same_message": _same_message(inquiry)}
    if triaged.found.payment is not None:
        known |= _surroundings(inquiry)
    for look_up in PLAYBOOKS[triaged.type]:
        known |= look_up(inquiry, known)
    if known.get("status_of_case") is not None:
        known |= _chased(inquiry, known, known["status_of_case"])
    return Investigated(
        case=triaged.case,
        type=triaged.type,
        confidence=triaged.confidence,
        reading=triaged.reading,
        found=triaged.found,
        facts=Facts(**known),
    )


def _chased(inquiry: Inquiry, known: dict[str, Any], earlier: PriorCase) -> dict[str, Any]:
    """STA-0: the case that a status request refers to is answered now by its own row, its deadline counted."""
    type = next((t for t in PLAYBOOKS if t == earlier.type and t not in ("unknown", "status_enquiry")), None)
    if type is None:
        return {"status_of_case": None}
    inquiry.asked_at = earlier.opened_at
    found = known | {
        "type": type,
        "message": _REQUEST_OF.get(type, ""),
        "reason": earlier.reason or ("CUST" if type == "cancellation_received" else None),
        "reasons": (earlier.reason,) if earlier.reason else (),
        "prior": tuple(c for c in inquiry.prior if c.id != earlier.id),
    }
    for look_up in PLAYBOOKS[type]:
        found |= look_up(inquiry, found)
    return found


_REQUEST_OF = {"cancellation_received": "camt.056"}
"""The message that opened a chased case, where its type tells; else the answer goes the rail's way."""


def _request(triaged: Triaged) -> dict[str, Any]:
    """What the message alone tells."""
    case, reading, payment = triaged.case, triaged.reading, triaged.found.payment
    return {
        "type": triaged.type,
        "as_of": case.as_of,
        "message": case.kind,
        "rail": payment.rail if payment else case.rail,
        "from_bank": case.from_bank,
        "requester": case.sender.bic,
        "stated": reading.stated,
        "quoted": reading.amounts[0] if reading.amounts else None,
        "reason": reason_of(triaged),
        "reasons": reading.reasons,
        "sub_reasons": reading.sub_reasons,
        "investigation_type": case.transaction.investigation_type,
        "investigation_sub_type": case.transaction.investigation_sub_type,
        "modification": case.transaction.modification,
        "answer_status": answer_status(case.transaction),
        "candidates": len(triaged.found.candidates),
        "payment": payment,
    }


def _surroundings(inquiry: Inquiry) -> dict[str, Any]:
    """What every case of a known payment needs: our place in it, who asks, accounts, holds, other cases."""
    case, payment, notebook = inquiry.case, inquiry.payment, inquiry.notebook
    numbers = (payment.debtor.account, payment.creditor.account)
    accounts = notebook.ask(account_states, OfAccounts(uetr=payment.uetr, accounts=numbers))
    holds = notebook.ask(open_holds, OfAccounts(uetr=payment.uetr, accounts=numbers)).holds
    cases = notebook.ask(prior_cases, OfPayment(uetr=payment.uetr)).cases
    inquiry.accounts = accounts
    inquiry.prior = tuple(c for c in cases if c.id != case.id)
    by_number = {a.account: a for a in accounts.accounts}
    return {
        "role": our_role(case, payment),
        "next_agent": next_agent(case, payment),
        "previous_agent": previous_agent(case, payment),
        "requester_upstream": upstream(case, payment),
        "standing": standing(case, payment, accounts),
        "holds": holds,
        "debtor_account": by_number.get(payment.debtor.account),
        "creditor_account": by_number.get(payment.creditor.account),
        "prior": inquiry.prior,
        "contradiction": inquiry.contradiction(),
    }


def _another_part(case: Case, earlier: PriorCase, uetr: str | None) -> bool:
    """Whether an earlier case of this message is about another transaction of it."""
    if uetr is not None and earlier.uetr is not None:
        return uetr != earlier.uetr
    if case.message is None or len(case.message.transactions) < 2:
        return False
    # Where a transaction names no payment of ours, its place in the message tells it apart.
    return earlier.uetr != uetr or (case.part > 0 and not earlier.id.endswith(f"-{case.part + 1}"))


def _same_message(inquiry: Inquiry) -> str | None:
    """Id of the case in which the same message (assigner and message id) was handled before (GEN-2)."""
    case = inquiry.case
    message_id = case.message.message_id if case.message else None
    if message_id is None or inquiry.type == "unknown":
        return None
    sender = case.sender.bic
    for earlier in inquiry.notebook.ask(cases_by_reference, OfCase(reference=message_id)).cases:
        if earlier.direction != "received" or earlier.message_id != message_id or earlier.id == case.id:
            continue
        if _another_part(case, earlier, inquiry.found.uetr if inquiry.found else None):
            continue
        if sender is None or earlier.counterparty is None or sender.same_as(str(earlier.counterparty)):
            return earlier.id
    return None
