"""Goals nobody rated: filled in many times and the comparisons pooled, and how far any ratings could have moved them.

Both count the goals that were locked before allocation and due, rated or not; ratings that are still to come are left out.
The bounds make no assumption at all: every unrated goal of the compared arm attained and none of the other, and the reverse
(Manski, Am Econ Rev 1990;80:319), in each person's own proportion.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import clustered, gee, goal_imputation, pooling, two_samples
from stegvis.methods.analysis.analyses.attempts import arm_id, attempt, contrast_id, numbers_of
from stegvis.methods.analysis.analyses.goals_counted import RATED, UNRATED, Counted
from stegvis.methods.analysis.clusters import contrast_design
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.findings import Finding, source
from stegvis.methods.analysis.plan import GoalImputation, Goals
from stegvis.methods.analysis.planned.compute import seed_of
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import Trial

Array = NDArray[np.float64]
IMPUTED, BOUNDS = "imputed", "bounds"


def findings(trial: Trial, plan: Goals, kind: str, counted: Sequence[Counted]) -> Iterator[Finding]:
    """The pooled comparisons and the bounds of each contrast; nothing where every goal was rated, or the plan wants none."""
    used = sorted(
        (one for one in counted if one.state in (RATED, UNRATED)), key=lambda one: (one.goal.participant, one.goal.goal)
    )
    if plan.imputation is None or not trial.contrasts or all(one.state == RATED for one in used):
        return
    filled = _Filled(trial, plan, plan.imputation, kind, used)
    for contrast in trial.contrasts:
        own = [one for one in used if one.arm in contrast]
        facts: dict[str, Any] = {
            "section": "goals",
            "outcome": kind,
            "arms": contrast,
            "level": trial.plan.methods.level,
            "n": {arm: len({one.goal.participant for one in own if one.arm == arm}) for arm in contrast},
            "sources": (
                source("goals", [one.goal for one in own], f"kind = {kind!r}, rated or never rated"),
                source("ratings", [one.rating for one in own if one.rating], "the rating that counts"),
            ),
        }
        builds = {"person_t_imputed": filled.by_person, "goal_gee_imputed": filled.by_goal}
        for method, build in builds.items():
            identifier = f"goals.{kind}.{IMPUTED}.{method}.{contrast_id(contrast)}"
            yield attempt(partial(build, contrast), id=identifier, method=method, analysis_set=IMPUTED, **facts)
        identifier = f"goals.{kind}.{BOUNDS}.person_bounds.{contrast_id(contrast)}"
        build_bounds = partial(_bounds, trial, plan, used, contrast)
        yield attempt(build_bounds, id=identifier, method="person_bounds", analysis_set=BOUNDS, **facts)


class _Filled:
    """The goals of one kind with the unrated filled in, made once for all contrasts; or why that could not be done."""

    def __init__(self, trial: Trial, plan: Goals, how: GoalImputation, kind: str, used: Sequence[Counted]) -> None:
        self.level = trial.plan.methods.level
        self.arms = np.array([one.arm for one in used])
        self.people = np.array([one.goal.participant for one in used])
        self.refusal: NotEstimable | None = None
        self.attained = np.empty((how.times, len(used)))
        seen, design = _attained(plan, used), _design(trial, how, used)
        for arm in trial.arms:
            own = self.arms == arm
            random = np.random.default_rng(seed_of(trial.plan, "goals", kind, arm_id(arm)))
            try:
                self.attained[:, own] = goal_imputation.filled_in(
                    seen[own], design[own], self.people[own].tolist(), times=how.times, random=random
                )
            except NotEstimable as refusal:
                self.refusal = refusal

    def by_person(self, contrast: tuple[str, str]) -> dict[str, float]:
        """The difference in the mean of each person's proportion, errors pooled over the arms as in `pooled_t`."""
        means, squares, sizes = [], np.zeros(self._sound()), []
        for arm in contrast:
            own = self.arms == arm
            whose = np.unique(self.people[own], return_inverse=True)[1]
            goals = np.bincount(whose)
            shares = np.stack([np.bincount(whose, weights=row) / goals for row in self.attained[:, own]])
            means.append(shares.mean(axis=1))
            squares += shares.var(axis=1) * goals.size
            sizes.append(goals.size)
        df = sum(sizes) - 2
        if df < 1:
            raise NotEstimable("too_few", "There are too few people to compare. Wait for more ratings.", n=sum(sizes))
        errors = squares / df * sum(1 / size for size in sizes)
        return self._pooled(means[0] - means[1], errors, float(df), contrast) | {
            "first": float(means[0].mean()),
            "second": float(means[1].mean()),
        }

    def by_goal(self, contrast: tuple[str, str]) -> dict[str, float]:
        """The difference in marginal proportions by logistic GEE, as `clustered.arm_effect` of each filled-in set."""
        self._sound()
        design, column = contrast_design(self.arms.tolist(), *contrast)
        fit = gee.fit_many(self.attained, design, self.people.tolist())
        first, second, errors = clustered.proportions(fit.beta, fit.mancl_derouen, column)
        return self._pooled(first - second, errors, float(fit.df), contrast) | {
            "first": float(first.mean()),
            "second": float(second.mean()),
        }

    def _sound(self) -> int:
        """How many times goals were filled in. Raises what kept them from it."""
        if self.refusal is not None:
            raise self.refusal
        return int(self.attained.shape[0])

    def _pooled(self, estimates: Array, errors: Array, df: float, contrast: tuple[str, str]) -> dict[str, float]:
        n = {arm: len(set(self.people[self.arms == arm])) for arm in contrast}
        found: Estimate = pooling.pool(estimates, errors, df_complete=df, n=n, level=self.level)
        return dict(numbers_of(found)) | dict(found.numbers)


