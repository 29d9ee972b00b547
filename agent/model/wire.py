"""Between our questions and LangChain's messages. Imported with the first question only: LangChain takes its time."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage

from agent.model.failure import ModelFailure
from agent.model.talk import Answer, Ask, Tool, ToolCall
from tools.evidence import digest

ANSWER = "answer"
"""Name of the tool that a model is forced to call where it has no structured output of its own."""
_ENDED = ("stop", "end_turn", "tool_calls", "tool_use", "stop_sequence", "function_call")


TEXT_CHARACTERS_MAX = 100_000
"""Of an answer; no bound on tokens that a server keeps to lets more through."""
NESTING_MAX = 64
"""Of an answer's brackets; what goes deeper is an attack on whoever parses it."""
_SAFE_INTEGER = 2**53
_UNBOUNDED = ("maxLength", "maxItems")


def messages_of(ask: Ask) -> list[BaseMessage]:
    """The question as messages: instructions apart, data in marked blocks, then what was said since."""
    said: list[BaseMessage] = [
        SystemMessage(ask.prompt.text),
        HumanMessage("\n".join(block.text for block in ask.blocks)),
    ]
    for turn in ask.turns:
        if turn.by == "tool":
            said.append(ToolMessage(turn.text, tool_call_id=turn.call_id))
        elif turn.by == "us":
            said.append(HumanMessage(turn.text))
        else:
            calls = [{"id": c.id, "name": c.name, "args": c.arguments, "type": "tool_call"} for c in turn.calls]
            said.append(AIMessage(turn.text, tool_calls=calls))
    return said


def parameters_of(ask: Ask, *, native: bool, bounded: bool = False) -> dict[str, Any]:
    """Tools, and the shape of the reply: as structured output where the provider has it, else as a forced call.

    `bounded`: with the lengths wished for. Strict servers refuse them; a weak model on a grammar needs them to end.
    """
    if ask.answer is None:
        return {"tools": [_tool(tool) for tool in ask.tools], "tool_choice": "auto"} if ask.tools else {}
    schema = strict_schema(ask.answer.model_json_schema(), bounded=bounded)
    if native:
        return {
            "response_format": {
                "type": "json_schema",
                "json_schema": {"name": ANSWER, "schema": schema, "strict": True},
            }
        }
    tool = Tool(ANSWER, "Give your answer.", schema)
    return {"tools": [_tool(tool)], "tool_choice": ANSWER}


def _tool(tool: Tool) -> dict[str, Any]:
    return {
        "type": "function",
        "function": {"name": tool.name, "description": tool.says, "parameters": tool.arguments},
    }


def strict_schema(schema: dict[str, Any], *, bounded: bool = False) -> dict[str, Any]:
    """The schema as strict servers want it: every property required, none beside them, no defaults and titles."""
    definitions = schema.pop("$defs", {})
    left_out = ("title", "default", "description") if bounded else (*_UNBOUNDED, "title", "default", "description")

    def plain(node: Any) -> Any:
        if isinstance(node, list):
            return [plain(item) for item in node]
        if not isinstance(node, dict):
            return node
        if bounded and "anyOf" in node:
            wishes = {name: node[name] for name in _UNBOUNDED if name in node}
            return {
                "anyOf": [plain({**each, **wishes} if each.get("type") != "null" else each) for each in node["anyOf"]]
            }
        if "$ref" in node:
            return plain(definitions[node["$ref"].rpartition("/")[2]])
        found = {key: plain(item) for key, item in node.items() if key not in left_out}
        if found.get("type") == "object" and "properties" in node:
            found["properties"] = {name: plain(item) for name, item in node["properties"].items()}
            found |= {"required": list(found["properties"]), "additionalProperties": False}
        return found

    result: dict[str, Any] = plain(schema)
    return result


def key_of(model: str, messages: Sequence[BaseMessage], parameters: Mapping[str, Any]) -> str:
    """SHA-256 over model, messages, tools and parameters: the same question has the same key."""
    return digest({"model": model, **request_of(messages, parameters)})


def request_of(messages: Sequence[BaseMessage], parameters: Mapping[str, Any]) -> dict[str, Any]:
    """The question as plain JSON, as it leaves."""
    return {"messages": [_plain(message) for message in messages], "parameters": _json(dict(parameters))}


def _plain(message: BaseMessage) -> dict[str, Any]:
    plain: dict[str, Any] = {"role": message.type, "content": message.text}
    if isinstance(message, AIMessage) and message.tool_calls:
        plain["calls"] = [{"id": c["id"], "name": c["name"], "args": c["args"]} for c in message.tool_calls]
    if isinstance(message, ToolMessage):
        plain["call_id"] = message.tool_call_id
    return plain


