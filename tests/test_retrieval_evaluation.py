"""The evaluation of the rule book's search: fair questions, marks that can be recomputed by hand, honest gates."""

import math
from datetime import date
from pathlib import Path

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError
from test_corpus import document

from evals import retrieval
from evals.retrieval_metrics import Found, abstention, difference, marks, rate
from evals.retrieval_questions import Question, faults, questions
from evals.retrieval_report import html, results, write
from evals.retrieval_rivals import rivals
from retrieval import RuleBook
from retrieval.corpus import parse
from tools.errors import UnusableInput

DEV, TEST = questions("dev"), questions("test")
BOOK = RuleBook.open()


def asked(**changes: object) -> Question:
    fields = {"question": "how long?", "slice": "plain", "topic": "clock", "gold": ("a-rule",), "states": ("10 days",)}
    return Question.model_validate({**fields, **changes})


def found(*ids: str, text: str = "nothing of note") -> list[Found]:
    return [Found(id=id, section="lead", text=text) for id in ids]


def a_book(*rules: tuple[str, str, str]) -> RuleBook:
    """A book of (id, rail, text) rules."""
    return RuleBook(parse(document(id=id, rails=[rail], codes=[]).split("## ")[0] + f"## Lead\n\n{text}\n", name=id)
                    for id, rail, text in rules)  # fmt: skip


def test_every_question_fits_the_rule_book() -> None:
    """A gold document that is gone, or that no longer states its fact, would score a right answer as wrong."""
    assert faults(DEV + TEST, BOOK) == []


def test_the_questions_are_many_and_of_every_kind() -> None:
    both = DEV + TEST

    assert sum(bool(q.states) for q in both) >= 250
    assert sum(not q.answerable for q in both) >= 40
    assert {q.slice for q in DEV} == {q.slice for q in TEST}
    assert len({(q.question, q.rail, q.day) for q in both}) == len(both)


def test_no_topic_stands_in_both_halves() -> None:
    """Else tuning on one half would teach the other."""
    dev, test = ({q.topic for q in half if not q.topic.startswith("desk-")} for half in (DEV, TEST))

    assert not dev & test


def test_no_held_out_question_stands_in_a_document() -> None:
    """A question written into the `asks` of a document finds it for the wrong reason; a bare code is no secret."""
    asks = {" ".join(ask.lower().strip(" ?").split()) for rule in BOOK.rules for ask in rule.asks}

    copied = [q.question for q in TEST if q.question.lower().strip(" ?") in asks and len(q.question.split()) > 3]

    assert copied == []


def test_a_ranking_is_marked_by_its_first_right_document() -> None:
    earned = marks(asked(gold=("b-rule", "c-rule#who")), found("a-rule", "b-rule", "d-rule", "c-rule"))

    assert (earned.hit_1, earned.hit_3, earned.hit_5, earned.mrr, earned.recall_5) == (0, 1, 1, 0.5, 1)
    assert earned.ndcg_10 == pytest.approx((1 / math.log2(3) + 1 / math.log2(5)) / (1 + 1 / math.log2(3)))


def test_no_ranking_earns_nothing() -> None:
    earned = marks(asked(), [])

    assert (earned.hit_5, earned.mrr, earned.ndcg_10, earned.recall_5, earned.states_5) == (0, 0, 0, 0, 0)


def test_a_fact_counts_only_among_the_first_five_texts() -> None:
    late = found("a", "b", "c", "d", "e") + found("f", text="within\n10 Days")

    assert marks(asked(), late).states_5 == 0
    assert marks(asked(), late[1:]).states_5 == 1
    assert math.isnan(marks(asked(states=()), late).states_5)


def test_all_patterns_of_a_fact_must_stand_in_one_text() -> None:
    split = [*found("a", text="10 days"), *found("b", text="for fraud")]

    assert marks(asked(states=("10 days", "fraud")), split).states_5 == 0


def test_silence_is_judged_by_whether_it_was_due() -> None:
    negative = asked(slice="negative", gold=(), states=())

    precision, recall = abstention([asked(), negative, negative, asked()], [[], [], found("a"), found("a")])

    assert (precision, recall) == (0.5, 0.5)


def test_one_that_never_keeps_silent_has_no_precision() -> None:
    precision, recall = abstention([asked(slice="negative", gold=())], [found("a")])

    assert math.isnan(precision)
    assert recall == 0


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcde")), min_size=1, max_size=60))
def test_a_rate_lies_in_its_interval_and_is_the_same_each_time(pairs: list[tuple[float, str]]) -> None:
    values, topics = zip(*pairs, strict=True)

    once = rate(values, topics)

    assert min(values) - 1e-9 <= once.low <= once.high <= max(values) + 1e-9
    assert once.mean == pytest.approx(sum(values) / len(values))
    assert once == rate(values, topics)


def test_one_topic_alone_gives_no_more_certainty_however_often_it_is_asked() -> None:
    """Questions of a topic succeed together; counting them as independent would narrow the interval falsely."""
    together = rate([1.0] * 10 + [0.0] * 10, ["a"] * 10 + ["b"] * 10)
    apart = rate([1.0] * 10 + [0.0] * 10, [str(n) for n in range(20)])

    assert together.high - together.low > apart.high - apart.low


def test_what_is_no_number_is_left_out_and_counted_out() -> None:
    assert rate([1.0, math.nan, 0.0], ["a", "a", "b"]).n == 2
    assert rate([math.nan], ["a"]).n == 0


