"""Made-up trials have the truth that was asked for, and analyses of many at once give the digits of one at a time."""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
import pytest

from stegvis.methods.analysis import (
    adjusted_means,
    imputation,
    imputed_ancova,
    mmrm,
    nested,
    reference_based,
    reference_based_effects,
    regression,
    two_samples,
    visit_model,
    weighting,
)
from stegvis.methods.analysis.resampling import child
from stegvis.methods.analysis.simulate import Results
from stegvis.methods.analysis.simulated import (
    filled,
    goals,
    goals_at_once,
    jumped,
    modelled,
    regressions,
    streams,
    tally,
    views,
    weighted,
    worlds,
)

SEED = np.random.SeedSequence(7)
LOST = worlds.Loss(0.27, 0.46, "MAR", (1.0, 0.5))
ONE = worlds.World(loss=LOST, outcomes={"pain": worlds.OutcomeWorld(20, 50, -10)}, therapists=5, therapist_icc=0.05)
TWO = worlds.World(times=(0.5, 1.0), loss=LOST)
CLOSE = 1e-9  # closed forms in another order of sums


def batch_of(world, trials=6):
    return worlds.make(world, trials, np.random.default_rng(SEED))


def view_of(world, trials=6):
    return views.view(batch_of(world, trials), 0, SEED)


def strata(of):
    return [str(one) for one in of.strata @ np.arange(1, 4)]


def alike(found, trial, one, tolerance=CLOSE):
    ours = [getattr(found, name)[trial] for name in ("estimate", "low", "high", "p")]
    assert ours == pytest.approx([one.estimate, one.low, one.high, one.p], rel=tolerance)


def test_a_made_up_trial_has_the_spread_the_difference_the_correlations_and_the_loss_that_were_asked_for():
    pair = {"pain": worlds.OutcomeWorld(20, 50, -10), "stress": worlds.OutcomeWorld()}
    world = worlds.World(2000, 3000, pair, times=(0.5, 1.0), strata_sd=0, loss=worlds.Loss(0.27, 0.46, "MNAR", (1, 0)))
    values = batch_of(world, 1).values[0]
    assert np.isnan(values[:2000, 0, 2]).mean() == pytest.approx(0.27, abs=0.04)
    assert np.isnan(values[2000:, 1, 1]).mean() == pytest.approx(0.23, abs=0.04)
    assert values[:, 0, 0].std() == pytest.approx(20, rel=0.05)
    assert np.corrcoef(values[:, 0, 0], values[:, 1, 0])[0, 1] == pytest.approx(0.5, abs=0.05)
    assert np.nanmean(values[2000:, 0, 2]) == pytest.approx(50, abs=1.5)  # the reference's loss depends on nothing
    assert np.nanmean(values[:2000, 0, 2]) < 40 - 2  # those with high values are gone


def test_goals_of_one_person_correlate_as_asked_and_nobody_lost_has_any():
    world = worlds.World(3000, 10, goals={"main": worlds.GoalWorld(0.4, 0.2, 2.2)}, loss=worlds.Loss(0.36, 0.36))
    batch = batch_of(world, 1)
    made = batch.goals["main"][0]
    assert not np.isnan(batch.values[0, made.person, 0, 1]).any()
    of, counts = made.attained[made.person < 3000], np.bincount(made.person[made.person < 3000])
    assert of.mean() == pytest.approx(0.4, abs=0.04)
    assert counts[counts > 0].mean() == pytest.approx(2.2, abs=0.05)
    twos = [made.attained[made.person == one][:2] for one in np.flatnonzero(counts[:3000] > 1)]
    assert np.corrcoef(np.array(twos).T)[0, 1] == pytest.approx(0.35, abs=0.08)


@pytest.mark.parametrize("variances", ["pooled", "welch"])
def test_the_t_interval_of_many_trials_is_that_of_each(variances):
    of = view_of(ONE)
    y = of.after - of.before
    method = two_samples.pooled_t if variances == "pooled" else two_samples.welch_t
    kept = [y[2][who & np.isfinite(y[2])] for who in (of.first, ~of.first)]
    alike(regressions.change(of, variances=variances), 2, method(*kept))


