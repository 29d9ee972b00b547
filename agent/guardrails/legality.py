"""Passes on what is wrong with the drafted messages: schema, code sets, character set, profile."""

from collections.abc import Iterable

from agent.proposal import DraftedMessage
from tools.errors import Violation


def check(messages: Iterable[DraftedMessage]) -> tuple[Violation, ...]:
    """Return the violations of every drafted message, each with the message it stands in; never loosens one."""
    found: list[Violation] = []
    for message in messages:
        where = message.file or message.message_id
        found += [fault.model_copy(update={"place": f"{where}: {fault.place}"}) for fault in message.violations]
        if not message.body.strip():
            found.append(
                Violation(rule="empty-message", place=where, value=message.type, detail="There is no message.")
            )
    return tuple(found)
