"""What a person signs: disposition, claims, drafted messages, actions and reply, under one hash."""

from typing import Literal

from tools.errors import Record, Violation
from tools.evidence import digest

DispositionName = Literal[
    "ACCEPT",
    "REJECT",
    "PEND",
    "FORWARD",
    "CANCEL_INTERNALLY",
    "REQUEST_CANCELLATION",
    "PROVIDE_INFORMATION",
    "REQUEST_INFORMATION",
    "RETURN_FUNDS",
    "REPAIR",
    "COMPENSATE",
    "ESCALATE",
    "NO_ACTION",
]
Role = Literal["approver", "fraud_specialist", "compliance"]


class Claim(Record):
    """One statement, with the evidence and the rules that carry it."""

    text: str
    evidence: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()


class DraftedMessage(Record):
    """A message ready to leave once it is signed."""

    type: str
    """With version, e.g. "camt.029.001.09"; "MT196"."""
    to: str
    message_id: str
    """Our own reference; the outbox sends it once under this id."""
    file: str
    """File name under the folder of drafted messages."""
    body: str
    """The message itself, XML or FIN text."""
    violations: tuple[Violation, ...] = ()


class Action(Record):
    """Something that people or systems of ours do when the proposal is signed, e.g. request_debit_authority."""

    kind: str
    subject: str
    detail: str = ""


class Reply(Record):
    """Words for the customer or, on rails without a message, for the bank."""

    to: Literal["customer", "bank"]
    text: str


class Approvals(Record):
    """How many different persons must sign, and the roles among them."""

    required: int
    roles: tuple[Role, ...]


class Proposal(Record):
    """The proposed resolution of one case."""

    disposition: DispositionName
    rule: str
    status: str | None = None
    reason: str | None = None
    summary: str
    claims: tuple[Claim, ...]
    messages: tuple[DraftedMessage, ...] = ()
    actions: tuple[Action, ...] = ()
    reply: Reply | None = None
    approvals: Approvals
    confidence: float
    """0 to 1: how sure the triage is of type and payment; structured messages give 1."""

    @property
    def hash(self) -> str:
        """Covers everything that is approved: disposition, codes, messages, actions, reply, and who must sign."""
        return digest(
            {
                "disposition": self.disposition,
                "rule": self.rule,
                "status": self.status,
                "reason": self.reason,
                "messages": [{"type": m.type, "to": m.to, "id": m.message_id, "body": m.body} for m in self.messages],
                "actions": [a.model_dump() for a in self.actions],
                "reply": self.reply.model_dump() if self.reply else None,
                "approvals": {"required": self.approvals.required, "roles": list(self.approvals.roles)},
            }
        )
