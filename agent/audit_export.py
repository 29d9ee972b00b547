"""The case file: everything of one case on one page for people, and in one JSON document for machines."""

import base64
from collections.abc import Iterable, Sequence
from datetime import datetime
from functools import cache
from html import escape
from pathlib import Path
from string import Template
from typing import Any, NamedTuple
from urllib.parse import quote

import orjson
from pydantic import ValidationError

from agent.audit import BrokenLink, Head, head, verify_case
from agent.casebook import CaseFile, ProposalRow
from agent.proposal import Proposal
from agent.store import Store

_TOLD = ("bic", "customer_id", "email", "verified")
"""What the intake says of a sender; the rest is for reading the message again."""


class Exported(NamedTuple):
    """Where the case file was written."""

    page: Path
    pack: Path


def export(store: Store, case_id: str, out: Path) -> Exported:
    """Write the case file into the folder `out`, as one page without scripts and one JSON document."""
    file = store.file(case_id)
    broken, end = verify_case(store, case_id), head(store)
    out.mkdir(parents=True, exist_ok=True)
    name = quote(case_id, safe="").replace(".", "%2E")
    exported = Exported(out / f"{name}.html", out / f"{name}.json")
    exported.page.write_text(page(file, broken, end), encoding="utf-8")
    exported.pack.write_bytes(orjson.dumps(pack(file, broken, end), option=orjson.OPT_INDENT_2))
    return exported


def pack(file: CaseFile, broken: BrokenLink | None, end: Head) -> dict[str, Any]:
    """Return the case file as one JSON-native document; the message's bytes are base64."""
    return {
        "schema": "amends/case-file/1",
        **file.model_dump(mode="json", exclude={"message"}),
        "message": {
            "sha256": file.case.message_sha256,
            "base64": base64.b64encode(file.message).decode(),
            "text": file.message.decode("utf-8", errors="replace"),
        },
        "rules": _rules_of(file),
        "whole": broken is None,
        "broken": broken.model_dump() if broken else None,
        "head": end._asdict(),
    }


def page(file: CaseFile, broken: BrokenLink | None, end: Head) -> str:
    """Return the case file as one self-contained page; everything from outside is escaped."""
    case = file.case
    return _template().substitute(
        case_id=escape(case.case_id),
        subtitle=_join(
            _tag(case.state), " ", case.type or "type not known yet", ", received ", _time(case.received_at)
        ),
        seal_class="broken" if broken else "",
        seal_title="The record of this case is broken" if broken else "The record of this case is whole",
        seal_text=_seal_text(broken, end),
        case=_facts(file),
        message=_message(file),
        evidence=_evidence(file),
        rules=_rules(file),
        proposals=_join(*map(_version, file.proposals)) or _soft("There is no proposal yet."),
        decisions=_decisions(file),
        outbox=_outbox(file),
        record=_record(file),
    )


@cache
def _template() -> Template:
    return Template(Path(__file__).with_name("case_file.html").read_text(encoding="utf-8"))


def _seal_text(broken: BrokenLink | None, end: Head) -> "_Html":
    if broken is not None:
        return _join(f"Record {broken.seq}: {broken.why}.")
    whole = "Every row below was compared with the hash under which it was recorded. "
    return _join(whole, f"The chain stood at record {end.length}, ", _code(end.hash), ".")


def _facts(file: CaseFile) -> "_Html":
    case = file.case
    return _list(
        ("State", _tag(case.state)),
        ("Type", case.type),
        ("Rail", case.rail),
        ("Payment (UETR)", case.uetr),
        ("Counterparty", case.counterparty),
        ("Amount", str(case.amount) if case.amount else None),
        ("Due", case.due.isoformat() if case.due else None),
        ("Owner", case.owner),
        ("Clock of the run", _time(case.as_of)),
    )


def _message(file: CaseFile) -> "_Html":
    case = file.case
    sender = ", ".join(f"{name} {value}" for name, value in case.sender.items() if name in _TOLD and value)
    facts = _list(
        ("Type", case.message_type),
        ("Channel", case.channel),
        ("From", sender),
        ("SHA-256", _code(case.message_sha256)),
    )
    return _join(facts, _pre(file.message.decode("utf-8", errors="replace")))


def _evidence(file: CaseFile) -> "_Html":
    pieces = (
        _join(
            _title(piece.id, " ", piece.tool, " ", _time(piece.at)),
            _pre(_json({"asked": piece.arguments, "answered": piece.result})),
            _code(piece.hash),
        )
        for piece in file.evidence
    )
    return _join(*pieces) or _soft("No tool was asked.")


def _rules_of(file: CaseFile) -> list[dict[str, Any]]:
    """Return the rules as the investigation found them, with their text of that day."""
    rules = (file.result or {}).get("rules")
    return [rule for rule in rules if isinstance(rule, dict)] if isinstance(rules, list) else []