@pytest.mark.parametrize("errors", ["classical", "HC2", "HC3"])
def test_the_analysis_of_covariance_of_many_trials_is_that_of_each(errors):
    of = view_of(ONE)
    keep = np.isfinite(of.after[3])
    arms, strata_of = np.array(of.arms)[keep].tolist(), np.array(strata(of))[keep].tolist()
    one = regression.ancova(
        of.after[3][keep], of.before[3][keep], arms, strata_of, arm="compared", reference="reference", errors=errors
    )
    alike(regressions.ancova(of, errors=errors), 3, one)


def test_lins_regression_of_many_trials_is_that_of_each():
    of = view_of(ONE)
    keep = np.isfinite(of.after[1])
    one = adjusted_means.interacted(
        of.after[1][keep],
        of.covariates[1][keep],
        np.array(of.arms)[keep].tolist(),
        arm="compared",
        reference="reference",
    )
    alike(regressions.interacted(of), 1, one)


def test_mixed_models_of_many_trials_are_those_of_each():
    of = view_of(TWO)
    y, seen = of.later[4], np.isfinite(of.later[4]).any(axis=1)
    model = visit_model.visit_means(of.arms, ["0", "1"], of.covariates[4], reference="reference", counted=seen)
    one = mmrm.fit(y, model.design).estimate(model.contrast("compared", "reference", "1"), n={})
    alike(modelled.repeated_measures(of), 4, one, 1e-7)


def test_therapists_of_many_trials_are_those_of_each():
    of = view_of(ONE, 3)
    design = np.column_stack([np.ones(129), of.first, of.covariates[2]])
    one = nested.partially_nested(of.after[2], design, of.therapist, np.eye(6)[1], n={})
    alike(modelled.therapists(of), 2, one, 1e-7)


@pytest.mark.parametrize("world", [ONE, TWO], ids=["one occasion, at once", "two occasions, one by one"])
def test_jump_to_reference_of_many_trials_is_that_of_each(world):
    of = view_of(world, 2)
    visits = reference_based.visits(of.later[1], of.arms, of.covariates[1], reference="reference", strategy="JR")
    refits = reference_based_effects.jackknife(visits)
    one = reference_based_effects.conditional_mean_effect(refits, arm="compared")
    alike(jumped.by_reference(of), 1, one, 1e-3 if world is TWO else 1e-6)  # near refits; p is small


@pytest.mark.parametrize("world", [ONE, TWO], ids=["one occasion", "two occasions"])
def test_imputing_many_trials_gives_what_imputing_each_gives_within_monte_carlo_error(world):
    of, m = view_of(world, 2), 600
    ours = filled.imputation(of, imputations=m)
    table = np.column_stack([of.before[1], of.later[1], of.strata])
    columns = [imputation.Column(str(place)) for place in range(table.shape[1])]
    made = imputation.impute(table, columns, imputations=m, iterations=1, seed=SEED, arms=of.arms).values
    one = imputed_ancova.pooled_ancova(
        made[:, :, of.later.shape[2]], of.arms, of.covariates[1], arm="compared", reference="reference", errors="HC3"
    )
    assert abs(ours.estimate[1] - one.estimate) < 4 * np.sqrt(2) * one.numbers["mc_estimate"]
    assert ours.high[1] - ours.low[1] == pytest.approx(one.high - one.low, rel=0.05)


def test_shifting_the_imputed_values_to_the_worse_takes_the_difference_away_by_degrees():
    of = view_of(worlds.World(loss=worlds.Loss(0.36, 0.36), outcomes={"x": worlds.OutcomeWorld(difference=-1.0)}), 4)
    found, p = filled.shifted(of, np.array([0.0, 1.0, 2.0]), np.zeros(3))
    assert p[:, 0] == pytest.approx(found.p)
    assert np.all(np.diff(p, axis=1) > 0)


def test_weighting_with_its_jackknife_gives_the_digits_of_each_trial():
    pair = {"pain": worlds.OutcomeWorld(20, 50, -10), "stress": worlds.OutcomeWorld()}
    of = views.view(batch_of(worlds.World(loss=LOST, outcomes=pair), 3), 0, SEED, auxiliaries=(1,))
    predictors = np.concatenate([of.covariates[2], of.auxiliaries[2]], axis=1)
    one = weighting.weighted_ancova(
        of.after[2], of.arms, of.covariates[2], predictors, arm="compared", reference="reference", errors="jackknife"
    )
    alike(weighted.weighted(of), 2, one, 1e-4)  # two of Newton's steps


