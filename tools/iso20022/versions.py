"""Which version of a message goes out on which rail, from which date on."""

from collections.abc import Mapping
from datetime import date

from tools.errors import Record, ToolError
from tools.payment import Rail

DEFAULTS: Mapping[str, str] = {
    "camt.026": "camt.026.001.07",
    "camt.027": "camt.027.001.07",
    "camt.028": "camt.028.001.09",
    "camt.029": "camt.029.001.09",
    "camt.036": "camt.036.001.05",
    "camt.037": "camt.037.001.09",
    "camt.056": "camt.056.001.08",
    "camt.087": "camt.087.001.06",
    "camt.110": "camt.110.001.01",
    "camt.111": "camt.111.001.01",
    "pacs.002": "pacs.002.001.10",
    "pacs.004": "pacs.004.001.09",
    "pacs.009": "pacs.009.001.08",
    "pacs.028": "pacs.028.001.03",
}
"""The versions that the rails shared after the 2023 migrations."""

WRITABLE: Mapping[str, tuple[str, ...]] = {
    "camt.026": ("camt.026.001.07", "camt.026.001.08"),
    "camt.027": ("camt.027.001.07", "camt.027.001.08", "camt.027.001.09", "camt.027.001.10"),
    "camt.028": ("camt.028.001.09", "camt.028.001.10", "camt.028.001.11", "camt.028.001.12"),
    "camt.029": ("camt.029.001.09", "camt.029.001.10", "camt.029.001.11", "camt.029.001.12", "camt.029.001.13"),
    "camt.036": ("camt.036.001.05", "camt.036.001.06"),
    "camt.037": ("camt.037.001.07", "camt.037.001.08", "camt.037.001.09", "camt.037.001.10"),
    "camt.056": ("camt.056.001.08", "camt.056.001.09", "camt.056.001.10", "camt.056.001.11", "camt.056.001.12"),
    "camt.087": ("camt.087.001.06", "camt.087.001.07", "camt.087.001.08", "camt.087.001.09"),
    "camt.110": ("camt.110.001.01",),
    "camt.111": ("camt.111.001.01", "camt.111.001.02"),
    "pacs.002": tuple(f"pacs.002.001.{version}" for version in range(10, 16)),
    "pacs.004": ("pacs.004.001.09", *(f"pacs.004.001.{version}" for version in range(10, 15))),
    "pacs.009": ("pacs.009.001.08", "pacs.009.001.09", "pacs.009.001.10", "pacs.009.001.11", "pacs.009.001.12"),
    "pacs.028": ("pacs.028.001.03", "pacs.028.001.04", "pacs.028.001.05", "pacs.028.001.06"),
}
"""The versions whose elements for what we say are the same; earlier ones lack the UETR or name agents otherwise."""


class VersionRule(Record):
    """From a date on, a rail takes this version of a message."""

    rail: Rail
    version: str
    effective_from: date
    effective_to: date | None = None
    source: str


RULES: tuple[VersionRule, ...] = (
    VersionRule(
        rail="FEDWIRE", version="pacs.004.001.10", effective_from=date(2025, 7, 14), source="Fedwire Funds ISO 20022"
    ),
    VersionRule(
        rail="FEDNOW", version="pacs.004.001.10", effective_from=date(2023, 7, 20), source="FedNow message set"
    ),
)
"""Where a rail differs from the defaults. A bank adds its own rules; later ones win."""


def message_of(version: str) -> str:
    """Return "camt.056" for "camt.056.001.08"."""
    return version[:8]


def version_for(
    message: str, rail: Rail | None = None, on: date | None = None, rules: tuple[VersionRule, ...] = RULES
) -> str:
    """Return the version of a message that a rail takes on a date; without a date, the newest rule of the rail."""
    try:
        chosen = DEFAULTS[message]
    except KeyError:
        raise ToolError(f"{message!r} is no message that we write; known are {', '.join(DEFAULTS)}.") from None
    for rule in rules:
        if rule.rail != rail or message_of(rule.version) != message:
            continue
        if on is None or (rule.effective_from <= on and (rule.effective_to is None or on <= rule.effective_to)):
            chosen = rule.version
    return chosen
