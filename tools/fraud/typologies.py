"""Frauds as programs: each takes the world and returns the payments of so many attempts."""

import numpy as np

from tools.fraud.windows import DAY, HOUR, Ints
from tools.fraud.world import DAYS, MOBILE, ONLINE, START, SUPPLIER, Flow, World, flow, moments

TYPOLOGIES = (
    "genuine",
    "app_impersonation",
    "purchase_scam",
    "invoice_redirection",
    "takeover",
    "mule",
    "first_party",
    "probe",
)
_HOUR = float(HOUR)


def frauds(world: World, payments: int) -> list[Flow]:
    """Return the frauds that come with so many payments: about four in a thousand, far more than in any real bank."""
    each = max(3, payments // 6000)
    scams = [_impersonation(world, each), _purchase(world, each * 2), _invoice(world, max(2, each // 2))]
    taken = _takeover(world, each)
    return [
        *scams,
        taken,
        _probes(world, taken),
        _pass_on(world, [*scams, taken]),
        _first_party(world, max(2, each // 3)),
    ]


def _spread(world: World, start: Ints, repeats: int, hours: float) -> Ints:
    later = world.rng.exponential(hours * _HOUR, (len(start), repeats)).astype(np.int64)
    return (start[:, None] + np.cumsum(later, axis=1) - later[:, :1]).ravel()


def _mules(world: World, n: int) -> Ints:
    """A mule works for some weeks and then is gone: whom a fraudster uses depends on the day."""
    return world.rng.choice(world.mules, n)


def _impersonation(world: World, n: int) -> Flow:
    """ "Your account is at risk": the victim pays a stranger one to three times within hours, round and large."""
    rng = world.rng
    victim = np.repeat(_victims(world, n), 2)
    mule = np.repeat(_mules(world, n), 2)
    at = _spread(world, moments(world, n, night=0.02), 2, 1.5)
    amount = np.maximum(np.round(rng.lognormal(7.3, 0.8, len(at)), -2), 200)
    name = rng.choice([1.0, 0.5, 0.0, np.nan], len(at), p=[0.25, 0.25, 0.35, 0.15])
    return flow(world, at, victim, mule, amount, name=name, channel=rng.choice([MOBILE, ONLINE], len(at)), typology=1)


def _victims(world: World, n: int) -> Ints:
    """Scams find the vulnerable four times as often."""
    weight = 1.0 + 3.0 * world.vulnerable[world.people]
    return world.rng.choice(world.people, n, p=weight / weight.sum())


def _purchase(world: World, n: int) -> Flow:
    """Goods that never come: small amounts from several victims into one account within days."""
    rng = world.rng
    sellers = np.repeat(_mules(world, max(1, n // 4)), 4)
    began = np.repeat(moments(world, max(1, n // 4)), 4)
    at = began + rng.exponential(40 * _HOUR, len(began)).astype(np.int64)
    name = rng.choice([1.0, 0.5, 0.0, np.nan], len(at), p=[0.6, 0.2, 0.1, 0.1])
    return flow(world, at, _victims(world, len(at)), sellers, rng.lognormal(4.9, 0.7, len(at)), name=name, typology=2)


def _invoice(world: World, n: int) -> Flow:
    """A supplier's account "has changed": a business pays the usual amount to a mule."""
    rng = world.rng
    name = rng.choice([1.0, 0.5, 0.0, np.nan], n, p=[0.2, 0.3, 0.35, 0.15])
    return flow(
        world,
        moments(world, n, night=0.0),
        rng.choice(world.businesses, n),
        _mules(world, n),
        rng.lognormal(8.2, 0.7, n),
        channel=ONLINE,
        name=name,
        purpose=SUPPLIER,
        typology=3,
    )


def _takeover(world: World, n: int) -> Flow:
    """Somebody else at the keyboard: a new device, three payments in minutes, often at night."""
    rng = world.rng
    victim, at = np.repeat(rng.choice(world.people, n), 3), _spread(world, moments(world, n, night=0.5), 3, 0.2)
    name = rng.choice([1.0, 0.5, 0.0, np.nan], len(at), p=[0.3, 0.2, 0.3, 0.2])
    return flow(
        world, at, victim, _mules(world, len(at)), rng.lognormal(6.6, 0.7, len(at)), name=name, strange=0.85, typology=4
    )


def _probes(world: World, taken: Flow) -> Flow:
    """Before the takeover, cents to see whether it works."""
    rng = world.rng
    first = slice(0, None, 3)
    at = np.repeat(taken.at[first], 2) - rng.integers(HOUR // 6, 3 * HOUR, 2 * len(taken.at[first]))
    debtor = np.repeat(taken.debtor[first], 2)
    return flow(
        world, at, debtor, rng.choice(world.shops, len(at)), rng.uniform(0.01, 2.0, len(at)), strange=0.85, typology=7
    )


def _pass_on(world: World, scams: list[Flow]) -> Flow:
    """Mules keep a share and pass the rest on within hours, in one or two parts, to other mules."""
    rng = world.rng
    at = np.concatenate([s.at for s in scams])
    mule = np.concatenate([s.creditor for s in scams])
    amount = np.concatenate([s.amount for s in scams])
    kept = rng.random(len(at)) < 0.6
    at, mule, amount = at[kept], mule[kept], amount[kept]
    return flow(
        world,
        at + rng.exponential(5 * _HOUR, len(at)).astype(np.int64) + HOUR // 6,
        mule,
        _mules(world, len(at)),
        amount * rng.uniform(0.75, 0.97, len(at)),
        strange=0.3,
        typology=5,
    )


def _first_party(world: World, n: int) -> Flow:
    """The owner pays a confederate and then claims to have been defrauded: own device, name matches."""
    rng = world.rng
    name = rng.choice([1.0, 0.5, np.nan], n, p=[0.8, 0.1, 0.1])
    at = START + (rng.uniform(30, DAYS - 2, n) * DAY).astype(np.int64)
    return flow(
        world,
        at,
        rng.choice(world.people, n),
        rng.choice(world.people, n),
        rng.lognormal(7.0, 0.6, n),
        name=name,
        typology=6,
    )
