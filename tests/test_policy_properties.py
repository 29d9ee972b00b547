"""What holds for every row of every table: it answers, it asks for the right signatures, it never says too much.

Thousands of generated cases are decided once and looked at from every side; hypothesis tells further ones and shrinks.
"""

from collections import defaultdict
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings

from agent.guardrails.tipping_off import check as tipping_off
from agent.narrative import narrative
from agent.plain_words import GEN7_CODES
from agent.policy import TABLES, Disposition, Facts, decide
from agent.policy.rows import row_of, tables
from agent.policy.table import NamedRow
from agent.proposal import Role
from agent.replies import reply_to
from retrieval.rulebook import RuleBook
from tests.facts_strategy import TYPES, facts_of, many_facts
from tests.situations import NOW, a_payment, decided, facts, money

SEED, CASES_OF_A_TYPE = 7, 500
ROWS = [row for table in tables() for row in table]

MONEY_MESSAGES = {"pacs.004", "pacs.009"}
MONEY_ACTIONS = {"debit_account", "credit_debtor", "pay_claim", "pay_compensation", "send_cover"}
NEVER_MOVES_MONEY = {"NO_ACTION", "PROVIDE_INFORMATION", "REQUEST_INFORMATION", "PEND", "REJECT", "ESCALATE"}

look = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@cache
def cases() -> tuple[tuple[Facts, Disposition], ...]:
    return tuple((f, decide(f)) for f in many_facts(CASES_OF_A_TYPE, SEED))


# Total, and the same every time.


@look
@given(facts_of())
def test_some_row_always_answers_and_twice_the_same(f: Facts) -> None:
    assert decide(f) == decide(f)


def test_every_type_has_its_table_and_only_the_unknown_has_none() -> None:
    assert set(TYPES) - set(TABLES) == {"unknown"}
    assert {f.type for f, d in cases() if d.rule == "GEN-1"} == {"unknown"}


def test_a_row_answers_only_in_its_own_table() -> None:
    """Before it only section 0 and the precedence between cases may speak."""
    general = {row.id for row in (*tables()[0], *tables()[-1])}

    for f, d in cases():
        assert d.rule in general or d.rule in {row.id for row in TABLES[f.type]}, (f.type, d.rule)


def test_every_row_is_reached() -> None:
    reached: dict[int, int] = defaultdict(int)
    for f, d in cases():
        reached[id(row_of(d.rule, f.type))] += 1

    assert [row.id for row in ROWS if not reached[id(row)]] == []


@pytest.mark.parametrize("table", tables(), ids=lambda table: table.title)
def test_no_two_rows_of_a_table_share_an_id(table: list[NamedRow]) -> None:
    ids = [row.id for row in table]

    assert len(ids) == len(set(ids))


# Section 16: who signs.


def test_money_moves_only_where_a_disposition_may_move_it() -> None:
    for f, d in cases():
        if _moves_money(d):
            assert d.disposition not in NEVER_MOVES_MONEY, (f.type, d.rule)


def test_money_moves_only_with_the_persons_of_section_16() -> None:
    """Two for what we give; for a return to its own debtor one below the limit and two from it on."""
    for f, d in cases():
        if not _moves_money(d):
            continue
        needed = 2
        if d.disposition == "RETURN_FUNDS" and not _from_the_limit_on(f):
            needed = 1
        assert d.approvals.required == needed, (d.rule, f.money)
        assert needed == 1 or "approver" in d.approvals.roles


def test_every_disposition_has_the_signatures_of_section_16() -> None:
    """Counted here anew from the words of the section, apart from the code that asks for them."""
    for f, d in cases():
        required, roles = _section_16(f, d)
        assert d.approvals.required == required, (d.rule, d.approvals)
        assert set(d.approvals.roles) == roles, (d.rule, d.approvals)


@pytest.mark.parametrize(
    ("amount", "persons"),
    [
        ("9999.99 EUR", 1),
        ("10000.00 EUR", 2),
        ("8499.99 GBP", 1),
        ("8500.00 GBP", 2),
        ("10999.99 USD", 1),
        ("11000.00 USD", 2),
        ("1.00 CHF", 2),
    ],
)
def test_the_limit_is_the_first_amount_for_two(amount: str, persons: int) -> None:
    """A currency without a limit counts as above it."""
    found = decide(facts("cancellation_received", a_payment(amount, state="returned")))

    assert (found.rule, found.approvals.required) == ("CXI-3", persons)


def test_where_nothing_is_found_the_amount_that_the_request_states_counts() -> None:
    below = decide(facts("cancellation_received", stated=money("9999.99 EUR")))
    above = decide(facts("cancellation_received", stated=money("10000.00 EUR")))
    untold = decide(facts("cancellation_received"))

    assert [d.approvals.required for d in (below, above, untold)] == [1, 2, 2]


# Fraud.


def test_a_fraud_report_is_never_laid_aside_unless_the_same_one_is_open() -> None:
    """Section 13; GEN-2 is the very same message once more."""
    for f, d in cases():
        if f.type == "fraud_report" and d.disposition == "NO_ACTION":
            assert d.rule == "GEN-2" or f.open_case("fraud_report", direction="received"), d.rule
            assert d.link is not None


@look
@given(facts_of(("fraud_report",)))
def test_a_fraud_report_waits_for_no_second_person(f: Facts) -> None:
    assert decide(f).approvals.required == 1


