"""Read one FIN message: the type from its header, the meaning from the module of that type."""

from collections.abc import Callable
from dataclasses import replace

from tools.errors import UnreadableMessage, Violation
from tools.message import Message, Transaction
from tools.mt import mt103, mt202, n91, n92, n95, n96, n99
from tools.mt.blocks import Envelope, open_envelope
from tools.mt.fields import Fields, flag, reference
from tools.mt.harvest import harvest
from tools.mt.header import Header
from tools.mt.narrative import NARRATIVE_TAGS

Reader = Callable[[Header, Fields, list[Violation]], tuple[Transaction, ...]]

_COMMON: dict[str, Reader] = {
    "90": n91.read,
    "91": n91.read,
    "92": n92.read,
    "95": n95.read,
    "96": n96.read,
    "99": n99.read,
}
_PAYMENTS: dict[str, Reader] = {"103": mt103.read, "202": mt202.read, "205": mt202.read}

# Fields that a type cannot do without; several tags in one entry: any of them, a bare number: any option.
_MANDATORY: dict[str, tuple[tuple[str, ...], ...]] = {
    "103": (("20",), ("23B",), ("32A",), ("50",), ("59",), ("71A",)),
    "202": (("20",), ("21",), ("32A",), ("58",)),
    "205": (("20",), ("21",), ("32A",), ("52",), ("58",)),
    "90": (("20",), ("21",), ("25",), ("32C", "32D"), ("71B",)),
    "91": (("20",), ("21",), ("32B",), ("71B",)),
    "92": (("20",), ("21",), ("11S",)),
    "95": (("20",), ("21",), ("75",)),
    "96": (("20",), ("21",), ("76",)),
    "99": (("20",), ("79",)),
}


def read(data: bytes | str) -> Message:
    """Read the first FIN message in `data`; what is off but legible becomes a violation.

    Raises UnreadableMessage, with one sentence for the desk, when there is no whole message.
    """
    envelope = open_envelope(data)
    header, flags = envelope.header, envelope.flags
    if envelope.service:
        return _service(envelope)
    fields = Fields.split(envelope.body, flags)
    if not fields.all:
        if (header.number or "").startswith("0"):
            return _service(envelope)  # fields of system messages have numbers of three digits
        raise UnreadableMessage("The text block of this FIN message holds no field such as :20:.", where="block 4")
    if "121" not in header.user and (uetr := fields.first("121")):
        header = replace(header, user=header.user | {"121": uetr})
        flags.append(flag("misplaced-field", "121", uetr, "The UETR belongs in block 3; it stands among the fields."))
    number = header.number or _guess(fields, flags)
    name = f"MT{number}"
    if number in ("202", "205") and mt202.is_cover(header, fields):
        name += "COV"
    _mandatory(number, fields, flags)
    reader = _PAYMENTS.get(number) or (_COMMON.get(number[1:]) if number[0] != "0" else None)
    transactions = reader(header, fields, flags) if reader else ()
    return Message(
        standard="mt",
        type=name,
        message_id=reference(fields.first("20")),
        created_at=header.created_at,
        sender=header.sender,
        receiver=header.receiver,
        transactions=transactions,
        text="\n".join(field.value for field in fields.all if field.tag in NARRATIVE_TAGS),
        harvest=harvest(number, header.user.get("121"), fields, transactions, flags),
        violations=tuple(flags),
    )


def _service(envelope: Envelope) -> Message:
    """A system message by its number, a lone acknowledgement as ACK or NAK; neither speaks of a payment."""
    header = envelope.header
    return Message(
        standard="mt",
        type=f"MT{header.number}" if header.number else envelope.service or "ACK",
        created_at=header.created_at,
        sender=header.sender,
        receiver=header.receiver,
        violations=tuple(envelope.flags),
    )


def _mandatory(number: str, fields: Fields, flags: list[Violation]) -> None:
    for tags in _MANDATORY.get(number) or _MANDATORY.get(number[1:]) or ():
        if not fields.has(*tags):
            tag = tags[0] if len(tags) == 1 else " or ".join(tags)
            flags.append(flag("missing-field", tag, "", f"Field {tag} is mandatory in MT {number}."))


def _guess(fields: Fields, flags: list[Violation]) -> str:
    """The type by its fields, for text without block 2; the category of common messages by the original they name."""
    original = (fields.first("11S", "11R") or "1")[:1]
    category = original if original.isdigit() and original != "0" else "1"
    match fields:
        case _ if fields.has("76"):
            number = category + "96"
        case _ if fields.has("75"):
            number = category + "95"
        case _ if fields.has("11S") and fields.has("21"):
            number = category + "92"
        case _ if fields.has("13D", "34F", "90C", "90D") and not fields.has("62F", "62M"):
            number = "942"
        case _ if fields.has("25", "28C", "60F", "60M", "62F", "62M") and not fields.has("32A", "32B", "32C", "32D"):
            number = "940"
        case _ if fields.has("71B") and fields.has("32B"):
            number = category + "91"
        case _ if fields.has("71B") and fields.has("32C", "32D"):
            number = category + "90"
        case _ if fields.has("28D") and fields.has("32B"):
            number = "101"
        case _ if fields.has("32A") and fields.has("58"):
            number = "202"
        case _ if fields.has("59") and fields.has("32A", "50"):
            number = "103"
        case _ if fields.has("25") and fields.has("32A") and fields.has("21"):
            number = "910" if fields.has("50", "52", "56") else "900"
        case _ if fields.has("30") and fields.has("32B") and fields.has("21"):
            number = "210"
        case _ if fields.has("79"):
            number = category + "99"
        case _:
            raise UnreadableMessage("The message has no block 2 and its fields do not tell which type it is.")
    flags.append(flag("type-inferred", "block 2", f"MT{number}", "The type was inferred from the fields."))
    return number
