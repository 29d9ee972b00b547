"""Figures of rule documents: a number that the clock data contradict does not get into the book."""

from datetime import date

import pytest
from test_corpus import document

from app.rule_lint import rule_clocks
from retrieval import corpus
from retrieval.figures import Clock
from retrieval.rule import Rule

TODAY = date(2026, 11, 23)

OLD = Clock(
    id="answer-old",
    kind="answer",
    figures=("10 banking business days",),
    effective_from=date(2017, 1, 1),
    effective_to=date(2019, 12, 31),
)
NEW = Clock(id="answer-new", kind="answer", figures=("15 banking business days",), effective_from=date(2020, 1, 1))


def stating(sentence: str, **front: object) -> Rule:
    """A document from 2025 on that says one sentence about a clock."""
    rule = corpus.parse(document(**front), name="x")
    section = rule.sections[0].model_copy(update={"text": f"{rule.sections[0].text} {sentence}"})
    return rule.model_copy(update={"sections": (section,)})


def faults(rule: Rule) -> list[str]:
    return [problem.detail for problem in corpus.lint([rule], clocks=[OLD, NEW])]


def test_a_document_that_states_the_figure_of_its_day_has_no_fault() -> None:
    assert faults(stating("The answer is due in 15 banking business days.", clocks=["answer-new"])) == []


def test_a_document_that_states_yesterday_s_figure_is_refused() -> None:
    late = faults(stating("The answer is due in 10 banking business days.", clocks=["answer-old"]))
    wrong = faults(stating("The answer is due in 12 banking business days.", clocks=["answer-new"]))

    assert any("does not hold while" in fault for fault in late)
    assert any("does not state '15 banking business days'" in fault for fault in wrong)
    assert any("states '12 banking business days'" in fault for fault in wrong)


def test_a_document_that_runs_over_a_change_names_both_figures() -> None:
    since_2018 = {"effective_from": date(2018, 1, 1)}
    sentence = "The answer is due in 15 banking business days, formerly 10 banking business days."

    one = faults(stating(sentence, clocks=["answer-new"], figures=["10 banking business days"], **since_2018))
    both = faults(stating(sentence, clocks=["answer-new", "answer-old"], **since_2018))

    assert any("answer-old holds instead" in fault for fault in one)
    assert both == []


@pytest.mark.parametrize("length", ["30 minutes", "60 calendar days", "13 months", "2 working days", "5 business days"])
def test_a_length_of_time_without_a_declared_source_is_refused(length: str) -> None:
    assert faults(stating(f"It takes {length}.")) == [f"states '{length}', which none of its clocks or figures names"]
    assert faults(stating(f"It takes {length}.", figures=[length])) == []


def test_a_clock_or_figure_that_is_nowhere_is_refused() -> None:
    assert "no row of the clock data" in faults(stating("", clocks=["answer-lost"]))[0]
    assert "the text does not state" in faults(stating("", figures=["9 months"]))[0]


def test_every_clock_of_the_data_is_stated_in_a_document() -> None:
    """The house's fallback for rails without an execution time is configuration and no rule to be cited."""
    stated = {clock for rule in corpus.read() for clock in rule.clocks}

    assert {clock.id for clock in rule_clocks()} - stated <= {"execution-house"}


def test_a_figure_changed_in_the_data_is_a_fault_of_the_corpus() -> None:
    changed = [
        clock.model_copy(update={"figures": ("16 banking business days",)})
        if clock.id == "sepa-recall-answer"
        else clock
        for clock in rule_clocks()
    ]

    faulty = {problem.rule_id for problem in corpus.lint(corpus.read(), clocks=changed)}

    assert "sepa-recall-answer" in faulty
