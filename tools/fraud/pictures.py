"""Curves as pictures inside a page: SVG from matplotlib, so that a report is one file."""

import io
from collections.abc import Sequence
from typing import Any


def precision_recall(curves: dict[str, list[dict[str, float]]]) -> str:
    """Return the precision-recall curves of the model and its baselines as SVG."""
    figure, axes = _figure()
    for name, points in curves.items():
        axes.plot([p["recall"] for p in points], [p["precision"] for p in points], label=name)
    axes.set_xlabel("recall")
    axes.set_ylabel("precision")
    axes.set_title("Precision and recall on the test days")
    axes.legend()
    return _svg(figure)


def reliability(points: Sequence[dict[str, Any]]) -> str:
    """Return the reliability curve as SVG: expected against observed, on logarithmic scales."""
    figure, axes = _figure()
    seen = [p for p in points if p["observed"] > 0]
    low = min([1e-4, *(min(p["expected"], p["observed"]) for p in seen if p["expected"] > 0)])
    axes.plot([low, 1], [low, 1], color="grey", linewidth=0.8)
    axes.plot([p["expected"] for p in seen], [p["observed"] for p in seen], marker="o")
    axes.set_xscale("log")
    axes.set_yscale("log")
    axes.set_xlabel("expected share of fraud")
    axes.set_ylabel("observed share")
    axes.set_title("Reliability (bins with frauds)")
    return _svg(figure)


def bars(values: Sequence[tuple[str, float]], title: str, limit: float | None = None) -> str:
    """Return horizontal bars as SVG, the first on top; `limit` is drawn as a line."""
    figure, axes = _figure()
    shown = list(reversed(values))
    axes.barh([name for name, _ in shown], [value for _, value in shown])
    if limit is not None:
        axes.axvline(limit, color="firebrick", linewidth=0.8)
    axes.set_title(title)
    axes.tick_params(axis="y", labelsize=7)
    return _svg(figure)


def _figure() -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6, 4), layout="constrained")
    return figure, figure.subplots()


def _svg(figure: Any) -> str:
    import matplotlib

    # The same numbers draw the same bytes: no date, no random ids.
    with matplotlib.rc_context({"svg.hashsalt": "amends", "svg.fonttype": "none"}):
        out = io.StringIO()
        figure.savefig(out, format="svg", metadata={"Date": None})
    text = out.getvalue()
    return text[text.index("<svg") :]
