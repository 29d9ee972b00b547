"""The tables of the desk: cases, evidence, proposals, decisions, outbox and the audit chain."""

from collections.abc import Sequence

import sqlalchemy as sa
from alembic import op

from tools.bank.casework import FIRST_HEAD, guards

revision: str = "0002"
down_revision: str | None = "0001"
branch_labels: str | Sequence[str] | None = None
depends_on: str | Sequence[str] | None = None

_TABLES = ("cases", "evidence", "proposals", "decisions", "outbox", "audit", "audit_head")


def upgrade() -> None:
    _create_case_tables()
    _create_desk_tables()
    _create_audit()
    dialect = op.get_bind().dialect.name
    for table in _TABLES:
        for statement in guards(dialect, table):
            op.execute(sa.text(statement.replace(":", "\\:")))


def downgrade() -> None:
    """Remove every case and its record; triggers go with their tables."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION IF EXISTS refuse_rewriting()")
        op.execute("DROP FUNCTION IF EXISTS refuse_shrinking()")


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text(), nullable=nullable)


def _create_case_tables() -> None:
    op.create_table(
        "cases",
        sa.Column("case_id", sa.Text(), primary_key=True),
        _text("received_at"),
        _text("as_of"),
        _text("state"),
        *(_text(name, nullable=True) for name in ("type", "rail", "uetr", "counterparty", "due")),
        sa.Column("amount_minor", sa.BigInteger()),
        _text("currency", nullable=True),
        sa.Column("risk_permille", sa.Integer()),
        _text("owner", nullable=True),
        sa.Column("message", sa.LargeBinary(), nullable=False),
        _text("message_sha256"),
        _text("message_type", nullable=True),
        _text("channel"),
        _text("sender"),
        sa.Column("proposal_version", sa.Integer(), nullable=False),
        _text("result", nullable=True),
        _text("thread_id", nullable=True),
        _text("updated_at"),
    )
    op.create_index("cases_by_deadline", "cases", ["state", "due"])
    op.create_index("cases_by_uetr", "cases", ["uetr"])
    op.create_index("cases_by_owner", "cases", ["owner", "state"])
    op.create_table(
        "evidence",
        *(_text(name) for name in ("case_id", "id", "tool", "arguments", "result", "at", "hash")),
        sa.PrimaryKeyConstraint("case_id", "id"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    )


def _create_desk_tables() -> None:
    op.create_table(
        "proposals",
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_text(name) for name in ("hash", "body", "origin", "made_by", "at", "state", "blocked", "expires_at")),
        sa.PrimaryKeyConstraint("case_id", "version"),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    )
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=True),
        _text("case_id"),
        sa.Column("version", sa.Integer(), nullable=False),
        *(_text(name) for name in ("proposal_hash", "person", "role", "verdict", "reason", "at")),
        sa.ForeignKeyConstraint(["case_id", "version"], ["proposals.case_id", "proposals.version"]),
    )
    op.create_index("decisions_by_case", "decisions", ["case_id"])
    signed = sa.text("verdict = 'approve'")
    op.create_index(
        "one_signature_a_person",
        "decisions",
        ["case_id", "version", "person"],
        unique=True,
        sqlite_where=signed,
        postgresql_where=signed,
    )
    op.create_table(
        "outbox",
        sa.Column("message_id", sa.Text(), primary_key=True),
        *(_text(name) for name in ("case_id", "proposal_hash", "type", "recipient", "body")),
        sa.Column("position", sa.Integer(), nullable=False),
        _text("state"),
        sa.Column("attempts", sa.Integer(), nullable=False),
        _text("next_attempt_at"),
        _text("last_error", nullable=True),
        _text("created_at"),
        _text("sent_at", nullable=True),
        sa.ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    )
    op.create_index("outbox_by_attempt", "outbox", ["state", "next_attempt_at"])
    op.create_index("outbox_by_case", "outbox", ["case_id"])


def _create_audit() -> None:
    op.create_table(
        "audit",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=False),
        *(_text(name) for name in ("case_id", "at", "kind", "actor", "body", "prev_hash")),
        sa.Column("hash", sa.Text(), nullable=False, unique=True),
    )
    op.create_index("audit_by_case", "audit", ["case_id", "seq"])
    op.create_table(
        "audit_head",
        sa.Column("id", sa.Integer(), primary_key=True, autoincrement=False),
        sa.Column("length", sa.BigInteger(), nullable=False),
        _text("hash"),
    )
    op.execute(FIRST_HEAD)
