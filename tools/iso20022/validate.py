"""Checks a message against the rules that its schema misses, and against the schema where one is at hand."""

import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Literal

from lxml import etree

from tools.errors import UnreadableMessage, Violation
from tools.iso20022.charset import outside_extended, outside_x, slash_fault
from tools.iso20022.check_draft import validate_draft
from tools.iso20022.codes import CodeBook, Flow, code_book, message_name
from tools.iso20022.elements import NAMES, Element
from tools.iso20022.envelope import open_envelope
from tools.iso20022.reference import currency_fault, iban_fault, is_country, lei_fault
from tools.iso20022.schema import schema_violations
from tools.iso20022.xml import parse
from tools.payment import Rail, minor_units

__all__ = ["validate_draft", "validate_xml"]

_UUID4 = re.compile(r"[a-f0-9]{8}-[a-f0-9]{4}-4[a-f0-9]{3}-[89ab][a-f0-9]{3}-[a-f0-9]{12}")
_OFFSET = re.compile(r".*(?:Z|[+-]\d{2}:\d{2})")
_VIOLATIONS_MAX = 100
"""A person reads no more; a broken file may hold a million faults."""
_SWIFT_RAILS: frozenset[Rail | None] = frozenset({"CBPR", "CHAPS", "T2", "SEPA_SCT", "SEPA_INST"})
"""Rails on which references and text keep to the SWIFT or SEPA Latin characters."""

_TIMES = frozenset({"CreDtTm", "OrgnlCreDtTm", "AccptncDtTm", "DtTm", "DbtDtTm", "CdtDtTm"})
_UETRS = frozenset({"UETR", "OrgnlUETR", "EIR"})
_BICS = frozenset({"BICFI", "AnyBIC", "BIC"})
_COUNTRIES = frozenset({"Ctry", "CtryOfRes", "CtryOfBirth"})
_REFERENCE_NAMES = """
    MsgId InstrId EndToEndId TxId OrgnlMsgId OrgnlInstrId OrgnlEndToEndId OrgnlTxId CxlId CxlStsId ModStsId RtrId StsId
    StsReqId RqstrInvstgtnId RspndrInvstgtnId BizMsgIdr
"""
_REFERENCES = frozenset(_REFERENCE_NAMES.split())
_OUR_REFERENCES = frozenset({"MsgId", "CxlId", "CxlStsId", "ModStsId", "RtrId", "StsId", "StsReqId", "BizMsgIdr"})
"""Those the sender makes; the others are repeated as they came, whatever they look like."""
_CASE_PARENTS = frozenset({"Assgnmt", "Case", "RslvdCase"})
_TEXTS = frozenset({"AddtlInf", "RspnNrrtv", "ReqNrrtv", "InstrInf", "AddtlCxlRsnInf", "Othr"})
_NAMES = frozenset({"Nm", "AdrLine", "Ustrd", "TwnNm", "StrtNm"})
_CODES = frozenset({"Cd", "Conf", "TxSts", "Sts"})
_TRANSACTIONS = frozenset({"TxInf", "TxInfAndSts", "CdtTrfTxInf", "DrctDbtTxInf"})
_TOTALS = {"TtlRtrdIntrBkSttlmAmt": "RtrdIntrBkSttlmAmt", "TtlIntrBkSttlmAmt": "IntrBkSttlmAmt"}


def validate_xml(
    data: bytes,
    *,
    rail: Rail | None = None,
    direction: Flow = "out",
    on: date,
    xsd_dir: Path | None = None,
    book: CodeBook | None = None,
) -> tuple[Violation, ...]:
    """Return every violation of a message, business rules first; never raises for bad data, never changes it."""
    try:
        root, _ = parse(data)
    except UnreadableMessage as fault:
        return (Violation(rule="well-formed", place=fault.where or "document", detail=str(fault)),)
    try:
        envelope = open_envelope(root)
    except UnreadableMessage as fault:
        return (Violation(rule="message-type", place=fault.where or "document", detail=str(fault)),)
    if envelope.message is None:
        return (Violation(rule="message-type", place="document", detail="A header without a message."),)
    check = _Check(envelope.message, message_name(envelope.type), rail, direction, on, book or code_book())
    check.walk()
    if xsd_dir is None:
        return tuple(check.found)
    severity: Literal["flag", "block"] = "block" if direction == "out" else "flag"
    return (*check.found, *schema_violations(envelope.message, envelope.type, xsd_dir, severity))


