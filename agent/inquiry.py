"""One running investigation: what was read, what was found so far, and how both compare."""

from decimal import Decimal

from agent.free_text import recall_reason
from agent.notebook import Notebook
from agent.state import Triaged
from tools.bank.records import Customer, PriorCase
from tools.payment import Money, Payment
from tools.records import AccountStates

_NO_QUOTED_AMOUNT = ("charges_claim", "value_date_claim", "modification", "answer_received", "unknown")
"""Types whose free text speaks of other amounts than the original one."""
_OTHER_AMOUNT = ("AM09", "CURR")
"""Recall reasons whose text names the amount that was meant as well."""


class Inquiry:
    """Hands each look-up of a playbook the case, its payment, and the notebook to ask with."""

    def __init__(self, triaged: Triaged, notebook: Notebook) -> None:
        self.triaged = triaged
        self.case = triaged.case
        self.type = triaged.type
        self.reading = triaged.reading
        self.transaction = triaged.case.transaction
        self.notebook = notebook
        self.accounts = AccountStates(accounts=(), customers=())
        self.prior: tuple[PriorCase, ...] = ()
        self.asked_at = triaged.case.requested_at
        """From when deadlines count: the request's creation, or the opening of the case that it chases."""

    @property
    def found(self) -> Payment | None:
        return self.triaged.found.payment

    @property
    def payment(self) -> Payment:
        payment = self.triaged.found.payment
        assert payment is not None, "a look-up that needs the payment runs only when it was found"
        return payment

    @property
    def requester_name(self) -> str:
        return str(self.case.sender.bic or self.case.sender.customer_id or self.case.sender.email or "ourselves")

    def owner_of(self, account: str) -> Customer | None:
        owner = next((a.customer_id for a in self.accounts.accounts if a.account == account), None)
        return next((c for c in self.accounts.customers if c.customer_id == owner), None)

    def contradiction(self) -> str | None:
        """How the quoted original amount contradicts the record, in words; charges may explain a difference (GEN-4)."""
        stated = self.reading.stated
        if stated is not None:
            return None if self._is_amount(stated) else f"{stated} quoted, {self.payment.money} in our records"
        quoted = self.reading.amounts
        if not quoted or self.type in _NO_QUOTED_AMOUNT or self._speaks_of_other_amounts():
            return None
        if any(self._is_amount(money) for money in quoted):
            return None
        return f"{', '.join(map(str, quoted))} quoted, {self.payment.money} in our records"

    def _speaks_of_other_amounts(self) -> bool:
        said = recall_reason(self.reading.text)
        return said.underpaid or said.code in _OTHER_AMOUNT

    def _is_amount(self, stated: Money) -> bool:
        payment = self.payment
        if stated in (payment.money, payment.instructed):
            return True
        if stated.currency != payment.currency:
            return False
        charges = [c.amount for c in payment.charges if c.currency == payment.currency]
        difference = abs(stated.amount - payment.amount)
        return bool(charges) and difference in (sum(charges, Decimal(0)), *charges)
