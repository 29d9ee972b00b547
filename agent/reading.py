"""Reading the casebook: one case, everything of it, or one page of the queue; all in SQL that both databases run."""

from typing import Any

import orjson
from sqlalchemy import BindParameter, ColumnElement, Connection, Row, bindparam, func, select

from agent.casebook import (
    AuditRow,
    CaseFile,
    CaseRow,
    DecisionRow,
    Order,
    OutboxRow,
    ProposalRow,
    QueueFilter,
    QueuePage,
    UnknownCase,
)
from tools.bank.casework import audit, cases, decisions, evidence, outbox, proposals
from tools.bank.schema import instant_text
from tools.evidence import Evidence
from tools.payment import Money

_LISTED = [column for column in cases.columns if column.name not in ("message", "result")]
_OF_CASE: BindParameter[str] = bindparam("case")
_CASE = select(*_LISTED).where(cases.c.case_id == _OF_CASE)
_CASE_LOCKED = _CASE.with_for_update()
_DOCUMENTS = select(cases.c.message, cases.c.result).where(cases.c.case_id == _OF_CASE)
# "E10" comes after "E9": shorter ids first.
_EVIDENCE = select(evidence).where(evidence.c.case_id == _OF_CASE).order_by(func.length(evidence.c.id), evidence.c.id)
_PROPOSALS = select(proposals).where(proposals.c.case_id == _OF_CASE).order_by(proposals.c.version)
_PROPOSAL = select(proposals).where(proposals.c.case_id == _OF_CASE, proposals.c.version == bindparam("of_version"))
_DECISIONS = select(decisions).where(decisions.c.case_id == _OF_CASE).order_by(decisions.c.id)
_OUTBOX = select(outbox).where(outbox.c.case_id == _OF_CASE).order_by(outbox.c.created_at, outbox.c.position)
_AUDIT = select(audit).where(audit.c.case_id == _OF_CASE).order_by(audit.c.seq)


def read_case(connection: Connection, case_id: str, *, lock: bool = False) -> CaseRow:
    """Return one case; with `lock`, nobody else decides about it until this transaction ends."""
    row = connection.execute(_CASE_LOCKED if lock else _CASE, {"case": case_id}).one_or_none()
    if row is None:
        raise UnknownCase(case_id)
    return _case_row(row)


def read_evidence(connection: Connection, case_id: str) -> tuple[Evidence, ...]:
    rows = connection.execute(_EVIDENCE, {"case": case_id}).mappings()
    documents = ("arguments", "result")
    return tuple(
        Evidence.model_validate(
            {
                column: orjson.loads(value) if column in documents else value
                for column, value in row.items()
                if column != "case_id"
            }
        )
        for row in rows
    )


def read_proposals(connection: Connection, case_id: str) -> tuple[ProposalRow, ...]:
    """Return every version, oldest first."""
    return tuple(_proposal_row(row) for row in connection.execute(_PROPOSALS, {"case": case_id}))


def read_proposal(connection: Connection, case_id: str, version: int) -> ProposalRow | None:
    row = connection.execute(_PROPOSAL, {"case": case_id, "of_version": version}).one_or_none()
    return _proposal_row(row) if row is not None else None


def read_decisions(connection: Connection, case_id: str) -> tuple[DecisionRow, ...]:
    rows = connection.execute(_DECISIONS, {"case": case_id}).mappings()
    return tuple(DecisionRow.model_validate(dict(row)) for row in rows)


def read_outbox(connection: Connection, case_id: str) -> tuple[OutboxRow, ...]:
    rows = connection.execute(_OUTBOX, {"case": case_id}).mappings()
    return tuple(OutboxRow.model_validate(dict(row)) for row in rows)


def read_audit(connection: Connection, case_id: str) -> tuple[AuditRow, ...]:
    rows = connection.execute(_AUDIT, {"case": case_id}).mappings()
    return tuple(AuditRow.model_validate({**row, "body": orjson.loads(row["body"])}) for row in rows)


def read_file(connection: Connection, case_id: str) -> CaseFile:
    case = read_case(connection, case_id)
    message, result = connection.execute(_DOCUMENTS, {"case": case_id}).one()
    return CaseFile(
        case=case,
        message=bytes(message),
        result=orjson.loads(result) if result else None,
        evidence=read_evidence(connection, case_id),
        proposals=read_proposals(connection, case_id),
        decisions=read_decisions(connection, case_id),
        outbox=read_outbox(connection, case_id),
        audit=read_audit(connection, case_id),
    )


def read_queue(connection: Connection, wanted: QueueFilter, limit: int, offset: int) -> QueuePage:
    """Return one page of the cases that match, counted and cut by the database."""
    limit = max(1, min(limit, 500))
    matching = select(*_LISTED).where(*_conditions(wanted))
    total = connection.execute(select(func.count()).select_from(cases).where(*_conditions(wanted))).scalar_one()
    rows = connection.execute(matching.order_by(*_ORDERS[wanted.order]).limit(limit).offset(offset))
    return QueuePage(cases=tuple(_case_row(row) for row in rows), total=total, limit=limit, offset=offset)


_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    "due": (cases.c.due.asc().nulls_last(), cases.c.received_at, cases.c.case_id),
    "value": (cases.c.amount_minor.desc().nulls_last(), cases.c.case_id),
    "risk": (cases.c.risk_permille.desc().nulls_last(), cases.c.case_id),
    "received": (cases.c.received_at, cases.c.case_id),
}


def _conditions(wanted: QueueFilter) -> list[ColumnElement[bool]]:
    column = cases.c
    same = ("type", "rail", "owner", "counterparty", "uetr", "currency")
    found = [column[name] == getattr(wanted, name) for name in same if getattr(wanted, name) is not None]
    if wanted.states:
        found.append(column.state.in_(wanted.states))
    if wanted.unowned:
        found.append(column.owner.is_(None))
    if wanted.amount_minor_min is not None:
        found.append(column.amount_minor >= wanted.amount_minor_min)
    if wanted.due_by is not None:
        found.append(column.due <= wanted.due_by.isoformat())
    if wanted.risk_min is not None:
        found.append(column.risk_permille >= round(wanted.risk_min * 1000))
    if wanted.received_since is not None:
        found.append(column.received_at >= instant_text(wanted.received_since))
    return found


def _case_row(row: Row[Any]) -> CaseRow:
    values = dict(row._mapping)
    minor, currency, risk = values.pop("amount_minor"), values.pop("currency"), values.pop("risk_permille")
    values["amount"] = Money.from_minor(minor, currency) if minor is not None else None
    values["risk"] = risk / 1000 if risk is not None else None
    values["sender"] = orjson.loads(values["sender"])
    return CaseRow.model_validate(values)


def _proposal_row(row: Row[Any]) -> ProposalRow:
    return ProposalRow.model_validate({**row._mapping, "blocked": orjson.loads(row.blocked)})
