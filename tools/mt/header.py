"""The header of a FIN message: who sent it to whom and when (blocks 1 and 2), and the user header (block 3)."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

from tools.errors import Violation
from tools.mt.fields import day, flag

USER_FIELD = re.compile(r"\{([0-9]{3}):\s*([^{}]*)\}")

_BLOCK_1 = re.compile(r"\{1:\s*[A-Z][0-9]{2}([^{}]*)\}")
_BLOCK_2 = re.compile(r"\{2:\s*([IO]?)\s*([0-9]{3})([^{}]*)\}")
_NUMBER = re.compile(r"\{2:\s*[IO]\s*([0-9]{3})")
# Output message: input time, the input reference (date, address, session and sequence number), then the output time.
_OUTPUT = re.compile(r"\s*([0-9]{4})([0-9]{6})\s*([A-Z0-9]{8,12}?)(?:[0-9]{10})?(?:[0-9]{10})?[NUS]?\s*$")
_ADDRESSED = re.compile(r"([A-Z0-9]{12}|[A-Z0-9]{11}|[A-Z0-9]{8,9})[NUS][0-9]{0,4}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")


@dataclass(frozen=True, slots=True)
class Header:
    """Blocks 1 to 3, as far as they are there."""

    number: str | None = None
    """"192"; None when block 2 is missing."""
    sender: str | None = None
    receiver: str | None = None
    created_at: datetime | None = None
    user: dict[str, str] = field(default_factory=dict)
    """Block 3: "121" UETR, "119" validation flag, "111" service, "108" user reference …"""


def read_header(text: str, flags: list[Violation]) -> Header:
    """Read the header blocks in any order; what stands before them is flagged and left out."""
    begin = text.rfind("{1:")
    if begin < 0:
        begin = text.find("{") if "{" in text else len(text)
    if re.search(r"[A-Za-z0-9]", text[:begin]):
        flags.append(
            flag("text-before-message", "message", text[:begin].strip(), "Text before the message is left out.")
        )
    text = text[begin:].rstrip()
    if text and (text.count("{") != text.count("}") or not text.endswith("}")):
        flags.append(flag("header-format", "blocks 1 to 3", "", "The header blocks are not closed as they should be."))
    ours, application = _BLOCK_1.search(text), _BLOCK_2.search(text)
    for block, present in (("block 1", ours), ("block 2", application)):
        if present is None:
            flags.append(flag("header-missing", block, "", f"The message has no {block} that can be read."))
    own = _bic(_own_address(ours[1].strip()), "block 1", flags) if ours else None
    user = _user_header(text)
    if application is None:
        number_alone = _NUMBER.search(text)
        return Header(number_alone[1] if number_alone else None, sender=own, user=user)
    way, number, rest = application.groups()
    if way != "O":
        return Header(number, own, _bic(_their_address(rest.strip()), "block 2", flags), None, user)
    output = _OUTPUT.match(rest)
    if output is None:
        flags.append(flag("header-format", "block 2", rest, "The input reference of the output message is unreadable."))
        return Header(number, None, own, None, user)
    return Header(number, _bic(output[3], "block 2", flags), own, _created(output[2], output[1]), user)


def _user_header(text: str) -> dict[str, str]:
    start = text.find("{3:")
    if start < 0:
        return {}
    # Reversed, so that of a repeated field the first counts.
    return {tag: value.strip() for tag, value in reversed(USER_FIELD.findall(text, start))}


def _own_address(rest: str) -> str:
    """Block 1 behind application and service: the address, then session (4) and sequence number (6)."""
    return re.sub(r"[0-9]{10}$", "", rest) if len(rest) > 12 else rest


def _their_address(rest: str) -> str:
    """Block 2 of an input message: the address (some leave the terminal letter out), then priority and monitoring."""
    found = _ADDRESSED.fullmatch(rest)
    return found[1] if found else rest[:12]


def _bic(address: str, place: str, flags: list[Violation]) -> str | None:
    """BIC of a logical terminal address: position 9 is the terminal, XXX the head office."""
    if not address:
        return None
    bare = address[:8] + address[9:12] if len(address) == 12 else address
    if len(bare) not in (8, 11):
        bare = bare[:8]
    if not _BIC.fullmatch(bare):
        flags.append(flag("bic-format", place, address, "The address in the header holds no BIC."))
        return None
    return bare.removesuffix("XXX") if len(bare) == 11 else bare


def _created(date_digits: str, time_digits: str) -> datetime | None:
    """Input date and time of an output message. FIN gives the sender's local time and no offset; taken as UTC."""
    date, hour, minute = day(date_digits), int(time_digits[:2]), int(time_digits[2:])
    if date is None or hour > 23 or minute > 59:
        return None
    return datetime(date.year, date.month, date.day, hour, minute, tzinfo=UTC)
