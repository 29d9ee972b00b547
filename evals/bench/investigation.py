"""Speed of an investigation, measured side by side in one run: `python -m evals.bench.investigation [FOLDER]`.

Prints cases a second, one case over an empty eight-node graph with the same saver, the share of each step, and the
time of one case from a cold start. Blocks of both alternate, so that a machine that slows down slows both.
"""

import argparse
import gc
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypedDict

from langgraph.checkpoint.base import BaseCheckpointSaver
from langgraph.graph import END, START, StateGraph

import agent.assistant
import agent.graph
from agent.assistant import Assistant
from agent.batch import run
from agent.book_room import open_book
from agent.checkpoints import lasting_saver, passing_saver
from agent.settings import Settings
from agent.store import Store
from agent.store_room import now
from agent.workplace import Workbench, limits_of
from tools.bank.bank import Bank
from tools.bank.engine import open_engine
from tools.bank.migrations import migrate
from tools.bank.scenario import Scenario, load_scenario
from tools.bank.writer import fill

NODES = 8
STEPS = ("triage", "investigate", "retrieve", "decide_case", "propose", "check", "result_of", "record")
SUITE = Path(__file__).parents[1] / "suites" / "tables"
RATIO_MAX = 2.0
CASES_PER_SECOND_MIN = 100
COLD_SECONDS_MAX = 1.5


class _Empty(TypedDict, total=False):
    case_id: str
    step: str


def empty_graph(saver: BaseCheckpointSaver[Any]) -> Any:
    """Eight nodes in a row that do nothing, with the same saver."""
    graph = StateGraph(_Empty)
    before = START
    for number in range(NODES):
        name = f"step{number}"
        graph.add_node(name, lambda state: {"step": "done"})
        graph.add_edge(before, name)
        before = name
    graph.add_edge(before, END)
    return graph.compile(checkpointer=saver)


@contextmanager
def shares() -> Iterator[dict[str, float]]:
    """Count the time of every step while inside."""
    spent: dict[str, float] = dict.fromkeys(STEPS, 0.0)
    originals = {name: getattr(agent.graph, name) for name in STEPS}

    def timed(name: str, step: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, **kwargs: Any) -> Any:
            started = time.perf_counter()
            try:
                return step(*args, **kwargs)
            finally:
                spent[name] += time.perf_counter() - started

        return call

    for name, step in originals.items():
        setattr(agent.graph, name, timed(name, step))
    try:
        yield spent
    finally:
        for name, step in originals.items():
            setattr(agent.graph, name, step)


def in_memory(scenarios: list[Scenario], rounds: int) -> tuple[float, float]:
    """Throw-away store and saver, as `amends investigate FOLDER` uses them; filling the store is not counted."""
    bench, saver = Workbench(Settings()), passing_saver()
    graph = empty_graph(saver)

    def one_empty(number: int) -> None:
        graph.invoke({"case_id": "x"}, {"configurable": {"thread_id": str(number)}}, durability="exit")
        saver.delete_thread(str(number))

    return _measured(scenarios, rounds, bench.assistant, lambda s: _refill(bench, s), one_empty)


def _refill(bench: Workbench, scenario: Scenario) -> None:
    bench.clear()
    fill(bench.engine, scenario.records)


def on_file(scenarios: list[Scenario], rounds: int, folder: Path) -> tuple[float, float]:
    """A lasting SQLite store (WAL, synchronous FULL) with its checkpoints in the same file."""
    url = f"sqlite:///{folder / 'bench.sqlite'}"
    engine = open_engine(url)
    migrate(engine)
    saver = lasting_saver(url)
    assistant = Assistant(
        store=Store(engine, now),
        records=Bank(engine),
        book=open_book(Settings()),
        saver=saver,
        our_bics=(),
        clock=now,
        limits=limits_of(Settings()),
    )
    graph = empty_graph(saver)

    def one_empty(number: int) -> None:
        graph.invoke({"case_id": "x"}, {"configurable": {"thread_id": f"empty{number}"}}, durability="exit")

    return _measured(
        scenarios, rounds, assistant, lambda s: fill(engine, s.records, replace=True), one_empty, fresh_ids=True
    )


