"""`amends rules lint`: rule documents held against the code sets and the clock data."""

import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from agent.book_room import open_book
from agent.settings import settings

if TYPE_CHECKING:
    from retrieval.figures import Clock


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
