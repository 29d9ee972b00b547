"""What to do with bytes that do not parse: cut the one XML document out of foreign text, or say what they are."""

import codecs
import re

from lxml import etree

from tools.errors import UnreadableMessage, Violation
from tools.iso20022.elements import Element

BLANK = b" \t\r\n"
DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.:-]{1,40})[\"']")
_ROOT = re.compile(rb"<(?:!--|!DOCTYPE|\?|([A-Za-z_][\w.-]*(?::[A-Za-z_][\w.-]*)?)[\s/>])", re.IGNORECASE)
HTML = "The message is an HTML page, perhaps an error page of a gateway; fetch the message itself."


# Ends and beginnings of string literals that a program's source joins: "…" + "…", or one below the other.
_JOINT = re.compile(rb'(?<!\\)"\s*(?:\+\s*)?"')
_ESCAPES = ((rb"\r", b""), (rb"\n", b"\n"), (rb"\t", b"\t"), (rb"\"", b'"'), (rb"\/", b"/"))


def cut_out(body: bytes, parser: etree.XMLParser, fault: etree.XMLSyntaxError, mended: list[Violation]) -> Element:
    """Read the one XML document between foreign text (licence, mail lines, fences), or say why there is none.

    A business header that stands before its document without a wrapper is read with it.
    """
    if escaped := rb"=\"" in body:
        body = _unescaped(body)
        mended.append(mend("escaped-text", "", "The XML was a string of a program; its escapes were undone."))
    start, name = _beginning(body)
    if name:
        closing = b"</" + name
        for end in dict.fromkeys((body.rfind(closing), body.find(closing, start))):
            stop = body.find(b">", end) + 1
            if end < start or stop == 0 or (start == 0 and not body[stop:].strip() and not escaped):
                continue
            try:
                root = etree.fromstring(body[start:stop], parser)
            except etree.XMLSyntaxError:
                continue
            before, after = body[:start].strip(), body[stop:].strip()
            if name.rpartition(b":")[2] == b"AppHdr" and (document := _document_behind(after, parser)) is not None:
                mended.append(mend("no-wrapper", "", "Header and document stand side by side without a wrapper."))
                pair = etree.Element("Envelope")
                pair.extend((root, document))
                return pair
            if before:
                mended.append(mend("text-before-declaration", _shown(before), "Text stands before the XML document."))
            if after:
                second = b"<" + name in after
                rule = "one-document" if second else "text-after-document"
                detail = "A second document follows; only the first was read." if second else "Text follows the XML."
                mended.append(mend(rule, _shown(after), detail))
            return root
    raise _refusal(body, fault)


def _unescaped(body: bytes) -> bytes:
    body = _JOINT.sub(b"", body)
    for written, meant in _ESCAPES:
        body = body.replace(written, meant)
    return body


def _document_behind(rest: bytes, parser: etree.XMLParser) -> Element | None:
    """The document that follows a header, up to its end tag; None where none does or it is not whole."""
    start, name = _beginning(rest)
    end = rest.find(b"</" + name, start) if name.rpartition(b":")[2] == b"Document" else -1
    stop = rest.find(b">", end) + 1
    if end < 0 or stop == 0:
        return None
    try:
        return etree.fromstring(rest[start:stop], parser)
    except etree.XMLSyntaxError:
        return None


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
    head = body[:200].lstrip(BLANK).lower()
    if head.startswith((b"<!doctype html", b"<html")):
        what = HTML
    elif head.startswith((b"{1:", b"{2:", b"{4:")):
        what = "The message is a SWIFT FIN (MT) message, not XML; hand it in with the ending .mt."
    elif head.startswith((b"{", b"[")):
        what = "The message is JSON, not XML; hand in the ISO 20022 XML."
    elif b"<" not in body:
        what = "The message is plain text or a binary file, not XML; hand in the ISO 20022 XML."
    elif _says_utf8(body) and (wrong := not_utf8(body)) is not None:
        return wrong
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


def _says_utf8(body: bytes) -> bool:
    """True where the bytes declare UTF-8 or nothing, which means the same."""
    declared = DECLARED.match(body, 0, 200)
    if declared is None:
        return True
    try:
        return codecs.lookup(declared[1].decode()).name == "utf-8"
    except LookupError:
        return False


def not_utf8(body: bytes) -> UnreadableMessage | None:
    """What to say of bytes that are no UTF-8; None where they are."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError as fault:
        where = f"byte {fault.start}"
        return UnreadableMessage(
            f"The message is neither UTF-8 nor in another encoding that it rightly declares ({where});"
            " ask the sender for it in UTF-8.",
            where=where,
            code="encoding",
        )
    return None


def mend(rule: str, value: str, detail: str) -> Violation:
    """A fault in the file that did not stop the reading."""
    return Violation(rule=rule, place="file", value=value, detail=detail, severity="flag")


def _shown(text: bytes) -> str:
    return text[:80].decode("utf-8", errors="replace")
