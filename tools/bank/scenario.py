"""Reads a scenario folder: one incoming message, and the bank's records at that moment."""

import re
from pathlib import Path
from typing import Any, Literal, TypeVar

import yaml
from pydantic import AwareDatetime, BaseModel, Field, ValidationError, model_validator
from yaml.constructor import ConstructorError

from tools.bank.records import Records
from tools.bank.refusal import kind_of, near, unusable
from tools.bank.to_rows import leg
from tools.errors import Record, UnusableInput
from tools.payment import Agent, Rail

Channel = Literal["swift", "market_infrastructure", "email", "portal", "phone", "internal"]


class Sender(Record):
    """Who sent the message: a bank by its BIC, or a customer and how sure we are of it."""

    bic: Agent | None = None
    customer_id: str | None = None
    email: str | None = None
    verified: bool | None = None

    @model_validator(mode="after")
    def _bank_or_customer(self) -> "Sender":
        if self.bic is not None and (self.customer_id or self.email):
            raise ValueError("a sender is a bank (bic) or a customer (customer_id, email), not both")
        return self


class Trigger(Record):
    """What `case.yaml` says."""

    id: str = Field(min_length=1)
    as_of: AwareDatetime
    our_bics: tuple[Agent, ...] = Field(min_length=1)
    channel: Channel
    rail: Rail | None = None
    message: str = Field(min_length=1)
    from_: Sender = Field(default=Sender(), alias="from")


class Scenario(Record):
    """One incoming case and the bank's records, ready to be investigated."""

    id: str
    as_of: AwareDatetime
    """The clock of the run."""
    our_bics: tuple[Agent, ...]
    channel: Channel
    rail: Rail | None
    message_path: Path
    message: bytes
    sender: Sender
    records: Records


def load_scenario(folder: Path) -> Scenario:
    """Read a scenario folder; raises UnusableInput that names the file, the field and what to do."""
    if not folder.is_dir():
        raise UnusableInput(f"{str(folder)!r} is no folder; give a scenario folder with case.yaml.", where=str(folder))
    case = _checked(Trigger, _known(_yaml(folder / "case.yaml", required=True)), "case.yaml")
    records = _checked(Records, _yaml(folder / "records.yaml", required=False), "records.yaml")
    _refuse_repeated(records)
    path = _inside(folder, case.message)
    return Scenario(
        id=case.id,
        as_of=case.as_of,
        our_bics=case.our_bics,
        channel=case.channel,
        rail=case.rail,
        message_path=path,
        message=_bytes(path, case.message),
        sender=case.from_,
        records=records,
    )


def is_scenario(folder: Path) -> bool:
    """Say whether a path is a scenario folder."""
    return (folder / "case.yaml").is_file()


def read_records(path: Path) -> Records:
    """Read one file of records in the form of `records.yaml`; raises UnusableInput."""
    records = _checked(Records, _yaml(path, required=True), path.name)
    _refuse_repeated(records, path.name)
    return records


# --- files -----------------------------------------------------------------------------------------------------------


NESTING_MAX = 1000
"""How deep a file may nest; libyaml goes down on the C stack, and 100,000 brackets would end the process."""
FIELDS_MAX = 10_000
"""How many fields one record may get by merging others (`<<`); merging merged ones doubles them each time."""


