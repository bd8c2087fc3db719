"""The randomisation test: people as units, within sites, exactly or by drawing."""

from itertools import combinations

import numpy as np
import pytest

from stegvis.methods.analysis.randomisation_test import (
    clopper_pearson,
    goal_difference,
    mean_difference,
    randomisation_test,
    studentised_goal_difference,
)
from stegvis.methods.analysis.refusals import NotEstimable

from .references import anorexia_changes, values

ATTAINED, GOALS = [2, 0, 3, 1, 0, 1, 2, 0, 1, 1], [3, 1, 3, 2, 2, 1, 2, 3, 1, 2]
FIRST, SITES = [1, 0, 1, 0, 0, 1, 1, 0, 1, 0], ["n"] * 6 + ["s"] * 4


def test_all_allocations_of_a_small_trial_are_counted():
    """20 × 6 allocations, counted here one by one."""
    total, number = np.array(ATTAINED, float), np.array(GOALS, float)

    def statistic(chosen):
        one = np.isin(np.arange(10), chosen)
        return total[one].sum() / number[one].sum() - total[~one].sum() / number[~one].sum()

    each = [statistic([*n, *s]) for n in combinations(range(6), 3) for s in combinations(range(6, 10), 2)]
    observed = statistic(np.flatnonzero(FIRST))
    result = randomisation_test(goal_difference(ATTAINED, GOALS), FIRST, SITES, draws=10, seed=1)
    assert (result.exact, result.allocations, result.monte_carlo_se) == (True, 120, 0)
    assert result.statistic == pytest.approx(observed)
    assert result.p == np.mean([abs(value) >= abs(observed) - 1e-12 for value in each])


def test_drawn_allocations_come_near_the_exact_p_and_repeat_with_their_seed():
    exact = randomisation_test(goal_difference(ATTAINED, GOALS), FIRST, SITES, draws=1, seed=1)
    options = {"draws": 20_000, "seed": 7, "exact_up_to": 0}
    drawn = randomisation_test(goal_difference(ATTAINED, GOALS), FIRST, SITES, **options)
    assert not drawn.exact
    assert abs(drawn.p - exact.p) < 4 * drawn.monte_carlo_se
    assert drawn.p_low < exact.p < drawn.p_high
    assert drawn == randomisation_test(goal_difference(ATTAINED, GOALS), FIRST, SITES, **options)


def test_the_mean_of_peoples_values_agrees_with_coin():
    x, y = anorexia_changes()
    first = [True] * len(x) + [False] * len(y)
    result = randomisation_test(mean_difference([*x, *y]), first, ["one"] * len(first), draws=40_000, seed=1)
    assert abs(result.p - values("estimators.csv")["permutation.p_exact"]) < 4 * result.monte_carlo_se


def test_the_first_draws_do_not_depend_on_how_many_follow():
    seen = []

    def keep(members):
        seen.append(members.copy())
        return members @ np.arange(10.0)

    for draws in (100, 2048 + 5):
        randomisation_test(keep, FIRST, SITES, draws=draws, seed=3, exact_up_to=0)
    assert np.array_equal(seen[1][:100], seen[3][:100])
    assert all((block.sum(axis=1) == 5).all() and (block[:, :6].sum(axis=1) == 3).all() for block in seen)


def test_exact_limits_of_a_proportion_are_those_of_clopper_and_pearson():
    """As tables print them: 1 of 10 has (.0025, .4450), 0 of 10 (0, .3085)."""
    assert clopper_pearson(1, 10, 0.95) == (pytest.approx(0.0025, abs=5e-5), pytest.approx(0.4450, abs=5e-5))
    assert clopper_pearson(0, 10, 0.95) == (0.0, pytest.approx(0.3085, abs=5e-5))


def test_the_studentised_difference_is_divided_by_the_plain_cluster_robust_error():
    member = np.array(FIRST, dtype=bool)
    rows = [
        (a < done, m, i) for i, (done, n, m) in enumerate(zip(ATTAINED, GOALS, FIRST, strict=True)) for a in range(n)
    ]
    y, x, people = (np.array(column) for column in zip(*rows, strict=True))
    design = np.column_stack([np.ones(y.size), x])
    bread = np.linalg.inv(design.T @ design)
    residual = y - design @ bread @ design.T @ y
    scores = np.array([design[people == i].T @ residual[people == i] for i in range(10)])
    se = np.sqrt((bread @ scores.T @ scores @ bread)[1, 1])
    plain = goal_difference(ATTAINED, GOALS)(member[None])[0]
    assert studentised_goal_difference(ATTAINED, GOALS)(member[None])[0] == pytest.approx(plain / se, rel=1e-10)


def test_an_empty_arm_or_a_statistic_without_a_value_is_refused():
    with pytest.raises(NotEstimable, match="nobody"):
        randomisation_test(mean_difference([1, 2]), [True, True], ["s", "s"], draws=9, seed=1)
    with pytest.raises(NotEstimable, match="cannot be computed"):
        randomisation_test(goal_difference([0, 1], [0, 1]), [True, False], ["s", "s"], draws=9, seed=1)
    with pytest.raises(NotEstimable, match="some allocations"):
        randomisation_test(goal_difference([0, 1, 1], [0, 1, 1]), [True, True, False], ["s"] * 3, draws=9, seed=1)
