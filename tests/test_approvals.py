"""A person's decision: each thing allowed, and its refusal."""

from datetime import timedelta

import pytest
from at_the_desk import (
    CUSTOMER,
    LATER,
    NOW,
    a_case,
    a_message,
    a_proposal,
    a_store,
    approve,
    kinds,
    signed_by,
    take,
)
from hypothesis import given
from hypothesis import strategies as st

from agent.audit import verify
from agent.casebook import DecisionRow
from agent.decision import (
    ROLES,
    Approve,
    Ask,
    DecisionRefused,
    Edit,
    Escalate,
    Outcome,
    Reject,
    Verdict,
    open_seats,
    seats,
)
from agent.proposal import Action, Approvals, Proposal, Reply
from agent.store import Store
from agent.transaction import StaleCase
from tools.bank.engine import memory_engine
from tools.errors import ToolError, Violation
from tools.payment import Money


@pytest.fixture
def store() -> Store:
    return a_store()


def refused(store: Store, verdict: Verdict, user: str = "anna", role: str = "approver", **more: object) -> str:
    """Take a decision that must not count; it must be recorded, release nothing, and change no state."""
    outbox, state = store.outbox("C-1"), store.case("C-1").state

    with pytest.raises(DecisionRefused) as refusal:
        take(store, verdict, user, role, **more)  # type: ignore[arg-type]

    last = [record for record in store.history("C-1") if record.kind == "decision_refused"][-1]
    assert (last.body["code"], last.body["why"]) == (refusal.value.code, str(refusal.value))
    assert (store.outbox("C-1"), store.case("C-1").state) == (outbox, state)
    return refusal.value.code


def let_pass(_: Proposal) -> tuple[Violation, ...]:
    return ()


def edit(store: Store, user: str = "anna", /, **fields: object) -> Outcome:
    return take(store, Edit(fields=fields), user, recheck=let_pass)


# --- approving -------------------------------------------------------------------------------------------------------


def test_one_signature_of_the_role_named_resolves_the_case(store: Store) -> None:
    proposal = a_case(store)

    outcome = approve(store)

    assert (outcome.state, outcome.still_needed) == ("resolved", ())
    assert outcome.released == ("AMENDS-C-1", "C-1-1-reply")
    assert [row.proposal_hash for row in store.outbox("C-1")] == [proposal.hash] * 2
    assert store.proposals("C-1")[0].state == "approved"


def test_the_record_tells_the_whole_way_of_an_approval_in_order(store: Store) -> None:
    a_case(store)

    approve(store)

    assert kinds(store) == [
        "case_opened",
        "evidence_found",
        "proposal_made",
        "decision",
        "proposal_approved",
        "message_released",
        "message_released",
        "action_ordered",
        "case_resolved",
        "proposal_carried_out",
    ]


def test_a_role_that_is_not_named_cannot_sign(store: Store) -> None:
    a_case(store, proposal=a_proposal(**signed_by("fraud_specialist")))

    assert refused(store, Approve()) == "role_not_needed"
    assert approve(store, role="fraud_specialist").state == "resolved"


def test_two_different_persons_sign_what_needs_two(store: Store) -> None:
    a_case(store, proposal=a_proposal(**signed_by("approver", persons=2)))

    first = approve(store, "anna")
    second = approve(store, "bert")

    assert (first.state, first.still_needed, first.released) == ("awaiting_approval", ("approver",), ())
    assert second.state == "resolved"
    assert [one.person for one in store.decisions("C-1")] == ["anna", "bert"]


@pytest.mark.parametrize("again", ["anna", " Anna ", "ANNA", "ａｎｎａ"])
def test_the_same_person_does_not_count_twice_however_the_name_is_written(store: Store, again: str) -> None:
    a_case(store, proposal=a_proposal(**signed_by("approver", "compliance")))
    approve(store, "anna")

    assert refused(store, Approve(), again, "compliance") == "signed_before"
    assert approve(store, "bert", "compliance").state == "resolved"


def test_of_two_persons_one_is_an_approver_and_one_holds_the_role_named(store: Store) -> None:
    a_case(store, proposal=a_proposal(**signed_by("compliance", persons=2)))
    approve(store, "anna", "compliance")

    assert refused(store, Approve(), "bert", "compliance") == "role_not_needed"
    assert approve(store, "bert", "approver").state == "resolved"


