"""Opens the rule book with the bank's own documents; nothing of the assistant is imported for a look into it."""

from pathlib import Path
from typing import TYPE_CHECKING

from agent.settings import Settings
from retrieval.rule import Rule
from retrieval.rulebook import RuleBook
from tools.errors import UnusableInput

if TYPE_CHECKING:
    from retrieval.embed import Embedding
    from retrieval.index import Place

OWN_DATABASE = "rules.sqlite"
OFFLINE = "offline"


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
