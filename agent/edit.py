"""An edit by hand: reply, actions and summary may change; codes, money and messages only by drafting them again."""

import re
import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from agent.decision import DecisionRefused
from agent.proposal import Action, Proposal, Reply

REPLY_CHARACTERS_MAX = 8_000
SUMMARY_CHARACTERS_MAX = 4_000
ACTIONS_MAX = 50
EDITABLE = ("reply", "actions", "summary")

_KIND = re.compile(r"[a-z][a-z0-9_]{2,63}")
_SUBJECT = re.compile(r"[^\x00-\x1f\x7f]{1,140}")
_MONEY = re.compile(
    r"\b[A-Z]{3}\s\d|\d\s[A-Z]{3}\b|\b(EUR|USD|GBP|CHF|JPY)\d|\d(EUR|USD|GBP|CHF|JPY)\b|[€£$¥]|\d[.,]\d{2}\b"
)
"""An amount, as it might be slipped into the subject of an action."""
_WHY_LOCKED = {
    "disposition": "the policy decides it; reject the proposal instead",
    "rule": "the policy decides it; reject the proposal instead",
    "status": "a code is drafted from the rules; reject the proposal instead",
    "reason": "a code is drafted from the rules; reject the proposal instead",
    "messages": "a message is only ever drafted anew from the case; reject the proposal instead",
    "claims": "claims stand on evidence; ask for more instead",
    "approvals": "who must sign is the policy's; escalate to add a role",
}


def amended(proposal: Proposal, fields: Mapping[str, Any]) -> Proposal:
    """Return the proposal with the edit applied; refuses by name every field that may not change.

    A whole proposal may be handed in with a few words changed: locked fields that are as they were do no harm.
    """
    standing = proposal.model_dump(mode="json")
    for name, value in fields.items():
        if name not in EDITABLE and (name not in standing or standing[name] != value):
            raise _refused(name, _WHY_LOCKED.get(name, f"only {', '.join(EDITABLE)} can be edited"))
    changes = {name: _EDITS[name](proposal, value) for name, value in fields.items() if name in EDITABLE}
    new = proposal.model_copy(update=changes)
    if new == proposal:
        raise DecisionRefused("The edit changes nothing; approve the proposal as it stands.", code="nothing_edited")
    return new


def _reply(proposal: Proposal, value: Any) -> Reply | None:
    """Words may change, the addressee may not; a bare text stands for the words."""
    standing = proposal.reply
    if standing is None:
        if value is None:
            return None
        raise _refused("reply", "this proposal writes to nobody")
    if isinstance(value, str):
        value = {"text": value}
    if not isinstance(value, Mapping) or not isinstance(value.get("text"), str) or not value["text"].strip():
        raise _refused("reply.text", "it must be a text that is not empty")
    if value.get("to", standing.to) != standing.to:
        raise _refused("reply.to", "whom we write to follows from the case")
    if unknown := set(value) - {"to", "text"}:
        raise _refused(f"reply.{min(unknown)}", "a reply has only a text")
    return Reply(to=standing.to, text=_words("reply.text", value["text"], REPLY_CHARACTERS_MAX))


def _summary(proposal: Proposal, value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _refused("summary", "it must be a text that is not empty")
    return _words("summary", value, SUMMARY_CHARACTERS_MAX)


def _actions(proposal: Proposal, value: Any) -> tuple[Action, ...]:
    """Actions may be taken out or added by kind and subject; a new one carries no free text and no amount."""
    if not isinstance(value, list | tuple) or len(value) > ACTIONS_MAX:
        raise _refused("actions", f"it must be a list of at most {ACTIONS_MAX}")
    return tuple(_action(proposal, f"actions[{place}]", item) for place, item in enumerate(value))


def _action(proposal: Proposal, place: str, item: Any) -> Action:
    if not isinstance(item, Mapping) or not {"kind", "subject"} <= set(item) <= {"kind", "subject", "detail"}:
        raise _refused(place, "an action has a kind and a subject")
    kind, subject, detail = item["kind"], item["subject"], item.get("detail", "")
    for standing in proposal.actions:
        if (standing.kind, standing.subject) == (kind, subject) and detail in ("", standing.detail):
            return standing
    if detail:
        raise _refused(f"{place}.detail", "an action entered by hand carries no free text")
    if not isinstance(kind, str) or not _KIND.fullmatch(kind):
        raise _refused(f"{place}.kind", "it is a name like request_debit_authority")
    if not isinstance(subject, str) or not _SUBJECT.fullmatch(subject):
        raise _refused(f"{place}.subject", "it is a reference of 1 to 140 characters on one line")
    if _MONEY.search(subject):
        raise _refused(f"{place}.subject", "an amount cannot be entered by hand")
    return Action(kind=kind, subject=subject)


def _words(place: str, text: str, characters_max: int) -> str:
    if len(text) > characters_max:
        raise _refused(place, f"it has {len(text)} characters, {characters_max} are allowed")
    text = text.replace("\r\n", "\n").strip()
    if any(unicodedata.category(letter).startswith("C") and letter not in "\n\t" for letter in text):
        raise _refused(place, "it holds invisible or control characters")
    return text


def _refused(place: str, why: str) -> DecisionRefused:
    return DecisionRefused(f"The field {place!r} cannot be changed like that: {why}.", code="locked_field", where=place)


_EDITS: dict[str, Callable[[Proposal, Any], Any]] = {"reply": _reply, "actions": _actions, "summary": _summary}
