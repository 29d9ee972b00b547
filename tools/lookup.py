"""Find the payment that a request speaks of, in the matching order of the decision tables (section 0)."""

from datetime import date
from typing import Literal

from tools.bank.bank import ReadRecords
from tools.errors import Record
from tools.payment import Money, Payment
from tools.tool import read_tool

MatchedBy = Literal["uetr", "message_and_transaction", "reference", "end_to_end_id", "message", "amount_date_party"]


class FindPayment(Record):
    """What the request states of the payment; only what is stated counts."""

    uetr: str | None = None
    message_id: str | None = None
    instruction_id: str | None = None
    transaction_id: str | None = None
    end_to_end_id: str | None = None
    references: tuple[str, ...] = ()
    """References of unknown kind, as a free text or an MT related reference gives them."""
    amounts: tuple[Money, ...] = ()
    dates: tuple[date, ...] = ()
    parties: tuple[str, ...] = ()
    """Names or account numbers of debtor or creditor as stated."""
    accounts: tuple[str, ...] | None = None
    """Only payments of these accounts of ours (a customer asks); None for a bank."""
    in_words: bool = False
    """Read from a free text: its dates may be of anything, so they rule out nothing that a reference names."""
    latest: bool = False
    """The request speaks of the second, the later one, of payments that are alike."""


class PaymentFound(Record):
    """The payment, how it matched, and how many candidates there were."""

    payment: Payment | None = None
    matched_by: MatchedBy | None = None
    candidates: tuple[str, ...] = ()
    """UETRs of all candidates; more than one and no payment: the request does not single one out."""


@read_tool
def find_payment(records: ReadRecords, ask: FindPayment) -> PaymentFound:
    """Find the one payment that these references mean.

    UETR first; then original message id with instruction or transaction id; then end-to-end id with amount,
    currency and settlement date; then amount, date and party. A payment with another UETR than the one quoted
    is never a match, and amount, date and party count only when no UETR is stated and no stated id is known.
    A message named as a whole, with nothing said of any one payment, means all of its payments.
    """
    if ask.uetr is not None:
        payment = records.payment(ask.uetr)
        return PaymentFound() if payment is None else _found([payment], "uetr", ask)
    known = False
    for matched_by, rows in (
        ("message_and_transaction", _by_message(records, ask)),
        ("reference", _by_reference(records, ask)),
    ):
        known = known or bool(rows)
        if rows:
            return _found(rows, matched_by, ask)  # type: ignore[arg-type]  # a Literal widened by the tuple
    if ask.end_to_end_id is not None:
        rows = records.payments_by_end_to_end(ask.end_to_end_id)
        if rows:
            return _found([p for p in rows if _fits(p, ask)], "end_to_end_id", ask)
    whole = _by_message_alone(records, ask)
    return _found(whole, "message", ask) if whole else _by_amount(records, ask)


def _by_message(records: ReadRecords, ask: FindPayment) -> list[Payment]:
    if ask.message_id is None or (ask.instruction_id is None and ask.transaction_id is None):
        return []
    return records.payments_by_reference(ask.message_id, ask.instruction_id, ask.transaction_id)


def _by_message_alone(records: ReadRecords, ask: FindPayment) -> list[Payment]:
    """All payments of a message that is cancelled or asked about as a whole: nothing is stated of any one of them."""
    stated = (ask.instruction_id, ask.transaction_id, ask.end_to_end_id, ask.references, ask.amounts, ask.dates)
    return [] if ask.message_id is None or any(stated) else records.payments_by_reference(ask.message_id)


def _by_reference(records: ReadRecords, ask: FindPayment) -> list[Payment]:
    """An instruction or transaction id alone, or a reference of unknown kind."""
    rows: dict[str, Payment] = {}
    for text in (ask.instruction_id, ask.transaction_id):
        if text is not None and ask.message_id is None:
            rows |= {p.uetr: p for p in records.payments_by_any_reference(text)}
    for text in ask.references:
        for payment in records.payments_by_any_reference(text):
            if payment.end_to_end_id != text or _fits(payment, ask):
                rows[payment.uetr] = payment
    return list(rows.values())


def _by_amount(records: ReadRecords, ask: FindPayment) -> PaymentFound:
    rows: dict[str, Payment] = {}
    if not (ask.dates or ask.parties or ask.accounts):
        return PaymentFound()
    days = (min(ask.dates), max(ask.dates)) if ask.dates else None
    for money in ask.amounts:
        for payment in records.payments_like(money, days):
            if _dated(payment, ask) and _named(payment, ask) and _ours(payment, ask):
                rows[payment.uetr] = payment
    return _found(list(rows.values()), "amount_date_party", ask)


def _fits(payment: Payment, ask: FindPayment) -> bool:
    """Nothing stated of amount, currency and settlement date rules the payment out."""
    if ask.amounts and not any(_is_amount_of(money, payment) for money in ask.amounts):
        return False
    return ask.in_words or _dated(payment, ask)


def _is_amount_of(money: Money, payment: Payment) -> bool:
    return money in (payment.money, payment.instructed)


def _dated(payment: Payment, ask: FindPayment) -> bool:
    return not ask.dates or payment.settlement_date in ask.dates


def _named(payment: Payment, ask: FindPayment) -> bool:
    if not ask.parties:
        return True
    ours = [_key(t) for p in (payment.debtor, payment.creditor) for t in (p.name, p.account)]
    return any(_key(stated) in own or own in _key(stated) for stated in ask.parties for own in ours if own and stated)


def _key(text: str) -> str:
    return "".join(ch for ch in text.casefold() if ch.isalnum())


def _ours(payment: Payment, ask: FindPayment) -> bool:
    return ask.accounts is None or payment.debtor.account in ask.accounts or payment.creditor.account in ask.accounts


def _found(rows: list[Payment], matched_by: MatchedBy, ask: FindPayment) -> PaymentFound:
    """One row is the match; several are candidates, unless amount and date leave one of them."""
    if len(rows) > 1:
        rows = [p for p in rows if _fits(p, ask)] or rows
    uetrs = tuple(p.uetr for p in rows)
    if len(rows) > 1 and ask.latest and len({(p.creditor.account, p.amount, p.currency) for p in rows}) == 1:
        rows = [rows[-1]]
    if len(rows) != 1:
        return PaymentFound(candidates=uetrs, matched_by=matched_by if rows else None)
    return PaymentFound(payment=rows[0], matched_by=matched_by, candidates=uetrs)
