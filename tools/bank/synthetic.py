"""A believable bank made of a seed: customers, accounts, payments on several rails, and what befalls some of them."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from tools.bank.demo import DemoCase, scenes
from tools.bank.fiction import AS_OF, CORRESPONDENTS, US, Correspondent, Maker, rail_between
from tools.bank.records import (
    Account,
    ChargePaid,
    Customer,
    CustomerAnswer,
    Hold,
    Incident,
    PriorCase,
    Records,
    ReferenceRate,
    Tariff,
    TrackerEvent,
    ValueDate,
)
from tools.payment import Party, Payment

_HISTORY_DAYS = 60
_RATES = {"GBP": ("SONIA", "3.72"), "EUR": ("ESTR", "1.93"), "USD": ("SOFR", "3.88")}
_KINDS = ("bill", "bill", "bill", "supplier", "supplier", "sale", "sale", "sale", "usd", "large")
"""What a payment is for, as often as it comes."""


def synthetic_bank(seed: int = 7, customers: int = 120, payments: int = 1500) -> Records:
    """Return the records of an invented bank; the same numbers always give the same bank, the demo's cases among it."""
    return _Bank(seed, customers).filled(payments)


def demo_cases(seed: int = 7) -> list[DemoCase]:
    """Return incoming messages about payments of `synthetic_bank` of the same seed."""
    return [scene.case for scene in scenes(seed)]


