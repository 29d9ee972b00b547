"""Every reference, amount, reason and party that a message states, whatever its type."""

import re
from collections.abc import Iterable

from tools.errors import Violation
from tools.message import Harvest, Transaction
from tools.mt.codes import is_reason
from tools.mt.fields import Field, Fields, agent_name, amount, amount_text, bic_of, party
from tools.mt.narrative import NARRATIVE_TAGS, uetrs

# Amount fields; 34F and 90a have a debit or credit mark between currency and digits, or a count before the currency.
_AMOUNTS = frozenset({"32A", "32B", "32C", "32D", "32K", "33A", "33B", "33C", "34A", "34B", "71F", "71G", "60F", "60M",
                      "62F", "62M", "64", "65", "90C", "90D"})  # fmt: skip
_MORE_AMOUNTS = frozenset({"32", "33", "34"})
"""Other options of these hold an amount in messages of other categories, some behind a sign or a mark."""
_LIMIT = re.compile(r"([A-Z]{3})[DC]?([0-9]{1,15}(?:,[0-9]*)?)$")
_QUALIFIED = re.compile(r":[A-Z0-9]{4}//N?([A-Z]{3})([0-9]{1,15}(?:,[0-9]*)?)[ \t]*(?:\n|$)")
_CHARGE_LINE = re.compile(r"^/[A-Z0-9]{1,8}/([A-Z]{3})([0-9]{1,15}(?:,[0-9]*)?)", re.MULTILINE)
_CONFIRMED = re.compile(r"^//([A-Z]{3})([0-9]{1,15},[0-9]*)[ \t]*$", re.MULTILINE)
_NAMED = re.compile(r"^/(MREF|TREF)/(\S{1,35})", re.MULTILINE)
_AGENTS = frozenset({"51", "52", "53", "54", "55", "56", "57", "58"})
# Of these the field 20 is the instruction itself.
_INSTRUCTIONS = frozenset({"101", "102", "103", "104", "107", "200", "201", "202", "203", "204", "205"})


def harvest(
    number: str, header_uetr: str | None, fields: Fields, transactions: tuple[Transaction, ...], flags: list[Violation]
) -> Harvest:
    """Collect by field: 20 and 21 by the type's meaning, /MREF/ and /TREF/, amounts, reasons, parties and banks."""
    common = number[1:] in ("90", "91", "92", "95", "96", "99")
    own, related = _references(fields, "20"), _references(fields, "21")
    text = "\n".join(field.value for field in fields.all if field.tag in NARRATIVE_TAGS)
    named = _NAMED.findall(text)
    instructions = [ref for name, ref in named if name == "MREF"]
    ends = [ref for name, ref in named if name == "TREF"]
    if common:
        instructions = related[:1] + own[1:] + instructions
        ends = related[1:] + ends
    else:
        instructions = (own if number in _INSTRUCTIONS else own[1:]) + instructions
        ends = related + ends
    stated = [t.original.end_to_end_id for t in transactions if t.original.end_to_end_id]
    return Harvest(
        uetr=_once([header_uetr.lower()] if header_uetr else [], uetrs(text)),
        end_to_end_id=_once(ends, stated),
        instruction_id=_once(instructions),
        message_id=tuple(own[:1]),
        amounts=_amounts(fields, flags),
        reasons=_once(code for t in transactions for code in t.reasons if is_reason(code) or len(code) == 4),
        parties=_once(name for field in fields.all for name in _parties(field)),
    )


def _once(*parts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(item for part in parts for item in part))


def _references(fields: Fields, tag: str) -> list[str]:
    """As written, NONREF as well: the harvest says what stands in the message, not what it identifies."""
    return [found for value in fields.every(tag) if (found := value.partition("\n")[0].strip())]


def _amounts(fields: Fields, flags: list[Violation]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    for tag, value in fields.all:
        if tag in _AMOUNTS:
            if stated := amount(value, tag, flags):
                found.append(stated)
        elif tag[:2] in _MORE_AMOUNTS and (limit := _LIMIT.search(value.partition("\n")[0].rstrip())):
            found.append((amount_text(limit[2]), limit[1]))
        elif tag == "19A" and (settled := _QUALIFIED.match(value)):
            found.append((amount_text(settled[2]), settled[1]))
        elif tag == "71B":
            found += [(amount_text(digits), currency) for currency, digits in _CHARGE_LINE.findall(value)]
        elif tag == "79" and "//" in value:
            found += [(amount_text(digits), currency) for currency, digits in _CONFIRMED.findall(value)]
    return tuple(dict.fromkeys(found))


def _parties(field: Field) -> list[str]:
    number = field.tag[:2]
    if number in ("50", "59") and field.tag[2:] not in ("C", "L"):
        named = party(field).name or bic_of(field)
        return [named] if named else []
    if number in _AGENTS and (bank := agent_name(field)):
        return [bank]
    return []
