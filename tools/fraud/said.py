"""What is asked of the fraud model about a payment, and what it says; plain records, loaded with every case."""

from typing import Literal

from tools.errors import Record
from tools.payment import UETR

Band = Literal["low", "medium", "high"]


class Reason(Record):
    """Why the score is as high as it is: one feature, its value, and what it adds to the log-odds."""

    feature: str
    code: str
    """From a fixed catalogue, e.g. "PAYEE_FRAUD_7D"."""
    value: str
    effect: float
    text: str


class ToScore(Record):
    """The payment whose payee is in question."""

    uetr: UETR


class Related(Record):
    """Another payment into the same account."""

    uetr: UETR
    settlement_date: str
    amount: str
    cases: tuple[str, ...] = ()
    """What was opened about it, e.g. "FR-12 (fraud_report, open)"."""


class Shadow(Record):
    """What the challenger says of the same payment: noted to compare the two later, used for nothing."""

    model: str
    score: float | None = None
    band: Band | None = None
    warnings: tuple[str, ...] = ()
    """Why there is no score, where there is none."""


class PayeeScore(Record):
    """Score, band and reasons; or the stated fallback where no model could be used."""

    scored: bool
    """False: there is no score, and `warnings` say why."""
    score: float
    band: Band
    model: str
    feature_set: str
    reasons: tuple[Reason, ...]
    warnings: tuple[str, ...] = ()
    related: tuple[Related, ...] = ()
    related_reported: int = 0
    """How many of those were reported as fraud or recalled for it."""
    challenger: Shadow | None = None
