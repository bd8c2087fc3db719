"""Design table: what a plan of the trial's size comes to: sizes, power, its curve, the looks, as plain rows.

Numbers are computed here and put into words by the command; nothing is read or written.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from . import design, sequential, simulate
from .design_reader import DesignPlan, Looks, Supposed
from .refusals import NotEstimable
from .resampling import child


@dataclass(frozen=True, slots=True)
class Row:
    """One design: the smallest trial, the power of the trial as planned, or why there is none, and by simulation."""

    label: str
    method: str
    size: design.Size | None
    planned: float | None
    refusal: str
    simulated: simulate.Simulated | None
    simulated_n: tuple[int, int] | None


@dataclass(frozen=True, slots=True)
class Look:
    """One look: share of the information, boundary of Z, its P value, futility boundary or None, alpha spent so far."""

    information: float
    upper: float
    nominal: float
    futility: float | None
    spent: float


@dataclass(frozen=True, slots=True)
class Looked:
    """All looks, the largest sample and the expected ones as multiples of a trial without looks."""

    looks: tuple[Look, ...]
    sided: int
    largest: float
    expected_under_effect: float
    expected_under_none: float


def rows(plan: DesignPlan, *, workers: int = 1) -> tuple[Row, ...]:
    """A row for each design of the plan."""
    return tuple(_row(plan, one, index, workers) for index, one in enumerate(plan.designs))


def _row(plan: DesignPlan, one: Supposed, index: int, workers: int) -> Row:
    size, refusal = None, ""
    try:
        size = design.smallest(one.design, plan.power, ratio=plan.ratio, attrition=plan.attrition)
    except NotEstimable as reason:
        refusal = str(reason)
    planned = None
    if plan.randomised is not None:
        planned = design.with_loss(one.design, *plan.randomised, plan.attrition)
    people = plan.randomised or ((size.randomised1, size.randomised0) if size else None)
    simulated = None
    if plan.simulation and isinstance(one.design, design.Ancova) and people:
        simulated = _simulated(plan, one.design, people, index, workers)
    return Row(
        one.label, one.design.method, size, planned, refusal, simulated, people if simulated is not None else None
    )


def _simulated(
    plan: DesignPlan, ancova: design.Ancova, people: tuple[int, int], index: int, workers: int
) -> simulate.Simulated:
    assert plan.simulation is not None
    lost = simulate.Attrition(*plan.attrition, plan.simulation.mechanism, plan.simulation.slope)  # type: ignore[arg-type]
    model = simulate.Model(*people, ancova.difference, ancova.sd, ancova.correlation, lost)
    seed = child(np.random.SeedSequence(plan.simulation.seed), index)
    return simulate.simulate(
        model, simulate.ancova, trials=plan.simulation.trials, seed=seed, alpha=plan.alpha, workers=workers
    )


def curve(plan: DesignPlan) -> list[tuple[int, int, int, tuple[float, ...]]]:
    """Power along the curve: people randomised, of them compared and reference, and the power of each design."""
    if plan.curve is None:
        return []
    share = plan.ratio[0] / sum(plan.ratio)
    points = []
    for total in range(plan.curve.first, plan.curve.last + 1, plan.curve.step):
        n1 = round(total * share)
        powers = tuple(design.with_loss(one.design, n1, total - n1, plan.attrition) for one in plan.designs)
        points.append((total, n1, total - n1, powers))
    return points


def looked(plan: DesignPlan) -> Looked | None:
    """The plan's looks with their boundaries; futility makes the design one-sided at half of alpha."""
    if plan.looks is None:
        return None
    boundaries = _boundaries(plan.looks, plan.alpha, 1 - plan.power)
    drift = boundaries.drift(plan.power)
    largest = boundaries.inflation(plan.power)
    looks = tuple(
        Look(float(t), float(u), float(p), float(f) if np.isfinite(f) else None, float(s))
        for t, u, p, f, s in zip(
            boundaries.information,
            boundaries.upper,
            boundaries.nominal,
            boundaries.futility,
            boundaries.spent,
            strict=True,
        )
    )
    expected = [largest * boundaries.expected_information(one) for one in (drift, 0.0)]
    return Looked(looks, boundaries.sided, largest, expected[0], expected[1])


def _boundaries(looks: Looks, alpha: float, beta: float) -> sequential.Boundaries:
    spending = sequential.spending_of(looks.spending, looks.rho)
    if not looks.futility:
        return sequential.alpha_spending(looks.information, alpha, spending, name=looks.spending)
    one_sided = sequential.alpha_spending(looks.information, alpha / 2, spending, sided=1, name=looks.spending)
    return sequential.with_futility(one_sided, beta, spending)


def largest_size(row: Row, factor: float, attrition: Sequence[float]) -> design.Size | None:
    """The size of a design with looks: each arm times the factor, rounded up."""
    if row.size is None:
        return None
    analysed = [int(np.ceil(n * factor - 1e-9)) for n in (row.size.analysed1, row.size.analysed0)]
    randomised = [int(np.ceil(n / (1 - lost) - 1e-9)) for n, lost in zip(analysed, attrition, strict=True)]
    return replace(
        row.size, analysed1=analysed[0], analysed0=analysed[1], randomised1=randomised[0], randomised0=randomised[1]
    )
