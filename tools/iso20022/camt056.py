"""Read camt.056 (FIToFIPmtCxlReq): a bank asks another to cancel or return payments."""

from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import original
from tools.iso20022.reading import Reading, reasons_of
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each TxInf; a group without transactions gives one entry for the whole group."""
    entries: list[Transaction] = []
    for block in (*message.every("Undrlyg"), *message.every("Underlyg")):
        group = block.into("OrgnlGrpInfAndCxl")
        entries += [cancellation(entry, reading, group, message) for entry in block.every("TxInf")]
        if "TxInf" not in block and group:
            entries.append(cancellation(group, reading, NOTHING, message, whole=True))
    return assignment(message, reading), entries


def cancellation(
    entry: Fields, reading: Reading, group: Fields, message: Fields, *, whole: bool = False
) -> Transaction:
    """One payment to be cancelled; case and reason stand with it, with its group, or once for the message."""
    case = case_of(entry, group, message)
    codes, lines = reasons_of(entry, "CxlRsnInf")
    if group and not codes and not lines:
        codes, lines = reasons_of(group, "CxlRsnInf")
    return new_transaction(
        own_id=entry.first("CxlId", "GrpCxlId", "PmtCxlId", "PmtInfCxlId"),
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=original(entry, reading, group),
        reasons=codes,
        narrative="\n".join(lines),
        group=whole,
    )