def test_bounds_and_weights_are_computed_trial_by_trial():
    of = view_of(ONE, 2)
    widths = [one.high - one.low for one in (modelled.lee(of), modelled.worst_case(of, minimum=-50, maximum=150))]
    assert np.all(widths[1] > widths[0])
    assert np.all(np.isfinite(modelled.weighted(of, errors="stacked").p))


@pytest.mark.parametrize("method", goals.METHODS)
def test_every_comparison_of_goals_finds_a_large_difference_and_refuses_none(method):
    batch = batch_of(worlds.World(goals={"main": worlds.GoalWorld(0.8, 0.2)}), 2)
    found = goals.compare(batch, "main", method)
    assert np.all(found.p < 0.01)
    assert np.all(np.abs(found.estimate - 0.6) < 0.3)


@pytest.mark.parametrize("method", goals_at_once.METHODS)
@pytest.mark.parametrize("people", [(64, 65), (6, 5)])
def test_goals_counted_by_person_give_the_digits_of_goals_one_by_one(method, people):
    kinds = {"main": worlds.GoalWorld(0.5, 0.3, 2.2)}
    batch = batch_of(worlds.World(*people, goals=kinds, loss=worlds.Loss(0.36, 0.36)), 30)
    found = goals_at_once.METHODS[method](goals_at_once.counts(batch, "main"), 0.95)
    expected = goals.compare(batch, "main", method)
    for name in ("estimate", "low", "high", "p"):
        np.testing.assert_allclose(getattr(found, name), getattr(expected, name), rtol=1e-8, atol=1e-12)


def test_a_trial_in_which_nothing_can_be_estimated_is_counted_as_refused():
    empty = worlds.World(3, 3, strata=1, loss=worlds.Loss(0.9, 0.9))
    of = views.view(worlds.make(empty, 8, np.random.default_rng(1)), 0, SEED)
    for method in (
        regressions.ancova,
        regressions.interacted,
        filled.imputation,
        jumped.by_reference,
        weighted.weighted,
    ):
        found = tally.tally([method(of)], 0.0)
        assert found.refused > 0
        assert found.rejected * found.trials <= found.trials - found.refused


def rejecting(place, size):
    batch = worlds.make(worlds.World(), size, np.random.default_rng(child(SEED, place)))
    return regressions.change(views.view(batch, 0, SEED))


def test_the_t_interval_rejects_and_covers_as_it_should_within_monte_carlo_error():
    found = tally.tally(streams.run(rejecting, streams.sizes(2000)), 0.0)
    assert abs(found.rejected - 0.05) < 4 * found.rejected_se
    assert found.coverage == pytest.approx(1 - found.rejected)
    assert abs(found.bias) < 4 * found.bias_se


def test_any_number_of_workers_and_any_executor_give_the_same_numbers():
    alone, three = (streams.run(rejecting, streams.sizes(150), workers=count) for count in (1, 3))
    with ThreadPoolExecutor(2) as pool:
        elsewhere = streams.run(partial(rejecting), streams.sizes(150), executor=pool)
    for one, other in zip([*alone, *alone], [*three, *elsewhere], strict=True):
        assert np.array_equal(one.p, other.p)


def test_a_share_counts_refused_trials_as_not_rejecting_and_bias_leaves_them_out():
    part = Results(
        *(np.array(one) for one in ([1.0, 3.0, np.nan], [0.5, 2.5, np.nan], [1.5, 3.5, np.nan], [0.01, 0.6, np.nan]))
    )
    found = tally.tally([part], 1.0)
    assert (found.trials, found.refused, found.bias, found.coverage, found.width) == (3, 1, 1.0, 0.5, 1.0)
    assert found.rejected == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: worlds.Loss(1.0, 0.2),
        lambda: worlds.Loss(0.1, 0.2, "never"),
        lambda: worlds.GoalWorld(0.4, 0.2, 4.0),
        lambda: streams.sizes(0),
    ],
)
def test_a_world_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"share|mechanism|goals|at least one"):
        wrong()
