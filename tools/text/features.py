"""What the text classifier sees: hashed words, letter groups and concepts of a text, all in a few array operations."""

from itertools import pairwise
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tools.text import cues
from tools.text.words import Reading

BITS = 14
SIZE = 1 << BITS
_WEIGHTS = {"word": 1.0, "letters": 0.8, "concept": 1.6, "cue": 1.6}
"""Share of each group of features; concepts and cues carry over to wording and languages never seen."""
_LETTERS_MAX = 4000
_DENIED = "denied"
"""Stands for a word like fraud or duplicate that the text denies: "no fraud suspected" speaks of neither."""
_PRIME = 0x01000193
_CUE_INDEX = {name: crc32(b"cue:" + name.encode()) % SIZE for name in cues.NAMES}
_POWERS = tuple(pow(_PRIME, power, 1 << 32) for power in range(6))

Features = tuple[NDArray[np.int64], NDArray[np.float32]]


def features(reading: Reading, found: cues.Found) -> Features:
    """Indices and values of the features of one text; an index may come more than once."""
    denied = cues.denied_claims(reading)
    words = [
        _DENIED if place in denied else "0" if concept == "0" else word
        for place, (word, concept) in enumerate(zip(reading.words, reading.concepts, strict=True))
        if concept not in ",|?"
    ]
    stream = (" " + " ".join(words) + " ")[:_LETTERS_MAX].encode("latin-1", "replace")
    concepts = reading.concepts
    if denied:
        concepts = "".join("-" if place in denied else concept for place, concept in enumerate(concepts))
    meaning = concepts.translate(_NO_FILL).encode("ascii", "replace")
    groups = (
        ("word", _word_hashes(words)),
        ("letters", _group_hashes(stream, (3, 4, 5), salt=1)),
        ("concept", np.concatenate((_group_hashes(meaning, (1, 2, 3), salt=7), _skip_hashes(meaning)))),
        ("cue", np.fromiter((_CUE_INDEX[name] for name in found), np.int64)),
    )
    indices = np.concatenate([hashes for _, hashes in groups])
    values = np.repeat(
        np.array([_WEIGHTS[name] / max(1, len(hashes)) ** 0.5 for name, hashes in groups], np.float32),
        [len(hashes) for _, hashes in groups],
    )
    return indices, values


_NO_FILL = {ord(sign): None for sign in "-_0,"}


def _word_hashes(words: list[str]) -> NDArray[np.int64]:
    single = [crc32(word.encode("utf-8", "replace")) for word in words]
    pairs = [(a * 31 + b * 17 + 5) & 0xFFFFFFFF for a, b in pairwise(single)]
    return _spread(np.array(single + pairs, np.uint64))


def _group_hashes(text: bytes, lengths: tuple[int, ...], salt: int) -> NDArray[np.int64]:
    """Hashes of every run of the given lengths."""
    letters = np.frombuffer(text, np.uint8).astype(np.uint64)
    runs = []
    for length in lengths:
        count = len(letters) - length + 1
        if count < 1:
            continue
        run = np.full(count, salt * 1000 + length, np.uint64)
        for place in range(length):
            run += letters[place : place + count] * np.uint64(_POWERS[place + 1])
        runs.append(run)
    return _spread(np.concatenate(runs)) if runs else np.empty(0, np.int64)


def _skip_hashes(meaning: bytes) -> NDArray[np.int64]:
    """Hashes of pairs of concepts with one between them."""
    letters = np.frombuffer(meaning, np.uint8).astype(np.uint64)
    if len(letters) < 3:
        return np.empty(0, np.int64)
    return _spread(letters[:-2] * np.uint64(_POWERS[1]) + letters[2:] * np.uint64(_POWERS[3]) + np.uint64(99))


def _spread(hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Mix the bits and keep as many as the table has rows (multiplicative hashing)."""
    mixed = (hashes * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(64 - BITS)
    return mixed.astype(np.int64)
