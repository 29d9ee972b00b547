"""Codes in plain words for customers: what a return, refusal or status means, and what to do next (GEN-7)."""

GEN7_CODES = frozenset(
    ["LEGL", "RR04", "RR05", "RR06", "RR07", "RR08", "RR09", "AC06", "AC16", "AM07", "FR01", "FRAD", "MD07", "AM04"]
)  # decision tables, GEN-7
GEN7_HOLDS = frozenset(("sanctions", "legal", "aml", "fraud"))

NEUTRAL = "The other bank was not able to apply the payment, and it gave no further detail that we may share."
NEUTRAL_RETURN = "The other bank was not able to return the payment, and it gave no further detail that we may share."

# Facts section T15: what a status proves and what it does not. Only ACCC proves credit.
_STATUS: dict[str, str] = {
    "ACSP": "It is on its way: the banks involved have accepted it and are passing it on.",
    "ACSP/G000": "It has been passed on to the next bank and is on its way.",
    "ACSP/G001": "It has been passed on to a bank that does not report further steps, so there may be no more updates.",
    "ACSP/G002": "It is on its way; it may not be credited on the same day.",
    "ACSP/G003": "It has reached the payee's bank, which waits for documents or information from the payee.",
    "ACSP/G004": "It has reached the payee's bank, which waits for the settlement between the banks.",
    "ACSP/G005": "It has been delivered to the payee's bank. Credit to the payee is not confirmed yet.",
    "ACSP/G006": "It has been delivered to the payee's bank. Credit to the payee is not confirmed yet.",
    "ACSC": "Settlement between the banks is complete. Credit to the payee is not confirmed yet.",
    "ACCC": "It has been credited to the payee.",
    "ACWP": "The payee's bank has accepted it and has not posted it yet.",
    "PDNG": "It is still being processed.",
    "BLCK": "It is still being processed.",
    "RJCT": "It did not reach the payee: it was turned down on the way.",
}
_STATE: dict[str, str] = {
    "received": "We have your order, and it has not left our bank yet.",
    "held": "We have your order, and it has not left our bank yet.",
    "released": "It has left our bank. Credit to the payee is not confirmed yet.",
    "settled": "Settlement between the banks is complete. Credit to the payee is not confirmed yet.",
    "forwarded": "It has been passed on to the next bank. Credit to the payee is not confirmed yet.",
    "credited": "It has been credited to the payee.",
    "returned": "It did not reach the payee and came back to us.",
    "rejected": "It did not reach the payee: it was turned down on the way.",
    "cancelled": "It was cancelled and is not carried out.",
}
_REFUSED: dict[str, str] = {
    "CUST": "The payee did not agree.",
    "NOAS": "The payee did not answer the other bank in time.",
    "AC04": "The other bank could not carry it out.",
    "NOOR": "The other bank says that it never received the payment.",
    "ARDT": "The other bank says that it has returned the payment already.",
    "AGNT": "The other bank did not agree.",
}
# Return reasons, by family (decision tables RTN-5 to RTN-8).
_FAMILIES: tuple[tuple[str, str, str], ...] = (
    (
        "AC01 AC03 BE01 BE04 BE05 BE06 BE07 BE22 BE10 BE11 RR01 RR02 RR03",
        "The other bank could not use the payee's details as they were given.",
        "We will call you on the telephone number on file to go through them with you. Please check them with the "
        "payee in the meantime, and do not send the payment again unchanged.",
    ),
    (
        "RC01 RC03 RC04 RC07 RC08 RC11 AGNT CNOR DNOR AC14",
        "The details of the payee's bank did not lead to it.",
        "We will call you on the telephone number on file to go through them with you. Please check them with the "
        "payee in the meantime, and do not send the payment again unchanged.",
    ),
    (
        "AC04 AC06 AC07 MD07",
        "The account cannot be credited.",
        "Please ask the payee for other details before you pay again.",
    ),
    (
        "AM05 DUPL",
        "The other bank took it for a second copy of a payment that it already had.",
        "Please do not pay again; we are checking that the other one arrived.",
    ),
    ("AM02 AM13 AM14 AM21 AM23", "The amount is higher than the other bank takes in one payment.", ""),
    ("AM03 CURR", "The other bank does not take this currency there.", ""),
    ("AG02 AG03", "The other bank does not take this kind of payment there.", ""),
    ("TM01 DT01 DT02 DT04", "The date or the time of day did not fit at the other bank.", ""),
    ("FOCR", "It came back after our request.", ""),
    ("RUTA", "The other bank could not apply it.", ""),
    ("CUST UPAY", "The payee, or the payee's bank on their behalf, gave it back.", ""),
    ("ED05 AB03 AB05 AB06 AB07 AB08 AB09 AB10 DS24", "It could not be settled between the banks in time.", ""),
)
_CANNOT_BE_CREDITED = frozenset(["AC04", "AC06", "AC07", "MD07"])


def status_words(state: str, tracker: str | None = None, tracker_reason: str | None = None) -> str:
    """Say what is proven: the tracker's last word before our own state, except where ours is final."""
    if state in ("returned", "rejected", "cancelled", "credited") or tracker is None:
        return _STATE.get(state, _STATE["released"])
    return _STATUS.get(f"{tracker}/{tracker_reason}") or _STATUS.get(tracker) or _STATE.get(state, _STATE["released"])


def return_reason(code: str | None) -> str:
    """Say why a payment came back; GEN-7 codes give the neutral sentence, and no account state is named."""
    if code in _CANNOT_BE_CREDITED:
        return "The account cannot be credited."
    if code in GEN7_CODES:
        return NEUTRAL
    for codes, words, _ in _FAMILIES:
        if code and code in codes.split():
            return words
    return "The other bank gave no reason that we could put in plain words."


def what_to_do(code: str | None) -> str:
    """Say what the customer should do next; empty where nothing is needed."""
    if code in GEN7_CODES - _CANNOT_BE_CREDITED:
        return ""
    return next((advice for codes, _, advice in _FAMILIES if code and code in codes.split()), "")


def refusal_reason(code: str | None) -> str:
    """Say why a recall was refused; GEN-7 codes give the neutral sentence."""
    if code in GEN7_CODES:
        return NEUTRAL_RETURN
    return _REFUSED.get(code or "", "It gave no further detail.")
