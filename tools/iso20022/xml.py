"""Bytes into an XML tree, hardened: nothing is fetched or expanded, and every refusal is one clear sentence."""

import codecs
import re
import threading

from lxml import etree

from tools.errors import UnreadableMessage, Violation
from tools.iso20022.elements import Element

LIMIT_BYTES = 10_000_000
"""Largest message that is read unless the caller sets another limit."""
MARKUP_MAX = 1_000_000
"""Most tags and attributes together: small ones cost a hundred times their size in memory."""

# Encodings in which the characters of markup are ASCII bytes, so that what is checked here is what the parser reads.
_ASCII_BASED = {"utf-8", "ascii", "cp1252", "cp1250", "cp1251", "cp1254", "iso8859-1", "iso8859-2", "iso8859-15"}
_BYTE_ORDER_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_BLANK = b" \t\r\n"
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_LEXEME = re.compile(rb"<(?:!--|!\[CDATA\[|\?|!DOCTYPE)")
_CLOSED_BY = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}
_ROOT = re.compile(rb"<(?:!--|!DOCTYPE|\?|([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>])", re.IGNORECASE)


def _parser(encoding: str | None) -> etree.XMLParser:
    return etree.XMLParser(
        encoding=encoding,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        remove_blank_text=True,
        collect_ids=False,
    )


class _Parsers(threading.local):
    """One pair of parsers a thread: lxml locks a parser while it works."""

    def __init__(self) -> None:
        self.as_declared = _parser(None)
        self.utf8 = _parser("utf-8")


_PARSERS = _Parsers()


def parse(data: bytes, *, limit_bytes: int = LIMIT_BYTES) -> tuple[Element, list[Violation]]:
    """Return the root element and what had to be mended to get it; raises UnreadableMessage, nothing else."""
    if len(data) > limit_bytes:
        raise UnreadableMessage(
            f"The message has {len(data):,} bytes and the limit is {limit_bytes:,}; have it split, or raise the limit.",
            code="message_too_large",
        )
    mended: list[Violation] = []
    body, parser = _readable(data, mended)
    if b"<!DOCTYPE" in body:
        _refuse_doctype(body)
    if len(body) > MARKUP_MAX and body.count(b"<") + body.count(b"=") > MARKUP_MAX:
        raise UnreadableMessage(
            f"The message holds more than {MARKUP_MAX:,} tags and attributes; have it split.", code="message_too_large"
        )
    try:
        return etree.fromstring(body, parser), mended
    except etree.XMLSyntaxError as fault:
        return _cut_out(body, parser, fault, mended), mended


def _readable(data: bytes, mended: list[Violation]) -> tuple[bytes, etree.XMLParser]:
    """Bytes that start at the first character, with the parser that reads them in the right encoding."""
    if data[:5] == b"<?xml" or data[:1] == b"<":
        body, parser = data, _PARSERS.as_declared
    else:
        for mark, encoding in _BYTE_ORDER_MARKS:
            if data.startswith(mark):
                return _decoded(data, encoding), _PARSERS.utf8
        if data.startswith(codecs.BOM_UTF8):
            body, parser = data[3:].lstrip(_BLANK), _PARSERS.utf8
        else:
            body, parser = data.lstrip(_BLANK), _PARSERS.as_declared
            if len(body) != len(data) and body[:5] == b"<?xml":
                mended.append(_mend("text-before-declaration", "", "Blank lines before the XML declaration."))
        if not body:
            raise UnreadableMessage("The message is empty; ask the sender to send it again.", code="message_empty")
    if b"\0" in body:
        return _without_mark(body, mended), _PARSERS.utf8
    declared = _DECLARED.match(body, 0, 200)
    if declared is not None and declared[1] not in (b"UTF-8", b"utf-8") and parser is _PARSERS.as_declared:
        parser = _parser_for(body, declared[1].decode(), mended)
    return body, parser


def _without_mark(body: bytes, mended: list[Violation]) -> bytes:
    """UTF-16 that lacks its byte order mark shows itself by the zero beside the first '<'; other zeros are refused."""
    encoding = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}.get(body[:2])
    if encoding is None:
        where = f"byte {body.index(0)}"
        raise UnreadableMessage(
            f"The message holds a NUL ({where}), which XML forbids; ask the sender for the plain file.",
            where=where,
            code="encoding",
        )
    mended.append(_mend("encoding", encoding, "UTF-16 without its byte order mark."))
    return _decoded(body, encoding)


def _decoded(data: bytes, encoding: str) -> bytes:
    try:
        text = data.decode(encoding)
    except UnicodeDecodeError as fault:
        where = f"byte {fault.start}"
        raise UnreadableMessage(
            f"The message is marked as {encoding.upper()} but is not ({where}); ask for it again in UTF-8.",
            where=where,
            code="encoding",
        ) from None
    text = text.removeprefix("\ufeff").lstrip()
    if not text or "\0" in text:
        raise UnreadableMessage(
            "The message is empty or holds NUL characters; ask the sender to send it again.", code="encoding"
        )
    return text.encode(errors="replace")