def test_a_difference_is_taken_question_by_question() -> None:
    gap = difference([1.0, 0.5, 0.0], [0.5, 0.0, 0.0], ["a", "b", "c"])

    assert gap.mean == pytest.approx(1 / 3)
    assert gap.low >= 0


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"gold": ("no-such-rule",)}, "no document 'no-such-rule'"),
        ({"gold": ("fednow-return-request",), "rail": "CHAPS"}, "holds for that rail and day"),
        ({"gold": ("head-001#no-such",), "states": ("header",)}, "no section 'no-such'"),
        ({"gold": ("head-001",), "states": ("sixteen moons",)}, "states 'sixteen moons'"),
        ({"gold": ()}, "a negative has no gold"),
        ({"slice": "negative", "gold": ("head-001",), "states": ()}, "a negative has no gold"),
    ],
)
def test_a_question_that_does_not_fit_the_book_is_named(changes: dict[str, object], complaint: str) -> None:
    said = faults([asked(**{"gold": ("head-001",), "states": ("header",), **changes})], BOOK)

    assert said
    assert complaint in said[0]


def test_a_question_with_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValidationError):
        asked(expect=("head-001",))


def test_questions_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    (tmp_path / "dev.yaml").write_text("- {question: who, slice: poem, topic: x}\n")

    with pytest.raises(UnusableInput, match=r"dev\.yaml"):
        questions("dev", tmp_path)
    with pytest.raises(UnusableInput, match=r"test\.yaml"):
        questions("test", tmp_path)


def a_contest(*pairs: tuple[Question, list[Found]], rival: list[list[Found]] | None = None) -> retrieval.Contest:
    ours = iter([ranking for _, ranking in pairs])
    boards = [retrieval.board("amends", [q for q, _ in pairs], lambda _: next(ours))]
    theirs = iter(rival or [])
    if rival is not None:
        boards.append(retrieval.board("plain", [q for q, _ in pairs], lambda _: next(theirs)))
    return retrieval.judged("test", "f" * 64, [q for q, _ in pairs], boards, [])


def test_a_gate_that_is_missed_is_said_in_words() -> None:
    run = a_contest((asked(), found("x-rule")), (asked(topic="other"), found("a-rule")))

    said = retrieval.missed({"hit_5_min": 0.6, "questions_min": 2, "mrr_min": 0.5}, run)

    assert said == ["rules: hit 5 is 0.500, at least 0.6 wanted"]


def test_a_gate_on_what_was_never_measured_is_missed() -> None:
    """NaN passes every comparison written the wrong way round."""
    run = a_contest((asked(), found("a-rule")))

    assert retrieval.missed({"abstention_recall_min": 0.1}, run) == [
        "rules: abstention recall is nan, at least 0.1 wanted"
    ]


def test_ours_must_win_with_the_whole_interval() -> None:
    pairs = [(asked(topic=str(n)), found("a-rule", text="10 days")) for n in range(12)]
    blank = found("x-rule")

    assert "beats the best rival" in a_contest(*pairs, rival=[blank] * 12).verdict
    assert "does not clearly beat" in a_contest(*pairs, rival=[pairs[0][1]] * 12).verdict


def test_the_report_is_one_page_that_loads_nothing_and_escapes_everything(tmp_path: Path) -> None:
    run = a_contest((asked(question="<script>alert(1)</script>"), found("<b>x")), rival=[found("a-rule")])

    write(run, tmp_path / "out" / "report.html")

    page = (tmp_path / "out" / "report.html").read_text()
    assert "<script" not in page
    assert "<b>x" not in page
    assert not {"src=", "href=", "@import", "http:", "https:"} & set(page.split('"')), "nothing is loaded"
    lines = [orjson.loads(line) for line in (tmp_path / "out" / "results.jsonl").read_bytes().splitlines()]
    assert [(line["retriever"], line["found"], line["marks"]["hit_1"]) for line in lines] == [
        ("amends", ["<b>x"], 0), ("plain", ["a-rule"], 1),
    ]  # fmt: skip
    assert list(results(run)) == [{**line} for line in results(run)]
    assert html(run) == page


def test_rivals_see_only_what_holds_for_the_rail() -> None:
    """A rival without the filter would lose for the wrong reason."""
    book = a_book(
        ("us-window", "FEDNOW", "A return may be requested within sixty days of settlement."),
        ("uk-window", "CHAPS", "A return may be requested on any day, for there is no window."),
    )

    for name, rival in rivals(book).items():
        ranked = rival(asked(question="until when may a return be requested", rail="CHAPS"))
        assert [one.id for one in ranked] == ["uk-window"], name


def test_the_runner_speaks_json_and_exits_well(capfd: pytest.CaptureFixture[str]) -> None:
    code = retrieval.main(["--split", "test", "--ours-only", "--json"])

    run = orjson.loads(capfd.readouterr().out)
    assert code == 0
    assert run["boards"][0]["rates"]["hit_5"]["n"] == sum(q.answerable for q in TEST)


def test_a_day_changes_the_version_asked() -> None:
    pair = [q for q in DEV + TEST if q.slice == "dated" and q.day is not None]

    assert len({q.question for q in pair}) < len(pair), "pairs ask the same question on two days"
    assert all(isinstance(q.day, date) for q in pair)
