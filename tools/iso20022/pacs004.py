"""Read pacs.004 (PmtRtr): money of earlier payments comes back."""

from tools.iso20022.charges import charges_in
from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading, group_header
from tools.iso20022.original import original
from tools.iso20022.reading import Reading, reasons_of
from tools.iso20022.records import new_charge, new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each TxInf; a return of a whole group (GrpRtr) without transactions gives one for the group.

    Reasons are RtrRsn and AddtlRtrRsnInf in .01, Rsn and AddtlInf since.
    """
    header = message.into("GrpHdr")
    group = message.into("OrgnlGrpInf")
    entries = [_entry(entry, group, header, reading) for entry in message.every("TxInf")]
    if not entries and group:
        entries.append(_entry(group, NOTHING, header, reading, whole=True))
    return group_header(message, reading, "TxInf"), entries


def _entry(entry: Fields, group: Fields, header: Fields, reading: Reading, *, whole: bool = False) -> Transaction:
    codes, lines = reasons_of(entry, "RtrRsnInf")
    if not codes and not lines and group:
        codes, lines = reasons_of(group, "RtrRsnInf")
    charges = charges_in(entry, reading)
    compensation = reading.money(entry, "CompstnAmt")
    if compensation is not None:
        charges += (new_charge(money=compensation, type="CompstnAmt"),)
    return new_transaction(
        own_id=entry.text("RtrId"),
        original=original(entry, reading, group),
        reasons=codes,
        narrative="\n".join(lines),
        returned=reading.money(header if whole else entry, "TtlRtrdIntrBkSttlmAmt" if whole else "RtrdIntrBkSttlmAmt"),
        returned_instructed=reading.money(entry, "RtrdInstdAmt"),
        returned_on=reading.day(entry if "IntrBkSttlmDt" in entry else header, "IntrBkSttlmDt"),
        exchange_rate=entry.text("XchgRate") or entry.into("AgrdRate").text("PreAgrdXchgRate"),
        charges=charges,
        charge_bearer=entry.text("ChrgBr"),
        group=whole,
    )
