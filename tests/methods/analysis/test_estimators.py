"""Every closed form against R (tests/reference/estimators.R), a published worked example, or an enumeration."""

from itertools import combinations, permutations

import numpy as np
import pytest
from scipy import integrate, stats

from stegvis.methods.analysis import clustered, permutation, ranks, regression, standardised, two_by_two, two_samples
from stegvis.methods.analysis.refusals import NotEstimable

from .references import anorexia_changes, data, values

R = values("estimators.csv")
CLOSED_FORM = 1e-9  # both sides hold about 15 digits; the rest is for data printed with 17


def close(number: float, name: str, tolerance: float = CLOSED_FORM) -> None:
    assert number == pytest.approx(R[name], rel=tolerance, abs=1e-14), name


@pytest.mark.parametrize(("name", "method"), [("pooled", two_samples.pooled_t), ("welch", two_samples.welch_t)])
def test_the_difference_between_two_means_agrees_with_r(name, method):
    result = method(*anorexia_changes())
    for field in ("estimate", "se", "df", "t", "p", "low", "high"):
        close(getattr(result, field), f"{name}.{field}")


def test_cohens_d_and_hedges_g_agree_with_effectsize_and_their_limits_with_the_noncentral_t():
    result = standardised.standardised_difference(*anorexia_changes())
    close(result.d, "cohen.d")
    close(result.g, "hedges.g")
    close(result.j, "hedges.j")
    close(result.d_low, "cohen.exact_low", 1e-7)  # R's pt() itself warns that it holds about 8 digits here
    close(result.d_high, "cohen.exact_high", 1e-7)
    close(result.d_low, "cohen.low", 5e-5)  # effectsize stops its search after about 4 digits
    assert result.g_low == pytest.approx(result.d_low * result.j)


def test_the_limits_of_d_put_the_observed_t_at_the_tails_of_the_noncentral_t():
    """The distribution function by its defining integral, P(Z + δ ≤ t √(χ²/ν)), not by the library that was used."""
    t, df = 3.2226764808064194, 41
    for limit, tail in zip(standardised.noncentrality_interval(t, df, 0.95), (0.975, 0.025), strict=True):

        def integrand(s, shift=limit):
            return stats.norm.cdf(t * s - shift) * stats.chi2.pdf(df * s * s, df) * 2 * df * s

        area, _ = integrate.quad(integrand, 0, 3, epsabs=1e-13, epsrel=1e-13)
        assert area == pytest.approx(tail, abs=1e-10)


def test_mann_whitney_agrees_with_r_with_and_without_the_continuity_correction():
    x, y = anorexia_changes()
    plain, corrected = ranks.mann_whitney(x, y), ranks.mann_whitney(x, y, continuity=True)
    close(plain.u, "mw.u")
    close(plain.p, "mw.p")
    close(corrected.p, "mw.p_continuity")
    tied = [[5 * round(v / 5) for v in sample] for sample in (x, y)]
    assert ranks.mann_whitney(*tied).tied
    close(ranks.mann_whitney(*tied).p, "mw.tied_p")


def test_the_exact_mann_whitney_agrees_with_coin_with_many_ties_too():
    x, y = anorexia_changes()
    close(ranks.mann_whitney_exact(x, y).p, "mw.p_exact", 1e-7)  # coin: split-up algorithm, about 8 digits
    tied = [[5 * round(v / 5) for v in sample] for sample in (x, y)]
    close(ranks.mann_whitney_exact(*tied).p, "mw.tied_p_exact", 1e-7)


def test_the_exact_mann_whitney_counts_every_split_of_a_small_tied_sample():
    x, y = [1, 2, 2, 5], [2, 3, 3, 5, 7]
    joined = ranks.midranks(np.array(x + y, dtype=float))
    middle = len(x) * (len(joined) + 1) / 2
    far = abs(joined[: len(x)].sum() - middle)
    splits = [abs(sum(chosen) - middle) >= far - 1e-9 for chosen in combinations(joined, len(x))]
    assert ranks.mann_whitney_exact(x, y).p == pytest.approx(np.mean(splits), rel=1e-14)


def test_hodges_lehmann_agrees_with_r_without_ties():
    x, y = anorexia_changes()
    nudge = [np.arange(1, len(s) + 1) * 1e-6 for s in (x, y)]
    result = ranks.hodges_lehmann(np.array(x) + nudge[0], np.array(y) - nudge[1])
    close(result.estimate, "hl.estimate")
    close(result.low, "hl.low")
    close(result.high, "hl.high")


