"""Nothing personal leaves the bank: seen on the wire, not in a mock (ASI03)."""

import json
import re
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from agent.model.vault import Vault
from tests.scripted_models import (
    Says,
    a_house,
    by_role,
    openai_server,
    role_of,
    shown,
    the_opinion,
    the_reading,
    the_words,
)
from tests.situations import OUR_CUSTOMER, THEIR_CUSTOMER, a_payment, a_recall_of, an_account, an_email
from tools.payment import Party

PAID = a_payment(
    "4250.00 EUR",
    "outbound",
    state="released",
    remittance="Rent of Walter Quellmann, call +49 170 1234567",
    creditor=Party(name="Grebe Boats BV", account=THEIR_CUSTOMER, address="Keizersgracht 112, 1015 Amsterdam"),
)
TEXT = (
    "Please cancel my payment of 4250.00 EUR to Grebe Boats B.V., reference E2E-7781, account "
    "NL80 ELMS 0300 0652 64. I live at 12 Marsh Lane and my number is +44 20 7946 0000; "
    "write to may.heron@post.example too.\n\nKind regards\nMay Heron\n"
)
MAIL = an_email(TEXT, PAID).knowing(accounts=(an_account(THEIR_CUSTOMER),))
PERSONAL = (
    *("Heron", "Grebe", "Quellmann", "Keizersgracht", "Marsh Lane", "may@heron.example", "may.heron@post.example"),
    *(OUR_CUSTOMER, THEIR_CUSTOMER, "LARKGB2L", "ELMSNL2A", "1234567", "79460000"),
)
COOPERATIVE = by_role(
    reader=the_reading("recall", "cancel", reference="E2E-7781"),
    second_opinion=the_opinion("REQUEST_CANCELLATION", "E2"),
    writer=the_words(summary="A recall of EUR 4250.00."),
    seeker=lambda _: Says(calls=[("conclude", {"answer": "Nothing.", "evidence": ["E2"]})]),
)


def plain(text: str) -> str:
    """A text without its spaces and punctuation: how a value is grouped hides nothing."""
    return re.sub(r"[\W_]", "", text).casefold()


def test_nothing_personal_stands_on_the_wire() -> None:
    with openai_server(COOPERATIVE) as server:
        MAIL.put_to(a_house(server.url).assistant)

    assert {role_of(request) for request in server.requests} >= {"reader", "second_opinion", "writer"}
    for value in PERSONAL:
        assert plain(value) not in plain(server.wire), value
    assert "E2E-7781" in server.wire  # references of payments are no secret, and needed


def test_tokens_come_back_as_what_they_stand_for() -> None:
    def writer(request: dict[str, Any]) -> Says:
        paragraphs = shown(request)["template"]["text"].split("\n\n")
        return Says(json.dumps(the_words("Please note: " + paragraphs[0], *paragraphs[1:])))

    def script(request: dict[str, Any]) -> Any:
        return writer(request) if role_of(request) == "writer" else COOPERATIVE(request)

    with openai_server(script) as server:
        result = MAIL.put_to(a_house(server.url).assistant)

    told = result["model"]["words"]["reply"]["text"]
    assert "Grebe Boats BV" in told
    assert "[NAME" not in told
    assert any("[NAME-" in shown(request).get("template", {}).get("text", "") for request in server.requests)


def test_the_same_value_has_the_same_token_in_every_question_of_a_case() -> None:
    with openai_server(COOPERATIVE) as server:
        MAIL.put_to(a_house(server.url).assistant)

    payments = [
        piece["result"]["payment"]["creditor"]["name"]
        for request in server.requests
        for piece in shown(request).get("evidence", ())
        if piece["tool"] == "find_payment"
    ]
    assert len(payments) >= 2
    assert len(set(payments)) == 1


def test_a_provider_that_is_blocked_is_sent_nothing_and_the_reason_is_shown() -> None:
    with openai_server(COOPERATIVE) as server:
        result = MAIL.put_to(a_house(server.url, privacy={"openai": "block"}).assistant)

    assert not server.requests
    [flag] = [g for g in result["guardrails"] if g["name"] == "model"]
    assert "Nothing was sent to openai:gpt-5-mini" in flag["detail"]
    assert "Grebe" not in flag["detail"]


