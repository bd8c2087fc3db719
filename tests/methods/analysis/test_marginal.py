"""Marginal models for outcomes in people: GEE with its small-sample errors, and the linear probability model."""

import numpy as np
import pytest

from stegvis.methods.analysis import clustered, gee, linear_probability, marginal, two_by_two
from stegvis.methods.analysis.cluster_robust import cluster_robust
from stegvis.methods.analysis.refusals import NotEstimable

from .references import goals, values

R = values("goals.csv")
CLOSE = 1e-8  # both iterations go on to about 1e-12; the rest is for the digits that R's gee holds in single steps


def model(name: str, *covariates: str, link: str = "logit") -> gee.GeeFit:
    d = goals(name)
    design = np.column_stack([np.ones(d["y"].size), d["x"], *(d[c] for c in covariates)])
    return gee.fit(d["y"], design, d["id"], link=link)


FITS = [
    ("gee_bacteria_logit", "bacteria", (), "logit"),
    ("gee_bacteria_log", "bacteria", (), "log"),
    ("gee_bacteria_identity", "bacteria", (), "identity"),
    ("gee_respiratory_logit", "respiratory", ("centre", "baseline", "age"), "logit"),
    ("gee_respiratory_identity", "respiratory", ("centre", "baseline"), "identity"),
    ("gee_ohio_logit", "ohio", ("age",), "logit"),
    ("gee_cbpp_logit", "cbpp", (), "logit"),
]


@pytest.mark.parametrize(("name", "rows", "covariates", "link"), FITS)
def test_gee_under_every_link_agrees_with_rs_gee(name, rows, covariates, link):
    fit = model(rows, *covariates, link=link)
    for k, beta in enumerate(fit.beta):
        assert beta == pytest.approx(R[f"{name}.b{k}"], rel=CLOSE)
    assert fit.alpha == pytest.approx(R[f"{name}.alpha"], rel=CLOSE)
    assert fit.dispersion == pytest.approx(R[f"{name}.scale"], rel=CLOSE)
    assert np.sqrt(fit.covariance("LZ")[1, 1]) == pytest.approx(R[f"{name}.se_gee"], rel=CLOSE)


@pytest.mark.parametrize("errors", ["LZ", "MD", "KC", "FG", "MBN"])
@pytest.mark.parametrize(("name", "rows", "covariates", "link"), FITS)
def test_small_sample_errors_agree_with_the_papers_formulas_in_full_matrices(name, rows, covariates, link, errors):
    se = np.sqrt(model(rows, *covariates, link=link).covariance(errors)[1, 1])
    assert se == pytest.approx(R[f"{name}.se_{errors}"], rel=CLOSE)


def test_with_one_outcome_a_person_the_corrections_are_hc2_and_hc3():
    """Identity link and constant variance: KC is HC2 and MD is HC3 of least squares, LZ is HC0."""
    rng = np.random.default_rng(3)
    x = np.column_stack([np.ones(30), rng.integers(0, 2, 30), rng.normal(size=30)])
    y = x @ [1.0, 2.0, -1.0] + rng.normal(size=30)
    fit = gee.fit(y, x, [str(i) for i in range(30)], link="identity", variance="constant")
    bread = np.linalg.inv(x.T @ x)
    residual, leverage = y - x @ bread @ x.T @ y, np.einsum("ij,jk,ik->i", x, bread, x)
    for errors, power in {"LZ": 0, "KC": 1, "MD": 2}.items():
        expected = bread @ (x.T * (residual**2 / (1 - leverage) ** power)) @ x @ bread
        assert fit.covariance(errors) == pytest.approx(expected, rel=1e-10)


def test_corrected_errors_lie_in_their_order_and_are_larger_than_the_plain_one():
    fit = model("bacteria")
    plain, kauermann, fay, mancl = (fit.covariance(errors)[1, 1] for errors in ("LZ", "KC", "FG", "MD"))
    assert plain < kauermann < mancl
    assert plain < fay < mancl


def compare(rows: str, **options) -> marginal.Estimate:
    d = goals(rows)
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    return marginal.compare(d["y"], arms, d["id"], arm="a", reference="p", **options)


