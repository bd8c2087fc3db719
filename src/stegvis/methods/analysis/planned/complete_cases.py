"""Complete cases: analyses of those who have both values; they take what is missing to be missing by mere chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stegvis.methods.analysis import regression, two_samples
from stegvis.methods.analysis.estimates import Estimate, wald
from stegvis.methods.analysis.refusals import NotEstimable

if TYPE_CHECKING:
    from .compute import Task


def change(task: Task) -> Estimate:
    """Difference in mean change with a t interval."""
    data = task.data.complete()
    changes = data.after - data.before
    arms = np.array(data.arms)
    method = two_samples.welch_t if task.options["variances"] == "welch" else two_samples.pooled_t
    found = method(changes[arms == task.contrast[0]], changes[arms == task.contrast[1]], task.level)
    words = f"complete cases; {found.method} interval of change"
    return wald(words, found.estimate, found.se, found.df, level=task.level, n=data.count(*task.contrast))


def ancova(task: Task) -> Estimate:
    """Difference at the main occasion, adjusted for the plan's covariates."""
    data = task.data.complete()
    if "baseline" not in task.covariates:
        raise NotEstimable("not_planned", "The plan does not name the baseline as a covariate, so there is no ANCOVA.")
    found = regression.ancova(
        data.after,
        data.before,
        data.arms,
        data.strata if "stratum" in task.covariates else ("",) * len(data.people),
        arm=task.contrast[0],
        reference=task.contrast[1],
        errors=task.options["errors"],
        level=task.level,
    )
    words = f"complete cases; least squares, {found.errors} errors, t(n − p)"
    return wald(words, found.estimate, found.se, found.df, level=task.level, n=data.count(*task.contrast))
