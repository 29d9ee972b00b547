"""Read pacs.002 (FIToFIPmtStsRpt): what became of payments."""

from tools.iso20022.charges import charges_in
from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading, group_header
from tools.iso20022.original import original
from tools.iso20022.reading import Reading, reasons_of
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each TxInfAndSts, with the group's status and reason where it has none; else one for each group.

    Reasons are StsRsn and AddtlStsRsnInf up to .02, Rsn and AddtlInf since.
    """
    groups = message.every("OrgnlGrpInfAndSts")
    # Several groups carry no link to their transactions; since .06 a transaction then names its own OrgnlGrpInf.
    group = groups[0] if len(groups) == 1 else NOTHING
    entries = [_entry(entry, group, reading) for entry in message.every("TxInfAndSts")]
    if not entries:
        entries = [_entry(block, NOTHING, reading, whole=True) for block in groups]
    return group_header(message, reading, "TxInfAndSts"), entries


def _entry(entry: Fields, group: Fields, reading: Reading, *, whole: bool = False) -> Transaction:
    codes, lines = reasons_of(entry, "StsRsnInf")
    if not codes and not lines and group:
        codes, lines = reasons_of(group, "StsRsnInf")
    return new_transaction(
        own_id=entry.text("StsId"),
        original=original(entry, reading, group),
        status=entry.first("TxSts", "GrpSts") or group.text("GrpSts"),
        reasons=codes,
        narrative="\n".join(lines),
        charges=charges_in(entry, reading),
        processed_on=reading.day(entry, "FctvIntrBkSttlmDt"),
        group=whole,
    )
