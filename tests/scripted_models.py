"""Servers on this machine that speak like OpenAI and like Bedrock, so that the real clients run against a script.

A script is a function from the request to a reply; it decides what the model says, and how the server misbehaves.
"""

import json
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from agent.model import Voices, chain_of
from agent.model.line import Line, Pace
from agent.model.tracing import Tracing
from agent.settings import ModelSettings, Settings
from agent.workplace import Workbench
from retrieval.rulebook import RuleBook

Request = dict[str, Any]


@dataclass
class Says:
    """A reply of the model: words, or calls of tools."""

    text: str = ""
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)
    tokens: tuple[int, int] = (1000, 200)
    ended: str = "stop"


@dataclass
class Fails:
    """A reply of the server that is none."""

    status: int = 500
    message: str = "boom"
    code: str = "server_error"
    type: str = "InternalServerException"
    """The name of the error as AWS gives it."""


@dataclass
class Raw:
    """Bytes as they are: garbage, or a stream that breaks off."""

    body: bytes
    content_type: str = "application/json"
    length: int | None = None
    """What the header says; more than there is breaks the connection."""


class Hangs:
    """No reply until the server is shut."""


Reply = Says | Fails | Raw | Hangs
Script = Callable[[Request], Reply]


class Server:
    """A model's server: what it was asked, and what it answers."""

    def __init__(self, script: Script) -> None:
        self.script = script
        self.requests: list[Request] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.bodies: list[bytes] = []
        self.closing = threading.Event()
        self.url = ""

    @property
    def wire(self) -> str:
        """Everything that came in, as text."""
        return b"\n".join(self.bodies).decode()


def answers(*replies: Reply) -> Script:
    """A script that gives these replies in order, and the last one again and again."""
    waiting = list(replies)

    def script(_: Request) -> Reply:
        return waiting.pop(0) if len(waiting) > 1 else waiting[0]

    return script


@contextmanager
def openai_server(script: Script) -> Iterator[Server]:
    """A server under /v1 that speaks OpenAI's chat completions, streams included."""
    with _served(Server(script), _OpenAI, "/v1") as server:
        yield server


@contextmanager
def bedrock_server(script: Script) -> Iterator[Server]:
    """A server that speaks Bedrock's Converse and ConverseStream."""
    with _served(Server(script), _Bedrock, "") as server:
        yield server


@contextmanager
def _served(server: Server, handler: type[BaseHTTPRequestHandler], path: str) -> Iterator[Server]:
    http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (handler,), {"server_of": server}))
    http.daemon_threads = True
    threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True).start()
    server.url = f"http://127.0.0.1:{http.server_address[1]}{path}"
    try:
        yield server
    finally:
        server.closing.set()
        http.shutdown()
        http.server_close()


class _Handler(BaseHTTPRequestHandler):
    server_of: Server
    protocol_version = "HTTP/1.1"

    def log_message(self, *_: Any) -> None:
        """A test prints nothing."""

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        server = self.server_of
        request: Request = json.loads(body) if body else {}
        server.bodies.append(body)
        server.requests.append(request)
        server.headers.append({name.lower(): value for name, value in self.headers.items()})
        server.paths.append(self.path)
        reply = server.script(request)
        match reply:
            case Hangs():
                server.closing.wait(30)
            case Raw():
                self.send(200, reply.body, reply.content_type, length=reply.length)
            case Fails():
                self.fails(reply)
            case Says():
                self.says(reply, request)

    def send(self, status: int, body: bytes, content_type: str, *, length: int | None = None, **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", content_type)
        self.send_header("content-length", str(len(body) if length is None else length))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)
        if length is not None:
            self.close_connection = True

    def fails(self, reply: Fails) -> None:
        raise NotImplementedError

    def says(self, reply: Says, request: Request) -> None:
        raise NotImplementedError


