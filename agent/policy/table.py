"""A decision table: rows in order, each a function with its id; the first that answers wins."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from agent.policy.approvals import approvals_for
from agent.policy.disposition import Disposition, Verdict
from agent.policy.facts import Facts

Row = Callable[[Facts], Verdict | None]


@dataclass(frozen=True, slots=True)
class NamedRow:
    """One row: its id, its condition in words, what it decides, and the rules it rests on."""

    id: str
    when: str
    then: str
    cites: tuple[str, ...]
    answer: Row


@dataclass(slots=True)
class Table:
    """The rows for one kind of case, in the order in which they are tried."""

    title: str
    cites: tuple[str, ...]
    """Rule documents that every row of the table rests on."""
    rows: list[NamedRow] = field(default_factory=list)

    def row(self, id: str, when: str, then: str, *cites: str) -> Callable[[Row], Row]:
        """Register the decorated function as the next row."""

        def register(answer: Row) -> Row:
            self.rows.append(NamedRow(id, when, then, (*cites, *self.cites), answer))
            return answer

        return register

    def __iter__(self) -> Iterator[NamedRow]:
        return iter(self.rows)

    def decide(self, facts: Facts) -> Disposition | None:
        """The first row's disposition, or None when no row of this table answers."""
        for row in self.rows:
            verdict = row.answer(facts)
            if verdict is not None:
                return sign(row, verdict, facts)
        return None


def sign(row: NamedRow, verdict: Verdict, facts: Facts) -> Disposition:
    """Put the row's id, its citations and the signatures of section 16 on a verdict."""
    return Disposition(
        rule=row.id,
        disposition=verdict.disposition,
        status=verdict.status,
        reason=verdict.reason,
        messages=verdict.messages,
        actions=verdict.actions,
        reply=verdict.reply,
        role=verdict.role,
        approvals=approvals_for(verdict, facts),
        cites=row.cites,
        link=verdict.link,
    )
