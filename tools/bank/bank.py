"""The bank's records as the read tools see them: questions and answers, and nothing that writes."""

from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from datetime import date
from typing import Any, Protocol

from sqlalchemy import Connection, Engine

from tools.bank import from_rows, payment_queries, queries
from tools.bank.asked import (
    FIRST_DAY,
    LAST_DAY,
    REFERENCES_MAX,
    Days,
    account_asked,
    clean,
    could_cover,
    days_between,
    shifted,
    slots,
    uetr_key,
)
from tools.bank.dossier import Dossier, assemble, of_number
from tools.bank.engine import hold_still
from tools.bank.keys import account_key, bank_key, email_key, hold_key, minor_or_none, name_key, reference, storable
from tools.bank.query import SLOTS, Query, Row
from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    ReferenceRate,
    Tariff,
    TrackerEvent,
    ValueDate,
)
from tools.errors import Record
from tools.payment import Money, Payment


class FanIn(Record):
    """How many payments went into an account in some days, and from how many accounts."""

    payments: int
    senders: int
    capped: bool
    """There may be more than we counted: the newest five hundred."""


class ReadRecords(Protocol):
    """What a read tool may ask of the bank's records."""

    def session(self) -> "AbstractContextManager[ReadRecords]": ...
    def payment(self, uetr: str) -> Payment | None: ...
    def payments_by_reference(
        self, message_id: str | None = None, instruction_id: str | None = None, transaction_id: str | None = None
    ) -> list[Payment]: ...
    def payments_by_end_to_end(self, end_to_end_id: str) -> list[Payment]: ...
    def payments_by_any_reference(self, text: str) -> list[Payment]: ...
    def payments_like(
        self, amount: Money, on: Days | None = None, party: str | None = None, limit: int = 50
    ) -> list[Payment]: ...
    def payments_of_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]: ...
    def payments_from_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]: ...
    def payments_to_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]: ...
    def fan_in(self, account: str, since: date, until: date | None = None) -> FanIn: ...
    def first_payment_between(self, debtor_account: str, creditor_account: str) -> date | None: ...
    def twins(self, payment: Payment, days: int = 10) -> list[Payment]: ...
    def covers_of(self, uetr: str) -> list[Payment]: ...
    def cover_candidates(self, payment: Payment) -> list[Payment]: ...
    def returns_of(self, uetr: str) -> list[Payment]: ...
    def dossier(self, of: str | Payment) -> Dossier: ...
    def tracker(self, uetr: str) -> list[TrackerEvent]: ...
    def account(self, number: str, currency: str | None = None) -> Account | None: ...
    def accounts(self, numbers: Sequence[str]) -> list[Account | None]: ...
    def accounts_of_customer(self, customer_id: str) -> list[Account]: ...
    def customer(self, customer_id: str) -> Customer | None: ...
    def customers_by_email(self, email: str) -> list[Customer]: ...
    def holds(self, refs: Sequence[str], open_only: bool = True) -> list[Hold]: ...
    def answers(self, uetr: str) -> list[CustomerAnswer]: ...
    def prior_cases(self, uetr: str) -> list[PriorCase]: ...
    def prior_case(self, case_id: str) -> PriorCase | None: ...
    def prior_cases_by_reference(self, text: str) -> list[PriorCase]: ...
    def charges_paid(self, uetr: str) -> list[ChargePaid]: ...
    def tariffs(self, agent: str | None = None, currency: str | None = None) -> list[Tariff]: ...
    def rates(self, currency: str, on: date) -> list[ReferenceRate]: ...
    def value_dates(self, uetr: str) -> list[ValueDate]: ...
    def incidents(self, uetr: str) -> list[Incident]: ...
    def rows(self, query: Query, parameters: dict[str, Any]) -> list[Row]: ...


