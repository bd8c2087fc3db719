"""Responders, stratified tables, logistic regression and adjusted risks against R, and what each refuses."""

import numpy as np
import pytest

from stegvis.methods.analysis import adjusted_risk, logistic, responders, stratified, two_by_two
from stegvis.methods.analysis.refusals import NotEstimable

from .references import data, values

R = values("responders.csv")
CLOSED = 1e-9  # closed forms; both sides hold about 15 digits
ITERATED = 1e-8  # maximum likelihood: glm was run to 1e-15


def close(number, name, tolerance=CLOSED):
    assert number == pytest.approx(R[name], rel=tolerance, abs=1e-14), name


def bcg():
    rows = data("bcg.csv")
    return stratified.tables(*([float(row[name]) for row in rows] for name in ("a", "n1", "c", "n0")))


def respiratory():
    rows = data("respiratory_month4.csv")
    table = {name: np.array([float(row[name]) for row in rows]) for name in rows[0]}
    covariates = np.column_stack([table["start"], table["centre"], table["age"]])
    return table["good"], table["treated"] == 1, covariates


def test_the_difference_over_strata_agrees_with_metafor():
    result = stratified.common_difference(bcg())
    for field, name in {"estimate": "rd", "se": "rd_se", "p": "rd_p", "low": "rd_low", "high": "rd_high"}.items():
        close(getattr(result, field), f"mh.{name}")


def test_the_odds_ratio_and_the_test_over_strata_agree_with_metafor_and_r():
    ratio = stratified.common_odds_ratio(bcg())
    close(ratio.estimate, "mh.or")
    close(ratio.low, "mh.or_low")
    close(ratio.high, "mh.or_high")
    for continuity in (False, True):
        test = stratified.cochran_mantel_haenszel(bcg(), continuity=continuity)
        close(test.statistic, f"cmh.statistic_{str(continuity).upper()}")
        close(test.p, f"cmh.p_{str(continuity).upper()}")


def test_tables_counted_from_people_do_not_depend_on_the_order_of_rows():
    rng = np.random.default_rng(3)
    y, z, s = rng.integers(0, 2, 80), rng.integers(0, 2, 80), rng.choice(["n", "s", "w"], 80)
    order = rng.permutation(80)
    one = stratified.common_difference(stratified.strata(y, z, s))
    two = stratified.common_difference(stratified.strata(y[order], z[order], s[order]))
    assert one.estimate == pytest.approx(two.estimate, rel=1e-13)
    other = stratified.common_difference(stratified.strata(y, 1 - z, s))
    assert (other.estimate, other.se) == (pytest.approx(-one.estimate), pytest.approx(one.se))


def test_one_stratum_gives_the_plain_difference():
    table = stratified.tables([27], [73], [12], [64])
    assert stratified.common_difference(table).estimate == pytest.approx(27 / 73 - 12 / 64)


def test_logistic_regression_agrees_with_glm():
    good, treated, covariates = respiratory()
    fit = logistic.logistic(good, np.column_stack([np.ones(good.size), treated, covariates]))
    for index in range(5):
        close(fit.beta[index], f"logit.b{index}", ITERATED)
        close(np.sqrt(fit.covariance[index, index]), f"logit.se{index}", ITERATED)


@pytest.mark.parametrize("errors", adjusted_risk.KINDS)
def test_adjusted_risks_agree_with_glm_sandwich_and_the_papers_formulas(errors):
    risks = adjusted_risk.standardised_risks(*respiratory(), errors=errors)
    close(risks.first, "g.risk1", ITERATED)
    close(risks.second, "g.risk0", ITERATED)
    close(adjusted_risk.adjusted_difference(risks).se, f"{errors.lower()}.rd_se", ITERATED)
    ratio = adjusted_risk.adjusted_log_ratio(risks)
    close(ratio.se, f"{errors.lower()}.rr_se", ITERATED)
    assert ratio.numbers["ratio"] == pytest.approx(R["g.risk1"] / R["g.risk0"], rel=1e-8)
    assert ratio.numbers["ratio_low"] < ratio.numbers["ratio"] < ratio.numbers["ratio_high"]


def test_blocks_within_strata_lessen_the_error_as_in_the_paper():
    good, treated, covariates = respiratory()
    risks = adjusted_risk.standardised_risks(good, treated, covariates, strata=covariates[:, 1].astype(str))
    close(adjusted_risk.adjusted_difference(risks).se, "blocks.rd_se", ITERATED)
    plain = adjusted_risk.standardised_risks(good, treated, covariates)
    assert adjusted_risk.adjusted_difference(risks).se < adjusted_risk.adjusted_difference(plain).se


