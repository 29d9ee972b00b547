"""Settings: the one place that reads the environment; everything else gets its values handed down."""

from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

from tools.errors import UnusableInput


class Settings(BaseSettings):
    """What a bank sets, by environment variables with the prefix AMENDS_."""

    model_config = SettingsConfigDict(env_prefix="AMENDS_", extra="ignore", frozen=True)

    model: str = "none"
    """The language model where no `--model` is given, e.g. "openai:gpt-5-mini,bedrock:eu.amazon.nova-pro-v1:0"."""
    store: Path = Path("var/amends")
    """Folder of the default store (SQLite and search index)."""
    store_url: str | None = None
    """Database URL instead of the folder, e.g. "postgresql+psycopg://amends@localhost/amends"."""
    xsd_dir: Path | None = None
    """Folder of official schemas; every drafted message is then validated against its own."""
    our_bics: tuple[str, ...] = ()
    """Our agents, for messages that come without a scenario: BIC8, BIC11 or SYSTEM:MEMBER, as a JSON list."""
    limits: dict[str, Decimal] = Field(
        default_factory=lambda: {"EUR": Decimal(10_000), "GBP": Decimal(8_500), "USD": Decimal(11_000)}
    )
    """From which amount on two persons sign, per currency, as a JSON object."""
    own_rules: Path | None = None
    """Folder of the bank's own rule documents in our own form, read at every start; see also `amends rules add`."""
    embedding: str = "offline"
    """What search compares meanings by: "offline", "openai:MODEL" or "bedrock:MODEL"."""
    chroma_url: str | None = None
    """A Chroma server that keeps the index instead of a folder of the store, e.g. "http://localhost:8000"."""
    embedding_url: str | None = None
    """A server that speaks as OpenAI or Bedrock does, instead of theirs."""
    embedding_key: SecretStr | None = Field(
        default=None, validation_alias=AliasChoices("AMENDS_EMBEDDING_KEY", "OPENAI_API_KEY")
    )
    """Key of the OpenAI embedding; AWS credentials come from the AWS chain."""
    embedding_region: str | None = None
    """AWS region of the Bedrock embedding; without it the AWS chain says which."""
    webhook_url: str | None = None
    """Where approved messages are posted; without it they are written to the folder `outbox` of the store."""
    webhook_secret: str | None = Field(default=None, repr=False)
    """Key of the HMAC signature on webhook deliveries."""
    mlflow_uri: str | None = None
    """Address of an MLflow server that keeps the registry of fraud models; without it, a file in the store."""
    mt_only: tuple[str, ...] = ()
    """Counterparties that take MT messages alone, as a JSON list of BICs."""


@cache
def settings() -> Settings:
    """Return the settings of this process, read once; a value that cannot be read is one sentence that names it."""
    try:
        return Settings()
    except (SettingsError, ValidationError) as wrong:
        raise UnusableInput(f"The settings cannot be read: {_named(wrong)}", where="settings") from None


def _named(wrong: Exception, prefix: str = "AMENDS_") -> str:
    if isinstance(wrong, ValidationError):
        first = wrong.errors()[0]
        return f"{prefix}{'_'.join(map(str, first['loc'])).upper()} is not usable: {first['msg']}."
    return f"{wrong}; write lists and tables as JSON, e.g. AMENDS_OUR_BICS='[\"WRENGB2L\"]'."


Policy = Literal["none", "mask", "block"]
CassetteMode = Literal["live", "record", "replay", "strict"]


class ModelSettings(BaseSettings):
    """What a bank sets for the language model, by environment variables with the prefix AMENDS_MODEL_.

    Keys and endpoints keep the names that their makers gave them: OPENAI_API_KEY, AZURE_OPENAI_ENDPOINT and so on. AWS
    credentials are never read here: they come from the AWS chain.
    """

    model_config = SettingsConfigDict(
        env_prefix="AMENDS_MODEL_", extra="ignore", frozen=True, populate_by_name=True, protected_namespaces=()
    )

    openai_api_key: SecretStr | None = Field(default=None, validation_alias="OPENAI_API_KEY")
    openai_base_url: str | None = Field(default=None, validation_alias="OPENAI_BASE_URL")
    """A server that speaks OpenAI: vLLM, Ollama, llama.cpp, a gateway; e.g. "http://localhost:11434/v1"."""
    azure_api_key: SecretStr | None = Field(default=None, validation_alias="AZURE_OPENAI_API_KEY")
    azure_endpoint: str | None = Field(default=None, validation_alias="AZURE_OPENAI_ENDPOINT")
    azure_api_version: str = Field(default="2024-10-21", validation_alias="OPENAI_API_VERSION")
    bedrock_region: str | None = None
    """Region; without it the AWS chain says which."""
    bedrock_profile: str | None = None
    bedrock_role_arn: str | None = None
    """Role that is assumed for the calls."""
    bedrock_guardrail: str | None = None
    """Guardrail as ID:VERSION."""
    bedrock_base_model: str | None = None
    """The model behind an inference profile's ARN, e.g. "anthropic.claude-sonnet-4-20250514-v1:0"."""
    bedrock_endpoint_url: str | None = None

    timeout_seconds: float = Field(default=60, gt=0)
    """Of one call."""
    retries: int = Field(default=2, ge=0, le=10)
    requests_per_minute: int = Field(default=0, ge=0)
    """0: no limit of ours."""
    breaker_failures: int = Field(default=3, ge=1)
    """After so many failures in a row a provider is left alone for `breaker_seconds`."""
    breaker_seconds: float = 60
    stream: bool = False
    answer_tokens_max: int = Field(default=1500, ge=16)
    temperature: float | None = 0
    """None leaves it out, for models that refuse it."""

    privacy: dict[str, Policy] = Field(default_factory=dict)
    """What may leave, by provider (openai, azure, bedrock, local), as a JSON object; `mask` where none is named."""
    mask_bics: bool = True

    calls_structured_max: int = Field(default=1, ge=0)
    calls_free_text_max: int = Field(default=3, ge=0)
    tokens_case_max: int = Field(default=30_000, ge=0)
    seconds_case_max: float = Field(default=180, ge=0)
    money_case_max: Decimal = Field(default=Decimal("0.50"), ge=0)
    """US dollars."""
    money_day_max: Decimal | None = Field(default=None, ge=0)
    seeker_rounds_max: int = Field(default=2, ge=0)
    seeker_look_ups_max: int = Field(default=6, ge=0)
    structured_role: Literal["second_opinion", "writer", "none"] = "second_opinion"
    """What the one call of a structured case is for."""
    disagreement: Literal["approver", "flag"] = "approver"
    """What another opinion of the model brings about: one more signature, or a flag alone."""

    local_weights: Path = Path("var/amends/models")
    """Folder of the local model's weights."""
    cassette: Path | None = None
    """Folder of recorded answers."""
    cassette_mode: CassetteMode = "live"

    otlp_endpoint: str | None = Field(default=None, validation_alias="OTEL_EXPORTER_OTLP_ENDPOINT")
    """Where traces go; without it none are made."""
    trace_content: bool = False
    """Prompts and answers, masked, in the traces too."""


@cache
def model_settings() -> ModelSettings:
    """Return the model's settings of this process, read once."""
    try:
        return ModelSettings()
    except (SettingsError, ValidationError) as wrong:
        raise UnusableInput(
            f"The settings cannot be read: {_named(wrong, 'AMENDS_MODEL_')}", where="settings"
        ) from None
