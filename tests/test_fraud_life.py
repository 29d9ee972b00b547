"""A model's life: promoted by a second person, watched, fed with what cases found out, and taken back in one go."""

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import polars as pl
import pytest
from at_the_desk import a_case, a_proposal
from situations import a_payment
from sqlalchemy import select
from typer.testing import CliRunner

from agent.decision import Approve
from agent.desk import decide
from agent.feedback import labels_of, learn, state_outcome
from agent.proposal import Approvals
from agent.store import Store
from app.cli import app
from evals.fraud.cards import card_payments
from tools.bank.bank import Bank
from tools.bank.casework import audit
from tools.bank.engine import memory_engine, open_engine
from tools.bank.records import Records
from tools.bank.writer import fill
from tools.errors import ToolError
from tools.evidence import digest
from tools.fraud.artefact import DESCRIPTION
from tools.fraud.champion import champion, champion_folder
from tools.fraud.config import load_config
from tools.fraud.look import scoring
from tools.fraud.registry import NotAllowed, Registry
from tools.fraud.relabel import relabelled
from tools.fraud.said import ToScore
from tools.fraud.score import SHIPPED, Scorer
from tools.fraud.simulate import simulated_table
from tools.fraud.table import PaymentTable, load_table
from tools.fraud.train import Provenance, train
from tools.fraud.trees import ModelUnavailable

AT = "2026-11-29T10:00:00+00:00"
_ANY = {
    "beats_logistic": 0.0,
    "beats_rules": 0.0,
    "calibration_low": 0.0,
    "calibration_high": 99.0,
    "stability_spread": 1.0,
}
"""Gates that a model of twenty trees passes."""


def run(*arguments: str) -> tuple[int, Any]:
    said = CliRunner().invoke(app, list(arguments))
    return said.exit_code, json.loads(said.stdout) if said.stdout.startswith("{") else said.stdout


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("table") / "cards.csv"
    card_payments(customers=250, terminals=500, days=55, seed=5).write_csv(path)
    return path


@pytest.fixture(scope="module")
def models(table: Path) -> Path:
    """Two models by anna, of two seeds."""
    folder = table.parent
    config = {"shapes": [{"rounds": 20}], "stability_seeds": 1, "rows_max": 5000, "keep_history": False}
    for seed in (1, 2):
        told = load_config(None, seed=seed, gates=_ANY, **config)
        train(load_table(table), told, folder / f"m{seed}", Provenance(by="anna", at=AT, source="cards"))
    return folder


# --- registry --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def registry(models: Path, tmp_path_factory: pytest.TempPathFactory) -> Registry:
    """Version 1 and 2 pass their gates; 3 does not."""
    store = tmp_path_factory.mktemp("store")
    made = Registry(store)
    failing = models / "failing"
    shutil.copytree(models / "m1", failing)
    document = orjson.loads((failing / DESCRIPTION).read_bytes())
    document.pop("hash")
    document["gates"]["calibrated"] = False
    (failing / DESCRIPTION).write_bytes(orjson.dumps(document | {"hash": digest(document)}))
    for name in ("m1", "m2"):
        made.register(models / name)
    document["name"] = "amends-failing"
    (failing / DESCRIPTION).write_bytes(orjson.dumps(document | {"hash": digest(document)}))
    made.register(failing)
    return made


def test_a_model_lives_from_registration_to_rollback(registry: Registry) -> None:
    store = registry._store
    assert champion_folder(store)[0] == SHIPPED

    with pytest.raises(NotAllowed, match="another person"):
        registry.promote("1", " Anna ", AT)
    with pytest.raises(NotAllowed, match="calibrated"):
        registry.promote("3", "bernd", AT)
    with pytest.raises(NotAllowed, match="no version"):
        registry.promote("9", "bernd", AT)
    registry.promote("1", "bernd", AT, "first")
    first = champion(store)
    registry.promote("2", "bernd", AT)
    second = champion(store)

    assert first.name != second.name
    assert [v.aliases for v in registry.versions()] == [(), ("champion",), ()]
    assert registry.rollback("clara", AT).version == "1"  # type: ignore[union-attr]
    assert champion(store).name == first.name
    assert registry.rollback("clara", AT) is None
    assert champion_folder(store)[0] == SHIPPED
    with pytest.raises(NotAllowed, match="nothing to go back"):
        registry.rollback("clara", AT)
    assert [(e["deed"], e["version"], e["by"]) for e in registry.log()] == [
        ("promote", "1", "bernd"), ("promote", "2", "bernd"), ("rollback", "1", "clara"), ("rollback", None, "clara"),
    ]  # fmt: skip


