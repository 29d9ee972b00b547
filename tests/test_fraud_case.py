"""The score in a case: asked for where the tables ask, shown with its reasons, and never a reason to do less."""

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml
from situations import a_payment

from agent.batch import investigate_scenario
from agent.model.material import compact
from agent.policy.disposition import Disposition
from agent.proposal import Approvals
from agent.settings import Settings
from agent.suspicion import claims_of, document_of, with_band
from agent.workplace import Workbench
from tools.bank.bank import Bank
from tools.bank.engine import memory_engine
from tools.bank.records import Records
from tools.bank.writer import fill
from tools.fraud.artefact import hash_of
from tools.fraud.calibrate import Calibration
from tools.fraud.champion import CHALLENGER, challenger, point_at
from tools.fraud.look import scoring
from tools.fraud.said import PayeeScore, ToScore
from tools.fraud.score import SHIPPED, Scorer
from tools.fraud.trees import ModelUnavailable

SUITE = Path(__file__).parents[1] / "evals" / "suites" / "free_text"
FRAUD, OTHER = SUITE / "fraud-nl-ontvanger-bij-ons", SUITE / "bank-email-charges-within-tariff"


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return Workbench(Settings())


def test_a_report_of_fraud_is_answered_with_a_score_its_reasons_and_their_evidence(bench: Workbench) -> None:
    result = investigate_scenario(FRAUD, bench)

    asked = next(e for e in result["evidence"] if e["tool"] == "score_payment")
    fraud = result["fraud"]
    assert 0 <= fraud["score"] <= 1
    assert fraud["band"] in ("low", "medium", "high")
    assert fraud["model"] == Scorer.load(SHIPPED).name
    assert {"feature", "value", "effect", "code", "text"} <= set(fraud["reasons"][0])
    assert asked["result"]["score"] == fraud["score"]
    told = next(c for c in result["proposal"]["claims"] if fraud["model"] in c["text"])
    assert told["evidence"] == [asked["id"]]


def test_the_same_case_gets_the_same_result_twice(bench: Workbench) -> None:
    one, two = (investigate_scenario(FRAUD, bench) for _ in range(2))

    assert json.dumps(one["fraud"]) == json.dumps(two["fraud"])
    assert one["proposal"]["hash"] == two["proposal"]["hash"]


def test_a_case_whose_tables_ask_for_no_score_gets_none_and_loads_no_model(bench: Workbench) -> None:
    def loaded() -> Scorer:
        raise AssertionError("no model was asked for")

    bench.assistant.scoring = scoring(loaded)
    try:
        assert investigate_scenario(OTHER, bench)["fraud"] is None
    finally:
        bench.assistant.scoring = scoring(lambda: Scorer.load(SHIPPED))


def test_without_a_model_the_case_goes_on_and_says_so(bench: Workbench, tmp_path: Path) -> None:
    bench.assistant.scoring = scoring(lambda: Scorer.load(tmp_path))
    try:
        result = investigate_scenario(FRAUD, bench)
    finally:
        bench.assistant.scoring = scoring(lambda: Scorer.load(SHIPPED))

    assert result["fraud"]["score"] is None
    assert "There is no model" in result["fraud"]["warnings"][0]
    assert any("no score" in claim["text"] for claim in result["proposal"]["claims"])
    assert result["proposal"]["disposition"] == _expected("disposition")


def _expected(field: str) -> Any:
    return yaml.safe_load((FRAUD / "expected.yaml").read_text())[field]


def _score(band: str, **more: Any) -> PayeeScore:
    told: dict[str, Any] = {
        "scored": True,
        "score": 0.9,
        "band": band,
        "model": "m@1",
        "feature_set": "f",
        "reasons": (),
    }
    return PayeeScore.model_validate(told | more)


@pytest.mark.parametrize("disposition", ["ACCEPT", "RETURN_FUNDS", "ESCALATE", "REQUEST_CANCELLATION", "NO_ACTION"])
@pytest.mark.parametrize("band", ["low", "medium", "high"])
def test_the_band_adds_persons_and_actions_and_takes_none_away(disposition: str, band: str) -> None:
    before = Disposition.model_validate(
        {"rule": "CXI-12", "disposition": disposition, "approvals": {"required": 2, "roles": ["approver"]}, "cites": [],
         "actions": [{"kind": "score_account", "subject": "x"}]}
    )  # fmt: skip

    after = with_band(before, _score(band), "ACCOUNT")

    assert after.disposition == before.disposition
    assert after.approvals.required >= before.approvals.required
    assert set(before.approvals.roles) <= set(after.approvals.roles)
    assert after.actions[:1] == before.actions
    assert (len(after.actions) == 2) == (band == "high")


