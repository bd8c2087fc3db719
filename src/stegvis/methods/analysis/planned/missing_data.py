"""Missing data: planned analyses that fill in what was not answered, or weigh those who answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from stegvis.methods.analysis import reference_based, reference_based_effects, tipping, weighting
from stegvis.methods.analysis.estimates import Estimate
from stegvis.methods.analysis.imputation import Column, impute
from stegvis.methods.analysis.imputed_ancova import pooled_ancova
from stegvis.methods.analysis.plan import Outcome
from stegvis.methods.analysis.planned.arrays import Matrix, arrays
from stegvis.methods.analysis.planned.longitudinal import covariates, later, strata

if TYPE_CHECKING:
    from .compute import Task

WEIGHTED = {"stacked": "stacked, n/(n − p)", "jackknife": "jackknife"}
STEPS = 9
"""Shifts on each side of the grid of a tipping-point analysis, nought in the middle."""
STRATEGIES = {"jump_to_reference": "JR", "copy_reference": "CR", "copy_increments": "CIR"}


def imputed(task: Task) -> Estimate:
    """Multiple imputation under missing at random, then analysis of covariance of everyone."""
    filled, adjusted = _filled(task)
    arm, reference = task.contrast
    return pooled_ancova(
        filled, task.data.arms, adjusted, arm=arm, reference=reference,
        errors=task.options["errors"], level=task.level, method=_words(task),
    )  # fmt: skip


def tipped(task: Task) -> tuple[Estimate, list[dict[str, float]]]:
    """The imputed answers made worse or better by a shift in each arm: the estimate unshifted, and a grid of shifts.

    The grid goes from minus to plus `largest` points, by default a quarter of the outcome's range on its scale.
    """
    filled, _ = _filled(task)
    arm, reference = task.contrast
    table = tipping.tipping(
        filled, ~np.isfinite(task.data.after), task.data.arms, covariates(task, task.data), arm=arm, reference=reference,
        errors=task.options["errors"], level=task.level,
    )  # fmt: skip
    outcome = task.outcome
    low, high = outcome.bounds
    largest = task.options["largest"] or (high - low) / 4
    shifts = np.linspace(-largest, largest, STEPS)
    grid = table.grid(shifts, shifts)
    cells = [
        {
            "shift_compared": float(shifts[i]), "shift_reference": float(shifts[j]), "estimate": float(grid.estimate[i, j]),
            "low": float(grid.low[i, j]), "high": float(grid.high[i, j]), "p": float(grid.p[i, j]),
        }
        for i in range(STEPS)
        for j in range(STEPS)
    ]  # fmt: skip
    turn = table.turn_compared(limit=high - low if np.isfinite(high - low) else 4 * largest)
    found = table.at(0.0, 0.0)
    numbers = dict(found.numbers)
    numbers |= {"turns_below": turn.below} if turn.below is not None else {}
    numbers |= {"turns_above": turn.above} if turn.above is not None else {}
    return _with(found, f"{_words(task)}; {found.method}", numbers), cells


def by_reference(task: Task, method: str) -> Estimate:
    """Whoever left is taken to go on as the reference arm did: by draws (Rubin), or by conditional means (jackknife)."""
    places = later(task.data)
    trial = reference_based.visits(
        task.data.values[:, places], task.data.arms, covariates(task, task.data),
        reference=task.contrast[1], strategy=STRATEGIES[method],
    )  # fmt: skip
    visit, arm = places.index(task.data.last), task.contrast[0]
    if task.options["variance"] == "rubin":
        return reference_based_effects.approximate_bayes_effect(
            trial, arm=arm, imputations=task.options["imputations"], seed=task.seed, visit=visit, level=task.level
        )
    refits = reference_based_effects.jackknife(trial)
    return reference_based_effects.conditional_mean_effect(refits, arm=arm, visit=visit, level=task.level)


def weighted(task: Task) -> Estimate:
    """Those who answered, weighted by the inverse of the chance that they would."""
    arm, reference = task.contrast
    adjusted = covariates(task, task.data)
    further = [_complete(task, code) for code in task.options["predictors"]]
    return weighting.weighted_ancova(
        task.data.after, task.data.arms, adjusted, np.column_stack([adjusted, *further]),
        arm=arm, reference=reference, errors=WEIGHTED[task.options["errors"]], level=task.level,
    )  # fmt: skip


def _filled(task: Task) -> tuple[Matrix, Matrix]:
    """The main occasion's values (m, n) and the analysis' covariates (m, n, k) with every gap filled.

    The chain holds the outcome at every occasion, the auxiliary outcomes at baseline and at the main occasion, and the
    strata where the plan adjusts for them; so what is analysed is what was imputed with.
    """
    data, outcome = task.data, task.outcome
    places = [data.baseline, *later(data)]
    values = [data.values[:, place] for place in places]
    columns = [_column(task, outcome, data.occasions[place]) for place in places]
    for code in task.options["auxiliaries"]:
        other = task.trial.plan.outcome(code)
        of = arrays(task.trial, other)
        for place in (of.baseline, of.last):
            values.append(of.values[:, place])
            columns.append(_column(task, other, of.occasions[place]))
    fixed = strata(task, data)
    columns += [Column(f"stratum {number}") for number in range(1, fixed.shape[1] + 1)]
    made = impute(
        np.column_stack([*values, fixed]),
        columns,
        imputations=task.options["imputations"],
        iterations=task.options["iterations"],
        seed=task.seed,
        arms=data.arms if task.options["by_arm"] else None,
    ).values
    start = made[:, :, 0:1] if "baseline" in task.covariates else made[:, :, :0]
    adjusted = np.concatenate([start, np.broadcast_to(fixed, (len(made), *fixed.shape))], axis=2)
    return made[:, :, places.index(data.last)], adjusted


def _column(task: Task, outcome: Outcome, occasion: str) -> Column:
    low, high = outcome.bounds
    return Column(f"{outcome.code} at {occasion}", task.options["model"], low=low, high=high)


def _complete(task: Task, code: str) -> Matrix:
    """An outcome's baseline, the mean where it is missing (White & Thompson 2005)."""
    before = arrays(task.trial, task.trial.plan.outcome(code)).before
    return np.where(np.isfinite(before), before, np.nanmean(before))


def _words(task: Task) -> str:
    where = "by arm" if task.options["by_arm"] else "all arms together"
    model = {"norm": "Bayesian linear regression", "pmm": "predictive mean matching, 5 donors"}[task.options["model"]]
    return f"multiple imputation by chained equations ({model}, {where}, m = {task.options['imputations']})"


def _with(found: Estimate, method: str, numbers: dict[str, float]) -> Estimate:
    return Estimate(
        method, found.estimate, found.se, found.df, found.statistic, found.p, found.low, found.high, found.level,
        found.n, numbers,
    )  # fmt: skip
