"""The real clients over the true wire: OpenAI's chat completions and Bedrock's Converse, well behaved and not."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from typing import Any

import pytest

from agent.model import chain_of
from agent.model.failure import ModelFailure
from agent.model.line import Line, Pace
from agent.model.talk import Answer, Ask, Block, Tool
from agent.model.vault import Vault
from agent.settings import ModelSettings
from prompts import prompt
from tests.scripted_models import (
    Fails,
    Hangs,
    Raw,
    Reply,
    Says,
    Script,
    Server,
    a_house,
    answers,
    bedrock_server,
    by_role,
    openai_server,
    the_opinion,
)
from tests.situations import a_payment, a_recall_of
from tools.errors import Record, UnusableInput

RECALL = a_recall_of(a_payment("4250.00 EUR")).and_the_creditor("yes")
CLAUDE = "bedrock:eu.anthropic.claude-sonnet-4-20250514-v1:0"
AGREES = json.dumps(the_opinion("ACCEPT", "E2"))


class Verdict(Record):
    """A reply with a type."""

    disposition: str
    note: str | None = None


QUESTION = Ask(role="reader", prompt=prompt("reader"), blocks=(Block("message", "hello"),), answer=Verdict)
SOUGHT = Ask(
    role="seeker",
    prompt=prompt("seeker"),
    blocks=(Block("question", "where"),),
    tools=(Tool("trace_payment", "Trace.", {"type": "object", "properties": {"uetr": {"type": "string"}}}),),
)


class Patience:
    """A clock that only waiting moves, and a list of the waits."""

    def __init__(self) -> None:
        self.time = 100.0
        self.waits: list[float] = []

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.time += seconds

    @property
    def pace(self) -> Pace:
        return Pace(now=lambda: self.time, wait=self.wait, random=Random(7))


def a_line(server: Server, model: str = "openai:gpt-5-mini", pace: Pace | None = None, **settings: Any) -> Line:
    told = {"openai_api_key": "sk-test", "openai_base_url": server.url, "bedrock_endpoint_url": server.url}
    config = ModelSettings(**{**told, "bedrock_region": "eu-central-1", "retries": 0, **settings})
    return Line(chain_of(model)[0], config, pace or Patience().pace)


def ask(line: Line, question: Ask = QUESTION) -> Answer:
    return line.ask(question, Vault(), seconds_left=30)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> None:
    """Credentials as the AWS chain finds them in the environment."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIAEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


# OpenAI.


def test_openai_is_asked_for_its_structured_output() -> None:
    with openai_server(answers(Says('{"disposition": "ACCEPT", "note": null}'))) as server:
        answer = ask(a_line(server))

    [request] = server.requests
    assert server.paths == ["/v1/chat/completions"]
    assert request["response_format"]["json_schema"]["strict"] is True
    assert request["response_format"]["json_schema"]["schema"]["required"] == ["disposition", "note"]
    assert "temperature" not in request  # gpt-5 takes none
    assert request["max_tokens"] == 1500
    assert json.loads(answer.text)["disposition"] == "ACCEPT"
    assert (answer.tokens_in, answer.tokens_out) == (1000, 200)
    assert server.headers[0]["authorization"] == "Bearer sk-test"


def test_the_reply_may_come_as_a_stream() -> None:
    with openai_server(answers(Says('{"disposition": "ACCEPT", "note": "a longer note than one piece"}'))) as server:
        answer = ask(a_line(server, stream=True))

    assert server.requests[0]["stream"] is True
    assert json.loads(answer.text)["note"] == "a longer note than one piece"
    assert answer.tokens_in == 1000


@pytest.mark.parametrize("stream", [False, True])
def test_tools_are_offered_and_their_calls_come_back(stream: bool) -> None:
    with openai_server(answers(Says(calls=[("trace_payment", {"uetr": "x"})]))) as server:
        answer = ask(a_line(server, stream=stream), SOUGHT)

    assert server.requests[0]["tools"][0]["function"]["name"] == "trace_payment"
    assert [(call.name, call.arguments) for call in answer.calls] == [("trace_payment", {"uetr": "x"})]


def test_a_server_without_structured_output_is_asked_for_a_forced_call_from_then_on() -> None:
    def older(request: dict[str, Any]) -> Reply:
        if "response_format" in request:
            return Fails(400, "response_format is not supported", "invalid_request_error")
        return Says(calls=[("answer", {"disposition": "REJECT", "note": None})])

    with openai_server(older) as server:
        line = a_line(server)
        first, second = ask(line), ask(line)

    assert json.loads(first.text) == json.loads(second.text) == {"disposition": "REJECT", "note": None}
    assert ["response_format" in request for request in server.requests] == [True, False, False]
    assert server.requests[1]["tool_choice"]["function"]["name"] == "answer"


