"""How like each group of vectors is to one vector, by its best one: all compared in bytes, the closest in full."""

import numkong
import numpy as np
import numpy.typing as npt

from retrieval.among import Counts, Groups, Scores
from retrieval.embed import Vectors

CLOSE, STRIPS = 48, 192
"""Vectors compared in full, at least; found by the best ones of so many strips, which is cheaper than by order."""
BYTE_MAX = 127


class Likeness:
    """The rows of a matrix of unit vectors that a question may find.

    In bytes the matrix is a quarter as long, and a search mostly waits for memory. Rounding to bytes moves a cosine by
    one or two thousandths; which vectors are the closest is then settled by the vectors themselves.
    """

    def __init__(self, matrix: Vectors, rows: Counts, groups: Groups) -> None:
        """`rows` of the matrix lie in the order of `groups`."""
        self._matrix, self._rows, self._groups = matrix, rows, groups
        found, self._step = _in_bytes(matrix[rows])
        self._bytes = numkong.dots_pack(found, "int8")

    def best(self, vector: Vectors) -> Scores:
        """Cosine of each group's best row: exact where it is high, within a few thousandths elsewhere."""
        asked, step = _in_bytes(vector)
        rough = np.asarray(numkong.dots_packed(asked[None], self._bytes))[0]
        close = (rough >= _height(rough)).nonzero()[0]
        likeness = rough.astype(np.float32) * np.float32(step * self._step)
        # Not `@`: that wakes BLAS threads, which then spin and starve the embedding of the next question.
        likeness[close] = np.vecdot(self._matrix[self._rows[close]], vector)
        return self._groups.best(likeness)


def _height(rough: npt.NDArray[np.int32]) -> int:
    """What at least CLOSE of these reach, and not many more."""
    if len(rough) < STRIPS:
        return int(rough.min(initial=0))
    strips = rough[: len(rough) // STRIPS * STRIPS].reshape(-1, STRIPS).max(axis=0)
    return int(np.partition(strips, -CLOSE)[-CLOSE])


def _in_bytes(vectors: Vectors) -> tuple[npt.NDArray[np.int8], float]:
    """The vectors rounded to bytes, and what a step of a byte is worth."""
    step = max(vectors.max().item(), -vectors.min().item(), 1e-9) / BYTE_MAX if vectors.size else 1.0
    return np.rint(vectors * np.float32(1 / step)).astype(np.int8), step
