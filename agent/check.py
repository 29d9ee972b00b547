"""Check: the guardrails look in order; they can flag, block or escalate, and never loosen."""

from collections.abc import Callable

from agent.drafting import reference
from agent.guardrails import authority, grounding, injection, legality, privacy, private_rules, tipping_off
from agent.guardrails.outward import prose
from agent.guardrails.privacy import Audience
from agent.notebook import Notebook
from agent.state import Checked, Proposed
from tools.errors import Violation

Look = Callable[[Proposed, Notebook], tuple[Violation, ...]]


Found = tuple[str, tuple[Violation, ...]]


def check(proposed: Proposed, notebook: Notebook, also: tuple[Found, ...] = ()) -> Checked:
    """Return the case with what every guardrail found; a check that finds nothing is listed as passed.

    `also`: what was found elsewhere and must be seen with it.
    """
    violations = (*((name, look(proposed, notebook)) for name, look in CHECKS), *also)
    return Checked(
        case=proposed.case,
        type=proposed.type,
        confidence=proposed.confidence,
        reading=proposed.reading,
        found=proposed.found,
        facts=proposed.facts,
        disposition=proposed.disposition,
        suspicion=proposed.suspicion,
        proposal=proposed.proposal,
        rules=proposed.rules,
        consulted=proposed.consulted,
        violations=violations,
    )


def _message(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """What was wrong with the message itself."""
    message = proposed.case.message
    if message is None:
        why = proposed.case.unreadable or "unreadable"
        return (Violation(rule="unreadable", place="message", detail=why, severity="flag"),)
    found = [v if v.severity == "flag" else v.model_copy(update={"severity": "flag"}) for v in message.violations]
    if len(message.transactions) > 1:
        part, of = proposed.case.part + 1, len(message.transactions)
        detail = f"The message speaks of {of} payments, each a case of its own; this case is number {part}."
        found.append(Violation(rule="several-payments", place="message", detail=detail, severity="flag"))
    return tuple(found)


def _injection(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """Text from outside that talks to a machine: shown to the person, obeyed by nobody."""
    case, payment = proposed.case, proposed.facts.payment
    texts = {
        "message": case.message.text if case.message else "",
        "subject": (case.message.subject or "") if case.message else "",
        "narrative": case.transaction.narrative,
        "remittance": (payment.remittance or "") if payment else "",
        "debtor name": payment.debtor.name if payment else "",
        "creditor name": payment.creditor.name if payment else "",
    }
    answers = (proposed.facts.authority, proposed.facts.details)
    texts |= {f"customer answer {n}": a.text for n, a in enumerate(answers) if a is not None and a.text}
    return injection.scan({place: text for place, text in texts.items() if text})


def _outward(proposed: Proposed, audience: Audience) -> dict[str, str]:
    """Everything that would leave the bank for this reader, by place."""
    proposal = proposed.proposal
    texts = {m.file: m.body for m in proposal.messages} if audience == "bank" else {}
    if proposal.reply is not None and proposal.reply.to == audience:
        texts["reply"] = proposal.reply.text
    return texts


def _privacy(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """A customer sees no account number; a bank only what the payment between us holds, or what it asked for."""
    payment, sender = proposed.facts.payment, proposed.case.sender
    known: list[str] = [sender.email or ""]
    if payment is not None:
        ids = (payment.uetr, payment.message_id, payment.instruction_id, payment.end_to_end_id, payment.transaction_id)
        known += [i for i in ids if i]
    found = privacy.check(_outward(proposed, "customer"), known, audience="customer")
    for spoken_of in (payment, proposed.facts.order_covered):
        if spoken_of is not None:
            known += [spoken_of.debtor.account, spoken_of.creditor.account]
    if payment is not None:
        for _, value in proposed.facts.data_given:  # asked for, so given as it stands, with the numbers in it
            known += [value, *privacy.long_numbers(value)]
    original = proposed.case.transaction.original
    known += [p.account for p in (original.debtor, original.creditor) if p is not None and p.account]
    wanted = proposed.facts.modification
    if wanted is not None:
        known += [p.account for p in (wanted.debtor, wanted.creditor) if p is not None and p.account]
    known += [m.message_id for m in proposed.proposal.messages]
    found += private_rules.check(
        _outward(proposed, "customer") | _outward(proposed, "bank"),
        proposed.private_texts,
    )
    return found + privacy.check(_outward(proposed, "bank"), known, audience="bank")


def _grounding(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """Every claim cites; every figure and reference outward is on record."""
    case = proposed.case
    proposal = proposed.proposal
    outward = {m.file: words for m in proposal.messages if (words := prose(m.body))}
    if proposal.reply is not None:
        outward["reply"] = proposal.reply.text
    cited, known = {c.rule.id for c in proposed.rules}, set(notebook.ids())
    if not outward:
        return grounding.check(proposal.claims, known, cited)
    own = [*(m.message_id for m in proposed.proposal.messages), *case.our_bics, case.as_of.date().isoformat()]
    own += [reference(case.id, "case")]
    own += [
        str(proposed.facts.requester or ""),
        proposed.facts.window_text or "",
        str(proposed.facts.reimburse_by or ""),
    ]
    own += [proposed.case.message.message_id or ""] if proposed.case.message else []
    grounds = grounding.Grounds.of(
        [e.result for e in notebook.evidence] + [e.arguments for e in notebook.evidence],
        rules=[c.citation.quote for c in proposed.rules],
        own=[text for text in own if text],
    )
    return grounding.check(proposal.claims, known, cited, outward, grounds)


def _authority(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """Enough persons in the right roles, counted apart from the policy."""
    disposition, facts = proposed.disposition, proposed.facts
    urgent = disposition.disposition == "REQUEST_CANCELLATION" and disposition.reason == "FRAD"
    return authority.check(
        disposition.disposition,
        proposed.proposal.approvals,
        amount=facts.money,
        limits=dict(facts.limits.amounts),
        fraud_first=urgent or facts.type == "fraud_report",
        fraud=_fraud_decision(proposed),
        compliance_hold=facts.compliance_hold,
        moves_money=any(send.kind == "pacs.004" for send in disposition.messages),
        escalated_to=disposition.role,
    )


def _fraud_decision(proposed: Proposed) -> bool:
    """Accepting, refusing or part-returning where a cancellation was for fraud (section 16, last row)."""
    facts = proposed.facts
    asked = facts.type in ("cancellation_received", "debit_authority") and facts.reason == "FRAD"
    return asked and proposed.disposition.disposition in ("ACCEPT", "REJECT", "RETURN_FUNDS")


def _legality(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    return legality.check(proposed.proposal.messages)


def _tipping_off(proposed: Proposed, notebook: Notebook) -> tuple[Violation, ...]:
    """GEN-7: neutral words, the code alone, no promise."""
    facts = proposed.facts
    codes = [code for code in (proposed.disposition.reason, *facts.reasons) if code]
    holds = [hold.kind for hold in facts.holds]
    names = [p.name for p in (facts.payment.debtor, facts.payment.creditor)] if facts.payment else []
    found: tuple[Violation, ...] = ()
    audiences: tuple[Audience, ...] = ("customer", "bank")
    for audience in audiences:
        outward = _outward(proposed, audience)
        if outward:
            found += tipping_off.check(outward, audience=audience, codes=codes, holds=holds, names=names)
    return found


CHECKS: tuple[tuple[str, Look], ...] = (
    ("message", _message),
    ("injection", _injection),
    ("privacy", _privacy),
    ("grounding", _grounding),
    ("authority", _authority),
    ("legality", _legality),
    ("tipping_off", _tipping_off),
)
"""In the order in which they run."""
