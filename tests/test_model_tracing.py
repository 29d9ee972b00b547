"""Traces: off unless an endpoint is set, numbers without content by default, and never a personal value (ASI03)."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from agent.model import Voices, chain_of
from agent.model.line import Line, Pace
from agent.model.tracing import Tracing, tracing_of
from agent.settings import ModelSettings
from tests.scripted_models import (
    Fails,
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
from tests.situations import Situation, a_payment, an_email

PAID = a_payment("4250.00 EUR", "outbound", state="released")
MAIL = an_email("Please cancel my payment of 4250.00 EUR to Grebe Boats BV, reference E2E-7781.", PAID)
WRONG_SUM = an_email(f"Please cancel my payment of 4999.00 EUR to Grebe Boats BV, UETR {PAID.uetr}.", PAID)
SENSIBLE = by_role(
    reader=the_reading("recall", "cancel"),
    second_opinion=the_opinion("REQUEST_CANCELLATION", "E2"),
    writer={"summary": "Grebe Boats BV is paid.", "rationale": [], "reply": None},
)


def spans_of(script: Script, *, content: bool = False, situation: Situation = MAIL) -> tuple[ReadableSpan, ...]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with openai_server(script) as server:
        config = ModelSettings(openai_api_key="sk-test", openai_base_url=server.url, retries=0)
        chain = chain_of("openai:gpt-5-mini")
        house = a_house(models="none")
        house.assistant._voices = Voices(
            chain,
            config,
            lines=(Line(chain[0], config, Pace(wait=lambda _: None)),),
            tracing=Tracing(provider.get_tracer("amends"), content=content),
        )
        situation.put_to(house.assistant)
    return exporter.get_finished_spans()


def attributes(spans: tuple[ReadableSpan, ...]) -> list[dict[str, Any]]:
    return [dict(span.attributes or {}) for span in spans]


def test_a_case_is_one_span_with_one_for_each_call() -> None:
    spans = spans_of(SENSIBLE)

    *calls, whole = spans
    assert whole.attributes is not None
    assert whole.attributes["gen_ai.operation.name"] == "invoke_workflow"
    assert whole.attributes["gen_ai.conversation.id"] == "MAIL-1"
    assert [call.name for call in calls] == ["chat reader", "chat second_opinion", "chat writer"]
    for told in attributes(tuple(calls)):
        assert told["gen_ai.operation.name"] == "chat"
        assert told["gen_ai.provider.name"] == "openai"
        assert told["gen_ai.request.model"] == "gpt-5-mini"
        assert (told["gen_ai.usage.input_tokens"], told["gen_ai.usage.output_tokens"]) == (1000, 200)
        assert told["amends.money_usd"] == 0.00065
    assert all(call.parent and whole.context and call.parent.span_id == whole.context.span_id for call in calls)


def test_a_look_up_is_a_span_beside_the_calls_and_a_refused_one_says_why() -> None:
    foreign, secret = "00000000-0000-4000-8000-000000000001", "BE71096123456769"
    looks = [
        ("incidents", {"uetr": str(PAID.uetr)}),
        ("prior_cases", {"uetr": foreign}),
        ("search_rules", {"question": "May the payer cancel a payment that was sent?"}),
        (f"pay {secret}", {"to": secret}),
    ]
    script = by_role(
        reader=the_reading("recall", "cancel"),
        seeker=lambda _: Says(calls=looks),
        writer=the_words(summary="It waits."),
    )

    spans = spans_of(script, content=True, situation=WRONG_SUM)

    *inner, whole = spans
    assert [span.name for span in inner] == [
        "chat reader",
        "chat seeker",
        "execute_tool incidents",
        "execute_tool prior_cases",
        "execute_tool search_rules",
        "execute_tool unknown",
        "chat writer",
    ]
    assert all(s.parent and whole.context and s.parent.span_id == whole.context.span_id for s in inner)
    found, refused, searched, unknown = attributes(tuple(inner[2:6]))
    assert (found["gen_ai.operation.name"], found["gen_ai.tool.name"]) == ("execute_tool", "incidents")
    assert found["amends.evidence"].startswith("E")
    assert refused == {
        "gen_ai.operation.name": "execute_tool",
        "gen_ai.tool.name": "prior_cases",
        "error.type": "foreign_argument",
    }
    assert searched["amends.evidence"] != found["amends.evidence"]
    assert unknown["error.type"] == "no_such_tool"
    assert secret not in json.dumps(attributes(spans))


def test_no_content_stands_in_a_trace_unless_it_is_asked_for_and_then_masked() -> None:
    without, shown = (
        json.dumps(attributes(spans_of(SENSIBLE))),
        json.dumps(attributes(spans_of(SENSIBLE, content=True))),
    )

    assert "is paid" not in without
    assert "is paid" in shown
    for told in (without, shown):
        assert "Grebe" not in told
        assert "sk-test" not in told


def test_a_failure_is_named_by_its_cause_alone() -> None:
    first, *_ = attributes(spans_of(answers(Fails(401, "Incorrect API key provided: sk-test"))))

    assert first["error.type"] == "key_refused"
    assert "sk-test" not in json.dumps(first)


def test_without_an_endpoint_nothing_is_traced(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OTEL_EXPORTER_OTLP_ENDPOINT", raising=False)

    assert tracing_of(ModelSettings())._tracer is None


def test_with_an_endpoint_spans_go_there() -> None:
    arrived: list[tuple[str, bytes]] = []
    there = threading.Event()

    class Collector(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            arrived.append((self.path, self.rfile.read(int(self.headers["content-length"]))))
            self.send_response(200)
            self.send_header("content-length", "0")
            self.end_headers()
            there.set()

        def log_message(self, *_: Any) -> None:
            """A test prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Collector)
    threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
    tracing = tracing_of(ModelSettings(otlp_endpoint=f"http://127.0.0.1:{server.server_address[1]}"))
    with tracing.span("chat reader", {"gen_ai.operation.name": "chat"}):
        pass
    tracing.flush()

    assert there.wait(10)
    assert arrived[0][0] == "/v1/traces"
    assert b"chat reader" in arrived[0][1]
    server.shutdown()
