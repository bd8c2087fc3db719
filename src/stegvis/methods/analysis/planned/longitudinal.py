"""Longitudinal: planned analyses by models that keep everyone who answered at least once, and by adjusted regressions."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import adjusted_means, mmrm, nested, small_sample, visit_model
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.planned.arrays import Arrays, Matrix
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.trial import Trial

if TYPE_CHECKING:
    from .compute import Task

Chosen = NDArray[np.bool_]
DEGREES = {
    "kenward_roger": small_sample.KENWARD_ROGER_LINEAR,
    "satterthwaite": small_sample.SATTERTHWAITE,
    "normal": small_sample.LARGE_SAMPLE,
}


def repeated_measures(task: Task) -> Estimate:
    """MMRM over every occasion after baseline; whoever answered on one of them is in it."""
    data, places = task.data, later(task.data)
    y = data.values[:, places]
    seen = _any(y)
    model = visit_model.visit_means(
        data.arms,
        [data.occasions[place] for place in places],
        covariates(task, data),
        reference=task.contrast[1],
        counted=seen,
    )
    return _fitted(task, y, model, seen, "MMRM")


def constrained(task: Task) -> Estimate:
    """Constrained longitudinal model: the baseline is an outcome too, and alike in all arms."""
    data = task.data
    order = [data.baseline, *later(data)]
    y = data.values[:, order]
    seen = _any(y)
    model = visit_model.constrained_means(
        data.arms,
        [data.occasions[place] for place in order],
        strata(task, data),
        reference=task.contrast[1],
        counted=seen,
    )
    return _fitted(task, y, model, seen, "Constrained longitudinal model")


def interacted(task: Task) -> Estimate:
    """Lin's analysis of covariance: each arm with its own slopes, HC2 errors; complete cases."""
    data = task.data.complete()
    arm, reference = task.contrast
    return adjusted_means.interacted(
        data.after, covariates(task, data), data.arms, arm=arm, reference=reference, level=task.level
    )


def therapists_nested(task: Task) -> Estimate:
    """The main occasion in a model whose compared arm has therapists; those without one stand for themselves."""
    data = task.data.complete()
    of = therapists(task.trial)
    clusters = [of.get(person, "") if arm == task.contrast[0] else "" for person, arm in _both(data)]
    if not any(clusters):
        raise NotEstimable(
            "no_therapists", "No therapist is known for anybody in the compared arm, so nothing is nested in them."
        )
    others = [one for one in sorted(set(data.arms)) if one != task.contrast[1]]
    indicators = np.array([[float(arm == one) for one in others] for arm in data.arms]).reshape(len(data.arms), -1)
    design = np.column_stack([np.ones(len(data.arms)), indicators, covariates(task, data)])
    row = np.zeros(design.shape[1])
    row[1 + others.index(task.contrast[0])] = 1
    return nested.partially_nested(
        data.after,
        design,
        clusters,
        row,
        n=data.count(*task.contrast),
        equal_residuals=task.options["residuals"] == "equal",
        method=DEGREES[task.options["degrees"]],
        level=task.level,
    )


def therapists(trial: Trial) -> dict[str, str]:
    """Each participant's main therapist: who spent the most minutes on them; of equals, the first by code."""
    minutes: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in trial.extract.guidance:
        minutes[row.participant][row.therapist] += row.minutes
    return {person: min(found, key=lambda one: (-found[one], one)) for person, found in minutes.items()}


def covariates(task: Task, data: Arrays) -> Matrix:
    """The plan's covariates (n, k): baseline, then an indicator of every stratum but the first.

    A baseline that is missing gets the mean of the others, which in a randomised comparison biases nothing, since it
    knows no arm (White & Thompson, Stat Med 2005;24:993).
    """
    columns = strata(task, data)
    if "baseline" not in task.covariates:
        return columns
    before = data.before
    if not np.isfinite(before).any():
        raise NotEstimable("empty", "Nobody has a value at baseline. Leave the baseline out of the plan's covariates.")
    return np.column_stack([np.where(np.isfinite(before), before, np.nanmean(before)), columns])


def strata(task: Task, data: Arrays) -> Matrix:
    if "stratum" not in task.covariates:
        return np.empty((len(data.people), 0))
    return visit_model.indicators(data.strata)[0]


def later(data: Arrays) -> list[int]:
    """The occasions after baseline on which anybody was measured; refused when the main one is not among them."""
    measured = np.asarray(np.isfinite(data.values).any(axis=0), dtype=bool)
    if not measured[data.last]:
        raise NotEstimable("empty", "Nobody has a value at the main occasion yet. Wait for more answers.")
    return [place for place in np.flatnonzero(measured).tolist() if place != data.baseline]


def _fitted(task: Task, y: Matrix, model: visit_model.VisitModel, seen: Chosen, title: str) -> Estimate:
    fit = mmrm.fit(y, model.design, covariance=task.options["covariance"])
    row = model.contrast(*task.contrast, task.data.occasions[task.data.last])
    n = task.data.having(seen).count(*task.contrast)
    return fit.estimate(row, n=n, method=DEGREES[task.options["degrees"]], level=task.level, title=title)


def _any(y: Matrix) -> Chosen:
    """Who was measured at least once."""
    return np.asarray(np.isfinite(y).any(axis=1), dtype=bool)


def _both(data: Arrays) -> zip[tuple[str, str]]:
    return zip(data.people, data.arms, strict=True)
