"""Bytes into an XML tree, hardened: nothing is fetched or expanded, and every refusal is one clear sentence."""

import codecs
import re
import threading

from lxml import etree

from tools.errors import UnreadableMessage, Violation
from tools.iso20022.elements import Element
from tools.iso20022.surroundings import BLANK, DECLARED, HTML, cut_out, mend, not_utf8

LIMIT_BYTES = 10_000_000
"""Largest message that is read unless the caller sets another limit."""
MARKUP_MAX = 1_000_000
"""Most tags and attributes together: small ones cost a hundred times their size in memory."""

ATTRIBUTES_MAX = 200
"""Most attributes of one element; the parser compares each with all others, and a hundred thousand take a minute."""

# A start tag up to its end; what stands in quotes may hold anything but "<".
_TAG = re.compile(rb"""<[^!?/<>"'\s][^<>"']*+(?:(?:"[^"<]*+"|'[^'<]*+')[^<>"']*+)*+""")

# Encodings in which the characters of markup are ASCII bytes, so that what is checked here is what the parser reads.
_ASCII_BASED = {"utf-8", "ascii", "cp1252", "cp1250", "cp1251", "cp1254", "iso8859-1", "iso8859-2", "iso8859-15"}
_BYTE_ORDER_MARKS = (  # UTF-32 first: its mark begins with that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_HALVES = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}
"""UTF-16 that lacks its byte order mark shows itself by the zero beside the first bracket."""
_PADDING = BLANK + b"\0\x1a"
"""What mainframes and DOS fill a record with behind its text."""
_LEXEME = re.compile(rb"<(?:!--|!\[CDATA\[|\?|!DOCTYPE)")
_CLOSED_BY = {b"<!--": b"-->", b"<![CDATA[": b"]]>", b"<?": b"?>"}


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
    if b"<!" in body and b"<!DOCTYPE" in body:  # the shorter search is five times as fast
        _refuse_doctype(body)
    if len(body) > MARKUP_MAX and body.count(b"<") + body.count(b"=") > MARKUP_MAX:
        raise UnreadableMessage(
            f"The message holds more than {MARKUP_MAX:,} tags and attributes; have it split.", code="message_too_large"
        )
    if body.count(b"=") > ATTRIBUTES_MAX:
        _refuse_attributes(body)
    try:
        return etree.fromstring(body, parser), mended
    except etree.XMLSyntaxError as fault:
        return cut_out(body, parser, fault, mended), mended


def _readable(data: bytes, mended: list[Violation]) -> tuple[bytes, etree.XMLParser]:
    """Bytes that start at the first character, with the parser that reads them in the right encoding."""
    if data[:5] == b"<?xml" or data[:1] == b"<":
        body, parser = data, _PARSERS.as_declared
    else:
        for mark, encoding in _BYTE_ORDER_MARKS:
            if data.startswith(mark):
                return _decoded(data, encoding), _PARSERS.utf8
        if data.startswith(codecs.BOM_UTF8):
            body, parser = data[3:].lstrip(BLANK), _PARSERS.utf8
        else:
            body, parser = data.lstrip(BLANK), _PARSERS.as_declared
            if len(body) != len(data) and body[:5] == b"<?xml":
                mended.append(mend("text-before-declaration", "", "Blank lines before the XML declaration."))
        if not body:
            raise UnreadableMessage("The message is empty; ask the sender to send it again.", code="message_empty")
    if b"\0" in body and body[:2] not in _HALVES and (text := body.rstrip(_PADDING)):
        mended.append(mend("padding", "", f"{len(body) - len(text)} characters of padding behind the message."))
        body = text
    if b"\0" in body:
        return _without_mark(body, mended), _PARSERS.utf8
    declared = DECLARED.match(body, 0, 200)
    if declared is not None and declared[1] not in (b"UTF-8", b"utf-8") and parser is _PARSERS.as_declared:
        parser = _parser_for(body, declared[1].decode(), mended)
    return body, parser


def _without_mark(body: bytes, mended: list[Violation]) -> bytes:
    """UTF-16 that lacks its byte order mark shows itself by the zero beside the first '<'; other zeros are refused."""
    encoding = _HALVES.get(body[:2])
    if encoding is None:
        where = f"byte {body.index(0)}"
        raise UnreadableMessage(
            f"The message holds a NUL ({where}), which XML forbids; ask the sender for the plain file.",
            where=where,
            code="encoding",
        )
    mended.append(mend("encoding", encoding, "UTF-16 without its byte order mark."))
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
    if (wrong := not_utf8(body)) is not None:
        raise wrong
    if known != "ascii":
        mended.append(mend("encoding", declared, "The declared encoding is wrong; the bytes are UTF-8."))
    return _PARSERS.utf8


def _refuse_attributes(body: bytes) -> None:
    for tag in _TAG.finditer(body):
        if tag.end() - tag.start() > ATTRIBUTES_MAX and tag[0].count(b"=") > ATTRIBUTES_MAX:
            where = f"byte {tag.start()}"
            raise UnreadableMessage(
                f"An element ({where}) has more than {ATTRIBUTES_MAX} attributes, which no ISO 20022 message has.",
                where=where,
                code="forbidden_attributes",
            )


def _refuse_doctype(body: bytes) -> None:
    """Refuse a document type outside comments and CDATA: no ISO 20022 message has one, every entity bomb does."""
    place = _LEXEME.search(body)
    while place is not None:
        if place[0] == b"<!DOCTYPE":
            if body[place.end() : place.end() + 5].lower() == b" html":
                raise UnreadableMessage(HTML, code="not_xml")
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
