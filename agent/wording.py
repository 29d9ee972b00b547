"""Outward texts to customers: plain and kind, nothing promised, nothing told that is not the reader's to know (GEN-7).

Each function turns typed values into one letter. None of them takes a free text from outside. Words that hint at a
hold, at suspicion or at the state of somebody else's account stand nowhere here, nor does any word that a reader could
take for an assurance that money comes back: a recall is a request, not a right. Where the
money is: agent/wording_tracing.py; texts to banks: agent/wording_banks.py.
"""

from datetime import date
from typing import Literal

from agent.plain_words import refusal_reason, return_reason, what_to_do
from tools.errors import Record
from tools.payment import Money


class About(Record):
    """The payment that a letter speaks of, as the reader knows it."""

    money: Money
    on: date
    payee: str | None = None
    """The payee as the reader's own order names it."""
    reference: str | None = None
    """The reader's own reference (end-to-end id)."""

    @property
    def words(self) -> str:
        to = f" to {_line(self.payee)}" if self.payee else ""
        reference = f" (reference {_line(self.reference)})" if self.reference else ""
        return f"your payment of {self.money}{to} dated {day(self.on)}{reference}"


def _line(text: str) -> str:
    """Keep a name or reference to one short line, whatever it holds."""
    return " ".join(text.split())[:70]


def day(on: date) -> str:
    """Write a date so that no reader takes the month for the day."""
    return f"{on.day} {on:%B %Y}"


def mask(account: str) -> str:
    """Name an account by its last four characters; outward texts never carry more of it."""
    return f"the account ending {''.join(account.split())[-4:]}"


def letter(*paragraphs: str, name: str | None = None) -> str:
    """Join paragraphs to a letter; an empty paragraph is left out."""
    body = "\n\n".join(paragraph for paragraph in paragraphs if paragraph)
    return f"Dear {name or 'customer'},\n\n{body}\n\nKind regards\nPayment services"


# Before any table.


def call_back(name: str | None = None) -> str:
    """GEN-5b, FRD-0, RTN-5: ask to speak, disclose nothing, not even that a payment exists."""
    return letter(
        "Thank you for writing to us. Before we act on a message like yours we speak to you in person.",
        "We will call you on the telephone number that we have on file for you. If you prefer, call us on the number "
        "printed on your bank card or statement. Please do not send account details or passwords by e-mail.",
        name=name,
    )


def which_payment(missing: tuple[str, ...] = (), name: str | None = None) -> str:
    """GEN-3, CXO-1, CNO-1, STA-1: the payment could not be found, or several fit."""
    wanted = missing or ("the payment reference", "the exact amount and currency", "the date", "the name of the payee")
    return letter(
        "Thank you for your message. With what it says we could not identify one single payment.",
        f"Please send us as much as you have of this: {listed(wanted)}.",
        "As soon as we have it we go on.",
        name=name,
    )


def figures_differ(about: About, stated: Money, name: str | None = None) -> str:
    """GEN-4: the amount quoted is not the amount on record."""
    return letter(
        f"You wrote of {stated}. For {about.words} our records show {about.money}.",
        "Please check which payment you mean and tell us; until then we leave everything as it is.",
        name=name,
    )


def received(name: str | None = None) -> str:
    """GEN-5, GEN-6, CNO-2, STA-2 and every matter that a specialist looks at: a neutral holding reply."""
    return letter(
        "Thank you for your message. We have received it and are looking into it.",
        "We will come back to you as soon as we can say more. You do not need to do anything at the moment.",
        name=name,
    )


def linked(about: About, name: str | None = None) -> str:
    """GEN-2, CXO-3, section 15: the same matter is open already."""
    return letter(
        f"Thank you for your message about {about.words}. We are already working on it, and have added your message.",
        "You will hear from us as soon as there is an answer; there is no need to ask again.",
        name=name,
    )


def recalled_once(about: About, name: str | None = None) -> str:
    """CXO-3 where the one recall that the scheme allows is over: no second one, and no answer to wait for."""
    return letter(
        f"You asked us to recall {about.words}. We asked the other bank for it before, and that request is over. The "
        "payment scheme allows such a request once, so we cannot send it again.",
        "You may turn to the payee directly. If you need the details of the payment for that, please ask us.",
        name=name,
    )


# Recall of a payment that the customer sent.


def stopped_before_release(about: About, name: str | None = None) -> str:
    """CXO-4, FRD-1: the order had not left us."""
    return letter(
        f"We have stopped {about.words}. It had not left our bank, and it will not be carried out.",
        "If you still want to pay, please give us a new order.",
        name=name,
    )


