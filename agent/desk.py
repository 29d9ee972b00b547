"""The desk: a person approves, rejects, edits, asks or escalates, once and under their own name.

Every rule is checked before anything is written, all in one transaction that holds the case still; the last signature,
the change of state, the messages in the outbox and the record of it all commit together or not at all.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Literal, assert_never

from sqlalchemy.exc import IntegrityError

from agent.casebook import CaseState, VerdictName
from agent.decision import (
    Approve,
    Ask,
    DecisionRefused,
    Edit,
    Escalate,
    Outcome,
    Reject,
    Verdict,
    open_seats,
    with_role,
)
from agent.edit import amended
from agent.proposal import Proposal
from agent.resolve import resolve, signatures_under
from agent.sitting import Sitting, fresh, may_sign, sit_down, told
from agent.store import Store
from agent.transaction import MessageTaken, StaleCase, Transaction
from tools.errors import Violation

WORDS_CHARACTERS_MAX = 4_000
Recheck = Callable[[Proposal], Sequence[Violation]]
"""Runs the guardrails over an edited proposal."""
Step = Callable[[str], None]
"""Told the name of each step as it is reached."""


def nothing(_: str) -> None:
    """The step watcher of everyday use."""


def decide(
    store: Store,
    case_id: str,
    *,
    user: str,
    role: str,
    verdict: Verdict,
    now: datetime,
    seen: str | None = None,
    recheck: Recheck | None = None,
    at_step: Step = nothing,
) -> Outcome:
    """Take one person's decision; raises DecisionRefused, with one sentence, for every one that does not count.

    `user` and `role` come from whoever authenticated the person; `seen` is the hash of the proposal that the person had
    before them. A refusal is recorded before it is raised.
    """
    try:
        with store.begin(now) as tx:
            at_step("begun")
            outcome = _decide(tx, sit_down(tx, case_id, user, role, seen), verdict, recheck, at_step)
            at_step("written")
    except DecisionRefused as refusal:
        _record_refusal(store, case_id, user, role, verdict, refusal, now)
        raise
    except (IntegrityError, StaleCase) as lost:
        sentence = f"Somebody else decided on case {case_id!r} at the same moment; read it again."
        late = DecisionRefused(sentence, code="stale_case")
        _record_refusal(store, case_id, user, role, verdict, late, now)
        raise late from lost
    at_step("committed")
    return outcome


def _decide(tx: Transaction, at: Sitting, verdict: Verdict, recheck: Recheck | None, at_step: Step) -> Outcome:
    match verdict:
        case Approve():
            return _approve(tx, at, at_step)
        case Reject():
            return _reject(tx, at, verdict)
        case Edit():
            return _edit(tx, at, verdict, recheck)
        case Ask():
            return _ask(tx, at, verdict)
        case Escalate():
            return _escalate(tx, at, verdict)
        case _:
            assert_never(verdict)


def _approve(tx: Transaction, at: Sitting, at_step: Step) -> Outcome:
    """Sign; the last signature needed carries the proposal out."""
    signatures = signatures_under(tx, at.standing)
    seats_left = open_seats(at.proposal, signatures)
    may_sign(tx, at)
    if at.person in {one.person for one in signatures}:
        raise DecisionRefused(f"{at.person!r} has signed this version; another person must.", code="signed_before")
    if at.role not in seats_left:
        needed = ", ".join(seats_left)
        raise DecisionRefused(f"A signature as {needed} is needed, not as {at.role}.", code="role_not_needed")

    _write(tx, at, "approve", "")
    at_step("signed")
    missing = list(seats_left)
    missing.remove(at.role)
    if missing:
        return _outcome(at, "approve", at.case.state, still_needed=tuple(missing))
    tx.close_proposal(at.case.case_id, at.standing.version, "approved", actor=at.person)
    at_step("approved")
    try:
        resolution = resolve(tx, at.case.case_id, at.proposal, at_step=at_step)
    except MessageTaken as taken:
        raise DecisionRefused(str(taken), code=taken.code) from taken
    return _outcome(at, "approve", resolution.state, released=resolution.released)


def _reject(tx: Transaction, at: Sitting, verdict: Reject) -> Outcome:
    reason = _words(verdict.reason, "A refusal needs a reason.", "no_reason")
    _write(tx, at, "reject", reason)
    tx.close_proposal(at.case.case_id, at.standing.version, "refused", actor=at.person)
    _move(tx, at, "refused", reason)
    return _outcome(at, "reject", "refused")


def _edit(tx: Transaction, at: Sitting, verdict: Edit, recheck: Recheck | None) -> Outcome:
    """Make a new version; what was signed under the old one counts no more."""
    fresh(tx, at)
    if recheck is None:
        raise DecisionRefused("An edit cannot be checked here, so it cannot be taken.", code="no_recheck")
    new = amended(at.proposal, verdict.fields)
    blocks = tuple(told(found) for found in recheck(new) if found.severity == "block")
    if added := [block for block in blocks if block not in at.standing.blocked]:
        raise DecisionRefused(f"The edit would be blocked: {added[0]}", code="edit_blocked")
    _write(tx, at, "edit", ", ".join(sorted(verdict.fields)))
    return _new_version(tx, at, new, "edit", blocks)


def _escalate(tx: Transaction, at: Sitting, verdict: Escalate) -> Outcome:
    """Make a new version that one more role must sign."""
    fresh(tx, at)
    if verdict.to in at.proposal.approvals.roles:
        raise DecisionRefused(f"The proposal needs a signature as {verdict.to} already.", code="role_named_already")
    _write(tx, at, "escalate", f"to {verdict.to}" + (f": {verdict.reason.strip()}" if verdict.reason.strip() else ""))
    return _new_version(tx, at, with_role(at.proposal, verdict.to), "escalate", at.standing.blocked)


def _new_version(
    tx: Transaction, at: Sitting, new: Proposal, verdict: Literal["edit", "escalate"], blocked: Sequence[str]
) -> Outcome:
    state: CaseState = "escalated" if verdict == "escalate" or at.case.state == "escalated" else "awaiting_approval"
    version = tx.save_proposal(
        at.case.case_id,
        new,
        made_by=at.person,
        origin="edit" if verdict == "edit" else "escalation",
        blocked=blocked,
        expires_at=at.standing.expires_at,
        state=state,
    )
    return Outcome(
        case_id=at.case.case_id,
        verdict=verdict,
        state=state,
        version=version,
        proposal_hash=new.hash,
        still_needed=open_seats(new, ()),
    )


def _ask(tx: Transaction, at: Sitting, verdict: Ask) -> Outcome:
    question = _words(verdict.question, "Say what you want to know.", "no_question")
    _write(tx, at, "ask", question)
    _move(tx, at, "information_requested", question)
    return _outcome(at, "ask", "information_requested")


def _write(tx: Transaction, at: Sitting, verdict: VerdictName, reason: str) -> None:
    tx.add_decision(at.case.case_id, at.standing.version, at.standing.hash, at.person, at.role, verdict, reason)


def _move(tx: Transaction, at: Sitting, state: CaseState, why: str) -> None:
    tx.set_state(at.case.case_id, state, expected_version=at.standing.version, actor=at.person, why=why)


def _outcome(at: Sitting, verdict: VerdictName, state: CaseState, **more: Any) -> Outcome:
    return Outcome(
        case_id=at.case.case_id,
        verdict=verdict,
        state=state,
        version=at.standing.version,
        proposal_hash=at.standing.hash,
        **more,
    )


def _words(text: str, sentence: str, code: str) -> str:
    text = text.strip()
    if not text:
        raise DecisionRefused(sentence, code=code)
    if len(text) > WORDS_CHARACTERS_MAX or "\x00" in text:
        raise DecisionRefused(f"Say it in at most {WORDS_CHARACTERS_MAX} characters of plain text.", code="bad_text")
    return text


def _record_refusal(
    store: Store, case_id: str, user: str, role: str, verdict: Verdict, refusal: DecisionRefused, now: datetime
) -> None:
    """Write down the attempt; an expired proposal is closed with it."""
    known = refusal.code != "unknown_case"
    actor = "".join(letter for letter in user[:128] if letter.isprintable()).strip()
    body = {"verdict": verdict.kind, "role": role[:64], "code": refusal.code, "why": str(refusal)}
    with store.begin(now) as tx:
        tx.audit(case_id if known else "", "decision_refused", actor or "nobody", body)
        if refusal.code == "expired":
            tx.close_proposal(case_id, tx.case(case_id).proposal_version, "expired")
