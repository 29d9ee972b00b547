"""Names of counterparties in free text: by legal form, by title, or by the word before them."""

import re
from collections.abc import Callable
from typing import NamedTuple

from tools.text.words import concept_of, fold, word_list

_LEGAL_FORMS = (
    r"GmbH(?:\s*&\s*Co\.?\s*KG)?|AG|KG|OHG|UG|e\.\s?V\.|mbH|Ltd|Limited|LLP|LLC|PLC|Plc|plc|Inc|Corp|Corporation|Co|"
    r"Pvt\.?\s+Ltd|Pte\.?\s+Ltd|Pty\.?\s+Ltd|BV|B\.V\.|NV|N\.V\.|VOF|SA|S\.A\.|SAS|SARL|S\.à\s?r\.l\.|Sàrl|SNC|SCI|"
    r"SL|S\.L\.|SLU|SAU|SRL|S\.r\.l\.|Srl|SpA|S\.p\.A\.|SPA|SE|AB|ASA|AS|A/S|ApS|Oy|Oyj|Sp\.?\s*z\s*o\.?\s*o\.?|s\.r\.o\.|a\.s\.|Kft"
)
_LEGAL = re.compile(rf"(?<![\w])(?P<form>{_LEGAL_FORMS}|GMBH|LTD|LIMITED|INC|CORP|SARL)(?![\w])\.?")
_WORD_BEFORE = re.compile(r"(?P<word>[\w&.'’\-]*\w[.&]?|&)[ \t\u00a0]+$")
_PERSON = re.compile(
    r"\b(?:Mr|Mrs|Ms|Miss|Dr|Herrn?|Frau|Mme|M\.|Sr|Sra|Sig|Sig\.ra|Dhr|Mevr)\b\.?\s+((?:[A-Z][\w.'’-]*\s?){1,3})"
)
_INTRODUCED = re.compile(
    r"(?<![\w])(?:to|paid|pay|supplier|vendor|beneficiary|payee|recipient|landlord|creditor|called|named|from|customer|client|"
    r"favou?r of|an|Lieferanten?|Empfänger|Begünstigte[rn]?|à|fournisseur|bénéficiaire|a|proveedor|beneficiario|"
    r"aan|leverancier|begunstigde|fornitore|favore di|is|name|read)[ \t]*:?[ \t]+"
    r"(?P<name>(?:[A-ZÀ-Þ][\w&.'’\-]*[ \t]?){1,4})"
)
_LABELLED = re.compile(
    r"\b(?:BENE(?:FICIARY)? NAME|BENE(?:FICIARY)?|NAME AS|NAME|F/O|FAVOU?R OF|B/O|BY ORDER OF)"
    r"(?:\s+(?:IS|AS|TO READ|SHOULD READ))?"
    r"\s*[:/]\s*(?P<name>[A-Z][A-Z0-9 &.'\-]{2,60}?)(?=\s*(?:[,.;\n/]|$|INSTEAD|AND NOT|PLS|FOR|REF))"
)
_STOP = frozenset(word_list("no_names"))
_LINKS = frozenset(word_list("name_links"))
_FORM_WORDS_MAX = 5
_NAMES_MAX = 60
"""Names kept of one text; more is a list, not a letter."""


class FoundName(NamedTuple):
    """A name and where it stands."""

    name: str
    start: int
    end: int


def names(text: str) -> tuple[FoundName, ...]:
    """Names in order of place, each once; only candidates: nothing here is verified."""
    found: list[FoundName] = []

    def keep(start: int, end: int) -> None:
        if len(found) >= _NAMES_MAX:
            return
        raw = text[start:end]
        name = raw.strip(" \t.,;:'’\u00a0") if not raw.endswith(("e.V.", "B.V.", "S.A.", "N.V.")) else raw.strip()
        if len(name) < 3 or fold(name) in _STOP or any(one.start < end and start < one.end for one in found):
            return
        begin = start + raw.index(name)
        found.append(FoundName(name, begin, begin + len(name)))

    for match in _LEGAL.finditer(text):
        start = _name_start(text, match.start())
        if start < match.start():
            keep(start, match.end())
    for match in _LABELLED.finditer(text):
        keep(*match.span("name"))
    for match in _PERSON.finditer(text):
        keep(match.start(), match.end())
    if not text.isupper():
        for match in _INTRODUCED.finditer(text):
            _keep_introduced(match, keep)
    return tuple(sorted(found, key=lambda one: one.start))


def _keep_introduced(match: re.Match[str], keep: Callable[[int, int], None]) -> None:
    """Of the capitalised words after "to", "supplier" …, those before the first that cannot be a name."""
    start, end = match.span("name")
    cut = start
    for word in re.finditer(r"\S+", match.group("name")):
        plain = fold(word.group().strip(".,"))
        if plain in _STOP or (word.group().isupper() and any(map(str.isdigit, word.group()))):
            break
        cut = start + word.end()
        if word.group().endswith((".", ",")) and len(word.group()) > 3:
            break
    if cut > start:
        keep(start, min(cut, end))


def _name_start(text: str, form_start: int) -> int:
    """Walk back from the legal form over the words that belong to the name."""
    start = form_start
    for _ in range(_FORM_WORDS_MAX):
        match = _WORD_BEFORE.search(text, max(0, start - 40), start)
        if match is None:
            break
        word = match.group("word")
        if word.isupper() and len(word) > 3 and concept_of(fold(word.strip(".&'-")) or "-") in "pXBQsRSGW":
            break
        if start < form_start and concept_of(fold(word.strip(".&'-")) or "-") == "P":
            break  # "Lieferanten Müller KG": the word for supplier is not the name
        if not (word[0].isupper() or word[0].isdigit() or word in _LINKS):
            break
        if fold(word) in _STOP or (word.endswith((".", ";")) and len(word) > 3):
            break
        start = match.start("word")
    while (lead := re.match(r"(?:&|und|et|de|van|von|der|and|y|e)\s+", text[start:form_start])) is not None:
        start += lead.end()
    return start
