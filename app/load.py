"""`amends load`: payments from files, records from a scenario."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from agent.settings import settings
from agent.store_room import open_store
from tools.bank.importer import import_payments
from tools.bank.scenario import load_scenario
from tools.bank.writer import fill

SHOWN_ERRORS_MAX = 20


def load_payment_file(file: Path, store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> int:
    """Import; exit 0 when no row was bad, else 2 with each bad row named. Good rows are kept either way."""
    config = settings()
    report = import_payments(file, open_store(store or config.store, config, create=True).engine)
    if json:
        emit(report.model_dump(mode="json"))
    else:
        sys.stdout.write(
            f"{report.imported} of {report.rows} payments imported, {report.bad} rows refused, "
            f"{report.duplicate} known already.\n"
        )
        for error in report.errors[:SHOWN_ERRORS_MAX]:
            sys.stdout.write(f"  row {error.row}, {error.column}: {error.reason}\n")
        if len(report.errors) > SHOWN_ERRORS_MAX:
            sys.stdout.write(f"  and {len(report.errors) - SHOWN_ERRORS_MAX} more; see them all with --json.\n")
    return 2 if report.bad else 0


def load_scenario_records(folder: Path, store: Path | None, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Put a scenario's records into a lasting store."""
    config = settings()
    scenario = load_scenario(folder)
    target = store or config.store
    fill(open_store(target, config, create=True).engine, scenario.records, replace=True)
    if json:
        emit({"loaded": scenario.id, "payments": len(scenario.records.payments)})
    else:
        sys.stdout.write(f"{len(scenario.records.payments)} payments of {scenario.id!r} loaded into {target}.\n")
