"""MMRM against R and SAS, its exact identities, and what must not change the answer."""

import numpy as np
import pytest
from scipy import stats

from stegvis.methods.analysis import mmrm, regression, visit_model

from .longitudinal_data import R, close, depression, growth, lungs, measured
from .references import data

SAS = {  # by SAS's name: our structure, and the relative tolerance that SAS's early stop leaves (error and df)
    "un": ("unstructured", 5e-4),
    "ar1": ("autoregressive", 2e-6),
    "ar1h": ("heterogeneous_autoregressive", 2e-4),
    "cs": ("compound_symmetry", 2e-6),
    "csh": ("heterogeneous_compound_symmetry", 5e-4),
    "toep": ("toeplitz", 2e-4),
    "toeph": ("heterogeneous_toeplitz", 1e-5),
}
METHODS = {"kr": "kenward_roger", "krl": "kenward_roger_linear"}
PRINTED = sorted({tuple(name.split(".")[2:4]) for name in R if name.startswith("fev.sas") and name.endswith(".se")})


@pytest.mark.parametrize(("kind", "method"), PRINTED)
def test_kenward_roger_agrees_with_sas_in_both_forms_and_every_structure(kind, method):
    """SAS stops at g'Hg/f < 10⁻⁸, so its own digits end there; the linear form of unstructured is checked below."""
    structure, tolerance = SAS[kind]
    found = mmrm.fit(*lungs(), covariance=structure).estimate([0, 1], n={}, method=METHODS[method])
    close(found.estimate, f"fev.sas.{kind}.{method}.estimate", 5e-5)
    close(found.se, f"fev.sas.{kind}.{method}.se", tolerance)
    close(found.df, f"fev.sas.{kind}.{method}.df", tolerance)


def test_the_likelihood_is_not_under_the_one_that_sas_reached_with_the_same_constants():
    un, ar1 = (mmrm.fit(*lungs(), covariance=one).deviance for one in ("unstructured", "autoregressive"))
    assert 0 < R["fev.sas.un.deviance"] - un < 2e-5
    assert 0 < R["fev.sas.ar1.deviance"] - ar1 < 1e-5


CONTRASTS = {"m2": ("BtheB", "2m"), "m8": ("BtheB", "8m")}


@pytest.mark.parametrize("name", CONTRASTS)
def test_unstructured_fits_agree_with_the_restricted_likelihood_written_out_in_r(name):
    y, model = depression()
    arm, month = CONTRASTS[name]
    fit, row = mmrm.fit(y, model.design), model.contrast(arm, "TAU", month)
    plain, adjusted = (fit.estimate(row, n={}, method=m) for m in ("satterthwaite", "kenward_roger_linear"))
    close(plain.estimate, f"btheb.un.dense.{name}.estimate")
    close(plain.se, f"btheb.un.dense.{name}.se")
    close(plain.df, f"btheb.un.dense.{name}.df", 1e-5)
    close(adjusted.se, f"btheb.un.dense.{name}.kr_se")
    assert adjusted.df == pytest.approx(plain.df, rel=1e-12)


def test_the_likelihood_and_the_covariance_matrix_agree_with_r():
    y, model = depression()
    fit = mmrm.fit(y, model.design)
    close(fit.deviance, "btheb.un.dense.deviance", 1e-10)
    close(fit.deviance, "btheb.gls.deviance", 1e-9)
    for place, value in enumerate(fit.theta.values(), start=1):
        close(value, f"btheb.un.dense.theta{place}")


def test_sas_digits_of_the_unstructured_fit_are_confirmed_beyond_its_early_stop():
    fit = mmrm.fit(*lungs())
    adjusted = fit.estimate([0, 1], n={})
    close(adjusted.estimate, "fev.un.dense.arm.estimate")
    close(adjusted.se, "fev.un.dense.arm.kr_se")
    close(adjusted.df, "fev.un.dense.arm.df", 1e-5)


def test_least_squares_means_and_joint_tests_agree_with_r():
    y, model = depression()
    fit = mmrm.fit(y, model.design)
    mean = fit.estimate(model.mean("BtheB", "8m"), n={}, method="satterthwaite")
    close(mean.estimate, "btheb.un.dense.mean8.estimate")
    close(mean.se, "btheb.un.dense.mean8.se")
    rows = [model.contrast("BtheB", "TAU", month) for month in model.occasions]
    kr, fc = fit.joint(rows), fit.joint(rows, method="satterthwaite")
    close(kr.f[0], "btheb.un.dense.all.kr_f", 1e-5)
    close(kr.df2[0], "btheb.un.dense.all.kr_df", 1e-5)
    close(fc.f[0], "btheb.un.dense.all.fc_f", 1e-5)
    close(fc.df2[0], "btheb.un.dense.all.fc_df", 1e-5)


