"""Reads e-mail and plain text into a Message: the sender's own words, the history below, and what to distrust."""

import codecs
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from email import message_from_bytes
from email.charset import UNKNOWN8BIT
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import Message as Part
from email.utils import parseaddr, parsedate_to_datetime
from typing import NamedTuple

from tools.errors import UnreadableMessage, Violation
from tools.message import Harvest, Message, Original, Transaction
from tools.text.extract import Extracted, extract
from tools.text.hypertext import visible_text
from tools.text.quoting import own_words, smuggled

BODY_MAX = 1_000_000
"""Bytes of readable text; more is no letter that a person wrote."""
MAIL_MAX = 40_000_000
"""Bytes of a whole mail with its attachments."""
NESTED_MAX = 3
"""Mails inside mails that are still read as history."""
_SNIFF = 4096
"""Bytes of an attachment looked at to name a payment message in it."""

_NO_CHARSETS = frozenset(("punycode", "idna", "undefined", "unicode-escape", "raw-unicode-escape"))
_INVISIBLE = dict.fromkeys((*range(0x200B, 0x2010), *range(0x202A, 0x202F), *range(0x2060, 0x2065), 0xFEFF, 0xAD))
_INVISIBLE |= dict.fromkeys(range(0xE0000, 0xE0080))  # tag characters carry text that no person sees
_TAGS = re.compile("[\U000e0020-\U000e007e]+")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")
_BINARY_STARTS = (
    b"%PDF",
    b"PK\x03\x04",
    b"\x89PNG",
    b"\xff\xd8\xff",
    b"GIF8",
    b"\xd0\xcf\x11\xe0",
    b"\x7fELF",
    b"MZ\x90",
)
_ISO_NAME = re.compile(r"urn:iso:std:iso:20022:tech:xsd:([a-z]{4}\.\d{3}\.\d{3}\.\d{2})")
_MT_HEADER = re.compile(r"\{1:F\d\d[A-Z0-9]{12}\d{10}\}\s*\{2:[IO](\d{3})")


class _Parts(NamedTuple):
    """What a mail is made of, as far as it is read."""

    plain: list[str]
    html: list[str]
    history: list[str]
    """Mails attached to the mail, as text."""
    violations: list[Violation]


def read(data: bytes, *, is_email: bool) -> Message:
    """Read an e-mail (RFC 5322, MIME) or plain text in any usual encoding.

    Raises UnreadableMessage in one sentence when there is no text to read. Everything else that is odd is a flag:
    hidden text, unread attachments, broken encodings, payment messages inside, orders to the machine.
    """
    return _read_email(data) if is_email else _read_text(data)


def _read_text(data: bytes) -> Message:
    violations: list[Violation] = []
    text = _cleaned(decode(data, where="text", violations=violations), violations)
    return _message(text, "text", violations)


def _read_email(data: bytes) -> Message:
    if not data.strip():
        raise UnreadableMessage("The mail is empty.", where="mail")
    if len(data) > MAIL_MAX:
        raise UnreadableMessage(f"The mail has {len(data)} bytes; at most {MAIL_MAX} are read.", where="mail")
    data = _from_first_header(data)
    mail = message_from_bytes(data)  # the older policy: four times as fast, and it refuses no header
    if not mail.keys():
        raise UnreadableMessage("The mail has no header; hand it in as text if it is one.", where="mail")
    parts = _Parts([], [], [], [])
    _collect(mail, parts, depth=0)
    body = _body(parts)
    subject = _header(mail, "Subject", parts.violations)
    text = _cleaned("\n\n".join(piece for piece in (subject, body, *parts.history) if piece), parts.violations)
    created, sender = _date(mail, parts.violations), _sender(mail, parts.violations)
    own = _cleaned("\n\n".join(piece for piece in (subject, own_words(body)) if piece), [])
    message = _message(text, "email", parts.violations, own=own, as_of=created)
    return message.model_copy(
        update={
            "message_id": _header(mail, "Message-ID", parts.violations).strip("<> ") or None,
            "created_at": created,
            "sender": sender,
            "receiver": _address(mail, "To") or None,
            "subject": subject or None,
        }
    )