def test_an_escalation_is_for_the_role_it_names_and_nobody_else(store: Store) -> None:
    a_case(store, proposal=a_proposal(disposition="ESCALATE", **signed_by("compliance")))

    for verdict in (Approve(), Reject(reason="no"), Ask(question="why?"), Edit(fields={"summary": "x"})):
        assert refused(store, verdict) == "need_to_know"
    assert refused(store, Escalate(to="fraud_specialist"), role="fraud_specialist") == "need_to_know"
    assert approve(store, role="compliance").state == "escalated"


def test_a_decision_is_about_the_hash_that_the_person_saw(store: Store) -> None:
    proposal = a_case(store)

    assert refused(store, Approve(), seen="sha256:other") == "changed"
    assert refused(store, Reject(reason="no"), seen="sha256:other") == "changed"
    assert approve(store, seen=proposal.hash).state == "resolved"


def test_a_proposal_changed_in_the_database_cannot_be_signed(store: Store) -> None:
    """Neither the body alone nor body and hash together: the chain remembers what was saved."""
    a_case(store)
    forged = a_proposal(messages=(a_message("AMENDS-C-1", body="<Document>pay the thief</Document>"),))
    with store.begin(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE proposals SET body = ?", (forged.model_dump_json(),))

    assert refused(store, Approve()) == "tampered"

    with store.begin(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE proposals SET hash = ?", (forged.hash,))
    assert refused(store, Approve()) == "tampered"


def test_a_proposal_that_can_no_longer_be_read_cannot_be_signed(store: Store) -> None:
    a_case(store)
    with store.begin(NOW) as tx:
        tx.connection.exec_driver_sql("UPDATE proposals SET body = 'nonsense'")

    assert refused(store, Approve()) == "tampered"


def test_a_signature_written_past_the_desk_does_not_count(store: Store) -> None:
    proposal = a_case(store, proposal=a_proposal(**signed_by("approver", persons=2)))
    with store.begin(NOW) as tx:
        tx.connection.exec_driver_sql(
            "INSERT INTO decisions (case_id, version, proposal_hash, person, role, verdict, reason, at)"
            " VALUES ('C-1', 1, ?, 'ghost', 'approver', 'approve', '', '2026-11-24T09:30:00.000000Z')",
            (proposal.hash,),
        )

    assert refused(store, Approve()) == "tampered"


def test_an_expired_proposal_must_be_investigated_again(store: Store) -> None:
    a_case(store, expires_at=LATER)

    assert refused(store, Approve()) == "expired"
    assert store.proposal("C-1").state == "expired"  # type: ignore[union-attr]
    assert refused(store, Edit(fields={"summary": "x"}), recheck=let_pass) == "expired"


def test_a_proposal_is_good_until_the_moment_it_expires(store: Store) -> None:
    a_case(store, expires_at=LATER + timedelta(microseconds=1))

    assert approve(store).state == "resolved"


def test_a_case_investigated_as_of_an_earlier_day_can_still_be_signed() -> None:
    """People sign by the clock on the wall, the investigation runs by the case's own."""
    store = Store(memory_engine(), lambda: NOW + timedelta(days=90))
    a_case(store)

    assert approve(store, now=NOW + timedelta(days=91)).state == "resolved"


def test_a_message_that_breaks_a_blocking_rule_cannot_be_approved(store: Store) -> None:
    a_case(store, proposal=a_proposal(messages=(a_message(blocks=True),)))

    assert refused(store, Approve()) == "blocked"


def test_a_proposal_that_a_guardrail_blocks_cannot_be_approved(store: Store) -> None:
    a_case(store, blocked=("tipping-off at reply: names the hold",))

    assert refused(store, Approve()) == "blocked"


def test_a_flag_does_not_stop_a_signature(store: Store) -> None:
    flag = Violation(rule="amount-rounded", place="IntrBkSttlmAmt", severity="flag")
    message = a_message().model_copy(update={"violations": (flag,)})
    a_case(store, proposal=a_proposal(messages=(message,)))

    assert approve(store).state == "resolved"


@pytest.mark.parametrize("verdict", [Approve(), Reject(reason="no"), Ask(question="why?"), Escalate(to="compliance")])
def test_nothing_is_decided_twice(store: Store, verdict: Verdict) -> None:
    a_case(store)
    approve(store)

    assert refused(store, verdict, "bert") == "already_decided"


def test_nothing_is_decided_while_a_case_is_investigated_again(store: Store) -> None:
    a_case(store)
    with store.begin(LATER) as tx:
        tx.set_state("C-1", "investigating", expected_version=1)

    assert refused(store, Approve()) == "not_open"


def test_a_case_without_a_proposal_has_nothing_to_sign(store: Store) -> None:
    with store.begin(NOW) as tx:
        tx.open_case("C-1", received_at=NOW, as_of=NOW, message=b"?", channel="email", sender={})

    assert refused(store, Approve()) == "no_proposal"


def test_a_decision_on_a_case_that_is_not_there_is_refused_and_recorded(store: Store) -> None:
    with pytest.raises(DecisionRefused) as refusal:
        approve(store, case_id="C-404")

    assert refusal.value.code == "unknown_case"
    assert store.history("")[-1].kind == "decision_refused"


@pytest.mark.parametrize("user", ["", "  ", "policy", "Amends", "a\x00b"])
def test_nobody_and_the_machine_itself_sign_nothing(store: Store, user: str) -> None:
    a_case(store)

    assert refused(store, Approve(), user) == "no_person"


def test_an_invented_role_signs_nothing(store: Store) -> None:
    a_case(store)

    assert refused(store, Approve(), role="admin") == "unknown_role"


# --- rejecting and asking --------------------------------------------------------------------------------------------


def test_a_rejected_proposal_sends_nothing(store: Store) -> None:
    a_case(store)

    outcome = take(store, Reject(reason="The customer withdrew."))

    assert outcome.state == "refused"
    assert store.outbox("C-1") == ()
    assert store.decisions("C-1")[0].reason == "The customer withdrew."
    assert refused(store, Approve(), "bert") == "already_decided"


@pytest.mark.parametrize("reason", ["", "  \n "])
def test_a_refusal_needs_a_reason(store: Store, reason: str) -> None:
    a_case(store)

    assert refused(store, Reject(reason=reason)) == "no_reason"


def test_asking_for_more_stops_signatures_until_it_is_investigated_again(store: Store) -> None:
    a_case(store)

    outcome = take(store, Ask(question="Which account was credited?"))

    assert outcome.state == "information_requested"
    assert refused(store, Approve(), "bert") == "not_open"
    with store.begin(LATER) as tx:
        tx.set_state("C-1", "investigating", expected_version=1)
        tx.save_proposal("C-1", a_proposal())
    assert approve(store, "bert").version == 2


def test_a_question_has_words(store: Store) -> None:
    a_case(store)

    assert refused(store, Ask(question=" ")) == "no_question"


# --- editing ---------------------------------------------------------------------------------------------------------


def test_an_edit_makes_a_new_version_and_voids_what_was_signed(store: Store) -> None:
    before = a_case(store, proposal=a_proposal(**signed_by("approver", persons=2)))
    approve(store, "anna")

    outcome = edit(store, "bert", reply={"text": "We have written to the other bank."})

    assert (outcome.version, outcome.still_needed) == (2, ("approver", "approver"))
    assert outcome.proposal_hash != before.hash
    assert [row.state for row in store.proposals("C-1")] == ["voided", "pending"]
    assert approve(store, "anna").still_needed == ("approver",)
    assert approve(store, "carl").state == "resolved"


def test_who_edits_a_proposal_cannot_approve_it_nor_any_later_edit_of_it(store: Store) -> None:
    a_case(store)
    edit(store, "anna", summary="Shorter.")

    assert refused(store, Approve(), "Anna") == "own_edit"
    edit(store, "bert", summary="Shorter still.")
    assert refused(store, Approve(), "anna") == "own_edit"
    assert refused(store, Approve(), "bert") == "own_edit"
    assert approve(store, "carl").version == 3


def test_who_edited_an_earlier_investigation_may_sign_a_new_one(store: Store) -> None:
    a_case(store)
    edit(store, "anna", summary="Shorter.")
    with store.begin(LATER) as tx:
        tx.save_proposal("C-1", a_proposal())

    assert approve(store, "anna").version == 3


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("disposition", "ACCEPT"),
        ("status", "CNCL"),
        ("reason", "DUPL"),
        ("rule", "CXI-1"),
        ("messages", []),
        ("claims", []),
        ("approvals", {"required": 0, "roles": []}),
        ("confidence", 0.1),
        ("amount", "1.00"),
        ("hash", "sha256:0"),
        ("reply", {"to": "bank", "text": "words"}),
        ("reply", {"text": " "}),
        ("reply", {"text": "words\u202e"}),
        ("reply", {"text": "words", "cc": "thief"}),
        ("reply", None),
        ("summary", 7),
        ("actions", "none"),
        ("actions", [{"kind": "pay"}]),
        ("actions", [{"kind": "chase", "subject": "C-7", "detail": "pay him"}]),
        ("actions", [{"kind": "inform_customer", "subject": "C-7", "detail": "other words"}]),
        ("actions", [{"kind": "compensate", "subject": "EUR 4000"}]),
        ("actions", [{"kind": "Pay now!", "subject": "C-7"}]),
    ],
)
def test_what_the_policy_decides_cannot_be_edited_by_hand(store: Store, field: str, value: object) -> None:
    a_case(store)

    with pytest.raises(DecisionRefused, match=field) as refusal:
        edit(store, **{field: value})

    assert refusal.value.code == "locked_field"
    assert refusal.value.where.startswith(field)
    assert store.case("C-1").proposal_version == 1
    assert kinds(store)[-1] == "decision_refused"


