"""Tables of the bank's records."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INSTANT = sa.DateTime(timezone=True).with_variant(sa.Text(), "sqlite")


def _id() -> "sa.Column[int]":
    number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
    return sa.Column("id", number, primary_key=True, autoincrement=True)


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _maybe(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text())


def _indexes(table: str, indexes: dict[str, str]) -> None:
    for name, columns in indexes.items():
        op.create_index(name, table, columns.split())


def _stated(name: str, columns: str, where: str) -> None:
    there = sa.text(f"{where} IS NOT NULL")
    op.create_index(name, "payments", columns.split(), sqlite_where=there, postgresql_where=there)


def upgrade() -> None:
    op.create_table(
        "payments",
        _id(),
        _text("uetr"),
        sa.Column("leg", sa.SmallInteger(), nullable=False),
        _text("rail"),
        _text("message_type"),
        _text("message_id"),
        _maybe("instruction_id"),
        _maybe("end_to_end_id"),
        _maybe("transaction_id"),
        _text("direction"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        sa.Column("settlement_date", sa.Date(), nullable=False),
        sa.Column("instructed_minor", sa.BigInteger()),
        _maybe("instructed_currency"),
        _text("charge_bearer"),
        sa.Column("charges", sa.JSON()),
        _maybe("settlement_method"),
        _text("debtor_name"),
        _text("debtor_key"),
        _text("debtor_account"),
        _maybe("debtor_written"),
        sa.Column("debtor_address", sa.JSON()),
        _text("debtor_agent"),
        _text("creditor_name"),
        _text("creditor_key"),
        _text("creditor_account"),
        _maybe("creditor_written"),
        sa.Column("creditor_address", sa.JSON()),
        _text("creditor_agent"),
        _text("instructing_agent"),
        _text("instructed_agent"),
        sa.Column("intermediaries", sa.JSON()),
        _maybe("purpose"),
        _maybe("remittance"),
        _text("state"),
        _maybe("state_reason"),
        sa.Column("state_at", _INSTANT),
        sa.Column("credited_at", _INSTANT),
        _maybe("covers"),
        _maybe("return_of"),
        _maybe("channel"),
        _maybe("device"),
    )
    op.create_index("payments_by_uetr", "payments", ["uetr", "leg"], unique=True)
    _indexes(
        "payments",
        {
            "payments_between": "debtor_account creditor_account settlement_date amount_minor",
            "payments_by_amount": "amount_minor currency settlement_date leg debtor_key creditor_key",
            "payments_by_end_to_end_id": "end_to_end_id",
            "payments_by_instruction_id": "instruction_id",
            "payments_by_message_id": "message_id",
            "payments_by_transaction_id": "transaction_id",
            "payments_from": "debtor_account settlement_date amount_minor currency",
            "payments_to": "creditor_account settlement_date debtor_account amount_minor currency",
        },
    )
    _stated("payments_by_covers", "covers", "covers")
    _stated("payments_by_instructed", "instructed_minor instructed_currency settlement_date", "instructed_minor")
    _stated("payments_by_return_of", "return_of", "return_of")
    op.create_table(
        "tracker_events",
        _id(),
        _text("uetr"),
        sa.Column("at", _INSTANT, nullable=False),
        _text("agent"),
        _text("status"),
        _maybe("reason"),
        _maybe("amount"),
        _maybe("currency"),
        sa.Column("charges", sa.JSON()),
    )
    _indexes(
        "tracker_events",
        {
            "tracker_events_by_uetr": "uetr at",
        },
    )
    op.create_table(
        "accounts",
        _id(),
        _text("account"),
        _maybe("written"),
        _text("holder"),
        _maybe("customer_id"),
        _text("currency"),
        sa.Column("balance_minor", sa.BigInteger(), nullable=False),
        _text("status"),
        sa.Column("opened_at", sa.Date()),
        sa.Column("closed_at", sa.Date()),
        sa.Column("address", sa.JSON()),
    )
    _indexes(
        "accounts",
        {
            "accounts_by_customer": "customer_id",
            "accounts_by_number": "account",
        },
    )
    op.create_table(
        "customers",
        _id(),
        _text("customer_id"),
        _text("name"),
        _maybe("segment"),
        sa.Column("emails", sa.JSON()),
        sa.Column("vulnerable", sa.Boolean(), nullable=False),
        sa.Column("standing_orders", sa.JSON()),
    )
    _indexes(
        "customers",
        {
            "customers_by_id": "customer_id",
        },
    )
    op.create_table(
        "customer_emails",
        _id(),
        _text("email"),
        _text("customer_id"),
    )
    _indexes(
        "customer_emails",
        {
            "customer_emails_by_customer": "customer_id",
            "customer_emails_by_email": "email",
        },
    )
    op.create_table(
        "holds",
        _id(),
        _text("scope"),
        _text("ref"),
        _maybe("written"),
        _text("kind"),
        _text("status"),
        _maybe("since"),
    )
    _indexes(
        "holds",
        {
            "holds_by_ref": "ref",
        },
    )
    op.create_table(
        "customer_answers",
        _id(),
        _text("ref"),
        _text("question"),
        sa.Column("asked_at", _INSTANT, nullable=False),
        sa.Column("answered_at", _INSTANT),
        _maybe("answer"),
        _maybe("text"),
    )
    _indexes(
        "customer_answers",
        {
            "customer_answers_by_ref": "ref asked_at",
        },
    )
    op.create_table(
        "prior_cases",
        _id(),
        _text("case_id"),
        _maybe("uetr"),
        _text("type"),
        _text("direction"),
        _text("status"),
        sa.Column("opened_at", _INSTANT, nullable=False),
        _maybe("counterparty"),
        _maybe("their_case_id"),
        _maybe("message_id"),
        _maybe("reason"),
    )
    _indexes(
        "prior_cases",
        {
            "prior_cases_by_case_id": "case_id",
            "prior_cases_by_message_id": "message_id",
            "prior_cases_by_their_case_id": "their_case_id",
            "prior_cases_by_uetr": "uetr",
        },
    )
    op.create_table(
        "charges_paid",
        _id(),
        _text("uetr"),
        _text("agent"),
        sa.Column("amount_minor", sa.BigInteger(), nullable=False),
        _text("currency"),
        _maybe("at"),
    )
    _indexes(
        "charges_paid",
        {
            "charges_paid_by_uetr": "uetr",
        },
    )
    op.create_table(
        "tariffs",
        _id(),
        _text("agent"),
        _text("bank"),
        _text("currency"),
        _text("amount"),
        _text("kind"),
    )
    _indexes(
        "tariffs",
        {
            "tariffs_by_bank": "bank currency",
        },
    )
    op.create_table(
        "reference_rates",
        _id(),
        _text("name"),
        _text("currency"),
        sa.Column("date", sa.Date(), nullable=False),
        _text("rate"),
    )
    _indexes(
        "reference_rates",
        {
            "reference_rates_by_date": "currency date",
        },
    )
    op.create_table(
        "value_dates",
        _id(),
        _text("uetr"),
        sa.Column("agreed", sa.Date(), nullable=False),
        sa.Column("actual", sa.Date(), nullable=False),
        _text("cause"),
    )
    _indexes(
        "value_dates",
        {
            "value_dates_by_uetr": "uetr",
        },
    )
    op.create_table(
        "incidents",
        _id(),
        _text("incident_id"),
        _text("kind"),
        sa.Column("uetrs", sa.JSON()),
        _text("description"),
        _maybe("at"),
    )
    _indexes(
        "incidents",
        {
            "incidents_by_incident_id": "incident_id",
        },
    )
    op.create_table(
        "incident_payments",
        _id(),
        _text("uetr"),
        _text("incident_id"),
    )
    _indexes(
        "incident_payments",
        {
            "incident_payments_by_incident_id": "incident_id",
            "incident_payments_by_uetr": "uetr",
        },
    )


def downgrade() -> None:
    for table in _TABLES:
        op.drop_table(table)


_TABLES = (
    "incident_payments",
    "incidents",
    "value_dates",
    "reference_rates",
    "tariffs",
    "charges_paid",
    "prior_cases",
    "customer_answers",
    "holds",
    "customer_emails",
    "customers",
    "accounts",
    "tracker_events",
    "payments",
)
