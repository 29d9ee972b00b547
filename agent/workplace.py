"""Opens what a command works with: a store that lasts or one that is thrown away, the rule book, the assistant."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from agent.assistant import Assistant
from agent.book_room import open_book
from agent.checkpoints import lasting_saver, passing_saver
from agent.policy.facts import Limits
from agent.settings import Settings, model_settings
from agent.store import Store
from agent.store_room import now, open_store, store_url
from retrieval.rulebook import RuleBook
from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, reset
from tools.errors import UnusableInput
from tools.fraud.look import scoring
from tools.payment import Agent

if TYPE_CHECKING:
    from agent.model import Voices
    from tools.fraud.score import Scorer


def agents(written: tuple[str, ...]) -> tuple[Agent, ...]:
    """Agents as the settings write them; a wrong one is an error that names it."""
    try:
        return tuple(Agent(text) for text in written)
    except ValueError as error:
        raise UnusableInput(f"In the settings: {error}.", where="settings") from None


def limits_of(settings: Settings) -> Limits:
    return Limits(amounts=tuple(settings.limits.items()))


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
        book=open_book(settings, folder),
        saver=lasting_saver(store_url(folder, settings)),
        our_bics=agents(settings.our_bics),
        clock=now,
        limits=limits_of(settings),
        xsd_dir=settings.xsd_dir,
        mt_only=agents(settings.mt_only),
        scoring=scoring(partial(_champion, folder), partial(_challenger, folder)),
        voices=voices_of(model or settings.model, store),
    )


def _champion(store: Path | None) -> "Scorer":
    # Imported here: most cases ask for no score, and their start need not wait for numpy.
    from tools.fraud.champion import champion

    return champion(store)


def _challenger(store: Path) -> "Scorer | None":
    from tools.fraud.champion import challenger

    return challenger(store)


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
            scoring=scoring(partial(_champion, None)),
            keep_checkpoints=False,
            voices=voices,
        )

    def clear(self) -> None:
        """Forget everything of the case before."""
        reset(self.engine)
