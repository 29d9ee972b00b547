"""Labels from closed cases, put into a table before training."""

from collections.abc import Mapping
from dataclasses import replace

from tools.fraud.table import PaymentTable


def relabelled(table: PaymentTable, labels: Mapping[str, tuple[int, int]]) -> tuple[PaymentTable, int]:
    """Return the table with these labels in place of its own, and how many of them it holds.

    `labels`: UETR to label and the microsecond in which it became known.
    """
    import polars as pl

    frame = table.frame
    known = pl.DataFrame(
        {"uetr": list(labels), "_label": [v for v, _ in labels.values()], "_at": [at for _, at in labels.values()]},
        schema={"uetr": pl.String, "_label": pl.Int8, "_at": pl.Int64},
    )
    joined = frame.join(known, on="uetr", how="left", maintain_order="left")
    held = joined["_label"].is_not_null().sum()
    said = pl.col("_label").is_not_null()
    joined = joined.with_columns(
        label=pl.coalesce("_label", "label"),
        reported_at=pl.when(said & (pl.col("_label") == 1)).then("_at").otherwise("reported_at"),
    ).drop("_label", "_at")
    return replace(table, frame=joined.select(frame.columns)), int(held)
