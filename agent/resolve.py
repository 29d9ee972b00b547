"""Resolve: the one step with effects. What was signed goes into the outbox once; what lies there is carried out."""

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, select, update

from agent.audit import SYSTEM
from agent.casebook import CaseRow, CaseState, DecisionRow, OutboxRow, ProposalRow
from agent.decision import DecisionRefused, open_seats
from agent.memory import close, remember_sent
from agent.proposal import DispositionName, Proposal
from agent.seal import moves, row_name
from agent.store import Store
from agent.transaction import Transaction
from tools.bank.casework import outbox
from tools.bank.schema import instant_text
from tools.errors import Record, ToolError
from tools.outbox import Carrier, Delivery, Folder, NotDelivered, Parcel, Undeliverable, Webhook
from tools.outbox import deliver as carry_out

__all__ = [
    "Carrier",
    "Delivery",
    "Folder",
    "NotDelivered",
    "Resolution",
    "Undeliverable",
    "Webhook",
    "deliver",
    "resolve",
    "send_again",
    "signatures_under",
]

AFTER: dict[DispositionName, CaseState] = {
    "PEND": "information_requested",
    "REQUEST_INFORMATION": "information_requested",
    "ESCALATE": "escalated",
}
"""Where a case stands once its proposal is carried out: somebody else has the next word, else it is resolved."""


class Resolution(Record):
    """What the approved proposal brought about."""

    state: CaseState
    released: tuple[str, ...]
    """Ids of the messages in the outbox, in the order of the proposal, the reply last."""


def resolve(
    tx: Transaction, case_id: str, proposal: Proposal, *, at_step: Callable[[str], None] = lambda step: None
) -> Resolution:
    """Lay the messages of an approved proposal into the outbox and move the case on, in the caller's transaction.

    It asks for itself: the content is what was saved and recorded, every signature is there and binds this hash.
    Called again for the same version it changes nothing.
    """
    case = tx.case(case_id)
    signers = _proof(tx, case, proposal)
    why = {"version": case.proposal_version, "signed_by": signers}
    state = AFTER.get(proposal.disposition, "resolved")
    released = tuple(message.message_id for message in proposal.messages)
    if proposal.reply is not None:
        released = (*released, _reply_id(case))
    if _carried_out(tx, case):
        return Resolution(state=case.state, released=released)

    _lay_out(tx, case, proposal, why)
    at_step("enqueued")
    for action in proposal.actions:
        tx.audit(case_id, "action_ordered", SYSTEM, {**action.model_dump(), **why})
    remember_sent(tx, case_id, case.uetr, proposal)
    if state == "resolved":
        close(tx, case_id)
    told = f"{proposal.disposition} by {proposal.rule}"
    tx.set_state(case_id, state, expected_version=case.proposal_version, why=told)
    tx.audit(case_id, _DONE, SYSTEM, {"hash": proposal.hash, "released": list(released), **why})
    at_step("resolved")
    return Resolution(state=state, released=released)


_DONE = "proposal_carried_out"


def _lay_out(tx: Transaction, case: CaseRow, proposal: Proposal, why: Mapping[str, object]) -> None:
    """Lay the messages into the outbox in the order of the proposal, the reply last."""
    for position, message in enumerate(proposal.messages):
        tx.enqueue(
            message.message_id,
            case_id=case.case_id,
            proposal_hash=proposal.hash,
            type=message.type,
            to=message.to,
            body=message.body,
            why=why,
            position=position,
        )
    if proposal.reply is not None:
        tx.enqueue(
            _reply_id(case),
            case_id=case.case_id,
            proposal_hash=proposal.hash,
            type="reply",
            to=_addressee(case, proposal.reply.to),
            body=proposal.reply.text,
            why=why,
            position=len(proposal.messages),
        )


def _proof(tx: Transaction, case: CaseRow, proposal: Proposal) -> list[str]:
    """Return who signed; refuse everything that is not signed in full, by this content, as recorded."""
    standing = tx.proposal(case.case_id, case.proposal_version)
    if standing is None or standing.state != "approved":
        raise DecisionRefused(f"Nothing is approved in case {case.case_id!r}; nothing is sent.", code="not_approved")
    if (
        standing.hash != proposal.hash
        or standing.proposal != proposal
        or not tx.is_as_recorded(case.case_id, [standing])
    ):
        raise DecisionRefused("What would be sent is not what was signed; nothing is sent.", code="tampered")
    signatures = signatures_under(tx, standing)
    if open_seats(proposal, signatures):
        raise DecisionRefused("Signatures are missing; nothing is sent.", code="not_approved")
    return [f"{one.person} as {one.role}" for one in signatures]


def signatures_under(tx: Transaction, standing: ProposalRow) -> list[DecisionRow]:
    """Return the signatures that bind this very content; one that the chain does not know is a forgery."""
    signatures = [
        one
        for one in tx.decisions(standing.case_id)
        if one.verdict == "approve" and (one.version, one.proposal_hash) == (standing.version, standing.hash)
    ]
    if not tx.is_as_recorded(standing.case_id, signatures):
        raise DecisionRefused("A signature is not what was recorded; verify the audit.", code="tampered")
    return signatures


def _carried_out(tx: Transaction, case: CaseRow) -> bool:
    return any(
        record.kind == _DONE and record.body["version"] == case.proposal_version for record in tx.history(case.case_id)
    )


