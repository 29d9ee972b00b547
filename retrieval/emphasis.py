"""How much each section is about each code that it names."""

import re
from collections.abc import Sequence

from retrieval.rule import Rule, Section
from retrieval.words import codes_in

CODE_SETS = "ISO 20022 External Code Sets"
CODE_GUIDE = 0.5
"""A guide to a code set says what a code means; other rules only use it."""
_SMALL = re.compile(r"\b[a-z0-9]+\b")


def emphases(rules: Sequence[Rule], sections: Sequence[tuple[int, int]]) -> dict[str, list[tuple[int, float]]]:
    """For each code the sections that name it, with how much they are about it."""
    found: dict[str, list[tuple[int, float]]] = {code: [] for code in _codes(rules)}
    for row, (at, number) in enumerate(sections):
        rule, section = rules[at], rules[at].sections[number]
        named = codes_in(f"{rule.title} {section.heading} {section.text}").intersection(rule.codes)
        for code in named & found.keys():
            found[code].append((row, _emphasis(code, rule, section)))
    return found


def _codes(rules: Sequence[Rule]) -> set[str]:
    """The codes of a book. A bank's own documents shout words too: what stands small somewhere is one."""
    ours = {code for rule in rules if not rule.private for code in rule.codes}
    shouted = {code for rule in rules for code in rule.codes} - ours
    small = {word for rule in rules for word in _SMALL.findall(rule.text)} if shouted else set()
    return ours | {code for code in shouted if code.lower() not in small}


def _emphasis(code: str, rule: Rule, section: Section) -> float:
    """More where a title, heading or list item is about the code, and in a guide to a code set."""
    if code in rule.title or code in section.heading:
        return 3.0
    defined = section.text.startswith(code) or f"\n{code}" in section.text or f"\n- {code}" in section.text
    defined = defined or section.text.startswith(f"- {code}")
    return 1.0 + defined + CODE_GUIDE * (rule.source.name == CODE_SETS) + 0.5 / len(rule.codes)
