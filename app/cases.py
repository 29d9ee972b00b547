"""`amends cases` and `amends show`: the queue, and one case with its history."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import orjson

from agent.case import InvestigationType, Named
from agent.casebook import CaseRow, CaseState, ProposalRow, QueueFilter
from agent.settings import settings
from agent.store_room import open_store
from tools.errors import UnusableInput
from tools.payment import UETR


def list_cases(store: Path | None, *, state: str | None, limit: int, json: bool, emit: Callable[[Any], None]) -> None:
    """List the cases of a store, by due date."""
    config = settings()
    if state is not None and state not in get_args(CaseState):
        raise UnusableInput(f"No state is called {state!r}; use one of {', '.join(get_args(CaseState))}.")
    wanted = QueueFilter.model_validate({"states": (state,)} if state else {})
    page = open_store(store or config.store, config).queue(wanted, limit=limit)
    if json:
        for row in page.cases:
            emit(row.model_dump(mode="json"))
        return
    from rich.table import Table

    from app.show import console

    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("case", "type", "state", "due", "amount", "counterparty"):
        table.add_column(title, no_wrap=title in ("due", "amount"), overflow="fold")
    for row in page.cases:
        table.add_row(*_cells(row))
    console().print(table)
    if page.total > len(page.cases):
        console().print(f"{len(page.cases)} of {page.total} cases; see more with --limit.")


def _cells(row: CaseRow) -> tuple[str, ...]:
    return (
        row.case_id,
        (row.type or "").replace("_", " "),
        row.state.replace("_", " "),
        row.due.isoformat() if row.due else "",
        str(row.amount) if row.amount else "",
        row.counterparty or "",
    )


def again(
    case: str | None,
    store: Path | None,
    *,
    type: str | None = None,
    payment: str | None = None,
    user: str | None = None,
    model: str | None = None,
    json: bool,
    emit: Callable[[Any], None],
) -> None:
    """Investigate one waiting case anew, or take up every case whose run was cut off."""
    from agent.workplace import lasting_assistant

    config = settings()
    named = _named(type, payment, user)
    if named is not None and case is None:
        raise UnusableInput("Name the case whose type it is.", where="CASE")
    assistant = lasting_assistant(store or config.store, config, model=model)
    results = assistant.take_up() if case is None else [assistant.investigate_again(case, named)]
    for result in results:
        result.pop("drafts", None)
        if json:
            emit(result)
        elif "error" in result:
            sys.stdout.write(f"{result['error']['where']}: {result['error']['message']}\n")
        else:
            from app.show import show_result

            show_result(result)
    if not results and not json:
        sys.stdout.write("No investigation was cut off.\n")


def _named(type: str | None, payment: str | None, user: str | None) -> Named | None:
    """The type that a person names, and the payment; never without the person."""
    if type is None and payment is None:
        return None
    known = [name for name in get_args(InvestigationType) if name != "unknown"]
    if type not in known:
        raise UnusableInput(f"{type!r} is no type of case; the types are {', '.join(known)}.", where="--type")
    if not user:
        raise UnusableInput("Say who names the type: --as NAME.", where="--as")
    return Named.model_validate({"type": type, "uetr": UETR(payment) if payment else None, "by": user})


def _standing(row: ProposalRow) -> dict[str, Any]:
    """The version that would be signed now, edits included."""
    proposal = row.proposal
    return {**proposal.model_dump(mode="json"), "hash": row.hash, "version": row.version}


def show_case(case: str, store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Show a case as a page, then who decided what, and what left."""
    config = settings()
    file = open_store(store or config.store, config).file(case)
    if json:
        emit(orjson.loads(file.model_dump_json()))
        return
    from app.show import console, show_result

    page = console()
    if file.result is not None:
        result = dict(file.result)
        result["case"] = {**result["case"], "state": file.case.state}
        if file.proposals:
            result["proposal"] = _standing(file.proposals[-1])
        show_result(result, page)
    for decision in file.decisions:
        said = f": {decision.reason}" if decision.reason else ""
        page.print(f"{decision.at:%Y-%m-%d %H:%M} UTC  {decision.person} as {decision.role}: {decision.verdict}{said}")
    for message in file.outbox:
        page.print(f"{message.type} to {message.recipient}: {message.state}", markup=False)
