"""Compares the result of a scenario with what its `expected.yaml` says, and names every difference.

The outcome is judged, not the path: type, row, codes, messages, signatures, what is told and what is kept back. Beside
that, every result must hold together in itself: claims cite what the result holds, drafted XML obeys its schema.
"""

import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import orjson
import yaml
from lxml import etree
from pydantic import ValidationError

from tools.errors import Record, UnusableInput

OneOf = str | tuple[str | None, ...] | None
"""A value, or several of which any will do."""

_VERSIONED = re.compile(r"^((?:camt|pacs|pain|trck)\.\d{3})\..*$")
_XML = ("camt", "pacs", "pain", "trck")
_PARSER = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)


class Expected(Record):
    """What `expected.yaml` of a scenario says; a field left out is not checked."""

    type: OneOf = None
    disposition: OneOf = None
    rule: OneOf = None
    status: OneOf = None
    reason: OneOf = None
    messages: tuple[str, ...] | None = None
    """Types without version, in any order."""
    uetr: str | None = None
    to: str | None = None
    """An agent to whom at least one message goes."""
    approvers: int | None = None
    roles: tuple[str, ...] = ()
    must_mention: tuple[str, ...] = ()
    must_not_mention: tuple[str, ...] = ()
    """Patterns that nothing leaving the bank may match, upper and lower case alike."""
    exit: int | None = None
    """The message cannot be used: an error or a case of type `unknown` is right."""

    def names(self, field: str) -> bool:
        """Say whether the file names this field, be it with null."""
        return field in self.model_fields_set


class Difference(Record):
    """One thing that is not as expected."""

    field: str
    got: str
    wanted: str

    def __str__(self) -> str:
        return f"{self.field}: {self.got} instead of {self.wanted}"


def expectation(folder: Path) -> Expected:
    """Read `expected.yaml` of a scenario folder; raises UnusableInput that names the file."""
    path = folder / "expected.yaml"
    try:
        return Expected.model_validate(yaml.load(path.read_bytes(), Loader=yaml.CSafeLoader) or {})
    except (OSError, yaml.YAMLError, ValidationError) as wrong:
        raise UnusableInput(f"{str(path)!r} cannot be used as an expectation: {wrong}", where=str(path)) from wrong


def differences(
    expected: Expected, result: Mapping[str, Any], drafts: Mapping[str, str], xsd_dir: Path | None = None
) -> tuple[Difference, ...]:
    """Return everything in which a result differs from what was expected, or contradicts itself.

    `drafts` are the texts of the drafted messages by file name; with `xsd_dir` they are held against official schemas.
    """
    if expected.exit is not None:
        return tuple(_refused(result))
    if result.get("error"):
        return (Difference(field="error", got=str(result["error"]["message"]), wanted="a result"),)
    found = [*_fields(expected, result), *_messages(expected, result["proposal"])]
    found += [*_signatures(expected, result["proposal"]), *_words(expected, result["proposal"], drafts)]
    found += [*_citations(result), *_drafts(result["proposal"], drafts, xsd_dir)]
    return tuple(found)


def _refused(result: Mapping[str, Any]) -> Iterator[Difference]:
    if not result.get("error") and result["case"]["type"] != "unknown":
        yield Difference(field="exit", got=result["case"]["type"], wanted="an error, or a case of type unknown")


def _fields(expected: Expected, result: Mapping[str, Any]) -> Iterator[Difference]:
    """The single values, each among those that are accepted."""
    proposal, payment = result["proposal"], result["payment"] or {}
    got = {
        "type": result["case"]["type"],
        "disposition": proposal["disposition"],
        "rule": proposal["rule"],
        "status": proposal["status"],
        "reason": proposal["reason"],
        "uetr": payment.get("uetr"),
    }
    for field, value in got.items():
        wanted = getattr(expected, field)
        accepted = wanted if isinstance(wanted, tuple) else (wanted,)
        if expected.names(field) and value not in accepted:
            yield Difference(field=field, got=str(value), wanted=" or ".join(map(str, accepted)))


