"""Find the business header and the message in whatever they travel in.

A message may stand alone (`Document`), beside a head.001 `AppHdr` in any wrapper (SWIFT DataPDU, Fedwire, FedNow, SOAP,
RequestPayload), or without a `Document` at all (RTP wraps the message element in a namespace of its own).
"""

import re
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from tools.errors import UnreadableMessage
from tools.iso20022.elements import NAMES, Element, local, namespace
from tools.iso20022.roots import ROOTS

_TYPE = re.compile(r"(?<![a-z])[a-z]{4}\.\d{3}\.\d{3}\.\d{2}(?!\d)")
_SHORT = re.compile(r"(?<![a-z])[a-z]{4}\.\d{3}(?![\da-z])")
_WRAPPERS = ("head.", "nvlp.")
"""Namespaces of the standard whose elements carry messages and are none."""
_DEPTH_MAX = 12
"""Wrappers around a message are at most this deep; real ones have four levels."""
_AMERICAN = re.compile(r"fed(?:now|wire)|\btch\b|\bfrb\b", re.IGNORECASE)
_AMERICAN_HINTS = ("MktPrctc", "BizSvc")


@dataclass
class Envelope:
    """Where the message lies and what it is."""

    type: str
    """Message definition, "camt.056.001.08"; without version ("camt.056") where nothing states one."""
    root: Element
    message: Element | None
    """The message element below `Document`, e.g. FIToFIPmtCxlReq; None for a header alone."""
    header: Element | None = None
    others: list[str] = field(default_factory=list)
    """Names of further message elements in the same file."""

    @cached_property
    def american(self) -> bool:
        """True in a Fedwire, FedNow or RTP envelope, where a member id of nine digits is an ABA routing number."""
        if _AMERICAN.search(self.root.tag):
            return True
        if self.header is not None:
            hints = (child for part in self.header if local(part) in _AMERICAN_HINTS for child in (part, *part))
            if any(_AMERICAN.search(hint.text) for hint in hints if hint.text):
                return True
        system = self.message.findtext("{*}GrpHdr/{*}SttlmInf/{*}ClrSys/{*}Cd") if self.message is not None else None
        return system in ("FDN", "FDW", "TCH")


def open_envelope(root: Element) -> Envelope:
    """Return the first message of the file with its header; UnreadableMessage where there is none."""
    header, documents = _parts(root)
    if not documents:
        if header is None:
            raise _unknown(root)
        own = next(filter(None, (_type_of(part) for part in header.iter())), "head.001")
        return Envelope(own, root, None, header)
    document = documents[0]
    message = _message_in(document)
    found = _type_of(message) or _type_of(document) or _type_without_namespace(document, message, header)
    if found is None:
        raise _unknown(message)
    others = [local(_message_in(other)) for other in documents[1:]] if len(documents) > 1 else []
    return Envelope(found, root, message, header, others)


def _parts(root: Element) -> tuple[Element | None, list[Element]]:
    """Header and message elements of a file; the usual layouts are found without a search."""
    if local(root) == "Document":
        return None, [root]
    if len(root) == 2 and local(root[0]) == "AppHdr" and local(root[1]) == "Document":
        return root[0], [root[1]]
    header = next(root.iter("{*}AppHdr"), None)
    documents = [found for found in root.iter("{*}Document") if not _inside_message(found)]
    if not documents:
        _search(root, 0, documents)
    return header, documents


def _inside_message(document: Element) -> bool:
    """True for what a message carries itself: proprietary data, supplementary data, a copy of another message."""
    return any(local(above) == "Document" or local(above) in ROOTS for above in document.iterancestors())


def _search(element: Element, depth: int, documents: list[Element]) -> None:
    """Collect message elements without Document from the outside in."""
    name = local(element)
    if _is_message(element, name) and not _carries_message(element, name):
        documents.append(element)
    elif name != "AppHdr" and depth < _DEPTH_MAX:
        for child in element:
            _search(child, depth + 1, documents)


def _is_message(element: Element, name: str) -> bool:
    if name in ROOTS or _TYPE.fullmatch(name):
        return True
    own = _type_of(element)
    return own is not None and not own.startswith(_WRAPPERS)


def _carries_message(element: Element, name: str) -> bool:
    """A wrapper may borrow the namespace of what it carries; a message element holds none of these."""
    return name not in ROOTS and any(local(child) == "AppHdr" or local(child) in ROOTS for child in element)


def _message_in(document: Element) -> Element:
    if local(document) != "Document":
        return document
    for child in document:
        if NAMES[child.tag] != "AppHdr":
            return child
    return document


def _type_without_namespace(document: Element, message: Element, header: Element | None) -> str | None:
    """Type by the element's own name (versions .01), the header, its children, a schema location, a table of names."""
    return (
        type_in(local(message))
        or (type_in(header.findtext("{*}MsgDefIdr")) if header is not None else None)
        or next(filter(None, (_type_of(child) for child in message)), None)
        or type_in(" ".join(map(str, document.attrib.values())))
        or ROOTS.get(local(message))
        or _short_type(namespace(document))
    )


def _short_type(space: str) -> str | None:
    """A definition that a namespace names without a whole version: "pacs.008" of "…:xsd:pacs.008.001"."""
    found = _SHORT.search(space) if len(space) < 200 else None
    return found[0] if found else None


def type_in(text: str | None) -> str | None:
    """A message definition anywhere in a text, e.g. in a namespace, also one in capital letters."""
    found = (_TYPE.search(text) or _TYPE.search(text.lower())) if text else None
    return found[0] if found else None


@lru_cache(maxsize=1024)
def _type_of_namespace(space: str) -> str | None:
    return type_in(space)


def _type_of(element: Element) -> str | None:
    """Type by the namespace of an element."""
    space = namespace(element)
    return _type_of_namespace(space) if len(space) < 200 else None


def embedded(root: Element) -> bytes | None:
    """A message carried as text or CDATA inside a wrapper, where no element holds one."""
    for leaf in root.iter():
        text = (leaf.text or "").lstrip()
        if text.startswith("<") and ("Document" in text or "AppHdr" in text):
            return text.encode(errors="replace")
    return None


def _unknown(element: Element) -> UnreadableMessage:
    space = namespace(element)
    shown = f"{local(element)!r}" + (f" of namespace {space!r}" if space else " without namespace")
    return UnreadableMessage(
        f"The file holds no ISO 20022 message: element {shown[:160]} belongs to no message definition; "
        "hand in the message with its Document element.",
        where=local(element)[:80],
        code="unknown_root",
    )
