"""`amends model`: the versions of the fraud model, which is in use, and who said so."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.feedback import state_outcome
from agent.governance import record_model_deed
from agent.settings import settings
from agent.store_room import now, open_store
from tools.errors import UnusableInput
from tools.fraud.artefact import REPORT, read_model, verified
from tools.fraud.card import card_of
from tools.fraud.champion import challenger_folder, champion_folder
from tools.fraud.registry import Registry, Version

Emit = Callable[[Any], None]
_COMPARED = ("auc", "average_precision", "payments", "frauds", "prevalence")


def registry_of(store: Path | None) -> Registry:
    """The registry of a store; what is promoted and rolled back in it stands in the store's audit chain."""
    config = settings()
    folder = store or config.store

    def record(deed: dict[str, Any]) -> None:
        record_model_deed(open_store(folder, config, create=True), deed)

    return Registry(folder, config.mlflow_uri, record)


def list_models(store: Path | None, *, json: bool, emit: Emit) -> None:
    """Show every version, and the log of promotions."""
    registry = registry_of(store)
    versions = registry.versions()
    if json:
        emit({"versions": [v.document() for v in versions], "log": registry.log()})
        return
    for v in versions:
        failed = [gate for gate, passed in v.gates.items() if not passed]
        gates = f"gates failed: {', '.join(failed)}" if failed else "gates passed"
        sys.stdout.write(f"{v.version:>3}  {v.model}  by {v.trained_by}  {gates}  {' '.join(v.aliases)}\n")
    if not any("champion" in v.aliases for v in versions):
        sys.stdout.write("In use: the model that comes with the program.\n")


def register_model(folder: Path, store: Path | None, *, json: bool, emit: Emit) -> None:
    _told(registry_of(store).register(folder), "registered", json, emit)


def challenge_model(version: str, store: Path | None, *, json: bool, emit: Emit) -> None:
    _told(registry_of(store).challenge(version), "scores in the shadow", json, emit)


def promote_model(version: str, store: Path | None, *, by: str, why: str, json: bool, emit: Emit) -> None:
    promoted = registry_of(store).promote(version, by, now().isoformat(timespec="seconds"), why)
    _told(promoted, "is in use", json, emit)


def roll_back(store: Path | None, *, by: str, why: str, json: bool, emit: Emit) -> None:
    before = registry_of(store).rollback(by, now().isoformat(timespec="seconds"), why)
    if before is not None:
        _told(before, "is in use again", json, emit)
    elif json:
        emit({"version": None})
    else:
        sys.stdout.write("In use again: the model that comes with the program.\n")


def show_card(version: str | None, store: Path | None, *, json: bool, emit: Emit) -> None:
    """Print the card of a version, else of the model in use; it is made from the run's own files, checked by hash."""
    if version is None:
        folder, expected = champion_folder(store or settings().store)
    else:
        registry = registry_of(store)
        found = registry.version(version)
        folder, expected = registry.folder(found), found.hash
    described, _ = read_model(folder, expected)
    import orjson

    card = card_of(described, orjson.loads(verified(folder, described, REPORT)))
    if json:
        emit({"model": f"{described.name}@{described.version}", "card": card})
    else:
        sys.stdout.write(card)


def compare_models(table: Path | None, store: Path | None, mapping: Path | None, *, json: bool, emit: Emit) -> None:
    """Set champion and challenger side by side: on their own test days, or both on a table with labels."""
    home = store or settings().store
    shadow = challenger_folder(home)
    if shadow is None:
        raise UnusableInput("There is no challenger; name one with `amends model challenge VERSION`.", where="model")
    pair = {"champion": champion_folder(home), "challenger": shadow}
    if table is None:
        said = {role: _own(*place) for role, place in pair.items()}
    else:
        from tools.fraud.compare import compared

        said = compared(pair, table, mapping)
    if json:
        emit(said)
        return
    for role, numbers in said.items():
        sys.stdout.write(f"{role:<11} " + "  ".join(f"{k} {_short(v)}" for k, v in numbers.items()) + "\n")


def tell_outcome(case: str, outcome: str, store: Path | None, *, by: str, json: bool, emit: Emit) -> None:
    """Write what the payment of a case proved to be."""
    if outcome not in ("fraud", "genuine"):
        raise UnusableInput(f"{outcome!r} is no outcome; say fraud or genuine.", where="outcome")
    config = settings()
    state_outcome(
        open_store(store or config.store, config), case, "fraud" if outcome == "fraud" else "genuine", by=by, at=now()
    )
    if json:
        emit({"case": case, "outcome": outcome})
    else:
        sys.stdout.write(f"Case {case}: {outcome}, said by {by}.\n")


def _own(folder: Path, expected: str | None) -> dict[str, Any]:
    described, _ = read_model(folder, expected)
    test = described.metrics["test"]
    return {"model": f"{described.name}@{described.version}", **{k: test[k] for k in _COMPARED}}


def _short(value: Any) -> str:
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _told(version: Version, deed: str, json: bool, emit: Emit) -> None:
    if json:
        emit(version.document())
    else:
        sys.stdout.write(f"Version {version.version}, {version.model}, {deed}.\n")
