"""The decision tables that people read are the ones that the program follows."""

import subprocess
import sys
from pathlib import Path

import pytest

from agent.policy.document import document
from agent.policy.rows import tables
from agent.policy.table import Table

ROOT = Path(__file__).resolve().parents[1]


def test_the_committed_document_is_the_generated_one() -> None:
    committed = (ROOT / "docs" / "decision-tables.md").read_text(encoding="utf-8")

    assert committed == document(), "run python -m agent.policy.document > docs/decision-tables.md"


def test_the_command_prints_the_document() -> None:
    run = subprocess.run([sys.executable, "-m", "agent.policy.document"], cwd=ROOT, capture_output=True, timeout=60)

    assert (run.returncode, run.stdout.decode()) == (0, document())


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.title)
def test_every_row_stands_in_it_in_the_order_in_which_it_is_tried(table: Table) -> None:
    section = document().split(f"## {table.title}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| ") and not line.startswith("| id ")]

    assert [line.split(" | ")[0].removeprefix("| ") for line in lines] == [row.id for row in table]
    for line, row in zip(lines, table, strict=True):
        assert row.when in line
        assert row.then in line
        for rule in row.cites:
            assert f"`{rule}`" in line or f"`{rule}`" in section.split("| id |")[0]


def test_every_line_of_a_table_has_its_four_cells() -> None:
    for line in document().splitlines():
        if line.startswith("|"):
            assert line.replace("\\|", "").count("|") == 5, line
