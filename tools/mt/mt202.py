"""MT 202 and 205, transfers between banks, their cover forms (COV), and returns by field 72."""

from tools.errors import Violation
from tools.message import Original, Transaction
from tools.mt.fields import Fields, agent, money, party, reference
from tools.mt.header import Header
from tools.mt.mt103 import reversed_payment
from tools.mt.narrative import plain, reversal, structured
from tools.mt.original import checked_uetr, stated


def is_cover(header: Header, fields: Fields) -> bool:
    """Block 3 says {119:COV}, or the customers of the underlying payment (sequence B) are there."""
    return header.user.get("119") == "COV" or fields.has("50", "59")


def read(header: Header, fields: Fields, flags: list[Violation]) -> tuple[Transaction, ...]:
    """The transfer as its own original: 21 is its end-to-end identification (CBPR+), sequence B gives the parties."""
    own = reference(fields.first("20"), "20", flags)
    orders = structured(fields.first("72"))
    back = reversal(orders)
    start = next((i for i, field in enumerate(fields.all) if field.tag[:2] == "50"), None)
    original = stated(
        fields.part(0, start),
        flags,
        message_id=own,
        instruction_id=own,
        end_to_end_id=reference(fields.first("21"), "21", flags),
        uetr=checked_uetr(header.user.get("121"), flags),
    )
    if start is not None:
        original = _with_customers(original, fields.part(start), flags)
    words = [fields.first("70") or "", back.text if back else plain(orders)]
    transfer = Transaction(own_id=own, original=original, narrative="\n".join(word for word in words if word))
    return (reversed_payment(transfer, back) if back else transfer,)


def _with_customers(original: Original, underlying: Fields, flags: list[Violation]) -> Original:
    """Sequence B: customers, their banks and the instructed amount of the payment that is covered."""
    debtor, creditor = underlying.option("50"), underlying.option("59")
    return original.model_copy(
        update={
            "debtor": party(debtor, flags) if debtor else None,
            "creditor": party(creditor, flags) if creditor else None,
            "debtor_agent": agent(underlying.option("52")) or original.debtor_agent,
            "creditor_agent": agent(underlying.option("57")) or original.creditor_agent,
            "instructed": money(underlying.first("33B")) or original.instructed,
        }
    )
