"""Read camt.028 (AddtlPmtInf): a bank supplies what another lacked to apply a payment."""

from tools.iso20022.camt087 import modification
from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry whose modification holds the supplied data (Inf); the case is that of the request it answers."""
    case = case_of(message)
    supplied = message.into("Inf")
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        resolved_case_id=case.text("Id"),
        original=underlying(message, reading),
        narrative=supplied.first("InstrForDbtrAgt", "SndrToRcvrInf") or "",
        modification=modification(supplied, reading),
        answer_data=tuple(supplied),
    )
    return assignment(message, reading), [entry]
