"""The policy's answer: what to do, with which codes, messages, actions and signatures."""

from typing import Literal

from agent.proposal import Action, Approvals, DispositionName, Role
from tools.errors import Record

Addressee = Literal["requester", "next", "previous", "cover_agent", "cover_bank", "creditor_agent"]
MessageKind = Literal[
    "camt.026",
    "camt.027",
    "camt.028",
    "camt.029",
    "camt.036",
    "camt.037",
    "camt.056",
    "camt.087",
    "camt.110",
    "camt.111",
    "pacs.002",
    "pacs.004",
    "pacs.009",
    "pacs.028",
]


class Send(Record):
    """A message to draft: its definition, to whom, and the codes it carries."""

    kind: MessageKind
    to: Addressee = "requester"
    status: str | None = None
    reason: str | None = None
    say: str | None = None
    """Name of a template text for its narrative; None where the code stands alone (GEN-7)."""


class Disposition(Record):
    """What the tables say about one case."""

    rule: str
    """Row id, e.g. "CXI-12"."""
    disposition: DispositionName
    status: str | None = None
    reason: str | None = None
    messages: tuple[Send, ...] = ()
    actions: tuple[Action, ...] = ()
    reply: str | None = None
    """Name of the reply's template; None where nobody is written to."""
    role: Role | None = None
    """The role that an escalation names."""
    approvals: Approvals
    cites: tuple[str, ...]
    """Ids of the rule documents that the row rests on."""
    link: str | None = None
    """Id of the case that this one is linked to."""


class Verdict(Record):
    """A row's answer before its id, its citations and the signatures are put on."""

    disposition: DispositionName
    status: str | None = None
    reason: str | None = None
    messages: tuple[Send, ...] = ()
    actions: tuple[Action, ...] = ()
    reply: str | None = None
    role: Role | None = None
    link: str | None = None
    money: bool = False
    """A FORWARD that moves money (pacs.004), not only a message."""
