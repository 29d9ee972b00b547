"""Section 14: an answer comes to a case of ours."""

from typing import Any

import pytest

from agent.policy import Facts, decide
from tests.situations import a_payment, an_earlier_case, facts, ordered, sent, told
from tools.payment import Payment

SENT = a_payment("4250.00 EUR", "outbound", "settled")


def answer(
    status: str | None,
    *codes: str,
    to: str | None = "recall",
    why: str | None = "CUST",
    payment: Payment = SENT,
    **more: Any,
) -> Facts:
    """A camt.029 to a case that we sent about this payment, for this reason."""
    case = an_earlier_case(payment, to, "sent", reason=why, id="OURS-1") if to else None
    reason = codes[0] if codes else None
    told = {"message": "camt.029", "answer_status": status, "reasons": codes, "reason": reason, "our_case": case}
    return facts("answer_received", payment, **told | more)


ROWS: dict[str, tuple[Facts, str, list[str]]] = {
    "to no case of ours": (answer("CNCL", to=None), "ANS-1 REQUEST_INFORMATION", []),
    "agreed, and the money is here": (answer("CNCL", returned=True), "ANS-2a PROVIDE_INFORMATION", ["close_case"]),
    "agreed in part, and that part is here": (
        answer("PECR", returned=True),
        "ANS-2a PROVIDE_INFORMATION",
        ["keep_recall_open_for_rest"],
    ),
    "agreed, and the money is not here": (answer("CNCL"), "ANS-2 PEND", ["chase_return"]),
    "closed, announcing the return": (answer("CLSD", announces_return=True), "ANS-2 PEND", ["chase_return"]),
    "FedNow agrees": (answer("IPAY"), "ANS-2 PEND", ["chase_return"]),
    "an indemnity is wanted": (answer("RJCR", "INDM"), "ANS-3a ESCALATE", ["decide_indemnity"]),
    "an indemnity is wanted, by its other code": (answer("RJCR", "IDMN"), "ANS-3a ESCALATE", ["decide_indemnity"]),
    "returned before, they say, but nothing came": (answer("RJCR", "ARDT"), "ANS-3b REQUEST_INFORMATION", []),
    "returned before, and it is here": (
        answer("RJCR", "ARDT", returned=True),
        "ANS-3 PROVIDE_INFORMATION",
        ["close_case"],
    ),
    "never received, they say, and we have proof": (
        answer("RJCR", "NOOR", proof_of_receipt=True),
        "ANS-3b REQUEST_INFORMATION",
        [],
    ),
    "never received, and we have no proof": (
        answer("RJCR", "NOOR"),
        "ANS-3 PROVIDE_INFORMATION",
        ["close_case"],
    ),
    "refused": (answer("RJCR", "CUST"), "ANS-3 PROVIDE_INFORMATION", ["close_case"]),
    "a duplicate refused": (
        answer("RJCR", "CUST", why="DUPL"),
        "ANS-3 PROVIDE_INFORMATION",
        ["close_case", "offer_next_route"],
    ),
    "fraud refused": (
        answer("RJCR", "LEGL", why="FRAD"),
        "ANS-3 PROVIDE_INFORMATION",
        ["close_case", "keep_fraud_case_open"],
    ),
    "a change refused": (answer("RJMOD", to="modification"), "ANS-3 PROVIDE_INFORMATION", ["close_case"]),
    "pending": (answer("PDCR"), "ANS-4 PEND", ["chase_answer"]),
    "passed on": (answer("FTNA", to="non_receipt"), "ANS-4 PEND", ["chase_answer"]),
    "closed without what we asked for": (answer("CLSD", to="non_receipt"), "ANS-6 REQUEST_INFORMATION", []),
    "closed with what we asked for": (
        answer("CLSD", to="non_receipt", answer_has_content=True),
        "ANS-5 PROVIDE_INFORMATION",
        ["close_case"],
    ),
    "confirmed": (answer("CONF", to="non_receipt"), "ANS-5 PROVIDE_INFORMATION", ["close_case"]),
    "changed": (answer("MODI", to="modification"), "ANS-5 PROVIDE_INFORMATION", ["close_case"]),
    "they will pay, on a non-receipt": (answer("IPAY", to="non_receipt"), "ANS-5 PEND", ["chase_answer"]),
}


@pytest.mark.parametrize(("f", "row", "actions"), ROWS.values(), ids=ROWS)
def test_an_answer_is_taken_by_its_row(f: Facts, row: str, actions: list[str]) -> None:
    found = decide(f)

    assert told(found) == row
    assert ordered(found) == actions


def test_an_answer_is_only_objected_to_by_message() -> None:
    """Every other row words a reply or waits."""
    for f, row, _ in ROWS.values():
        objected = row.startswith("ANS-6")
        assert sent(decide(f)) == (["camt.110 IRIC to requester"] if objected else []), row
