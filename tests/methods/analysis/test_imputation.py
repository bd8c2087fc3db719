"""Multiple imputation against mice within Monte Carlo error, and its models against glm and VGAM exactly."""

import numpy as np
import pytest

from stegvis.methods.analysis import imputation, logistic, ordinal, pooling
from stegvis.methods.analysis import imputation_draws as draws
from stegvis.methods.analysis.imputation import Column
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.resampling import children

from .antidepressant import ancova, arms, baseline, table
from .references import data, values

R = values("missing_data.csv")
NAMES = ("baseline", "week1", "week2", "week4", "week6")
SEED = np.random.SeedSequence(20)


def filled(method="norm", m=400, seed=SEED, **more):
    columns = [Column(name, method) for name in NAMES]
    return imputation.impute(table(), columns, imputations=m, seed=seed, **{"arms": arms(), **more})


def boys():
    rows = data("boys.csv")
    return np.array([[np.nan if r[c] == "NA" else float(r[c]) for c in ("age", "hgt", "gen", "city")] for r in rows])


@pytest.mark.parametrize("method", ["norm", "pmm"])
def test_the_pooled_effect_agrees_with_mice_within_monte_carlo_error(method):
    made = filled(method)
    one = pooling.rubin(*ancova(made.column("week6") - baseline()), 169)
    error = np.hypot(float(one.mc_error), R[f"mi.{method}.mc"])
    assert one.estimate == pytest.approx(R[f"mi.{method}.estimate"], abs=3 * error)
    assert one.between == pytest.approx(R[f"mi.{method}.b"], rel=3 * np.sqrt(2 * 2 / 400))
    assert one.se == pytest.approx(R[f"mi.{method}.se"], rel=0.03)


@pytest.mark.parametrize(("method", "name"), [("ordinal", "polr"), ("logistic", "logreg")])
def test_ordered_and_binary_columns_agree_with_mice_within_monte_carlo_error(method, name):
    grown = boys()
    if method == "logistic":
        grown[:, 2] = np.where(np.isnan(grown[:, 2]), np.nan, grown[:, 2] >= 4)
    columns = [Column("age"), Column("hgt"), Column("gen", method), Column("city")]
    made = imputation.impute(grown, columns, imputations=300, seed=SEED)
    late = np.mean(made.column("gen") >= (4 if method == "ordinal" else 1), axis=1)
    error = np.hypot(late.std() / np.sqrt(300), R[f"mi.{name}.mc"])
    assert late.mean() == pytest.approx(R[f"mi.{name}.late"], abs=3 * error)


def test_proportional_odds_agree_with_vgam():
    grown = boys()[np.isfinite(boys()[:, 2])]
    fit = ordinal.proportional_odds(grown[:, 2].astype(int) - 1, grown[:, [0, 1, 3]])
    ours = np.concatenate([fit.cuts, -fit.beta])  # VGAM writes θ + xβ
    for k, value in enumerate(ours):
        assert value == pytest.approx(R[f"po.{k + 1}"], rel=1e-7)
        assert np.sqrt(fit.covariance[k, k]) == pytest.approx(R[f"po.{k + 1}.se"], rel=1e-7)


def test_linear_draws_have_the_moments_of_the_posterior():
    """E β* = β̂; Var β* = RSS/(ν − 2) (X'X)⁻¹ (multivariate t)."""
    draw = np.random.default_rng(2)
    x = np.column_stack([np.ones(40), draw.normal(size=(40, 2))])
    y = x @ [1.0, 2.0, -1.0] + draw.normal(size=40)
    beta, drawn, _ = draws.linear(y, x[None], 40_000, draw)
    rss = np.sum((y - x @ beta[0]) ** 2)
    expected = rss / 35 * np.linalg.inv(x.T @ x)
    assert drawn.mean(axis=0) == pytest.approx(beta[0], abs=4 * np.sqrt(expected.max() / 40_000))
    assert np.cov(drawn.T) == pytest.approx(expected, abs=0.05 * expected.max())


