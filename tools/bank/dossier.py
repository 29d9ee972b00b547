"""The dossier: everything that our records say around one payment, asked for together."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Dialect

from tools.bank import from_rows, payment_queries, queries
from tools.bank.asked import account_asked, could_cover, slots
from tools.bank.keys import account_key
from tools.bank.query import Query, run_together
from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    TrackerEvent,
    ValueDate,
)
from tools.errors import Record
from tools.payment import Payment


class Dossier(Record):
    """Everything that our records say around one payment."""

    payment: Payment | None
    tracker: tuple[TrackerEvent, ...] = ()
    holds: tuple[Hold, ...] = ()
    """Open holds on the payment and on both accounts."""
    debtor_account: Account | None = None
    creditor_account: Account | None = None
    customers: tuple[Customer, ...] = ()
    """Owners of those accounts that are on our books."""
    answers: tuple[CustomerAnswer, ...] = ()
    prior_cases: tuple[PriorCase, ...] = ()
    covers: tuple[Payment, ...] = ()
    cover_candidates: tuple[Payment, ...] = ()
    """Bank-to-bank payments that name no order and could be the cover."""
    returns: tuple[Payment, ...] = ()
    charges_paid: tuple[ChargePaid, ...] = ()
    value_dates: tuple[ValueDate, ...] = ()
    incidents: tuple[Incident, ...] = ()


def assemble(driver: Any, dialect: Dialect, uetr: str, payment: Payment | None) -> Dossier:
    """Ask all that needs nothing but the payment; without one, what is known under its UETR."""
    by_uetr = {"uetr": uetr}
    asks: list[tuple[Query, dict[str, Any]]] = [(query, by_uetr) for query in _BY_UETR]
    refs = [uetr]
    if payment is not None:
        numbers = [account_asked(payment.debtor.account), account_asked(payment.creditor.account)]
        refs += numbers
        asks += [
            (queries.ACCOUNTS, slots(numbers)),
            (queries.CUSTOMERS_OF_ACCOUNTS, slots(numbers)),
            (payment_queries.COVER_CANDIDATES, could_cover(payment)),
        ]
    holds, tracker, answers, cases, covers, returns, charges, values, incidents, *around = run_together(
        [(queries.OPEN_HOLDS, slots(refs)), *asks], driver, dialect
    )
    accounts, customers, candidates = around or ([], [], [])
    books = [from_rows.account(row) for row in accounts]
    return Dossier.model_construct(
        payment=payment,
        tracker=tuple(map(from_rows.tracker_event, tracker)),
        holds=tuple(map(from_rows.hold, holds)),
        debtor_account=of_number(books, payment.debtor.account, payment.currency) if payment else None,
        creditor_account=of_number(books, payment.creditor.account, payment.currency) if payment else None,
        customers=tuple(map(from_rows.customer, customers)),
        answers=tuple(map(from_rows.answer, answers)),
        prior_cases=tuple(map(from_rows.prior_case, cases)),
        covers=tuple(map(from_rows.payment, covers)),
        cover_candidates=tuple(map(from_rows.payment, candidates)),
        returns=tuple(map(from_rows.payment, returns)),
        charges_paid=tuple(map(from_rows.charge_paid, charges)),
        value_dates=tuple(map(from_rows.value_date, values)),
        incidents=tuple(map(from_rows.incident, incidents)),
    )


_BY_UETR = (
    queries.TRACKER,
    queries.ANSWERS,
    queries.PRIOR_CASES,
    payment_queries.COVERS,
    payment_queries.RETURNS,
    queries.CHARGES_PAID,
    queries.VALUE_DATES,
    queries.INCIDENTS,
)


def of_number(books: Sequence[Account], number: str, currency: str | None) -> Account | None:
    """Return the account with that number, in that currency if there is one."""
    key = account_key(number)
    found = [account for account in books if account_key(account.account) == key]
    return next((account for account in found if account.currency == currency), found[0] if found else None)
