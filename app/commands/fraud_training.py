"""Commands that make, use and watch a fraud model: simulate, train, score, monitor."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, MappingOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError


def train(
    table: Annotated[Path | None, typer.Argument(help="CSV or Parquet of payments with labels.")] = None,
    mapping: MappingOption = None,
    config: Annotated[Path | None, typer.Option(help="YAML of training settings; options here go before it.")] = None,
    simulate: Annotated[int | None, typer.Option(min=2000, help="Train on this many simulated payments.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the model; else one in the store.")] = None,
    store: StoreOption = None,
    seed: Annotated[int | None, typer.Option(help="The same seed and table give the same model.")] = None,
    train_from: Annotated[str | None, typer.Option(help="First day of training, YYYY-MM-DD.")] = None,
    train_until: Annotated[str | None, typer.Option(help="First day no longer trained on.")] = None,
    test_from: Annotated[str | None, typer.Option(help="First day of the test.")] = None,
    test_until: Annotated[str | None, typer.Option(help="First day after the test.")] = None,
    delay_days: Annotated[int | None, typer.Option(help="After how many days a label is known.")] = None,
    user: Annotated[str, typer.Option("--as", help="Who trains; another person promotes.")] = "unnamed",
    json: JsonOption = False,
) -> None:
    """Train a fraud model: split by time, compared with baselines, calibrated, with report and model card."""
    from app.train import train_model
    from tools.fraud.config import load_config

    try:
        told = load_config(
            config, seed=seed, train_from=train_from, train_until=train_until, test_from=test_from,
            test_until=test_until, delay_days=delay_days,
        )  # fmt: skip
        code = train_model(
            table, config=told, mapping=mapping, simulate=simulate, out=out, store=store, by=user, json=json, emit=emit
        )
    except ToolError as error:
        fail(error, json, str(table or ""))
    raise typer.Exit(code)


def simulate(
    payments: Annotated[int, typer.Argument(min=2000, help="About how many.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same table.")] = 7,
    json: JsonOption = False,
) -> None:
    """Make a table of invented payments with frauds, to try `train`, `score` and `monitor` on."""
    from app.simulate import write_table

    try:
        write_table(payments, seed, out, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(out))


def score(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet of payments.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a model; else the one in use.")] = None,
    mapping: MappingOption = None,
    history: Annotated[Path | None, typer.Option(help="Earlier payments to look back on, as a table.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Score payments for fraud: probability, band and reasons, one line a row."""
    from app.score import score_payments

    try:
        code = score_payments(file, model=model, mapping=mapping, history=history, store=store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)


def monitor(
    file: Annotated[Path, typer.Argument(help="Recent payments, with the labels that have arrived.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a model; else the one in use.")] = None,
    mapping: MappingOption = None,
    thresholds: Annotated[Path | None, typer.Option(help="YAML of thresholds; else ours.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for monitor.json and monitor.html.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Watch the fraud model: drift, calibration, precision, volume, speed; exit 3 when a threshold is crossed."""
    from app.monitor import monitor_model

    try:
        code = monitor_model(
            file, model=model, mapping=mapping, thresholds=thresholds, out=out, store=store, json=json, emit=emit
        )
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)
