"""The story, READ FIRST: a recall comes in, two persons sign the answer, it leaves once, and everything is on record.

Everything goes through the front door: `Assistant.open`, `.decide` and `.history`, over a store that lasts.
"""

from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest

from agent.assistant import Assistant
from agent.audit import verify
from agent.audit_export import export
from agent.decision import Approve, Ask, DecisionRefused, Edit, Outcome, Reject
from agent.resolve import Folder, deliver
from tests.situations import NOW, AClock, a_payment, a_recall_of, an_account, an_assistant, an_email, asked
from tools.bank.records import Records

RECALL = a_recall_of(a_payment("4250.00 EUR"), reason="DUPL").and_the_creditor("yes")


@pytest.fixture
def clock() -> AClock:
    return AClock(NOW)


@pytest.fixture
def assistant(tmp_path: Path, clock: AClock) -> Assistant:
    return an_assistant(tmp_path, clock)


def test_a_recall_is_answered_by_two_signatures_and_leaves_once(
    assistant: Assistant, clock: AClock, tmp_path: Path
) -> None:
    """From the message of the other bank to the pack that an auditor reads."""
    # Another bank asks for its money back; our creditor has agreed, and the balance covers it.
    result = RECALL.put_to(assistant)

    # The policy proposes to accept; nobody has signed, so the case waits and nothing is in the outbox.
    assert result["proposal"]["rule"] == "CXI-10"
    assert result["proposal"]["approvals"] == {"required": 2, "roles": ["approver"]}
    assert assistant.history("RECALL-1").case.state == "awaiting_approval"
    assert not assistant.history("RECALL-1").outbox

    # Anna signs. One signature is not enough for money: still nothing leaves.
    clock.passes(minutes=10)
    first = _approve(assistant, "anna")
    assert first.still_needed == ("approver",)
    assert not assistant.history("RECALL-1").outbox

    # Ben signs. The answer and the return lie in the outbox, once each.
    clock.passes(minutes=10)
    second = _approve(assistant, "ben")
    assert second.state == "resolved"
    assert sorted(m.type[:8] for m in assistant.history("RECALL-1").outbox) == ["camt.029", "pacs.004"]

    # They are carried out to a folder; carrying out again finds nothing left to carry.
    outgoing = tmp_path / "outgoing"
    assert len(deliver(assistant.store, {"": Folder(outgoing)}, clock).sent) == 2
    assert not deliver(assistant.store, {"": Folder(outgoing)}, clock).sent
    assert {m.state for m in assistant.history("RECALL-1").outbox} == {"sent"}

    # The chain of everything that happened is whole, and the exported pack shows all of it.
    assert verify(assistant.store) is None
    pack = orjson.loads(export(assistant.store, "RECALL-1", tmp_path / "pack").pack.read_bytes())
    assert [d["person"] for d in pack["decisions"]] == ["anna", "ben"]
    assert {m["type"][:8]: m["state"] for m in pack["outbox"]} == {"camt.029": "sent", "pacs.004": "sent"}
    told = [record["kind"] for record in pack["audit"]]
    assert told.index("case_opened") < told.index("decision") < told.index("proposal_carried_out")


def test_the_proposal_says_what_it_rests_on(assistant: Assistant) -> None:
    """Every claim points at evidence or rules that the result itself holds."""
    result = RECALL.put_to(assistant)

    evidence = {piece["id"] for piece in result["evidence"]}
    rules = {rule["id"] for rule in result["rules"]}
    for claim in result["proposal"]["claims"]:
        assert claim["evidence"] or claim["rules"], claim["text"]
        assert evidence.issuperset(claim["evidence"])
        assert rules.issuperset(claim["rules"])
    assert "The creditor was asked for debit authority on 2026-11-13: yes." in _claims(result)


def test_one_person_cannot_sign_twice(assistant: Assistant) -> None:
    RECALL.put_to(assistant)
    _approve(assistant, "anna")

    with pytest.raises(DecisionRefused, match="has signed"):
        _approve(assistant, " ANNA ")

    assert not assistant.history("RECALL-1").outbox


