"""Read pacs.008 (FIToFICstmrCdtTrf): customer credit transfers themselves."""

from tools.iso20022.camt087 import remittance
from tools.iso20022.charges import charges_in
from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, group_header
from tools.iso20022.original import Parties, parties
from tools.iso20022.reading import Reading, stated
from tools.iso20022.records import new_original, new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each CdtTrfTxInf, whose `original` is the payment itself."""
    header = message.into("GrpHdr")
    entries = [transfer(entry, header, reading, parties(entry, reading)) for entry in message.every("CdtTrfTxInf")]
    return group_header(message, reading, "CdtTrfTxInf"), entries


def transfer(entry: Fields, header: Fields, reading: Reading, named: Parties, *, cover: bool = False) -> Transaction:
    """One credit transfer; its settlement date may stand once for the group."""
    ids = entry.into("PmtId")
    lines = [remittance(entry)]
    for name in ("InstrForNxtAgt", "InstrForCdtrAgt"):
        lines += [instruction.text("InstrInf") for instruction in entry.every(name)]
    return new_transaction(
        original=new_original(
            message_id=stated(header.text("MsgId")),
            message_name=reading.envelope.type,
            instruction_id=stated(ids.text("InstrId")),
            end_to_end_id=stated(ids.text("EndToEndId")),
            transaction_id=stated(ids.text("TxId")),
            uetr=reading.uetr(ids, "UETR"),
            amount=reading.money(entry, "IntrBkSttlmAmt"),
            instructed=reading.money(entry if "InstdAmt" in entry else entry.into("UndrlygCstmrCdtTrf"), "InstdAmt"),
            settlement_date=reading.day(entry if "IntrBkSttlmDt" in entry else header, "IntrBkSttlmDt"),
            **named,
        ),
        narrative="\n".join(filter(None, lines)),
        exchange_rate=entry.text("XchgRate") or entry.into("AgrdRate").text("PreAgrdXchgRate"),
        charges=charges_in(entry, reading),
        charge_bearer=entry.text("ChrgBr"),
        cover=cover,
    )
