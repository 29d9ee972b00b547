"""`amends audit`: verify the chain, export a case."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.audit import Head, head, verify
from agent.audit_export import export
from agent.settings import settings
from agent.store_room import open_store
from tools.errors import UnusableInput


def verify_chain(store: Path | None, *, anchor: str | None, json: bool, emit: Callable[[Any], None]) -> int:
    """Return 0 when the chain is whole; else name the first bad record and return 2."""
    config = settings()
    desk = open_store(store or config.store, config)
    broken, end = verify(desk, _anchor(anchor)), head(desk)
    if json:
        told = broken.model_dump(mode="json") if broken else None
        emit({"whole": broken is None, "broken": told, "anchor": f"{end.length}:{end.hash}"})
    elif broken is None:
        sys.stdout.write(f"The chain is whole: {end.length} records.\nNote this elsewhere: {end.length}:{end.hash}\n")
    else:
        sys.stdout.write(f"The chain is broken: {broken}\n")
    return 0 if broken is None else 2


def _anchor(text: str | None) -> Head | None:
    if text is None:
        return None
    length, _, hash = text.partition(":")
    if not length.isdecimal() or not hash:
        raise UnusableInput(f"{text!r} is no anchor; write LENGTH:HASH as `amends audit verify` printed it.")
    return Head(int(length), hash)


def export_case(case: str, store: Path | None, out: Path, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Write the case's pack and say where it lies."""
    config = settings()
    written = export(open_store(store or config.store, config), case, out)
    if json:
        emit({"page": str(written.page), "pack": str(written.pack)})
    else:
        sys.stdout.write(f"{written.page}\n{written.pack}\n")
