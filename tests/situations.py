"""Situations as an investigator tells them: a payment, a message about it, what our records say besides.

`a_recall_of(a_payment("4250.00 EUR"), reason="DUPL").and_the_creditor("yes")` is a whole case; it can be put to an
assistant or written down as a scenario folder. All banks, people and accounts are invented.
"""

import hashlib
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from uuid import UUID

import yaml

from agent.assistant import Assistant
from agent.case import Case, Channel, Sender
from agent.checkpoints import lasting_saver
from agent.policy import Disposition, Facts, decide
from agent.state import Decided, Reading
from agent.store import Store
from retrieval.rulebook import RuleBook
from tools.bank.bank import Bank
from tools.bank.engine import open_engine
from tools.bank.records import Account, Customer, CustomerAnswer, Hold, HoldKind, PriorCase, Records
from tools.bank.schema import metadata
from tools.bank.writer import fill
from tools.lookup import FindPayment, PaymentFound
from tools.message import Message, Original, Transaction
from tools.payment import UETR, Agent, Money, Party, Payment

NOW = datetime(2026, 11, 16, 9, 0, tzinfo=UTC)
US = Agent("LARKGB2L")
THEM = Agent("ELMSNL2A")
"""The bank on the other side of the payment."""
FAR = Agent("ROOKDEFF")
"""The bank beyond: the creditor agent of a payment that passes through us."""
STRANGER = Agent("WOLFFRPP")
OUR_CUSTOMER = "GB75LARK40501012345678"
THEIR_CUSTOMER = "NL80ELMS0300065264"
SETTLED_ON = date(2026, 11, 11)


# Payments and what stands around them.


def a_uetr(name: str) -> UETR:
    """The same name gives the same UETR."""
    return UETR(str(UUID(bytes=hashlib.sha256(name.encode()).digest()[:16], version=4)))


def money(text: str) -> Money:
    """`money("4250.00 EUR")`."""
    amount, currency = text.split()
    return Money.of(amount, currency)


_ROUTES: dict[str, dict[str, Any]] = {
    "inbound": {"debtor_agent": THEM, "creditor_agent": US, "instructing_agent": THEM, "instructed_agent": US},
    "outbound": {"debtor_agent": US, "creditor_agent": THEM, "instructing_agent": US, "instructed_agent": THEM},
    "transit": {
        "debtor_agent": THEM,
        "creditor_agent": FAR,
        "instructing_agent": THEM,
        "instructed_agent": US,
        "intermediaries": (US,),
    },
}


def a_payment(amount: str = "4250.00 EUR", direction: str = "inbound", state: str = "credited", **more: Any) -> Payment:
    """A payment of a boat yard to a chandler: to us, from us (`outbound`) or through us (`transit`)."""
    paid, currency = amount.split()
    name = more.pop("name", "order 7781")
    ours = Party(name="Heron Chandlery Ltd", account=OUR_CUSTOMER)
    theirs = Party(name="Grebe Boats BV", account=THEIR_CUSTOMER)
    told: dict[str, Any] = {
        "uetr": a_uetr(name),
        "rail": "CBPR",
        "message_type": "pacs.008.001.08",
        "message_id": "MSG-7781",
        "instruction_id": "INS-7781",
        "end_to_end_id": "E2E-7781",
        "transaction_id": "TX-7781",
        "direction": direction,
        "amount": paid,
        "currency": currency,
        "settlement_date": SETTLED_ON,
        "debtor": ours if direction == "outbound" else theirs,
        "creditor": theirs if direction == "outbound" else ours,
        "remittance": "Order 7781",
        "state": state,
        "state_at": datetime(2026, 11, 11, 10, tzinfo=UTC),
        "credited_at": datetime(2026, 11, 11, 10, tzinfo=UTC) if state == "credited" else None,
        **_ROUTES[direction],
    }
    return Payment.model_validate(told | more)


def an_account(account: str = OUR_CUSTOMER, balance: str = "50000.00 EUR", status: str = "open") -> Account:
    amount, currency = balance.split()
    return Account.model_validate(
        {
            "account": account,
            "holder": "Heron Chandlery Ltd",
            "customer_id": "C-7",
            "currency": currency,
            "balance": amount,
            "status": status,
        }
    )


def our_customer(**more: Any) -> Customer:
    told = {"customer_id": "C-7", "name": "Heron Chandlery Ltd", "emails": ("may@heron.example",)}
    return Customer.model_validate(told | more)


