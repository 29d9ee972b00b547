"""MT n90, advice of charges, and MT n91, request for payment of charges."""

import re

from tools.errors import Violation
from tools.message import Original, StatedCharge, Transaction
from tools.mt.fields import Field, Fields, agent, bic_of, money, reference
from tools.mt.header import Header
from tools.mt.narrative import Line, plain, structured
from tools.mt.original import original_uetr

_AMOUNT = re.compile(r"([A-Z]{3}[0-9]{1,15}(?:,[0-9]*)?)(.*)", re.DOTALL)


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """The charges with who wants them; n91 claims field 32B, n90 only advises 32C (credited) or 32D (debited)."""
    own = reference(fields.first("20"), "20", flags)
    claimed = money(fields.first("32B"))
    details, orders = structured(fields.first("71B")), structured(fields.first("72"))
    requester = _requester(orders) or agent(fields.option("52"))
    charges, words = _charges(details, requester)
    if not charges and (total := claimed or money(fields.first("32C", "32D"))):
        kind = next((code for code, _ in details if code), None)
        charges = (StatedCharge(money=total, agent=requester, type=kind),)
    return (
        Transaction(
            own_id=own,
            case_id=own,
            case_creator=header.sender,
            original=Original(
                instruction_id=reference(fields.first("21"), "21", flags),
                uetr=original_uetr(header.user.get("121"), fields, flags),
            ),
            narrative="\n".join(word for word in (words, plain([o for o in orders if o.code != "CHRQ"])) if word),
            charges=charges,
            claimed=claimed,
        ),
    )


def _requester(orders: list[Line]) -> str | None:
    """Field 72 /CHRQ/: the bank that asks for the charges."""
    for code, text in orders:
        if code == "CHRQ":
            return bic_of(Field("72", text)) or text.strip() or None
    return None


def _charges(details: list[Line], requester: str | None) -> tuple[tuple[StatedCharge, ...], str]:
    """Field 71B: /CODE/ with currency and amount, one charge a line; all else is narrative."""
    charges: list[StatedCharge] = []
    words: list[str] = []
    for code, text in details:
        found = _AMOUNT.match(text) if code else None
        if found and (taken := money(found[1])):
            charges.append(StatedCharge(money=taken, agent=requester, type=code))
            words.append(found[2].removeprefix("/D").removeprefix("/C"))
        else:
            words.append(text)
    return tuple(charges), "\n".join(word.strip() for word in words if word.strip())
