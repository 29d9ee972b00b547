"""What a role is shown of a case: evidence with ids, rules with words, rows of the tables; data, never instructions."""

from typing import Any, get_args

from agent.model.talk import Block
from agent.notebook import Notebook
from agent.policy import TABLES
from agent.policy.general import GENERAL, PRECEDENCE
from agent.policy.rows import row_of
from agent.proposal import DispositionName
from agent.state import Proposed

TEXT_CHARACTERS_MAX = 6_000
"""Of a free text; what a mail wants stands at its top."""
VALUE_CHARACTERS_MAX = 400
EVIDENCE_MAX = 40
_UNTOLD = (
    "device",
    "channel",
    "message_type",
    "customer_id",
    "segment",
    "standing_orders",
    "covers",
    "opened_at",
    "index_version",  # another edition of the rule book need not change a question
    "challenger",  # a model in the shadow sways nobody
)


def evidence_block(notebook: Notebook) -> Block:
    """Every piece of evidence with its id, without what is empty."""
    pieces = [
        {"id": e.id, "tool": e.tool, "result": compact(e.result)} for e in notebook.evidence[:EVIDENCE_MAX] if e.result
    ]
    return Block("evidence", [piece for piece in pieces if piece["result"]])


def compact(value: Any) -> Any:
    """The value without empty fields and without those that no row turns on; long texts cut."""
    if isinstance(value, dict):
        small = {name: compact(item) for name, item in value.items() if name not in _UNTOLD}
        return {name: item for name, item in small.items() if item not in (None, "", [], {})}
    if isinstance(value, list | tuple):
        return [compact(item) for item in value]
    return value[:VALUE_CHARACTERS_MAX] if isinstance(value, str) else value


def case_block(proposed: Proposed) -> Block:
    """What was asked and by whom, as far as the policy saw it."""
    facts, case = proposed.facts, proposed.case
    found = {
        "type": proposed.type,
        "message": case.kind,
        "asked_at": case.requested_at.date().isoformat(),
        "today": case.as_of.date().isoformat(),
        "rail": facts.rail,
        "our_role": facts.role,
        "from": "bank" if facts.from_bank else "customer",
        "standing": facts.standing,
        "reasons": list(facts.reasons) or ([facts.reason] if facts.reason else []),
        "stated": str(facts.stated) if facts.stated else None,
        "quoted": str(facts.quoted) if facts.quoted else None,
        "contradiction": facts.contradiction,
        "in_window": facts.in_window,
        "deadline_passed": facts.deadline_passed or None,
        "candidates": facts.candidates,
        "duplicate_claimed": facts.duplicate_claimed or None,
        "twin": facts.twin,
        "answer_status": facts.answer_status,
    }
    return Block("case", {name: value for name, value in found.items() if value not in (None, [], "")})


def rules_block(proposed: Proposed) -> Block:
    """The rules cited, with the sentence quoted."""
    return Block("rules", [{"id": c.rule.id, "text": c.citation.quote} for c in proposed.rules])


def rows_block(proposed: Proposed) -> Block:
    """The rows that may apply, in the order in which they are tried."""
    own = TABLES.get(proposed.type, ())
    return Block("rows", [f"{row.id}: {row.when} -> {row.then}" for row in (*GENERAL, *PRECEDENCE, *own)])


def dispositions_block() -> Block:
    return Block("dispositions", list(get_args(DispositionName)))


def decided_block(proposed: Proposed) -> Block:
    """What the tables decided."""
    disposition = proposed.disposition
    row = row_of(disposition.rule, proposed.facts.type)
    return Block(
        "decided",
        {
            "disposition": disposition.disposition,
            "row": f"{row.id}: {row.when} -> {row.then}",
            "codes": [code for code in (disposition.status, disposition.reason) if code],
            "messages": [m.type for m in proposed.proposal.messages],
        },
    )
