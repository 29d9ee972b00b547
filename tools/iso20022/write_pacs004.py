"""pacs.004 PaymentReturn: writes the return of one payment from our record of it."""

from decimal import Decimal

from tools.iso20022.draft import PaymentReturn
from tools.iso20022.profile import PROFILES
from tools.iso20022.write_original import reasons_with_text
from tools.iso20022.write_parts import amount, iso_day, leaf, moment, uetr, unstructured
from tools.iso20022.write_party import account, agent, party
from tools.payment import Charge, Money


def write_pacs004(draft: PaymentReturn) -> str:
    profile = PROFILES[draft.rail]
    agents = agent("InstgAgt", draft.sender) + agent("InstdAgt", draft.receiver)
    inside = profile.agents_in_transaction
    header = f"<MsgId>{draft.message_id}</MsgId>{moment('CreDtTm', draft.created_at)}<NbOfTxs>1</NbOfTxs>"
    if not inside:
        header += amount("TtlRtrdIntrBkSttlmAmt", draft.returned) + iso_day("IntrBkSttlmDt", draft.settlement_date)
    header += settlement(draft.settlement_method or profile.settlement_method, profile.clearing_system)
    header += "" if inside else agents
    body = f"<GrpHdr>{header}</GrpHdr><TxInf>{_transaction(draft, agents if inside else '')}</TxInf>"
    return f"<PmtRtr>{body}</PmtRtr>"


def settlement(method: str, clearing_system: str | None) -> str:
    """SttlmInf: how the money settles; a clearing system only goes with CLRG."""
    system = f"<ClrSys><Cd>{clearing_system}</Cd></ClrSys>" if method == "CLRG" and clearing_system else ""
    return f"<SttlmInf><SttlmMtd>{method}</SttlmMtd>{system}</SttlmInf>"


def _transaction(draft: PaymentReturn, agents: str) -> str:
    paid = draft.payment
    inner = f"<RtrId>{draft.return_id or draft.message_id}</RtrId>"
    if message_id := leaf("OrgnlMsgId", paid.message_id):
        inner += f"<OrgnlGrpInf>{message_id}{leaf('OrgnlMsgNmId', paid.message_type) or _UNNAMED}</OrgnlGrpInf>"
    inner += leaf("OrgnlInstrId", paid.instruction_id) + leaf("OrgnlEndToEndId", paid.end_to_end_id)
    inner += leaf("OrgnlTxId", paid.transaction_id) + uetr("OrgnlUETR", paid.uetr)
    inner += amount("OrgnlIntrBkSttlmAmt", paid.money) + iso_day("OrgnlIntrBkSttlmDt", paid.settlement_date)
    inner += amount("RtrdIntrBkSttlmAmt", draft.returned) + iso_day("IntrBkSttlmDt", draft.settlement_date)
    inner += amount("RtrdInstdAmt", draft.returned_instructed or _before_charges(draft.returned, draft.charges))
    inner += f"<ChrgBr>{draft.charge_bearer or paid.charge_bearer}</ChrgBr>"
    inner += "".join(_charge(charge) for charge in draft.charges) + agents
    if PROFILES[draft.rail].return_chain:
        inner += _chain(draft)
    inner += reasons_with_text("RtrRsnInf", draft.reasons, draft.narrative, draft.originator)
    return inner + _reference(draft)


_UNNAMED = "<OrgnlMsgNmId>NOTPROVIDED</OrgnlMsgNmId>"


def _before_charges(returned: Money, charges: tuple[Charge, ...]) -> Money | None:
    if not charges or any(charge.currency != returned.currency for charge in charges):
        return None
    return Money(amount=returned.amount + sum((c.amount for c in charges), Decimal(0)), currency=returned.currency)


def _charge(charge: Charge) -> str:
    taken = amount("Amt", Money(amount=charge.amount, currency=charge.currency))
    return f"<ChrgsInf>{taken}{agent('Agt', charge.agent)}</ChrgsInf>" if taken else ""


def _chain(draft: PaymentReturn) -> str:
    """RtrChain: the return runs back, so the original creditor is its debtor (TransactionParties7)."""
    paid = draft.payment
    debtor = party("Pty", paid.creditor) or "<Pty><Nm>NOTPROVIDED</Nm></Pty>"
    creditor = party("Pty", paid.debtor) or "<Pty><Nm>NOTPROVIDED</Nm></Pty>"
    inner = f"<Dbtr>{debtor}</Dbtr>{agent('DbtrAgt', paid.creditor_agent)}"
    return f"<RtrChain>{inner}{agent('CdtrAgt', paid.debtor_agent)}<Cdtr>{creditor}</Cdtr></RtrChain>"


def _reference(draft: PaymentReturn) -> str:
    """OrgnlTxRef: the original's parties and remittance, for the bank that sent them."""
    paid = draft.payment
    inner = f"<Amt>{instructed}</Amt>" if (instructed := amount("InstdAmt", paid.instructed)) else ""
    inner += unstructured(paid.remittance)
    if debtor := party("Pty", paid.debtor):
        inner += f"<Dbtr>{debtor}</Dbtr>"
    inner += account("DbtrAcct", paid.debtor.account) + agent("DbtrAgt", paid.debtor_agent)
    inner += agent("CdtrAgt", paid.creditor_agent)
    if creditor := party("Pty", paid.creditor):
        inner += f"<Cdtr>{creditor}</Cdtr>"
    return f"<OrgnlTxRef>{inner}{account('CdtrAcct', paid.creditor.account)}</OrgnlTxRef>"
