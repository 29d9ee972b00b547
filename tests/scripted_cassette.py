"""Records the committed cassette from a script: `python -m tests.scripted_cassette [FILE]`.

The words are nobody's: a server on this machine says them, and the real client hears them. Each scenario gets another
kind of answer: one agrees, one differs, one looks things up, one puts the letter in other words.
"""

import re
import sys
from pathlib import Path

from agent.settings import ModelSettings
from evals.cassette import FILE, SCENARIOS, Tape, record
from tests.scripted_models import (
    Reply,
    Request,
    Says,
    Script,
    by_role,
    openai_server,
    shown,
    the_opinion,
    the_reading,
    the_words,
)

MODEL = "openai:scripted"
AGAIN = "python -m tests.scripted_cassette"
FOREIGN = "00000000-0000-4000-8000-000000000001"
"""A payment of no case."""
_UETR = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
WORDS_OF = "a script (tests/scripted_cassette.py), said through a server on the same machine; no model wrote them"


def _looks_up(request: Request) -> Reply:
    """Asks for the incidents of the payment, which it knows from the evidence, and for another payment."""
    found = _UETR.search(str(shown(request)["evidence"]))
    assert found is not None, "no payment in the evidence"
    return Says(calls=[("incidents", {"uetr": found[0]}), ("prior_cases", {"uetr": FOREIGN})])


def _in_other_words(request: Request) -> Reply:
    """The letter with another opening; every figure and deed of it stays."""
    template = shown(request).get("template")
    body = f"As to your question: {template['text']}" if template else ""
    return by_role(writer=the_words(body, summary="A question about one payment."))(request)


SCRIPTS: dict[str, Script] = {
    SCENARIOS[0]: by_role(second_opinion=the_opinion("ACCEPT", "E2")),
    SCENARIOS[1]: by_role(second_opinion=the_opinion("ESCALATE", "E2")),
    SCENARIOS[2]: by_role(
        reader=the_reading("recall", "Please cancel", amount="EUR 8,500.00"),
        seeker=_looks_up,
        writer=the_words(summary="The sums differ."),
    ),
    SCENARIOS[3]: by_role(
        reader=the_reading("non_receipt_asked_by_customer", "immer noch nicht"),
        second_opinion=the_opinion("PROVIDE_INFORMATION", "E2"),
        writer=_in_other_words,
    ),
    SCENARIOS[4]: by_role(
        reader=the_reading("non_receipt_asked_by_customer", "where is my payment"),
        second_opinion=the_opinion("ESCALATE", "E2", "E99"),
        writer=the_words("Your money was returned to you today.", summary="A question about one payment."),
    ),
}


def recorded(file: Path, scripts: dict[str, Script] = SCRIPTS) -> Tape:
    """Record these scripts through the real client, each for its own scenario."""
    with openai_server(next(iter(scripts.values()))) as server:

        def before(scenario: str) -> None:
            server.script = scripts[scenario]

        return record(
            MODEL,
            words_of=WORDS_OF,
            again=AGAIN,
            file=file,
            scenarios=tuple(scripts),
            live=ModelSettings(openai_api_key="none", openai_base_url=server.url, retries=0),  # type: ignore[arg-type]
            before=before,
        )


if __name__ == "__main__":
    recorded(Path(sys.argv[1]) if len(sys.argv) > 1 else FILE)
