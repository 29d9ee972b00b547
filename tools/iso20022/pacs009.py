"""Read pacs.009 (FICdtTrf, before 2012 FinInstnCdtTrf): credit transfers between banks, covers among them."""

from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, group_header
from tools.iso20022.original import parties
from tools.iso20022.pacs008 import transfer
from tools.iso20022.reading import Reading
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each CdtTrfTxInf; a cover names the parties of the customer transfer under it."""
    header = message.into("GrpHdr")
    entries: list[Transaction] = []
    for entry in message.every("CdtTrfTxInf"):
        covered = entry.into("UndrlygCstmrCdtTrf")
        named = parties(covered or entry, reading)
        # Debtor and creditor of a pacs.009 are banks: without agents of their own they are the agents.
        named["debtor_agent"] = named.get("debtor_agent") or reading.agent(entry, "Dbtr")
        named["creditor_agent"] = named.get("creditor_agent") or reading.agent(entry, "Cdtr")
        entries.append(transfer(entry, header, reading, named, cover=bool(covered)))
    return group_header(message, reading, "CdtTrfTxInf"), entries
