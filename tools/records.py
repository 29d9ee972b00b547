"""Read tools over the records around a payment: tracker, accounts and holds, answers, prior cases."""

from tools.bank.bank import ReadRecords
from tools.bank.records import Account, Customer, CustomerAnswer, Hold, Incident, PriorCase, TrackerEvent
from tools.errors import Record
from tools.payment import UETR
from tools.tool import read_tool


class OfPayment(Record):
    """The payment asked about."""

    uetr: UETR


class OfAccounts(Record):
    """The payment and the accounts in it."""

    uetr: UETR
    accounts: tuple[str, ...]


class Trail(Record):
    """Tracker events, oldest first."""

    events: tuple[TrackerEvent, ...]


class AccountStates(Record):
    """Accounts on our books among those asked for, and their owners."""

    accounts: tuple[Account, ...]
    customers: tuple[Customer, ...]


class OpenHolds(Record):
    """Holds in force on the payment or the accounts."""

    holds: tuple[Hold, ...]


class CustomerAnswers(Record):
    """What customers were asked about the payment, and what they answered, oldest first."""

    answers: tuple[CustomerAnswer, ...]


class PriorCases(Record):
    """Other cases of the payment."""

    cases: tuple[PriorCase, ...]


class Incidents(Record):
    """Technical incidents that touched the payment."""

    incidents: tuple[Incident, ...]


@read_tool
def trace_payment(records: ReadRecords, ask: OfPayment) -> Trail:
    """Show where the payment is: every status the tracker or the rail reported, oldest first."""
    return Trail(events=tuple(records.tracker(ask.uetr)))


@read_tool
def account_states(records: ReadRecords, ask: OfAccounts) -> AccountStates:
    """Show status, balance and owner of those accounts of a payment that are on our books."""
    accounts = tuple(a for a in records.accounts(ask.accounts) if a is not None)
    owners = dict.fromkeys(a.customer_id for a in accounts if a.customer_id is not None)
    customers = tuple(c for owner in owners if (c := records.customer(owner)) is not None)
    return AccountStates(accounts=accounts, customers=customers)


@read_tool
def open_holds(records: ReadRecords, ask: OfAccounts) -> OpenHolds:
    """Show the holds in force on a payment and on the accounts in it."""
    return OpenHolds(holds=tuple(records.holds((ask.uetr, *ask.accounts))))


@read_tool
def customer_answers(records: ReadRecords, ask: OfPayment) -> CustomerAnswers:
    """Show whether a customer was asked about the payment, and the answer."""
    return CustomerAnswers(answers=tuple(records.answers(ask.uetr)))


@read_tool
def prior_cases(records: ReadRecords, ask: OfPayment) -> PriorCases:
    """Show the other cases about the payment, received and sent, open and closed."""
    return PriorCases(cases=tuple(records.prior_cases(ask.uetr)))


@read_tool
def incidents(records: ReadRecords, ask: OfPayment) -> Incidents:
    """Show the technical incidents of ours that touched the payment."""
    return Incidents(incidents=tuple(records.incidents(ask.uetr)))


class OfCase(Record):
    """A case or message reference."""

    reference: str


@read_tool
def cases_by_reference(records: ReadRecords, ask: OfCase) -> PriorCases:
    """Show the cases known under a reference: our case id, the counterparty's, or the message id that opened it."""
    return PriorCases(cases=tuple(records.prior_cases_by_reference(ask.reference)))
