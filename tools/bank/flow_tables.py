"""Tables from which a payment's surroundings are counted: what flowed in which hours and days, and what came of it.

They repeat what the payments say, laid out so that the busiest account is answered as quickly as any other. Times are
microseconds since 1970, UTC; an account is as looked up (`tools.bank.keys`).
"""

from sqlalchemy import BigInteger, Column, Index, Integer, PrimaryKeyConstraint, SmallInteger, Table, Text

from tools.bank.schema import metadata

OUT, IN = 0, 1
"""The side of an account: what it paid, what it received."""
HOURS, DAYS = 0, 1
"""The grain of a bucket."""


def _text(name: str) -> Column[str]:
    return Column(name, Text, nullable=False)


def _number(name: str) -> Column[int]:
    return Column(name, BigInteger, nullable=False)


flows = Table(
    "flows",
    metadata,
    Column("id", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=True),
    _text("uetr"),
    _number("at"),
    _text("debtor"),
    _text("creditor"),
    _text("currency"),
    _number("amount_minor"),
    Column("device", Text),
    Column("country", Text),
    Index("flows_by_uetr", "uetr"),
    Index("flows_from", "debtor", "currency", "at", "amount_minor", "creditor"),
    Index("flows_to", "creditor", "currency", "at", "amount_minor"),
)

flow_buckets = Table(
    "flow_buckets",
    metadata,
    _text("account"),
    _text("currency"),
    Column("side", SmallInteger, nullable=False),
    Column("grain", SmallInteger, nullable=False),
    _number("start"),
    _number("n"),
    _number("total"),
    _number("squares"),
    _number("largest"),
    PrimaryKeyConstraint("account", "currency", "side", "grain", "start"),
    # One tree instead of two on SQLite: half the work to write a sum, and a range of sums is read where it lies.
    sqlite_with_rowid=False,
)

flow_pairs = Table(
    "flow_pairs",
    metadata,
    _text("debtor"),
    _text("creditor"),
    _text("currency"),
    # Sums per hour alone: the running hour is read from the payer's own flows.
    _number("start"),
    _number("n"),
    _number("total"),
    _number("last_at"),
    PrimaryKeyConstraint("debtor", "creditor", "currency", "start"),
    sqlite_with_rowid=False,
)

flow_firsts = Table(
    "flow_firsts",
    metadata,
    _text("debtor"),
    _text("currency"),
    _text("kind"),
    # The other account of a pair, a device, or a country.
    _text("value"),
    _number("first_at"),
    PrimaryKeyConstraint("debtor", "currency", "kind", "value"),
    Index("flow_firsts_of_debtor", "debtor", "currency", "kind", "first_at"),
    Index("flow_firsts_of_value", "value", "currency", "kind", "first_at"),
    sqlite_with_rowid=False,
)

flow_marks = Table(
    "flow_marks",
    metadata,
    _text("uetr"),
    # fraud, genuine, recall or return
    _text("kind"),
    _text("debtor"),
    _text("creditor"),
    _text("currency"),
    _number("known_at"),
    # Where it comes from: "case:ID", "return:UETR", a file.
    _text("source"),
    PrimaryKeyConstraint("uetr", "kind"),
    Index("flow_marks_of_debtor", "debtor", "currency", "kind", "known_at"),
    Index("flow_marks_of_creditor", "creditor", "currency", "kind", "known_at"),
)

FLOWS = (flows, flow_buckets, flow_pairs, flow_firsts, flow_marks)
