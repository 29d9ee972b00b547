"""What it costs to read a message, as a multiple of parsing its XML alone.

`python -m evals.bench.parse --xsd DIR` (or AMENDS_XSD_DIR) reads messages with validation against their official
schema; without a folder of schemas the column says so. Both sides of a ratio are timed in turn, so that a busy machine
slows both.
"""

import argparse
import gc
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from lxml import etree

from evals.bench.messages import MESSAGES, ONE_LINE
from tools.iso20022 import read

RATIO_MAX = 5.5
"""Reading with validation may cost this many times a bare parse of a message in its usual layout."""
ONE_LINE_RATIO_MAX = 7.5
"""The same for messages without any blank, where the parser has the least to do and reading as much as ever."""


class Timing(NamedTuple):
    """Microseconds of one message, medians over all rounds."""

    name: str
    size_bytes: int
    lxml: float
    read: float
    """Parsed, found in its envelope, read into records, harvested."""
    validated: float
    """The same, and validated against its schema; equal to `read` without schemas."""

    @property
    def ratio(self) -> float:
        return self.validated / self.lxml


def main() -> None:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--xsd", type=Path, default=os.environ.get("AMENDS_XSD_DIR"))
    options.add_argument("--rounds", type=int, default=2000)
    given = options.parse_args()
    schemas = Path(given.xsd) if given.xsd else None
    print(f"{'message':<22}{'bytes':>7}{'lxml µs':>10}{'read µs':>10}{'+ schema µs':>13}{'read':>8}{'+ schema':>10}")
    slow = []
    for timing in measure(schemas, given.rounds):
        shown = f"{timing.validated:>13.0f}" if schemas else f"{'no schemas':>13}"
        print(
            f"{timing.name:<22}{timing.size_bytes:>7}{timing.lxml:>10.1f}{timing.read:>10.1f}{shown}"
            f"{timing.read / timing.lxml:>7.2f}x{timing.ratio:>9.2f}x"
        )
        limit = ONE_LINE_RATIO_MAX if timing.name in ONE_LINE else RATIO_MAX
        if timing.ratio > limit:
            slow.append(f"{timing.name} ({timing.ratio:.2f}, at most {limit})")
    if slow:
        sys.exit("too many times a bare parse: " + ", ".join(slow))


def measure(schemas: Path | None, rounds: int) -> list[Timing]:
    """Time every message; the garbage collector rests, because its pauses fall on whoever comes next."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True)
    timings = []
    gc.disable()
    try:
        for name, data in (MESSAGES | ONE_LINE).items():
            lxml, bare, validated = _medians(
                rounds,
                lambda data=data: etree.fromstring(data, parser),  # type: ignore[misc]
                lambda data=data: read(data),  # type: ignore[misc]
                lambda data=data: read(data, xsd_dir=schemas),  # type: ignore[misc]
            )
            timings.append(Timing(name, len(data), lxml, bare, validated if schemas else bare))
    finally:
        gc.enable()
    return timings


def _medians(rounds: int, *deeds: Callable[[], object]) -> list[float]:
    """Median microseconds of each deed, all of them in every round."""
    spent: list[list[float]] = [[] for _ in deeds]
    for number in range(rounds + rounds // 10):
        for deed, times in zip(deeds, spent, strict=True):
            started = time.perf_counter()
            deed()
            ended = time.perf_counter()
            if number >= rounds // 10:  # the first rounds warm caches
                times.append((ended - started) * 1e6)
    return [statistics.median(times) for times in spent]


if __name__ == "__main__":
    main()
