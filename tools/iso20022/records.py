"""Makes the records of a message without checking again what the readers have just typed.

A reader hands over Decimal, date, tuples and text that it made itself; pydantic's check of them would cost a third of
the reading. Tests build the same records with the check and compare.
"""

from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar, cast

from pydantic_core import PydanticUndefined

from tools.errors import Record
from tools.message import Harvest, Message, Original, StatedCharge, StatedParty, Transaction
from tools.payment import Money

_Given = ParamSpec("_Given")
_Made = TypeVar("_Made", bound=Record)

_set = object.__setattr__  # records are frozen


def _unchecked(kind: Callable[_Given, _Made]) -> Callable[_Given, _Made]:
    """The constructor of a record, same signature, that trusts its caller."""
    record = cast(type[_Made], kind)
    fields = record.model_fields.items()
    # Defaults are shared: every one of them is immutable.
    defaults = {name: field.default for name, field in fields if field.default is not PydanticUndefined}

    def make(*_: Any, **values: Any) -> _Made:
        made = record.__new__(record)
        _set(made, "__dict__", {**defaults, **values})
        _set(made, "__pydantic_fields_set__", set(values))
        _set(made, "__pydantic_extra__", None)
        _set(made, "__pydantic_private__", None)
        return made

    return cast(Callable[_Given, _Made], make)


new_money = _unchecked(Money)
new_party = _unchecked(StatedParty)
new_charge = _unchecked(StatedCharge)
new_original = _unchecked(Original)
new_transaction = _unchecked(Transaction)
new_harvest = _unchecked(Harvest)
new_message = _unchecked(Message)
