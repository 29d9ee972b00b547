"""`amends edits`: what approvers changed in drafts, shown as differences and written out as pairs."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from agent.draft_edits import Pair, counted, pairs
from agent.settings import settings
from agent.store_room import open_store

STYLES = {"same": "dim", "out": "red strike", "in": "green"}


def show_edits(store: Path | None, *, out: Path | None, mask: bool, json: bool, emit: Callable[[Any], None]) -> None:
    """Show every edit; with `out`, write the pairs as JSON Lines too."""
    config = settings()
    cases = open_store(store or config.store, config)
    found = list(pairs(cases, mask=mask))
    if out is not None:
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(b"".join(orjson.dumps(pair.model_dump()) + b"\n" for pair in found))
    if json:
        for pair in found:
            emit(pair.model_dump())
        return
    from app.show import console

    page, told = console(), counted(cases)
    for pair in found:
        page.print(*_shown(pair))
    share = f" ({told['edited'] / told['decided']:.0%})" if told["decided"] else ""
    page.print(f"{told['edited']} of {told['decided']} decided proposals were edited first{share}; {len(found)} pairs.")


def _shown(pair: Pair) -> tuple[Any, ...]:
    from rich.panel import Panel
    from rich.text import Text

    body = Text()
    for kind, words in pair.changes:
        body.append(words, style=STYLES[kind])
    by = f"worded by the {pair.worded_by}" + (f" ({pair.prompt[:20]})" if pair.prompt else "")
    return (Panel(body, title=f"{pair.case}  {pair.rule}  {pair.field}, {by}", title_align="left", border_style="dim"),)
