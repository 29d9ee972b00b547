"""Which model is in use: the one that the store's registry promoted last, else the one that comes with the program."""

from pathlib import Path

import orjson

from tools.fraud.score import SHIPPED, Scorer
from tools.fraud.trees import ModelUnavailable

POINTER = Path("models") / "champion.json"
"""Written by a promotion and a rollback beside the registry's alias, so that scoring need not open the registry."""


def champion_folder(store: Path) -> tuple[Path, str | None]:
    """Return the folder of the model in use, and the hash under which it was promoted."""
    try:
        pointer = orjson.loads((store / POINTER).read_bytes())
        return store / "models" / pointer["folder"], str(pointer["hash"])
    except OSError:
        return SHIPPED, None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        raise ModelUnavailable(f"{store / POINTER} is not readable; run `amends model promote` again.") from None


def point_at(store: Path, folder: str, hash: str, version: str) -> None:
    """Put a model into use: one file, replaced whole."""
    path = store / POINTER
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_suffix(".new")
    fresh.write_bytes(orjson.dumps({"folder": folder, "hash": hash, "version": version}))
    fresh.replace(path)


_loaded: dict[tuple[Path, str], Scorer] = {}


def champion(store: Path | None) -> Scorer:
    """Return the model in use, loaded once a process; raises ModelUnavailable with the reason."""
    folder, expected = champion_folder(store) if store else (SHIPPED, None)
    try:
        stamp = str((folder / "model.json").stat().st_mtime_ns)
    except OSError:
        stamp = ""
    key = (folder, stamp)
    if key not in _loaded:
        _loaded[key] = Scorer.load(folder, expected)
    return _loaded[key]
