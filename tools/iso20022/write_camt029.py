"""camt.029 ResolutionOfInvestigation: writes the answer to a cancellation request or a classic inquiry.

A cancellation is answered in CxlDtls; claims of non-receipt, modifications and value dates carry their references in
ModDtls, as the EPC inquiry answers do (EPC115-06).
"""

from tools.iso20022.draft import Resolution
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
from tools.iso20022.write_parts import amount, choice, iso_day, uetr
from tools.iso20022.write_party import agent

_TRANSACTION_STATUS = {"CNCL": "ACCR", "IPAY": "ACCR", "RJCR": "RJCR", "PDCR": "PDCR"}
"""CancellationIndividualStatus1Code that goes with a confirmation; a part (PECR) has none of its own."""


def write_camt029(draft: Resolution) -> str:
    profile = PROFILES[draft.rail]
    resolved = case("RslvdCase", draft.case_id, draft.case_creator or draft.receiver)
    inside = profile.case_in_transaction and draft.about == "cancellation"
    body = assignment(draft.message_id, draft.sender, draft.receiver, draft.created_at)
    body += "" if inside else resolved
    body += f"<Sts>{_status(draft)}</Sts>"
    if draft.about == "cancellation":
        body += _cancellation(draft, resolved if inside else "")
    else:
        body += _modification(draft) + _claim(draft)
    return f"<RsltnOfInvstgtn>{body}</RsltnOfInvstgtn>"


def _status(draft: Resolution) -> str:
    if draft.status:
        return f"<Conf>{draft.status}</Conf>"
    # A refused modification has no confirmation code: each UM code stands in RjctdMod (InvestigationStatus5Choice).
    return "".join(
        choice("RjctdMod", code) if code.startswith("UM") else f"<RjctdMod><Prtry>{code}</Prtry></RjctdMod>"
        for code in draft.reasons
    )


def _text(draft: Resolution) -> tuple[str, ...]:
    codes = draft.reasons
    return draft.narrative if not codes or "NARR" in codes or draft.narrative_beside_code else ()


def _result(draft: Resolution) -> str:
    inner = uetr("UETR", draft.resolved_uetr) + amount("IntrBkSttlmAmt", draft.resolved_amount)
    inner += iso_day("IntrBkSttlmDt", draft.resolved_on)
    if draft.compensation:
        parties = agent("DbtrAgt", draft.compensation_from) + agent("CdtrAgt", draft.compensation_to)
        inner += f"<Compstn>{amount('Amt', draft.compensation)}{parties}<Rsn><Cd>VADA</Cd></Rsn></Compstn>"
    return f"<RsltnRltdInf>{inner}</RsltnRltdInf>" if inner else ""


def _cancellation(draft: Resolution, resolved: str) -> str:
    profile = PROFILES[draft.rail]
    inner = f"<CxlStsId>{draft.status_id or draft.message_id}</CxlStsId>{resolved}"
    inner += group_information(draft.original) + original_ids(draft.original)
    if profile.transaction_status and (individual := _TRANSACTION_STATUS.get(draft.status or "")):
        inner += f"<TxCxlSts>{individual}</TxCxlSts>"
    inner += reasons_with_text("CxlStsRsnInf", draft.reasons, _text(draft)) + _result(draft)
    inner += original_settlement(draft.original)
    if profile.reference_in_answers:
        inner += original_reference(draft.original)
    return f"<CxlDtls><TxInfAndSts>{inner}</TxInfAndSts></CxlDtls>"


def _modification(draft: Resolution) -> str:
    inner = f"<ModStsId>{draft.status_id or draft.message_id}</ModStsId>"
    inner += group_information(draft.original, required=True) + original_ids(draft.original)
    # The codes themselves stand in Sts or ClmNonRctDtls; here goes the text, which has no other place.
    inner += reasons_with_text("ModStsRsnInf", (), draft.narrative)
    inner += _result(draft) + original_settlement(draft.original)
    if PROFILES[draft.rail].reference_in_answers:
        inner += original_reference(draft.original)
    return f"<ModDtls>{inner}</ModDtls>"


def _claim(draft: Resolution) -> str:
    if draft.about != "non_receipt":
        return ""
    if draft.status == "RJNR" and draft.reasons:
        return f"<ClmNonRctDtls>{choice('Rjctd', draft.reasons[0])}</ClmNonRctDtls>"
    if draft.processed_on:
        return f"<ClmNonRctDtls><Accptd>{iso_day('DtPrcd', draft.processed_on)}</Accptd></ClmNonRctDtls>"
    return ""
