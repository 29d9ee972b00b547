"""What a search counts with: the best of each group, places in a ranking, likeness exact where it is high."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from retrieval.among import RANKED, Among, Groups, best_places
from retrieval.likeness import CLOSE, Likeness

SIZES = st.lists(st.integers(1, 9), min_size=1, max_size=40)


def unit(count: int, seed: int, dimensions: int = 48) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(count, dimensions))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


@given(sizes=SIZES, seed=st.integers(0, 99))
def test_the_best_of_each_group_is_its_maximum_however_long_the_groups_are(sizes: list[int], seed: int) -> None:
    group_of = np.repeat(np.arange(len(sizes)), sizes)
    scores = np.random.default_rng(seed).random(len(group_of), dtype=np.float32)
    groups = Groups(group_of)

    best = groups.best(scores[groups.order])

    assert best.tolist() == [scores[group_of == group].max() for group in range(len(sizes))]


@given(sections=SIZES, passages=st.data())
def test_a_part_of_a_book_holds_its_rules_and_nothing_else(sections: list[int], passages: st.DataObject) -> None:
    section_rule = np.repeat(np.arange(len(sections)), sections)
    counts = passages.draw(st.lists(st.integers(1, 4), min_size=len(section_rule), max_size=len(section_rule)))
    passage_section = np.repeat(np.arange(len(section_rule)), counts)
    rules = passages.draw(st.lists(st.sampled_from(range(len(sections))), min_size=1, unique=True).map(sorted))

    part = Among.of(np.array(rules), section_rule, passage_section)

    assert set(section_rule[part.sections].tolist()) == set(rules)
    assert sorted(part.sections.tolist()) == np.isin(section_rule, rules).nonzero()[0].tolist()
    assert sorted(part.passages.tolist()) == np.isin(section_rule[passage_section], rules).nonzero()[0].tolist()
    for at, rule in enumerate(rules):
        assert part.sections[part.sections_of[at]].tolist() == (section_rule == rule).nonzero()[0].tolist()


@given(st.lists(st.sampled_from([0.0, 0.1, 0.2, 0.5, 0.9]), min_size=1, max_size=60))
def test_equal_scores_share_the_better_place_and_what_is_too_small_has_none(scores: list[float]) -> None:
    each = np.arange(len(scores))
    part = Among.of(each, each, each)

    found = part.measured(np.array(scores, dtype=np.float32), least=0.15)

    counted = [score for score in scores if score > 0.15]
    assert found.found == len(counted)
    assert found.places.tolist() == [
        1 + sum(other > score for other in counted) if score > 0.15 else 0 for score in scores
    ]


def test_far_back_there_are_no_places() -> None:
    each = np.arange(3 * RANKED)
    scores = np.random.default_rng(1).permutation(each).astype(np.float32) + 1

    found = Among.of(each, each, each).measured(scores)

    best_first = np.argsort(-scores)
    assert found.places[best_first].tolist() == [*range(1, RANKED + 1), *[0] * (2 * RANKED)]


@given(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75]), min_size=1, max_size=30), st.integers(1, 12))
def test_the_best_places_are_those_of_a_stable_sort(scores: list[float], k: int) -> None:
    wanted = sorted((at for at in range(len(scores)) if scores[at] > 0), key=lambda at: -scores[at])[:k]

    assert best_places(np.array(scores, dtype=np.float32), k) == wanted


@settings(max_examples=25, deadline=None)
@given(count=st.integers(1, 1200), seed=st.integers(0, 99))
def test_likeness_is_exact_for_the_closest_and_near_for_all(count: int, seed: int) -> None:
    matrix, asked = unit(count, seed), unit(1, seed + 1)[0]
    each = np.arange(count)

    found = Likeness(matrix, each, Groups(each)).best(asked)

    true = matrix @ asked
    assert np.abs(found - true).max() < 0.02
    closest = np.argsort(-true)[: CLOSE // 2]
    assert found[closest] == pytest.approx(true[closest], abs=1e-5)


@pytest.mark.parametrize("rows", [np.zeros((300, 8), np.float32), np.eye(300, 512, dtype=np.float32)])
def test_vectors_of_nothing_and_of_one_direction_have_a_likeness_too(rows: np.ndarray) -> None:
    each = np.arange(len(rows))

    found = Likeness(rows, each, Groups(each)).best(rows[7])

    assert found == pytest.approx(rows @ rows[7], abs=1e-6)
