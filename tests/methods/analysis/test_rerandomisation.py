"""Re-randomisation: against every allocation counted one by one, against coin, and the same whatever the threads."""

from itertools import combinations

import numpy as np
import pytest

from stegvis.methods.analysis import max_t, ranks, regression, rerandomisation, two_samples
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.randomisation.block_scheme import BlockScheme
from stegvis.methods.randomisation.coins import CoinScheme, Simple
from stegvis.methods.randomisation.minimisation import Minimisation

from .references import anorexia_changes, values

SEED = np.random.SeedSequence(77)
R = values("estimators.csv")


def trial(n=60, seed=5):
    rng = np.random.default_rng(seed)
    strata, x = rng.choice(["n", "s"], n), rng.normal(size=n)
    scheme = BlockScheme(strata, sizes=[4, 6])
    first = scheme.draw(rng, 1)[0]
    y = x + 0.5 * first + rng.normal(size=n)
    y[rng.random(n) < 0.2] = np.nan
    return y, x, strata, first, scheme


def test_the_statistics_are_those_of_the_models_they_are_named_after():
    y, x, strata, first, _ = trial()
    known = np.isfinite(y)
    arms = ["a" if one else "b" for one in first[known]]
    model = regression.ancova(y[known], x[known], arms, strata[known], arm="a", reference="b", errors="classical")

    def observed(statistic):
        return statistic.value(first[None, :] @ statistic.columns)[0]

    a, b = y[known & first], y[known & ~first]
    assert observed(rerandomisation.ancova_t(y, np.column_stack([x, strata == "s"]))) == pytest.approx(
        model.t, rel=1e-10
    )
    assert observed(rerandomisation.mean_difference(y)) == pytest.approx(a.mean() - b.mean(), rel=1e-12)
    superiority = ranks.probability_of_superiority(a, b).estimate
    assert observed(rerandomisation.mann_whitney_u(y)) == pytest.approx(superiority - 0.5, rel=1e-12)


def test_a_small_trial_is_counted_exactly():
    """Two blocks of four in one stratum and one of four in another: 6 × 6 × 6 allocations, each as likely."""
    strata = ["n", "s", "n", "n", "s", "s", "n", "n", "n", "s", "n", "n"]
    y = np.array([1.0, 4, 6, 9, 2, 20, 3, 3, 8, 7, 5, 11])
    first = np.array([1, 0, 0, 1, 1, 1, 0, 0, 1, 0, 0, 1], dtype=bool)
    blocks = [[0, 2, 3, 6], [7, 8, 10, 11], [1, 4, 5, 9]]
    sums = [
        sum(y[list(a + b + c)])
        for a in combinations(blocks[0], 2)
        for b in combinations(blocks[1], 2)
        for c in combinations(blocks[2], 2)
    ]
    far = np.abs(np.array(sums) - y.sum() / 2) >= abs(y[first].sum() - y.sum() / 2) - 1e-9
    scheme = BlockScheme(strata, sizes=[4])
    result = rerandomisation.rerandomise(rerandomisation.mean_difference(y), first, scheme, draws=1, seed=SEED)
    assert (result.exact, result.draws, result.monte_carlo_se) == (True, 216, 0.0)
    assert result.p == pytest.approx(far.mean(), rel=1e-12)


def test_one_block_of_everyone_is_the_permutation_test_of_coin():
    x, y = anorexia_changes()
    outcome, first = np.array([*x, *y]), np.arange(len(x) + len(y)) < len(x)
    scheme = BlockScheme(["n"] * first.size, sizes=[first.size], ratio=(len(x), len(y)))
    for statistic, name in (
        (rerandomisation.mean_difference(outcome), "permutation.p_exact"),
        (rerandomisation.mann_whitney_u(outcome), "mw.p_exact"),
    ):
        result = rerandomisation.rerandomise(statistic, first, scheme, draws=30_000, seed=SEED)
        assert abs(result.p - R[name]) < 4 * np.sqrt(R[name] / 30_000) + 1 / 30_000


@pytest.mark.parametrize("make", ["mean_difference", "mann_whitney_u", "ancova_t"])
def test_drawing_agrees_with_counting_within_its_own_error(make):
    rng = np.random.default_rng(4)
    y, x, strata = rng.normal(size=14), rng.normal(size=14), ["n", "s"] * 7
    scheme = BlockScheme(strata, sizes=[2, 4])
    first = scheme.draw(rng, 1)[0]
    statistic = getattr(rerandomisation, make)(*((y, x) if make == "ancova_t" else (y,)))
    exact = rerandomisation.rerandomise(statistic, first, scheme, draws=1, seed=SEED, exact_at_most=10**6)
    drawn = rerandomisation.rerandomise(statistic, first, scheme, draws=40_000, seed=SEED, exact_at_most=0)
    assert exact.exact
    assert not drawn.exact
    assert abs(exact.p - drawn.p) < 4.5 * drawn.monte_carlo_se
    assert drawn.p_low <= drawn.p <= drawn.p_high + 1e-4


