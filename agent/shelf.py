"""The rule book as it stood on one day for one rail, and the rules that a case cites from it."""

from dataclasses import dataclass
from datetime import date

from retrieval.citation import Citation, verify
from retrieval.rule import Rule
from retrieval.rulebook import RuleBook


@dataclass(frozen=True, slots=True)
class CitedRule:
    """A rule as it stood on the day of the case, with the words that carry the claim."""

    rule: Rule
    citation: Citation


class Shelf:
    """The rules in force on a day; those that do not speak for the rail are left on it."""

    def __init__(self, book: RuleBook, on: date, rail: str | None) -> None:
        self.book = book
        self.on = on
        self.rail = rail

    def cite(self, ids: tuple[str, ...], code: str | None = None) -> tuple[CitedRule, ...]:
        """The documents in force of these ids, each with a quote that was found in it again.

        Where the bank's own document stands in for one of them on this day and rail, that is cited instead.
        """
        found: list[CitedRule] = []
        for id in dict.fromkeys(self._standing(id) for id in ids):
            rule = self.book.in_force(id, self.on)
            citation = self.book.cite(id, self.on, code=code)
            if rule is None or citation is None or not self._speaks(rule):
                continue
            assert verify(citation, self.book, on=self.on), f"{id} is cited with words that it does not say"
            found.append(CitedRule(rule, citation))
        return tuple(found)

    def _standing(self, id: str) -> str:
        own = self.book.instead_of(id, self.on, self.rail)
        return own.id if own is not None else id

    def _speaks(self, rule: Rule) -> bool:
        return self.rail is None or rule.holds_for(self.rail)
