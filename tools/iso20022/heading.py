"""Who sent a message to whom, when, under which id and for which case: assignment, group header or business header."""

from dataclasses import dataclass
from datetime import datetime

from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.reading import Reading


@dataclass(slots=True)
class Heading:
    """What a message says of itself; the business header fills what it leaves out."""

    message_id: str | None = None
    created_at: datetime | None = None
    sender: str | None = None
    receiver: str | None = None


def assignment(message: Fields, reading: Reading) -> Heading:
    """Heading of case messages: Assgnmt of camt.026 to 037, 055, 056, 087; some samples write GrpHdr for it."""
    own = message.into("Assgnmt", "GrpHdr", "Hdr", "ReqHdr")
    return Heading(
        message_id=own.first("Id", "MsgId"),
        created_at=reading.moment(own, "CreDtTm"),
        sender=reading.agent(own, "Assgnr", "InstgAgt", "Fr"),
        receiver=reading.agent(own, "Assgne", "InstdAgt", "To"),
    )


def group_header(message: Fields, reading: Reading, entries: str) -> Heading:
    """Heading of pacs messages: GrpHdr; the agents of the first transaction where the group names none (CBPR+)."""
    own = message.into("GrpHdr", "Assgnmt")
    first = message.into(entries)
    return Heading(
        message_id=own.first("MsgId", "Id"),
        created_at=reading.moment(own, "CreDtTm"),
        sender=reading.agent(own if "InstgAgt" in own else first, "InstgAgt"),
        receiver=reading.agent(own if "InstdAgt" in own else first, "InstdAgt"),
    )


def fill_from_header(own: Heading, header: Fields, reading: Reading) -> None:
    """Take what a message leaves out from head.001 AppHdr, any version."""
    if own.message_id is None:
        own.message_id = header.text("BizMsgIdr")
    if own.created_at is None:
        own.created_at = reading.moment(header, "CreDt")
    if own.sender is None:
        own.sender = reading.agent(header, "Fr")
    if own.receiver is None:
        own.receiver = reading.agent(header, "To")


def case_of(*levels: Fields, name: str = "Case") -> Fields:
    """The case (Id, Cretr) on the innermost level that has one: transaction, batch, group, message."""
    for level in levels:
        if name in level:
            return level.into(name)
    return NOTHING
