"""Section 4: the next bank cannot apply or execute what we sent (camt.026; camt.110 UTAP, or RQFI with UTEX).

The result holds the codes of the table; an answer to a classic camt.026 carries the camt.029 code that says the same.
"""

from agent.policy.answers import act, answer, answered_by, same_kind
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table

UNABLE_TO_APPLY = Table("4. Unable to apply", ("unable-to-apply",))
row = UNABLE_TO_APPLY.row


@row("UTA-1", "no payment found", "refuse", "camt-111-statuses")
def not_found(f: Facts) -> Verdict | None:
    return refuse(f, "NOOR") if f.payment is None else None


@row("UTA-1a", "returned, rejected or cancelled, or our recall is open", "no data given", "general-one-case")
def over(f: Facts) -> Verdict | None:
    if f.back:
        return refuse(f, "ARDT" if f.state == "returned" else "ARJT")
    if f.open_recall is None:
        return None
    messages = answer(f, ("CLSD", "CACR"), ("CWFW", None))[2]
    return Verdict(disposition="REJECT", status="CLSD", reason="CACR", messages=messages, link=f.open_recall.id)


@row(
    "UTA-1b",
    "name and account do not belong together, and we are debtor agent",
    "ask our customer by call-back; never swap name or account ourselves",
    "unable-to-apply-name-mismatch",
)
def mismatch(f: Facts) -> Verdict | None:
    if not f.name_mismatch or f.role != "debtor_agent":
        return None
    return _ask_customer(f, "call_back_details")


@row("UTA-2", "the datum asked for is in our full record", "give it", "unable-to-apply-codes", "camt-111-statuses")
def known(f: Facts) -> Verdict | None:
    if not f.data_held:
        return None
    if answered_by(f) == "camt.029":
        messages: tuple[Send, ...] = (Send(kind="camt.028", say="datum"),)
    else:
        messages = answer(f, ("CLSD", None), say="datum")[2]
    return Verdict(disposition="PROVIDE_INFORMATION", status="CLSD", messages=messages)


@row("UTA-3", "we lack it and are intermediary", "ask the instructing agent", "camt-serial-references")
def ask_upstream(f: Facts) -> Verdict | None:
    if f.role != "intermediary":
        return None
    messages = answer(f, ("PDNG", "FTNA"), ("FTNA", None))[2]
    forward = Send(kind=same_kind(f), to="previous", reason=f.reason, say="asks_for_data")
    return Verdict(disposition="FORWARD", status="PDNG", reason="FTNA", messages=(forward, *messages))


@row(
    "UTA-5a",
    "we lack it; our customer did not answer in time or cannot cure it",
    "recall: cancel after an investigation without remedy",
    "recall-reasons",
)
def no_remedy(f: Facts) -> Verdict | None:
    if f.details is None or not (f.details.answer == "no" or f.details_overdue):
        return None
    reason = "CUST" if f.sepa else "CUTA"
    send = Send(kind="camt.056", to="next", reason=reason, say="names_enquiry")
    return Verdict(disposition="REQUEST_CANCELLATION", reason=reason, messages=(send,))


@row("UTA-5", "we lack it and are debtor agent", "ask our customer", "unable-to-apply-codes")
def ask_customer(f: Facts) -> Verdict | None:
    return _ask_customer(f, "details_needed")


def _ask_customer(f: Facts, reply: str) -> Verdict:
    messages = answer(f, ("PDNG", "INPO"), ("PDNG", None))[2]
    assert f.payment is not None
    return Verdict(
        disposition="REQUEST_INFORMATION",
        status="PDNG",
        reason="INPO",
        messages=messages,
        actions=(act("ask_customer", f.payment.debtor.account),),
        reply=reply,
    )


def refuse(f: Facts, code: str) -> Verdict:
    """RJCT with the code; a classic request gets the same result, carried by a camt.029."""
    messages = answer(f, ("RJCT", code))[2]
    return Verdict(disposition="REJECT", status="RJCT", reason=code, messages=messages)
