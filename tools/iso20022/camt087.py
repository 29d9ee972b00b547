"""Read camt.087 (ReqToModfyPmt): a bank or customer asks to change a payment."""

from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Modification, Transaction

_READ = frozenset(
    (
        "IntrBkSttlmAmt",
        "IntrBkSttlmDt",
        "Dbtr",
        "DbtrAcct",
        "Cdtr",
        "CdtrAcct",
        "DbtrAgt",
        "CdtrAgt",
        "ChrgBr",
        "RmtInf",
        "RmtChc",
        "EndToEndId",
        "InstrId",
        "Purp",
    )
)
"""Elements of Mod with a field of their own; Amt and ReqdExctnDt have one only where the interbank ones are absent."""


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry with everything that Mod names."""
    case = case_of(message)
    asked = modification(message.into("Mod"), reading)
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=underlying(message, reading),
        narrative=message.into("InstrForAssgne").text("InstrInf") or "",
        modification=asked,
        requested_value_date=asked.settlement_date if asked else None,
    )
    return assignment(message, reading), [entry]


def modification(asked: Fields, reading: Reading) -> Modification | None:
    """What a block of payment elements (Mod, or Inf of camt.028) names; None for an empty one."""
    if not asked:
        return None
    other = [name for name in asked if name not in _READ]
    money = reading.money(asked, "IntrBkSttlmAmt")
    if money is None and (money := reading.money(asked.into("Amt"), "InstdAmt")) is not None:
        other.remove("Amt")
    day = reading.day(asked, "IntrBkSttlmDt")
    if day is None and (day := reading.day(asked, "ReqdExctnDt")) is not None:
        other.remove("ReqdExctnDt")
    return Modification(
        money=money,
        settlement_date=day,
        debtor=reading.party(asked, "Dbtr"),
        creditor=reading.party(asked, "Cdtr"),
        debtor_agent=reading.agent(asked, "DbtrAgt"),
        creditor_agent=reading.agent(asked, "CdtrAgt"),
        charge_bearer=asked.text("ChrgBr"),
        remittance=remittance(asked),
        end_to_end_id=asked.text("EndToEndId"),
        instruction_id=asked.text("InstrId"),
        purpose=asked.code("Purp"),
        other=tuple(other),
    )


def remittance(holder: Fields) -> str | None:
    """Free remittance text, then the references and notes of structured remittance, one a line."""
    block = holder.into("RmtInf", "RmtChc")
    lines = block.texts("Ustrd")
    for invoice in block.every("Strd"):
        for document in invoice.every("RfrdDocInf"):
            lines += filter(None, [document.first("Nb", "RfrdDocNb")])
        lines += filter(
            None, [invoice.into("CdtrRefInf").first("Ref", "CdtrRef"), invoice.first("DocRefNb", "CdtrRef")]
        )
        lines += invoice.texts("AddtlRmtInf")
    return "\n".join(lines) or None
