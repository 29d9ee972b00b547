"""The rule book as the assistant's read tools: search it, and look a code up exactly."""

from datetime import date
from typing import TYPE_CHECKING

from retrieval.rulebook import RuleBook
from retrieval.words import codes_in, sentences
from tools.errors import Record, ToolError
from tools.iso20022.codes import CodeBook, code_book, message_name
from tools.payment import Rail

if TYPE_CHECKING:
    from retrieval.surface import Answer

SAID_MAX = 4
RAILS: tuple[Rail, ...] = ("CBPR", "SEPA_SCT", "SEPA_INST", "FPS", "CHAPS", "FEDWIRE", "FEDNOW", "T2")


class LookupCode(Record):
    """Which code, and where it stands."""

    code: str
    """Four characters, e.g. "AC03"."""
    message: str | None = None
    """Only where this message uses it, e.g. "camt.056"."""
    code_set: str | None = None
    """Only in this set, e.g. "cancellation_reason"."""
    rail: Rail | None = None
    on: date | None = None
    """Legal on this day; today where none is given."""


class Said(Record):
    """What a guide says of the code, word for word."""

    rule_id: str
    title: str
    section: str
    quote: str


class CodeUse(Record):
    """A code in one message: where it stands, and on which rails it may be sent."""

    message: str
    place: str
    """The last parts of the element's path."""
    code_set: str
    allowed_on: tuple[Rail, ...]
    refused_on: dict[Rail, str]
    """Rails on which it may not be sent, with the reason."""


class CodeMeaning(Record):
    """All that is known of a code."""

    code: str
    known: bool
    meanings: dict[str, str]
    """Set to meaning in a few words."""
    confused_with: str | None
    uses: tuple[CodeUse, ...]
    said: tuple[Said, ...]
    """Sentences of the guides that speak of it."""
    index_version: str
    edition: str
    """Edition of the code sets."""


class SearchRules(Record):
    """A question to the rule book."""

    question: str
    rail: Rail | None = None
    on: date | None = None
    k: int = 5


def lookup_code(book: RuleBook, ask: LookupCode, *, today: date, codes: CodeBook | None = None) -> CodeMeaning:
    """Look a code up exactly: its meaning in each set, the messages that carry it, the rails that allow it, and what
    the guides say. An unknown code is an answer: `known` is false. Use this for codes, `search_rules` for questions.
    """
    codes, code, on = codes or code_book(), ask.code.strip().upper(), ask.on or today
    if not (1 < len(code) <= 8 and code.isalnum()):
        raise ToolError(f"{ask.code!r} is no code; give four letters or digits such as AC03.", code="bad_code")
    sets = {
        name: held.codes[code]
        for name, held in codes.sets.items()
        if code in held.codes and ask.code_set in (None, name)
    }
    said = _said(book, code, ask.rail, on)
    return CodeMeaning(
        code=code,
        known=bool(sets or said),
        meanings=sets,
        confused_with=codes.confusable.get(code),
        uses=tuple(_uses(codes, code, sets, ask, on)),
        said=said,
        index_version=book.version,
        edition=codes.edition,
    )


def _uses(codes: CodeBook, code: str, sets: dict[str, str], ask: LookupCode, on: date) -> list[CodeUse]:
    wanted = message_name(ask.message) if ask.message else None
    found = []
    for message, places in codes.elements.items():
        for place, code_set in places.items():
            if code_set in sets and wanted in (None, message):
                rails = (ask.rail,) if ask.rail else RAILS
                found.append(_use(codes, code, message, place, code_set, rails, on))
    return found


def _use(
    codes: CodeBook, code: str, message: str, place: str, code_set: str, rails: tuple[Rail, ...], on: date
) -> CodeUse:
    faults = {rail: codes.fault(message, code_set, code, rail=rail, direction="out", on=on) for rail in rails}
    return CodeUse(
        message=message,
        place=place,
        code_set=code_set,
        allowed_on=tuple(rail for rail, fault in faults.items() if fault is None or fault[1] == "flag"),
        refused_on={rail: fault[0] for rail, fault in faults.items() if fault is not None and fault[1] == "block"},
    )


def _limited(use: CodeUse) -> str:
    if not use.allowed_on:
        return f"It may not be sent in {use.message}."
    return f"In {use.message} it may be sent on {', '.join(use.allowed_on)}, not on {', '.join(use.refused_on)}."


def _said(book: RuleBook, code: str, rail: Rail | None, on: date) -> tuple[Said, ...]:
    """Sentences that name the code, those that open with it first."""
    found: list[tuple[bool, Said]] = []
    for rule in book.by_filter(rail, on, codes=[code]):
        for section in rule.sections:
            for sentence in sentences(section.text):
                if code in codes_in(sentence):
                    said = Said(rule_id=rule.id, title=rule.title, section=section.slug, quote=sentence)
                    found.append((not sentence.startswith(code), said))
                    break
    found.sort(key=lambda one: one[0])
    return tuple(said for _, said in found[:SAID_MAX])


def search_rules(book: RuleBook, ask: SearchRules) -> "Answer":
    """Search the rule book in force on a day for a rail; each finding carries a checked quote to cite.

    No finding means that the rule book is silent: say so, and do not fill the gap from memory.
    """
    from retrieval.surface import find  # numpy and bm25s are for searching only

    return find(book, ask.question, rail=ask.rail, on=ask.on, k=ask.k)


def in_words(meaning: CodeMeaning) -> str:
    """The code as a paragraph: what it means where, and on which rails it may be sent."""
    sets: dict[str, list[str]] = {text: [] for text in meaning.meanings.values()}
    for name, text in meaning.meanings.items():
        sets[text].append(name.replace("_", " "))
    lines = [f"{meaning.code}: {text or 'a member'} ({', '.join(names)})." for text, names in sets.items()]
    free = [use.message for use in meaning.uses if not use.refused_on]
    if free:
        lines.append(f"May be sent in {', '.join(dict.fromkeys(free))}.")
    for use in meaning.uses:
        if use.refused_on:
            lines.append(_limited(use))
    if meaning.confused_with:
        lines.append(f"Easily confused: {meaning.confused_with}.")
    lines += [one.quote for one in meaning.said]
    return "\n".join(lines)