@pytest.mark.parametrize(
    ("reply", "cause", "words"),
    [
        (Fails(401, "Incorrect API key provided: sk-test"), "key_refused", "refuses the key"),
        (Fails(403, "no access"), "not_enabled", "does not let this account use"),
        (Fails(404, "The model does not exist"), "unknown_model", "knows no model"),
        (Fails(429, "You exceeded your current quota", "insufficient_quota"), "quota", "quota"),
        (Fails(429, "Rate limit reached"), "busy", "send less"),
        (Fails(400, "maximum context length is 8192 tokens", "context_length_exceeded"), "context_too_long", "longer"),
        (Fails(500), "server_fault", "failed on its own side"),
        (Raw(b"<html>Bad gateway</html>"), "garbage", "cannot be read"),
        (Raw(b'{"choices": []}'), "garbage", "cannot be read"),
        (Raw(b'{"id": "c", "cho', length=4000), "cut_off", "broke off"),
        (Says(""), "garbage", "empty"),
        (Says('{"dispo', ended="length"), "too_long", "AMENDS_MODEL_ANSWER_TOKENS_MAX"),
        (Says("", ended="content_filter"), "refused_to_answer", "refused to answer"),
    ],
)
def test_every_failure_of_openai_is_one_clear_sentence(reply: Reply, cause: str, words: str) -> None:
    with openai_server(answers(reply)) as server, pytest.raises(ModelFailure) as failed:
        ask(a_line(server))

    assert failed.value.cause == cause
    assert words in str(failed.value)
    assert "sk-test" not in str(failed.value)


def test_a_stream_that_breaks_off_is_no_answer() -> None:
    half = b'data: {"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":'
    half += b'{"role":"assistant","content":"{\\"disposition\\": \\"ACC"},"finish_reason":null}]}\n\n'
    for length in (None, len(half) + 100):
        reply = Raw(half, "text/event-stream", length=length)
        with openai_server(answers(reply)) as server, pytest.raises(ModelFailure) as failed:
            ask(a_line(server, stream=True))
        assert failed.value.cause == "cut_off"


def test_a_server_that_hangs_is_left_when_the_time_is_over() -> None:
    with openai_server(answers(Hangs())) as server, pytest.raises(ModelFailure) as failed:
        ask(a_line(server, timeout_seconds=0.2))

    assert failed.value.cause == "timeout"


def test_a_server_that_is_not_there_cannot_be_reached() -> None:
    with openai_server(answers(Says("x"))) as server:
        gone = server.url
    line = Line(chain_of("openai:m")[0], ModelSettings(openai_api_key="k", openai_base_url=gone, retries=0))

    with pytest.raises(ModelFailure) as failed:
        ask(line)

    assert failed.value.cause == "unreachable"


def test_without_a_key_openai_is_not_even_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    monkeypatch.delenv("OPENAI_BASE_URL", raising=False)

    with pytest.raises(ModelFailure, match="set OPENAI_API_KEY"):
        ask(Line(chain_of("openai:gpt-5-mini")[0], ModelSettings()))


def test_azure_speaks_through_its_deployment() -> None:
    with openai_server(answers(Says('{"disposition": "PEND", "note": null}'))) as server:
        endpoint = server.url.removesuffix("/v1")
        answer = ask(a_line(server, "azure:our-deployment", azure_api_key="az-key", azure_endpoint=endpoint))

    assert json.loads(answer.text)["disposition"] == "PEND"
    assert server.paths[0].startswith("/openai/deployments/our-deployment/chat/completions?api-version=")
    assert server.headers[0]["api-key"] == "az-key"


# Bedrock.


@pytest.mark.parametrize("stream", [False, True])
def test_bedrock_converse_is_signed_and_answers(aws: None, stream: bool) -> None:
    with bedrock_server(answers(Says('{"disposition": "ACCEPT", "note": "in several pieces"}'))) as server:
        answer = ask(a_line(server, CLAUDE, stream=stream, bedrock_guardrail="gr-1:2"))

    assert json.loads(answer.text)["note"] == "in several pieces"
    assert (answer.tokens_in, answer.tokens_out) == (1000, 200)
    signed = server.headers[0]["authorization"]
    assert signed.startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "eu-central-1/bedrock" in signed
    assert server.requests[0]["guardrailConfig"] == {"guardrailIdentifier": "gr-1", "guardrailVersion": "2"}
    assert "claude-sonnet-4" in server.paths[0]
    assert server.paths[0].endswith("/converse-stream" if stream else "/converse")
    assert json.loads(server.requests[0]["outputConfig"]["textFormat"]["structure"]["jsonSchema"]["schema"])


