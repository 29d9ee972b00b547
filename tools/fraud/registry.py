"""The registry of models: versions, champion and challenger, promotion by a second person, rollback in one step.

It is MLflow's, by default in a file of the store's folder: MLflow keeps its own schema history under the same name as
ours, so the two cannot share a database. Any MLflow server takes its place by its address.
"""

import logging
import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import orjson

from tools.errors import ToolError
from tools.fraud.artefact import hash_of, read_model
from tools.fraud.champion import CHALLENGER, CHAMPION, forget, point_at
from tools.fraud.score import SHIPPED

NAME = "amends-fraud"
_LOG = "amends.promotions"
"""Tag of the registered model: who put which version into use, the last one last."""


Recorder = Callable[[dict[str, Any]], None]
"""Is told of every promotion and rollback before it happens: deed, by, at, why, versions, model, hash, gates."""


def _untold(deed: dict[str, Any]) -> None:
    """Of a registry that no store's record stands behind."""


class NotAllowed(ToolError):
    """A promotion or rollback that the rules of the registry refuse."""

    def __init__(self, message: str) -> None:
        super().__init__(message, code="not_allowed", where="model")


@dataclass(frozen=True, slots=True)
class Version:
    """One trained model."""

    version: str
    folder: str
    hash: str
    trained_by: str
    model: str
    gates: dict[str, bool]
    aliases: tuple[str, ...]

    def document(self) -> dict[str, Any]:
        return {"version": self.version, "model": self.model, "trained_by": self.trained_by, "gates": self.gates,
                "aliases": list(self.aliases), "folder": self.folder, "hash": self.hash}  # fmt: skip


