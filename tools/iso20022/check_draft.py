"""Checks a draft before it is written: what its schema cannot say, and what the writer will have to leave out."""

from collections.abc import Iterator
from datetime import date
from functools import singledispatch

from tools.errors import Violation
from tools.iso20022 import draft as drafts
from tools.iso20022.charset import outside_extended, outside_x, slash_fault
from tools.iso20022.codes import CodeBook, code_book
from tools.iso20022.reference import currency_fault, iban_fault
from tools.iso20022.write_parts import amount_text, leaf, uetr
from tools.message import Modification, Original
from tools.payment import Money, Payment, minor_units

_LINE_140 = ("camt.027", "camt.036", "camt.087")
"""Messages that hold one line of 140 characters of free text."""
_IDS = ("message_id", "instruction_id", "end_to_end_id", "transaction_id")


def validate_draft(draft: drafts.Draft, *, on: date, book: CodeBook | None = None) -> tuple[Violation, ...]:
    """Return every violation of a draft on its rail; never modifies it."""
    known = book or code_book()
    return (*_codes(draft, on, known), *_common(draft), *_specific(draft), *_money(draft, on))


def _flag(rule: str, place: str, value: str, detail: str) -> Violation:
    return Violation(rule=rule, place=place, value=value[:80], detail=detail, severity="flag")


def _block(rule: str, place: str, value: str, detail: str) -> Violation:
    return Violation(rule=rule, place=place, value=value[:80], detail=detail)


def _codes(draft: drafts.Draft, on: date, book: CodeBook) -> Iterator[Violation]:
    for place, code_set, code in _stated(draft):
        fault = book.fault(draft.message, code_set, code, rail=draft.rail, direction="out", on=on)
        if fault:
            yield Violation(rule="code", place=place, value=code, detail=f"{fault[0]}.", severity=fault[1])


def _stated(draft: drafts.Draft) -> Iterator[tuple[str, str, str]]:
    """Place, set and value of every code in a draft."""
    match draft:
        case drafts.Resolution():
            yield from _of_resolution(draft)
        case drafts.CancellationRequest() | drafts.DebitAuthorityRequest():
            yield "reason", "cancellation_reason", draft.reason
        case drafts.UnableToApply():
            yield from (("missing", "unable_to_apply_missing_data", code) for code in draft.missing)
            yield from (("incorrect", "unable_to_apply_incorrect_data", code) for code in draft.incorrect)
        case drafts.InvestigationRequest():
            yield from _of_request(draft)
        case drafts.InvestigationResponse():
            yield "status", "investigation_status", draft.status
            if draft.reason:
                yield "reason", "investigation_status_reason", draft.reason
        case drafts.PaymentReturn():
            yield from (("reasons", "return_reason", code) for code in draft.reasons)
        case drafts.StatusReport():
            yield "status", "payment_transaction_status", draft.status
            yield from (("reasons", "status_reason", code) for code in draft.reasons)
        case _:
            return


def _of_resolution(draft: drafts.Resolution) -> Iterator[tuple[str, str, str]]:
    if draft.status:
        yield "status", "investigation_execution_confirmation", draft.status
    if draft.about == "cancellation":
        yield from (("reasons", "payment_cancellation_rejection", code) for code in draft.reasons)
    elif draft.about == "non_receipt":
        yield from (("reasons", "claim_non_receipt_rejection", code) for code in draft.reasons)
    elif draft.status is None:
        # NOOR of an unknown payment goes as proprietary text: no UM code says it.
        yield from (("reasons", "payment_modification_rejection", c) for c in draft.reasons if c != "NOOR")


def _of_request(draft: drafts.InvestigationRequest) -> Iterator[tuple[str, str, str]]:
    yield "type", "investigation_type", draft.type
    if draft.sub_type:
        yield "sub_type", "investigation_sub_type", draft.sub_type
    if draft.action:
        yield "action", "investigation_action", draft.action
    if draft.action_reason:
        yield "action_reason", "investigation_action_reason", draft.action_reason
    if draft.instrument:
        yield "instrument", "investigation_instrument", draft.instrument
    for asked in draft.reasons:
        yield "reasons", "investigation_reason", asked.reason
        if asked.sub_reason:
            yield "reasons", "investigation_reason_sub_type", asked.sub_reason