def test_a_whole_proposal_with_a_few_words_changed_is_a_fair_edit(store: Store) -> None:
    whole = a_case(store).model_dump(mode="json")

    outcome = edit(store, **{**whole, "summary": "In other words."})

    assert outcome.version == 2
    assert store.proposal("C-1").proposal.summary == "In other words."  # type: ignore[union-attr]


def test_actions_can_be_taken_out_and_added_by_kind_and_subject(store: Store) -> None:
    standing = a_case(store).actions[0]

    edit(store, actions=[{"kind": standing.kind, "subject": standing.subject}, {"kind": "chase", "subject": "C-9"}])

    after = store.proposal("C-1").proposal.actions  # type: ignore[union-attr]
    assert after == (standing, Action(kind="chase", subject="C-9"))


def test_a_reply_cannot_be_added_where_nobody_is_written_to(store: Store) -> None:
    a_case(store, proposal=a_proposal(reply=None))

    assert refused(store, Edit(fields={"reply": "Hello"}), recheck=let_pass) == "locked_field"


def test_an_edit_that_changes_nothing_is_no_edit(store: Store) -> None:
    a_case(store)

    assert refused(store, Edit(fields={}), recheck=let_pass) == "nothing_edited"


def test_an_edit_goes_through_the_guardrails(store: Store) -> None:
    a_case(store)

    def tipping_off(proposal: Proposal) -> tuple[Violation, ...]:
        told = proposal.reply is not None and "sanctions" in proposal.reply.text
        return (Violation(rule="tipping-off", place="reply", detail="It names the hold."),) if told else ()

    reply = {"reply": "Your payment is under a sanctions hold."}
    assert refused(store, Edit(fields=reply), recheck=tipping_off) == "edit_blocked"
    assert refused(store, Edit(fields=reply)) == "no_recheck"
    assert take(store, Edit(fields={"reply": "We look into it."}), recheck=tipping_off).version == 2


