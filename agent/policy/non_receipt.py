"""Section 3: the beneficiary is said not to have the money (camt.027; camt.110 CCNR; MT n95 query 3; e-mail)."""

from agent.policy.answers import act, answer, escalate, same_kind
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import COMPLIANCE, Facts
from agent.policy.table import Table

NON_RECEIPT_ASKED = Table("3. Non-receipt, our customer asks", ("non-receipt-customer",))
NON_RECEIPT_RECEIVED = Table("3. Non-receipt, a bank asks us", ("non-receipt-received",))
asked = NON_RECEIPT_ASKED.row
received = NON_RECEIPT_RECEIVED.row

_CONFIRMING_RAILS = ("SEPA_INST", "FEDNOW")
"""Rails whose positive answer is the creditor bank's confirmation of credit."""


def _inform(reply: str) -> Verdict:
    return Verdict(disposition="PROVIDE_INFORMATION", reply=reply)


@asked("CNO-1", "no payment found", "ask the customer", "general-matching")
def not_found(f: Facts) -> Verdict | None:
    return Verdict(disposition="REQUEST_INFORMATION", reply="payment_not_found") if f.payment is None else None


@asked("CNO-2", "compliance hold", "neutral holding reply", "general-compliance-hold", "general-wording")
def under_hold(f: Facts) -> Verdict | None:
    return escalate("compliance", act("inform_compliance"), reply="holding") if f.compliance_hold else None


@asked("CNO-3", "returned or rejected (our records or the tracker's last event)", "say when funds are back")
def already_back(f: Facts) -> Verdict | None:
    rejected = f.last_event is not None and f.last_event.status == "RJCT"
    return _inform("already_back" if f.back else "rejected_on_the_way") if f.back or rejected else None


@asked("CNO-4", "the tracker's last event is ACCC, or the rail confirms credit", "tell", "tracker-statuses")
def credited(f: Facts) -> Verdict | None:
    last = f.last_event.status if f.last_event else None
    confirmed = f.rail in _CONFIRMING_RAILS and last in ("ACSC", "ACWC")
    return _inform("credited") if f.credited or last == "ACCC" or confirmed else None


@asked("CNO-5", "not released", "say what may be said and when; a fraud hold goes to the specialist")
def not_released(f: Facts) -> Verdict | None:
    if not f.unreleased:
        return None
    if f.held_for("fraud"):
        return escalate("fraud_specialist", reply="holding")
    return _inform("not_released")


@asked("CNO-6", "cover never sent, or it came back; no recall of the order open", "send the cover", "cover-missing")
def cover_missing(f: Facts) -> Verdict | None:
    if not f.cover_method or f.cover not in ("none", "back") or f.open_recall is not None:
        return None
    assert f.payment is not None
    return Verdict(
        disposition="REPAIR",
        messages=(Send(kind="pacs.009", to="cover_agent"),),
        actions=(act("send_cover", f.payment.uetr),),
        reply="being_repaired",
    )


@asked("CNO-6b", "cover sent and not settled", "trace at the cover agent; no second cover", "cover-missing")
def cover_under_way(f: Facts) -> Verdict | None:
    if not f.cover_method or f.cover != "sent":
        return None
    return Verdict(
        disposition="REQUEST_INFORMATION",
        messages=(Send(kind="camt.110", to="cover_agent", reason="CCNR"),),
        reply="enquiry_sent",
    )


@asked("CNO-7", "the tracker asks the creditor for documents (G003)", "tell what to bring", "tracker-statuses")
def documents_wanted(f: Facts) -> Verdict | None:
    last = f.last_event
    return _inform("documents_wanted") if last is not None and last.reason == "G003" else None


@asked("CNO-7a", "settlement date ahead, or the execution time not over", "state and expected date", "execution-times")
def not_yet_due(f: Facts) -> Verdict | None:
    return _inform("not_yet_due") if f.executing else None


