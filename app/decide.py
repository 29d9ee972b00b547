"""`amends decide`: one person's decision on one case."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from agent.decision import Approve, Ask, Edit, Escalate, Reject, Verdict, role_of
from agent.settings import settings
from agent.workplace import lasting_assistant
from tools.errors import UnusableInput


def verdict_of(
    *, approve: bool, reject: str | None, edit: Path | None, ask: str | None, escalate: str | None
) -> Verdict:
    """The one verdict that the options name."""
    given = [approve, reject is not None, edit is not None, ask is not None, escalate is not None]
    if sum(given) != 1:
        raise UnusableInput(
            "Give exactly one of --approve, --reject REASON, --edit FILE, --ask TEXT, --escalate ROLE.",
            code="one_verdict",
        )
    if reject is not None:
        return Reject(reason=reject)
    if edit is not None:
        return Edit(fields=_fields(edit))
    if ask is not None:
        return Ask(question=ask)
    if escalate is not None:
        return Escalate(to=role_of(escalate))
    return Approve()


def _fields(file: Path) -> dict[str, Any]:
    try:
        content = yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
    except (OSError, yaml.YAMLError) as error:
        raise UnusableInput(f"{str(file)!r} cannot be read as YAML or JSON: {error}", where=str(file)) from error
    if not isinstance(content, dict):
        raise UnusableInput(f"{str(file)!r} must hold fields with values: reply, actions, summary.", where=str(file))
    return content


def take_decision(
    case: str,
    *,
    user: str,
    role: str,
    verdict: Verdict,
    seen: str | None,
    store: Path | None,
    json: bool,
    emit: Callable[[Any], None],
) -> None:
    """Take the decision, deliver what it released, and say what it brought about."""
    config = settings()
    folder = store or config.store
    outcome = lasting_assistant(folder, config).decide(case, user=user, role=role, verdict=verdict, seen=seen)
    if json:
        emit(outcome.model_dump(mode="json"))
        return
    from rich.console import Console

    console = Console()
    console.print(f"Case {outcome.case_id}: {outcome.verdict}; it is now {outcome.state.replace('_', ' ')}.")
    if outcome.still_needed:
        console.print(f"Still to sign: {', '.join(outcome.still_needed)}.")
    if outcome.released:
        console.print(f"In the outbox: {', '.join(outcome.released)}. Carry it out with `amends deliver`.")
