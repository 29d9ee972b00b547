"""A case under the bank's own rule cites it, keeps its words in the record, and sends none of them out."""

from pathlib import Path

import orjson
import pytest

from tests.situations import a_payment, a_recall_of
from tests.test_cli import Amends, amends  # noqa: F401  # a fixture

CANARY = "The ostrich desk of our bank refuses in this very situation without a telephone call to anybody."


def test_a_private_rule_is_cited_and_exported_as_it_stood_and_leaves_in_no_message(
    amends: Amends,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    store, scenario = tmp_path / "store", a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("no")
    folder = scenario.written_to(tmp_path / "recall")
    monkeypatch.setenv("AMENDS_STORE", str(store))
    shipped = amends("investigate", folder, "--json").document["rules"]
    rules = tmp_path / "rules"
    rules.mkdir()
    ids = ", ".join(rule["id"] for rule in shipped)
    (rules / "own.md").write_text(f"---\nid: house-ostrich\nreplaces: [{ids}]\n---\n\n{CANARY}\n")
    assert amends("rules", "add", rules, "--store", store, "--json").code == 0

    result = amends("investigate", folder, "--json", "--store", store, "--out", tmp_path / "out").document

    (cited,) = result["rules"]
    assert (cited["id"], cited["text"], cited["private"]) == ("house-ostrich", CANARY, True)
    assert all("ostrich" not in path.read_text() for path in (tmp_path / "out").iterdir())
    assert "ostrich desk" not in orjson.dumps(result["proposal"]["reply"]).decode()
    (rules / "own.md").unlink()
    amends("rules", "remove", "house-ostrich", "--store", store)
    amends("audit", "export", result["case"]["id"], "--store", store, "--out", tmp_path / "pack")
    (pack,) = (tmp_path / "pack").glob("*.json")
    assert CANARY in pack.read_text()
