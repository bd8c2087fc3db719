"""Goals nobody rated: filled in by a model whose chances are known, pooled, and bounded."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, special, stats

from stegvis.methods.analysis import glmm, goal_imputation, run
from stegvis.methods.analysis.analyses.goals_counted import RATED, UNRATED, every
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import open_trial

from . import synthetic

FROM = 40  # the first people have no rated goal
PEOPLE = [f"p{number:03}" for number in range(160) for _ in range(3)]
TIMES = 6000
MONTE_CARLO = 0.03  # four standard errors of a share of 6000, and what the spread of the parameters adds


def goals():
    """Three goals of each of 160 people: 40 rated none; of two, two are rated and the third is not."""
    random = np.random.default_rng(11)
    b = np.repeat(random.standard_normal(160), 3)
    attained = (random.random(480) < special.expit(-0.4 + 1.4 * b)).astype(float)
    attained[: 3 * FROM] = np.nan
    attained[3 * FROM : 3 * FROM + 3] = 1, 1, np.nan
    attained[3 * FROM + 3 : 3 * FROM + 6] = 0, 0, np.nan
    return attained


def filled(attained, *, times=TIMES, seed=1):
    design = np.ones((attained.size, 1))
    return goal_imputation.filled_in(attained, design, PEOPLE, times=times, random=np.random.default_rng(seed))


def chance(fit, *seen):
    """P(next goal attained | the goals seen), by numerical integration over the person's b."""

    def at(b, *outcomes):
        p = special.expit(fit.beta[0] + fit.sd * b)
        return stats.norm.pdf(b) * np.prod([p if one else 1 - p for one in outcomes])

    above, below = (integrate.quad(at, -9, 9, args=args)[0] for args in ((*seen, 1), seen))
    return above / below


def test_what_is_filled_in_has_the_chance_that_the_model_and_the_persons_other_goals_give_it():
    attained = goals()
    rated = np.isfinite(attained)
    fit = glmm.fit(attained[rated], np.ones((rated.sum(), 1)), [PEOPLE[k] for k in np.flatnonzero(rated)])
    found = filled(attained).mean(axis=0)
    assert found[: 3 * FROM].mean() == pytest.approx(chance(fit), abs=MONTE_CARLO)
    assert found[3 * FROM + 2] == pytest.approx(chance(fit, 1, 1), abs=MONTE_CARLO)
    assert found[3 * FROM + 5] == pytest.approx(chance(fit, 0, 0), abs=MONTE_CARLO)


def test_goals_of_somebody_who_rated_none_are_as_alike_as_other_peoples():
    attained = goals()
    rated = np.isfinite(attained)
    fit = glmm.fit(attained[rated], np.ones((rated.sum(), 1)), [PEOPLE[k] for k in np.flatnonzero(rated)])
    lost = filled(attained)[:, : 3 * FROM]
    both = (lost[:, 0::3] * lost[:, 1::3]).mean()
    assert both == pytest.approx(chance(fit) * chance(fit, 1), abs=MONTE_CARLO)


def test_one_goal_a_person_is_filled_in_by_the_share_of_those_rated():
    attained = goals()[0::3]
    rated = np.isfinite(attained)
    found = goal_imputation.filled_in(
        attained, np.ones((160, 1)), PEOPLE[0::3], times=TIMES, random=np.random.default_rng(3)
    )
    assert found[:, ~rated].mean() == pytest.approx(attained[rated].mean(), abs=MONTE_CARLO)


def test_rated_goals_stay_and_the_same_seed_fills_in_the_same():
    attained = goals()
    rated = np.isfinite(attained)
    one, again, other = filled(attained, times=9), filled(attained, times=9), filled(attained, times=9, seed=2)
    assert np.all(one[:, rated] == attained[rated])
    assert np.array_equal(one, again)
    assert not np.array_equal(one, other)


def test_an_arm_in_which_no_goal_was_rated_is_refused():
    with pytest.raises(NotEstimable, match="No goal was rated in one of the arms"):
        filled(np.full(480, np.nan))


def test_the_report_pools_the_filled_in_goals_first_and_bounds_what_ratings_could_do(reports):
    printed = reports()
    found = printed.findings
    pooled = found["goals.main.imputed.person_t_imputed.stroll-chat"]
    bounds = found["goals.main.bounds.person_bounds.stroll-chat"]
    rated, worst = (found[f"goals.main.{how}.person_t.stroll-chat"] for how in ("rated", "unrated_as_not"))
    assert sum(pooled.n.values()) == sum(worst.n.values()) > sum(rated.n.values())
    assert 0 < pooled["fmi"] < 1
    assert bounds["lower"] <= worst["estimate"] <= bounds["upper"]
    assert bounds["lower"] <= pooled["estimate"] <= bounds["upper"]
    assert bounds["low"] < bounds["lower"] <= bounds["upper"] < bounds["high"]
    assert printed.html.index("goals-main-imputed") < printed.html.index("goals-main-rated")


def test_bounds_are_those_counted_by_hand(tmp_path):
    trial = open_trial(synthetic.write(tmp_path / "x"), synthetic.plan())
    found = run.compute(trial)["goals.main.bounds.person_bounds.stroll-chat"]

    def mean(arm, unrated):
        shares = {}
        for one in every(trial, "main"):
            if one.arm == arm and one.state in (RATED, UNRATED):
                yes = unrated if one.state == UNRATED else one.level in trial.plan.goals.attained
                shares.setdefault(one.goal.participant, []).append(float(yes))
        return np.mean([np.mean(each) for each in shares.values()])

    assert found["lower"] == pytest.approx(mean("stroll", 0) - mean("chat", 1), abs=1e-12)
    assert found["upper"] == pytest.approx(mean("stroll", 1) - mean("chat", 0), abs=1e-12)