def recall_sent(about: About, answer_by: date | None = None, name: str | None = None) -> str:
    """CXO-8: the recall is a request, not a right."""
    expect = f" We expect its answer by {day(answer_by)} and ask again if none comes." if answer_by else ""
    return letter(
        f"As you asked, we have requested the recall of {about.words} from the next bank.",
        "A recall is a request. The other bank, and where the money has reached the payee also the payee, decides "
        f"whether to agree, and may decline.{expect}",
        "Please do not send the payment again until you have heard from us.",
        name=name,
    )


def recall_outside_window(
    about: About, last_day: date, other_route_until: date | None = None, name: str | None = None
) -> str:
    """CXO-7: too late for this reason; the other route is named where it is still open."""
    other = (
        f"Another request is still possible until {day(other_route_until)}: we can ask the payee's bank, as your own "
        "wish. Its answer is open. Please tell us whether we should."
        if other_route_until
        else "You may turn to the payee directly. If you need the details of the payment for that, please ask us."
    )
    return letter(
        f"You asked us to recall {about.words}. For the reason that you give, the payment scheme takes such requests "
        f"until {day(last_day)} only, so we cannot send it.",
        other,
        name=name,
    )


def pay_the_difference(about: About, meant: Money | None = None, name: str | None = None) -> str:
    """CXO-5: less was sent than meant; nothing needs to come back."""
    rest = meant - about.money if meant and meant.currency == about.money.currency and about.money < meant else None
    return letter(
        f"Thank you for telling us about {about.words}. Less was sent than you meant, so a recall is not needed.",
        f"We suggest that you pay the difference{f' of {rest}' if rest else ''} with a new order to the same payee.",
        name=name,
    )


def no_twin(about: About, name: str | None = None) -> str:
    """CXO-6: a duplicate is claimed and the records hold no second payment."""
    return letter(
        f"You told us that {about.words} was made twice. We have looked, and our records show it once.",
        "Please tell us the reference and the date of the other payment that you mean, or send a copy of the statement "
        "that shows both.",
        name=name,
    )


def cancelled_before(about: About, name: str | None = None) -> str:
    """CXO-2 for an order that was cancelled: nothing left us."""
    return letter(
        f"You asked us to stop {about.words}. It was cancelled before; it did not leave our bank, and it will not be "
        "carried out.",
        name=name,
    )


# A payment came back, details are wanted, a payment came back, somebody asks for money.


def came_back(about: About, on: date | None, reason: str | None, amount: Money | None, name: str | None = None) -> str:
    """CXO-2, CNO-3, FRD-2, RTN: the payment came back; why is worded by GEN-7."""
    returned = amount or about.money
    when = f" on {day(on)}" if on else ""
    less = "" if returned == about.money else " The amount differs because of charges or rates on the way."
    return letter(
        f"We have news about {about.words}: it did not reach the payee. {returned} came back to us{when}.{less}",
        return_reason(reason),
        what_to_do(reason),
        name=name,
    )


def rejected_on_the_way(about: About, on: date | None, reason: str | None, name: str | None = None) -> str:
    """CNO-3 by the tracker alone: another bank rejected it, and nothing is back on our books yet."""
    when = f" on {day(on)}" if on else ""
    return letter(
        f"We have news about {about.words}: another bank on the way rejected it{when}, and it did not reach the payee. "
        "The amount is not back with us yet; it comes back through the banks on the way, and we will write to you when "
        "it has.",
        return_reason(reason),
        what_to_do(reason),
        name=name,
    )


def turned_down(about: About, reason: str | None, name: str | None = None, *, free: bool = True) -> str:
    """REJ-1, REJ-2: rejected before anything settled; whether the reserved amount is free again may be open."""
    available = " The amount that we had set aside for it is available on your account." if free else ""
    return letter(
        f"We have news about {about.words}: it was turned down on the way and is not carried out.{available}",
        return_reason(reason),
        what_to_do(reason),
        name=name,
    )


def details_wanted(about: About, what: tuple[str, ...] = (), name: str | None = None) -> str:
    """UTA-1b, UTA-5: the next bank lacks a datum; asked by call-back, never corrected by ourselves."""
    wanted = f" It asks for: {listed(what)}." if what else ""
    return letter(
        f"The other bank cannot carry out {about.words} with the details that it has.{wanted}",
        "We will call you on the telephone number on file to go through them with you. Please have your invoice or "
        "contract at hand, and please do not send the payment again.",
        name=name,
    )


