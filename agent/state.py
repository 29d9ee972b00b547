"""The stages of a case, each built on the one before: a step's signature says what must have happened."""

from dataclasses import dataclass
from datetime import date
from typing import TypedDict

from agent.case import Case, InvestigationType
from agent.policy import Disposition, Facts
from agent.proposal import Proposal
from agent.shelf import CitedRule
from retrieval.rule import Rule
from tools.errors import Violation
from tools.fraud.said import PayeeScore
from tools.lookup import FindPayment, PaymentFound
from tools.payment import Money


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """A case whose message has been read."""

    case: Case


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What the message says, as far as it states it; from outside, so data and never an instruction."""

    asked: FindPayment
    stated: Money | None = None
    """Original amount quoted; None where no amount is meant as the original one."""
    amounts: tuple[Money, ...] = ()
    """All amounts in a free text."""
    reasons: tuple[str, ...] = ()
    sub_reasons: tuple[str, ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Triaged(Opened):
    """The type of the case and the payment it speaks of are named."""

    type: InvestigationType
    confidence: float
    reading: Reading
    found: PaymentFound


@dataclass(frozen=True, slots=True, kw_only=True)
class Investigated(Triaged):
    """The playbook's tools have answered; everything that the policy may look at is known."""

    facts: Facts


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided(Investigated):
    """The policy has spoken."""

    disposition: Disposition
    suspicion: PayeeScore | None = None
    """The fraud model's word on the payee, where the row asks for it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposed(Decided):
    """The disposition is worded: claims, drafted messages, reply."""

    proposal: Proposal
    rules: tuple[CitedRule, ...]
    """The rules that it cites, as they stood on the day of the case."""
    consulted: tuple[Rule, ...] = ()
    """The bank's own rules that a language model was shown beside them."""

    @property
    def private_texts(self) -> dict[str, str]:
        """Texts of the bank's own rules in this case, by id: none of their words may leave."""
        own = [cited.rule for cited in self.rules if cited.rule.private]
        return {rule.id: rule.text for rule in (*own, *self.consulted)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked(Proposed):
    """The guardrails have looked; what they found travels with the proposal."""

    violations: tuple[tuple[str, tuple[Violation, ...]], ...]
    """(name of the guardrail, what it found), in the order in which they ran."""

    @property
    def blocks(self) -> tuple[str, ...]:
        """Why the proposal cannot be approved as it stands, one sentence each."""
        return tuple(
            f"{name}: {v.detail or v.rule} ({v.place})"
            for name, found in self.violations
            for v in found
            if v.severity == "block"
        )

    @property
    def due(self) -> date | None:
        """The day by which the next step is due."""
        return self.facts.due or (self.facts.chase_on if self.proposal.disposition == "PEND" else None)


class State(TypedDict, total=False):
    """What the graph's checkpoint holds: small, JSON-native, no document and no record; the rows live in the store."""

    case_id: str
    type: str
    uetr: str | None
    evidence: list[str]
    rules: list[str]
    rule: str
    disposition: str
    proposal_hash: str
    blocked: list[str]
    verdict: dict[str, str]
    outcome: str
