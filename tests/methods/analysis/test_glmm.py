"""The random-intercept logistic model against lme4's glmer and against the integral itself."""

import numpy as np
import pytest

from stegvis.methods.analysis import glmm, glmm_contrasts
from stegvis.methods.analysis.refusals import NotEstimable

from .references import goals, values

R = values("goals.csv")
GLMER = 1e-5  # glmer finds its maximum without derivatives and its errors by differences of the deviance


def design(name: str, *columns: str) -> np.ndarray:
    d = goals(name)
    return np.column_stack([np.ones(d["y"].size), d["x"], *(d[c] for c in columns)])


@pytest.mark.parametrize(
    ("name", "rows", "columns", "nodes"),
    [
        ("glmm_bacteria", "bacteria", (), 25),
        ("glmm_respiratory", "respiratory", ("centre", "baseline", "age"), 25),
        ("glmm_cbpp", "cbpp", (), 25),
        ("glmm_toenail", "toenail", ("time",), 25),
        ("glmm_toenail100", "toenail", ("time",), 100),
    ],
)
def test_the_model_agrees_with_glmer(name, rows, columns, nodes):
    d, x = goals(rows), design(rows, *columns)
    if rows == "toenail":
        x = np.column_stack([x, d["x"] * d["time"]])
    fit = glmm.fit(d["y"], x, d["id"], nodes=nodes)
    for k, beta in enumerate(fit.beta):
        assert beta == pytest.approx(R[f"{name}.b{k}"], rel=GLMER)
    assert fit.sd == pytest.approx(R[f"{name}.sd"], rel=GLMER)
    assert fit.log_likelihood == pytest.approx(R[f"{name}.loglik"], rel=1e-9)
    assert np.sqrt(fit.covariance[1, 1]) == pytest.approx(R[f"{name}.se_x"], rel=2 * GLMER)


def test_with_many_nodes_the_model_is_the_integral_itself():
    d = goals("bacteria")
    fit = glmm.fit(d["y"], design("bacteria"), d["id"], nodes=60)
    assert fit.log_likelihood == pytest.approx(R["integral_bacteria.loglik"], rel=1e-11)
    assert fit.beta[1] == pytest.approx(R["integral_bacteria.b1"], rel=1e-6)  # BFGS with numerical gradients
    assert fit.sd == pytest.approx(R["integral_bacteria.sd"], rel=1e-6)
    assert np.sqrt(fit.covariance[1, 1]) == pytest.approx(R["integral_bacteria.se_x"], rel=1e-5)


def test_the_marginal_difference_integrates_the_intercept_out():
    d = goals("bacteria")
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    result = glmm_contrasts.compare(d["y"], arms, d["id"], arm="a", reference="p", scale="risk_difference", nodes=60)
    assert result.estimate == pytest.approx(R["integral_bacteria.rd"], rel=1e-6)
    assert result.se == pytest.approx(R["integral_bacteria.rd_se"], rel=1e-5)
    assert result.n["a.goals"] == 124


def test_too_few_nodes_for_a_large_spread_are_noticed():
    """Toenail has a standard deviation of 4, for which 25 nodes move the log-likelihood in its second decimal."""
    d, other = goals("toenail"), goals("bacteria")
    x = np.column_stack([design("toenail", "time"), d["x"] * d["time"]])
    assert 0.01 < glmm.fit(d["y"], x, d["id"]).quadrature_error < 0.1
    with pytest.raises(NotEstimable, match="too few nodes"):
        glmm.fit(d["y"], x, d["id"], nodes=9)
    assert glmm.fit(other["y"], design("bacteria"), other["id"]).quadrature_error < 1e-8


def test_many_data_sets_at_once_give_what_each_gives_alone_and_one_that_fails_harms_no_other():
    d, rng = goals("bacteria"), np.random.default_rng(2)
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    ys = np.array([np.where(rng.random(220) < 0.1, 1 - d["y"], d["y"]) for _ in range(3)])
    ys = np.vstack([ys, np.where(d["x"] == 1, 1.0, d["y"])])
    estimates, squares = glmm_contrasts.compare_many(ys, arms, d["id"], arm="a", reference="p")
    for y, estimate, square in zip(ys[:3], estimates[:3], squares[:3], strict=True):
        alone = glmm_contrasts.compare(y, arms, d["id"], arm="a", reference="p")
        assert (estimate, np.sqrt(square)) == (
            pytest.approx(alone.estimate, rel=1e-9),
            pytest.approx(alone.se, rel=1e-9),
        )
    assert np.isnan([estimates[3], squares[3]]).all()


def test_the_odds_ratio_turns_with_the_arms_and_not_with_the_order_of_rows():
    d, mixed = goals("bacteria"), np.random.default_rng(1).permutation(220)
    arms = np.where(d["x"] == 1, "a", "p")
    here = glmm_contrasts.compare(d["y"], arms.tolist(), d["id"], arm="a", reference="p")
    there = glmm_contrasts.compare(d["y"][mixed], arms[mixed].tolist(), d["id"][mixed], arm="p", reference="a")
    assert there.numbers["odds_ratio"] == pytest.approx(1 / here.numbers["odds_ratio"], rel=1e-7)
    assert there.se == pytest.approx(here.se, rel=1e-7)


def test_a_variance_at_zero_is_said_and_the_model_is_ordinary_logistic_regression():
    """Everybody has one attained goal of two or more: less alike than chance."""
    arms = ["a"] * 30 + ["b"] * 30
    y = [1, 0] * 15 + [1, 0, 0] * 10
    people = [f"a{i // 2}" for i in range(30)] + [f"b{i // 3}" for i in range(30)]
    result = glmm_contrasts.compare(y, arms, people, arm="a", reference="b")
    assert result.numbers["sd"] == 0
    assert "without a random intercept" in result.method
    assert result.estimate == pytest.approx(np.log((15 / 15) / (10 / 20)), rel=1e-9)
    assert result.se == pytest.approx(np.sqrt(1 / 15 + 1 / 15 + 1 / 10 + 1 / 20), rel=1e-9)


@pytest.mark.parametrize(
    ("y", "people", "code"),
    [
        ([1, 1, 1, 1, 0, 1, 0, 1], "ppqqrrss", "separated"),
        ([1, 0, 1, 0, 0, 1, 0, 1], "pqrstuvw", "no_cluster"),
        ([1, 1, 0, 0, 1, 1, 0, 0], "ppqqrrss", "all_alike"),
        ([1, 0, 1, 0, 0, 1, 0, 1], "ppqqpprr", "two_arms"),
    ],
)
def test_what_the_mixed_model_cannot_tell_is_refused(y, people, code):
    with pytest.raises(NotEstimable) as refused:
        glmm_contrasts.compare(y, ["a"] * 4 + ["b"] * 4, list(people), arm="a", reference="b")
    assert refused.value.code == code
