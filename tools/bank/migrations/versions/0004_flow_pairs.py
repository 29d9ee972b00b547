"""Sums per pair of accounts and hour; and on SQLite, the sums that were there laid out in one tree instead of two."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_HOUR = 3_600_000_000
_BUCKETS = ("account", "currency", "side", "grain", "start")
_FIRSTS = ("debtor", "currency", "kind", "value")


def _text(name: str) -> "sa.Column[str]":
    return sa.Column(name, sa.Text(), nullable=False)


def _number(name: str) -> "sa.Column[int]":
    return sa.Column(name, sa.BigInteger(), nullable=False)


def upgrade() -> None:
    op.create_table(
        "flow_pairs",
        *(_text(name) for name in ("debtor", "creditor", "currency")),
        *(_number(name) for name in ("start", "n", "total", "last_at")),
        sa.PrimaryKeyConstraint("debtor", "creditor", "currency", "start"),
        sqlite_with_rowid=False,
    )
    op.drop_index("flows_between", "flows")
    op.drop_index("flows_from", "flows")
    op.create_index("flows_from", "flows", ["debtor", "currency", "at", "amount_minor", "creditor"])
    _lay_out(with_rowid=False)
    _fill()


def _fill() -> None:
    connection = op.get_bind()
    if connection.execute(sa.text("SELECT 1 FROM flows LIMIT 1")).first() is None:
        # A store from before there were flows: its payments are counted now.
        from tools.bank.flows import add_from_payments

        add_from_payments(connection)
        return
    # The full hour at or before a time, also before 1970.
    start = f"at - ((at % {_HOUR}) + {_HOUR}) % {_HOUR}"
    op.execute(
        "INSERT INTO flow_pairs (debtor, creditor, currency, start, n, total, last_at) "  # noqa: S608
        f"SELECT debtor, creditor, currency, {start}, count(*), sum(amount_minor), max(at) FROM flows "
        "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4"
    )


def downgrade() -> None:
    _lay_out(with_rowid=True)
    op.drop_index("flows_from", "flows")
    op.create_index("flows_from", "flows", ["debtor", "currency", "at", "amount_minor"])
    op.create_index("flows_between", "flows", ["debtor", "creditor", "currency", "at", "amount_minor"])
    op.drop_table("flow_pairs")


def _lay_out(*, with_rowid: bool) -> None:
    """SQLite keeps a table by its row numbers, with its key a second time, unless told otherwise; others do not."""
    if op.get_bind().dialect.name != "sqlite":
        return
    _anew(
        "flow_buckets",
        _BUCKETS,
        *(_text(name) for name in ("account", "currency")),
        *(sa.Column(name, sa.SmallInteger(), nullable=False) for name in ("side", "grain")),
        *(_number(name) for name in ("start", "n", "total", "squares", "largest")),
        with_rowid=with_rowid,
    )
    _anew("flow_firsts", _FIRSTS, *(_text(name) for name in _FIRSTS), _number("first_at"), with_rowid=with_rowid)
    op.create_index("flow_firsts_of_debtor", "flow_firsts", ["debtor", "currency", "kind", "first_at"])
    op.create_index("flow_firsts_of_value", "flow_firsts", ["value", "currency", "kind", "first_at"])


def _anew(table: str, key: tuple[str, ...], *columns: "sa.Column[str] | sa.Column[int]", with_rowid: bool) -> None:
    names = ", ".join(column.name for column in columns)
    fresh = f"{table}_anew"
    op.create_table(fresh, *columns, sa.PrimaryKeyConstraint(*key), sqlite_with_rowid=with_rowid)
    op.execute(f"INSERT INTO {fresh} ({names}) SELECT {names} FROM {table} ORDER BY {', '.join(key)}")  # noqa: S608
    op.drop_table(table)
    op.rename_table(fresh, table)
