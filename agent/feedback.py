"""Feedback: what became of closed cases becomes labels, each with the case, the row and the persons behind it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection, select

from agent.reading import read_decisions, read_proposals
from agent.store import Store
from tools.bank.casework import cases
from tools.bank.engine import writing
from tools.bank.flow_tables import flow_marks, flows
from tools.bank.flows import microseconds, put_marks
from tools.errors import ToolError

Outcome = Literal["fraud", "genuine"]
_DONE = ("resolved", "closed")
_PAID_BACK = ("ACCEPT", "RETURN_FUNDS")
_NO_FRAUD_SAID = ("NO_ACTION", "REQUEST_INFORMATION")
_STATED = " outcome by "
"""Stands in the source of an outcome that a person stated; what cases imply never overrides it."""

Labels = Mapping[str, tuple[int, int]]
"""UETR to label (1 fraud, 0 genuine) and the microsecond in which it became known."""


def learn(store: Store) -> int:
    """Write the labels that closed cases imply, and return how many there are now; doing it twice changes nothing.

    A report of fraud that was carried out labels its payment as fraud; so does a fraud claim of another bank that was
    accepted. Anything else says nothing: a refusal, a question, or a case that still waits.
    """
    wanted = select(cases.c.case_id, cases.c.type, cases.c.uetr, cases.c.result).where(
        cases.c.state.in_(_DONE), cases.c.uetr.is_not(None)
    )
    with writing(store.engine) as connection:
        found = []
        for case_id, type, uetr, result in connection.execute(wanted).all():
            mark = _implied(connection, case_id, type, uetr, result)
            if mark is not None:
                found.append(mark)
        _put(connection, found)
    return len(found)


def state_outcome(store: Store, case_id: str, outcome: Outcome, *, by: str, at: datetime) -> None:
    """Write what a person found out about the payment of a case; it stands above what the case implies."""
    if not by.strip():
        raise ToolError("An outcome needs the name of who states it.", code="no_name", where="--as")
    uetr = store.case(case_id).uetr
    if uetr is None:
        raise ToolError(
            f"Case {case_id!r} is about no payment of ours; it has no label.", code="no_payment", where=case_id
        )
    with store.begin(at) as tx:
        who = _parties(tx.connection, uetr)
        if who is None:
            raise ToolError(f"The payment of case {case_id!r} is not in our records.", code="no_payment", where=case_id)
        tx.connection.execute(
            flow_marks.delete().where(flow_marks.c.uetr == uetr, flow_marks.c.kind.in_(("fraud", "genuine")))
        )
        _put(tx.connection, [(uetr, outcome, *who, microseconds(at), f"case:{case_id}{_STATED}{by.strip()}")])
        tx.audit(case_id, "fraud_outcome", by.strip(), {"outcome": outcome, "uetr": uetr})


def labels_of(store: Store) -> dict[str, tuple[int, int]]:
    """Return the labels of the store; a stated outcome stands above an implied one."""
    kinds = {"fraud": 1, "genuine": 0}
    wanted = select(flow_marks.c.uetr, flow_marks.c.kind, flow_marks.c.known_at).where(flow_marks.c.kind.in_(kinds))
    with store.engine.connect() as connection:
        return {uetr: (kinds[kind], known) for uetr, kind, known in connection.execute(wanted)}


def _implied(connection: Connection, case_id: str, type: str | None, uetr: str, result: str | None) -> Any:
    """Return the mark that a closed case implies, or None."""
    proposals = read_proposals(connection, case_id)
    signed = [d for d in read_decisions(connection, case_id) if d.verdict == "approve"]
    if not proposals or not signed:
        return None
    proposal = proposals[-1].proposal
    reported = type == "fraud_report" and proposal.disposition not in _NO_FRAUD_SAID
    # A score in the result tells that the claim was one of fraud: the tables ask for it there alone.
    granted = proposal.disposition in _PAID_BACK and '"fraud":{' in (result or "").replace(" ", "")
    who = _parties(connection, uetr)
    stated = select(flow_marks.c.uetr).where(flow_marks.c.uetr == uetr, flow_marks.c.source.contains(_STATED))
    if not (reported or granted) or who is None or connection.execute(stated).first():
        return None
    persons = ", ".join(sorted({d.person for d in signed}))
    return (uetr, "fraud", *who, microseconds(signed[-1].at), f"case:{case_id} {proposal.rule} signed by {persons}")


def _parties(connection: Connection, uetr: str) -> tuple[str, str, str] | None:
    wanted = select(flows.c.debtor, flows.c.creditor, flows.c.currency).where(flows.c.uetr == uetr)
    found = connection.execute(wanted).first()
    return (found[0], found[1], found[2]) if found else None


def _put(connection: Connection, marks: list[Any]) -> None:
    mark = "?" if connection.dialect.name == "sqlite" else "%s"
    put_marks(connection.connection.dbapi_connection, mark, marks)
