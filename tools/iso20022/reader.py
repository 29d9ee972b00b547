"""Read any ISO 20022 message into a Message: parse, find it in its envelope, read it, gather what it names."""

from collections.abc import Callable, Mapping
from pathlib import Path

from tools.errors import UnreadableMessage, Violation
from tools.iso20022 import (
    camt026,
    camt027,
    camt028,
    camt029,
    camt037,
    camt055,
    camt056,
    camt087,
    camt106,
    camt110,
    camt111,
    neighbours,
    pacs002,
    pacs004,
    pacs008,
    pacs009,
    pacs028,
)
from tools.iso20022.elements import Fields
from tools.iso20022.envelope import Envelope, embedded, open_envelope, type_in
from tools.iso20022.harvest import Walk
from tools.iso20022.heading import Heading, fill_from_header
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_message
from tools.iso20022.schema import schema_violations
from tools.iso20022.xml import LIMIT_BYTES, parse
from tools.message import Message, Original, Transaction

Reader = Callable[[Fields, Reading], tuple[Heading, list[Transaction]]]

_READERS: Mapping[str, Reader] = {
    "camt.026": camt026.read,
    "camt.027": camt027.read,
    "camt.028": camt028.read,
    "camt.029": camt029.read,
    "camt.037": camt037.read,
    "camt.055": camt055.read,
    "camt.056": camt056.read,
    "camt.087": camt087.read,
    "camt.105": camt106.read,
    "camt.106": camt106.read,
    "camt.110": camt110.read,
    "camt.111": camt111.read,
    "pacs.002": pacs002.read,
    "pacs.004": pacs004.read,
    "pacs.008": pacs008.read,
    "pacs.009": pacs009.read,
    "pacs.028": pacs028.read,
}

_UNNAMED = Original()


def read(data: bytes, *, limit_bytes: int = LIMIT_BYTES, xsd_dir: Path | None = None) -> Message:
    """Return what the message says; raises UnreadableMessage, and nothing else, where the bytes hold none.

    What is wrong without stopping the reading stands in `violations`; with a folder of official schemas also what
    the schema of its version says.
    """
    root, mended = parse(data, limit_bytes=limit_bytes)
    try:
        envelope = open_envelope(root)
    except UnreadableMessage:
        inner = embedded(root)
        if inner is None:
            raise
        root, more = parse(inner, limit_bytes=limit_bytes)
        mended += more
        envelope = open_envelope(root)
    if xsd_dir is not None and envelope.message is not None:
        mended += schema_violations(envelope.message, envelope.type, xsd_dir, "flag")
    return _message(envelope, mended)


def _message(envelope: Envelope, violations: list[Violation]) -> Message:
    reading = Reading(envelope, violations)
    walk = Walk(reading.member)
    walk.over(envelope.root)
    header = walk.fields_of(envelope.header)
    message = walk.fields_of(envelope.message)
    gathered = walk.harvest(header.text("BizMsgIdr"))
    own = Heading()
    entries: list[Transaction] = []
    if envelope.message is not None:
        reader = _READERS.get(envelope.type[:8])
        own, entries = (reader or neighbours.read)(message, reading)
        if not entries and reader is not None:
            reading.flag("no-transaction", message, "", "", "The message names no payment.")
        if len(entries) == 1 and reader is not None and len(gathered.uetr) == 1:
            entries[0] = _with_misplaced_uetr(entries[0], gathered.uetr[0], message, reading)
        _check_envelope(envelope, header, message, reading)
    if header:
        fill_from_header(own, header, reading)
    return new_message(
        standard="iso20022",
        type=envelope.type,
        message_id=own.message_id,
        created_at=own.created_at,
        sender=own.sender,
        receiver=own.receiver,
        transactions=tuple(entries),
        text="\n".join(dict.fromkeys(entry.narrative for entry in entries if entry.narrative)),
        harvest=gathered,
        violations=tuple(violations),
    )


def _with_misplaced_uetr(entry: Transaction, uetr: str, message: Fields, reading: Reading) -> Transaction:
    """An entry that names its payment by nothing gets the only UETR of the message, wherever the sender put it."""
    if entry.original.uetr is not None or entry.original != _UNNAMED:
        return entry
    detail = "The only UETR of the message stands in an unusual place; it is taken for the payment's."
    reading.flag("misplaced-reference", message, "", uetr, detail)
    return entry.model_copy(update={"original": Original(uetr=uetr.lower())})


def _check_envelope(envelope: Envelope, header: Fields, message: Fields, reading: Reading) -> None:
    """Note what the header or the file says against the message that was read."""
    declared = type_in(header.text("MsgDefIdr"))
    if declared is not None and declared != envelope.type:
        detail = f"The header announces {declared}, the message is {envelope.type}."
        reading.flag("message-definition", message, "", declared, detail)
    if envelope.others:
        detail = f"{len(envelope.others)} more in the file; only the first was read. Send one message a file."
        reading.flag("one-document", message, "", ", ".join(envelope.others[:5]), detail)