class _Bank:
    """The bank while it is being made up: lists that grow."""

    def __init__(self, seed: int, customers: int) -> None:
        self._make = Maker(f"{seed}/bank")
        self._lists: dict[str, list[Any]] = {name: [] for name in Records.model_fields}
        for scene in scenes(seed):
            for name in Records.model_fields:
                self._lists[name] += getattr(scene.records, name)
        self._firms: list[Account] = []
        self._people: list[Account] = []
        for number in range(1, max(4, customers) + 1):
            self._open(self._make.customer(1000 + number, firm=number % 4 == 0))
        self._nostro, self._vostro = self._make.number(10), self._make.number(10)
        self._suppliers = [(bank, self._make.party(bank)) for bank in CORRESPONDENTS for _ in range(8)]
        self._billers = [
            Party(name=self._make.biller(), account=self._make.account_at(CORRESPONDENTS[4])) for _ in range(6)
        ]

    def filled(self, payments: int) -> Records:
        wanted = max(payments, len(self._lists["payments"]))
        self._pay_salaries(min(len(self._people), wanted // 10))
        while len(self._lists["payments"]) < wanted:
            payment = self._pay(self._make.random.choice(_KINDS))
            self._happen(payment)
        self._agree_tariffs()
        self._quote_rates()
        return Records(**{name: tuple(found) for name, found in self._lists.items()})

    # --- customers ---------------------------------------------------------------------------------------------------

    def _open(self, customer: Customer) -> None:
        make, firm = self._make, customer.segment == "corporate"
        self._lists["customers"].append(customer)
        account = make.account(customer, "GBP", make.amount(200, 400_000 if firm else 20_000))
        if make.random.random() < 0.03:
            account = account.model_copy(update={"status": "closed", "balance": Decimal(0), "closed_at": make.day(30)})
        self._lists["accounts"].append(account)
        if account.status == "open":
            (self._firms if firm else self._people).append(account)
        if firm:
            self._lists["accounts"].append(make.account(customer, "EUR", make.amount(1_000, 250_000)))

    # --- payments ----------------------------------------------------------------------------------------------------

    def _pay_salaries(self, number: int) -> None:
        employer = Party(name=self._make.firm("GB"), account=self._make.account_at(CORRESPONDENTS[4]))
        payday = datetime(2026, 10, 28, tzinfo=UTC).date()
        for account in self._people[:number]:
            more = {"amount": self._make.amount(1_800, 5_200), "currency": "GBP", "settlement_date": payday}
            words = {"remittance": "SALARY OCT", "purpose": "SALA"}
            self._book(self._make.inbound(employer, account, "PUFFGB2L", "FPS", **more, **words))

    def _pay(self, kind: str) -> Payment:
        make = self._make
        chosen = make.random.choice
        day = {"settlement_date": make.day(_HISTORY_DAYS)}
        match kind:
            case "bill":
                money = {"amount": make.amount(12, 260), "currency": "GBP", "remittance": f"Customer {make.number(8)}"}
                return self._book(
                    make.outbound(chosen(self._people), chosen(self._billers), "PUFFGB2L", "FPS", **money, **day)
                )
            case "large":
                bank, seller = CORRESPONDENTS[4], make.party(CORRESPONDENTS[4], person=True)
                money = {"amount": make.amount(90_000, 900_000), "currency": "GBP", "remittance": "Completion"}
                return self._book(make.outbound(chosen(self._people), seller, bank.bic, "CHAPS", **money, **day))
            case "usd":
                return self._pay_with_cover(day)
            case _:
                bank, partner = chosen([pair for pair in self._suppliers if pair[0].currency != "USD"])
                return self._trade(kind, bank, partner, day)

    def _trade(self, kind: str, bank: Correspondent, partner: Party, day: dict[str, Any]) -> Payment:
        make, account = self._make, self._make.random.choice(self._firms)
        invoice = {
            "remittance": f"Invoice {make.number(5)}",
            "amount": make.amount(80, 40_000),
            "currency": bank.currency,
        }
        rail = rail_between(bank, make)
        if kind == "sale":
            return self._book(make.inbound(partner, account, bank.bic, rail, **invoice, **day))
        paid = self._book(make.outbound(account, partner, bank.bic, rail, **invoice, **day))
        if make.random.random() < 0.02:
            # The same invoice paid twice, as happens when two people share a pile.
            self._book(make.outbound(account, partner, bank.bic, rail, **invoice, **day))
        return paid

    def _pay_with_cover(self, day: dict[str, Any]) -> Payment:
        """A dollar order goes straight to the creditor's bank, the money by way of a correspondent."""
        make, bank = self._make, CORRESPONDENTS[5]
        partner = make.random.choice([party for known, party in self._suppliers if known is bank])
        account = make.random.choice(self._firms)
        money = {"amount": make.amount(500, 90_000), "currency": "USD"}
        order = make.outbound(account, partner, bank.bic, "CBPR", settlement_method="COVE", **money, **day)
        self._book(order)
        if make.random.random() < 0.95:
            cover = {"message_type": "pacs.009.001.08", "covers": order.uetr, "end_to_end_id": order.end_to_end_id}
            banks = {
                "debtor": Party(name="Wren Bank", account=self._nostro),
                "creditor": Party(name="Hazel Bank", account=self._vostro),
            }
            sent = make.outbound(account, partner, bank.bic, "CBPR", **cover, **money, **day)
            self._book(sent.model_copy(update=banks))
        return order

    def _book(self, payment: Payment) -> Payment:
        self._lists["payments"].append(payment)
        if payment.rail == "CBPR" and payment.direction == "outbound" and payment.covers is None:
            self._track(payment)
        return payment

    def _track(self, payment: Payment) -> None:
        steps = [(US, "ACSP", "G001", 0), (str(payment.creditor_agent), "ACCC", None, 3)]
        if self._make.random.random() < 0.1:
            steps[-1] = (str(payment.creditor_agent), "ACSP", "G002", 2)
        for agent, status, reason, hours in steps:
            at = _noon(payment) + timedelta(hours=hours)
            self._lists["tracker_events"].append(
                TrackerEvent(uetr=payment.uetr, at=at, agent=agent, status=status, reason=reason)
            )

    # --- what happens to some ----------------------------------------------------------------------------------------

    def _happen(self, payment: Payment) -> None:
        chance = self._make.random.random()
        for share, deed in self._deeds():
            if chance < share:
                deed(payment)
                return
            chance -= share

    def _deeds(self) -> tuple[tuple[float, Callable[[Payment], None]], ...]:
        return (
            (0.020, self._hold),
            (0.012, self._come_back),
            (0.010, self._be_asked_about),
            (0.006, self._be_late),
            (0.004, self._be_hit_by_incident),
            (0.006, self._be_charged_for),
        )

    def _hold(self, payment: Payment) -> None:
        if payment.rail == "CBPR" and payment.direction == "outbound":
            return  # it is on its way already, as the tracker tells
        kind = self._make.random.choice(("sanctions", "fraud", "technical", "funds"))
        self._lists["holds"].append(
            Hold(scope="payment", ref=payment.uetr, kind=kind, status="open", since=_noon(payment))
        )
        self._change(payment, state="held", credited_at=None)

    def _come_back(self, payment: Payment) -> None:
        if payment.direction != "outbound" or payment.covers is not None:
            return
        reason = self._make.random.choice(("AC01", "AC04", "BE04", "RR03"))
        back = payment.model_copy(
            update={
                "uetr": type(payment.uetr)(self._make.uetr()),
                "message_type": "pacs.004.001.09",
                "direction": "inbound",
                "instructing_agent": payment.instructed_agent,
                "instructed_agent": payment.instructing_agent,
                "settlement_date": payment.settlement_date + timedelta(days=2),
                "state_reason": reason,
                "return_of": payment.uetr,
                **{name: f"R{getattr(payment, name)}" for name in ("message_id", "instruction_id", "transaction_id")},
            }
        )
        self._lists["payments"].append(back)
        self._change(payment, state="returned", state_reason=reason)

    def _be_asked_about(self, payment: Payment) -> None:
        """Another bank has asked before, and the creditor was asked whether it may be debited."""
        if payment.direction != "inbound":
            return
        asked, number = _noon(payment) + timedelta(days=1), self._make.number(6)
        still = self._make.random.random() < 0.4
        self._lists["cases"].append(
            PriorCase(
                id=f"WREN-{number}",
                uetr=payment.uetr,
                type="cancellation_received",
                direction="received",
                status="open" if still else "closed",
                opened_at=asked,
                counterparty=payment.instructing_agent,
                their_case_id=f"{payment.instructing_agent[:4]}-{number}",
                message_id=f"CXL-{number}",
                reason=self._make.random.choice(("CUST", "DUPL", "TECH")),
            )
        )
        answered = {} if still else {"answered_at": asked + timedelta(days=2), "answer": "no"}
        self._lists["customer_answers"].append(
            CustomerAnswer(ref=payment.uetr, question="debit_authority", asked_at=asked, **answered)
        )

    def _be_late(self, payment: Payment) -> None:
        cause = self._make.random.choice(("ours", "theirs", "other"))
        agreed = payment.settlement_date - timedelta(days=1)
        self._lists["value_dates"].append(
            ValueDate(uetr=payment.uetr, agreed=agreed, actual=payment.settlement_date, cause=cause)
        )

    def _be_charged_for(self, payment: Payment) -> None:
        """The creditor's bank claimed its charge, and we paid."""
        bank = next((bank for bank in CORRESPONDENTS if bank.bic == payment.creditor_agent), None)
        if bank is not None:
            at = _noon(payment) + timedelta(days=3)
            self._lists["charges_paid"].append(
                ChargePaid(uetr=payment.uetr, agent=bank.bic, amount="25.00", currency=bank.currency, at=at)
            )

    def _be_hit_by_incident(self, payment: Payment) -> None:
        number = len(self._lists["incidents"]) + 1
        words = "A batch was released twice after a restart."
        self._lists["incidents"].append(
            Incident(id=f"INC-{number}", kind="technical", uetrs=(payment.uetr,), description=words, at=_noon(payment))
        )

    def _change(self, payment: Payment, **update: Any) -> None:
        booked = self._lists["payments"]
        place = next(n for n in range(len(booked) - 1, -1, -1) if booked[n].uetr == payment.uetr)
        booked[place] = payment.model_copy(update=update)

    # --- what was agreed ---------------------------------------------------------------------------------------------

    def _agree_tariffs(self) -> None:
        for bank in CORRESPONDENTS:
            for kind, amount in (("charge", "25.00"), ("investigation_fee", "40.00"), ("compensation_fee", "17.50")):
                self._lists["tariffs"].append(Tariff(agent=bank.bic, currency=bank.currency, amount=amount, kind=kind))

    def _quote_rates(self) -> None:
        days = [AS_OF.date() - timedelta(days=back) for back in range(_HISTORY_DAYS, -1, -1)]
        self._lists["reference_rates"] += [
            ReferenceRate(name=name, currency=currency, date=day, rate=rate)
            for day in days
            if day.weekday() < 5
            for currency, (name, rate) in _RATES.items()
        ]


def _noon(payment: Payment) -> datetime:
    return datetime.combine(payment.settlement_date, time(12), UTC)
