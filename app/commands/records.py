"""Commands that read what came: one message, a file of payments, the records of a scenario."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError

load_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Load records into a store.")


def parse(files: Annotated[list[Path], typer.Argument(help="Message files.")], json: JsonOption = False) -> None:
    """Read messages and say what they are: type, references, amounts, reasons, parties."""
    from app.parse import parsed, shown

    for file in files:
        document = parsed(file)
        if json:
            emit(document)
        else:
            shown(document)


@load_app.command("payments")
def load_payments(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet file.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Import payments; rows with errors are reported, good rows are kept."""
    from app.load import load_payment_file

    try:
        code = load_payment_file(file, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)


@load_app.command("scenario")
def load_scenario(
    folder: Annotated[Path, typer.Argument(help="Scenario folder.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Load the records of a scenario into a lasting store."""
    from app.load import load_scenario_records

    try:
        load_scenario_records(folder, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))
