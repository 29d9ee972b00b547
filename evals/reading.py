"""What pseudonyms cost a reader: `python -m evals.reading [--model NAME] [--cases N]`.

The same free texts are read twice, once as they stand and once under pseudonyms, and compared with what the scenario
expects. Without `--model` the reader is the classifier and the extractors of the product, which need no network: the
share of types and of values that survive says how much of a text its tokens carry. With `--model` it is the reader role
of that model, and the payment is looked for by the values that it read.
"""

import argparse
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Literal

from agent.batch import opening_of
from agent.case import Case
from agent.free_text import classify, extract
from agent.intake import read_case
from agent.model import chain_of, reader
from agent.model.failure import ModelFailure
from agent.model.line import Line
from agent.model.personal import vault_of
from agent.model.typed import parsed
from agent.model.vault import Vault
from agent.model.voices import line_of
from agent.notebook import Notebook
from agent.settings import ModelSettings
from evals.run import interval
from evals.scenario_check import Expected, expectation
from tools.bank.bank import Bank, ReadRecords
from tools.bank.engine import memory_engine
from tools.bank.scenario import Scenario, load_scenario
from tools.bank.writer import fill
from tools.errors import Record
from tools.lookup import FindPayment, find_payment

Policy = Literal["none", "mask"]
POLICIES: tuple[Policy, ...] = ("none", "mask")
SUITE = Path(__file__).parent / "suites" / "free_text"
TOKENS_MAX = 400


class Read(Record):
    """One text, read once."""

    scenario: str
    policy: Policy
    answered: bool
    type_right: bool = False
    values: int = 0
    dropped: int = 0
    payment_right: bool = False


Look = Callable[[Case, Vault, Policy, ReadRecords], tuple[str, FindPayment | None, int, int] | None]
"""Reads a case under a policy: type, the search that it allows, values in the text and invented; None: no answer."""


def reads(folders: list[Path], look: Look) -> Iterator[Read]:
    """Read every text under both policies."""
    for folder in folders:
        scenario, wanted = load_scenario(folder), expectation(folder)
        engine = memory_engine()
        fill(engine, scenario.records)
        case = _case(scenario)
        if case.message is None or not case.message.text:
            continue  # nothing in it can be read
        with Bank(engine).session() as records:
            for policy in POLICIES:
                vault = vault_of(case, Notebook(records, case.as_of), mask_bics=True)
                yield _scored(folder.name, policy, look(case, vault, policy, records), wanted, records)


def _case(scenario: Scenario) -> Case:
    [case, *_] = read_case(scenario.message, **opening_of(scenario))
    return case


def _scored(
    name: str,
    policy: Policy,
    found: tuple[str, FindPayment | None, int, int] | None,
    wanted: Expected,
    records: ReadRecords,
) -> Read:
    if found is None:
        return Read(scenario=name, policy=policy, answered=False)
    type, asked, values, dropped = found
    payment = find_payment(records, asked).payment if asked is not None else None
    types = wanted.type if isinstance(wanted.type, tuple) else (wanted.type,)
    return Read(
        scenario=name,
        policy=policy,
        answered=True,
        type_right=type in types,
        values=values,
        dropped=dropped,
        payment_right=payment is not None and payment.uetr == wanted.uetr,
    )


def by_ourselves(case: Case, vault: Vault, policy: Policy, records: ReadRecords) -> Any:
    """The classifier and the extractors; what they find in a masked text is restored, as a model's values would be."""
    assert case.message is not None
    text = case.message.text
    shown = text if policy == "none" else str(vault.mask(text))
    guess = classify(shown, sender="bank" if case.from_bank else "customer")
    found = extract(shown, case.as_of.date())
    asked = FindPayment(
        uetr=found.uetrs[0] if len(found.uetrs) == 1 else None,
        references=(*found.references, *found.invoices),
        amounts=found.amounts,
        dates=tuple(day.value for day in found.dates if not day.relative),
        accounts=_own(case, records),
        in_words=True,
    )
    return (guess.type if guess.sure else "unknown"), asked, 0, 0


def by_model(line: Line) -> Look:
    """The reader role of a model, asked over a line whose policy is set for each text."""

    def look(case: Case, vault: Vault, policy: Policy, records: ReadRecords) -> Any:
        assert case.message is not None
        line.policy = policy
        text = case.message.text
        try:
            answer = line.ask(reader.question(text, TOKENS_MAX), vault, seconds_left=600)
            reading = reader.understood(parsed(answer, reader.ReaderReply), text, case.as_of.date())
        except ModelFailure:
            return None
        return reading.type, reading.asked(_own(case, records)), len(reading.values), reading.dropped

    return look


def _own(case: Case, records: ReadRecords) -> tuple[str, ...] | None:
    customer = case.sender.customer_id
    return tuple(a.account for a in records.accounts_of_customer(customer)) if customer else None


RATES = {
    "answered with its type": "answered",
    "type right": "type_right",
    "payment found by values": "payment_right",
}


def table(found: list[Read]) -> str:
    """The two policies side by side."""
    lines = [f"{'':28}{'as it stands':>26}{'under pseudonyms':>26}"]
    for name, field in RATES.items():
        cells = []
        for policy in POLICIES:
            own = [bool(getattr(r, field)) for r in found if r.policy == policy]
            low, high = interval(sum(own), len(own))
            cells.append(f"{sum(own)} of {len(own)} ({low:.0%} to {high:.0%})")
        lines.append(f"{name:28}{cells[0]:>26}{cells[1]:>26}")
    for name in ("values", "dropped") if any(r.dropped or r.values for r in found) else ():
        sums = [sum(getattr(r, name) for r in found if r.policy == policy) for policy in POLICIES]
        lines.append(f"{'values ' + ('in the text' if name == 'values' else 'invented'):28}{sums[0]:>26}{sums[1]:>26}")
    return "\n".join(lines)


def chosen(most: int) -> list[Path]:
    """Every so-many-th scenario of the suite that names its type."""
    folders = [p.parent for p in sorted(SUITE.glob("*/case.yaml")) if expectation(p.parent).names("type")]
    return folders[:: max(1, len(folders) // most)][:most]


def main() -> int:
    ask = argparse.ArgumentParser(description=__doc__)
    ask.add_argument("--model", help="read by this model, e.g. openai:gpt-5-mini; without one by the product itself")
    ask.add_argument("--cases", type=int, default=1000)
    said = ask.parse_args()
    look: Look = by_ourselves
    if said.model:
        settings = ModelSettings().model_copy(update={"answer_tokens_max": TOKENS_MAX})
        look = by_model(line_of(chain_of(said.model)[0], settings))
    sys.stdout.write(table(list(reads(chosen(said.cases), look))) + "\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
