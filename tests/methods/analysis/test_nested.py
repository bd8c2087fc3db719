"""The partially nested model: clusters in one arm only."""

import numpy as np
import pytest

from stegvis.methods.analysis import nested, reml, restricted
from stegvis.methods.analysis.refusals import NotEstimable

from .longitudinal_data import close, schools

Y = np.random.default_rng(8).normal(size=60)
CLUSTERS = [""] * 30 + [f"t{k % 6}" for k in range(30)]
X = np.column_stack([np.ones(60), [float(bool(one)) for one in CLUSTERS]])
ALIKE = Y + np.array([0.0 if not one else float(one[1]) / 2 for one in CLUSTERS])
APART = np.where(X[:, 1] == 1, np.repeat(np.tile([1.0, -1.0], 5), 6) + Y / 100, Y)
"""The inside of every cluster varies and the clusters' means hardly do."""


def compared(y=ALIKE, x=X, clusters=CLUSTERS, row=(0, 1), **keys):
    return nested.partially_nested(y, x, clusters, row, n={}, **keys)


def test_the_model_with_a_residual_variance_for_each_arm_agrees_with_r():
    plain = compared(*schools(), (0, 1, 0), method="satterthwaite")
    adjusted = compared(*schools(), (0, 1, 0))
    close(plain.estimate, "schools.dense.arm.estimate")
    close(plain.se, "schools.dense.arm.se")
    close(plain.df, "schools.dense.arm.df", 1e-5)
    close(adjusted.se, "schools.dense.arm.kr_se")
    close(plain.numbers["minus_two_log_likelihood"], "schools.dense.deviance", 1e-10)
    names = ("residual_variance_outside", "residual_variance_inside", "cluster_variance")
    for place, name in enumerate(names, start=1):
        close(plain.numbers[name], f"schools.dense.theta{place}")


def test_nlme_reaches_the_same_likelihood_and_estimate():
    found = compared(*schools(), (0, 1, 0), method="large_sample")
    close(found.numbers["minus_two_log_likelihood"], "schools.lme.deviance", 1e-9)
    close(found.estimate, "schools.lme.estimate", 1e-5)
    close(found.se, "schools.lme.se", 1e-5)


def test_the_model_with_one_residual_variance_agrees_with_lmertest_and_pbkrtest():
    plain = compared(*schools(), (0, 1, 0), equal_residuals=True, method="satterthwaite")
    close(plain.estimate, "schools.equal.lmertest.estimate")
    close(plain.se, "schools.equal.lmertest.se")
    close(plain.df, "schools.equal.lmertest.df", 1e-5)
    close(plain.numbers["cluster_variance"], "schools.equal.lmer.cluster", 1e-5)
    close(plain.numbers["minus_two_log_likelihood"], "schools.equal.lmer.deviance", 1e-10)
    adjusted = compared(*schools(), (0, 1, 0), equal_residuals=True, information="expected")
    close(adjusted.se, "schools.equal.pbkrtest.se")
    close(adjusted.df, "schools.equal.pbkrtest.df", 1e-5)


def test_clusters_of_one_size_against_single_people_are_welchs_test_on_the_clusters_means():
    """With a variance for each arm and clusters of 5, the means of clusters are the units of one arm."""
    means = [ALIKE[[one == f"t{k}" for one in CLUSTERS]].mean() for k in range(6)]
    v1, v0 = np.var(means, ddof=1) / 6, np.var(ALIKE[:30], ddof=1) / 30
    found = compared(method="satterthwaite")
    assert found.se == pytest.approx(np.sqrt(v1 + v0), rel=1e-9)
    assert found.df == pytest.approx((v1 + v0) ** 2 / (v1**2 / 5 + v0**2 / 29), rel=1e-8)


def test_a_cluster_variance_of_zero_is_reported_with_its_correlation_and_design_effect():
    found = compared(APART)
    assert (found.numbers["at_zero"], found.numbers["cluster_variance"]) == (1, 0)
    assert (found.numbers["icc"], found.numbers["design_effect"]) == (0, 1)
    inside, outside = APART[30:], APART[:30]
    v = np.var(inside, ddof=1) / 30 + np.var(outside, ddof=1) / 30
    assert compared(APART, method="satterthwaite").se == pytest.approx(np.sqrt(v), rel=1e-9)


