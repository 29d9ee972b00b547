"""Decide: the policy engine turns facts into a disposition."""

from agent.policy import decide
from agent.state import Decided, Investigated


def decide_case(investigated: Investigated) -> Decided:
    """Return the case with its disposition. Pure: the same facts give the same answer."""
    return Decided(
        case=investigated.case,
        type=investigated.type,
        confidence=investigated.confidence,
        reading=investigated.reading,
        found=investigated.found,
        facts=investigated.facts,
        disposition=decide(investigated.facts),
    )