class Bank:
    """The records of one store. Over an engine it may be shared by threads; over a connection it belongs to one.

    References, account numbers and addresses are found however they are written; a text that can stand in no record
    finds nothing. Payments come in the order in which the bank recorded them, oldest first, unless said otherwise.
    """

    def __init__(self, source: Engine | Connection) -> None:
        self._source = source
        self._dialect = source.dialect
        self._driver_of_session: Any = None

    def session(self) -> "AbstractContextManager[ReadRecords]":
        """Lend the same records over one connection, for the many questions of one investigation."""
        return _over_one_connection(self._source)

    # --- payments ---------------------------------------------------------------------------------------------------

    def payment(self, uetr: str) -> Payment | None:
        """Return the payment with this UETR; where its cover or return shares the UETR, the payment itself."""
        rows = self._ask(payment_queries.PAYMENT, {"uetr": uetr_key(uetr)})
        return from_rows.payment(rows[0]) if rows else None

    def payments_by_reference(
        self, message_id: str | None = None, instruction_id: str | None = None, transaction_id: str | None = None
    ) -> list[Payment]:
        """Return payments of that message with that instruction or transaction id; or by one of the three alone."""
        message, instruction, transaction = map(reference, (message_id, instruction_id, transaction_id))
        if message and (instruction or transaction):
            named = {"text": message, "instruction": instruction, "transaction": transaction}
            return self._payments(payment_queries.BY_MESSAGE_AND_TRANSACTION, {**named, "limit": REFERENCES_MAX})
        found: dict[tuple[str, str], Payment] = {}
        for query, text in (
            (payment_queries.BY_MESSAGE, message),
            (payment_queries.BY_INSTRUCTION, instruction),
            (payment_queries.BY_TRANSACTION, transaction),
        ):
            if text:
                rows = self._payments(query, {"text": text, "limit": REFERENCES_MAX})
                found |= {(p.uetr, p.message_type): p for p in rows}
        return list(found.values())

    def payments_by_end_to_end(self, end_to_end_id: str) -> list[Payment]:
        """Return payments with this end-to-end id; NOTPROVIDED and its like name none."""
        text = reference(end_to_end_id)
        return self._payments(payment_queries.BY_END_TO_END, {"text": text, "limit": REFERENCES_MAX}) if text else []

    def payments_by_any_reference(self, text: str) -> list[Payment]:
        """Return payments of which one of the five references is this text."""
        known = reference(text)
        if known is None:
            return []
        named = {"text": known, "lower": known.lower(), "limit": REFERENCES_MAX}
        return self._payments(payment_queries.BY_ANY_REFERENCE, named)

    def payments_like(
        self, amount: Money, on: Days | None = None, party: str | None = None, limit: int = 50
    ) -> list[Payment]:
        """Return payments of this settled or instructed amount, of these days, with this debtor or creditor.

        A party is a part of its name, or its account number. Of many, the newest are returned.
        """
        minor = minor_or_none(amount)
        if minor is None:
            return []
        first, last = (FIRST_DAY, LAST_DAY) if on is None else on if isinstance(on, tuple) else (on, on)
        alike = {"minor": minor, "currency": amount.currency, "limit": limit, **days_between(first, last)}
        if party is None:
            return self._payments(payment_queries.LIKE, alike)
        name = name_key(storable(party) or "")
        if not name:
            return []
        return self._payments(payment_queries.LIKE_OF_PARTY, {**alike, "named": name, "account": account_key(party)})

    def payments_of_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]:
        """Return payments from or to an account, newest first."""
        return self._of_account(payment_queries.OF_ACCOUNT, account, since, limit)

    def payments_from_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]:
        """Return payments that left an account, newest first."""
        return self._of_account(payment_queries.FROM_ACCOUNT, account, since, limit)

    def payments_to_account(self, account: str, since: date | None = None, limit: int = 100) -> list[Payment]:
        """Return payments into an account, newest first."""
        return self._of_account(payment_queries.TO_ACCOUNT, account, since, limit)

    def fan_in(self, account: str, since: date, until: date | None = None) -> FanIn:
        """Count payments into an account and the accounts they came from, the newest five hundred at most."""
        asked = {"account": account_asked(account), **days_between(since, until or LAST_DAY)}
        [(count, senders)] = self._ask(payment_queries.FAN_IN, asked)
        return FanIn(payments=count, senders=senders, capped=count >= payment_queries.SCAN_MAX)

    def first_payment_between(self, debtor_account: str, creditor_account: str) -> date | None:
        """Return the day of the first payment between two accounts; None where there was none."""
        asked = {"account": account_asked(debtor_account), "other": account_asked(creditor_account)}
        rows = self._ask(payment_queries.FIRST_BETWEEN, asked)
        return rows[0][0] if rows else None

    def twins(self, payment: Payment, days: int = 10) -> list[Payment]:
        """Return other payments of the same amount between the same accounts, settled at most `days` apart."""
        minor = minor_or_none(payment.money)
        if minor is None:
            return []
        alike = {
            "debtor": account_asked(payment.debtor.account),
            "creditor": account_asked(payment.creditor.account),
            "minor": minor,
            "currency": payment.currency,
            "uetr": str(payment.uetr),
            "limit": REFERENCES_MAX,
        }
        around = days_between(shifted(payment.settlement_date, -days), shifted(payment.settlement_date, days))
        return self._payments(payment_queries.TWINS, {**alike, **around})

    def covers_of(self, uetr: str) -> list[Payment]:
        """Return the payments that say they cover this one, or travel as covers under its UETR."""
        return self._payments(payment_queries.COVERS, {"uetr": uetr_key(uetr)})

    def cover_candidates(self, payment: Payment) -> list[Payment]:
        """Return bank-to-bank payments that name no order, and bear its end-to-end or instruction id as their
        end-to-end id, or share its amount and date.
        """
        return self._payments(payment_queries.COVER_CANDIDATES, could_cover(payment))

    def returns_of(self, uetr: str) -> list[Payment]:
        """Return the payments that bring this one back."""
        return self._payments(payment_queries.RETURNS, {"uetr": uetr_key(uetr)})

    def dossier(self, of: str | Payment) -> Dossier:
        """Return everything around a payment, in one round trip (two where only the UETR is given)."""
        payment = self.payment(of) if isinstance(of, str) else of
        uetr = uetr_key(of) if isinstance(of, str) else str(of.uetr)
        with self._driver() as driver:
            return assemble(driver, self._dialect, uetr, payment)

    # --- beside payments --------------------------------------------------------------------------------------------

    def tracker(self, uetr: str) -> list[TrackerEvent]:
        """Return every status on the payment's way, oldest first."""
        return [from_rows.tracker_event(row) for row in self._ask(queries.TRACKER, {"uetr": uetr_key(uetr)})]

    def account(self, number: str, currency: str | None = None) -> Account | None:
        """Return the account on our books; of several currencies the one asked for, or the first."""
        rows = self._ask(queries.ACCOUNTS, slots((account_asked(number),)))
        return of_number([from_rows.account(row) for row in rows], number, currency)

    def accounts(self, numbers: Sequence[str]) -> list[Account | None]:
        """Return what `account` says of each number, asked for together."""
        found: list[Account | None] = []
        for start in range(0, len(numbers), SLOTS):
            some = numbers[start : start + SLOTS]
            rows = self._ask(queries.ACCOUNTS, slots([account_asked(number) for number in some]))
            books = [from_rows.account(row) for row in rows]
            found += [of_number(books, number, None) for number in some]
        return found

    def accounts_of_customer(self, customer_id: str) -> list[Account]:
        rows = self._ask(queries.ACCOUNTS_OF_CUSTOMER, {"text": clean(customer_id)})
        return [from_rows.account(row) for row in rows]

    def customer(self, customer_id: str) -> Customer | None:
        rows = self._ask(queries.CUSTOMER, {"text": clean(customer_id)})
        return from_rows.customer(rows[0]) if rows else None

    def customers_by_email(self, email: str) -> list[Customer]:
        """Return customers that have this address on file."""
        rows = self._ask(queries.CUSTOMERS_BY_EMAIL, {"text": email_key(clean(email))})
        return [from_rows.customer(row) for row in rows]

    def holds(self, refs: Sequence[str], open_only: bool = True) -> list[Hold]:
        """Return holds on these payments (UETRs) and accounts; released ones only where asked for."""
        query = queries.OPEN_HOLDS if open_only else queries.HOLDS
        keys = list(dict.fromkeys(hold_key(clean(ref)) for ref in refs))
        return [
            from_rows.hold(row)
            for start in range(0, len(keys), SLOTS)
            for row in self._ask(query, slots(keys[start : start + SLOTS]))
        ]

    def answers(self, uetr: str) -> list[CustomerAnswer]:
        """Return what customers were asked about a payment, and what they answered, oldest first."""
        return [from_rows.answer(row) for row in self._ask(queries.ANSWERS, {"uetr": uetr_key(uetr)})]

    def prior_cases(self, uetr: str) -> list[PriorCase]:
        """Return the cases about a payment, oldest first."""
        return [from_rows.prior_case(row) for row in self._ask(queries.PRIOR_CASES, {"uetr": uetr_key(uetr)})]

    def prior_case(self, case_id: str) -> PriorCase | None:
        rows = self._ask(queries.PRIOR_CASE, {"text": clean(case_id)})
        return from_rows.prior_case(rows[0]) if rows else None

    def prior_cases_by_reference(self, text: str) -> list[PriorCase]:
        """Return cases of which our case id, their case id or the message id is this text, oldest first."""
        known = reference(text)
        rows = self._ask(queries.PRIOR_CASES_BY_REFERENCE, {"text": known}) if known else []
        return [from_rows.prior_case(row) for row in rows]

    def charges_paid(self, uetr: str) -> list[ChargePaid]:
        return [from_rows.charge_paid(row) for row in self._ask(queries.CHARGES_PAID, {"uetr": uetr_key(uetr)})]

    def tariffs(self, agent: str | None = None, currency: str | None = None) -> list[Tariff]:
        """Return what we agreed with an agent (any of its branches), in one currency or in all."""
        if agent is None:
            rows = self._ask(queries.TARIFFS, {})
        else:
            rows = self._ask(queries.TARIFFS_OF_BANK, {"text": bank_key(clean(agent))})
        found = [from_rows.tariff(row) for row in rows]
        return [
            t
            for t in found
            if (agent is None or t.agent.same_as(agent)) and (currency is None or t.currency == currency)
        ]

    def rates(self, currency: str, on: date) -> list[ReferenceRate]:
        """Return the reference rates of a currency on that very day."""
        rows = self._ask(queries.RATES, {"currency": clean(currency), "day": on.isoformat()})
        return [from_rows.reference_rate(row) for row in rows]

    def value_dates(self, uetr: str) -> list[ValueDate]:
        return [from_rows.value_date(row) for row in self._ask(queries.VALUE_DATES, {"uetr": uetr_key(uetr)})]

    def incidents(self, uetr: str) -> list[Incident]:
        """Return the technical incidents of ours that touched a payment."""
        return [from_rows.incident(row) for row in self._ask(queries.INCIDENTS, {"uetr": uetr_key(uetr)})]

    def rows(self, query: Query, parameters: dict[str, Any]) -> list[Row]:
        """Run a prepared read, for tools that count more than they show; a `Query` is a SELECT and nothing else."""
        return self._ask(query, parameters)

    # --- asking -----------------------------------------------------------------------------------------------------

    def _payments(self, query: Query, parameters: dict[str, Any]) -> list[Payment]:
        return [from_rows.payment(row) for row in self._ask(query, parameters)]

    def _of_account(self, query: Query, account: str, since: date | None, limit: int) -> list[Payment]:
        days = days_between(since or FIRST_DAY, LAST_DAY)
        return self._payments(query, {"account": account_asked(account), "limit": limit, **days})

    def _ask(self, query: Query, parameters: dict[str, Any]) -> list[Row]:
        if self._driver_of_session is not None:
            return query.run(self._driver_of_session, self._dialect, parameters)
        with self._driver() as driver:
            return query.run(driver, self._dialect, parameters)

    @contextmanager
    def _driver(self) -> Iterator[Any]:
        """Lend the driver's own connection; one of an engine goes back to its pool."""
        if isinstance(self._source, Connection):
            yield self._source.connection.dbapi_connection
            return
        lent = self._source.raw_connection()
        try:
            yield lent.dbapi_connection
        finally:
            lent.close()


@contextmanager
def _over_one_connection(source: Engine | Connection) -> Iterator[ReadRecords]:
    if isinstance(source, Connection):
        yield Bank(source)
        return
    with source.connect() as connection:
        # One case is investigated as of one moment; and a read of its own lock for every question costs more than it.
        hold_still(connection)
        bank = Bank(connection)
        # The connection is the session's own until it ends: its driver is looked up once, not for every question.
        bank._driver_of_session = connection.connection.dbapi_connection
        yield bank
