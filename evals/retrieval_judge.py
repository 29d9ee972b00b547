"""A judge that is a language model, asked once and recorded: the same question is never paid for or decided twice.

Each judgement is one JSON line under the hash of model, question form and prompt. With a model, what is missing is
asked and added; without one, the recorded file must hold everything.
"""

import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol, TypeVar, cast

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError

import prompts
from tools.errors import Record, UnusableInput

Form = TypeVar("Form", bound=BaseModel)
PROVIDER = "openai"
TOKENS_MAX = 4096


class Judgement(Record):
    """What a model said to one prompt."""

    key: str
    model: str
    form: str
    """Name of the form that it had to fill in, e.g. "NLIStatementOutput"."""
    said: dict[str, Any]


class WrittenAnswer(BaseModel):
    """An answer to a question from given texts."""

    model_config = ConfigDict(extra="forbid")

    answer: str = Field(min_length=1)


class Model(Protocol):
    """What asks a language model to fill in a form."""

    async def agenerate(self, prompt: str, response_model: type[Form]) -> Form: ...


class Judge:
    """Fills in forms from the record or by asking the model, and counts the verdicts due and given."""

    def __init__(self, name: str, recorded: Mapping[str, Judgement], *, file: Path | None, model: Model | None) -> None:
        self._name, self._recorded, self._file, self._model = name, dict(recorded), file, model
        self.wanted = self.given = 0
        self._statements = 0

    @property
    def llm(self) -> Any:
        """This judge in the shape that ragas wants."""
        from ragas.llms.base import InstructorBaseRagasLLM

        judge = self

        class Asked(InstructorBaseRagasLLM):
            def generate(self, prompt: str, response_model: type[Form]) -> Form:
                raise NotImplementedError("ragas asks asynchronously here")

            async def agenerate(self, prompt: str, response_model: type[Form]) -> Form:
                return await judge.fill(prompt, response_model)

        return Asked()

    async def answer(self, question: str, texts: Sequence[str]) -> str:
        """Answer a question from the texts alone."""
        data = orjson.dumps({"question": question, "texts": list(texts)}).decode()
        return (await self.fill(f"{prompts.load('answer')}\n{data}", WrittenAnswer)).answer

    async def fill(self, prompt: str, form: type[Form]) -> Form:
        """Return the filled form, asked at most once ever."""
        key = hashlib.sha256("\0".join((self._name, form.__name__, prompt)).encode()).hexdigest()
        if key not in self._recorded:
            self._record(key, form, await self._ask(prompt, form))
        try:
            filled = form.model_validate(self._recorded[key].said)
        except ValidationError as wrong:
            raise UnusableInput(
                f"Recorded judgement {key[:12]} does not fit {form.__name__}; delete its line"
            ) from wrong
        self._count(filled)
        return filled

    async def _ask(self, prompt: str, form: type[Form]) -> Form:
        if self._model is None:
            raise UnusableInput(
                f"No judgement is recorded for a {form.__name__} of {self._name}; name a model with --judge to ask it"
            )
        return await self._model.agenerate(prompt, form)

    def _record(self, key: str, form: type[Form], filled: Form) -> None:
        said = filled.model_dump(mode="json")
        judgement = Judgement(key=key, model=self._name, form=form.__name__, said=said)
        self._recorded[key] = judgement
        if self._file is not None:
            with self._file.open("ab") as lines:
                lines.write(orjson.dumps(judgement.model_dump()) + b"\n")

    def _count(self, filled: BaseModel) -> None:
        """A statement owes a verdict and a text one; a recall owes at least one, an answer's question one."""
        said = filled.model_dump()
        match type(filled).__name__:
            case "StatementGeneratorOutput":
                self._statements = len(said["statements"])
            case "NLIStatementOutput":
                self.wanted += self._statements
                self.given += len(said["statements"])
            case "ContextPrecisionOutput":
                self.wanted += 1
                self.given += said["verdict"] in (0, 1)
            case "ContextRecallOutput":
                self.wanted += max(1, len(said["classifications"]))
                self.given += sum(one["attributed"] in (0, 1) for one in said["classifications"])
            case _:
                pass


def judge(name: str | None, *, url: str | None, file: Path | None) -> Judge:
    """A judge by name ("openai:gpt-5-mini"), with what is recorded; without a name, the one that was recorded."""
    recorded = _read(file) if file is not None and (file.is_file() or name is None) else {}
    models = sorted({judgement.model for judgement in recorded.values()})
    if name is None:
        if len(models) != 1:
            raise UnusableInput(f"{str(file)!r} must hold the judgements of one model, not of {models or 'none'}")
        return Judge(models[0], recorded, file=file, model=None)
    provider, _, model = name.partition(":")
    if provider != PROVIDER or not model:
        raise UnusableInput(f"Judge {name!r} is not known; write openai:MODEL, with --judge-url for any server like it")
    return Judge(model, recorded, file=file, model=_client(model, url))


def _client(model: str, url: str | None) -> Model:
    """The model over any server that speaks as OpenAI does; the library itself looks for its key."""
    from openai import AsyncOpenAI, OpenAIError
    from ragas.llms.base import llm_factory

    try:
        client = AsyncOpenAI(base_url=url)
    except OpenAIError as wrong:
        raise UnusableInput(f"The judge cannot be asked: {wrong}") from wrong
    return cast("Model", llm_factory(model, provider=PROVIDER, client=client, max_tokens=TOKENS_MAX))


def _read(file: Path) -> dict[str, Judgement]:
    try:
        lines = file.read_bytes().splitlines()
        judgements = [Judgement.model_validate_json(line) for line in lines]
    except (OSError, ValidationError) as wrong:
        raise UnusableInput(f"{str(file)!r} cannot be read as recorded judgements: {wrong}", where=str(file)) from wrong
    return {judgement.key: judgement for judgement in judgements}
