"""The rule book as the seeker's look-ups: the case's rail and day alone, few findings, each with words to cite.

Nothing in the book belongs to a customer, so any question may be put; but a question may hold values of the case, and
whoever embeds it may be outside: it is searched under pseudonyms. The bank's own rules that were read are watched by
the guardrail like those that are cited.
"""

from collections.abc import Callable, Iterable
from typing import Annotated, Any

from pydantic import Field

from agent.shelf import Shelf
from retrieval.rule import Rule
from tools import rules
from tools.bank.bank import ReadRecords
from tools.errors import Record, ToolError
from tools.evidence import Evidence
from tools.rules import LookupCode, Said, SearchRules
from tools.tool import ReadTool, read_tool

QUESTION_CHARACTERS_MAX = 300
FINDINGS_MAX = 3


class AskRules(Record):
    """A question to the rule book, for the rail and the day of this case."""

    question: Annotated[str, Field(min_length=3, max_length=QUESTION_CHARACTERS_MAX)]


class AskCode(Record):
    """A code, for the rail and the day of this case."""

    code: Annotated[str, Field(min_length=2, max_length=8)]


class Passage(Record):
    """What a rule says, word for word."""

    rule_id: str
    title: str
    section: str
    said: tuple[str, ...]
    """A quote, then what else tells."""
    private: bool


class RulesFound(Record):
    """Passages, best first; `silent` where the rule book says nothing."""

    silent: bool
    found: tuple[Passage, ...]
    index_version: str


class CodeFound(Record):
    """A code: what it means where, on which rails it may be sent, and what the guides say."""

    code: str
    known: bool
    meaning: tuple[str, ...]
    found: tuple[Passage, ...]
    edition: str
    index_version: str


def rule_tools(shelf: Shelf, mask: Callable[[str], str]) -> tuple[ReadTool[Any, Any], ...]:
    """The look-ups over one case's shelf; `mask` is what a question goes through before it is searched."""

    def search_rules(records: ReadRecords, ask: AskRules) -> RulesFound:
        """Search the rule book in force on the day of the case for its rail.

        Nothing found means that the book is silent.
        """
        return _searched(shelf, mask(ask.question))

    def lookup_code(records: ReadRecords, ask: AskCode) -> CodeFound:
        """Look a code up exactly: its meaning, the messages that carry it, the rails that allow it."""
        return _looked_up(shelf, ask.code)

    return read_tool(search_rules), read_tool(lookup_code)


NAMES = ("search_rules", "lookup_code")


def _searched(shelf: Shelf, question: str) -> RulesFound:
    from retrieval.embed_remote import EmbeddingAway
    from retrieval.index import IndexDamaged

    asked = SearchRules(question=question, rail=shelf.rail, on=shelf.on, k=FINDINGS_MAX)
    try:
        answer = rules.search_rules(shelf.book, asked)
    except (EmbeddingAway, IndexDamaged) as away:
        raise ToolError(f"The rule book cannot be searched now ({type(away).__name__}).", code="no_search") from away
    passages = tuple(
        Passage(
            rule_id=finding.id,
            title=finding.title,
            section=finding.section,
            said=tuple(dict.fromkeys((finding.citation.quote, *finding.highlights))),
            private=finding.private,
        )
        for finding in answer.findings
    )
    return RulesFound(silent=answer.silent, found=passages, index_version=answer.index_version)


def _looked_up(shelf: Shelf, code: str) -> CodeFound:
    asked = LookupCode(code=code, rail=shelf.rail, on=shelf.on)
    meaning = rules.lookup_code(shelf.book, asked, today=shelf.on)
    return CodeFound(
        code=meaning.code,
        known=meaning.known,
        meaning=tuple(rules.in_words(meaning.model_copy(update={"said": ()})).splitlines()),
        found=tuple(_passage(said, shelf) for said in meaning.said),
        edition=meaning.edition,
        index_version=meaning.index_version,
    )


def _passage(said: Said, shelf: Shelf) -> Passage:
    rule = shelf.book.in_force(said.rule_id, shelf.on)
    private = rule is not None and rule.private
    return Passage(rule_id=said.rule_id, title=said.title, section=said.section, said=(said.quote,), private=private)


def own_rules_read(evidence: Iterable[Evidence], shelf: Shelf) -> tuple[Rule, ...]:
    """The bank's own rules of which these look-ups showed words."""
    ids = dict.fromkeys(
        passage["rule_id"] for piece in evidence if piece.tool in NAMES for passage in piece.result["found"]
    )
    held = [shelf.book.in_force(id, shelf.on) for id in ids if shelf.book.holds(id)]
    return tuple(rule for rule in held if rule is not None and rule.private)
