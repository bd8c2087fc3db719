"""Goals counted by person: shares, T scores, and the comparison of their means."""

import numpy as np
import pytest

from stegvis.methods.analysis import attainment, linear_probability, marginal, person_means, pooling, two_samples
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.instruments.goal_attainment import t_score

from .references import goals, values

R = values("goals.csv")
NAN = float("nan")
PEOPLE = ["p", "p", "p", "q", "q", "r"]
RATED = [1, 0, NAN, NAN, 1, NAN]


@pytest.mark.parametrize(
    ("unrated", "expected"),
    [
        ("left_out", [0.5, 1, NAN]),
        ("not_attained", [1 / 3, 0.5, 0]),
        ("worst", [1 / 3, 0.5, 1]),
        ("best", [2 / 3, 1, 0]),
    ],
)
def test_unrated_goals_are_left_out_not_attained_or_at_an_extreme(unrated, expected):
    """p and q are in the compared arm, r in the other."""
    result = attainment.shares(RATED, PEOPLE, unrated=unrated, compared=[1, 1, 1, 1, 1, 0])
    assert result.people == ("p", "q", "r")
    assert result.share == pytest.approx(expected, nan_ok=True)
    assert result.unrated.tolist() == [1, 1, 1]


def test_goals_that_are_not_yet_due_are_apart_and_in_no_denominator():
    result = attainment.shares(RATED, PEOPLE, due=[1, 0, 1, 1, 1, 0], unrated="not_attained")
    assert result.share == pytest.approx([0.5, 0.5, NAN], nan_ok=True)
    assert result.not_due.tolist() == [1, 0, 1]
    assert result.counted.tolist() == [2, 2, 0]


def test_completed_data_sets_go_through_together():
    completed = np.array([[1, 0, 1, 0, 1, 1], [1, 0, 0, 1, 1, 0]], float)
    result = attainment.shares(completed, PEOPLE).share
    assert result == pytest.approx(np.array([[2 / 3, 0.5, 1], [1 / 3, 1, 0]]))


def test_t_scores_of_arrays_are_those_of_the_instrument():
    levels, weights = [2, -1, 0, 1, -2, 0], [3, 1, 2, 5, 4, 1]
    people, scores = attainment.t_scores([levels, [0] * 6], PEOPLE, weights)
    assert people == ("p", "q", "r")
    assert scores[0] == pytest.approx([t_score(levels[a:b], weights[a:b]) for a, b in [(0, 3), (3, 5), (5, 6)]])
    assert scores[1].tolist() == [50, 50, 50]
    assert np.isnan(attainment.t_scores([1, NAN, 0, 1, 1, 1], PEOPLE)[1]).tolist() == [True, False, False]


def respiratory_shares() -> tuple[np.ndarray, list[str], np.ndarray, np.ndarray]:
    d = goals("respiratory")
    result = attainment.shares(d["y"], d["id"].tolist())
    index = [d["id"].tolist().index(person) for person in result.people]
    arms = ["a" if d["x"][i] == 1 else "p" for i in index]
    return result.share, arms, d["baseline"][index], np.array([1 + int(person) % 3 for person in result.people])


def test_the_difference_of_mean_shares_is_welchs():
    share, arms, _, _ = respiratory_shares()
    result = person_means.compare(share, arms, arm="a", reference="p")
    assert result.estimate == pytest.approx(R["share.welch_estimate"], rel=1e-12)
    assert (result.se, result.df) == (pytest.approx(R["share.welch_se"]), pytest.approx(R["share.welch_df"]))


@pytest.mark.parametrize("errors", ["classical", "HC2", "HC3"])
@pytest.mark.parametrize("kind", ["plain", "weighted"])
def test_adjusted_and_weighted_shares_agree_with_lm_and_sandwich(kind, errors):
    share, arms, baseline, weights = respiratory_shares()
    chosen = weights if kind == "weighted" else None
    result = person_means.compare(
        share, arms, arm="a", reference="p", covariates=baseline, weights=chosen, errors=errors
    )
    theirs = {"classical": "const"}.get(errors, errors)
    assert result.estimate == pytest.approx(R[f"share.{kind}_estimate"], rel=1e-10)
    assert result.se == pytest.approx(R[f"share.{kind}_{theirs}"], rel=1e-10)
    assert result.df == 108


def test_hc2_without_covariates_is_welchs_error():
    share, arms, _, _ = respiratory_shares()
    welch, hc2 = (person_means.compare(share, arms, arm="a", reference="p", errors=e) for e in ("welch", "HC2"))
    assert welch.se == pytest.approx(hc2.se, rel=1e-12)
    assert welch.df < hc2.df


