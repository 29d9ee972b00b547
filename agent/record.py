"""Record: evidence, proposal and what the case is about, written in one transaction with their audit."""

from typing import Any

from agent.audit import SYSTEM
from agent.memory import remember_received
from agent.notebook import Notebook
from agent.state import Checked
from agent.store import Store
from agent.transaction import POLICY, Intake


def record(
    store: Store,
    checked: Checked,
    notebook: Notebook,
    result: dict[str, Any],
    *,
    intake: Intake | None = None,
    asked: dict[str, Any] | None = None,
) -> None:
    """Write the investigation down and put the proposal before the desk.

    `intake` is given where the store does not outlive the run: the case's own row is then written here too, for
    there is nothing to restart from. `asked`: what was asked of a language model and what it said.
    """
    case, facts = checked.case, checked.facts
    payment = facts.payment
    with store.begin(case.as_of) as tx:
        if intake is not None:
            tx.open_case(case.id, **intake)
        remember_received(tx, checked)
        tx.add_evidence(case.id, notebook.evidence, notebook.aside.kept)
        if asked is not None:
            tx.audit(case.id, "model_asked", SYSTEM, asked)
        tx.save_proposal(
            case.id,
            checked.proposal,
            made_by=case.named.by if case.named is not None else POLICY,
            blocked=checked.blocks,
            state="escalated" if checked.proposal.disposition == "ESCALATE" else "awaiting_approval",
            type=checked.type,
            rail=facts.rail,
            uetr=payment.uetr if payment else None,
            counterparty=_counterparty(checked),
            due=checked.due,
            amount=facts.money,
            risk=checked.suspicion.score if checked.suspicion is not None and checked.suspicion.scored else None,
            result=result,
            thread_id=case.id,
        )


def _counterparty(checked: Checked) -> str | None:
    """Whom the case is with: the asking bank; the next bank where an enquiry goes to it in words; else the customer."""
    facts, sender = checked.facts, checked.case.sender
    if facts.requester is not None:
        return str(facts.requester)
    reply = checked.proposal.reply
    if reply is not None and reply.to == "bank" and facts.next_agent is not None:
        return str(facts.next_agent)
    return sender.customer_id or sender.email
