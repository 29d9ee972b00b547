"""`amends search`: the rule book for people and machines."""

import re
import sys
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from agent.book_room import open_book
from agent.settings import settings
from app.rules import index_faults
from retrieval.rule import RAILS, UnknownRail
from retrieval.rulebook import RuleBook
from retrieval.words import codes_in
from tools.errors import UnusableInput
from tools.rules import CodeMeaning, LookupCode, in_words, lookup_code

if TYPE_CHECKING:
    from retrieval.surface import Finding

Emit = Callable[[Any], None]

CODES_ASKED_MAX, CODE_QUESTION_WORDS_MAX = 2, 7
"""A question that names more codes, or says more, is about something else than their meaning."""
_SMALL_CODE = re.compile(r"\b[a-z](?=[a-z0-9]{0,2}[0-9])[a-z0-9]{3}\b")
"""A code typed in small letters; without a digit in it, it would be a word."""
RAIL_WORDS = frozenset(word for rail in RAILS for word in rail.split("_"))
"""SEPA is a code too, but who writes it means the rail."""


def search_rules(
    question: str, *, rail: str | None, on: str | None, k: int, store: Path | None, json: bool, emit: Emit
) -> None:
    """Search the rules in force; an empty list says that the book is silent."""
    from retrieval.surface import find

    book, day = open_book(settings(), store), _date(on)
    _check_rail(rail)
    codes = _codes_asked(book, question, rail, day)
    with index_faults():
        answer = find(book, question, rail=rail, on=day, k=k)
    if json:
        found = [*(_of_code(meaning) for meaning in codes), *(_document(one) for one in answer.findings)]
        emit({"results": found[:k], "index_version": answer.index_version, "silent": not found})
        return
    for meaning in codes:
        _print_code(meaning)
    _print_findings(answer.findings, silent=answer.silent and not codes)


def look_up(
    code: str, *, message: str | None, rail: str | None, on: str | None, store: Path | None, json: bool, emit: Emit
) -> None:
    """Say what a code means and where it may be sent; that nobody knows it is an answer too."""
    _check_rail(rail)
    ask = LookupCode.model_validate({"code": code, "message": message, "rail": rail, "on": _date(on)})
    meaning = lookup_code(open_book(settings(), store), ask, today=_today())
    if json:
        emit(meaning.model_dump(mode="json"))
    elif meaning.known:
        _print_code(meaning)
    else:
        sys.stdout.write(f"No code set and no guide knows {meaning.code}.\n")


def _codes_asked(book: RuleBook, question: str, rail: str | None, on: date | None) -> list[CodeMeaning]:
    """Exact entries for a question that is a code, or asks for the meaning of one or two."""
    bare = question.strip().strip("?!.\"'").upper()
    written = codes_in(question) | {small.upper() for small in _SMALL_CODE.findall(question)}
    codes = [bare] if bare.isalnum() and len(bare) == 4 else sorted(written - RAIL_WORDS)
    if len(codes) > CODES_ASKED_MAX or len(question.split()) > CODE_QUESTION_WORDS_MAX:
        return []
    asks = [LookupCode.model_validate({"code": code, "rail": rail, "on": on}) for code in codes]
    meanings = [lookup_code(book, ask, today=_today()) for ask in asks]
    return [meaning for meaning in meanings if meaning.meanings]


def _of_code(meaning: CodeMeaning) -> dict[str, Any]:
    return {
        "id": f"code:{meaning.code}",
        "title": f"{meaning.code} in the external code sets",
        "section": "",
        "text": in_words(meaning),
        "passage": in_words(meaning),
        "score": 1.0,
        "effective_from": None,
        "rail": "any",
        "why": f"names {meaning.code}",
        "source": f"ISO 20022 external code sets, {meaning.edition}",
        "uses": [use.model_dump(mode="json") for use in meaning.uses],
    }


def _document(found: "Finding") -> dict[str, Any]:
    return found.model_dump(mode="json")


def _print_code(meaning: CodeMeaning) -> None:
    from rich.console import Console

    console = Console()
    console.print(f"[bold]{meaning.code}[/]  external code sets, edition {meaning.edition}", highlight=False)
    for line in in_words(meaning).splitlines():
        console.print(f"  {line}", highlight=False, markup=False)
    console.print()


def _print_findings(findings: "tuple[Finding, ...]", *, silent: bool) -> None:
    from rich.console import Console
    from rich.text import Text

    console = Console()
    if silent:
        console.print("The rule book is silent on this.")
    for found in findings:
        private = "  (private)" if found.private else ""
        console.print(Text.assemble((found.title, "bold"), f"  {found.id}, {found.in_force}, {found.rail}{private}"))
        console.print(Text(f"  {found.heading}", style="italic"))
        passage = Text("  " + found.passage.replace("\n", "\n  "))
        for sentence in found.highlights:
            passage.highlight_words([sentence], style="bold green")
        console.print(passage)
        console.print(Text(f"  {_around(found)}", style="dim"), "\n")


def _around(found: "Finding") -> str:
    parts = [f"found by {found.why}", found.source]
    beside = [one.heading for one in (found.before, found.after) if one is not None]
    if beside:
        parts.append("beside it: " + "; ".join(beside))
    if found.related:
        parts.append("see " + ", ".join(one.id for one in found.related))
    return " | ".join(parts)


def _check_rail(rail: str | None) -> None:
    if rail is not None and rail not in RAILS:
        raise UnusableInput(str(UnknownRail(rail)), where="--rail", code="unknown_rail")


def _today() -> date:
    return datetime.now(UTC).date()


def _date(text: str | None) -> date | None:
    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UnusableInput(f"{text!r} is no date; write YYYY-MM-DD.", where="--on", code="bad_date") from None
