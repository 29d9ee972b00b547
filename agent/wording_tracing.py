"""Outward texts to customers who ask where a payment is: what is proven, what is expected, what we do (GEN-7)."""

from datetime import date
from typing import Literal

from agent.plain_words import status_words
from agent.wording import About, day, letter, listed
from tools.payment import Money


def credited(
    about: About, on: date, amount: Money | None = None, charges: Money | None = None, name: str | None = None
) -> str:
    """CNO-4: proven credit; date, amount and charges."""
    deducted = f" Charges of {charges} were taken on the way." if charges and charges.amount else ""
    return letter(
        f"We have followed {about.words}. The payee's bank confirms that it credited {amount or about.money} to the "
        f"payee on {day(on)}.{deducted}",
        "If the payee still does not see it, please ask them to show this date and amount to their own bank.",
        name=name,
    )


Waiting = Literal["cutoff", "funds", "technical", "other"]
_WAITING: dict[Waiting, str] = {
    "cutoff": "It came after the time of day up to which we carry out such payments.",
    "funds": "It waits until the balance on your own account covers it.",
    "technical": "A technical matter on our side keeps it waiting, and we are sorry for that.",
    "other": "It is still being processed.",
}


def not_sent_yet(about: About, why: Waiting, expected: date | None = None, name: str | None = None) -> str:
    """CNO-5: the order has not left us; only cut-off, funds and technical causes are named."""
    return letter(
        f"We have looked at {about.words}. It has not left our bank yet.",
        _WAITING[why] + (f" We expect it to leave on {day(expected)}." if expected else ""),
        name=name,
    )


def not_due_yet(about: About, expected: date, name: str | None = None) -> str:
    """CNO-7a: the time that the rail takes is not over."""
    return letter(
        f"We have looked at {about.words}. It is on its way, and its normal time is not over yet.",
        f"The payee should have it by {day(expected)}. If it has not arrived after that day, please tell us and we "
        "will ask the banks on the way.",
        name=name,
    )


def documents_wanted(about: About, name: str | None = None) -> str:
    """CNO-7: the payee's bank waits for papers from the payee (tracker G003)."""
    return letter(
        f"We have followed {about.words}. It has reached the payee's bank, which is waiting for documents or "
        "information from the payee before it can go on.",
        "Please ask the payee to contact their bank and bring what it asks for, usually the invoice or contract.",
        name=name,
    )


def cover_on_its_way(about: About, name: str | None = None) -> str:
    """CNO-6, CNO-6b: the settlement between the banks is being completed or traced."""
    return letter(
        f"We have looked at {about.words}. The order has reached the payee's bank; the settlement between the banks is "
        "not complete yet.",
        "We are seeing to it. Please do not send the payment again. We will write to you when it is done.",
        name=name,
    )


def enquiry_sent(about: About, chase: date | None = None, name: str | None = None) -> str:
    """CNO-8: the next bank has been asked."""
    next_step = f" If there is no answer we ask again on {day(chase)}." if chase else ""
    return letter(
        f"We have asked the next bank what became of {about.words}.{next_step}",
        "Please do not send the payment again until you have heard from us.",
        name=name,
    )


def enquiry_open(about: About, asked_on: date | None, chase: date | None = None, name: str | None = None) -> str:
    """CNO-7b, ANS-4: an enquiry of ours is out; its stage and the next date."""
    since = f" on {day(asked_on)}" if asked_on else ""
    next_step = f" We ask again on {day(chase)} if nothing has come by then." if chase else ""
    return letter(
        f"We asked the other bank about {about.words}{since}, and its answer is still open.{next_step}",
        "You do not need to do anything; we will write as soon as we know more.",
        name=name,
    )


def status(
    about: About, state: str, tracker: str | None = None, tracker_reason: str | None = None, name: str | None = None
) -> str:
    """STA-3: the plain meaning of our state and of the tracker's last status."""
    return letter(f"You asked about {about.words}.", status_words(state, tracker, tracker_reason), name=name)


def charges(about: About, taken: tuple[Money, ...], name: str | None = None) -> str:
    """Which charges were taken on the way."""
    taken_words = listed(tuple(str(each) for each in taken))
    return letter(
        f"You asked about the charges of {about.words}.",
        f"On the way these were taken: {taken_words}." if taken else "Our records show no charges taken on the way.",
        name=name,
    )
