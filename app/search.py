"""`amends search` and `amends rules lint`: the rule book for people and machines."""

import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from agent.settings import settings
from agent.workplace import open_book
from retrieval.rule import UnknownRail
from tools.errors import UnusableInput


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
    from retrieval.corpus import FOLDER, lint, read

    known = frozenset(rule.id for rule in open_book(settings()).rules)
    problems = lint(read(folder or FOLDER), known_ids=known)
    for problem in problems:
        sys.stdout.write(f"{problem}\n")
    if not problems:
        sys.stdout.write("No problems.\n")
    return 2 if problems else 0
