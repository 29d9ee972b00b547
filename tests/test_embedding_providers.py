"""Embeddings by OpenAI and Bedrock over the wire as they speak it, and an index on a Chroma server."""

import base64
import hashlib
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from urllib.request import urlopen

import numpy as np
import orjson
import pytest

from agent.book_room import open_book
from agent.settings import Settings
from retrieval import RuleBook
from retrieval.chroma import ChromaAway
from retrieval.embed import embedding
from retrieval.embed_remote import EmbeddingAway, UnknownEmbedding, remote
from retrieval.index import Place, identity
from tools.errors import UnusableInput

FEW = RuleBook.open().rules[:6]
QUESTION = "address without a town"


def a_vector(text: str, dimensions: int) -> list[float]:
    """A bag of words, so that texts with the same words are alike; not of length one, as a provider may answer."""
    vector = np.zeros(dimensions)
    for word in text.lower().split():
        vector[int.from_bytes(hashlib.sha256(word.encode()).digest()[:4], "big") % dimensions] += 3.0
    return [float(value) for value in vector]


class Provider(BaseHTTPRequestHandler):
    """Speaks OpenAI's POST /v1/embeddings and Bedrock's POST /model/ID/invoke."""

    asked: list[dict[str, Any]]
    fails: int

    def do_POST(self) -> None:
        body = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
        self.asked.append(
            {
                "path": unquote(self.path),
                "body": body,
                "headers": {name.lower(): value for name, value in self.headers.items()},
            }
        )
        if type(self).fails > 0:
            type(self).fails -= 1
            self._answer(429, {"error": {"message": "slow down", "type": "rate_limit"}}, {"retry-after": "0"})
        elif self.path.endswith("/embeddings"):
            self._answer(200, self._openai(body))
        else:
            vector = a_vector(body["inputText"], 64)
            self._answer(200, {"embedding": vector, "inputTextTokenCount": 3})

    def _openai(self, body: dict[str, Any]) -> dict[str, Any]:
        texts = body["input"] if isinstance(body["input"], list) else [body["input"]]
        data = []
        for number, text in enumerate(texts):
            vector: Any = a_vector(text, 48)
            if body.get("encoding_format") == "base64":
                vector = base64.b64encode(np.asarray(vector, np.float32).tobytes()).decode()
            data.append({"object": "embedding", "index": number, "embedding": vector})
        usage = {"prompt_tokens": 5, "total_tokens": 5}
        return {"object": "list", "data": data, "model": body["model"], "usage": usage}

    def _answer(self, status: int, document: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        written = orjson.dumps(document)
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", **(headers or {})}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(written)))
        self.end_headers()
        self.wfile.write(written)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def provider() -> Iterator[tuple[str, type[Provider]]]:
    handler = type("OneProvider", (Provider,), {"asked": [], "fails": 0})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()


def test_openai_is_asked_in_batches_with_our_key_and_answers_unit_vectors(
    provider: tuple[str, type[Provider]],
) -> None:
    url, handler = provider
    by = remote("openai:text-embedding-3-small", url=f"{url}/v1", key="sk-test", region=None)

    vectors = by([f"text {number}" for number in range(70)])

    assert vectors.shape == (70, 48)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)
    assert [len(one["body"]["input"]) for one in handler.asked] == [64, 6]
    assert {one["body"]["model"] for one in handler.asked} == {"text-embedding-3-small"}
    assert handler.asked[0]["headers"]["authorization"] == "Bearer sk-test"


def test_bedrock_is_asked_for_titan_one_text_at_a_time(
    provider: tuple[str, type[Provider]], monkeypatch: pytest.MonkeyPatch
) -> None:
    url, handler = provider
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    by = remote("bedrock:amazon.titan-embed-text-v2:0", url=url, key=None, region="eu-central-1")

    vectors = by(["recall", "return"])

    assert vectors.shape == (2, 64)
    assert [one["path"] for one in handler.asked] == ["/model/amazon.titan-embed-text-v2:0/invoke"] * 2
    assert sorted(one["body"]["inputText"] for one in handler.asked) == ["recall", "return"]
    assert all("AWS4-HMAC-SHA256" in one["headers"]["authorization"] for one in handler.asked)


