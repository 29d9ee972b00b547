"""Suspicion: where the tables ask for a score, the payee is scored; the band adds and removes nothing."""

from dataclasses import replace
from typing import Any

from agent.notebook import Notebook
from agent.policy.disposition import Disposition
from agent.proposal import Action, Approvals, Claim
from agent.state import Decided
from tools.fraud.said import PayeeScore, ToScore
from tools.tool import ReadTool

ASKED_BY = ("score_payee", "score_account")
"""Actions by which a row asks for a score (FRD-1 to FRD-3, CXI-7F, DBA-6F)."""
_MOVES_MONEY = ("ACCEPT", "RETURN_FUNDS", "FORWARD", "COMPENSATE")
_REASONS_TOLD = 3

Scoring = ReadTool[ToScore, PayeeScore]


def suspect(decided: Decided, notebook: Notebook, scoring: Scoring | None) -> Decided:
    """Return the case with its score as evidence; a row that asks for none costs nothing, and loads no model."""
    payment = decided.facts.payment
    asked = any(action.kind in ASKED_BY for action in decided.disposition.actions)
    if scoring is None or payment is None or not asked:
        return decided
    said = notebook.ask(scoring, ToScore(uetr=payment.uetr))
    account = payment.creditor.account
    return replace(decided, suspicion=said, disposition=with_band(decided.disposition, said, account))


def with_band(disposition: Disposition, said: PayeeScore, account: str) -> Disposition:
    """Add what a high band asks for; persons whom section 16 names stay, and nothing is taken away."""
    if said.band != "high":
        return disposition
    more = Action(kind="check_for_mule", subject=account, detail="band high")
    approvals = disposition.approvals
    if disposition.disposition in _MOVES_MONEY and "fraud_specialist" not in approvals.roles:
        approvals = Approvals(required=approvals.required, roles=(*approvals.roles, "fraud_specialist"))
    return disposition.model_copy(update={"actions": (*disposition.actions, more), "approvals": approvals})


def claims_of(said: PayeeScore | None, ids: tuple[str, ...]) -> list[Claim]:
    """Return the score as claims, each pointing at its evidence; a score that could not be given says why."""
    if said is None:
        return []
    if said.scored:
        why = "; ".join(reason.text for reason in said.reasons[:_REASONS_TOLD]) or "nothing raises it"
        text = f"Fraud model {said.model}: probability {said.score:.4f}, band {said.band}. Raised by: {why}."
    else:
        text = f"Fraud model: {'; '.join(said.warnings)}."
    found = [Claim(text=text, evidence=ids)]
    if said.related:
        listed = f"{len(said.related)} other payments into the same account, {said.related_reported} of them reported."
        found.append(Claim(text=listed, evidence=ids))
    return found


def document_of(said: PayeeScore | None) -> dict[str, Any] | None:
    """Return the `fraud` part of the result; None where no score was asked for.

    The challenger's word stays in the evidence: nobody is to decide by it.
    """
    if said is None:
        return None
    document = said.model_dump(mode="json", exclude={"challenger"})
    return document | {"score": said.score if said.scored else None}
