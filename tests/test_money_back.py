"""Money that comes back, statuses of many payments, and interest, as the bank and the customer read of it."""

from pathlib import Path
from typing import Any

import pytest

from agent.batch import investigate_scenario
from agent.policy import Facts, decide
from agent.settings import Settings
from agent.workplace import Workbench
from tests.situations import a_payment, an_earlier_case, facts, money, ordered
from tools.message import StatedCharge

FIELD = Path(__file__).resolve().parents[1] / "evals" / "suites" / "field"
SENT = a_payment("1000.00 EUR", "outbound", "settled")


@pytest.fixture(scope="module")
def bench() -> Workbench:
    return Workbench(Settings(store_url=None))


def investigated(name: str, bench: Workbench) -> tuple[dict[str, Any], str]:
    """A scenario's result, and everything outward in one text."""
    result = investigate_scenario(FIELD / name, bench)
    reply = result["proposal"]["reply"]
    return result, "\n".join([reply["text"] if reply else "", *result["drafts"].values()])


def agreed(came: str, **more: Any) -> Facts:
    """A pacs.004 FOCR while our recall is open."""
    recall = an_earlier_case(SENT, "recall", "sent", reason="CUST")
    told = {"message": "pacs.004", "reason": "FOCR", "reasons": ("FOCR",), "prior": (recall,)}
    return facts("return_received", SENT, returned_amount=money(came), **told | more)


def test_a_recall_honoured_less_stated_charges_is_closed_and_one_honoured_in_part_stays_open() -> None:
    fifteen = money("15.00 EUR")

    assert ordered(decide(agreed("985.00 EUR", return_charges=fifteen)))[1] == "close_recall"
    part = decide(agreed("400.00 EUR", return_charges=fifteen))
    assert (part.actions[1].kind, part.actions[1].detail) == ("keep_recall_open_for_rest", "EUR 585.00")


def test_what_is_missing_is_named_to_the_cent_and_stated_charges_are_not_asked_for() -> None:
    short = facts(
        "return_received",
        SENT,
        reason="AC01",
        returned_amount=money("984.99 EUR"),
        return_charges=money("15.00 EUR"),
        return_deductions=(StatedCharge(money=money("15.00 EUR")),),
    )

    asked = decide(short)

    assert asked.rule == "RTN-3a"
    assert (asked.actions[1].kind, asked.actions[1].detail) == ("ask_for_difference", "EUR 0.01")


def test_the_letter_about_a_part_return_names_what_came_and_what_is_open(bench: Workbench) -> None:
    _, text = investigated("ans-part-returned-rest-open", bench)

    assert "EUR 11000.00 has reached us" in text
    assert "the rest, EUR 19000.00, stays open" in text
    assert "EUR 30000.00 has reached us" not in text


def test_a_return_passed_on_states_the_charges_that_made_it_smaller(bench: Workbench) -> None:
    _, text = investigated("rtn-we-stand-in-the-middle-fedwire", bench)

    assert '<RtrdIntrBkSttlmAmt Ccy="USD">63985.00<' in text
    assert '<ChrgsInf><Amt Ccy="USD">15.00</Amt>' in text


def test_a_cover_that_came_back_is_sent_anew_for_its_order_and_nobody_blocks_it(bench: Workbench) -> None:
    result, text = investigated("rtn-cover-comes-back-dc04", bench)

    assert "Marlow Instruments Ltd" in text
    assert "Halyard Bank" not in text
    assert [g["name"] for g in result["guardrails"] if g["outcome"] == "block"] == []


def test_of_many_statuses_the_reject_leads_and_the_others_follow(bench: Workbench) -> None:
    result, _ = investigated("rej-second-of-two-statuses", bench)

    assert result["proposal"]["rule"] == "REJ-2"
    assert [other["case"]["type"] for other in result["further_cases"]] == ["answer_received"]


def test_a_regulatory_reject_says_neither_that_money_came_nor_that_it_is_free(bench: Workbench) -> None:
    _, text = investigated("rej-regulatory-reason", bench)

    assert "turned down on the way" in text
    assert "came back" not in text
    assert "available" not in text


def test_interest_is_told_in_words_that_no_character_set_garbles(bench: Workbench) -> None:
    _, text = investigated("val-claim-one-cent-above", bench)

    assert "EUR 1200000.00 at 2.155 percent for 3 days, year of 360 days, is EUR 215.50" in text
    assert "plus fee EUR 25.00 is EUR 240.50" in text


def test_a_fee_above_the_interest_leaves_nothing_to_pay_and_nothing_is_paid(bench: Workbench) -> None:
    result, text = investigated("val-use-of-funds-fee-eats-all", bench)

    assert "Nothing is left to pay" in text
    assert "<Grantd>false</Grantd>" in text
    assert result["proposal"]["actions"] == []


@pytest.mark.parametrize(
    ("scenario", "says"),
    [
        ("frd-charity-chaps-clock", "we contact the bank that has the payment"),
        ("frd-sepa-recall-already-out", "was asked before"),
        ("frd-payee-banks-with-us", "our specialists look into it"),
        ("frd-not-released-but-compliance-holds", "our specialists look into it"),
    ],
)
def test_a_victim_is_told_what_is_done_and_nothing_that_is_not(bench: Workbench, scenario: str, says: str) -> None:
    _, text = investigated(scenario, bench)

    assert says in text
    assert ("we contact the bank" in text) == (says.startswith("we contact"))


def test_a_wait_for_a_bank_carries_the_day_of_the_next_question(bench: Workbench) -> None:
    result, _ = investigated("ans-mt196-agreed-no-money-yet", bench)

    chase = result["proposal"]["actions"][0]
    assert chase["kind"] == "chase_return"
    assert chase["detail"] == f"on {result['case']['due']}"


def test_data_that_a_bank_asked_for_may_hold_long_numbers(bench: Workbench) -> None:
    result, text = investigated("uta-2-mt195-query-four", bench)

    assert "2026-4418" in text
    assert [g["name"] for g in result["guardrails"] if g["outcome"] == "block"] == []


def test_of_two_returns_in_one_message_neither_is_taken_for_the_other_handled_before(bench: Workbench) -> None:
    result, _ = investigated("rtn-two-in-one-first-unknown", bench)

    assert result["proposal"]["rule"] == "RTN-6"
    assert [other["proposal"]["rule"] for other in result["further_cases"]] == ["RTN-1"]


def test_what_a_letter_names_itself_counts_before_the_history_that_it_quotes(bench: Workbench) -> None:
    result, text = investigated("sta-italian-mail-returned-no-detail", bench)

    assert result["payment"]["matched_by"] == "reference"
    assert "has been credited" not in text


def test_who_reports_the_same_fraud_again_is_given_no_new_date(bench: Workbench) -> None:
    _, text = investigated("frd-same-report-again", bench)

    assert "We are already working on it" in text
    assert "you will have our answer by" not in text


def test_a_return_that_misquotes_its_original_is_not_asked_for_again(bench: Workbench) -> None:
    _, text = investigated("rtn-original-amount-misquoted", bench)

    assert "quotes EUR 4820.00" in text
    assert "send the request again" not in text
