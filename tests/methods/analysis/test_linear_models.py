"""Linear models: robust and cluster-robust errors, Lin's estimator, least-squares means."""

import numpy as np
import pytest

from stegvis.methods.analysis import adjusted_means, cluster_robust, regression
from stegvis.methods.analysis.refusals import NotEstimable

from .longitudinal_data import R, close, schools
from .references import data


def anorexia():
    rows = data("anorexia.csv")
    return (
        np.array([float(row["Postwt"]) for row in rows]),
        np.array([float(row["Prewt"]) for row in rows]),
        [row["Treat"] for row in rows],
    )


@pytest.mark.parametrize("kind", ["HC0", "HC1", "HC2", "HC3"])
def test_robust_errors_agree_with_sandwich(kind):
    y, x, _ = schools()
    spread = regression.covariance(regression.least_squares(y, x), x, kind)
    close(np.sqrt(spread[1, 1]), f"schools.sandwich.{kind}", 1e-10)


def clustered_schools(kind):
    y, x, classes = schools()
    return cluster_robust.cluster_robust(y, x, [one or f"alone {i}" for i, one in enumerate(classes)], kind)


@pytest.mark.parametrize("kind", ["CR0", "CR1", "CR2"])
def test_cluster_robust_errors_agree_with_clubsandwich(kind):
    found = clustered_schools(kind).estimate([0, 1, 0], n={})
    close(found.se, f"schools.clubsandwich.{kind}", 1e-9)


def test_the_degrees_of_freedom_agree_with_clubsandwich():
    found = clustered_schools("CR2")
    close(found.degrees_of_freedom([0, 1, 0]), "schools.clubsandwich.df", 1e-8)
    close(found.degrees_of_freedom([0, 0, 1]), "schools.clubsandwich.iq_df", 1e-8)
    close(found.estimate([0, 1, 0], n={}).p, "schools.clubsandwich.p", 1e-7)
    assert clustered_schools("CR0").degrees_of_freedom([0, 1, 0]) == found.clusters - 1


def test_with_everybody_alone_cr2_is_hc2():
    y, x, _ = schools()
    alone = cluster_robust.cluster_robust(y, x, [str(i) for i in range(len(y))])
    hc2 = regression.covariance(regression.least_squares(y, x), x, "HC2")
    assert np.allclose(alone.covariance, hc2, rtol=1e-10)


def test_two_groups_of_people_alone_have_welchs_error_and_its_degrees_of_freedom_for_equal_variances():
    """Bell & McCaffrey with X = (1, z): se² = s1²/n1 + s0²/n0; the moments taken with equal variances."""
    y = np.arange(9.0) ** 1.5
    z = np.array([1.0] * 4 + [0.0] * 5)
    fit = cluster_robust.cluster_robust(y, np.column_stack([np.ones(9), z]), list("abcdefghi"))
    v1, v0 = 1 / 4, 1 / 5
    assert fit.covariance[1, 1] == pytest.approx(np.var(y[:4], ddof=1) / 4 + np.var(y[4:], ddof=1) / 5)
    assert fit.degrees_of_freedom([0, 1]) == pytest.approx((v1 + v0) ** 2 / (v1**2 / 3 + v0**2 / 4))


def test_lins_estimator_agrees_with_the_interacted_regression_in_r():
    y, x, arms = anorexia()
    found = adjusted_means.interacted(y, x, arms, arm="FT", reference="Cont")
    close(found.estimate, "anorexia.lin.estimate", 1e-10)
    close(found.se, "anorexia.lin.se", 1e-10)
    close(found.df, "anorexia.lin.df")
    assert found.n == {"FT": 17, "Cont": 26}


def test_people_sampled_from_a_population_add_the_variance_of_the_slopes_difference():
    y, x, arms = anorexia()
    here, sampled = (
        adjusted_means.interacted(y, x, arms, arm="FT", reference="Cont", population=p) for p in (False, True)
    )
    slope = {
        arm: np.polyfit(x[[one == arm for one in arms]], y[[one == arm for one in arms]], 1)[0]
        for arm in ("FT", "Cont")
    }
    added = (slope["FT"] - slope["Cont"]) ** 2 * np.var(x, ddof=1) / len(x)
    assert sampled.se**2 - here.se**2 == pytest.approx(added, rel=1e-9)
    assert sampled.estimate == here.estimate


@pytest.mark.parametrize("arm", ["Cont", "CBT", "FT"])
def test_least_squares_means_agree_with_emmeans(arm):
    y, x, arms = anorexia()
    found = adjusted_means.adjusted_means(y, x, arms, ["all"] * len(y), reference="Cont", errors="classical")[arm]
    close(found.estimate, f"anorexia.emmeans.{arm}.mean", 1e-10)
    close(found.se, f"anorexia.emmeans.{arm}.se", 1e-10)


def test_the_difference_of_two_least_squares_means_is_the_adjusted_difference():
    y, x, arms = anorexia()
    strata = [row["stratum"] for row in data("anorexia.csv")]
    means = adjusted_means.adjusted_means(y, x, arms, strata, reference="Cont")
    difference = regression.ancova(y, x, arms, strata, arm="FT", reference="Cont")
    assert means["FT"].estimate - means["Cont"].estimate == pytest.approx(difference.estimate, rel=1e-12)
    unstratified = adjusted_means.adjusted_means(y, x, arms, ["all"] * len(y), reference="Cont")["FT"]
    assert unstratified.se == pytest.approx(R["anorexia.emmeans.FT.hc3"], rel=1e-10)


ARMS, VALUES = ["a", "b"] * 5, np.array([1.0, 4, 2, 6, 3, 5, 2, 7, 4, 4])


@pytest.mark.parametrize(
    ("compute", "code"),
    [
        (lambda: adjusted_means.interacted(VALUES, VALUES**2, ARMS, arm="c", reference="a"), "empty"),
        (lambda: adjusted_means.interacted(np.ones(10), VALUES, ARMS, arm="b", reference="a"), "constant"),
        (lambda: adjusted_means.interacted(VALUES, [o == "a" for o in ARMS], ARMS, arm="b", reference="a"), "singular"),
        (lambda: adjusted_means.adjusted_means(VALUES, VALUES, ARMS, ARMS, reference="c"), "empty"),
        (lambda: cluster_robust.cluster_robust(VALUES, np.ones((10, 1)), ["one"] * 10), "few_clusters"),
        (lambda: cluster_robust.cluster_robust(np.ones(10), np.ones((10, 1)), ARMS), "constant"),
        (lambda: cluster_robust.cluster_robust(VALUES, np.ones((10, 2)), ARMS), "singular"),
    ],
)
def test_what_cannot_be_estimated_says_why(compute, code):
    with pytest.raises(NotEstimable) as refused:
        compute()
    assert refused.value.code == code


def test_unknown_kinds_of_error_name_the_known_ones():
    with pytest.raises(ValueError, match="HC0, HC1, HC2, HC3"):
        regression.covariance(regression.least_squares(VALUES, np.ones((10, 1))), np.ones((10, 1)), "HC4")
    with pytest.raises(ValueError, match="CR0, CR1, CR2"):
        cluster_robust.cluster_robust(VALUES, np.ones((10, 1)), ARMS, "CR3")
