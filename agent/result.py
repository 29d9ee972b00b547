"""The result document (schema amends/result/1): everything of a case that a machine or a reader needs."""

from typing import Any

from agent.notebook import Notebook
from agent.shelf import CitedRule
from agent.state import Checked
from agent.suspicion import document_of

SCHEMA = "amends/result/1"


def result_of(checked: Checked, notebook: Notebook, milliseconds: float) -> dict[str, Any]:
    """Return the result of a checked case, JSON-native, as the contract writes it."""
    case, facts, proposal = checked.case, checked.facts, checked.proposal
    found = checked.found
    at = notebook.at.isoformat()  # all evidence of one notebook is of one moment
    matched = None
    if found.payment is not None:
        matched = {"uetr": found.payment.uetr, "matched_by": found.matched_by, "candidates": len(found.candidates)}
    return {
        "schema": SCHEMA,
        "case": {
            "id": case.id,
            "type": checked.type,
            "rail": facts.rail,
            "our_role": facts.role,
            "state": "escalated" if proposal.disposition == "ESCALATE" else "awaiting_approval",
            "due": checked.due.isoformat() if checked.due else None,
        },
        "payment": matched,
        "proposal": proposal.model_dump(mode="json", exclude={"messages"})
        | {
            "messages": [m.model_dump(mode="json", exclude={"body"}) for m in proposal.messages],
            "hash": proposal.hash,
        },
        "evidence": [
            {"id": e.id, "tool": e.tool, "arguments": e.arguments, "result": e.result, "at": at}
            for e in notebook.evidence
        ],
        "rules": [_rule(cited) for cited in checked.rules],
        "fraud": document_of(checked.suspicion),
        "guardrails": [_guardrail(name, found) for name, found in checked.violations],
        "model": {"provider": "none", "name": "", "calls": 0, "tokens_in": 0, "tokens_out": 0},
        "timings_ms": {"total": round(milliseconds, 3)},
    }


def _rule(cited: CitedRule) -> dict[str, Any]:
    rule = cited.rule
    return {
        "id": rule.id,
        "title": rule.title,
        "text": cited.citation.quote,
        "section": cited.citation.section,
        "source": str(rule.source),
        "effective_from": rule.effective_from.isoformat(),
        "confidence": rule.confidence,
        "index_version": cited.citation.index_version,
        "private": rule.private,
        "score": 1.0,
    }


def _guardrail(name: str, found: tuple[Any, ...]) -> dict[str, Any]:
    """pass, flag (a person must see it) or block (cannot be approved as it stands)."""
    outcome = "pass"
    if found:
        outcome = "block" if any(v.severity == "block" for v in found) else "flag"
    return {"name": name, "outcome": outcome, "detail": "; ".join(f"{v.detail or v.rule} ({v.place})" for v in found)}
