"""The payment and its parts, as our records and every message speak of them."""

import re
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, AwareDatetime, BeforeValidator, GetCoreSchemaHandler, PlainSerializer
from pydantic_core import CoreSchema, core_schema

from tools.errors import Record

_UETR = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_MEMBER = re.compile(r"[A-Z]{3,5}:[A-Za-z0-9]{1,28}")
_BIC = re.compile(r"[A-Z0-9]{4}[A-Z]{2}[A-Z0-9]{2}([A-Z0-9]{3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")

# ISO 4217 minor units that differ from two.
_MINOR_UNITS = dict.fromkeys(
    (
        "BIF",
        "CLP",
        "DJF",
        "GNF",
        "ISK",
        "JPY",
        "KMF",
        "KRW",
        "PYG",
        "RWF",
        "UGX",
        "UYI",
        "VND",
        "VUV",
        "XAF",
        "XOF",
        "XPF",
    ),
    0,
) | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)


def minor_units(currency: str) -> int:
    """Decimal places of a currency's minor unit (ISO 4217)."""
    return _MINOR_UNITS.get(currency, 2)


class _CheckedText(str):
    """A text type that checks itself when it is made."""

    @classmethod
    def check(cls, text: str) -> str:
        raise NotImplementedError

    def __new__(cls, text: str) -> Self:
        return super().__new__(cls, cls.check(text))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(
            cls, core_schema.str_schema(), serialization=core_schema.plain_serializer_function_ser_schema(str)
        )


class UETR(_CheckedText):
    """Unique end-to-end transaction reference, a UUID in lower case (ISO 20022 UUIDv4Identifier)."""

    @classmethod
    def check(cls, text: str) -> str:
        lower = text.strip().lower()
        if not _UETR.fullmatch(lower):
            raise ValueError(f"{text!r} is no UETR: 36 characters, hexadecimal groups 8-4-4-4-12")
        return lower


class Agent(_CheckedText):
    """A bank: a BIC8, a BIC11, or a clearing member written SYSTEM:MEMBER, e.g. "USABA:021040078"."""

    @classmethod
    def check(cls, text: str) -> str:
        clean = text.strip()
        if _MEMBER.fullmatch(clean):
            return clean
        upper = clean.upper()
        if not _BIC.fullmatch(upper):
            raise ValueError(f"{text!r} is no agent: write a BIC of 8 or 11 characters, or SYSTEM:MEMBER")
        return upper

    @property
    def is_bic(self) -> bool:
        return ":" not in self

    def same_as(self, other: str | None) -> bool:
        """True when both name the same bank; a BIC8 (or a head office XXX) matches any branch."""
        if other is None:
            return False
        ours, theirs = self.removesuffix("XXX") if len(self) == 11 else str(self), other
        if len(theirs) == 11 and ":" not in theirs:
            theirs = theirs.removesuffix("XXX")
        if ":" in ours or ":" in theirs:
            return ours == theirs
        return ours == theirs or (min(len(ours), len(theirs)) == 8 and ours[:8] == theirs[:8])


def _amount(value: object) -> Decimal:
    if isinstance(value, float):
        raise ValueError(f"{value!r} is a binary fraction; write the amount as text, e.g. '4250.00'")
    if isinstance(value, str | int | Decimal):
        try:
            amount = Decimal(value)
        except InvalidOperation:
            raise ValueError(f"{value!r} is no decimal amount, e.g. '4250.00'") from None
        if not amount.is_finite():
            raise ValueError(f"{value!r} is no finite amount")
        return amount
    raise ValueError(f"{value!r} is no decimal amount, e.g. '4250.00'")


def _currency(value: str) -> str:
    if not _CURRENCY.fullmatch(value):
        raise ValueError(f"{value!r} is no currency code of three capital letters")
    return value


Amount = Annotated[Decimal, BeforeValidator(_amount), PlainSerializer(lambda d: format(d, "f"), return_type=str)]
Currency = Annotated[str, AfterValidator(_currency)]