def test_a_comparison_tells_both_units_the_ratio_and_its_conventions():
    result = compare("bacteria")
    assert result.n == {"a": 29, "p": 21, "a.goals": 124, "p.goals": 96}
    assert result.df == 48
    assert result.numbers["odds_ratio_low"] == pytest.approx(np.exp(result.low))
    assert "Kauermann–Carroll" in result.method
    assert compare("bacteria", link="log").numbers["risk_ratio"] == pytest.approx(np.exp(R["gee_bacteria_log.b1"]))


def test_swapping_the_arms_turns_the_sign_and_the_order_of_rows_does_not_matter():
    d, shuffled = goals("bacteria"), np.random.default_rng(1).permutation(220)
    arms = np.where(d["x"] == 1, "a", "p")
    here = compare("bacteria", errors="MD")
    there = marginal.compare(
        d["y"][shuffled], arms[shuffled].tolist(), d["id"][shuffled], arm="p", reference="a", errors="MD"
    )
    assert there.estimate == pytest.approx(-here.estimate, rel=1e-9)
    assert there.se == pytest.approx(here.se, rel=1e-9)


def test_many_completed_data_sets_at_once_give_what_each_gives_alone():
    d, rng = goals("bacteria"), np.random.default_rng(2)
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    ys = np.array([np.where(rng.random(220) < 0.1, 1 - d["y"], d["y"]) for _ in range(4)])
    estimates, squares, df = marginal.compare_many(ys, arms, d["id"], arm="a", reference="p", errors="MD")
    for y, estimate, square in zip(ys, estimates, squares, strict=True):
        alone = marginal.compare(y, arms, d["id"], arm="a", reference="p", errors="MD")
        assert (estimate, np.sqrt(square), df) == (pytest.approx(alone.estimate), pytest.approx(alone.se), alone.df)


def test_the_unit_of_a_covariate_does_not_matter():
    d = goals("respiratory")
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    years, other = (
        marginal.compare(d["y"], arms, d["id"], arm="a", reference="p", covariates=d["age"] * unit) for unit in (1, 1e8)
    )
    assert (other.estimate, other.se) == (pytest.approx(years.estimate, rel=1e-7), pytest.approx(years.se, rel=1e-7))


def test_one_failed_data_set_of_many_is_not_a_number_and_harms_no_other():
    d = goals("bacteria")
    ys = np.array([d["y"], np.where(d["x"] == 1, 1.0, d["y"]), np.ones(220)])
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    estimates, squares, _ = marginal.compare_many(ys, arms, d["id"], arm="a", reference="p")
    assert np.isfinite(estimates).tolist() == np.isfinite(squares).tolist() == [True, False, False]
    assert estimates[0] == pytest.approx(compare("bacteria").estimate)


@pytest.mark.parametrize(
    ("name", "rows", "covariates"),
    [
        ("cr2_bacteria", "bacteria", ()),
        ("cr2_respiratory", "respiratory", ("centre", "baseline", "age")),
        ("cr2_cbpp", "cbpp", ()),
    ],
)
def test_the_linear_probability_model_agrees_with_clubsandwich(name, rows, covariates):
    d = goals(rows)
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    further = np.column_stack([d[c] for c in covariates]) if covariates else None
    if rows == "cbpp":  # herds stand in both periods, which people never do in two arms
        y, squares, df = linear_probability.compare_many(d["y"][None], arms, d["id"], arm="a", reference="p")
        estimate, se = y[0], np.sqrt(squares[0])
    else:
        result = linear_probability.compare(d["y"], arms, d["id"], arm="a", reference="p", covariates=further)
        estimate, se, df = result.estimate, result.se, result.df
        assert result.p == pytest.approx(R[f"{name}.p"], rel=1e-8)
    assert (estimate, se, df) == tuple(pytest.approx(R[f"{name}.{f}"], rel=1e-9) for f in ("estimate", "se", "df"))


