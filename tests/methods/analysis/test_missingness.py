"""Who is missing when, against counts by hand, and who is lost, against R's glm."""

import numpy as np
import pytest
from scipy import optimize, stats

from stegvis.methods.analysis import logistic, logistic_fits, missingness, run
from stegvis.methods.analysis.analyses import missing
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import open_trial

from . import synthetic
from .antidepressant import arms, baseline, change, drug, table
from .references import data, values

R = values("missing_data.csv")
LOST = np.isnan(table()[:, 4])
NAMES = ("drug", "baseline", "week1", "female")


def predictors():
    female = [float(r["sex"] == "F") for r in data("antidepressant.csv")]
    return np.column_stack([drug(), baseline(), table()[:, 1], female])


def test_predictors_of_loss_agree_with_glm():
    found = missingness.predictors_of_loss(LOST, predictors(), NAMES)
    for name, one in found.items():
        assert one.estimate == pytest.approx(R[f"lost.{name}"], rel=1e-8)
        assert one.se == pytest.approx(R[f"lost.{name}.se"], rel=1e-8)
        assert one.p == pytest.approx(R[f"lost.{name}.p"], rel=1e-7)
        assert one.numbers["odds_ratio"] == pytest.approx(np.exp(R[f"lost.{name}"]))
    assert found["drug"].n == {"lost": 43, "kept": 129}


def test_a_logistic_fit_agrees_with_glm_where_probabilities_are_extreme():
    rows = [r for r in data("boys.csv") if r["gen"] != "NA"]
    x = np.array([[1.0, *(float(r[c]) for c in ("age", "hgt", "city"))] for r in rows])
    fit = logistic.logistic(np.array([float(r["gen"]) >= 4 for r in rows], dtype=float), x)
    for k in range(4):
        assert fit.beta[k] == pytest.approx(R[f"late.{k + 1}"], rel=1e-7)
        assert np.sqrt(fit.covariance[k, k]) == pytest.approx(R[f"late.{k + 1}.se"], rel=1e-7)


def test_several_fits_at_once_are_those_of_each_alone():
    x = np.column_stack([np.ones(172), predictors()])
    moved = x + np.random.default_rng(1).normal(0, 0.5, x.shape) * (np.arange(5) > 0)
    both = logistic_fits.fit_all(LOST.astype(float), np.stack([x, moved]))
    assert both.beta[1] == pytest.approx(logistic.logistic(LOST, moved).beta, rel=1e-8)


def test_people_with_a_gap_among_the_predictors_are_left_out_and_counted():
    gappy = predictors()
    gappy[np.flatnonzero(LOST)[:3], 2] = np.nan
    assert missingness.predictors_of_loss(LOST, gappy, NAMES)["drug"].n == {"lost": 40, "kept": 129}


def test_patterns_are_counted_by_arm_and_named_by_kind():
    found = missingness.patterns(change(), arms())
    assert found[0].kind == "complete"
    assert sum(found[0].people.values()) == 128
    assert {one.observed: one.kind for one in found if sum(one.people.values()) == 1} == {
        (True, False, True, True): "intermittent"
    }
    assert sum(sum(one.people.values()) for one in found) == 172


@pytest.mark.parametrize(
    ("observed", "kind"),
    [("111", "complete"), ("110", "monotone"), ("100", "monotone"), ("101", "intermittent"), ("011", "intermittent"),
     ("000", "none")],
)  # fmt: skip
def test_the_kinds_of_patterns(observed, kind):
    assert missingness.kind_of([one == "1" for one in observed]) == kind


def test_the_share_missing_at_each_occasion_is_that_of_the_arm():
    found = missingness.by_occasion(change(), arms())
    last = {one.arm: (one.people, one.missing) for one in found if one.occasion == 3}
    assert last == {"DRUG": (84, 20), "PLACEBO": (88, 23)}
    assert [one.missing for one in found if one.occasion == 0] == [0, 0]
    assert next(one.share for one in found if one.occasion == 3 and one.arm == "DRUG") == pytest.approx(20 / 84)


def test_the_difference_between_lost_and_kept_is_in_standard_deviations():
    start = np.array([1.0, 2.0, 3.0, 4.0, np.nan])
    assert missingness.lost_against_kept(start, [1, 1, 0, 0, 0]) == pytest.approx(-2 / np.sqrt(0.5))
    assert missingness.lost_against_kept(100 - 7 * start, [1, 1, 0, 0, 0]) == pytest.approx(2 / np.sqrt(0.5))


@pytest.mark.parametrize(
    ("lost", "x", "code"),
    [
        (np.zeros(172), predictors(), "constant"),
        (LOST, np.column_stack([predictors(), drug()])[:, [0, 1, 2, 4]], "singular"),
        (LOST, np.column_stack([LOST * 1.0, predictors()[:, 1:]]), "separated"),
        (LOST, np.full((172, 4), np.nan), "empty"),
    ],
)
def test_predictors_that_cannot_be_told_apart_or_tell_everything_are_refused(lost, x, code):
    with pytest.raises(NotEstimable) as refusal:
        missingness.predictors_of_loss(lost, x, NAMES)
    assert refusal.value.code == code


def test_separation_by_several_terms_together_and_in_part_is_found():
    x = np.column_stack([np.ones(6), [0, 1, 0, 1, 2, 3], [0, 0, 1, 1, 2, 2]])
    assert logistic.separated(np.array([0, 0, 0, 0, 1, 1.0]), x)
    assert logistic.separated(np.array([0, 0, 0, 0, 0, 1.0]), x)
    assert not logistic.separated(np.array([0, 1, 1, 0, 0, 1.0]), x)


def test_an_empty_trial_is_refused():
    with pytest.raises(NotEstimable, match="no one"):
        missingness.patterns(np.empty((0, 3)), [])


def test_the_report_prints_what_goes_with_being_lost_as_odds_ratios_by_maximum_likelihood(tmp_path):
    trial = open_trial(synthetic.write(tmp_path / "x"), synthetic.plan())
    [outcome, *_] = trial.plan.of_kind("primary")
    columns = missing.predictors(trial)
    people = [
        one for one in trial.randomised if one in missing.due_people(trial) and all(one in c for c in columns.values())
    ]
    table = np.array([[columns[name][one] for name in columns] for one in people])
    numbers = [place for place, name in enumerate(columns) if not name.startswith("arm.")]
    table[:, numbers] = stats.zscore(table[:, numbers], ddof=1)
    design = np.column_stack([np.ones(len(people)), table])
    lost = np.array([one not in trial.pairs(outcome).people for one in people])

    def against(beta):
        return np.sum(np.logaddexp(0, design @ beta)) - lost @ design @ beta

    best = optimize.minimize(against, np.zeros(design.shape[1]), tol=1e-12).x
    found = run.compute(trial)
    for place, name in enumerate(columns, start=1):
        row = found[f"missing.{outcome.code}.predictor.{name}"]
        assert row["odds_ratio"] == pytest.approx(np.exp(best[place]), rel=1e-4), name
        assert row.n == {"lost": lost.sum(), "kept": (~lost).sum()}
