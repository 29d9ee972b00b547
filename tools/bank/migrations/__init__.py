"""The steps by which a store's tables change, forward and back; run from here, without a command line."""

from pathlib import Path

from sqlalchemy import Connection, Engine, inspect

from tools.bank.engine import writing
from tools.errors import UnusableInput

_HERE = Path(__file__).parent
_LOCK = 7_264_001
"""Number of the advisory lock that two starting processes share on PostgreSQL; SQLite has one writer anyway."""


def migrate(engine: Engine, revision: str = "head") -> None:
    """Bring a store's tables to a revision; one that is there already costs one query."""
    here = current(engine)
    if here is not None and here > newest():
        raise UnusableInput(
            f"The store stands at revision {here!r}, this program knows {newest()!r}; run the newer program.",
            where="store",
        )
    if revision == "head" and here == newest():
        return
    with writing(engine) as connection:
        _run("upgrade", connection, revision)


def downgrade(engine: Engine, revision: str) -> None:
    """Take a store back to a revision ("base": no tables); what only later tables hold is lost."""
    with writing(engine) as connection:
        _run("downgrade", connection, revision)


def current(engine: Engine) -> str | None:
    """Return the revision that a store stands at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.exec_driver_sql("SELECT version_num FROM alembic_version").scalar_one_or_none()


def newest() -> str:
    """Return the last revision: files of steps bear their revision's number, "0001_records.py"."""
    return max(path.name for path in (_HERE / "versions").glob("[0-9]*.py"))[:4]


def _run(command_name: str, connection: Connection, revision: str) -> None:
    # Alembic costs a tenth of a second to import, and most starts find nothing to do.
    from alembic import command
    from alembic.config import Config

    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
    config = Config()
    config.set_main_option("script_location", str(_HERE).replace("%", "%%"))
    config.attributes["connection"] = connection
    getattr(command, command_name)(config, revision)
