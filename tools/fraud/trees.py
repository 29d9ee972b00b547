"""Boosted trees at work: LightGBM's C library called directly, without the cost of importing its Python package."""

import ctypes
import importlib.util
import threading
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from tools.errors import ToolError
from tools.fraud.features import Floats

_NORMAL, _CONTRIBUTIONS = 0, 3
_FLOAT64 = 1
_TOLD = b"num_threads=1 predict_disable_shape_check=false"


class ModelUnavailable(ToolError):
    """No score can be given: the model, or the library that reads it, is not here or not whole."""

    def __init__(self, message: str, *, where: str = "model") -> None:
        super().__init__(message, code="model_unavailable", where=where)


@cache
def library() -> Any:
    """Load the C library that the LightGBM wheel carries."""
    found = importlib.util.find_spec("lightgbm")
    if found is None or not found.submodule_search_locations:
        raise ModelUnavailable("LightGBM is not installed; install Amends with its dependencies.")
    home = Path(next(iter(found.submodule_search_locations)))
    names = ("lib_lightgbm.so", "lib_lightgbm.dylib", "lib_lightgbm.dll")
    path = next((p for folder in ("lib", "bin", "") for name in names if (p := home / folder / name).is_file()), None)
    if path is None:
        raise ModelUnavailable(f"LightGBM's C library is not in {home.name!r}; install it again.")
    loaded = ctypes.CDLL(str(path))
    loaded.LGBM_GetLastError.restype = ctypes.c_char_p
    return loaded


class Trees:
    """One model, for one row or many. Calls take turns: the handles of the library are not for two threads."""

    def __init__(self, model_text: str, columns: int) -> None:
        self._library = library()
        self._lock = threading.Lock()
        self._columns = columns
        self._booster = ctypes.c_void_p()
        rounds = ctypes.c_int()
        self._call(
            "LGBM_BoosterLoadModelFromString",
            ctypes.c_char_p(model_text.encode()),
            ctypes.byref(rounds),
            ctypes.byref(self._booster),
        )
        had = ctypes.c_int()
        self._call("LGBM_BoosterGetNumFeature", self._booster, ctypes.byref(had))
        if had.value != columns:
            self.close()
            raise ModelUnavailable(f"The model has {had.value} features, its description names {columns}.")
        self._row = np.empty(columns, np.float64)
        self._length = ctypes.c_int64()
        self._one, self._all = np.empty(1, np.float64), np.empty(columns + 1, np.float64)
        self._fast = {kind: self._prepared(kind) for kind in (_NORMAL, _CONTRIBUTIONS)}
        self._run = self._library.LGBM_BoosterPredictForMatSingleRowFast
        row, length = ctypes.c_void_p(self._row.ctypes.data), ctypes.byref(self._length)
        # The order is (config, data, length, result): the last two swapped would overwrite memory.
        self._for_score = (self._fast[_NORMAL], row, length, ctypes.c_void_p(self._one.ctypes.data))
        self._for_reasons = (self._fast[_CONTRIBUTIONS], row, length, ctypes.c_void_p(self._all.ctypes.data))

    def _prepared(self, kind: int) -> ctypes.c_void_p:
        config = ctypes.c_void_p()
        self._call(
            "LGBM_BoosterPredictForMatSingleRowFastInit",
            self._booster,
            ctypes.c_int(kind),
            ctypes.c_int(0),
            ctypes.c_int(-1),
            ctypes.c_int(_FLOAT64),
            ctypes.c_int32(self._columns),
            ctypes.c_char_p(_TOLD),
            ctypes.byref(config),
        )
        return config

    def _call(self, name: str, *arguments: Any) -> None:
        if getattr(self._library, name)(*arguments) != 0:
            said = self._library.LGBM_GetLastError().decode(errors="replace").splitlines()[0]
            raise ModelUnavailable(f"LightGBM cannot use the model: {said}.")

    def score(self, row: Floats) -> float:
        """Return the raw score of one payment."""
        with self._lock:
            self._row[:] = row
            if self._run(*self._for_score) != 0:
                raise ModelUnavailable("LightGBM refused the row.")
            return float(self._one[0])

    def contributions(self, row: Floats) -> Floats:
        """Return what each feature adds to the log-odds of one payment, and last the base."""
        with self._lock:
            self._row[:] = row
            if self._run(*self._for_reasons) != 0:
                raise ModelUnavailable("LightGBM refused the row.")
            return self._all.copy()

    def scores(self, rows: Floats) -> Floats:
        """Return the raw scores of many payments."""
        return self._many(rows, _NORMAL, 1)[:, 0]

    def all_contributions(self, rows: Floats) -> Floats:
        return self._many(rows, _CONTRIBUTIONS, self._columns + 1)

    def _many(self, rows: Floats, kind: int, width: int) -> Floats:
        rows = np.ascontiguousarray(rows, np.float64)
        assert rows.shape[1] == self._columns, f"{rows.shape[1]} features, the model has {self._columns}"
        said = np.empty((len(rows), width), np.float64)
        length = ctypes.c_int64()
        with self._lock:
            self._call(
                "LGBM_BoosterPredictForMat",
                self._booster,
                ctypes.c_void_p(rows.ctypes.data),
                ctypes.c_int(_FLOAT64),
                ctypes.c_int32(len(rows)),
                ctypes.c_int32(self._columns),
                ctypes.c_int(1),
                ctypes.c_int(kind),
                ctypes.c_int(0),
                ctypes.c_int(-1),
                ctypes.c_char_p(_TOLD),
                ctypes.byref(length),
                ctypes.c_void_p(said.ctypes.data),
            )
        return said

    def close(self) -> None:
        for config in getattr(self, "_fast", {}).values():
            self._library.LGBM_FastConfigFree(config)
        self._fast = {}
        if self._booster:
            self._library.LGBM_BoosterFree(self._booster)
            self._booster = ctypes.c_void_p()

    def __del__(self) -> None:
        if hasattr(self, "_booster"):
            self.close()