def test_many_completed_data_sets_are_compared_as_each_alone():
    share, arms, baseline, _ = respiratory_shares()
    both = np.array([share, share[::-1]])
    for errors, further in (("welch", None), ("HC3", baseline)):
        estimates, squares, df = person_means.compare_many(
            both, arms, arm="a", reference="p", covariates=further, errors=errors
        )
        alone = person_means.compare(both[1], arms, arm="a", reference="p", covariates=further, errors=errors)
        assert (estimates[1], np.sqrt(squares[1]), df[1]) == tuple(
            pytest.approx(v) for v in (alone.estimate, alone.se, alone.df)
        )


def imputed_bacteria(missing: float) -> np.ndarray:
    """Forty completed data sets, in which a share of the outcomes is drawn anew with chance 0.8."""
    y, rng = goals("bacteria")["y"], np.random.default_rng(6)
    gap = rng.random(y.size) < missing
    return np.where(gap, rng.random((40, y.size)) < 0.8, y)


@pytest.mark.parametrize("unit", ["goal", "odds", "person"])
def test_imputed_goals_go_through_every_comparison_to_one_pooled_estimate(unit):
    d = goals("bacteria")
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    contrast = {"arm": "a", "reference": "p"}

    def pooled(ys):
        if unit == "goal":
            q, u, df = linear_probability.compare_many(ys, arms, d["id"], **contrast)
        elif unit == "odds":
            q, u, df = marginal.compare_many(ys, arms, d["id"], **contrast)
        else:
            of = dict(zip(d["id"], arms, strict=True))
            result = attainment.shares(ys, d["id"].tolist())
            q, u, each = person_means.compare_many(result.share, [of[p] for p in result.people], **contrast)
            df = each.min()
        return pooling.pool(q, u, df_complete=float(df), n={}), q[0], np.sqrt(u[0])

    complete, alone, se = pooled(imputed_bacteria(0.0))
    assert (complete.estimate, complete.se) == (pytest.approx(alone), pytest.approx(se))
    imputed, _, _ = pooled(imputed_bacteria(0.3))
    assert imputed.numbers["fmi"] > 0.05 > complete.numbers["between"]
    assert imputed.df < complete.df


def test_both_units_are_told_with_their_numbers():
    d = goals("bacteria")
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    naive, by_goal, by_person = person_means.both_units(d["y"], arms, d["id"].tolist(), arm="a", reference="p")
    assert naive.estimate == pytest.approx(by_goal.estimate) == pytest.approx(R["cr2_bacteria.estimate"])
    assert by_goal.se > naive.se
    assert (naive.n, by_person.n) == ({"a.goals": 124, "p.goals": 96}, {"a": 29, "p": 21})
    share = attainment.shares(d["y"], d["id"].tolist())
    arm_of = dict(zip(d["id"], arms, strict=True))
    groups = [[s for s, p in zip(share.share, share.people, strict=True) if arm_of[p] == arm] for arm in "ap"]
    assert by_person.p == pytest.approx(two_samples.welch_t(*groups).p)


def test_weights_by_goals_make_the_share_of_all_goals():
    d = goals("bacteria")
    arms = np.where(d["x"] == 1, "a", "p").tolist()
    result = attainment.shares(d["y"], d["id"].tolist())
    arm_of = dict(zip(d["id"], arms, strict=True))
    people = [arm_of[person] for person in result.people]
    weighted = person_means.compare(result.share, people, arm="a", reference="p", weights=result.counted, errors="HC2")
    independent = marginal.gee.fit(d["y"], np.column_stack([np.ones(220), d["x"]]), [str(i) for i in range(220)],
                                   link="identity")  # fmt: skip
    assert weighted.estimate == pytest.approx(independent.beta[1])


def test_people_without_a_value_are_left_out_and_what_cannot_be_told_is_refused():
    arms = ["a", "a", "a", "b", "b", "b"]
    result = person_means.compare([1, 0.5, NAN, 0, 0.25, 1], arms, arm="a", reference="b")
    assert result.n == {"a": 2, "b": 3}
    cases = {
        "too_few": [1, NAN, NAN, 0, 1, 1],
        "constant": [1, 1, 1, 0, 0, 0],
    }
    for code, numbers in cases.items():
        with pytest.raises(NotEstimable) as refused:
            person_means.compare(numbers, arms, arm="a", reference="b")
        assert refused.value.code == code
    with pytest.raises(NotEstimable, match="some of the completed"):
        person_means.compare_many([[1, 1, 1, 0, 0, 0], [1, NAN, 1, 0, 0, 0]], arms, arm="a", reference="b")
    with pytest.raises(NotEstimable, match="told apart"):
        person_means.compare(
            [1, 0, 1, 0, 1, 1], arms, arm="a", reference="b", covariates=[1, 1, 1, 0, 0, 0], errors="HC2"
        )
