"""Turns a draft into the bytes of its message."""

from collections.abc import Callable
from typing import Any

from tools.errors import ToolError
from tools.iso20022 import draft as drafts
from tools.iso20022.versions import WRITABLE, message_of, version_for
from tools.iso20022.write_camt029 import write_camt029
from tools.iso20022.write_camt056 import write_camt056
from tools.iso20022.write_camt110 import write_camt110
from tools.iso20022.write_camt111 import write_camt111
from tools.iso20022.write_inquiry import (
    write_camt026,
    write_camt027,
    write_camt028,
    write_camt036,
    write_camt037,
    write_camt087,
)
from tools.iso20022.write_pacs004 import write_pacs004
from tools.iso20022.write_pacs009 import write_pacs009
from tools.iso20022.write_status import write_pacs002, write_pacs028

_WRITERS: dict[type[drafts.Draft], Callable[[Any], str]] = {
    drafts.Resolution: write_camt029,
    drafts.CancellationRequest: write_camt056,
    drafts.NonReceiptClaim: write_camt027,
    drafts.ModificationRequest: write_camt087,
    drafts.AdditionalInformation: write_camt028,
    drafts.UnableToApply: write_camt026,
    drafts.DebitAuthorityRequest: write_camt037,
    drafts.DebitAuthorityResponse: write_camt036,
    drafts.InvestigationRequest: write_camt110,
    drafts.InvestigationResponse: write_camt111,
    drafts.PaymentReturn: write_pacs004,
    drafts.CoverPayment: write_pacs009,
    drafts.StatusReport: write_pacs002,
    drafts.StatusRequest: write_pacs028,
}


def kind_of(draft: drafts.Draft) -> str:
    """Return the message that a draft becomes, without version: "camt.029"."""
    return draft.message


def write(draft: drafts.Draft, version: str | None = None) -> bytes:
    """Return the message as UTF-8 XML with declaration; without a version, the one that the draft's rail takes."""
    chosen = version or version_for(draft.message, draft.rail, draft.created_at.date())
    if message_of(chosen) != draft.message or chosen not in WRITABLE[draft.message]:
        raise ToolError(
            f"A {type(draft).__name__} cannot be written as {chosen!r}; "
            f"possible are {', '.join(WRITABLE[draft.message])}.",
            code="unknown_version",
            where=chosen,
        )
    body = _WRITERS[type(draft)](draft)
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{chosen}">{body}</Document>'
    ).encode()
