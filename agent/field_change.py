"""A change asked for by MT field number ("field 59 to read …", query 17 "70/…"): which element of the payment it is."""

import re
from datetime import date

from agent.free_text import extract
from tools.message import Modification, StatedParty
from tools.payment import Payment

_NUMBERS = r"(2[0136]|3[236]|5[0-79]|7[0127])([A-Z]?)"
_FIELD = re.compile(
    rf"(?:\b(?:field|fld|tag|feld|champ|campo|veld)\s*[:#.]?\s*:?|^\s*(?:/17/|[:/])?){_NUMBERS}\b(?=[:/]|\s|$)",
    re.I | re.M,
)
"""A field named as one; at the start of a line only when a colon or slash follows, as in a copy of the field."""
_OPENING = re.compile(
    r"\A[\s:/]*(?:\b(?:(?:account|a/c|name|line|details)\s+)?(?:shall|should|to|must|has\s+to)?\s*"
    r"(?:be\s+)?(?:read|changed\s+to|amended\s+to|be|as)\b)?[\s:]*",
    re.I,
)
_SAME = re.compile(r"^[^\n]*\b(?:unchanged|remains?|unver\w+ndert|inchang\w+)\b[^\n]*$", re.I | re.M)
_OLD_VALUE = re.compile(r"\b(?:instead\s+of|and\s+not|not|rather\s+than|statt|au\s+lieu\s+de)\b.*", re.I | re.S)
_ACCOUNT = re.compile(r"\A\s*/|\b(?:account|a/c|acct|iban)\b", re.I)
_LETTERS = re.compile(r"[A-Za-z]{3,}")


def change_by_field(text: str, payment: Payment | None, as_of: date) -> Modification | None:
    """Return what the named fields want changed; None where no field is named, so that the words decide."""
    found = [m for m in _FIELD.finditer(text) if _names_a_field(m, text)]
    changes: dict[str, object] = {}
    for number, match in enumerate(found):
        end = found[number + 1].start() if number + 1 < len(found) else len(text)
        changes |= _change(match.group(1), text[match.end() : end], payment, as_of)
    return Modification.model_validate(changes) if changes else None


def _names_a_field(match: re.Match[str], text: str) -> bool:
    return match.group(0).strip(" :/\n")[:1].isalpha() or text[match.end() : match.end() + 1] in (":", "/")


def _change(field: str, said: str, payment: Payment | None, as_of: date) -> dict[str, object]:
    """One field's change; the values stay as stated and are never applied by us."""
    said = _SAME.sub("", said)
    new = _OPENING.sub("", _OLD_VALUE.sub("", said)).strip() or "as stated in the text"
    match field:
        case "70":
            return {"remittance": new.splitlines()[0][:140]}
        case "71":
            return {"charge_bearer": new.splitlines()[0]}
        case "50":
            return {"debtor": _party(said, new, payment.debtor.account if payment else None, as_of)}
        case "59":
            return {"creditor": _party(said, new, payment.creditor.account if payment else None, as_of)}
        case "32" | "33":
            return _amount_or_date(new, payment, as_of)
        case _:
            return {"other": (f"field {field}",)}


def _party(said: str, new: str, known: str | None, as_of: date) -> StatedParty:
    """Account, name or both: an account follows a slash or is an IBAN; a name is what has letters left."""
    ibans = tuple(i for i in extract(new, as_of=as_of).ibans if i != known)
    lines = new.splitlines()
    stated = re.sub(r"\s", "", lines[0]).lstrip("/") if re.match(r"\s*/", said) or new.startswith("/") else ""
    account = next(iter(ibans), None) or (stated if stated and stated != known else None)
    if account is None and _ACCOUNT.search(said) and stated != known:
        account = "as stated in the text"
    rest = " ".join(lines[1:] if stated or ibans else lines)
    named = _LETTERS.search(rest) and not (account and _ACCOUNT.search(rest))
    return StatedParty(name=rest[:140] if named or account is None else None, account=account)


def _amount_or_date(new: str, payment: Payment | None, as_of: date) -> dict[str, object]:
    said = extract(new, as_of=as_of)
    money = next((m for m in said.amounts if payment is None or m != payment.money), None)
    if money is not None:
        return {"money": money}
    return {"settlement_date": said.dates[0].value} if said.dates else {"other": ("amount or date",)}
