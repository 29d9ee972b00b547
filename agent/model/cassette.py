"""A chat model that records its answers and plays them back, keyed by model, messages, tools and parameters.

live: asks and keeps nothing. record: asks and keeps every answer. replay: plays what is there and asks (and keeps) the
rest. strict: plays what is there; a missing recording is an error that shows how the question differs from the nearest.
"""

import difflib
import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import ConfigDict

from agent.model.failure import ModelFailure
from agent.model.wire import key_of, reply_of, request_of, send
from agent.settings import CassetteMode

DIFFERENCE_LINES_MAX = 40


class CassetteChatModel(BaseChatModel):
    """Answers from a folder of recordings, from the model inside it, or both."""

    model_config = ConfigDict(arbitrary_types_allowed=True)

    model_name: str
    folder: Path
    mode: CassetteMode = "strict"
    inner: BaseChatModel | None = None
    """The model that is asked live; may be missing where nothing is."""

    @property
    def _llm_type(self) -> str:
        return "cassette"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, **more: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """Offer tools; they are part of the key."""
        return self.bind(tools=[convert_to_openai_tool(tool) for tool in tools], tool_choice=tool_choice, **more)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **parameters: Any,
    ) -> ChatResult:
        parameters = {name: value for name, value in parameters.items() if value is not None}
        key = key_of(self.model_name, messages, parameters)
        kept = self.folder / f"{key.removeprefix('sha256:')}.json"
        if self.mode in ("replay", "strict") and kept.is_file():
            return _result(json.loads(kept.read_text(encoding="utf-8"))["reply"])
        request = {"model": self.model_name, **request_of(messages, parameters)}
        if self.mode == "strict" or self.inner is None:
            raise ModelFailure("no_recording", self._missing(request))
        reply = reply_of(send(self.inner, messages, parameters))
        if self.mode != "live":
            self.folder.mkdir(parents=True, exist_ok=True)
            kept.write_text(json.dumps({"key": key, "request": request, "reply": reply}, indent=1, ensure_ascii=False))
        return _result(reply)

    def _missing(self, request: dict[str, Any]) -> str:
        """Say that nothing is recorded, with the lines in which the nearest recording differs."""
        asked = _lines(request)
        nearest = max(self._recorded(), key=lambda lines: _alike(asked, lines), default=None)
        if nearest is None:
            return f"No answer of {self.model_name} is recorded in {str(self.folder)!r}; record one first."
        changes = difflib.unified_diff(nearest, asked, "recorded", "asked", n=1, lineterm="")
        shown = "\n".join(line[:300] for _, line in zip(range(DIFFERENCE_LINES_MAX), changes, strict=False))
        return (
            f"No answer of {self.model_name} to this question is recorded in {str(self.folder)!r}; the nearest "
            f"recording differs:\n{shown}\nRecord it anew where the change is meant."
        )

    def _recorded(self) -> Iterator[list[str]]:
        for file in sorted(self.folder.glob("*.json")) if self.folder.is_dir() else ():
            yield _lines(json.loads(file.read_text(encoding="utf-8"))["request"])


def _lines(request: dict[str, Any]) -> list[str]:
    """The question line by line: prompts by their own lines, data by its values."""
    lines = [f"model: {request['model']}"]
    for message in request["messages"]:
        text = message["content"].replace('","', '",\n"').replace("},{", "},\n{")
        lines += [f"{message['role']}: {line}" for line in text.splitlines()]
        lines += [f"{message['role']} calls: {json.dumps(call, sort_keys=True)}" for call in message.get("calls", ())]
    return lines + json.dumps(request["parameters"], indent=1, sort_keys=True).splitlines()


def _alike(one: list[str], other: list[str]) -> float:
    return difflib.SequenceMatcher(None, one, other, autojunk=False).quick_ratio()


def _result(reply: dict[str, Any]) -> ChatResult:
    calls = [{"id": c["id"], "name": c["name"], "args": c["args"], "type": "tool_call"} for c in reply["calls"]]
    tokens_in, tokens_out = reply["tokens_in"], reply["tokens_out"]
    message = AIMessage(
        reply["text"],
        tool_calls=calls,
        response_metadata={"finish_reason": reply["ended"]},
        additional_kwargs={"refusal": "yes"} if reply["refusal"] else {},
        usage_metadata={
            "input_tokens": tokens_in,
            "output_tokens": tokens_out,
            "total_tokens": tokens_in + tokens_out,
        },
    )
    return ChatResult(generations=[ChatGeneration(message=message)])
