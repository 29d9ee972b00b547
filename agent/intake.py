"""Intake: bytes become cases, once, at the edge; what cannot be read becomes a case that says so (GEN-1)."""

from collections.abc import Callable
from datetime import datetime

from agent.case import Case, Channel, Sender
from tools.errors import UnreadableMessage
from tools.message import Message
from tools.payment import Agent, Rail


def _iso20022(data: bytes) -> Message:
    from tools.iso20022 import read

    return read(data)


def _mt(data: bytes) -> Message:
    from tools.mt import read

    return read(data)


def _mail(data: bytes) -> Message:
    from tools.mail import read

    return read(data, is_email=True)


def _plain(data: bytes) -> Message:
    from tools.mail import read

    return read(data, is_email=False)


_READERS: dict[str, Callable[[bytes], Message]] = {".xml": _iso20022, ".mt": _mt, ".eml": _mail, ".txt": _plain}
"""Each reader is imported with the first message of its kind."""


def read_message(data: bytes, suffix: str) -> Message:
    """Read a message of a known or guessable kind; raises UnreadableMessage."""
    reader = _READERS.get(suffix.lower()) or _READERS[guess_suffix(data)]
    return reader(data)


def guess_suffix(data: bytes) -> str:
    """Tell the kind of a message by its first characters, for files whose name does not say."""
    head = data[:4096].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \r\n\t")
    if head.startswith(b"<"):
        return ".xml"
    if head.startswith((b"{1:", b"{4:", b":20:", b"\x01{1:")):
        return ".mt"
    first_line = head.split(b"\n", 1)[0].lower()
    if first_line.startswith(
        (b"from:", b"received:", b"return-path:", b"mime-version:", b"date:", b"subject:", b"delivered-to:")
    ):
        return ".eml"
    return ".txt"


def read_case(
    data: bytes,
    *,
    case_id: str,
    suffix: str,
    channel: Channel,
    sender: Sender,
    as_of: datetime,
    rail: Rail | None,
    our_bics: tuple[Agent, ...],
) -> list[Case]:
    """Return one case for each transaction of a message; an unreadable message is one case of type unknown."""
    message, why = _read(data, suffix)
    parts = range(max(1, len(message.transactions))) if message else range(1)
    return [
        Case(
            id=case_id if part == 0 else f"{case_id}-{part + 1}",
            as_of=as_of,
            our_bics=our_bics,
            channel=channel,
            rail=rail,
            sender=sender,
            message=message,
            unreadable=why,
            part=part,
        )
        for part in parts
    ]


def _read(data: bytes, suffix: str) -> tuple[Message | None, str | None]:
    try:
        return read_message(data, suffix), None
    except UnreadableMessage as unreadable:
        return None, str(unreadable)
