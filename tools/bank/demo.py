"""Eight incoming messages about an invented bank, each with the records it speaks of."""

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import AwareDatetime

from tools.bank.demo_messages import camt056, camt110, mail, mt192, pacs004
from tools.bank.fiction import AS_OF, CORRESPONDENTS, US, Correspondent, Maker
from tools.bank.records import Account, Customer, Records, TrackerEvent
from tools.bank.scenario import Channel, Sender
from tools.errors import Record
from tools.payment import Agent, Payment


class DemoCase(Record):
    """One incoming message, and who sent it how and when."""

    name: str
    message: bytes
    suffix: str
    """".xml", ".mt" or ".eml"."""
    channel: Channel
    sender: Sender
    our_bics: tuple[Agent, ...] = (Agent(US),)
    as_of: AwareDatetime = AS_OF


class Scene(Record):
    """A message and the records that belong to it."""

    case: DemoCase
    records: Records


_TULP, _EICH, _LYSA, _, _, _HAZL = CORRESPONDENTS


def scenes(seed: int) -> list[Scene]:
    """Return the scenes of a seed, always the same ones in the same order."""
    return [
        scene(_Stage(seed, number))
        for number, scene in enumerate(
            (
                _recall_of_credited_payment,
                _recall_before_credit,
                _claim_of_non_receipt,
                _invoice_paid_twice,
                _return_of_closed_account,
                _report_of_fraud,
                _claim_of_charges,
                _cover_asked_for,
            ),
            start=1,
        )
    ]


class _Stage:
    """A customer of ours with an account, and what is needed to play one scene."""

    def __init__(self, seed: int, number: int) -> None:
        self.make = Maker(f"{seed}/scene/{number}")
        self.customer: Customer = self.make.customer(number, firm=number != 6)
        self.account: Account = self.make.account(self.customer, "EUR", "84500.00")
        self.mark = f"{seed % 1000:03d}{number}"

    def back(self, days: int) -> date:
        return AS_OF.date() - timedelta(days=days)

    def records(self, *payments: Payment, **more: Any) -> Records:
        return Records(payments=payments, accounts=(self.account,), customers=(self.customer,), **more)

    def case(self, name: str, message: str, suffix: str, sender: Correspondent | None = None) -> DemoCase:
        if sender is None:
            told = Sender(customer_id=self.customer.customer_id, email=self.customer.emails[0], verified=True)
            return DemoCase(name=name, message=message.encode(), suffix=suffix, channel="email", sender=told)
        bank = Sender(bic=Agent(sender.bic))
        return DemoCase(name=name, message=message.encode(), suffix=suffix, channel="swift", sender=bank)

    def received(self, bank: Correspondent, amount: str, days_back: int, **more: Any) -> Payment:
        money = {"amount": amount, "currency": "EUR", "settlement_date": self.back(days_back)}
        words = {"remittance": f"Order {self.make.number(4)}"}
        return self.make.inbound(self.make.party(bank), self.account, bank.bic, "CBPR", **{**money, **words, **more})

    def sent(self, bank: Correspondent, amount: str, days_back: int, **more: Any) -> Payment:
        money = {"amount": amount, "currency": "EUR", "settlement_date": self.back(days_back)}
        words = {"remittance": f"Invoice {self.make.number(4)}"}
        return self.make.outbound(self.account, self.make.party(bank), bank.bic, "CBPR", **{**money, **words, **more})


# --- scenes ----------------------------------------------------------------------------------------------------------


def _recall_of_credited_payment(stage: _Stage) -> Scene:
    payment = stage.received(_TULP, "4250.00", 5)
    message = camt056(payment, _TULP, f"CXL{stage.mark}", "CUST")
    return Scene(case=stage.case("recall-of-credited-payment", message, ".xml", _TULP), records=stage.records(payment))


def _recall_before_credit(stage: _Stage) -> Scene:
    payment = stage.received(_TULP, "1870.50", 0, state="received")
    case = stage.case("recall-before-credit", mt192(payment, _TULP, f"TULP{stage.mark}"), ".mt", _TULP)
    return Scene(case=case, records=stage.records(payment))


def _claim_of_non_receipt(stage: _Stage) -> Scene:
    payment = stage.received(_LYSA, "12640.00", 4)
    message = camt110(payment, _LYSA, f"INV{stage.mark}", "CCNR")
    return Scene(case=stage.case("claim-of-non-receipt", message, ".xml", _LYSA), records=stage.records(payment))


def _invoice_paid_twice(stage: _Stage) -> Scene:
    first = stage.sent(_EICH, "1999.95", 3)
    second = stage.make.outbound(
        stage.account,
        first.creditor,
        _EICH.bic,
        "CBPR",
        amount="1999.95",
        currency="EUR",
        settlement_date=first.settlement_date,
        remittance=first.remittance,
    )
    text = (
        f"Good morning,\n\nwe paid {first.creditor.name} twice by mistake, EUR 1,999.95 each ({first.remittance}). "
        f"Please recall the second payment, reference {second.end_to_end_id}.\n\n{stage.customer.name}"
    )
    case = stage.case(
        "invoice-paid-twice", mail(stage.customer.emails[0], stage.make.number(16), "Paid twice", text), ".eml"
    )
    return Scene(case=case, records=stage.records(first, second))


def _return_of_closed_account(stage: _Stage) -> Scene:
    payment = stage.sent(_EICH, "760.00", 4)
    message = pacs004(payment, _EICH, f"RTN{stage.mark}", "AC04")
    return Scene(case=stage.case("return-of-closed-account", message, ".xml", _EICH), records=stage.records(payment))


def _report_of_fraud(stage: _Stage) -> Scene:
    payment = stage.sent(_LYSA, "8900.00", 3, remittance="Deposit flat 14")
    text = (
        f"I was tricked. On Friday I sent EUR 8,900.00 to {payment.creditor.name} as a deposit for a flat that does "
        f"not exist; the landlord was a scammer. Please stop it. The reference is {payment.end_to_end_id}.\n\n"
        f"{stage.customer.name}"
    )
    case = stage.case(
        "report-of-fraud", mail(stage.customer.emails[0], stage.make.number(16), "Scam - please help", text), ".eml"
    )
    return Scene(case=case, records=stage.records(payment))


def _claim_of_charges(stage: _Stage) -> Scene:
    payment = stage.sent(_EICH, "3120.00", 6, charge_bearer="DEBT")
    message = camt110(payment, _EICH, f"CHG{stage.mark}", "RQCH", "We claim EUR 18.00 charges")
    return Scene(case=stage.case("claim-of-charges", message, ".xml", _EICH), records=stage.records(payment))


def _cover_asked_for(stage: _Stage) -> Scene:
    """The cover was settled; the creditor's bank has not matched it to the order."""
    order = stage.sent(_HAZL, "12000.00", 5, currency="USD", settlement_method="COVE")
    cover = stage.sent(
        _HAZL,
        "12000.00",
        5,
        currency="USD",
        message_type="pacs.009.001.08",
        covers=order.uetr,
        end_to_end_id=order.end_to_end_id,
        settlement_method="INDA",
    )
    at = datetime.combine(order.settlement_date, time(15), UTC)
    event = TrackerEvent(uetr=cover.uetr, at=at, agent=Agent(_HAZL.bic), status="ACSC")
    case = stage.case("cover-asked-for", camt110(order, _HAZL, f"COV{stage.mark}", "CONR"), ".xml", _HAZL)
    return Scene(case=case, records=stage.records(order, cover, tracker_events=(event,)))
