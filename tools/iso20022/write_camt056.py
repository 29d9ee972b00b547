"""camt.056 FIToFIPaymentCancellationRequest: writes the request to cancel or return one payment."""

from tools.iso20022.draft import CancellationRequest
from tools.iso20022.profile import PROFILES
from tools.iso20022.write_original import (
    assignment,
    case,
    group_information,
    original_ids,
    original_reference,
    original_settlement,
    reasons_with_text,
)


def write_camt056(draft: CancellationRequest) -> str:
    opened = case("Case", draft.case_id, draft.case_creator or draft.sender)
    inside = PROFILES[draft.rail].case_in_transaction
    transaction = f"<CxlId>{draft.cancellation_id or draft.message_id}</CxlId>{opened if inside else ''}"
    transaction += group_information(draft.original) + original_ids(draft.original)
    transaction += original_settlement(draft.original)
    transaction += reasons_with_text("CxlRsnInf", (draft.reason,), draft.narrative, draft.originator)
    transaction += original_reference(draft.original)
    body = assignment(draft.message_id, draft.sender, draft.receiver, draft.created_at)
    body += "" if inside else opened
    body += f"<CtrlData><NbOfTxs>1</NbOfTxs></CtrlData><Undrlyg><TxInf>{transaction}</TxInf></Undrlyg>"
    return f"<FIToFIPmtCxlReq>{body}</FIToFIPmtCxlReq>"
