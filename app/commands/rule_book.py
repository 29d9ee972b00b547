"""Commands about the rule book: search it, lint it, and keep the bank's own rules in it."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError

rules_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The rule book.")


def search(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Look a code up exactly, e.g. AC03.")] = None,
    message: Annotated[str | None, typer.Option(help="With --code: only in this message, e.g. camt.056.")] = None,
    rail: Annotated[str | None, typer.Option(help="Only rules of this rail.")] = None,
    on: Annotated[str | None, typer.Option(help="In force on this date, YYYY-MM-DD.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many.")] = 5,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Search the rule book, with the bank's own rules of the store; no result is an answer: the book is silent."""
    from app.search import look_up, search_rules

    try:
        if (question is None) == (code is None):
            raise ToolError("Give a question, or --code with a code.", code="bad_question", where="QUESTION")
        if code is not None:
            look_up(code, message=message, rail=rail, on=on, store=store, json=json, emit=emit)
        else:
            search_rules(question or "", rail=rail, on=on, k=k, store=store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@rules_app.command("lint")
def rules_lint(
    folder: Annotated[Path | None, typer.Argument(help="Folder of rule documents; ours without one.")] = None,
) -> None:
    """Check front matter, codes and references of rule documents."""
    from app.rule_lint import lint_rules

    raise typer.Exit(lint_rules(folder))


@rules_app.command("add")
def rules_add(
    folder: Annotated[Path, typer.Argument(help="Folder of Markdown, HTML, PDF or DOCX files, or one file.")],
    store: StoreOption = None,
    rail: Annotated[list[str] | None, typer.Option(help="Rails that the documents speak for; any without it.")] = None,
    json: JsonOption = False,
) -> None:
    """Add the bank's own rules, private and before ours where both fit; unchanged files cost nothing."""
    from app.rules import add_rules

    try:
        code = add_rules(folder, store, rails=tuple(rail or ()), json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))
    raise typer.Exit(code)


@rules_app.command("list")
def rules_list(store: StoreOption = None, json: JsonOption = False) -> None:
    """List the bank's own rules of a store, and the version of the index."""
    from app.rules import list_rules

    try:
        list_rules(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@rules_app.command("remove")
def rules_remove(
    ids: Annotated[list[str], typer.Argument(help="Ids as `amends rules list` shows them.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take documents out of the store's rule book; earlier cases keep the text that they cited."""
    from app.rules import remove_rules

    try:
        remove_rules(tuple(ids), store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
