"""Section 6: missing cover (camt.110 CONR): the creditor agent has the order, not the money."""

from agent.policy.answers import act, answer
from agent.policy.disposition import Send, Verdict
from agent.policy.facts import Facts
from agent.policy.table import Table
from agent.policy.unable_to_apply import refuse

MISSING_COVER = Table("6. Missing cover", ("cover-missing", "cover-matching"))
row = MISSING_COVER.row


@row("COV-1", "no such payment of ours", "refuse", "camt-111-statuses")
def not_found(f: Facts) -> Verdict | None:
    return refuse(f, "NOOR") if f.payment is None else None


@row("COV-0", "our recall of the order is open, or the order is back", "no cover is sent", "general-one-case")
def order_over(f: Facts) -> Verdict | None:
    if f.back:
        codes = ("RJCT", "ARDT" if f.state == "returned" else "ARJT")
    elif f.open_recall is not None:
        codes = ("CLSD", "CACR")
    else:
        return None
    status, reason, messages = answer(f, codes)
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages)


@row("COV-2", "cover found and settled", "its UETR, date and agent", "camt-111-statuses")
def settled(f: Facts) -> Verdict | None:
    if f.cover != "settled":
        return None
    status, reason, messages = answer(f, ("CLSD", None), say="cover_details")
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages)


@row("COV-2b", "cover sent, not settled, not rejected", "trace at the cover agent; never a second cover")
def under_way(f: Facts) -> Verdict | None:
    if f.cover != "sent":
        return None
    status, reason, messages = answer(f, ("PDNG", "INPO"))
    if not f.cover_traced:
        messages = (*messages, Send(kind="camt.110", to="cover_agent", reason="CCNR"))
    return Verdict(disposition="PEND", status=status, reason=reason, messages=messages)


@row("COV-5", "the order was not sent by cover method", "say how it was settled; no cover is sent")
def no_cover_due(f: Facts) -> Verdict | None:
    """Ours, not in the tables: a serial payment needs no cover, and sending one would pay twice."""
    if f.payment is None or f.payment.settlement_method in (None, "COVE"):
        return None
    status, reason, messages = answer(f, ("CLSD", None), say="settled_directly")
    return Verdict(disposition="PROVIDE_INFORMATION", status=status, reason=reason, messages=messages)


@row("COV-3", "cover rejected, or returned with the money back on our books", "send a corrected cover")
def came_back(f: Facts) -> Verdict | None:
    return _repair(f) if f.cover == "back" else None


@row("COV-4", "no cover in the records", "send the cover")
def never_sent(f: Facts) -> Verdict | None:
    return _repair(f)


def _repair(f: Facts) -> Verdict:
    assert f.payment is not None
    status, reason, messages = answer(f, ("PDNG", "INPO"))
    cover = Send(kind="pacs.009", to="cover_agent")
    return Verdict(
        disposition="REPAIR",
        status=status,
        reason=reason,
        messages=(cover, *messages),
        actions=(act("send_cover", f.payment.uetr),),
    )
