"""The case that an incoming answer names."""

from tools.message import Transaction


def related_case(transaction: Transaction) -> str | None:
    """The case that an answer names; the related reference of a free format message (field 21) may be one."""
    return transaction.resolved_case_id or transaction.original.instruction_id