def test_a_provider_that_is_trusted_reads_the_text_as_it_stands() -> None:
    """For a model inside the bank."""
    with openai_server(COOPERATIVE) as server:
        MAIL.put_to(a_house(server.url, privacy={"openai": "none"}).assistant)

    assert "Grebe Boats BV" in server.wire


def test_agents_may_be_shown_where_the_bank_says_so() -> None:
    with openai_server(by_role(second_opinion=the_opinion("ACCEPT", "E2"))) as server:
        a_recall_of(a_payment("4250.00 EUR")).put_to(a_house(server.url, mask_bics=False).assistant)

    assert "LARKGB2L" in server.wire
    assert plain(OUR_CUSTOMER) not in plain(server.wire)


def test_a_text_cannot_smuggle_in_a_token() -> None:
    """Else [NAME-1] in a mail would come back as somebody's name."""
    vault = Vault()
    vault.know("NAME", ["Walter Quellmann"])

    masked = vault.mask("I am [NAME-1], says Walter Quellmann")

    assert vault.restore("[NAME-1]") == "Walter Quellmann"
    assert masked == "I am [TEXT-1], says [NAME-1]"
    assert vault.restore(masked) == "I am [NAME-1], says Walter Quellmann"


def test_the_vault_and_the_keys_stand_in_no_record_of_the_audit() -> None:
    with openai_server(COOPERATIVE) as server:
        house = a_house(server.url)
        MAIL.put_to(house.assistant)

    [asked] = [row for row in house.assistant.store.history("MAIL-1") if row.kind == "model_asked"]
    kept = json.dumps(asked.body)
    assert len(asked.body["said"]) == 3
    assert "sk-test" not in kept
    for value in PERSONAL:
        assert plain(value) not in plain(kept), value


_NAMES = st.from_regex(r"[A-Z][a-z]{2,8}( [A-Z][a-z]{2,10}){1,2}( Ltd| GmbH| BV)?", fullmatch=True)
_NUMBERS = st.from_regex(r"[0-9]{8,14}", fullmatch=True)
_EMAILS = st.from_regex(r"[a-z]{3,8}\.[a-z]{2,8}@[a-z]{3,8}\.example", fullmatch=True)
_PHONES = st.from_regex(r"\+[1-9][0-9]{1,2} [0-9]{3} [0-9]{4,7}", fullmatch=True)
_BETWEEN = st.sampled_from([" ", ", ", "\n", " (", ") ", ": ", " and ", "; ", " of "])
_WORDS = st.sampled_from(
    ["please", "cancel", "the payment", "to", "from", "EUR 12.50", "E2E-1", "on 4 May 2026", "[NAME-1]"]
)


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_no_value_of_the_vault_stands_in_a_masked_text(data: st.DataObject) -> None:
    """Names, numbers, addresses in any order, capitals and grouping; and all of it comes back."""
    name, number, email, phone = (data.draw(each) for each in (_NAMES, _NUMBERS, _EMAILS, _PHONES))
    vault = Vault()
    vault.know("NAME", [name])
    vault.know("ACCOUNT", [number])
    ways = (name, name.upper(), name.lower(), name.replace(" ", "  "))
    grouped = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
    pool = st.one_of(st.sampled_from([*ways, number, grouped, email, phone]), _WORDS)
    text = "".join(data.draw(pool) + data.draw(_BETWEEN) for _ in range(data.draw(st.integers(1, 12))))

    masked = vault.mask({"text": text, "list": [text]})

    said = plain(re.sub(r"\[[A-Z]+-\d+\]", "|", masked["text"]))
    for value in (number, email, phone):
        assert plain(value) not in said
    assert not re.search(rf"\b{re.escape(name)}\b", masked["text"], re.IGNORECASE)
    assert vault.leaks(masked["text"]) == ()
    assert plain(vault.restore(masked)["text"]) == plain(text)


@pytest.mark.parametrize(
    "text",
    [
        "NL80ELMS0300065264",
        "nl80 elms 0300 0652 64",
        "call +49 170 1234567",
        "x@y.example",
        "WALTER  QUELLMANN",
        "quellmann",
    ],
)
def test_a_text_that_would_leave_unmasked_is_seen_at_the_last_look(text: str) -> None:
    vault = Vault()
    vault.know("NAME", ["Walter Quellmann"])

    assert vault.leaks(f"about {text} today") != ()
    assert vault.leaks(vault.mask(f"about {text} today")) == ()
