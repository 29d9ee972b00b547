"""Triage: name the case type and the payment, by table for structured messages, by words for free text."""

from dataclasses import replace
from typing import TYPE_CHECKING

from agent.case import Case, InvestigationType
from agent.free_text import classify, extract, meant, recall_reason
from agent.notebook import Aside, Notebook
from agent.related import related_case
from agent.state import Opened, Reading, Triaged
from agent.types import asks_only_value_date, stated_type
from tools.bank.records import Account
from tools.lookup import FindPayment, PaymentFound, find_payment
from tools.message import Message, StatedParty, Transaction
from tools.payment import Money
from tools.records import OfCase, cases_by_reference

if TYPE_CHECKING:
    from tools.text import Extracted


def triage(opened: Opened, notebook: Notebook) -> Triaged:
    """Return the case with its type, what it states, and the payment that matches; low confidence gives `unknown`."""
    case = opened.case
    if case.message is None:
        return Triaged(
            case=case, type="unknown", confidence=1.0, reading=Reading(asked=FindPayment()), found=PaymentFound()
        )
    _note_message(case, case.message, notebook)
    type, confidence = _type(case, notebook)
    reading, found = _looked_up(case, type, notebook)
    if type == "modification" and asks_only_value_date(case.transaction) and _rail(case, found) == "SEPA_SCT":
        type = "value_date_claim"
    return Triaged(case=case, type=type, confidence=confidence, reading=reading, found=found)


def _may_state_the_new_account(type: InvestigationType, text: str) -> bool:
    """A change of account, or a recall because the account was wrong, may name the right one only."""
    return type == "modification" or (
        type in ("recall", "cancellation_received") and recall_reason(text).code == "AC03"
    )


def _looked_up(case: Case, type: InvestigationType, notebook: Notebook) -> tuple[Reading, PaymentFound]:
    """What the message states, and the payment; words of the sender's own count before the history that they quote."""
    assert case.message is not None
    whole, own = case.message.text, case.message.own_words
    for text in dict.fromkeys((own, whole)) if case.in_words and own else (whole,):
        words = extract(text, as_of=case.as_of.date()) if case.in_words else None
        if text != whole and not (words and (words.uetrs or words.references)):
            continue  # names nothing: what is meant stands in the history
        reading, found = _by_words(case, type, words, notebook)
        if found.payment is not None or (words and words.uetrs):
            break
    return reading, found


def _by_words(
    case: Case, type: InvestigationType, words: "Extracted | None", notebook: Notebook
) -> tuple[Reading, PaymentFound]:
    reading = read(case, words, notebook.aside)
    found = PaymentFound() if type == "unknown" else _payment(case, reading.asked, notebook)
    if words is not None and words.ibans and not found.candidates and _may_state_the_new_account(type, reading.text):
        # Such an account is where the money should go, so it says nothing of the payment as it was made.
        asked = reading.asked.model_copy(update={"parties": tuple(words.names)})
        reading = replace(reading, asked=asked)
        found = _payment(case, asked, notebook)
    return reading, found


def _note_message(case: Case, message: Message, notebook: Notebook) -> None:
    """Keep as evidence what the message says of itself, so that claims and texts may point at it."""
    transaction = case.transaction
    said = {
        "type": message.type,
        "message_id": message.message_id,
        "created_at": message.created_at.isoformat() if message.created_at else None,
        "case_id": transaction.case_id or transaction.resolved_case_id,
        "status": transaction.status,
        "reasons": list(transaction.reasons),
        "amounts": [f"{currency} {amount}" for amount, currency in message.harvest.amounts],
    }
    notebook.note("read_message", {"part": case.part}, {name: value for name, value in said.items() if value})


def _rail(case: Case, found: PaymentFound) -> str | None:
    return found.payment.rail if found.payment else case.rail


def _type(case: Case, notebook: Notebook) -> tuple[InvestigationType, float]:
    assert case.message is not None
    if case.named is not None:
        return case.named.type, 1.0
    stated = stated_type(case.message, case.transaction)
    if stated is not None:
        return stated, 1.0
    if case.from_bank and _answers_us(case, notebook):
        return "answer_received", 1.0
    guess = classify(case.message.text, sender="bank" if case.from_bank else "customer")
    if not guess.sure:  # below the threshold that the weights were measured with, a person names the type
        return "unknown", guess.confidence
    return guess.type, guess.confidence