def test_a_version_whose_files_were_changed_is_not_promoted_and_not_used(registry: Registry) -> None:
    store = registry._store
    registry.promote("2", "bernd", AT)
    model = registry.folder(registry.version("2")) / "model.txt"
    whole = model.read_text()

    model.write_text(whole.replace("leaf_value=", "leaf_value=9", 1))
    os.utime(model.parent / DESCRIPTION, (1, 1))
    try:
        with pytest.raises(ModelUnavailable, match=r"model\.txt"):
            registry.promote("2", "bernd", AT)
        with pytest.raises(ModelUnavailable, match=r"model\.txt"):
            champion(store)
    finally:
        model.write_text(whole)
        registry.rollback("clara", AT)


def test_a_challenger_scores_in_the_shadow_and_is_compared(registry: Registry, table: Path, tmp_path: Path) -> None:
    store = registry._store
    registry.promote("1", "bernd", AT)
    registry.challenge("2")
    pl.read_csv(table, infer_schema=False).tail(2000).write_csv(tmp_path / "new.csv")
    pl.read_csv(table, infer_schema=False).tail(5).write_csv(tmp_path / "few.csv")

    said = CliRunner().invoke(app, ["score", str(tmp_path / "few.csv"), "--json", "--store", str(store)])
    code, compared = run("model", "compare", str(tmp_path / "new.csv"), "--json", "--store", str(store))

    line = json.loads(said.stdout.splitlines()[0])
    assert line["model"] == registry.version("1").model
    assert line["challenger"]["model"] == registry.version("2").model
    assert code == 0
    assert compared["champion"]["payments"] == compared["challenger"]["payments"] == 2000
    assert 0 <= compared["both"]["alerts_shared"] <= 1
    assert "# Model card" in run("model", "card", "--store", str(store))[1]
    registry.rollback("clara", AT)


def recorded(store: Path) -> list[dict[str, Any]]:
    with Store(open_engine(f"sqlite:///{store / 'amends.sqlite'}")).snapshot() as connection:
        rows = connection.execute(select(audit).order_by(audit.c.seq)).mappings().all()
    return [{**orjson.loads(row["body"]), "kind": row["kind"], "by": row["actor"], "at": row["at"]} for row in rows]


def test_promotion_and_rollback_stand_in_the_audit_chain_and_a_refused_one_does_not(
    models: Path, tmp_path: Path
) -> None:
    where = ("--store", str(tmp_path))
    registered = run("model", "register", str(models / "m1"), "--json", *where)[1]

    assert run("model", "promote", "1", "--as", "anna", "--json", *where)[0] == 2
    assert not (tmp_path / "amends.sqlite").exists()
    assert run("model", "promote", "1", "--as", "bernd", "--why", "first", "--json", *where)[0] == 0
    assert run("model", "rollback", "--as", "clara", "--why", "too many alerts", *where)[0] == 0

    promoted, back = recorded(tmp_path)
    assert (promoted["kind"], promoted["by"], promoted["why"]) == ("model_promote", "bernd", "first")
    assert (promoted["hash"], promoted["gates"]) == (registered["hash"], registered["gates"])
    assert (promoted["version"], promoted["in_use_before"], promoted["trained_by"]) == ("1", None, "anna")
    assert (back["kind"], back["by"], back["version"], back["in_use_before"]) == ("model_rollback", "clara", None, "1")
    assert datetime.fromisoformat(back["at"]).tzinfo is not None
    assert run("audit", "verify", "--json", *where)[1]["whole"]

    with open_engine(f"sqlite:///{tmp_path / 'amends.sqlite'}").begin() as connection:
        for name in connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'trigger'").scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.exec_driver_sql("UPDATE audit SET actor = 'dora' WHERE seq = 1")
    code, said = run("audit", "verify", "--json", *where)
    assert code == 2
    assert said["broken"]["why"] == "record 1 (model_promote) was changed"


