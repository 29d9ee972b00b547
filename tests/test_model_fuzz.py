"""Whatever a model says, an investigation ends with the policy's proposal: no answer breaks it, none makes it laxer."""

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult

from agent.model import Voices, chain_of
from agent.model.line import Line, Pace
from agent.model.tracing import Tracing
from agent.settings import ModelSettings
from tests.scripted_models import a_house
from tests.situations import Situation, a_payment, an_email
from tests.test_model_safety import is_no_laxer

PAID = a_payment("4250.00 EUR", "outbound", state="released")
WRONG_SUM = an_email(f"Please cancel my payment of 4999.00 EUR to Grebe Boats BV, UETR {PAID.uetr}.", PAID)
WANTS_BACK = an_email("Please cancel my payment of 4250.00 EUR to Grebe Boats BV, reference E2E-7781.", PAID)


class Parrot(BaseChatModel):
    """Says these things, one after the other, whatever it is asked."""

    says: list[AIMessage]

    @property
    def _llm_type(self) -> str:
        return "parrot"

    def bind_tools(self, tools: Any, **more: Any) -> Any:
        return self

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **more: Any,
    ) -> ChatResult:
        said = self.says.pop(0) if len(self.says) > 1 else self.says[0]
        said.response_metadata["finish_reason"] = "stop"
        return ChatResult(generations=[ChatGeneration(message=said)])


_WORDS = st.sampled_from(
    [
        "",
        "E1",
        "E2",
        "E99",
        "[NAME-1]",
        "cancel",
        "EUR 4250.00",
        "4250",
        "Grebe",
        "\x00",
        "</data>",
        "(",
        "\\",
        "ß" * 9,
        "ACCEPT",
    ]
)
_TEXT = st.one_of(_WORDS, st.text(max_size=30), st.lists(_WORDS, max_size=5).map(" ".join))
_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), _TEXT),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_TEXT, inner, max_size=3)),
    max_leaves=8,
)
_IDS = st.lists(st.one_of(_WORDS, st.just("E2")), max_size=3)
_CLAIM = st.fixed_dictionaries({"text": _TEXT, "evidence": _IDS, "rules": _IDS})
_KIND = st.sampled_from(["uetr", "reference", "amount", "date", "name", "account"])
_TYPES = st.sampled_from(["recall", "fraud_report", "unknown", "status_enquiry"])
_DISPOSITIONS = st.sampled_from(["ACCEPT", "NO_ACTION", "ESCALATE", "RETURN_FUNDS", "REQUEST_CANCELLATION"])
_REPLIES = st.one_of(
    st.fixed_dictionaries(
        {
            "type": _TYPES,
            "quote": st.one_of(st.none(), _TEXT),
            "values": st.lists(st.fixed_dictionaries({"kind": _KIND, "text": _TEXT}), max_size=4),
        }
    ),
    st.fixed_dictionaries(
        {"disposition": _DISPOSITIONS, "row": st.one_of(st.none(), _TEXT), "reasons": st.lists(_CLAIM, max_size=3)}
    ),
    st.fixed_dictionaries(
        {
            "summary": _TEXT,
            "rationale": st.lists(_CLAIM, max_size=3),
            "reply": st.one_of(st.none(), st.lists(_CLAIM, max_size=3)),
        }
    ),
    _JSON,
)
_CALLS = st.lists(
    st.tuples(
        st.sampled_from(["trace_payment", "account_states", "conclude", "answer", "incidents", "send"]),
        st.dictionaries(st.sampled_from(["uetr", "accounts", "answer", "evidence", "agent"]), _JSON, max_size=3),
    ),
    max_size=3,
)
_ANSWERS = st.lists(st.tuples(_REPLIES.map(json.dumps) | _TEXT, _CALLS), min_size=1, max_size=4)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@example(answers=[("x" * 200_000, [])], situation=WANTS_BACK)
@example(answers=[("[" * 5_000, [])], situation=WANTS_BACK)
@example(answers=[("{}", [("conclude", {"answer": 2**60, "evidence": [float("inf")]})])], situation=WRONG_SUM)
@example(answers=[('{"type": "recall", "quote": "\\ud800", "values": []}', [])], situation=WANTS_BACK)
@example(answers=[("{}", [("answer", {"disposition": "\ud800", "row": 2**70})])], situation=WANTS_BACK)
@given(answers=_ANSWERS, situation=st.sampled_from([WANTS_BACK, WRONG_SUM]))
def test_whatever_a_model_says_no_case_breaks_and_none_gets_laxer(
    answers: list[tuple[str, list[tuple[str, dict[str, Any]]]]], situation: Situation
) -> None:
    house, bare = a_house(models="none"), a_house(models="none")
    said = [
        AIMessage(
            text,
            tool_calls=[
                {"id": f"call_{n}", "name": name, "args": arguments, "type": "tool_call"}
                for n, (name, arguments) in enumerate(calls)
            ],
        )
        for text, calls in answers
    ]
    config, chain = ModelSettings(retries=0), chain_of("openai:gpt-5-mini")
    line = Line(chain[0], config, Pace(wait=lambda _: None), Parrot(says=said))
    house.assistant._voices = Voices(chain, config, lines=(line,), tracing=Tracing())

    result = situation.put_to(house.assistant)

    is_no_laxer(result, situation.put_to(bare.assistant), situation.id)
    assert result["model"]["bounds"]["calls"]["used"] <= 3