def test_many_linear_probability_models_at_once_are_the_general_form_of_each():
    d, rng = goals("respiratory"), np.random.default_rng(4)
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    ys = np.array([np.where(rng.random(d["y"].size) < 0.2, 1 - d["y"], d["y"]) for _ in range(3)])
    estimates, squares, df = linear_probability.compare_many(
        ys, arms, d["id"], arm="a", reference="p", covariates=d["age"]
    )
    design = np.column_stack([np.ones(d["y"].size), d["x"], d["age"]])
    for y, estimate, square in zip(ys, estimates, squares, strict=True):
        alone = cluster_robust(y, design, d["id"].tolist()).estimate([0, 1, 0], n={})
        assert (estimate, square, df) == tuple(
            pytest.approx(v, rel=1e-9) for v in (alone.estimate, alone.se**2, alone.df)
        )


def test_counting_goals_as_people_is_pearsons_chi_square():
    y, arms = [1] * 27 + [0] * 46 + [1] * 12 + [0] * 52, ["a"] * 73 + ["b"] * 64
    result = linear_probability.independent(y, arms, arm="a", reference="b")
    assert result.statistic**2 == pytest.approx(two_by_two.chi_square(27, 73, 12, 64).statistic, rel=1e-12)


def test_the_design_effect_that_undoes_a_result_is_told_as_a_correlation_too():
    """χ² 5.57 over 1.96² is 1.45; two goals for everybody need an ICC of .45, three of .23."""
    two = clustered.undoing(np.sqrt(5.57), [str(i // 2) for i in range(100)])
    three = clustered.undoing(np.sqrt(5.57), [str(i // 3) for i in range(99)])
    assert (two.design_effect, two.icc) == (pytest.approx(1.45, abs=0.001), pytest.approx(0.45, abs=0.001))
    assert three.icc == pytest.approx(two.icc / 2)
    assert np.isnan(clustered.undoing(4.0, [str(i // 2) for i in range(100)]).icc)


def test_what_a_marginal_model_cannot_tell_is_refused():
    y, arms, people = [1, 0, 1, 0, 1, 1], ["a"] * 3 + ["b"] * 3, ["p", "p", "q", "r", "r", "s"]
    cases = {
        "empty": lambda: marginal.compare(y, arms, people, arm="a", reference="c"),
        "separated": lambda: marginal.compare([1, 1, 1, 0, 1, 1], arms, people, arm="a", reference="b"),
        "singular": lambda: marginal.compare(y, arms, people, arm="a", reference="b", covariates=[1, 1, 1, 2, 2, 2]),
        "two_arms": lambda: marginal.compare(y, arms, ["p", "p", "q", "p", "r", "s"], arm="a", reference="b"),
        "too_few": lambda: linear_probability.compare([1, 0], ["a", "b"], ["p", "q"], arm="a", reference="b"),
        "constant": lambda: linear_probability.compare([1] * 6, arms, people, arm="a", reference="b"),
        "no_cluster": lambda: clustered.undoing(2.0, ["p", "q"]),
    }
    for code, compute in cases.items():
        with pytest.raises(NotEstimable) as refused:
            compute()
        assert refused.value.code == code


def test_a_log_link_whose_proportions_would_pass_one_is_refused():
    rng = np.random.default_rng(5)
    x = np.linspace(-2, 2, 60)
    y = (rng.random(60) < np.clip(0.75 + 0.25 * x, 0, 1)).astype(float)
    design, people = np.column_stack([np.ones(60), x]), [str(i // 2) for i in range(60)]
    with pytest.raises(NotEstimable, match="leaves the range"):
        gee.fit(y, design, people, link="log")
    assert np.isfinite(gee.fit(y, design, people).beta).all()


def test_a_person_who_alone_decides_a_term_has_no_corrected_error():
    y, x = [1.0, 0, 1, 0, 1, 0, 0, 1], np.column_stack([np.ones(8), [0, 0, 0, 0, 0, 0, 1, 1]])
    fit = gee.fit(y, x, ["a", "a", "b", "b", "c", "c", "d", "d"])
    assert fit.covariance("LZ").shape == (2, 2)
    with pytest.raises(NotEstimable, match="alone decides"):
        fit.covariance("KC")
