"""A typed reply from a model: parsed, repaired once, else a failure that the templates answer."""

import json
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from agent.model.failure import ModelFailure
from agent.model.talk import Answer, Turn

Reply = TypeVar("Reply", bound=BaseModel)
FAULTS_SHOWN = 5


def parsed(answer: Answer, type: type[Reply]) -> Reply:
    """Return the reply as its type; raises ModelFailure("garbage") that says what is wrong with it."""
    try:
        return type.model_validate_json(_json_in(answer.text), strict=False)
    except ValidationError as wrong:
        faults = [f"{'.'.join(map(str, e['loc'])) or 'the answer'}: {e['msg']}" for e in wrong.errors()[:FAULTS_SHOWN]]
        sentence = f"The answer of {answer.model!r} is not of the type wanted: {'; '.join(faults)}."
        raise ModelFailure("garbage", sentence) from None


def again(answer: Answer, failure: ModelFailure) -> tuple[Turn, Turn]:
    """What is said to a model whose answer did not have its type: the answer, and what is wrong with it."""
    return (Turn("model", answer.text), Turn("us", f"{failure} Answer again, as JSON of that type and nothing else."))


def _json_in(text: str) -> str:
    """The JSON object in an answer: weak models put a fence or a sentence around it."""
    start, end = text.find("{"), text.rfind("}")
    inside = text[start : end + 1] if 0 <= start < end else text
    try:
        json.loads(inside)
    except ValueError:
        return text
    return inside
