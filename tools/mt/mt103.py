"""MT 103, the single customer credit transfer, also as a return or a reject (field 72 /RETN/ or /REJT/)."""

import re

from tools.errors import Violation
from tools.message import Original, StatedCharge, Transaction
from tools.mt.codes import CHARGE_BEARERS
from tools.mt.fields import Fields, flag, money, reference
from tools.mt.header import Header
from tools.mt.narrative import Reversal, plain, reversal, structured
from tools.mt.original import checked_uetr, stated

# CBPR+ translation puts the end-to-end identification behind /ROC/ of field 70, ended by a double slash.
_ROC = re.compile(r"/ROC/([^\n]{1,35}?)(?://|\n|$)")


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """The payment as its own original: 20 is its instruction, 32A its settlement, 50a and 59a its parties."""
    own = reference(fields.first("20"), "20", flags)
    remittance, orders = fields.first("70"), structured(fields.first("72"))
    back = reversal(orders)
    end_to_end = _ROC.search(remittance) if remittance else None
    original = stated(
        fields,
        flags,
        message_id=own,
        instruction_id=own,
        end_to_end_id=end_to_end[1].strip() if end_to_end else None,
        uetr=checked_uetr(header.user.get("121"), flags),
    )
    words = [remittance or "", back.text if back else plain(orders)]
    payment = Transaction(
        own_id=own,
        original=original,
        narrative="\n".join(word for word in words if word),
        charges=charges(fields),
        charge_bearer=charge_bearer(fields, flags),
    )
    return (reversed_payment(payment, back) if back else payment,)


def reversed_payment(payment: Transaction, back: Reversal) -> Transaction:
    """A payment that brings another one back: its amount is the amount returned, MREF and TREF name the original.

    /RETN/ fills `returned`; /REJT/ sets status RJCT, as a pacs.002 would, for then nothing was booked.
    """
    was = payment.original
    named = {"message_id": back.message_reference, "instruction_id": back.message_reference}
    if not back.returned:
        original = was.model_copy(update=named | {"end_to_end_id": back.transaction_reference or was.end_to_end_id})
        return payment.model_copy(update={"original": original, "status": "RJCT", "reasons": back.reasons})
    original = Original(
        **named,
        end_to_end_id=back.transaction_reference or was.end_to_end_id,
        uetr=was.uetr,
        instructed=was.instructed,
        debtor=was.debtor,
        creditor=was.creditor,
    )
    return payment.model_copy(
        update={
            "original": original,
            "reasons": back.reasons,
            "returned": was.amount,
            "returned_on": was.settlement_date,
            "returned_instructed": was.instructed,
            "charges": payment.charges + back.charges,
        }
    )


def charges(fields: Fields) -> tuple[StatedCharge, ...]:
    """Charges that senders took (71F, one a bank) and that the receiver is to get (71G)."""
    if not fields.has("71F", "71G"):
        return ()
    return tuple(StatedCharge(money=taken) for value in fields.every("71F", "71G") if (taken := money(value)))


def charge_bearer(fields: Fields, flags: list[Violation]) -> str | None:
    """Field 71A as ISO code: OUR is DEBT, BEN is CRED, SHA is SHAR."""
    value = fields.first("71A")
    if value is None:
        return None
    bearer = CHARGE_BEARERS.get(value.strip())
    if bearer is None:
        flags.append(flag("charge-bearer", "71A", value, "Field 71A is OUR, BEN or SHA."))
    return bearer
