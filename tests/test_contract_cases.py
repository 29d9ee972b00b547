"""Every scenario that is here gives the result that it says it should: the public ones, and those of the tables.

One workbench investigates them all, as a batch does; each is a test of its own, so a difference names its scenario.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.batch import investigate_scenario
from agent.settings import Settings
from agent.workplace import Workbench
from evals.scenario_check import Expected, differences, expectation
from tests.conftest import SHARED
from tests.situations import a_payment, a_recall_of
from tools.bank.scenario import is_scenario
from tools.errors import ToolError, UnusableInput

OWN = Path(__file__).resolve().parents[1] / "evals" / "suites"
SUITES = {"contract": SHARED / "contract" / "cases", "tables": OWN / "tables"}
"""The suite of free texts is no test but a measurement: `python -m evals.run` holds its rate to a gate."""
XSD = SHARED / "xsd"


def _scenarios() -> Iterator[Any]:
    for suite, folder in SUITES.items():
        found = sorted(path for path in folder.iterdir() if is_scenario(path)) if folder.is_dir() else []
        for path in found:
            yield pytest.param(path, id=f"{suite}:{path.name}")
        if not found:
            reason = f"the scenarios of {suite} are not here: {folder}"
            yield pytest.param(folder, id=f"{suite}:absent", marks=pytest.mark.skip(reason=reason))


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return Workbench(Settings(store_url=None))


@pytest.mark.parametrize("folder", list(_scenarios()))
def test_a_scenario_gives_what_it_expects(folder: Path, bench: Workbench) -> None:
    expected = expectation(folder)

    result, drafts = _investigated(folder, bench)

    found = differences(expected, result, drafts, XSD if XSD.is_dir() else None)
    assert not found, "; ".join(map(str, found))


def _investigated(folder: Path, bench: Workbench) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        result = investigate_scenario(folder, bench)
    except ToolError as error:
        return {"error": {"code": error.code, "message": str(error)}}, {}
    return result, result.pop("drafts")


# The checker itself: what it lets pass means nothing unless it stops the rest.


@pytest.fixture
def refused(tmp_path: Path, bench: Workbench) -> tuple[dict[str, Any], dict[str, str]]:
    """A recall of a payment that we never had: refused with camt.029 RJCR/NOOR."""
    return _investigated(a_recall_of(a_payment(), known=False).written_to(tmp_path), bench)


RIGHT: dict[str, Any] = {
    "type": "cancellation_received",
    "disposition": "REJECT",
    "rule": "CXI-1",
    "status": "RJCR",
    "reason": ["NOOR", "ARDT"],
    "messages": ["camt.029"],
    "to": "ELMSNL2AXXX",
    "approvers": 1,
    "roles": ["approver"],
    "must_mention": ["RJCR"],
    "must_not_mention": ["sanction"],
}


def test_the_checker_finds_no_difference_where_there_is_none(refused: Any) -> None:
    result, drafts = refused

    assert differences(_expected(**RIGHT), result, drafts) == ()


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("type", "recall"),
        ("disposition", ["ACCEPT", "PEND"]),
        ("rule", "CXI-2"),
        ("status", None),
        ("reason", "LEGL"),
        ("messages", ["camt.029", "pacs.004"]),
        ("messages", []),
        ("messages", ["MT196"]),
        ("uetr", str(a_payment().uetr)),
        ("to", "WOLFFRPP"),
        ("approvers", 2),
        ("roles", ["compliance"]),
        ("must_mention", ["never in there"]),
        ("must_not_mention", ["<RJCR>|>RJCR<"]),
        ("exit", 2),
    ],
)
def test_the_checker_names_the_field_that_differs(field: str, wrong: Any, refused: Any) -> None:
    result, drafts = refused

    found = differences(_expected(**RIGHT | {field: wrong}), result, drafts)

    assert [difference.field for difference in found] == [field]


def test_the_checker_wants_every_claim_proven(refused: Any) -> None:
    result, drafts = refused
    unproven = {"text": "Trust us.", "evidence": [], "rules": []}
    invented = {"text": "Proven elsewhere.", "evidence": ["E99"], "rules": []}
    proposal = result["proposal"] | {"claims": [unproven, invented]}

    found = differences(_expected(**RIGHT), result | {"proposal": proposal}, drafts)

    assert [difference.field for difference in found] == ["claims", "claims"]


def test_the_checker_wants_every_message_written_and_whole(refused: Any) -> None:
    result, drafts = refused
    [name] = drafts

    assert [d.field for d in differences(_expected(**RIGHT), result, {})] == ["drafts"]
    assert [d.field for d in differences(_expected(**RIGHT), result, {name: "<Document>"})] == ["drafts"]


def test_the_checker_holds_messages_against_the_official_schema(refused: Any, shared: Path) -> None:
    result, drafts = refused
    [name] = drafts
    broken = {name: drafts[name].replace("<Id>", "<Idd>").replace("</Id>", "</Idd>")}

    assert differences(_expected(**RIGHT), result, drafts, shared / "xsd") == ()
    assert [d.field for d in differences(_expected(**RIGHT), result, broken, shared / "xsd")] == ["drafts"]


def test_an_expectation_with_an_unknown_field_is_refused(tmp_path: Path) -> None:
    """A misspelt field would check nothing and look like success."""
    (tmp_path / "expected.yaml").write_text("dispositon: REJECT\n")

    with pytest.raises(UnusableInput, match="dispositon"):
        expectation(tmp_path)


def _expected(**fields: Any) -> Expected:
    return Expected.model_validate(yaml.safe_load(yaml.safe_dump(fields)))
