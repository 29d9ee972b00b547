"""SWIFT FIN (MT) messages: read what comes in, write what goes to a counterparty that takes no ISO 20022."""

from tools.mt.contents import (
    AnswerMT,
    CancellationRequestMT,
    FreeFormatMT,
    MTContent,
    OriginalMT,
    QueryMT,
)
from tools.mt.reader import read
from tools.mt.validate import validate
from tools.mt.writer import message_type, write

__all__ = [
    "AnswerMT",
    "CancellationRequestMT",
    "FreeFormatMT",
    "MTContent",
    "OriginalMT",
    "QueryMT",
    "message_type",
    "read",
    "validate",
    "write",
]
