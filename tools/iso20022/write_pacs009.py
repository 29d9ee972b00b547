"""pacs.009 COV: writes the cover of a customer transfer, under the transfer's own UETR (gpi practice)."""

from tools.iso20022.draft import CoverPayment
from tools.iso20022.profile import PROFILES
from tools.iso20022.write_pacs004 import settlement
from tools.iso20022.write_parts import NOT_PROVIDED, amount, iso_day, leaf, moment, uetr, unstructured
from tools.iso20022.write_party import account, agent, party
from tools.payment import Payment

_INTERMEDIARIES_MAX = 3


def write_pacs009(draft: CoverPayment) -> str:
    # A cover settles over the correspondent's account whatever the rail of the order (CBPR+ pacs.009 COV: INDA, INGA).
    method = draft.settlement_method or "INDA"
    agents = agent("InstgAgt", draft.sender) + agent("InstdAgt", draft.receiver)
    inside = draft.rail is None or PROFILES[draft.rail].agents_in_transaction
    header = f"<MsgId>{draft.message_id}</MsgId>{moment('CreDtTm', draft.created_at)}<NbOfTxs>1</NbOfTxs>"
    header += settlement(method, PROFILES[draft.rail].clearing_system) + ("" if inside else agents)
    body = f"<GrpHdr>{header}</GrpHdr><CdtTrfTxInf>{_transaction(draft, agents if inside else '')}</CdtTrfTxInf>"
    return f"<FICdtTrf>{body}</FICdtTrf>"


def _transaction(draft: CoverPayment, agents: str) -> str:
    order = draft.payment
    end_to_end = draft.end_to_end_id or order.instruction_id or order.end_to_end_id
    ids = f"<InstrId>{draft.instruction_id or draft.message_id}</InstrId>"
    ids += leaf("EndToEndId", end_to_end) or f"<EndToEndId>{NOT_PROVIDED}</EndToEndId>"
    ids += uetr("UETR", order.uetr)
    inner = f"<PmtId>{ids}</PmtId>{amount('IntrBkSttlmAmt', draft.amount or order.money)}"
    inner += iso_day("IntrBkSttlmDt", draft.settlement_date) + agents + agent("Dbtr", draft.debtor)
    inner += agent("CdtrAgt", draft.creditor_agent) + agent("Cdtr", draft.creditor)
    return f"{inner}<UndrlygCstmrCdtTrf>{_order(order)}</UndrlygCstmrCdtTrf>"


def _order(order: Payment) -> str:
    """UndrlygCstmrCdtTrf: the customers and their banks as the order names them."""
    inner = party("Dbtr", order.debtor) or f"<Dbtr><Nm>{NOT_PROVIDED}</Nm></Dbtr>"
    inner += account("DbtrAcct", order.debtor.account) + agent("DbtrAgt", order.debtor_agent)
    for place, bank in enumerate(order.intermediaries[:_INTERMEDIARIES_MAX], start=1):
        inner += agent(f"IntrmyAgt{place}", bank)
    inner += agent("CdtrAgt", order.creditor_agent)
    inner += party("Cdtr", order.creditor) or f"<Cdtr><Nm>{NOT_PROVIDED}</Nm></Cdtr>"
    inner += account("CdtrAcct", order.creditor.account) + unstructured(order.remittance)
    return inner + amount("InstdAmt", order.instructed)
