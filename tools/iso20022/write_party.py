"""Agents, parties, addresses and accounts as ISO 20022 writes them."""

import re
from functools import lru_cache

from tools.iso20022.charset import to_extended
from tools.iso20022.reference import iban_fault
from tools.iso20022.write_parts import escaped, leaf, name, split_at
from tools.message import StatedParty
from tools.payment import Agent, Party

_COUNTRY = re.compile(r"[A-Z]{2}")
_STRUCTURED = (
    ("Dept", 70, ("dept", "department")),
    ("StrtNm", 70, ("strtnm", "street", "street_name")),
    ("BldgNb", 16, ("bldgnb", "building_number", "number")),
    ("PstBx", 16, ("pstbx", "post_box", "po_box")),
    ("PstCd", 16, ("pstcd", "postcode", "post_code", "postal_code", "zip")),
    ("TwnNm", 35, ("twnnm", "town", "town_name", "city")),
    ("CtrySubDvsn", 35, ("ctrysubdvsn", "state", "subdivision", "region")),
)
"""PostalAddress24 in schema order, with the names our records use for each."""
_ADDRESS_LINES_MAX = 7
_STRUCTURED_KEYS = frozenset(key for _, _, keys in _STRUCTURED for key in keys) | {"ctry", "country"}


@lru_cache(maxsize=4096)
def institution(agent: str) -> str:
    system, colon, member = agent.partition(":")
    if not colon:
        return f"<FinInstnId><BICFI>{agent}</BICFI></FinInstnId>"
    inner = f"<ClrSysId><Cd>{system}</Cd></ClrSysId><MmbId>{member}</MmbId>"
    return f"<FinInstnId><ClrSysMmbId>{inner}</ClrSysMmbId></FinInstnId>"


@lru_cache(maxsize=4096)
def as_agent(text: str) -> Agent | None:
    """The agent a text names, or None when it is no BIC and no clearing member."""
    try:
        return Agent(text)
    except ValueError:
        return None


def agent(tag: str, text: str | None) -> str:
    """An agent by BIC or clearing member; nothing when the text is neither."""
    known = text if isinstance(text, Agent) else as_agent(text) if text else None
    return f"<{tag}>{institution(known)}</{tag}>" if known else ""


def agent_or_party(tag: str, text: str | None) -> str:
    """Party40Choice: an agent where the text is one, else a party of that name."""
    if not text:
        return ""
    if known := text if isinstance(text, Agent) else as_agent(text):
        return f"<{tag}><Agt>{institution(known)}</Agt></{tag}>"
    inner = name("Nm", text)
    return f"<{tag}><Pty>{inner}</Pty></{tag}>" if inner else ""


def originator(text: str | None) -> str:
    """Orgtr: a bank by its BIC, anyone else by name."""
    known = as_agent(text) if text else None
    if known and known.is_bic:
        return f"<Orgtr><Id><OrgId><AnyBIC>{known}</AnyBIC></OrgId></Id></Orgtr>"
    inner = name("Nm", text)
    return f"<Orgtr>{inner}</Orgtr>" if inner else ""


def account(tag: str, number: str | None) -> str:
    """An account by IBAN where the number is a right one, else as it is written (34 characters)."""
    compact = number.replace(" ", "") if number else ""
    if not compact:
        return ""
    if iban_fault(compact) is None:
        return f"<{tag}><Id><IBAN>{compact}</IBAN></Id></{tag}>"
    other = leaf("Id", number, 34)
    return f"<{tag}><Id><Othr>{other}</Othr></Id></{tag}>" if other else ""


def postal_address(address: str | dict[str, str] | None) -> str:
    """PstlAdr: structured where the record is, else lines of 70 characters."""
    if not address:
        return ""
    if isinstance(address, str):
        lines = split_address(address)
        return f"<PstlAdr>{lines}</PstlAdr>" if lines else ""
    given = {key.lower(): str(value) for key, value in address.items() if value}
    inner = ""
    for tag, limit, keys in _STRUCTURED:
        inner += name(tag, next((given[key] for key in keys if key in given), None), limit)
    country = (given.get("ctry") or given.get("country") or "").strip().upper()
    if _COUNTRY.fullmatch(country):
        inner += f"<Ctry>{country}</Ctry>"
    rest = [value for key, value in given.items() if key not in _STRUCTURED_KEYS]
    inner += "".join(name("AdrLine", value, 70) for value in rest[:_ADDRESS_LINES_MAX])
    return f"<PstlAdr>{inner}</PstlAdr>" if inner else ""


def split_address(address: str) -> str:
    """AdrLine elements of one written address, at most seven (PostalAddress24)."""
    lines = [piece for line in address.splitlines() for piece in split_at(to_extended(line).strip(), 70)]
    return "".join(f"<AdrLine>{escaped(line)}</AdrLine>" for line in lines[:_ADDRESS_LINES_MAX])


def party_content(party: Party | StatedParty) -> str:
    """Nm and PstlAdr of a party (PartyIdentification135)."""
    return name("Nm", party.name) + postal_address(party.address)


def party(tag: str, who: Party | StatedParty | None) -> str:
    inner = party_content(who) if who else ""
    return f"<{tag}>{inner}</{tag}>" if inner else ""