def test_hodges_lehmann_agrees_with_r_on_the_water_transfer_data():
    """Hollander & Wolfe 1973, page 69, as in the help of R's wilcox.test; conf.level = 0.9 gives (−0.72, 0.08)."""
    term = [0.80, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46]
    early = [1.15, 0.88, 0.90, 0.74, 1.21]
    result = ranks.hodges_lehmann(early, term, level=0.90)
    assert (result.estimate, result.low, result.high) == (
        pytest.approx(-0.305),
        pytest.approx(-0.72),
        pytest.approx(0.08),
    )


def test_the_probability_of_superiority_counts_pairs_and_agrees_with_brunner_munzel():
    x, y = anorexia_changes()
    result = ranks.probability_of_superiority(x, y)
    assert result.estimate == pytest.approx(ranks.mann_whitney(x, y).u / (len(x) * len(y)), rel=1e-14)
    other = stats.brunnermunzel(x, y)
    assert result.p == pytest.approx(other.pvalue, rel=1e-10)
    assert 0 <= result.low < result.estimate < result.high <= 1


def test_analysis_of_covariance_agrees_with_lm_and_sandwich():
    rows = data("anorexia.csv")
    for ours, theirs in {"classical": "const", "HC2": "HC2", "HC3": "HC3"}.items():
        result = regression.ancova(
            [float(r["Postwt"]) for r in rows],
            [float(r["Prewt"]) for r in rows],
            [r["Treat"] for r in rows],
            [r["stratum"] for r in rows],
            arm="FT",
            reference="Cont",
            errors=ours,
        )
        close(result.estimate, "ancova.estimate")
        close(result.df, "ancova.df")
        close(result.se, f"ancova.se_{theirs}")
        close(result.p, f"ancova.p_{theirs}", 1e-8)


@pytest.mark.parametrize("table", [(27, 73, 12, 64), (3, 10, 9, 11), (16, 44, 8, 44)])
def test_two_by_two_tables_agree_with_r(table):
    name = "_".join(map(str, table))
    close(two_by_two.fisher_exact_p(*table), f"fisher.{name}")
    close(two_by_two.chi_square(*table).p, f"pearson.{name}")
    close(two_by_two.chi_square(*table, continuity=True).p, f"yates.{name}")
    close(two_by_two.wilson(*table[:2]).low, f"wilson_low.{name}")
    close(two_by_two.wilson(*table[:2]).high, f"wilson_high.{name}")


@pytest.mark.parametrize(
    ("table", "low", "high"),
    [
        ((56, 70, 48, 80), 0.0524, 0.3339),
        ((9, 10, 3, 10), 0.1705, 0.8090),
        ((5, 56, 0, 29), -0.0381, 0.1926),
        ((10, 10, 0, 20), 0.6791, 1.0),
    ],
)
def test_newcombes_interval_reproduces_his_own_table(table, low, high):
    """Newcombe, Stat Med 1998;17:873, table II, method 10, printed with four decimals."""
    result = two_by_two.risk_difference(*table)
    assert (round(result.low, 4), round(result.high, 4)) == (low, high)


def test_ratios_are_those_of_a_hand_calculation():
    """20/100 against 10/100: RR 2, ln SE √(.04 + .09) = .36056; OR 2.25, ln SE √(1/20 + 1/80 + 1/10 + 1/90) = .41667."""
    risk, odds = two_by_two.risk_ratio(20, 100, 10, 100), two_by_two.odds_ratio(20, 100, 10, 100)
    assert (risk.estimate, odds.estimate) == (pytest.approx(2), pytest.approx(2.25))
    assert risk.high == pytest.approx(2 * np.exp(1.959963985 * np.sqrt(0.13)), rel=1e-9)
    assert odds.low == pytest.approx(2.25 / np.exp(1.959963985 * 5 / 12), rel=1e-9)


def bacteria() -> tuple[list[int], list[str], list[str]]:
    rows = data("bacteria.csv")
    return [int(r["present"]) for r in rows], [r["ap"] for r in rows], [r["child"] for r in rows]


def test_gee_agrees_with_rs_gee():
    present, arms, children = bacteria()
    design = np.column_stack([np.ones(len(arms)), [arm == "a" for arm in arms]])
    fit = clustered.gee_logit(present, design, children)
    close(fit.beta[0], "gee.b0", 1e-8)
    close(fit.beta[1], "gee.b1", 1e-8)
    close(fit.alpha, "gee.alpha", 1e-8)
    close(fit.dispersion, "gee.scale", 1e-8)
    close(np.sqrt(fit.model[1, 1]), "gee.se_model", 1e-8)
    close(np.sqrt(fit.robust[1, 1]), "gee.se_robust", 1e-8)
    assert (fit.observations, fit.clusters, fit.df) == (220, 50, 48)