def a_hold(kind: HoldKind, on: Payment | str) -> Hold:
    """A hold on a payment, or on an account named by its number."""
    if isinstance(on, Payment):
        return Hold(scope="payment", ref=on.uetr, kind=kind, status="open")
    return Hold(scope="account", ref=on, kind=kind, status="open")


def asked(payment: Payment, answer: str | None = None, question: str = "debit_authority") -> CustomerAnswer:
    """What we asked our customer about a payment, and the answer if one has come."""
    told = {"ref": payment.uetr, "question": question, "asked_at": NOW - timedelta(days=3), "answer": answer}
    if answer is not None:
        told["answered_at"] = NOW - timedelta(days=1)
    return CustomerAnswer.model_validate(told)


def an_earlier_case(payment: Payment | None, type: str, direction: str = "received", **more: Any) -> PriorCase:
    told = {
        "id": "EARLIER-1",
        "uetr": payment.uetr if payment else None,
        "type": type,
        "direction": direction,
        "status": "open",
        "opened_at": NOW - timedelta(days=2),
        "counterparty": THEM,
    }
    return PriorCase.model_validate(told | more)


# What the policy is shown.


def facts(type: str, payment: Payment | None = None, **more: Any) -> Facts:
    """Facts as an investigation of a bank's request would find them; whatever is named counts instead."""
    told: dict[str, Any] = {"type": type, "as_of": NOW, "payment": payment, "requester": THEM}
    if payment is None:
        told["candidates"] = 0
    else:
        told |= {
            "rail": payment.rail,
            "role": {"inbound": "creditor_agent", "outbound": "debtor_agent"}.get(payment.direction, "intermediary"),
            "next_agent": {"outbound": THEM, "transit": FAR}.get(payment.direction),
            "previous_agent": None if payment.direction == "outbound" else THEM,
            "requester_upstream": payment.direction != "outbound",
        }
    return Facts(**told | more)


def asked_by_customer(type: str, payment: Payment | None = None, **more: Any) -> Facts:
    """The same, asked by the owner of the account in an e-mail."""
    told: dict[str, Any] = {"from_bank": False, "requester": None, "message": "email", "standing": "owner"}
    return facts(type, payment, **told | more)


def told(found: Disposition) -> str:
    """Row, disposition and codes, e.g. "CXI-12 REJECT RJCR/CUST"."""
    return f"{found.rule} {found.disposition} {_codes(found.status, found.reason)}".strip()


def sent(found: Disposition) -> list[str]:
    """What would leave, e.g. ["camt.029 RJCR/CUST to requester"]."""
    return [" ".join(f"{s.kind} {_codes(s.status, s.reason)} to {s.to}".split()) for s in found.messages]


def _codes(*codes: str | None) -> str:
    return "/".join(code for code in codes if code)


def ordered(found: Disposition) -> list[str]:
    """The kinds of action that people or systems of ours would take."""
    return [action.kind for action in found.actions]


def decided(facts: Facts) -> Decided:
    """These facts decided, as the case of a message of their type: ready to be worded and drafted."""
    mail = facts.message in ("", "email", "text")
    transaction = Transaction(
        original=Original(uetr=a_uetr("order 7781"), end_to_end_id="E2E-7781"),
        case_id="THEIR-CASE",
        case_creator=str(THEM),
        reasons=facts.reasons,
        investigation_type=facts.investigation_type,
        modification=facts.modification,
        responder_case_id="THEIR-ANSWER",
    )
    message = Message(
        standard="mail" if mail else "mt" if facts.message.startswith("MT") else "iso20022",
        type=facts.message if mail or facts.message.startswith("MT") else f"{facts.message}.001.08",
        message_id="THEIR-1",
        sender="may@heron.example" if mail else str(THEM),
        transactions=(transaction,),
    )
    sender = (
        Sender(bic=THEM) if facts.from_bank else Sender(customer_id="C-7", email="may@heron.example", verified=True)
    )
    return Decided(
        case=Case(id="C-1", as_of=NOW, our_bics=(US,), channel="swift", sender=sender, message=message),
        type=facts.type,
        confidence=1.0,
        reading=Reading(asked=FindPayment(), amounts=(money("1.00 EUR"),)),
        found=PaymentFound(payment=facts.payment),
        facts=facts,
        disposition=decide(facts),
    )


# Whole cases.