def test_a_cluster_variance_may_be_let_below_zero():
    found = compared(APART, negative=True)
    assert found.numbers["cluster_variance"] < 0
    assert found.numbers["design_effect"] < 1
    assert found.se < compared(APART).se


def test_correlation_and_design_effect_follow_from_the_variances():
    numbers = compared().numbers
    icc = numbers["cluster_variance"] / (numbers["cluster_variance"] + numbers["residual_variance_inside"])
    assert numbers["icc"] == pytest.approx(icc)
    assert numbers["design_effect"] == pytest.approx(1 + 4 * icc)
    assert numbers["clusters"] == 6


def test_unit_order_and_the_names_of_clusters_change_nothing_but_the_unit():
    order = np.random.default_rng(1).permutation(60)
    renamed = [CLUSTERS[i].replace("t", "zz") for i in order]
    plain, turned = compared(), compared(5 - 100 * ALIKE[order], X[order], renamed)
    assert (turned.estimate, turned.se, turned.df) == pytest.approx((-100 * plain.estimate, 100 * plain.se, plain.df))


def test_many_data_sets_with_people_missing_give_what_each_gives_alone():
    several = np.stack([ALIKE, ALIKE, APART])
    several[1, [3, 31, 37, 38]] = np.nan
    found = nested.fit_many(several, X, CLUSTERS).contrasts([0, 1])
    alone = [compared(one) for one in several]
    assert found.se[:, 0] == pytest.approx([one.se for one in alone], rel=1e-8)
    assert found.df[:, 0] == pytest.approx([one.df for one in alone], rel=1e-8)
    seen = np.isfinite(several[1])
    left = [one for one, keep in zip(CLUSTERS, seen, strict=True) if keep]
    assert compared(several[1][seen], X[seen], left).se == pytest.approx(alone[1].se, rel=1e-12)


@pytest.mark.parametrize(
    ("y", "x", "clusters", "code"),
    [
        (Y, X, ["one" if one else "" for one in CLUSTERS], "few_clusters"),
        (Y, X, [f"alone {i}" if one else "" for i, one in enumerate(CLUSTERS)], "few_clusters"),
        (Y, X, [one or "t0" for one in CLUSTERS], "all_nested"),
        (np.ones(60), X, CLUSTERS, "constant"),
        (Y, np.column_stack([X, X[:, 1]]), CLUSTERS, "singular"),
    ],
)
def test_what_is_no_partially_nested_comparison_says_why(y, x, clusters, code):
    row = np.eye(x.shape[1])[1]
    with pytest.raises(NotEstimable) as refused:
        compared(y, x, clusters, row)
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_matrices_without_a_root_are_told_and_the_others_keep_theirs():
    rng = np.random.default_rng(12)
    tall = rng.normal(size=(20, 6, 3))
    matrices = tall.swapaxes(1, 2) @ tall
    spoiled = matrices.copy()
    spoiled[3] = -np.eye(3)
    spoiled[7, 0, 0] = np.nan
    spoiled[11] = np.ones((3, 3))
    roots, good = restricted.cholesky(spoiled)
    assert np.flatnonzero(~good).tolist() == [3, 7, 11]
    assert np.array_equal(roots[good], np.linalg.cholesky(matrices)[good])
    assert np.array_equal(roots[~good], np.broadcast_to(np.eye(3), (3, 3, 3)))


def test_how_many_halvings_are_tried_side_by_side_changes_no_estimate(monkeypatch):
    rng = np.random.default_rng(13)
    treated = np.arange(40) < 20
    clusters = [f"T{place % 4}" if one else "" for place, one in enumerate(treated)]
    y = rng.normal(size=(30, 40))
    design = np.column_stack([np.ones(40), treated])
    together = nested.fit_many(y, design, clusters)
    monkeypatch.setattr(reml, "TOGETHER", 1)
    alone = nested.fit_many(y, design, clusters)
    assert np.array_equal(together.state, alone.state)
    assert np.array_equal(together.at_zero, alone.at_zero)
    usable = together.state == reml.FINE
    assert usable.sum() > 20
    assert together.deviance[usable] == pytest.approx(alone.deviance[usable], rel=1e-9)
    assert together.cluster[usable] == pytest.approx(alone.cluster[usable], rel=1e-6, abs=1e-9)
