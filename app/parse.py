"""`amends parse`: one JSON line a file, whatever the file is."""

import os
from pathlib import Path
from typing import Any

from agent.free_text import classify
from agent.intake import read_message
from agent.types import asks_only_value_date, stated_type
from tools.errors import UnreadableMessage
from tools.message import Message, Transaction

FILE_BYTES_MAX = 10_000_000
"""No investigation message is longer; a larger file is refused before it is read."""

_NOTHING: dict[str, Any] = {
    "message_type": None,
    "case_type": None,
    "references": {
        "uetr": [],
        "end_to_end_id": [],
        "instruction_id": [],
        "transaction_id": [],
        "message_id": [],
    },
    "amounts": [],
    "reasons": [],
    "parties": [],
    "error": None,
}


def parsed(file: Path) -> dict[str, Any]:
    """Return what a file says, or why it cannot be read; never raises for what the file holds."""
    # A name may hold bytes that are no UTF-8, which JSON cannot carry.
    name = os.fsencode(file).decode("utf-8", "replace")
    try:
        message = read_message(_bytes(file), file.suffix)
    except UnreadableMessage as error:
        return {"file": name, **_NOTHING, "error": str(error)}
    return {"file": name, **document(message)}


def _bytes(file: Path) -> bytes:
    try:
        size = file.stat().st_size
        if size <= FILE_BYTES_MAX:
            with file.open("rb") as opened:
                # A pipe has no size of its own, a device has no end.
                data = opened.read(FILE_BYTES_MAX + 1)
            if len(data) <= FILE_BYTES_MAX:
                return data
            size = len(data)
        raise UnreadableMessage(
            f"{file.name} has {size:,} bytes or more; messages of up to {FILE_BYTES_MAX:,} are read. Split the file.",
            where=str(file),
            code="too_large",
        )
    except OSError as error:
        raise UnreadableMessage(f"{str(file)!r} cannot be read: {error.strerror}.", where=str(file)) from error


def document(message: Message) -> dict[str, Any]:
    """What a message says, as the contract's `parse` writes it."""
    found = message.harvest
    return {
        "message_type": message.type,
        "case_type": case_type(message),
        "references": {
            "uetr": list(found.uetr),
            "end_to_end_id": list(found.end_to_end_id),
            "instruction_id": list(found.instruction_id),
            "transaction_id": list(found.transaction_id),
            "message_id": list(found.message_id),
        },
        "amounts": [{"amount": amount, "currency": currency} for amount, currency in found.amounts],
        "reasons": list(found.reasons),
        "parties": list(found.parties),
        "violations": [v.model_dump() for v in message.violations],
        "error": None,
    }


def case_type(message: Message) -> str | None:
    """The case type that the message states, or its words beyond doubt; None where it opens no case or leaves doubt."""
    # A request that names no payment is still a request of its type.
    first = message.transactions[0] if message.transactions else Transaction()
    stated = stated_type(message, first)
    if stated is None:
        return _by_words(message)
    if stated == "modification" and asks_only_value_date(first):
        return "value_date_claim"
    return None if stated == "unknown" else stated


def _by_words(message: Message) -> str | None:
    """As the triage reads them, whose records are not at hand here: that a letter answers one of ours stays unseen."""
    if not message.text.strip():
        return None
    guess = classify(message.text, sender="customer" if message.standard == "mail" else "bank")
    return guess.type if guess.sure and guess.type != "unknown" else None


def shown(document: dict[str, Any]) -> None:
    """Print it for a person."""
    from rich.console import Console

    console = Console()
    if document["error"]:
        console.print(f"[bold]{document['file']}[/]: [red]{document['error']}[/]", highlight=False)
        return
    kind = document["case_type"] or "no case of its own"
    console.print(f"[bold]{document['file']}[/]: {document['message_type']}, {kind}", highlight=False)
    for name, values in document["references"].items():
        if values:
            console.print(f"  {name.replace('_', ' ')}: {', '.join(values)}", highlight=False, markup=False)
    if document["amounts"]:
        listed = ", ".join(f"{a['currency']} {a['amount']}" for a in document["amounts"])
        console.print(f"  amounts: {listed}", highlight=False, markup=False)
    for name in ("reasons", "parties"):
        if document[name]:
            console.print(f"  {name}: {', '.join(document[name])}", highlight=False, markup=False)
