"""From bytes to the one FIN message in them: its header, the text of block 4, and what was odd about them."""

import re
from dataclasses import dataclass, field, replace

from tools.errors import UnreadableMessage, Violation
from tools.mt.fields import flag
from tools.mt.header import USER_FIELD, Header, read_header

SIZE_MAX_BYTES = 1_000_000

_SERVICE = re.compile(r"\{4:\s*((?:\{[^{}]*\}\s*)+)\}")
_END = re.compile(r"\n[ \t>*]*-\}")
# How a text block ends when it does not end as it should: "-}" or "}" behind the last field, or a lone hyphen.
_LOOSE_END = re.compile(r"-\}(?=\s*(?:\{[5S]:|$))|\n[ \t>*]*-[ \t]*(?=\n*(?:\{[5S]:|$))|\}?(?=\{[5S]:)|\}\s*$")
# A further whole message inside the text; one quoted in a narrative has no line end behind its {4:.
_NEXT = re.compile(r"\n\$?\{1:[A-Z][0-9]{2}[^{}]*\}(?=[^\n]*(?:\n\{[23]:[^\n]*)*\n?\{4:[ \t]*\n)")
_INDENT = re.compile(r"^([ \t>*]*):[0-9]{2}[A-Z]?:", re.MULTILINE)
_FIRST_TAG = re.compile(r"^[ \t>*]*:(?:20|19|13[A-Z]|25|79):", re.MULTILINE)
_ANY_TAG = re.compile(r"[ \t]{0,8}:([0-9]{2}[A-Z]?):")
_LONE_HYPHEN = re.compile(r"\n[ \t]*-[ \t}]*(?=\n|$)")
_TYPE_IN_PREFACE = re.compile(r"^[^\w\n]{0,5}(?:MT)?([0-9]{3})(?: [0-9]{2})?[^\w\n]{0,5}$", re.MULTILINE)
# Ends and beginnings of string literals that a program's source joins: "…" + "…".
_JOINT = re.compile(r'(?<!\\)"\s*(?:\+\s*)?"')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")

_WIDE = {b"\xff\xfe": "utf-16", b"\xfe\xff": "utf-16", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}
"""UTF-16 by its mark, or by the zero beside the first brace."""

_CUT_OFF = "The FIN message is cut off: its text block {4: is opened but never closed; ask the sender for it again."
_MORE = "More messages follow in the file; this is the first."


@dataclass(frozen=True, slots=True)
class Envelope:
    """One FIN message taken apart, its text block not yet read."""

    header: Header
    body: str = ""
    """Text of block 4: every field at a line start, newlines only."""
    service: str | None = None
    """"ACK" or "NAK" for a lone acknowledgement, "system" for a system message; their block 4 holds no fields."""
    flags: list[Violation] = field(default_factory=list)


def open_envelope(data: bytes | str) -> Envelope:
    """Find the first user message; raise UnreadableMessage when there is none or when it is cut off."""
    flags: list[Violation] = []
    text = _text(data, flags)
    start, position = text.find("{4:"), 0
    acknowledged = None
    while start >= 0 and (service := _SERVICE.match(text, start)):
        before = text[position:start]
        if "{2:" in before:
            header = read_header(before, flags)
            header = replace(header, user=header.user | dict(USER_FIELD.findall(service[1])))
            return Envelope(header, service="system", flags=flags)
        acknowledged = _acknowledgement(service[1], flags)
        position = service.end()
        start = text.find("{4:", position)
    if start < 0:
        if acknowledged is not None:
            return Envelope(Header(), service=acknowledged, flags=flags)
        return _headless(text, flags)
    end = _end_of_text(text, start + 3, flags)
    _trailer(text[end:], flags)
    return Envelope(read_header(text[position:start], flags), _body(text[start + 3 : end], flags), flags=flags)


def _text(data: bytes | str, flags: list[Violation]) -> str:
    """Decode, refuse what is no text, and bring line ends to newlines."""
    if len(data) > SIZE_MAX_BYTES:
        raise UnreadableMessage(f"The message has {len(data)} bytes; a FIN file here has at most {SIZE_MAX_BYTES}.")
    text = _decoded(data, flags).removeprefix("\ufeff")
    if "\0" in text:
        raise UnreadableMessage("The message holds NUL bytes: it is binary data or UTF-16, no FIN text.")
    if not text.isascii():
        odd = "".join(dict.fromkeys(character for character in text if ord(character) > 127))
        flags.append(flag("character-set", "message", odd, "FIN knows the SWIFT X characters only."))
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if odd := "".join(dict.fromkeys(_CONTROL.findall(text))):
        # SOH and ETX frame a message on the line; any other control character has no business in it.
        if odd.strip("\x01\x03"):
            flags.append(flag("control-characters", "message", repr(odd), "Control characters were read as blanks."))
        text = _CONTROL.sub(" ", text)
    if "{{1:" in text:
        flags.append(flag("doubled-braces", "message", "", "Braces are doubled, as in a template; read as single."))
        text = text.replace("{{", "{").replace("}}", "}")
    if '\\n"' in text:
        text = _JOINT.sub("", text)
    if "\\n" in text and "\n:" not in text and ("\\n:" in text or "{4:\\" in text):
        flags.append(flag("escaped-newlines", "message", "", "Line ends are written as \\n; they were taken as such."))
        text = text.replace("\\r\\n", "\n").replace("\\n", "\n").replace("\\r", "\n").replace("\\/", "/")
    return text


