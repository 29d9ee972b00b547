"""What a row asks to be sent can be sent: every message drafts, obeys its codes and its schema, and could be signed."""

from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest

from agent.drafting import Drafter
from agent.policy import Facts
from agent.state import Decided
from tests.facts_strategy import many_facts
from tests.situations import NOW, US, a_payment, decided, facts
from tools.iso20022.draft import Draft, InvestigationRequest, InvestigationResponse
from tools.iso20022.validate import validate_draft, validate_xml
from tools.iso20022.versions import version_for
from tools.iso20022.write import write

SEED, CASES_OF_A_TYPE = 4, 400
AS_IT_CAME = ("RTN-0a", "MOD-4")
"""Rows that pass on what they were given: a wrong code or amount in it is theirs, and a person sees it."""


Faults = dict[str, list[Facts]]
"""What went wrong, with the facts under which it did."""


@cache
def _attempts() -> tuple[tuple[tuple[Decided, Draft], ...], Faults]:
    """All messages of generated cases of every type, and those that could not be drafted at all."""
    drafts, faults = [], defaultdict(list)
    for found in many_facts(CASES_OF_A_TYPE, SEED):
        case = decided(found)
        for number, send in enumerate(case.disposition.messages, start=1):
            try:
                drafts.append((case, Drafter(case, US).draft(send, number)))
            except (AssertionError, ValueError) as error:
                faults[f"{case.disposition.rule}: {send.kind} to {send.to}: {error}"].append(found)
    return tuple(drafts), faults


@pytest.fixture
def drafted() -> tuple[tuple[Decided, Draft], ...]:
    return _attempts()[0]


def test_every_message_that_a_row_names_can_be_drafted() -> None:
    _, faults = _attempts()

    assert not faults, _listed(faults)


def test_every_message_of_every_row_could_be_signed(drafted: tuple[tuple[Decided, Draft], ...]) -> None:
    """A draft with a blocking fault makes its row one that nobody can ever approve."""
    faults: Faults = defaultdict(list)
    for case, draft in drafted:
        if case.disposition.rule in AS_IT_CAME:
            continue
        for fault in validate_draft(draft, on=NOW.date()):
            if fault.severity == "block":
                faults[f"{case.disposition.rule}: {draft.message}: {fault.rule}: {fault.detail}"].append(case.facts)

    assert not faults, _listed(faults)


def test_every_message_of_every_row_obeys_its_official_schema(
    drafted: tuple[tuple[Decided, Draft], ...], shared: Path
) -> None:
    seen = set()
    for case, draft in drafted:
        version = version_for(draft.message, draft.rail, NOW.date())
        # One of each row, version and set of codes: a schema does not tell amounts apart.
        kind = (case.disposition.rule, version, str(getattr(draft, "status", "")), str(getattr(draft, "reason", "")))
        if kind not in seen:
            seen.add(kind)
            body = write(draft, version)
            found = validate_xml(body, rail=draft.rail, direction="out", on=NOW.date(), xsd_dir=shared / "xsd")
            if case.disposition.rule in AS_IT_CAME:
                found = tuple(fault for fault in found if fault.rule == "schema")
            assert [fault for fault in found if fault.severity == "block"] == [], (kind, body)
    assert len(seen) > 100


def test_what_is_sent_to_another_bank_is_never_sent_to_ourselves(drafted: tuple[tuple[Decided, Draft], ...]) -> None:
    for case, draft in drafted:
        assert not US.same_as(draft.receiver), (case.disposition.rule, _told(case.facts))


def test_no_two_messages_of_a_case_share_a_reference(drafted: tuple[tuple[Decided, Draft], ...]) -> None:
    """The outbox sends one message per id, once."""
    by_case = defaultdict(list)
    for case, draft in drafted:
        by_case[id(case)].append(draft.message_id)

    assert all(len(ids) == len(set(ids)) for ids in by_case.values())


def _listed(faults: Faults) -> str:
    return "\n".join(f"{fault} ({len(cases)} times, e.g. {_told(cases[0])})" for fault, cases in faults.items())


def _told(facts: Facts) -> str:
    asker = "a bank" if facts.from_bank else "a customer"
    return f"{facts.type} by {facts.message or 'nothing'} from {asker} on {facts.rail}, payment {facts.state}"


def test_a_request_sent_upstream_names_the_bank_upstream_as_the_next_to_answer() -> None:
    case = decided(
        facts(
            "unable_to_apply",
            a_payment("75000.00 USD", "transit", "forwarded"),
            message="camt.110",
            reasons=("NARR",),
            investigation_type="UTAP",
            data_asked=("Debtor address",),
        )
    )
    assert case.disposition.rule == "UTA-3"
    onward, interim = (Drafter(case, US).draft(s, n) for n, s in enumerate(case.disposition.messages, start=1))

    assert isinstance(interim, InvestigationResponse)
    assert isinstance(onward, InvestigationRequest)
    assert interim.next_responder == str(onward.receiver) == str(case.facts.previous_agent)
    assert [fault for fault in validate_draft(onward, on=NOW.date()) if fault.severity == "block"] == []
    assert "Debtor address" in " ".join(onward.reasons[0].narrative)


def test_a_claim_of_non_receipt_goes_on_in_our_own_words() -> None:
    payment = a_payment("75000.00 USD", "transit", "forwarded")
    case = decided(
        facts("non_receipt_received", payment, message="camt.110", reasons=("NARR",), investigation_type="CCNR")
    )
    onward = Drafter(case, US).draft(case.disposition.messages[0], 1)

    assert isinstance(onward, InvestigationRequest)
    assert [fault for fault in validate_draft(onward, on=NOW.date()) if fault.severity == "block"] == []
    assert "not to have the funds" in " ".join(onward.reasons[0].narrative)