class _Check:
    """One pass over the elements of a message."""

    def __init__(
        self, body: Element, message: str, rail: Rail | None, direction: Flow, on: date, book: CodeBook
    ) -> None:
        self.body = body
        self.message = message
        self.rail = rail
        self.direction = direction
        self.on = on
        self.book = book
        self.paths = _paths(book, message)
        self.latin = rail in _SWIFT_RAILS
        self.found: list[Violation] = []

    def add(self, rule: str, element: Element, value: str, detail: str, *, block: bool = True) -> None:
        if len(self.found) >= _VIOLATIONS_MAX:
            return
        # What others sent is flagged to a person; only what we send can be blocked.
        severity: Literal["flag", "block"] = "block" if block and self.direction == "out" else "flag"
        self.found.append(
            Violation(rule=rule, place=_place(element), value=value[:80], detail=detail, severity=severity)
        )

    def walk(self) -> None:
        for element in self.body.iter(etree.Element):
            name = NAMES[element.tag]
            if (currency := element.get("Ccy")) is not None:
                self.amount(element, name, currency)
            elif (check := _LEAVES.get(name)) is not None and (text := element.text) is not None:
                check(self, element, name, text.strip())

    def amount(self, element: Element, name: str, currency: str) -> None:
        ours = not name.startswith("Orgnl")  # an original amount is repeated as it was stated
        if fault := currency_fault(currency, self.on):
            self.add("currency", element, currency, f"{fault}.", block=ours)
        try:
            value = Decimal((element.text or "").strip())
        except InvalidOperation:
            return  # the schema says it better
        if _decimals(value) > minor_units(currency):
            detail = f"{currency} has {minor_units(currency)} decimals."
            self.add("amount-decimals", element, str(value), detail, block=ours)
        if (part := _TOTALS.get(name)) is not None:
            self.total(element, part, value)

    def total(self, element: Element, part: str, stated: Decimal) -> None:
        parts = [e.text for e in self.body.iter(f"{{*}}{part}") if _inside_transaction(e)]
        try:
            summed = sum((Decimal(text or "0") for text in parts), Decimal(0))
            differs = summed != stated
        except InvalidOperation:
            return
        if parts and differs:
            self.add("total", element, str(stated), f"The amounts add up to {summed}.")

    def iban(self, element: Element, name: str, text: str) -> None:
        if fault := iban_fault(text):
            self.add("iban-checksum", element, text, f"{fault[:1].upper()}{fault[1:]}.")

    def lei(self, element: Element, name: str, text: str) -> None:
        if fault := lei_fault(text):
            self.add("lei-checksum", element, text, f"{fault[:1].upper()}{fault[1:]}.")

    def country(self, element: Element, name: str, text: str) -> None:
        if not is_country(text):
            self.add("country", element, text, f"{text!r} is no country of ISO 3166.")

    def currency(self, element: Element, name: str, text: str) -> None:
        if fault := currency_fault(text, self.on):
            self.add("currency", element, text, f"{fault}.")

    def bic(self, element: Element, name: str, text: str) -> None:
        if not is_country(text[4:6]):
            self.add("bic-country", element, text, f"{text[4:6]!r} is no country of ISO 3166.")

    def time(self, element: Element, name: str, text: str) -> None:
        if not _OFFSET.fullmatch(text):
            self.add("utc-offset", element, text, "The time lacks its offset, e.g. +00:00.")

    def uetr(self, element: Element, name: str, text: str) -> None:
        if not _UUID4.fullmatch(text):
            self.add("uetr-form", element, text, "A UETR is a UUID of version 4 in lower case.")

    def reference(self, element: Element, name: str, text: str) -> None:
        if len(text) > 35:
            self.add("reference-length", element, text, f"{len(text)} characters, allowed are 35.")
        if not self.latin:
            return
        ours = name in _OUR_REFERENCES and not _repeated(element)
        if strange := outside_x(text):
            self.add("reference-characters", element, text, f"Outside the SWIFT X set: {strange!r}.", block=ours)
        if slash_fault(text):
            self.add("reference-slash", element, text, "No '/' at either end and no '//' (CBPR+).", block=ours)

    def case_id(self, element: Element, name: str, text: str) -> None:
        parent = element.getparent()
        if parent is not None and NAMES[parent.tag] in _CASE_PARENTS:
            self.reference(element, "MsgId" if NAMES[parent.tag] == "Assgnmt" else "Case", text)

    def text(self, element: Element, name: str, text: str) -> None:
        if self.latin and len(element) == 0 and (strange := outside_x(text)):
            self.add("text-characters", element, text, f"Outside the SWIFT X set: {strange!r}.", block=False)

    def name(self, element: Element, name: str, text: str) -> None:
        if self.latin and (strange := outside_extended(text)):
            self.add("name-characters", element, text, f"Outside printable ASCII: {strange!r}.", block=False)

    def count(self, element: Element, name: str, text: str) -> None:
        parent = element.getparent()
        if parent is None or NAMES[parent.tag] not in ("GrpHdr", "CtrlData") or not text.isdecimal():
            return
        counted = sum(1 for e in self.body.iter(etree.Element) if NAMES[e.tag] in _TRANSACTIONS)
        if counted and int(text) != counted:
            self.add("transaction-count", element, text, f"The message holds {counted} transactions.")

    def code(self, element: Element, name: str, text: str) -> None:
        code_set = self.code_set(element, name)
        if code_set is None:
            return
        fault = self.book.fault(self.message, code_set, text, rail=self.rail, direction=self.direction, on=self.on)
        if fault:
            self.add("code", element, text, f"{fault[0]}.", block=fault[1] == "block")

    def code_set(self, element: Element, name: str) -> str | None:
        """The set that the longest known path to this element names."""
        path, parent = name, element.getparent()
        for _ in range(2):
            if parent is None:
                return None
            path, parent = f"{NAMES[parent.tag]}/{path}", parent.getparent()
            if (code_set := self.paths.get(path)) is not None:
                return code_set
        return None