class Registry:
    """The models of one store."""

    def __init__(self, store: Path, uri: str | None = None, record: Recorder = _untold) -> None:
        self._store = store
        self._record = record
        (store / "models").mkdir(parents=True, exist_ok=True)
        os.environ.setdefault("MLFLOW_DISABLE_TELEMETRY", "true")
        os.environ.setdefault("DO_NOT_TRACK", "true")
        # MLflow takes seconds to import; only the commands of the registry pay for it.
        from mlflow.tracking import MlflowClient

        for chatter in ("mlflow", "alembic"):  # that it makes its tables is nothing to tell whoever trains a model
            logging.getLogger(chatter).setLevel(logging.WARNING)
        address = uri or f"sqlite:///{(store / 'models' / 'registry.sqlite').resolve()}"
        self._client = MlflowClient(tracking_uri=address, registry_uri=address)

    def register(self, folder: Path) -> Version:
        """Add a trained model; its files are copied into the store where they lie elsewhere."""
        described, _ = read_model(folder)
        home = self._store / "models"
        if folder.resolve().parent != home.resolve():
            target = home / f"{described.name}-{described.version}"
            if target.resolve() != folder.resolve():
                shutil.copytree(folder, target, dirs_exist_ok=True)
            folder = target
        self._known()
        tags = {
            "folder": folder.name,
            "hash": hash_of(folder),
            "trained_by": described.trained_by,
            "model": f"{described.name}@{described.version}",
            "gates": orjson.dumps(described.gates).decode(),
        }
        made = self._client.create_model_version(NAME, source=folder.resolve().as_uri(), tags=tags)
        return self.version(str(made.version))

    def versions(self) -> list[Version]:
        self._known()
        aliases: dict[str, list[str]] = {}
        for alias, version in self._client.get_registered_model(NAME).aliases.items():
            aliases.setdefault(str(version), []).append(alias)
        found = self._client.search_model_versions(f"name='{NAME}'")
        return sorted((_version(v, aliases.get(str(v.version), [])) for v in found), key=lambda v: int(v.version))

    def version(self, version: str) -> Version:
        found = next((v for v in self.versions() if v.version == version or v.model.endswith(f"@{version}")), None)
        if found is None:
            raise NotAllowed(f"There is no version {version!r}; `amends model list` shows those that there are.")
        return found

    def folder(self, version: Version) -> Path:
        return self._store / "models" / version.folder

    def promote(self, version: str, by: str, at: str, why: str = "") -> Version:
        """Put a version into use: all gates passed, files whole, and signed by another than who trained it."""
        wanted = self.version(version)
        if not by.strip() or _folded(by) == _folded(wanted.trained_by):
            raise NotAllowed(f"{by!r} trained version {wanted.version}; another person must promote it.")
        failed = [gate for gate, passed in wanted.gates.items() if not passed]
        if failed:
            raise NotAllowed(f"Version {wanted.version} did not pass {', '.join(failed)}; it cannot be promoted.")
        read_model(self.folder(wanted), wanted.hash)
        with self._recorded("promote", wanted, by, at, why):
            self._use(wanted)
        return self.version(wanted.version)

    def challenge(self, version: str) -> Version:
        """Let a version score in the shadow of the champion: shown beside it, used for nothing."""
        wanted = self.version(version)
        read_model(self.folder(wanted), wanted.hash)
        self._client.set_registered_model_alias(NAME, "challenger", wanted.version)
        point_at(self._store, CHALLENGER, wanted.folder, wanted.hash, wanted.version)
        return self.version(wanted.version)

    def rollback(self, by: str, at: str, why: str = "") -> Version | None:
        """Go back to the version in use before; before the first there is the model that the program ships (None)."""
        stack = _stack(self.log())
        if not stack:
            raise NotAllowed("No version was promoted yet; there is nothing to go back from.")
        before = self.version(stack[-2]) if len(stack) > 1 else None
        if before is not None:
            read_model(self.folder(before), before.hash)
        if not by.strip():
            raise NotAllowed("A rollback needs the name of who asks for it.")
        with self._recorded("rollback", before, by, at, why):
            self._use(before)
        return self.version(before.version) if before is not None else None

    def log(self) -> list[dict[str, Any]]:
        """Return who promoted and rolled back what, in order."""
        self._known()
        text = self._client.get_registered_model(NAME).tags.get(_LOG, "[]")
        entries: list[dict[str, Any]] = orjson.loads(text)
        return entries

    @contextmanager
    def _recorded(self, deed: str, version: Version | None, by: str, at: str, why: str) -> Iterator[None]:
        """Tell the record before anything changes, so that nothing is in use untold; and again where it then fails."""
        said = {"version": version.version if version else None, "by": by, "at": at, "why": why, "deed": deed}
        stack = _stack(self.log())
        told = said | _grounds(version) | {"in_use_before": stack[-1] if stack else None}
        self._record(told)
        try:
            yield
            self._log(said)
        except Exception as wrong:
            self._record(told | {"deed": f"{deed}_failed", "failure": str(wrong)})
            raise

    def _use(self, version: Version | None) -> None:
        if version is None:
            self._client.delete_registered_model_alias(NAME, "champion")
            forget(self._store, CHAMPION)
            return
        self._client.set_registered_model_alias(NAME, "champion", version.version)
        point_at(self._store, CHAMPION, version.folder, version.hash, version.version)

    def _log(self, entry: dict[str, Any]) -> None:
        self._client.set_registered_model_tag(NAME, _LOG, orjson.dumps([*self.log(), entry]).decode())

    def _known(self) -> None:
        from mlflow.exceptions import MlflowException

        try:
            self._client.create_registered_model(NAME)
        except MlflowException as wrong:
            if wrong.error_code != "RESOURCE_ALREADY_EXISTS":
                raise ToolError(f"The registry cannot be used: {wrong.message}", code="registry") from None


def _version(found: Any, aliases: list[str]) -> Version:
    tags = found.tags
    return Version(
        version=str(found.version),
        folder=tags["folder"],
        hash=tags["hash"],
        trained_by=tags["trained_by"],
        model=tags["model"],
        gates=orjson.loads(tags["gates"]),
        aliases=tuple(sorted(aliases)),
    )


def _grounds(version: Version | None) -> dict[str, Any]:
    """What a version is and why it may be used; without one, the model that the program ships."""
    if version is not None:
        return {name: getattr(version, name) for name in ("model", "hash", "trained_by", "gates")}
    shipped, _ = read_model(SHIPPED)
    return {"model": f"{shipped.name}@{shipped.version}", "hash": hash_of(SHIPPED), "trained_by": shipped.trained_by,
            "gates": shipped.gates}  # fmt: skip


def _stack(log: list[dict[str, Any]]) -> list[str]:
    """The versions one could go back through: a promotion goes on top, a rollback takes one off."""
    stack: list[str] = []
    for entry in log:
        if entry["deed"] == "promote":
            stack.append(entry["version"])
        elif stack:
            stack.pop()
    return stack


def _folded(name: str) -> str:
    return " ".join(name.split()).casefold()
