"""Commands about versions of the fraud model: who made which, which is in use, and why."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, MappingOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError

model_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The fraud model: versions and who uses which."
)


@model_app.command("list")
def model_list(store: StoreOption = None, json: JsonOption = False) -> None:
    """Show every version, which is in use, and the log of promotions."""
    from app.model import list_models

    try:
        list_models(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("register")
def model_register(
    folder: Annotated[Path, typer.Argument(help="Folder of a trained model.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Add a trained model to the registry; `amends train` without --out does so itself."""
    from app.model import register_model

    try:
        register_model(folder, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))


@model_app.command("promote")
def model_promote(
    version: Annotated[str, typer.Argument(help="Version, as `amends model list` shows it.")],
    user: Annotated[str, typer.Option("--as", help="Who signs; not who trained it.")],
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Put a version into use: all gates passed, and signed by a second person."""
    from app.model import promote_model

    try:
        promote_model(version, store, by=user, why=why, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, version)


@model_app.command("challenge")
def model_challenge(
    version: Annotated[str, typer.Argument(help="Version.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Let a version score in the shadow of the one in use."""
    from app.model import challenge_model

    try:
        challenge_model(version, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, version)


@model_app.command("rollback")
def model_rollback(
    user: Annotated[str, typer.Option("--as", help="Who takes it back.")],
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Go back to the version in use before."""
    from app.model import roll_back

    try:
        roll_back(store, by=user, why=why, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("compare")
def model_compare(
    table: Annotated[Path | None, typer.Argument(help="Payments with labels; else their own test days.")] = None,
    mapping: MappingOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Set the model in use and its challenger side by side."""
    from app.model import compare_models

    try:
        compare_models(table, store, mapping, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("card")
def model_card(
    version: Annotated[str | None, typer.Argument(help="Version; else the model in use.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print the model card."""
    from app.model import show_card

    try:
        show_card(version, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("outcome")
def model_outcome(
    case: Annotated[str, typer.Argument(help="Case id.")],
    outcome: Annotated[str, typer.Argument(help="fraud or genuine.")],
    user: Annotated[str, typer.Option("--as", help="Who found it out.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """State what a case's payment proved to be; the next training learns from it."""
    from app.model import tell_outcome

    try:
        tell_outcome(case, outcome, store, by=user, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)
