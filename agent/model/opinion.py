"""Second opinion: the model's own disposition, formed without sight of the policy's, and compared with it.

Agreement changes nothing. Disagreement is shown, counted, and makes the case stricter: one more person signs. It never
changes what is proposed. Where section 16 lets no second person delay a fraud report, it is shown alone.
"""

from typing import Annotated

from agent.decision import seats
from agent.model.material import case_block, dispositions_block, evidence_block, rows_block, rules_block
from agent.model.talk import Ask, few, shortly
from agent.notebook import Notebook
from agent.proposal import Approvals, DispositionName, Proposal
from agent.state import Proposed
from prompts import prompt
from tools.errors import Record

REASONS_MAX = 3


class SaidReason(Record):
    """One reason with what carries it."""

    text: Annotated[str, shortly(160)]
    evidence: Annotated[tuple[Annotated[str, shortly(4)], ...], few(4)] = ()
    rules: Annotated[tuple[Annotated[str, shortly(40)], ...], few(2)] = ()


class OpinionReply(Record):
    """What the model answers."""

    disposition: DispositionName
    row: Annotated[str | None, shortly(8)] = None
    reasons: Annotated[tuple[SaidReason, ...], few(REASONS_MAX)] = ()


class Opinion(Record):
    """The model's opinion beside the policy's."""

    disposition: DispositionName
    row: str | None
    agrees: bool
    reasons: tuple[SaidReason, ...]
    """Those that cite what exists."""
    unsupported: int
    """Reasons that cite nothing, or what does not exist."""


def question(proposed: Proposed, notebook: Notebook, tokens_max: int) -> Ask:
    """Everything that the policy could look at, and nothing of what it decided."""
    return Ask(
        role="second_opinion",
        prompt=prompt("second_opinion"),
        blocks=(
            case_block(proposed),
            evidence_block(notebook),
            rows_block(proposed),
            rules_block(proposed),
            dispositions_block(),
        ),
        answer=OpinionReply,
        tokens_max=tokens_max,
    )


def compared(reply: OpinionReply, proposed: Proposed, notebook: Notebook) -> Opinion:
    """Compare the opinion with the policy's disposition, and its reasons with what exists."""
    evidence, rules = set(notebook.ids()), {cited.rule.id for cited in proposed.rules}
    carried = tuple(
        reason
        for reason in reply.reasons[:REASONS_MAX]
        if (reason.evidence or reason.rules) and set(reason.evidence) <= evidence and set(reason.rules) <= rules
    )
    return Opinion(
        disposition=reply.disposition,
        row=reply.row,
        agrees=reply.disposition == proposed.disposition.disposition,
        reasons=carried,
        unsupported=len(reply.reasons) - len(carried),
    )


def stricter(proposal: Proposal, proposed: Proposed) -> Proposal:
    """The proposal with one more person to sign it; an escalation and a fraud in a hurry stay as they are."""
    if proposal.disposition == "ESCALATE" or in_a_hurry(proposed):
        return proposal
    now = seats(proposal.approvals, proposal.disposition)
    # A role that was named beyond the number of persons gets its seat first; else any second approver.
    extra = next((role for role in proposal.approvals.roles if role not in now), "approver")
    roles = tuple(dict.fromkeys((*proposal.approvals.roles, extra)))
    approvals = Approvals(required=len(now) + 1, roles=roles)
    return proposal.model_copy(update={"approvals": approvals})


def in_a_hurry(proposed: Proposed) -> bool:
    """Section 16: a fraud report and an outgoing recall for fraud wait for no second person."""
    outgoing = proposed.disposition.disposition == "REQUEST_CANCELLATION" and proposed.disposition.reason == "FRAD"
    return outgoing or proposed.type == "fraud_report"
