"""What every case message opens with and refers to: assignment, case, original payment, reasons."""

from datetime import datetime

from tools.iso20022.write_parts import NOT_PROVIDED, amount, choice, iso_day, leaf, moment, paragraphs, uetr
from tools.iso20022.write_party import account, agent, agent_or_party, institution, originator, party
from tools.message import Original, StatedParty
from tools.payment import Agent


def group_information(original: Original, *, required: bool = False) -> str:
    """OrgnlGrpInf: message id and name of the original; placeholders only where the schema demands the element."""
    message_id = leaf("OrgnlMsgId", original.message_id)
    if not message_id and not required:
        return ""
    message_id = message_id or f"<OrgnlMsgId>{NOT_PROVIDED}</OrgnlMsgId>"
    message_name = leaf("OrgnlMsgNmId", original.message_name) or f"<OrgnlMsgNmId>{NOT_PROVIDED}</OrgnlMsgNmId>"
    return f"<OrgnlGrpInf>{message_id}{message_name}</OrgnlGrpInf>"


def original_ids(original: Original) -> str:
    """OrgnlInstrId, OrgnlEndToEndId, OrgnlTxId and OrgnlUETR, as far as stated."""
    return (
        leaf("OrgnlInstrId", original.instruction_id)
        + leaf("OrgnlEndToEndId", original.end_to_end_id)
        + leaf("OrgnlTxId", original.transaction_id)
        + uetr("OrgnlUETR", original.uetr)
    )


def original_settlement(original: Original) -> str:
    """OrgnlIntrBkSttlmAmt and OrgnlIntrBkSttlmDt."""
    return amount("OrgnlIntrBkSttlmAmt", original.amount) + iso_day("OrgnlIntrBkSttlmDt", original.settlement_date)


def original_reference(original: Original) -> str:
    """OrgnlTxRef: parties, accounts and agents of the original (OriginalTransactionReference28 and later)."""
    inner = ""
    if instructed := amount("InstdAmt", original.instructed):
        inner += f"<Amt>{instructed}</Amt>"
    inner += _chosen_party("Dbtr", original.debtor)
    if original.debtor:
        inner += account("DbtrAcct", original.debtor.account)
    inner += agent("DbtrAgt", original.debtor_agent) + agent("CdtrAgt", original.creditor_agent)
    inner += _chosen_party("Cdtr", original.creditor)
    if original.creditor:
        inner += account("CdtrAcct", original.creditor.account)
    return f"<OrgnlTxRef>{inner}</OrgnlTxRef>" if inner else ""


def _chosen_party(tag: str, who: StatedParty | None) -> str:
    inner = party("Pty", who)
    return f"<{tag}>{inner}</{tag}>" if inner else ""


def assignment(message_id: str, sender: Agent, receiver: Agent, created_at: datetime) -> str:
    """Assgnmt: our id, from whom, to whom, when (CaseAssignment5)."""
    return (
        f"<Assgnmt><Id>{message_id}</Id><Assgnr><Agt>{institution(sender)}</Agt></Assgnr>"
        f"<Assgne><Agt>{institution(receiver)}</Agt></Assgne>{moment('CreDtTm', created_at)}</Assgnmt>"
    )


def case(tag: str, case_id: str | None, creator: str) -> str:
    """Case5: the case's id and who opened it."""
    written = leaf("Id", case_id)
    if not written:
        return ""
    return f"<{tag}>{written}{agent_or_party('Cretr', creator) or agent_or_party('Cretr', NOT_PROVIDED)}</{tag}>"


def reasons_with_text(tag: str, codes: tuple[str, ...], texts: tuple[str, ...], who: str | None = None) -> str:
    """Reason blocks (Orgtr, Rsn, AddtlInf of 105 characters); the text goes with the first."""
    source = originator(who)
    blocks = [f"{source}{choice('Rsn', code)}" for code in codes] or ([source] if texts or source else [])
    if not blocks:
        return ""
    blocks[0] += paragraphs("AddtlInf", texts, 105)
    return "".join(f"<{tag}>{block}</{tag}>" for block in blocks if block)
