"""Recheck: what an edited proposal must still pass, since a person's words leave the bank like ours."""

from collections.abc import Callable, Sequence

from agent.casebook import CaseFile, UnknownCase
from agent.guardrails import grounding, privacy, private_rules, tipping_off
from agent.proposal import Proposal
from agent.store import Store
from tools.errors import Violation

Recheck = Callable[[Proposal], Sequence[Violation]]


def recheck_for(store: Store, case_id: str) -> Recheck:
    """Return the check of an edit of this case: no figure that is not on record, no hint, no number of another's,
    no words of the bank's own rules.
    """

    def recheck(proposal: Proposal) -> Sequence[Violation]:
        try:
            return _violations(proposal, store.file(case_id))
        except UnknownCase:
            return ()

    return recheck


def _violations(proposal: Proposal, file: CaseFile) -> Sequence[Violation]:
    if proposal.reply is None:
        return ()
    outward, audience = {"reply": proposal.reply.text}, proposal.reply.to
    results = [evidence.result for evidence in file.evidence]
    holds = [h["kind"] for e in file.evidence if e.tool == "open_holds" for h in e.result.get("holds", ())]
    reasons = [r for e in file.evidence if e.tool == "read_message" for r in e.result.get("reasons", ())]
    codes = [code for code in (proposal.reason, *reasons) if code]
    rules = [str(rule["text"]) for rule in (file.result or {}).get("rules", ())]
    own = [*(m.message_id for m in proposal.messages), file.case.as_of.date().isoformat()]
    # The words that stood before were checked when they were made; what they name, an edit may keep.
    own += [row.proposal.reply.text for row in file.proposals if row.origin == "policy" and row.proposal.reply]
    grounds = grounding.Grounds.of([*results, *(e.arguments for e in file.evidence)], rules=rules, own=own)
    known = {evidence.id for evidence in file.evidence}
    cited = {str(rule["id"]) for rule in (file.result or {}).get("rules", ())}
    return (
        *privacy.check(outward, (), audience=audience),
        *private_rules.check(outward, _private(file)),
        *tipping_off.check(outward, audience=audience, codes=codes, holds=holds),
        *grounding.check(proposal.claims, known, cited, outward, grounds),
    )


def _private(file: CaseFile) -> dict[str, str]:
    """What the case shows of the bank's own rules: the quotes that it cites, and the passages that were looked up."""
    cited = {str(rule["id"]): str(rule["text"]) for rule in (file.result or {}).get("rules", ()) if rule.get("private")}
    asked = [e.result for e in file.evidence if e.tool in ("search_rules", "lookup_code")]
    read = [passage for result in asked for passage in result["found"] if passage["private"]]
    return cited | {f"{p['rule_id']} {p['section']}": " ".join(p["said"]) for p in read}
