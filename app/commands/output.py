"""How every command speaks: one JSON document a line, or one sentence where it cannot go on."""

import sys
from typing import Any, NoReturn

import typer

from tools.errors import ToolError


def emit(document: Any) -> None:
    """Print one JSON document on a line of its own."""
    import orjson

    sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def fail(error: ToolError, json: bool, where: str = "") -> NoReturn:
    """One sentence on stderr, the error document on stdout where JSON was asked for, exit code 2."""
    if json:
        emit({"error": {"code": error.code, "message": str(error), "where": error.where or where}})
    sys.stderr.write(f"amends: {error}\n")
    raise typer.Exit(2)
