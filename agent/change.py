"""What a modification asked for in words wants changed, and whether new text contradicts the old."""

import re
from datetime import date

from agent.field_change import change_by_field
from agent.free_text import extract
from tools.message import Modification, StatedParty
from tools.payment import Payment

_ACCOUNT = re.compile(r"\b(account|a/c|acct|iban|konto\w*|compte|cuenta|rekening\w*)\b", re.I)
_NAME = re.compile(r"\b(name|beneficiary|bene|creditor|payee|empf\w+nger\w*|b\wn\wficiaire|beneficiario)\b", re.I)
_AMOUNT = re.compile(r"\b(amount|currency|betrag|währung|montant|devise|importe|moneda|bedrag|valuta|importo)\b", re.I)
_REPLACES = re.compile(r"\b(not|instead|replace|wrong|nicht|statt|ersetz\w*|pas|au lieu|no|en lugar|niet|non)\b", re.I)
_BEARER = re.compile(r"\b(charges?|spesen|frais|OUR|SHA|BEN)\b")
_VALUE_DATE = re.compile(r"\b(value\s+date|settlement\s+date|valuta\w*|date\s+de\s+valeur)\b", re.I)
_DEBTOR = re.compile(r"\b(debtor|ordering|orderer|sender'?s?|remitter|originator)\b", re.I)
_TEXT = re.compile(
    r"\b(remittance|reference|details?\s+of\s+payment|invoice|field\s*70|verwendungszweck|motif|concepto)\b", re.I
)
_NEW_TEXT = re.compile(r"(?:to\s+read|should\s+read|to\s+be|as|:)\s*[\"']?([^\n\"']{3,140})", re.I)
_NUMBERED = re.compile(r"([A-Za-z]{3,})[\s.:#/-]*(?:no|nr|num|number)?[\s.:#/-]*(\d[\w-]*)", re.I)


def change_in_words(text: str, payment: Payment | None, as_of: date) -> Modification:
    """Read which fields a free text asks to change; the values stay as stated and are never applied by us."""
    by_field = change_by_field(text, payment, as_of)
    if by_field is not None:
        return by_field
    said = extract(text, as_of=as_of)
    other = [i for i in said.ibans if payment is None or i not in (payment.creditor.account, payment.debtor.account)]
    debtor_side = bool(_DEBTOR.search(text)) and not _NAME.search(text)
    if other or _ACCOUNT.search(text):
        party = StatedParty(account=other[0] if other else "as stated in the text")
        return Modification(debtor=party) if debtor_side else Modification(creditor=party)
    if _VALUE_DATE.search(text) and said.dates:
        return Modification(settlement_date=said.dates[0].value)
    raised = [m for m in said.amounts if payment is None or m != payment.money]
    if _AMOUNT.search(text) and raised:
        return Modification(money=raised[-1])
    if _TEXT.search(text):
        found = _NEW_TEXT.search(text)
        return Modification(remittance=found.group(1).strip() if found else "as stated in the text")
    if _NAME.search(text):
        return Modification(creditor=StatedParty(name="as stated in the text"))
    if _DEBTOR.search(text):
        return Modification(debtor=StatedParty(name="as stated in the text"))
    if _BEARER.search(text):
        return Modification(charge_bearer="as stated in the text")
    return Modification(other=("as stated in the text",))


def contradicts(new: str, old: str) -> bool:
    """Whether new remittance text takes something back, or gives another number under the same word (Order 7782)."""
    if old and _REPLACES.search(new):
        return True
    known: dict[str, set[str]] = {}
    for word, number in _NUMBERED.findall(old):
        known.setdefault(word.casefold(), set()).add(number.casefold())
    wanted: dict[str, set[str]] = {}
    for word, number in _NUMBERED.findall(new):
        wanted.setdefault(word.casefold(), set()).add(number.casefold())
    return any(not (numbers & wanted[word]) for word, numbers in known.items() if word in wanted)