def _answers_us(case: Case, notebook: Notebook) -> bool:
    """A letter whose related reference is a case that we sent answers it, whatever its words sound like."""
    named = related_case(case.transaction)
    if named is None:
        return False
    known = notebook.ask(cases_by_reference, OfCase(reference=named)).cases
    return any(c.direction == "sent" for c in known)


def read(case: Case, words: "Extracted | None", records: Aside) -> Reading:
    """Gather what the message states of the payment and why it was sent."""
    transaction = case.transaction
    original = transaction.original
    asked = FindPayment(
        uetr=original.uetr if original.uetr and len(original.uetr) == 36 else None,
        message_id=original.message_id,
        instruction_id=original.instruction_id,
        transaction_id=original.transaction_id,
        end_to_end_id=original.end_to_end_id,
        amounts=tuple(m for m in (original.amount, original.instructed) if m is not None),
        dates=(original.settlement_date,) if original.settlement_date else (),
        parties=tuple(t for p in (original.debtor, original.creditor) for t in _stated(p)),
    )
    reasons = transaction.reasons
    stated = original.amount if case.message is not None and case.message.standard != "mail" else None
    amounts: tuple[Money, ...] = ()
    if words is not None:
        asked = _asked_in_words(case, asked, words, records)
        amounts = words.amounts
    text = case.message.text if case.message else ""
    return Reading(
        asked=asked,
        stated=stated,
        amounts=amounts,
        reasons=reasons,
        sub_reasons=transaction.sub_reasons,
        text=text or transaction.narrative,
    )


def _stated(party: StatedParty | None) -> tuple[str, ...]:
    return tuple(t for t in (party.name, party.account) if t) if party else ()


def _asked_in_words(case: Case, asked: FindPayment, words: "Extracted", records: Aside) -> FindPayment:
    """Add what a free text says of the payment: references, amounts, dates, and the customer's own accounts."""
    related = (asked.instruction_id,) if asked.instruction_id else ()
    assert case.message is not None
    named = meant(case.message.text, (*words.uetrs, *words.references, *words.invoices))
    uetrs = [reference for reference in named if reference in words.uetrs]
    uetr = asked.uetr if not words.uetrs else (uetrs[0] if len(uetrs) == 1 else None)
    own: list[Account] = []
    if case.sender.customer_id is not None:
        own = records.accounts_of_customer(case.sender.customer_id)
    # An amount without a currency is one in the currency of an account of the customer's.
    bare = [
        Money(amount=amount, currency=c)
        for amount in words.bare_amounts
        for c in dict.fromkeys(a.currency for a in own)
    ]
    days = [day for d in words.dates if not d.relative for day in (d.value, d.other) if day is not None]
    return asked.model_copy(
        update={
            "uetr": uetr,
            "instruction_id": None,
            "references": tuple(dict.fromkeys((*related, *named))),
            "amounts": asked.amounts or (*words.amounts, *bare),
            "dates": asked.dates or tuple(days),
            "parties": asked.parties or (*words.names, *words.ibans),
            "accounts": tuple(a.account for a in own) if case.sender.customer_id is not None else None,
            "latest": "second" in words.ordinals or "last" in words.ordinals,
            "in_words": True,
        }
    )


def _cases_named(kind: str, asked: FindPayment, transaction: Transaction) -> tuple[str | None, ...]:
    if kind in ("pacs.028", "camt.110"):
        return (asked.message_id, transaction.case_id)
    if kind in _ANSWERS or kind[3:5] in ("96", "99"):
        return (related_case(transaction), transaction.case_id)
    return ()


_ANSWERS = ("camt.028", "camt.029", "camt.036", "camt.111")


def _payment(case: Case, asked: FindPayment, notebook: Notebook) -> PaymentFound:
    """The payment; a status request may name the case that it chases instead, and an answer the case it belongs to."""
    if case.named is not None and case.named.uetr is not None:
        return notebook.ask(find_payment, FindPayment(uetr=case.named.uetr))
    found = notebook.ask(find_payment, asked)
    if found.payment is not None or found.candidates:
        return found
    transaction = case.transaction
    for text in _cases_named(case.kind, asked, transaction):
        for chased in notebook.ask(cases_by_reference, OfCase(reference=text)).cases if text else ():
            if chased.uetr is not None:
                return notebook.ask(find_payment, FindPayment(uetr=chased.uetr))
    return found