@dataclass(frozen=True)
class Situation:
    """One incoming message, who sent it, and our records at that moment."""

    id: str
    message: bytes
    suffix: str
    sender: Sender
    channel: Channel
    records: Records
    as_of: datetime = NOW
    rail: str | None = None
    more: dict[str, Any] = field(default_factory=dict)
    """Further fields of case.yaml."""

    def knowing(self, **records: Any) -> "Situation":
        """The same with these lists of records added."""
        known = {name: (*getattr(self.records, name), *added) for name, added in records.items()}
        return replace(self, records=self.records.model_copy(update=known))

    def and_the_creditor(self, answer: str | None) -> "Situation":
        """The creditor was asked for debit authority and said this; None: has not answered yet."""
        return self.knowing(customer_answers=(asked(self.records.payments[0], answer),))

    def put_to(self, assistant: Assistant) -> dict[str, Any]:
        """Fill the assistant's records and open the case; return the result of its first transaction."""
        fill(assistant.store.engine, self.records, replace=True)
        return self.opened_by(assistant)[0]

    def opened_by(self, assistant: Assistant) -> list[dict[str, Any]]:
        return assistant.open(
            self.message,
            case_id=self.id,
            suffix=self.suffix,
            channel=self.channel,
            sender=self.sender,
            as_of=self.as_of,
            our_bics=(US,),
        )

    def written_to(self, folder: Path) -> Path:
        """Write it down as a scenario folder of the contract."""
        folder.mkdir(parents=True, exist_ok=True)
        case = {
            "id": self.id,
            "as_of": self.as_of.isoformat(),
            "our_bics": [str(US)],
            "channel": self.channel,
            "message": f"message{self.suffix}",
            "from": self.sender.model_dump(mode="json", exclude_none=True, exclude_defaults=True),
            **self.more,
        }
        records = self.records.model_dump(mode="json", exclude_none=True, exclude_defaults=True)
        (folder / "case.yaml").write_text(yaml.safe_dump(case), encoding="utf-8")
        (folder / "records.yaml").write_text(yaml.safe_dump(records), encoding="utf-8")
        (folder / f"message{self.suffix}").write_bytes(self.message)
        return folder


def a_recall_of(
    payment: Payment, reason: str = "DUPL", *, also: Payment | None = None, known: bool = True, id: str = "RECALL-1"
) -> Situation:
    """Their camt.056 for a payment that came to us, and perhaps for one more; `known=False`: we never saw it."""
    payments = (payment,) if also is None else (payment, also)
    asked_back = "".join(_asked_back(one, reason, f"{id}-MSG-{part}") for part, one in enumerate(payments, start=1))
    cancellation = f"""<FIToFIPmtCxlReq>{_assignment(f"{id}-MSG")}
      <Case><Id>ELMS-{id}</Id><Cretr>{_agent(THEM)}</Cretr></Case>
      <Undrlyg>{asked_back}</Undrlyg></FIToFIPmtCxlReq>"""
    records = Records(payments=payments, accounts=(an_account(),)) if known else Records()
    return _from_them(id, "camt.056.001.08", cancellation, records)


def _asked_back(payment: Payment, reason: str, id: str) -> str:
    return f"""<TxInf><CxlId>{id}</CxlId>
        <OrgnlGrpInf><OrgnlMsgId>{payment.message_id}</OrgnlMsgId>
          <OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>
        <OrgnlEndToEndId>{payment.end_to_end_id}</OrgnlEndToEndId>
        <OrgnlTxId>{payment.transaction_id}</OrgnlTxId><OrgnlUETR>{payment.uetr}</OrgnlUETR>
        <OrgnlIntrBkSttlmAmt Ccy="{payment.currency}">{payment.amount}</OrgnlIntrBkSttlmAmt>
        <OrgnlIntrBkSttlmDt>{payment.settlement_date}</OrgnlIntrBkSttlmDt>
        <CxlRsnInf><Orgtr><Nm>Grebe Boats BV</Nm></Orgtr><Rsn><Cd>{reason}</Cd></Rsn></CxlRsnInf>
      </TxInf>"""