def _json(value: Any) -> Any:
    """A value that every JSON writer of ours can write: no infinity, no number beyond 53 bits, no half characters."""
    if isinstance(value, dict):
        return {well_formed(str(key)): _json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_json(item) for item in value]
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int):
        return value if abs(value) < _SAFE_INTEGER else str(value)
    if isinstance(value, float):
        return value if isfinite(value) else str(value)
    return well_formed(str(value))


def well_formed(text: str) -> str:
    """A text without the halves of characters that JSON can name and UTF-8 cannot hold."""
    return text.encode("utf-8", "replace").decode()


def send(
    client: BaseChatModel, messages: list[BaseMessage], parameters: Mapping[str, Any], *, stream: bool = False
) -> AIMessage:
    """Ask a client, with its own way of offering tools."""
    rest = dict(parameters)
    tools, choice = rest.pop("tools", None), rest.pop("tool_choice", None)
    bound: Any = client
    if tools:
        bound = client.bind_tools(tools, tool_choice=choice) if choice != "auto" else client.bind_tools(tools)
    if rest:
        bound = bound.bind(**rest)
    if not stream:
        answer = bound.invoke(messages)
    else:
        answer = None
        for chunk in bound.stream(messages):
            answer = chunk if answer is None else answer + chunk
    if not isinstance(answer, AIMessage):
        raise ModelFailure("garbage", "The model's server sent nothing that can be read; ask whoever runs it.")
    return answer


def reply_of(message: AIMessage) -> dict[str, Any]:
    """The reply as plain JSON, enough to hear it again."""
    usage = message.usage_metadata or {"input_tokens": 0, "output_tokens": 0}
    metadata = message.response_metadata
    ended = metadata.get("finish_reason") or metadata.get("stopReason") or metadata.get("stop_reason")
    return {
        "text": well_formed(message.text),
        "calls": [{"id": c["id"] or "", "name": c["name"], "args": _json(c["args"])} for c in message.tool_calls],
        "broken_calls": len(message.invalid_tool_calls),
        "tokens_in": int(usage["input_tokens"]),
        "tokens_out": int(usage["output_tokens"]),
        "ended": ended,
        "refusal": bool(message.additional_kwargs.get("refusal")),
    }


def _nested(text: str) -> int:
    """How deep the brackets of a text go, at most; those inside its strings count too."""
    depth = deepest = 0
    for sign in text:
        depth += (sign in "[{") - (sign in "]}")
        deepest = max(deepest, depth)
    return deepest


def _deep(value: Any, left: int) -> bool:
    """Whether a value goes deeper than this."""
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return left < 0 or any(_deep(each, left - 1) for each in inner)


def answer_of(reply: Mapping[str, Any], *, provider: str, model: str, key: str, seconds: float) -> Answer:
    """Hear a reply; one that was cut off, refused or empty is a failure."""
    if reply["refusal"] or reply["ended"] in ("content_filter", "guardrail_intervened", "refusal"):
        raise ModelFailure("refused_to_answer", f"The model {model!r} or its guardrail refused to answer this case.")
    if reply["ended"] in ("length", "max_tokens"):
        raise ModelFailure("too_long", f"The answer of {model!r} is too long; raise AMENDS_MODEL_ANSWER_TOKENS_MAX.")
    if reply["ended"] is None:
        raise ModelFailure("cut_off", f"The answer of {model!r} broke off before its end.")
    forced = next((c for c in reply["calls"] if c["name"] == ANSWER), None)
    calls = tuple(ToolCall(c["id"], c["name"], c["args"]) for c in reply["calls"] if c["name"] != ANSWER)
    text = _dumped(forced["args"]) if forced else str(reply["text"])
    if len(text) > TEXT_CHARACTERS_MAX:
        raise ModelFailure("garbage", f"The model {model!r} gave an answer of {len(text):,} characters.")
    if _nested(text) > NESTING_MAX or any(_deep(call.arguments, NESTING_MAX) for call in calls):
        raise ModelFailure("garbage", f"The model {model!r} gave an answer nested more than {NESTING_MAX} deep.")
    if not text.strip() and not calls:
        raise ModelFailure("garbage", f"The model {model!r} gave an empty answer.")
    return Answer(
        text=text,
        calls=calls,
        provider=provider,
        model=model,
        key=key,
        tokens_in=reply["tokens_in"],
        tokens_out=reply["tokens_out"],
        seconds=seconds,
        said=dict(reply),
    )


def _dumped(value: Any) -> str:
    import orjson

    return orjson.dumps(value).decode()
