"""Embeddings by a provider: OpenAI and what speaks like it, or Amazon Bedrock. Texts leave the house for them."""

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from retrieval.embed import Vectors

if TYPE_CHECKING:
    from langchain_core.embeddings import Embeddings

TIMEOUT_SECONDS, RETRIES = 30, 3
BATCH = 64


class UnknownEmbedding(ValueError):
    """Nothing embeds under this name."""

    def __init__(self, spec: str, why: str = "") -> None:
        super().__init__(
            f"The embedding {spec!r} cannot be used{why}; write offline, openai:MODEL or bedrock:MODEL, "
            "e.g. openai:text-embedding-3-small or bedrock:amazon.titan-embed-text-v2:0."
        )


class EmbeddingAway(RuntimeError):
    """A provider did not answer with vectors."""


class RemoteEmbedding:
    """A provider's embedding; its name is part of the index's identity."""

    def __init__(self, name: str, open: Callable[[], "Embeddings"]) -> None:
        self.name = name
        self._open = open

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, in order."""
        parts = [list(texts[at : at + BATCH]) for at in range(0, len(texts), BATCH)]
        found = [self._asked(self._client.embed_documents, part) for part in parts]
        return np.concatenate(found) if found else np.zeros((0, 0), dtype=np.float32)

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions, which some models embed otherwise than what answers them."""
        return self._asked(lambda asked: [self._client.embed_query(text) for text in asked], list(texts))

    def knows(self, word: str) -> bool:
        """The offline tokenizer's vocabulary tells words from slips for every embedding."""
        from retrieval.embed import embedding

        return embedding().knows(word)

    @cached_property
    def _client(self) -> "Embeddings":
        return self._open()

    def _asked(self, ask: Callable[[list[str]], list[list[float]]], texts: list[str]) -> Vectors:
        try:
            vectors = np.asarray(ask(texts), dtype=np.float32)
        except Exception as fault:  # every provider has errors of its own; all mean that there are no vectors
            raise EmbeddingAway(f"{self.name} gave no vectors: {type(fault).__name__}: {fault}") from fault
        if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
            raise EmbeddingAway(f"{self.name} answered {len(texts)} texts with something else than as many vectors")
        length = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (length > 0).all():
            raise EmbeddingAway(f"{self.name} answered with an empty vector")
        unit: Vectors = vectors / length
        return unit


def remote(spec: str, *, url: str | None, key: str | None, region: str | None) -> RemoteEmbedding:
    """The embedding of a setting such as "openai:text-embedding-3-small"; nothing is asked of anybody yet."""
    provider, _, model = spec.partition(":")
    if not model:
        raise UnknownEmbedding(spec)
    if provider == "openai":
        if key is None and url is None:
            raise UnknownEmbedding(spec, ": there is no key in OPENAI_API_KEY")
        return RemoteEmbedding(spec, lambda: _openai(model, url, key))
    if provider == "bedrock":
        return RemoteEmbedding(spec, lambda: _bedrock(model, url, region))
    raise UnknownEmbedding(spec)


def _openai(model: str, url: str | None, key: str | None) -> "Embeddings":
    from langchain_openai import OpenAIEmbeddings
    from pydantic import SecretStr

    return OpenAIEmbeddings(
        model=model,
        openai_api_base=url,
        openai_api_key=SecretStr(key or "none"),  # a server of one's own may want none
        request_timeout=TIMEOUT_SECONDS,
        max_retries=RETRIES,
        check_embedding_ctx_length=False,  # it would count tokens with a file from the network
    )


def _bedrock(model: str, url: str | None, region: str | None) -> "Embeddings":
    from langchain_aws import BedrockEmbeddings

    return BedrockEmbeddings(model_id=model, endpoint_url=url, region_name=region)