_LEAVES: dict[str, Callable[[_Check, Element, str, str], None]] = {
    "IBAN": _Check.iban,
    "LEI": _Check.lei,
    "Ccy": _Check.currency,
    "CcyOfTrf": _Check.currency,
    "NbOfTxs": _Check.count,
    "Id": _Check.case_id,
    **dict.fromkeys(_BICS, _Check.bic),
    **dict.fromkeys(_COUNTRIES, _Check.country),
    **dict.fromkeys(_TIMES, _Check.time),
    **dict.fromkeys(_UETRS, _Check.uetr),
    **dict.fromkeys(_REFERENCES, _Check.reference),
    **dict.fromkeys(_TEXTS, _Check.text),
    **dict.fromkeys(_NAMES, _Check.name),
    **dict.fromkeys(_CODES, _Check.code),
}


def _paths(book: CodeBook, message: str) -> dict[str, str]:
    return book.elements.get(message, {})


def _decimals(value: Decimal) -> int:
    """Digits after the point that are not zeros at the end; exact for any number of digits."""
    _, digits, exponent = value.as_tuple()
    if not isinstance(exponent, int) or exponent >= 0:
        return 0
    zeros = next((place for place, digit in enumerate(reversed(digits)) if digit), len(digits))
    return max(0, -exponent - zeros)


def _repeated(element: Element) -> bool:
    """True inside the request that a camt.111 repeats, or the references of a booking."""
    return any(NAMES[above.tag] in ("OrgnlInvstgtnReq", "Refs") for above in element.iterancestors())


def _inside_transaction(element: Element) -> bool:
    parent = element.getparent()
    return parent is not None and NAMES[parent.tag] in _TRANSACTIONS


def _place(element: Element) -> str:
    parts = [NAMES[element.tag]]
    while (parent := element.getparent()) is not None:
        element = parent
        parts.append(NAMES[element.tag])
        if parts[-1] == "Document":
            break
    return "/".join(reversed(parts))
