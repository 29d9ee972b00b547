"""Commands about the record: verify its chain, export a case, and replay one from it."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError

audit_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The record: verify its chain, export a case."
)


def replay(
    case: Annotated[str, typer.Argument(help="Case id.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Investigate a case again from its record alone; exit 2 where the result is not the one that was kept."""
    from app.replay import replay_case

    try:
        same = replay_case(case, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)
    raise typer.Exit(0 if same else 2)


@audit_app.command("verify")
def audit_verify(
    store: StoreOption = None,
    anchor: Annotated[
        str | None, typer.Option(help="LENGTH:HASH noted earlier; finds a chain cut or rewritten.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check the whole chain; exit 2 and the first bad record when it is broken."""
    from app.audit import verify_chain

    try:
        code = verify_chain(store, anchor=anchor, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
    raise typer.Exit(code)


@audit_app.command("export")
def audit_export(
    case: Annotated[str, typer.Argument(help="Case id.")],
    store: StoreOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the HTML and JSON pack.")] = Path(),
    json: JsonOption = False,
) -> None:
    """Write everything of a case as one self-contained HTML page and one JSON pack."""
    from app.audit import export_case

    try:
        export_case(case, store, out, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)