def test_observed_values_are_never_touched_and_every_gap_is_filled():
    made = filled(m=5)
    known = np.isfinite(table())
    assert np.array_equal(made.values[:, known], np.broadcast_to(table()[known], (5, known.sum())))
    assert np.isfinite(made.values).all()
    assert np.array_equal(made.missing, ~known)


def test_predictive_mean_matching_only_lends_values_that_were_seen_in_the_arm():
    made, codes = filled("pmm", m=5), np.array(arms())
    for arm in ("DRUG", "PLACEBO"):
        seen = set(table()[codes == arm, 4])
        assert set(made.column("week6")[:, codes == arm].ravel()) <= seen


def test_with_one_donor_the_nearest_is_taken():
    x = np.column_stack([np.ones(30), np.arange(30.0)])
    y = 2.0 * np.arange(30)
    y[0] += 1e-6
    gap = np.array([[[1.0, 10.2], [1.0, 19.9]]])
    found = draws.pmm(y, x[None], gap, 6, np.random.default_rng(1), donors=1)
    assert np.array_equal(found, np.tile([20.0, 40.0], (6, 1)))


def test_equal_distances_are_decided_by_chance_in_each_imputation():
    x = np.column_stack([np.ones(40), np.repeat([0.0, 1.0], 20)])
    found = draws.pmm(np.arange(40.0), x[None], np.array([[[1.0, 0.0]]]), 4000, np.random.default_rng(1), donors=3)
    shares = np.bincount(found.ravel().astype(int), minlength=40) / 4000
    assert shares[:20] == pytest.approx(0.05, abs=5 * np.sqrt(0.05 * 0.95 / 4000))
    assert shares[20:].sum() == 0


def test_the_donors_are_the_nearest_as_found_by_sorting_all_distances():
    draw = np.random.default_rng(3)
    offered, wanted = draw.normal(size=(6, 30)), 2 * draw.normal(size=(6, 9))
    allowed = np.argsort(np.abs(wanted[:, :, None] - offered[:, None, :]), axis=-1)[..., :4]
    seen = np.stack([draws._donors(offered, wanted, 4, draw) for _ in range(200)], axis=-1)
    for row in range(6):
        for one in range(9):
            assert set(seen[row, one]) == set(allowed[row, one])


def test_the_same_seed_gives_the_same_numbers_and_another_does_not():
    one, two, other = (filled(m=3, seed=np.random.SeedSequence(s)).values for s in (1, 1, 2))
    assert np.array_equal(one, two)
    assert not np.array_equal(one, other)


def test_an_arm_does_not_touch_what_is_imputed_in_another():
    codes = np.array(arms())
    alone = imputation._chain(
        "DRUG", table()[codes == "DRUG"], [Column(n) for n in NAMES], 3, 10,
        np.random.default_rng(children(np.random.SeedSequence(1), 2)[0]),
    )[0]  # fmt: skip
    assert np.array_equal(filled(m=3, seed=np.random.SeedSequence(1)).values[:, codes == "DRUG"], alone)


def test_scale_and_origin_do_not_matter():
    """Halving is exact in floating point, so the draws are the same numbers; a moved origin changes the last digits."""
    columns = [Column(name) for name in NAMES]
    moved = imputation.impute(3 + table() / 2, columns, imputations=2, seed=SEED, arms=arms())
    assert moved.values == pytest.approx(3 + filled(m=2).values / 2, rel=1e-8)


def test_nested_gaps_need_no_iteration_and_others_settle():
    drugs, placebo = filled(m=40).chains
    assert (drugs.arm, drugs.nested, placebo.nested) == ("DRUG", False, True)
    assert drugs.means.shape == (10, 5, 40)
    assert np.all(drugs.r_hat()[2:] < 1.3)
    assert np.isnan(placebo.r_hat()).all()


