"""Read camt.037 (DbtAuthstnReq): a bank asks for authority to debit an account."""

from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry with the reason, the amount to debit and its value date (Dtl)."""
    case = case_of(message)
    details = message.into("Dtl")
    reason = details.code("CxlRsn")
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=underlying(message, reading),
        reasons=(reason,) if reason else (),
        narrative="\n".join(details.texts("AddtlCxlRsnInf")),
        claimed=reading.money(details, "AmtToDbt"),
        requested_value_date=reading.day(details, "ValDtToDbt"),
    )
    return assignment(message, reading), [entry]
