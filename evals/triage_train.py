"""Trains the embedded text classifier from the wordings in evals/triage and measures it on held-out wording.

Run it as `python -m evals.triage_train` to measure the shipped weights, with `--write` to train and ship new ones.
Wordings are split by family: all variants of one line are on one side. Nothing is chosen by the file "test".
"test2" was blind once (its header has the figures); its mistakes then shaped the wordings, so it only guards them.
"""

import argparse
import hashlib
import sys
from collections import Counter
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from evals.triage_corpus import Example, Family, corpus, families, held_out, is_development
from tools.text import cues
from tools.text.classify import Triage, classify
from tools.text.features import SIZE, Features, features
from tools.text.model import LABELS, Sender, TextModel
from tools.text.words import read

WEIGHTS = Path(__file__).parents[1] / "tools" / "text" / "weights.npz"
SEED = 20261116
EPOCHS = 18
BATCH = 128
FITS = 3
RATE = 0.03
DECAY = 6e-3
SMOOTHING = 0.02
DROPPED = 0.3
"""Share of features hidden at each sight of a text, so that no single word carries a type."""
ACCURACY_WANTED = 0.955
"""Accuracy at or above the threshold, on development families: these lack the wording nearest to them, so texts from
the field, with every family learnt, do better (see the floors in tests/test_triage_text.py)."""


def _matrix(examples: Sequence[Example]) -> list[Features]:
    """Features of every example, each index once."""
    rows = []
    for example in examples:
        indices, values = features(reading := read(example.text), cues.find(reading))
        once, places = np.unique(indices, return_inverse=True)
        rows.append((once, np.bincount(places, values, len(once)).astype(np.float32)))
    return rows


def fit(sender: Sender, examples: Sequence[Example], *, epochs: int = EPOCHS, seed: int = SEED) -> TextModel:
    """Softmax regression by Adam with weight decay and smoothed targets; same examples and seed, same weights."""
    labels = LABELS[sender]
    rows = _matrix(examples)
    wanted = np.array([labels.index(example.type) for example in examples])
    counts = np.bincount(wanted, minlength=len(labels)).astype(np.float32)
    weight_of = (len(wanted) / (len(labels) * np.maximum(counts, 1))) ** 0.5
    parameters = np.zeros((SIZE + 1, len(labels)), np.float32)
    first, second = np.zeros_like(parameters), np.zeros_like(parameters)
    order = np.random.default_rng(seed)
    step = 0
    for epoch in range(epochs):
        rate = RATE * (1 - epoch / epochs)
        shuffled = order.permutation(len(rows))
        for start in range(0, len(rows), BATCH):
            chosen = shuffled[start : start + BATCH]
            dense = np.zeros((len(chosen), SIZE + 1), np.float32)
            for line, index in enumerate(chosen):
                indices, values = rows[index]
                dense[line, indices] = values * (order.random(len(indices)) >= DROPPED) / (1 - DROPPED)
            dense[:, SIZE] = 1.0
            scores = dense @ parameters
            odds = np.exp(scores - scores.max(axis=1, keepdims=True))
            error = odds / odds.sum(axis=1, keepdims=True) - SMOOTHING / len(labels)
            error[np.arange(len(chosen)), wanted[chosen]] -= 1 - SMOOTHING
            gradient = dense.T @ (error * weight_of[wanted[chosen], None]) / len(chosen)
            step += 1
            first += 0.1 * (gradient - first)
            second += 0.01 * (gradient**2 - second)
            change = (first / (1 - 0.9**step)) / (np.sqrt(second / (1 - 0.99**step)) + 1e-6)
            parameters -= rate * (change + DECAY / RATE * parameters)
    return TextModel(parameters[:SIZE], parameters[SIZE], 1.0, 0.5)


def fit_mean(sender: Sender, chosen: Sequence[Family], *, epochs: int, seed: int) -> TextModel:
    """The mean of several fits, each on variants of its own: one linear model, steadier than any of them."""
    fits = [fit(sender, corpus(sender, chosen, one), epochs=epochs, seed=one) for one in range(seed, seed + FITS)]
    weights = np.stack([one.weights for one in fits]).mean(axis=0, dtype=np.float32)
    bias = np.stack([one.bias for one in fits]).mean(axis=0, dtype=np.float32)
    return TextModel(weights, bias, 1.0, 0.5)


def calibrate(sender: Sender, model: TextModel, examples: Sequence[Example]) -> TextModel:
    """Choose the temperature by likelihood and the threshold by accuracy, both on development families."""
    labels = LABELS[sender]
    wanted = np.array([labels.index(example.type) for example in examples])
    rows = _matrix(examples)

    def shares(temperature: float) -> NDArray[np.float64]:
        tempered = model._replace(temperature=temperature)
        return np.array([tempered.probabilities(row) for row in rows])

    grid = [0.3 + 0.05 * place for place in range(55)]
    best = min(grid, key=lambda t: float(-np.log(shares(t)[np.arange(len(wanted)), wanted] + 1e-9).mean()))
    found = shares(best)
    top, right = found.max(axis=1), found.argmax(axis=1) == wanted
    steps = [0.5 + 0.01 * place for place in range(45)]
    threshold = next((t for t in steps if (top >= t).any() and right[top >= t].mean() >= ACCURACY_WANTED), steps[-1])
    return model._replace(temperature=best, threshold=threshold)


