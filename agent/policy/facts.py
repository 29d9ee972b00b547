"""What the policy may look at: plain values that the investigation found, with nothing left to look up."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from agent.case import InvestigationType
from tools.bank.records import Account, CustomerAnswer, Hold, HoldKind, PriorCase, TrackerEvent
from tools.compensation import Compensation
from tools.message import Modification, StatedCharge
from tools.payment import Agent, Money, Payment, Rail

OurRole = Literal["debtor_agent", "intermediary", "creditor_agent"]
Standing = Literal["neighbour", "in_chain", "stranger", "owner", "owner_unverified", "ourselves"]
"""How the requester stands to the payment: GEN-5a, GEN-5b and GEN-5 turn on it."""

Cover = Literal["none", "sent", "settled", "back"]
"""The cover of an order sent or received by cover method: not found, under way, settled, rejected or returned."""

BACK = ("returned", "rejected", "cancelled")
"""States in which a payment is no longer on its way."""
COMPLIANCE: tuple[HoldKind, ...] = ("sanctions", "legal", "aml")
SEPA: tuple[Rail, ...] = ("SEPA_SCT", "SEPA_INST")
MODERN: tuple[Rail, ...] = ("CBPR", "CHAPS", "T2", "FEDWIRE")
"""Rails whose investigations run on camt.110 and camt.111; the others keep the classic messages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """From which amount on two persons sign, per currency; a currency without a limit counts as above it."""

    amounts: tuple[tuple[str, Decimal], ...] = (
        ("EUR", Decimal(10_000)),
        ("GBP", Decimal(8_500)),
        ("USD", Decimal(11_000)),
    )

    def reached(self, money: Money | None) -> bool:
        limit = dict(self.amounts).get(money.currency) if money else None
        return money is None or limit is None or money.amount >= limit


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """A claim for money: charges, interest or use of funds, and what our own sum says."""

    money: Money | None = None
    charges: tuple[StatedCharge, ...] = ()
    fee_codes: tuple[str, ...] = ()
    """Charge type codes stated: INVS, AMND, CFEE …"""
    tariff: Money | None = None
    """What we agreed to pay this agent for this kind of charge."""
    other_tariff: bool = False
    """The agreed tariff is in another currency than the claim."""
    paid_before: bool = False
    paid: Money | None = None
    """The last claim of this agent on the payment that we paid, and when; texts quote them."""
    paid_on: date | None = None
    prepaid: bool = False
    """The payment's charges or the tracker show it prepaid or deducted."""
    our_case: bool = False
    """We opened a case of the kind that the fee is claimed for."""
    recomputed: Compensation | None = None
    computable: bool = True
    """Rate, tariff and value dates are all in our records."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """One request, the payment it speaks of, and everything around it that a row may turn on."""

    type: InvestigationType
    as_of: datetime
    message: str = ""
    """Type of the trigger without version: "camt.056", "MT192", "email", "text"."""
    rail: Rail | None = None
    from_bank: bool = True
    requester: Agent | None = None
    standing: Standing = "neighbour"
    same_message: str | None = None
    """Id of the case in which this very message was handled before."""
    stated: Money | None = None
    """Original amount as the request states it."""
    quoted: Money | None = None
    """Amount that a free text names, whatever it is the amount of."""
    contradiction: str | None = None
    """How the quoted original amount or currency contradicts the record; None where it does not."""
    candidates: int = 1
    reason: str | None = None
    """The one reason code that the row turns on: of a cancellation, return, status or answer."""
    reasons: tuple[str, ...] = ()
    sub_reasons: tuple[str, ...] = ()
    investigation_type: str | None = None
    """camt.110 type, or what a free text amounts to: RQVA, RQUF …"""
    investigation_sub_type: str | None = None

    payment: Payment | None = None
    role: OurRole | None = None
    next_agent: Agent | None = None
    previous_agent: Agent | None = None
    holds: tuple[Hold, ...] = ()
    """Open holds on the payment and on accounts in it."""
    tracker: tuple[TrackerEvent, ...] = ()
    debtor_account: Account | None = None
    creditor_account: Account | None = None
    prior: tuple[PriorCase, ...] = ()
    """Other cases of the payment, this one left out."""
    authority: CustomerAnswer | None = None
    """The last question to the creditor for debit authority."""
    details: CustomerAnswer | None = None
    """The last question to our customer for details."""
    details_overdue: bool = False
    returned: bool = False
    """A return of this payment is in our records."""

    in_window: bool | None = None
    """Inside the rail's window for this reason; None where the rail has none."""
    other_route_open: bool = False
    """Outside this window, but the longer one of the request for recall by the originator is open."""
    deadline: date | None = None
    """Last day on which the creditor may answer."""
    deadline_passed: bool = False
    due: date | None = None
    """The day by which our own answer is due, or the next chase."""
    execution_due: date | None = None
    """Last day of the rail's execution time."""
    executing: bool = False
    """Settlement date ahead, or the rail's execution time not over."""

    duplicate_claimed: bool = False
    twin: str | None = None
    """UETR of the proven twin."""
    incident: str | None = None
    underpaid: bool = False
    """We sent less than meant."""
    new_recall_reason: str | None = None
    """For a recall of ours: the code that the reason list of table 2 gives, made legal for the rail."""

    cover: Cover = "none"
    cover_payment: Payment | None = None
    cover_traced: bool = False
    order_alive: bool = False
    """For a cover: the order that it covers is still on its way and no recall of it is open."""

    paid_to_us: bool = False
    """The creditor agent of a payment that we sent is us."""
    reimbursable: bool = False
    """The UK reimbursement regime applies: FPS or CHAPS, consumer, micro-enterprise or charity, within 13 months."""

    name_mismatch: bool = False
    data_asked: tuple[str, ...] = ()
    """Names of the data an unable-to-apply asks for."""
    data_held: bool = False
    """Every datum asked for is in our full record."""
    modification: Modification | None = None
    modification_adds_only: bool = False
    """The text asked for adds to the payment's and contradicts nothing in it."""
    claim: Claim = field(default_factory=Claim)
    late_days: int | None = None
    """Actual minus agreed value date in calendar days; None where our records do not say."""
    cause: Literal["ours", "theirs", "other", "none"] | None = None
    requester_upstream: bool = False
    """The requester stands on the sending side of the payment."""

    # Values that texts quote; no row turns on them.
    came_back: Money | None = None
    """What the returns in our records brought back altogether."""
    chase_on: date | None = None
    """When to ask again, where we wait for a bank's answer or for its money."""
    confirmed: Money | None = None
    """The amount that an answer confirms as booked, and the day."""
    confirmed_on: date | None = None
    return_deductions: tuple[StatedCharge, ...] = ()
    """The charges that a return states, one by one."""
    order_covered: Payment | None = None
    """For a cover: the order that it covers."""
    return_reference: str | None = None
    """Our reference of the return already made."""
    leaves_on: date | None = None
    """When an order that missed the cut-off goes out."""
    window_text: str | None = None
    """The rail's window in words, with its last day."""
    window_last_day: date | None = None
    other_route_until: date | None = None
    reimburse_by: date | None = None
    """Last day of the reimbursement clock, where the regime applies."""
    data_given: tuple[tuple[str, str], ...] = ()
    """The data asked for, with their labels, from our full record."""
    agreed_date: date | None = None
    actual_date: date | None = None
    delaying_agent: Agent | None = None

    returned_amount: Money | None = None
    return_has_rate: bool = False
    return_charges: Money | None = None
    return_is_reject: bool = False

    our_case: PriorCase | None = None
    """The case of ours that an answer belongs to."""
    answer_status: str | None = None
    answer_has_content: bool = False
    announces_return: bool = False
    proof_of_receipt: bool = False
    status_of_case: PriorCase | None = None
    """The open case of theirs that a status request refers to."""
    limits: Limits = field(default_factory=Limits)

    @property
    def state(self) -> str | None:
        return self.payment.state if self.payment else None

    @property
    def credited(self) -> bool:
        return self.state == "credited"

    @property
    def back(self) -> bool:
        return self.state in BACK

    @property
    def unreleased(self) -> bool:
        return self.state in ("received", "held")

    @property
    def sepa(self) -> bool:
        return self.rail in SEPA

    @property
    def modern(self) -> bool:
        return self.rail is None or self.rail in MODERN

    @property
    def cover_method(self) -> bool:
        return self.payment is not None and self.payment.settlement_method == "COVE"

    @property
    def compliance_hold(self) -> bool:
        return any(h.kind in COMPLIANCE for h in self.holds)

    def held_for(self, *kinds: HoldKind, account: str | None = None) -> bool:
        """An open hold of one of these kinds, on the whole or on this account alone."""
        return any(h.kind in kinds and (account is None or h.ref == account) for h in self.holds)

    @property
    def last_event(self) -> TrackerEvent | None:
        return self.tracker[-1] if self.tracker else None

    def open_case(self, *types: str, direction: Literal["received", "sent"]) -> PriorCase | None:
        """The first open case of the payment of one of these types."""
        found = (c for c in self.prior if c.status == "open" and c.direction == direction and c.type in types)
        return next(found, None)

    @property
    def open_recall(self) -> PriorCase | None:
        """A recall that we sent for this payment and that is still open."""
        return self.open_case("recall", direction="sent")

    @property
    def money(self) -> Money | None:
        """The amount that decides how many persons sign: the payment's, else the one the request states."""
        if self.payment is not None:
            return self.payment.money
        return self.stated or self.claim.money or self.quoted

    @property
    def balance_covers(self) -> bool | None:
        """Whether the creditor's balance covers the payment; None where we cannot tell."""
        account, payment = self.creditor_account, self.payment
        if account is None or payment is None or account.currency != payment.currency:
            return None
        return account.balance >= payment.amount
