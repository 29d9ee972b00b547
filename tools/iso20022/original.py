"""How a message names the payment that it speaks of: the Orgnl… elements, in the layouts of all versions."""

from typing import TypedDict

from tools.iso20022.elements import NOTHING, Fields
from tools.iso20022.reading import Reading, stated
from tools.iso20022.records import new_original
from tools.message import Original, StatedParty


class Parties(TypedDict, total=False):
    """Debtor, creditor and their agents, as keyword arguments of Original."""

    debtor: StatedParty | None
    creditor: StatedParty | None
    debtor_agent: str | None
    creditor_agent: str | None


def original(entry: Fields, reading: Reading, group: Fields = NOTHING) -> Original:
    """References, amount, date and parties of the original payment; the group's ids where the entry has none.

    `entry` is a transaction of camt.029, 055, 056, pacs.002, 004, 028, or a choice of Undrlyg; its OrgnlTxRef repeats
    key elements of the original and fills what is not stated beside it.
    """
    own = entry.into("OrgnlGrpInf")
    terms = entry.into("OrgnlTxRef")
    return new_original(
        message_id=stated(own.text("OrgnlMsgId") or entry.text("OrgnlMsgId") or group.text("OrgnlMsgId")),
        message_name=own.text("OrgnlMsgNmId") or entry.text("OrgnlMsgNmId") or group.text("OrgnlMsgNmId"),
        payment_information_id=stated(entry.text("OrgnlPmtInfId") or group.text("OrgnlPmtInfId")),
        instruction_id=stated(entry.text("OrgnlInstrId")),
        end_to_end_id=stated(entry.text("OrgnlEndToEndId")),
        transaction_id=stated(entry.text("OrgnlTxId")),
        uetr=reading.uetr(entry, "OrgnlUETR", "UETR"),
        amount=reading.money(entry, "OrgnlIntrBkSttlmAmt") or reading.money(terms, "IntrBkSttlmAmt"),
        instructed=reading.money(entry, "OrgnlInstdAmt") or reading.money(terms.into("Amt"), "InstdAmt"),
        settlement_date=reading.day(entry, "OrgnlIntrBkSttlmDt") or reading.day(terms, "IntrBkSttlmDt"),
        **parties(terms, reading),
    )


def parties(terms: Fields, reading: Reading) -> Parties:
    """Debtor, creditor and their agents of a block of payment elements; empty where there is none."""
    if not terms:
        return {}
    return {
        "debtor": reading.party(terms, "Dbtr"),
        "creditor": reading.party(terms, "Cdtr"),
        "debtor_agent": reading.agent(terms, "DbtrAgt"),
        "creditor_agent": reading.agent(terms, "CdtrAgt"),
    }


def underlying(message: Fields, reading: Reading) -> Original:
    """The payment under an investigation: Undrlyg with its choice of Initn, IntrBk or StmtNtry.

    Versions .01 hold AssgnrInstrId, AssgneInstrId, CcyAmt and ValDt instead of a choice.
    """
    choice = message.into("Undrlyg", "Underlyg")
    if "StmtNtry" in choice:
        return _statement_entry(choice.into("StmtNtry"), reading)
    if "AssgnrInstrId" in choice or "AssgneInstrId" in choice or "CcyAmt" in choice:
        return new_original(
            instruction_id=stated(choice.first("AssgnrInstrId", "AssgneInstrId")),
            amount=reading.money(choice, "CcyAmt"),
            settlement_date=reading.day(choice, "ValDt"),
        )
    return original(choice.into("IntrBk", "Initn") or choice, reading)


def _statement_entry(entry: Fields, reading: Reading) -> Original:
    """An entry on an account statement: its statement message, amount and value date."""
    own = entry.into("OrgnlGrpInf")
    return new_original(
        message_id=stated(own.text("OrgnlMsgId")),
        message_name=own.text("OrgnlMsgNmId"),
        transaction_id=stated(entry.first("OrgnlNtryRef", "OrgnlNtryId")),
        uetr=reading.uetr(entry, "OrgnlUETR"),
        amount=reading.money(entry, "OrgnlNtryAmt"),
        settlement_date=reading.day(entry, "OrgnlNtryValDt"),
    )
