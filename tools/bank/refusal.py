"""Says what is wrong with a file that a person wrote: where, with which value, and what to do."""

import difflib
import reprlib
from typing import Any

from pydantic import BaseModel, ValidationError

from tools.errors import UnusableInput

_Loc = tuple[int | str, ...]
"""Path to a value as pydantic gives it."""


def unusable(wrong: ValidationError, model: type[BaseModel], file: str) -> UnusableInput:
    """Say the first thing that is wrong, and how many there are."""
    errors = wrong.errors(include_url=False)
    first = next((e for e in errors if e["type"] == "extra_forbidden"), errors[0])
    place, told = _told(first["type"], first["loc"], first["input"], first["msg"], model)
    more = f" ({len(errors) - 1} more)" if len(errors) > 1 else ""
    where = f"{file}: {place}" if place else file
    return UnusableInput(f"{where}: {told}{more}.", where=where)


def _told(kind: str, loc: _Loc, given: object, said: str, model: type[BaseModel]) -> tuple[str, str]:
    """Return the place and what is wrong there."""
    match kind:
        case "extra_forbidden":
            noun = "list" if len(loc) == 1 and _holds_lists(model) else "field"
            alike = near(str(loc[-1]), _fields_at(model, loc[:-1]))
            hint = f" (did you mean {alike!r}?)" if alike else "; remove it"
            return _place(model, loc[:-1]), f"unknown {noun} {str(loc[-1])!r}{hint}"
        case "missing":
            return _place(model, loc[:-1]), f"field {str(loc[-1])!r} is missing; add it"
        case "timezone_aware":
            return _place(model, loc), f"{given!s} has no zone; write e.g. '2026-11-16T09:00:00Z'"
        case "string_type" if isinstance(given, bool | int | float):
            return _place(model, loc), f"{given!r} is a {kind_of(given)}; write it as text, in quotes"
        case "tuple_type":
            return _place(model, loc), f"write a list, not {short(given)}"
        case "value_error":
            return _place(model, loc), said.removeprefix("Value error, ")
        case _:
            return _place(model, loc), f"{said[0].lower()}{said[1:]}, not {short(given)}"


def near(field: str, known: list[str], likeness: float = 0.6) -> str | None:
    return next(iter(difflib.get_close_matches(field, known, 1, likeness)), None)


def _place(model: type[BaseModel], loc: _Loc) -> str:
    """Write a place as one would say it: payments[2].debtor.account; names of types that were tried are left out."""
    text = ""
    for depth, step in enumerate(loc):
        if isinstance(step, int):
            text += f"[{step}]"
        elif step in _fields_at(model, loc[:depth]):
            text += f".{step}" if text else step
    return text


def _fields_at(model: type[BaseModel], loc: _Loc) -> list[str]:
    """Return the names of the fields at a place, by following the annotations of the records."""
    here: Any = model
    for step in loc:
        if isinstance(step, str) and isinstance(here, type) and issubclass(here, BaseModel):
            known = {info.alias or name: info.annotation for name, info in here.model_fields.items()}
            here = _record_in(known.get(step))
    if not (isinstance(here, type) and issubclass(here, BaseModel)):
        return []
    return [info.alias or name for name, info in here.model_fields.items()]


def _record_in(annotation: Any) -> Any:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    inner = (_record_in(part) for part in getattr(annotation, "__args__", ()))
    return next((found for found in inner if found is not None), None)


def _holds_lists(model: type[BaseModel]) -> bool:
    return all(getattr(info.annotation, "__origin__", None) is tuple for info in model.model_fields.values())


def kind_of(value: object) -> str:
    match value:
        case bool():
            return "yes-or-no value"
        case int() | float():
            return "number"
        case list():
            return "list"
        case _:
            return type(value).__name__


def short(value: object) -> str:
    """Write a value for display, however large it is."""
    text = reprlib.repr(value)
    return text if len(text) <= 60 else text[:57] + "..."
