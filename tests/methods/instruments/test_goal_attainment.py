"""Goal attainment scaling, worked by hand."""

from __future__ import annotations

import pytest

from stegvis.methods.instruments.goal_attainment import t_score


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
