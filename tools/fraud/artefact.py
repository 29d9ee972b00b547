"""The model on disk: LightGBM's text and a JSON description, each under its hash. Nothing in it can run code."""

import hashlib
from pathlib import Path
from typing import Any

import orjson
from pydantic import ValidationError

from tools.errors import Record
from tools.evidence import digest
from tools.fraud.features import BY_NAME, FEATURE_SET
from tools.fraud.trees import ModelUnavailable

MODEL, DESCRIPTION = "model.txt", "model.json"
HISTORY, REFERENCE, REPORT = "history.parquet", "reference.json", "report.json"


class Description(Record):
    """What a model is, enough to score with it and to answer for it."""

    name: str
    version: str
    """The first digits of the model's hash."""
    feature_set: str
    features: tuple[str, ...]
    vocabularies: dict[str, tuple[str, ...]]
    delay_days: int
    calibration: dict[str, list[float]]
    thresholds: dict[str, float]
    """Least probability of each band, and of each alert rate."""
    trained_at: str
    trained_by: str
    data: dict[str, Any]
    """Source, hash, rows, days; whether it was simulated."""
    config: dict[str, Any]
    metrics: dict[str, Any]
    gates: dict[str, bool]
    files: dict[str, str]
    """Name of each other file to its SHA-256."""


def write_model(folder: Path, description: dict[str, Any], files: dict[str, bytes]) -> Description:
    """Write a model's files and its description, whose own hash stands in it."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    sealed = description | {"files": {name: sha256(content) for name, content in sorted(files.items())}}
    described = Description.model_validate(sealed)
    document = described.model_dump(mode="json")
    (folder / DESCRIPTION).write_bytes(
        orjson.dumps(document | {"hash": digest(document)}, option=orjson.OPT_INDENT_2 | orjson.OPT_SORT_KEYS)
    )
    return described


def read_model(folder: Path, expected: str | None = None) -> tuple[Description, str]:
    """Return description and model text; raises ModelUnavailable that names the file which is missing or was changed.

    `expected`: the hash of the description as the registry recorded it.
    """
    document = _document(folder)
    stated = document.pop("hash", None)
    if stated != digest(document) or (expected is not None and stated != expected):
        raise ModelUnavailable(f"{folder / DESCRIPTION} was changed after training; it is not used.", where=DESCRIPTION)
    try:
        described = Description.model_validate(document)
    except ValidationError as wrong:
        raise ModelUnavailable(f"{folder / DESCRIPTION} is not readable: {wrong.errors()[0]['msg']}.") from None
    unknown = [name for name in described.features if name not in BY_NAME]
    if described.feature_set != FEATURE_SET or unknown:
        raise ModelUnavailable(
            f"The model in {folder} was trained on features {described.feature_set!r}, this program computes "
            f"{FEATURE_SET!r}; train it again.",
            where="feature_set",
        )
    return described, verified(folder, described, MODEL).decode()


def verified(folder: Path, described: Description, name: str) -> bytes:
    """Return a file of the model; raises ModelUnavailable when it is not the one that was trained."""
    try:
        content = (folder / name).read_bytes()
    except OSError:
        raise ModelUnavailable(f"{folder / name} is missing; restore it or train again.", where=name) from None
    if sha256(content) != described.files.get(name):
        raise ModelUnavailable(f"{folder / name} was changed after training; it is not used.", where=name)
    return content


def hash_of(folder: Path) -> str:
    """Return the hash that a model's description states, for the registry."""
    return str(_document(folder).get("hash"))


def _document(folder: Path) -> dict[str, Any]:
    try:
        document = orjson.loads((folder / DESCRIPTION).read_bytes())
    except OSError:
        raise ModelUnavailable(f"There is no model in {str(folder)!r}; train one with `amends train`.") from None
    except orjson.JSONDecodeError:
        document = None
    if not isinstance(document, dict):
        raise ModelUnavailable(f"{folder / DESCRIPTION} was changed after training; it is not used.", where=DESCRIPTION)
    return document


def sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
