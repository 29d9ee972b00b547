"""Section 7: a return (pacs.004) or a reject (pacs.002 RJCT) received, for a payment that we sent."""

from agent.policy.answers import act, escalate
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.proposal import Action
from tools.payment import Money

RETURN_RECEIVED = Table("7. Return received", ("return-received", "return-reasons"))
REJECT_RECEIVED = Table("7. Reject received", ("reject-vs-return", "return-reasons"))
returned = RETURN_RECEIVED.row
rejected = REJECT_RECEIVED.row

_REGULATORY = ("LEGL", "RR04", "AM07", "FR01", "FRAD")
_ASK_CUSTOMER = (
    *("AC01", "AC03", "BE01", "BE04", "BE05", "BE06", "BE07", "BE22", "RR01", "RR02", "RR03"),
    *("RC01", "RC03", "RC04", "RC08", "RC11", "AGNT"),
)
_ACCOUNT_GONE = ("AC04", "AC06", "AC07", "MD07")
_DUPLICATE = ("AM05", "DUPL")
_SAYS_NOTHING = ("MS02", "MS03", "NARR")


@returned("RTN-1", "no original found", "ask the returning agent; suspense with owner and age", "return-suspense")
@rejected("RTN-1", "no original found", "ask the rejecting agent; suspense with owner and age", "return-suspense")
def no_original(f: Facts) -> Verdict | None:
    if f.payment is not None:
        return None
    return Verdict(disposition="REQUEST_INFORMATION", actions=(_suspense(f),), reply="no_original")


@returned("RTN-0a", "we are intermediary in the original", "pass the return on; never credit the debtor")
def pass_on(f: Facts) -> Verdict | None:
    if f.role != "intermediary":
        return None
    return Verdict(disposition="FORWARD", money=True, messages=(Send(kind="pacs.004", to="previous", reason=f.reason),))


@returned("RTN-0b", "the original is a cover", "corrected cover; the debtor is not credited", "cover-missing")
def cover_back(f: Facts) -> Verdict | None:
    if f.payment is None or f.payment.covers is None or not f.order_alive:
        return None
    return Verdict(
        disposition="REPAIR",
        messages=(Send(kind="pacs.009", to="cover_agent"),),
        actions=(act("book_to_cover_suspense", f.payment.uetr),),
    )


@returned("RTN-0c", "debtor account closed, blocked or deceased", "suspense with owner and age", "return-suspense")
def nowhere_to_credit(f: Facts) -> Verdict | None:
    account = f.debtor_account
    if account is None or account.status == "open":
        return None
    return escalate("approver", _suspense(f))


@returned("RTN-2", "FOCR, and a recall of ours is open", "credit what came; close the recall", "recall-partial")
def recall_honoured(f: Facts) -> Verdict | None:
    recall = f.open_recall
    if f.reason != "FOCR" or recall is None:
        return None
    part = _less(f) and not _explained(f)
    rest = act("keep_recall_open_for_rest", recall.id, str(_missing(f))) if part else act("close_recall", recall.id)
    actions = [_credit(f), rest]
    if recall.reason == "FRAD":
        actions.insert(0, act("check_reimbursement_paid", recall.id))
    return Verdict(disposition="ACCEPT", actions=tuple(actions), reply="recall_honoured", link=recall.id)


def _regulatory(f: Facts, then: Action, reply: str) -> Verdict | None:
    held = f.reason in ("AC06", "AG01") and bool(f.holds)
    if f.reason not in _REGULATORY and not held:
        return None
    specialist = f.reason in ("FR01", "FRAD")
    return escalate("fraud_specialist" if specialist else "compliance", then, reply=reply)


@returned(
    "RTN-4",
    "LEGL, RR04, AM07, FR01, FRAD; AC06 or AG01 with a hold on our side",
    "compliance or the fraud specialist decides; neutral wording",
    "general-wording",
)
def regulatory(f: Facts) -> Verdict | None:
    return _regulatory(f, _suspense(f), "returned_neutral")


@returned("RTN-3", "more than the original, or another currency without a rate", "ask; suspense", "return-amounts")
def too_much(f: Facts) -> Verdict | None:
    came, sent = f.returned_amount, f.payment.money if f.payment else None
    if came is None or sent is None:
        return None
    other_currency = came.currency != sent.currency and not f.return_has_rate
    if not other_currency and (came.currency != sent.currency or came.amount <= sent.amount):
        return None
    return Verdict(disposition="REQUEST_INFORMATION", actions=(_suspense(f),), reply="return_too_much")