def test_mancl_derouen_errors_agree_with_statsmodels():
    import statsmodels.api as sm

    present, arms, children = bacteria()
    design = np.column_stack([np.ones(len(arms)), [arm == "a" for arm in arms]]).astype(float)
    model = sm.GEE(np.array(present, float), design, groups=np.unique(children, return_inverse=True)[1],
                   family=sm.families.Binomial(), cov_struct=sm.cov_struct.Exchangeable())  # fmt: skip
    other = model.fit(cov_type="bias_reduced", ctol=1e-12, maxiter=200)
    ours = clustered.gee_logit(present, design, children)
    assert np.sqrt(np.diag(ours.mancl_derouen)) == pytest.approx(other.bse, rel=1e-6)


def test_gee_with_one_goal_a_person_is_ordinary_logistic_regression():
    """The odds ratio of the 2×2 table itself, and the difference in its proportions."""
    arms = ["one"] * 30 + ["two"] * 40
    y = [1] * 18 + [0] * 12 + [1] * 10 + [0] * 30
    effect = clustered.arm_effect(y, arms, [str(i) for i in range(70)], arm="one", reference="two")
    assert effect.odds_ratio == pytest.approx(two_by_two.odds_ratio(18, 30, 10, 40).estimate, rel=1e-10)
    assert effect.difference == pytest.approx(0.6 - 0.25, rel=1e-10)
    assert effect.alpha == 0


def test_the_intra_cluster_correlation_is_that_of_a_hand_calculation():
    """One arm, people (1,1), (0,0), (1,0): MSB = 2·(.25 + .25)/2 = .5, MSW = .5/3; m0 = 2; ICC = (.5 − .1667)/(.5 + .1667)."""
    result = clustered.clustering([1, 1, 0, 0, 1, 0], ["a"] * 6, ["p", "p", "q", "q", "r", "r"])
    assert result.icc == pytest.approx(0.5)
    assert result.design_effect == pytest.approx(1.5)
    assert (result.mean_size, result.weighted_size) == (2, 2)


def test_the_design_effect_that_undoes_a_result_is_the_one_that_brings_p_to_five_per_cent():
    statistic = two_by_two.chi_square(27, 73, 12, 64).statistic
    critical = clustered.design_effect_that_undoes(statistic)
    assert stats.chi2.sf(statistic / critical, 1) == pytest.approx(0.05, rel=1e-10)
    assert critical == pytest.approx(1.45, abs=0.005)


def test_the_permutation_p_lies_within_monte_carlo_error_of_the_exact_one():
    x, y = anorexia_changes()
    result = permutation.permute_means(
        [*x, *y], [True] * len(x) + [False] * len(y), ["one"] * (len(x) + len(y)), draws=40_000, seed=1
    )
    assert abs(result.p - R["permutation.p_exact"]) < 4 * result.monte_carlo_se


def test_people_are_permuted_within_their_strata_only():
    values, first, strata = [1.0, 4.0, 6.0, 9.0, 2.0, 20.0], [1, 0, 1, 0, 1, 0], ["n", "n", "n", "n", "s", "s"]
    observed = abs(np.mean([1, 6, 2]) - np.mean([4, 9, 20]))
    far = [
        abs(np.mean([*north, south]) - (sum(values) - sum(north) - south) / 3) >= observed - 1e-9
        for north in combinations(values[:4], 2)
        for south in values[4:]
    ]
    result = permutation.permute_means(values, first, strata, draws=40_000, seed=5)
    assert abs(result.p - np.mean(far)) < 4 * result.monte_carlo_se + 1e-4
    assert result == permutation.permute_means(values, first, strata, draws=40_000, seed=5)


PUBLISHED = [  # estimate, interval, implied SD of change, d, t-test P (41 in each arm assumed)
    (1.7, -7.5, 11.0, 21.0, 0.08, 0.72),
    (-0.8, -2.2, 0.6, 3.2, -0.25, 0.26),
    (2.0, -3.3, 7.4, 12.2, 0.16, 0.46),
    (2.7, -3.7, 9.2, 14.7, 0.18, 0.41),
    (3.0, -7.2, 13.3, 23.3, 0.13, 0.56),
]


@pytest.mark.parametrize(("estimate", "low", "high", "sd", "d", "p"), PUBLISHED)
def test_a_published_interval_implies_the_spread_the_effect_size_and_the_t_test(estimate, low, high, sd, d, p):
    result = two_samples.implied_by_interval(estimate, low, high, 41, 41)
    assert (round(result.sd, 1), round(result.d, 2), round(result.p, 2)) == (sd, d, p)


