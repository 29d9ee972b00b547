"""Trains the embedded text classifier from the wordings in evals/triage and measures it on held-out wording.

Run it as `python -m evals.triage_train` to measure the shipped weights, with `--write` to train and ship new ones.
Wordings are split by family: all variants of one line are on one side. The test file is wording of its own; nothing
is chosen by it. Scores stop being comparable when that file changes.
"""

import argparse
import hashlib
import random
import re
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from tools.text import cues
from tools.text.classify import Triage, classify
from tools.text.features import SIZE, features
from tools.text.model import LABELS, CaseType, Sender, TextModel
from tools.text.words import read

DATA = Path(__file__).parent / "triage"
WEIGHTS = Path(__file__).parents[1] / "tools" / "text" / "weights.npz"
SEED = 20261116
VARIANTS = 14
BORROWED_VARIANTS = 4
EPOCHS = 24
BATCH = 128
RATE = 0.03
DECAY = 2e-4
SMOOTHING = 0.02
ACCURACY_WANTED = 0.975
"""Accuracy at or above the threshold, on development families."""

_BORROW: dict[Sender, dict[CaseType, CaseType]] = {
    "customer": {
        "cancellation_received": "recall",
        "non_receipt_received": "non_receipt_asked_by_customer",
        "modification": "modification",
        "status_enquiry": "status_enquiry",
        "charges_claim": "charges_claim",
        "value_date_claim": "value_date_claim",
    },
    "bank": {
        "recall": "cancellation_received",
        "non_receipt_asked_by_customer": "non_receipt_received",
        "fraud_report": "cancellation_received",
        "modification": "modification",
        "status_enquiry": "status_enquiry",
        "charges_claim": "charges_claim",
        "value_date_claim": "value_date_claim",
        "unknown": "unknown",
    },
}
"""Wordings of one kind of sender that mean the same from the other."""


class Family(NamedTuple):
    """One wording with its choices and slots."""

    sender: Sender
    type: CaseType
    language: str
    pattern: str


class Example(NamedTuple):
    """One concrete text and what it wants."""

    sender: Sender
    type: CaseType
    language: str
    text: str


def families() -> list[Family]:
    """Every wording of the training files, in file order."""
    found: list[Family] = []
    senders: tuple[Sender, ...] = ("customer", "bank")
    for sender in senders:
        type_, language = "unknown", "en"
        for line in (DATA / f"{sender}.txt").read_text(encoding="utf-8").splitlines():
            if line.startswith("=="):
                type_, language = line.removeprefix("==").split()
            elif line and not line.startswith("#"):
                found.append(Family(sender, _case_type(sender, type_), language, line))
    return found


def _case_type(sender: Sender, name: str) -> CaseType:
    return next(label for label in LABELS[sender] if label == name)


def is_development(family: Family) -> bool:
    """One family in six measures while we build: by its own hash, so a new line never moves an old one."""
    return int(hashlib.sha256(family.pattern.encode()).hexdigest(), 16) % 6 == 0