def _parser_for(body: bytes, declared: str, mended: list[Violation]) -> etree.XMLParser:
    """The declared encoding where markup is ASCII in it; else UTF-8, if the bytes prove to be that."""
    try:
        known = codecs.lookup(declared).name
    except LookupError:
        known = ""
    if known in _ASCII_BASED and known != "ascii":
        return _PARSERS.as_declared
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        where = f"byte {fault.start}"
        raise UnreadableMessage(
            f"The message declares the encoding {declared!r} but is not written in it ({where}); ask for it in UTF-8.",
            where=where,
            code="encoding",
        ) from None
    if known != "ascii":
        mended.append(_mend("encoding", declared, "The declared encoding is wrong; the bytes are UTF-8."))
    return _PARSERS.utf8


def _refuse_doctype(body: bytes) -> None:
    """Refuse a document type outside comments and CDATA: no ISO 20022 message has one, every entity bomb does."""
    place = _LEXEME.search(body)
    while place is not None:
        if place[0] == b"<!DOCTYPE":
            raise UnreadableMessage(
                f"The message carries a document type declaration (byte {place.start()}), which ISO 20022 never uses"
                " and which can hide entities; it is refused unread.",
                where=f"byte {place.start()}",
                code="forbidden_doctype",
            )
        end = body.find(_CLOSED_BY[place[0]], place.end())
        if end < 0:
            return  # unclosed: the parser refuses it
        place = _LEXEME.search(body, end)


def _cut_out(body: bytes, parser: etree.XMLParser, fault: etree.XMLSyntaxError, mended: list[Violation]) -> Element:
    """Read the one XML document between foreign text (licence, mail lines, fences), or say why there is none."""
    start, name = _beginning(body)
    if name:
        closing = b"</" + name
        for end in dict.fromkeys((body.rfind(closing), body.find(closing, start))):
            stop = body.find(b">", end) + 1
            if end < start or stop == 0 or (start == 0 and not body[stop:].strip()):
                continue
            try:
                root = etree.fromstring(body[start:stop], parser)
            except etree.XMLSyntaxError:
                continue
            before, after = body[:start].strip(), body[stop:].strip()
            if before:
                mended.append(_mend("text-before-declaration", _shown(before), "Text stands before the XML document."))
            if after:
                second = b"<" + name in after
                rule = "one-document" if second else "text-after-document"
                detail = "A second document follows; only the first was read." if second else "Text follows the XML."
                mended.append(_mend(rule, _shown(after), detail))
            return root
    raise _refusal(body, fault)


def _beginning(body: bytes) -> tuple[int, bytes]:
    """Where the XML document starts (its declaration, else its root) and the root's name; empty name if there is none.

    Every step moves forward, so that hostile input costs no more than one pass.
    """
    start, at = -1, 0
    while (found := _ROOT.search(body, at)) is not None:
        if found[1] is not None:
            return (found.start() if start < 0 else start), found[1]
        if found[0][:9].upper() == b"<!DOCTYPE":
            break
        if found[0] == b"<?" and body[found.end() : found.end() + 3].lower() == b"xml":
            start = found.start()
        closing = b"-->" if found[0] == b"<!--" else b"?>"
        at = body.find(closing, found.end())
        if at < 0:
            break
    return 0, b""


def _refusal(body: bytes, fault: etree.XMLSyntaxError) -> UnreadableMessage:
    """The sentence for what this is instead of a message."""
    head = body[:200].lstrip(_BLANK).lower()
    if head.startswith((b"<!doctype html", b"<html")):
        what = "The message is an HTML page, perhaps an error page of a gateway; fetch the message itself."
    elif head.startswith((b"{1:", b"{2:", b"{4:")):
        what = "The message is a SWIFT FIN (MT) message, not XML; hand it in with the ending .mt."
    elif head.startswith((b"{", b"[")):
        what = "The message is JSON, not XML; hand in the ISO 20022 XML."
    elif b"<" not in body:
        what = "The message is plain text, not XML; hand in the ISO 20022 XML."
    else:
        line, column = fault.position
        where = f"line {line}, column {column}"
        reason = (fault.msg or "not well-formed").split("\n")[0].removesuffix(f", {where}")
        return UnreadableMessage(
            f"The message is no complete, well-formed XML: {reason} ({where}); ask the sender for the whole message.",
            where=where,
            code="malformed_xml",
        )
    return UnreadableMessage(what, code="not_xml")


def _mend(rule: str, value: str, detail: str) -> Violation:
    return Violation(rule=rule, place="file", value=value, detail=detail, severity="flag")


def _shown(text: bytes) -> str:
    return text[:80].decode("utf-8", errors="replace")
