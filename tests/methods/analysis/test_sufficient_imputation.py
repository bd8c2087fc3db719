"""Imputation through sufficient statistics has the distribution of imputing every value."""

import numpy as np
import pytest

from stegvis.methods.analysis import imputation, imputed_ancova, pooling, sufficient_imputation, tipping
from stegvis.methods.analysis.imputation import Column
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, ancova, arms, baseline, table

MANY = 4000
OUTCOME = table()[:, 4]


def sufficient(outcome=OUTCOME, covariates=None, m=MANY, entropy=1, codes=None):
    table_of = baseline()[:, None] if covariates is None else covariates
    return sufficient_imputation.impute_outcomes(
        outcome, codes or arms(), table_of, arm=ACTIVE, reference=REFERENCE, imputations=m,
        seed=np.random.SeedSequence(entropy),
    )  # fmt: skip


def by_values(outcome=OUTCOME):
    columns = [Column("start"), Column("end")]
    made = imputation.impute(
        np.column_stack([baseline(), outcome]), columns, imputations=MANY, seed=np.random.SeedSequence(2), arms=arms()
    )
    return made.column("end")


@pytest.fixture(scope="module")
def values():
    return by_values()


def test_estimates_and_errors_have_the_mean_and_spread_of_imputing_values(values):
    ours, (effects, variances) = sufficient(), ancova(values)
    for mine, theirs in ((ours.effect[0, :, 0], effects), (ours.variance[0, :, 0, 0], variances)):
        assert mine.mean() == pytest.approx(theirs.mean(), abs=4 * np.hypot(mine.std(), theirs.std()) / np.sqrt(MANY))
        assert mine.std() == pytest.approx(theirs.std(), rel=4 / np.sqrt(MANY))
    related = [
        np.corrcoef(a, b)[0, 1] for a, b in ((ours.effect[0, :, 0], ours.variance[0, :, 0, 0]), (effects, variances))
    ]
    assert related[0] == pytest.approx(related[1], abs=5 / np.sqrt(MANY))


def test_shifts_have_the_effect_that_they_have_on_values(values):
    shifts = np.array([0.0, 3.0, -2.0]), np.array([0.0, 1.0, 4.0])
    gap = np.isnan(OUTCOME)
    theirs = tipping.tipping(values, gap, arms(), baseline(), arm=ACTIVE, reference=REFERENCE).pooled(*shifts)
    ours = sufficient().pooled(*shifts)
    assert ours.estimate[0] == pytest.approx(theirs.estimate, abs=0.05)
    assert ours.se[0] == pytest.approx(theirs.se, rel=0.02)
    assert np.diff(ours.estimate[0]) == pytest.approx(np.diff(theirs.estimate), rel=1e-9)


def test_without_a_gap_it_is_the_analysis_of_covariance():
    whole = table()[:, 1]
    found = sufficient(whole, m=3)
    one = imputed_ancova.pooled_ancova(np.tile(whole, (3, 1)), arms(), baseline(), arm=ACTIVE, reference=REFERENCE)
    assert found.pooled().estimate[0] == pytest.approx(one.estimate, rel=1e-10)
    assert found.pooled().se[0] == pytest.approx(one.se, rel=1e-10)
    assert found.df == 169


@pytest.mark.parametrize("gaps", [1, 2])
def test_fewer_gaps_than_terms_are_imputed_as_well(gaps):
    few = table()[:, 1].copy()
    few[:gaps] = np.nan
    ours, (effects, _) = sufficient(few), ancova(by_values(few))
    assert ours.effect[0, :, 0].std() == pytest.approx(effects.std(), rel=4 / np.sqrt(MANY))


def test_trials_are_imputed_side_by_side_each_with_its_own_covariates():
    two = np.stack([OUTCOME, -10 * OUTCOME])
    own = np.stack([baseline()[:, None], 5 + 3 * baseline()[:, None]])
    pooled = sufficient(two, own).pooled()
    assert pooled.estimate[1] == pytest.approx(-10 * pooled.estimate[0], rel=0.05)
    assert pooled.se[1] == pytest.approx(10 * pooled.se[0], rel=0.02)


def test_a_third_arm_stays_in_the_model_and_is_not_shifted():
    codes = ["THIRD" if place % 5 == 0 else arm for place, arm in enumerate(arms())]
    columns = [Column("start"), Column("end")]
    made = imputation.impute(
        np.column_stack([baseline(), OUTCOME]), columns, imputations=MANY, seed=np.random.SeedSequence(3), arms=codes
    ).column("end")
    theirs = tipping.tipping(made, np.isnan(OUTCOME), codes, baseline(), arm=ACTIVE, reference=REFERENCE)
    ours = sufficient(codes=codes)
    assert ours.df == theirs.df == 168
    assert ours.effect[0, 0, 1:] == pytest.approx(theirs.effect[0, 1:], rel=1e-9)
    assert ours.pooled().estimate[0] == pytest.approx(theirs.at(0, 0).estimate, abs=0.05)


def test_the_same_seed_gives_the_same_numbers():
    assert np.array_equal(sufficient(m=4).effect, sufficient(m=4).effect)
    assert not np.array_equal(sufficient(m=4).effect, sufficient(m=4, entropy=2).effect)


def test_a_trial_with_too_few_answers_has_no_number_and_the_others_theirs():
    empty = np.where(np.array(arms()) == ACTIVE, np.nan, OUTCOME)
    found = sufficient(np.stack([OUTCOME, empty]), m=5)
    assert found.estimable.tolist() == [True, False]
    assert np.isnan(found.effect[1]).all()
    assert found.pooled().estimate.shape == (1,)
    with pytest.raises(NotEstimable, match="no one"):
        sufficient(codes=[REFERENCE] * 172)


def test_the_interval_covers_as_often_as_it_says():
    """600 trials of 129 people, a third missing at random given the baseline: 95 % ± 4 Monte Carlo errors."""
    draw = np.random.default_rng(9)
    start = draw.normal(size=(600, 129, 1))
    y = 0.6 * start[..., 0] + draw.normal(size=(600, 129))
    y[draw.random(y.shape) < 1 / (1 + np.exp(0.7 - start[..., 0]))] = np.nan
    codes = [ACTIVE if place % 2 else REFERENCE for place in range(129)]
    low, high = sufficient(y, start, m=20, codes=codes).pooled().interval()
    assert np.mean((low < 0) & (high > 0)) == pytest.approx(0.95, abs=4 * np.sqrt(0.95 * 0.05 / 600))
    assert isinstance(sufficient(m=2).pooled(), pooling.Pooled)
