"""The tables of the desk: cases, evidence, proposals, decisions, outbox and audit.

They stand in the bank's own schema so that one transaction covers a signature, its effects and its record.
Times are UTC text of fixed width ("2026-11-24T09:30:00.000000Z"): it sorts as time does, and it hashes the same
on every database. Documents are text, byte for byte as they were hashed.
"""

from sqlalchemy import (
    DDL,
    BigInteger,
    Column,
    ForeignKeyConstraint,
    Index,
    Integer,
    LargeBinary,
    PrimaryKeyConstraint,
    Table,
    Text,
    event,
    text,
)

from tools.bank.schema import metadata

GENESIS = "sha256:" + "0" * 64
"""What the first record of the chain names as its predecessor."""


cases = Table(
    "cases",
    metadata,
    Column("case_id", Text, primary_key=True),
    Column("received_at", Text, nullable=False),
    Column("as_of", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("type", Text),
    Column("rail", Text),
    Column("uetr", Text),
    Column("counterparty", Text),
    Column("due", Text),
    Column("amount_minor", BigInteger),
    Column("currency", Text),
    Column("risk_permille", Integer),
    Column("owner", Text),
    Column("message", LargeBinary, nullable=False),
    Column("message_sha256", Text, nullable=False),
    Column("message_type", Text),
    Column("channel", Text, nullable=False),
    Column("sender", Text, nullable=False),
    Column("proposal_version", Integer, nullable=False),
    Column("result", Text),
    Column("thread_id", Text),
    Column("updated_at", Text, nullable=False),
    Index("cases_by_deadline", "state", "due"),
    Index("cases_by_uetr", "uetr"),
    Index("cases_by_owner", "owner", "state"),
)

evidence = Table(
    "evidence",
    metadata,
    Column("case_id", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("tool", Text, nullable=False),
    Column("arguments", Text, nullable=False),
    Column("result", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("hash", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "id"),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
)

proposals = Table(
    "proposals",
    metadata,
    Column("case_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("hash", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("origin", Text, nullable=False),
    Column("made_by", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("blocked", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    PrimaryKeyConstraint("case_id", "version"),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
)

decisions = Table(
    "decisions",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=True),
    Column("case_id", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("proposal_hash", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("role", Text, nullable=False),
    Column("verdict", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", Text, nullable=False),
    ForeignKeyConstraint(["case_id", "version"], ["proposals.case_id", "proposals.version"]),
    Index("decisions_by_case", "case_id"),
    # Four eyes: one person signs one version once, whatever roles that person holds.
    Index(
        "one_signature_a_person",
        "case_id",
        "version",
        "person",
        unique=True,
        sqlite_where=text("verdict = 'approve'"),
        postgresql_where=text("verdict = 'approve'"),
    ),
)

outbox = Table(
    "outbox",
    metadata,
    Column("message_id", Text, primary_key=True),
    Column("case_id", Text, nullable=False),
    Column("proposal_hash", Text, nullable=False),
    Column("type", Text, nullable=False),
    Column("recipient", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("position", Integer, nullable=False),
    Column("state", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_attempt_at", Text, nullable=False),
    Column("last_error", Text),
    Column("created_at", Text, nullable=False),
    Column("sent_at", Text),
    ForeignKeyConstraint(["case_id"], ["cases.case_id"]),
    Index("outbox_by_attempt", "state", "next_attempt_at"),
    Index("outbox_by_case", "case_id"),
)

audit = Table(
    "audit",
    metadata,
    Column("seq", BigInteger().with_variant(Integer, "sqlite"), primary_key=True, autoincrement=False),
    Column("case_id", Text, nullable=False),
    Column("at", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("actor", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("prev_hash", Text, nullable=False),
    Column("hash", Text, nullable=False, unique=True),
    Index("audit_by_case", "case_id", "seq"),
)

audit_head = Table(
    "audit_head",
    metadata,
    Column("id", Integer, primary_key=True, autoincrement=False),
    Column("length", BigInteger, nullable=False),
    Column("hash", Text, nullable=False),
)

DESK = (cases, evidence, proposals, decisions, outbox, audit, audit_head)
"""In the order in which they can be created."""

WRITTEN_ONCE = ("evidence", "decisions", "audit")
"""Tables whose rows nobody changes or removes."""

FIRST_HEAD = f"INSERT INTO audit_head (id, length, hash) VALUES (1, 0, '{GENESIS}')"  # noqa: S608 - constants only


def guards(dialect: str, table: str) -> list[str]:
    """Return the triggers by which the database itself refuses to rewrite what is written once."""
    if table == "audit_head":
        return _HEAD_GUARDS[dialect]
    if table not in WRITTEN_ONCE:
        return []
    if dialect == "postgresql":
        return [
            _REFUSE,
            f"CREATE TRIGGER {table}_written_once BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
        ]
    return [
        f"CREATE TRIGGER {table}_refuses_{deed.lower()} BEFORE {deed} ON {table} "
        f"BEGIN SELECT RAISE(ABORT, '{table} is written once: no {deed.lower()}'); END"
        for deed in ("UPDATE", "DELETE")
    ]


_REFUSE = (
    "CREATE OR REPLACE FUNCTION refuse_rewriting() RETURNS trigger LANGUAGE plpgsql AS "
    "$$ BEGIN RAISE EXCEPTION '% is written once', TG_TABLE_NAME; END $$"
)
_HEAD_GUARDS = {
    "sqlite": [
        "CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head WHEN NEW.length < OLD.length "
        "BEGIN SELECT RAISE(ABORT, 'the audit only grows'); END",
        "CREATE TRIGGER audit_head_stays BEFORE DELETE ON audit_head "
        "BEGIN SELECT RAISE(ABORT, 'the audit keeps its head'); END",
    ],
    "postgresql": [
        _REFUSE,
        "CREATE OR REPLACE FUNCTION refuse_shrinking() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.length < OLD.length THEN RAISE EXCEPTION 'the audit only grows'; END IF; RETURN NEW; END $$",
        "CREATE TRIGGER audit_head_only_grows BEFORE UPDATE ON audit_head "
        "FOR EACH ROW EXECUTE FUNCTION refuse_shrinking()",
        "CREATE TRIGGER audit_head_stays BEFORE DELETE OR TRUNCATE ON audit_head "
        "FOR EACH STATEMENT EXECUTE FUNCTION refuse_rewriting()",
    ],
}


def _attach_guards() -> None:
    """`metadata.create_all` gives the same database as the migrations: tables, guards and the chain's first head."""
    event.listen(audit_head, "after_create", _ddl(FIRST_HEAD))
    for table in DESK:
        for dialect in ("sqlite", "postgresql"):
            for statement in guards(dialect, table.name):
                event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))


def _ddl(statement: str) -> DDL:
    return DDL(statement.replace("%", "%%"))  # type: ignore[no-untyped-call]  # SQLAlchemy leaves it untyped


_attach_guards()
