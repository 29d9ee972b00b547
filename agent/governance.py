"""What is done to the fraud model stands in the audit chain: who put which version into use, when, on what grounds."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from agent.store import Store

OF_NO_CASE = ""
"""Stands where a record's case would: the chain is one, for cases and for the model."""


def record_model_deed(store: Store, deed: Mapping[str, Any]) -> None:
    """Link a promotion or rollback into the chain, on the disk before it returns.

    `deed`: what the registry tells of it, with `deed`, `by` and `at` among the rest.
    """
    told = {name: value for name, value in deed.items() if name not in ("deed", "by", "at")}
    with store.begin(datetime.fromisoformat(deed["at"])) as tx:
        tx.audit(OF_NO_CASE, f"model_{deed['deed']}", deed["by"].strip(), told)
