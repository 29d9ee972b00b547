"""Everything in a free text that can point at a payment; each value stands in the text, with its place."""

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple

from tools.errors import Record
from tools.payment import Money
from tools.text import amounts, identifiers
from tools.text.dates import FoundDate, dates
from tools.text.names import FoundName, names
from tools.text.words import fold

Kind = Literal["uetr", "reference", "invoice", "iban", "bic", "amount", "bare_amount", "date", "name", "ordinal"]
Ordinal = Literal["first", "second", "third", "last", "both", "all"]

TEXT_MAX = 20_000
"""Characters searched; longer mails carry history, not further payments."""

_ORDINALS: dict[Ordinal, str] = {
    "first": r"first|1st|ersten?|premi[eè]re?|primer[ao]?|eerste|prim[ao]",
    "second": r"second|2nd|zweiten?|deuxi[eè]me|seconde|segund[ao]|tweede|second[ao]",
    "third": r"third|3rd|dritten?|troisi[eè]me|tercer[ao]?|derde|terz[ao]",
    "last": r"last|latest|latter|letzten?|derni[eè]re?|[uú]ltim[ao]|laatste",
    "both": r"both|beiden?|les deux|amb[ao]s|beide|entramb[ie]",
    "all": r"all (?:of them|payments|transfers|four|three)|alle zahlungen|tous les|todos los|alle betalingen|tutti i",
}
_PAYMENT_WORD = (
    r"(?:\s+\w+){0,2}?\s+(?:payments?|transfers?|transactions?|one|wire|of them|zahlung(?:en)?|u?e?berweisung(?:en)?|"
    r"paiements?|versement|virements?|pagos?|transferencias?|betaling(?:en)?|overboeking(?:en)?|pagament[io]|bonific[io])\b"
)
_ORDINAL = {
    name: re.compile(
        rf"\b(?P<word>{words})\b" + ("" if name in ("both", "all") else f"(?:{_PAYMENT_WORD}|(?=[.,!?]|$))")
    )
    for name, words in _ORDINALS.items()
}


class Span(Record):
    """Where one value stands in the text as written."""

    kind: Kind
    value: str
    start: int
    end: int


class StatedDate(Record):
    """A date, and its other reading where day and month may be swapped."""

    value: date
    other: date | None = None
    relative: bool = False
    """Reckoned from the day of the mail ("yesterday", "Monday")."""


class Extracted(Record):
    """What a free text states, in order, without repeats; candidates only, nothing is verified."""

    uetrs: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    invoices: tuple[str, ...] = ()
    ibans: tuple[str, ...] = ()
    bics: tuple[str, ...] = ()
    amounts: tuple[Money, ...] = ()
    bare_amounts: tuple[Decimal, ...] = ()
    """Written like amounts, without a currency: "the 1.999,95 of Monday"."""
    dates: tuple[StatedDate, ...] = ()
    names: tuple[str, ...] = ()
    ordinals: tuple[Ordinal, ...] = ()
    """Which of several payments is meant: "the second payment", "both"."""
    spans: tuple[Span, ...] = ()


class _Found(NamedTuple):
    """What stands in a text, kind by kind, each value with its place."""

    uetrs: tuple[identifiers.FoundText, ...]
    ibans: tuple[identifiers.FoundText, ...]
    bics: tuple[identifiers.FoundText, ...]
    invoices: tuple[identifiers.FoundText, ...]
    references: tuple[identifiers.FoundText, ...]
    money: tuple[amounts.FoundMoney, ...]
    bare: tuple[tuple[Decimal, int, int], ...]
    dates: tuple[FoundDate, ...]
    names: tuple[FoundName, ...]
    ordinals: tuple[tuple[Ordinal, int, int], ...]


@lru_cache(maxsize=64)
def extract(text: str, *, as_of: date | None = None) -> Extracted:
    """Find every value; `as_of` (the day of the mail or the run) completes dates without a year."""
    found = _found(text[:TEXT_MAX], as_of)
    return Extracted(
        uetrs=tuple(one.value for one in found.uetrs),
        references=tuple(one.value for one in found.references),
        invoices=tuple(one.value for one in found.invoices),
        ibans=tuple(one.value for one in found.ibans),
        bics=tuple(one.value for one in found.bics),
        amounts=tuple(dict.fromkeys(one.money for one in found.money)),
        bare_amounts=tuple(dict.fromkeys(figure for figure, _, _ in found.bare)),
        dates=tuple(
            dict.fromkeys(StatedDate(value=one.value, other=one.other, relative=one.relative) for one in found.dates)
        ),
        names=tuple(dict.fromkeys(one.name for one in found.names)),
        ordinals=tuple(dict.fromkeys(ordinal for ordinal, _, _ in found.ordinals)),
        spans=tuple(sorted(_spans(found), key=lambda span: (span.start, span.end))),
    )


def _found(text: str, as_of: date | None) -> _Found:
    """Look for each kind in turn, the surest first: what one has taken is not read again as another."""
    uetrs, ibans, bics = identifiers.uetrs(text), identifiers.ibans(text), identifiers.bics(text)
    taken = tuple((one.start, one.end) for one in (*uetrs, *ibans))
    money = tuple(one for one in amounts.money(text) if _free(one.start, one.end, taken))
    stated = dates(text, as_of=as_of)
    stated = tuple(one for one in stated if _free(one.start, one.end, taken + tuple((m.start, m.end) for m in money)))
    taken += tuple((one.start, one.end) for one in money)
    taken += tuple((one.start, one.end) for one in stated if not one.relative)
    invoices = tuple(one for one in identifiers.invoices(text) if _free(one.start, one.end, taken))
    used = taken + tuple((one.start, one.end) for one in (*bics, *invoices))
    references = identifiers.references(text, used)
    bare = amounts.bare(text, used + tuple((one.start, one.end) for one in references))
    named = tuple(one for one in names(text) if _free(one.start, one.end, used))
    return _Found(uetrs, ibans, bics, invoices, references, money, bare, stated, named, _ordinals(text))


def _spans(found: _Found) -> Iterator[Span]:
    """Yield where each value stands, kind by kind."""
    identified: dict[Kind, tuple[identifiers.FoundText, ...]] = {
        "uetr": found.uetrs,
        "iban": found.ibans,
        "bic": found.bics,
        "invoice": found.invoices,
        "reference": found.references,
    }
    for kind, several in identified.items():
        for one in several:
            yield Span(kind=kind, value=one.value, start=one.start, end=one.end)
    for sum_ in found.money:
        yield Span(kind="amount", value=str(sum_.money), start=sum_.start, end=sum_.end)
    for figure, start, end in found.bare:
        yield Span(kind="bare_amount", value=str(figure), start=start, end=end)
    for day in found.dates:
        yield Span(kind="date", value=day.value.isoformat(), start=day.start, end=day.end)
    for name in found.names:
        yield Span(kind="name", value=name.name, start=name.start, end=name.end)
    for ordinal, start, end in found.ordinals:
        yield Span(kind="ordinal", value=ordinal, start=start, end=end)


def _free(start: int, end: int, taken: tuple[tuple[int, int], ...]) -> bool:
    return all(end <= other_start or start >= other_end for other_start, other_end in taken)


def _ordinals(text: str) -> tuple[tuple[Ordinal, int, int], ...]:
    folded = fold(text)
    found = [(name, *match.span("word")) for name, pattern in _ORDINAL.items() for match in pattern.finditer(folded)]
    return tuple(sorted(found, key=lambda one: one[1]))
