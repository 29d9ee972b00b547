"""The casebook: what the store tells of a case, and the queue that a desk works from."""

from datetime import date
from typing import Any, Literal

from pydantic import AwareDatetime, Field

from agent.proposal import Proposal, Role
from tools.errors import Record, ToolError
from tools.evidence import Evidence
from tools.payment import Money

CaseState = Literal[
    "received",
    "investigating",
    "awaiting_approval",
    "information_requested",
    "escalated",
    "resolved",
    "refused",
    "closed",
    "failed",
]
ProposalState = Literal["pending", "approved", "refused", "voided", "expired"]
Origin = Literal["policy", "edit", "escalation"]
"""Who worded a version: the policy, a person's edit, or an escalation that only adds a signature."""
OutboxState = Literal["pending", "sent", "failed"]
VerdictName = Literal["approve", "reject", "edit", "ask", "escalate"]
Order = Literal["due", "value", "risk", "received"]


class CaseRow(Record):
    """One case as the queue shows it."""

    case_id: str
    received_at: AwareDatetime
    as_of: AwareDatetime
    state: CaseState
    type: str | None
    rail: str | None
    uetr: str | None
    counterparty: str | None
    due: date | None
    amount: Money | None
    risk: float | None
    """Fraud score from 0 to 1, in thousandths."""
    owner: str | None
    message_sha256: str
    message_type: str | None
    channel: str
    sender: dict[str, Any]
    proposal_version: int
    """0 until there is a proposal."""
    thread_id: str | None
    updated_at: AwareDatetime


class ProposalRow(Record):
    """One version of a proposal and what became of it."""

    case_id: str
    version: int
    hash: str
    """As it was when the version was saved; a signature recomputes it from the body."""
    body: str
    origin: Origin
    made_by: str
    """"policy", or the person who edited or escalated."""
    at: AwareDatetime
    state: ProposalState
    blocked: tuple[str, ...]
    """Why the version cannot be approved as it stands: the checks that block it."""
    expires_at: AwareDatetime

    @property
    def proposal(self) -> Proposal:
        return Proposal.model_validate_json(self.body)


class DecisionRow(Record):
    """What one person decided, in which role, about which content."""

    id: int
    case_id: str
    version: int
    proposal_hash: str
    person: str
    role: Role
    verdict: VerdictName
    reason: str
    at: AwareDatetime


class OutboxRow(Record):
    """One message on its way out of the bank."""

    message_id: str
    case_id: str
    proposal_hash: str
    type: str
    recipient: str
    body: str
    position: int
    """Place among the messages of its proposal."""
    state: OutboxState
    attempts: int
    next_attempt_at: AwareDatetime
    last_error: str | None
    created_at: AwareDatetime
    sent_at: AwareDatetime | None


class AuditRow(Record):
    """One record of the chain."""

    seq: int
    case_id: str
    at: AwareDatetime
    kind: str
    actor: str
    body: dict[str, Any]
    prev_hash: str
    hash: str


class CaseFile(Record):
    """Everything of one case."""

    case: CaseRow
    message: bytes
    result: dict[str, Any] | None
    evidence: tuple[Evidence, ...]
    proposals: tuple[ProposalRow, ...]
    decisions: tuple[DecisionRow, ...]
    outbox: tuple[OutboxRow, ...]
    audit: tuple[AuditRow, ...]


class QueueFilter(Record):
    """Which cases a desk wants to see; a field left out filters nothing."""

    states: tuple[CaseState, ...] = ()
    type: str | None = None
    rail: str | None = None
    owner: str | None = None
    unowned: bool = False
    counterparty: str | None = None
    uetr: str | None = None
    currency: str | None = None
    amount_minor_min: int | None = None
    due_by: date | None = None
    risk_min: float | None = None
    received_since: AwareDatetime | None = None
    order: Order = "due"
    """Deadline first; or largest value, highest risk, longest waiting."""


class QueuePage(Record):
    """One page of the queue, and how many cases there are in all."""

    cases: tuple[CaseRow, ...]
    total: int
    limit: int = Field(ge=1, le=500)
    offset: int = Field(ge=0)


class UnknownCase(ToolError):
    """There is no such case in this store."""

    def __init__(self, case_id: str) -> None:
        super().__init__(f"No case {case_id!r} is in this store; list the queue for its id.", code="unknown_case")