@pytest.mark.parametrize("stream", [False, True])
def test_a_bedrock_model_without_structured_output_is_asked_for_a_forced_call(aws: None, stream: bool) -> None:
    reply = Says(calls=[("answer", {"disposition": "REJECT", "note": None})])
    with bedrock_server(answers(reply)) as server:
        answer = ask(a_line(server, "bedrock:eu.amazon.nova-pro-v1:0", stream=stream))

    assert json.loads(answer.text)["disposition"] == "REJECT"
    assert server.requests[0]["toolConfig"]["toolChoice"] == {"tool": {"name": "answer"}}


@pytest.mark.parametrize(
    ("reply", "cause"),
    [
        (Fails(403, "You don't have access to the model", type="AccessDeniedException"), "not_enabled"),
        (Fails(403, "The security token is invalid", type="UnrecognizedClientException"), "key_refused"),
        (Fails(400, "The provided model identifier is invalid.", type="ValidationException"), "unknown_model"),
        (
            Fails(400, "on-demand throughput isn’t supported; use an inference profile", type="ValidationException"),
            "wrong_region",
        ),
        (Fails(400, "Input is too long for requested model.", type="ValidationException"), "context_too_long"),
        (Fails(429, "Too many requests", type="ThrottlingException"), "busy"),
        (Fails(400, "quota exceeded", type="ServiceQuotaExceededException"), "quota"),
        (Fails(408, "model timed out", type="ModelTimeoutException"), "timeout"),
        (Fails(500, "boom", type="InternalServerException"), "server_fault"),
        (Raw(b"not json"), "garbage"),
        (Says("", ended="guardrail_intervened"), "refused_to_answer"),
    ],
)
def test_every_failure_of_bedrock_is_one_clear_sentence(aws: None, reply: Reply, cause: str) -> None:
    with bedrock_server(answers(reply)) as server, pytest.raises(ModelFailure) as failed:
        ask(a_line(server, CLAUDE))

    assert failed.value.cause == cause
    assert "secret" not in str(failed.value)