def test_a_promotion_that_fails_on_its_way_is_recorded_as_failed(
    registry: Registry, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[dict[str, Any]] = []
    before = registry.log()

    def broken(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr("tools.fraud.registry.point_at", broken)
    with pytest.raises(OSError, match="disk"):
        Registry(registry._store, record=told.append).promote("1", "bernd", AT)
    monkeypatch.undo()

    assert [entry["deed"] for entry in told] == ["promote", "promote_failed"]
    assert told[1]["failure"] == "the disk is full"
    assert registry.log() == before
    assert champion_folder(registry._store)[0] == SHIPPED


# --- monitoring ------------------------------------------------------------------------------------------------------


def watch(path: Path, models: Path, out: Path, **limits: float) -> tuple[int, Any]:
    (out / "limits.yaml").write_text(json.dumps({"latency_p99_us": 1e9, **limits}))
    return run(
        "monitor",
        str(path),
        "--model",
        str(models / "m1"),
        "--out",
        str(out),
        "--thresholds",
        str(out / "limits.yaml"),
        "--json",
    )


def test_payments_like_those_before_cross_no_threshold(table: Path, models: Path, tmp_path: Path) -> None:
    code, said = watch(
        table, models, tmp_path, feature_psi=5, score_psi=1, precision_high_min=0, observed_to_expected_high=9
    )

    assert (code, said["alerts"]) == (0, [])
    assert said["labels"]["observed"] > 0
    assert {"psi", "psi_by_chance", "ks", "n", "bins", "missing"} == set(said["score"])
    assert "<svg" in (tmp_path / "monitor.html").read_text()
    assert json.loads((tmp_path / "monitor.json").read_text())["model"] == said["model"]


def test_payments_ten_times_as_large_are_noticed_by_name_and_by_exit_code(
    table: Path, models: Path, tmp_path: Path
) -> None:
    frame = pl.read_csv(table, infer_schema=False).with_columns(
        amount=(pl.col("amount").cast(pl.Float64) * 10).cast(pl.String)
    )
    frame.write_csv(tmp_path / "new.csv")

    code, said = watch(tmp_path / "new.csv", models, tmp_path)

    assert code == 3
    assert any(alert.startswith("amount has moved") for alert in said["alerts"])


def test_a_threshold_that_there_is_not_is_refused(table: Path, models: Path, tmp_path: Path) -> None:
    code, said = watch(table, models, tmp_path, feature_ksi=1)

    assert code == 2
    assert "feature_ksi" in said["error"]["message"]


# --- feedback --------------------------------------------------------------------------------------------------------


def a_closed_report(store: Store, uetr: str, *, disposition: str = "REQUEST_CANCELLATION", signed: bool = True) -> None:
    proposal = a_proposal(disposition=disposition, rule="FRD-3", messages=(),
                          approvals=Approvals(required=1, roles=("fraud_specialist",)))  # fmt: skip
    a_case(store, "C-1", proposal, type="fraud_report", uetr=uetr)
    if signed:
        moment = datetime(2026, 11, 24, 10, tzinfo=UTC)
        decide(store, "C-1", user="bernd", role="fraud_specialist", verdict=Approve(), now=moment)


@pytest.fixture
def store() -> Store:
    engine = memory_engine()
    fill(engine, Records(payments=(a_payment(),)))
    return Store(engine)


def test_a_closed_report_of_fraud_labels_its_payment_with_its_provenance(store: Store) -> None:
    a_closed_report(store, a_payment().uetr)

    assert (learn(store), learn(store)) == (1, 1)

    label, known = labels_of(store)[str(a_payment().uetr)]
    assert label == 1
    assert known == int(datetime(2026, 11, 24, 10, tzinfo=UTC).timestamp()) * 1_000_000
    with store.engine.connect() as connection:
        source = connection.exec_driver_sql("SELECT source FROM flow_marks WHERE kind = 'fraud'").scalar_one()
    assert source == "case:C-1 FRD-3 signed by bernd"


@pytest.mark.parametrize("more", [{"signed": False}, {"disposition": "NO_ACTION"}])
def test_a_case_that_waits_or_says_nothing_labels_nothing(store: Store, more: dict[str, Any]) -> None:
    a_closed_report(store, a_payment().uetr, **more)

    assert learn(store) == 0
    assert labels_of(store) == {}


def test_what_a_person_found_out_stands_above_what_the_case_implies(store: Store) -> None:
    a_closed_report(store, a_payment().uetr)
    learn(store)

    state_outcome(store, "C-1", "genuine", by="dora", at=datetime(2026, 11, 25, tzinfo=UTC))
    learn(store)

    assert labels_of(store)[str(a_payment().uetr)][0] == 0
    assert store.history("C-1")[-1].kind == "fraud_outcome"
    with pytest.raises(ToolError, match="name"):
        state_outcome(store, "C-1", "fraud", by=" ", at=datetime(2026, 11, 25, tzinfo=UTC))


def test_a_learned_fraud_counts_for_the_next_payment_to_the_same_account(store: Store) -> None:
    a_closed_report(store, a_payment().uetr)
    learn(store)
    moment = datetime(2026, 11, 26, tzinfo=UTC)
    other = "7d1f2f4e-7b1a-4c55-9d6e-5a3b2c1d0e9f"
    later = a_payment("75.00 EUR", uetr=other, state_at=moment, credited_at=moment)
    fill(store.engine, Records(payments=(later,)))

    from tools.fraud.payment import payment_features

    scorer = Scorer.load(SHIPPED)
    row, _ = payment_features(Bank(store.engine), later, scorer.described)
    said = scoring(lambda: scorer)(Bank(store.engine), ToScore(uetr=later.uetr))

    assert row[scorer.described.features.index("payee_fraud")] == 1
    assert said.scored


def test_retraining_learns_from_what_cases_found_out(models: Path, table: Path) -> None:
    """The same table with labels from cases gives another model, and its card says how many labels came from there."""
    before = load_table(table)
    turned = {
        uetr: (1, at)
        for uetr, at in before.frame.filter(pl.col("label") == 0).head(300).select("uetr", "at").iter_rows()
    }

    after, held = relabelled(before, turned)

    assert held == 300
    assert after.frame["label"].sum() == before.frame["label"].sum() + 300
    config = load_config(None, seed=1, shapes=[{"rounds": 20}], stability_seeds=1, rows_max=5000, keep_history=False)
    again = train(after, config, models / "again", Provenance(by="anna", at=AT, source="cards", labels_from_cases=held))
    assert (models / "again" / "model.txt").read_bytes() != (models / "m1" / "model.txt").read_bytes()
    assert "300 labels from closed cases" in (models / "again" / "card.md").read_text()
    assert again.described.data["labels_from_cases"] == 300


# --- the simulator ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
def test_a_simulated_table_is_read_back_as_it_was_made(tmp_path: Path, suffix: str) -> None:
    code, said = run("simulate", "3000", "--seed", "4", "--out", str(tmp_path / f"made.{suffix}"), "--json")

    read, made = load_table(tmp_path / f"made.{suffix}").frame, simulated_table(3000, 4).frame
    assert (code, said["payments"]) == (0, made.height)
    assert read.drop("row").equals(made.select(read.columns).drop("row"))


def test_simulated_payments_are_the_same_for_the_same_seed_and_labelled_late_and_not_all() -> None:
    one, two, other = (simulated_table(12_000, seed) for seed in (1, 1, 2))

    assert isinstance(one, PaymentTable)
    assert one.frame.equals(two.frame)
    assert not one.frame.equals(other.frame)
    truth = one.frame.filter(pl.col("typology") != "genuine")
    assert set(truth["typology"].unique()) == {
        "app_impersonation", "purchase_scam", "invoice_redirection", "takeover", "mule", "first_party", "probe",
    }  # fmt: skip
    assert 0 < truth["label"].sum() < truth.height
    assert one.frame.filter(pl.col("typology") == "genuine")["label"].sum() == 0
    reported = truth.filter(pl.col("label") == 1)
    assert (reported["reported_at"] > reported["at"]).all()
