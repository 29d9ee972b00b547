"""Sitting down to decide: who, in which role, on which version, and whether they may sign it."""

from pydantic import ValidationError

from agent.casebook import CaseRow, CaseState, ProposalRow, UnknownCase
from agent.decision import DecisionRefused, may_know, person_key, role_of
from agent.proposal import Proposal, Role
from agent.transaction import POLICY, Transaction
from tools.errors import Record, Violation

_DECIDABLE: tuple[CaseState, ...] = ("awaiting_approval", "escalated", "information_requested")


class Sitting(Record):
    """Who decides, on which version of which case."""

    case: CaseRow
    standing: ProposalRow
    proposal: Proposal
    person: str
    role: Role


def sit_down(tx: Transaction, case_id: str, user: str, role: str, seen: str | None) -> Sitting:
    """Check who decides on what: a person in a known role, an open case, a whole proposal that the role may know."""
    person, held = person_key(user), role_of(role)
    try:
        case = tx.case(case_id)
    except UnknownCase as unknown:
        raise DecisionRefused(str(unknown), code=unknown.code) from unknown
    standing = tx.proposal(case_id, case.proposal_version)
    if standing is None:
        raise DecisionRefused(f"Case {case_id!r} has no proposal to decide on yet.", code="no_proposal")
    if standing.state == "expired":
        raise DecisionRefused(f"The proposal of case {case_id!r} has expired; investigate again.", code="expired")
    if standing.state != "pending":
        sentence = f"Case {case_id!r} is {case.state} and its proposal {standing.state}; there is nothing to decide."
        raise DecisionRefused(sentence, code="already_decided")
    if case.state not in _DECIDABLE:
        raise DecisionRefused(f"Case {case_id!r} is {case.state}; it does not wait for a decision.", code="not_open")
    proposal = _intact(tx, standing)
    if not may_know(proposal, held):
        needed = " or ".join(proposal.approvals.roles)
        raise DecisionRefused(f"Case {case_id!r} is for {needed} alone (need to know).", code="need_to_know")
    if seen is not None and seen != standing.hash:
        raise DecisionRefused("The proposal has changed since you read it; read it again.", code="changed")
    return Sitting(case=case, standing=standing, proposal=proposal, person=person, role=held)


def _intact(tx: Transaction, standing: ProposalRow) -> Proposal:
    """Return the proposal if its body still has the hash under which it was saved and recorded."""
    try:
        proposal: Proposal | None = standing.proposal
    except ValidationError:
        proposal = None
    if proposal is None or proposal.hash != standing.hash or not tx.is_as_recorded(standing.case_id, [standing]):
        raise DecisionRefused(
            f"Version {standing.version} of the proposal is not what was recorded; it was changed outside the desk. "
            "Verify the audit, then investigate again.",
            code="tampered",
        )
    return proposal


def may_sign(tx: Transaction, at: Sitting) -> None:
    """Refuse a signature under what is not awaited, stale, blocked or one's own."""
    fresh(tx, at)
    if at.case.state == "information_requested":
        raise DecisionRefused("More information was asked for; investigate again, then sign.", code="not_open")
    blocks = [*at.standing.blocked, *_message_blocks(at.proposal)]
    if blocks:
        raise DecisionRefused(f"The proposal cannot be approved as it stands: {blocks[0]}", code="blocked")
    if at.person in _editors(tx, at):
        raise DecisionRefused(f"{at.person!r} edited this proposal; somebody else must approve it.", code="own_edit")


def fresh(tx: Transaction, at: Sitting) -> None:
    if tx.at >= at.standing.expires_at:
        raise DecisionRefused(
            f"The proposal expired at {at.standing.expires_at:%Y-%m-%d %H:%M} UTC; investigate again.", code="expired"
        )


def _message_blocks(proposal: Proposal) -> list[str]:
    return [
        f"{message.type} to {message.to}: {told(violation)}"
        for message in proposal.messages
        for violation in message.violations
        if violation.severity == "block"
    ]


def told(violation: Violation) -> str:
    return f"{violation.rule} at {violation.place}" + (f": {violation.detail}" if violation.detail else "")


def _editors(tx: Transaction, at: Sitting) -> set[str]:
    """Return everybody whose words may be in this version: all who edited since the policy last worded it."""
    editors: set[str] = set()
    for row in tx.proposals(at.case.case_id):
        if row.origin == "policy":
            # Whoever named the type of the case chose its table; somebody else must sign.
            editors = set() if row.made_by == POLICY else {row.made_by}
        elif row.origin == "edit":
            editors.add(row.made_by)
    return editors