def test_minimisation_is_replayed_on_the_order_of_arrival():
    rng = np.random.default_rng(1)
    factors = rng.integers(0, 2, (12, 2)).astype(str)
    scheme, y = Minimisation(factors, p=0.9), rng.normal(size=12)
    first = scheme.draw(rng, 1)[0]
    statistic = rerandomisation.mean_difference(y)
    exact = rerandomisation.rerandomise(statistic, first, scheme, draws=1, seed=SEED)
    drawn = rerandomisation.rerandomise(statistic, first, scheme, draws=40_000, seed=SEED, exact_at_most=0)
    assert abs(exact.p - drawn.p) < 4.5 * drawn.monte_carlo_se


@pytest.mark.parametrize("threads", [2, 3])
def test_the_p_is_the_same_to_the_last_bit_for_any_number_of_threads(threads):
    y, x, strata, first, scheme = trial()
    statistic = rerandomisation.ancova_t(y, x)
    factors = np.column_stack([strata, x > 0])
    for one in (scheme, Minimisation(factors)):
        alone, together = (
            rerandomisation.rerandomise(statistic, first, one, draws=30_000, seed=SEED, threads=number)
            for number in (1, threads)
        )
        assert alone == together


def test_any_function_of_the_allocation_can_be_the_statistic():
    y, _, _, first, scheme = trial()
    known = np.isfinite(y)

    def medians(arms):
        return np.array([np.median(y[known & row]) - np.median(y[known & ~row]) for row in arms])

    general = rerandomisation.General("difference in medians", medians)
    result = rerandomisation.rerandomise(general, first, scheme, draws=400, seed=SEED)
    a, b = y[known & first], y[known & ~first]
    assert result.observed == pytest.approx(np.median(a) - np.median(b))
    assert 1 / 401 <= result.p <= 1


def test_several_statistics_are_of_the_same_allocations():
    y, x, _, first, scheme = trial()
    both = [rerandomisation.ancova_t(y, x), rerandomisation.ancova_t(-2 * y + 1, x), rerandomisation.mann_whitney_u(x)]
    found = rerandomisation.statistics(both, scheme, draws=10_000, seed=SEED)
    assert found.shape == (10_000, 3)
    assert found[:, 1] == pytest.approx(-found[:, 0], rel=1e-9)
    observed = [one.value(first[None, :] @ one.columns)[0] for one in both]
    adjusted = max_t.step_down(observed[:2], found[:, :2])
    alone = rerandomisation.rerandomise(both[0], first, scheme, draws=10_000, seed=SEED, exact_at_most=0)
    assert adjusted[0] == adjusted[1]
    assert abs(adjusted[0] - alone.p) < 5 * alone.monte_carlo_se + 1e-4


def test_relabelling_the_arms_or_changing_the_unit_changes_nothing():
    y, x, strata, first, _ = trial(14)
    scheme = BlockScheme(strata, sizes=[4])
    results = [
        rerandomisation.rerandomise(
            rerandomisation.ancova_t(values_, x), arms, scheme, draws=1, seed=SEED, exact_at_most=10**6
        ).p
        for values_, arms in ((y, first), (y, ~first), (1000 - 3 * y, first))
    ]
    assert results == pytest.approx([results[0]] * 3, rel=1e-12)


def test_with_a_fair_coin_and_many_people_the_p_is_students():
    rng = np.random.default_rng(12)
    y, first = rng.normal(size=300), np.arange(300) % 2 == 0
    t = two_samples.pooled_t(y[first], y[~first])
    scheme = CoinScheme(Simple(), ["n"] * 300)
    result = rerandomisation.rerandomise(
        rerandomisation.ancova_t(y, np.empty((300, 0))), first, scheme, draws=20_000, seed=SEED
    )
    assert result.observed == pytest.approx(t.t, rel=1e-10)
    assert abs(result.p - t.p) < 5 * result.monte_carlo_se + 0.005


def _empty_arm():
    scheme = CoinScheme(Simple(), ["n"] * 4)
    statistic = rerandomisation.mean_difference([1, 2, np.nan, np.nan])
    return rerandomisation.rerandomise(statistic, [True, True, False, False], scheme, draws=9, seed=SEED)


@pytest.mark.parametrize(
    ("compute", "code"),
    [
        (lambda: rerandomisation.ancova_t([1, 2, 3], [1, 2, 4]), "too_few"),
        (lambda: rerandomisation.ancova_t([1, 2, 3, 5, 4], np.ones((5, 1))), "singular"),
        (lambda: rerandomisation.ancova_t([1, 2, 3, 4, 5], [[2], [4], [6], [8], [10]]), "constant"),
        (_empty_arm, "empty"),
    ],
)
def test_what_cannot_be_tested_says_why(compute, code):
    with pytest.raises(NotEstimable) as refused:
        compute()
    assert refused.value.code == code