def short_return(about: About, came: Money, on: date | None = None, name: str | None = None) -> str:
    """RTN-3a: less came back than was sent, and nothing explains it."""
    when = f" on {day(on)}" if on else ""
    return letter(
        f"We have news about {about.words}: it did not reach the payee. {came} came back to us{when} and is credited "
        "to your account.",
        "That is less than was sent, and we have asked the other bank why. We will write to you when it answers.",
        name=name,
    )


def recall_settled(about: About, came: Money, rest: Money | None = None, name: str | None = None) -> str:
    """RTN-2, ANS-2a: the recall was agreed and the money is here."""
    part = f" That is part of the payment; our request for the rest, {rest}, stays open." if rest else ""
    return letter(
        f"The other bank has agreed to our request about {about.words}, and {came} has reached us.{part}", name=name
    )


def recall_agreed(about: About, chase: date | None = None, name: str | None = None) -> str:
    """ANS-2: agreed and announced, not here yet."""
    next_step = f" If nothing has arrived by {day(chase)} we ask again." if chase else ""
    return letter(
        f"The other bank has told us that it agrees to our request about {about.words}.",
        f"Nothing has arrived here yet, so please do not count on it before we write again.{next_step}",
        name=name,
    )


def recall_refused(about: About, reason: str | None, next_route: str | None = None, name: str | None = None) -> str:
    """ANS-3: the answer is no; why by GEN-7; which route is left."""
    route = {
        "RFRO": "We can still ask the payee's bank once more, as your own wish. Please tell us whether we should.",
        "payee": "You may turn to the payee directly. If you need the details of the payment for that, please ask us.",
    }
    return letter(
        f"The other bank has answered our request about {about.words}: it does not agree. {refusal_reason(reason)}",
        route.get(next_route or "payee", route["payee"]),
        name=name,
    )


def answer_arrived(
    about: About,
    outcome: Literal["done", "credited", "changed", "passed_on"],
    name: str | None = None,
    *,
    booked: Money | None = None,
    on: date | None = None,
) -> str:
    """ANS-5: what was asked for is answered; an amount and a day only as the other bank confirms them."""
    said = {
        "done": "The other bank has answered, and the matter is settled on its side.",
        "credited": "The other bank confirms that the payment was carried out.",
        "changed": "The other bank has made the change that we asked for.",
        "passed_on": "The other bank has passed the information on to the payee.",
    }[outcome]
    when = f" on {day(on)}" if on else ""
    figures = f" It booked {booked}{when}." if booked else ""
    return letter(f"We have an answer about {about.words}. {said}{figures}", name=name)


def debit_authority(
    money: Money, credited_on: date, account: str, answer_by: date | None = None, name: str | None = None
) -> str:
    """CXI-15: ask our customer, the payee, whether we may return a payment; never sent where fraud is the reason."""
    until = f" Please answer by {day(answer_by)}." if answer_by else ""
    return letter(
        f"On {day(credited_on)} you received {money} on {mask(account)}. The sender's bank has asked us to return it.",
        f"We do that only if you agree. Please tell us yes or no; both are fine.{until}",
        "Please answer only through your usual way to us, and do not send the money to anybody yourself.",
        name=name,
    )


# The customer reports that somebody deceived them.


def report_received(
    about: About | None = None,
    decide_by: date | None = None,
    name: str | None = None,
    *,
    step: Literal["contact", "asked", "look"] = "contact",
) -> str:
    """FRD-1 to FRD-3: reassurance and next steps; recovery and any claim are two things, and neither is promised.

    `contact`: the other bank is asked now; `asked`: it was asked before; `look`: nobody outside hears of it yet.
    """
    does = {
        "contact": "we contact the bank that has the payment, and we",
        "asked": "the bank that has the payment was asked before; our specialists follow that up, and we",
        "look": "our specialists look into it, and we",
    }[step]
    unknown = "how it will end" if step == "look" else "how the other bank will answer"
    which = f" We are acting on {about.words} now." if about else " We are acting on it now."
    claim = (
        f" Your claim is looked at apart from that; you will have our answer by {day(decide_by)}." if decide_by else ""
    )
    return letter(
        f"Thank you for telling us so quickly; that was the right thing to do, and it can happen to anybody.{which}",
        f"What we do: {does} stop further payments to this payee from your account. We cannot say today {unknown}."
        f"{claim}",
        "What you can do: please do not pay or message the other person again, keep all messages and receipts, change "
        "your passwords, and never share a code with anybody, even if they say that they are calling from us. We will "
        "call you on the telephone number on file.",
        name=name,
    )


def listed(items: tuple[str, ...]) -> str:
    return items[0] if len(items) == 1 else ", ".join(items[:-1]) + " and " + items[-1] if items else ""
