"""Sections 9 and 10: claims for charges, for a late value and for the use of funds."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from agent.policy import Facts, decide
from agent.policy.facts import Claim
from tests.situations import a_payment, facts, money, ordered, sent, told
from tools.compensation import compensation
from tools.payment import Payment

OURS_TO_PAY = a_payment("4250.00 EUR", "outbound", "credited", charge_bearer="DEBT")
SHARED = a_payment("4250.00 EUR", "outbound", "credited", charge_bearer="SHAR")


def charge(claimed: str | None = "25.00 EUR", payment: Payment | None = OURS_TO_PAY, **more: Any) -> Facts:
    """A bank claims charges of us, within an agreed tariff of 25 EUR."""
    message = more.pop("message", "camt.110")
    claim = {"money": money(claimed) if claimed else None, "tariff": money("25.00 EUR")} | more
    return facts("charges_claim", payment, message=message, claim=Claim(**claim))


FEE: dict[str, Any] = {"fee_codes": ("INVS",)}

CHARGES: dict[str, tuple[Facts, str, list[str]]] = {
    "on nothing that we know": (charge(payment=None), "CHG-1 REJECT RJCT/NOOR", ["camt.111 RJCT/NOOR to requester"]),
    "on nothing that we know, camt.106": (
        charge(payment=None, message="camt.106"),
        "CHG-1 REJECT RJCT/NOOR",
        ["pacs.002 RJCT/NARR to requester"],
    ),
    "a question": (charge(None), "CHG-0 PROVIDE_INFORMATION CLSD", ["camt.111 CLSD to requester"]),
    "on a shared payment": (
        charge(payment=SHARED),
        "CHG-2 REJECT RJCT/NARR",
        ["camt.111 RJCT/NARR to requester"],
    ),
    "on a shared payment, camt.106": (
        charge(payment=SHARED, message="camt.106"),
        "CHG-2 REJECT RJCT/CHRG",
        ["pacs.002 RJCT/CHRG to requester"],
    ),
    "a fee on a shared payment, for a case of ours": (
        charge(payment=SHARED, our_case=True, **FEE),
        "CHG-5 ACCEPT CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "a fee for a case that we never opened": (
        charge(**FEE),
        "CHG-2a REJECT RJCT/NARR",
        ["camt.111 RJCT/NARR to requester"],
    ),
    "a fee that the tariff does not know": (
        charge(tariff=None, our_case=True, message="camt.106", **FEE),
        "CHG-2a REJECT RJCT/CHCO",
        ["pacs.002 RJCT/CHCO to requester"],
    ),
    "paid before": (charge(paid_before=True), "CHG-3 REJECT RJCT/DU01", ["camt.111 RJCT/DU01 to requester"]),
    "prepaid": (charge(prepaid=True), "CHG-3 REJECT RJCT/NARR", ["camt.111 RJCT/NARR to requester"]),
    "a cent above the tariff": (charge("25.01 EUR"), "CHG-4 ESCALATE", []),
    "in another currency": (charge("25.00 USD"), "CHG-4 ESCALATE", []),
    "without a tariff": (charge(tariff=None), "CHG-4 ESCALATE", []),
    "within the tariff": (charge("25.00 EUR"), "CHG-5 ACCEPT CLSD", ["camt.111 CLSD to requester"]),
    "within the tariff, camt.106 is paid and not answered": (
        charge(message="camt.106"),
        "CHG-5 ACCEPT CLSD",
        [],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), CHARGES.values(), ids=CHARGES)
def test_a_claim_for_charges_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


def test_a_claim_of_any_amount_is_paid_by_two() -> None:
    """Section 16: the amount is the underlying payment's, and giving money takes two."""
    found = decide(charge("1.00 EUR"))

    assert (ordered(found), found.approvals.required) == (["pay_claim"], 2)


# Value dates.

LATE = a_payment("100000.00 EUR", "inbound", "credited")
AGREED = date(2026, 11, 2)