def test_a_refused_proposal_sends_nothing(assistant: Assistant) -> None:
    RECALL.put_to(assistant)
    _approve(assistant, "anna")

    assistant.decide("RECALL-1", user="ben", role="approver", verdict=Reject(reason="The creditor called again."))

    file = assistant.history("RECALL-1")
    assert file.case.state == "refused"
    assert not file.outbox
    with pytest.raises(DecisionRefused):
        _approve(assistant, "carla")


def test_whoever_edits_does_not_sign_and_the_earlier_signature_is_void(assistant: Assistant) -> None:
    RECALL.put_to(assistant)
    before = _approve(assistant, "anna")

    edited = assistant.decide("RECALL-1", user="ben", role="approver", verdict=Edit(fields={"actions": []}))

    assert edited.proposal_hash != before.proposal_hash
    assert edited.still_needed == ("approver", "approver")
    with pytest.raises(DecisionRefused, match="edited"):
        _approve(assistant, "ben")
    assert not assistant.history("RECALL-1").outbox


def test_a_question_holds_the_signatures_back(assistant: Assistant) -> None:
    RECALL.put_to(assistant)

    assistant.decide("RECALL-1", user="anna", role="approver", verdict=Ask(question="Is the consent in writing?"))

    with pytest.raises(DecisionRefused, match="information"):
        _approve(assistant, "ben")


def test_a_proposal_grows_stale_after_a_week(assistant: Assistant, clock: AClock) -> None:
    RECALL.put_to(assistant)
    clock.passes(days=8)

    with pytest.raises(DecisionRefused, match="expired"):
        _approve(assistant, "anna")

    assert not assistant.history("RECALL-1").outbox


def test_the_case_waits_in_the_store_and_not_in_the_process(tmp_path: Path, clock: AClock) -> None:
    """The process that investigated is gone; another one takes the decisions, days later."""
    RECALL.put_to(an_assistant(tmp_path, clock))
    clock.passes(days=3)

    _approve(an_assistant(tmp_path, clock), "anna")
    _approve(an_assistant(tmp_path, clock), "ben")

    assert len(an_assistant(tmp_path, clock).history("RECALL-1").outbox) == 2


def test_the_same_message_again_is_answered_once(assistant: Assistant) -> None:
    """GEN-2: a repetition of a message that was handled before links the earlier case and drafts nothing."""
    earlier = RECALL.put_to(assistant)

    again = a_recall_of(a_payment("4250.00 EUR"), id="RECALL-1").and_the_creditor("yes")
    repeated = assistant.open(
        again.message, case_id="RECALL-1-AGAIN", suffix=".xml", channel="swift", sender=again.sender, as_of=NOW
    )[0]

    assert earlier["proposal"]["rule"] == "CXI-10"
    assert (repeated["proposal"]["rule"], repeated["proposal"]["disposition"]) == ("GEN-2", "NO_ACTION")
    assert not repeated["proposal"]["messages"]


def test_a_second_request_for_the_same_payment_joins_the_first(assistant: Assistant) -> None:
    """CXI-2: under another message id it is still the same money; only one answer and one return may leave."""
    RECALL.put_to(assistant)

    chaser = a_recall_of(a_payment("4250.00 EUR"), id="CHASER-1").opened_by(assistant)[0]

    assert (chaser["proposal"]["rule"], chaser["proposal"]["disposition"]) == ("CXI-2", "NO_ACTION")
    assert not chaser["proposal"]["messages"]
    assert "RECALL-1" in str(chaser["proposal"]["actions"])


def test_what_is_signed_leaves_in_the_order_in_which_it_was_proposed(assistant: Assistant, clock: AClock) -> None:
    """FedNow: first the answer that the money comes (camt.029 IPAY), then the money (pacs.004)."""
    payment = a_payment("4250.00 USD", rail="FEDNOW")
    records = Records(
        payments=(payment,),
        accounts=(an_account(balance="9000.00 USD"),),
        customer_answers=(asked(payment, "yes"),),
    )
    replace(a_recall_of(payment), records=records).put_to(assistant)
    _approve(assistant, "anna")
    _approve(assistant, "ben")

    left: list[str] = []
    deliver(assistant.store, {"": _Noting(left)}, clock)

    assert [type[:8] for type in left] == ["camt.029", "pacs.004"]


