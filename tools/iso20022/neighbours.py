"""Read the head of messages that this product does not handle: statements, initiations, notices, other cases."""

from tools.iso20022.camt026 import set_to_true
from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction

_HEADS = ("GrpHdr", "MsgHdr", "Hdr", "ReqHdr")


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """Heading, and one bare entry where a case is named (camt.030 to 039)."""
    if reading.envelope.type.startswith("camt.03"):
        return _case_message(message, reading)
    head = message.into(*_HEADS)
    own = message.into("MsgId")
    heading = Heading(
        message_id=head.first("MsgId", "Id") or own.first("Id", "MsgId") or message.text("MsgId"),
        created_at=reading.moment(next((part for part in (head, own) if "CreDtTm" in part), message), "CreDtTm"),
        sender=reading.agent(head, "InstgAgt", "InitgPty"),
        receiver=reading.agent(head, "InstdAgt", "MsgRcpt"),
    )
    return heading, []


def _case_message(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """Notification, rejection, cancellation or status of a case, and the answer to a debit authority request."""
    case = case_of(message)
    why = message.into("Justfn", "Conf", "Sts")
    reason = why.code("RjctnRsn")
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=underlying(message, reading),
        status=why.first("CaseSts", "InvstgtnSts"),
        reasons=(reason,) if reason else (),
        narrative=why.text("Rsn") or "",
        authorised=bool(set_to_true(why, "DbtAuthstn")) if "DbtAuthstn" in why else None,
        confirmed=reading.money(why, "AmtToDbt"),
        processed_on=reading.day(why, "ValDtToDbt"),
    )
    return assignment(message, reading), [entry]
