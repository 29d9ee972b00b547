"""Commands about cases: investigate, list, show and decide them, and send what was signed."""

from pathlib import Path
from typing import Annotated

import typer

from app.commands.options import JsonOption, ModelOption, StoreOption
from app.commands.output import emit, fail
from tools.errors import ToolError


def investigate(
    paths: Annotated[list[Path], typer.Argument(help="Scenario folders, folders of them, or message files.")],
    json: JsonOption = False,
    store: StoreOption = None,
    model: ModelOption = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the drafted messages.")] = None,
    bic: Annotated[str | None, typer.Option("--from", help="Who sent a message file: BIC or SYSTEM:MEMBER.")] = None,
    email: Annotated[str | None, typer.Option(help="Which customer's address a message file came from.")] = None,
) -> None:
    """Investigate scenarios or message files: find the payment, decide by the rules, draft the answer."""
    from app.investigate import investigate_paths

    try:
        code = investigate_paths(paths, json=json, store=store, model=model, out=out, bic=bic, email=email, emit=emit)
    except ToolError as error:
        fail(error, json)
    raise typer.Exit(code)


def cases(
    store: StoreOption = None,
    state: Annotated[str | None, typer.Option(help="Only cases in this state.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000)] = 50,
    json: JsonOption = False,
) -> None:
    """List the cases of a store, the most urgent first."""
    from app.cases import list_cases

    try:
        list_cases(store, state=state, limit=limit, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


def show(
    case: Annotated[str, typer.Argument(help="Case id.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Show one case as a page: what came, what was found, what is proposed, who signed, what left."""
    from app.cases import show_case

    try:
        show_case(case, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


def decide(
    case: Annotated[str, typer.Argument(help="Case id.")],
    user: Annotated[str, typer.Option("--as", help="Who decides.")],
    role: Annotated[str, typer.Option(help="approver, fraud_specialist or compliance.")],
    store: StoreOption = None,
    approve: Annotated[bool, typer.Option("--approve", help="Sign the proposal.")] = False,
    reject: Annotated[str | None, typer.Option(help="Refuse it, for this reason.")] = None,
    edit: Annotated[Path | None, typer.Option(help="Change reply, actions or summary as this file says.")] = None,
    ask: Annotated[str | None, typer.Option(help="Ask for more before deciding.")] = None,
    escalate: Annotated[str | None, typer.Option(help="Have this role sign too.")] = None,
    seen: Annotated[str | None, typer.Option(help="Hash of the proposal that you read; any other is refused.")] = None,
    json: JsonOption = False,
) -> None:
    """Approve, refuse, edit, ask or escalate; what is signed goes out once."""
    from app.decide import take_decision, verdict_of

    try:
        verdict = verdict_of(approve=approve, reject=reject, edit=edit, ask=ask, escalate=escalate)
        take_decision(case, user=user, role=role, verdict=verdict, seen=seen, store=store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


def investigate_again(
    case: Annotated[str | None, typer.Argument(help="Case id; without one, every case whose run died.")] = None,
    store: StoreOption = None,
    type: Annotated[str | None, typer.Option(help="Name the type of a case that is unknown.")] = None,
    payment: Annotated[str | None, typer.Option(help="With --type: the UETR of the payment meant.")] = None,
    user: Annotated[str | None, typer.Option("--as", help="Who names it; this person does not sign.")] = None,
    model: ModelOption = None,
    json: JsonOption = False,
) -> None:
    """Investigate a waiting case anew with today's records, or take up all whose investigation was cut off."""
    from app.cases import again

    try:
        again(case, store, type=type, payment=payment, user=user, model=model, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case or "")


def deliver(
    store: StoreOption = None,
    again: Annotated[str | None, typer.Option(help="First put this failed message back.")] = None,
    user: Annotated[str | None, typer.Option("--as", help="Who puts it back.")] = None,
    json: JsonOption = False,
) -> None:
    """Carry out what lies in the outbox: to the folder, or to the webhook that is configured."""
    from app.deliver import deliver_outbox

    try:
        deliver_outbox(store, again=again, user=user, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


def demo(
    store: StoreOption = None,
    seed: Annotated[int, typer.Option(help="The same seed grows the same bank.")] = 7,
    json: JsonOption = False,
) -> None:
    """Load a synthetic bank, investigate a handful of cases, and show one of them in full."""
    from app.demo import run_demo

    try:
        run_demo(store, seed=seed, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
