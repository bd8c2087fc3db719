"""Reference-based imputation against rbmi's printed numbers, and against nlme with our own conditional means in R."""

import numpy as np
import pytest

from stegvis.methods.analysis import mmrm, multivariate_normal, reference_based, reference_based_effects
from stegvis.methods.analysis.reference_based import STRATEGIES
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, arms, baseline, change, drug
from .references import values

R = values("reference_based.csv")
GLS = 1e-5  # nlme::gls stops about 1e-6 from the maximum; ours is converged to 1e-9
PRINTED = 5.01e-4  # rbmi prints three decimals


def made(strategy="JR", **more):
    return reference_based.visits(change(), arms(), baseline(), reference=REFERENCE, strategy=strategy, **more)


@pytest.fixture(scope="module")
def refits():
    return reference_based_effects.jackknife(made())


def effect(refits, visit=-1, **more):
    return reference_based_effects.conditional_mean_effect(refits, arm=ACTIVE, visit=visit, **more)


# rbmi 1.3 and later, "Inference with conditional mean imputation", jackknife; there placebo − drug, here the reverse
@pytest.mark.parametrize(
    ("visit", "estimate", "se", "low", "high", "p", "anchored"),
    [
        (0, -0.092, 0.695, -1.453, 1.270, 0.895, 0.695),
        (1, 1.305, 0.878, -0.416, 3.027, 0.137, 0.944),
        (2, 1.929, 0.862, 0.239, 3.619, 0.025, 0.993),
        (3, 2.126, 0.858, 0.444, 3.807, 0.013, 1.123),
    ],
)
def test_jump_to_reference_agrees_with_what_rbmi_prints(refits, visit, estimate, se, low, high, p, anchored):
    one = effect(refits, visit)
    assert (-one.estimate, one.se, one.p) == pytest.approx((estimate, se, p), abs=PRINTED)
    assert (-one.high, -one.low) == pytest.approx((low, high), abs=PRINTED)
    assert effect(refits, visit, anchored=True).se == pytest.approx(anchored, abs=PRINTED)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_every_strategy_agrees_with_nlme_and_conditional_means_in_r(refits, strategy):
    for visit in range(4):
        one = effect(refits, visit, strategy=strategy)
        assert one.estimate == pytest.approx(R[f"{strategy}.estimate.{visit + 1}"], rel=GLS)
        assert one.se == pytest.approx(R[f"{strategy}.se.{visit + 1}"], rel=GLS)


def test_the_anchored_error_agrees_with_nlme_and_keeps_the_estimate(refits):
    for visit in range(4):
        one = effect(refits, visit, anchored=True)
        assert one.se == pytest.approx(R[f"anchored.se.{visit + 1}"], rel=GLS)
        assert one.estimate == pytest.approx(effect(refits, visit).estimate, rel=1e-12)


@pytest.mark.parametrize("strategy", STRATEGIES)
def test_with_a_covariance_by_arm_every_strategy_agrees_with_r(strategy):
    trial = made(strategy, by_arm=True)
    model = reference_based.fit(trial, np.ones((1, 172)))
    filled = reference_based.impute(trial, model)
    for visit in range(4):
        found, _ = reference_based_effects.analysis(trial, filled[:, :, visit], np.ones((1, 172)), ACTIVE)
        assert found[0] == pytest.approx(R[f"two.{strategy}.{visit + 1}"], rel=1e-6)


def test_the_reml_fit_agrees_with_nlme():
    model = reference_based.fit(made(), np.ones((1, 172)))
    assert -model.minus_two_log_likelihood[0] / 2 == pytest.approx(R["reml.loglik"], rel=1e-9)
    for r in range(4):
        for c in range(r + 1):
            assert model.sigma[0, 0, r, c] == pytest.approx(R[f"reml.sigma.{r + 1}.{c + 1}"], rel=GLS)


@pytest.mark.parametrize("by_arm", [False, True])
def test_the_fit_is_that_of_the_mmrm_with_every_effect_at_every_visit(by_arm):
    """Two engines that share no line: this one sums by pattern for many weights, the other by data set."""
    trial = made("MAR", by_arm=by_arm)
    model = reference_based.fit(trial, np.ones((1, 172)))
    wide = np.stack([np.kron(row, np.eye(4)) for row in trial.design])
    other = mmrm.fit_many(trial.outcome[None], wide, groups=trial.codes if by_arm else None)
    assert model.sigma[0] == pytest.approx(other.sigma[0], rel=1e-7)
    assert model.beta[0].ravel() == pytest.approx(other.beta[0], rel=1e-7)


def test_a_person_left_out_by_weight_is_as_one_who_never_was():
    weights = np.ones((2, 172))
    weights[1, 7] = 0.0
    left = reference_based.fit(made(), weights)
    kept = np.arange(172) != 7
    groups = np.zeros(171, dtype=int)
    anew = multivariate_normal.reml(made().modelled[kept], made().design[kept], groups, np.ones((1, 171)))
    assert left.sigma[1] == pytest.approx(anew.sigma[0], rel=1e-7)


