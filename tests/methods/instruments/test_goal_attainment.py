"""Goal attainment scaling, worked by hand."""

from __future__ import annotations

import datetime as dt

import pytest

from stegvis.methods.instruments.goal_attainment import is_due, t_score, week_of, weight


@pytest.mark.parametrize(
    ("levels", "weights", "expected"),
    [
        ([0, 0, 0], None, 50),  # every goal as expected, whatever the weights
        ([0, 0], [1, 9], 50),
        ([1], None, 60),  # one goal: √(0.7 + 0.3) = 1
        ([1, 1], None, 50 + 20 / 2.6**0.5),  # 0.7 · 2 + 0.3 · 4 = 2.6
        ([1, -1], [1, 2], 50 - 10 / 6.2**0.5),  # Σwx = −1; 0.7 · 5 + 0.3 · 9 = 6.2
        ([2, -1, 0], [3, 1, 2], 50 + 50 / 20.6**0.5),  # Σwx = 5; 0.7 · 14 + 0.3 · 36 = 20.6
    ],
)
def test_the_denominator_takes_squares_and_sum_of_unequal_weights(levels, weights, expected) -> None:
    assert t_score(levels, weights) == pytest.approx(expected)


def test_only_the_proportions_of_weights_matter() -> None:
    assert t_score([1, -2, 0], [1, 2, 3]) == pytest.approx(t_score([1, -2, 0], [10, 20, 30]))


def test_an_unrated_goal_and_no_goal_give_no_score() -> None:
    assert t_score([1, None]) is None
    assert t_score([]) is None


@pytest.mark.parametrize(
    ("levels", "weights", "correlation", "sentence"),
    [
        ([3], None, 0.3, "from -2 to 2"),
        ([1, 1], [1], 0.3, "2 levels and 1 weights"),
        ([1], [0], 0.3, "0 or less"),
        ([1], None, 1.5, "between 0 and 1"),
    ],
)
def test_what_cannot_be_is_refused(levels, weights, correlation, sentence) -> None:
    with pytest.raises(ValueError, match=sentence):
        t_score(levels, weights, correlation)


@pytest.mark.parametrize(
    ("importance", "difficulty", "expected"),
    [(9, 4, 36), (0, 5, 5), (7, 0, 7), (0, 0, 1), (None, 5, None), (5, None, None)],
)
def test_a_weight_is_importance_times_difficulty_and_nought_counts_as_one(importance, difficulty, expected) -> None:
    assert weight(importance, difficulty) == expected


def test_one_missing_rating_of_three_goals_leaves_no_score_and_one_goal_alone_is_its_own_t() -> None:
    assert t_score([2, None, 1], [36, 5, 7]) is None
    assert [t_score([level], [36]) for level in (-2, -1, 0, 1, 2)] == [30, 40, 50, 60, 70]


START = dt.date(2026, 11, 13)


@pytest.mark.parametrize(("days", "week"), [(0, 1), (6, 1), (7, 2), (76, 11), (77, 12), (83, 12), (84, 13)])
def test_weeks_are_counted_from_the_first_visit(days, week) -> None:
    assert week_of(START, START + dt.timedelta(days=days)) == week


def test_a_goal_is_due_from_the_first_day_of_its_week_and_one_without_a_week_at_once() -> None:
    assert [is_due(12, START, START + dt.timedelta(days=days)) for days in (76, 77, 120)] == [False, True, True]
    assert is_due(None, START, START)
