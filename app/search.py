"""`amends search` and `amends rules lint`: the rule book for people and machines."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.settings import settings
from agent.workplace import open_book
from retrieval.rule import UnknownRail
from tools.errors import UnusableInput

if TYPE_CHECKING:
    from retrieval.figures import Clock


def search_rules(
    question: str, *, rail: str | None, on: str | None, k: int, json: bool, emit: Callable[[Any], None]
) -> None:
    """Search the rules in force; an empty list says that the book is silent."""
    book = open_book(settings())
    try:
        hits = book.search(question, rail=rail, on=_date(on), k=k)
    except UnknownRail as error:
        raise UnusableInput(str(error), where="--rail", code="unknown_rail") from error
    if json:
        emit({"results": [_document(hit) for hit in hits]})
        return
    from rich.console import Console

    console = Console()
    if not hits:
        console.print("The rule book is silent on this.")
    for hit in hits:
        console.print(
            f"[bold]{hit.title}[/]  {hit.id}, in force from {hit.effective_from}, {hit.rail}", highlight=False
        )
        console.print(f"  {hit.text}\n", highlight=False, markup=False)


def _document(hit: Any) -> dict[str, Any]:
    return {
        "id": hit.id,
        "title": hit.title,
        "section": hit.section,
        "text": hit.text,
        "score": hit.score,
        "effective_from": str(hit.effective_from),
        "rail": hit.rail,
        "why": hit.why,
    }


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnusableInput(f"{text!r} is no date; write YYYY-MM-DD.", where="--on", code="bad_date") from None


def lint_rules(folder: Path | None) -> int:
    """Print every problem of the documents in a folder; exit 2 when there is one."""
    from retrieval.corpus import FOLDER, OWN_WORDS_MIN, WORDS_MIN, lint, read

    known = frozenset(rule.id for rule in open_book(settings()).rules)
    problems = lint(
        read(folder or FOLDER),
        known_ids=known,
        known_codes=known_codes(),
        clocks=rule_clocks(),
        words_min=OWN_WORDS_MIN if folder else WORDS_MIN,
    )
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write("No problems.\n")
    return 2 if problems else 0


CODES_BESIDES = frozenset(
    """
    ACCR ADEA BNOR COMP COVE CRED DIVD DTAU FEES GDDS HOLD MINE NORR NR01 ODUE PHOB PI01 PN01 PN02 REFU REMD RJMR RRTP
    SCVE SHAR SLEV TELB
    """.split()  # noqa: SIM905  # a word list is read, and sorted, as words
)
"""Codes that documents speak of and that none of our sets holds: purposes, older sets, and two named as traps."""


def known_codes() -> frozenset[str]:
    """Every code that a rule document may declare."""
    from tools.iso20022.codes import code_book

    return CODES_BESIDES.union(*(code_set.codes for code_set in code_book().sets.values()))


def rule_clocks() -> tuple["Clock", ...]:
    """The clock data as rule documents are held to them."""
    from retrieval.figures import Clock
    from tools.clocks import clocks

    book = clocks()
    return (
        *(
            Clock(
                id=term.id,
                kind=f"{term.clock} {term.question} {term.whom} {term.rails} {term.reasons} {term.reasons_except}",
                figures=(term.words,),
                effective_from=term.effective_from,
                effective_to=term.effective_to,
            )
            for term in book.terms
        ),
        *(
            Clock(
                id=regime.id,
                kind=regime.id,
                figures=(
                    f"{regime.claim_months} months",
                    f"{regime.decide_business_days} business days",
                    f"{regime.longest_business_days} business days",
                    f"{regime.cap:,.0f} {regime.currency}",
                ),
                effective_from=regime.effective_from,
                effective_to=regime.effective_to,
            )
            for regime in book.reimbursement
        ),
        Clock(
            id="approval-limits",
            kind="approval-limits",
            figures=tuple(f"{amount:,.0f} {currency}" for currency, amount in book.approval_limits.items()),
            effective_from=date.min,
        ),
    )