def pack(models: dict[Sender, TextModel]) -> bytes:
    """The weights file: eight bits a weight, one scale a label."""
    arrays: dict[str, NDArray[np.generic]] = {}
    for sender, model in models.items():
        scale = np.abs(model.weights).max(axis=0) / 127 + 1e-12
        arrays[f"{sender}_weights"] = np.rint(model.weights / scale).astype(np.int8)
        arrays[f"{sender}_scale"] = scale.astype(np.float32)
        arrays[f"{sender}_bias"] = model.bias
        arrays[f"{sender}_trust"] = np.array([model.temperature, model.threshold])
    out = BytesIO()
    np.savez_compressed(out, allow_pickle=False, **arrays)
    return out.getvalue()


def weights_hash(models: dict[Sender, TextModel]) -> str:
    """Hash of the weights themselves, free of the archive's time stamps."""
    digest = hashlib.sha256()
    for sender in sorted(models):
        digest.update(models[sender].weights.tobytes() + models[sender].bias.tobytes())
    return digest.hexdigest()


def train(*, seed: int = SEED, epochs: int = EPOCHS) -> dict[Sender, TextModel]:
    """Train and calibrate on separate families, then learn once more from all of them with that calibration."""
    everything = families()
    learning = [family for family in everything if not is_development(family)]
    developing = [family for family in everything if is_development(family)]
    models: dict[Sender, TextModel] = {}
    for sender in LABELS:
        probe = fit_mean(sender, learning, epochs=epochs, seed=seed)
        own = [family for family in developing if family.sender == sender]
        probe = calibrate(sender, probe, corpus(sender, own, seed + FITS))
        final = fit_mean(sender, everything, epochs=epochs, seed=seed)
        models[sender] = final._replace(temperature=probe.temperature, threshold=probe.threshold)
    return models


class Measure(NamedTuple):
    """How the classifier does on one set of examples."""

    texts: int
    accuracy: float
    coverage: float
    """Share at or above the threshold."""
    accuracy_when_sure: float
    calibration_error: float
    """Expected calibration error over ten bins."""
    confusion: Counter[tuple[str, str]]
    """(wanted, given) of every mistake."""
    mistakes: tuple[tuple[Example, Triage], ...]


def measure(examples: Sequence[Example]) -> Measure:
    """Classify every example through the front door."""
    given = [classify(example.text, sender=example.sender) for example in examples]
    right = np.array([triage.type == example.type for triage, example in zip(given, examples, strict=True)])
    confidence = np.array([triage.confidence for triage in given])
    sure = np.array([triage.sure for triage in given])
    bins = np.minimum((confidence * 10).astype(int), 9)
    gaps = [
        abs(right[bins == one].mean() - confidence[bins == one].mean()) * (bins == one).mean()
        for one in np.unique(bins)
    ]
    mistakes = tuple(
        (example, triage) for example, triage in zip(examples, given, strict=True) if example.type != triage.type
    )
    return Measure(
        len(examples),
        float(right.mean()),
        float(sure.mean()),
        float(right[sure].mean()) if sure.any() else 1.0,
        float(sum(gaps)),
        Counter((example.type, triage.type) for example, triage in mistakes),
        mistakes,
    )


def report(name: str, found: Measure) -> str:
    """The measure as a few lines of text."""
    lines = [
        f"{name}: n={found.texts} accuracy={found.accuracy:.3f} coverage={found.coverage:.3f} "
        f"accuracy when sure={found.accuracy_when_sure:.3f} ECE={found.calibration_error:.3f}"
    ]
    lines += [f"   {wanted} taken for {given}: {count}" for (wanted, given), count in found.confusion.most_common()]
    return "\n".join(lines)


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--write", action="store_true", help="train and write the weights file")
    arguments.add_argument("--mistakes", action="store_true", help="print the mistakes in full")
    options = arguments.parse_args()
    if options.write:
        models = train()
        WEIGHTS.write_bytes(pack(models))
        sys.stdout.write(f"weights {weights_hash(models)[:16]}, {WEIGHTS.stat().st_size} bytes\n")
        for sender, model in models.items():
            sys.stdout.write(f"{sender}: temperature {model.temperature:.2f}, threshold {model.threshold:.2f}\n")
    for name in ("test", "test2"):
        for sender in LABELS:
            part = measure([example for example in held_out(name) if example.sender == sender])
            sys.stdout.write(report(f"{name}, {sender}", part) + "\n")
            if options.mistakes:
                for example, triage in part.mistakes:
                    sys.stdout.write(f"   {triage.confidence:.2f} {example.text!r}: {triage.type}\n")


if __name__ == "__main__":
    main()
