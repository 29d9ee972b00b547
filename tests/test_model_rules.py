"""The seeker may ask the rule book: for its case's rail and day, within its bounds; private words stay in the house."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from agent.book_room import open_book
from agent.check import check
from agent.decision import DecisionRefused, Edit
from agent.model import Voices, chain_of, rule_look_ups
from agent.model.line import Line, Pace
from agent.model.tracing import Tracing
from agent.replay import replayed
from agent.settings import ModelSettings, Settings
from agent.workplace import Workbench, lasting_assistant
from retrieval.embed_remote import EmbeddingAway
from tests.own_documents import a_file, added
from tests.scripted_models import (
    Reply,
    Request,
    Says,
    Script,
    Server,
    by_role,
    openai_server,
    shown,
    the_opinion,
    the_reading,
    the_words,
)
from tests.situations import a_payment, an_email
from tools import rules

PAID = a_payment("4250.00 EUR", "outbound", state="released")
WRONG_SUM = an_email(f"Please cancel my payment of 4999.00 EUR to Grebe Boats BV, UETR {PAID.uetr}.", PAID)
QUESTION = "Within how many days may a recall for a technical problem be sent?"
CANARY = "The ostrich desk asks every payer to check the sum twice and to write to us again before Friday noon."
OWN = f"# Ostrich procedure\n\n## Sums that differ\n\n{CANARY}\n"


def looks(*calls: tuple[str, dict[str, Any]], words: str = "") -> Script:
    def seeker(request: Request) -> Reply:
        if len(request["messages"]) == 2:
            return Says(calls=list(calls))
        return Says(calls=[("conclude", {"answer": "It stands in the rules.", "evidence": ["E8"]})])

    writer = the_words(words) if words else the_words(summary="It waits.")
    return by_role(reader=the_reading("recall", "cancel"), seeker=seeker, writer=writer)


def voices(server: Server, **settings: Any) -> Voices:
    told = {"openai_api_key": "k", "openai_base_url": server.url, "retries": 0, "calls_free_text_max": 4, **settings}
    config, chain = ModelSettings(**told), chain_of("openai:gpt-5-mini")
    lines = (Line(chain[0], config, Pace(wait=lambda _: None)),)
    return Voices(chain, config, lines=lines, tracing=Tracing())


def put(script: Script, store: Path | None = None, **settings: Any) -> tuple[dict[str, Any], Server, Workbench]:
    """The case on a bench whose rule book holds the bank's own documents of this store."""
    with openai_server(script) as server:
        bench = Workbench(Settings(), open_book(Settings(), store), voices=voices(server, **settings))
        return WRONG_SUM.put_to(bench.assistant), server, bench


def told_to_the_model(server: Server) -> list[str]:
    """What the tools answered, as the seeker's second round shows it."""
    return [m["content"] for request in server.requests for m in request["messages"] if m["role"] == "tool"]


def test_it_asks_in_words_and_for_a_code_and_both_answers_are_evidence() -> None:
    script = looks(("search_rules", {"question": QUESTION}), ("lookup_code", {"code": "TECH"}))

    result, server, _ = put(script)

    searched, code = result["evidence"][-2:]
    assert (searched["tool"], searched["arguments"]) == ("search_rules", {"question": QUESTION})
    assert searched["result"]["silent"] is False
    assert 1 <= len(searched["result"]["found"]) <= rule_look_ups.FINDINGS_MAX
    assert (code["tool"], code["result"]["known"]) == ("lookup_code", True)
    assert result["model"]["sought"]["refused"] == []
    assert [each.split()[1] for each in result["model"]["sought"]["looked_up"]] == ["search_rules", "lookup_code"]
    first, second = told_to_the_model(server)[:2]
    assert searched["result"]["found"][0]["said"][0][:60] in first
    assert "TECH" in second
    assert "index_version" not in first + second


def test_what_it_finds_changes_nothing_that_was_decided() -> None:
    result, _, _ = put(looks(("search_rules", {"question": QUESTION})))

    without = WRONG_SUM.put_to(Workbench(Settings()).assistant)

    for field in ("disposition", "rule", "claims", "messages", "actions", "reply", "approvals"):
        assert result["proposal"][field] == without["proposal"][field]


@pytest.mark.parametrize(
    ("call", "why"),
    [
        (("search_rules", {"question": "a" * 301}), "at most 300 characters"),
        (("search_rules", {}), "Field required"),
        (("search_rules", {"question": QUESTION, "rail": "FEDWIRE"}), "not permitted"),
        (("search_rules", {"question": QUESTION, "k": 5000}), "not permitted"),
        (("lookup_code", {"code": "A B!"}), "is no code"),
        (("lookup_code", {"code": "TECH", "on": "1999-01-01"}), "not permitted"),
    ],
    ids=["long", "empty", "rail", "many", "no code", "day"],
)
def test_what_goes_beyond_the_case_is_refused(call: tuple[str, dict[str, Any]], why: str) -> None:
    result, _, _ = put(looks(call))

    [refused] = result["model"]["sought"]["refused"]
    assert why in refused
    assert result["model"]["sought"]["looked_up"] == []


