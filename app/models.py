"""`amends models`: what models have cost, and the small model on this machine."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.model import local
from agent.model.failure import ModelFailure
from agent.model.spent import by_day
from agent.settings import model_settings, settings
from agent.store_room import open_store


def local_model(*, fetch: bool, json: bool, emit: Callable[[Any], None]) -> bool:
    """Say whether the local model can be used, and return it; with `fetch`, get its weights first."""
    settings = model_settings()
    if fetch:
        local.fetch(settings.local_weights)
    try:
        file = local.weights(settings.local_weights)
        local.address(file)
    except ModelFailure as failure:
        told = {"model": f"local:{local.NAME}", "usable": False, "why": str(failure)}
    else:
        told = {"model": f"local:{local.NAME}", "usable": True, "weights": str(file), "sha256": local.SHA256}
    if json:
        emit(told)
    elif told["usable"]:
        sys.stdout.write(f"Ready: amends investigate PATH --model {told['model']}\n")
    else:
        sys.stdout.write(f"Not ready: {told['why']}\n")
    return bool(told["usable"])


def spent(store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Show what models have used, by day, role and model."""
    config = settings()
    rows = by_day(open_store(store or config.store, config))
    if json:
        for row in rows:
            emit(row.model_dump(mode="json"))
        return
    from rich.table import Table

    from app.show import console

    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("day", "role", "model", "calls", "failures", "tokens", "dollars", "disagreements"):
        table.add_column(title)
    for row in rows:
        tokens = row.tokens_in + row.tokens_out
        cells = (row.day, row.role, row.model, row.calls, row.failures, tokens, row.money_usd, row.disagreements)
        table.add_row(*map(str, cells))
    console().print(table)
