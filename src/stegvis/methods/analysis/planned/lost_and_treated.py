"""Lost and treated: planned analyses that bound what the lost could have answered, and the effect of what was received."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from stegvis.methods.analysis import bounds, compliance
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.plan import Adherence
from stegvis.methods.analysis.planned.arrays import Arrays, Matrix
from stegvis.methods.analysis.planned.longitudinal import covariates
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.tables import Module
from stegvis.methods.analysis.trial import Trial

if TYPE_CHECKING:
    from .compute import Task

ANY, MINIMUM, SHARE = "any", "minimum_dose", "share"
SHAPES = ("interval", "two_rays", "ray_down", "ray_up", "line")
"""What an Anderson–Rubin set can be; its place in this list is what results.json keeps as `set_shape`."""


def trimmed(task: Task) -> bounds.Bounds:
    """Lee's bounds on the difference in change: the arm that answered more is cut from either end until both are alike."""
    change, assigned, names = _change(task)
    return bounds.lee(change, assigned, level=task.level, names=names)


def worst_case(task: Task) -> bounds.Bounds:
    """Manski's bounds on the difference at the main occasion: everyone lost has the best, or the worst, value there is."""
    data = _two_arms(task)
    low, high = task.outcome.bounds
    return bounds.manski(
        data.after, _assigned(task, data), minimum=low, maximum=high,
        level=task.level, names=task.contrast,
    )  # fmt: skip


def compliers(task: Task) -> Estimate:
    """The effect in those who take the treatment when it is offered, by the allocation as instrument; complete cases."""
    data = _two_arms(task).complete()
    plan = task.trial.plan.adherence
    if plan is None or not task.trial.extract.has("modules"):
        raise NotEstimable("no_dose", "These data do not tell what anybody received of the treatment.")
    if task.contrast[0] not in _offered(task.trial, plan) or task.contrast[1] in _offered(task.trial, plan):
        raise NotEstimable(
            "no_instrument", "The treatment is not offered to the compared arm alone, so allocation moves nothing."
        )
    own: dict[str, list[Module]] = defaultdict(list)
    for row in task.trial.extract.modules:
        own[row.participant].append(row)
    received = np.array([DOSES[task.options["received"]](own[person], plan) for person in data.people])
    found = compliance.complier_effect(
        data.after, received, _assigned(task, data), covariates(task, data), level=task.level, names=task.contrast
    )
    robust = found.anderson_rubin
    numbers = dict(found.estimate.numbers) | {"weak": float(found.weak), "set_p": robust.p}
    numbers["set_shape"] = float(SHAPES.index(robust.shape))
    numbers |= {
        name: value for name, value in (("set_low", robust.low), ("set_high", robust.high)) if np.isfinite(value)
    }
    of = found.estimate
    return Estimate(
        of.method, of.estimate, of.se, of.df, of.statistic, of.p, of.low, of.high, of.level, of.n, numbers
    )  # fmt: skip


def _any(rows: Sequence[Module], _: Adherence) -> float:
    return float(any(row.opened_on for row in rows))


def _minimum(rows: Sequence[Module], plan: Adherence) -> float:
    return float(_finished([row for row in rows if row.core], plan) >= plan.minimum_core)


def _share(rows: Sequence[Module], plan: Adherence) -> float:
    return _finished(rows, plan) / plan.modules


def _finished(rows: Sequence[Module], plan: Adherence) -> int:
    return sum(getattr(row, plan.finished_by) is not None for row in rows)


DOSES: Mapping[str, Callable[[Sequence[Module], Adherence], float]] = {ANY: _any, MINIMUM: _minimum, SHARE: _share}
"""What somebody received, from the rows of their own modules."""


def _offered(trial: Trial, plan: Adherence) -> tuple[str, ...]:
    return next(one.arms for one in trial.plan.treatments if one.code == plan.treatment)


def _two_arms(task: Task) -> Arrays:
    """The people of the two arms that are compared."""
    return task.data.having(np.isin(np.array(task.data.arms), task.contrast))


def _assigned(task: Task, data: Arrays) -> Matrix:
    return np.array([float(arm == task.contrast[0]) for arm in data.arms])


def _change(task: Task) -> tuple[Matrix, Matrix, tuple[str, str]]:
    data = _two_arms(task)
    return data.after - data.before, _assigned(task, data), task.contrast