def test_without_covariates_the_adjusted_difference_is_the_plain_one():
    y, z = np.repeat([1, 0, 1, 0], [27, 46, 12, 52]), np.repeat([True, False], [73, 64])
    p1, p0 = 27 / 73, 12 / 64
    plain = np.sqrt(p1 * (1 - p1) / 73 + p0 * (1 - p0) / 64)
    for errors in ("stacked", "Ge"):
        result = adjusted_risk.adjusted_difference(adjusted_risk.standardised_risks(y, z, errors=errors))
        assert result.estimate == pytest.approx(p1 - p0, rel=1e-10)
        assert result.se == pytest.approx(plain, rel=1e-9)
    ye = adjusted_risk.adjusted_difference(adjusted_risk.standardised_risks(y, z))
    assert ye.se == pytest.approx(np.sqrt(p1 * (1 - p1) / 72 + p0 * (1 - p0) / 63), rel=1e-9)


def test_adjusted_risks_do_not_depend_on_the_unit_of_a_covariate():
    good, treated, covariates = respiratory()
    one = adjusted_risk.standardised_risks(good, treated, covariates)
    two = adjusted_risk.standardised_risks(good, treated, covariates * [1, 5, 365.25] - [0, 2, 1000])
    assert two.first - two.second == pytest.approx(one.first - one.second, rel=1e-9)
    assert two.covariance == pytest.approx(one.covariance, rel=1e-7)


def test_logistic_regression_converges_from_afar():
    """One value far out, where whole Newton steps would leap to and fro; the score is 0 at the maximum."""
    x = np.column_stack([np.ones(41), np.append(np.linspace(-1, 1, 40), 300.0)])
    y = np.append(np.arange(40) % 2, 0.0)
    fit = logistic.logistic(y, x)
    assert x.T @ (y - fit.fitted) == pytest.approx([0, 0], abs=1e-6)


def test_separation_is_told_from_rarity():
    x = np.column_stack([np.ones(8), [1, 2, 3, 4, 5, 6, 7, 8]])
    assert logistic.separated([0, 0, 0, 0, 1, 1, 1, 1], x)
    assert logistic.separated([0, 0, 0, 1, 0, 1, 1, 1], np.column_stack([x, x[:, 1] > 5]))
    assert not logistic.separated([0, 0, 1, 0, 1, 1, 1, 1], x)
    rare = np.zeros(20_000)
    rare[[5, 10_005]] = 1
    fit = logistic.logistic(rare, np.column_stack([np.ones(20_000), np.arange(20_000) >= 10_000]))
    assert fit.fitted == pytest.approx(np.full(20_000, 1e-4), rel=1e-9)


@pytest.mark.parametrize("table", [(27, 73, 12, 64), (3, 10, 9, 11), (16, 44, 8, 44)])
def test_the_mid_p_agrees_with_a_sum_over_rs_hypergeometric(table):
    close(two_by_two.fisher_mid_p(*table), "midp." + "_".join(map(str, table)))
    assert two_by_two.fisher_mid_p(*table) < two_by_two.fisher_exact_p(*table)


def test_a_number_needed_whose_interval_holds_no_difference_passes_through_infinity():
    sure = two_by_two.number_needed(two_by_two.risk_difference(56, 70, 48, 80), good=True)
    assert (sure.passes_infinity, sure.benefits, sure.benefit, sure.harm) == (False, True, None, None)
    assert (sure.nearest, sure.farthest) == (pytest.approx(1 / 0.3339, rel=1e-3), pytest.approx(1 / 0.0524, rel=1e-3))
    unsure = two_by_two.number_needed(two_by_two.risk_difference(5, 56, 0, 29), good=True)
    assert (unsure.passes_infinity, unsure.nearest, unsure.farthest) == (True, None, None)
    assert (unsure.benefit, unsure.harm) == (pytest.approx(1 / 0.1926, rel=1e-3), pytest.approx(1 / 0.0381, rel=1e-3))


def test_the_same_number_of_people_is_needed_to_harm_when_the_outcome_is_a_bad_one():
    difference = two_by_two.risk_difference(56, 70, 48, 80)
    good, bad = (two_by_two.number_needed(difference, good=good) for good in (True, False))
    assert (bad.estimate, bad.nearest, bad.farthest) == (good.estimate, good.nearest, good.farthest)
    assert (good.benefits, bad.benefits) == (True, False)
    none = two_by_two.number_needed(two_by_two.risk_difference(5, 10, 5, 10), good=True)
    assert (none.estimate, none.passes_infinity) == (None, True)


def test_a_responder_reaches_the_threshold_exactly():
    assert list(responders.by_points([7, 7, 7], [5, 5.1, np.nan], 2, lower_is_better=True)[:2]) == [1, 0]
    assert list(responders.by_percentage([7, 10], [4.9, 7.01], 30, lower_is_better=True)) == [1, 0]
    assert list(responders.by_percentage([50, 50], [75, 74], 50, lower_is_better=False)) == [1, 0]
    assert np.isnan(responders.by_points([7], [np.nan], 2, lower_is_better=True)[0])


