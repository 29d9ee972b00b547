"""The rule book: every rule by id and date at once, and by meaning when asked."""

import hashlib
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import orjson
from pydantic import TypeAdapter

from retrieval.citation import Citation, quotation
from retrieval.rule import RAILS, Rule, UnknownRail, UnknownRule, UnusableRules
from retrieval.words import references

if TYPE_CHECKING:
    from retrieval.hits import Hit
    from retrieval.index import Place
    from retrieval.search import Searcher

BUILT = Path(__file__).parent / "rulebook.jsonl"
"""The shipped documents compiled to one file by `python -m retrieval.build`: its hash, then one rule a line."""

_RULES = TypeAdapter(tuple[Rule, ...])


class RuleBook:
    """Rules in force, cited by id without loading any model; the embedding is loaded by the first search."""

    def __init__(
        self, rules: Iterable[Rule], *, version: str | None = None, place: "Callable[[], Place] | None" = None
    ) -> None:
        self.rules = tuple(rules)
        self._version = version
        self._place = place
        self._instead: dict[str, list[Rule]] = {}
        for rule in self.rules:
            for old in rule.replaces:
                self._instead.setdefault(old, []).append(rule)
        self._by_id: dict[str, list[Rule]] = {}
        for rule in self.rules:
            self._by_id.setdefault(rule.id, []).append(rule)
        for family in self._by_id.values():
            family.sort(key=lambda rule: rule.effective_from)
        self._citations: dict[tuple[str, date, str | None], Citation | None] = {}

    @classmethod
    def open(
        cls,
        path: Path = BUILT,
        *,
        own_rules: Path | None = None,
        own: Sequence[Rule] = (),
        place: "Callable[[], Place] | None" = None,
    ) -> Self:
        """Open the shipped book, checked against its own hash, with the bank's own documents.

        `own_rules` is a folder of Markdown documents, `own` are those that were added to a store. One with a shipped
        id replaces it, others are added. `place` says where the index is kept and by what it is embedded; without it,
        search uses the shipped vectors.
        """
        claimed, _, body = path.read_bytes().partition(b"\n")
        version = hashlib.sha256(body).hexdigest()
        if orjson.loads(claimed)["version"] != version:
            raise UnusableRules(f"{path} was altered after it was built; run python -m retrieval.build")
        rules = _RULES.validate_json(b"[" + b",".join(body.splitlines()) + b"]")
        if own_rules is not None:
            own = (*_own_folder(rules, own_rules), *own)
        if not own:
            return cls(rules, version=version, place=place)
        return cls(with_own(rules, own), place=place)

    @cached_property
    def version(self) -> str:
        """Hash of all documents; citations carry it."""
        return self._version or hashlib.sha256(compiled(self.rules)).hexdigest()

    def rule(self, id: str) -> Rule:
        """The newest version of a document."""
        return self.versions(id)[-1]

    def versions(self, id: str) -> tuple[Rule, ...]:
        """All versions of a document, oldest first."""
        if id not in self._by_id:
            raise UnknownRule(id)
        return tuple(self._by_id[id])

    def holds(self, id: str) -> bool:
        """Say whether a document bears this id."""
        return id in self._by_id

    def referring_to(self, id: str) -> tuple[str, ...]:
        """Ids of the documents that point at this one."""
        return self._referring.get(id, ())

    @cached_property
    def _referring(self) -> dict[str, tuple[str, ...]]:
        found: dict[str, list[str]] = {}
        for rule in self.rules:
            for other in dict.fromkeys(references(rule.text)):
                found.setdefault(other, []).append(rule.id)
        return {other: tuple(dict.fromkeys(ids)) for other, ids in found.items()}

    def in_force(self, id: str, on: date) -> Rule | None:
        """The version of a document that holds on a day, if one does."""
        day = _day(on)
        return next((rule for rule in self.versions(id) if rule.holds_on(day)), None)

    def instead_of(self, id: str, on: date | None, rail: str | None) -> Rule | None:
        """The bank's own document that stands in for a shipped one on this day and rail, if one does."""
        return next((own for own in self._instead.get(id, ()) if _stands_in(own, on, rail)), None)

    def cite(self, id: str, on: date, *, code: str | None = None) -> Citation | None:
        """Cite the version in force on a day, by the sentence that names `code` if one does, else by its lead."""
        key = (id, _day(on), code)
        if key not in self._citations:
            self._citations[key] = self._cite(*key)
        return self._citations[key]

    def by_filter(
        self,
        rail: str | None = None,
        on: date | None = None,
        *,
        messages: Iterable[str] = (),
        codes: Iterable[str] = (),
    ) -> tuple[Rule, ...]:
        """Rules for a rail, in force on a day (else newest versions), that name any of the messages or codes."""
        if rail is not None and rail not in RAILS:
            raise UnknownRail(rail)
        wanted = set(messages) | set(codes)
        chosen: list[Rule] = []
        for id in self._by_id:
            rule = self.rule(id) if on is None else self.in_force(id, on)
            if rule is None or (rail is not None and not rule.holds_for(rail)) or self.instead_of(id, on, rail):
                continue
            if not wanted or not wanted.isdisjoint((*rule.messages, *rule.codes)):
                chosen.append(rule)
        return tuple(chosen)

    def search(self, question: str, *, rail: str | None = None, on: date | None = None, k: int = 5) -> list["Hit"]:
        """Return at most k rules, best first, among those of the rail and day; none when nothing fits."""
        day = None if on is None else _day(on)
        return self._searcher.search(question, among=self._among(rail, day), k=k, rail=rail, on=day)

    @cached_property
    def _among(self) -> "Callable[[str | None, date | None], tuple[int, ...]]":
        """Places of the rules of a rail and day in the book; the same few are asked for again and again."""
        at = {(rule.id, rule.version): number for number, rule in enumerate(self.rules)}

        def among(rail: str | None, on: date | None) -> tuple[int, ...]:
            return tuple(sorted(at[rule.id, rule.version] for rule in self.by_filter(rail, on)))

        return lru_cache(64)(among)

    def warm(self) -> None:
        """Build or read the index now, so that the first question need not wait for it."""
        _ = self._searcher

    @cached_property
    def _searcher(self) -> "Searcher":
        # Imported here: numpy, bm25s and the embedding are for searching only, and cost a third of a second.
        from retrieval.index import Place, open_index, passages
        from retrieval.search import Searcher

        place = self._place() if self._place is not None else Place()
        found = passages(self.rules)
        index = open_index(self.rules, found, version=self.version, place=place)
        return Searcher(self.rules, found, index, place.embedding)

    def _cite(self, id: str, on: date, code: str | None) -> Citation | None:
        rule = self.in_force(id, on)
        if rule is None:
            return None
        section, quote = quotation(rule, code=code)
        return Citation(rule_id=id, section=section, quote=quote, index_version=self.version)


