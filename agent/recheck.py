"""Recheck: what an edited proposal must still pass, since a person's words leave the bank like ours."""

from collections.abc import Sequence

from agent.guardrails import privacy, tipping_off
from agent.proposal import Proposal
from tools.errors import Violation


def recheck(proposal: Proposal) -> Sequence[Violation]:
    """Return what the edited words break: account numbers, hints, promises."""
    if proposal.reply is None:
        return ()
    outward = {"reply": proposal.reply.text}
    audience = proposal.reply.to
    codes = [proposal.reason] if proposal.reason else []
    return (
        *privacy.check(outward, (), audience=audience),
        *tipping_off.check(outward, audience=audience, codes=codes),
    )
