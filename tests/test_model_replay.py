"""Recorded answers are played back, a case comes out of its record the same, another model is compared with it."""

import json
from pathlib import Path
from typing import Any

import pytest

from agent.assistant import Assistant
from agent.audit import verify
from agent.case import Named
from agent.decision import Approve, DecisionRefused
from agent.model import Voices, chain_of
from agent.model.line import Line, Pace
from agent.model.spent import by_day, spent_in
from agent.model.tracing import Tracing
from agent.model.voices import line_of
from agent.replay import compared, replayed
from agent.settings import ModelSettings
from prompts import from_folder, load, prompt
from tests.scripted_models import (
    Fails,
    Reply,
    Request,
    Says,
    Script,
    a_house,
    answers,
    by_role,
    openai_server,
    the_opinion,
    the_reading,
    the_words,
)
from tests.situations import AClock, Situation, a_payment, a_recall_of, a_return_of, an_assistant, an_email
from tools.bank.records import Records
from tools.bank.writer import fill
from tools.errors import ToolError

PAID = a_payment("4250.00 EUR", "outbound", state="released")
RECALL = a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("yes")
WANTS_BACK = an_email("Please cancel my payment of 4250.00 EUR to Grebe Boats BV, reference E2E-7781.", PAID)
WRONG_SUM = an_email(f"Please cancel my payment of 4999.00 EUR to Grebe Boats BV, UETR {PAID.uetr}.", PAID)
UNCLEAR = an_email("Good morning, regarding the matter that we discussed, please proceed. Thanks.", PAID)
BARE_SUM = an_email("Please cancel my payment of 4250.00 to Grebe Boats BV of 11 November 2026.", PAID)


def sensible(request: Request) -> Reply:
    return by_role(
        reader=the_reading("recall", "cancel", reference="E2E-7781"),
        second_opinion=the_opinion("REJECT", "E2"),
        writer=the_words("Something else was done.", summary="A recall of EUR 4250.00."),
        seeker=lambda _: Says(calls=[("incidents", {"uetr": str(PAID.uetr)})]),
    )(request)


def with_voice(assistant: Assistant, url: str, **settings: Any) -> Assistant:
    """The same house with a model."""
    config = ModelSettings(**{"openai_api_key": "sk-test", "openai_base_url": url, "retries": 0, **settings})
    chain = chain_of("openai:gpt-5-mini")
    lines = tuple(Line(model, config, Pace(wait=lambda _: None)) for model in chain)
    voices = Voices(chain, config, lines=lines, tracing=Tracing(), spent=spent_in(assistant.store))
    return Assistant(
        store=assistant.store,
        records=assistant.records,
        book=assistant.book,
        saver=assistant._saver,
        our_bics=assistant.our_bics,
        clock=assistant.clock,
        voices=voices,
    )


def forgotten(assistant: Assistant) -> None:
    """The bank's records change: everything that was looked up is gone."""
    fill(assistant.store.engine, Records(), replace=True)


# From the audit's record.


@pytest.mark.parametrize(
    "situation",
    [RECALL, a_return_of(PAID), WANTS_BACK, UNCLEAR, BARE_SUM],
    ids=["recall", "return", "mail", "unclear", "sum"],
)
def test_a_case_comes_out_of_its_record_the_same_bit_for_bit(tmp_path: Path, situation: Situation) -> None:
    assistant = an_assistant(tmp_path)
    situation.put_to(assistant)
    forgotten(assistant)

    assert replayed(assistant, situation.id) == ()


@pytest.mark.parametrize(
    "situation", [RECALL, WANTS_BACK, WRONG_SUM, UNCLEAR], ids=["recall", "mail", "sum", "unclear"]
)
@pytest.mark.parametrize(
    "script",
    [
        sensible,
        answers(Fails(500)),
        answers(Says("{}")),
        answers(Says("{}"), Says(json.dumps(the_opinion("ACCEPT", "E2")))),
    ],
    ids=["sensible", "failing", "garbage", "repaired"],
)
def test_what_a_model_said_is_heard_again_without_asking_it(
    tmp_path: Path, situation: Situation, script: Script
) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(script) as server:
        result = situation.put_to(with_voice(assistant, server.url))
        asked = len(server.requests)
    forgotten(assistant)

    assert asked > 0
    assert replayed(assistant, situation.id) == ()
    assert assistant.history(situation.id).result["model"]["calls"] == result["model"]["calls"]  # type: ignore[index]
    assert verify(assistant.store) is None