def _measured(
    scenarios: list[Scenario],
    rounds: int,
    assistant: Assistant,
    prepare: Callable[[Scenario], None],
    one_empty: Callable[[int], None],
    *,
    fresh_ids: bool = False,
) -> tuple[float, float]:
    case, empty = [], []
    for number in range(rounds):
        for index, scenario in enumerate(scenarios):
            prepare(scenario)
            named = scenario.model_copy(update={"id": f"{number}-{index}"}) if fresh_ids else scenario
            started = time.perf_counter()
            run(named, assistant)
            middle = time.perf_counter()
            one_empty(number * len(scenarios) + index)
            case.append((middle - started) * 1000)
            empty.append((time.perf_counter() - middle) * 1000)
    return statistics.median(case), statistics.median(empty)


def throughput(folders: list[Path], cases: int) -> float:
    """Cases a second from folder to result, after start-up: YAML, records, investigation, drafts."""
    bench = Workbench(Settings())

    def one(folder: Path) -> None:
        bench.clear()
        scenario = load_scenario(folder)
        fill(bench.engine, scenario.records)
        run(scenario, bench.assistant)

    for folder in folders[:20]:
        one(folder)
    started = time.perf_counter()
    for number in range(cases):
        one(folders[number % len(folders)])
    return cases / (time.perf_counter() - started)


def cold(folder: Path, times: int = 5) -> float:
    """Median seconds of one case in a process of its own."""
    spent = []
    for _ in range(times):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "app.cli", "investigate", str(folder), "--json"],
            check=True,
            stdout=subprocess.DEVNULL,
        )
        spent.append(time.perf_counter() - started)
    return statistics.median(spent)


def main() -> int:
    """Print every figure with its bound; exit 1 when one is missed."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("folder", nargs="?", type=Path, default=SUITE)
    ask.add_argument("--rounds", type=int, default=3)
    ask.add_argument("--cases", type=int, default=1000)
    said = ask.parse_args()
    folders = sorted(p.parent for p in said.folder.glob("*/case.yaml"))
    scenarios = [load_scenario(f) for f in folders[:: max(1, len(folders) // 60)]]

    in_memory(scenarios[:10], 2)  # warm
    gc.freeze()  # as the command line does before many cases
    with shares() as spent:
        case, empty = in_memory(scenarios, said.rounds)
    with tempfile.TemporaryDirectory() as where:
        file_case, file_empty = on_file(scenarios, said.rounds, Path(where))
    rate, seconds = throughput(folders, said.cases), cold(folders[0])

    print(f"in memory   case {case:6.2f} ms   empty graph {empty:5.2f} ms   ratio {case / empty:.2f}")
    print(
        f"SQLite file case {file_case:6.2f} ms   empty graph {file_empty:5.2f} ms   ratio {file_case / file_empty:.2f}"
    )
    total = sum(spent.values())
    print(
        "share of the steps: "
        + ", ".join(f"{name} {part / total:.0%}" for name, part in sorted(spent.items(), key=lambda item: -item[1]))
    )
    print(f"throughput  {rate:.0f} cases a second (at least {CASES_PER_SECOND_MIN})")
    print(f"cold start  {seconds:.2f} s (at most {COLD_SECONDS_MAX})")
    print(f"bound       ratio in memory at most {RATIO_MAX}; a case on file commits three times, the empty graph once")
    met = case / empty <= RATIO_MAX and rate >= CASES_PER_SECOND_MIN and seconds <= COLD_SECONDS_MAX
    return 0 if met else 1


if __name__ == "__main__":
    raise SystemExit(main())