def test_money_does_not_leave_past_a_high_band_without_a_fraud_specialist() -> None:
    before = Disposition.model_validate(
        {"rule": "CXI-12", "disposition": "ACCEPT", "approvals": {"required": 2, "roles": ["approver"]}, "cites": []}
    )

    assert with_band(before, _score("high"), "A").approvals == Approvals(
        required=2, roles=("approver", "fraud_specialist")
    )
    assert with_band(before, _score("medium"), "A") == before


def test_other_payments_into_the_account_are_shown_with_what_was_reported_of_them() -> None:
    engine = memory_engine()
    one, two = a_payment(), a_payment("99.00 EUR", uetr="7d1f2f4e-7b1a-4c55-9d6e-5a3b2c1d0e9f")
    report = {"id": "FR-1", "uetr": two.uetr, "type": "fraud_report", "direction": "received", "status": "open",
              "opened_at": "2026-11-20T10:00:00Z", "counterparty": "C-7"}  # fmt: skip
    fill(engine, Records.model_validate({"payments": [one, two], "cases": [report]}))

    said = scoring(lambda: Scorer.load(SHIPPED))(Bank(engine), ToScore(uetr=one.uetr))

    assert [r.uetr for r in said.related] == [two.uetr]
    assert said.related_reported == 1
    assert "FR-1" in said.related[0].cases[0]
    assert "1 of them reported" in claims_of(said, ("E1",))[1].text


def test_an_unknown_payment_and_a_missing_model_give_a_stated_fallback() -> None:
    def none() -> Scorer:
        raise ModelUnavailable("There is no model.")

    engine = memory_engine()
    fill(engine, Records.model_validate({"payments": [a_payment()]}))

    unknown = scoring(lambda: Scorer.load(SHIPPED))(Bank(engine), ToScore(uetr="7d1f2f4e-7b1a-4c55-9d6e-5a3b2c1d0e9f"))
    missing = scoring(none)(Bank(engine), ToScore(uetr=a_payment().uetr))

    assert not unknown.scored
    assert "not in our records" in unknown.warnings[0]
    assert not missing.scored
    assert document_of(missing) | {"score": None} == document_of(missing)
    assert document_of(None) is None


def test_an_account_without_history_is_never_called_high() -> None:
    engine = memory_engine()
    fill(engine, Records.model_validate({"payments": [a_payment("90000000.00 EUR")]}))

    said = scoring(lambda: Scorer.load(SHIPPED))(Bank(engine), ToScore(uetr=a_payment().uetr))

    assert said.band in ("low", "medium")
    assert len(said.warnings) == 2


def test_a_challenger_is_noted_in_the_evidence_and_changes_nothing_else(bench: Workbench) -> None:
    alone = investigate_scenario(FRAUD, bench)
    shadow = Scorer.load(SHIPPED)
    certain = replace(shadow, calibration=Calibration(np.array([0.0, 1.0]), np.array([0.99, 1.0])))

    bench.assistant.scoring = scoring(lambda: Scorer.load(SHIPPED), lambda: certain)
    try:
        beside = investigate_scenario(FRAUD, bench)
    finally:
        bench.assistant.scoring = scoring(lambda: Scorer.load(SHIPPED))

    noted, before = (
        next(e["result"] for e in result["evidence"] if e["tool"] == "score_payment") for result in (beside, alone)
    )
    assert noted.pop("challenger")["score"] >= 0.99
    assert noted == before
    assert "challenger" not in before
    assert compact(noted) == compact(noted | {"challenger": {"model": "other", "score": 0.99}})
    assert beside["fraud"] == alone["fraud"]
    for part in ("claims", "actions", "approvals", "disposition"):
        assert beside["proposal"][part] == alone["proposal"][part]


def test_a_challenger_that_cannot_be_used_is_said_to_be_so_beside_the_score(tmp_path: Path) -> None:
    engine = memory_engine()
    fill(engine, Records(payments=(a_payment(),)))

    tool = scoring(lambda: Scorer.load(SHIPPED), lambda: Scorer.load(tmp_path))
    said = tool(Bank(engine), ToScore(uetr=a_payment().uetr))

    assert said.scored
    assert said.challenger is not None
    assert said.challenger.score is None
    assert "There is no model" in said.challenger.warnings[0]


def test_the_challenger_of_a_store_is_the_one_its_registry_points_at(tmp_path: Path) -> None:
    assert challenger(tmp_path) is None

    shutil.copytree(SHIPPED, tmp_path / "models" / "other")
    point_at(tmp_path, CHALLENGER, "other", hash_of(SHIPPED), "2")

    found = challenger(tmp_path)
    assert found is not None
    assert found.hash == hash_of(SHIPPED)
