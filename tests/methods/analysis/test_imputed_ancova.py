"""The analysis of imputed data sets against the analysis of each by itself."""

import numpy as np
import pytest

from stegvis.methods.analysis import imputation, imputed_ancova, pooling, regression
from stegvis.methods.analysis.imputation import Column
from stegvis.methods.analysis.refusals import NotEstimable

from .antidepressant import ACTIVE, REFERENCE, ancova, arms, table


@pytest.fixture(scope="module")
def made():
    holes = table().copy()
    holes[::17, 0] = np.nan
    columns = [Column(name) for name in ("start", "w1", "w2", "w4", "w6")]
    return imputation.impute(holes, columns, imputations=8, seed=np.random.SeedSequence(1), arms=arms())


def pooled(outcome, covariates, **more):
    return imputed_ancova.pooled_ancova(outcome, arms(), covariates, arm=ACTIVE, reference=REFERENCE, **more)


@pytest.mark.parametrize("errors", ["classical", "HC2", "HC3"])
def test_it_pools_the_analysis_of_every_imputed_data_set(made, errors):
    y, start = made.column("w6"), made.column("start")
    each = [
        regression.ancova(y[k], start[k], arms(), [""] * 172, arm=ACTIVE, reference=REFERENCE, errors=errors)
        for k in range(8)
    ]
    expected = pooling.rubin([one.estimate for one in each], [one.se**2 for one in each], 169)
    found = pooled(y, start[:, :, None], errors=errors)
    assert (found.estimate, found.se) == pytest.approx((float(expected.estimate), float(expected.se)), rel=1e-10)
    assert found.df == pytest.approx(float(expected.df), rel=1e-10)


def test_covariates_without_gaps_need_no_axis_of_their_own(made):
    y, start = made.column("w6"), made.column("start")[0]
    one, other = pooled(y, start), pooled(y, np.broadcast_to(start[:, None], (8, 172, 1)))
    assert (one.estimate, one.se) == pytest.approx((other.estimate, other.se), rel=1e-12)


def test_the_regression_written_out_in_these_tests_is_the_same(made):
    y = made.column("w6")
    effects, variances = ancova(y)
    x = np.column_stack([np.ones(172), [one == ACTIVE for one in arms()], table()[:, 0]])
    ours = imputed_ancova.effects_of(y, x, 1, "classical")
    assert ours[0] == pytest.approx(effects, rel=1e-10)
    assert ours[1] == pytest.approx(variances, rel=1e-10)


def test_the_method_is_named_with_its_conventions(made):
    assert pooled(made.column("w6"), made.column("w1")[0]).method == (
        "multiple imputation, analysis of covariance, classical errors; Rubin's rules, Barnard–Rubin degrees of freedom"
    )


def test_a_singular_design_and_an_empty_arm_are_refused(made):
    y = made.column("w6")
    with pytest.raises(NotEstimable, match="cannot be told apart"):
        pooled(y, np.ones(172))
    with pytest.raises(NotEstimable, match="no one"):
        imputed_ancova.pooled_ancova(y, arms(), table()[:, 1], arm="OTHER", reference=REFERENCE)


def test_the_same_outcome_in_every_imputation_has_the_error_of_complete_data():
    y = np.tile(table()[:, 1], (4, 1))
    alone = regression.ancova(
        y[0], table()[:, 0], arms(), [""] * 172, arm=ACTIVE, reference=REFERENCE, errors="classical"
    )
    assert pooled(y, table()[:, 0]).se == pytest.approx(alone.se, rel=1e-12)
