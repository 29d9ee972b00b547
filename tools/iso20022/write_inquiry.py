"""The classic inquiries: writes camt.026, 027, 028, 036, 037 and 087, which share assignment, case and underlying."""

from tools.iso20022.draft import (
    AdditionalInformation,
    CaseDraft,
    ClaimDraft,
    DebitAuthorityRequest,
    DebitAuthorityResponse,
    ModificationRequest,
    NonReceiptClaim,
    UnableToApply,
)
from tools.iso20022.write_original import (
    assignment,
    case,
    group_information,
    original_ids,
    original_reference,
    original_settlement,
)
from tools.iso20022.write_parts import amount, choice, iso_day, leaf, paragraphs, split_lines, unstructured, words
from tools.iso20022.write_party import account, agent, party
from tools.message import Modification

_REASONS_MAX = 10
"""MssngInf and IncrrctInf may each stand ten times (MissingOrIncorrectInformation3)."""
_UNAPPLIED_CODES = {
    "MssngInf": frozenset([*(f"MS{n:02}" for n in range(1, 18)), "NARR"]),
    "IncrrctInf": frozenset(
        [
            *(f"IN{n:02}" for n in (*range(1, 20), 33, 36, 37, 38, 39)),
            *(f"MM{n}" for n in (20, 21, 22, *range(25, 33), 34, 35)),
            "NARR",
        ]
    ),
}
"""The schema's own lists up to version 08 (UnableToApplyMissingInformation3Code, …Incorrect4Code)."""


def write_camt026(draft: UnableToApply) -> str:
    texts = iter(split_lines(draft.narrative, 130))
    inner = "".join(_unapplied("MssngInf", "AddtlMssngInf", c, next(texts, "")) for c in draft.missing[:_REASONS_MAX])
    inner += "".join(
        _unapplied("IncrrctInf", "AddtlIncrrctInf", c, next(texts, "")) for c in draft.incorrect[:_REASONS_MAX]
    )
    # Without any code the schema offers only AnyInf: whatever information there is, is wanted.
    reason = f"<MssngOrIncrrctInf>{inner}</MssngOrIncrrctInf>" if inner else "<AnyInf>true</AnyInf>"
    return f"<UblToApply>{_opening(draft)}{_underlying(draft)}<Justfn>{reason}</Justfn></UblToApply>"


def _unapplied(tag: str, text_tag: str, code: str, text: str) -> str:
    """One missing or incorrect item; a code younger than the schema's own list goes as NARR with the code in words."""
    if code not in _UNAPPLIED_CODES[tag]:
        code, text = "NARR", f"{code} {text}"
    return f"<{tag}><Cd>{code}</Cd>{words(text_tag, text, 140)}</{tag}>"


def write_camt027(draft: NonReceiptClaim) -> str:
    cover = "<CoverDtls><MssngCoverInd>true</MssngCoverInd></CoverDtls>" if draft.missing_cover else ""
    body = _opening(draft) + _underlying(draft) + cover + _instruction(draft)
    return f"<ClmNonRct>{body}</ClmNonRct>"


def write_camt028(draft: AdditionalInformation) -> str:
    told = draft.information
    inner = _references(told) + iso_day("IntrBkSttlmDt", told.settlement_date) + amount("IntrBkSttlmAmt", told.money)
    inner += _bearer(told) + party("Dbtr", told.debtor)
    inner += account("DbtrAcct", told.debtor.account) if told.debtor else ""
    inner += agent("DbtrAgt", told.debtor_agent) + agent("CdtrAgt", told.creditor_agent) + party("Cdtr", told.creditor)
    inner += account("CdtrAcct", told.creditor.account) if told.creditor else ""
    inner += choice("Purp", told.purpose)
    inner += "".join(f"<InstrForNxtAgt>{words('InstrInf', t, 140)}</InstrForNxtAgt>" for t in _texts(draft))
    inner += unstructured(told.remittance)
    return f"<AddtlPmtInf>{_opening(draft)}{_underlying(draft)}<Inf>{inner}</Inf></AddtlPmtInf>"


def write_camt036(draft: DebitAuthorityResponse) -> str:
    inner = f"<DbtAuthstn>{'true' if draft.authorised else 'false'}</DbtAuthstn>"
    inner += amount("AmtToDbt", draft.amount) + iso_day("ValDtToDbt", draft.value_date)
    inner += words("Rsn", " ".join(draft.narrative), 140)
    return f"<DbtAuthstnRspn>{_opening(draft, answer=True)}<Conf>{inner}</Conf></DbtAuthstnRspn>"


def write_camt037(draft: DebitAuthorityRequest) -> str:
    inner = choice("CxlRsn", draft.reason) + amount("AmtToDbt", draft.amount)
    inner += iso_day("ValDtToDbt", draft.value_date) + paragraphs("AddtlCxlRsnInf", draft.narrative, 105)
    return f"<DbtAuthstnReq>{_opening(draft)}{_underlying(draft)}<Dtl>{inner}</Dtl></DbtAuthstnReq>"


def write_camt087(draft: ModificationRequest) -> str:
    wanted = draft.change
    inner = _references(wanted) + iso_day("IntrBkSttlmDt", wanted.settlement_date)
    inner += amount("IntrBkSttlmAmt", wanted.money) + _bearer(wanted) + party("Dbtr", wanted.debtor)
    inner += account("DbtrAcct", wanted.debtor.account) if wanted.debtor else ""
    inner += party("Cdtr", wanted.creditor)
    inner += account("CdtrAcct", wanted.creditor.account) if wanted.creditor else ""
    inner += choice("Purp", wanted.purpose) + unstructured(wanted.remittance)
    body = f"{_opening(draft)}{_underlying(draft)}<Mod>{inner}</Mod>{_instruction(draft)}"
    return f"<ReqToModfyPmt>{body}</ReqToModfyPmt>"


def _opening(draft: CaseDraft, *, answer: bool = False) -> str:
    creator = draft.case_creator or (draft.receiver if answer else draft.sender)
    return assignment(draft.message_id, draft.sender, draft.receiver, draft.created_at) + case(
        "Case", draft.case_id, creator
    )


def _underlying(draft: ClaimDraft) -> str:
    original = draft.original
    inner = group_information(original) + original_ids(original)
    inner += original_settlement(original) + original_reference(original)
    return f"<Undrlyg><IntrBk>{inner}</IntrBk></Undrlyg>"


def _instruction(draft: CaseDraft) -> str:
    inner = words("InstrInf", " ".join(_texts(draft)), 140)
    return f"<InstrForAssgne>{inner}</InstrForAssgne>" if inner else ""


def _texts(draft: CaseDraft) -> list[str]:
    return split_lines(draft.narrative, 140)


def _references(told: Modification) -> str:
    return leaf("InstrId", told.instruction_id) + leaf("EndToEndId", told.end_to_end_id)


def _bearer(told: Modification) -> str:
    known = told.charge_bearer in ("DEBT", "CRED", "SHAR", "SLEV")
    return f"<ChrgBr>{told.charge_bearer}</ChrgBr>" if known else ""
