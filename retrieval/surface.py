"""What a person is shown of a search: the passage with its telling sentences, what stands around it, the proof."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from retrieval.citation import QUOTE_CHARACTERS_MIN, Citation, quotation, verify
from retrieval.hits import Hit
from retrieval.rule import Record, Rule, Section
from retrieval.rulebook import RuleBook
from retrieval.words import codes_in, references, sentences, tokens

HIGHLIGHTS_MAX = 3
RELATED_MAX = 4


class Neighbour(Record):
    """A section beside the one found."""

    section: str
    heading: str


class Related(Record):
    """Another document that this one refers to, or that refers to it."""

    id: str
    title: str


class Finding(Hit):
    """A hit with all that a person needs to judge and cite it."""

    heading: str
    """Heading of the section that answers best."""
    highlights: tuple[str, ...]
    """Sentences of the passage that share most with the question, word for word and in their order."""
    before: Neighbour | None
    after: Neighbour | None
    related: tuple[Related, ...]
    in_force: str
    """In words, e.g. "in force since 2025-10-05"."""
    citation: Citation
    """A quote that was found in the section again; it carries the index version."""


class Answer(Record):
    """What the rule book says to a question; no finding is an answer too."""

    question: str
    rail: str | None
    on: date | None
    index_version: str
    silent: bool
    """The rule book says nothing about this."""
    findings: tuple[Finding, ...]


def find(book: RuleBook, question: str, *, rail: str | None = None, on: date | None = None, k: int = 5) -> Answer:
    """Ask the rule book; the console, the command line and the assistant's tool all show what this returns."""
    hits = book.search(question, rail=rail, on=on, k=k)
    return Answer(
        question=question,
        rail=rail,
        on=on,
        index_version=book.version,
        silent=not hits,
        findings=tuple(_finding(book, hit, question, on) for hit in hits),
    )


def _finding(book: RuleBook, hit: Hit, question: str, on: date | None) -> Finding:
    rule = next(rule for rule in book.versions(hit.id) if rule.version == hit.version)
    at = next(at for at, section in enumerate(rule.sections) if section.slug == hit.section)
    section = rule.sections[at]
    highlights = _highlights(section, question)
    return Finding(
        **hit.model_dump(),
        heading=section.heading,
        highlights=highlights,
        before=_neighbour(rule.sections[at - 1]) if at > 0 else None,
        after=_neighbour(rule.sections[at + 1]) if at + 1 < len(rule.sections) else None,
        related=_related(book, rule),
        in_force=_in_force(rule),
        citation=_citation(book, rule, section, highlights, on),
    )


def _citation(book: RuleBook, rule: Rule, section: Section, highlights: Sequence[str], on: date | None) -> Citation:
    quote = next((one for one in highlights if len(one) >= QUOTE_CHARACTERS_MIN), None)
    place, words = (section.slug, quote) if quote else quotation(rule)
    citation = Citation(rule_id=rule.id, section=place, quote=words, index_version=book.version)
    if len(words) >= QUOTE_CHARACTERS_MIN:
        assert verify(citation, book, on=on), f"{rule.id} is cited with words that it does not say"
    return citation


def _highlights(section: Section, question: str) -> tuple[str, ...]:
    """The sentences that share most with the question; the first one where none shares anything."""
    wanted, codes = set(tokens(question)), codes_in(question)
    found = _read(section.text)
    shared = [len(words & wanted) + 3 * len(named & codes) for _, words, named in found]
    best = sorted(range(len(found)), key=lambda at: (-shared[at], at))[:HIGHLIGHTS_MAX]
    chosen = sorted(at for at in best if shared[at] > 0 and 2 * shared[at] >= shared[best[0]])
    return tuple(found[at][0] for at in chosen) or tuple(one for one, _, _ in found[:1])


@lru_cache(4096)  # the sections of a book are the same for every question
def _read(text: str) -> tuple[tuple[str, frozenset[str], frozenset[str]], ...]:
    return tuple((one, frozenset(tokens(one)), frozenset(codes_in(one))) for one in sentences(text))


def _related(book: RuleBook, rule: Rule) -> tuple[Related, ...]:
    ids = dict.fromkeys([*references(rule.text), *book.referring_to(rule.id)])
    known = [id for id in ids if id != rule.id and book.holds(id)]
    return tuple(Related(id=id, title=book.rule(id).title) for id in known[:RELATED_MAX])


def _neighbour(section: Section) -> Neighbour:
    return Neighbour(section=section.slug, heading=section.heading)


def _in_force(rule: Rule) -> str:
    if rule.undated:
        return "undated, holds until it is replaced"
    if rule.effective_to is not None:
        return f"in force from {rule.effective_from} to {rule.effective_to}"
    return f"in force since {rule.effective_from}"
