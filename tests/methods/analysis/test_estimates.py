"""The shape that every model's contrast has."""

from math import inf

import pytest
from scipy import stats

from stegvis.methods.analysis.estimates import wald
from stegvis.methods.analysis.refusals import NotEstimable


@pytest.mark.parametrize(("df", "law"), [(41.5, stats.t(41.5)), (inf, stats.norm())])
def test_an_interval_and_a_p_value_come_from_the_distribution_with_its_degrees_of_freedom(df, law):
    result = wald("a model", -3.0, 1.5, df, level=0.9, n={"a": 20, "b": 22})
    assert result.low == pytest.approx(-3.0 - law.ppf(0.95) * 1.5, rel=1e-12)
    assert result.high == pytest.approx(-3.0 + law.ppf(0.95) * 1.5, rel=1e-12)
    assert result.p == pytest.approx(2 * law.cdf(-2.0), rel=1e-12)


@pytest.mark.parametrize(("estimate", "se"), [(1.0, 0.0), (1.0, float("nan")), (float("nan"), 1.0), (1.0, inf)])
def test_an_estimate_without_a_finite_error_is_no_estimate(estimate, se):
    with pytest.raises(NotEstimable, match="cannot be computed"):
        wald("a model", estimate, se, 10, level=0.95, n={})
