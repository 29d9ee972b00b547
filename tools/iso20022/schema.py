"""Checks a message against the official schema of its version, where a folder of schemas is configured."""

import re
import threading
from copy import deepcopy
from functools import lru_cache
from itertools import islice
from pathlib import Path
from typing import Any, Literal

from lxml import etree

from tools.errors import Violation
from tools.iso20022.elements import Element, local, namespace

_VIOLATIONS_MAX = 100
"""A person reads no more; a broken file may hold a million faults."""


class _Schemas(threading.local):
    """Compiled schemas of this thread: compiling costs 1.5 ms, and a schema object keeps the errors of its last use."""

    def __init__(self) -> None:
        self.compiled: dict[tuple[Path, str], etree.XMLSchema] = {}


_SCHEMAS = _Schemas()


def schema_violations(
    message: Element, version: str, xsd_dir: Path, severity: Literal["flag", "block"] = "block"
) -> tuple[Violation, ...]:
    """Return the violations of the official schema; a schema that is missing or broken is one flag."""
    schema = _SCHEMAS.compiled.get((xsd_dir, version))
    if schema is None:
        path = xsd_dir / f"{version}.xsd"
        try:
            schema = etree.XMLSchema(etree.parse(path))
        except (OSError, etree.XMLSyntaxError, etree.XMLSchemaParseError):
            detail = f"There is no usable schema {path.name} in the schema folder; the message was not checked by it."
            return (Violation(rule="schema-missing", place="Document", value=version, detail=detail, severity="flag"),)
        _SCHEMAS.compiled[xsd_dir, version] = schema
    if schema.validate(_alone(message)):
        return ()
    log: Any = schema.error_log  # its stubs know no iteration
    return tuple(
        Violation(
            rule="schema",
            place=_short_path(error.path),
            detail=_without_namespace(error.message),
            severity=severity,
        )
        for error in islice(log, _VIOLATIONS_MAX)
    )


def _alone(message: Element) -> Element:
    """The message under its Document alone, which lxml takes for a root of its own; the schema knows no envelope."""
    document = message.getparent()
    if document is not None and local(document) == "Document":
        return document
    space = namespace(message)
    prefixes: Any = {None: space} if space else None  # the stubs know no default namespace
    document = etree.Element(f"{{{space}}}Document" if space else "Document", nsmap=prefixes)
    document.append(deepcopy(message))
    return document


@lru_cache(maxsize=1024)
def _short_path(path: str | None) -> str:
    return re.sub(r"\*\[\d+\]|\*|[\w-]+:", "", path or "").strip("/") or "Document"


def _without_namespace(message: str) -> str:
    return re.sub(r"\{urn:[^}]*\}", "", message)
