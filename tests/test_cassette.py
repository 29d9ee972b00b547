"""The committed cassette plays back with nobody asked; what has changed since is told, and what mends it."""

import json
import socket
from pathlib import Path

import pytest

from agent.model import material
from evals import cassette
from prompts import from_folder, load
from tests.scripted_cassette import AGAIN, SCRIPTS, recorded
from tests.scripted_models import Fails, answers
from tools.errors import UnusableInput


def test_the_committed_answers_play_back_to_the_same_with_nobody_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(*_: object) -> None:
        raise AssertionError("somebody was asked")

    monkeypatch.setattr(socket.socket, "connect", nobody)

    assert cassette.missed() == []


def test_it_holds_both_kinds_of_cases_and_says_whose_words_they_are() -> None:
    tape = cassette.read(cassette.FILE)

    assert [case.scenario.partition("/")[0] == "free_text" for case in tape.cases].count(True) >= 3
    assert "no model wrote them" in tape.head.words_of
    assert {step.partition(":")[0] for case in tape.cases for step in case.came["steps"]} == {
        "reader",
        "seeker",
        "second_opinion",
        "writer",
    }


def test_what_left_is_under_pseudonyms() -> None:
    asked = json.dumps([said.request for said in cassette.read(cassette.FILE).said], ensure_ascii=False)

    assert "[NAME-1]" in asked
    for name in ("Eichen", "Pike", "Kurtz", "Baltik", "pikesons.example"):
        assert name not in asked


def test_settings_of_the_environment_change_no_question(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AMENDS_MODEL_STRUCTURED_ROLE", "writer")
    monkeypatch.setenv("AMENDS_MODEL_PRIVACY", '{"openai": "none"}')

    assert cassette.missed() == []


def test_a_changed_prompt_is_a_failure_that_shows_the_difference_and_the_command(tmp_path: Path) -> None:
    changed = load("reader").replace("You read one message", "You skim one message")
    (tmp_path / "reader.md").write_text(changed)

    with from_folder(tmp_path):
        wrong = cassette.missed()

    assert len(wrong) == 3  # the free texts
    assert all("-system: You read one message" in line and "+system: You skim one message" in line for line in wrong)
    assert all(line.endswith(f"The command: {AGAIN}") for line in wrong)


def test_changed_material_is_a_failure_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(material, "EVIDENCE_MAX", 3)

    wrong = cassette.missed()

    assert any("second_opinion" in line and '-human: {"id":"E4",' in line for line in wrong)


def test_another_outcome_of_the_same_answers_is_named(tmp_path: Path) -> None:
    first, *rest = cassette.FILE.read_text().splitlines()
    file = tmp_path / "altered.jsonl"
    file.write_text("\n".join([first, *(line.replace('"agrees":true', '"agrees":false') for line in rest)]))

    wrong = cassette.missed(file)

    assert any("opinion.agrees was false, is true." in line for line in wrong)


def test_a_file_cut_off_behind_its_first_line_passes_no_gate(tmp_path: Path) -> None:
    file = tmp_path / "cut.jsonl"
    file.write_text(cassette.FILE.read_text().splitlines()[0])

    [told] = cassette.missed(file)

    assert "it holds no case and no answer" in told


@pytest.mark.parametrize("model", ["none", "openai:a,openai:b"])
def test_one_model_is_recorded_at_a_time(model: str, tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="record one"):
        cassette.record(model, words_of="nobody", again="-", file=tmp_path / "new.jsonl")


@pytest.mark.parametrize("text", [None, "", "no JSON", "1\n2\n", '{"model": "openai:x"}'])
def test_a_file_that_cannot_be_read_is_one_sentence(tmp_path: Path, text: str | None) -> None:
    file = tmp_path / "broken.jsonl"
    if text is not None:
        file.write_text(text)

    [told] = cassette.missed(file)

    assert "cannot be read" in told
    assert cassette.summary(file) == told
    assert "python -m evals.cassette --record --model NAME" in told


def test_a_recording_in_which_the_model_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    file = tmp_path / "kept.jsonl"
    file.write_text("as it was")
    scenario = cassette.SCENARIOS[0]

    with pytest.raises(UnusableInput, match="cannot be recorded"):
        recorded(file, {scenario: answers(Fails(500))})

    assert file.read_text() == "as it was"
    assert list(tmp_path.iterdir()) == [file]


def test_a_server_without_structured_output_is_recorded_and_played_back_as_well(tmp_path: Path) -> None:
    def older(request: dict[str, object]) -> object:
        if "response_format" in request:
            return Fails(400, "response_format is not supported", "invalid_request_error")
        return SCRIPTS[cassette.SCENARIOS[0]](request)

    tape = recorded(tmp_path / "older.jsonl", {cassette.SCENARIOS[0]: older})  # type: ignore[dict-item]

    assert tape.head.native is False
    assert cassette.missed(tmp_path / "older.jsonl") == []
