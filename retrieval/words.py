"""Words of the field: messages, codes and desk slang as search tokens, and text cut into sentences."""

import re
import unicodedata
from collections.abc import Iterator

_SENTENCE_END = re.compile(r"(?<=[.!?])\s+(?=[\"“`(]?[A-Z0-9])")
_CODE = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Z0-9]{2}[A-Z0-9](?![A-Za-z0-9])")
_TOKEN = re.compile(
    r"""
    (?<![a-z0-9])(?P<area>camt|pacs|pain|head|trck|admi|remt|acmt)[ .\-]?(?P<function>\d{3})
        (?:\.(?P<variant>\d{3})\.(?P<edition>\d{2}))?(?![0-9])
    | (?<![a-z0-9])(?:mt|fin)[ \-]?(?P<mt>n?\d{2,3})(?![0-9])
    | (?<![a-z0-9])(?P<common>n9[0-9])(?![0-9])
    | (?<![a-z0-9])(?P<set>ac|ag|am|be|dc|dt|du|ed|ff|fr|in|md|mm|ms|rc|rr|sl|tm|um)[ \-]?(?P<number>\d{2})(?![0-9])
    | (?<![a-z0-9])g[ \-]?(?P<tracker>00\d)(?![0-9])
    | [a-z0-9]+(?:['’][a-z]+)?
    """,
    re.X,
)

STOP_WORDS = frozenset(
    "a about after all also am an and any are as at be been but by can could did do does doing done for from get got "
    "had has have he her here him his how i if in into is it its just may me my no not now of off on one or our out "
    "please she should since so some still than that the their them then there these they this those to too until up "
    "us was we were what when where which while who whom whose why will with would you your".split()
)

SLANG = {
    "a/c": "account", "acc": "account", "acct": "account", "accts": "account", "amt": "amount", "ben": "beneficiary",
    "bene": "beneficiary", "benef": "beneficiary", "bd": "day", "bbd": "day", "bizday": "day", "cpty": "counterparty",
    "ctpy": "counterparty", "cust": "customer", "cxl": "cancel", "cxld": "cancel", "dup": "duplicate",
    "dupe": "duplicate", "duped": "duplicate", "dupes": "duplicate", "payee": "beneficiary", "payer": "debtor",
    "originator": "debtor", "remitter": "debtor", "sender": "debtor", "orderer": "debtor", "creditor": "beneficiary",
    "intermed": "intermediary", "intermediaries": "intermediary", "ccy": "currency", "fx": "currency",
    "chg": "charge", "chgs": "charge", "chrg": "charge", "fee": "charge", "fees": "charge", "cov": "cover",
    "pmt": "payment", "pmts": "payment", "pymt": "payment", "pymts": "payment", "txn": "payment", "trx": "payment",
    "tx": "payment", "transaction": "payment", "transfer": "payment", "wire": "payment", "ref": "reference",
    "refs": "reference", "rtn": "return", "rtnd": "return", "scammer": "fraud", "scam": "fraud", "scammed": "fraud",
    "fraudulent": "fraud", "fraudster": "fraud", "conned": "fraud", "tricked": "fraud", "rcvd": "receive",
    "recd": "receive", "recvd": "receive", "narr": "narrative", "decline": "refuse", "declined": "refuse",
    "declines": "refuse", "rebuff": "refuse", "deny": "refuse", "denied": "refuse", "revoke": "cancel",
    "investigate": "inquiry", "investigation": "inquiry", "enquiry": "inquiry", "enquiries": "inquiry",
    "query": "inquiry", "queries": "inquiry", "amend": "modify", "amendment": "modify", "change": "modify",
    "correct": "modify", "correction": "modify", "hrs": "hour", "mins": "minute", "yr": "year", "mth": "month",
    "mths": "month", "deadline": "window", "timeframe": "window", "vop": "verification", "cop": "verification",
    "rfi": "information",
}  # fmt: skip
"""What the desk types, and the word the rules use; applied to both, so that they meet."""

_ENDINGS = (
    ("ations", ""), ("ation", ""), ("ating", ""), ("ated", ""), ("ates", ""), ("ate", ""), ("ings", ""), ("ing", ""),
    ("ies", "y"), ("sses", "ss"), ("edly", ""), ("ed", ""), ("als", ""), ("al", ""), ("es", ""), ("s", ""), ("e", ""),
)  # fmt: skip
STEM_LENGTH_MIN = 4


def tokens(text: str) -> list[str]:
    """Cut text into search tokens.

    A message yields itself at each depth (camt.056.001.08, camt.056, and its parts), MT 199 and MT199 the same,
    with its family (mtn99); a code stays whole; other words are folded to their stem, slang to the rule book's word.
    """
    plain = unicodedata.normalize("NFKC", text).lower().replace("a/c", "account")
    return [token for found in _TOKEN.finditer(plain) for token in _expand(found)]


def codes_in(text: str) -> set[str]:
    """Every four-character word in capitals, which is how external codes are written."""
    return set(_CODE.findall(text))


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
        yield f"mt{number}"
        if len(number) == 3 and number[1] == "9" and number[0] != "n":
            yield f"mtn{number[1:]}"
    elif part["set"]:
        yield part["set"] + part["number"]
    elif part["tracker"]:
        yield f"g{part['tracker']}"
    else:
        word = re.sub(r"['’][a-z]+$", "", found[0])
        if word not in STOP_WORDS and len(word) > 1:
            yield stem(SLANG.get(word, word))
