"""What every message of a case has: our reference, whom it goes to, its text, the payment, their case."""

import hashlib

from agent.narrative import narrative
from agent.policy import Send
from agent.policy.facts import Facts
from agent.state import Decided
from tools.iso20022.charset import to_x
from tools.message import Original
from tools.payment import Agent, Payment


def reference(case_id: str, what: str) -> str:
    """A reference of ours: the same for the same case and purpose, 16 characters, fit for every rail."""
    return "AM" + hashlib.sha256(f"{case_id}|{what}".encode()).hexdigest()[:14].upper()


def original_of(payment: Payment) -> Original:
    """How our record names a payment, for a message about it."""
    return Original(
        message_id=payment.message_id,
        message_name=payment.message_type,
        instruction_id=payment.instruction_id,
        end_to_end_id=payment.end_to_end_id,
        transaction_id=payment.transaction_id,
        uetr=payment.uetr,
        amount=payment.money,
        settlement_date=payment.settlement_date,
    )


class Frame:
    """A decided case as its messages see it: who writes to whom, about which payment and under which case."""

    def __init__(self, decided: Decided, us: Agent, before: int = 0) -> None:
        self.decided = decided
        self.us = us
        self.before = before
        self.f: Facts = decided.facts
        self.case = decided.case
        self.transaction = decided.case.transaction

    def common(self, send: Send, number: int) -> dict[str, object]:
        """The fields that every draft has; same case, kind and number, same message id."""
        return {
            "message_id": self._id(send, number),
            "created_at": self.case.as_of,
            "sender": self.us,
            "receiver": self._to(send),
            "rail": self.f.rail,
            "narrative": self.text(send),
        }

    def _id(self, send: Send, number: int) -> str:
        return reference(self.case.id, f"{send.kind}|{number}" + (f"|{self.before}" if self.before else ""))

    def _to(self, send: Send) -> Agent:
        f = self.f
        asked_by = f.requester
        match send.to:
            case "next":
                agent = f.next_agent
            case "previous":
                agent = f.previous_agent
            case "cover_agent":
                agent = self._cover_agent()
            case _:
                agent = asked_by
        assert agent is not None, f"nobody to send {send.kind} to"
        return agent

    def _cover_agent(self) -> Agent:
        """Who gets the cover: the agent that carried the last one, else the creditor's side of the order."""
        f = self.f
        if f.cover_payment is not None:
            return f.cover_payment.instructed_agent
        assert f.payment is not None
        if f.payment.covers is not None:
            return f.payment.instructed_agent
        return f.payment.intermediaries[0] if f.payment.intermediaries else f.payment.instructed_agent

    def text(self, send: Send) -> tuple[str, ...]:
        enquiry = self.transaction.case_id or (self.case.message.message_id if self.case.message else None)
        return tuple(to_x(line) for line in narrative(send.say, self.f, enquiry=enquiry))

    def original(self, *, ours: bool = False) -> Original:
        """The payment spoken of: as our record has it towards our own side, as they stated it when we know none."""
        payment = self.f.payment
        if payment is None or (not ours and self.f.standing in ("stranger", "in_chain")):
            return self.transaction.original
        return original_of(payment)

    def their_case(self) -> str | None:
        chased = self.f.status_of_case
        return chased.their_case_id or chased.id if chased else self.transaction.case_id
