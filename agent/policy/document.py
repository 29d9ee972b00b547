"""Writes docs/decision-tables.md from the tables: `python -m agent.policy.document > docs/decision-tables.md`.

What a supervisor reads and signs is what the program does; a test holds the committed file against this one.
"""

import sys
from collections.abc import Iterable, Iterator
from itertools import chain

from agent.policy.rows import tables
from agent.policy.table import NamedRow, Table

_OPENING = """\
# Decision tables

What Amends proposes, case type by case type. Made from the code by `python -m agent.policy.document`: do not edit it.

Rows are tried in the order written, and the first one that matches decides: first the rows of section 0, then those of
precedence between open cases (section 15), then the table of the case's own type. Every row rests on the rule documents
named beside it (`amends search`, `retrieval/rules/`); those named under a table's title hold for all of its rows.
"""
_SIGNING = """\
## 16. Who signs

Counted in `agent/policy/approvals.py`; the guardrail `authority` counts again.

- An escalation is signed by one person in the role that it names, and by nobody else.
- A fraud report and an outgoing recall for fraud are signed by one `fraud_specialist`: no second person may delay them.
- Information given or asked for, waiting, and linking to an earlier case take one `approver`.
- Forwarding a message, an internal cancellation, a refusal, a request for cancellation and a return of funds to their
  own debtor take one person below the limit of the currency and two from it on; no limit counts as above it.
- Everything else that gives money away takes two, whatever the amount.
- A compliance hold makes `compliance` one of the persons, a decision on a recall for fraud the `fraud_specialist`.
"""


def document() -> str:
    """Return the whole document."""
    sections = sorted(tables(), key=_number)
    return "\n".join(chain([_OPENING], *(_section(table) for table in sections), [_SIGNING]))


def _number(table: Table) -> int:
    """The section of the decision tables that a title opens with."""
    return int(table.title.partition(".")[0])


def _section(table: Table) -> Iterator[str]:
    yield f"## {table.title}\n"
    yield f"Rests on {_listed(table.cites)}.\n"
    yield "| id | when | then | rests besides on |"
    yield "|---|---|---|---|"
    for row in table:
        yield _line(row, table)
    yield ""


def _line(row: NamedRow, table: Table) -> str:
    own = [id for id in row.cites if id not in table.cites]
    return f"| {row.id} | {_cell(row.when)} | {_cell(row.then)} | {_listed(own)} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _listed(ids: Iterable[str]) -> str:
    return ", ".join(f"`{id}`" for id in ids)


if __name__ == "__main__":
    sys.stdout.write(document())
