"""Power and sample size against R, simulation against formula, and the blinded spread against what it estimates."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest
from scipy import stats

from stegvis.methods.analysis import design, many, reestimation, regression, simulate
from stegvis.methods.analysis.refusals import NotEstimable

from .references import values

R = values("design.csv")
NONCENTRAL = 1e-7  # R's noncentral t holds about 8 digits here
SEED = np.random.SeedSequence(40)
NULL = simulate.Model(64, 65, 0.0)


def close(number, name, tolerance=NONCENTRAL):
    assert number == pytest.approx(R[name], rel=tolerance), name


def test_power_of_two_means_and_two_proportions_agrees_with_r():
    for n in (8, 41, 64):
        close(design.TwoMeans(10, 20).power(n, n), f"t.{n}")
    for n in (43, 200):
        close(design.TwoProportions(0.37, 0.19).power(n, n), f"prop.{n}", 1e-9)


def test_the_smallest_size_is_rs_rounded_up():
    for one, power, name in (
        (design.TwoMeans(10, 20), 0.9, "t.size"),
        (design.TwoProportions(0.37, 0.19), 0.8, "prop.size"),
    ):
        found = design.smallest(one, power)
        assert found.analysed1 == found.analysed0 == np.ceil(R[name])
        assert one.power(found.analysed1 - 1, found.analysed0 - 1) < power <= found.power
    ranks = design.smallest(design.Ranks(0.65), 0.9)
    assert ranks.analysed1 + ranks.analysed0 == 2 * np.ceil(R["noether.size"] / 2)


def test_the_other_formulas_agree_with_r():
    close(design.Ancova(10, 20, 0.6).power(43, 39), "ancova")
    close(design.Change(10, 20, 0.6).power(43, 39), "change")
    clustered = design.Clustered(10, 20, size=8, icc=0.05, cv=0.5)
    close(clustered.design_effect, "cluster.deff", 1e-12)
    close(clustered.power(64, 64), "cluster")
    close(design.PartiallyNested(10, 20, size=16, icc=0.05, reference_sd=18).power(64, 65), "nested")
    close(design.Goals(0.37, 0.19, goals=1.6, icc=0.4).power(43, 39), "goals")


def test_designs_meet_where_they_should():
    plain = design.TwoMeans(10, 20).power(40, 44)
    assert design.Change(10, 20, 0.5).power(40, 44) == pytest.approx(plain)
    assert design.Clustered(10, 20, size=1, icc=0).power(40, 44) == pytest.approx(plain)
    assert design.Goals(0.4, 0.2, 1, 0.9).power(40, 44) == pytest.approx(design.Goals(0.4, 0.2, 1, 0).power(40, 44))
    assert design.TwoProportions(0.4, 0.2).power(30, 60) == pytest.approx(design.TwoProportions(0.2, 0.4).power(60, 30))
    assert design.Ranks(0.65).power(40, 40) == pytest.approx(design.Ranks(0.35).power(40, 40))
    assert design.superiority_of(10, 20) == pytest.approx(0.63816, abs=1e-5)


def test_loss_makes_the_trial_larger_and_its_power_smaller():
    one = design.Ancova(10, 20, 0.5)
    size = design.smallest(one, 0.8, attrition=(0.4, 0.3))
    assert size.randomised1 == np.ceil(size.analysed1 / 0.6)
    assert size.randomised0 == np.ceil(size.analysed0 / 0.7)
    assert design.with_loss(one, size.randomised1, size.randomised0, (0.4, 0.3)) >= 0.8
    assert design.with_loss(one, 64, 65, (0.33, 0.4)) == one.power(42, 39)


def test_an_unequal_ratio_is_kept():
    size = design.smallest(design.TwoMeans(10, 20), 0.8, ratio=(2, 1))
    assert size.analysed1 == 2 * size.analysed0


def test_a_simulated_analysis_of_covariance_is_that_of_one_trial():
    model = simulate.Model(20, 24, 0.5, attrition=simulate.Attrition(0.3, 0.2))
    trials = simulate.make(model, 6, np.random.default_rng(3))
    found = simulate.ancova(trials)
    for row in range(6):
        known = np.isfinite(trials.outcome[row])
        arms = ["a" if one else "b" for one in trials.first[known]]
        one = regression.ancova(trials.outcome[row][known], trials.baseline[row][known], arms, ["s"] * len(arms),
                                arm="a", reference="b", errors="classical")  # fmt: skip
        expected = (one.estimate, one.low, one.high, one.p)
        assert (found.estimate[row], found.low[row], found.high[row], found.p[row]) == pytest.approx(expected, rel=1e-9)


def test_simulated_power_agrees_with_the_formula():
    model = simulate.Model(43, 39, 0.5, correlation=0.6)
    found = simulate.simulate(model, simulate.ancova, trials=10_000, seed=SEED)
    assert abs(found.rejected - design.Ancova(0.5, 1, 0.6).power(43, 39)) < 4 * found.rejected_se + 0.005
    assert abs(found.coverage - 0.95) < 4 * found.coverage_se
    assert found.refused == 0


@pytest.mark.parametrize("mechanism", ["MCAR", "MAR"])
def test_type_one_error_keeps_its_level_when_loss_depends_on_nothing_or_on_the_baseline(mechanism):
    lost = simulate.Attrition(0.42, 0.30, mechanism, slope=1.0)
    found = simulate.simulate(simulate.Model(64, 65, 0.0, attrition=lost), simulate.ancova, trials=6_000, seed=SEED)
    assert abs(found.rejected - 0.05) < 4 * found.rejected_se
    assert abs(found.bias) < 0.01


def test_loss_that_depends_on_the_outcome_misleads_complete_cases_when_it_differs_between_arms():
    lost = simulate.Attrition(0.6, 0.05, "MNAR", slope=2.0)
    found = simulate.simulate(simulate.Model(64, 65, 0.0, attrition=lost), simulate.ancova, trials=2000, seed=SEED)
    assert found.bias < -0.2
    assert found.rejected > 0.2


@pytest.mark.parametrize("mechanism", simulate.MECHANISMS)
def test_the_shares_lost_are_those_asked_for(mechanism):
    model = simulate.Model(64, 65, 0.0, attrition=simulate.Attrition(0.4, 0.3, mechanism, slope=0.8))
    trials = simulate.make(model, 2000, np.random.default_rng(1))
    lost = np.isnan(trials.outcome)
    for arm, share in ((trials.first, 0.4), (~trials.first, 0.3)):
        assert abs(lost[:, arm].mean() - share) < 4 * np.sqrt(share * (1 - share) / lost[:, arm].size)


def test_the_logistic_intercept_agrees_with_rs_integration():
    close(simulate.intercept(0.36, 0.8), "intercept", 1e-9)


def test_therapists_make_people_of_one_arm_alike():
    model = simulate.Model(40, 40, 0.0, correlation=0.0, icc=0.3, size=10)
    trials = simulate.make(model, 4000, np.random.default_rng(2))
    assert list(np.unique(trials.therapist)) == [0, 1, 2, 3, 4]
    same, apart = (np.mean(trials.outcome[:, 0] * trials.outcome[:, other]) for other in (1, 11))
    assert abs(same - 0.3) < 4 * 1.05 / np.sqrt(4000)
    assert abs(apart) < 4 / np.sqrt(4000)
    assert trials.outcome.std() == pytest.approx(1, abs=0.01)


def therapists_against_people(trials):
    """Welch's t of therapists' means (the compared arm, ten people each) against people's values."""
    means = trials.outcome[:, trials.first].reshape(len(trials.outcome), -1, 10).mean(axis=2)
    found = stats.ttest_ind(means, trials.outcome[:, ~trials.first], axis=1, equal_var=False)
    gap = means.mean(axis=1) - trials.outcome[:, ~trials.first].mean(axis=1)
    return simulate.Results(gap, gap, gap, found.pvalue)


