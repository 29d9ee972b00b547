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
from retrieval.rule import Rule
from retrieval.rulebook import RuleBook
from tools.bank.bank import Bank
from tools.bank.engine import memory_engine, open_engine, reset
from tools.errors import UnusableInput
from tools.fraud.look import scoring
from tools.payment import Agent

if TYPE_CHECKING:
    from agent.model import Voices
    from retrieval.embed import Embedding
    from retrieval.index import Place
    from tools.fraud.score import Scorer

DATABASE = "amends.sqlite"
OWN_DATABASE = "rules.sqlite"
OFFLINE = "offline"


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


def rules_folder(store: Path) -> Path:
    """Where a store keeps the bank's own rules and their index."""
    return store / "rules"


def open_book(settings: Settings, store: Path | None = None) -> RuleBook:
    """The rule book with the bank's own documents of a store, as they stand now."""
    folder = rules_folder(store or settings.store)
    own = own_rules(folder)
    return RuleBook.open(own_rules=settings.own_rules, own=own, place=lambda: index_place(settings, folder))


def own_rules(folder: Path) -> tuple[Rule, ...]:
    """Documents that were added to a store; none, without a look at SQLite, where nobody ever added any."""
    if not (folder / OWN_DATABASE).is_file():
        return ()
    from retrieval.own import OwnRules

    return OwnRules(folder).rules()


def index_place(settings: Settings, folder: Path) -> "Place":
    """Where the index is kept and by what it is embedded; shipped vectors in memory where there is nothing else."""
    from retrieval.embed import embedding
    from retrieval.index import Place
    from retrieval.own import OwnRules

    by = _embedding(settings)
    kept = (folder / OWN_DATABASE).is_file()
    alone = settings.embedding == OFFLINE and not kept
    return Place(
        embedding=by or embedding(),
        folder=None if alone else folder / "index",
        chroma_url=settings.chroma_url,
        cache=None if alone and settings.chroma_url is None else OwnRules(folder),
    )


def _embedding(settings: Settings) -> "Embedding | None":
    if settings.embedding == OFFLINE:
        return None
    from retrieval.embed_remote import UnknownEmbedding, remote

    key = settings.embedding_key.get_secret_value() if settings.embedding_key else None
    try:
        return remote(settings.embedding, url=settings.embedding_url, key=key, region=settings.embedding_region)
    except UnknownEmbedding as error:
        raise UnusableInput(str(error), where="AMENDS_EMBEDDING", code="unknown_embedding") from None


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
