"""Opens a store that lasts; nothing of the assistant is imported for a look into it."""

from datetime import UTC, datetime
from pathlib import Path

from agent.settings import Settings
from agent.store import Store
from tools.bank.engine import open_engine
from tools.errors import UnusableInput

DATABASE = "amends.sqlite"


def now() -> datetime:
    return datetime.now(UTC)


def store_url(folder: Path, settings: Settings) -> str:
    """The database of a store: the configured URL, else the SQLite file in the folder."""
    return settings.store_url or f"sqlite:///{folder / DATABASE}"


def open_store(folder: Path, settings: Settings, *, create: bool = False) -> Store:
    """Open a lasting store with its schema up to date; a missing one is an error unless it may be made."""
    from tools.bank.migrations import migrate

    if settings.store_url is None:
        if not create and not (folder / DATABASE).is_file():
            raise UnusableInput(
                f"There is no store in {str(folder)!r}; load one with `amends demo --store {folder}` or "
                f"`amends load scenario PATH --store {folder}`.",
                where=str(folder),
            )
        folder.mkdir(parents=True, exist_ok=True)
    engine = open_engine(store_url(folder, settings))
    migrate(engine)
    return Store(engine, now)