def _messages(expected: Expected, proposal: Mapping[str, Any]) -> Iterator[Difference]:
    kinds = sorted(_VERSIONED.sub(r"\1", message["type"]) for message in proposal["messages"])
    if expected.messages is not None and not _same_kinds(kinds, expected.messages):
        yield Difference(field="messages", got=str(kinds), wanted=str(sorted(expected.messages)))
    receivers = [message["to"] for message in proposal["messages"]]
    if expected.to and receivers and not any(to[:8] == expected.to[:8] for to in receivers):
        yield Difference(field="to", got=str(receivers), wanted=expected.to)


def _same_kinds(kinds: list[str], wanted: tuple[str, ...]) -> bool:
    """MT answers are free format: where one is wanted any MT will do."""
    if not any(kind.startswith("MT") for kind in wanted):
        return kinds == sorted(wanted)
    return bool(kinds) and all(kind.startswith("MT") or kind in wanted for kind in kinds)


def _signatures(expected: Expected, proposal: Mapping[str, Any]) -> Iterator[Difference]:
    approvals = proposal["approvals"]
    if expected.approvers is not None and approvals["required"] != expected.approvers:
        yield Difference(field="approvers", got=str(approvals["required"]), wanted=str(expected.approvers))
    missing = [role for role in expected.roles if role not in approvals["roles"]]
    if missing:
        yield Difference(field="roles", got=str(approvals["roles"]), wanted=f"{missing} among them")


def _words(expected: Expected, proposal: Mapping[str, Any], drafts: Mapping[str, str]) -> Iterator[Difference]:
    """What must be told anywhere, and what must not leave: the reply and the drafted messages."""
    reply = proposal["reply"]["text"] if proposal["reply"] else ""
    outward = "\n".join((reply, *(drafts.get(message["file"], "") for message in proposal["messages"])))
    everything = f"{outward}\n{orjson.dumps(proposal).decode()}"
    for pattern in expected.must_mention:
        if not re.search(pattern, everything, re.IGNORECASE):
            yield Difference(field="must_mention", got="no such words", wanted=pattern)
    for pattern in expected.must_not_mention:
        if hit := re.search(pattern, outward, re.IGNORECASE):
            yield Difference(field="must_not_mention", got=repr(hit[0]), wanted=f"nothing like {pattern}")


def _citations(result: Mapping[str, Any]) -> Iterator[Difference]:
    """Every claim cites, and only what the result holds."""
    evidence = {piece["id"] for piece in result["evidence"]}
    rules = {rule["id"] for rule in result["rules"]}
    claims = result["proposal"]["claims"]
    if not claims:
        yield Difference(field="claims", got="none", wanted="at least one")
    for claim in claims:
        cited = (*claim["evidence"], *claim["rules"])
        unknown = [*(set(claim["evidence"]) - evidence), *(set(claim["rules"]) - rules)]
        if not cited or unknown:
            yield Difference(
                field="claims", got=f"{claim['text'][:60]!r} citing {unknown or 'nothing'}", wanted="proof"
            )


def _drafts(proposal: Mapping[str, Any], drafts: Mapping[str, str], xsd_dir: Path | None) -> Iterator[Difference]:
    for message in proposal["messages"]:
        if not message["type"].startswith(_XML):
            continue
        body = drafts.get(message["file"])
        fault = "was not written" if body is None else _schema_fault(body, xsd_dir)
        if fault:
            yield Difference(field="drafts", got=f"{message['file']} {fault}", wanted="a message that obeys its schema")


def _schema_fault(body: str, xsd_dir: Path | None) -> str | None:
    """The first fault by the official schema of the namespace that the message itself names."""
    try:
        root = etree.fromstring(body.encode(), _PARSER)
    except etree.XMLSyntaxError as error:
        return f"is not well-formed: {error}"
    space = etree.QName(root).namespace or ""
    if xsd_dir is None:
        return None
    path = xsd_dir / f"{space.rpartition(':')[2]}.xsd"
    if not path.is_file():
        return f"has no official schema {path.name}"
    try:
        _schema(path).assertValid(root)
    except etree.DocumentInvalid as error:
        return f"breaks it: {error}"
    return None


@cache
def _schema(path: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(path))
