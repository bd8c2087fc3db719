"""The constrained longitudinal model: a common baseline, and contrasts after it."""

import numpy as np
import pytest

from stegvis.methods.analysis import mmrm, visit_model

from .longitudinal_data import close, measured
from .references import data

OCCASIONS = ("pre", "2m", "3m", "5m", "8m")


def constrained(**keys):
    rows = data("btheb.csv")
    drug = [[float(row["drug"] == "Yes")] for row in rows]
    arms = [row["treatment"] for row in rows]
    model = visit_model.constrained_means(arms, OCCASIONS, drug, reference="TAU", by_occasion=False, **keys)
    return measured("btheb.csv", tuple(f"bdi_{one}" for one in OCCASIONS)), model


@pytest.mark.parametrize(("name", "month"), [("m2", "2m"), ("m8", "8m")])
def test_the_constrained_model_agrees_with_the_restricted_likelihood_written_out_in_r(name, month):
    y, model = constrained()
    fit, row = mmrm.fit(y, model.design), model.contrast("BtheB", "TAU", month)
    plain = fit.estimate(row, n={}, method="satterthwaite", title="Constrained longitudinal model")
    adjusted = fit.estimate(row, n={})
    close(fit.deviance, "btheb.clda.dense.deviance", 1e-10)
    close(plain.estimate, f"btheb.clda.dense.{name}.estimate")
    close(plain.se, f"btheb.clda.dense.{name}.se")
    close(plain.df, f"btheb.clda.dense.{name}.df", 1e-5)
    close(adjusted.se, f"btheb.clda.dense.{name}.kr_se")
    assert plain.method.startswith("Constrained longitudinal model, REML")


def test_the_baseline_has_one_mean_for_all_arms_and_no_contrast():
    _, model = constrained()
    assert np.array_equal(model.mean("BtheB", "pre"), model.mean("TAU", "pre"))
    assert not np.array_equal(model.mean("BtheB", "2m"), model.mean("TAU", "2m"))
    with pytest.raises(ValueError, match="common baseline"):
        model.contrast("BtheB", "TAU", "pre")


def test_with_complete_data_of_two_occasions_the_estimate_is_nearly_that_of_the_analysis_of_covariance():
    """Liang & Zeger 2000: the same estimate asymptotically; here within a hundredth of a standard error."""
    y, model = measured("orthodont.csv", ("d8", "d14")), None
    arms = [row["sex"] for row in data("orthodont.csv")]
    none = np.empty((len(y), 0))
    model = visit_model.constrained_means(arms, ("8", "14"), none, reference="Male")
    later = visit_model.visit_means(arms, ("14",), y[:, :1], reference="Male")
    constrained_one = mmrm.fit(y, model.design).estimate(model.contrast("Female", "Male", "14"), n={})
    ancova = mmrm.fit(y[:, 1:], later.design).estimate(later.contrast("Female", "Male", "14"), n={})
    assert constrained_one.estimate == pytest.approx(ancova.estimate, abs=0.01 * ancova.se)


def test_people_with_a_baseline_only_stay_in_and_a_mean_over_occasions_is_the_mean_of_its_contrasts():
    y, model = constrained()
    fit = mmrm.fit(y, model.design)
    assert fit.people == len(y)
    both = model.mean_contrast("BtheB", "TAU", ("5m", "8m"))
    apart = [fit.estimate(model.contrast("BtheB", "TAU", month), n={}).estimate for month in ("5m", "8m")]
    assert fit.estimate(both, n={}).estimate == pytest.approx(np.mean(apart), rel=1e-12)


def test_one_occasion_is_no_constrained_model():
    with pytest.raises(ValueError, match="at least one later occasion"):
        visit_model.constrained_means(["a", "b"], ("pre",), np.empty((2, 0)), reference="a")
