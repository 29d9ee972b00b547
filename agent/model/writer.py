"""Writer: words for the analyst and for the reader of the reply, from evidence and rules; code checks every claim.

The analyst's words stand beside the policy's own, never in their place. The reply is the policy's template in other
words, or the template itself: see `letter_check`.
"""

import re
from typing import Annotated

from agent.guardrails import grounding, private_rules, tipping_off
from agent.guardrails.grounding import Grounds
from agent.model.letter_check import faults
from agent.model.material import decided_block, evidence_block, rules_block
from agent.model.talk import Ask, Block, few, shortly
from agent.notebook import Notebook
from agent.proposal import Claim, Reply
from agent.state import Proposed
from prompts import prompt
from tools.errors import Record

CLAIMS_MAX = 12
SUMMARY_CHARACTERS_MAX = 900
_REWORDED_FOR = ("owner", "neighbour", "in_chain")
"""Standings whose holder may be written to about the payment; nobody else gets other words than the template's."""
_NEVER_REWORDED = ("call_back", "fraud_call_back", "holding", "fraud_received", "recall_refused", "returned_account")
_PARAGRAPH = re.compile(r"\n{2,}")


class Paragraph(Record):
    """One paragraph of a reply with what carries it."""

    text: Annotated[str, shortly(500)]
    evidence: Annotated[tuple[Annotated[str, shortly(4)], ...], few(4)] = ()
    rules: Annotated[tuple[Annotated[str, shortly(40)], ...], few(2)] = ()


class WriterReply(Record):
    """What the model answers."""

    summary: Annotated[str, shortly(400)]
    rationale: Annotated[tuple[Paragraph, ...], few(4)] = ()
    reply: Annotated[tuple[Paragraph, ...] | None, few(5)] = None


class Words(Record):
    """The model's words that passed, and why others did not."""

    summary: str | None
    rationale: tuple[Claim, ...]
    reply: Reply | None
    """In place of the template; None where the template stands."""
    template: str | None
    """What the reply's words replaced: the person who signs sees both."""
    refused: tuple[str, ...]
    """Why words of the model were not taken."""


def may_reword(proposed: Proposed) -> bool:
    """Whether the reply may be put in other words at all: GEN-7, call-backs and strangers keep the template."""
    facts, kind = proposed.facts, proposed.disposition.reply
    if proposed.proposal.reply is None or kind is None or kind in _NEVER_REWORDED or facts.payment is None:
        return False
    return facts.standing in _REWORDED_FOR and not tipping_off.applies(_codes(proposed), _holds(proposed))


def question(proposed: Proposed, notebook: Notebook, tokens_max: int) -> Ask:
    """What was decided, on what, and the template where it may be reworded."""
    blocks = [decided_block(proposed), evidence_block(notebook), rules_block(proposed)]
    reply = proposed.proposal.reply
    if reply is not None and may_reword(proposed):
        blocks.append(Block("template", {"to": reply.to, "text": _body(reply.text)[1]}))
    return Ask(role="writer", prompt=prompt("writer"), blocks=tuple(blocks), answer=WriterReply, tokens_max=tokens_max)


def checked(said: WriterReply, proposed: Proposed, notebook: Notebook) -> Words:
    """Return the words that pass; each of the others is named with its fault."""
    refused: list[str] = []
    rationale = []
    for number, one in enumerate(said.rationale[:CLAIMS_MAX], start=1):
        claim = Claim(text=one.text.strip(), evidence=one.evidence, rules=one.rules)
        wrong = _claim_fault(claim, proposed, notebook)
        if wrong:
            refused.append(f"statement {number}: {wrong}")
        else:
            rationale.append(claim)
    summary = said.summary.strip()[:SUMMARY_CHARACTERS_MAX]
    whole = Claim(text=summary, evidence=notebook.ids(), rules=tuple(c.rule.id for c in proposed.rules))
    wrong = _claim_fault(whole, proposed, notebook) if summary else None
    if wrong:
        refused.append(f"summary: {wrong}")
    reply, why = _reply(said, proposed, notebook)
    standing = proposed.proposal.reply
    return Words(
        summary=summary if summary and not wrong else None,
        rationale=tuple(rationale),
        reply=reply,
        template=standing.text if reply is not None and standing is not None else None,
        refused=(*refused, *(f"reply: {each}" for each in why)),
    )


def _claim_fault(claim: Claim, proposed: Proposed, notebook: Notebook) -> str | None:
    """A claim cites what exists, and its figures stand in what it cites."""
    rules = {c.rule.id: c.citation.quote for c in proposed.rules}
    pieces = {e.id: e for e in notebook.evidence}
    known = set(notebook.ids())
    found = grounding.check((claim,), known, set(rules))
    if found:
        return found[0].detail
    cited = [pieces[id] for id in claim.evidence if id in pieces]
    grounds = Grounds.of(
        [e.result for e in cited] + [e.arguments for e in cited],
        rules=[rules[id] for id in claim.rules],
        own=[*claim.evidence, *claim.rules, proposed.disposition.rule, *_row_codes(proposed)],
    )
    found = grounding.check((), (), (), {"statement": claim.text}, grounds)
    return f"{found[0].detail} ({found[0].value})" if found else None


def _row_codes(proposed: Proposed) -> list[str]:
    codes = (proposed.disposition.status, proposed.disposition.reason, *(m.type for m in proposed.proposal.messages))
    return [code for code in codes if code]


def _reply(said: WriterReply, proposed: Proposed, notebook: Notebook) -> tuple[Reply | None, tuple[str, ...]]:
    """The reworded reply in the template's own frame, or why there is none."""
    standing = proposed.proposal.reply
    if standing is None or said.reply is None or not may_reword(proposed):
        return None, ()
    evidence, rules = set(notebook.ids()), {c.rule.id for c in proposed.rules}
    for number, paragraph in enumerate(said.reply, start=1):
        unknown = [*(set(paragraph.evidence) - evidence), *(set(paragraph.rules) - rules)]
        if unknown:
            return None, (f"paragraph {number} cites {unknown[0][:20]!r}, which does not exist",)
        if not (paragraph.evidence or paragraph.rules) and re.search(r"\d", paragraph.text):
            return None, (f"paragraph {number} states figures and cites nothing",)
    opening, body, closing = _body(standing.text)
    words = "\n\n".join(paragraph.text.strip() for paragraph in said.reply if paragraph.text.strip())
    if not words or words == body:
        return None, ()
    payment = proposed.facts.payment
    found = faults(
        words,
        body,
        audience=standing.to,
        codes=_codes(proposed),
        holds=_holds(proposed),
        names=[payment.debtor.name, payment.creditor.name] if payment else [],
    )
    if found:
        return None, found
    private = private_rules.check({"reply": words}, proposed.private_texts)
    if private:
        return None, (private[0].detail,)
    return Reply(to=standing.to, text="\n\n".join(part for part in (opening, words, closing) if part)), ()


def _body(letter: str) -> tuple[str, str, str]:
    """Greeting, body and closing of a template: the frame is never the model's."""
    parts = _PARAGRAPH.split(letter)
    if len(parts) < 3:
        return "", letter, ""
    return parts[0], "\n\n".join(parts[1:-1]), parts[-1]


def _codes(proposed: Proposed) -> list[str]:
    return [code for code in (proposed.disposition.reason, *proposed.facts.reasons) if code]


def _holds(proposed: Proposed) -> list[str]:
    return [hold.kind for hold in proposed.facts.holds]
