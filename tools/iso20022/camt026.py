"""Read camt.026 (UblToApply): a bank cannot apply or execute what it received."""

from tools.iso20022.elements import Fields
from tools.iso20022.heading import Heading, assignment, case_of
from tools.iso20022.original import underlying
from tools.iso20022.reading import Reading
from tools.iso20022.records import new_transaction
from tools.message import Transaction

_TRUE = ("true", "1", "Y", "YES")


def read(message: Fields, reading: Reading) -> tuple[Heading, list[Transaction]]:
    """One entry with the codes of what is missing (MS..) or incorrect (IN.., MM..), in the order written.

    A code stands as text up to .04, as Cd from .05 to .08, as Tp/Cd since .09.
    """
    why = message.into("Justfn")
    details = why.into("MssngOrIncrrctInf")
    codes = details.codes("MssngInf") + details.codes("IncrrctInf")
    named = [*details.every("MssngInf"), *details.every("IncrrctInf")]
    lines = [line for part in named for line in part.texts("AddtlMssngInf", "AddtlIncrrctInf")]
    case = case_of(message)
    entry = new_transaction(
        case_id=case.text("Id"),
        case_creator=reading.agent(case, "Cretr"),
        original=underlying(message, reading),
        reasons=tuple(codes),
        narrative="\n".join(lines),
        indicators=set_to_true(why, "AnyInf", "PssblDplctInstr") + set_to_true(details, "AMLReq"),
    )
    return assignment(message, reading), [entry]


def set_to_true(holder: Fields, *names: str) -> tuple[str, ...]:
    """Names of the yes/no elements among these that say yes."""
    return tuple(name for name in names if holder.text(name) in _TRUE)
