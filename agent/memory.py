"""What later cases must know of this one: it is kept among the bank's cases, and closed when it is resolved.

So a chaser finds the request that it chases, a second recall the first, and an answer the case of ours that it answers.
"""

from sqlalchemy import bindparam, update

from agent.drafting import reference
from agent.proposal import Proposal
from agent.state import Checked
from agent.transaction import Transaction
from tools.bank.query import Write
from tools.bank.records import PriorCase, Records
from tools.bank.schema import prior_cases
from tools.bank.writer import BankWriter
from tools.payment import UETR, Agent

_SENT_BY_MESSAGE = {
    "camt.056": "recall",
    "camt.027": "non_receipt",
    "camt.110": "non_receipt",
    "pacs.028": "status_enquiry",
    "camt.087": "modification",
    "camt.026": "unable_to_apply",
    "MT192": "recall",
    "MT292": "recall",
    "MT195": "non_receipt",
    "MT295": "non_receipt",
}
"""Type of the case that a request of ours opens at another bank."""
_CLOSE = Write(update(prior_cases).where(prior_cases.c.case_id == bindparam("closed")))


def remember_received(tx: Transaction, checked: Checked) -> None:
    """Keep the case that came to us, open, under its own id and the references of the message."""
    case, facts = checked.case, checked.facts
    if checked.type == "unknown" or facts.same_message is not None:
        return
    message_id = case.message.message_id if case.message else None
    _add(
        tx,
        PriorCase(
            id=case.id,
            uetr=facts.payment.uetr if facts.payment else None,
            type=checked.type,
            direction="received",
            status="open",
            opened_at=case.requested_at,
            counterparty=facts.requester,
            their_case_id=case.transaction.case_id,
            message_id=message_id,
            reason=facts.reason,
        ),
    )


def remember_sent(tx: Transaction, case_id: str, uetr: str | None, proposal: Proposal) -> None:
    """Keep the cases that our own requests open at other banks, once they are signed."""
    for message in proposal.messages:
        type = _SENT_BY_MESSAGE.get(message.type[:8]) or _SENT_BY_MESSAGE.get(message.type)
        if type is None or uetr is None:
            continue
        _add(
            tx,
            PriorCase(
                id=reference(case_id, "case"),
                uetr=UETR(uetr),
                type=type,
                direction="sent",
                status="open",
                opened_at=tx.at,
                counterparty=Agent(message.to),
                message_id=message.message_id,
                reason=proposal.reason,
            ),
        )


def close(tx: Transaction, case_id: str) -> None:
    """Mark a resolved case as closed for those that come after it."""
    _CLOSE.run(tx.connection, {"closed": case_id, "status": "closed"})


def _add(tx: Transaction, case: PriorCase) -> None:
    BankWriter(tx.connection).replace(Records(cases=(case,)))
