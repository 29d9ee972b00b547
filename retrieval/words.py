"""Words of the field: messages, codes and desk slang as search tokens, and text cut into sentences."""

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“`(]?[A-Z0-9])")
_POSSESSIVE = re.compile(r"['’][a-z]+$")
_REFERENCE = re.compile(r"`([a-z0-9]+(?:-[a-z0-9]+)+)`")
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]{2}[A-Z0-9](?![A-Za-z0-9])")
_TOKEN = re.compile(
    r"""
    (?<![a-z0-9])(?P<area>camt|pacs|pain|head|trck|admi|remt|acmt)[ .\-]?(?P<function>\d{3})
        (?:\.(?P<variant>\d{3})\.(?P<edition>\d{2}))?(?![0-9])
    | (?<![a-z0-9])(?:mt|fin)[ \-]?(?P<mt>n?\d{2,3})(?![0-9])
    | (?<![a-z0-9])(?P<common>n9[0-9])(?![0-9])
    | (?<![a-z0-9])(?P<set>ac|ag|am|be|dc|dt|du|ed|ff|fr|in|md|mm|ms|rc|rr|sl|tm|um)[ \-]?(?P<number>\d{2})(?![0-9])
    | (?<![a-z0-9])g[ \-]?(?P<tracker>00\d)(?![0-9])
    | (?<![a-z0-9])(?P<bare>\d{3})(?![a-z0-9])
    | [a-z0-9]+(?:['’][a-z]+)?
    """,
    re.X,
)

STOP_WORDS = frozenset(
    """
    a about after all also am an and any are as at be been but by can could did do does doing done for from get got
    had has have he her here him his how i if in into is it its just may me my no not now of off on one or our out
    please she should since so some still than that the their them then there these they this those to too until up
    us was we were what when where which while who whom whose why will with would you your
    """.split()  # noqa: SIM905  # a word list is read, and sorted, as words
)

SHORT = {
    "acc": "account", "acct": "account", "accts": "account", "amt": "amount", "ben": "beneficiary",
    "bene": "beneficiary", "benef": "beneficiary", "bbd": "business day", "bnk": "bank", "btw": "between",
    "canx": "cancel", "ccy": "currency", "chg": "charge", "chgs": "charges", "cov": "cover", "cpty": "counterparty",
    "ctpy": "counterparty", "cust": "customer", "cxl": "cancel", "cxld": "cancelled", "diff": "difference",
    "dup": "duplicate", "dupe": "duplicate", "dupes": "duplicates", "hrs": "hours", "intermed": "intermediary",
    "mins": "minutes", "mth": "month", "mths": "months", "mx": "ISO 20022 message", "narr": "narrative",
    "pls": "please", "pmt": "payment", "pmts": "payments", "pymt": "payment", "pymts": "payments",
    "rcvd": "received", "recd": "received", "recvd": "received", "ref": "reference", "refs": "references",
    "req": "request", "rtn": "return", "rtnd": "returned", "trx": "transaction", "tx": "transaction",
    "txn": "transaction", "wheres": "where is", "yr": "year", "reimb": "reimbursement",
    "rfi": "request for information", "sig": "signature", "sigs": "signatures", "verif": "verification",
}  # fmt: skip
"""What the desk types for short."""

SAME = {
    "payee": "beneficiary", "creditor": "beneficiary", "recipient": "beneficiary", "payer": "debtor",
    "originator": "debtor", "remitter": "debtor", "sender": "debtor", "client": "customer", "transaction": "payment",
    "transfer": "payment", "wire": "payment", "fx": "currency", "fee": "charge", "fees": "charge", "scam": "fraud",
    "scammer": "fraud", "scammed": "fraud", "fraudster": "fraud", "swindler": "fraud", "fraudulent": "fraud",
    "conned": "fraud", "deceived": "fraud", "tricked": "fraud", "duped": "fraud", "phishing": "fraud",
    "decline": "refuse", "declined": "refuse", "declines": "refuse", "deny": "refuse", "denied": "refuse",
    "revoke": "cancel", "investigate": "inquiry", "investigation": "inquiry", "enquiry": "inquiry",
    "enquiries": "inquiry", "query": "inquiry", "queries": "inquiry", "amend": "modify", "amendment": "modify",
    "change": "modify", "deadline": "window", "timeframe": "window", "vop": "verification", "cop": "confirmation",
    "funds": "money", "cash": "money", "bounced": "returned", "twice": "duplicate", "double": "duplicate",
    "died": "deceased", "dead": "deceased", "swindle": "fraud",
}  # fmt: skip
"""Words that the field uses for one thing; folded for the word index, where the text is folded too."""

_ENDINGS = (
    ("ations", ""), ("ation", ""), ("ating", ""), ("ated", ""), ("ates", ""), ("ate", ""), ("ings", ""), ("ing", ""),
    ("ies", "y"), ("sses", "ss"), ("edly", ""), ("ed", ""), ("als", ""), ("al", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip
STEM_LENGTH_MIN = 4


def tokens(text: str) -> list[str]:
    """Cut text into search tokens.

    A message yields itself at each depth (camt.056.001.08, camt.056, and its parts), MT 199 and MT199 the same,
    with its family (mtn99); a code stays whole; other words are folded to their stem, slang and synonyms to one word.
    """
    plain = _without_accents(text.lower().replace("a/c", "account"))
    cut: list[str] = []
    for found in _TOKEN.finditer(plain):
        cut.extend(_of_word(found[0]) if found.lastgroup is None else _expand(found))
    return cut


def _without_accents(text: str) -> str:
    if text.isascii():
        return text
    return "".join(letter for letter in unicodedata.normalize("NFKD", text) if not unicodedata.combining(letter))


def codes_in(text: str) -> set[str]:
    """Every four-character word in capitals, which is how external codes are written."""
    return set(_CODE.findall(text))


def references(text: str) -> list[str]:
    """Ids of rule documents that a text points at, written `like-this`."""
    return _REFERENCE.findall(text)


def sentences(text: str) -> list[str]:
    """Cut a section's text into sentences; a list item stands for itself."""
    return [
        sentence.strip()
        for line in text.split("\n")
        for sentence in _SENTENCE_END.split(line.removeprefix("- "))
        if sentence.strip()
    ]


def stem(word: str) -> str:
    """Fold a word's endings, so that charges, charged and charging meet; words with digits stay whole."""
    if len(word) < STEM_LENGTH_MIN or not word.isalpha():
        return word
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= STEM_LENGTH_MIN - 1:
            if ending == "s" and word.endswith(("ss", "us", "is")):
                break
            word = word.removesuffix(ending) + instead
            break
    if len(word) > STEM_LENGTH_MIN - 1 and word[-1] == word[-2] and word[-1] not in "aeios":
        word = word[:-1]
    return word.removesuffix("e") if len(word) > STEM_LENGTH_MIN else word


def _expand(found: re.Match[str]) -> Iterator[str]:
    part = found.groupdict()
    if part["area"]:
        message = f"{part['area']}.{part['function']}"
        if part["variant"]:
            yield f"{message}.{part['variant']}.{part['edition']}"
        yield from (message, part["area"], part["function"])
    elif part["mt"] or part["common"]:
        number = part["mt"] or part["common"]
        yield from (f"mt{number}", number)
        if len(number) == 3 and number[1] == "9" and number[0] != "n":
            yield f"mtn{number[1:]}"
    elif part["set"]:
        yield part["set"] + part["number"]
    elif part["bare"]:
        yield part["bare"]
        if part["bare"][1] == "9":
            yield f"mtn{part['bare'][1:]}"
    elif part["tracker"]:
        yield f"g{part['tracker']}"


@lru_cache(1 << 16)  # a book has some thousand words, each of them many times
def _of_word(written: str) -> tuple[str, ...]:
    word = _POSSESSIVE.sub("", written)
    if word in STOP_WORDS or len(word) < 2:
        return ()
    return tuple(stem(SAME.get(plain, plain)) for plain in SHORT.get(word, word).lower().split())
