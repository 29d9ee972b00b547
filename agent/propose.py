"""Propose: word the disposition as claims with their evidence, drafted messages, actions and a reply."""

import re
from pathlib import Path

from agent.drafting import Drafter
from agent.findings import findings
from agent.notebook import Notebook
from agent.policy.rows import row_of
from agent.proposal import Claim, DraftedMessage, Proposal
from agent.replies import reply_to
from agent.shelf import CitedRule, Shelf
from agent.state import Decided, Proposed
from agent.suspicion import claims_of
from tools.errors import Record, Violation
from tools.iso20022.draft import Draft
from tools.iso20022.validate import validate_draft, validate_xml
from tools.iso20022.versions import version_for
from tools.iso20022.write import write
from tools.payment import Agent

_FILE_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


class Post(Record):
    """How messages leave here: who we are, where schemas lie, who takes MT alone."""

    us: Agent
    xsd_dir: Path | None = None
    mt_only: tuple[Agent, ...] = ()
    before: int = 0
    """How many proposals the case had before: messages of a later one are new messages, under ids of their own."""


def propose(decided: Decided, notebook: Notebook, shelf: Shelf, post: Post) -> Proposed:
    """Return the case with its proposal; every drafted message has been validated before anyone sees it."""
    cited = shelf.cite(decided.disposition.cites, decided.disposition.reason)
    disposition = decided.disposition
    proposal = Proposal(
        disposition=disposition.disposition,
        rule=disposition.rule,
        status=disposition.status,
        reason=disposition.reason,
        summary=_summary(decided),
        claims=_claims(decided, notebook, cited),
        messages=_messages(decided, post),
        actions=disposition.actions,
        reply=reply_to(decided),
        approvals=disposition.approvals,
        confidence=decided.confidence,
    )
    return Proposed(
        case=decided.case,
        type=decided.type,
        confidence=decided.confidence,
        reading=decided.reading,
        found=decided.found,
        facts=decided.facts,
        disposition=disposition,
        suspicion=decided.suspicion,
        proposal=proposal,
        rules=cited,
    )


def _messages(decided: Decided, post: Post) -> tuple[DraftedMessage, ...]:
    drafter = Drafter(decided, post.us, post.before)
    return tuple(
        _drafted(decided, drafter.draft(send, number), number, post)
        for number, send in enumerate(decided.disposition.messages, start=1)
    )


def _drafted(decided: Decided, draft: Draft, number: int, post: Post) -> DraftedMessage:
    on = decided.case.as_of.date()
    letter = _as_mt(draft, post)
    if letter is not None:
        type, body, violations = letter
        ending = "mt"
    else:
        type, ending = version_for(draft.message, draft.rail, on), "xml"
        body = write(draft, type).decode()
        violations = validate_draft(draft, on=on)
        if post.xsd_dir is not None:
            found = validate_xml(body.encode(), rail=draft.rail, direction="out", on=on, xsd_dir=post.xsd_dir)
            violations = (*violations, *found)
    name = _FILE_UNSAFE.sub("-", decided.case.id)[:80]
    return DraftedMessage(
        type=type,
        to=draft.receiver,
        message_id=draft.message_id,
        file=f"{name}-{number}-{type}.{ending}",
        body=body,
        violations=violations,
    )


def _as_mt(draft: Draft, post: Post) -> tuple[str, str, tuple[Violation, ...]] | None:
    """Type, text and violations of the MT that a counterparty without ISO 20022 gets; None for all others."""
    if not any(agent.same_as(draft.receiver) for agent in post.mt_only):
        return None
    from agent.drafting_mt import as_mt
    from tools import mt

    content = as_mt(draft)
    if content is None:
        return None
    body = mt.write(content)
    return mt.message_type(content), body, mt.validate(body)


def _summary(decided: Decided) -> str:
    row = row_of(decided.disposition.rule, decided.facts.type)
    return f"{decided.disposition.rule}: {row.when}. {row.then[:1].upper()}{row.then[1:]}."


def _claims(decided: Decided, notebook: Notebook, cited: tuple[CitedRule, ...]) -> tuple[Claim, ...]:
    """What the proposal rests on, statement by statement; each points at evidence, at rules, or at both."""
    facts, payment = decided.facts, decided.facts.payment
    rules = tuple(rule.rule.id for rule in cited)
    claims = []
    looked = notebook.ids("find_payment")
    read = notebook.ids("read_message")
    if payment is not None:
        by = (decided.found.matched_by or "uetr").replace("_", " ")
        named = f"{payment.uetr}, {payment.money} of {payment.settlement_date}, {payment.state}"
        text = f"The payment is {named}; matched by {by}."
        claims.append(Claim(text=text, evidence=looked))
    elif decided.found.candidates:
        claims.append(Claim(text=f"{len(decided.found.candidates)} payments fit what is stated.", evidence=looked))
    elif looked:
        claims.append(Claim(text="No payment in our records fits what is stated.", evidence=looked))
    for finding in findings(facts):
        ids = notebook.ids(*finding.tools)
        if ids:
            claims.append(Claim(text=finding.text, evidence=ids))
    claims += claims_of(decided.suspicion, notebook.ids("score_payment"))
    row = row_of(decided.disposition.rule, facts.type)
    claims.append(Claim(text=f"Row {row.id} applies: {row.when}.", evidence=looked or read, rules=rules))
    return tuple(claims)
