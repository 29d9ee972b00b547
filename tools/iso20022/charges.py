"""Charges as messages state them, in the layouts of all versions."""

from tools.iso20022.elements import Fields
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_charge
from tools.message import StatedCharge


def charges_in(holder: Fields, reading: Reading) -> tuple[StatedCharge, ...]:
    """Every charge under ChrgsInf or Chrgs: amount, the agent that takes it, its type.

    Amount is Amt (ChrgsAmt in versions .01); agent is Agt (Pty in .02 and .03, ChrgsPty in .01). A statement's Chrgs
    hold records (Rcrd) of the same layout.
    """
    if "ChrgsInf" not in holder and "Chrgs" not in holder:
        return ()
    blocks = [*holder.every("ChrgsInf"), *holder.every("Chrgs")]
    records = [record for block in blocks for record in block.every("Rcrd") or (block,)]
    return tuple(charge for record in records if (charge := charge_in(record, reading)) is not None)


def charge_in(charge: Fields, reading: Reading) -> StatedCharge | None:
    """One charge, or nothing where it states no amount."""
    money = reading.money(charge, "Amt", "ChrgsAmt")
    if money is None:
        return None
    agent = reading.agent(charge, "Agt", "Pty", "ChrgsPty")
    return new_charge(money=money, agent=agent, type=charge_type(charge))


def charge_type(holder: Fields) -> str | None:
    """Charge type code, or the id of a proprietary one."""
    return holder.code("Tp") or holder.into("Tp").into("Prtry").text("Id")
