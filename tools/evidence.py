"""Evidence: what a tool was asked, what it answered, when, under a hash that proves it."""

import hashlib
import re
from typing import Any

import orjson
import rfc8785
from pydantic import AwareDatetime

from tools.errors import Record

_SAFE_INTEGER = 2**53
"""RFC 8785 section 3.2.2.3 takes numbers as IEEE doubles; integers beyond this are refused there."""


class Evidence(Record):
    """One answer of one read tool; claims of a proposal point at its id."""

    id: str
    """Position in the case, e.g. "E3"."""
    tool: str
    arguments: dict[str, Any]
    result: dict[str, Any]
    """JSON-native values only: amounts are decimal text, times ISO 8601."""
    at: AwareDatetime
    hash: str
    """"sha256:" over the canonical JSON (RFC 8785) of tool, arguments, result and time."""


def digest(value: Any) -> str:
    """Return "sha256:<hex>" of the canonical JSON (RFC 8785) of a JSON-native value."""
    return "sha256:" + hashlib.sha256(canonical(value)).hexdigest()


_SLOW = re.compile(rb"[:,\[]-?\d+(?:[.eE]|\d{15})")
"""What may be a number that orjson writes otherwise; inside a text it costs only time."""


def canonical(value: Any) -> bytes:
    """Return the canonical JSON (RFC 8785) of a JSON-native value; anything else is refused."""
    if type(value) is dict:
        written = _sorted(value)
        if written is not None:
            return written
    if _plain(value):
        return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
    return rfc8785.dumps(value)


def _sorted(value: dict[str, Any]) -> bytes | None:
    """Return orjson's output where its bytes alone show that it is RFC 8785: ASCII throughout, plain numbers only."""
    try:
        written = orjson.dumps(value, option=orjson.OPT_SORT_KEYS | orjson.OPT_PASSTHROUGH_DATETIME)
    except TypeError:
        return None
    # A null may have been a NaN.
    return None if not written.isascii() or b"null" in written or _SLOW.search(written) else written


def _plain(value: Any) -> bool:
    """Say whether orjson's sorted output is already RFC 8785: ASCII keys, no floats, integers within a double.

    The two differ in the order of keys above U+FFFF, in how floats are written, and in NaN, which orjson
    writes as null. Everything else they write alike, some twenty times faster here.
    """
    kind = type(value)
    if kind is dict:
        for key, item in value.items():
            if type(key) is not str or not key.isascii():
                return False
            if type(item) is not str and item is not None and not _plain(item):
                return False
        return True
    if kind is list or kind is tuple:
        return all(type(item) is str or _plain(item) for item in value)
    if kind is int:
        return bool(-_SAFE_INTEGER < value < _SAFE_INTEGER)
    # A text with a type of its own (UETR, Agent) is written as the text it is, by both.
    return kind is str or kind is bool or value is None or isinstance(value, str)
