"""Which models are meant: `openai:gpt-5-mini,bedrock:eu.amazon.nova-pro-v1:0` is a chain, tried in order."""

from typing import Literal, get_args

from tools.errors import Record, UnusableInput

Provider = Literal["openai", "azure", "bedrock", "local"]
CHAIN_MAX = 5


class ModelName(Record):
    """One model at one provider."""

    provider: Provider
    name: str

    def __str__(self) -> str:
        return f"{self.provider}:{self.name}"


def chain_of(text: str) -> tuple[ModelName, ...]:
    """Return the models named, in order; `none` is the empty chain, and the end of every other one."""
    names = [part.strip() for part in text.split(",")]
    if names and names[-1] == "none":
        names.pop()
    if len(names) > CHAIN_MAX:
        raise _unusable(text, f"it names {len(names)} models, {CHAIN_MAX} are allowed")
    return tuple(_one(name, text) for name in names)


def _one(text: str, whole: str) -> ModelName:
    provider, colon, name = text.partition(":")  # names of Bedrock hold colons of their own
    if provider not in get_args(Provider) or not colon or not name.strip() or not name.isprintable():
        raise _unusable(whole, f"{text!r} is no model")
    return ModelName(provider=provider, name=name.strip())


def _unusable(text: str, why: str) -> UnusableInput:
    return UnusableInput(
        f"Model {text!r} cannot be used: {why}; write none, openai:NAME, azure:DEPLOYMENT, bedrock:MODEL_ID or "
        "local:NAME, several with commas between them.",
        code="model_unavailable",
        where="--model",
    )
