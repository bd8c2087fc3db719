"""Pooling against mice on the same stored fits, and what it refuses."""

import numpy as np
import pytest

from stegvis.methods.analysis import pooling
from stegvis.methods.analysis.refusals import NotEstimable

from .references import data, values

R = values("missing_data.csv")
EXACT = 1e-9  # both sides pool the same numbers, printed with 17 digits
TERMS = ("age", "bmi")


def fits(term: str) -> tuple[list[float], list[float]]:
    rows = [r for r in data("pooled_fits.csv") if r["term"] == term]
    return [float(r["estimate"]) for r in rows], [float(r["variance"]) for r in rows]


@pytest.mark.parametrize("term", TERMS)
def test_rubins_rules_agree_with_mice(term):
    pooled = pooling.rubin(*fits(term), R[f"pool.{term}.dfcom"])
    ours = {"estimate": "estimate", "within": "ubar", "between": "b", "total": "t", "df": "df", "increase": "riv"}
    for field, theirs in {**ours, "share": "lambda", "fmi": "fmi"}.items():
        assert getattr(pooled, field) == pytest.approx(R[f"pool.{term}.{theirs}"], rel=EXACT), field


@pytest.mark.parametrize("term", TERMS)
def test_the_pooled_estimate_has_the_interval_and_p_of_mice(term):
    one = pooling.pool(*fits(term), df_complete=R[f"pool.{term}.dfcom"], n={"all": 25})
    for field in ("estimate", "se", "p", "low", "high"):
        assert getattr(one, field) == pytest.approx(R[f"pool.{term}.{field}"], rel=EXACT), field
    assert one.numbers["fmi"] == pytest.approx(R[f"pool.{term}.fmi"], rel=EXACT)


def test_without_complete_data_degrees_of_freedom_they_are_rubins_of_1987():
    pooled = pooling.rubin(*fits("bmi"))
    assert pooled.df == pytest.approx(R["pool.bmi.df_large"], rel=EXACT)
    assert pooled.fmi == pytest.approx(R["pool.bmi.fmi_large"], rel=EXACT)


def test_many_analyses_pool_at_once_as_one_by_one():
    both = pooling.rubin([fits(t)[0] for t in TERMS], [fits(t)[1] for t in TERMS], 22)
    for index, term in enumerate(TERMS):
        one = pooling.pool(*fits(term), df_complete=22, n={})
        assert (both.p()[index], both.interval()[0][index]) == pytest.approx((one.p, one.low), rel=1e-14)


def test_the_joint_test_agrees_with_mices_d1():
    q = np.array([fits(term)[0] for term in TERMS]).T
    across = [float(r["with_bmi"]) for r in data("pooled_fits.csv") if r["term"] == "age"]
    u = np.array([[[a, c], [c, b]] for a, b, c in zip(fits("age")[1], fits("bmi")[1], across, strict=True)])
    one = pooling.pooled_f(q, u, R["pool.age.dfcom"])
    for field in ("f", "df1", "df2", "p"):
        assert getattr(one, field) == pytest.approx(R[f"d1.{field}"], rel=EXACT), field
    assert one.increase == pytest.approx(R["d1.riv"], rel=EXACT)


def test_the_monte_carlo_error_of_the_estimate_is_the_root_of_b_over_m():
    q, u = fits("age")
    errors = pooling.monte_carlo_errors(q, u, 22)
    assert errors["mc_estimate"] == pytest.approx(np.sqrt(R["pool.age.b"] / 10), rel=1e-12)
    assert pooling.monte_carlo_errors(q[:2], u[:2]) == {}


def test_the_monte_carlo_errors_of_se_and_p_are_what_other_imputations_would_show():
    draw = np.random.default_rng(5)
    q, u = draw.normal(1, 1, (4000, 20)), draw.chisquare(50, (4000, 20)) / 50
    pooled = pooling.rubin(q, u, 100)
    errors = [pooling.monte_carlo_errors(q[k], u[k], 100) for k in range(300)]
    for name, seen in {"mc_se": pooled.se.std(), "mc_p": pooled.p().std()}.items():
        assert np.sqrt(np.mean([one[name] ** 2 for one in errors])) == pytest.approx(seen, rel=0.15), name


def test_the_number_of_imputations_follows_von_hippels_two_stages():
    """With many pilot imputations the upper limit is the estimate: 1 + ½ (0.5/0.05)² = 51."""
    assert pooling.imputations_needed(0.5, 10**12) == 52
    assert pooling.imputations_needed(0.5, 5) > pooling.imputations_needed(0.5, 50) > 51
    with pytest.raises(NotEstimable, match="Nothing is missing"):
        pooling.imputations_needed(0.0, 5)


def test_boot_mi_agrees_with_the_analysis_of_variance_in_r():
    table = [[float(r["first"]), float(r["second"])] for r in data("boot_mi.csv")]
    one = pooling.boot_mi(table, n={"all": 40})
    for field in ("estimate", "se", "df"):
        assert getattr(one, field) == pytest.approx(R[f"boot.{field}"], rel=EXACT), field


def test_without_a_gap_the_pooled_analysis_is_that_of_the_complete_data():
    one = pooling.pool([2.0] * 5, [0.25] * 5, df_complete=30, n={})
    assert (one.estimate, one.se, one.numbers["between"]) == (2.0, 0.5, 0.0)
    assert one.df == pytest.approx(31 / 33 * 30)


@pytest.mark.parametrize(
    ("estimates", "variances", "code"),
    [([1.0], [1.0], "too_few_imputations"), ([1.0, np.nan], [1.0, 1.0], "failed_imputation"),
     ([1.0, 2.0], [1.0, 0.0], "failed_imputation")],
)  # fmt: skip
def test_an_analysis_that_failed_in_one_imputation_is_not_pooled(estimates, variances, code):
    with pytest.raises(NotEstimable) as refusal:
        pooling.rubin(estimates, variances)
    assert refusal.value.code == code


@pytest.mark.parametrize("table", [[[1.0, 2.0]], [[1.0], [2.0]], [[1.0, 3.0], [3.0, 1.0]]])
def test_boot_mi_refuses_tables_from_which_its_error_cannot_be_told(table):
    with pytest.raises(NotEstimable, match="bootstrap"):
        pooling.boot_mi(table, n={})
