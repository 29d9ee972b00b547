"""What a model said to a handful of scenarios, played back: `python -m evals.cassette`.

Questions and answers were recorded through the real client; the first line of the file says whose words they are.
Played back, nobody is asked and no network is needed. A prompt or a material that has changed since is a question
without an answer: the lines in which it differs are printed, with the command that records anew. What comes of the
answers is held to what came of them then. `--record --model NAME` asks a model and writes the file.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal

import orjson

from agent.batch import results
from agent.model import Voices, chain_of
from agent.model.cassette import CassetteChatModel
from agent.model.clients import client_of
from agent.model.line import Line
from agent.model.tracing import Tracing
from agent.replay import differences
from agent.settings import ModelSettings, Settings, model_settings
from agent.workplace import Workbench
from tools.errors import Record, UnusableInput

HERE = Path(__file__).parent
SUITES = HERE / "suites"
FILE = HERE / "cassettes" / "suites.jsonl"
SCENARIOS = (
    "field/cxi-10-sepa-technical-consent",
    "field/ans-part-returned-rest-open",
    "free_text/recall-amount-contradicts-record",
    "free_text/nonreceipt-de-zurueckgewiesen-rr04",
    "free_text/status-where-is-my-payment",
)
_PATIENCE = ("timeout_seconds", "seconds_case_max", "retries", "requests_per_minute", "stream")
"""Settings of whoever records that no question depends on; all others are as they come."""
_HEARD = ("answered", "too_long", "refused_to_answer", "garbage")
"""Outcomes of a reply that came: good or bad, it is there to be heard again."""
_TOLD = ("reading", "suggested_type", "sought", "opinion", "words")


class Head(Record):
    """The first line: whose words follow, and how to get others."""

    schema_: Literal["amends/cassette/1"] = "amends/cassette/1"
    model: str
    words_of: str
    """Said honestly: a model by its name, or a script."""
    again: str
    """The command that records anew."""
    native: bool
    """Whether replies were asked for as structured output."""


class Case(Record):
    """A scenario, and what came of the answers."""

    scenario: str
    came: dict[str, Any]


class Said(Record):
    """One question as it left, under pseudonyms, and its answer."""

    key: str
    request: dict[str, Any]
    reply: dict[str, Any]


class Tape(Record):
    """A whole file."""

    head: Head
    cases: tuple[Case, ...]
    said: tuple[Said, ...]


def read(file: Path) -> Tape:
    """Read a file; one that is not there or not readable is one sentence."""
    try:
        first, *rest = [orjson.loads(line) for line in file.read_bytes().splitlines()]
        cases = tuple(Case.model_validate(each) for each in rest if "scenario" in each)
        said = tuple(Said.model_validate(each) for each in rest if "key" in each)
        if not cases or not said:
            raise ValueError("it holds no case and no answer")
        return Tape(head=Head.model_validate(first), cases=cases, said=said)
    except (OSError, TypeError, ValueError) as wrong:
        again = "record one with `python -m evals.cassette --record --model NAME`"
        raise UnusableInput(f"{file} cannot be read ({wrong}); {again}.", where=str(file)) from None


def missed(file: Path = FILE) -> list[str]:
    """Every question that has no answer any more, and everything else that came of the answers, in words."""
    try:
        tape = read(file)
    except UnusableInput as unreadable:
        return [str(unreadable)]
    with TemporaryDirectory() as folder:
        for said in tape.said:
            kept = Path(folder) / f"{said.key.removeprefix('sha256:')}.json"
            kept.write_bytes(orjson.dumps(said.model_dump()))
        client = CassetteChatModel(model_name=tape.head.model, folder=Path(folder), mode="strict")
        bench = _bench(tape.head.model, client, as_shipped(), native=tape.head.native)
        found = [line for case in tape.cases for line in _changed(case, bench)]
    return [f"cassette: {line.replace(repr(folder), file.name)}\nThe command: {tape.head.again}" for line in found]


def _changed(case: Case, bench: Workbench) -> Iterator[str]:
    (result,) = results([SUITES / case.scenario], bench)
    if "error" in result:
        yield f"{case.scenario}: {result['error']['message']}"
        return
    for step in result["model"]["steps"]:
        if step["outcome"] == "no_recording":
            yield f"{case.scenario}, {step['role']}: {step['why']}"
            return  # whatever else differs follows from it
    for each in differences(case.came, orjson.loads(orjson.dumps(came_of(result)))):
        yield f"{case.scenario}: {each.place} was {each.kept}, is {each.replayed}."


def came_of(result: dict[str, Any]) -> dict[str, Any]:
    """What the model brought about in a case; prices, times, hashes and whatever it has no part in are left out."""
    told, proposal = result["model"], result["proposal"]
    flagged = next((g["detail"] for g in result["guardrails"] if g["name"] == "model"), "")
    steps = [f"{step['role']}: {step['outcome']}" for step in told["steps"]]
    named = {name: proposal[name] for name in ("disposition", "approvals")}
    return named | {name: told[name] for name in _TOLD} | {"flags": flagged, "steps": steps}


def record(
    model: str,
    *,
    words_of: str,
    again: str,
    file: Path = FILE,
    scenarios: tuple[str, ...] = SCENARIOS,
    live: ModelSettings | None = None,
    before: Callable[[str], None] = lambda _: None,
) -> Tape:
    """Ask a model about the scenarios and write down what it says; kept only if it plays back to the same.

    `before` is told of each scenario before it is asked about.
    """
    live = live or model_settings()
    names = chain_of(model)
    if len(names) != 1:
        raise UnusableInput(f"{model!r} names {len(names)} models; record one, e.g. openai:NAME.", where="--model")
    settings = as_shipped().model_copy(update={field: getattr(live, field) for field in _PATIENCE})
    with TemporaryDirectory() as folder:
        client = CassetteChatModel(
            model_name=model, folder=Path(folder), mode="record", inner=client_of(names[0], live)
        )
        bench = _bench(model, client, settings)
        cases = [_recorded(scenario, bench, before) for scenario in scenarios]
        kept = sorted(Path(folder).glob("*.json"))
        said = tuple(Said.model_validate(orjson.loads(each.read_bytes())) for each in kept)
    native = any("response_format" in each.request["parameters"] for each in said)
    head = Head(model=model, words_of=words_of, again=again, native=native)
    tape = Tape(head=head, cases=tuple(cases), said=said)
    _write(tape, file)
    return tape


def _recorded(scenario: str, bench: Workbench, before: Callable[[str], None]) -> Case:
    before(scenario)
    (result,) = results([SUITES / scenario], bench)
    if "error" in result:
        raise UnusableInput(f"{scenario} cannot be recorded: {result['error']['message']}", where=scenario)
    silent = [step["why"] for step in result["model"]["steps"] if step["outcome"] not in _HEARD]
    if silent or not result["model"]["steps"]:
        why = silent[0] if silent else "nothing was asked"
        raise UnusableInput(f"{scenario} cannot be recorded: {why}", where=scenario)
    return Case(scenario=scenario, came=orjson.loads(orjson.dumps(came_of(result))))


def _write(tape: Tape, file: Path) -> None:
    """Write aside, play it back, and only then put it in its place."""
    lines = [each.model_dump() for each in (tape.head, *tape.cases, *tape.said)]
    file.parent.mkdir(parents=True, exist_ok=True)
    aside = file.with_suffix(".new")
    aside.write_bytes(b"".join(orjson.dumps(line, option=orjson.OPT_SORT_KEYS) + b"\n" for line in lines))
    wrong = missed(aside)
    if wrong:
        aside.unlink()
        raise UnusableInput(f"What was recorded does not play back: {wrong[0]}", where=str(file))
    aside.replace(file)


def as_shipped() -> ModelSettings:
    """The settings where nothing is set: questions must not depend on the environment of whoever plays them."""
    return ModelSettings.model_construct()


def _bench(model: str, client: CassetteChatModel, settings: ModelSettings, *, native: bool | None = None) -> Workbench:
    chain = chain_of(model)
    line = Line(chain[0], settings, client=client, native=native)
    return Workbench(Settings(), voices=Voices(chain, settings, lines=(line,), tracing=Tracing()))


def main() -> int:
    """Play the file back, or record it anew."""
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--record", action="store_true", help="ask the model and write the file")
    ask.add_argument("--model", help="with --record: which model, e.g. openai:gpt-5-mini")
    ask.add_argument("--file", type=Path, default=FILE)
    said = ask.parse_args()
    if not said.record:
        wrong = missed(said.file)
        sys.stdout.write("".join(f"{line}\n" for line in wrong) or f"{summary(said.file)}\n")
        return 1 if wrong else 0
    if not said.model:
        ask.error("--record needs --model NAME")
    again = f"python -m evals.cassette --record --model {said.model}"
    again += f" --file {said.file}" if said.file != FILE else ""
    try:
        record(said.model, words_of=f"the model {said.model}, asked live", again=again, file=said.file)
    except UnusableInput as refused:
        sys.stderr.write(f"{refused}\n")
        return 2
    sys.stdout.write(f"{summary(said.file)}\n")
    return 0


def summary(file: Path = FILE) -> str:
    """How much the file holds, and whose words."""
    try:
        tape = read(file)
    except UnusableInput as unreadable:
        return str(unreadable)
    return f"{len(tape.cases)} cases, {len(tape.said)} answers played back; words of {tape.head.words_of}"


if __name__ == "__main__":
    raise SystemExit(main())