def test_an_edit_can_take_a_block_away(store: Store) -> None:
    a_case(store, blocked=("tipping-off at reply: It names the hold.",))

    edit(store, "anna", reply="We look into it.")

    assert approve(store, "bert").state == "resolved"


# --- escalating ------------------------------------------------------------------------------------------------------


def test_an_escalation_adds_a_role_and_voids_what_was_signed(store: Store) -> None:
    a_case(store, proposal=a_proposal(**signed_by("approver", persons=2)))
    approve(store, "anna")

    outcome = take(store, Escalate(to="compliance", reason="A name looks listed."), "bert")

    assert (outcome.state, outcome.version) == ("escalated", 2)
    assert outcome.still_needed == ("approver", "compliance", "approver")
    assert [approve(store, who, role).state for who, role in (("anna", "approver"), ("bert", "approver"))] == [
        "escalated",
        "escalated",
    ]
    assert approve(store, "carl", "compliance").state == "resolved"


def test_who_escalates_has_changed_no_words_and_may_sign(store: Store) -> None:
    a_case(store)
    take(store, Escalate(to="fraud_specialist"), "anna")

    assert approve(store, "anna").still_needed == ("fraud_specialist",)


def test_a_role_that_signs_already_cannot_be_escalated_to(store: Store) -> None:
    a_case(store)

    assert refused(store, Escalate(to="approver")) == "role_named_already"


# --- the arithmetic of seats -----------------------------------------------------------------------------------------

approvals = st.builds(
    Approvals,
    required=st.integers(min_value=0, max_value=4),
    roles=st.lists(st.sampled_from(ROLES), unique=True, max_size=3).map(tuple),
)


@given(approvals)
def test_there_are_as_many_seats_as_persons_required_and_named_roles_come_first(wanted: Approvals) -> None:
    found = seats(wanted, "ACCEPT")

    assert len(found) == max(1, wanted.required)
    assert wanted.required <= len(wanted.roles) or set(wanted.roles) <= set(found)
    assert wanted.required > 1 or not wanted.roles or found == wanted.roles[:1]