def held_out() -> list[Example]:
    """The test file: whole messages in wording of their own."""
    lines = (DATA / "test.tsv").read_text(encoding="utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    senders: dict[str, Sender] = {"customer": "customer", "bank": "bank"}
    return [
        Example(senders[sender], _case_type(senders[sender], type_), language, text.replace("\\n", "\n"))
        for sender, type_, language, text in rows
    ]


_CHOICE = re.compile(r"\{([^{}]*)\}")
_SLOT = re.compile(r"<(\w+)>")
_NAMES = (
    *("Eichen Bau GmbH", "Acme Ltd", "Tulip Trading BV", "Dupont SARL", "Hernandez SL", "Rossi SRL", "Mrs Novak"),
    *("Blue Ocean Shipping", "John Miller", "Orchid Pvt Ltd", "Kramer AG", "Maria Silva", "Northwind Inc"),
    *("M. Lefebvre", "K. Tanaka"),
)
_IBANS = ("DE89370400440532013000", "NL91 ABNA 0417 1643 00", "FR1420041010050500013M02606", "GB29NWBK60161331926819")
_BICS = ("DEUTDEFF", "CITIUS33", "BNPAFRPP", "TULPNL2A", "BARCGB22")
_DATES = ("11 November", "3 Nov 2026", "2026-11-09", "09/11/2026", "12.11.2026", "121126", "last Monday", "10th Nov")
_SUFFIXES = (
    *("", "", "", "", "\n\nRegards,\nAnna Berg\nTreasury", "\nThanks", "\nBest regards", "\nMfG", "\nBRGDS"),
    *("\nRGDS PAYMENTS DEPT", "\n\nMit freundlichen Grüßen\nK. Maier", "\n\nCordialement", "\n\nUn saludo"),
    *("\n\nMet vriendelijke groet", "\nCordiali saluti"),
)
_PREFIXES = {
    "customer": (
        *("", "", "", "Hello, ", "Hi team, ", "Dear Sir or Madam,\n", "Good morning.\n", "Subject: payment\n\n"),
        "urgent: ",
    ),
    "bank": (
        *(
            "",
            "",
            "",
            "ATTN INVESTIGATIONS\n",
            "RE OUR MT103 <ref> VAL <date> <amt>.\n",
            "DEAR SIRS, ",
            "OUR REF <ref>\n",
        ),
        "UETR <uetr>. ",
    ),
}
_GREETING_BY_LANGUAGE = {
    "de": "Guten Tag, ",
    "fr": "Bonjour, ",
    "es": "Buenos días, ",
    "nl": "Beste, ",
    "it": "Buongiorno, ",
}
_DETAILS = (
    *("", "", "", "", " Amount <amt>, date <date>.", "\nReference: <ref>", " Beneficiary <name>, <iban>."),
    *("\n<amt> / <date> / <name>", " Ref <ref>."),
)


def _fill(pattern: str, dice: random.Random) -> str:
    """One variant: choices made, slots filled."""
    while _CHOICE.search(pattern):
        pattern = _CHOICE.sub(lambda match: dice.choice(match.group(1).split("|")), pattern, count=1)

    def slot(match: re.Match[str]) -> str:
        match match.group(1):
            case "amt":
                grouped = f"{dice.randint(1, 90)},{dice.randint(100, 999)}.50"
                number = dice.choice((f"{dice.randint(20, 9999)}", grouped))
                return dice.choice((f"EUR {number}", f"{number} euros", f"USD {number}", f"£{number}", f"{number} CHF"))
            case "ref":
                return dice.choice(("FT26", "E1A", "INV", "PAY", "TT")) + str(dice.randint(10000, 9999999))
            case "uetr":
                raw = f"{dice.getrandbits(128):032x}"
                return f"{raw[:8]}-{raw[8:12]}-4{raw[13:16]}-8{raw[17:20]}-{raw[20:]}"
            case "inv":
                return str(dice.randint(3, 9999))
            case "name":
                return dice.choice(_NAMES)
            case "iban":
                return dice.choice(_IBANS)
            case "bic":
                return dice.choice(_BICS)
            case _:
                return dice.choice(_DATES)

    return _SLOT.sub(slot, pattern)


def _roughen(text: str, dice: random.Random) -> str:
    """What mails suffer: capitals lost or everywhere, typing slips, words left out, lines wrapped."""
    roll = dice.random()
    if roll < 0.25:
        text = text.lower()
    elif roll < 0.35:
        text = text.upper()
    if dice.random() < 0.25 and len(text) > 20:
        place = dice.randrange(1, len(text) - 2)
        text = text[:place] + text[place + 1] + text[place] + text[place + 2 :]
    if dice.random() < 0.3:
        words = text.split(" ")
        if len(words) > 14:
            del words[dice.randrange(len(words))]
        text = " ".join(words)
    if dice.random() < 0.15:
        text = re.sub(r"(.{25,45}?) ", r"\1\n", text)
    return text


def variants(family: Family, count: int, dice: random.Random) -> Iterator[Example]:
    """Concrete texts of one family."""
    for number in range(count):
        core = family.pattern
        if number:
            prefix = dice.choice(_PREFIXES[family.sender])
            if family.language in _GREETING_BY_LANGUAGE and prefix:
                prefix = _GREETING_BY_LANGUAGE[family.language]
            core = prefix + core + (dice.choice(_DETAILS) if family.type != "unknown" else "") + dice.choice(_SUFFIXES)
        text = _fill(core, dice)
        yield Example(family.sender, family.type, family.language, _roughen(text, dice) if number > 1 else text)


def corpus(sender: Sender, chosen: Sequence[Family], seed: int) -> list[Example]:
    """Training texts for one kind of sender: its own wordings and those it shares with the other."""
    dice = random.Random(seed)  # noqa: S311  reproducible wording, not security
    examples: list[Example] = []
    for family in chosen:
        if family.sender == sender:
            examples += variants(family, VARIANTS, dice)
        elif family.type in _BORROW[sender]:
            examples += (
                example._replace(sender=sender, type=_BORROW[sender][family.type])
                for example in variants(family, BORROWED_VARIANTS, dice)
            )
    return examples


def _matrix(examples: Sequence[Example]) -> list[tuple[NDArray[np.int64], NDArray[np.float32]]]:
    return [features(reading := read(example.text), cues.find(reading)) for example in examples]


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
                np.add.at(dense[line], rows[index][0], rows[index][1])
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
    steps = [0.4 + 0.01 * place for place in range(55)]
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
        probe = fit(sender, corpus(sender, learning, seed), epochs=epochs, seed=seed)
        own = [family for family in developing if family.sender == sender]
        probe = calibrate(sender, probe, corpus(sender, own, seed + 1))
        final = fit(sender, corpus(sender, everything, seed), epochs=epochs, seed=seed)
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
    arguments.add_argument("--mistakes", action="store_true", help="print development mistakes in full")
    options = arguments.parse_args()
    if options.write:
        models = train()
        WEIGHTS.write_bytes(pack(models))
        sys.stdout.write(f"weights {weights_hash(models)[:16]}, {WEIGHTS.stat().st_size} bytes\n")
        for sender, model in models.items():
            sys.stdout.write(f"{sender}: temperature {model.temperature:.2f}, threshold {model.threshold:.2f}\n")
    test = held_out()
    for sender in LABELS:
        part = measure([example for example in test if example.sender == sender])
        sys.stdout.write(report(f"test, {sender}", part) + "\n")
        if options.mistakes:
            for example, triage in part.mistakes:
                sys.stdout.write(f"   {triage.confidence:.2f} {example.text!r}: {triage.type}\n")


if __name__ == "__main__":
    main()