def _rules(file: CaseFile) -> "_Html":
    pieces = (
        _join(
            _title(str(rule.get("title", "")), " ", _code(str(rule.get("id", "")))),
            _paragraph(str(rule.get("text", ""))),
            _soft(f"{rule.get('source', '')}, in force from {rule.get('effective_from', '')}"),
        )
        for rule in _rules_of(file)
    )
    return _join(*pieces) or _soft("No rule was cited.")


def _version(row: ProposalRow) -> "_Html":
    title = _title(
        f"Version {row.version} ", _tag(row.state), f" made by {row.made_by} ({row.origin}) at ", _time(row.at)
    )
    try:
        proposal = row.proposal
    except ValidationError:
        return _join(
            title, _soft("This version was changed outside the desk and can no longer be read:"), _pre(row.body)
        )
    approvals = proposal.approvals
    facts = _list(
        ("Disposition", f"{proposal.disposition} by rule {proposal.rule}"),
        ("Status, reason", " / ".join(code for code in (proposal.status, proposal.reason) if code)),
        ("Summary", proposal.summary),
        (
            "Signatures",
            f"{approvals.required}, of {', '.join(approvals.roles)}, before {row.expires_at:%Y-%m-%d %H:%M} UTC",
        ),
        ("Blocked", "; ".join(row.blocked)),
        ("Hash", _code(row.hash)),
    )
    return _join(title, facts, _words(proposal))


def _words(proposal: Proposal) -> "_Html":
    claims = (_join(claim.text, " ", _code(", ".join((*claim.evidence, *claim.rules)))) for claim in proposal.claims)
    actions = (" ".join(filter(None, (act.kind, act.subject, act.detail))) for act in proposal.actions)
    drafts = (
        _join(_title(f"{message.type} to {message.to} ", _code(message.message_id)), _pre(message.body))
        for message in proposal.messages
    )
    reply = proposal.reply
    written = _join(_title(f"Reply to the {reply.to}"), _pre(reply.text)) if reply else _Html()
    return _join(_bullets("Claims", claims), _bullets("Actions", actions), *drafts, written)


def _decisions(file: CaseFile) -> "_Html":
    rows = [
        (_time(one.at), one.person, one.role, _tag(one.verdict), str(one.version), one.reason, _code(one.proposal_hash))
        for one in file.decisions
    ]
    return _table(("At", "Person", "As", "Decision", "Version", "In words", "Of content"), rows, "Nobody has decided.")


def _outbox(file: CaseFile) -> "_Html":
    rows = [
        (
            _code(row.message_id),
            row.type,
            row.recipient,
            _join(_tag(row.state), " ", _time(row.sent_at) if row.sent_at else ""),
            _code(row.proposal_hash),
        )
        for row in file.outbox
    ]
    table = _table(("Message", "Type", "To", "State", "Signed content"), rows, "Nothing was released.")
    return _join(table, *(_join(_title(row.message_id), _pre(row.body)) for row in file.outbox))


def _record(file: CaseFile) -> "_Html":
    rows = [
        (str(row.seq), _time(row.at), row.kind.replace("_", " "), row.actor, _code(row.hash), _code(row.prev_hash))
        for row in file.audit
    ]
    return _table(("No.", "At", "What", "Who", "Hash", "Follows"), rows, "Nothing was recorded.")


# --- pieces of a page ------------------------------------------------------------------------------------------------


class _Html(str):
    """Text that is HTML already; every other text is escaped where it joins."""

    __slots__ = ()


def _join(*parts: str) -> _Html:
    return _Html("".join(part if isinstance(part, _Html) else escape(part) for part in parts))


def _inside(tag: str, *parts: str) -> _Html:
    return _Html(f"<{tag}>{_join(*parts)}</{tag.split()[0]}>")


def _title(*parts: str) -> _Html:
    return _inside("h3", *parts)


def _paragraph(text: str) -> _Html:
    return _inside("p", text)


def _soft(text: str) -> _Html:
    return _inside('p class="soft"', text)


def _pre(text: str) -> _Html:
    return _inside("pre", text)


def _code(text: str) -> _Html:
    return _inside("code", text)


def _time(at: datetime) -> _Html:
    return _inside("time", f"{at:%Y-%m-%d %H:%M:%S} UTC")


def _tag(word: str) -> _Html:
    return _inside(f'span class="tag {escape(word)}"', word.replace("_", " "))


def _json(value: Any) -> str:
    return orjson.dumps(value, option=orjson.OPT_INDENT_2).decode()


def _list(*facts: tuple[str, str | None]) -> _Html:
    """Return a list of facts; those without a value are left out."""
    return _inside("dl", *(_join(_inside("dt", name), _inside("dd", value)) for name, value in facts if value))


def _bullets(title: str, items: Iterable[str]) -> _Html:
    listed = [_inside("li", item) for item in items]
    return _join(_title(title), _inside("ul", *listed)) if listed else _Html()


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]], empty: str) -> _Html:
    if not rows:
        return _soft(empty)
    top = _inside("tr", *(_inside("th", title) for title in titles))
    body = (_inside("tr", *(_inside("td", cell) for cell in row)) for row in rows)
    return _inside("table", _inside("thead", top), _inside("tbody", *body))
