"""Investigates scenarios: one or thousands, in input order; a bad one never stops the others."""

import sys
import traceback
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any, TypedDict

from agent.assistant import Assistant
from agent.case import Channel, Sender
from agent.workplace import Workbench
from tools.bank.scenario import Scenario, is_scenario, load_scenario
from tools.bank.writer import fill
from tools.errors import ToolError
from tools.payment import Agent, Rail

FAULT = "fault"
"""Code of an error that is ours: exit code 1."""


def scenario_folders(paths: list[Path]) -> list[Path]:
    """The scenario folders that paths mean: each itself, or those inside it, sorted by name."""
    found: list[Path] = []
    for path in paths:
        if not path.exists() or is_scenario(path) or not path.is_dir():
            found.append(path)
        else:
            inside = sorted(p for p in path.iterdir() if is_scenario(p))
            found += inside or [path]  # an empty folder gives its own error, in its place
    return found


def investigate_scenario(folder: Path, bench: Workbench) -> dict[str, Any]:
    """Run one scenario in a store of its own and return its result, with further cases of the same message."""
    bench.clear()
    scenario = load_scenario(folder)
    fill(bench.engine, scenario.records)
    return run(scenario, bench.assistant)


def run(scenario: Scenario, assistant: Assistant) -> dict[str, Any]:
    """Investigate a loaded scenario over the records that the assistant reads."""
    return leading(assistant.open(scenario.message, **opening_of(scenario)))


class Opening(TypedDict):
    """What is said of a message beside its bytes."""

    case_id: str
    suffix: str
    channel: Channel
    sender: Sender
    as_of: datetime
    rail: Rail | None
    our_bics: tuple[Agent, ...]


def opening_of(scenario: Scenario) -> Opening:
    """What a scenario says of its message."""
    said = scenario.sender
    return Opening(
        case_id=scenario.id,
        suffix=scenario.message_path.suffix,
        channel=scenario.channel,
        sender=Sender(bic=said.bic, customer_id=said.customer_id, email=said.email, verified=bool(said.verified)),
        as_of=scenario.as_of,
        rail=scenario.rail,
        our_bics=scenario.our_bics,
    )


def leading(results: list[dict[str, Any]]) -> dict[str, Any]:
    """The result of a message: of several transactions the first that is of a payment of ours and calls for work.

    A status report of many payments may hold one reject among good news that answers nothing of ours.
    """
    first = min(results, key=lambda r: (r["proposal"]["rule"] == "ANS-1", r["payment"] is None))
    others = [result for result in results if result is not first]
    return first | ({"further_cases": others} if others else {})


def results(folders: list[Path], bench: Workbench) -> Iterator[dict[str, Any]]:
    """Yield one result or one error document for each folder, in order."""
    return each(folders, lambda folder: investigate_scenario(folder, bench))


def each(folders: list[Path], investigate: Callable[[Path], dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Run one after the other; what goes wrong with one is its own answer and stops no other."""
    for folder in folders:
        try:
            yield investigate(folder)
        except ToolError as error:
            yield error_document(error, str(folder))
        except Exception as fault:
            # The edge of a batch: a fault of ours is shown with its trace, and the others still get their answer.
            traceback.print_exception(fault, file=sys.stderr)
            yield {"error": {"code": FAULT, "message": f"{type(fault).__name__}: {fault}", "where": str(folder)}}


def error_document(error: ToolError, where: str = "") -> dict[str, Any]:
    """An error as the contract writes it."""
    place = error.where or where
    if where not in place:
        place = f"{where}: {place}"
    return {"error": {"code": error.code, "message": str(error), "where": place}}


def write_drafts(result: dict[str, Any], out: Path | None) -> None:
    """Write the drafted messages of a result as files, or drop their texts when nobody asked for them."""
    for one in (result, *result.get("further_cases", ())):
        drafts = one.pop("drafts", {})
        if out is None:
            continue
        out.mkdir(parents=True, exist_ok=True)
        for name, body in drafts.items():
            (out / name).write_text(body, encoding="utf-8")
