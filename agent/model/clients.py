"""Builds the clients of the providers, and says in one sentence what is wrong when one of them fails."""

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from agent.model.failure import Cause, ModelFailure
from agent.model.name import ModelName
from agent.settings import ModelSettings

if TYPE_CHECKING:
    from langchain_core.language_models import BaseChatModel

CONNECT_SECONDS = 10
_NO_OPENAI_KEY = "There is no key for OpenAI: set OPENAI_API_KEY, or OPENAI_BASE_URL for a server of your own."
_NO_AWS_CREDENTIALS = (
    "AWS gives no credentials: set AMENDS_MODEL_BEDROCK_PROFILE, a role, or the variables of the AWS chain."
)


def client_of(model: ModelName, settings: ModelSettings) -> "BaseChatModel":
    """Return the client of a model; raises ModelFailure where it cannot even be asked."""
    return _CLIENTS[model.provider](model.name, settings)


def _openai(name: str, settings: ModelSettings) -> "BaseChatModel":
    from langchain_openai import ChatOpenAI

    key, base = settings.openai_api_key, settings.openai_base_url or None
    if key is None and base is None:
        raise ModelFailure("no_key", _NO_OPENAI_KEY)
    tokens: dict[str, Any] = (
        # Servers that only speak like OpenAI know the older name of the bound.
        {"extra_body": {"max_tokens": settings.answer_tokens_max}}
        if base
        else {"max_completion_tokens": settings.answer_tokens_max}
    )
    return ChatOpenAI(
        model=name,
        api_key=key or "none",  # a server of one's own may want none
        base_url=base,
        use_responses_api=False,
        max_retries=0,  # tried again by us, within the bounds of the case
        timeout=settings.timeout_seconds,
        temperature=settings.temperature,
        stream_usage=True,
        **tokens,
    )


def _azure(name: str, settings: ModelSettings) -> "BaseChatModel":
    from langchain_openai import AzureChatOpenAI

    if settings.azure_api_key is None or not settings.azure_endpoint:
        raise ModelFailure("no_key", "Azure is not set up: set AZURE_OPENAI_API_KEY and AZURE_OPENAI_ENDPOINT.")
    return AzureChatOpenAI(
        azure_deployment=name,
        model=name,
        api_key=settings.azure_api_key,
        azure_endpoint=settings.azure_endpoint,
        api_version=settings.azure_api_version,
        use_responses_api=False,
        max_retries=0,
        timeout=settings.timeout_seconds,
        temperature=settings.temperature,
        max_completion_tokens=settings.answer_tokens_max,
        stream_usage=True,
    )


def _bedrock(name: str, settings: ModelSettings) -> "BaseChatModel":
    import boto3
    from botocore.config import Config
    from langchain_aws import ChatBedrockConverse

    config = Config(
        connect_timeout=min(CONNECT_SECONDS, settings.timeout_seconds),
        read_timeout=settings.timeout_seconds,
        retries={"total_max_attempts": 1},
    )
    session = boto3.Session(profile_name=settings.bedrock_profile, region_name=settings.bedrock_region)
    if settings.bedrock_role_arn:
        session = _assumed(session, settings.bedrock_role_arn)
    if session.get_credentials() is None:
        raise ModelFailure("no_key", _NO_AWS_CREDENTIALS)
    if session.region_name is None:
        raise ModelFailure("wrong_region", "No AWS region is set: set AMENDS_MODEL_BEDROCK_REGION, e.g. eu-central-1.")
    ends = {"config": config, "endpoint_url": settings.bedrock_endpoint_url}
    more: dict[str, Any] = {}
    if settings.bedrock_base_model:
        more["base_model"] = settings.bedrock_base_model
    if name.startswith("arn:"):
        more["provider"] = (settings.bedrock_base_model or "anthropic").split(".")[1 if _regional(settings) else 0]
    if settings.bedrock_guardrail:
        id, _, version = settings.bedrock_guardrail.partition(":")
        more["guardrails"] = {"guardrailIdentifier": id, "guardrailVersion": version or "DRAFT"}
    return ChatBedrockConverse(
        model_id=name,
        client=session.client("bedrock-runtime", **ends),
        bedrock_client=session.client("bedrock", **ends),
        temperature=settings.temperature,
        max_tokens=settings.answer_tokens_max,
        **more,
    )


def _regional(settings: ModelSettings) -> bool:
    """A base model may be written with its region in front: "eu.anthropic.claude…"."""
    return (settings.bedrock_base_model or "").split(".")[0] in ("eu", "us", "apac", "global", "us-gov")


def _assumed(session: Any, role: str) -> Any:
    """A session under the role, for as long as its credentials last."""
    import boto3

    given = session.client("sts").assume_role(RoleArn=role, RoleSessionName="amends")["Credentials"]
    return boto3.Session(
        aws_access_key_id=given["AccessKeyId"],
        aws_secret_access_key=given["SecretAccessKey"],
        aws_session_token=given["SessionToken"],
        region_name=session.region_name,
    )


def _local(name: str, settings: ModelSettings) -> "BaseChatModel":
    from agent.model.local import client

    return client(name, settings)


_CLIENTS: dict[str, "Callable[[str, ModelSettings], BaseChatModel]"] = {
    "openai": _openai,
    "azure": _azure,
    "bedrock": _bedrock,
    "local": _local,
}


