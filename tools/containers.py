"""Payment messages inside something else: JSON, base64, EBCDIC, an XML wrapper around FIN text."""

import binascii
import json
import re
from collections.abc import Iterator

VALUES_MAX = 10_000
"""Values of a JSON document looked at; a message sits in one of the first."""
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8"),
    (b"\xff\xfe\x00\x00", "utf-32"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
    (b"\x00\x00\xfe\xff", "utf-32"),
)
_HEAD = 4096
# SWIFT Alliance Access puts 0x1F, six digits of length and a signature of 24 characters before its XML.
_SIGNED = re.compile(r"\x1f[0-9]{6}[A-Za-z0-9+/=]{24}(?=\s*<)")
# What stands around a message without being text: marks, blanks, framing characters, the $ between FIN messages, and
# the quotes of a string literal.
_AROUND = "\ufeff \t\r\n\x00\x01\x02\x03$\"'`"
# A title or comment lines that people put above a message: "MT192", "# sample", "// from the test of …".
_TITLES = re.compile(
    r"(?:[ \t]*(?:(?:#|//|--|;)[^\n]*|(?:MT|FIN)[ -]?[0-9]{3}[A-Z]{0,5}[ \t]*:?[ \t]*)?\r?\n){1,20}+[ \t]*(?=[<{])",
    re.IGNORECASE,
)
# The word behind the fence of a Markdown block, which _AROUND has taken off.
_FENCED = re.compile(r"(?:xml|swift|fin|mt|text|txt)[ \t]*\r?\n\s*(?=[<{:])", re.IGNORECASE)
_XML = re.compile(r"<\?xml\b|<(?:[\w.-]+:)?(?:Document|AppHdr|DataPDU|BusMsg|Envelope)\b|iso:20022:tech:xsd")
# A message element without Document: PmtRtr, FIToFIPmtCxlReq. Tags of a page are no such words.
_ELEMENT = re.compile(r"<(?:[\w.-]+:)?[A-Z]\w{0,40}[a-z]\w{0,40}[A-Z]\w{0,40}(?:\s[^<>]*)?>\s*<")
_PAGE = re.compile(r"<!doctype html|<html\b", re.IGNORECASE)
_BLOCKS = re.compile(r"\{{1,2}1:\s*[A-Z][0-9]{2}|\{[23]:[^<>\"]*\{4:|\{4:\s*(?::[0-9]{2}[A-Z]?:|\{)")
# Files of fields alone may open with the bank, the number of the message or a separator, as statements do.
_FIELDS = re.compile(
    r"(?:[^\S\n]*(?:[A-Z0-9]{8,12}|(?:MT ?|FIN ?)?[0-9]{3}(?: [0-9]{2})?|[-=*#/ ]{1,60})\n){0,4}"
    r"[ \t]*:(?:20|19|13[A-Z]|25|27):[^\n]*\n(?:[^:\n][^\n]*\n){0,6}[ \t]*:[0-9]{2}[A-Z]?:"
)
_ON_ONE_LINE = re.compile(r":20:[^\n:]{1,40}:[0-9]{2}[A-Z]?:")
_EBCDIC = (b"\xc0\xf1\x7a", b"\xc0\xf2\x7a", b"\x7a\xf2\xf0\x7a")
"""The characters "{1:", "{2:" and ":20:" on a mainframe."""
# One class of characters and nothing that overlaps it: hostile input costs one pass.
_BASE64 = re.compile(rb"[A-Za-z0-9+/=\s]{64,}")
_LEAF = re.compile(rb">([A-Za-z0-9+/=\s]{64,})<")
_FIN_BEGINS = re.compile(rb"\{1:\s?[A-Z][0-9]{2}")


_FOREIGN = {
    b"\x1f\x8b": "a gzip archive",
    b"PK\x03\x04": "a ZIP archive",
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"GIF8": "a picture",
    b"\xd0\xcf\x11\xe0": "an Office or Outlook file",
}
_FOREIGN_STARTS = tuple(_FOREIGN)


