"""Who is asking: how the requester stands to the payment, on which GEN-5a, GEN-5b and GEN-5 turn."""

from agent.case import Case
from agent.policy.facts import OurRole, Standing
from tools.payment import Agent, Payment
from tools.records import AccountStates

TRACKERS = ("TRCKCHZZ", "SWHQBEBB")
"""Agents under which the network's tracker sends."""


def our_role(case: Case, payment: Payment) -> OurRole:
    """Our place in the payment, from its agents and direction."""
    if payment.direction == "transit":
        return "intermediary"
    if payment.direction == "inbound":
        return "creditor_agent" if case.is_us(payment.creditor_agent) or not _between(case, payment) else "intermediary"
    return "debtor_agent" if case.is_us(payment.debtor_agent) or not _between(case, payment) else "intermediary"


def _between(case: Case, payment: Payment) -> bool:
    return any(case.is_us(agent) for agent in payment.intermediaries)


def next_agent(case: Case, payment: Payment) -> Agent | None:
    """Outbound: who got our order. Transit: the entry after us among the intermediaries, else the creditor agent."""
    if payment.direction == "outbound":
        return payment.instructed_agent
    if payment.direction == "inbound":
        return None
    after_us = False
    for agent in payment.intermediaries:
        if after_us:
            return agent
        after_us = case.is_us(agent)
    return payment.creditor_agent


def previous_agent(case: Case, payment: Payment) -> Agent | None:
    """Who instructed us; nobody when the payment began with us."""
    return None if case.is_us(payment.instructing_agent) else payment.instructing_agent


def upstream(case: Case, payment: Payment) -> bool:
    """Whether the asking bank stands on the sending side of the payment."""
    asks = case.sender.bic
    if asks is None:
        return False
    sending = (payment.instructing_agent, payment.debtor_agent)
    return any(asks.same_as(agent) for agent in sending) and not case.is_us(asks)


def standing(case: Case, payment: Payment, accounts: AccountStates) -> Standing:
    """How the requester stands to this payment."""
    if case.sender.bic is not None:
        return _bank(case, case.sender.bic, payment) if case.from_bank else "ourselves"
    if case.sender.is_nobody:
        return "ourselves" if case.channel == "internal" else "stranger"
    return _customer(case, payment, accounts)


def _bank(case: Case, asks: Agent, payment: Payment) -> Standing:
    if any(asks.same_as(tracker) for tracker in TRACKERS):
        return "neighbour"
    neighbours = [previous_agent(case, payment), next_agent(case, payment)]
    if payment.settlement_method == "COVE":
        # With a cover the order itself goes straight from debtor agent to creditor agent.
        neighbours += [payment.debtor_agent, payment.creditor_agent]
    if any(n is not None and asks.same_as(n) for n in neighbours):
        return "neighbour"
    chain = (
        payment.debtor_agent,
        payment.creditor_agent,
        payment.instructing_agent,
        payment.instructed_agent,
        *payment.intermediaries,
        *(c.agent for c in payment.charges),
    )
    return "in_chain" if any(asks.same_as(agent) for agent in chain) else "stranger"


def _customer(case: Case, payment: Payment, accounts: AccountStates) -> Standing:
    """The owner of an account in the payment; by the address on file only a call-back may follow (GEN-5b)."""
    sender = case.sender
    parties = (payment.debtor.account, payment.creditor.account)
    owners = {a.customer_id for a in accounts.accounts if a.account in parties and a.customer_id}
    if sender.verified:
        return "owner" if sender.customer_id in owners else "stranger"
    on_file = {email.casefold() for c in accounts.customers if c.customer_id in owners for email in c.emails}
    return "owner_unverified" if sender.email and sender.email.casefold() in on_file else "stranger"
