"""A case as a page in the terminal: what came, what was found, what is proposed and why, who must sign."""

from typing import Any

from rich.console import Console, Group
from rich.markup import escape
from rich.panel import Panel
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

WIDTH_MAX = 110

_GUARDRAIL = {"pass": "[green]pass[/]", "flag": "[yellow]flag[/]", "block": "[red]block[/]"}


def console() -> Console:
    """A console no wider than a page reads well."""
    own = Console()
    return Console(width=min(own.width, WIDTH_MAX) if own.is_terminal else WIDTH_MAX, highlight=False)


def show_result(result: dict[str, Any], to: Console | None = None) -> None:
    """Print the result of an investigation as a page."""
    page = to or console()
    page.print(_head(result))
    page.print(_proposal(result["proposal"]))
    page.print(Rule("Why", align="left", style="dim"))
    page.print(_claims(result))
    if result["proposal"]["messages"] or result["proposal"]["reply"] or result["proposal"]["actions"]:
        page.print(Rule("What would happen once it is signed", align="left", style="dim"))
        page.print(_effects(result["proposal"]))
    if result["model"]["calls"]:
        page.print(Rule(f"What the model {result['model']['name']} says", align="left", style="dim"))
        page.print(_model(result["model"]))
    page.print(Rule("Checks", align="left", style="dim"))
    page.print(_checks(result["guardrails"]))
    for other in result.get("further_cases", ()):
        show_result(other, page)


def _head(result: dict[str, Any]) -> Panel:
    case, payment = result["case"], result["payment"]
    lines = [
        f"[bold]{escape(case['type'].replace('_', ' '))}[/]  rail {case['rail'] or 'unknown'}"
        + (f", we are {case['our_role'].replace('_', ' ')}" if case["our_role"] else ""),
        f"{case['state'].replace('_', ' ')}" + (f", due {case['due']}" if case["due"] else ""),
    ]
    if payment:
        lines.append(f"payment {payment['uetr']}, matched by {payment['matched_by'].replace('_', ' ')}")
    else:
        lines.append("no single payment matches")
    return Panel("\n".join(lines), title=f"Case {escape(case['id'])}", title_align="left", border_style="blue")


def _proposal(proposal: dict[str, Any]) -> Group:
    codes = " / ".join(code for code in (proposal["status"], proposal["reason"]) if code)
    signers = proposal["approvals"]
    people = "one person" if signers["required"] == 1 else f"{signers['required']} different persons"
    return Group(
        Text.assemble(
            ("Proposed: ", "bold"),
            (proposal["disposition"].replace("_", " "), "bold green"),
            f"  {codes}" if codes else "",
            f"   row {proposal['rule']}",
        ),
        Text(proposal["summary"]),
        Text(f"To be signed by {people}: {', '.join(signers['roles']).replace('_', ' ')}.", style="italic"),
    )


def _claims(result: dict[str, Any]) -> Table:
    table = Table.grid(padding=(0, 2))
    table.add_column(ratio=1)
    table.add_column(style="dim", justify="right")
    for claim in result["proposal"]["claims"]:
        table.add_row(escape(claim["text"]), ", ".join((*claim["evidence"], *claim["rules"])))
    for rule in result["rules"]:
        table.add_row(Text(f"“{rule['text']}”", style="italic"), f"{rule['id']}, from {rule['effective_from']}")
    return table


def _effects(proposal: dict[str, Any]) -> Group:
    parts: list[Any] = []
    for message in proposal["messages"]:
        faults = len(message["violations"])
        state = f"[red]{faults} violations[/]" if faults else "[green]valid[/]"
        parts.append(f"[bold]{message['type']}[/] to {message['to']}, our reference {message['message_id']}, {state}")
    for action in proposal["actions"]:
        subject = f" {action['subject']}" if action["subject"] else ""
        detail = f" ({action['detail']})" if action["detail"] else ""
        parts.append(f"[bold]{escape(action['kind'].replace('_', ' '))}[/]{escape(subject)}{escape(detail)}")
    if proposal["reply"]:
        reply = proposal["reply"]
        parts.append(Panel(Text(reply["text"]), title=f"Reply to the {reply['to']}", title_align="left", style="dim"))
    return Group(*parts)


def _model(told: dict[str, Any]) -> Group:
    """The model's words beside the policy's own; none of them decides anything."""
    words, opinion, sought = told.get("words") or {}, told.get("opinion"), told.get("sought") or {}
    parts: list[Any] = [Text(words["summary"])] if words.get("summary") else []
    parts += [Text(f"- {c['text']}  {', '.join((*c['evidence'], *c['rules']))}") for c in words.get("rationale", ())]
    if sought.get("answer"):
        parts.append(Text(f"{sought['question']} {sought['answer']} ({', '.join(sought['evidence'])})"))
    if opinion:
        style = "green" if opinion["agrees"] else "yellow"
        parts.append(Text(f"Second opinion: {opinion['disposition'].replace('_', ' ')}", style=style))
        parts += [Text(f"- {r['text']}  {', '.join((*r['evidence'], *r['rules']))}") for r in opinion["reasons"]]
    if words.get("template"):
        parts.append(Panel(Text(words["template"]), title="The template that its reply replaces", title_align="left"))
    used = (
        f"{told['calls']} calls, {told['tokens_in'] + told['tokens_out']} tokens, {told.get('money_usd', '0')} dollars"
    )
    return Group(*parts, Text(used, style="dim"))


def _checks(guardrails: list[dict[str, Any]]) -> Group:
    passed = [g["name"] for g in guardrails if g["outcome"] == "pass"]
    lines = [f"{_GUARDRAIL['pass']}  {', '.join(passed).replace('_', ' ')}"] if passed else []
    for guardrail in guardrails:
        if guardrail["outcome"] != "pass":
            name = guardrail["name"].replace("_", " ")
            lines.append(f"{_GUARDRAIL[guardrail['outcome']]}  {name}: {escape(guardrail['detail'])}")
    return Group(*lines)