def _attained(plan: Goals, used: Sequence[Counted]) -> Array:
    """1 or 0, and NaN where nobody rated the goal."""
    return np.array([float(one.level in plan.attained) if one.state == RATED else np.nan for one in used])


def _design(trial: Trial, how: GoalImputation, used: Sequence[Counted]) -> Array:
    """The constant, and each predictor's baseline in standard deviations; somebody without a value has the mean."""
    columns = [np.ones(len(used))]
    for code in how.predictors:
        scores = trial.scores(trial.plan.outcome(code), trial.plan.baseline)
        known = {person: score.value for person, score in scores.items() if score.value is not None}
        values = np.array([known.get(one.goal.participant, np.nan) for one in used], dtype=np.float64)
        centre, spread = np.nanmean(list(known.values())), np.nanstd(list(known.values()))
        columns.append(np.nan_to_num((values - centre) / (spread or 1.0)))
    return np.column_stack(columns)


def _bounds(trial: Trial, plan: Goals, used: Sequence[Counted], contrast: tuple[str, str]) -> dict[str, float]:
    """The least and the greatest difference by person, and the limits of the t intervals about the two."""
    seen = _attained(plan, used)
    level = trial.plan.methods.level
    low = two_samples.pooled_t(*_shares(used, np.nan_to_num(seen), np.nan_to_num(seen, nan=1.0), contrast), level)
    high = two_samples.pooled_t(*_shares(used, np.nan_to_num(seen, nan=1.0), np.nan_to_num(seen), contrast), level)
    return {"lower": low.estimate, "upper": high.estimate, "low": low.low, "high": high.high}


def _shares(
    used: Sequence[Counted], compared: Array, reference: Array, contrast: tuple[str, str]
) -> tuple[list[float], list[float]]:
    """Each person's proportion, in the compared arm by `compared` and in the other by `reference` (goals)."""
    found = []
    for arm, values in zip(contrast, (compared, reference), strict=True):
        own: dict[str, list[float]] = {}
        for one, value in zip(used, values, strict=True):
            if one.arm == arm:
                own.setdefault(one.goal.participant, []).append(float(value))
        found.append([sum(each) / len(each) for each in own.values()])
    return found[0], found[1]
