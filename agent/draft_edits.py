"""Edits: what people changed in drafts before they signed, kept as pairs; for better prompts, templates and rows.

Nothing new is stored: every version of a proposal is in the store, with who made it. A pair is a version that the
policy or the model worded, and the edit that a person made of it.
"""

import difflib
import re
from collections.abc import Iterator
from typing import Any, Literal

from agent.casebook import CaseFile, ProposalRow
from agent.model.personal import learn
from agent.model.vault import Vault
from agent.proposal import Proposal
from agent.store import Store
from tools.errors import Record

PAGE = 200
_WORD = re.compile(r"\s+|\S+")


class Pair(Record):
    """One text before and after a person's edit."""

    case: str
    field: Literal["reply", "summary", "actions"]
    before: str
    after: str
    worded_by: Literal["template", "model", "person"]
    prompt: str | None
    """Name, version and hash of the prompt behind the model's words."""
    type: str | None
    rule: str
    disposition: str
    approved: bool
    """Whether the edited version was carried out in the end."""

    @property
    def changes(self) -> tuple[tuple[Literal["same", "out", "in"], str], ...]:
        """The edit word by word."""
        one, two = _WORD.findall(self.before), _WORD.findall(self.after)
        found: list[tuple[Literal["same", "out", "in"], str]] = []
        for kind, a, b, c, d in difflib.SequenceMatcher(None, one, two, autojunk=False).get_opcodes():
            if kind == "equal":
                found.append(("same", "".join(one[a:b])))
                continue
            found += [("out", "".join(one[a:b]))] if a < b else []
            found += [("in", "".join(two[c:d]))] if c < d else []
        return tuple(found)


def pairs(store: Store, *, mask: bool = False) -> Iterator[Pair]:
    """Yield every edit on record, oldest case first; with `mask`, under pseudonyms, fit to leave the bank."""
    for file in _files(store):
        vault = _vault(file) if mask else None
        for before, after in zip(file.proposals, file.proposals[1:], strict=False):
            if after.origin != "edit":
                continue
            for pair in _of(file, before, after):
                if vault is None:
                    yield pair
                else:
                    texts = {"before": vault.mask(pair.before), "after": vault.mask(pair.after)}
                    yield pair.model_copy(update=texts)


def counted(store: Store) -> dict[str, int]:
    """How many proposals were decided on, and how many of them a person edited first."""
    decided = edited = 0
    for file in _files(store):
        if any(row.state in ("approved", "refused") for row in file.proposals):
            decided += 1
            edited += any(row.origin == "edit" for row in file.proposals)
    return {"decided": decided, "edited": edited}


def _files(store: Store) -> Iterator[CaseFile]:
    offset = 0
    while page := store.queue(limit=PAGE, offset=offset).cases:
        yield from (store.file(row.case_id) for row in page)
        offset += PAGE


def _of(file: CaseFile, before: ProposalRow, after: ProposalRow) -> Iterator[Pair]:
    one, two = before.proposal, after.proposal
    approved = after.version == file.proposals[-1].version and after.state == "approved"
    texts: dict[Literal["reply", "summary", "actions"], tuple[str, str]] = {
        "reply": (one.reply.text if one.reply else "", two.reply.text if two.reply else ""),
        "summary": (one.summary, two.summary),
        "actions": (_actions(one), _actions(two)),
    }
    for field, (old, new) in texts.items():
        if old == new:
            continue
        by_model = field == "reply" and _words(file) == old
        yield Pair(
            case=file.case.case_id,
            field=field,
            before=old,
            after=new,
            worded_by="model" if by_model else "person" if before.origin == "edit" else "template",
            prompt=_prompt(file) if by_model else None,
            type=file.case.type,
            rule=two.rule,
            disposition=two.disposition,
            approved=approved,
        )


def _actions(proposal: Proposal) -> str:
    return "\n".join(f"{action.kind} {action.subject}".strip() for action in proposal.actions)


def _model(file: CaseFile) -> dict[str, Any]:
    told: dict[str, Any] = (file.result or {}).get("model", {})
    return told


def _words(file: CaseFile) -> str | None:
    """The reply that the model worded, where it did."""
    reply = (_model(file).get("words") or {}).get("reply")
    return reply["text"] if reply else None


def _prompt(file: CaseFile) -> str | None:
    return next((step["prompt"] for step in _model(file).get("steps", ()) if step["role"] == "writer"), None)


def _vault(file: CaseFile) -> Vault:
    vault = Vault()
    learn(vault, [piece.result for piece in file.evidence], mask_bics=True)
    learn(vault, [piece.arguments for piece in file.evidence], mask_bics=True)
    learn(vault, [file.case.sender], mask_bics=True)
    return vault
