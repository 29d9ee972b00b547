"""Training and scoring: better than the baselines, the same to the bit, and never from a changed file."""

import json
import shutil
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from app.cli import app
from evals.fraud.cards import card_payments
from tools.fraud.artefact import MODEL, REPORT, read_model
from tools.fraud.calibrate import calibrate
from tools.fraud.file import joined
from tools.fraud.score import SHIPPED, Scorer
from tools.fraud.table import load_table
from tools.fraud.trees import ModelUnavailable

DAYS = ["--train-from", "2018-04-20", "--test-from", "2018-05-16", "--delay-days", "7"]
_CONFIG = "{shapes: [{rounds: 30}], stability_seeds: 2, rows_max: 8000}"


@pytest.fixture(scope="module")
def cards(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two months of a small town's cards, as a table."""
    folder = tmp_path_factory.mktemp("cards")
    card_payments(customers=300, terminals=600, days=60, seed=3).write_csv(folder / "cards.csv")
    (folder / "config.yaml").write_text(_CONFIG)
    return folder


@pytest.fixture(scope="module")
def model(cards: Path) -> Path:
    train(cards, cards / "model")
    return cards / "model"


def train(cards: Path, out: Path, *more: str) -> dict[str, object]:
    config = ["--config", str(cards / "config.yaml")]
    said = CliRunner().invoke(
        app, ["train", str(cards / "cards.csv"), "--json", "--as", "anna", "--out", str(out), *DAYS, *config, *more]
    )
    assert said.exit_code == 0, said.stderr
    document: dict[str, object] = json.loads(said.stdout)
    return document


def test_a_run_tells_its_proof_and_beats_the_rules(cards: Path, model: Path) -> None:
    report = json.loads((model / REPORT).read_bytes())

    assert report["test"]["average_precision"] > report["rules"]["average_precision"]
    assert report["test"]["auc"] > 0.75
    assert [alert["rate"] for alert in report["alerts"]] == [0.001, 0.005, 0.01]
    assert all(check["passed"] for check in report["leakage"])
    assert {"amount"} <= {s["by"] for s in report["slices"]}
    assert report["importance"][0]["permutation"] is not None
    assert "<svg" in (model / "report.html").read_text()
    assert "SR 26-2" in (model / "card.md").read_text()


def test_the_same_table_config_and_seed_give_the_same_model_and_another_seed_another(
    cards: Path, model: Path, tmp_path: Path
) -> None:
    train(cards, tmp_path / "again")
    train(cards, tmp_path / "other", "--seed", "8")

    assert (tmp_path / "again" / MODEL).read_bytes() == (model / MODEL).read_bytes()
    assert (tmp_path / "again" / REPORT).read_bytes() == (model / REPORT).read_bytes()
    assert (tmp_path / "other" / MODEL).read_bytes() != (model / MODEL).read_bytes()


def test_a_file_is_scored_in_its_own_order_with_bad_rows_in_their_place(
    cards: Path, model: Path, tmp_path: Path
) -> None:
    rows = pl.read_csv(cards / "cards.csv", infer_schema=False).tail(50).sample(fraction=1, shuffle=True, seed=1)
    rows = rows.with_columns(amount=pl.when(pl.int_range(pl.len()) == 7).then(pl.lit("x")).otherwise("amount"))
    rows.write_csv(tmp_path / "new.csv")

    said = CliRunner().invoke(app, ["score", str(tmp_path / "new.csv"), "--model", str(model), "--json"])

    lines = [json.loads(line) for line in said.stdout.splitlines()]
    assert said.exit_code == 2
    assert [line["row"] for line in lines] == list(range(1, 51))
    assert lines[7]["error"]["where"] == "amount"
    assert [line["uetr"] for line in lines[:7]] == rows["uetr"].to_list()[:7]
    assert all(
        0 <= line["score"] <= 1 and line["band"] in ("low", "medium", "high") for line in lines if "score" in line
    )


def test_payments_scored_later_look_back_on_the_models_own_table(cards: Path, model: Path, tmp_path: Path) -> None:
    """The same payments, alone in a file, get the score that they get among all others."""
    whole = pl.read_csv(cards / "cards.csv", infer_schema=False)
    whole.tail(40).write_csv(tmp_path / "tail.csv")
    whole.tail(400).write_csv(tmp_path / "more.csv")

    def scores(path: Path) -> dict[str, float]:
        said = CliRunner().invoke(app, ["score", str(path), "--model", str(model), "--json"])
        return {line["uetr"]: line["score"] for line in map(json.loads, said.stdout.splitlines())}

    alone, among = scores(tmp_path / "tail.csv"), scores(tmp_path / "more.csv")
    assert alone == {uetr: among[uetr] for uetr in alone}


def test_rows_numbered_anew_are_not_taken_for_the_rows_of_the_models_table(cards: Path) -> None:
    """A table without ids counts its rows: row 1 of today is not row 1 of then."""
    before = load_table(cards / "cards.csv").frame.head(50)
    today = before.with_columns(at=pl.col("at") + 10**12)

    whole, ours = joined(today, before)
    again, same = joined(before, before)

    assert (whole.height, again.height) == (100, 50)
    assert whole["at"].to_numpy()[ours].tolist() == today["at"].to_list()
    assert same.tolist() == list(range(50))


def test_a_fresh_program_scores_a_table_with_the_model_that_it_ships(cards: Path, tmp_path: Path) -> None:
    pl.read_csv(cards / "cards.csv", infer_schema=False).head(300).write_csv(tmp_path / "new.csv")

    said = CliRunner().invoke(app, ["score", str(tmp_path / "new.csv"), "--json", "--store", str(tmp_path / "none")])

    first = json.loads(said.stdout.splitlines()[0])
    assert said.exit_code == 0
    assert first["model"] == Scorer.load(SHIPPED).name
    assert "history" in first["warnings"][0]


@pytest.mark.parametrize("file", ["model.txt", "model.json", "history.parquet"])
def test_a_tampered_model_file_is_refused_by_name(model: Path, cards: Path, tmp_path: Path, file: str) -> None:
    shutil.copytree(model, tmp_path / "model")
    content = bytearray((tmp_path / "model" / file).read_bytes())
    place = content.rindex(b"7") if file.endswith(".json") else len(content) // 2
    content[place] = ord("8")
    (tmp_path / "model" / file).write_bytes(content)

    said = CliRunner().invoke(app, ["score", str(cards / "cards.csv"), "--model", str(tmp_path / "model"), "--json"])

    assert said.exit_code == 2
    assert file in json.loads(said.stdout)["error"]["message"]


def test_a_missing_model_is_said_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(ModelUnavailable, match="amends train"):
        read_model(tmp_path)


def test_one_row_and_many_get_the_same_score_and_reasons_to_the_bit() -> None:
    scorer = Scorer.load(SHIPPED)
    rng = np.random.default_rng(1)
    x = rng.uniform(0, 50, (200, len(scorer.described.features)))
    x[rng.random(x.shape) < 0.3] = np.nan
    x[:, scorer.described.features.index("weekday")] = 3

    assert scorer.score_all(x) == [scorer.score(row) for row in x]


def test_the_fast_path_equals_lightgbm_itself() -> None:
    import lightgbm

    scorer = Scorer.load(SHIPPED)
    native = lightgbm.Booster(model_str=(SHIPPED / MODEL).read_text())
    x = np.random.default_rng(2).uniform(0, 500, (100, len(scorer.described.features)))

    assert np.array_equal(scorer.trees.scores(x), native.predict(x))
    assert [scorer.trees.score(row) for row in x] == native.predict(x).tolist()


def test_calibration_keeps_the_order_and_finds_the_rate() -> None:
    rng = np.random.default_rng(4)
    raw = np.sort(rng.beta(0.3, 6, 20_000))
    y = (rng.random(20_000) < raw / 2).astype(np.int64)

    said = calibrate(y, raw)(raw)

    assert np.all(np.diff(said)[np.diff(raw) > 0] > 0)
    assert 0.85 < y.sum() / said.sum() < 1.15
    assert 0 <= said.min() <= said.max() <= 1
