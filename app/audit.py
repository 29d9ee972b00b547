"""`amends audit`: verify the chain, export a case."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.audit import verify
from agent.audit_export import export
from agent.settings import settings
from app.workplace import open_store


def verify_chain(store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> int:
    """Return 0 when the chain is whole; else name the first bad record and return 2."""
    config = settings()
    broken = verify(open_store(store or config.store, config))
    if json:
        emit({"whole": broken is None, "broken": broken.model_dump(mode="json") if broken else None})
    elif broken is None:
        sys.stdout.write("The chain is whole.\n")
    else:
        sys.stdout.write(f"The chain is broken: {broken}\n")
    return 0 if broken is None else 2


def export_case(case: str, store: Path | None, out: Path, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Write the case's pack and say where it lies."""
    config = settings()
    written = export(open_store(store or config.store, config), case, out)
    if json:
        emit({"page": str(written.page), "pack": str(written.pack)})
    else:
        sys.stdout.write(f"{written.page}\n{written.pack}\n")
