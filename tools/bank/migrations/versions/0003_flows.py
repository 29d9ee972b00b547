"""Tables from which the surroundings of a payment are counted; the step after this one fills them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=False)


def _indexes(table: str, indexes: dict[str, str]) -> None:
    for name, columns in indexes.items():
        op.create_index(name, table, columns.split())


def upgrade() -> None:
    op.create_table(
        "flows",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), primary_key=True, autoincrement=True),
        *(_text("uetr"), _number("at"), _text("debtor"), _text("creditor"), _text("currency")),
        _number("amount_minor"),
        sa.Column("device", sa.Text()),
        sa.Column("country", sa.Text()),
    )
    _indexes(
        "flows",
        {
            "flows_by_uetr": "uetr",
            "flows_from": "debtor currency at amount_minor",
            "flows_to": "creditor currency at amount_minor",
            "flows_between": "debtor creditor currency at amount_minor",
        },
    )
    op.create_table(
        "flow_buckets",
        *(_text("account"), _text("currency")),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("side", "grain")),
        *(_number(name) for name in ("start", "n", "total", "squares", "largest")),
        sa.PrimaryKeyConstraint("account", "currency", "side", "grain", "start"),
    )
    op.create_table(
        "flow_firsts",
        *(_text(name) for name in ("debtor", "currency", "kind", "value")),
        _number("first_at"),
        sa.PrimaryKeyConstraint("debtor", "currency", "kind", "value"),
    )
    _indexes(
        "flow_firsts",
        {
            "flow_firsts_of_debtor": "debtor currency kind first_at",
            "flow_firsts_of_value": "value currency kind first_at",
        },
    )
    op.create_table(
        "flow_marks",
        *(_text(name) for name in ("uetr", "kind", "debtor", "creditor", "currency")),
        *(_number("known_at"), _text("source")),
        sa.PrimaryKeyConstraint("uetr", "kind"),
    )
    _indexes(
        "flow_marks",
        {
            "flow_marks_of_debtor": "debtor currency kind known_at",
            "flow_marks_of_creditor": "creditor currency kind known_at",
        },
    )


def downgrade() -> None:
    for table in ("flow_marks", "flow_firsts", "flow_buckets", "flows"):
        op.drop_table(table)