def test_bytes_that_nobody_can_read_still_become_a_case(assistant: Assistant) -> None:
    """GEN-1: the sender is asked; nothing else is concluded."""
    result = assistant.open(
        b"\x00\xff not a message", case_id="BROKEN-1", suffix=".xml", channel="swift", sender=RECALL.sender, as_of=NOW
    )[0]

    assert result["case"]["type"] == "unknown"
    assert (result["proposal"]["rule"], result["proposal"]["disposition"]) == ("GEN-1", "REQUEST_INFORMATION")
    assert not result["proposal"]["messages"]
    assert assistant.history("BROKEN-1").message == b"\x00\xff not a message"


def test_a_customer_who_is_not_verified_is_called_back_and_told_nothing(assistant: Assistant) -> None:
    """GEN-5b: the address is on file, but anybody can write an address."""
    payment = a_payment("310.00 EUR", "outbound", "settled")
    letter = f"Please cancel the payment {payment.uetr}, we paid the wrong account."

    result = an_email(letter, payment, verified=False).put_to(assistant)

    assert result["proposal"]["rule"] == "GEN-5b"
    assert not result["proposal"]["messages"]
    assert "310" not in result["proposal"]["reply"]["text"]
    assert payment.creditor.name not in result["proposal"]["reply"]["text"]


def test_a_letter_that_names_what_is_missing_can_be_signed(assistant: Assistant) -> None:
    """The difference is worked out, so it stands on record and no guardrail holds the letter back."""
    payment = a_payment("1250.00 EUR", "outbound", "settled")
    letter = f"We sent EUR 1,250.00 ({payment.uetr}) instead of EUR 1,520.00. Please cancel it."

    result = an_email(letter, payment).put_to(assistant)

    assert result["proposal"]["rule"] == "CXO-5"
    assert "270.00" in result["proposal"]["reply"]["text"]
    assert [g["name"] for g in result["guardrails"] if g["outcome"] == "block"] == []


def test_a_customer_is_told_what_came_back_and_not_what_was_sent(assistant: Assistant) -> None:
    sent = a_payment("1250.00 EUR", "outbound", "returned")
    back = a_payment("1235.00 EUR", "inbound", "credited", name="return", message_id="RTN-1", return_of=sent.uetr)

    result = an_email(f"Please cancel the payment {sent.uetr}.", sent, back).put_to(assistant)

    assert result["proposal"]["rule"] == "CXO-2"
    assert "EUR 1235.00 came back to us" in result["proposal"]["reply"]["text"]


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("went to the wrong IBAN. The right one is DE89 3704 0044 0532 0130 00. Please get it back.", "CXO-8"),
        ("was paid to DE89 3704 0044 0532 0130 00. Please recall it, the order was cancelled.", "CXO-1"),
    ],
)
def test_an_account_that_a_text_states_rules_out_unless_it_is_the_one_that_should_have_been_paid(
    assistant: Assistant, text: str, rule: str
) -> None:
    payment = a_payment("1250.00 EUR", "outbound", "settled")

    result = an_email(f"Our payment of EUR 1,250.00 of {payment.settlement_date} {text}", payment).put_to(assistant)

    assert result["proposal"]["rule"] == rule


def test_a_message_about_several_payments_says_so_in_each_of_its_cases(assistant: Assistant) -> None:
    first, second = a_payment(name="first"), a_payment(name="second", end_to_end_id="E2E-2", transaction_id="TX-2")

    both = a_recall_of(first, "CUST", also=second).put_to(assistant)
    one = a_recall_of(first, "CUST", id="RECALL-2").put_to(assistant)

    def said(result: Any) -> str:
        return " ".join(g["detail"] for g in result["guardrails"] if g["name"] == "message")

    assert "speaks of 2 payments" in said(both)
    assert "payments" not in said(one)


class _Noting:
    """A way out that only notes what took it."""

    def __init__(self, left: list[str]) -> None:
        self._left = left

    def send(self, message_id: str, type: str, to: str, body: str) -> None:
        self._left.append(type)


def _approve(assistant: Assistant, user: str) -> Outcome:
    return assistant.decide("RECALL-1", user=user, role="approver", verdict=Approve())


def _claims(result: dict[str, Any]) -> str:
    return " ".join(claim["text"] for claim in result["proposal"]["claims"])
