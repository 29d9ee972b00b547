"""The questions put to the rule book, each with what a right answer is, in two fixed halves parted by topic."""

import re
from collections.abc import Iterable, Iterator
from datetime import date
from functools import cache
from itertools import chain
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from retrieval import Rule, RuleBook
from retrieval.rule import Rail
from tools.errors import Record, UnusableInput

FOLDER = Path(__file__).parent / "queries"

Split = Literal["dev", "test"]
Slice = Literal[
    "slang",  # as analysts type to one another
    "plain",  # a whole English sentence
    "foreign",  # German, French, Spanish, Dutch or Italian
    "typo",  # slips of the keyboard in what counts
    "code",  # a code or a message and next to nothing else
    "scenario",  # a pasted case of some sixty words or more, with the question in it
    "dated",  # the day decides which version answers
    "rail",  # the rail decides which rule answers
    "desk",  # short calls to the rule book from the desk; a document is expected, no single fact
    "negative",  # not in the rule book, near misses included
]


class Question(Record):
    """One question and its gold."""

    question: str
    slice: Slice
    topic: str
    """Questions of a topic ask for neighbouring facts; they stay in one half and are resampled together."""
    rail: Rail | None = None
    day: date | None = None
    gold: tuple[str, ...] = ()
    """Documents that answer, any of which will do, with the section where one alone is right: "head-001#who-signs"."""
    states: tuple[str, ...] = ()
    """Patterns that a text must all match, in any case, to state the fact asked for."""

    @property
    def answerable(self) -> bool:
        return self.slice != "negative"

    @property
    def documents(self) -> frozenset[str]:
        """The gold documents without their sections."""
        return frozenset(gold.partition("#")[0] for gold in self.gold)

    def stated_in(self, text: str) -> bool:
        """Say whether a text states the fact that the question asks for."""
        flat = " ".join(text.split())
        return bool(self.states) and all(pattern.search(flat) for pattern in _patterns(self.states))


def questions(split: Split, folder: Path = FOLDER) -> tuple[Question, ...]:
    """Read one half of the questions; raises UnusableInput that names the file."""
    path = folder / f"{split}.yaml"
    try:
        asked = yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader)
        return tuple(Question.model_validate(item) for item in asked)
    except (OSError, yaml.YAMLError, ValidationError, TypeError) as wrong:
        raise UnusableInput(f"{str(path)!r} cannot be used as questions: {wrong}", where=str(path)) from wrong


def faults(asked: Iterable[Question], book: RuleBook) -> list[str]:
    """Every way in which questions and rule book do not belong together, in words."""
    return list(chain.from_iterable(_faults(question, book) for question in asked))


def _faults(question: Question, book: RuleBook) -> Iterator[str]:
    if question.answerable != bool(question.gold):
        yield f"{question.question!r}: a negative has no gold document, every other question has one"
    in_force = {rule.id: rule for rule in book.by_filter(question.rail, question.day)}
    for gold in question.gold:
        id, _, section = gold.partition("#")
        if id not in in_force:
            yield f"{question.question!r}: no document {id!r} holds for that rail and day"
        elif section and in_force[id].section(section) is None:
            yield f"{question.question!r}: document {id!r} has no section {section!r}"
    answers = [in_force[id] for id in question.documents & in_force.keys()]
    if question.states and answers and not any(_states(question, rule) for rule in answers):
        yield f"{question.question!r}: no gold document states {' and '.join(question.states)!r}"


def _states(question: Question, rule: Rule) -> bool:
    return question.stated_in(rule.text)


@cache
def _patterns(states: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.IGNORECASE) for pattern in states)