def _decoded(data: bytes | str, flags: list[Violation]) -> str:
    if isinstance(data, str):
        return data if data.isascii() else data.encode("utf-8", "replace").decode("utf-8")
    wide = _WIDE.get(data[:2])
    try:
        return data.decode(wide or "utf-8")
    except UnicodeDecodeError:
        if wide:
            raise UnreadableMessage("The message is marked as UTF-16 but is not; ask for it again as text.") from None
        flags.append(flag("encoding", "message", "", "The bytes are no UTF-8; they were read as Latin-1."))
        return data.decode("latin-1")


def _acknowledgement(items: str, flags: list[Violation]) -> str:
    """ACK or NAK of a service message F21 before the message itself."""
    if "{451:1}" not in items:
        return "ACK"
    code = re.search(r"\{405:([^{}]*)\}", items)
    detail = "The network refused this message (NAK): it was never delivered."
    flags.append(flag("network-refusal", "block 4 of the acknowledgement", code[1] if code else "", detail))
    return "NAK"


def _headless(text: str, flags: list[Violation]) -> Envelope:
    """A message without blocks: fields only, as in statement files; or an explanation why it is no message."""
    begun = "{1:" in text or "{2:" in text
    first = _FIRST_TAG.search(text)
    if first is None:
        if begun:
            raise UnreadableMessage("The FIN message ends before its text block {4:; ask the sender for it again.")
        raise UnreadableMessage(_what_it_is(text))
    before, body = text[: first.start()], text[first.start() :]
    if begun:
        flags.append(flag("block-4-start", "block 4", "", "No {4: stands between header and fields."))
        header = read_header(before, flags)
    else:
        detail = "Without a header the sender and the type are unknown."
        flags.append(flag("header-missing", "blocks 1 and 2", "", detail))
        stated = _TYPE_IN_PREFACE.search(before)
        header = Header(stated[1] if stated else None)
    if lone := _LONE_HYPHEN.search(body):
        if _FIRST_TAG.search(body, lone.end()):
            flags.append(flag("several-messages", "message", "", _MORE))
        body = body[: lone.start()]
    return Envelope(header, _body("\n" + body, flags), flags=flags)


def _what_it_is(text: str) -> str:
    head = text.lstrip()[:1]
    if not head:
        return "The message is empty."
    if head == "<":
        return "This is XML or HTML, no FIN message; ISO 20022 messages have their own reader."
    if head in "{[":
        return "This looks like JSON, no FIN message: there is no block {1: and no field :20:."
    return "There is no FIN message here: no block {1: and no field such as :20:."


def _end_of_text(text: str, start: int, flags: list[Violation]) -> int:
    """Where block 4 ends; a block that is never closed is a message cut off on its way."""
    end = _END.search(text, start)
    stop = end.start() if end else len(text)
    if following := _NEXT.search(text, start, stop):
        flags.append(flag("block-4-end", "block 4", "", "The text block is not closed before the next message starts."))
        return following.start()
    if end:
        return stop
    if loose := _LOOSE_END.search(text.rstrip(" \t$"), start):
        flags.append(flag("block-4-end", "block 4", "", "The text block does not end with -} on a line of its own."))
        return loose.start()
    raise UnreadableMessage(_CUT_OFF, where="block 4")


def _trailer(rest: str, flags: list[Violation]) -> None:
    """Blocks 5 and S, and whatever follows them."""
    following = rest.find("{4:")
    while following >= 0 and (service := _SERVICE.match(rest, following)):
        following = rest.find("{4:", service.end())
    if following >= 0:
        flags.append(flag("several-messages", "message", "", _MORE))
    if duplicate := re.search(r"\{PD[EM]:[^{}]*\}", rest.partition("{1:")[0]):
        detail = "The network marks this message as a possible duplicate (PDE or PDM trailer)."
        flags.append(flag("possible-duplicate", "block 5", duplicate[0], detail))


def _body(body: str, flags: list[Violation]) -> str:
    """Every field at the start of a line: indents, quote marks and missing line breaks mended."""
    if "\n" not in body.strip() and len(_ANY_TAG.findall(body)) > 1:
        flags.append(flag("line-breaks", "block 4", "", "The fields stand on one line; they were split at the tags."))
        return _ANY_TAG.sub(r"\n:\1:", body)
    first = _INDENT.search(body)
    indent = first[1] if first else ""
    if not indent:
        return body
    flags.append(
        flag("indented-lines", "block 4", repr(indent), "Lines are indented or quoted; the indent is removed.")
    )
    lines = body.split("\n")
    return "\n".join(line.removeprefix(indent) if line.startswith(indent) else line.lstrip(" \t>*") for line in lines)