def test_what_an_interval_implies_is_what_made_it():
    x, y = anorexia_changes()
    test = two_samples.pooled_t(x, y)
    back = two_samples.implied_by_interval(test.estimate, test.low, test.high, len(x), len(y))
    assert back.se == pytest.approx(test.se, rel=1e-12)
    assert back.p == pytest.approx(test.p, rel=1e-9)
    assert back.d == pytest.approx(standardised.standardised_difference(x, y).d, rel=1e-12)


def test_baseline_balance_is_that_of_a_hand_calculation():
    assert standardised.balance_of_numbers([1, 2, 3], [2, 4, 6]) == pytest.approx(-2 / np.sqrt((1 + 4) / 2))
    p, q = 0.6, 0.25
    x, y = ["f"] * 3 + ["m"] * 2, ["f"] + ["m"] * 3
    assert standardised.balance_of_categories(x, y) == pytest.approx((p - q) / np.sqrt((p * 0.4 + q * 0.75) / 2))


def test_the_balance_of_three_categories_does_not_depend_on_which_is_left_out():
    x, y = list("aabbbccccc"), list("aaaabbcc")
    results = {
        round(standardised.balance_of_categories([m[v] for v in x], [m[v] for v in y]), 12)
        for m in (dict(zip("abc", names, strict=True)) for names in permutations("abc"))
    }
    assert len(results) == 1


def test_a_description_uses_type_seven_quartiles():
    result = two_samples.describe([1, 2, 3, 4])
    assert (result.mean, result.median, result.lower_quartile, result.upper_quartile) == (2.5, 2.5, 1.75, 3.25)
    assert result.sd == pytest.approx(np.sqrt(5 / 3))


@pytest.mark.parametrize(
    ("compute", "code"),
    [
        (lambda: two_samples.pooled_t([1], [2, 3]), "too_few"),
        (lambda: two_samples.welch_t([4, 4, 4], [4, 4]), "constant"),
        (lambda: two_samples.describe([]), "empty"),
        (lambda: ranks.mann_whitney([1, 1, 1], [1, 1]), "constant"),
        (lambda: ranks.mann_whitney_exact(range(200), range(200)), "too_many"),
        (lambda: ranks.hodges_lehmann([1, 2], [3, 4]), "too_few"),
        (lambda: ranks.probability_of_superiority([1, 2], [5, 6]), "separated"),
        (lambda: two_by_two.wilson(0, 0), "empty"),
        (lambda: two_by_two.chi_square(5, 5, 4, 4), "constant"),
        (lambda: two_by_two.risk_ratio(0, 5, 4, 9), "no_event"),
        (lambda: two_by_two.odds_ratio(5, 5, 4, 9), "empty_cell"),
        (lambda: clustered.clustering([1, 0], ["a", "b"], ["p", "q"]), "no_cluster"),
        (lambda: permutation.permute_means([1, 2], [True, True], ["s", "s"], draws=9, seed=1), "empty"),
    ],
)
def test_what_cannot_be_estimated_says_why_instead_of_giving_a_number(compute, code):
    with pytest.raises(NotEstimable) as refused:
        compute()
    assert refused.value.code == code
    assert str(refused.value).endswith(".")


def test_perfect_separation_gives_no_odds_ratio():
    arms, clusters = ["one"] * 6 + ["two"] * 6, [str(i // 2) for i in range(12)]
    with pytest.raises(NotEstimable, match="runs to infinity"):
        clustered.arm_effect([1] * 6 + [0, 1] * 3, arms, clusters, arm="one", reference="two")


def test_a_stratum_that_holds_one_arm_only_is_a_singular_design():
    arms, strata = ["a"] * 4 + ["b"] * 4, ["n"] * 4 + ["s"] * 4
    with pytest.raises(NotEstimable, match="cannot be told apart"):
        regression.ancova([1, 2, 3, 5, 4, 6, 7, 9], range(8), arms, strata, arm="a", reference="b")


def test_robust_errors_refuse_a_person_who_alone_decides_a_term():
    arms, strata = ["a", "b"] * 4, ["n"] * 7 + ["s"]
    with pytest.raises(NotEstimable, match="leverage"):
        regression.ancova([1, 2, 3, 5, 4, 6, 7, 9], [3, 1, 4, 1, 5, 9, 2, 6], arms, strata, arm="a", reference="b")


def test_a_missing_value_never_reaches_an_estimator():
    with pytest.raises(ValueError, match="missing values"):
        two_samples.pooled_t([1, float("nan")], [2, 3])
