"""A person's decision: the five verdicts, and the rules of who may sign (decision tables, section 16)."""

import unicodedata
from collections.abc import Iterable
from typing import Any, Literal, get_args

from agent.casebook import CaseState, DecisionRow
from agent.proposal import Approvals, DispositionName, Proposal, Role
from tools.errors import Record, ToolError

ROLES: tuple[Role, ...] = get_args(Role)
_RESERVED = {"policy", "amends", "system"}
"""Names under which the machine itself appears in the record."""


class DecisionRefused(ToolError):
    """A decision that does not count, and why; the refusal itself stands in the audit."""

    def __init__(self, message: str, *, code: str, where: str = "") -> None:
        super().__init__(message, code=code, where=where)


class Approve(Record):
    """Sign the proposal as it stands."""

    kind: Literal["approve"] = "approve"


class Reject(Record):
    """Refuse the proposal; nothing leaves the bank."""

    kind: Literal["reject"] = "reject"
    reason: str


class Edit(Record):
    """Change what may be changed by hand; the new version needs its own signatures."""

    kind: Literal["edit"] = "edit"
    fields: dict[str, Any]
    """Of reply, actions, summary: only these."""


class Ask(Record):
    """Ask for more before deciding."""

    kind: Literal["ask"] = "ask"
    question: str


class Escalate(Record):
    """Have another role sign too."""

    kind: Literal["escalate"] = "escalate"
    to: Role
    reason: str = ""


Verdict = Approve | Reject | Edit | Ask | Escalate


class Outcome(Record):
    """What a decision brought about."""

    case_id: str
    verdict: Literal["approve", "reject", "edit", "ask", "escalate"]
    state: CaseState
    version: int
    """The version that now stands; an edit or escalation makes a new one."""
    proposal_hash: str
    still_needed: tuple[Role, ...] = ()
    """Roles whose signatures are still missing."""
    released: tuple[str, ...] = ()
    """Ids of the messages that this decision laid into the outbox."""


def person_key(user: str) -> str:
    """Return the one spelling under which a person counts: "Anna " and "anna" are the same person."""
    key = unicodedata.normalize("NFKC", user).strip().casefold()
    if not key or not key.isprintable():
        raise DecisionRefused("A decision needs the name of the person who takes it.", code="no_person")
    if key in _RESERVED:
        raise DecisionRefused(f"{user!r} is no person; sign in under your own name.", code="no_person")
    return key


def role_of(role: str) -> Role:
    for known in ROLES:
        if role == known:
            return known
    raise DecisionRefused(f"{role!r} is no role; the roles are {', '.join(ROLES)}.", code="unknown_role")


def seats(approvals: Approvals, disposition: DispositionName) -> tuple[Role, ...]:
    """Return one role for each signature needed, each to be filled by a different person.

    Section 16: with one person, that person holds the role named; with two, one is an `approver` and the other holds
    the role named, else is any second approver. Where more roles are named than persons sign, the roles are filled in
    the order listed: a hold or a fraud adds a role, never a person. An escalation is for its role and nobody else.
    """
    named: list[Role] = list(approvals.roles) or ["approver"]
    if approvals.required <= 1:
        return (named[0],)
    if len(named) < approvals.required and "approver" not in named and disposition != "ESCALATE":
        named.insert(0, "approver")
    filler: Role = named[0] if disposition == "ESCALATE" else "approver"
    return (*named, *[filler] * (approvals.required - len(named)))[: approvals.required]


def open_seats(proposal: Proposal, signatures: Iterable[DecisionRow]) -> tuple[Role, ...]:
    """Return the seats that these signatures leave open."""
    left = list(seats(proposal.approvals, proposal.disposition))
    counted: set[str] = set()
    for signature in signatures:
        if signature.role in left and signature.person not in counted:
            left.remove(signature.role)
            counted.add(signature.person)
    return tuple(left)


def may_know(proposal: Proposal, role: Role) -> bool:
    """Say whether a role may decide on a proposal at all: an escalation is need to know."""
    return proposal.disposition != "ESCALATE" or role in proposal.approvals.roles


def with_role(proposal: Proposal, role: Role) -> Proposal:
    """Return the proposal with one more signature, of this role."""
    wanted = (*seats(proposal.approvals, proposal.disposition), role)
    approvals = Approvals(required=len(wanted), roles=tuple(dict.fromkeys(wanted)))
    return proposal.model_copy(update={"approvals": approvals})
