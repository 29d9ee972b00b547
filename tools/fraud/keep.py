"""What a model keeps of its table: the payments that later features look back on, and how each feature was spread."""

import io
from typing import TYPE_CHECKING, Any

import numpy as np

from tools.fraud.calibrate import Calibration
from tools.fraud.features import NAMES, Floats

if TYPE_CHECKING:
    import polars as pl

BINS = 10


def kept_history(frame: "pl.DataFrame") -> bytes:
    """Return the table as Parquet: scoring a later file looks back on it. It holds account numbers."""
    out = io.BytesIO()
    frame.drop("row").write_parquet(out, compression="zstd", statistics=False)
    return out.getvalue()


def read_history(content: bytes) -> "pl.DataFrame":
    import polars as pl

    return pl.read_parquet(io.BytesIO(content)).with_columns(row=pl.lit(0, pl.Int64))


def reference_of(x: Floats, raw: Floats, calibrated: Calibration) -> dict[str, Any]:
    """Return edges and shares of every feature and of the score on the test days, for monitoring."""
    found = {name: spread(x[:, place]) for place, name in enumerate(NAMES)}
    return {"features": found, "score": spread(calibrated(raw)), "payments": len(x)}


def spread(values: Floats) -> dict[str, Any]:
    """Return deciles as edges, the share in each bin, and the share that is missing."""
    here = values[~np.isnan(values)]
    edges = np.unique(np.quantile(here, np.linspace(0, 1, BINS + 1)[1:-1])) if len(here) else np.empty(0)
    return {"edges": edges.tolist(), "shares": shares(values, edges).tolist()}


def shares(values: Floats, edges: Floats) -> Floats:
    """Return the share of values in each bin; the last is the share that is missing."""
    missing = np.isnan(values)
    place = np.searchsorted(edges, values[~missing], "right")
    counts = np.append(np.bincount(place, minlength=len(edges) + 1), missing.sum())
    return counts / max(1, len(values))