def test_complete_data_give_the_sample_covariance_of_the_residuals():
    whole = np.isfinite(change()).all(axis=1)
    y, x = change()[whole], np.column_stack([np.ones(whole.sum()), drug()[whole]])
    model = multivariate_normal.reml(y, x, np.zeros(len(y), dtype=int), np.ones((1, len(y))))
    residuals = y - x @ np.linalg.lstsq(x, y, rcond=None)[0]
    assert model.sigma[0, 0] == pytest.approx(residuals.T @ residuals / (len(y) - 2), rel=1e-8)


def test_under_missing_at_random_the_estimate_is_the_models_coefficient_with_three_arms_too():
    codes = ["THIRD" if place % 4 == 0 else arm for place, arm in enumerate(arms())]
    trial = reference_based.visits(change(), codes, baseline(), reference=REFERENCE)
    refits = reference_based_effects.jackknife(trial)
    for place, arm in enumerate(("DRUG", "THIRD"), start=1):
        one = reference_based_effects.conditional_mean_effect(refits, arm=arm)
        assert one.estimate == pytest.approx(refits.model.beta[0, place, -1], rel=1e-7)
    assert one.n == {"PLACEBO": 65, "DRUG": 64, "THIRD": 43}


def test_a_looser_tolerance_moves_the_error_by_less_than_it_says(refits):
    loose = reference_based_effects.jackknife(made(), tolerance=1e-4)
    for strategy in STRATEGIES:
        one, other = effect(loose, strategy=strategy), effect(refits, strategy=strategy)
        assert one.se == pytest.approx(other.se, rel=1e-4)
        assert one.estimate == pytest.approx(other.estimate, rel=1e-9)


def test_approximate_bayes_agrees_with_rbmis_bayesian_run_within_monte_carlo_error():
    """rbmi, quickstart: 2.178 (1.108) from 150 draws by Stan; both sides have Monte Carlo error, √(B/150) ≈ 0.03."""
    seed = np.random.SeedSequence(11)
    one = reference_based_effects.approximate_bayes_effect(made(), arm=ACTIVE, imputations=400, seed=seed)
    error = np.hypot(one.numbers["mc_estimate"], np.sqrt(one.numbers["between"] / 150))
    assert -one.estimate == pytest.approx(2.178, abs=3 * error)
    assert one.se == pytest.approx(1.108, abs=0.04)


def test_the_bootstrap_error_is_near_the_jackknifes(refits):
    booted = reference_based_effects.bootstrap(made(), 400, np.random.SeedSequence(12))
    one = effect(booted)
    assert one.estimate == pytest.approx(effect(refits).estimate, rel=1e-8)
    assert one.se == pytest.approx(effect(refits).se, rel=3 / np.sqrt(2 * 400))


def test_the_same_seed_gives_the_same_numbers_and_another_does_not():
    def go(entropy):
        seed = np.random.SeedSequence(entropy)
        return reference_based_effects.approximate_bayes_effect(made(), arm=ACTIVE, imputations=5, seed=seed).estimate

    assert go(1) == go(1) != go(2)


def test_scaling_and_the_order_of_rows_change_nothing_else(refits):
    turned = np.random.default_rng(3).permutation(172)
    other = reference_based.visits(
        10 * change()[turned], [arms()[i] for i in turned], 5 - baseline()[turned], reference=REFERENCE, strategy="JR"
    )
    one = effect(reference_based_effects.jackknife(other))
    assert (one.estimate / 10, one.se / 10) == pytest.approx((effect(refits).estimate, effect(refits).se), rel=1e-7)


def test_values_seen_after_an_event_leave_the_model_unless_they_are_missing_at_random():
    event = np.where(drug() > 0, 2, 4)
    assert np.isnan(made("JR", event=event).modelled[drug() > 0, 2:]).all()
    assert np.array_equal(made("MAR", event=event).modelled, change(), equal_nan=True)


def test_without_a_visit_before_the_event_the_reference_is_copied():
    own, other, sigma = np.ones((1, 1, 3)), np.zeros((1, 1, 3)), np.eye(3)[None]
    for strategy in ("JR", "CR", "CIR"):
        mean, _ = reference_based.joint(strategy, own, other, sigma, sigma, first=0)
        assert mean == pytest.approx(0.0)


def test_increments_and_last_means_follow_their_definitions():
    own, other, sigma = np.array([[[1.0, 2.0, 4.0]]]), np.array([[[0.0, 5.0, 6.5]]]), np.eye(3)[None]
    found = {s: reference_based.joint(s, own, other, sigma, sigma, first=2)[0][0, 0].tolist() for s in STRATEGIES}
    assert found == {
        "MAR": [1, 2, 4], "JR": [1, 2, 6.5], "CR": [0, 5, 6.5], "CIR": [1, 2, 3.5], "LMCF": [1, 2, 2],
    }  # fmt: skip


