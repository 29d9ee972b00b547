"""Reader: free text to typed facts with their places; quarantined, without tools, and believed in nothing.

Each value must stand in the text, or it is dropped. The reading never reaches the policy, which has spoken before the
reader is asked: it can only be shown to a person for confirmation, or add a signature. So a wrong reading, or a text
that the model obeys, makes nothing laxer.
"""

from datetime import date
from typing import Annotated, Literal

from agent.case import InvestigationType
from agent.model.material import TEXT_CHARACTERS_MAX
from agent.model.talk import Ask, Block, few, shortly
from agent.model.vault import anyhow
from agent.policy import TABLES
from prompts import prompt
from tools.errors import Record
from tools.lookup import FindPayment
from tools.payment import Money

Kind = Literal["uetr", "reference", "amount", "date", "name", "account"]
VALUES_MAX = 24
SAID_CHARACTERS_MAX = 500
_KNOWN: tuple[str, ...] = (*TABLES, "unknown")


class SaidValue(Record):
    """One value as the model copied it."""

    kind: Kind
    text: Annotated[str, shortly(60)]


class ReaderReply(Record):
    """What the model answers."""

    type: InvestigationType
    quote: Annotated[str | None, shortly(80)] = None
    values: Annotated[tuple[SaidValue, ...], few(8)] = ()


class ReadValue(Record):
    """A value that does stand in the text, with its place and what it means."""

    kind: Kind
    text: str
    start: int
    end: int
    value: str
    """In its normal form: "EUR 250.00", "2026-11-11"."""


class ModelReading(Record):
    """What the model read and code found again in the text."""

    type: InvestigationType
    quote: str | None
    quote_span: tuple[int, int] | None
    values: tuple[ReadValue, ...]
    dropped: int
    """Values named that do not stand in the text, or are not of their kind."""

    def asked(self, accounts: tuple[str, ...] | None) -> FindPayment:
        """The search that these values allow."""
        return FindPayment(
            uetr=next((v.value for v in self.values if v.kind == "uetr"), None),
            references=tuple(v.value for v in self.values if v.kind == "reference"),
            amounts=tuple(_money(v.value) for v in self.values if v.kind == "amount"),
            dates=tuple(date.fromisoformat(v.value) for v in self.values if v.kind == "date"),
            parties=tuple(v.value for v in self.values if v.kind in ("name", "account")),
            accounts=accounts,
            in_words=True,
        )


def question(text: str, tokens_max: int) -> Ask:
    """The one question to the reader: the text as data, and the types there are."""
    return Ask(
        role="reader",
        prompt=prompt("reader"),
        blocks=(Block("types", list(_KNOWN)), Block("message", text[:TEXT_CHARACTERS_MAX])),
        answer=ReaderReply,
        tokens_max=tokens_max,
    )


def understood(reply: ReaderReply, text: str, as_of: date) -> ModelReading:
    """Hold the reply to the text: what does not stand there is dropped, a type without its quote is no type."""
    span = place(reply.quote, text) if reply.quote else None
    values: list[ReadValue] = []
    for said in reply.values[:VALUES_MAX]:
        where = place(said.text, text)
        meant = _value(said.kind, text[slice(*where)], as_of) if where else None
        if where and meant:
            values.append(
                ReadValue(kind=said.kind, text=text[slice(*where)], start=where[0], end=where[1], value=meant)
            )
    known = reply.type in _KNOWN and reply.type != "unknown" and span is not None
    return ModelReading(
        type=reply.type if known else "unknown",
        quote=text[slice(*span)] if span else None,
        quote_span=span,
        values=tuple(values),
        dropped=len(reply.values) - len(values) + (reply.quote is not None and span is None),
    )


def place(said: str, text: str) -> tuple[int, int] | None:
    """Where a text says this, whatever its capitals, spaces and punctuation; None where it does not."""
    if not any(sign.isalnum() for sign in said) or len(said) > SAID_CHARACTERS_MAX:
        return None
    hit = anyhow(said).search(text)
    return hit.span() if hit else None


def _value(kind: Kind, written: str, as_of: date) -> str | None:
    """The normal form of a value, or None where it is not of its kind."""
    from tools.text import amounts, dates, identifiers

    match kind:
        case "uetr":
            return next((one.value for one in identifiers.uetrs(written)), None)
        case "account":
            return next((one.value for one in identifiers.ibans(written)), None)
        case "amount":
            return next((str(one.money) for one in amounts.money(written)), None)
        case "date":
            return next((one.value.isoformat() for one in dates.dates(written, as_of=as_of)), None)
        case "reference":
            return written if 4 <= len(written) <= 36 and any(sign.isdigit() for sign in written) else None
        case "name":
            return written if 3 <= len(written) <= 70 and not written.isdigit() else None


def _money(text: str) -> Money:
    one, other = text.split()
    return Money.of(other, one) if one.isalpha() else Money.of(one, other)
