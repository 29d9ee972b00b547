"""The bank's records beside payments, one type per list of the scenario contract."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from tools.errors import Record
from tools.payment import UETR, Agent, Amount, Charge, Currency, Money, Payment


class TrackerEvent(Record):
    """One status on the payment's way, as the tracker or the rail reported it."""

    uetr: UETR
    at: AwareDatetime
    agent: Agent
    status: str
    """ACSP, ACCC, ACSC, RJCT, PDNG, ACWP, BLCK …"""
    reason: str | None = None
    """G000 to G006, or a reject reason."""
    amount: Amount | None = None
    currency: Currency | None = None
    charges: tuple[Charge, ...] = ()


class Account(Record):
    """An account on our books."""

    account: str
    holder: str
    customer_id: str | None = None
    currency: Currency
    balance: Amount
    status: Literal["open", "closed", "blocked", "deceased"]
    opened_at: date | None = None
    closed_at: date | None = None
    address: str | dict[str, str] | None = None


class Customer(Record):
    """A customer of ours and how we know it."""

    customer_id: str
    name: str
    segment: str | None = None
    emails: tuple[str, ...] = ()
    vulnerable: bool = False
    standing_orders: tuple[str | dict[str, str], ...] = ()


HoldKind = Literal["sanctions", "legal", "aml", "fraud", "technical", "cutoff", "funds"]


class Hold(Record):
    """Something that stops a payment or an account."""

    scope: Literal["payment", "account"]
    ref: str
    """UETR of the payment, or number of the account."""
    kind: HoldKind
    status: Literal["open", "released"]
    since: AwareDatetime | date | None = None


class CustomerAnswer(Record):
    """What we asked a customer about a payment, and the answer if there is one."""

    ref: UETR
    question: Literal["debit_authority", "details"]
    asked_at: AwareDatetime
    answered_at: AwareDatetime | None = None
    answer: Literal["yes", "no"] | None = None
    text: str | None = None


class PriorCase(Record):
    """A case about a payment that was opened before this one."""

    id: str
    uetr: UETR | None = None
    type: str
    direction: Literal["received", "sent"]
    status: Literal["open", "closed"]
    opened_at: AwareDatetime
    counterparty: Agent | str | None = None
    their_case_id: str | None = None
    message_id: str | None = None
    reason: str | None = None


class ChargePaid(Record):
    """A charges claim of an agent that we have paid."""

    uetr: UETR
    agent: Agent
    amount: Amount
    currency: Currency
    at: AwareDatetime | date | None = None


class Tariff(Record):
    """What we agreed to pay an agent (or what we charge, when the agent is us)."""

    agent: Agent
    currency: Currency
    amount: Amount
    kind: Literal["charge", "investigation_fee", "compensation_fee"]

    @property
    def money(self) -> Money:
        return Money(amount=self.amount, currency=self.currency)


class ReferenceRate(Record):
    """A reference interest rate of one day, in percent."""

    name: str
    currency: Currency
    date: date
    rate: Amount


class ValueDate(Record):
    """Agreed and actual value date of a payment, and who caused the difference."""

    uetr: UETR
    agreed: date
    actual: date
    cause: Literal["ours", "theirs", "other", "none"]


class Incident(Record):
    """A technical incident of ours and the payments it touched."""

    id: str
    kind: str
    uetrs: tuple[UETR, ...] = ()
    description: str = ""
    at: AwareDatetime | date | None = None


class Records(Record):
    """Everything of `records.yaml`; an unknown list or field is an error that names it."""

    payments: tuple[Payment, ...] = ()
    tracker_events: tuple[TrackerEvent, ...] = ()
    accounts: tuple[Account, ...] = ()
    customers: tuple[Customer, ...] = ()
    holds: tuple[Hold, ...] = ()
    customer_answers: tuple[CustomerAnswer, ...] = ()
    cases: tuple[PriorCase, ...] = ()
    charges_paid: tuple[ChargePaid, ...] = ()
    tariffs: tuple[Tariff, ...] = ()
    reference_rates: tuple[ReferenceRate, ...] = ()
    value_dates: tuple[ValueDate, ...] = ()
    incidents: tuple[Incident, ...] = ()
