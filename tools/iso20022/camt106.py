"""Read camt.105 (ChrgsPmtNtfctn) and camt.106 (ChrgsPmtReq): charges taken, or asked to be paid."""

from collections.abc import Iterator

from tools.iso20022.charges import charge_in, charge_type
from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading
from tools.iso20022.reading import Reading, stated
from tools.iso20022.records import new_charge, new_original, new_transaction
from tools.message import StatedCharge, Transaction
from tools.payment import Money


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each record, whether charges stand single (Sngl), by transaction (PerTx) or by type (PerTp)."""
    header = message.into("GrpHdr")
    records = list(_records(message.into("Chrgs")))
    entries = [_entry(record, block, header, reading, alone=len(records) == 1) for block, record in records]
    asking = (holder for holder in (header, *(record for _, record in records)) if "ChrgsRqstr" in holder)
    heading = Heading(
        message_id=header.text("MsgId"),
        created_at=reading.moment(header, "CreDtTm"),
        sender=reading.agent(next(asking, header), "ChrgsRqstr", "ChrgsAcctOwnr"),
    )
    return heading, entries


def _records(charges: Fields) -> Iterator[tuple[Fields, Fields]]:
    """Each record with the block that holds what its records share."""
    for single in charges.every("Sngl"):
        yield single, single
    for name in ("PerTx", "PerTp"):
        for block in charges.every(name):
            for record in block.every("Rcrd"):
                yield block, record


def _entry(record: Fields, block: Fields, header: Fields, reading: Reading, *, alone: bool) -> Transaction:
    payment = record.into("UndrlygTx")
    charges = _charges(record, block, header, reading)
    claim_id = block.text("ChrgsId")
    claimed = None
    if reading.envelope.type.startswith("camt.106"):
        claimed = reading.money(record.into("TtlChrgsPerRcrd"), "TtlChrgsAmt") or _sum(charges)
        if claimed is None and alone:
            claimed = reading.money(header.into("TtlChrgs"), "TtlChrgsAmt")
    lines = [record.into("InstrForInstdAgt").text("InstrInf"), record.text("AddtlInf")]
    lines += [block.text("AddtlInf")] if block is not record else []
    return new_transaction(
        own_id=record.text("RcrdId") or claim_id,
        case_id=claim_id,
        original=new_original(
            message_id=stated(payment.text("MsgId")),
            message_name=payment.text("MsgNmId"),
            payment_information_id=stated(payment.text("PmtInfId")),
            instruction_id=stated(payment.text("InstrId")),
            end_to_end_id=stated(payment.text("EndToEndId")),
            transaction_id=stated(payment.text("TxId")),
            uetr=reading.uetr(payment, "UETR"),
        ),
        narrative="\n".join(filter(None, lines)),
        charges=charges,
        claimed=claimed,
        requested_value_date=reading.day(record, "ValDt"),
    )


def _charges(record: Fields, block: Fields, header: Fields, reading: Reading) -> tuple[StatedCharge, ...]:
    """Breakdown of a record (ChrgsBrkdwn), or its one amount; agent and type may stand above the record."""
    requestor = reading.agent(record if "ChrgsRqstr" in record else header, "ChrgsRqstr")
    kind = charge_type(record) or charge_type(block)
    parts = record.every("ChrgsBrkdwn") or [record]
    found = [charge for part in parts if (charge := charge_in(part, reading)) is not None]
    return tuple(new_charge(money=one.money, agent=one.agent or requestor, type=one.type or kind) for one in found)


def _sum(charges: tuple[StatedCharge, ...]) -> Money | None:
    """Sum of charges in one currency; None where there are none or several currencies."""
    if len({charge.money.currency for charge in charges}) != 1:
        return None
    return Money(amount=sum(charge.money.amount for charge in charges), currency=charges[0].money.currency)