@given(approvals, st.lists(st.tuples(st.sampled_from("abcdef"), st.sampled_from(ROLES)), max_size=8))
def test_seats_are_only_filled_by_as_many_different_persons(wanted: Approvals, signed: list[tuple[str, str]]) -> None:
    proposal = a_proposal(approvals=wanted)
    signatures = [
        DecisionRow(
            id=n,
            case_id="C-1",
            version=1,
            proposal_hash="",
            person=who,
            role=role,
            verdict="approve",
            reason="",
            at=NOW,
        )
        for n, (who, role) in enumerate(signed)
    ]

    left = open_seats(proposal, signatures)

    filled = len(seats(wanted, "REJECT")) - len(left)
    assert filled <= len({who for who, _ in signed})
    assert len(left) > 0 or len({who for who, _ in signed}) >= wanted.required


@pytest.mark.parametrize(
    ("required", "roles", "expected"),
    [
        (1, ("approver",), ("approver",)),
        (1, ("fraud_specialist", "compliance"), ("fraud_specialist",)),
        (2, ("approver",), ("approver", "approver")),
        (2, ("approver", "compliance"), ("approver", "compliance")),
        (2, ("fraud_specialist",), ("approver", "fraud_specialist")),
        (2, ("compliance", "fraud_specialist"), ("compliance", "fraud_specialist")),
        (3, ("approver", "compliance", "fraud_specialist"), ("approver", "compliance", "fraud_specialist")),
    ],
)
def test_section_16_in_seats(required: int, roles: tuple[str, ...], expected: tuple[str, ...]) -> None:
    assert seats(Approvals(required=required, roles=roles), "ACCEPT") == expected


# --- the store beneath -----------------------------------------------------------------------------------------------


def test_a_case_that_moved_on_is_not_moved_by_who_read_it_before(store: Store) -> None:
    a_case(store)

    with pytest.raises(StaleCase), store.begin(LATER) as tx:
        tx.set_state("C-1", "resolved", expected_version=0)
    assert store.case("C-1").state == "awaiting_approval"


def test_a_resolved_case_is_never_resolved_again(store: Store) -> None:
    a_case(store)
    approve(store)

    with pytest.raises(StaleCase), store.begin(LATER) as tx:
        tx.set_state("C-1", "awaiting_approval", expected_version=1)


def test_one_case_id_is_one_case(store: Store) -> None:
    a_case(store)

    with pytest.raises(ToolError, match="already"):
        a_case(store)


def test_a_transaction_that_fails_leaves_neither_rows_nor_records(store: Store) -> None:
    def fail_half_way() -> None:
        with store.begin(NOW) as tx:
            tx.open_case("C-1", received_at=NOW, as_of=NOW, message=b"?", channel="email", sender=CUSTOMER)
            tx.set_state("C-1", "awaiting_approval", expected_version=9)

    with pytest.raises(StaleCase):
        fail_half_way()

    assert store.queue().total == 0
    assert store.history("C-1") == ()


def test_a_customers_reply_goes_to_the_address_on_file_only_when_verified(store: Store) -> None:
    """GEN-5b: an unverified sender is called back on the number on file; the address is never written to."""
    a_case(store, "C-1", sender=CUSTOMER)
    a_case(store, "C-2", sender={**CUSTOMER, "verified": False})

    approve(store, case_id="C-1")
    approve(store, case_id="C-2")

    assert store.outbox("C-1")[-1].recipient == "may@example.org"
    assert store.outbox("C-2")[-1].recipient == "customer:C-7"


def test_a_hostile_text_or_amount_does_not_stop_a_case_from_being_kept(store: Store) -> None:
    a_case(store)

    with store.begin(LATER) as tx:
        tx.describe_case("C-1", counterparty="A\x00B\ud800", amount=Money.of("1.005", "EUR"))
        tx.describe_case("C-1", uetr="x", amount=Money.of("9" * 18, "EUR"))

    assert (store.case("C-1").counterparty, store.case("C-1").amount) == ("AB?", None)
    assert verify(store) is None


def test_a_reply_is_released_as_it_was_signed(store: Store) -> None:
    a_case(store, proposal=a_proposal(messages=(), reply=Reply(to="bank", text="Which payment?")))

    approve(store)

    assert [(row.type, row.recipient, row.body) for row in store.outbox("C-1")] == [
        ("reply", "RIVEDEFFXXX", "Which payment?")
    ]