def test_the_power_of_therapists_in_one_arm_is_that_of_simulated_trials():
    model = simulate.Model(80, 70, 0.6, correlation=0.0, icc=0.1, size=10)
    found = simulate.simulate(model, therapists_against_people, trials=6000, seed=SEED)
    expected = design.PartiallyNested(0.6, 1, size=10, icc=0.1).power(80, 70)
    assert abs(found.rejected - expected) < 4 * found.rejected_se + 0.005


def test_noethers_power_is_near_that_of_simulated_mann_whitney_tests():
    trials = simulate.make(simulate.Model(50, 60, 0.5, correlation=0.0), 6000, np.random.default_rng(5))
    rejected = np.mean(many.mann_whitney_many(trials.outcome, trials.first).p < 0.05)
    assert abs(rejected - design.Ranks(design.superiority_of(0.5, 1)).power(50, 60)) < 0.03


def test_any_number_of_processes_or_any_executor_gives_the_same_numbers():
    alone = simulate.simulate(NULL, simulate.ancova, trials=2500, seed=SEED)
    assert simulate.simulate(NULL, simulate.ancova, trials=2500, seed=SEED, workers=2) == alone
    with ThreadPoolExecutor(3) as pool:
        assert simulate.simulate(NULL, simulate.ancova, trials=2500, seed=SEED, executor=pool) == alone


