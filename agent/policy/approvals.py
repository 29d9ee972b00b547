"""Section 16: how many persons sign, and who they must be."""

from agent.policy.disposition import Verdict
from agent.policy.facts import Facts
from agent.proposal import Approvals, DispositionName, Role

_ONE_PERSON: tuple[DispositionName, ...] = ("NO_ACTION", "PROVIDE_INFORMATION", "REQUEST_INFORMATION", "PEND")
_BY_LIMIT: tuple[DispositionName, ...] = (
    "FORWARD",
    "CANCEL_INTERNALLY",
    "REJECT",
    "REQUEST_CANCELLATION",
    "RETURN_FUNDS",
)
_FRAUD_DECISIONS: tuple[DispositionName, ...] = ("ACCEPT", "REJECT", "RETURN_FUNDS")


def approvals_for(verdict: Verdict, facts: Facts) -> Approvals:
    """Return the signatures that a verdict needs.

    The first matching row of section 16 gives the number; a compliance hold and a fraud decision only add a role.
    A fraud report is signed by one fraud specialist, whatever else applies: no second person may delay it.
    Where more roles are named than persons sign, the roles are filled in the order listed.
    """
    if verdict.disposition == "ESCALATE":
        assert verdict.role is not None, f"an escalation names its role: {verdict!r}"
        return Approvals(required=1, roles=(verdict.role,))
    if _fraud_in_a_hurry(verdict, facts):
        return Approvals(
            required=1, roles=("fraud_specialist", "compliance") if facts.compliance_hold else ("fraud_specialist",)
        )

    special: list[Role] = []
    if facts.compliance_hold:
        special.append("compliance")
    if _fraud_decision(verdict, facts):
        special.append("fraud_specialist")
    if _persons(verdict, facts) == 1:
        return Approvals(required=1, roles=tuple(special) or ("approver",))
    return Approvals(required=2, roles=("approver", *special))


def _persons(verdict: Verdict, facts: Facts) -> int:
    if verdict.disposition in _ONE_PERSON:
        return 1
    if verdict.disposition in _BY_LIMIT and not verdict.money:
        return 2 if facts.limits.reached(facts.money) else 1
    return 2


def _fraud_in_a_hurry(verdict: Verdict, facts: Facts) -> bool:
    """An outgoing recall for fraud, a fraud report, a hold for fraud."""
    outgoing = verdict.disposition == "REQUEST_CANCELLATION" and verdict.reason == "FRAD"
    return outgoing or facts.type == "fraud_report"


def _fraud_decision(verdict: Verdict, facts: Facts) -> bool:
    """Accepting, refusing or part-returning where the cancellation was for fraud."""
    theirs = facts.type in ("cancellation_received", "debit_authority") and facts.reason == "FRAD"
    recall = facts.open_recall
    ours = facts.type == "return_received" and recall is not None and recall.reason == "FRAD" and facts.reason == "FOCR"
    return verdict.disposition in _FRAUD_DECISIONS and (theirs or ours)