def test_reliable_change_is_that_of_jacobson_and_truax():
    """Their worked example: SD 7.5 and reliability .80 give SEM 3.35, S_diff 4.74, and 47.5 after 32.5 gives RC 3.16."""
    error = responders.standard_error_of_measurement(7.5, 0.80)
    result = responders.reliable_change([32.5, 47.5, 32.5, 30], [47.5, 32.5, 41, np.nan], error, lower_is_better=False)
    assert (round(error, 2), round(float(result.index[0]), 2)) == (3.35, 3.16)
    assert list(result.improved[:3]) == [1, 0, 0]
    assert list(result.worse[:3]) == [0, 1, 0]
    assert result.smallest == pytest.approx(1.959963985 * np.sqrt(2) * error)
    assert np.isnan(result.improved[3])


def test_who_is_missing_is_counted_as_the_rule_says():
    y, first = [1, 0, np.nan, 1, 0, np.nan], [True] * 3 + [False] * 3
    found = {rule: responders.counts(y, first, rule) for rule in responders.MISSING}
    assert found == {
        "non-responder": (1, 3, 1, 3),
        "complete": (1, 2, 1, 2),
        "best": (2, 3, 1, 3),
        "worst": (1, 3, 2, 3),
    }


def test_a_responder_difference_is_newcombes_with_pearsons_test():
    y, first = np.repeat([1, 0, 1, 0], [27, 46, 12, 52]), np.repeat([True, False], [73, 64])
    result = responders.responder_difference(y, first)
    gap = two_by_two.risk_difference(27, 73, 12, 64)
    assert (result.estimate, result.low, result.high) == (gap.estimate, gap.low, gap.high)
    assert result.p == two_by_two.chi_square(27, 73, 12, 64).p
    assert result.statistic**2 == pytest.approx(two_by_two.chi_square(27, 73, 12, 64).statistic)


def test_the_curve_falls_and_has_every_responder_definition_on_it():
    rng = np.random.default_rng(8)
    change, first = rng.normal(1, 2, 60).round(1), np.arange(60) % 2 == 0
    change[:7] = np.nan
    curve = responders.cumulative_curve(change, first)
    assert np.all(np.diff(curve.first) <= 0)
    assert np.all((curve.low <= curve.difference) & (curve.difference <= curve.high))
    at = responders.cumulative_curve(change, first, thresholds=[2.0])
    expected = responders.responder_difference(np.where(np.isnan(change), np.nan, change >= 2), first)
    assert at.difference[0] == expected.estimate


@pytest.mark.parametrize(
    ("compute", "code"),
    [
        (lambda: stratified.tables([1, 0], [4, 0], [0, 2], [0, 5]), "no_stratum"),
        (lambda: stratified.cochran_mantel_haenszel(stratified.tables([0, 3], [4, 3], [0, 5], [6, 5])), "constant"),
        (lambda: stratified.common_odds_ratio(stratified.tables([0], [4], [2], [6])), "empty_cell"),
        (lambda: logistic.logistic([1, 1, 1], np.ones((3, 1))), "constant"),
        (lambda: logistic.logistic([1, 0], np.ones((2, 2))), "too_few"),
        (lambda: logistic.logistic([1, 0, 1, 0], np.ones((4, 2))), "singular"),
        (lambda: adjusted_risk.standardised_risks([1, 0, 1, 0], [True] * 4), "empty"),
        (lambda: adjusted_risk.standardised_risks([1, 1, 1, 0, 1, 0], [True] * 3 + [False] * 3), "separated"),
        (
            lambda: adjusted_risk.standardised_risks([1, 0, 1, 0, 1, 0], [1, 1, 1, 0, 0, 0], strata=list("aabbbb")),
            "no_stratum",
        ),
        (lambda: responders.by_percentage([0, 4], [0, 2], 30, lower_is_better=True), "no_percentage"),
        (lambda: responders.counts([np.nan, 1], [True, False], "complete"), "empty"),
        (lambda: responders.responder_difference([0, 0], [True, False]), "constant"),
        (lambda: responders.cumulative_curve([np.nan], [True]), "empty"),
    ],
)
def test_what_cannot_be_estimated_says_why_instead_of_giving_a_number(compute, code):
    with pytest.raises(NotEstimable) as refused:
        compute()
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_a_rule_or_an_error_that_does_not_exist_is_named():
    with pytest.raises(ValueError, match="known: non-responder"):
        responders.counts([1, 0], [True, False], "last")
    with pytest.raises(ValueError, match="errors of Ye only"):
        adjusted_risk.standardised_risks([1, 0], [True, False], errors="Ge", strata=["a", "b"])
    with pytest.raises(ValueError, match="known: Ye"):
        adjusted_risk.standardised_risks([1, 0], [True, False], errors="HC9")