def test_dropout_begins_after_the_last_value():
    gaps = [[1, np.nan, 3], [1, np.nan, np.nan], [np.nan] * 3, [1, 2, 3]]
    assert reference_based.dropout(gaps).tolist() == [3, 1, 0, 3]


@pytest.mark.parametrize(
    ("change_to", "code"),
    [
        ({"arms": [REFERENCE] * 172}, "empty"),
        ({"covariates": np.where(np.arange(172) == 3, np.nan, 1.0)}, "covariate_gap"),
        ({"event": np.zeros(172, dtype=int), "strategy": "LMCF"}, "no_last_mean"),
    ],
)
def test_what_cannot_be_imputed_is_refused_before_anything_is_fitted(change_to, code):
    given = {"arms": arms(), "covariates": baseline(), "strategy": "JR", **change_to}
    with pytest.raises(NotEstimable) as refusal:
        reference_based.visits(change(), reference=REFERENCE, **given)
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (lambda y: y.__setitem__((drug() > 0, 3), np.nan), "singular"),
        (lambda y: y.__setitem__(slice(None), 4.0), "constant"),
        (
            lambda y: (y.__setitem__((slice(0, 86), 2), np.nan), y.__setitem__((slice(86, 172), 3), np.nan)),
            "never_together",
        ),
    ],
)
def test_a_model_that_the_data_cannot_tell_is_refused(spoil, code):
    y = change().copy()
    spoil(y)
    trial = reference_based.visits(y, arms(), baseline(), reference=REFERENCE, strategy="JR")
    with pytest.raises(NotEstimable) as refusal:
        reference_based.fit(trial, np.ones((1, 172)))
    assert refusal.value.code == code


def test_a_resample_without_anyone_of_an_arm_is_refused():
    weights = np.ones((2, 172))
    weights[1, (drug() > 0) & np.isfinite(change()[:, 3])] = 0.0
    with pytest.raises(NotEstimable, match="visit 4"):
        reference_based.fit(made(), weights)


def test_visits_that_are_copies_of_each_other_have_no_covariance():
    y = change().copy()
    y[:, 3] = y[:, 2]
    trial = reference_based.visits(y, arms(), baseline(), reference=REFERENCE)
    with pytest.raises(NotEstimable, match=r"cannot be estimated|could not be estimated"):
        reference_based.fit(trial, np.ones((1, 172)))


def test_a_strategy_that_changes_what_the_model_sees_asks_for_a_new_fit():
    event = np.where(drug() > 0, 2, 4)
    trial = made("JR", event=event)
    refits = reference_based_effects.Refits("jackknife", trial, np.ones((1, 172)), None)
    with pytest.raises(ValueError, match="fit it anew"):
        effect(refits, strategy="MAR")


def test_the_method_is_named_with_its_conventions(refits):
    assert effect(refits).method == (
        "jump to reference, multivariate normal by REML with one covariance, conditional mean imputation, jackknife"
    )
    assert effect(refits, anchored=True).method.endswith("jackknife, information anchored")


def test_imputing_each_bootstrap_sample_gives_the_frequentist_error(refits):
    seed = np.random.SeedSequence(15)
    one = reference_based_effects.boot_mi_effect(made(), arm=ACTIVE, bootstraps=300, seed=seed)
    assert one.se == pytest.approx(effect(refits).se, rel=3 / np.sqrt(2 * 300) + 0.02)
    assert one.estimate == pytest.approx(effect(refits).estimate, abs=4 * one.se / np.sqrt(300))
    assert one.method.endswith("REML fits; bootstrap then multiple imputation")


def test_the_likelihood_is_that_of_every_person_written_out_and_nowhere_near_is_it_greater():
    trial = made("MAR")
    model = reference_based.fit(trial, np.ones((1, 172)))
    best = written_out(trial.modelled, trial.design, model.sigma[0, 0])
    assert model.minus_two_log_likelihood[0] == pytest.approx(best, rel=1e-10)
    for row, column in ((0, 0), (1, 3), (2, 3), (3, 3)):
        for step in (-1e-3, 1e-3):
            moved = model.sigma[0, 0].copy()
            moved[row, column] = moved[column, row] = moved[row, column] + step
            assert written_out(trial.modelled, trial.design, moved) > best


def written_out(y, design, sigma):
    """−2 REML log-likelihood, person by person, with the whole design of each."""
    q, k = design.shape[1], y.shape[1]
    total, normal, right, people = 0.0, np.zeros((q * k, q * k)), np.zeros(q * k), 0
    for own, row in zip(y, design, strict=True):
        seen = np.isfinite(own)
        x, inverse = np.kron(row, np.eye(k))[seen], np.linalg.inv(sigma[np.ix_(seen, seen)])
        total += np.linalg.slogdet(sigma[np.ix_(seen, seen)])[1] + own[seen] @ inverse @ own[seen]
        normal, right = normal + x.T @ inverse @ x, right + x.T @ inverse @ own[seen]
        people += seen.sum()
    explained = right @ np.linalg.solve(normal, right)
    return total - explained + np.linalg.slogdet(normal)[1] + (people - q * k) * np.log(2 * np.pi)
