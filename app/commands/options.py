"""Options that several commands share, worded once."""

from pathlib import Path
from typing import Annotated

import typer

StoreOption = Annotated[Path | None, typer.Option("--store", help="Folder of the store.")]
MappingOption = Annotated[Path | None, typer.Option("--mapping", help="YAML: which column gives which field.")]
ModelOption = Annotated[
    str | None, typer.Option("--model", help="Language model: none, openai:NAME, azure:NAME, bedrock:ID, local:NAME.")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