def one_mean_difference(baseline, outcome, first):
    if np.isnan(outcome[0]):
        raise NotEstimable("empty", "The first is missing.")
    gap = float(np.nanmean(outcome[first]) - np.nanmean(outcome[~first]))
    return gap, gap - 1, gap + 1, 0.5


def test_an_analysis_that_refuses_is_counted():
    model = simulate.Model(10, 10, 0.0, attrition=simulate.Attrition(0.5, 0.0))
    analysis = partial(simulate.one_by_one, one_mean_difference)
    found = simulate.simulate(model, analysis, trials=400, seed=SEED)
    assert abs(found.refused - 200) < 4 * 10
    assert found.rejected == 0


def test_the_blinded_spread_is_that_of_everyone_together():
    y = np.array([1.0, 4, 2, 8, 5, 7])
    assert reestimation.one_sample_sd(y) == pytest.approx(y.std(ddof=1))
    adjusted = reestimation.adjusted_sd(3.0, 50, 2.0)
    assert adjusted**2 == pytest.approx(9 - 50 / 49)


def test_taking_the_true_difference_out_leaves_the_true_spread():
    rng = np.random.default_rng(9)
    y = rng.normal(size=(4000, 60)) * 2 + np.tile([0.0, 1.5], 30)
    squares = [reestimation.adjusted_sd(reestimation.one_sample_sd(row), 60, 1.5) ** 2 for row in y[:800]]
    assert np.mean(squares) == pytest.approx(4, abs=4 * np.std(squares) / np.sqrt(800))


def test_a_reestimated_trial_is_the_formula_at_the_new_spread():
    rng = np.random.default_rng(7)
    x = rng.normal(size=60)
    y = 10 * x + rng.normal(0, 15, 60)
    found = reestimation.reestimate(y, difference=10, power=0.8, covariates=x, attrition=(0.3, 0.3))
    assert found.size == design.smallest(design.TwoMeans(10, found.sd), 0.8, attrition=(0.3, 0.3))
    assert found.sd == reestimation.one_sample_sd(y, x) < reestimation.one_sample_sd(y)
    lower = reestimation.reestimate(y, difference=10, power=0.8, adjust=True)
    assert lower.sd < lower.sd_together


@pytest.mark.parametrize(
    ("compute", "words"),
    [
        (lambda: design.smallest(design.TwoMeans(0, 20), 0.8), "larger difference"),
        (lambda: reestimation.one_sample_sd([1, 2]), "at least 3"),
        (lambda: reestimation.one_sample_sd([2, 2, 2, 2]), "same"),
        (lambda: reestimation.adjusted_sd(1, 30, 9), "smaller than"),
        (lambda: simulate.summary([simulate.Results(*[np.array([np.nan])] * 4)], 0, 0.05), "refused every"),
        (lambda: design.smallest(design.TwoMeans(1, 2), 1.2), "between 0 and 1"),
        (lambda: simulate.Attrition(0.2, 1.0), "below 1"),
        (lambda: simulate.Attrition(mechanism="often"), "known: MCAR"),
        (lambda: simulate.simulate(NULL, simulate.ancova, trials=0, seed=SEED), "at least one"),
    ],
)
def test_what_cannot_be_designed_says_why(compute, words):
    with pytest.raises(ValueError, match=words):
        compute()
