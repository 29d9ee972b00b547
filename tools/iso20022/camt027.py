"""Read camt.027 (ClmNonRct): a bank or customer claims that the money, or its cover, never came."""

from tools.iso20022.camt026 import set_to_true
from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry; a missing cover shows as an indicator (CoverDtls/MssngCoverInd, in .01 MssngCover)."""
    case = case_of(message)
    cover = message.into("CoverDtls", "MssngCover")
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=underlying(message, reading),
        narrative=message.into("InstrForAssgne").text("InstrInf") or "",
        indicators=("MssngCoverInd",) if set_to_true(cover, "MssngCoverInd", "MssngCoverIndctn") else (),
    )
    return assignment(message, reading), [entry]
