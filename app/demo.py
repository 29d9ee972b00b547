"""`amends demo`: a synthetic bank, a handful of cases, one of them shown in full, and what to type next."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.assistant import Assistant
from agent.case import Sender
from agent.settings import settings
from agent.store_room import DATABASE
from agent.workplace import lasting_assistant
from tools.bank.demo import DemoCase
from tools.bank.synthetic import demo_cases, synthetic_bank
from tools.bank.writer import fill
from tools.errors import UnusableInput

SHOWN = 0
"""Which of the cases is shown as a page: the first, a recall of a payment that is credited already."""


def run_demo(store: Path | None, *, seed: int, json: bool, emit: Callable[[Any], None]) -> None:
    """Load the bank, investigate, show."""
    config = settings()
    folder = store or config.store
    if config.store_url is None and (folder / DATABASE).exists():
        raise UnusableInput(
            f"There is a store in {str(folder)!r} already, and the demo overwrites nothing; "
            "give another folder with --store, or remove that one.",
            where=str(folder),
            code="store_exists",
        )
    assistant = lasting_assistant(folder, config, create=True)
    bank = synthetic_bank(seed)
    fill(assistant.store.engine, bank)
    results = [investigated(assistant, case) for case in demo_cases(seed)]
    if json:
        for result in results:
            result.pop("drafts")
            emit(result)
        return
    _tell(results, len(bank.payments), folder, store is not None)


def investigated(assistant: Assistant, case: DemoCase) -> dict[str, Any]:
    """Investigate one case of the demo over its own clock."""
    said = case.sender
    return assistant.open(
        case.message,
        case_id=case.name,
        suffix=case.suffix,
        channel=case.channel,
        sender=Sender(bic=said.bic, customer_id=said.customer_id, email=said.email, verified=bool(said.verified)),
        as_of=case.as_of,
        our_bics=case.our_bics,
    )[0]


def _tell(results: list[dict[str, Any]], payments: int, folder: Path, named: bool) -> None:
    from rich.table import Table

    from app.show import console, show_result

    page = console()
    page.print(f"A synthetic bank with {payments:,} payments is loaded into [bold]{folder}[/].\n")
    table = Table(box=None, padding=(0, 2, 0, 0))
    for title in ("case", "what it is", "proposed", "by row", "ms"):
        table.add_column(title)
    for result in results:
        case, proposal = result["case"], result["proposal"]
        codes = "/".join(code for code in (proposal["status"], proposal["reason"]) if code)
        table.add_row(
            case["id"],
            case["type"].replace("_", " "),
            f"{proposal['disposition'].replace('_', ' ')} {codes}",
            proposal["rule"],
            f"{result['timings_ms']['total']:.1f}",
        )
    page.print(table)
    page.print()
    show_result(results[SHOWN], page)
    case, store = results[SHOWN]["case"]["id"], f" --store {folder}" if named else ""
    role = results[SHOWN]["proposal"]["approvals"]["roles"][0]
    page.print("\nNothing has left the bank. What to type next:")
    for command in (
        f"amends cases{store}",
        f"amends show {case}{store}",
        f"amends decide {case} --as you --role {role} --approve{store}",
        f"amends audit verify{store}",
    ):
        page.print(f"  [bold].venv/bin/{command}[/]", soft_wrap=True)
