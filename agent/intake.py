"""Intake: bytes become cases, once, at the edge; what cannot be read becomes a case that says so (GEN-1)."""

import re
from collections.abc import Callable
from datetime import datetime

from agent.case import Case, Channel, Sender
from tools.containers import carried, foreign, kind, unpacked
from tools.errors import UnreadableMessage, Violation
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
_BY_CONTENT = {"xml": ".xml", "fin": ".mt"}
_FIN_NAMES = re.compile(r"\.(?:fin|swift|swi|rje|sta|mt\d{0,3}|9[0-9]{2})")
# Header fields of RFC 5322 as they open a mail that was saved as text.
_MAIL_HEADER = re.compile(
    rb"(from|to|cc|date|subject|reply-to|sender|received|return-path|delivered-to|mime-version|message-id|content-type"
    rb"|x-[a-z-]+):[^\r\n]*\r?\n(?:[ \t][^\r\n]*\r?\n)*",
    re.IGNORECASE,
)
_NAMES_A_SENDER = frozenset({b"from", b"received", b"return-path", b"mime-version", b"message-id"})
_HEADERS_MAX = 60


def read_message(data: bytes, suffix: str) -> Message:
    """Read a message by what it is, then by what its file is called; raises UnreadableMessage.

    A text that opens as a payment message is that message under any name; one that merely quotes a message is mail.
    """
    if (what := foreign(data)) is not None:
        raise UnreadableMessage(f"The file is {what}, no message; hand in the message that it holds.", code="not_text")
    if (data[:1] == b'"' or kind(data) is None) and (inside := unpacked(data)) is not None:
        content, container = inside
        return _flagged(_read_as(guess_suffix(content), content), container)
    if suffix.lower() == ".json" and kind(data) is None:
        raise UnreadableMessage("The JSON carries no payment message; hand in the message itself.", code="not_text")
    return _read_as(guess_suffix(data, suffix), data)


def _read_as(suffix: str, data: bytes) -> Message:
    try:
        return _READERS[suffix](data)
    except UnreadableMessage as refusal:
        if refusal.code != "unknown_root" or (inside := carried(data)) is None:
            raise
        return _flagged(_READERS[guess_suffix(inside)](inside), "an XML wrapper")


def _flagged(message: Message, container: str) -> Message:
    detail = f"The message came inside {container}; it was taken out."
    noted = Violation(rule="container", place="file", value=container, detail=detail, severity="flag")
    return message.model_copy(update={"violations": (noted, *message.violations)})


def guess_suffix(data: bytes, suffix: str = "") -> str:
    """The kind of a message (".xml", ".mt", ".eml", ".txt") by how it opens; where that does not tell, by its name."""
    if (found := kind(data)) is not None:
        return _BY_CONTENT[found]
    suffix = suffix.lower()
    if suffix in (".xml", ".mt", ".eml"):
        return suffix
    if _FIN_NAMES.fullmatch(suffix):
        return ".mt"
    if data[:64].lstrip()[:1] == b"<" and suffix != ".txt":
        return ".xml"
    return ".eml" if _opens_as_mail(data) else ".txt"


def _opens_as_mail(data: bytes) -> bool:
    """At least two header fields, one of which names a sender, and an empty line behind them."""
    names: set[bytes] = set()
    at = len(data) - len(data.lstrip(b"\xef\xbb\xbf \r\n\t"))
    for _ in range(_HEADERS_MAX):
        if (header := _MAIL_HEADER.match(data, at)) is None:
            break
        names.add(header[1].lower())
        at = header.end()
    closed = data[at : at + 2].lstrip(b"\r")[:1] in (b"", b"\n")
    return closed and len(names) > 1 and not names.isdisjoint(_NAMES_A_SENDER)


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
