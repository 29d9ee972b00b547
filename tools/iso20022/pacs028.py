"""Read pacs.028 (FIToFIPmtStsReq): a bank asks what became of payments, recalls or inquiries."""

from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading, group_header
from tools.iso20022.original import original
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each TxInf; without transactions one for each group asked about (OrgnlGrpInf)."""
    groups = message.every("OrgnlGrpInf")
    group = groups[0] if len(groups) == 1 else NOTHING
    entries = [
        new_transaction(own_id=entry.text("StsReqId"), original=original(entry, reading, group))
        for entry in message.every("TxInf")
    ]
    if not entries:
        entries = [new_transaction(original=original(block, reading), group=True) for block in groups]
    return group_header(message, reading, "TxInf"), entries