def test_bounds_hold_and_what_they_changed_is_counted():
    columns = [Column(name, low=0.0) for name in NAMES]
    made = imputation.impute(table(), columns, imputations=20, seed=SEED, arms=arms())
    assert made.values.min() >= 0.0
    drugs = made.missing[:, 4] & (np.array(arms()) == "DRUG")
    assert made.chains[0].bounded["week6"] == np.sum(made.column("week6")[:, drugs] == 0.0) > 0


def test_a_column_that_separates_the_answers_can_still_be_imputed():
    x = np.concatenate([np.arange(20.0), np.arange(20.0) + 40])
    yes = (x > 30).astype(float)
    yes[[5, 25]] = np.nan
    made = imputation.impute(
        np.column_stack([x, yes]), [Column("x"), Column("yes", "logistic")], imputations=200, seed=SEED
    )
    assert made.column("yes")[:, 5].mean() < 0.1 < 0.9 < made.column("yes")[:, 25].mean()


def test_drawn_cut_points_never_cross():
    grown = boys()[:60]
    columns = [Column("age"), Column("hgt"), Column("gen", "ordinal"), Column("city")]
    made = imputation.impute(grown, columns, imputations=500, seed=SEED)
    assert set(np.unique(made.column("gen"))) <= set(grown[np.isfinite(grown[:, 2]), 2])


def spoilt(code):
    bad = table().copy()
    drugs = np.array(arms()) == "DRUG"
    if code == "all_missing":
        bad[drugs, 4] = np.nan
    elif code == "constant":
        bad[drugs & np.isfinite(bad[:, 4]), 4] = 3.0
    elif code == "collinear":
        bad[:, 2] = bad[:, 0] + 2 * bad[:, 1]
    else:
        bad[np.flatnonzero(drugs)[6:], 4] = np.nan
    return bad


@pytest.mark.parametrize(
    ("code", "named"),
    [("all_missing", "week6"), ("constant", "week6"), ("collinear", "baseline|week1|week2"), ("too_few", "at least")],
)
def test_what_cannot_be_imputed_is_refused_by_name(code, named):
    columns = [Column(name) for name in NAMES]
    with pytest.raises(NotEstimable, match=named) as refusal:
        imputation.impute(spoilt(code), columns, imputations=2, seed=SEED, arms=arms())
    assert refusal.value.code == code


def test_an_ordered_answer_needs_someone_at_every_level():
    with pytest.raises(NotEstimable, match="chosen by no one"):
        ordinal.proportional_odds([0, 2, 0, 2], np.array([[1.0], [2.0], [2.0], [1.0]]))


@pytest.mark.parametrize("wrong", [{"iterations": 0}, {"m": 0}])
def test_a_question_that_makes_no_sense_is_a_programming_error(wrong):
    with pytest.raises(ValueError, match="at least 1"):
        filled(**wrong)


@pytest.mark.parametrize("method", [draws.logistic, draws.ordinal])
def test_what_is_not_known_of_the_parameters_spreads_between_imputations(method):
    """Many alike gaps: their share of yes is the drawn chance, whose variance is that of the fit (delta method)."""
    draw = np.random.default_rng(8)
    x = np.column_stack([np.ones(200), draw.normal(size=200)])
    yes = (draw.random(200) < 1 / (1 + np.exp(-x @ [0.3, 1.0]))).astype(float)
    gaps = np.tile([1.0, 0.5], (4000, 1))[None]
    share = method(yes, x[None], gaps, 600, draw).mean(axis=1)
    fit = logistic.logistic(yes, x)
    chance = 1 / (1 + np.exp(-fit.beta @ [1.0, 0.5]))
    variance = (chance * (1 - chance)) ** 2 * ([1.0, 0.5] @ fit.covariance @ [1.0, 0.5])
    assert share.mean() == pytest.approx(chance, abs=0.01)
    assert share.std() == pytest.approx(np.sqrt(variance + chance * (1 - chance) / 4000), rel=0.15)