def test_without_aws_credentials_or_region_bedrock_says_what_to_set(
    aws: None, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    line = Line(chain_of(CLAUDE)[0], ModelSettings())
    with pytest.raises(ModelFailure, match="AMENDS_MODEL_BEDROCK_REGION"):
        ask(line)

    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    with pytest.raises(ModelFailure, match="AWS gives no credentials"):
        ask(Line(chain_of(CLAUDE)[0], ModelSettings(bedrock_region="eu-central-1")))


# Trying again, resting, waiting for one's turn, falling back.


def test_what_may_pass_is_tried_again_with_growing_waits() -> None:
    patience = Patience()
    replies = answers(Fails(500), Fails(429, "Rate limit"), Says('{"disposition": "ACCEPT", "note": null}'))
    with openai_server(replies) as server:
        answer = ask(a_line(server, pace=patience.pace, retries=2))

    assert len(server.requests) == 3
    assert json.loads(answer.text)["disposition"] == "ACCEPT"
    assert len(patience.waits) == 2
    assert 0 <= patience.waits[0] <= 0.5
    assert 0 <= patience.waits[1] <= 1.0


@pytest.mark.parametrize("reply", [Fails(401, "no"), Fails(404, "no"), Fails(429, "quota is used up")])
def test_what_will_not_pass_is_not_tried_again(reply: Reply) -> None:
    with openai_server(answers(reply)) as server, pytest.raises(ModelFailure):
        ask(a_line(server, retries=5))

    assert len(server.requests) == 1


def test_a_provider_that_keeps_failing_is_left_to_rest_and_then_asked_again() -> None:
    patience = Patience()
    with openai_server(answers(Fails(500), Fails(500), Says("{}"))) as server:
        line = a_line(server, pace=patience.pace, breaker_failures=2, breaker_seconds=60)
        causes = [_cause_of(line) for _ in range(3)]
        patience.time += 61
        ask(line)

    assert causes == ["server_fault", "server_fault", "resting"]
    assert len(server.requests) == 3


def test_a_rate_limit_makes_one_wait_for_ones_turn() -> None:
    patience = Patience()
    with openai_server(answers(Says("{}"))) as server:
        line = a_line(server, pace=patience.pace, requests_per_minute=6)
        for _ in range(3):
            ask(line)
        with pytest.raises(ModelFailure) as late:
            line.ask(QUESTION, Vault(), seconds_left=3)

    assert patience.waits == [10, 10]
    assert late.value.cause == "busy"
    assert len(server.requests) == 3


def test_the_next_of_the_chain_answers_where_the_first_cannot(aws: None) -> None:
    with openai_server(answers(Fails(500))) as first, bedrock_server(answers(Says(AGREES))) as second:
        house = a_house(
            first.url,
            f"openai:gpt-5-mini,{CLAUDE}",
            bedrock_endpoint_url=second.url,
            bedrock_region="eu-central-1",
        )
        result = RECALL.put_to(house.assistant)

    assert (len(first.requests), len(second.requests)) == (1, 1)
    assert result["model"]["provider"] == "bedrock"
    assert result["model"]["calls"] == 1


@contextmanager
def _either(script: Script) -> Iterator[Server]:
    with openai_server(script) as server:
        yield server


@pytest.mark.parametrize(
    "reply", [Fails(401, "no"), Fails(500), Raw(b"\x00\xff"), Says("I am sorry, Dave."), Says("{}"), Says('{"a": [')]
)
def test_without_a_usable_model_the_investigation_is_what_it_would_be_and_says_so(reply: Reply) -> None:
    without = _bare(RECALL.put_to(a_house(models="none").assistant))
    with _either(answers(reply)) as server:
        result = RECALL.put_to(a_house(server.url).assistant)

    [flag] = [g for g in result["guardrails"] if g["name"] == "model"]
    assert flag["outcome"] == "flag"
    assert "Templates stand in for it." in flag["detail"]
    assert _bare(result) == without


def test_an_answer_of_the_wrong_type_is_repaired_once() -> None:
    with openai_server(answers(Says('{"disposition": "PERHAPS"}'), Says(AGREES))) as server:
        result = RECALL.put_to(a_house(server.url).assistant)

    assert len(server.requests) == 2
    assert "not of the type wanted" in server.requests[1]["messages"][-1]["content"]
    assert result["model"]["opinion"]["agrees"] is True
    assert result["model"]["bounds"]["repairs"] == {"used": 1, "max": 1}

    with openai_server(answers(Says('{"disposition": "PERHAPS"}'))) as server:
        result = RECALL.put_to(a_house(server.url).assistant)
    assert len(server.requests) == 2
    assert result["model"]["opinion"] is None


def test_a_structured_case_takes_one_call_and_costs_what_the_list_says() -> None:
    with openai_server(by_role(second_opinion=the_opinion("ACCEPT", "E2"))) as server:
        result = RECALL.put_to(a_house(server.url).assistant)

    assert len(server.requests) == 1
    told = result["model"]
    assert (told["provider"], told["name"], told["calls"]) == ("openai", "gpt-5-mini", 1)
    assert (told["tokens_in"], told["tokens_out"]) == (1000, 200)
    assert told["money_usd"] == "0.00065"
    assert result["proposal"] == RECALL.put_to(a_house(models="none").assistant)["proposal"]


@pytest.mark.parametrize(
    "name", ["gpt", "openai", "openai:", "llama:x", "openai:a,,bedrock:b", ",".join(["openai:a"] * 6)]
)
def test_a_name_that_names_no_model_is_refused(name: str) -> None:
    with pytest.raises(UnusableInput, match="cannot be used"):
        chain_of(name)


def test_a_chain_ends_in_none_and_names_may_hold_colons() -> None:
    assert [str(m) for m in chain_of("openai:a, bedrock:anthropic.claude-v1:0,none")] == [
        "openai:a",
        "bedrock:anthropic.claude-v1:0",
    ]
    assert chain_of("none") == ()


def _cause_of(line: Line) -> str:
    with pytest.raises(ModelFailure) as failed:
        ask(line)
    return failed.value.cause


def _bare(result: dict[str, Any]) -> dict[str, Any]:
    """A result without what speaks of the model or of time."""
    kept = {name: value for name, value in result.items() if name not in ("model", "timings_ms")}
    return {**kept, "guardrails": [g for g in result["guardrails"] if g["name"] != "model"]}
