"""What an MT n92, n95, n96 or n99 of ours shall say, before it becomes FIN text."""

from datetime import date
from typing import Literal, Self

from pydantic import Field, field_validator, model_validator

from tools.errors import Record
from tools.mt.codes import ANSWER_NUMBERS, CANCELLATION_ANSWERS, PENDING_REASONS, QUERY_NUMBERS, REFUSAL_REASONS
from tools.payment import UETR, Agent, Money

Category = Literal[1, 2, 3, 4, 5, 6, 7, 8, 9]
REFERENCE = r"[A-Za-z0-9\-?:().,'+]([A-Za-z0-9/\-?:().,'+ ]{0,14}[A-Za-z0-9\-?:().,'+])?"


class OriginalMT(Record):
    """Field 11R or 11S: the message that ours speaks of."""

    number: str = Field(pattern=r"^\d{3}$")
    """"103"."""
    sent_on: date
    received: bool = False
    """True when we received it (11R), False when we sent it (11S)."""
    money: Money | None = None
    settlement_date: date | None = None
    """With the amount: copied as field 32A, so that the receiver finds the payment."""


class _Common(Record):
    """What every common group message of ours holds."""

    sender: Agent
    receiver: Agent
    category: Category = 1
    """1 speaks of customer payments (MT 103), 2 of transfers between banks (MT 202)."""
    reference: str = Field(pattern=f"^{REFERENCE}$")
    """Field 20, ours, unique; 16 characters at most."""
    uetr: UETR | None = None
    """UETR of the original payment, in block 3 and in the text."""
    narrative: str = ""

    @field_validator("sender", "receiver")
    @classmethod
    def _a_bic(cls, value: Agent) -> Agent:
        if not value.is_bic:
            raise ValueError(f"{value!r} is no BIC; FIN addresses a bank by its BIC")
        return value

    @field_validator("reference")
    @classmethod
    def _no_double_slash(cls, value: str) -> str:
        if "//" in value:
            raise ValueError(f"{value!r} holds a double slash, which field 20 forbids (T26)")
        return value


class CancellationRequestMT(_Common):
    """MT n92: asks to cancel a payment; a request, not a right."""

    related: str
    """Field 21: the payment's own reference; a longer one is cut to 15 characters and a plus sign."""
    original: OriginalMT
    reason: Literal["AGNT", "AM09", "COVR", "CURR", "CUST", "CUTA", "DUPL", "FRAD", "TECH", "UPAY"]
    indemnity: bool = False
    """INDM: we are willing to consider an indemnity."""


class QueryMT(_Common):
    """MT n95: asks about a payment, by a predefined number where there is one."""

    related: str
    query: int | None = None
    supplement: str = ""
    """What the number asks for behind it, e.g. a date for query 3."""
    original: OriginalMT | None = None

    @model_validator(mode="after")
    def _asks(self) -> Self:
        if self.query is not None and self.query not in QUERY_NUMBERS:
            raise ValueError(f"{self.query} is no query of field 75; known are {sorted(QUERY_NUMBERS)}")
        if self.query is None and not self.supplement.strip():
            raise ValueError("a query needs a number or words")
        return self


class AnswerMT(_Common):
    """MT n96: answers a query by number, or a request for cancellation by CNCL, PDCR or RJCR with its reason."""

    related: str
    """Field 21: their reference, field 20 of what we answer."""
    answer: str
    """"CNCL", "PDCR", "RJCR", or a predefined number such as "10"."""
    reason: str | None = None
    supplement: str = ""
    original: OriginalMT | None = None

    @model_validator(mode="after")
    def _legal(self) -> Self:
        """Field 76: CNCL stands alone, PDCR has a pending and RJCR a refusal reason, a number has none."""
        allowed = {"PDCR": PENDING_REASONS, "RJCR": REFUSAL_REASONS}.get(self.answer, frozenset())
        numbered = self.answer.isdecimal() and int(self.answer) in ANSWER_NUMBERS
        if self.answer not in CANCELLATION_ANSWERS and not numbered:
            raise ValueError(f"{self.answer!r} is no answer of field 76: write CNCL, PDCR, RJCR or a number")
        if self.reason is not None and self.reason not in allowed:
            raise ValueError(f"{self.reason!r} may not stand behind {self.answer}; allowed are {sorted(allowed)}")
        if self.reason is None and allowed:
            raise ValueError(f"{self.answer} needs a reason: one of {sorted(allowed)}")
        return self


class FreeFormatMT(_Common):
    """MT n99: a letter in free words."""

    related: str | None = None

    @model_validator(mode="after")
    def _speaks(self) -> Self:
        if not self.narrative.strip():
            raise ValueError("a free format message needs words")
        return self


MTContent = CancellationRequestMT | QueryMT | AnswerMT | FreeFormatMT
