"""Dose: how much of a treatment people received, described for those it was offered to.

A description, never an effect: who takes more differs from who takes less in other ways too. The effect of a dose is
`compliance`'s to estimate.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .refusals import NotEstimable


@dataclass(frozen=True, slots=True)
class DoseDistribution:
    """How many people had each dose: `reached` (full + 1,) counts those with at least 0, 1, … `full` parts."""

    n: int
    full: int
    minimum: int
    none: int
    at_least_minimum: int
    all_parts: int
    mean: float
    median: float
    quartiles: tuple[float, float]
    exactly: tuple[int, ...]
    reached: tuple[int, ...]


def distribution(parts: Sequence[int], *, full: int, minimum: int) -> DoseDistribution:
    """Describe parts received (such as modules), whole numbers from 0 to `full`; `minimum` is the declared least dose.

    Quartiles are type 7 of Hyndman & Fan. Raises NotEstimable for nobody, ValueError for a dose out of range.
    """
    if not 0 < minimum <= full:
        raise ValueError("the least dose lies between 1 and the full one")
    dose = np.asarray(parts, dtype=np.float64)
    if dose.size == 0:
        raise NotEstimable("empty", "Nobody was offered the treatment yet. Wait for people to be allocated.")
    if np.any(dose < 0) or np.any(dose > full) or np.any(dose != np.round(dose)):
        raise ValueError(f"a dose is a whole number from 0 to {full}")
    exactly = np.bincount(dose.astype(np.int64), minlength=full + 1)
    reached = np.cumsum(exactly[::-1])[::-1]
    lower, median, upper = np.quantile(dose, [0.25, 0.5, 0.75])
    return DoseDistribution(
        n=dose.size,
        full=full,
        minimum=minimum,
        none=int(exactly[0]),
        at_least_minimum=int(reached[minimum]),
        all_parts=int(exactly[full]),
        mean=float(dose.mean()),
        median=float(median),
        quartiles=(float(lower), float(upper)),
        exactly=tuple(int(one) for one in exactly),
        reached=tuple(int(one) for one in reached),
    )
