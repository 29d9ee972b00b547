"""The training report as one HTML page."""

from html import escape
from typing import Any

from tools.fraud.artefact import Description
from tools.fraud.pictures import bars, precision_recall, reliability

_STYLE = """body{font:15px/1.5 system-ui,sans-serif;max-width:62rem;margin:2rem auto;padding:0 1rem;color:#222}
table{border-collapse:collapse;margin:1rem 0}td,th{border-bottom:1px solid #ddd;padding:.25rem .75rem;text-align:left}
td.n{text-align:right;font-variant-numeric:tabular-nums}.bad{color:#b00}svg{max-width:100%;height:auto}"""


def page(title: str, *parts: str) -> str:
    """Return a self-contained page."""
    return (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)}</title><style>{_STYLE}</style>'
        f"<h1>{escape(title)}</h1>{''.join(parts)}</html>"
    )


def table(head: list[str], rows: list[list[Any]]) -> str:
    cells = "".join(f"<th>{escape(name)}</th>" for name in head)
    lines = "".join("<tr>" + "".join(_cell(value) for value in row) + "</tr>" for row in rows)
    return f"<table><tr>{cells}</tr>{lines}</table>"


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return f'<td class="{"" if value else "bad"}">{"yes" if value else "no"}</td>'
    if isinstance(value, int | float):
        return f'<td class="n">{f"{value:,}" if isinstance(value, int) else f"{value:.4f}"}</td>'
    return f"<td>{'' if value is None else escape(str(value))}</td>"


def page_of(d: Description, report: dict[str, Any]) -> str:
    """Return the page of one training run."""
    return page(
        f"{d.name} {d.version}",
        _origin(d, report),
        "".join(f"<p>{escape(note)}</p>" for note in report["notes"]),
        "<h2>Gates</h2>" + table(["gate", "passed"], [[k, v] for k, v in d.gates.items()]),
        _baselines(report),
        precision_recall(report["curves"]),
        _alerts(report),
        _calibration(report["calibration"]),
        _groups(report["slices"]),
        _importance(report["importance"][:15]),
        _leakage(report["leakage"]),
        _seeds(report["stability"]),
        "<h2>Settings</h2>" + table(["", ""], [[k, str(v)] for k, v in d.config.items()]),
    )


def _origin(d: Description, report: dict[str, Any]) -> str:
    """Who trained on what, and the population that every figure below is about."""
    data, test = d.data, report["test"]
    simulated = " <strong>The payments were simulated.</strong>" if data["simulated"] else ""
    return (
        f"<p>Trained {escape(d.trained_at)} by {escape(d.trained_by)} on {data['payments']:,} payments of "
        f"{data['first_day']} to {data['last_day']} ({data['frauds']:,} frauds).{simulated} Population of all figures: "
        f"the test days, {test['payments']:,} payments, {test['frauds']:,} frauds "
        f"({test['prevalence']:.3%}).</p>"
    )


def _baselines(report: dict[str, Any]) -> str:
    learners = [
        [
            name,
            report[key]["auc"],
            report[key]["average_precision"],
            "{:.3f} to {:.3f}".format(*report[key]["average_precision_95"]),
        ]
        for name, key in (("boosted trees", "test"), ("logistic regression", "logistic"), ("rules of thumb", "rules"))
    ]
    return "<h2>Against the baselines</h2>" + table(["learner", "AUC", "average precision", "95 %"], learners)


def _alerts(report: dict[str, Any]) -> str:
    payers = report["payer_precision"]
    return (
        "<h2>Within a budget of alerts</h2>"
        + table(
            ["alert rate", "alerts", "recall", "precision", "recall by value"],
            [[a["rate"], a["alerts"], a["recall"], a["precision"], a["value_recall"]] for a in report["alerts"]],
        )
        + f"<p>Among the {payers['k']} most suspect payers of a day, "
        f"{payers['mean']:.3f} were defrauded that day (payers already known left out).</p>"
    )


def _calibration(cal: dict[str, Any]) -> str:
    return (
        "<h2>Calibration</h2>"
        f"<p>Observed {cal['observed']}, expected {cal['expected']:.1f}: ratio "
        f"{cal['observed_to_expected'] or 0:.2f}. Brier {cal['brier']:.5f}, error {cal['error']:.5f}.</p>"
    ) + reliability(cal["points"])


_GROUP = {
    "by": "by",
    "value": "group",
    "payments": "payments",
    "frauds": "frauds",
    "recall": "recall",
    "false_alarm_rate": "false alarms",
    "false_alarm_ratio": "ratio to all",
    "observed_to_expected": "observed/expected",
}
"""What the report knows of a group, and the head of its column."""


def _groups(slices: list[dict[str, Any]]) -> str:
    return "<h2>Groups</h2>" + table(list(_GROUP.values()), [[one[key] for key in _GROUP] for one in slices])


def _importance(top: list[dict[str, Any]]) -> str:
    return (
        "<h2>What the score rests on</h2>"
        + bars([(i["feature"], i["shap"]) for i in top], "Mean size of contribution (SHAP)")
        + table(
            ["feature", "SHAP", "average precision lost when shuffled"],
            [[i["feature"], i["shap"], i.get("permutation")] for i in top],
        )
    )


def _leakage(checks: list[dict[str, Any]]) -> str:
    return "<h2>Leakage</h2>" + table(
        ["check", "passed", "features"],
        [[c["check"], c["passed"], ", ".join(c.get("features", []))] for c in checks],
    )


def _seeds(stability: dict[str, Any]) -> str:
    return (
        "<h2>Seeds</h2>"
        f"<p>Average precision by seed: {', '.join(f'{v:.4f}' for v in stability['average_precision'])}; the "
        f"seeds share {stability['alerts_shared']:.0%} of the alerts within the budget.</p>"
    )