def interest(
    claimed: str | None = "30.00 EUR",
    *,
    kind: str = "RQVA",
    days: int | None = 3,
    cause: str | None = "ours",
    payment: Payment | None = LATE,
    rate: str | None = "3.60",
    fee: str = "50.00 EUR",
    **more: Any,
) -> Facts:
    """100,000 EUR, three days late at 3.60 %: 30.00 EUR interest, and a fee of 50 EUR."""
    figure = None
    if rate is not None and days is not None:
        actual = AGREED + timedelta(days=days)
        figure = compensation(LATE.money, Decimal(rate), AGREED, actual, kind, money(fee))  # type: ignore[arg-type]
    claim = Claim(money=money(claimed) if claimed else None, recomputed=figure, computable=figure is not None)
    told = {"message": "camt.110", "late_days": days, "cause": cause, "investigation_type": kind, "claim": claim}
    return facts("value_date_claim", payment, **told | more)


VALUES: dict[str, tuple[Facts, str, list[str]]] = {
    "on nothing that we know": (
        interest(payment=None),
        "VAL-1 REJECT RJCT/NOOR",
        ["camt.111 RJCT/NOOR to requester"],
    ),
    "the value was as agreed": (
        interest(days=0, cause="none"),
        "VAL-2 REJECT RJCT/NARR",
        ["camt.111 RJCT/NARR to requester"],
    ),
    "the value was as agreed, classic": (
        interest(days=0, cause="none", message="camt.087", payment=a_payment(rail="SEPA_SCT")),
        "VAL-2 REJECT CVAA",
        ["camt.029 CVAA to requester"],
    ),
    "no rate is in our records": (interest(rate=None), "VAL-0 REQUEST_INFORMATION", []),
    "no value date is in our records": (interest(days=None, cause=None), "VAL-0 REQUEST_INFORMATION", []),
    "use of funds, nil where the fee is higher": (
        interest("30.00 EUR", kind="RQUF"),
        "VAL-4 PROVIDE_INFORMATION PDNG/PARE",
        ["camt.111 PDNG/PARE to requester"],
    ),
    "use of funds, within interest less fee": (
        interest("20.00 EUR", kind="RQUF", fee="10.00 EUR"),
        "VAL-2a COMPENSATE CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "use of funds, whoever erred": (
        interest("20.00 EUR", kind="RQUF", fee="10.00 EUR", cause="theirs"),
        "VAL-2a COMPENSATE CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "they were late and stand on the sending side": (
        interest(cause="theirs"),
        "VAL-2b PROVIDE_INFORMATION PDNG/PARE",
        ["camt.111 PDNG/PARE to requester"],
    ),
    "they were late and stand on the receiving side": (
        interest(cause="theirs", requester_upstream=False),
        "VAL-3 REJECT RJCT/NARR",
        ["camt.111 RJCT/NARR to requester"],
    ),
    "another bank was late": (
        interest(cause="other"),
        "VAL-3 REJECT RJCT/AGNT",
        ["camt.111 RJCT/AGNT to requester"],
    ),
    "another bank was late, and we need no rate to say so": (
        interest(cause="other", rate=None),
        "VAL-3 REJECT RJCT/AGNT",
        ["camt.111 RJCT/AGNT to requester"],
    ),
    "we were late, they claim a cent too much": (
        interest("80.01 EUR"),
        "VAL-4 PROVIDE_INFORMATION PDNG/PARE",
        ["camt.111 PDNG/PARE to requester"],
    ),
    "we were late, they claim interest and fee": (
        interest("80.00 EUR"),
        "VAL-5 COMPENSATE CLSD",
        ["camt.111 CLSD to requester"],
    ),
    "we were late, they name no figure": (
        interest(None),
        "VAL-5 COMPENSATE CLSD",
        ["camt.111 CLSD to requester"],
    ),
}


@pytest.mark.parametrize(("f", "row", "messages"), VALUES.values(), ids=VALUES)
def test_a_claim_for_value_is_answered_by_its_row(f: Facts, row: str, messages: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert sent(found) == messages


@pytest.mark.parametrize(
    ("f", "paid"),
    [
        (interest("30.00 EUR"), "EUR 30.00"),
        (interest(None), "EUR 80.00"),
        (interest("20.00 EUR", kind="RQUF", fee="10.00 EUR"), "EUR 20.00"),
        (interest(None, kind="RQUF", fee="10.00 EUR"), "EUR 20.00"),
    ],
)
def test_the_lower_figure_is_paid_with_purpose_comp(f: Facts, paid: str) -> None:
    """The fee is added to a claim for our delay and deducted from use of funds; the claimant's figure only lowers."""
    found = decide(f)

    assert [action.detail for action in found.actions] == [f"{paid} purpose COMP"]
    assert found.approvals.required == 2