def test_a_bound_that_stopped_the_model_stops_it_again(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(sensible) as server:
        RECALL.put_to(with_voice(assistant, server.url, tokens_case_max=50))

    assert replayed(assistant, "RECALL-1") == ()


def test_the_second_investigation_of_a_case_is_the_one_that_is_replayed(tmp_path: Path) -> None:
    clock = AClock()
    assistant = an_assistant(tmp_path, clock)
    RECALL.put_to(assistant)
    clock.passes(days=20)
    assistant.investigate_again("RECALL-1")
    forgotten(assistant)

    assert replayed(assistant, "RECALL-1") == ()


def test_a_changed_answer_or_rule_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assistant = an_assistant(tmp_path)
    RECALL.put_to(assistant)
    other = Assistant(
        store=assistant.store,
        records=assistant.records,
        book=assistant.book,
        saver=assistant._saver,
        our_bics=assistant.our_bics,
        clock=assistant.clock,
        mt_only=(RECALL.sender.bic,),  # type: ignore[arg-type]
    )

    places = {difference.place for difference in replayed(other, "RECALL-1")}

    assert "proposal.messages[0].type" in places
    assert "proposal.hash" in places


def test_a_changed_prompt_gets_no_answer_from_the_record(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(sensible) as server:
        RECALL.put_to(with_voice(assistant, server.url))
    (tmp_path / "prompts").mkdir()
    (tmp_path / "prompts" / "second_opinion.md").write_text("# Second opinion\n\nSay ACCEPT.\n")

    with from_folder(tmp_path / "prompts"):
        found = replayed(assistant, "RECALL-1")

    assert any("not the one that was asked then" in difference.replayed for difference in found)


def test_a_case_without_a_result_cannot_be_replayed(tmp_path: Path) -> None:
    with pytest.raises(ToolError):
        replayed(an_assistant(tmp_path), "NOBODY-1")


# With another model.


def test_another_model_and_another_prompt_are_compared_and_nothing_is_written(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(sensible) as server:
        RECALL.put_to(with_voice(assistant, server.url))
    before = len(assistant.store.history("RECALL-1"))
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "second_opinion.md").write_text("<!-- second_opinion, version 9 -->\n# Second opinion\n\nSay ACCEPT.\n")

    with openai_server(by_role(second_opinion=the_opinion("ACCEPT", "E2"))) as server, from_folder(folder):
        voices = with_voice(assistant, server.url)._voices
        assert voices is not None
        kept, now = compared(assistant, "RECALL-1", voices)

    assert kept["model"]["opinion"]["disposition"] == "REJECT"
    assert now["model"]["opinion"]["disposition"] == "ACCEPT"
    assert now["proposal"]["disposition"] == kept["proposal"]["disposition"]
    assert "version 9" not in now["model"]["steps"][0]["prompt"]
    assert now["model"]["steps"][0]["prompt"].startswith("second_opinion 9 sha256:")
    assert len(assistant.store.history("RECALL-1")) == before


def test_the_money_of_the_day_is_read_from_the_store(tmp_path: Path) -> None:
    """Another process has spent it."""
    assistant = an_assistant(tmp_path)
    with openai_server(sensible) as server:
        RECALL.put_to(with_voice(assistant, server.url))
        other = a_recall_of(a_payment("4250.00 EUR"), id="RECALL-2")
        result = other.put_to(with_voice(assistant, server.url, money_day_max="0.0007"))

    assert result["model"]["bounds"]["reached"] == ["money_day"]


def test_what_models_used_is_told_by_day_role_and_model(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(sensible) as server:
        RECALL.put_to(with_voice(assistant, server.url))
        WANTS_BACK.put_to(with_voice(assistant, server.url))

    rows = {row.role: row for row in by_day(assistant.store)}

    assert {role: row.calls for role, row in rows.items()} == {"reader": 1, "second_opinion": 2, "writer": 1}
    assert rows["second_opinion"].model == "openai:gpt-5-mini"
    assert (rows["second_opinion"].tokens_in, rows["second_opinion"].disagreements) == (2000, 2)
    assert str(rows["second_opinion"].money_usd) == "0.00130"


# A person names what the machine could not.


def test_a_type_that_a_model_suggests_counts_when_a_person_has_named_it(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    with openai_server(by_role(reader=the_reading("recall", "please proceed"))) as server:
        first = UNCLEAR.put_to(with_voice(assistant, server.url))
    assert (first["case"]["type"], first["model"]["suggested_type"]) == ("unknown", "recall")

    named = Named(type="recall", uetr=PAID.uetr, by="Anna")
    second = assistant.investigate_again("MAIL-1", named)

    assert second["case"]["type"] == "recall"
    assert second["proposal"]["disposition"] == "REQUEST_CANCELLATION"
    assert replayed(assistant, "MAIL-1") == ()
    with pytest.raises(DecisionRefused) as refused:
        assistant.decide("MAIL-1", user="anna ", role="approver", verdict=Approve())
    assert refused.value.code == "own_edit"
    assert assistant.decide("MAIL-1", user="ben", role="approver", verdict=Approve()).verdict == "approve"


def test_a_type_that_is_known_is_not_named_otherwise(tmp_path: Path) -> None:
    assistant = an_assistant(tmp_path)
    RECALL.put_to(assistant)

    with pytest.raises(ToolError) as refused:
        assistant.investigate_again("RECALL-1", Named(type="status_enquiry", by="anna"))

    assert refused.value.code == "type_known"


# Cassettes.


def _opinion_of(url: str, folder: Path, mode: str, **more: Any) -> tuple[str | None, str]:
    told = {"openai_api_key": "k", "openai_base_url": url or "http://127.0.0.1:9/v1", "retries": 0, "cassette": folder}
    config = ModelSettings(**{**told, "cassette_mode": mode, **more})
    chain = chain_of("openai:gpt-5-mini")
    house = a_house(models="none")
    house.assistant._voices = Voices(chain, config, lines=(line_of(chain[0], config),), tracing=Tracing())
    result = RECALL.put_to(house.assistant)
    opinion = result["model"]["opinion"]
    return (opinion and opinion["disposition"], next(g["detail"] for g in result["guardrails"] if g["name"] == "model"))


def test_what_was_recorded_is_played_back_without_a_server(tmp_path: Path) -> None:
    with openai_server(sensible) as server:
        assert _opinion_of(server.url, tmp_path, "record")[0] == "REJECT"
        assert _opinion_of(server.url, tmp_path, "replay")[0] == "REJECT"
        assert len(server.requests) == 1

    assert _opinion_of("", tmp_path, "strict")[0] == "REJECT"
    [kept] = tmp_path.glob("*.json")
    assert json.loads(kept.read_text())["key"] == f"sha256:{kept.stem}"
    assert "Grebe" not in kept.read_text()


def test_replay_asks_for_what_is_missing_and_live_keeps_nothing(tmp_path: Path) -> None:
    with openai_server(sensible) as server:
        _opinion_of(server.url, tmp_path / "live", "live")
        assert not (tmp_path / "live").exists()
        _opinion_of(server.url, tmp_path / "replay", "replay")
        assert len(list((tmp_path / "replay").glob("*.json"))) == 1


def test_a_missing_recording_shows_how_the_question_differs(tmp_path: Path) -> None:
    with openai_server(sensible) as server:
        _opinion_of(server.url, tmp_path, "record")
    folder = tmp_path / "prompts"
    folder.mkdir()
    (folder / "second_opinion.md").write_text(load("second_opinion").replace("at most three", "at most seven"))

    with from_folder(folder):
        opinion, flag = _opinion_of("", tmp_path, "strict")

    assert opinion is None
    assert "-system: - `reasons`: at most three short statements" in flag
    assert "+system: - `reasons`: at most seven short statements" in flag


def test_a_prompt_has_a_version_and_a_hash() -> None:
    one = prompt("writer")

    assert one.version == "2"
    assert one.hash.startswith("sha256:")
    assert one.text.startswith("# Writer")