def _from_first_header(data: bytes) -> bytes:
    """The mail as it was sent: without byte order mark or blank lines above, in bytes of 8 bits, with line feeds."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        data = data.decode("utf-16", "replace").encode()
    data = data.removeprefix(b"\xef\xbb\xbf").lstrip(b"\r\n")
    return data if b"\n" in data else data.replace(b"\r", b"\n")


def _message(
    text: str, type_: str, violations: list[Violation], *, own: str | None = None, as_of: datetime | None = None
) -> Message:
    """The record, once the text is known."""
    if not text.strip():
        raise UnreadableMessage(f"The {type_} holds no readable text.", where=type_)
    if len(text) > BODY_MAX:
        raise UnreadableMessage(f"The {type_} has {len(text)} characters; at most {BODY_MAX} are read.", where=type_)
    own = own_words(text) if own is None else own
    violations += [
        Violation(
            rule="smuggled-instruction",
            place="text",
            value=text[start:end].strip()[:120],
            detail="A sentence gives orders to the machine; it is shown and not followed.",
            severity="flag",
        )
        for start, end in smuggled(text)
    ]
    violations += _embedded(text, "text")
    found = extract(text, as_of=as_of.date() if as_of else None)
    return Message(
        standard="mail",
        type=type_,
        text=text,
        own_words=own,
        transactions=(Transaction(narrative=own or text, original=_original(own or text, as_of)),),
        harvest=_harvest(found),
        violations=tuple(dict.fromkeys(violations)),
    )


def _original(own: str, as_of: datetime | None) -> Original:
    """What the mail names of the payment, only where it names one thing; two stay candidates for the triage."""
    found = extract(own, as_of=as_of.date() if as_of else None)
    return Original(
        uetr=found.uetrs[0] if len(found.uetrs) == 1 else None,
        end_to_end_id=found.references[0] if len(found.references) == 1 else None,
        amount=found.amounts[0] if len(found.amounts) == 1 else None,
    )


def _harvest(found: Extracted) -> Harvest:
    """References in prose have no kind; what customers call their reference is the end-to-end id."""
    return Harvest(
        uetr=found.uetrs,
        end_to_end_id=found.references,
        amounts=tuple((format(money.amount, "f"), money.currency) for money in found.amounts),
        parties=found.names,
    )


def decode(data: bytes, *, where: str, violations: list[Violation], charset: str | None = None) -> str:
    """Bytes as text: the stated charset, else by byte order mark, UTF-8, UTF-16 by its zeros, Windows-1252."""
    if data.startswith(_BINARY_STARTS):
        raise UnreadableMessage(f"The {where} is a binary file, not text.", where=where)
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    if charset:
        try:
            return data.decode(_known(charset))
        except (LookupError, ValueError):
            violations.append(_flag("charset", where, charset, "The text does not fit the charset it states."))
    if b"\x00" in data:
        return _decode_zeros(data, where)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if len(_CONTROL.findall(text)) > max(2, len(text) // 50):
        raise UnreadableMessage(f"The {where} is binary data, not text.", where=where)
    return text


def _known(charset: str) -> str:
    """The charset where it is one of text; the codecs that Python keeps for names and programs may take minutes."""
    if codecs.lookup(charset).name in _NO_CHARSETS:
        raise LookupError(charset)
    return charset


def _decode_zeros(data: bytes, where: str) -> str:
    """UTF-16 without a byte order mark shows zeros at every other byte; anything else with zeros is binary."""
    even, odd = data[0::2].count(0), data[1::2].count(0)
    half = max(1, len(data) // 2)
    if odd > 0.6 * half and even < 0.1 * half:
        return data.decode("utf-16-le", "replace")
    if even > 0.6 * half and odd < 0.1 * half:
        return data.decode("utf-16-be", "replace")
    raise UnreadableMessage(f"The {where} is binary data, not text.", where=where)


def _cleaned(text: str, violations: list[Violation]) -> str:
    """Plain line ends, no control or invisible characters; text hidden in tag characters is flagged."""
    for match in _TAGS.finditer(text):
        words = "".join(chr(ord(sign) - 0xE0000) for sign in match.group())
        violations.append(_flag("hidden-text", "text", words, "Text in invisible characters; it was left out."))
    plain = text.replace("\r\n", "\n").replace("\r", "\n").translate(_INVISIBLE)
    return _CONTROL.sub(" ", plain).strip()


def _flag(rule: str, place: str, value: str, detail: str) -> Violation:
    return Violation(rule=rule, place=place, value=value[:120], detail=detail, severity="flag")


def _collect(part: Part, parts: _Parts, depth: int) -> None:
    """Walk the MIME tree: texts are read, mails inside become history, all else is named and not opened."""
    kind = part.get_content_type()
    if kind == "message/rfc822":
        _collect_mail(part, parts, depth)
    elif part.is_multipart():
        for child in _children(part):
            _collect(child, parts, depth)
    elif (
        (kind in ("text/plain", "text/html") or _has_no_boundary(part))
        and part.get_content_disposition() != "attachment"
        and not part.get_filename()
    ):
        text = _part_text(part, parts.violations)
        (parts.html if kind == "text/html" else parts.plain).append(text)
    else:
        _name_attachment(part, parts)


def _has_no_boundary(part: Part) -> bool:
    """True for a part that says it has parts and names no boundary between them: its text is all there is."""
    return part.get_content_maintype() == "multipart" and part.get_boundary() is None


def _children(part: Part) -> list[Part]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Part)] if isinstance(payload, list) else []


def _collect_mail(part: Part, parts: _Parts, depth: int) -> None:
    inner = next(iter(_children(part)), None)
    if inner is None or depth >= NESTED_MAX:
        parts.violations.append(
            _flag("attachment-not-read", "mail", "message/rfc822", "An attached mail was not read.")
        )
        return
    nested = _Parts([], [], [], parts.violations)
    _collect(inner, nested, depth + 1)
    subject = _header(inner, "Subject", parts.violations)
    heading = f"---------- Forwarded message\nSubject: {subject}\n\n"
    parts.history.append(heading + "\n\n".join((_body(nested), *nested.history)))


def _name_attachment(part: Part, parts: _Parts) -> None:
    name = part.get_filename() or part.get_content_type()
    parts.violations.append(_flag("attachment-not-read", "mail", name, "The attachment is named and was not opened."))
    payload = part.get_payload(decode=True)
    if isinstance(payload, bytes):
        parts.violations.extend(_embedded(payload[:_SNIFF].decode("latin-1"), name))


def _embedded(text: str, place: str) -> Iterator[Violation]:
    """Payment messages inside a mail are named: they prove nothing and must come by their own channel."""
    for kind in dict.fromkeys([*_ISO_NAME.findall(text), *(f"MT{number}" for number in _MT_HEADER.findall(text))]):
        yield _flag("attached-message", place, kind, "A payment message lies in the mail; it is not taken as received.")


def _part_text(part: Part, violations: list[Violation]) -> str:
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    if len(payload) > BODY_MAX:
        raise UnreadableMessage(f"The mail's text has {len(payload)} bytes; at most {BODY_MAX} are read.", where="mail")
    if part.defects:
        violations.append(_flag("encoding", "mail", type(part.defects[0]).__name__, "A part of the mail is damaged."))
    return decode(payload, where="mail", violations=violations, charset=part.get_content_charset())


def _body(parts: _Parts) -> str:
    """The plain part, else the visible text of the HTML part; a person is told when both say different things."""
    plain = "\n\n".join(text.strip() for text in parts.plain if text.strip())
    if not parts.html:
        return plain
    shown = []
    for source in parts.html:
        text, hidden = visible_text(source)
        shown.append(text)
        if hidden:
            detail = "The HTML hides text from the reader; it was left out."
            parts.violations.append(_flag("hidden-text", "mail", " ".join(hidden), detail))
    visible = "\n\n".join(text for text in shown if text)
    if not plain:
        return visible
    words, seen = set(re.findall(r"\w{4,}", plain.lower())), set(re.findall(r"\w{4,}", visible.lower()))
    if words and seen and len(words & seen) < 0.5 * min(len(words), len(seen)):
        detail = "The plain and the HTML part say different things; the plain part was read."
        parts.violations.append(_flag("parts-differ", "mail", visible, detail))
    return plain


def _header(mail: Part, name: str, violations: list[Violation]) -> str:
    """A header as text; one that cannot be decoded is flagged and taken as it stands."""
    raw = mail.get(name)
    if raw is None:
        return ""
    try:
        words = decode_header(raw)
        for _, charset in words:
            if charset and charset != UNKNOWN8BIT:  # bytes above 127 that name no charset
                _known(charset)
        value = str(make_header(words))
    except (HeaderParseError, LookupError, UnicodeDecodeError, ValueError) as fault:
        violations.append(_flag("header", name, type(fault).__name__, f"The header {name} cannot be decoded."))
        value = str(raw)
    return re.sub(r"\s+", " ", value).strip()


def _address(mail: Part, name: str) -> str:
    """The address, parsed before decoding: an encoded display name must not smuggle in another one."""
    return parseaddr(re.sub(r"\s+", " ", str(mail.get(name, ""))))[1].lower()


def _sender(mail: Part, violations: list[Violation]) -> str | None:
    address = _address(mail, "From")
    if len(mail.get_all("From", [])) > 1:
        violations.append(_flag("sender", "From", address, "The mail names several senders; the first is taken."))
    if "@" not in address:
        violations.append(_flag("sender", "From", address, "The mail names no sender."))
        return None
    return address


def _date(mail: Part, violations: list[Violation]) -> datetime | None:
    stated = _header(mail, "Date", violations)
    if not stated:
        return None
    try:
        moment = parsedate_to_datetime(stated)
        if moment.tzinfo is not None:
            return moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        violations.append(_flag("date", "Date", stated, "The date of the mail cannot be read."))
        return None
    violations.append(_flag("no-offset", "Date", stated, "The date has no offset; UTC is taken."))
    return moment.replace(tzinfo=UTC)
