"""The command line, from the top: what a process needs before anything is loaded, then every command in its order."""

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

from collections.abc import Callable

import typer

from app.commands.audit import audit_app, replay
from app.commands.cases import cases, decide, deliver, demo, investigate, investigate_again, show
from app.commands.fraud_model import model_app
from app.commands.fraud_training import monitor, score, simulate, train
from app.commands.language_models import compare, edits, models_app
from app.commands.records import load_app, parse
from app.commands.rule_book import rules_app, search
from tools.errors import ToolError

app = typer.Typer(
    name="amends",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: rich costs a tenth of a second that most calls do not need
    help="Payment investigations: rules decide, evidence proves, a person signs, everything is recorded.",
)

# As `amends --help` lists them: a case on its way through the house, then the models, then the record.
COMMANDS: tuple[Callable[..., None], ...] = (
    *(investigate, parse, search, decide, cases, show, demo, investigate_again, deliver),
    *(train, simulate, score, monitor),
    *(replay, compare, edits),
)
for command in COMMANDS:
    app.command()(command)
app.add_typer(audit_app, name="audit")
app.add_typer(load_app, name="load")
app.add_typer(model_app, name="model")
app.add_typer(rules_app, name="rules")
app.add_typer(models_app, name="models")


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


if __name__ == "__main__":
    main()
