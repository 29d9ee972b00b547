"""A bank's payments between accounts, invented and seeded: honest ones, frauds, labels late and incomplete."""

from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.columns import NEVER
from tools.fraud.genuine import genuine
from tools.fraud.table import PaymentTable
from tools.fraud.typologies import TYPOLOGIES, frauds
from tools.fraud.windows import DAY, HOUR, Ints
from tools.fraud.world import DAYS, START, Flow, World, world_of

if TYPE_CHECKING:
    import polars as pl

CHANNELS = ("mobile", "online", "branch", "bulk", "standing_order")
PURPOSES = ("GDDS", "SALA", "SUPP", "UBIL", "OTHR")
UNREPORTED = 0.12
"""Share of frauds that nobody ever reports: they stand in the table as genuine."""
REPORT_DAYS = 8.0
"""How long a report takes on average."""
_RECALLED = 0.5
_TOLD = {"name_match": 0.6, "debtor_opened": 0.7, "creditor_opened": 0.35, "device": 0.7}
"""How often a bank's record tells this: other banks' accounts have no opening day, many rails no name check."""


def simulated_table(payments: int, seed: int) -> PaymentTable:
    """Return about so many payments of 120 days, with `typology` telling what each truly was."""
    world = world_of(payments, seed)
    made = _joined([*genuine(world), *frauds(world, payments)])
    inside = (made["at"] < START + DAYS * DAY) & (made["debtor"] != made["creditor"]) & (made["at"] >= START)
    made = {name: column[inside] for name, column in made.items()}
    frame = _frame(world, made)
    return PaymentTable(frame, read=frame.height)


def _joined(flows: list[Flow]) -> dict[str, Any]:
    columns = ("at", "debtor", "creditor", "amount", "channel", "name", "strange_device", "purpose")
    made: dict[str, Any] = {name: np.concatenate([getattr(f, name) for f in flows]) for name in columns}
    made["typology"] = np.concatenate([np.full(len(f.at), f.typology) for f in flows])
    return made


def _reports(world: World, fraud: Any, at: Ints) -> tuple[Ints, Ints]:
    """Return label and time of report; what would be reported after the last day is not known yet."""
    rng, n = world.rng, len(at)
    reported = at + (rng.gamma(1.5, REPORT_DAYS / 1.5, n) * DAY).astype(np.int64) + HOUR
    known = fraud & (rng.random(n) >= UNREPORTED) & (reported < START + DAYS * DAY)
    return known.astype(np.int64), np.where(known, reported, NEVER)


def _frame(world: World, made: dict[str, Any]) -> "pl.DataFrame":
    import polars as pl

    label, reported = _reports(world, made["typology"] > 0, made["at"])
    recalled = (label == 1) & (world.rng.random(len(label)) < _RECALLED)
    device = np.where(
        made["strange_device"] == 1, world.rng.integers(1, 2**40, len(label)), world.devices[made["debtor"]]
    )
    business = np.isin(made["debtor"], world.businesses)

    def said(words: tuple[str, ...], column: Any) -> "pl.Expr":
        return pl.lit(pl.Series(words)).gather(pl.Series(column))

    def account(column: Any) -> "pl.Expr":
        return pl.lit("SIM") + pl.Series(column).cast(pl.String).str.zfill(8)

    def told(column: str, values: "pl.Series") -> "pl.Expr":
        known = pl.Series(world.rng.random(len(values)) < _TOLD[column])
        return pl.when(known).then(values)

    time = pl.Series(np.where(label == 1, reported, 0))
    return pl.DataFrame({"at": made["at"]}).select(
        row=pl.int_range(1, pl.len() + 1, dtype=pl.Int64),
        at=pl.col("at"),
        uetr=pl.Series(_uetrs(world, len(label))),
        debtor_account=account(made["debtor"]),
        creditor_account=account(made["creditor"]),
        amount=pl.Series(np.round(made["amount"] * 100).astype(np.int64)),
        minor_unit=pl.lit(100.0),
        currency=pl.lit("GBP"),
        channel=said(CHANNELS, made["channel"]),
        device=told("device", pl.Series(device).cast(pl.String)),
        debtor_country=pl.lit("GB"),
        creditor_country=pl.lit("GB"),
        purpose=said(PURPOSES, made["purpose"]),
        segment=pl.lit(pl.Series(["consumer", "business"])).gather(pl.Series(business.astype(np.int64))),
        typology=said(TYPOLOGIES, made["typology"]),
        reported_at=pl.when(time > 0).then(time),
        recalled_at=pl.when(pl.Series(recalled)).then(time + HOUR),
        returned_at=pl.lit(None, pl.Int64),
        debtor_opened=told("debtor_opened", pl.Series(world.opened[made["debtor"]])),
        creditor_opened=told("creditor_opened", pl.Series(world.opened[made["creditor"]])),
        name_match=told("name_match", pl.Series(made["name"]).fill_nan(None)),
        label=pl.Series(label).cast(pl.Int8),
        vulnerable=pl.Series(world.vulnerable[made["debtor"]]).cast(pl.Int8),
    ).sort("at", "uetr")  # fmt: skip


def _uetrs(world: World, n: int) -> list[str]:
    """UUIDs of version 4, from the seed."""
    drawn = world.rng.bytes(16 * n).hex()
    digits = (drawn[i : i + 32] for i in range(0, 32 * n, 32))
    return [f"{d[:8]}-{d[8:12]}-4{d[13:16]}-8{d[17:20]}-{d[20:]}" for d in digits]
