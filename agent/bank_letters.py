"""Short letters to banks, where the tables ask for words and no message of the rail fits."""

from agent.policy.facts import Facts
from agent.state import Decided


def _letter(*sentences: str) -> str:
    return "Dear colleagues,\n\n" + " ".join(s for s in sentences if s) + "\n\nKind regards\nPayment investigations"


def _reference(d: Decided) -> str:
    message = d.case.message
    return f"Your message {message.message_id}. " if message and message.message_id else ""


def _payment(f: Facts) -> str:
    return f"payment {f.payment.uetr}" if f.payment else "the payment"


def unreadable(d: Decided) -> str:
    """GEN-1: we could not use the message."""
    return _letter(
        _reference(d),
        "We could not read your message as an investigation, a return or a status.",
        "Please send it again in the format of the rail, or tell us which payment it is about and what you ask.",
    )


def which_payment(d: Decided) -> str:
    """GEN-3, STA-1: none or several payments fit."""
    return _letter(
        _reference(d),
        "With the references given we could not identify one single payment.",
        "Please give us the UETR, or message id with transaction id, amount, currency and settlement date.",
    )


def amount_differs(d: Decided) -> str:
    """GEN-4: name the mismatch."""
    f = d.facts
    quoted = str(f.stated) if f.stated else ", ".join(str(m) for m in d.reading.amounts)
    ours = f"our record of {_payment(f)} shows {f.payment.money}" if f.payment else ""
    return _letter(_reference(d), f"You quote {quoted}; {ours}.", "Please check which payment you mean.")


def holding(d: Decided) -> str:
    """GEN-6, STA-2: neutral."""
    return _letter(_reference(d), "We have received your message and will come back to you.")


def enquiry_answer(d: Decided) -> str:
    """Answer to a bank on a rail without a message for it (FPS)."""
    f = d.facts
    payment = f.payment
    if payment is None:
        return _letter(_reference(d), "We have not received the payment that you ask about.")
    if f.credited:
        on = payment.credited_at.date() if payment.credited_at else payment.settlement_date
        said = f"The payment {payment.uetr} of {payment.money} was credited on {on}."
    elif f.back:
        said = f"The payment {payment.uetr} is {payment.state}."
    else:
        said = f"The payment {payment.uetr} is in process; we will write again."
    return _letter(_reference(d), said)


def no_original(d: Decided) -> str:
    """RTN-1: the return or reject matches no payment of ours."""
    return _letter(
        _reference(d),
        "We find no payment of ours that your message refers to.",
        "Please give us the original UETR, message id and amount.",
    )


def return_too_much(d: Decided) -> str:
    """RTN-3: more came back than was sent, or another currency without a rate."""
    f = d.facts
    original = f.payment.money if f.payment else ""
    return _letter(
        _reference(d),
        f"You returned {f.returned_amount} for {_payment(f)} of {original}.",
        "Please explain the difference and state the rate or charges applied.",
    )


def reject_unreconciled(d: Decided) -> str:
    """REJ-3: rejected there, settled here."""
    f = d.facts
    return _letter(
        _reference(d),
        f"You report {_payment(f)} as rejected, while our records show it as {f.state}.",
        "Please confirm its state, and whether funds were received or are being returned.",
    )


def figures_missing(d: Decided) -> str:
    """Section 10: no rate, tariff or value date in our records, so no figure."""
    return _letter(
        _reference(d),
        f"For your claim on {_payment(d.facts)} please state the agreed and actual value date, the rate and its source, "
        "and the agreed fee.",
    )


def no_case_of_ours(d: Decided) -> str:
    """ANS-1: an answer without a question of ours."""
    return _letter(
        _reference(d),
        "Your answer matches no case of ours.",
        "Please give us our case or message reference to which you answer.",
    )


def answer_contradicted(d: Decided) -> str:
    """ANS-3b: the answer is not what our records show."""
    f = d.facts
    if "NOOR" in f.reasons:
        said = f"You answer that {_payment(f)} was never received; our records hold a confirmation of receipt from you."
    else:
        said = f"You answer that {_payment(f)} was returned or rejected; we have received no such return."
    return _letter(_reference(d), said, "Please check, and give us the reference and date.")
