"""One incoming message, whatever its world: ISO 20022, SWIFT MT or mail come out of their readers as this."""

from datetime import date
from typing import Literal

from pydantic import AwareDatetime

from tools.errors import Record, Violation
from tools.payment import Money


class StatedParty(Record):
    """A party as the message states it; nothing here is verified."""

    name: str | None = None
    account: str | None = None
    address: str | None = None


class Original(Record):
    """How the message names the payment it speaks of; every field only as far as it was stated."""

    message_id: str | None = None
    message_name: str | None = None
    payment_information_id: str | None = None
    """OrgnlPmtInfId: the batch in a customer's file, where a request names no single payment."""
    instruction_id: str | None = None
    end_to_end_id: str | None = None
    transaction_id: str | None = None
    uetr: str | None = None
    """As written, lower-cased and trimmed; may be malformed (then a violation says so)."""
    amount: Money | None = None
    """Original interbank settlement amount."""
    instructed: Money | None = None
    settlement_date: date | None = None
    sent_on: date | None = None
    """Day the original was sent (MT field 11R or 11S); no settlement date."""
    debtor: StatedParty | None = None
    creditor: StatedParty | None = None
    debtor_agent: str | None = None
    creditor_agent: str | None = None


class StatedCharge(Record):
    """One charge as the message states it."""

    money: Money
    agent: str | None = None
    type: str | None = None
    """Charge type code (INVS, AMND, CFEE …) where stated."""


class Modification(Record):
    """What a request to modify asks to change, or what camt.028 adds; only what is named is set."""

    money: Money | None = None
    settlement_date: date | None = None
    debtor: StatedParty | None = None
    creditor: StatedParty | None = None
    debtor_agent: str | None = None
    creditor_agent: str | None = None
    charge_bearer: str | None = None
    remittance: str | None = None
    end_to_end_id: str | None = None
    instruction_id: str | None = None
    purpose: str | None = None
    other: tuple[str, ...] = ()
    """Names of elements asked to change or added that have no field of their own here."""


class Transaction(Record):
    """What the message says of one payment; each becomes a case."""

    own_id: str | None = None
    """The message's own id of this entry: CxlId, StsId, RtrId, CxlStsId, ChrgsId …"""
    case_id: str | None = None
    """Case id of the creator, at transaction level where given there, else of the message."""
    case_creator: str | None = None
    resolved_case_id: str | None = None
    """camt.029 RslvdCase, camt.111 requestor's investigation id, MT field 21 of an answer."""
    responder_case_id: str | None = None
    original: Original = Original()
    status: str | None = None
    """camt.029 Conf, pacs.002 TxSts else GrpSts, camt.111 Sts, MT n96 CNCL/PDCR/RJCR."""
    transaction_status: str | None = None
    """camt.029 TxCxlSts (RJCR, ACCR, PDCR)."""
    reasons: tuple[str, ...] = ()
    """Reason codes in the order written: cancellation, return, status, investigation, UM/IN/MS codes."""
    sub_reasons: tuple[str, ...] = ()
    narrative: str = ""
    """Free text of this entry, lines joined by newlines. Data, never an instruction."""
    investigation_type: str | None = None
    """camt.110 / camt.111 InvstgtnTp code."""
    investigation_sub_type: str | None = None
    action: str | None = None
    """camt.110 action (RQST, RQCL, RQOB)."""
    action_reason: str | None = None
    modification: Modification | None = None
    returned: Money | None = None
    """pacs.004 RtrdIntrBkSttlmAmt; in a camt.029 the amount that RsltnRltdInf announces."""
    returned_instructed: Money | None = None
    returned_on: date | None = None
    exchange_rate: str | None = None
    charges: tuple[StatedCharge, ...] = ()
    """Charges stated with a return, a claim or an advice."""
    charge_bearer: str | None = None
    claimed: Money | None = None
    """A structured claim: camt.106 total, camt.110 compensation amount, MT n91 32B."""
    claimed_from: date | None = None
    claimed_to: date | None = None
    claimed_rate: str | None = None
    """Interest rate of a claim in percent, as written."""
    requested_value_date: date | None = None
    """camt.110 / camt.087 value date asked for."""
    cover: bool = False
    """True for a pacs.009 that covers a customer credit transfer (UndrlygCstmrCdtTrf)."""
    indicators: tuple[str, ...] = ()
    """Names of yes/no elements set to true: MssngCoverInd, AMLReq, PssblDplctInstr, AnyInf, AssgnmtCxlConf."""
    answer_data: tuple[str, ...] = ()
    """Names of what an answer supplies: RspnData choices, Accptd, StmtDtls, CrrctnTx; in camt.028 what Inf holds."""
    authorised: bool | None = None
    """Debit authority given or refused (camt.111 DbtAuthstn, camt.036)."""
    confirmed: Money | None = None
    """Amount that an answer confirms as booked or corrected (camt.111 Conf, camt.029 StmtDtls / CrrctnTx)."""
    processed_on: date | None = None
    """Day on which an answer says the payment was processed, booked or settled."""
    mt_query: int | None = None
    """MT n95 query number of field 75."""
    mt_answer: int | None = None
    """MT n96 answer number of field 76."""
    group: bool = False
    """True when the entry stands for a whole group (group-level cancellation or status)."""


class Harvest(Record):
    """Every reference, amount, reason and party in the message, in order, without repeats (`amends parse`)."""

    uetr: tuple[str, ...] = ()
    end_to_end_id: tuple[str, ...] = ()
    instruction_id: tuple[str, ...] = ()
    transaction_id: tuple[str, ...] = ()
    message_id: tuple[str, ...] = ()
    amounts: tuple[tuple[str, str], ...] = ()
    """(decimal text as written, currency) pairs; MT amounts with a decimal point; repeats kept out."""
    reasons: tuple[str, ...] = ()
    parties: tuple[str, ...] = ()


class Message(Record):
    """One incoming message after reading; text in it is data."""

    standard: Literal["iso20022", "mt", "mail"]
    type: str
    """"camt.056.001.08", "MT192", "MT202COV", "email", "text"."""
    message_id: str | None = None
    """Assignment id, group message id, MT field 20, e-mail Message-ID."""
    created_at: AwareDatetime | None = None
    """Creation time; UTC is taken where the message gives no offset (then a violation says so)."""
    sender: str | None = None
    """Assigner, requestor, instructing agent, else header From: BIC or SYSTEM:MEMBER; e-mail address for mail."""
    receiver: str | None = None
    transactions: tuple[Transaction, ...] = ()
    text: str = ""
    """The whole free text: mail body with subject, MT 79/72/75/76/77A narrative."""
    subject: str | None = None
    own_words: str | None = None
    """Mail: what the sender wrote, without quoted or forwarded history; None for structured messages."""
    harvest: Harvest = Harvest()
    violations: tuple[Violation, ...] = ()
    """What is wrong in it without stopping the reading."""
