"""The complier average causal effect against AER::ivreg, and the Anderson–Rubin set against an inverted t test."""

import numpy as np
import pytest

from stegvis.methods.analysis import compliance
from stegvis.methods.analysis.refusals import NotEstimable

from .references import jobs, values

R = values("goals.csv")
COVARIATES = ("depress1", "econ_hard", "sex", "age")


def effect(model: str, **options) -> compliance.ComplierEffect:
    d = jobs()
    further = np.column_stack([d[c] for c in COVARIATES]) if model == "adjusted" else None
    return compliance.complier_effect(d["depress2"], d["comply"], d["treat"], further, **options)


@pytest.mark.parametrize("errors", ["classical", "HC0", "HC1"])
@pytest.mark.parametrize("model", ["wald", "adjusted"])
def test_two_stage_least_squares_agrees_with_ivreg(model, errors):
    result = effect(model, errors=errors).estimate
    assert result.estimate == pytest.approx(R[f"cace_{model}.estimate"], rel=1e-9)
    assert result.se == pytest.approx(R[f"cace_{model}.se_{errors}"], rel=1e-9)
    assert result.df == 899 - (2 if model == "wald" else 6)
    assert result.n == {"assigned": 600, "reference": 299}


def test_without_covariates_the_effect_is_the_ratio_of_two_differences():
    d = jobs()
    invited = d["treat"] == 1
    ratio = (d["depress2"][invited].mean() - d["depress2"][~invited].mean()) / d["comply"][invited].mean()
    assert effect("wald").estimate.estimate == pytest.approx(ratio, rel=1e-12)


def test_the_complier_effect_of_vitamin_a_is_that_of_a_hand_calculation():
    """Counts of Sommer & Zeger, Stat Med 1991;10:45: of 12094 offered 9675 took it (12 died) and 2419 did not (34); of
    11588 not offered 74 died. (46/12094 − 74/11588)/(9675/12094) = −.002582/.79998."""
    z = np.repeat([1, 1, 0], [9675, 2419, 11588])
    d = np.repeat([1, 0, 0], [9675, 2419, 11588])
    y = np.concatenate([np.repeat([1, 0], [k, n - k]) for k, n in ((12, 9675), (34, 2419), (74, 11588))])
    result = compliance.complier_effect(y, d, z)
    assert result.estimate.estimate == pytest.approx((46 / 12094 - 74 / 11588) / (9675 / 12094), rel=1e-10)
    assert round(result.estimate.estimate, 5) == -0.00323
    assert result.first_stage == pytest.approx(9675 / 12094)
    assert not result.weak


@pytest.mark.parametrize("model", ["wald", "adjusted"])
def test_the_first_stage_f_agrees_with_ivregs_diagnostic(model):
    assert effect(model, errors="classical").first_stage_f == pytest.approx(R[f"cace_{model}.f_classical"], rel=1e-8)


@pytest.mark.parametrize("errors", ["classical", "HC1"])
def test_the_anderson_rubin_interval_is_where_the_t_test_would_not_reject(errors):
    found = effect("adjusted", errors=errors).anderson_rubin
    assert found.shape == "interval"
    assert found.low == pytest.approx(R[f"ar_{errors}.low"], rel=1e-8)
    assert found.high == pytest.approx(R[f"ar_{errors}.high"], rel=1e-8)


def weak(slope: float, effect: float) -> compliance.AndersonRubin:
    rng = np.random.default_rng(8)
    z = np.repeat([0, 1], 40)
    d = slope * z + rng.normal(size=80)
    return compliance.anderson_rubin(effect * z + rng.normal(size=80) * 0.3, d, z, errors="classical")


def test_a_weak_instrument_gives_two_rays_or_every_effect():
    rays, line = weak(0.05, 1.0), weak(0.05, 0.0)
    assert (rays.shape, line.shape) == ("two_rays", "line")
    assert rays.low < rays.high
    assert rays.p < 0.05 < line.p


def test_a_set_contains_no_effect_exactly_when_the_offer_has_no_significant_effect():
    for slope, size in [(1.0, 0.5), (1.0, 0.02), (0.05, 1.0), (0.05, 0.0), (0.4, 0.1)]:
        found = weak(slope, size)
        holds = {
            "interval": found.low <= 0 <= found.high,
            "two_rays": found.low >= 0 or found.high <= 0,
            "line": True,
        }[found.shape]
        assert holds == (found.p >= 0.05)


def test_a_dose_and_a_threshold_take_different_things_for_granted():
    d = jobs()
    dose = compliance.complier_effect(d["depress2"], d["comply"] * 0.5, d["treat"])
    assert dose.estimate.estimate == pytest.approx(2 * effect("wald").estimate.estimate)
    assert "linear_in_dose" in dose.assumptions
    assert "nothing_under_the_threshold" in effect("wald").assumptions
    assert set(dose.assumptions) | set(effect("wald").assumptions) == set(compliance.ASSUMPTIONS)


def test_completed_data_sets_are_estimated_together():
    d = jobs()
    both = np.array([d["depress2"], d["depress1"]])
    estimates, squares, df = compliance.complier_many(both, d["comply"], d["treat"], errors="HC1")
    alone = compliance.complier_effect(d["depress1"], d["comply"], d["treat"]).estimate
    assert (estimates[1], np.sqrt(squares[1]), df) == (pytest.approx(alone.estimate), pytest.approx(alone.se), 897)


@pytest.mark.parametrize(
    ("outcome", "received", "assigned", "covariate", "code"),
    [
        ([1, 2, 3, 4], [0, 1, 0, 1], [1, 1, 1, 1], None, "empty"),
        ([1, 2, 3, 4, 5], [1, 0, 1, 0, 0.5], [1, 1, 0, 0, 0], None, "no_first_stage"),
        ([1, 2, 3, 4, 5], [1, 0, 0, 0, 0], [1, 1, 0, 0, 0], [2, 2, 1, 1, 1], "singular"),
        ([1, 2], [1, 0], [1, 0], None, "too_few"),
    ],
)
def test_what_cannot_be_told_of_compliers_is_refused(outcome, received, assigned, covariate, code):
    with pytest.raises(NotEstimable) as refused:
        compliance.complier_effect(outcome, received, assigned, covariate)
    assert refused.value.code == code
