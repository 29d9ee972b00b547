"""What an unable-to-apply asks for, and whether our full record of the payment holds it (section 4)."""

import re

from tools.bank.records import Account, CustomerAnswer
from tools.message import Transaction
from tools.payment import Payment

_BY_CODE: dict[str, tuple[str, ...]] = {
    # camt.026 missing data, and incorrect data that a truncated copy explains
    "MS01": ("Remittance information",),
    "MS03": ("Debtor",),
    "MS04": ("Debtor account",),
    "MS05": ("Debtor agent",),
    "MS06": ("Amount",),
    "MS12": ("Creditor",),
    "MS13": ("Creditor account",),
    "MS14": ("Purpose",),
    "IN15": ("Remittance information",),
    "MM35": ("Purpose",),
    # camt.110 reasons
    "REIN": ("Remittance information",),
    "RERE": ("Remittance information",),
    "PURP": ("Purpose",),
    "CAPU": ("Purpose",),
    "DTAG": ("Debtor agent",),
    "CTAG": ("Creditor agent",),
    "AMNT": ("Amount",),
    "ISAM": ("Amount",),
    "ISDT": ("Settlement date",),
    "CHBE": ("Charge bearer",),
}
_INCORRECT = ("IN07", "IN08", "IN12", "IN13", "IN14")
_CORRECTION = "Corrected party or account details"
"""A party or account said to be wrong: our record holds the same value, so it cannot cure it."""
_PARTY = {"DTOR": "Debtor", "ULTD": "Debtor", "CTOR": "Creditor", "ULTC": "Creditor"}
_ADDRESS = ("RQPA", "RQAL", "RQSN", "RQTN", "RQCC", "RQPC", "RQBN")
"""camt.110 sub-reasons that ask for an address or a part of it."""
_OUT_OF_REACH = {
    "RQDB": "Date of birth",
    "RQCB": "City of birth",
    "RQCO": "Country of birth",
    "RQPP": "Copy of the passport",
    "CCPT": "Passport number",
    "NIDN": "National identity number",
    "SOSE": "Social security number",
    "TXID": "Tax identification number",
    "DRLC": "Driving licence number",
    "RQDG": "Description of the goods",
    "RQIN": "Copy of the invoice",
    "RQBL": "Bill of lading",
    "RQIM": "IMO number of the vessel",
}
"""Sub-reasons for data that no payment record holds: birth, identity papers, goods."""

_ORDERER = r"(?:order(?:ing|er)|debtor|sender|originator|remitter)"
_BENEFICIARY = r"(?:bene\w*|creditor)"
_PLACE = r"(?:address|town|country)"
_NUMBER = r"(?:account|a/c|iban)"


def _asks(party: str, what: str, words: int = 2) -> str:
    """ "debtor's full name", "ordering customer address": the party, some words, the datum."""
    return rf"{party}\S*\s+(?:\S+\s+){{0,{words}}}{what}"


_WORDS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("Debtor address", _asks(_ORDERER, _PLACE, 4)),
        ("Creditor address", _asks(_BENEFICIARY, _PLACE, 4)),
        ("Debtor", rf"name\s+(?:of\s+(?:the\s+)?)?{_ORDERER}|" + _asks(_ORDERER, "name")),
        ("Creditor", rf"name\s+(?:of\s+(?:the\s+)?)?{_BENEFICIARY}|" + _asks(_BENEFICIARY, "name")),
        ("Creditor account", _asks(_BENEFICIARY, _NUMBER)),
        ("Debtor account", _asks(_ORDERER, _NUMBER)),
        ("Purpose", r"purpose"),
        (
            "Remittance information",
            r"remittance|details?\s+of\s+payment|payment\s+details|invoice|reference|verwendungszweck|rmt",
        ),
    )
)
"""What words ask for, the more exact first: the first that is found is meant."""
_MISMATCH = re.compile(
    "|".join(
        (
            rf"name\w*\W+(?:and|&|/|vs\.?)?\W*(?:the\s+)?(?:{_NUMBER}|number)\w*.{{0,40}}"
            r"(?:do(?:es)?\W?n.?t|not|differ|mismatch|no\s+match|belong|disagree|inconsistent)",
            r"(?:mismatch|discrepancy|difference)\s+(?:between|of|in)\s+.{0,30}(?:name|account)",
            rf"{_NUMBER}\s+(?:\w+\s+){{0,4}}(?:belongs?|held|registered|opened|is in the name)\s+.{{0,20}}"
            r"(?:another|other|different|someone)",
            r"name\s*/\s*account\s+mismatch|name\s+mismatch",
            r"\b(?:name|nom|naam|nombre|nome)\b.{0,60}(?:(?:does|do)\s*n.t|not|nicht|ne|niet|no|non)\s+"
            r"(?:\w+\s+)?(?:match|correspond|agree|belong|fit|überein|overeen|coincid|corrispond)",
            r"(?:account|name)\s+.{0,25}differs?\s+from",
        )
    ),
    re.IGNORECASE | re.DOTALL,
)
_MISMATCH_CODES = ("MM20", "MM21", "MM22", "MMNA")