GLS = {"cs": "compound_symmetry", "ar1": "autoregressive", "csh": "heterogeneous_compound_symmetry",
       "ar1h": "heterogeneous_autoregressive", "un": "unstructured"}  # fmt: skip


@pytest.mark.parametrize("kind", GLS)
def test_the_growth_data_agree_with_gls(kind):
    y, model = growth()
    fit = mmrm.fit(y, model.design, covariance=GLS[kind])
    found = fit.estimate(model.contrast("Female", "Male", "14"), n={}, method="large_sample")
    close(fit.deviance, f"orthodont.gls.{kind}.deviance", 1e-9)
    close(found.estimate, f"orthodont.gls.{kind}.estimate", 1e-8)
    close(found.se, f"orthodont.gls.{kind}.se", 1e-5)  # nlme's optimum in heterogeneous variances: 5 digits


def test_compound_symmetry_agrees_with_lmertest_and_pbkrtest():
    y, model = growth()
    fit, row = mmrm.fit(y, model.design, covariance="compound_symmetry"), model.contrast("Female", "Male", "14")
    plain = fit.estimate(row, n={}, method="satterthwaite")
    close(plain.se, "orthodont.cs.lmertest.se")
    close(plain.df, "orthodont.cs.lmertest.df", 1e-5)
    adjusted = fit.estimate(row, n={}, information="expected")
    close(adjusted.se, "orthodont.cs.pbkrtest.se")
    close(adjusted.df, "orthodont.cs.pbkrtest.df")
    rows = [model.contrast("Female", "Male", age) for age in model.occasions]
    joint, several = fit.joint(rows, information="expected"), fit.joint(rows, method="satterthwaite")
    close(joint.f[0], "orthodont.cs.pbkrtest.f")
    close(joint.df2[0], "orthodont.cs.pbkrtest.f_df")
    close(several.f[0], "orthodont.cs.lmertest.f")
    close(several.df2[0], "orthodont.cs.lmertest.f_df", 1e-5)


def test_toeplitz_and_a_matrix_for_each_group_agree_with_r():
    y, model = growth()
    row = model.contrast("Female", "Male", "14")
    girls = [int(one["sex"] == "Female") for one in data("orthodont.csv")]
    for name, keys in {"toep": {"covariance": "toeplitz"},
                       "cs_by_sex": {"covariance": "compound_symmetry", "groups": girls}}.items():  # fmt: skip
        found = mmrm.fit(y, model.design, **keys).estimate(row, n={})
        close(found.se, f"orthodont.{name}.dense.d14.kr_se")
        close(found.df, f"orthodont.{name}.dense.d14.df", 1e-5)


@pytest.mark.parametrize("method", ["satterthwaite", "kenward_roger", "kenward_roger_linear"])
@pytest.mark.parametrize("information", ["observed", "expected"])
def test_two_complete_occasions_are_the_paired_t_test_exactly(method, information):
    y = measured("sleep.csv", ("drug1", "drug2"))
    design = np.broadcast_to(np.eye(2), (len(y), 2, 2))
    found = mmrm.fit(y, design).estimate([-1, 1], n={}, method=method, information=information)
    for ours, theirs in ((found.estimate, "estimate"), (found.se, "se"), (found.df, "df")):
        close(ours, f"sleep.{theirs}", 1e-9)


def test_complete_data_with_everything_by_occasion_are_the_analysis_of_covariance_exactly():
    y, model = growth()
    arms = [row["sex"] for row in data("orthodont.csv")]
    later = visit_model.visit_means(arms, model.occasions[1:], y[:, :1], reference="Male")
    found = mmrm.fit(y[:, 1:], later.design).estimate(later.contrast("Female", "Male", "14"), n={})
    ancova = regression.ancova(
        y[:, 3], y[:, 0], arms, ["all"] * len(arms), arm="Female", reference="Male", errors="classical"
    )
    assert (found.estimate, found.se, found.df) == pytest.approx((ancova.estimate, ancova.se, ancova.df), rel=1e-9)


