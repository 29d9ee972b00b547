"""Counts the persons: no proposal asks for fewer signatures, or other roles, than section 16 demands."""

from collections.abc import Mapping
from decimal import Decimal

from agent.proposal import Approvals, DispositionName, Role
from tools.clocks import above_limit
from tools.errors import Violation
from tools.payment import Money

_ALWAYS_TWO = ("ACCEPT", "COMPENSATE", "REPAIR")
_TWO_FROM_THE_LIMIT = ("RETURN_FUNDS", "FORWARD", "REJECT", "CANCEL_INTERNALLY", "REQUEST_CANCELLATION")


def check(
    disposition: DispositionName,
    approvals: Approvals,
    *,
    amount: Money | None,
    limits: Mapping[str, Decimal] | None = None,
    fraud_first: bool = False,
    fraud: bool = False,
    compliance_hold: bool = False,
    moves_money: bool = False,
    indemnity: bool = False,
    escalated_to: Role | None = None,
) -> tuple[Violation, ...]:
    """Return what the approvals lack; computed from section 16 alone, apart from the policy that proposed them.

    fraud_first: outgoing recall FRAD, fraud report, hold for fraud. fraud: any other FRAD decision. moves_money:
    FORWARD of money, or RETURN_FUNDS to another account than the original debtor's. amount: the underlying payment's;
    None (nothing found, nothing stated) counts as above the limit.
    """
    found: list[Violation] = []
    needed = persons(disposition, amount, limits, fraud_first, moves_money, indemnity)
    if approvals.required < needed:
        found.append(_violation("too-few-persons", approvals.required, f"{disposition} needs {needed} persons."))
    if disposition == "ESCALATE":
        if escalated_to is not None and approvals.roles != (escalated_to,):
            found.append(_violation("wrong-role", approvals.roles, f"Escalated to {escalated_to}, who alone decides."))
        return tuple(found)
    wanted: list[Role] = ["approver"] if needed > 1 else []
    if compliance_hold:
        wanted.append("compliance")
    if fraud or fraud_first:
        wanted.append("fraud_specialist")
    found += [
        _violation("missing-role", approvals.roles, f"One of the persons must be {role}.")
        for role in wanted
        if role not in approvals.roles
    ]
    return tuple(found)


def persons(
    disposition: DispositionName,
    amount: Money | None,
    limits: Mapping[str, Decimal] | None = None,
    fraud_first: bool = False,
    moves_money: bool = False,
    indemnity: bool = False,
) -> int:
    """Return how many different persons must sign: section 16, the first row that matches."""
    if disposition == "ESCALATE" or fraud_first:
        return 1
    if disposition in _ALWAYS_TWO or moves_money or indemnity:
        return 2
    if disposition in _TWO_FROM_THE_LIMIT and (amount is None or above_limit(amount, limits)):
        return 2
    return 1


def _violation(rule: str, value: object, detail: str) -> Violation:
    return Violation(rule=rule, place="approvals", value=str(value), detail=f"Decision tables section 16. {detail}")