def a_return_of(payment: Payment, reason: str = "AC04", *, id: str = "RETURN-1") -> Situation:
    """Their pacs.004 for a payment that we sent."""
    created = NOW - timedelta(hours=1)
    returned = f"""<PmtRtr>
      <GrpHdr><MsgId>{id}-MSG</MsgId><CreDtTm>{created:%Y-%m-%dT%H:%M:%SZ}</CreDtTm>
      <NbOfTxs>1</NbOfTxs><SttlmInf><SttlmMtd>INDA</SttlmMtd></SttlmInf>
      <InstgAgt><FinInstnId><BICFI>{THEM}</BICFI></FinInstnId></InstgAgt>
      <InstdAgt><FinInstnId><BICFI>{US}</BICFI></FinInstnId></InstdAgt></GrpHdr>
      <TxInf><RtrId>{id}-1</RtrId>
      <OrgnlGrpInf><OrgnlMsgId>{payment.message_id}</OrgnlMsgId><OrgnlMsgNmId>pacs.008.001.08</OrgnlMsgNmId></OrgnlGrpInf>
      <OrgnlEndToEndId>{payment.end_to_end_id}</OrgnlEndToEndId><OrgnlUETR>{payment.uetr}</OrgnlUETR>
      <OrgnlIntrBkSttlmAmt Ccy="{payment.currency}">{payment.amount}</OrgnlIntrBkSttlmAmt>
      <OrgnlIntrBkSttlmDt>{payment.settlement_date}</OrgnlIntrBkSttlmDt>
      <RtrdIntrBkSttlmAmt Ccy="{payment.currency}">{payment.amount}</RtrdIntrBkSttlmAmt>
      <IntrBkSttlmDt>{NOW:%Y-%m-%d}</IntrBkSttlmDt>
      <RtrRsnInf><Rsn><Cd>{reason}</Cd></Rsn></RtrRsnInf></TxInf></PmtRtr>"""
    records = Records(payments=(payment,), accounts=(an_account(),), customers=(our_customer(),))
    return _from_them(id, "pacs.004.001.09", returned, records)


def an_email(text: str, *payments: Payment, verified: bool = True, id: str = "MAIL-1") -> Situation:
    """A letter of our customer about payments of hers."""
    mail = (
        "From: May Heron <may@heron.example>\r\nTo: payments@lark.example\r\nSubject: A payment of ours\r\n"
        "Date: Mon, 16 Nov 2026 08:00:00 +0000\r\nMessage-ID: <1@heron.example>\r\n"
        f"Content-Type: text/plain; charset=utf-8\r\n\r\n{text}\r\n"
    )
    sender = Sender(customer_id="C-7", email="may@heron.example", verified=verified)
    records = Records(payments=payments, accounts=(an_account(),), customers=(our_customer(),))
    return Situation(id, mail.encode(), ".eml", sender, "email", records)


def _from_them(id: str, type: str, body: str, records: Records) -> Situation:
    document = f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{type}">{body}</Document>'
    return Situation(id, document.encode(), ".xml", Sender(bic=THEM), "swift", records)


def _assignment(id: str) -> str:
    created = NOW - timedelta(hours=1)
    return (
        f"<Assgnmt><Id>{id}</Id><Assgnr>{_agent(THEM)}</Assgnr><Assgne>{_agent(US)}</Assgne>"
        f"<CreDtTm>{created:%Y-%m-%dT%H:%M:%SZ}</CreDtTm></Assgnmt>"
    )


def _agent(bic: Agent) -> str:
    return f"<Agt><FinInstnId><BICFI>{bic}</BICFI></FinInstnId></Agt>"


# The house in which they are investigated.


class AClock:
    """A clock that stands still until somebody moves it."""

    def __init__(self, now: datetime = NOW) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def passes(self, **time: float) -> None:
        self.now += timedelta(**time)


def an_assistant(folder: Path, clock: AClock | None = None) -> Assistant:
    """An assistant over the SQLite file in a folder, made where it is missing; waiting runs are kept there too."""
    file = folder / "amends.sqlite"
    if not file.exists():
        file.write_bytes(_an_empty_store())
    url = f"sqlite:///{file}"
    engine = open_engine(url)
    clock = clock or AClock()
    return Assistant(
        store=Store(engine, clock),
        records=Bank(engine),
        book=RuleBook.open(),
        saver=lasting_saver(url),
        our_bics=(US,),
        clock=clock,
    )


@cache
def _an_empty_store() -> bytes:
    """The file of a store with all its tables; made once, then copied: it is its many tables that take time."""
    with TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/empty.sqlite")
        metadata.create_all(engine)
        engine.dispose()
        return Path(folder, "empty.sqlite").read_bytes()
