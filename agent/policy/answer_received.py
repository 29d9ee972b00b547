"""Section 14: an answer received (camt.029, camt.111, MT n96) to a case of ours."""

from agent.policy.answers import act, escalate
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from tools.payment import Money

ANSWER_RECEIVED = Table("14. Answer received", ("answer-received",))
row = ANSWER_RECEIVED.row

_AGREED = ("CNCL", "IPAY", "PECR", "ACCR")
_REFUSED = ("RJCR", "RJCT", "RJNR", "RJVA", "RJMOD")
_PENDING = ("PDCR", "PDNG", "FTNA", "ACSP", "ACTC", "ACCP", "ACWP", "UWFW", "CWFW", "MWFW")
_RECALLS = ("recall", "fraud_report", "cancellation_received")
_NON_RECEIPT = ("non_receipt", "non_receipt_received", "non_receipt_asked_by_customer")


def _about_money(f: Facts) -> bool:
    """The case asked for money back, so a yes announces a return."""
    return f.our_case is not None and f.our_case.type in _RECALLS


@row("ANS-1", "matches no case of ours", "ask the sender", "general-matching")
def no_case(f: Facts) -> Verdict | None:
    return Verdict(disposition="REQUEST_INFORMATION", reply="no_case_of_ours") if f.our_case is None else None


def _agreed(f: Facts) -> bool:
    if f.answer_status in _AGREED:
        return _about_money(f) or f.answer_status in ("CNCL", "PECR")
    return f.answer_status == "CLSD" and f.announces_return and _about_money(f)


@row("ANS-2a", "agreed, and the return is here", "close (part: the rest stays open)", "answer-closing")
def agreed_and_paid(f: Facts) -> Verdict | None:
    if not _agreed(f) or not (f.returned or f.state == "returned"):
        return None
    case = f.our_case.id if f.our_case else ""
    still = rest_of(f)
    part = f.answer_status == "PECR" and f.came_back is None
    keep = act("keep_recall_open_for_rest", case, str(still) if still else "")
    rest = keep if part or still else act("close_case", case)
    return Verdict(disposition="PROVIDE_INFORMATION", actions=(rest,), reply="recall_honoured", link=case)


def rest_of(f: Facts) -> Money | None:
    """What the returns in our records leave open of the payment; None where nothing or where currencies differ."""
    sent = f.payment.money if f.payment else None
    came = f.came_back
    if sent is None or came is None or came.currency != sent.currency or came >= sent:
        return None
    return sent - came


@row("ANS-2", "agreed; the return is not here yet", "wait for the money, with a chase date", "return-recall-reversal")
def agreed_only(f: Facts) -> Verdict | None:
    if not _agreed(f):
        return None
    return Verdict(disposition="PEND", actions=(act("chase_return", f.our_case.id if f.our_case else "", _by(f)),))


@row("ANS-3a", "refused with INDM or IDMN", "decide on an indemnity; not a final no", "answer-indemnity")
def indemnity(f: Facts) -> Verdict | None:
    wanted = any(code in ("INDM", "IDMN") for code in f.reasons)
    if f.answer_status not in _REFUSED or not wanted:
        return None
    return escalate("approver", act("decide_indemnity", f.our_case.id if f.our_case else ""))


@row(
    "ANS-3b",
    "ARDT or ARJT and no return in our records, or NOOR on a payment settled with proof of receipt",
    "ask the sender; stays open",
    "answer-closing",
)
def contradicted(f: Facts) -> Verdict | None:
    if f.answer_status not in _REFUSED:
        return None
    back = f.returned or f.state == "returned"
    claimed_back = any(code in ("ARDT", "ARJT") for code in f.reasons) and not back and f.state != "rejected"
    denied = "NOOR" in f.reasons and f.state in ("settled", "credited") and f.proof_of_receipt
    if not claimed_back and not denied:
        return None
    return Verdict(disposition="REQUEST_INFORMATION", reply="answer_contradicted")


@row("ANS-3", "refused otherwise", "tell the requester; close; name the next route", "recall-refusal-codes")
def refused(f: Facts) -> Verdict | None:
    if f.answer_status not in _REFUSED:
        return None
    case = f.our_case
    assert case is not None
    actions = [act("close_case", case.id)]
    if case.reason in ("DUPL", "TECH"):
        actions.append(act("offer_next_route", case.id))
    if case.reason == "FRAD":
        actions.append(act("keep_fraud_case_open", case.id, "with fraud_specialist"))
    reply = "recall_refused" if _about_money(f) else "answer_refused"
    return Verdict(disposition="PROVIDE_INFORMATION", actions=tuple(actions), reply=reply, link=case.id)


@row("ANS-4", "pending or passed on", "chase at the clock's next date", "recall-interim-codes")
def pending(f: Facts) -> Verdict | None:
    if f.answer_status not in _PENDING:
        return None
    return _chase(f)


@row(
    "ANS-6",
    "closed, but what we asked for is missing",
    "object: answer insufficient",
    "camt-110-types",
)
def insufficient(f: Facts) -> Verdict | None:
    if f.answer_status != "CLSD" or f.answer_has_content:
        return None
    return Verdict(
        disposition="REQUEST_INFORMATION", messages=(Send(kind="camt.110", reason="IRIC", say="answer_insufficient"),)
    )


@row(
    "ANS-5",
    "closed with what was asked for, confirmed, or modified (IPAY on a non-receipt claim: wait)",
    "tell the requester; close",
    "answer-closing",
)
def answered(f: Facts) -> Verdict | None:
    case = f.our_case
    assert case is not None
    if f.answer_status == "IPAY":
        return _chase(f)
    close = act("close_case", case.id)
    return Verdict(disposition="PROVIDE_INFORMATION", actions=(close,), reply="answer_given", link=case.id)


def _chase(f: Facts) -> Verdict:
    case = f.our_case.id if f.our_case else ""
    return Verdict(disposition="PEND", actions=(act("chase_answer", case, _by(f)),), link=case)


def _by(f: Facts) -> str:
    return f"on {f.chase_on}" if f.chase_on else ""
