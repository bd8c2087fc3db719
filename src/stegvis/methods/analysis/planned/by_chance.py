"""By chance: how often the allocation alone would have given so large a difference."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from stegvis.methods.analysis import rerandomisation
from stegvis.methods.analysis.planned.longitudinal import covariates
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.rerandomisation import Linear, Rerandomised
from stegvis.methods.analysis.two_samples import Vector
from stegvis.methods.randomisation.block_scheme import BlockScheme
from stegvis.methods.randomisation.errors import DesignRefused
from stegvis.methods.randomisation.schemes import Scheme
from stegvis.methods.randomisation.within_strata import WithinStrata

if TYPE_CHECKING:
    from .compute import Task


def rerandomised(task: Task) -> Rerandomised:
    """The plan's statistic under allocations drawn anew: within strata as the numbers came out, or by blocks."""
    order, first, strata = _in_order(task)
    return rerandomisation.rerandomise(
        _statistic(task, order), first, _scheme(task, strata, first),
        draws=task.trial.plan.methods.draws, seed=task.seed, level=task.level,
    )  # fmt: skip


def adjusted_together(tasks: Sequence[Task]) -> Vector:
    """P (m,) of several outcomes of one contrast, adjusted by the largest statistic of allocations drawn within strata.

    The statistics are those whose P the plan corrects: t of the analysis of covariance, Student's t of change, or z of
    Mann–Whitney.
    """
    order, first, strata = _in_order(tasks[0])
    methods = tasks[0].trial.plan.methods
    statistics = [_standardised(task, order, methods.multiplicity_p) for task in tasks]
    return rerandomisation.adjusted_together(
        statistics, first, WithinStrata(strata, first), draws=methods.draws, seed=tasks[0].seed
    )


def _in_order(task: Task) -> tuple[NDArray[np.int64], list[bool], list[str]]:
    """The places of those in either arm in the order in which they were randomised, who is compared, and strata."""
    day = {row.participant: row.randomised_on for row in task.trial.participants()}
    everyone = task.data
    order = sorted(
        (place for place, arm in enumerate(everyone.arms) if arm in task.contrast),
        key=lambda place: (day[everyone.people[place]], everyone.people[place]),
    )
    first = [everyone.arms[place] == task.contrast[0] for place in order]
    return np.array(order, dtype=np.int64), first, [everyone.strata[place] for place in order]


def _statistic(task: Task, order: NDArray[np.int64]) -> Linear:
    after = task.data.after[order]
    if task.options["statistic"] == "ancova_t":
        return rerandomisation.ancova_t(after, covariates(task, task.data)[order])
    change = after - task.data.before[order]
    if task.options["statistic"] == "mann_whitney":
        return rerandomisation.mann_whitney_u(change)
    return rerandomisation.mean_difference(change)


def _standardised(task: Task, order: NDArray[np.int64], kind: str) -> Linear:
    after = task.data.after[order]
    if kind == "ancova":
        return rerandomisation.ancova_t(after, covariates(task, task.data)[order])
    change = after - task.data.before[order]
    if kind == "mann_whitney":
        return rerandomisation.mann_whitney_z(change)
    return rerandomisation.ancova_t(change, np.empty((change.size, 0)))


def _scheme(task: Task, strata: list[str], first: list[bool]) -> Scheme:
    sizes = task.options["blocks"]
    if not sizes:
        return WithinStrata(strata, first)
    try:
        return BlockScheme(strata, sizes=sizes)
    except DesignRefused as refused:
        raise NotEstimable("no_scheme", str(refused)) from refused
