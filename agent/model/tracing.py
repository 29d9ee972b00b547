"""Spans of cases, calls and look-ups, with the GenAI attribute names of OpenTelemetry; off unless an endpoint is set.

Content is off by default, and only ever under pseudonyms. The names are those of the semantic conventions for
generative AI, which are still in development: they stand here alone.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, Protocol

from agent.settings import ModelSettings
from tools.errors import ToolError

OPERATION = "gen_ai.operation.name"
PROVIDER = "gen_ai.provider.name"
REQUEST_MODEL = "gen_ai.request.model"
RESPONSE_MODEL = "gen_ai.response.model"
TOKENS_IN = "gen_ai.usage.input_tokens"
TOKENS_OUT = "gen_ai.usage.output_tokens"
TOOL = "gen_ai.tool.name"
CONVERSATION = "gen_ai.conversation.id"
INPUT = "gen_ai.input.messages"
OUTPUT = "gen_ai.output.messages"
ERROR = "error.type"
PROMPT = "amends.prompt"
ROLE = "amends.role"
EVIDENCE = "amends.evidence"
MONEY = "amends.money_usd"

_PROVIDERS = {"openai": "openai", "azure": "azure.ai.openai", "bedrock": "aws.bedrock", "local": "local"}


class Span(Protocol):
    """Where attributes are put."""

    def set_attribute(self, name: str, value: Any) -> None: ...


class NoSpan:
    """The span of everyday use: nothing is traced."""

    def set_attribute(self, name: str, value: Any) -> None:
        """Forget it."""


class Tracing:
    """Makes spans, if somebody wants them."""

    def __init__(self, tracer: Any = None, *, content: bool = False, provider: Any = None) -> None:
        self._tracer = tracer
        self._provider = provider
        self.content = content

    def flush(self) -> None:
        """Send what has not been sent yet."""
        if self._provider is not None:
            self._provider.force_flush()

    @contextmanager
    def span(self, name: str, attributes: Mapping[str, Any]) -> Iterator[Span]:
        """Open a span; what is raised inside is named on it by its type alone, for messages may hold values."""
        if self._tracer is None:
            yield NoSpan()
            return
        attributes = {key: value for key, value in attributes.items() if value is not None}
        with self._tracer.start_as_current_span(
            name, attributes=attributes, record_exception=False, set_status_on_exception=False
        ) as span:
            try:
                yield span
            except Exception as error:
                span.set_attribute(ERROR, _named(error))
                raise


def _named(error: Exception) -> str:
    """The cause of a model's failure, the code of a refusal, else the type."""
    if isinstance(error, ToolError):
        return str(getattr(error, "cause", error.code))
    return type(error).__name__


def provider_name(provider: str) -> str:
    """The provider as the conventions write it."""
    return _PROVIDERS[provider]


def tracing_of(settings: ModelSettings) -> Tracing:
    """Return tracing to the OTLP endpoint of the environment; none where none is set."""
    if not settings.otlp_endpoint:
        return Tracing()
    import atexit

    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    provider = TracerProvider(resource=Resource.create({"service.name": "amends"}))
    provider.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(endpoint=f"{settings.otlp_endpoint.rstrip('/')}/v1/traces"))
    )
    atexit.register(provider.shutdown)
    return Tracing(provider.get_tracer("amends"), content=settings.trace_content, provider=provider)
