"""Reads rule documents from Markdown files, and says what is wrong with them."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from datetime import timedelta
from itertools import pairwise
from pathlib import Path

import yaml
from pydantic import ValidationError

from retrieval.figures import Clock, contradictions
from retrieval.rule import Problem, Rule, UnusableRules
from retrieval.words import codes_in, sentences

FOLDER = Path(__file__).parent / "rules"

WORDS_MIN, WORDS_MAX = 150, 600
"""A document shorter than this answers nothing; a longer one holds two."""
OWN_WORDS_MIN = 20
"""A bank's own document may be a note: "our tariff is…"."""
LEAD_CHARACTERS_MAX = 400
"""The lead sentence is quoted in proposals and must fit one glance."""

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n(.*)\Z", re.S)
_HEADING = re.compile(r"^## +(.+?) *$", re.M)
_REFERENCE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")


def read(folder: Path = FOLDER) -> tuple[Rule, ...]:
    """Return the documents of a folder, ordered by id and date; all unreadable ones are named in one error."""
    rules: list[Rule] = []
    problems: list[Problem] = []
    for path in sorted(folder.glob("*.md")):
        try:
            rules.append(parse(path.read_text(encoding="utf-8"), name=path.stem))
        except UnusableRules as fault:
            problems.extend(fault.problems)
    if problems:
        raise UnusableRules(f"Rule documents in {folder} cannot be read:", tuple(problems))
    return tuple(sorted(rules, key=lambda rule: (rule.id, rule.effective_from)))


def parse(text: str, *, name: str) -> Rule:
    """Return the rule that a Markdown text with front matter holds."""
    found = _FRONT_MATTER.match(text.replace("\r\n", "\n"))
    if found is None:
        raise _unreadable(name, "file", "must open with front matter between two lines of ---")
    try:
        front = yaml.safe_load(found[1])
    except yaml.YAMLError as fault:
        raise _unreadable(name, "front matter", f"is no YAML: {str(fault).splitlines()[0]}") from fault
    if not isinstance(front, dict) or "sections" in front:
        raise _unreadable(name, "front matter", "must be fields of the rule; the sections follow as ## headings")
    before, *parts = _HEADING.split(found[2])
    if before.strip() or not parts:
        raise _unreadable(name, "file", "text must stand under ## headings")
    sections = [
        {"slug": slug(heading), "heading": heading, "text": _unwrap(body)}
        for heading, body in zip(parts[::2], parts[1::2], strict=True)
    ]
    try:
        return Rule.model_validate({**front, "sections": sections})
    except ValidationError as fault:
        raise UnusableRules(
            f"Rule document {name!r} cannot be read:",
            tuple(
                Problem(rule_id=name, place=".".join(map(str, error["loc"])), detail=error["msg"])
                for error in fault.errors()
            ),
        ) from fault


def lint(
    rules: Iterable[Rule],
    *,
    known_codes: Set[str] | None = None,
    known_ids: Set[str] = frozenset(),
    clocks: Sequence[Clock] | None = None,
    words_min: int = WORDS_MIN,
) -> list[Problem]:
    """Return every fault of a corpus; with `known_codes`, also each declared code that no code set lists.

    With `clocks`, also every figure that the clock data contradict over the dates of the document.
    `known_ids` are documents kept elsewhere that these may refer to, such as the shipped ones for a bank's own.
    """
    rules = tuple(rules)
    ids = {rule.id for rule in rules} | known_ids
    problems = [problem for rule in rules for problem in _faults(rule, ids, known_codes, words_min)]
    versions: dict[str, list[Rule]] = defaultdict(list)
    for rule in rules:
        versions[rule.id].append(rule)
    for rule in rules if clocks is not None else ():
        problems.extend(contradictions(rule, clocks or ()))
    for id, family in versions.items():
        problems.extend(_gaps(id, sorted(family, key=lambda rule: rule.effective_from)))
    return problems


def slug(heading: str) -> str:
    """The heading as a name that citations carry, e.g. "who-may-ask"."""
    return re.sub(r"[^a-z0-9]+", "-", heading.lower()).strip("-")


def _faults(rule: Rule, ids: Set[str], known_codes: Set[str] | None, words_min: int) -> Iterator[Problem]:
    def problem(place: str, detail: str) -> Problem:
        return Problem(rule_id=rule.id, place=place, detail=detail)

    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        yield problem("effective_to", "lies before effective_from")
    if "any" in rule.rails and len(rule.rails) > 1:
        yield problem("rails", "name rails, or any, not both")
    for field in ("rails", "messages", "codes", "asks", "clocks", "figures"):
        values = getattr(rule, field)
        if len(set(values)) < len(values):
            yield problem(field, "holds a value twice")
    slugs = [section.slug for section in rule.sections]
    if len(set(slugs)) < len(slugs):
        yield problem("sections", "two headings read the same")
    for section in rule.sections:
        if not section.text:
            yield problem(section.slug, "has no text")
        for reference in _REFERENCE.findall(section.text):
            if reference not in ids:
                yield problem(section.slug, f"refers to {reference!r}, which is no rule document")
    count = len(rule.text.split())
    if not words_min <= count <= WORDS_MAX:
        yield problem("file", f"holds {count} words; {words_min} to {WORDS_MAX} make one document")
    if rule.sections[0].text and len(sentences(rule.sections[0].text)[0]) > LEAD_CHARACTERS_MAX:
        yield problem(slugs[0], f"opens with a sentence of more than {LEAD_CHARACTERS_MAX} characters")
    unused = sorted(set(rule.codes) - codes_in(f"{rule.title}\n{rule.text}"))
    if unused:
        yield problem("codes", f"names {', '.join(unused)}, which the text does not mention")
    if known_codes is not None and (unknown := sorted(set(rule.codes) - known_codes)):
        yield problem("codes", f"names {', '.join(unknown)}, which no code set lists")


def _gaps(id: str, family: list[Rule]) -> Iterator[Problem]:
    for older, newer in pairwise(family):
        if older.effective_to is None or older.effective_to >= newer.effective_from:
            yield Problem(rule_id=id, place="effective_to", detail=f"version {older.version} overlaps the next one")
        elif older.effective_to + timedelta(days=1) < newer.effective_from:
            yield Problem(rule_id=id, place="effective_to", detail=f"no version holds after {older.effective_to}")
    if len({rule.version for rule in family}) < len(family):
        yield Problem(rule_id=id, place="version", detail="two versions bear the same name")


def _unwrap(body: str) -> str:
    """Join hard-wrapped lines: a paragraph and a list item become one line each."""
    paragraphs = [re.sub(r"\n(?!- )\s*", " ", block.strip()) for block in re.split(r"\n\s*\n", body.strip())]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _unreadable(name: str, place: str, detail: str) -> UnusableRules:
    return UnusableRules(
        f"Rule document {name!r} cannot be read:", (Problem(rule_id=name, place=place, detail=detail),)
    )
