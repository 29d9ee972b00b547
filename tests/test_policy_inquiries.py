"""Sections 4, 5, 6 and 11: a bank cannot apply, wants a change, misses its cover, or asks for compliance."""

from typing import Any

import pytest

from agent.policy import Facts, decide
from agent.policy.modification import codes
from tests.situations import (
    NOW,
    THEIR_CUSTOMER,
    THEM,
    a_payment,
    an_earlier_case,
    asked,
    asked_by_customer,
    facts,
    money,
    ordered,
    sent,
    told,
)
from tools.message import Modification, StatedParty
from tools.payment import Charge, Payment

SENT = a_payment("4250.00 EUR", "outbound", "settled")


def of(state: str, direction: str = "outbound", **more: Any) -> Payment:
    return a_payment("4250.00 EUR", direction, state, **more)


OUR_RECALL = an_earlier_case(SENT, "recall", "sent")


# Unable to apply.


def apply(payment: Payment | None = SENT, **more: Any) -> Facts:
    return facts("unable_to_apply", payment, **{"message": "camt.110", "reason": "MS03"} | more)


UNABLE: dict[str, tuple[Facts, str, list[str]]] = {
    "not ours": (apply(None), "UTA-1 REJECT RJCT/NOOR", ["camt.111 RJCT/NOOR to requester"]),
    "it came back": (apply(of("returned")), "UTA-1a REJECT RJCT/ARDT", ["camt.111 RJCT/ARDT to requester"]),
    "it was rejected": (apply(of("rejected")), "UTA-1a REJECT RJCT/ARJT", ["camt.111 RJCT/ARJT to requester"]),
    "we recall it": (apply(prior=(OUR_RECALL,)), "UTA-1a REJECT CLSD/CACR", ["camt.111 CLSD/CACR to requester"]),
    "we recall it, and hold the datum": (
        apply(prior=(OUR_RECALL,), data_held=True),
        "UTA-1a REJECT CLSD/CACR",
        ["camt.111 CLSD/CACR to requester"],
    ),
    "name and account do not match": (
        apply(name_mismatch=True, data_held=True),
        "UTA-1b REQUEST_INFORMATION PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "name and account do not match, in a classic request": (
        apply(name_mismatch=True, message="camt.026"),
        "UTA-1b REQUEST_INFORMATION PDNG/INPO",
        ["camt.029 PDNG to requester"],
    ),
    "name and account do not match, and we only pass it on": (
        apply(of("forwarded", "transit"), name_mismatch=True),
        "UTA-3 FORWARD PDNG/FTNA",
        ["camt.110 MS03 to previous", "camt.111 PDNG/FTNA to requester"],
    ),
    "we hold the datum": (
        apply(data_held=True),
        "UTA-2 PROVIDE_INFORMATION CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "we hold the datum, classic": (
        apply(of("settled", rail="SEPA_SCT"), data_held=True, message="camt.026"),
        "UTA-2 PROVIDE_INFORMATION CLSD",
        ["camt.028 to requester"],
    ),
    "our customer was asked and refused": (
        apply(details=asked(SENT, "no", "details")),
        "UTA-5a REQUEST_CANCELLATION CUTA",
        ["camt.056 CUTA to next"],
    ),
    "our customer was asked and is late": (
        apply(details=asked(SENT, None, "details"), details_overdue=True),
        "UTA-5a REQUEST_CANCELLATION CUTA",
        ["camt.056 CUTA to next"],
    ),
    "our customer was asked and has time": (
        apply(details=asked(SENT, None, "details")),
        "UTA-5 REQUEST_INFORMATION PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "SEPA knows no CUTA": (
        apply(of("settled", rail="SEPA_SCT"), details=asked(SENT, "no", "details"), message="camt.026"),
        "UTA-5a REQUEST_CANCELLATION CUST",
        ["camt.056 CUST to next"],
    ),
    "nobody has asked our customer": (
        apply(),
        "UTA-5 REQUEST_INFORMATION PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), UNABLE.values(), ids=UNABLE)
def test_a_bank_that_cannot_apply_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_a_name_is_never_swapped_by_ourselves() -> None:
    """UTA-1b: the customer is asked by call-back."""
    found = decide(apply(name_mismatch=True))

    assert (ordered(found), found.reply) == (["ask_customer"], "call_back_details")


# Modification.

WAITING = of("settled", "inbound")
TEXT = Modification(remittance="Order 7781 and 7782")


def change(wanted: Modification, payment: Payment | None = WAITING, **more: Any) -> Facts:
    return facts("modification", payment, **{"message": "camt.087", "modification": wanted} | more)


CHANGES: dict[str, tuple[Facts, str, list[str]]] = {
    "not found": (change(TEXT, None), "MOD-1 REJECT", ["camt.029 RJMOD/NOOR to requester"]),
    "not found, by camt.110": (
        change(TEXT, None, message="camt.110"),
        "MOD-1 REJECT RJCT/NOOR",
        ["camt.111 RJCT/NOOR to requester"],
    ),
    "passed on, whatever it asks": (
        change(Modification(money=money("9000.00 EUR")), of("forwarded", "transit")),
        "MOD-4 FORWARD FTNA",
        ["camt.087 to next", "camt.029 FTNA to requester"],
    ),
    "one cent more": (
        change(Modification(money=money("4250.01 EUR"))),
        "MOD-2 REJECT UM23",
        ["camt.029 RJMOD/UM23 to requester"],
    ),
    "less is not more": (
        change(Modification(money=money("4249.99 EUR"))),
        "MOD-7 REJECT UM23",
        ["camt.029 RJMOD/UM23 to requester"],
    ),
    "another currency": (
        change(Modification(money=money("1.00 USD"))),
        "MOD-2 REJECT UM27",
        ["camt.029 RJMOD/UM27 to requester"],
    ),
    "another creditor": (
        change(Modification(creditor=StatedParty(name="Somebody Else"))),
        "MOD-3 REJECT UM13",
        ["camt.029 RJMOD/UM13 to requester"],
    ),
    "another creditor account": (
        change(Modification(creditor=StatedParty(account=THEIR_CUSTOMER))),
        "MOD-3 REJECT UM14",
        ["camt.029 RJMOD/UM14 to requester"],
    ),
    "credited, more text": (
        change(TEXT, of("credited", "inbound"), modification_adds_only=True),
        "MOD-5a ACCEPT INFO",
        ["camt.029 INFO to requester"],
    ),
    "credited, a text that contradicts": (
        change(TEXT, of("credited", "inbound")),
        "MOD-5 REJECT UM15",
        ["camt.029 RJMOD/UM15 to requester"],
    ),
    "credited, another date": (
        change(Modification(settlement_date=NOW.date()), of("credited", "inbound")),
        "MOD-5 REJECT UM05",
        ["camt.029 RJMOD/UM05 to requester"],
    ),
    "returned, more text": (
        change(TEXT, of("returned", "inbound"), modification_adds_only=True),
        "MOD-5 REJECT UM15",
        ["camt.029 RJMOD/UM15 to requester"],
    ),
    "not credited, another text": (change(TEXT), "MOD-6 ACCEPT MODI", ["camt.029 MODI to requester"]),
    "the charge bearer, no charge taken": (
        change(Modification(charge_bearer="DEBT")),
        "MOD-6 ACCEPT MODI",
        ["camt.029 MODI to requester"],
    ),
    "the charge bearer, a charge taken": (
        change(
            Modification(charge_bearer="DEBT"),
            of(
                "settled",
                "inbound",
                charges=(Charge.model_validate({"agent": THEM, "amount": "5", "currency": "EUR"}),),
            ),
        ),
        "MOD-7 REJECT UM17",
        ["camt.029 RJMOD/UM17 to requester"],
    ),
    "another debtor": (
        change(Modification(debtor=StatedParty(name="Grebe"))),
        "MOD-7 REJECT UM07",
        ["camt.029 RJMOD/UM07 to requester"],
    ),
    "another debtor account": (
        change(Modification(debtor=StatedParty(account=THEIR_CUSTOMER))),
        "MOD-7 REJECT UM08",
        ["camt.029 RJMOD/UM08 to requester"],
    ),
    "a customer's wish is refused in words": (
        asked_by_customer("modification", SENT, modification=Modification(settlement_date=NOW.date())),
        "MOD-7 REJECT UM05",
        [],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), CHANGES.values(), ids=CHANGES)
def test_a_request_to_modify_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_every_field_that_is_asked_for_has_its_code_and_none_says_cancelled() -> None:
    """UM20 says that we cancelled, UM21 asks for a cancellation: neither fits a no."""
    everything = Modification(
        money=money("1.00 EUR"),
        settlement_date=NOW.date(),
        debtor=StatedParty(name="A", account="B"),
        creditor=StatedParty(name="C", account="D"),
        charge_bearer="DEBT",
        remittance="E",
        purpose="SUPP",
    )

    found = codes(change(everything))

    assert found == ("UM05", "UM07", "UM08", "UM13", "UM14", "UM15", "UM16", "UM17", "UM23")
    assert not {"UM20", "UM21"} & set(found)


def test_another_creditor_is_a_matter_for_a_fraud_check() -> None:
    """MOD-3: the classic diversion of an invoice."""
    assert ordered(decide(change(Modification(creditor=StatedParty(account="X"))))) == ["fraud_check", "call_back"]


def test_a_changed_message_is_screened_again() -> None:
    assert ordered(decide(change(TEXT))) == ["screen_again", "amend_payment"]


# Missing cover.

ORDER = of("settled", settlement_method="COVE")


def cover(payment: Payment | None = ORDER, **more: Any) -> Facts:
    return facts("missing_cover", payment, message="camt.110", **more)


COVERS: dict[str, tuple[Facts, str, list[str]]] = {
    "not ours": (cover(None), "COV-1 REJECT RJCT/NOOR", ["camt.111 RJCT/NOOR to requester"]),
    "we recall the order": (
        cover(prior=(OUR_RECALL,)),
        "COV-0 PROVIDE_INFORMATION CLSD/CACR",
        ["camt.111 CLSD/CACR to requester"],
    ),
    "the order is back": (
        cover(of("returned", settlement_method="COVE")),
        "COV-0 PROVIDE_INFORMATION RJCT/ARDT",
        ["camt.111 RJCT/ARDT to requester"],
    ),
    "the cover has settled": (
        cover(cover="settled", cover_payment=SENT),
        "COV-2 PROVIDE_INFORMATION CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "the cover is under way": (
        cover(cover="sent", cover_payment=SENT),
        "COV-2b PEND PDNG/INPO",
        ["camt.111 PDNG/INPO to requester", "camt.110 CCNR to cover_agent"],
    ),
    "the cover is under way and traced": (
        cover(cover="sent", cover_payment=SENT, cover_traced=True),
        "COV-2b PEND PDNG/INPO",
        ["camt.111 PDNG/INPO to requester"],
    ),
    "the cover came back": (
        cover(cover="back", cover_payment=SENT),
        "COV-3 REPAIR PDNG/INPO",
        ["pacs.009 to cover_agent", "camt.111 PDNG/INPO to requester"],
    ),
    "the cover was never sent": (
        cover(),
        "COV-4 REPAIR PDNG/INPO",
        ["pacs.009 to cover_agent", "camt.111 PDNG/INPO to requester"],
    ),
    "there was none to send": (
        cover(of("settled", settlement_method="INDA")),
        "COV-5 PROVIDE_INFORMATION CLSD",
        ["camt.111 CLSD to requester"],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), COVERS.values(), ids=COVERS)
def test_a_bank_that_misses_its_cover_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


# Compliance asks.


def request(payment: Payment | None = SENT, kind: str = "SANC") -> Facts:
    return facts("compliance_request", payment, message="camt.110", investigation_sub_type=kind)


REQUESTS: dict[str, tuple[Facts, str, str]] = {
    "not found": (request(None), "RFI-0 REJECT RJCT/NOOR", "approver"),
    "sanctions": (request(), "RFI-1 ESCALATE PDNG/INPO", "compliance"),
    "money laundering": (request(kind="AMLI"), "RFI-1 ESCALATE PDNG/INPO", "compliance"),
    "fraud": (request(kind="FRAD"), "RFI-1 ESCALATE PDNG/INPO", "fraud_specialist"),
}


@pytest.mark.parametrize(("f", "row", "role"), REQUESTS.values(), ids=REQUESTS)
def test_compliance_asks_whom_it_concerns(f: Facts, row: str, role: str) -> None:
    found = decide(f)

    assert told(found) == row
    assert found.approvals.roles == (role,)