def test_the_creditor_is_not_contacted_before_the_specialist_says_so() -> None:
    """CXI-7F, FRD-2a: a payee under suspicion learns nothing from us."""
    for f, d in cases():
        creditor = f.payment.creditor.account if f.payment else ""
        suspected = f.reason == "FRAD" or f.held_for("fraud", account=creditor)
        if f.type in ("cancellation_received", "debit_authority") and suspected and f.authority is None:
            assert not {"request_debit_authority", "chase_customer"} & {a.kind for a in d.actions}, d.rule


# GEN-7: what leaves says no more than it may.


def test_no_message_carries_words_beside_a_code_that_stands_alone() -> None:
    for _, d in cases():
        for send in d.messages:
            assert send.reason not in GEN7_CODES or send.say is None, (d.rule, send)


def test_every_text_that_a_row_names_is_there_and_is_not_empty() -> None:
    for f, d in cases():
        for send in d.messages:
            if send.say not in (None, "return_reference", "names_enquiry"):
                assert narrative(send.say, f), (d.rule, send.say)


def test_no_reply_tips_off_or_promises_whatever_the_disposition() -> None:
    """A reply that the guardrail would block could never be signed: such a row would be dead."""
    for f, d in cases():
        reply = reply_to(decided(f))
        if reply is None:
            continue
        codes = [code for code in (d.reason, *f.reasons) if code]
        holds = [hold.kind for hold in f.holds]
        found = tipping_off({"reply": reply.text}, audience=reply.to, codes=codes, holds=holds)
        assert found == (), (d.rule, reply.text)


def test_a_row_that_names_a_reply_writes_one() -> None:
    """Only a wish of our own is answered by what is done, and by no letter."""
    for f, d in cases():
        if f.standing == "ourselves":
            continue
        assert d.reply is None or reply_to(decided(f)) is not None, (d.rule, d.reply, f.from_bank)


def test_nobody_but_a_bank_is_written_to_as_a_bank() -> None:
    for f, d in cases():
        reply = reply_to(decided(f))
        if reply is not None and reply.to == "bank":
            assert f.from_bank or d.reply == "enquiry_in_words", (d.rule, f.type)


def test_a_stranger_gets_no_word_no_message_and_no_money() -> None:
    """GEN-5."""
    for f, d in cases():
        if d.rule == "GEN-5":
            assert not d.messages
            assert reply_to(decided(f)) is None
            assert not _moves_money(d)


def test_a_call_back_tells_nothing_of_the_payment() -> None:
    """GEN-5b: whoever wrote the mail may not be the customer."""
    for f, d in cases():
        if d.rule == "GEN-5b":
            reply = reply_to(decided(f))
            assert f.payment is not None
            assert not d.messages
            assert reply is not None
            for kept in (f.payment.creditor.name, f.payment.debtor.name, f.payment.money.text, f.payment.uetr):
                assert kept not in reply.text


# Rules.


def test_every_row_cites_rules_that_are_in_the_book() -> None:
    book = RuleBook.open()
    known = {rule.id for rule in book.rules}

    for row in ROWS:
        assert row.cites, row.id
        assert known.issuperset(row.cites), (row.id, set(row.cites) - known)


def test_every_disposition_cites_a_rule_that_was_in_force() -> None:
    book = RuleBook.open()

    for row in ROWS:
        assert any(book.in_force(id, NOW.date()) for id in row.cites), row.id


def test_every_row_says_when_and_what() -> None:
    for row in ROWS:
        assert row.when, row.id
        assert row.then, row.id


# Counting and reading.


def _moves_money(d: Disposition) -> bool:
    return bool(MONEY_MESSAGES & {s.kind for s in d.messages} or MONEY_ACTIONS & {a.kind for a in d.actions})


def _from_the_limit_on(f: Facts) -> bool:
    """10,000 EUR, 8,500 GBP, 11,000 USD; another currency, or no amount at all, counts as above."""
    limits = {"EUR": 10_000, "GBP": 8_500, "USD": 11_000}
    amount = f.payment.money if f.payment else f.stated or f.claim.money
    return amount is None or amount.currency not in limits or amount.amount >= limits[amount.currency]


def _section_16(f: Facts, d: Disposition) -> tuple[int, set[Role]]:
    if d.disposition == "ESCALATE":
        assert d.role is not None
        return 1, {d.role}
    roles: set[Role] = {"compliance"} if f.compliance_hold else set()
    if f.type == "fraud_report" or (d.disposition == "REQUEST_CANCELLATION" and d.reason == "FRAD"):
        return 1, roles | {"fraud_specialist"}
    by_limit = {"FORWARD", "CANCEL_INTERNALLY", "REJECT", "REQUEST_CANCELLATION", "RETURN_FUNDS"}
    if d.disposition in {"NO_ACTION", "PROVIDE_INFORMATION", "REQUEST_INFORMATION", "PEND"}:
        required = 1
    elif d.disposition in by_limit and not (d.disposition == "FORWARD" and _moves_money(d)):
        required = 2 if _from_the_limit_on(f) else 1
    else:
        required = 2
    if _decides_a_fraud_recall(f, d):
        roles |= {"fraud_specialist"}
    return required, roles | ({"approver"} if required == 2 or not roles else set())


def _decides_a_fraud_recall(f: Facts, d: Disposition) -> bool:
    """Any other FRAD decision: accept, refuse, part return."""
    asked_back = f.type in ("cancellation_received", "debit_authority") and f.reason == "FRAD"
    came_back = d.rule == "RTN-2" and f.open_recall is not None and f.open_recall.reason == "FRAD"
    return (asked_back and d.disposition in ("ACCEPT", "REJECT")) or came_back