class _OpenAI(_Handler):
    def fails(self, reply: Fails) -> None:
        error = {"error": {"message": reply.message, "type": reply.code, "code": reply.code}}
        self.send(reply.status, json.dumps(error).encode(), "application/json")

    def says(self, reply: Says, request: Request) -> None:
        calls = [
            {"id": f"call_{n}", "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
            for n, (name, arguments) in enumerate(reply.calls)
        ]
        message = {"role": "assistant", "content": reply.text or None} | ({"tool_calls": calls} if calls else {})
        ended = "tool_calls" if calls else reply.ended
        tokens_in, tokens_out = reply.tokens
        usage = {"prompt_tokens": tokens_in, "completion_tokens": tokens_out, "total_tokens": tokens_in + tokens_out}
        head = {"id": "c-1", "created": 1, "model": request["model"]}
        if request.get("stream"):
            self.send(200, _events(head, message, ended, usage), "text/event-stream")
            return
        choice = {"index": 0, "message": message, "finish_reason": ended}
        whole = {**head, "object": "chat.completion", "choices": [choice], "usage": usage}
        self.send(200, json.dumps(whole).encode(), "application/json")


def _events(head: dict[str, Any], message: dict[str, Any], ended: str, usage: dict[str, int]) -> bytes:
    """The reply as server-sent events, the words in pieces."""
    text = message["content"] or ""
    deltas: list[dict[str, Any]] = [{"role": "assistant", "content": ""}]
    deltas += [{"content": text[at : at + 16]} for at in range(0, len(text), 16)]
    deltas += [{"tool_calls": [{**call, "index": n}]} for n, call in enumerate(message.get("tool_calls", ()))]
    chunks = [{"choices": [{"index": 0, "delta": delta, "finish_reason": None}]} for delta in deltas]
    chunks.append({"choices": [{"index": 0, "delta": {}, "finish_reason": ended}]})
    chunks.append({"choices": [], "usage": usage})
    lines = [json.dumps({**head, "object": "chat.completion.chunk", **chunk}) for chunk in chunks]
    return "".join(f"data: {line}\n\n" for line in [*lines, "[DONE]"]).encode()


class _Bedrock(_Handler):
    def fails(self, reply: Fails) -> None:
        body = json.dumps({"message": reply.message}).encode()
        self.send(reply.status, body, "application/json", x_amzn_ErrorType=reply.type)

    def says(self, reply: Says, request: Request) -> None:
        content: list[dict[str, Any]] = [{"text": reply.text}] if reply.text else []
        content += [
            {"toolUse": {"toolUseId": f"tool_{n}", "name": name, "input": arguments}}
            for n, (name, arguments) in enumerate(reply.calls)
        ]
        ended = (
            "tool_use" if reply.calls else {"stop": "end_turn", "length": "max_tokens"}.get(reply.ended, reply.ended)
        )
        tokens_in, tokens_out = reply.tokens
        usage = {"inputTokens": tokens_in, "outputTokens": tokens_out, "totalTokens": tokens_in + tokens_out}
        if self.path.endswith("/converse-stream"):
            self.send(200, _frames(content, ended, usage), "application/vnd.amazon.eventstream")
            return
        whole = {
            "output": {"message": {"role": "assistant", "content": content}},
            "stopReason": ended,
            "usage": usage,
            "metrics": {"latencyMs": 1},
        }
        self.send(200, json.dumps(whole).encode(), "application/json")


def _frames(content: list[dict[str, Any]], ended: str, usage: dict[str, int]) -> bytes:
    """The reply as an AWS event stream."""
    events: list[tuple[str, dict[str, Any]]] = [("messageStart", {"role": "assistant"})]
    for n, block in enumerate(content):
        if "text" in block:
            words = block["text"]
            pieces = [words[at : at + 16] for at in range(0, len(words), 16)]
            events += [("contentBlockDelta", {"contentBlockIndex": n, "delta": {"text": piece}}) for piece in pieces]
        else:
            use = block["toolUse"]
            start = {"toolUse": {"toolUseId": use["toolUseId"], "name": use["name"]}}
            delta = {"toolUse": {"input": json.dumps(use["input"])}}
            events.append(("contentBlockStart", {"contentBlockIndex": n, "start": start}))
            events.append(("contentBlockDelta", {"contentBlockIndex": n, "delta": delta}))
        events.append(("contentBlockStop", {"contentBlockIndex": n}))
    events += [("messageStop", {"stopReason": ended}), ("metadata", {"usage": usage, "metrics": {"latencyMs": 1}})]
    return b"".join(_frame(name, body) for name, body in events)


def _frame(name: str, body: dict[str, Any]) -> bytes:
    """One message of the event stream: lengths, headers, payload, and two checksums."""
    told = {":event-type": name, ":content-type": "application/json", ":message-type": "event"}
    headers = b"".join(
        struct.pack("!B", len(key)) + key.encode() + b"\x07" + struct.pack("!H", len(value)) + value.encode()
        for key, value in told.items()
    )
    payload = json.dumps(body).encode()
    prelude = struct.pack("!II", 16 + len(headers) + len(payload), len(headers))
    checked = prelude + struct.pack("!I", zlib.crc32(prelude)) + headers + payload
    return checked + struct.pack("!I", zlib.crc32(checked))


ROLES = {"# Reader": "reader", "# Seeker": "seeker", "# Writer": "writer", "# Second opinion": "second_opinion"}


def role_of(request: Request) -> str:
    """Which of our roles asks, by the first line of its prompt; of either protocol."""
    system = request["system"][0]["text"] if "system" in request else request["messages"][0]["content"]
    return ROLES[str(system).strip().splitlines()[0]]


def shown(request: Request) -> dict[str, Any]:
    """The blocks of data in a question, by name, as they left."""
    content = request["messages"][0 if "system" in request else 1]["content"]
    text = content if isinstance(content, str) else "".join(part["text"] for part in content)
    blocks = {}
    for part in text.split('<data name="')[1:]:
        name, _, rest = part.partition('">')
        blocks[name] = json.loads(rest.rpartition("</data>")[0])
    return blocks


def by_role(**replies: Any) -> Script:
    """A script with one reply for each role: a dict stands for its JSON, a function is asked with the request."""

    def script(request: Request) -> Reply:
        reply = replies.get(role_of(request), Fails(400, "no such role here"))
        if callable(reply) and not isinstance(reply, type):
            reply = reply(request)
        return Says(json.dumps(reply)) if isinstance(reply, dict) else reply  # type: ignore[no-any-return]

    return script


def the_opinion(disposition: str, *evidence: str) -> dict[str, Any]:
    reasons = [{"text": "The evidence says so.", "evidence": list(evidence), "rules": []}]
    return {"disposition": disposition, "row": None, "reasons": reasons}


def the_reading(type: str, quote: str | None = None, **values: str) -> dict[str, Any]:
    return {"type": type, "quote": quote, "values": [{"kind": kind, "text": text} for kind, text in values.items()]}


def the_words(*reply: str, summary: str = "", cites: tuple[str, ...] = ("E2",), rationale: Any = ()) -> dict[str, Any]:
    paragraphs = [{"text": text, "evidence": list(cites), "rules": []} for text in reply]
    return {"summary": summary, "rationale": list(rationale), "reply": paragraphs or None}


def a_house(url: str = "", models: str = "openai:gpt-5-mini", pace: Pace | None = None, **settings: Any) -> Workbench:
    """A throw-away house whose voice speaks through these models; a patience that waits for nobody."""
    chain = chain_of(models)
    if not chain:
        return Workbench(Settings(), _book())
    told = {"openai_api_key": "sk-test", "openai_base_url": url or None, "retries": 0, **settings}
    config = ModelSettings(**told)
    pace = pace or Pace(wait=lambda _: None)
    lines = tuple(Line(model, config, pace) for model in chain)
    return Workbench(Settings(), _book(), voices=Voices(chain, config, lines=lines, tracing=Tracing()))


@cache
def _book() -> RuleBook:
    return RuleBook.open()
