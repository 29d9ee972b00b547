"""Judged quality: a model is asked once and recorded, and a judge that leaves verdicts out voids the run."""

from pathlib import Path

import orjson
import pytest
from scripted_judge import Script, serving

from evals.retrieval import main
from evals.retrieval_judge import Judgement, judge
from evals.retrieval_metrics import Found
from evals.retrieval_questions import Question, questions
from evals.retrieval_ragas import Ragas, by_ids, by_judge
from retrieval import RuleBook
from tools.errors import UnusableInput

BOOK = RuleBook.open()
ASKED = next(q for q in questions("dev") if q.states and q.rail == "SEPA_SCT" and q.day is None)


@pytest.fixture(autouse=True)
def _a_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "of-no-use")


def pair() -> tuple[Question, list[Found]]:
    rule = BOOK.rule(min(ASKED.documents))
    return ASKED, [Found(id=rule.id, section=s.slug, text=s.text) for s in rule.sections[:2]]


def test_ids_are_weighed_without_a_model() -> None:
    asked = Question(question="q", slice="plain", topic="t", gold=("a-rule", "b-rule"))
    found = [Found(id=id, section="s", text="t") for id in ("a-rule", "x-rule", "y-rule", "z-rule")]

    said = by_ids([(asked, found), (asked, [])])

    assert (said.rates["id precision"].mean, said.rates["id recall"].mean) == (0.125, 0.25)
    assert said.void is None


def test_a_judge_is_asked_once_and_then_read(tmp_path: Path) -> None:
    """Recorded judgements give the same rates with no server at all."""
    file = tmp_path / "judgements.jsonl"
    script = Script(statements=2, supported=1)
    with serving(script) as url:
        live = by_judge([pair()], judge("openai:scripted", url=url, file=file), BOOK)

    replayed = by_judge([pair()], judge(None, url=None, file=file), BOOK)

    assert live == replayed
    assert live.rates["faithfulness"].mean == 0.5
    assert live.rates["context precision"].mean == pytest.approx(1)
    assert live.rates["context recall"].mean == 1
    assert live.void is None
    assert len(file.read_bytes().splitlines()) == len(script.asked)


def test_a_verdict_left_out_voids_the_run(tmp_path: Path) -> None:
    """ragas divides by the verdicts given, so one good verdict of two would print as perfect."""
    with serving(Script(statements=2, verdicts=1, supported=1)) as url:
        said = by_judge([pair()], judge("openai:scripted", url=url, file=None), BOOK)

    assert said.rates["faithfulness"].mean == 1
    assert said.void == "the judge gave 4 verdicts where 5 were due"


def test_a_score_that_is_no_number_voids_the_run() -> None:
    with serving(Script(statements=0)) as url:
        said = by_judge([pair()], judge("openai:scripted", url=url, file=None), BOOK)

    assert said.void == "1 scores are no number"
    assert said.rates["faithfulness"].n == 0


def test_nothing_void_is_believed() -> None:
    assert Ragas(rates={}).void is None
    assert Ragas(rates={}, verdicts_wanted=2, verdicts_given=3).void is not None


def test_what_is_not_recorded_needs_a_model(tmp_path: Path) -> None:
    file = tmp_path / "judgements.jsonl"
    line = Judgement(key="0" * 64, model="scripted", form="WrittenAnswer", said={"answer": "x"})
    file.write_bytes(orjson.dumps(line.model_dump()) + b"\n")

    with pytest.raises(UnusableInput, match=r"No judgement is recorded for a WrittenAnswer.*--judge"):
        by_judge([pair()], judge(None, url=None, file=file), BOOK)


@pytest.mark.parametrize("content", ["", "{}", "not json"])
def test_a_file_without_judgements_is_refused(tmp_path: Path, content: str) -> None:
    (tmp_path / "j.jsonl").write_text(content)

    with pytest.raises(UnusableInput, match=r"j\.jsonl"):
        judge(None, url=None, file=tmp_path / "j.jsonl")


def test_an_unknown_judge_is_refused() -> None:
    with pytest.raises(UnusableInput, match="openai:MODEL"):
        judge("oracle:delphi", url=None, file=None)


def test_a_judge_without_a_key_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY")
    monkeypatch.delenv("OPENAI_ADMIN_KEY", raising=False)

    with pytest.raises(UnusableInput, match="cannot be asked"):
        judge("openai:any", url=None, file=None)


def test_the_runner_reports_a_void_run(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with serving(Script(statements=2, verdicts=1)) as url:
        code = main(["--split", "dev", "--ours-only", "--judge", "openai:m", "--judge-url", url, "--judged", "2"])

    said = capfd.readouterr()
    assert code == 1
    assert "RAGAS VOID  judged: the judge gave" in said.err
    assert "ragas, judged: faithfulness 1.000" in said.out


def test_the_runner_refuses_judgements_that_are_not_there(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert main(["--ours-only", "--judgements", str(tmp_path / "none.jsonl")]) == 2

    assert "none.jsonl" in capfd.readouterr().err
