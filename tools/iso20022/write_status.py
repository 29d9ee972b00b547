"""pacs.002 and pacs.028: writes a payment's status, and the question for it."""

from tools.iso20022.draft import CaseDraft, StatusReport, StatusRequest
from tools.iso20022.profile import PROFILES
from tools.iso20022.write_original import group_information, original_ids, original_reference, reasons_with_text
from tools.iso20022.write_parts import NOT_PROVIDED, iso_day, leaf, moment
from tools.iso20022.write_party import agent


def write_pacs002(draft: StatusReport) -> str:
    header, agents = _header(draft)
    reasons = reasons_with_text("StsRsnInf", draft.reasons, draft.narrative, draft.originator)
    if draft.group:
        inner = _asked(draft.original.message_id, draft.original.message_name)
        body = f"<OrgnlGrpInfAndSts>{inner}<GrpSts>{draft.status}</GrpSts>{reasons}</OrgnlGrpInfAndSts>"
    else:
        inner = f"<StsId>{draft.status_id or draft.message_id}</StsId>"
        inner += group_information(draft.original) + original_ids(draft.original)
        inner += f"<TxSts>{draft.status}</TxSts>{reasons}{moment('AccptncDtTm', draft.accepted_at)}"
        if draft.settled_on:
            inner += f"<FctvIntrBkSttlmDt>{iso_day('Dt', draft.settled_on)}</FctvIntrBkSttlmDt>"
        body = f"<TxInfAndSts>{inner}{agents}</TxInfAndSts>"
    return f"<FIToFIPmtStsRpt>{header}{body}</FIToFIPmtStsRpt>"


def write_pacs028(draft: StatusRequest) -> str:
    header, agents = _header(draft)
    chased = draft.asked_message_id is not None
    body = f"<OrgnlGrpInf>{_asked(draft.asked_message_id, draft.asked_message_name)}</OrgnlGrpInf>" if chased else ""
    inner = f"<StsReqId>{draft.message_id}</StsReqId>" + group_information(draft.original)
    inner += original_ids(draft.original) + agents
    if PROFILES[draft.rail].reference_in_answers:
        inner += original_reference(draft.original)
    return f"<FIToFIPmtStsReq>{header}{body}<TxInf>{inner}</TxInf></FIToFIPmtStsReq>"


def _header(draft: CaseDraft) -> tuple[str, str]:
    """Group header, and the agents where the rail wants them in the transaction."""
    agents = agent("InstgAgt", draft.sender) + agent("InstdAgt", draft.receiver)
    inside = PROFILES[draft.rail].agents_in_transaction and not getattr(draft, "group", False)
    start = f"<MsgId>{draft.message_id}</MsgId>{moment('CreDtTm', draft.created_at)}"
    return f"<GrpHdr>{start}{'' if inside else agents}</GrpHdr>", agents if inside else ""


def _asked(message_id: str | None, message_name: str | None) -> str:
    return (leaf("OrgnlMsgId", message_id) or f"<OrgnlMsgId>{NOT_PROVIDED}</OrgnlMsgId>") + (
        leaf("OrgnlMsgNmId", message_name) or f"<OrgnlMsgNmId>{NOT_PROVIDED}</OrgnlMsgNmId>"
    )
