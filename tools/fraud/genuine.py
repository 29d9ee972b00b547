"""Honest payments: salaries, bills, shopping, friends, suppliers, and the honest ones that look like fraud."""

import numpy as np

from tools.fraud.windows import DAY, HOUR
from tools.fraud.world import (
    BILL,
    BRANCH,
    BULK,
    DAYS,
    GOODS,
    MOBILE,
    ONLINE,
    SALARY,
    STANDING,
    START,
    SUPPLIER,
    Flow,
    World,
    flow,
    moments,
)

_MONTHS = DAYS // 30


def genuine(world: World) -> list[Flow]:
    """Return every honest payment of the world."""
    return [
        *(_salaries(world, month) for month in range(_MONTHS)),
        *(_bills(world, month) for month in range(_MONTHS)),
        _shopping(world),
        _friends(world),
        _suppliers(world),
        *_look_alikes(world),
    ]


def _popular(world: World, pool: np.ndarray, n: int) -> np.ndarray:
    """Few of the pool get most of the payments."""
    weight = 1.0 / np.arange(1, len(pool) + 1) ** 0.9
    return world.rng.choice(pool, n, p=weight / weight.sum())


def _salaries(world: World, month: int) -> Flow:
    """Businesses pay their people at the end of a month: a fan-out that is no fraud."""
    rng, n = world.rng, len(world.people)
    employer = world.businesses[world.people % len(world.businesses)]
    at = START + (month * 30 + 25 + rng.integers(0, 3, n)) * DAY + (rng.uniform(5, 9, n) * HOUR).astype(np.int64)
    return flow(world, at, employer, world.people, world.income[world.people], channel=BULK, purpose=SALARY, strange=0)


def _bills(world: World, month: int) -> Flow:
    """Rent, power, telephone: the same payees and nearly the same amounts every month; billers see a fan-in."""
    rng = world.rng
    who = np.repeat(world.people, 4)
    payee = world.billers[(who * 7 + np.tile(np.arange(4), len(world.people)) * 13) % len(world.billers)]
    usual = 20.0 + (who * 37 + np.tile(np.arange(4), len(world.people)) * 101) % 400
    at = START + (month * 30 + (who % 28)) * DAY + (rng.uniform(4, 20, len(who)) * HOUR).astype(np.int64)
    return flow(world, at, who, payee, usual * rng.normal(1, 0.02, len(who)), channel=STANDING, purpose=BILL, strange=0)


def _shopping(world: World) -> Flow:
    n = round(len(world.people) * DAYS * 0.20)
    payee = _popular(world, world.shops, n)
    amount = world.rng.lognormal(3.4, 0.9, n)
    return flow(world, moments(world, n), world.rng.choice(world.people, n), payee, amount, purpose=GOODS)


def _friends(world: World) -> Flow:
    """Between people who know each other: each has five friends, amounts often round."""
    rng, n = world.rng, round(len(world.people) * DAYS * 0.06)
    who = rng.choice(world.people, n)
    friend = world.people[(who + 1 + rng.integers(0, 5, n) * 17) % len(world.people)]
    amount = rng.lognormal(3.6, 0.8, n)
    amount = np.where(rng.random(n) < 0.5, np.maximum(np.round(amount, -1), 10), amount)
    return flow(world, moments(world, n), who, friend, amount, channel=rng.choice([MOBILE, ONLINE], n, p=[0.8, 0.2]))


def _suppliers(world: World) -> Flow:
    """Businesses pay eight suppliers each, over and over, amounts of the order's size."""
    rng, n = world.rng, round(len(world.businesses) * DAYS * 0.45)
    who = rng.choice(world.businesses, n)
    payee = world.businesses[(who + 1 + rng.integers(0, 8, n) * 3) % len(world.businesses)]
    return flow(
        world, moments(world, n, night=0.01), who, payee, rng.lognormal(7.2, 0.9, n), channel=ONLINE, purpose=SUPPLIER
    )


def _look_alikes(world: World) -> list[Flow]:
    """Hard negatives: deposits for a house, cars, collections for a gift, savings moved on pay day, a new telephone."""
    rng = world.rng
    n = max(4, len(world.people) // 25)
    big = flow(
        world,
        moments(world, n),
        rng.choice(world.people, n),
        rng.choice(world.people, n),
        np.round(rng.lognormal(8.3, 0.7, n), -2),
        channel=rng.choice([ONLINE, BRANCH, MOBILE], n),
        name=rng.choice([1.0, 0.5, 0.0, np.nan], n, p=[0.7, 0.15, 0.08, 0.07]),
        strange=0.06,
    )
    collectors = rng.choice(world.people, max(2, len(world.people) // 200), replace=False)
    gifts = np.repeat(collectors, 15)
    day = np.repeat(rng.integers(5, DAYS - 1, len(collectors)), 15)
    at = START + day * DAY + (rng.uniform(7, 23, len(gifts)) * HOUR).astype(np.int64)
    fan_in = flow(
        world, at, rng.choice(world.people, len(gifts)), gifts, rng.choice([10.0, 15, 20, 25, 50], len(gifts))
    )
    savers = rng.choice(world.people, max(4, len(world.people) // 12), replace=False)
    pay_day = (
        START
        + (rng.integers(0, _MONTHS, len(savers)) * 30 + 28) * DAY
        + (rng.uniform(10, 22, len(savers)) * HOUR).astype(np.int64)
    )
    saved = flow(
        world,
        pay_day,
        savers,
        world.people[(savers + 401) % len(world.people)],
        world.income[savers] * rng.uniform(0.3, 0.9, len(savers)),
    )
    return [big, fan_in, saved]
