"""External code sets: what a code means, and whether it may stand in a message on a rail and a date.

The values are those of the edition named in `codes.json`; a bank imports a newer edition of its own with `import_codes`
(same shape, YAML or JSON) and hands the book on.
"""

import json
import re
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, ValidationError

from tools.errors import Record, UnusableInput
from tools.payment import Rail

Flow = Literal["in", "out"]
"""Incoming messages are read with patience, outgoing ones keep to the letter."""

_OWN_EDITION = Path(__file__).with_name("codes.json")
_FIN = re.compile(r"(?:MT|FIN)?[1-9n](92|96)")


def _meaning(value: object) -> object:
    return "" if value is None else value


class CodeSet(Record):
    """One external code set."""

    codes: dict[str, Annotated[str, BeforeValidator(_meaning)]]
    """Member and its meaning in a few words; empty where we have none."""
    effective: dict[str, tuple[date | None, date | None]] = Field(default_factory=dict)
    """First and last day of a member, where it came later or became obsolete."""


class Limit(Record):
    """What a scheme allows of a set in a message: only these codes, or never those."""

    message: str
    set: str
    rails: tuple[Rail, ...] | None = None
    """None: every rail."""
    direction: Flow | None = None
    only: tuple[str, ...] | None = None
    never: tuple[str, ...] = ()
    effective_from: date | None = None
    effective_to: date | None = None
    severity: Literal["flag", "block"] = "block"
    source: str

    def applies(self, message: str, code_set: str, rail: Rail | None, direction: Flow, on: date) -> bool:
        return (
            self.message == message
            and self.set == code_set
            and (self.rails is None or rail in self.rails)
            and self.direction in (None, direction)
            and _within(on, self.effective_from, self.effective_to)
        )

    def allows(self, code: str) -> bool:
        return (self.only is None or code in self.only) and code not in self.never


class CodeBook(Record):
    """An edition of the code sets with the schemes' limits."""

    edition: str
    source: str
    sets: dict[str, CodeSet]
    elements: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Message, then the last parts of an element's path, to the name of its set."""
    limits: tuple[Limit, ...] = ()
    readable: dict[str, tuple[str, ...]] = Field(default_factory=dict)
    """Codes outside a set that incoming messages carry all the same (INDM for IDMN)."""
    confusable: dict[str, str] = Field(default_factory=dict)
    """Look-alikes, and what to use instead."""

    def meaning(self, code_set: str, code: str) -> str:
        """Return the meaning in a few words; "" when the set has no such code or we have no words for it."""
        known = self.sets.get(code_set)
        return known.codes.get(code, "") if known else ""

    def is_member(self, code_set: str, code: str, on: date) -> bool:
        """True when the set has the code on that date."""
        known = self.sets.get(code_set)
        if known is None or code not in known.codes:
            return False
        first, last = known.effective.get(code, (None, None))
        return _within(on, first, last)

    def fault(
        self, message: str, code_set: str, code: str, *, rail: Rail | None, direction: Flow, on: date
    ) -> tuple[str, Literal["flag", "block"]] | None:
        """Return why the code may not stand there and how grave it is, or None when it may."""
        if not self.is_member(code_set, code, on):
            if direction == "in" and code in self.readable.get(code_set, ()):
                return None
            known = f"{code} is no member of {code_set} on {on}"
            return (f"{known}: {self.confusable[code]}" if code in self.confusable else known), "block"
        for limit in self.limits:
            if limit.applies(message, code_set, rail, direction, on) and not limit.allows(code):
                return f"{code} is not allowed on {rail or 'this route'} ({limit.source})", limit.severity
        return None

    def legal(
        self,
        message: str,
        code: str,
        *,
        rail: Rail | None,
        direction: Flow = "out",
        on: date,
        code_set: str | None = None,
    ) -> bool:
        """True when the code may stand in the message, in the given set or in any set that the message uses."""
        name = message_name(message)
        sets = (code_set,) if code_set else dict.fromkeys(self.elements.get(name, {}).values())
        faults = (self.fault(name, one, code, rail=rail, direction=direction, on=on) for one in sets)
        return any(fault is None or fault[1] == "flag" for fault in faults)


def message_name(message: str) -> str:
    """Return "camt.056" for "camt.056.001.08" and "MTn92" for "MT192"."""
    if fin := _FIN.fullmatch(message):
        return f"MTn{fin.group(1)}"
    return message[:8]


def _within(on: date, first: date | None, last: date | None) -> bool:
    return (first is None or first <= on) and (last is None or on <= last)


@cache
def code_book() -> CodeBook:
    """Return the edition that comes with the product; read once, when first asked."""
    return CodeBook.model_validate_json(_OWN_EDITION.read_bytes())


def import_codes(path: Path, base: CodeBook | None = None) -> CodeBook:
    """Return the base edition with the sets, elements and limits of a newer file (YAML or JSON) over it.

    A set in the file replaces the set of that name, but keeps our meanings where the file has none; limits of the
    file replace those for the same message, set and rails.
    """
    base = base or code_book()
    try:
        given = _read(path)
        newer = CodeBook.model_validate(given)
    except ValidationError as fault:
        first = fault.errors()[0]
        place = ".".join(str(part) for part in first["loc"])
        raise UnusableInput(f"{path.name} is no code list: {first['msg']} at {place!r}", where=place) from None
    sets = {name: _with_meanings(code_set, base.sets.get(name)) for name, code_set in newer.sets.items()}
    replaced = {(limit.message, limit.set, limit.rails) for limit in newer.limits}
    kept = tuple(limit for limit in base.limits if (limit.message, limit.set, limit.rails) not in replaced)
    return newer.model_copy(
        update={
            "sets": {**base.sets, **sets},
            "elements": {**base.elements, **newer.elements},
            "limits": kept + newer.limits,
            "readable": {**base.readable, **newer.readable},
            "confusable": {**base.confusable, **newer.confusable},
        }
    )


def _read(path: Path) -> Mapping[str, object]:
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as fault:
        raise UnusableInput(f"The code list {path.name!r} cannot be read: {fault}", where=path.name) from None
    if path.suffix == ".json":
        try:
            given = json.loads(text)
        except json.JSONDecodeError as fault:
            raise UnusableInput(f"{path.name} is no JSON: {fault}", where=path.name) from None
    else:
        import yaml  # only an import of a bank's own list needs it

        try:
            given = yaml.safe_load(text)
        except yaml.YAMLError as fault:
            raise UnusableInput(f"{path.name} is no YAML: {fault}", where=path.name) from None
    if not isinstance(given, dict):
        raise UnusableInput(f"{path.name} holds no mapping of edition, source and sets", where=path.name)
    return given


def _with_meanings(newer: CodeSet, older: CodeSet | None) -> CodeSet:
    if older is None:
        return newer
    return newer.model_copy(update={"codes": {c: m or older.codes.get(c, "") for c, m in newer.codes.items()}})


def meaning(code_set: str, code: str) -> str:
    """Return the meaning of a code in our own edition, "" where there is none."""
    return code_book().meaning(code_set, code)


def is_member(code_set: str, code: str, on: date) -> bool:
    """True when our own edition's set has the code on that date."""
    return code_book().is_member(code_set, code, on)


def legal(
    message: str, code: str, *, rail: Rail | None, direction: Flow = "out", on: date, code_set: str | None = None
) -> bool:
    """True when our own edition lets the code stand in the message on that rail and date."""
    return code_book().legal(message, code, rail=rail, direction=direction, on=on, code_set=code_set)
