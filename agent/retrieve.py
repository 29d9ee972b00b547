"""Retrieve: take down the shelf of rules for the payment's rail and the day of the case."""

from agent.shelf import Shelf
from agent.state import Triaged
from retrieval.rulebook import RuleBook


def retrieve(triaged: Triaged, book: RuleBook) -> Shelf:
    """Return the rules by rail and date first; what a row cites comes from this shelf alone."""
    payment = triaged.found.payment
    return Shelf(book, triaged.case.as_of.date(), payment.rail if payment else triaged.case.rail)