def _common(draft: drafts.Draft) -> Iterator[Violation]:
    for place, line in enumerate(draft.narrative):
        if strange := outside_x(line.replace("\n", " ")):
            detail = f"Characters outside the SWIFT X set are replaced: {strange!r}."
            yield _flag("text-characters", f"narrative[{place}]", line, detail)
    if draft.message in _LINE_140 and sum(len(line) + 1 for line in draft.narrative) > 141:
        yield _flag("text-cut", "narrative", draft.narrative[0], f"{draft.message} holds 140 characters of text.")
    if isinstance(draft, drafts.CaseDraft):
        yield from _original(draft.original)
        if draft.case_id is not None and not leaf("Id", draft.case_id):
            yield _flag("reference-left-out", "case_id", draft.case_id, "A case id has 1 to 35 characters.")


def _original(original: Original) -> Iterator[Violation]:
    for field in _IDS:
        reference = getattr(original, field)
        if reference is None:
            continue
        if not leaf("Id", reference):
            detail = "The schema cannot hold it (1 to 35 characters); it is left out."
            yield _flag("reference-left-out", f"original.{field}", reference, detail)
        elif slash_fault(reference) or outside_x(reference):
            detail = "It is repeated as it came, though outside the SWIFT rules for references."
            yield _flag("reference-characters", f"original.{field}", reference, detail)
    if original.uetr is not None and not uetr("UETR", original.uetr):
        yield _flag("uetr-form", "original.uetr", original.uetr, "No UUID of version 4: the UETR is left out.")
    if original.amount is not None and amount_text(original.amount) is None:
        yield _flag("amount-left-out", "original.amount", str(original.amount), "The schema cannot hold this amount.")
    for role, who in (("debtor", original.debtor), ("creditor", original.creditor)):
        if who and who.account and who.account[:2].isalpha() and who.account[2:4].isdecimal():
            yield from _account(f"original.{role}.account", who.account)


def _account(place: str, number: str) -> Iterator[Violation]:
    compact = number.replace(" ", "")
    if len(compact) >= 15 and (fault := iban_fault(compact)):
        yield _flag("iban-checksum", place, number, f"Looks like an IBAN, but {fault}.")


@singledispatch
def _specific(draft: drafts.Draft) -> Iterator[Violation]:
    yield from ()


@_specific.register
def _(draft: drafts.Resolution) -> Iterator[Violation]:
    if draft.status == "RJCR" and not draft.reasons:
        yield _block("reason-missing", "reasons", "", "A refused cancellation gives its reason (CxlStsRsnInf).")
    if draft.status == "RJNR" and not draft.reasons:
        yield _block("reason-missing", "reasons", "", "A refused claim gives its reason (ClmNonRctDtls/Rjctd).")
    if draft.status == "PECR" and draft.resolved_amount is None:
        yield _flag("amount-missing", "resolved_amount", "", "A part cancellation should state the part (PECR).")
    if "NARR" in draft.reasons and not draft.narrative:
        yield _block("narrative-missing", "narrative", "NARR", "NARR says that the reason stands in the text.")
    if draft.narrative and draft.about == "cancellation" and draft.rail in ("SEPA_SCT", "SEPA_INST"):
        yield _block("narrative", "narrative", draft.narrative[0], "SEPA answers to a recall carry no free text.")
    elif draft.narrative and draft.about == "cancellation" and _held_back(draft):
        yield _flag("text-left-out", "narrative", draft.narrative[0], "Beside a code the text stays here.")


def _held_back(draft: drafts.Resolution) -> bool:
    return bool(draft.reasons) and "NARR" not in draft.reasons and not draft.narrative_beside_code


@_specific.register
def _(draft: drafts.CancellationRequest) -> Iterator[Violation]:
    original = draft.original
    if not (original.uetr or original.end_to_end_id or original.transaction_id or original.instruction_id):
        yield _block("reference-missing", "original", "", "The payment to cancel needs a UETR or another id.")
    if draft.reason == "NARR" and not draft.narrative:
        yield _block("narrative-missing", "narrative", "NARR", "NARR says that the reason stands in the text.")


@_specific.register
def _(draft: drafts.InvestigationRequest) -> Iterator[Violation]:
    original = draft.original
    if not (original.uetr or original.end_to_end_id or original.transaction_id or original.instruction_id):
        detail = "An interbank payment is named by instruction, end-to-end or transaction id or UETR (camt.110)."
        yield _block("reference-missing", "original", "", detail)
    if not draft.case_id:
        yield _flag("reference-missing", "case_id", "", "Best practice gives every investigation a RqstrInvstgtnId.")
    if draft.action == "RQOB" and not draft.responder_case_id:
        detail = "An objection follows an answer: quote the responder's id."
        yield _flag("reference-missing", "responder_case_id", "", detail)
    for place, asked in enumerate(draft.reasons):
        if asked.reason == "NARR" and not asked.narrative and asked.asked is None:
            detail = "NARR needs additional request data (camt.110 rule)."
            yield _block("narrative-missing", f"reasons[{place}]", "NARR", detail)


