"""What models have cost, as the audit of a store holds it: by day, and by role and model within a day."""

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import orjson
from sqlalchemy import bindparam, select

from agent.store import Store
from tools.bank.casework import audit
from tools.errors import Record

_ASKED = select(audit.c.body).where(audit.c.kind == "model_asked").order_by(audit.c.seq)
_OF_DAY = _ASKED.where(audit.c.body.like(bindparam("day")))


class Spent(Record):
    """What one role of one model used on a day."""

    day: str
    role: str
    model: str
    calls: int = 0
    failures: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    money_usd: Decimal = Decimal(0)
    disagreements: int = 0
    """Second opinions that differed from the policy's disposition."""


def spent_in(store: Store | None) -> Callable[[date], Decimal]:
    """Return a look-up of the US dollars spent on a day; a store that does not last knows of none."""

    def spent(day: date) -> Decimal:
        if store is None:
            return Decimal(0)
        with store.engine.connect() as connection:
            bodies = connection.execute(_OF_DAY, {"day": f'%"day":"{day.isoformat()}"%'}).scalars()
            return sum((Decimal(orjson.loads(body)["money_usd"]) for body in bodies), Decimal(0))

    return spent


def by_day(store: Store) -> tuple[Spent, ...]:
    """Return what was used, by day, role and model, in order of days."""
    rows: dict[tuple[str, str, str], Spent] = {}
    for day, step, disagreed in _steps(store):
        key = (day, step["role"], f"{step['provider']}:{step['model']}" if step["provider"] else "")
        row = rows.get(key) or Spent(day=day, role=key[1], model=key[2])
        answered = step["outcome"] == "answered"
        rows[key] = row.model_copy(
            update={
                "calls": row.calls + answered,
                "failures": row.failures + (not answered),
                "tokens_in": row.tokens_in + step["tokens_in"],
                "tokens_out": row.tokens_out + step["tokens_out"],
                "money_usd": row.money_usd + Decimal(step["money"] or 0),
                "disagreements": row.disagreements + (disagreed and step["role"] == "second_opinion" and answered),
            }
        )
    return tuple(rows[key] for key in sorted(rows))


def _steps(store: Store) -> Iterator[tuple[str, dict[str, Any], bool]]:
    with store.engine.connect() as connection:
        for body in connection.execute(_ASKED).scalars():
            asked = orjson.loads(body)
            for step in asked["steps"]:
                yield asked["day"], step, asked["disagreed"]
