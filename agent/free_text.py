"""Free text is understood only where there is some: its tables, patterns and weights load with the first use."""

from datetime import date
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from tools.text import Extracted, RecallReason, Triage


def extract(text: str, as_of: date) -> "Extracted":
    """Every reference, amount, date and name that a text states."""
    from tools.text import extract as find

    return find(text, as_of=as_of)


def meant(text: str, references: tuple[str, ...]) -> tuple[str, ...]:
    """Which of several references a text means."""
    from tools.text import meant as choose

    return choose(text, references)


def recall_reason(text: str) -> "RecallReason":
    """Why a text wants a payment back."""
    from tools.text import recall_reason as find

    return find(text)


def classify(text: str, sender: Literal["customer", "bank"]) -> "Triage":
    """Which type of case a text opens, and how sure that is."""
    from tools.text import classify as judge

    return judge(text, sender=sender)