def failure_of(error: Exception, model: ModelName, settings: ModelSettings) -> ModelFailure:
    """Say in one sentence what an exception of a client means; keys and prompts stand in none of them."""
    if isinstance(error, ModelFailure):
        return error
    cause = _cause(error)
    where = _host(model, settings)
    sentence = _SENTENCES[cause].format(model=model, where=where, kind=type(error).__name__)
    return ModelFailure(cause, sentence)


_SENTENCES: dict[Cause, str] = {
    "no_key": "{where} gave no credentials for {model}; set its key in the environment or the AWS chain.",
    "key_refused": "{where} refuses the key for {model}; check the key and what it may do.",
    "wrong_region": "{model} is not offered in this region; set AMENDS_MODEL_BEDROCK_REGION, or an inference profile.",
    "not_enabled": "{where} does not let this account use {model}; enable the model there, or name another.",
    "unknown_model": "{where} knows no model {model}; check the name.",
    "quota": "The quota for {model} is used up; raise it at {where}, or name another model behind it.",
    "busy": "{where} asks to send less for {model}; try later, or set AMENDS_MODEL_REQUESTS_PER_MINUTE.",
    "context_too_long": "The case is longer than {model} can read; name a model with a larger context.",
    "refused_request": "{where} does not take this kind of request for {model} ({kind}).",
    "unreachable": "{where} cannot be reached for {model}; check the address and the network.",
    "timeout": "{where} did not answer in time for {model}; raise AMENDS_MODEL_TIMEOUT_SECONDS.",
    "server_fault": "{where} failed on its own side for {model}; try later.",
    "garbage": "{where} answered for {model} in a way that cannot be read ({kind}).",
    "cut_off": "The answer of {model} broke off before its end.",
    "too_long": "The answer of {model} is longer than allowed; raise AMENDS_MODEL_ANSWER_TOKENS_MAX.",
    "refused_to_answer": "The model {model} or its guardrail refused to answer this case.",
}


def _host(model: ModelName, settings: ModelSettings) -> str:
    own = {
        "openai": settings.openai_base_url,
        "azure": settings.azure_endpoint,
        "bedrock": settings.bedrock_endpoint_url,
    }.get(model.provider)
    return (
        (urlsplit(own).hostname or own)
        if own
        else {"openai": "OpenAI", "bedrock": "Bedrock"}.get(model.provider, model.provider)
    )


def _cause(error: Exception) -> Cause:
    name, text = type(error).__name__, str(error).lower()
    code = str(getattr(error, "response", {}).get("Error", {}).get("Code", "")) if _is_aws(error) else ""
    if _too_long(name, text):
        return "context_too_long"
    if code or _is_aws(error):
        return _aws(code, name, text)
    status = getattr(error, "status_code", None)
    if status is not None:
        return _http(int(status), text)
    known = next((_BY_NAME[beneath] for beneath in _beneath(error) if beneath in _BY_NAME), None)
    if known is not None:
        return known
    if "timeout" in name.lower() or "timed out" in text:
        return "timeout"
    if "connect" in name.lower() or isinstance(error, OSError):
        return "unreachable"
    return "garbage"


def _beneath(error: BaseException | None) -> Iterator[str]:
    """The names of an error and of those that it wraps: clients wrap what their transport raised."""
    while error is not None:
        yield type(error).__name__
        error = error.__cause__


_BY_NAME: dict[str, Cause] = {
    "LengthFinishReasonError": "too_long",
    "ContentFilterFinishReasonError": "refused_to_answer",
    "RemoteProtocolError": "cut_off",
    "IncompleteRead": "cut_off",
    "ReadError": "cut_off",
}


def _is_aws(error: Exception) -> bool:
    return type(error).__module__.startswith("botocore") or isinstance(getattr(error, "response", None), dict)


def _too_long(name: str, text: str) -> bool:
    return name == "ContextOverflowError" or any(words in text for words in _TOO_LONG)


_TOO_LONG = ("context_length_exceeded", "maximum context", "context window", "input is too long", "too many input")


def _http(status: int, text: str) -> Cause:
    if status == 401:
        return "key_refused"
    if status == 403:
        return "not_enabled"
    if status == 404:
        return "unknown_model"
    if status == 429:
        return "quota" if "quota" in text or "billing" in text else "busy"
    if status == 408:
        return "timeout"
    return "server_fault" if status >= 500 else "refused_request"


def _aws(code: str, name: str, text: str) -> Cause:
    if code == "ValidationException":
        if "on-demand throughput" in text or "inference profile" in text or "region" in text:
            return "wrong_region"
        return "unknown_model" if "model identifier" in text else "refused_request"
    known: dict[str, Cause] = {
        "AccessDeniedException": "not_enabled",
        "ResourceNotFoundException": "unknown_model",
        "ThrottlingException": "busy",
        "TooManyRequestsException": "busy",
        "ServiceQuotaExceededException": "quota",
        "ModelTimeoutException": "timeout",
        "UnrecognizedClientException": "key_refused",
        "InvalidSignatureException": "key_refused",
        "ExpiredTokenException": "key_refused",
    }
    if code in known:
        return known[code]
    if name in ("NoCredentialsError", "PartialCredentialsError", "ProfileNotFound", "TokenRetrievalError"):
        return "no_key"
    if name in ("NoRegionError", "InvalidRegionError"):
        return "wrong_region"
    if "Timeout" in name and "Connect" not in name:
        return "timeout"
    if name in ("EndpointConnectionError", "ConnectTimeoutError", "ConnectionError", "ProxyConnectionError"):
        return "unreachable"
    if name in ("ConnectionClosedError", "ResponseStreamingError", "IncompleteReadError", "EventStreamError"):
        return "cut_off"
    return "server_fault" if code else "garbage"
