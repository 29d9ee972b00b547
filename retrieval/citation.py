"""A citation: words of a rule document, and the proof that the document says them."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Protocol

from retrieval.rule import Record, Rule
from retrieval.words import codes_in, sentences

QUOTE_CHARACTERS_MIN = 20
"""A shorter quote proves nothing: "a recall" stands in every other document."""


class Citation(Record):
    """What a claim rests on."""

    rule_id: str
    section: str
    """The section's slug, e.g. "who-may-ask"."""
    quote: str
    """Verbatim, e.g. "Silence is a breach of the rulebook."."""
    index_version: str
    """Hash of the rule book it was taken from."""


class Book(Protocol):
    """What checking a citation asks of a rule book."""

    @property
    def version(self) -> str: ...
    def versions(self, id: str) -> Sequence[Rule]: ...


def verify(citation: Citation, book: Book, *, on: date | None = None) -> bool:
    """Say whether this very book holds the quote in that section, in a version in force on the day asked for.

    Compared after NFKC and with white space collapsed; letters, digits and punctuation must agree.
    """
    quote = _plain(citation.quote)
    if citation.index_version != book.version or len(quote) < QUOTE_CHARACTERS_MIN:
        return False
    for rule in book.versions(citation.rule_id):
        section = rule.section(citation.section)
        if section is not None and (on is None or rule.holds_on(on)) and quote in _plain(section.text):
            return True
    return False


def quotation(rule: Rule, *, code: str | None = None) -> tuple[str, str]:
    """Return (section, sentence) that tells most: the first that names the code, else the document's lead."""
    if code is not None and code in rule.codes:
        for section in rule.sections:
            for sentence in sentences(section.text):
                if code in codes_in(sentence) and len(_plain(sentence)) >= QUOTE_CHARACTERS_MIN:
                    return section.slug, sentence
    lead = rule.sections[0]
    return lead.slug, sentences(lead.text)[0]


@lru_cache(4096)  # the book's sections are the same for every case
def _plain(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text)).strip()
