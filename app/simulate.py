"""`amends simulate`: a table of invented payments, in the format that `amends train` reads."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tools.errors import UnusableInput
from tools.fraud.simulate import simulated_table
from tools.fraud.table import written


def write_table(payments: int, seed: int, out: Path, *, json: bool, emit: Callable[[Any], None]) -> None:
    """Write the table; `typology` tells what each payment truly was, `label` what was known at the end."""
    if out.suffix.lower() not in (".csv", ".parquet"):
        raise UnusableInput(f"{out.name}: name a .csv or .parquet file.", where="--out")
    frame = simulated_table(payments, seed).frame
    out.parent.mkdir(parents=True, exist_ok=True)
    told = written(frame)
    if out.suffix.lower() == ".csv":
        told.write_csv(out)
    else:
        told.write_parquet(out)
    frauds = int((frame["typology"] != "genuine").sum())
    if json:
        emit({"file": str(out), "payments": frame.height, "frauds": frauds, "reported": int(frame["label"].sum())})
    else:
        sys.stdout.write(
            f"{frame.height:,} payments in {out}, {frauds:,} of them frauds, {frame['label'].sum():,} reported.\n"
        )
