"""`amends replay` and `amends compare`: a case again from its record, by itself or with another model."""

import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from agent.settings import settings
from agent.workplace import lasting_assistant, voices_of
from tools.errors import UnusableInput

SHOWN_MAX = 20


def replay_case(case: str, store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> bool:
    """Replay a case, say whether it came out the same, and return it."""
    from agent.replay import replayed

    config = settings()
    found = replayed(lasting_assistant(store or config.store, config, model="none"), case)
    if json:
        emit({"case": case, "same": not found, "differences": [d.model_dump() for d in found]})
    elif not found:
        sys.stdout.write(f"Case {case} comes out the same, bit for bit.\n")
    for difference in () if json else found[:SHOWN_MAX]:
        sys.stdout.write(f"{difference.place}: kept {difference.kept}, now {difference.replayed}\n")
    return not found


def compare_case(
    case: str, store: Path | None, *, model: str, prompts: Path | None, json: bool, emit: Callable[[Any], None]
) -> None:
    """Ask another model about a case on record, and show what both said, side by side."""
    from agent.replay import compared
    from prompts import from_folder

    if prompts is not None and not any(prompts.glob("*.md")):
        raise UnusableInput(
            f"{str(prompts)!r} holds no prompt files (reader.md, writer.md and so on).", where="--prompts"
        )
    voices = voices_of(model)
    if voices is None:
        raise UnusableInput("Name the model to compare with; none has nothing to say.", where="--model")
    config = settings()
    assistant = lasting_assistant(store or config.store, config, model="none")
    with from_folder(prompts) if prompts is not None else nullcontext():
        kept, now = compared(assistant, case, voices)
    rows = [{"what": what, "kept": of(kept), "now": of(now)} for what, of in COMPARED.items()]
    if json:
        emit({"case": case, "compared": rows, "kept": kept["model"], "now": now["model"]})
        return
    from rich.table import Table

    from app.show import console

    table = Table("", "on record", model, title=f"Case {case}", title_justify="left")
    for row in rows:
        table.add_row(row["what"], str(row["kept"] or ""), str(row["now"] or ""))
    console().print(table)


def _within(*path: str) -> Callable[[dict[str, Any]], Any]:
    def look(result: dict[str, Any]) -> Any:
        value: Any = result
        for name in path:
            value = value.get(name) if isinstance(value, dict) else None
        return value

    return look


COMPARED: dict[str, Callable[[dict[str, Any]], Any]] = {
    "disposition of the policy": _within("proposal", "disposition"),
    "model": _within("model", "name"),
    "calls": _within("model", "calls"),
    "tokens in": _within("model", "tokens_in"),
    "tokens out": _within("model", "tokens_out"),
    "dollars": _within("model", "money_usd"),
    "type read": _within("model", "reading", "type"),
    "second opinion": _within("model", "opinion", "disposition"),
    "summary": _within("model", "words", "summary"),
    "reply": _within("proposal", "reply", "text"),
    "words not taken": lambda result: "\n".join(_within("model", "words", "refused")(result) or ()),
    "signatures": _within("proposal", "approvals", "required"),
}
"""What of two results is put side by side."""
