"""Which model is in use: the one that the store's registry promoted last, else the one that comes with the program."""

from pathlib import Path

import orjson

from tools.fraud.score import SHIPPED, Scorer
from tools.fraud.trees import ModelUnavailable

CHAMPION, CHALLENGER = "champion", "challenger"
"""A pointer file of that name is written beside the registry's alias, so that scoring need not open the registry."""


def champion_folder(store: Path) -> tuple[Path, str | None]:
    """Return the folder of the model in use, and the hash under which it was promoted."""
    return _pointed(store, CHAMPION) or (SHIPPED, None)


def challenger_folder(store: Path) -> tuple[Path, str | None] | None:
    """Return the folder of the model that scores in the shadow, if there is one."""
    return _pointed(store, CHALLENGER)


def point_at(store: Path, role: str, folder: str, hash: str, version: str) -> None:
    """Name the model of a role: one small file, replaced whole."""
    path = _pointer(store, role)
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(orjson.dumps({"folder": folder, "hash": hash, "version": version}))
    fresh.replace(path)


def forget(store: Path, role: str) -> None:
    _pointer(store, role).unlink(missing_ok=True)


def _pointer(store: Path, role: str) -> Path:
    return store / "models" / f"{role}.json"


def _pointed(store: Path, role: str) -> tuple[Path, str | None] | None:
    path = _pointer(store, role)
    try:
        pointer = orjson.loads(path.read_bytes())
        return store / "models" / pointer["folder"], str(pointer["hash"])
    except OSError:
        return None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ModelUnavailable(f"{path} is not readable; run `amends model promote` again.") from None


_loaded: dict[tuple[Path, str | None, int], Scorer] = {}
"""Models are read-only and the same for everybody in a process: each is loaded once."""


def champion(store: Path | None) -> Scorer:
    """Return the model in use, loaded once a process; raises ModelUnavailable with the reason."""
    return _load(*(champion_folder(store) if store else (SHIPPED, None)))


def challenger(store: Path) -> Scorer | None:
    """Return the model that scores in the shadow, if there is one; raises ModelUnavailable with the reason."""
    pointed = challenger_folder(store)
    return _load(*pointed) if pointed is not None else None


def _load(folder: Path, expected: str | None) -> Scorer:
    try:
        stamp = (folder / "model.json").stat().st_mtime_ns
    except OSError:
        stamp = 0
    key = (folder, expected, stamp)
    if key not in _loaded:
        _loaded[key] = Scorer.load(folder, expected)
    return _loaded[key]
