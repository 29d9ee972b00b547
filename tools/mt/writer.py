"""FIN text of our own MT n92, n95, n96 and n99, in the X character set and in lines that fit their fields."""

import re

from tools.mt.charset import fold, to_x
from tools.mt.codes import INDEMNITY
from tools.mt.contents import (
    REFERENCE,
    AnswerMT,
    CancellationRequestMT,
    FreeFormatMT,
    MTContent,
    OriginalMT,
    QueryMT,
)
from tools.payment import UETR, Agent, Money

_LEGAL_REFERENCE = re.compile(REFERENCE)
_INDEMNITY_WORD = re.compile(rf"(?<![A-Za-z0-9]){INDEMNITY}(?![A-Za-z0-9])")
_WIDE, _NARROW = 50, 35


def message_type(content: MTContent) -> str:
    """The type a content is written as, e.g. "MT196"."""
    match content:
        case CancellationRequestMT():
            kind = "92"
        case QueryMT():
            kind = "95"
        case AnswerMT():
            kind = "96"
        case FreeFormatMT():
            kind = "99"
    return f"MT{content.category}{kind}"


def write(content: MTContent) -> str:
    """Return the whole message, blocks 1 to 4, lines ended by CRLF. Too much narrative is for `validate` to say."""
    match content:
        case CancellationRequestMT():
            fields = _cancellation_request(content)
        case QueryMT():
            fields = _query(content)
        case AnswerMT():
            fields = _answer(content)
        case FreeFormatMT():
            fields = _free_format(content)
    number = message_type(content).removeprefix("MT")
    sender, receiver = _terminal(content.sender, "A"), _terminal(content.receiver, "X")
    header = f"{{1:F01{sender}0000000000}}{{2:I{number}{receiver}N}}"
    if content.uetr:
        header += f"{{3:{{121:{content.uetr}}}}}"
    return header + "{4:\r\n" + "\r\n".join(fields) + "\r\n-}"


def _cancellation_request(content: CancellationRequestMT) -> list[str]:
    lead = f"/{content.reason}/"
    # Words from outside must not offer an indemnity that nobody approved.
    words = _INDEMNITY_WORD.sub(f".{INDEMNITY}", to_x(content.narrative))
    if content.indemnity:
        words = f"{INDEMNITY} {words}"
    lines = _coded(lead, words, _WIDE)
    if content.uetr:
        lines.append(f"/UETR/{content.uetr}")
    return [
        f":20:{content.reference}",
        f":21:{related_reference(content.related)}",
        *_original(content.original),
        *_field("79", lines),
        *_copy(content.original),
    ]


def _query(content: QueryMT) -> list[str]:
    lead = "" if content.query is None else f"/{content.query}/"
    return [
        f":20:{content.reference}",
        f":21:{related_reference(content.related)}",
        *_field("75", _coded(lead, content.supplement, _NARROW)),
        *_field("77A", _uetr_lines(content.uetr) + fold(content.narrative, _NARROW)),
        *_original(content.original),
        *_copy(content.original),
    ]


def _answer(content: AnswerMT) -> list[str]:
    lead = f"/{content.answer}/" + (f"{content.reason}/" if content.reason and content.supplement.strip() else "")
    lines = _coded(lead, content.supplement, _NARROW)
    if content.reason and not content.supplement.strip():
        lines = [f"/{content.answer}/{content.reason}"]
    return [
        f":20:{content.reference}",
        f":21:{related_reference(content.related)}",
        *_field("76", lines),
        *_field("77A", _uetr_lines(content.uetr) + fold(content.narrative, _NARROW)),
        *_original(content.original),
        *_copy(content.original),
    ]


def _free_format(content: FreeFormatMT) -> list[str]:
    lines = fold(content.narrative, _WIDE)
    if content.uetr:
        lines.append(f"/UETR/{content.uetr}")
    related = [f":21:{related_reference(content.related)}"] if content.related else []
    return [f":20:{content.reference}", *related, *_field("79", lines)]


def related_reference(reference: str) -> str:
    """A reference for field 21: as it is where 16x allows, else its first 15 characters and a plus sign (CBPR+)."""
    clean = to_x(reference).strip().replace("\n", " ")
    if _LEGAL_REFERENCE.fullmatch(clean) and "//" not in clean:
        return clean
    clean = re.sub(r"/{2,}", "/", clean).strip("/ ")
    return clean if len(clean) <= 16 and clean else (f"{clean[:15].rstrip('/ ')}+" if clean else "NONREF")


def _coded(lead: str, words: str, width: int) -> list[str]:
    """A code line with its words, continued behind double slashes; without a code plain narrative."""
    if not lead:
        return fold(words, width)
    lines = fold(words, width, first=width - len(lead), later=width - 2)
    if not lines:
        return [lead]
    return [lead + lines[0], *(f"//{line}" for line in lines[1:])]


def _uetr_lines(uetr: UETR | None) -> list[str]:
    """/UETR/ in lines of 35: the 36 characters run over into a continuation line."""
    if uetr is None:
        return []
    room = _NARROW - len("/UETR/")
    return [f"/UETR/{uetr[:room]}", f"//{uetr[room:]}"]


def _field(tag: str, lines: list[str]) -> list[str]:
    return [f":{tag}:{lines[0]}", *lines[1:]] if lines else []


def _original(original: OriginalMT | None) -> list[str]:
    if original is None:
        return []
    return [f":{'11R' if original.received else '11S'}:{original.number}", f"{original.sent_on:%y%m%d}"]


def _copy(original: OriginalMT | None) -> list[str]:
    if original is None or original.money is None or original.settlement_date is None:
        return []
    return [f":32A:{original.settlement_date:%y%m%d}{original.money.currency}{mt_amount(original.money)}"]


def mt_amount(money: Money) -> str:
    """Digits with the decimal comma that FIN always wants: "4250,00", "15,"."""
    whole, _, fraction = format(money.amount, "f").partition(".")
    return f"{whole},{fraction}"


def _terminal(bic: Agent, letter: str) -> str:
    """Logical terminal address: BIC8, terminal letter, branch or XXX."""
    return f"{bic[:8]}{letter}{bic[8:] or 'XXX'}"
