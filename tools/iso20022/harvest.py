"""One walk over the tree: children by name for the readers, and every reference, amount, reason and party."""

import re
from collections.abc import Callable

from tools.iso20022.elements import NAMES, NOTHING, Element, Fields, Priced, new_fields
from tools.iso20022.records import new_harvest
from tools.message import Harvest

_UETR, _END_TO_END, _INSTRUCTION, _TRANSACTION, _MESSAGE, _PARTY, _REASON = range(7)
_ID, _NAME, _MEMBER, _CODE, _REASON_TEXT = range(7, 12)

_REASONS = frozenset(
    (
        *("Rsn", "StsRsn", "RtrRsn", "CxlRsn", "RvslRsn", "RjctnRsn", "OrgnlInvstgtnRsn", "RsnCd", "RjctgPtyRsn"),
        *("RjctdMod", "Rjctd", "MssngInf", "IncrrctInf"),
    )
)
_KINDS: dict[str, int] = (
    dict.fromkeys(("UETR", "OrgnlUETR"), _UETR)
    | dict.fromkeys(("EndToEndId", "OrgnlEndToEndId"), _END_TO_END)
    | dict.fromkeys(("InstrId", "OrgnlInstrId"), _INSTRUCTION)
    | dict.fromkeys(("AssgnrInstrId", "AssgneInstrId"), _INSTRUCTION)  # versions .01 of the case messages
    | dict.fromkeys(("TxId", "OrgnlTxId"), _TRANSACTION)
    | dict.fromkeys(("MsgId", "OrgnlMsgId"), _MESSAGE)
    | dict.fromkeys(("BICFI", "BIC", "AnyBIC", "BICOrBEI", "BEI"), _PARTY)
    | dict.fromkeys(("Assgnr", "Assgne", "Cretr"), _PARTY)  # versions .01 write the BIC straight into them
    | dict.fromkeys(_REASONS, _REASON_TEXT)
    | {"Id": _ID, "Nm": _NAME, "MmbId": _MEMBER, "Cd": _CODE, "Prtry": _CODE}
)
_HEADINGS = frozenset({"Assgnmt", "Hdr", "ReqHdr"})
"""Where the id of a case message stands; messages of payments call theirs MsgId."""
_NO_PARTIES = frozenset({"CtctDtls", "BrnchId", "Tp"})
"""What else bears a name: contacts and branches of a party that is named itself, and kinds of things."""
_LOOKS_LIKE_A_CODE = re.compile(r"[A-Z][A-Z0-9]{3}")
_STARTS_AN_AMOUNT = frozenset("0123456789.+-")

_NAMES: dict[str, str] = {}
"""What NAMES knows, once more: a look into a plain dict takes half the time, and there is one for every element."""

MemberId = Callable[[Fields, str], str | None]
"""SYSTEM:MEMBER out of a ClrSysMmbId and its MmbId, None where the system is unknown."""


class Walk:
    """What one walk over a tree brings home."""

    __slots__ = ("_amounts", "_kept", "_member", "nodes")

    def __init__(self, member: MemberId) -> None:
        self._member = member
        self._kept: tuple[dict[str, None], ...] = ({}, {}, {}, {}, {}, {}, {})
        self._amounts: dict[tuple[str, str], None] = {}
        self.nodes: dict[Element | None, Fields] = {}
        """Every element that holds no text of its own, with its children."""

    def over(self, root: Element) -> None:
        """Visit every element once, in document order."""
        # Flat iteration with a look at the parent costs less than recursion; text marks a leaf, because blanks between
        # elements were dropped by the parser.
        names, nodes, kept, kind_of, amounts = _NAMES, self.nodes, self._kept, _KINDS.get, self._amounts
        node_of = nodes.get
        steps = root.iter()
        nodes[next(steps)] = new_fields(NAMES[root.tag], root)
        around: Element | None = None
        here = NOTHING
        for element in steps:
            tag = element.tag
            try:
                name = names[tag]
            except KeyError:
                name = _learned(tag)
            parent = element.getparent()
            if parent is not around:
                around = parent
                known = node_of(parent)
                here = self._mixed(parent) if known is None else known
            text = element.text
            value: Fields | str
            if text and (text := text.strip()):
                value = text
                kind = kind_of(name)
                if kind is None:
                    if text[0] in _STARTS_AN_AMOUNT and (currency := element.get("Ccy")) is not None:
                        value = Priced(text)
                        value.currency = currency
                        amounts[text, currency] = None
                elif kind <= _PARTY:
                    kept[kind][text] = None
                else:
                    self._keep(kind, text, here)
            else:
                value = nodes[element] = made = Fields()
                made.name = name
                made.element = element
                made.more = None
            if name not in here:
                here[name] = value
            elif here.more is None:
                here.more = [(name, value)]
            else:
                here.more.append((name, value))

    def _keep(self, kind: int, text: str, here: Fields) -> None:
        """Keep a text whose meaning shows from the element around it."""
        holder = here.name
        if kind == _CODE:
            # A code of camt.026 stands since .09 in Tp, under MssngInf or IncrrctInf.
            if holder in _REASONS or (holder == "Tp" and _around(here) in _REASONS):
                self._kept[_REASON][text] = None
        elif kind == _ID:
            if holder in _HEADINGS:
                self._kept[_MESSAGE][text] = None
        elif kind == _NAME:
            if holder not in _NO_PARTIES and not holder.endswith("Acct"):
                self._kept[_PARTY][text] = None
        elif kind == _MEMBER:
            self._kept[_PARTY][self._member(here, text) or text] = None
        elif _LOOKS_LIKE_A_CODE.fullmatch(text):  # Rsn is free text as well
            self._kept[_REASON][text] = None

    def _mixed(self, element: Element | None) -> Fields:
        """Children beside text of their own, which no ISO 20022 element has: the text gives way."""
        assert element is not None, "the root is the first element visited"
        name, above = NAMES[element.tag], element.getparent()
        holder = self.nodes[above] if above in self.nodes else self._mixed(above)
        made = self.nodes[element] = new_fields(name, element)
        if isinstance(holder.get(name), str):
            holder[name] = made
        return made

    def fields_of(self, element: Element | None) -> Fields:
        """Children of a visited element; empty where it is none or a leaf."""
        return NOTHING if element is None else self.nodes.get(element, NOTHING)

    def harvest(self, own_id: str | None) -> Harvest:
        """Return what was gathered, each once, as written; the header's id only where no other message id stands."""
        uetr, end_to_end, instruction, transaction, message, party, reason = map(tuple, self._kept)
        return new_harvest(
            uetr=uetr,
            end_to_end_id=end_to_end,
            instruction_id=instruction,
            transaction_id=transaction,
            message_id=message or ((own_id,) if own_id else ()),
            amounts=tuple(self._amounts),
            reasons=reason,
            parties=party,
        )


def _learned(tag: str) -> str:
    """Local name of a tag that the walk meets for the first time; kept where NAMES keeps it, which is bounded."""
    name = NAMES[tag]
    if tag in NAMES:
        _NAMES[tag] = name
    return name


def _around(here: Fields) -> str:
    """Name of the element around an inner element."""
    above = here.element.getparent() if here.element is not None else None
    return "" if above is None else NAMES[above.tag]
