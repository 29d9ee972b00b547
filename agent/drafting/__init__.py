"""Turns what the policy wants sent into drafts: our references, their case, the codes, and checked values."""

from agent.drafting.answers import resolution, status_report
from agent.drafting.frame import Frame, reference
from agent.drafting.inquiries import cancellation, classic, investigation
from agent.drafting.money import cover, payment_return
from agent.drafting.response import response
from agent.policy import Send
from agent.state import Decided
from tools.iso20022 import draft as drafts
from tools.payment import Agent

__all__ = ["Drafter", "reference"]


class Drafter:
    """Drafts the messages of one decided case."""

    def __init__(self, decided: Decided, us: Agent, before: int = 0) -> None:
        self.frame = Frame(decided, us, before)

    def draft(self, send: Send, number: int) -> drafts.Draft:
        """Return the draft of one message."""
        match send.kind:
            case "camt.029":
                return resolution(self.frame, send, number)
            case "camt.111":
                return response(self.frame, send, number)
            case "camt.056":
                return cancellation(self.frame, send, number)
            case "camt.110":
                return investigation(self.frame, send, number)
            case "pacs.004":
                return payment_return(self.frame, send, number)
            case "pacs.009":
                return cover(self.frame, send, number)
            case "pacs.002":
                return status_report(self.frame, send, number)
            case _:
                return classic(self.frame, send, number)