class _Loader(yaml.CSafeLoader):
    """Safe YAML in which only true and false are yes-or-no: a customer's answer `yes` and the country `NO` are text."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        """Refuse a field that stands twice: YAML would silently keep the last."""
        fields = [key.value for key, _ in node.value if isinstance(key, yaml.ScalarNode)]
        if len(set(fields)) != len(fields):
            twice = next(key for n, (key, _) in enumerate(node.value) if key.value in fields[:n])
            raise ConstructorError(None, None, f"field {twice.value!r} stands twice", twice.start_mark)
        return super().construct_mapping(node, deep)

    def flatten_mapping(self, node: yaml.MappingNode) -> None:
        super().flatten_mapping(node)
        if len(node.value) > FIELDS_MAX:
            raise ConstructorError(None, None, "too many merged fields", node.start_mark)


_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in found if tag != "tag:yaml.org,2002:bool" or first in "tTfF"]
    for first, found in yaml.CSafeLoader.yaml_implicit_resolvers.items()
}


def _yaml(path: Path, *, required: bool) -> dict[str, Any]:
    if not path.is_file():
        if required:
            raise UnusableInput(f"{path.name} is missing in {str(path.parent)!r}; add it.", where=path.name)
        return {}
    data = path.read_bytes()
    if _nests_too_deep(data):
        raise UnusableInput(f"{path.name}: lists stand too deep in each other; correct the YAML.", where=path.name)
    try:
        content = yaml.load(data, _Loader)  # noqa: S506 - a subclass of the safe loader
    except (yaml.YAMLError, UnicodeDecodeError) as wrong:
        raise UnusableInput(f"{path.name}: {_said(wrong)}; correct the YAML.", where=path.name) from None
    except (RecursionError, ValueError) as wrong:
        # ValueError: a date that no calendar has, e.g. 2026-02-30 without quotes.
        raise UnusableInput(f"{path.name}: cannot be read ({wrong}); correct it.", where=path.name) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UnusableInput(f"{path.name}: write fields and values, not a {kind_of(content)}.", where=path.name)
    return content


def _nests_too_deep(data: bytes) -> bool:
    if data.count(b"[") + data.count(b"{") > NESTING_MAX:
        depth = 0
        for bracket in re.findall(rb"[\[{}\]]", data):
            depth += 1 if bracket in b"[{" else -1
            if depth > NESTING_MAX:
                return True
    # "- - - -": each dash opens a list in the one before. By indentation alone, so deep a file is megabytes long.
    return any(
        len(line) > NESTING_MAX and sum(map(line.count, (b"-", b"?", b":"))) > NESTING_MAX for line in data.splitlines()
    )


def _said(wrong: Exception) -> str:
    mark = getattr(wrong, "problem_mark", None)
    problem = getattr(wrong, "problem", None) or getattr(wrong, "reason", None) or "is no YAML in UTF-8"
    return f"line {mark.line + 1}, column {mark.column + 1}: {problem}" if mark else str(problem)


def _inside(folder: Path, name: str) -> Path:
    """Return the message's path; one that leads out of the folder is refused, links included."""
    path = folder / name
    if "\0" in name or not path.resolve().is_relative_to(folder.resolve()):
        raise UnusableInput(
            f"case.yaml: message: {name!r} leads out of the scenario folder; name a file in it.",
            where="case.yaml: message",
        )
    return path


def _bytes(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except OSError as wrong:
        raise UnusableInput(
            f"case.yaml: message: {name!r} cannot be read ({wrong.strerror}); add the file or correct the name.",
            where="case.yaml: message",
        ) from None


# --- fields ----------------------------------------------------------------------------------------------------------

M = TypeVar("M", bound=BaseModel)


_CASE_FIELDS = [info.alias or name for name, info in Trigger.model_fields.items()]
_LOOKS_MISSPELT = 0.7
"""Likeness to a known name from which on another one is taken for a slip of the pen."""


def _known(case: dict[str, Any]) -> dict[str, Any]:
    """Leave out fields that `case.yaml` may grow (the contract lets it); one that looks misspelt is refused."""
    return {
        field: value
        for field, value in case.items()
        if field in _CASE_FIELDS or near(str(field), _CASE_FIELDS, _LOOKS_MISSPELT)
    }


def _checked(model: type[M], content: dict[str, Any], file: str) -> M:
    try:
        return model.model_validate(content)
    except ValidationError as wrong:
        raise unusable(wrong, model, file) from None


def _refuse_repeated(records: Records, file: str = "records.yaml") -> None:
    """A payment stands once in the records; its cover or its return may share its UETR."""
    seen: dict[tuple[str, int], int] = {}
    for place, payment in enumerate(records.payments):
        first = seen.setdefault((payment.uetr, leg(payment)), place)
        if first != place:
            where = f"{file}: payments[{place}].uetr"
            raise UnusableInput(
                f"{where}: {str(payment.uetr)!r} stands in payments[{first}] already; give each payment its own UETR.",
                where=where,
            )
