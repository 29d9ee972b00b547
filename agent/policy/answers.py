"""How a rail says yes, not yet and no: which messages carry an answer, and which codes are legal on it."""

from agent.policy.disposition import MessageKind, Send, Verdict
from agent.policy.facts import Facts
from agent.proposal import Action, Role

_NO_INTERIM = ("SEPA_SCT", "SEPA_INST", "FEDWIRE")
"""Rails on which a pending cancellation answer stays internal (section 1, by rail)."""


def act(kind: str, subject: str = "", detail: str = "") -> Action:
    """An action for people or systems of ours."""
    return Action(kind=kind, subject=subject, detail=detail)


def narrative_code(facts: Facts) -> str:
    """NARR, or LEGL where the rail's refusal set has no NARR (SEPA): the code per rail is data."""
    return "LEGL" if facts.sepa else "NARR"


# Section 1: cancellation requests.


def accept_cancellation(facts: Facts, *actions: Action) -> Verdict:
    """The rail's yes: camt.029 CNCL with pacs.004 FOCR; pacs.004 alone on SEPA and Fedwire; IPAY on FedNow."""
    money = Send(kind="pacs.004", to="previous", reason="FOCR")
    if facts.rail in _NO_INTERIM:
        return Verdict(disposition="ACCEPT", status="CNCL", messages=(money,), actions=actions)
    status = "IPAY" if facts.rail == "FEDNOW" else "CNCL"
    return Verdict(
        disposition="ACCEPT", status=status, messages=(Send(kind="camt.029", status=status), money), actions=actions
    )


def interim_messages(facts: Facts, reason: str) -> tuple[Send, ...]:
    """The rail's not yet: camt.029 PDCR, or nothing on SEPA and Fedwire."""
    if facts.rail in _NO_INTERIM:
        return ()
    return (Send(kind="camt.029", status="PDCR", reason=reason),)


def pend_cancellation(facts: Facts, reason: str, *actions: Action) -> Verdict:
    return Verdict(
        disposition="PEND", status="PDCR", reason=reason, messages=interim_messages(facts, reason), actions=actions
    )


def refuse_cancellation(facts: Facts, reason: str, *actions: Action, say: str | None = None) -> Verdict:
    """The rail's no: camt.029 RJCR on every rail."""
    message = Send(kind="camt.029", status="RJCR", reason=reason, say=say)
    return Verdict(disposition="REJECT", status="RJCR", reason=reason, messages=(message,), actions=actions)


def escalate(
    role: Role,
    *actions: Action,
    status: str | None = None,
    reason: str | None = None,
    messages: tuple[Send, ...] = (),
    reply: str | None = None,
) -> Verdict:
    """Hand the decision to the one role that may take it."""
    return Verdict(
        disposition="ESCALATE", role=role, status=status, reason=reason, messages=messages, actions=actions, reply=reply
    )


# Investigations: camt.110 is answered by camt.111, the classic messages by camt.029, a free text by the rail's message.


def answered_by(facts: Facts) -> MessageKind | None:
    """The message that answers this request; None where only words can (FPS, customers)."""
    if not facts.from_bank:
        return None
    if facts.message == "camt.110":
        return "camt.111"
    if facts.message in ("camt.026", "camt.027", "camt.055", "camt.056", "camt.087"):
        return "camt.029"
    if facts.message == "camt.037":
        return "camt.111" if facts.modern else "camt.036"
    if facts.message == "pacs.028":
        return "pacs.002"
    if facts.rail == "FPS":
        return None
    if facts.type == "modification":
        return "camt.029"
    return "camt.111" if facts.modern else "camt.029"


def answer(
    facts: Facts,
    modern: tuple[str, str | None],
    classic: tuple[str, str | None] | None = None,
    *,
    say: str | None = None,
) -> tuple[str | None, str | None, tuple[Send, ...]]:
    """Status, reason and message of an answer: camt.111 codes, or the camt.029 ones where the trigger is classic."""
    kind = answered_by(facts)
    status, reason = classic if kind == "camt.029" and classic is not None else modern
    if kind is None:
        return status, reason, ()
    return status, reason, (Send(kind=kind, status=status, reason=reason, say=say),)


def same_kind(facts: Facts) -> MessageKind:
    """The request to send on: the same kind that came in; a free text goes on in the rail's own kind."""
    classic: dict[str, MessageKind] = {
        "camt.026": "camt.026",
        "camt.027": "camt.027",
        "camt.056": "camt.056",
        "camt.087": "camt.087",
        "camt.110": "camt.110",
    }
    by_type: dict[str, MessageKind] = {
        "cancellation_received": "camt.056",
        "modification": "camt.087",
        "non_receipt_received": "camt.110" if facts.modern else "camt.027",
        "unable_to_apply": "camt.110" if facts.modern else "camt.026",
    }
    return classic.get(facts.message) or by_type.get(facts.type, "camt.110")