def test_kenward_rogers_f_of_complete_data_is_hotellings():
    y, model = growth()
    found = mmrm.fit(y, model.design).joint([model.contrast("Female", "Male", age) for age in model.occasions])
    girls = np.array([row["sex"] == "Female" for row in data("orthodont.csv")])
    gap = y[girls].mean(axis=0) - y[~girls].mean(axis=0)
    pooled = (np.cov(y[girls].T) * 10 + np.cov(y[~girls].T) * 15) / 25
    t2 = gap @ np.linalg.solve(pooled * (1 / 11 + 1 / 16), gap)
    assert found.f[0] == pytest.approx(t2 * (25 - 3) / (25 * 4), rel=1e-9)
    assert found.df2[0] == pytest.approx(22, rel=1e-9)
    assert found.p[0] == pytest.approx(stats.f.sf(found.f[0], 4, 22), rel=1e-10)


@pytest.mark.parametrize("structure", ["unstructured", "heterogeneous_autoregressive", "toeplitz"])
def test_units_origin_and_the_order_of_people_change_nothing_but_the_unit(structure):
    y, model = depression()
    row, order = model.contrast("BtheB", "TAU", "8m"), np.random.default_rng(4).permutation(len(y))
    plain = mmrm.fit(y, model.design, covariance=structure).estimate(row, n={})
    turned = mmrm.fit(3 + 1000 * y[order], model.design[order], covariance=structure).estimate(row, n={})
    assert turned.estimate == pytest.approx(1000 * plain.estimate, rel=1e-9)
    assert (turned.se, turned.df) == pytest.approx((1000 * plain.se, plain.df), rel=1e-9)


def test_the_unstructured_model_does_not_mind_how_the_occasions_are_ordered():
    y, model = depression()
    turn = [2, 0, 3, 1]
    plain = mmrm.fit(y, model.design).estimate(model.contrast("BtheB", "TAU", "8m"), n={})
    turned = mmrm.fit(y[:, turn], model.design[:, turn]).estimate(model.contrast("BtheB", "TAU", "8m"), n={})
    assert (turned.estimate, turned.se, turned.df) == pytest.approx((plain.estimate, plain.se, plain.df), rel=1e-9)


def test_swapping_the_arms_turns_the_sign_only():
    y, model = depression()
    fit = mmrm.fit(y, model.design)
    one, other = (
        fit.estimate(model.contrast(*pair, "8m"), n={"people": fit.people})
        for pair in (("BtheB", "TAU"), ("TAU", "BtheB"))
    )
    assert (one.estimate, one.low, one.p) == pytest.approx((-other.estimate, -other.high, other.p), rel=1e-12)


def test_an_estimate_says_its_conventions_and_what_it_is_made_of():
    y, model = depression()
    fit = mmrm.fit(y, model.design)
    found = fit.estimate(model.contrast("BtheB", "TAU", "8m"), n={"BtheB": 1, "TAU": 1})
    assert found.method == (
        "MMRM, REML, unstructured covariance; Kenward–Roger errors and df in the linear (SAS) form; observed information"
    )
    assert found.numbers["observations"] == np.isfinite(y).sum()
    assert found.numbers["covariance_4_4"] == fit.sigma[0, 3, 3]
    assert (fit.aic, fit.bic) == (fit.deviance + 20, fit.deviance + 10 * np.log(fit.people))


def test_many_data_sets_at_once_give_what_each_gives_alone():
    y, model = depression()
    row, chance = model.contrast("BtheB", "TAU", "8m"), np.random.default_rng(9)
    several = np.stack([y, *(y + chance.normal(size=(20, *y.shape)))])
    several[1:][chance.random((20, *y.shape)) < 0.1] = np.nan
    together = mmrm.fit_many(several, model.design).contrasts(row)
    alone = [mmrm.fit(one, model.design).estimate(row, n={}) for one in several]
    assert together.estimate[:, 0] == pytest.approx([one.estimate for one in alone], rel=1e-8)
    assert together.se[:, 0] == pytest.approx([one.se for one in alone], rel=1e-8)
    assert together.df[:, 0] == pytest.approx([one.df for one in alone], rel=1e-8)


def test_designs_may_differ_by_data_set():
    y, model = depression()
    row = model.contrast("BtheB", "TAU", "8m")
    other = model.design.copy()
    other[:, :, -1] = np.arange(len(y))[:, None] % 3
    both = mmrm.fit_many(np.stack([y, y]), np.stack([model.design, other])).contrasts(row)
    alone = [mmrm.fit(y, x).estimate(row, n={}) for x in (model.design, other)]
    assert both.se[:, 0] == pytest.approx([one.se for one in alone], rel=1e-8)


def test_the_same_batch_gives_the_same_bits():
    y, model = depression()
    several = np.stack([y, y[:, ::-1]])
    first, again = (mmrm.fit_many(several, model.design).contrasts(np.eye(model.design.shape[2])) for _ in range(2))
    assert np.array_equal(first.se, again.se)
    assert np.array_equal(first.df, again.df)
