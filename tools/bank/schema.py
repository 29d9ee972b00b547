"""The tables of the bank's records, one per list of the scenario contract.

Amounts are integer minor units beside their currency, times are UTC, lists are JSON. Account numbers and names stand
twice where needed: as written, and as looked up (`tools.bank.keys`). Rows keep the order in which they came (`id`).
"""

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    Text,
    text,
)
from sqlalchemy.types import TypeDecorator, TypeEngine

metadata = MetaData()
"""Every table of a store; the desk's own tables join it in `tools.bank.casework`."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC time: timestamptz on PostgreSQL, on SQLite text of fixed width that sorts as time does."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(Text() if dialect.name == "sqlite" else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return instant_text(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return datetime.fromisoformat(value) if type(value) is str else value.astimezone(UTC)


def instant_text(at: datetime) -> str:
    """Write an aware time as UTC text of fixed width, e.g. "2026-11-24T09:30:00.000000Z"."""
    assert at.tzinfo is not None, f"{at!r} has no zone"
    at = at.astimezone(UTC)
    return at.isoformat(timespec="microseconds")[:26] + "Z"


def _id() -> Column[int]:
    return Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True)


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _maybe(name: str) -> Column[str]:
    return Column(name, Text)


def _stated(name: str) -> Index:
    """An index of the rows that have a value; most payments cover nothing and return nothing."""
    where = text(f"{name} IS NOT NULL")
    return Index(f"payments_by_{name}", name, sqlite_where=where, postgresql_where=where)


_instructed = text("instructed_minor IS NOT NULL")

payments = Table(
    "payments",
    metadata,
    _id(),
    _text("uetr"),
    # 0 for a payment itself, 1 for a cover, 2 for a return: they may travel under the UETR of their order.
    Column("leg", SmallInteger, nullable=False),
    _text("rail"),
    _text("message_type"),
    _text("message_id"),
    _maybe("instruction_id"),
    _maybe("end_to_end_id"),
    _maybe("transaction_id"),
    _text("direction"),
    Column("amount_minor", BigInteger, nullable=False),
    _text("currency"),
    Column("settlement_date", Date, nullable=False),
    Column("instructed_minor", BigInteger),
    _maybe("instructed_currency"),
    _text("charge_bearer"),
    Column("charges", JSON),
    _maybe("settlement_method"),
    _text("debtor_name"),
    _text("debtor_key"),
    _text("debtor_account"),
    _maybe("debtor_written"),
    Column("debtor_address", JSON),
    _text("debtor_agent"),
    _text("creditor_name"),
    _text("creditor_key"),
    _text("creditor_account"),
    _maybe("creditor_written"),
    Column("creditor_address", JSON),
    _text("creditor_agent"),
    _text("instructing_agent"),
    _text("instructed_agent"),
    Column("intermediaries", JSON),
    _maybe("purpose"),
    _maybe("remittance"),
    _text("state"),
    _maybe("state_reason"),
    Column("state_at", Instant),
    Column("credited_at", Instant),
    _maybe("covers"),
    _maybe("return_of"),
    _maybe("channel"),
    _maybe("device"),
    Index("payments_by_uetr", "uetr", "leg", unique=True),
    # Day before amount: the first payment between two busy accounts is one step away, and twins are few days apart.
    Index("payments_between", "debtor_account", "creditor_account", "settlement_date", "amount_minor"),
    # The busiest account has hundreds of thousands: counting its payers and finding one amount reads an index alone.
    Index("payments_from", "debtor_account", "settlement_date", "amount_minor", "currency"),
    Index("payments_to", "creditor_account", "settlement_date", "debtor_account", "amount_minor", "currency"),
    # So has the amount 100.00: names are compared in the index, covers told from orders.
    Index("payments_by_amount", "amount_minor", "currency", "settlement_date", "leg", "debtor_key", "creditor_key"),
    Index(
        "payments_by_instructed",
        "instructed_minor",
        "instructed_currency",
        "settlement_date",
        sqlite_where=_instructed,
        postgresql_where=_instructed,
    ),
    Index("payments_by_message_id", "message_id"),
    Index("payments_by_instruction_id", "instruction_id"),
    Index("payments_by_end_to_end_id", "end_to_end_id"),
    Index("payments_by_transaction_id", "transaction_id"),
    _stated("covers"),
    _stated("return_of"),
)

tracker_events = Table(
    "tracker_events",
    metadata,
    _id(),
    _text("uetr"),
    Column("at", Instant, nullable=False),
    _text("agent"),
    _text("status"),
    _maybe("reason"),
    # As written: an agent along the way may state more decimals than a booking has.
    _maybe("amount"),
    _maybe("currency"),
    Column("charges", JSON),
    Index("tracker_events_by_uetr", "uetr", "at"),
)

accounts = Table(
    "accounts",
    metadata,
    _id(),
    _text("account"),
    _maybe("written"),
    _text("holder"),
    _maybe("customer_id"),
    _text("currency"),
    Column("balance_minor", BigInteger, nullable=False),
    _text("status"),
    Column("opened_at", Date),
    Column("closed_at", Date),
    Column("address", JSON),
    Index("accounts_by_number", "account"),
    Index("accounts_by_customer", "customer_id"),
)

customers = Table(
    "customers",
    metadata,
    _id(),
    _text("customer_id"),
    _text("name"),
    _maybe("segment"),
    Column("emails", JSON),
    Column("vulnerable", Boolean, nullable=False),
    Column("standing_orders", JSON),
    Index("customers_by_id", "customer_id"),
)

customer_emails = Table(
    "customer_emails",
    metadata,
    _id(),
    _text("email"),
    _text("customer_id"),
    Index("customer_emails_by_email", "email"),
    Index("customer_emails_by_customer", "customer_id"),
)

holds = Table(
    "holds",
    metadata,
    _id(),
    _text("scope"),
    _text("ref"),
    _maybe("written"),
    _text("kind"),
    _text("status"),
    # A day or a time, as ISO 8601 text.
    _maybe("since"),
    Index("holds_by_ref", "ref"),
)

customer_answers = Table(
    "customer_answers",
    metadata,
    _id(),
    _text("ref"),
    _text("question"),
    Column("asked_at", Instant, nullable=False),
    Column("answered_at", Instant),
    _maybe("answer"),
    _maybe("text"),
    Index("customer_answers_by_ref", "ref", "asked_at"),
)

prior_cases = Table(
    "prior_cases",
    metadata,
    _id(),
    _text("case_id"),
    _maybe("uetr"),
    _text("type"),
    _text("direction"),
    _text("status"),
    Column("opened_at", Instant, nullable=False),
    _maybe("counterparty"),
    _maybe("their_case_id"),
    _maybe("message_id"),
    _maybe("reason"),
    Index("prior_cases_by_uetr", "uetr"),
    Index("prior_cases_by_case_id", "case_id"),
    Index("prior_cases_by_their_case_id", "their_case_id"),
    Index("prior_cases_by_message_id", "message_id"),
)

charges_paid = Table(
    "charges_paid",
    metadata,
    _id(),
    _text("uetr"),
    _text("agent"),
    Column("amount_minor", BigInteger, nullable=False),
    _text("currency"),
    _maybe("at"),
    Index("charges_paid_by_uetr", "uetr"),
)

tariffs = Table(
    "tariffs",
    metadata,
    _id(),
    _text("agent"),
    # A tariff of a bank holds for its branches: a BIC counts by its first eight characters.
    _text("bank"),
    _text("currency"),
    # As agreed: a tariff may be finer than the currency's minor unit.
    _text("amount"),
    _text("kind"),
    Index("tariffs_by_bank", "bank", "currency"),
)

reference_rates = Table(
    "reference_rates",
    metadata,
    _id(),
    _text("name"),
    _text("currency"),
    Column("date", Date, nullable=False),
    _text("rate"),
    Index("reference_rates_by_date", "currency", "date"),
)

value_dates = Table(
    "value_dates",
    metadata,
    _id(),
    _text("uetr"),
    Column("agreed", Date, nullable=False),
    Column("actual", Date, nullable=False),
    _text("cause"),
    Index("value_dates_by_uetr", "uetr"),
)

incidents = Table(
    "incidents",
    metadata,
    _id(),
    _text("incident_id"),
    _text("kind"),
    Column("uetrs", JSON),
    _text("description"),
    _maybe("at"),
    Index("incidents_by_incident_id", "incident_id"),
)

incident_payments = Table(
    "incident_payments",
    metadata,
    _id(),
    _text("uetr"),
    _text("incident_id"),
    Index("incident_payments_by_uetr", "uetr"),
    Index("incident_payments_by_incident_id", "incident_id"),
)
