"""Free text understood offline: what it wants, why, and every value in it that can point at a payment."""

from tools.text.classify import Triage, classify
from tools.text.extract import Extracted, extract
from tools.text.meant import meant
from tools.text.quoting import own_words, smuggled
from tools.text.reasons import RecallReason, recall_reason

__all__ = [
    "Extracted",
    "RecallReason",
    "Triage",
    "classify",
    "extract",
    "meant",
    "own_words",
    "recall_reason",
    "smuggled",
]