def foreign(data: bytes) -> str | None:
    """What kind of file this is, where it is one that cannot be a message; None where it may be one."""
    if not data.startswith(_FOREIGN_STARTS):
        return None
    return next(what for start, what in _FOREIGN.items() if data.startswith(start))


def kind(data: bytes) -> str | None:
    """How bytes open, whatever their file is called: as "xml", as "fin", or None where as no payment message."""
    head = _opening(data)
    if head[:1] == "<":
        return "xml" if (_XML.search(head) or _ELEMENT.match(head)) and not _PAGE.match(head) else None
    if head[:1] == "{":
        return "fin" if _BLOCKS.match(head) else None
    if _SIGNED.match(head):
        return "xml"
    return "fin" if ":" in head and (_FIELDS.match(head) or _ON_ONE_LINE.match(head)) else None


def _opening(data: bytes) -> str:
    """The first characters, from the first that is no mark, blank or quote."""
    head = data[:_HEAD]
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            text = head[: len(head) // 4 * 4].decode(encoding, "replace")
            break
    else:
        wide = {b"<\0": "utf-16-le", b"\0<": "utf-16-be", b"{\0": "utf-16-le", b"\0{": "utf-16-be"}.get(head[:2])
        text = head[: len(head) // 2 * 2].decode(wide, "replace") if wide else head.decode("latin-1")
    text = text.lstrip(_AROUND)
    if titled := _TITLES.match(text):
        text = text[titled.end() :]
    if fenced := _FENCED.match(text):
        text = text[fenced.end() :]
    return text.replace("\r\n", "\n").replace("\r", "\n")


def unpacked(data: bytes) -> tuple[bytes, str] | None:
    """A payment message out of JSON, base64 or EBCDIC, with the name of what it was in; None where there is none."""
    start = data[:_HEAD].lstrip(b"\xef\xbb\xbf \t\r\n")[:4]
    if start[:3] in _EBCDIC or start in _EBCDIC:
        # Next line (0x15) becomes U+0085 in code page 500, where XML and FIN know the line feed only.
        return data.decode("cp500").replace("\x85", "\n").encode(), "EBCDIC"
    if start[:1] in (b"{", b"[", b'"'):
        return _from_json(data)
    if _BASE64.fullmatch(data) and (inside := _from_base64(data)) is not None:
        return inside, "base64"
    return None


def _from_json(data: bytes) -> tuple[bytes, str] | None:
    try:
        document = json.loads(data)
    except (ValueError, RecursionError):
        return None
    for text in _texts(document):
        inside = text.encode(errors="replace")
        if kind(inside) is not None:
            return inside, "JSON"
        if _BASE64.fullmatch(inside) and (decoded := _from_base64(inside)) is not None:
            return decoded, "JSON"
    return None


def _texts(document: object) -> Iterator[str]:
    """Every text of a JSON document, in order."""
    waiting, seen = [document], 0
    while waiting and seen < VALUES_MAX:
        value = waiting.pop()
        seen += 1
        match value:
            case str():
                yield value
            case dict():
                waiting += reversed(value.values())
            case list():
                waiting += reversed(value)


def _from_base64(data: bytes) -> bytes | None:
    try:
        inside = binascii.a2b_base64(b"".join(data.split()), strict_mode=True)
    except binascii.Error:
        return None
    return inside if kind(inside) is not None else None


def carried(data: bytes) -> bytes | None:
    """A message that XML carries as FIN text, as FIN taken apart, or as base64; None where it carries none."""
    if (begun := _FIN_BEGINS.search(data)) is not None:
        import html  # its tables are needed here only

        end = data.find(b"<", begun.start())
        text = data[begun.start() : len(data) if end < 0 else end].decode("utf-8", "replace").removesuffix("]]>")
        return html.unescape(text).encode(errors="replace")
    if b"block4>" in data and (apart := _put_together(data)) is not None:
        return apart.encode(errors="replace")
    for leaf in _LEAF.finditer(data):
        if (inside := _from_base64(leaf[1])) is not None:
            return inside
    return None


def _put_together(data: bytes) -> str | None:
    from tools.iso20022.xml import parse  # the hardened parser, for XML of any kind
    from tools.mt.apart import put_together

    return put_together(parse(data)[0])
