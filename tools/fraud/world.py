"""The invented country of the simulator: people, businesses, billers, shops and mules, and what each is like."""

from dataclasses import dataclass
from datetime import UTC, datetime

import numpy as np

from tools.fraud.features import Floats
from tools.fraud.windows import DAY, HOUR, Ints

START = int(datetime(2026, 1, 1, tzinfo=UTC).timestamp()) * 1_000_000
DAYS = 120
_A_DAY = 0.47
"""Payments a person makes a day, all kinds together: from it follows how many people there are."""


@dataclass(frozen=True, slots=True)
class World:
    """Accounts are numbers, each kind in a range of its own."""

    rng: np.random.Generator
    people: Ints
    businesses: Ints
    billers: Ints
    shops: Ints
    mules: Ints
    opened: Ints
    """When each account was opened."""
    devices: Ints
    """The device that each account's owner uses."""
    income: Floats
    vulnerable: Ints

    @property
    def accounts(self) -> int:
        return len(self.opened)


def world_of(payments: int, seed: int) -> World:
    """Return a world in which about so many payments are made in 120 days."""
    rng = np.random.default_rng(seed)
    people = max(60, round(payments / (DAYS * _A_DAY)))
    sizes = {
        "people": people,
        "businesses": max(8, people // 12),
        "billers": max(6, people // 120),
        "shops": max(12, people // 15),
        "mules": max(12, people // 60),
    }
    starts = np.concatenate([[0], np.cumsum(list(sizes.values()))])
    ranges = {name: np.arange(a, b) for name, a, b in zip(sizes, starts[:-1], starts[1:], strict=True)}
    total = int(starts[-1])
    # Half the mules are accounts opened for it; the other half are people who lend theirs, and live on as before.
    ranges["mules"] = np.concatenate([ranges["mules"], rng.choice(ranges["people"], sizes["mules"], replace=False)])
    age_days = rng.gamma(2.0, 900.0, total) + 30
    # Some honest accounts are new as well.
    fresh = np.concatenate(
        [ranges["mules"][: sizes["mules"]], rng.choice(ranges["people"], people // 12, replace=False)]
    )
    age_days[fresh] = rng.uniform(-20, 60, len(fresh))
    return World(
        rng=rng,
        **ranges,
        opened=START - (age_days * DAY).astype(np.int64),
        devices=rng.integers(1, 2**40, total),
        income=np.round(rng.lognormal(7.75, 0.45, total), 2),
        vulnerable=(rng.random(total) < 0.08).astype(np.int64),
    )


@dataclass(slots=True)
class Flow:
    """Payments of one kind, as columns of one length."""

    at: Ints
    debtor: Ints
    creditor: Ints
    amount: Floats
    channel: Ints
    """Place in `tools.fraud.simulate.CHANNELS`."""
    name: Floats
    """1 match, 0.5 close, 0 no match, NaN not checked."""
    strange_device: Ints
    purpose: Ints
    typology: int = 0
    """Place in `tools.fraud.simulate.TYPOLOGIES`; 0 is genuine."""


MOBILE, ONLINE, BRANCH, BULK, STANDING = range(5)
GOODS, SALARY, SUPPLIER, BILL, OTHER = range(5)


def flow(
    world: World,
    at: Ints,
    debtor: Ints,
    creditor: Ints,
    amount: Floats,
    *,
    channel: int | Ints = MOBILE,
    name: Floats | None = None,
    strange: float = 0.02,
    purpose: int = OTHER,
    typology: int = 0,
) -> Flow:
    """Fill in what is not said: a name check with the noise of real ones, mostly a known device."""
    n = len(at)
    if name is None:
        name = world.rng.choice([1.0, 0.5, 0.0, np.nan], n, p=[0.80, 0.10, 0.03, 0.07])
    return Flow(
        at=np.asarray(at, np.int64),
        debtor=np.asarray(debtor, np.int64),
        creditor=np.asarray(creditor, np.int64),
        amount=np.maximum(np.round(amount, 2), 0.01),
        channel=np.broadcast_to(np.asarray(channel), (n,)),
        name=name,
        strange_device=(world.rng.random(n) < strange).astype(np.int64),
        purpose=np.full(n, purpose),
        typology=typology,
    )


def moments(world: World, n: int, *, night: float = 0.05) -> Ints:
    """Return moments over the days: fewer at weekends, most in the day, a share at night."""
    rng = world.rng
    day = rng.integers(0, DAYS, n)
    moved = ((day + 3) % 7 >= 5) & (rng.random(n) < 0.35)  # START is a Thursday
    day = np.where(moved, np.maximum(day - 2, 0), day)
    hour = np.where(rng.random(n) < night, rng.uniform(0, 6, n), np.clip(rng.normal(14, 4, n), 6, 23.99))
    return START + day * DAY + (hour * HOUR).astype(np.int64)