@_specific.register
def _(draft: drafts.InvestigationResponse) -> Iterator[Violation]:
    if draft.status == "RJCT" and not draft.reason:
        yield _block("reason-missing", "reason", "RJCT", "A rejected investigation gives its reason (StsRsn).")
    if draft.reason == "FTNA" and not draft.next_responder:
        yield _flag("agent-missing", "next_responder", "FTNA", "Forwarded: name the next responder.")
    if draft.reason == "NARR" and not (draft.narrative or draft.data):
        yield _block("narrative-missing", "narrative", "NARR", "NARR says that the reason stands in the text.")


@_specific.register
def _(draft: drafts.StatusReport) -> Iterator[Violation]:
    if draft.status == "RJCT" and not draft.reasons:
        yield _block("reason-missing", "reasons", "RJCT", "A reject gives its reason (StsRsnInf).")
    if "NARR" in draft.reasons and not draft.narrative:
        yield _block("narrative-missing", "narrative", "NARR", "NARR says that the reason stands in the text.")


@_specific.register
def _(draft: drafts.PaymentReturn) -> Iterator[Violation]:
    paid, returned = draft.payment.money, draft.returned
    if returned.amount <= 0:
        yield _block("amount", "returned", str(returned), "A return moves money: the amount is above zero.")
    if returned.currency != paid.currency:
        yield _flag("currency", "returned", str(returned), f"The payment was in {paid.currency}.")
    elif returned.amount > paid.amount:
        yield _block("amount", "returned", str(returned), f"More than the payment of {paid}.")
    if "NARR" in draft.reasons and not draft.narrative:
        yield _block("narrative-missing", "narrative", "NARR", "NARR says that the reason stands in the text.")
    yield from _payment(draft.payment)


@_specific.register
def _(draft: drafts.CoverPayment) -> Iterator[Violation]:
    if draft.amount and draft.amount != draft.payment.money:
        yield _block("amount", "amount", str(draft.amount), f"A cover is as high as its order: {draft.payment.money}.")
    yield from _payment(draft.payment)


@_specific.register
def _(draft: drafts.ModificationRequest) -> Iterator[Violation]:
    yield from _change("change", draft.change)
    wanted, paid = draft.change.money, draft.original.amount
    if wanted and paid and (wanted.currency != paid.currency or wanted.amount > paid.amount):
        # A flag, for another bank's request is sent on as it came; we never ask for this ourselves.
        detail = "A modification never raises the amount or changes the currency: pay the difference or cancel."
        yield _flag("modification", "change.money", str(wanted), detail)
    for field in ("debtor_agent", "creditor_agent"):
        if value := getattr(draft.change, field):
            yield _flag("not-expressible", f"change.{field}", value, "camt.087 cannot change an agent.")


@_specific.register
def _(draft: drafts.AdditionalInformation) -> Iterator[Violation]:
    yield from _change("information", draft.information)


def _change(place: str, change: Modification) -> Iterator[Violation]:
    for name in change.other:
        yield _flag("not-expressible", f"{place}.other", name, "This element has no place in the draft.")


def _payment(payment: Payment) -> Iterator[Violation]:
    if not uetr("UETR", payment.uetr):
        yield _flag("uetr-form", "payment.uetr", payment.uetr, "No UUID of version 4: the UETR is left out.")
    for role, who in (("debtor", payment.debtor), ("creditor", payment.creditor)):
        if who.account[:2].isalpha() and who.account[2:4].isdecimal():
            yield from _account(f"payment.{role}.account", who.account)
        if len(who.name) > 140:
            yield _flag("text-cut", f"payment.{role}.name", who.name, "A name holds 140 characters.")
        if strange := outside_extended(who.name):
            yield _flag("name-characters", f"payment.{role}.name", who.name, f"Replaced characters: {strange!r}.")


def _money(draft: drafts.Draft, on: date) -> Iterator[Violation]:
    """Currencies and decimals of the amounts that are ours to state."""
    for field in ("returned", "returned_instructed", "amount", "resolved_amount", "compensation"):
        money = getattr(draft, field, None)
        if not isinstance(money, Money):
            continue
        if fault := currency_fault(money.currency, on):
            yield _block("currency", field, money.currency, f"{fault}.")
        elif money.amount != round(money.amount, minor_units(money.currency)):
            detail = f"{money.currency} has {minor_units(money.currency)} decimals."
            yield _block("amount-decimals", field, str(money), detail)