def _reply_id(case: CaseRow) -> str:
    return f"{case.case_id}-{case.proposal_version}-reply"


def _addressee(case: CaseRow, to: str) -> str:
    """Return whom a reply goes to.

    A customer who is not verified is called back on the number on file (GEN-5b): the address the request came from
    is then never written to.
    """
    sender = case.sender
    if to == "bank":
        return str(sender.get("bic") or case.counterparty or "bank")
    if sender.get("verified") and sender.get("email"):
        return str(sender["email"])
    return f"customer:{sender['customer_id']}" if sender.get("customer_id") else "customer:on-file"


# --- carrying out ----------------------------------------------------------------------------------------------------


def deliver(
    store: Store,
    carriers: Mapping[str, Carrier],
    clock: Callable[[], datetime],
    *,
    limit: int = 100,
    at_step: Callable[[str], None] = lambda step: None,
) -> Delivery:
    """Carry out what is due, each message once for every receiver that keeps to its id; safe with many workers."""
    return carry_out(_StoredTray(store), carriers, clock, limit=limit, at_step=at_step)


def send_again(store: Store, message_id: str, *, user: str, now: datetime) -> None:
    """Put a message that failed for good back to be tried, in a person's name."""
    with store.begin(now) as tx:
        row = tx.connection.execute(_ONE, {"key": message_id}).one_or_none()
        if row is None or row.state != "failed":
            raise ToolError(f"No failed message {message_id!r} is in the outbox.", code="not_failed")
        fresh = {"state": "pending", "attempts": 0, "next_attempt_at": instant_text(now)}
        tx.connection.execute(_CHANGE, {"key": message_id, "claimed": row.attempts, "from_state": "failed", **fresh})
        _note(tx, row.case_id, message_id, "message_put_back", user, {"state": "pending"})


_DUE = (
    select(outbox)
    .where(outbox.c.state == "pending", outbox.c.next_attempt_at <= bindparam("now"))
    .order_by(outbox.c.next_attempt_at, outbox.c.created_at, outbox.c.case_id, outbox.c.position)
    .limit(bindparam("most"))
)
_ONE = select(outbox).where(outbox.c.message_id == bindparam("key"))
_CHANGE = update(outbox).where(
    outbox.c.message_id == bindparam("key"),
    outbox.c.state == bindparam("from_state"),
    outbox.c.attempts == bindparam("claimed"),
)


class _StoredTray:
    """The outbox table as the carrier's tray.

    A claim counts the attempt up and makes the message due again when the lease ends, so a worker that dies loses
    nothing; whoever claimed an earlier attempt can no longer write down its end.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def due(self, now: datetime, limit: int) -> Sequence[OutboxRow]:
        with self._store.snapshot() as connection:
            rows = connection.execute(_DUE, {"now": instant_text(now), "most": limit}).mappings()
            return [OutboxRow.model_validate(dict(row)) for row in rows]

    def claim(self, parcel: Parcel, now: datetime, until: datetime) -> bool:
        values = {"attempts": parcel.attempts + 1, "next_attempt_at": instant_text(until)}
        with self._store.begin(now) as tx:
            return self._change(tx, parcel.message_id, parcel.attempts, values)

    def sent(self, parcel: Parcel, at: datetime) -> bool:
        values = {"state": "sent", "sent_at": instant_text(at), "last_error": None}
        return self._end(parcel, at, "message_sent", values, {})

    def not_sent(self, parcel: Parcel, at: datetime, why: str, again_at: datetime | None) -> bool:
        if again_at is not None:
            values = {"next_attempt_at": instant_text(again_at), "last_error": why}
            return self._end(parcel, at, "delivery_failed", values, {"why": why, "again_at": instant_text(again_at)})
        return self._end(parcel, at, "message_failed", {"state": "failed", "last_error": why}, {"why": why})

    def _end(
        self, parcel: Parcel, at: datetime, kind: str, values: Mapping[str, str | None], told: Mapping[str, str]
    ) -> bool:
        with self._store.begin(at) as tx:
            if not self._change(tx, parcel.message_id, parcel.attempts + 1, values):
                return False
            row = tx.connection.execute(_ONE, {"key": parcel.message_id}).one()
            _note(tx, row.case_id, parcel.message_id, kind, SYSTEM, values, {**told, "attempt": row.attempts})
            return True

    def _change(self, tx: Transaction, message_id: str, claimed: int, values: Mapping[str, object]) -> bool:
        where = {"key": message_id, "from_state": "pending", "claimed": claimed}
        return bool(tx.connection.execute(_CHANGE, {**where, **values}).rowcount)


def _note(
    tx: Transaction,
    case_id: str,
    message_id: str,
    kind: str,
    actor: str,
    values: Mapping[str, object],
    told: Mapping[str, object] | None = None,
) -> None:
    changed = moves("outbox", values)
    name = row_name("outbox", message_id)
    body = {"message": message_id, **(told or {}), **({"set": {name: changed}} if changed else {})}
    tx.audit(case_id, kind, actor, body)


def catch_up(store: Store, case_id: str) -> CaseState:
    """Carry out an approved proposal that is not carried out yet, and say how the case stands; asked again, do nothing.

    The desk carries out with the last signature; this is for the graph's own step, and for a run that died between.
    """
    row = store.proposal(case_id)
    if row is not None and row.state == "approved":
        with store.begin() as tx:
            return resolve(tx, case_id, row.proposal).state
    return store.case(case_id).state
