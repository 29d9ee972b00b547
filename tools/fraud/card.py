"""The model card: what SR 26-2 and SS1/23 ask of a model's documentation, filled in from the run."""

from typing import Any

from tools.fraud.artefact import Description

_HEAD = """# Model card: {name} {version}

| | |
|---|---|
| Inventory id | {name}@{version} |
| Owner, developer | {by} |
| Trained | {at} |
| Type | gradient-boosted trees (LightGBM), calibrated; {features} features, set {feature_set} |
| Tier | set by the bank: SR 26-2 (in place of SR 11-7 since April 2026) and SS1/23 scale by materiality |
| Decides | nothing: the score is evidence for a person, and can add a check, never remove one |
"""

_PURPOSE = """
## Purpose and use

Says how likely a payment between accounts proves fraudulent, for payments that are **already under investigation**: is
this payee a mule, is this a scam. Not for blocking payments unattended, not for judging persons, not for credit.
Duplicates are the duplicate rule's, not this model's.
"""

_LIMITS = """
## Limits

- {simulated}
- Labels are reports: fraud that nobody reported counts as genuine, and fresh labels undercount. Calibration was fitted
  on labels that had {delay} days to ripen.
- A probability holds for a population with the prevalence of the test days. Where cases under investigation hold more
  fraud than all payments do, the true share is higher.
- Accounts without history get a score from the payment alone; the score then says so.
- Account numbers and names are no features; what is learned of one account is only what was counted of it.
"""


def card_of(d: Description, report: dict[str, Any]) -> str:
    """Return the card as Markdown."""
    simulated = (
        "It was trained and tested on **simulated** payments. Its figures say that the machinery works, nothing of a "
        "bank's own payments: on real data expect a several-fold lower average precision."
        if d.data["simulated"]
        else "It was trained on the bank's own table; it holds for that population and that time."
    )
    head = _HEAD.format(
        name=d.name,
        version=d.version,
        by=d.trained_by,
        at=d.trained_at,
        features=len(d.features),
        feature_set=d.feature_set,
    )
    return "".join(
        (
            head,
            _PURPOSE,
            _data(d, report),
            _performance(d, report),
            _slices(report),
            _checks(d, report),
            _LIMITS.format(simulated=simulated, delay=d.delay_days),
            _governance(d),
        )
    )


def _data(d: Description, report: dict[str, Any]) -> str:
    data, days = d.data, report["days"]
    again = " Trained again on all days after the test." if report["refit"] else ""
    return f"""
## Data

{data["source"]}: {data["payments"]:,} payments from {data["first_day"]} to {data["last_day"]},
{data["frauds"]:,} labelled frauds, {data["labels_from_cases"]} labels from closed cases. SHA-256 `{data["sha256"]}`.
Trained from {days["train_from"]} until {days["train_until"]}, tested from {days["test_from"]}
until {days["test_until"]}; between them {days["delay_days"]} days while labels ripen.{again}
"""


def _performance(d: Description, report: dict[str, Any]) -> str:
    test, cal = report["test"], report["calibration"]
    rows = "".join(
        f"| {name} | {report[key]['auc']:.3f} | {report[key]['average_precision']:.3f} | "
        f"{report[key]['average_precision_95'][0]:.3f} to {report[key]['average_precision_95'][1]:.3f} |\n"
        for name, key in (("this model", "test"), ("logistic regression", "logistic"), ("rules of thumb", "rules"))
    )
    alerts = "".join(
        f"| {a['rate']:.1%} | {a['alerts']:,} | {a['recall']:.3f} | {a['precision']:.3f} | {a['value_recall']:.3f} |\n"
        for a in report["alerts"]
    )
    seen = f"observed {cal['observed']}, expected {cal['expected']:.1f} (ratio {cal['observed_to_expected'] or 0:.2f})"
    bands = {name: format(d.thresholds[name], ".4f") for name in ("high", "medium", "pays")}
    return f"""
## Performance

On the test days: {test["payments"]:,} payments, {test["frauds"]:,} frauds ({test["prevalence"]:.3%}).

| learner | AUC | average precision | 95 % |
|---|---|---|---|
{rows}
| alert rate | alerts | recall | precision | recall by value |
|---|---|---|---|---|
{alerts}
Calibration: {seen}, Brier {cal["brier"]:.5f}.
Bands: high from {bands["high"]}, medium from {bands["medium"]}; an alert pays for itself from {bands["pays"]}.
"""


def _slices(report: dict[str, Any]) -> str:
    rows = "".join(
        f"| {s['by']} | {s['value']} | {s['payments']:,} | {s['frauds']} | "
        f"{'' if s['recall'] is None else format(s['recall'], '.3f')} | {s['false_alarm_rate']:.4f} | "
        f"{'' if s['false_alarm_ratio'] is None else format(s['false_alarm_ratio'], '.2f')} |\n"
        for s in report["slices"]
    )
    return f"""
## Fairness and groups

| by | group | payments | frauds | recall | false alarms | ratio to all |
|---|---|---|---|---|---|---|
{rows}"""


def _checks(d: Description, report: dict[str, Any]) -> str:
    gates = "".join(f"| {name} | {'passed' if passed else 'FAILED'} |\n" for name, passed in d.gates.items())
    leaks = "".join(f"| leakage: {c['check']} | {'passed' if c['passed'] else 'FAILED'} |\n" for c in report["leakage"])
    top = ", ".join(f"`{i['feature']}`" for i in report["importance"][:10])
    return f"""
## Validation

| check | outcome |
|---|---|
{gates}{leaks}
Across {report["stability"]["seeds"]} seeds the average precision spreads by {report["stability"]["spread"]:.4f}.
The score rests most on {top}.
"""


def _governance(d: Description) -> str:
    return f"""
## Governance

- Reproduce: the same table (hash above), config and seed {d.config["seed"]} give the same bytes.
- Promotion: only with all gates passed, and by another person than {d.trained_by}; rollback is one command.
- Monitoring: `amends monitor` compares features, score, calibration and precision with the test days above.
- Change: another feature set is another model. Files are refused when their hash does not match.
- Override: what a person decided against the score stands in the case and comes back as a label.
"""
