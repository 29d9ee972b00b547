"""What an answer in free words says: agreed, refused, pending or done, with the codes that banks would have used."""

import re

_INDEMNITY = re.compile(r"\b(?:indemnity|INDM|IDMN)\b", re.IGNORECASE)
_REFUSED = re.compile(
    r"\b(?:refus\w+|declin\w+|reject\w*|not\s+(?:authori[sz]e\w*|agree\w*|consent\w*|willing)|unable\s+to\s+(?:return|cancel|recall)"
    r"|cannot\s+(?:return|cancel)|no\s+consent|dis?agree\w*|object\w*\s+to)\b",
    re.IGNORECASE,
)
_CREDITOR = re.compile(r"\b(?:bene\w*|creditor|customer|client|payee|acct\s+holder|account\s+holder)\b", re.IGNORECASE)
_AGREED = re.compile(
    r"\b(?:agree[ds]?|consent(?:ed|s)?|cancell?ed|we\s+cancel|will\s+(?:be\s+)?return\w*|have\s+returned|are\s+returning|returning"
    r"|being\s+returned|refund\w*|funds?\s+(?:will\s+)?(?:be\s+)?return\w*)\b",
    re.IGNORECASE,
)
_DONE = re.compile(
    r"\b(?:confirm\w*|has\s+been|have\s+been|was|were|duly)\b.{0,60}\b(?:credited|applied|paid|executed|effected)\b",
    re.IGNORECASE | re.DOTALL,
)
_CHANGED = re.compile(r"\b(?:amended|modified|corrected)\b", re.IGNORECASE)
_PENDING = re.compile(
    r"\b(?:attention|investigat\w+|contacted|revert|awaiting|pending|under\s+process|looking\s+into|in\s+hand|patience|passed\s+on"
    r"|forwarded|asked\s+(?:our|the)\s+(?:client|customer|bene\w*))\b",
    re.IGNORECASE,
)
_CLOSED = (
    ("NOOR", re.compile(r"\b(?:never|not)\s+received\b|\bno\s+trace\b|\bcannot\s+trace\b", re.IGNORECASE)),
    ("ARDT", re.compile(r"\balready\s+(?:been\s+)?returned\b", re.IGNORECASE)),
    ("AC04", re.compile(r"\b(?:account|acct|a/c)\s+(?:is\s+)?closed\b", re.IGNORECASE)),
    ("AM04", re.compile(r"\b(?:insufficient\s+(?:funds|balance)|no\s+(?:funds|balance))\b", re.IGNORECASE)),
    ("NOAS", re.compile(r"\b(?:no|without)\s+(?:answer|reply|response)\b", re.IGNORECASE)),
    ("LEGL", re.compile(r"\b(?:legal|regulatory)\s+(?:reason|ground|decision)s?\b", re.IGNORECASE)),
)


def answer_in_words(text: str) -> tuple[str | None, tuple[str, ...]]:
    """Return (status, reason codes) of an answer given in words; (None, ()) where they do not say.

    A refusal is looked for before a consent, and what already happened before what is promised: the answer that
    brings nothing back is never taken for one that does.
    """
    if _INDEMNITY.search(text) and not re.search(r"\bwithout\s+(?:any\s+)?indemnity\b", text, re.IGNORECASE):
        return "RJCR", ("INDM",)
    named = next((code for code, pattern in _CLOSED if pattern.search(text)), None)
    if named is not None:
        return "RJCR", (named,)
    if _REFUSED.search(text):
        return "RJCR", ("CUST",) if _CREDITOR.search(text) else ()
    if _DONE.search(text):
        return "CONF", ()
    if _AGREED.search(text):
        return "CNCL", ()
    if _CHANGED.search(text):
        return "MODI", ()
    return ("PDCR", ()) if _PENDING.search(text) else (None, ())
