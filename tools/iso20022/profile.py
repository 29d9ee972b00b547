"""How each rail wants a message laid out where the schema leaves a choice."""

from typing import Literal

from tools.errors import Record
from tools.payment import Rail


class Profile(Record):
    """Layout and settlement habits of one rail; data, replaced by configuration where a rail changes them."""

    case_in_transaction: bool = False
    """Case stands beside the transaction (CBPR+ camt.056 and camt.029) instead of at the top of the message."""
    agents_in_transaction: bool = False
    """Instructing and instructed agent stand in the transaction (CBPR+ pacs) instead of the group header (EPC)."""
    return_chain: bool = False
    """pacs.004 carries the chain of the return, mandatory in CBPR+."""
    transaction_status: bool = False
    """camt.029 states TxCxlSts beside the confirmation (EPC), which CBPR+ leaves out."""
    reference_in_answers: bool = False
    """camt.029 and pacs.028 repeat the original transaction's parties to the bank that sent them (EPC)."""
    settlement_method: Literal["INDA", "INGA", "CLRG"] = "INDA"
    clearing_system: str | None = None
    """ISO 20022 code of the clearing system, e.g. "TGT" for T2."""


_SWIFT = Profile(case_in_transaction=True, agents_in_transaction=True, return_chain=True)
_SEPA = Profile(transaction_status=True, reference_in_answers=True, settlement_method="CLRG")

PROFILES: dict[Rail | None, Profile] = {
    None: Profile(),
    "CBPR": _SWIFT,
    "CHAPS": _SWIFT.model_copy(update={"settlement_method": "CLRG"}),
    "T2": _SWIFT.model_copy(update={"settlement_method": "CLRG", "clearing_system": "TGT"}),
    "FEDWIRE": _SWIFT.model_copy(update={"settlement_method": "CLRG", "clearing_system": "FDW", "return_chain": False}),
    "FEDNOW": Profile(
        agents_in_transaction=True, transaction_status=True, settlement_method="CLRG", clearing_system="FDN"
    ),
    "FPS": Profile(settlement_method="CLRG", clearing_system="FPS"),
    "SEPA_SCT": _SEPA,
    "SEPA_INST": _SEPA,
}