def test_a_provider_that_is_busy_is_asked_again_and_one_that_stays_so_is_told(
    provider: tuple[str, type[Provider]],
) -> None:
    url, handler = provider
    by = remote("openai:text-embedding-3-small", url=f"{url}/v1", key="k", region=None)
    handler.fails = 2

    assert by(["recall"]).shape == (1, 48)

    handler.fails = 50
    with pytest.raises(EmbeddingAway, match="gave no vectors"):
        by(["recall"])


def test_a_book_is_embedded_and_asked_by_the_configured_provider_alone(
    provider: tuple[str, type[Provider]], tmp_path: Path
) -> None:
    url, handler = provider
    by = remote("openai:text-embedding-3-small", url=f"{url}/v1", key="k", region=None)
    book = RuleBook(FEW, place=lambda: Place(embedding=by, folder=tmp_path))

    hits = book.search(f"{QUESTION} in the structured form of addresses")

    assert hits[0].id == "address-shapes"
    assert [path.name for path in tmp_path.iterdir()] == [identity(book.version, by)]
    assert identity(book.version, by) != identity(book.version, embedding())
    assert len(handler.asked) > 1


@pytest.mark.parametrize("spec", ["openai", "openai:", "hugging:face", "bedrock", "openai:text-embedding-3-small"])
def test_an_embedding_that_cannot_be_used_is_one_sentence(spec: str) -> None:
    with pytest.raises(UnknownEmbedding, match="write offline, openai:MODEL or bedrock:MODEL"):
        remote(spec, url=None, key=None, region=None)


def test_a_wrong_setting_is_told_when_the_book_is_asked(tmp_path: Path) -> None:
    with pytest.raises(UnusableInput, match="cannot be used"):
        open_book(Settings(embedding="word2vec"), tmp_path).search(QUESTION)


@pytest.fixture(scope="module")
def chroma_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Chroma server on loopback."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("chroma")
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--host", "127.0.0.1"]
    server = subprocess.Popen(
        [*command, "--port", str(port), "--path", str(folder)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(600):
            if server.poll() is not None:
                pytest.fail(f"the server ended: {server.stdout.read() if server.stdout else b''!r}")
            try:
                urlopen(f"{url}/api/v2/heartbeat", timeout=1).read()
                break
            except OSError:
                threading.Event().wait(0.1)
        yield url
    finally:
        server.terminate()
        server.wait(timeout=30)


def test_an_index_on_a_chroma_server_answers_as_the_one_in_a_folder(chroma_server: str) -> None:
    served = RuleBook(FEW, place=lambda: Place(chroma_url=chroma_server))
    again = RuleBook(FEW, place=lambda: Place(chroma_url=chroma_server))

    assert served.search(QUESTION) == RuleBook(FEW).search(QUESTION)
    assert again.search(QUESTION) == served.search(QUESTION)


def test_two_processes_may_fill_a_server_at_once(chroma_server: str) -> None:
    script = (
        "from retrieval import RuleBook; from retrieval.index import Place\n"
        f"book = RuleBook(RuleBook.open().rules[2:8], place=lambda: Place(chroma_url={chroma_server!r}))\n"
        "print([hit.id for hit in book.search('address without a town')])"
    )

    both = [subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, text=True) for _ in range(2)]
    answers = {run.communicate(timeout=180)[0].strip() for run in both}

    assert len(answers) == 1
    assert "[" in answers.pop()


def test_a_server_that_is_not_there_is_one_sentence() -> None:
    with pytest.raises(ChromaAway, match="start it or mend the URL"):
        RuleBook(FEW, place=lambda: Place(chroma_url="http://127.0.0.1:9")).search(QUESTION)
