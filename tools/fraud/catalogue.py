"""The feature catalogue: written from the code into docs/fraud-model.md, and held against it by a test.

Run `python -m tools.fraud.catalogue` to write it anew.
"""

from pathlib import Path

from tools.fraud.features import FEATURE_SET, FEATURES
from tools.fraud.words import code_of

BEGIN, END = "<!-- catalogue: begin -->", "<!-- catalogue: end -->"
PAGE = Path(__file__).parents[2] / "docs" / "fraud-model.md"
_FRESH = {
    "payment": "the payment itself",
    "payer": "up to the microsecond before",
    "payee": "up to the microsecond before",
    "pair": "up to the microsecond before",
    "flow": "up to the microsecond before",
    "reports": "up to the full hour before",
}


def catalogue() -> str:
    """Return the table of all features."""
    rows = "".join(
        f"| `{f.name}` | {f.says} | {f.group} | {f.window} | {_FRESH[f.group]} | {code_of(f.name)} |\n"
        for f in FEATURES
    )
    return (
        f"Set `{FEATURE_SET}`, {len(FEATURES)} features. Owner of each: who trains the model.\n\n"
        f"| feature | in words | group | window | freshness | reason code |\n|---|---|---|---|---|---|\n{rows}"
    )


def placed(page: str) -> str:
    """Return the page with the table in its place."""
    before, rest = page.split(BEGIN)
    return f"{before}{BEGIN}\n{catalogue()}{END}{rest.split(END)[1]}"


if __name__ == "__main__":
    PAGE.write_text(placed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