@returned(
    "RTN-3a", "less, and stated charges do not explain it", "credit what came, now; ask for the rest", "return-amounts"
)
def too_little(f: Facts) -> Verdict | None:
    if not _less(f) or _explained(f):
        return None
    return Verdict(
        disposition="RETURN_FUNDS",
        actions=(_credit(f), act("ask_for_difference", "returning agent", str(_missing(f)))),
        reply="returned_less",
    )


@returned("RTN-5", "wrong details (AC01, AC03, BE…, RR01-RR03, RC…, AGNT)", "credit; call back for corrected details")
def wrong_details(f: Facts) -> Verdict | None:
    if f.reason not in _ASK_CUSTOMER:
        return None
    call_back = act("call_back", "number on file", "corrected details; never re-send unchanged")
    return Verdict(disposition="RETURN_FUNDS", actions=(_credit(f), call_back), reply="returned_details")


@returned(
    "RTN-6", "AC04, AC06, AC07, MD07", "credit; stop standing orders (AC06: tell, do not stop)", "general-wording"
)
def account_gone(f: Facts) -> Verdict | None:
    if f.reason not in _ACCOUNT_GONE or f.payment is None:
        return None
    then = act("tell_customer" if f.reason == "AC06" else "stop_standing_orders", f.payment.creditor.account)
    return Verdict(disposition="RETURN_FUNDS", actions=(_credit(f), then), reply="returned_account")


@returned("RTN-7", "AM05, DUPL", "credit; check that the twin was credited", "recall-duplicate-proof")
def duplicate(f: Facts) -> Verdict | None:
    if f.reason not in _DUPLICATE:
        return None
    check = act("check_twin_credited", f.twin or "")
    return Verdict(disposition="RETURN_FUNDS", actions=(_credit(f), check), reply="returned_duplicate")


@returned("RTN-8", "all others", "credit; ask only if the reason says nothing")
def otherwise(f: Facts) -> Verdict | None:
    vague = f.reason is None or f.reason in _SAYS_NOTHING
    actions = (_credit(f), act("ask_for_reason", "returning agent")) if vague else (_credit(f),)
    return Verdict(disposition="RETURN_FUNDS", actions=actions, reply="returned_other")


@rejected("REJ-3", "our records show it settled or credited", "no credit yet; unreconciled", "reject-vs-return")
def but_settled(f: Facts) -> Verdict | None:
    if f.state not in ("settled", "credited"):
        return None
    return Verdict(disposition="REQUEST_INFORMATION", actions=(act("mark_unreconciled"),), reply="reject_unreconciled")


@rejected("REJ-1", "reasons as RTN-4", "as RTN-4; reservation released unless compliance says no", "general-wording")
def regulatory_reject(f: Facts) -> Verdict | None:
    release = act("release_reservation", f.payment.uetr if f.payment else "", "unless compliance says no")
    return _regulatory(f, release, "rejected_neutral")


@rejected("REJ-2", "else: nothing settled", "release the reserved amount; tell by RTN-5 to RTN-8")
def release(f: Facts) -> Verdict | None:
    assert f.payment is not None
    if f.reason in _ASK_CUSTOMER:
        reply = "rejected_details"
    elif f.reason in _ACCOUNT_GONE:
        reply = "rejected_account"
    else:
        reply = "rejected_other"
    actions = [act("release_reservation", f.payment.uetr)]
    if f.reason is not None and f.reason.startswith(("RC", "FF")):
        actions.append(act("correct_and_send_anew", f.payment.uetr, "under a new UETR"))
    return Verdict(disposition="PROVIDE_INFORMATION", actions=tuple(actions), reply=reply)


def _less(f: Facts) -> bool:
    came, sent = f.returned_amount, f.payment.money if f.payment else None
    return came is not None and sent is not None and came.currency == sent.currency and came.amount < sent.amount


def _explained(f: Facts) -> bool:
    """The stated charges make up the whole difference."""
    charges, missing = f.return_charges, _short(f)
    return charges is not None and charges.currency == missing.currency and charges.amount == missing.amount


def _short(f: Facts) -> Money:
    assert f.payment is not None
    assert f.returned_amount is not None
    return f.payment.money - f.returned_amount


def _missing(f: Facts) -> Money:
    """What neither came back nor is explained by a stated charge."""
    charges, short = f.return_charges, _short(f)
    same = charges is not None and charges.currency == short.currency and charges < short
    return short - charges if same and charges is not None else short


def _credit(f: Facts) -> Action:
    assert f.payment is not None
    came: Money = f.returned_amount or f.payment.money
    return act("credit_debtor", f.payment.debtor.account, str(came))


def _suspense(f: Facts) -> Action:
    return act("book_to_suspense", f.payment.uetr if f.payment else "", "with owner and age")
