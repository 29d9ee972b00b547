"""Outward texts to banks, for rails and situations without a message of their own: short, and codes speak (GEN-7)."""

from datetime import date
from typing import Literal

from tools.payment import Money


def note(*lines: str) -> str:
    """Join lines to a short note; an empty line is left out."""
    return "\n".join(line for line in lines if line)


def send_again(reference: str | None = None, why: str | None = None) -> str:
    """GEN-1: what arrived cannot be read or is of no use here; `why` is our own finding, never their text."""
    return note(
        f"Your message{_quoted(reference)} could not be processed{f': {why}' if why else ''}.",
        "Please send it again with the reference of the payment (UETR or original ids), amount, currency and date.",
    )


def which_payment(reference: str | None = None) -> str:
    """GEN-3: several payments fit; none is named."""
    return note(
        f"Your request{_quoted(reference)} does not single out one payment.",
        "Please give the UETR, or the original message id and instruction or transaction id.",
    )


def figures_differ(reference: str | None, stated: Money, recorded: Money, *, returned: bool = False) -> str:
    """GEN-4: the quoted original differs from the record; the mismatch is named to the neighbour that quoted it."""
    what = "return" if returned else "request"
    return note(
        f"Your {what}{_quoted(reference)} quotes {stated} as the original amount. Our record of that payment shows "
        f"{recorded}.",
        "Please tell us which payment it belongs to." if returned else "Please check and send the request again.",
    )


def received(reference: str | None = None) -> str:
    """GEN-6, STA-2: neutral; says that the message arrived and nothing of why an answer takes time."""
    return note(f"Your message{_quoted(reference)} has been received. We will come back to you.")


def enquiry_answered(
    reference: str | None, state: str | None, credited_on: date | None, money: Money | None = None
) -> str:
    """CNI on a rail without a message for it (FPS): what became of the payment; no account, no other party."""
    if credited_on is not None:
        return note(f"Your enquiry{_quoted(reference)}: {money} was credited on {credited_on.isoformat()}.")
    if state is None:
        return note(f"Your enquiry{_quoted(reference)}: we have not received that payment.")
    if state in ("returned", "rejected", "cancelled"):
        return note(f"Your enquiry{_quoted(reference)}: the payment is {state}.")
    return note(f"Your enquiry{_quoted(reference)}: the payment is in process. We will write again.")


def figures_wanted(reference: str | None = None) -> str:
    """Section 10, without rate, fee or value dates in our records: ask, and name no figure."""
    return note(
        f"For your claim{_quoted(reference)} please state the agreed and the actual value date, the rate with its "
        "source, and the agreed fee."
    )


def right_neighbour(neighbour: str | None) -> str:
    """GEN-5a: names the right neighbour and nothing else."""
    via = f"through {neighbour}" if neighbour else "through the bank that you exchanged the payment with"
    return note(f"We have no direct relation to you in this payment. Please send your request {via}.")


def payment_enquiry(
    our_reference: str, uetr: str | None, end_to_end_id: str | None, money: Money, settled_on: date
) -> str:
    """CNO-8 on FPS: the enquiry goes as text, for want of a message."""
    return note(
        f"Enquiry {our_reference}: our customer asks about a payment that we sent to you.",
        f"UETR {uetr}" if uetr else "",
        f"End-to-end id {end_to_end_id}" if end_to_end_id else "",
        f"Amount {money}, settled on {settled_on.isoformat()}",
        "Please tell us whether and on which date it was credited, or what became of it.",
    )


def without_original(kind: Literal["return", "reject"], reference: str | None, money: Money | None = None) -> str:
    """RTN-1: a return or reject came, and no original of ours fits."""
    return note(
        f"Your {kind}{_quoted(reference)}{f' of {money}' if money else ''} quotes no payment that we know.",
        "Please give the UETR, the original ids and the original settlement date.",
    )


def return_differs(reference: str | None, original: Money, returned: Money) -> str:
    """RTN-3, RTN-3a: what came back is not what was sent, and nothing stated explains it."""
    return note(
        f"Your return{_quoted(reference)}: original {original}, returned {returned}.",
        "Please explain the difference, with charges or rate, or send what is missing.",
    )


def reject_after_settlement(reference: str | None, settled_on: date) -> str:
    """REJ-3: a reject of a payment that our books show as settled."""
    return note(
        f"Your reject{_quoted(reference)} is for a payment that settled on {settled_on.isoformat()} in our books.",
        "Please confirm its final status. If it is to come back, please send a return (pacs.004).",
    )


def reason_wanted(reference: str | None) -> str:
    """RTN-8: the return's reason says nothing."""
    return note(f"Your return{_quoted(reference)} gives no reason that we can act on. Please state it.")


def no_case_of_ours(reference: str | None = None) -> str:
    """ANS-1: an answer to nothing that we asked."""
    return note(
        f"Your answer{_quoted(reference)} matches no open case of ours.",
        "Please quote our case or message id, or the UETR of the payment.",
    )


def proof_wanted(reference: str | None, code: str) -> str:
    """ANS-3b: refused as already returned, or as never received, which our books do not bear out."""
    claim = (
        "says that the payment was never received. Our records show it settled with you."
        if code == "NOOR"
        else "says that the payment came back already. Our records show no return."
    )
    ask = (
        "the date on which you looked, and look again" if code == "NOOR" else "the return's reference, date and amount"
    )
    return note(f"Your answer{_quoted(reference)} {claim}", f"Please give {ask}. Our request stays open.")


def answered_before(reference: str | None, answered_on: date | None) -> str:
    """CXI-2, GEN-2: a chaser; our last answer stands."""
    when = f" of {answered_on.isoformat()}" if answered_on else ""
    return note(f"Your request{_quoted(reference)} is known here. Our last answer{when} stands.")


def _quoted(reference: str | None) -> str:
    return f" {reference}" if reference else ""
