"""Fills the vault of a case: whatever records, message and evidence hold of people, accounts and their banks."""

import re
from collections.abc import Iterable, Iterator
from typing import Any

from agent.case import Case
from agent.model.vault import Kind, Vault
from agent.notebook import Notebook

_BY_FIELD: dict[str, Kind] = {
    "name": "NAME",
    "holder": "NAME",
    "parties": "NAME",
    "account": "ACCOUNT",
    "accounts": "ACCOUNT",
    "address": "ADDRESS",
    "email": "EMAIL",
    "emails": "EMAIL",
    "phone": "PHONE",
    "device": "PHONE",
    "remittance": "TEXT",
    "narrative": "TEXT",
    "text": "TEXT",
}
_BANKS = ("agent", "counterparty", "requester", "intermediaries", "bic", "agents")
_UETR = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
_CLOSING = re.compile(
    r"(?im)^\W*(?:kind|best|warm|many)?\s*(?:regards|wishes|thanks|sincerely|faithfully|grüße?n?|grüssen?|cordialement|"
    r"salutations|saludos|atentamente|groeten?|groet|saluti|yours \w+)\b[^\n]{0,40}\n+\s*(?P<name>[^\n]{2,60})"
)
_CAPITALS = re.compile(r"(?<!\w)[A-ZÀ-Þ][a-zß-ÿ'’-]+(?: [A-ZÀ-Þ][a-zß-ÿ'’-]+){1,3}(?!\w)")
"""Two to four words with capitals in a row."""
_ADDRESS = re.compile(
    r"\b\d{1,4}[A-Za-z]?,? (?:[A-ZÀ-Þ][\w'’]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Way|Square|Drive|Close|Court|"
    r"Place|Terrace|Gardens)\b|\b[A-ZÀ-Þ]\w*(?:straße|strasse|weg|platz|gasse|allee|straat|laan) \d{1,4}[a-z]?\b|"
    r"\b\d{1,4},? (?:rue|avenue|boulevard|calle|via|place) (?:[\w'’]+ ?){1,4}|"
    r"\b[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2}\b|\b\d{4,5} [A-ZÀ-Þ][a-zß-ÿ]{3,}(?= ?[,\n]|$)"
)


def vault_of(case: Case, notebook: Notebook, *, mask_bics: bool) -> Vault:
    """Return the vault of a case, knowing everything personal that is known of it so far."""
    vault = Vault()
    learn(vault, [piece.result for piece in notebook.evidence], mask_bics=mask_bics)
    learn(vault, [piece.arguments for piece in notebook.evidence], mask_bics=mask_bics)
    vault.know("EMAIL", [case.sender.email])
    if mask_bics:
        vault.know("BANK", [case.sender.bic, *_plain_banks(case)])
    message = case.message
    if message is None:
        return vault
    learn(vault, [t.model_dump(mode="json") for t in message.transactions], mask_bics=mask_bics)
    if message.text:
        _learn_text(vault, message.text, case, mask_bics=mask_bics)
    return vault


def learn(vault: Vault, values: Iterable[Any], *, mask_bics: bool) -> None:
    """Teach the vault what JSON values hold under fields that name people, accounts and banks."""
    for kind, value in (found for each in values for found in _fields(each, "")):
        if kind == "TEXT":
            _learn_words(vault, value)
        elif kind != "BANK" or mask_bics:
            vault.know(kind, [value])


def _plain_banks(case: Case) -> list[str]:
    """Our own agents are no secret of a customer's; the sender and receiver of the message may be."""
    message = case.message
    stated = [message.sender, message.receiver] if message is not None and message.standard != "mail" else []
    return [text for text in stated if text]


def _fields(value: Any, field: str) -> Iterator[tuple[Kind, str]]:
    if isinstance(value, dict):
        for name, item in sorted(value.items()):  # the same tokens, however the record was kept
            # What stands inside an address is all of it.
            yield from _fields(item, "address" if field == "address" else name)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _fields(item, field)
    elif isinstance(value, str) and value:
        kind = _kind(field, value)
        if kind is not None:
            yield kind, value


def _kind(field: str, value: str) -> Kind | None:
    if field in ("ref", "accounts", "parties") and _UETR.fullmatch(value):
        return None
    if field == "ref":
        return "ACCOUNT"
    if field in _BANKS or field.endswith("_agent"):
        return "BANK"
    return _BY_FIELD.get(field)


def _learn_text(vault: Vault, text: str, case: Case, *, mask_bics: bool) -> None:
    """What a free text says of people: introduced, titled, in the closing; addresses by their shape."""
    from agent.free_text import extract

    found = extract(text, case.as_of.date())
    vault.know("NAME", found.names)
    vault.know("ACCOUNT", found.ibans)
    if mask_bics:
        vault.know("BANK", found.bics)
    vault.know("NAME", (hit["name"].strip(" ,.") for hit in _CLOSING.finditer(text)))
    _learn_words(vault, text)


def _learn_words(vault: Vault, text: str) -> None:
    """What looks like a name or an address in a text that no record explains."""
    vault.know("NAME", (hit[0] for hit in _CAPITALS.finditer(text)), parts=False)
    vault.know("ADDRESS", (hit[0].strip() for hit in _ADDRESS.finditer(text)))
