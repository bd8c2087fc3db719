"""Inverse-probability weighting against stacked estimating equations differentiated numerically in R."""

import numpy as np
import pytest

from stegvis.methods.analysis import weighting
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, arms, baseline, drug, table
from .references import values

R = values("missing_data.csv")
OUTCOME = table()[:, 4]
DIFFERENCED = 1e-7  # R's derivatives are central differences


def predictors():
    week1 = table()[:, 1]
    return np.column_stack([baseline(), week1, drug() * week1])


def weighted(**more):
    given = {"outcome": OUTCOME, "arms": arms(), "covariates": baseline(), "predictors": predictors(), "arm": ACTIVE}
    given |= {"reference": REFERENCE, "errors": "stacked", "truncate": None, **more}
    return weighting.weighted_ancova(**given)


@pytest.mark.parametrize(("name", "truncate"), [("plain", None), ("truncated", (0.05, 0.95))])
def test_estimate_and_error_agree_with_the_stacked_equations(name, truncate):
    one = weighted(truncate=truncate)
    assert one.estimate == pytest.approx(R[f"ipw.{name}.estimate"], rel=1e-9)
    assert one.se == pytest.approx(R[f"ipw.{name}.se"], rel=DIFFERENCED)
    assert one.numbers["largest_weight"] == pytest.approx(R[f"ipw.{name}.largest"], rel=1e-9)
    assert one.numbers["truncated"] == (14 if truncate else 0)


def test_with_known_weights_the_error_is_that_of_survey():
    assert weighted().numbers["se_known"] == pytest.approx(R["ipw.known.se"], rel=1e-9)
    assert weighted().estimate == pytest.approx(R["ipw.known.estimate"], rel=1e-9)


def test_the_small_sample_factor_is_n_over_n_minus_p():
    plain, corrected = weighted(), weighted(errors="stacked, n/(n − p)")
    assert corrected.se == pytest.approx(plain.se * np.sqrt(129 / 126), rel=1e-12)
    assert corrected.df == 126
    assert corrected.n == {"DRUG": 64, "PLACEBO": 65}


@pytest.mark.parametrize("truncate", [None, (0.05, 0.95)])
def test_the_jackknife_is_the_analysis_without_each_person_in_turn(truncate):
    kept = [np.arange(172) != person for person in range(172)]
    left = [
        weighted(
            outcome=OUTCOME[some], arms=[a for a, one in zip(arms(), some, strict=True) if one],
            covariates=baseline()[some], predictors=predictors()[some], truncate=truncate,
        ).estimate
        for some in kept
    ]  # fmt: skip
    expected = np.sqrt(171 / 172 * np.sum((left - np.mean(left)) ** 2))
    one = weighted(truncate=truncate, errors="jackknife")
    assert one.se == pytest.approx(expected, rel=1e-7)
    assert one.method.endswith("jackknife over people, weights fitted anew")


def test_stabilising_by_arm_leaves_a_model_with_only_arms_as_it_was():
    """The weights of an arm are constant then, so without covariates the estimate is the difference of means."""
    one = weighted(predictors=np.empty((172, 0)), covariates=np.empty((172, 0)))
    seen = np.isfinite(OUTCOME)
    expected = OUTCOME[seen & (drug() > 0)].mean() - OUTCOME[seen & (drug() == 0)].mean()
    assert one.estimate == pytest.approx(expected, rel=1e-10)


def test_unstabilised_weights_restore_everyones_predictors():
    """The score equations of the logistic model: Σ R z/π̂ weighs the observed up to all, in the mean."""
    made = weighting.observation_weights(np.isfinite(OUTCOME), drug(), predictors(), stabilised=False, truncate=None)
    assert made.weight.sum() == pytest.approx(172, rel=0.01)
    assert made.weight @ baseline() / made.weight.sum() == pytest.approx(baseline().mean(), rel=0.01)


def test_a_loss_that_the_outcomes_baseline_explains_is_repaired():
    draw = np.random.default_rng(4)
    n = 4000
    arm = np.repeat([1.0, 0.0], n // 2)
    hidden = draw.normal(size=n)
    y = hidden * (1 + 2 * arm) + arm + draw.normal(size=n)
    seen = draw.random(n) < 1 / (1 + np.exp(-0.5 - hidden))
    codes = ["t" if one else "c" for one in arm]
    one = weighting.weighted_ancova(
        np.where(seen, y, np.nan), codes, np.empty((n, 0)), hidden[:, None], arm="t", reference="c", truncate=None
    )
    naive = y[seen & (arm > 0)].mean() - y[seen & (arm == 0)].mean()
    assert abs(one.estimate - 1) < 3 * one.se < abs(naive - 1)


def test_scale_order_and_coding_change_nothing_else():
    turned = np.random.default_rng(6).permutation(172)
    one = weighted()
    other = weighted(
        outcome=-2 * OUTCOME[turned], arms=[arms()[i] for i in turned], covariates=7 + 3 * baseline()[turned],
        predictors=predictors()[turned] / 5,
    )  # fmt: skip
    assert (other.estimate, other.se) == pytest.approx((-2 * one.estimate, 2 * one.se), rel=1e-8)


def test_the_method_is_named_with_its_conventions():
    assert weighted(truncate=(0.01, 0.99), errors="stacked, n/(n − p)").method == (
        "inverse-probability weighted analysis of covariance, stabilised weights truncated at quantiles 0.01 and 0.99, "
        "stacked sandwich, n/(n − p)"
    )


def test_an_error_that_does_not_exist_is_a_programming_error():
    with pytest.raises(ValueError, match="known: stacked"):
        weighted(errors="HC9")


@pytest.mark.parametrize(
    ("change_to", "code"),
    [
        ({"outcome": np.zeros(172)}, "nothing_missing"),
        ({"outcome": np.where(drug() > 0, np.nan, OUTCOME)}, "empty"),
        ({"outcome": np.where(baseline() > 18, np.nan, 1.0)}, "separated"),
        ({"predictors": np.column_stack([drug(), baseline()])}, "singular"),
        ({"predictors": table()[:, 2:3]}, "predictor_gap"),
        ({"covariates": np.ones(172)}, "singular"),
    ],
)
def test_what_cannot_be_weighted_is_refused(change_to, code):
    with pytest.raises(NotEstimable) as refusal:
        weighted(**change_to)
    assert refusal.value.code == code
