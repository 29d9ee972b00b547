"""`amends investigate`: scenarios in throw-away stores, message files over the records of a store."""

import gc
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from agent.batch import FAULT, each, leading, results, run, scenario_folders, write_drafts
from agent.case import Sender
from agent.settings import Settings, settings
from agent.store_room import now
from agent.workplace import Workbench, lasting_assistant, voices_of
from app.parse import FILE_BYTES_MAX
from tools.bank.scenario import is_scenario, load_scenario
from tools.bank.writer import fill
from tools.errors import UnusableInput
from tools.payment import Agent

Emit = Callable[[Any], None]


def investigate_paths(
    paths: list[Path],
    *,
    json: bool,
    store: Path | None,
    model: str | None = None,
    out: Path | None,
    bic: str | None,
    email: str | None,
    emit: Emit,
) -> int:
    """Investigate everything that the paths name; return the exit code of the contract."""
    config = settings()
    config = config.model_copy(update={"model": model}) if model is not None else config
    _usable(config.model)
    folders = scenario_folders(paths)
    if len(folders) == 1 and len(paths) == 1:
        return _one(folders[0], config, json=json, store=store, out=out, sender=(bic, email), emit=emit)
    return _many(folders, config, json=json, store=store, out=out, sender=(bic, email), emit=emit)


def _usable(model: str) -> None:
    """A model that is no model is refused before anything is done."""
    if model != "none":
        from agent.model.name import chain_of

        chain_of(model)


def _one(
    path: Path,
    config: Settings,
    *,
    json: bool,
    store: Path | None,
    out: Path | None,
    sender: tuple[str | None, str | None],
    emit: Emit,
) -> int:
    result = _any(path, config, store, sender)
    write_drafts(result, out)
    if json:
        emit(result)
    else:
        from app.show import show_result

        show_result(result)
    return 0


def _any(path: Path, config: Settings, store: Path | None, sender: tuple[str | None, str | None]) -> dict[str, Any]:
    return _scenario(path, config, store) if is_scenario(path) else _message_file(path, config, store, *sender)


def _scenario(folder: Path, config: Settings, store: Path | None) -> dict[str, Any]:
    if store is None:
        bench = Workbench(config, voices=voices_of(config.model))
        scenario = load_scenario(folder)
        fill(bench.engine, scenario.records)
        return run(scenario, bench.assistant)
    assistant = lasting_assistant(store, config, create=True)
    scenario = load_scenario(folder)
    fill(assistant.store.engine, scenario.records, replace=True)
    return run(scenario, assistant)


def _message_file(
    path: Path, config: Settings, store: Path | None, bic: str | None, email: str | None
) -> dict[str, Any]:
    """A single message over the records of a store; who sent it comes from the options, else from the message."""
    if not path.is_file():
        raise UnusableInput(f"{str(path)!r} is no file and no scenario folder; check the path.", where=str(path))
    if path.stat().st_size > FILE_BYTES_MAX:
        raise UnusableInput(f"{str(path)!r} is larger than {FILE_BYTES_MAX:,} bytes; no message is.", where=str(path))
    assistant = lasting_assistant(store or config.store, config)
    data = path.read_bytes()
    said = _sender(assistant.records, data, path.suffix, bic, email)
    ours = assistant.our_bics or _receiver(data, path.suffix)
    results = assistant.open(
        data,
        case_id=_case_id(path, assistant.store),
        suffix=path.suffix,
        channel="swift" if said.is_bank else "email",
        sender=said,
        as_of=now(),
        our_bics=ours,
    )
    return leading(results)


def _read(data: bytes, suffix: str) -> Any:
    from agent.intake import read_message
    from tools.errors import UnreadableMessage

    try:
        return read_message(data, suffix)
    except UnreadableMessage:
        return None


def _sender(records: Any, data: bytes, suffix: str, bic: str | None, email: str | None) -> Sender:
    """A message file carries no authentication: a bank is taken by its word, a customer is never verified."""
    if bic is not None:
        return Sender(bic=Agent(bic))
    message = _read(data, suffix)
    stated = message.sender if message is not None else None
    if message is not None and message.standard != "mail" and stated:
        try:
            return Sender(bic=Agent(stated))
        except ValueError:
            return Sender()
    address = email or stated
    owners = records.customers_by_email(address) if address else []
    return Sender(customer_id=owners[0].customer_id if len(owners) == 1 else None, email=address)


def _receiver(data: bytes, suffix: str) -> tuple[Agent, ...]:
    message = _read(data, suffix)
    if message is None or not message.receiver:
        raise UnusableInput(
            "Who we are is not known: set AMENDS_OUR_BICS, e.g. '[\"WRENGB2L\"]'.",
            code="our_bics_missing",
            where="AMENDS_OUR_BICS",
        )
    return (Agent(message.receiver),)


def _case_id(path: Path, store: Any) -> str:
    """The file's name, with a number where a case of that name is in the store already."""
    taken, number = path.stem, 1
    while store.has_case(taken):
        number += 1
        taken = f"{path.stem}-{number}"
    return taken


def _many(
    paths: list[Path],
    config: Settings,
    *,
    json: bool,
    store: Path | None,
    out: Path | None,
    sender: tuple[str | None, str | None],
    emit: Emit,
) -> int:
    """One JSON document a line, in input order; the progress bar is on stderr, and only where a person watches."""
    documents: Iterable[dict[str, Any]]
    if store is None and not any(path.is_file() for path in paths):
        documents = results(paths, Workbench(config, voices=voices_of(config.model)))
    else:
        documents = each(paths, lambda path: _any(path, config, store, sender))
    if sys.stderr.isatty():
        from rich.console import Console
        from rich.progress import track

        documents = track(documents, description="Investigating", total=len(paths), console=Console(stderr=True))
    gc.freeze()  # what is loaded stays: the collector need not look at it again for every few cases
    code = 0
    for document in documents:
        code = 1 if document.get("error", {}).get("code") == FAULT else code
        write_drafts(document, out)
        if json:
            emit(document)
        else:
            _line(document)
    return code


def _line(document: dict[str, Any]) -> None:
    if "error" in document:
        error = document["error"]
        sys.stdout.write(f"{error['where']}: {error['message']}\n")
        return
    case, proposal = document["case"], document["proposal"]
    codes = "/".join(code for code in (proposal["status"], proposal["reason"]) if code)
    sys.stdout.write(f"{case['id']:42} {case['type']:30} {proposal['rule']:8} {proposal['disposition']:22} {codes}\n")
