"""Typed values out of elements, with every fault noted instead of raised."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache

from tools.errors import Violation
from tools.iso20022.elements import Fields, Priced, place
from tools.iso20022.envelope import Envelope
from tools.iso20022.records import new_money, new_party
from tools.message import StatedParty
from tools.payment import UETR, Agent, Money

_VIOLATIONS_MAX = 100
"""A person reads no more; a broken file may hold a million faults."""
_AMOUNT = re.compile(r"[+-]?(?:\d{1,18}(?:\.\d{0,10})?|\.\d{1,10})")
_CURRENCY = re.compile(r"[A-Z]{3}")
_ROUTING_NUMBER = re.compile(r"\d{9}")
_BICS = frozenset({"BICFI", "BIC", "AnyBIC", "BICOrBEI", "BEI"})
_AROUND_A_BIC = frozenset({"FinInstnId", "Agt", "FIId", "Pty", "OrgId", "Id", "CmbndId"})
_PLACEHOLDERS = frozenset({"NOTPROVIDED", "NOT PROVIDED", "NOTAVAILABLE", "NONREF", "NOREF", "UNKNOWN", "N/A"})
"""What senders write where a reference is mandatory and they have none; it identifies nothing."""


@lru_cache(maxsize=4096)
def _agent_or_none(text: str) -> str | None:
    try:
        return str(Agent(text))
    except ValueError:
        return None


def as_agent(text: str) -> str | None:
    """A BIC or SYSTEM:MEMBER in its normal form; None where the text is neither."""
    return _agent_or_none(text) if len(text) <= 40 else None


def stated(text: str | None) -> str | None:
    """A reference or name, unless it only says that there is none."""
    return None if text is None or text.upper() in _PLACEHOLDERS else text


class Reading:
    """One message while it is read: its envelope, and the faults found so far."""

    __slots__ = ("envelope", "violations")

    def __init__(self, envelope: Envelope, violations: list[Violation]) -> None:
        self.envelope = envelope
        self.violations = violations

    def flag(self, rule: str, holder: Fields, name: str, value: str, detail: str) -> None:
        """Note a fault that a person must see."""
        if len(self.violations) < _VIOLATIONS_MAX:
            where = place(holder, name)
            self.violations.append(Violation(rule=rule, place=where, value=value[:80], detail=detail, severity="flag"))

    def agent(self, holder: Fields, *names: str) -> str | None:
        """BIC of the agent or party in the first of these that is there, else SYSTEM:MEMBER; None where it has neither.

        The oldest versions write the BIC straight into the element.
        """
        for name in names:
            value = holder.get(name)
            if isinstance(value, Fields):
                return self._agent_within(value)
            if value:
                return self._bic(holder, name, value)
        return None

    def _agent_within(self, who: Fields) -> str | None:
        member = None
        for name, value in who.items():
            if name in _BICS:
                if isinstance(value, str) and (bic := self._bic(who, name, value)) is not None:
                    return bic
            elif name in _AROUND_A_BIC:
                if isinstance(value, Fields) and (found := self._agent_within(value)) is not None:
                    return found
            elif name == "ClrSysMmbId" and isinstance(value, Fields):
                member = self.member(value, value.first("MmbId", "Id", "Prtry") or "")
        return member

    def _bic(self, holder: Fields, name: str, text: str) -> str | None:
        bic = as_agent(text)
        if bic is None and text:
            self.flag("bic-format", holder, name, text, "A BIC has 8 or 11 characters: bank, country, place, branch.")
        return bic

    def member(self, membership: Fields, member: str) -> str | None:
        """SYSTEM:MEMBER of a ClrSysMmbId; nine digits without a system are an ABA number on the American rails."""
        system = membership.code("ClrSysId")
        if system is None and "MmbId" not in membership and "Id" in membership:
            system, member = member[:5], member[5:]  # before 2009 one code held both
        if system is None and _ROUTING_NUMBER.fullmatch(member) and self.envelope.american:
            system = "USABA"
        return as_agent(f"{system}:{member}") if system else None

    def money(self, holder: Fields, *names: str) -> Money | None:
        """Amount with its Ccy attribute in the first of these; None, and a violation, where either is unfit."""
        for name in names:
            text = holder.get(name)
            if not text or not isinstance(text, str):
                continue
            if not _AMOUNT.fullmatch(text):
                self.flag("amount-format", holder, name, text, "An amount is decimal digits with a point: 4250.00.")
            elif not isinstance(text, Priced) or not _CURRENCY.fullmatch(text.currency):
                currency = text.currency if isinstance(text, Priced) else ""
                self.flag("currency-format", holder, name, currency, "An amount needs a Ccy of three capital letters.")
            else:
                return new_money(amount=Decimal(text), currency=text.currency)
            return None
        return None

    def day(self, holder: Fields, *names: str) -> date | None:
        """Date in the first of these, also out of a choice of Dt and DtTm; the day as written, whatever its offset."""
        for name in names:
            value = holder.get(name)
            text = value.first("Dt", "DtTm") if isinstance(value, Fields) else value
            if text:
                try:
                    return date.fromisoformat(text[:10])
                except ValueError:
                    self.flag("date-format", holder, name, text, "A date is written YYYY-MM-DD.")
                    return None
        return None

    def moment(self, holder: Fields, name: str) -> datetime | None:
        """A time in UTC; without offset UTC is taken and a violation says so (ISODateTime allows both)."""
        text = holder.text(name)
        if text is None:
            return None
        try:
            moment = datetime.fromisoformat(text)
            if moment.tzinfo is not None:
                return moment.astimezone(UTC)
        except (ValueError, OverflowError):
            self.flag("date-time-format", holder, name, text, "A time is written YYYY-MM-DDThh:mm:ss with an offset.")
            return None
        self.flag("utc-offset", holder, name, text, "The time has no offset from UTC; UTC is taken.")
        return moment.replace(tzinfo=UTC)

    def uetr(self, holder: Fields, *names: str) -> str | None:
        """UETR in the first of these, in lower case; kept when malformed, with a violation."""
        text = holder.first(*names)
        if text is None:
            return None
        try:
            return UETR.check(text)
        except ValueError:
            detail = "A UETR has 36 characters in groups of 8-4-4-4-12, hexadecimal."
            self.flag("uetr-format", holder, names[0], text, detail)
            return text.lower()

    def party(self, holder: Fields, role: str) -> StatedParty | None:
        """Name, account and address of "Dbtr" or "Cdtr"; a bank in its place gives its name, else its BIC."""
        who = holder.into(role)
        who = who.into("Pty", "Agt") or who
        number = account_of(holder, role + "Acct")
        if "FinInstnId" in who:
            bank = who.into("FinInstnId")
            name, address = stated(bank.text("Nm")) or self._agent_within(bank), address_of(bank)
        else:
            name, address = stated(who.text("Nm")), address_of(who)
        if name is None and number is None and address is None:
            return None
        return new_party(name=name, account=number, address=address)


def account_of(holder: Fields, name: str) -> str | None:
    """Number of an account, the first text under Id (IBAN, Othr/Id, BBAN, PrtryAcct/Id); else its proxy."""
    account = holder.into(name)
    found: Fields | str | None = account.get("Id") or account.into("Prxy").get("Id")
    while isinstance(found, Fields):
        found = next(iter(found.values()), None)
    return stated(found or None)


def address_of(holder: Fields) -> str | None:
    """The lines of a postal address, structured or not, joined by commas."""
    address = holder.into("PstlAdr")
    if not address:
        return None
    names = (name for name in address if name != "AdrTp")
    if address.more is None:
        found = [value for name in names if isinstance(value := address[name], str)]
    else:
        found = address.texts(*names)
    lines = [text for text in found if stated(text)]
    return ", ".join(lines) or None


_MORE = ("AddtlInf", "AddtlStsRsnInf", "AddtlRtrRsnInf")


def reasons_of(holder: Fields, block: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Codes and free text of every reason block of this name (CxlRsnInf, StsRsnInf, RtrRsnInf, CxlStsRsnInf …).

    The code is Rsn; in the first versions StsRsn or RtrRsn.
    """
    codes: list[str] = []
    lines: list[str] = []
    for reason in holder.every(block):
        code = reason.code("Rsn", "StsRsn", "RtrRsn")
        if code is not None:
            codes.append(code)
        lines += reason.texts(*_MORE)
    return tuple(codes), tuple(lines)
