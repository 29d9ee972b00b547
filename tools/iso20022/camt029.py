"""Read camt.029 (RsltnOfInvstgtn): the answer to a cancellation, a claim of non-receipt or a modification."""

from collections.abc import Iterator
from dataclasses import dataclass

from tools.iso20022.camt026 import set_to_true
from tools.iso20022.charges import charges_in
from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import original
from tools.iso20022.reading import Reading, reasons_of, stated
from tools.iso20022.records import new_original, new_transaction
from tools.message import Transaction


@dataclass(slots=True)
class _Answer:
    """What the message says once for all its entries."""

    message: Fields
    status: str | None
    codes: tuple[str, ...]
    lines: tuple[str, ...]
    indicators: tuple[str, ...]
    supplied: tuple[str, ...]


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry for each transaction, batch or group answered (CxlDtls), modified (ModDtls) or corrected (StmtDtls).

    An answer that names no payment gives one entry with case, status and reasons.
    """
    answer = _answer(message)
    entries = [entry for details in message.every("CxlDtls") for entry in _cancelled(details, answer, reading)]
    if "ModDtls" in message:
        entries.append(_entry(message.into("ModDtls"), NOTHING, answer, reading, reasons="ModStsRsnInf"))
    if "StmtDtls" in message:
        entries.append(_statement(message.into("StmtDtls"), answer, reading))
    return assignment(message, reading), entries or [_entry(NOTHING, NOTHING, answer, reading)]


def _answer(message: Fields) -> _Answer:
    """Status, and the reasons that stand beside it: RjctdMod, RjctdCxl (.01), ClmNonRctDtls/Rjctd."""
    status = message.into("Sts")
    refused = status.into("RjctdCxl")
    claim = message.into("ClmNonRctDtls")
    codes = [*status.codes("RjctdMod"), refused.text("RsnCd"), claim.code("Rjctd")]
    supplied = [name for name in ("StmtDtls", "CrrctnTx") if name in message]
    return _Answer(
        message,
        status.text("Conf"),
        tuple(filter(None, codes)),
        tuple(refused.texts("Rsn")),
        set_to_true(status, "AssgnmtCxlConf"),
        (("Accptd",) if "Accptd" in claim else ()) + tuple(supplied),
    )


def _cancelled(details: Fields, answer: _Answer, reading: Reading) -> Iterator[Transaction]:
    group = details.into("OrgnlGrpInfAndSts")
    for batch in details.every("OrgnlPmtInfAndSts"):
        for entry in batch.every("TxInfAndSts"):
            yield _entry(entry, batch, answer, reading)
        if "TxInfAndSts" not in batch:
            yield _entry(batch, group, answer, reading, whole=True)
    for entry in details.every("TxInfAndSts"):
        yield _entry(entry, group, answer, reading)
    if group and "TxInfAndSts" not in details and "OrgnlPmtInfAndSts" not in details:
        yield _entry(group, NOTHING, answer, reading, whole=True)


def _entry(
    entry: Fields,
    group: Fields,
    answer: _Answer,
    reading: Reading,
    *,
    reasons: str = "CxlStsRsnInf",
    whole: bool = False,
) -> Transaction:
    message = answer.message
    codes, lines = reasons_of(entry, reasons)
    if not codes and not lines and group:
        codes, lines = reasons_of(group, reasons)
    own = case_of(message)
    resolved = case_of(entry, group, message, name="RslvdCase") or own
    resolution = entry.into("RsltnRltdInf") or message.into("RsltnRltdInf")
    accepted = message.into("ClmNonRctDtls").into("Accptd")
    correction = message.into("CrrctnTx")
    correction = correction.into("IntrBk", "Initn") or correction
    return new_transaction(
        own_id=entry.first("CxlStsId", "ModStsId", "OrgnlPmtInfCxlId", "OrgnlGrpCxlId"),
        case_id=own.text("Id"),
        case_creator=reading.agent(resolved, "Cretr"),
        resolved_case_id=resolved.text("Id"),
        original=original(entry, reading, group),
        status=answer.status,
        transaction_status=entry.first("TxCxlSts", "PmtInfCxlSts", "GrpCxlSts")
        or group.first("PmtInfCxlSts", "GrpCxlSts"),
        reasons=answer.codes + codes,
        narrative="\n".join(answer.lines + lines),
        returned=reading.money(resolution, "IntrBkSttlmAmt"),
        returned_on=reading.day(resolution, "IntrBkSttlmDt"),
        charges=charges_in(resolution, reading),
        indicators=answer.indicators,
        answer_data=answer.supplied,
        confirmed=reading.money(correction, "IntrBkSttlmAmt", "InstdAmt", "CcyAmt"),
        processed_on=reading.day(accepted, "DtPrcd") or reading.day(correction, "IntrBkSttlmDt", "ValDt"),
        group=whole,
    )


def _statement(details: Fields, answer: _Answer, reading: Reading) -> Transaction:
    """Correction of a statement entry."""
    resolved = case_of(answer.message, name="RslvdCase")
    own = details.into("OrgnlGrpInf")
    return new_transaction(
        case_creator=reading.agent(resolved, "Cretr"),
        resolved_case_id=resolved.text("Id"),
        original=new_original(
            message_id=stated(own.text("OrgnlMsgId")),
            message_name=own.text("OrgnlMsgNmId"),
            uetr=reading.uetr(details, "UETR"),
        ),
        status=answer.status,
        reasons=answer.codes,
        narrative="\n".join(answer.lines),
        charges=charges_in(details, reading),
        indicators=answer.indicators,
        answer_data=answer.supplied,
        confirmed=reading.money(details, "CrrctdAmt"),
    )
