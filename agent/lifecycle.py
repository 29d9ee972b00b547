"""The life of a case: from which state it may go to which."""

from agent.casebook import CaseState

_WAITING: tuple[CaseState, ...] = ("awaiting_approval", "information_requested", "escalated")
_FROM_WAITING: tuple[CaseState, ...] = (*_WAITING, "investigating", "resolved", "refused", "closed", "failed")
NEXT: dict[CaseState, tuple[CaseState, ...]] = {
    "received": ("investigating", *_WAITING, "closed", "failed"),
    "investigating": (*_WAITING, "closed", "failed"),
    "awaiting_approval": _FROM_WAITING,
    "information_requested": _FROM_WAITING,
    "escalated": _FROM_WAITING,
    "resolved": ("closed",),
    "refused": ("investigating", "closed"),
    "failed": ("investigating", "closed"),
    "closed": (),
}
"""Where a case may go from each state; a resolved case is never resolved again."""
BEFORE: dict[CaseState, tuple[CaseState, ...]] = {
    after: tuple(before for before, nexts in NEXT.items() if after in nexts) for after in NEXT
}
"""From where a case may come to each state."""
