"""The rule book: every rule by id and date at once, and by meaning when asked."""

import hashlib
from collections.abc import Iterable
from datetime import date, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self

import orjson
from pydantic import TypeAdapter

from retrieval.citation import Citation, quotation
from retrieval.rule import RAILS, Rule, UnknownRail, UnknownRule, UnusableRules

if TYPE_CHECKING:
    from retrieval.search import Hit, Searcher

BUILT = Path(__file__).parent / "rulebook.jsonl"
"""The shipped documents compiled to one file by `python -m retrieval.build`: its hash, then one rule a line."""

_RULES = TypeAdapter(tuple[Rule, ...])


class RuleBook:
    """Rules in force, cited by id without loading any model; the embedding is loaded by the first search."""

    def __init__(self, rules: Iterable[Rule], *, version: str | None = None, index_dir: Path | None = None) -> None:
        self.rules = tuple(rules)
        self._version = version
        self._index_dir = index_dir
        self._by_id: dict[str, list[Rule]] = {}
        for rule in self.rules:
            self._by_id.setdefault(rule.id, []).append(rule)
        for family in self._by_id.values():
            family.sort(key=lambda rule: rule.effective_from)
        self._citations: dict[tuple[str, date, str | None], Citation | None] = {}

    @classmethod
    def open(cls, path: Path = BUILT, *, own_rules: Path | None = None, index_dir: Path | None = None) -> Self:
        """Open the shipped book, checked against its own hash.

        `own_rules` is a folder of the bank's own Markdown documents: one with a shipped id replaces it, others
        are added. `index_dir` keeps the search index in Chroma there; without it, search uses the shipped vectors.
        """
        claimed, _, body = path.read_bytes().partition(b"\n")
        version = hashlib.sha256(body).hexdigest()
        if orjson.loads(claimed)["version"] != version:
            raise UnusableRules(f"{path} was altered after it was built; run python -m retrieval.build")
        rules = _RULES.validate_json(b"[" + b",".join(body.splitlines()) + b"]")
        if own_rules is None:
            return cls(rules, version=version, index_dir=index_dir)
        return cls(_with_own(rules, own_rules), index_dir=index_dir)

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

    def in_force(self, id: str, on: date) -> Rule | None:
        """The version of a document that holds on a day, if one does."""
        day = _day(on)
        return next((rule for rule in self.versions(id) if rule.holds_on(day)), None)

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
            if rule is None or (rail is not None and not rule.holds_for(rail)):
                continue
            if not wanted or not wanted.isdisjoint((*rule.messages, *rule.codes)):
                chosen.append(rule)
        return tuple(chosen)

    def search(self, question: str, *, rail: str | None = None, on: date | None = None, k: int = 5) -> list["Hit"]:
        """Return at most k rules, best first, among those of the rail and day; none when nothing fits."""
        return self._searcher.search(question, among=self.by_filter(rail, on), k=k)

    @cached_property
    def _searcher(self) -> "Searcher":
        # Imported here: numpy, bm25s and the embedding are for searching only, and cost a third of a second.
        from retrieval.search import Searcher

        return Searcher.open(self.rules, version=self.version, index_dir=self._index_dir)

    def _cite(self, id: str, on: date, code: str | None) -> Citation | None:
        rule = self.in_force(id, on)
        if rule is None:
            return None
        section, quote = quotation(rule, code=code)
        return Citation(rule_id=id, section=section, quote=quote, index_version=self.version)


def compiled(rules: Iterable[Rule]) -> bytes:
    """The rules as the built file holds them, one a line; the same rules give the same bytes."""
    return b"\n".join(orjson.dumps(rule.model_dump(mode="json"), option=orjson.OPT_SORT_KEYS) for rule in rules)


def _with_own(shipped: tuple[Rule, ...], folder: Path) -> tuple[Rule, ...]:
    from retrieval.corpus import OWN_WORDS_MIN, lint, read  # YAML is read only where a bank brings its own documents

    own = read(folder)
    ids = {rule.id for rule in own}
    rules = tuple(rule for rule in shipped if rule.id not in ids) + own
    problems = tuple(problem for problem in lint(rules, words_min=OWN_WORDS_MIN) if problem.rule_id in ids)
    if problems:
        raise UnusableRules(f"Rule documents in {folder} must be mended first:", problems)
    return tuple(sorted(rules, key=lambda rule: (rule.id, rule.effective_from)))


def _day(on: date) -> date:
    return on.date() if isinstance(on, datetime) else on
