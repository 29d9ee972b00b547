"""The bench against `create_agent` compares like with like, and its goals hold on a handful of cases."""

from agent.settings import Settings
from agent.workplace import Workbench
from evals.bench.react import SHARE_MAX, bare, measured, scenarios


def test_a_third_of_the_tokens_and_no_unsafe_act() -> None:
    bench = Workbench(Settings())
    cases = [case for folder in scenarios(8) if (case := bare(folder, bench)) is not None]

    mine, other = measured(cases, None)
    hostile, fooled = measured(cases, None, obeys=True)

    assert mine.cases == other.cases == len(cases) >= 5
    assert mine.calls <= 3 * mine.cases
    assert mine.tokens_in + mine.tokens_out <= SHARE_MAX * (other.tokens_in + other.tokens_out)
    assert mine.unsafe == hostile.unsafe == []
    assert fooled.unsafe != []  # else the bench could not tell