def data_asked(transaction: Transaction, text: str) -> tuple[str, ...]:
    """Names of the data asked for, from codes first, then from the words; a bare request asks for remittance."""
    if names_do_not_match(transaction, text):
        return (_CORRECTION,)
    asked: dict[str, None] = {}
    codes = (*transaction.reasons, *transaction.sub_reasons)
    for code in codes:
        asked |= dict.fromkeys(_BY_CODE.get(code, ()))
        if code in _INCORRECT:
            asked[_CORRECTION] = None
        if code in _OUT_OF_REACH:
            asked[_OUT_OF_REACH[code]] = None
        if code in _PARTY:
            party = _PARTY[code]
            wants_address = any(sub in _ADDRESS for sub in transaction.sub_reasons) or re.search(
                r"address|town|country|street", text, re.I
            )
            asked[f"{party} address" if wants_address else party] = None
    if not asked:
        for name, pattern in _WORDS:
            if pattern.search(text):
                asked[name] = None
                break
    return tuple(asked) or ("Remittance information",)


def names_do_not_match(transaction: Transaction, text: str) -> bool:
    """UTA-1b: a mismatch code, or a question about the creditor whose narrative says so."""
    codes = (*transaction.reasons, *transaction.sub_reasons)
    if any(code in _MISMATCH_CODES for code in codes):
        return True
    narrative = f"{transaction.narrative}\n{text}"
    return ("CTOR" in codes or not transaction.reasons) and _MISMATCH.search(narrative) is not None


def data_given(
    asked: tuple[str, ...], payment: Payment, accounts: tuple[Account, ...], details: CustomerAnswer | None
) -> tuple[tuple[str, str], ...] | None:
    """The data asked for, with their labels, from our full record; None when one of them is not there."""
    by_number = {a.account: a for a in accounts}
    values: dict[str, str | None] = {
        "Remittance information": payment.remittance,
        "Purpose": payment.purpose,
        "Debtor": payment.debtor.name,
        "Debtor account": payment.debtor.account,
        "Debtor agent": payment.debtor_agent,
        "Debtor address": _address(payment.debtor.address)
        or _address(by_number[payment.debtor.account].address if payment.debtor.account in by_number else None),
        "Creditor": payment.creditor.name,
        "Creditor account": payment.creditor.account,
        "Creditor agent": payment.creditor_agent,
        "Creditor address": _address(payment.creditor.address),
        "Amount": str(payment.money),
        "Settlement date": payment.settlement_date.isoformat(),
        "Charge bearer": payment.charge_bearer,
    }
    given: list[tuple[str, str]] = []
    for name in asked:
        value = values.get(name)
        if not value and details is not None and details.answer == "yes" and details.text:
            value = details.text
        if not value:
            return None
        given.append((name, value))
    return tuple(given)


def _address(address: str | dict[str, str] | None) -> str | None:
    if isinstance(address, dict):
        return ", ".join(v for v in address.values() if v) or None
    return address or None