def test_the_bound_of_look_ups_holds_for_the_rule_book_too() -> None:
    calls = [("search_rules", {"question": f"{QUESTION} {number}"}) for number in range(5)]

    result, _, _ = put(looks(*calls), seeker_look_ups_max=2)

    assert len(result["model"]["sought"]["looked_up"]) == 2
    assert "The bound of 2 look-ups is reached." in result["model"]["sought"]["refused"][0]
    assert result["model"]["sought"]["stopped_by"] == "look_ups"


def test_a_question_is_searched_under_pseudonyms(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    search = rules.search_rules

    def heard(book: Any, ask: rules.SearchRules) -> Any:
        asked.append(ask.question)
        return search(book, ask)

    monkeypatch.setattr(rules, "search_rules", heard)

    put(looks(("search_rules", {"question": "May Grebe Boats BV keep money that was sent twice?"})))

    [question] = asked
    assert "Grebe" not in question
    assert "[NAME-" in question


def test_a_book_that_cannot_be_searched_is_a_refusal_and_the_case_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: Any) -> Any:
        raise EmbeddingAway("openai:x gave no vectors: the question was …")

    monkeypatch.setattr(rules, "search_rules", away)

    result, _, _ = put(looks(("search_rules", {"question": QUESTION})))

    assert result["model"]["sought"]["refused"] == ["The rule book cannot be searched now (EmbeddingAway)."]
    assert result["proposal"]["disposition"] == "REQUEST_INFORMATION"


def test_a_case_replays_from_its_record_when_the_book_has_gone_on(tmp_path: Path) -> None:
    with openai_server(looks(("search_rules", {"question": QUESTION}))) as server:
        assistant = lasting_assistant(tmp_path, Settings(), create=True)
        assistant._voices = voices(server)
        WRONG_SUM.put_to(assistant)
    added(a_file(tmp_path / "own", "ostrich.md", f"{OWN}\n{QUESTION} At once.\n"), tmp_path)

    later = lasting_assistant(tmp_path, Settings())

    assert later.book.version != assistant.book.version
    changed = [difference.place for difference in replayed(later, WRONG_SUM.id)]
    assert all(place.startswith("rules[") and place.endswith("index_version") for place in changed)


# The bank's own rules.


@pytest.fixture
def store(tmp_path: Path) -> Path:
    added(a_file(tmp_path / "own", "ostrich.md", OWN), tmp_path)
    return tmp_path


ASKED = ("search_rules", {"question": "What does the ostrich desk ask when the sum differs?"})


def test_words_of_a_private_rule_that_it_read_do_not_pass_into_the_letter(store: Path) -> None:
    result, server, _ = put(looks(ASKED, words=CANARY), store)

    [passage] = [p for p in result["evidence"][-1]["result"]["found"] if p["private"]]
    assert CANARY in passage["said"]
    assert "ostrich" not in json.dumps(result["proposal"])
    assert result["model"]["words"]["reply"] is None
    assert server.requests


OPENING = "As to the question which you put to us on this matter"


def _opened(request: Request) -> Reply:
    template = shown(request)["template"]["text"]
    return by_role(writer=the_words(f"{OPENING}: {template}", summary="It waits."))(request)


def test_a_letter_that_passes_every_other_check_is_refused_for_a_private_rule_alone(tmp_path: Path) -> None:
    """The same words, once with the rule in the book and once without."""
    script = by_role(
        reader=the_reading("recall", "cancel"),
        seeker=looks(ASKED),
        second_opinion=the_opinion("ESCALATE"),
        writer=_opened,
    )
    added(a_file(tmp_path / "own", "ostrich.md", f"{OWN}\n{OPENING}, the ostrich desk answers.\n"), tmp_path)

    free, _, _ = put(script, calls_free_text_max=5)
    watched, _, _ = put(script, tmp_path, calls_free_text_max=5)

    assert OPENING in free["proposal"]["reply"]["text"]
    assert OPENING not in watched["proposal"]["reply"]["text"]
    assert "own rule" in watched["model"]["words"]["refused"][0]


def test_the_guardrail_watches_what_was_read_like_what_is_cited(store: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[Any] = []
    monkeypatch.setattr("agent.graph.check", lambda *told, **more: seen.append(told) or check(*told, **more))
    put(looks(ASKED), store)
    [(proposed, notebook)] = seen
    reply = proposed.proposal.reply
    leaky = proposed.proposal.model_copy(update={"reply": reply.model_copy(update={"text": f"{reply.text} {CANARY}"})})

    clean = dict(check(proposed, notebook).violations)["privacy"]
    found = dict(check(replace(proposed, proposal=leaky), notebook).violations)["privacy"]

    assert [v for v in clean if v.rule == "private-rule"] == []
    assert [(v.place, v.severity) for v in found if v.rule == "private-rule"] == [("reply", "block")]


def test_no_edit_puts_a_private_rule_into_the_letter(store: Path) -> None:
    with openai_server(looks(ASKED)) as server:
        assistant = lasting_assistant(store, Settings(), create=True)
        assistant._voices = voices(server)
        letter = WRONG_SUM.put_to(assistant)["proposal"]["reply"]["text"]

    edit = Edit(fields={"reply": f"{letter}\n\n{CANARY}"})
    with pytest.raises(DecisionRefused, match="own rule"):
        assistant.decide(WRONG_SUM.id, user="anna", role="approver", verdict=edit)