class Money(Record):
    """An exact amount in one currency; arithmetic between currencies is a fault of ours."""

    amount: Amount
    currency: Currency

    @classmethod
    def of(cls, amount: str | int | Decimal, currency: str) -> Self:
        return cls(amount=Decimal(amount), currency=currency)

    @classmethod
    def from_minor(cls, units: int, currency: str) -> Self:
        return cls(amount=Decimal(units).scaleb(-minor_units(currency)), currency=currency)

    @property
    def minor(self) -> int:
        """Integer minor units; raises ValueError when the amount is finer than the currency allows."""
        scaled = self.amount.scaleb(minor_units(self.currency))
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{self} has more decimals than {self.currency} knows")
        return int(scaled)

    def _other(self, other: "Money") -> Decimal:
        assert self.currency == other.currency, f"{self} and {other} are different currencies"
        return other.amount

    def __add__(self, other: "Money") -> "Money":
        return Money(amount=self.amount + self._other(other), currency=self.currency)

    def __sub__(self, other: "Money") -> "Money":
        return Money(amount=self.amount - self._other(other), currency=self.currency)

    def __lt__(self, other: "Money") -> bool:
        return self.amount < self._other(other)

    def __le__(self, other: "Money") -> bool:
        return self.amount <= self._other(other)

    @property
    def text(self) -> str:
        """The amount as decimal text with the currency's minor units, e.g. "4250.00"."""
        places = minor_units(self.currency)
        exponent = self.amount.as_tuple().exponent
        if isinstance(exponent, int) and -exponent > places:
            return format(self.amount, "f")
        return format(self.amount.quantize(Decimal(1).scaleb(-places)), "f")

    def __str__(self) -> str:
        return f"{self.currency} {self.text}"


Rail = Literal["CBPR", "SEPA_SCT", "SEPA_INST", "FPS", "CHAPS", "FEDWIRE", "FEDNOW", "T2"]
Direction = Literal["inbound", "outbound", "transit"]
ChargeBearer = Literal["DEBT", "CRED", "SHAR", "SLEV"]
PaymentState = Literal[
    "received", "held", "released", "settled", "credited", "forwarded", "returned", "rejected", "cancelled"
]


class Party(Record):
    """A debtor or creditor with its account, as the payment names it."""

    name: str
    account: str
    """IBAN or other account number, as written."""
    address: str | dict[str, str] | None = None


class Charge(Record):
    """A charge that an agent took or asked for along the chain."""

    agent: Agent
    amount: Amount
    currency: Currency


class Payment(Record):
    """One payment as our records hold it (contract, list `payments`)."""

    uetr: UETR
    rail: Rail
    message_type: str
    message_id: str
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    transaction_id: str | None = None
    direction: Direction
    amount: Amount
    """Interbank settlement amount."""
    currency: Currency
    settlement_date: date
    instructed_amount: Amount | None = None
    instructed_currency: Currency | None = None
    charge_bearer: ChargeBearer = "SHAR"
    charges: tuple[Charge, ...] = ()
    settlement_method: Literal["INDA", "INGA", "COVE", "CLRG"] | None = None
    debtor: Party
    debtor_agent: Agent
    creditor: Party
    creditor_agent: Agent
    instructing_agent: Agent
    instructed_agent: Agent
    intermediaries: tuple[Agent, ...] = ()
    purpose: str | None = None
    remittance: str | None = None
    state: PaymentState
    state_reason: str | None = None
    state_at: AwareDatetime | None = None
    credited_at: AwareDatetime | None = None
    covers: UETR | None = None
    """UETR of the payment that this one covers."""
    return_of: UETR | None = None
    channel: str | None = None
    device: str | None = None

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)

    @property
    def instructed(self) -> Money | None:
        if self.instructed_amount is None:
            return None
        return Money(amount=self.instructed_amount, currency=self.instructed_currency or self.currency)


Clock = Callable[[], datetime]
"""Gives the aware UTC time of a run; a scenario's clock always gives its `as_of`."""