@asked("CNO-7b", "an enquiry of ours for it is open", "stage and next chase date", "general-one-case")
def enquiry_open(f: Facts) -> Verdict | None:
    enquiry = f.open_case(
        "non_receipt_received", "non_receipt_asked_by_customer", "non_receipt", "status_enquiry", direction="sent"
    )
    if enquiry is None:
        return None
    return Verdict(disposition="PROVIDE_INFORMATION", reply="enquiry_open", link=enquiry.id)


@asked("CNO-8", "else: in flight, no final status", "enquire at the next agent", "camt-110-types", "general-no-bypass")
def enquire(f: Facts) -> Verdict | None:
    messages: tuple[Send, ...] = ()
    if f.modern:
        messages = (Send(kind="camt.110", to="next", reason="CCNR"),)
    elif f.rail == "SEPA_SCT":
        messages = (Send(kind="camt.027", to="next"),)
    elif f.rail in _CONFIRMING_RAILS:
        messages = (Send(kind="pacs.028", to="next"),)
    reply = "enquiry_in_words" if f.rail == "FPS" else "enquiry_sent"
    return Verdict(disposition="REQUEST_INFORMATION", messages=messages, reply=reply)


@received("CNI-1", "not found", "refuse", "non-receipt-answers")
def never_received(f: Facts) -> Verdict | None:
    return _refuse(f, "NOOR") if f.payment is None else None


@received("CNI-2", "credited", "amount, credit date, value date", "non-receipt-answers")
def confirmed(f: Facts) -> Verdict | None:
    if not f.credited:
        return None
    status, reason, messages = answer(f, ("CLSD", None), ("ACNR" if f.sepa else "CONF", None), say="credited")
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages, reply=words(f))


@received("CNI-3", "returned", "refuse", "non-receipt-answers")
def returned(f: Facts) -> Verdict | None:
    return _refuse(f, "ARDT") if f.state == "returned" else None


@received("CNI-4", "rejected", "refuse", "non-receipt-answers")
def rejected(f: Facts) -> Verdict | None:
    return _refuse(f, "ARJT") if f.state in ("rejected", "cancelled") else None


@received("CNI-5", "forwarded", "send the request on", "camt-serial-references", "general-no-bypass")
def forwarded(f: Facts) -> Verdict | None:
    if f.state != "forwarded":
        return None
    status, reason, messages = answer(f, ("PDNG", "FTNA"), ("FTNA", None))
    messages = () if f.sepa else (Send(kind=same_kind(f), to="next", reason="CCNR", say="asks_for_credit"), *messages)
    return Verdict(disposition="FORWARD", status=status, reason=reason, messages=messages)


@received("CNI-6", "waiting for cover", "say so", "cover-missing", "tracker-statuses")
def waiting_for_cover(f: Facts) -> Verdict | None:
    return _pend(f, "G004", "PDNG") if f.cover_method and f.cover != "settled" else None


@received("CNI-7", "held for any other cause, compliance holds included", "wait", "general-compliance-hold")
def held(f: Facts) -> Verdict | None:
    return _pend(f, "INPO", "PDNG") if f.state == "held" or f.held_for(*COMPLIANCE) else None


@received("CNI-8", "received or settled, not yet credited", "wait", "non-receipt-answers")
def not_credited(f: Facts) -> Verdict | None:
    return _pend(f, "INPO", "IPAY")


def words(f: Facts) -> str | None:
    """Words instead of a message where the rail has none for banks (FPS)."""
    return "bank_enquiry_answer" if f.rail == "FPS" and f.message != "camt.110" else None


def _refuse(f: Facts, code: str) -> Verdict:
    status, reason, messages = answer(f, ("RJCT", code), ("RJNR", code))
    return Verdict(disposition="REJECT", status=status, reason=reason, messages=messages, reply=words(f))


def _pend(f: Facts, modern: str, classic: str) -> Verdict:
    """SEPA sends nothing yet: one final answer by business day 10."""
    status, reason, messages = answer(f, ("PDNG", modern), (classic, None))
    return Verdict(
        disposition="PEND", status=status, reason=reason, messages=() if f.sepa else messages, reply=words(f)
    )