def compiled(rules: Iterable[Rule]) -> bytes:
    """The rules as the built file holds them, one a line; the same rules give the same bytes."""
    return b"\n".join(orjson.dumps(_written(rule), option=orjson.OPT_SORT_KEYS) for rule in rules)


def _written(rule: Rule) -> dict[str, Any]:
    # Only a bank's own documents bear these two; the shipped file need not say of each that it is ours.
    unsaid = {field for field in ("private", "replaces") if not getattr(rule, field)}
    return rule.model_dump(mode="json", exclude=unsaid)


def with_own(shipped: Sequence[Rule], own: Sequence[Rule]) -> tuple[Rule, ...]:
    """The shipped documents with the bank's own: one of a shipped id takes its place in all versions."""
    ids = {rule.id for rule in own}
    rules = (*(rule for rule in shipped if rule.id not in ids), *own)
    return tuple(sorted(rules, key=lambda rule: (rule.id, rule.effective_from)))


def _own_folder(shipped: Sequence[Rule], folder: Path) -> tuple[Rule, ...]:
    from retrieval.corpus import OWN_WORDS_MIN, lint, read  # YAML is read only where a bank brings its own documents

    own = tuple(rule.model_copy(update={"private": True}) for rule in read(folder))
    ids = {rule.id for rule in own}
    problems = tuple(
        problem for problem in lint(with_own(shipped, own), words_min=OWN_WORDS_MIN) if problem.rule_id in ids
    )
    if problems:
        raise UnusableRules(f"Rule documents in {folder} must be mended first:", problems)
    return own


def _stands_in(own: Rule, on: date | None, rail: str | None) -> bool:
    return (on is None or own.holds_on(_day(on))) and ("any" in own.rails or rail in own.rails)


def _day(on: date) -> date:
    return on.date() if isinstance(on, datetime) else on
