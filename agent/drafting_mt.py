"""The same drafts as MT, for counterparties that take nothing else: n92, n95, n96 or n99."""

from tools import mt
from tools.iso20022 import draft as drafts
from tools.mt.codes import CANCELLATION_ANSWERS, PENDING_REASONS, REFUSAL_REASONS
from tools.payment import UETR, Agent

_N92_REASONS = ("AGNT", "AM09", "COVR", "CURR", "CUST", "CUTA", "DUPL", "FRAD", "TECH", "UPAY")
_N95_QUERIES = {"CCNR": 3, "RQDA": 18}


def as_mt(draft: drafts.Draft) -> mt.MTContent | None:
    """Return what an MT-only counterparty gets instead of this draft; None where money itself is sent (pacs)."""
    match draft:
        case drafts.CancellationRequest():
            return _cancellation(draft)
        case drafts.Resolution():
            return _answer(draft)
        case drafts.InvestigationRequest():
            return _query(draft)
        case drafts.CaseDraft():
            return _letter(draft)
        case _:
            return None


def _common(draft: drafts.CaseDraft) -> dict[str, object]:
    named = draft.original.uetr
    return {
        "sender": draft.sender,
        "receiver": Agent(draft.receiver),
        "category": 2 if (draft.original.message_name or "").startswith("pacs.009") else 1,
        "reference": draft.message_id[:16],
        "uetr": UETR(named) if named and len(named) == 36 else None,
    }


def _original(draft: drafts.CaseDraft, received: bool) -> mt.OriginalMT | None:
    original = draft.original
    if original.settlement_date is None:
        return None
    number = "202" if (original.message_name or "").startswith("pacs.009") else "103"
    return mt.OriginalMT(
        number=number,
        sent_on=original.sent_on or original.settlement_date,
        received=received,
        money=original.amount,
        settlement_date=original.settlement_date,
    )


def _related(draft: drafts.CaseDraft) -> str:
    return draft.original.instruction_id or draft.original.message_id or "NONREF"


def _cancellation(draft: drafts.CancellationRequest) -> mt.MTContent:
    """n92 knows no AC03: it becomes CUST, with the reason in words (decision tables, section 2)."""
    original = _original(draft, received=False)
    assert original is not None, "a recall speaks of a payment of ours, which has a date"
    known = draft.reason in _N92_REASONS
    words = " ".join(draft.narrative) or ("WRONG CREDITOR ACCOUNT" if draft.reason == "AC03" else "")
    return mt.CancellationRequestMT.model_validate(
        _common(draft)
        | {
            "related": _related(draft),
            "original": original,
            "reason": draft.reason if known else "CUST",
            "narrative": words,
        }
    )


def _answer(draft: drafts.Resolution) -> mt.MTContent:
    """n96 carries CNCL, PDCR and RJCR with their codes; any other answer goes as words."""
    reason = draft.reasons[0] if draft.reasons else None
    allowed = {"PDCR": PENDING_REASONS, "RJCR": REFUSAL_REASONS}.get(draft.status or "", frozenset())
    if draft.status not in CANCELLATION_ANSWERS or (reason not in allowed and draft.status != "CNCL"):
        return _letter(draft)
    return mt.AnswerMT.model_validate(
        _common(draft)
        | {
            "related": draft.case_id or _related(draft),
            "answer": draft.status,
            "reason": reason if allowed else None,
            "original": _original(draft, received=True),
            "narrative": " ".join(draft.narrative),
        }
    )


def _query(draft: drafts.InvestigationRequest) -> mt.MTContent:
    number = _N95_QUERIES.get(draft.type)
    if number is None:
        return _letter(draft)
    return mt.QueryMT.model_validate(
        _common(draft)
        | {
            "related": _related(draft),
            "query": number,
            "original": _original(draft, received=False),
            "narrative": " ".join(draft.narrative),
        }
    )


def _letter(draft: drafts.CaseDraft) -> mt.MTContent:
    """n99: status and codes first, then our own words."""
    status = getattr(draft, "status", None) or ""
    codes = getattr(draft, "reasons", ()) or (getattr(draft, "reason", None),)
    stated = "/".join(part for part in (status, *(str(c) for c in codes if c)) if part)
    words = " ".join(part for part in (stated, *draft.narrative) if part)
    related = draft.case_id or draft.original.instruction_id
    return mt.FreeFormatMT.model_validate(
        _common(draft) | {"related": related, "narrative": words or draft.message.upper()}
    )
