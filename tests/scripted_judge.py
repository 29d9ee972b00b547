"""A server on this machine that speaks as OpenAI does and fills in every form by a script."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


class Script:
    """What the judge says; each verdict is yes unless told otherwise."""

    def __init__(self, *, statements: int = 2, verdicts: int | None = None, supported: int = 1) -> None:
        self.statements, self.supported = statements, supported
        self.verdicts = statements if verdicts is None else verdicts
        self.asked: list[str] = []

    def fill(self, form: str) -> dict[str, Any]:
        said = [f"statement {n}" for n in range(self.statements)]
        match form:
            case "StatementGeneratorOutput":
                return {"statements": said}
            case "NLIStatementOutput":
                verdicts = [
                    {"statement": s, "reason": "r", "verdict": int(n < self.supported)} for n, s in enumerate(said)
                ]
                return {"statements": verdicts[: self.verdicts]}
            case "ContextPrecisionOutput":
                return {"reason": "r", "verdict": 1}
            case "ContextRecallOutput":
                return {"classifications": [{"statement": "s", "reason": "r", "attributed": 1}]}
            case "AnswerRelevanceOutput":
                return {"question": "what is asked", "noncommittal": 0}
            case "WrittenAnswer":
                return {"answer": "Fifteen banking business days."}
        raise AssertionError(form)


@contextmanager
def serving(script: Script) -> Iterator[str]:
    """Serve the script on a free port; yields the base URL."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            form = _form(json.dumps(asked))
            script.asked.append(form)
            content = json.dumps(script.fill(form))
            choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
            usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
            body = json.dumps(
                {
                    "id": "x",
                    "object": "chat.completion",
                    "created": 0,
                    "model": "m",
                    "choices": [choice],
                    "usage": usage,
                }
            ).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1"
    finally:
        server.shutdown()
        server.server_close()


def _form(request: str) -> str:
    """The form that a request wants filled in, by the title of its schema."""
    found = re.findall(r'title\\*": \\*"(\w+(?:Output|Answer))\\*"', request)
    return next(name for name in reversed(found) if name != "StatementFaithfulnessAnswer")
