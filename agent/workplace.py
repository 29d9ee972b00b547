"""Opens what a command works with: a store that lasts or one that is thrown away, the rule book, the assistant."""

from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agent.assistant import Assistant
from agent.checkpoints import lasting_saver, passing_saver
from agent.policy.facts import Limits
from agent.settings import Settings, model_settings
from agent.store import Store
from retrieval.rulebook import RuleBook
from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, open_engine, reset
from tools.errors import UnusableInput
from tools.fraud.champion import champion
from tools.fraud.look import scoring
from tools.payment import Agent

if TYPE_CHECKING:
    from agent.model import Voices

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


def agents(written: tuple[str, ...]) -> tuple[Agent, ...]:
    """Agents as the settings write them; a wrong one is an error that names it."""
    try:
        return tuple(Agent(text) for text in written)
    except ValueError as error:
        raise UnusableInput(f"In the settings: {error}.", where="settings") from None


def limits_of(settings: Settings) -> Limits:
    return Limits(amounts=tuple(settings.limits.items()))


def open_book(settings: Settings, index_dir: Path | None = None) -> RuleBook:
    return RuleBook.open(own_rules=settings.own_rules, index_dir=index_dir)


def voices_of(model: str, store: Store | None = None) -> "Voices | None":
    """The language model of this name, ready to be asked; None for `none`, and then nothing of it is even imported."""
    if model == "none":
        return None
    from agent.model import Voices, chain_of
    from agent.model.spent import spent_in

    models = chain_of(model)
    if not models:
        return None
    return Voices(models, model_settings(), spent=spent_in(store))


def lasting_assistant(folder: Path, settings: Settings, *, create: bool = False, model: str | None = None) -> Assistant:
    """The assistant over a store that lasts."""
    store = open_store(folder, settings, create=create)
    return Assistant(
        store=store,
        records=Bank(store.engine),
        book=open_book(settings),
        saver=lasting_saver(store_url(folder, settings)),
        our_bics=agents(settings.our_bics),
        clock=now,
        limits=limits_of(settings),
        xsd_dir=settings.xsd_dir,
        mt_only=agents(settings.mt_only),
        scoring=scoring(partial(champion, folder)),
        voices=voices_of(model or settings.model, store),
    )


class Workbench:
    """An assistant over one throw-away store, emptied between cases: a thousand take no more memory than one."""

    def __init__(self, settings: Settings, book: RuleBook | None = None, *, voices: "Voices | None" = None) -> None:
        self.engine = memory_engine()
        self.assistant = Assistant(
            store=Store(self.engine, now),
            records=Bank(self.engine),
            book=book or open_book(settings),
            saver=passing_saver(),
            our_bics=(),
            clock=now,
            limits=limits_of(settings),
            xsd_dir=settings.xsd_dir,
            mt_only=agents(settings.mt_only),
            scoring=scoring(partial(champion, None)),
            keep_checkpoints=False,
            voices=voices,
        )

    def clear(self) -> None:
        """Forget everything of the case before."""
        reset(self.engine)
