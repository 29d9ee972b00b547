"""camt.110 InvestigationRequest: writes our question about one interbank payment."""

from tools.iso20022.draft import (
    CompensationWish,
    DebitAuthorityWish,
    InvestigationReason,
    InvestigationRequest,
    Period,
    ValueDateWish,
)
from tools.iso20022.write_original import group_information, original_ids, original_reference, original_settlement
from tools.iso20022.write_parts import amount, choice, iso_day, leaf, paragraphs, rate, split_lines, uetr, words
from tools.iso20022.write_party import account, agent_or_party
from tools.message import Original


def write_camt110(draft: InvestigationRequest) -> str:
    body = f"<MsgId>{draft.message_id}</MsgId>" + leaf("RqstrInvstgtnId", draft.case_id)
    body += leaf("RspndrInvstgtnId", draft.responder_case_id) + uetr("EIR", draft.investigation_uetr)
    body += action(draft.action, draft.action_reason, draft.narrative if draft.action else ())
    body += choice("InvstgtnTp", draft.type) + choice("InvstgtnSubTp", draft.sub_type)
    body += choice("UndrlygInstrm", draft.instrument)
    body += underlying(draft.original, original_reference(draft.original))
    body += agent_or_party("Rqstr", draft.sender) + agent_or_party("Rspndr", draft.receiver)
    body += agent_or_party("ReqOrgtr", draft.originator)
    body += "".join(choice("SvcLvl", level) for level in draft.service_levels)
    asked = draft.reasons or (
        InvestigationReason(reason=draft.type, narrative=() if draft.action else draft.narrative),
    )
    return f"<InvstgtnReq><InvstgtnReq>{body}</InvstgtnReq>{''.join(map(_reason, asked))}</InvstgtnReq>"


def action(code: str | None, reason: str | None, texts: tuple[str, ...] = ()) -> str:
    """ReqActn: status request, close or objection, with its reason (InvestigationRequestAction1)."""
    if not code:
        return ""
    inner = choice("Actn", code)
    if reason:
        inner += f"<ActnRsn>{choice('Rsn', reason)}{paragraphs('AddtlInf', texts, 105)}</ActnRsn>"
    return f"<ReqActn>{inner}</ReqActn>"


def underlying(original: Original, reference: str = "") -> str:
    """Undrlyg/IntrBk: ids, amount and date of the payment, as far as stated."""
    inner = group_information(original) + original_ids(original) + original_settlement(original) + reference
    return f"<Undrlyg><IntrBk>{inner}</IntrBk></Undrlyg>"


def period(tag: str, days: Period | None) -> str:
    return f"<{tag}>{iso_day('FrDt', days.start)}{iso_day('ToDt', days.end)}</{tag}>" if days else ""


def _reason(asked: InvestigationReason) -> str:
    named = choice("Rsn", asked.reason) + choice("RsnSubTp", asked.sub_reason)
    if asked.asked is not None:
        return f"<InvstgtnData>{named}<AddtlReqData>{_asked(asked.asked)}</AddtlReqData></InvstgtnData>"
    texts = split_lines([" ".join(asked.narrative)], 500)
    if not texts:
        return f"<InvstgtnData>{named}</InvstgtnData>"
    return "".join(
        f"<InvstgtnData>{named}<AddtlReqData>{words('ReqNrrtv', text, 500)}</AddtlReqData></InvstgtnData>"
        for text in texts
    )


def _asked(wish: DebitAuthorityWish | CompensationWish | ValueDateWish) -> str:
    match wish:
        case DebitAuthorityWish():
            inner = choice("CxlRsn", wish.reason) + amount("AmtToDbt", wish.amount)
            inner += account("Acct", wish.account) + iso_day("ValDtToDbt", wish.value_date)
            return f"<ReqdDbtAuthstn>{inner}</ReqdDbtAuthstn>"
        case CompensationWish():
            inner = account("CompstnAcct", wish.account) + period("Prd", wish.period) + amount("Amt", wish.amount)
            inner += iso_day("XpctdValDt", wish.value_date) + rate("IntrstRate", wish.rate)
            return f"<ReqdCompstn>{inner}{paragraphs('Rsn', wish.text, 140)}</ReqdCompstn>"
        case ValueDateWish():
            days = iso_day("CurValDt", wish.current) + iso_day("ReqdValDt", wish.wanted)
            return f"<ReqdValtn><Prd>{days}</Prd></ReqdValtn>"
