"""Responders: who improved by enough, by each definition in use, and by every definition at once.

Values are (n,) with nan for what is missing. Improvement is counted positive: `lower_is_better` says which way the
measurement goes. Cutting a measurement in two loses information, so these stand beside the difference in means.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtri

from .estimates import Estimate
from .refusals import NotEstimable
from .two_by_two import chi_square, risk_difference
from .two_samples import Vector

Missing = Literal["non-responder", "complete", "best", "worst"]
MISSING: tuple[Missing, ...] = ("non-responder", "complete", "best", "worst")


@dataclass(frozen=True, slots=True)
class ReliableChange:
    """RC of each person (n,), the smallest reliable change, and whether improved, and whether worse (n,)."""

    index: Vector
    smallest: float
    improved: Vector
    worse: Vector


@dataclass(frozen=True, slots=True)
class Curve:
    """Share of each arm that improved by at least each threshold, with the difference; all (thresholds,)."""

    thresholds: Vector
    first: Vector
    second: Vector
    difference: Vector
    low: Vector
    high: Vector
    n1: int
    n0: int
    level: float


def improvement(baseline: ArrayLike, after: ArrayLike, *, lower_is_better: bool) -> Vector:
    """Change in the direction of benefit, in the measurement's unit (n,)."""
    before, later = np.asarray(baseline, dtype=np.float64), np.asarray(after, dtype=np.float64)
    return before - later if lower_is_better else later - before


def by_points(baseline: ArrayLike, after: ArrayLike, points: float, *, lower_is_better: bool) -> Vector:
    """1 who improved by at least `points`, 0 who did not, nan who has no value at one of the two (n,)."""
    return _at_least(improvement(baseline, after, lower_is_better=lower_is_better), points)


def by_percentage(baseline: ArrayLike, after: ArrayLike, percent: float, *, lower_is_better: bool) -> Vector:
    """1 who improved by at least `percent` of their own baseline; 30 is moderate and 50 substantial (Dworkin 2008).

    Source: Dworkin et al., J Pain 2008;9:105. A baseline of 0 or less has no percentage: refused, never left out.
    """
    before = np.asarray(baseline, dtype=np.float64)
    without = int(np.count_nonzero(before <= 0))
    if without:
        raise NotEstimable(
            "no_percentage",
            f"A percentage of one's baseline needs a baseline above 0, and {without} people have none. "
            "Define the responder by points.",
            n=without,
        )
    return _at_least(improvement(before, after, lower_is_better=lower_is_better), before * percent / 100)


def standard_error_of_measurement(sd: float, reliability: float) -> float:
    """s √(1 − r), from the standard deviation and the (test–retest) reliability in a population, 0 ≤ r < 1."""
    if sd <= 0 or not 0 <= reliability < 1:
        raise ValueError("a standard deviation is above 0, and a reliability from 0 to below 1")
    return float(sd * np.sqrt(1 - reliability))


def reliable_change(
    baseline: ArrayLike, after: ArrayLike, error: float, *, lower_is_better: bool, level: float = 0.95
) -> ReliableChange:
    """RC = improvement / (√2 SEM); improved beyond +z, worse beyond −z (Jacobson & Truax, J Consult Clin Psychol 1991;59:12).

    `error` is the standard error of measurement, in the measurement's unit. The criterion is 1.96 at level 0.95, as
    in the paper, to all digits.
    """
    if error <= 0:
        raise ValueError("a standard error of measurement is above 0")
    z, spread = float(ndtri(0.5 + level / 2)), float(np.sqrt(2) * error)
    index = improvement(baseline, after, lower_is_better=lower_is_better) / spread
    known = np.isfinite(index)
    improved = np.where(known, (index > z).astype(np.float64), np.nan)
    worse = np.where(known, (index < -z).astype(np.float64), np.nan)
    return ReliableChange(index, z * spread, improved, worse)


def counts(responder: ArrayLike, first: Sequence[bool], missing: Missing) -> tuple[int, int, int, int]:
    """(a, n1, c, n0): responders and people by arm, with who is missing counted by the rule.

    `non-responder`: in both arms none responded; `complete`: left out; `best` and `worst`: all and none of the compared
    arm, none and all of the reference, so that the two bound every possibility (Manski, Am Econ Rev 1990;80:319).
    """
    if missing not in MISSING:
        raise ValueError(f"unknown rule for missing values {missing!r}; known: {', '.join(MISSING)}")
    y, member = np.asarray(responder, dtype=np.float64), np.asarray(first, dtype=bool)
    filled = {"non-responder": (0.0, 0.0), "complete": (np.nan, np.nan), "best": (1.0, 0.0), "worst": (0.0, 1.0)}
    y = np.where(np.isnan(y), np.where(member, *filled[missing]), y)
    known = np.isfinite(y)
    if not np.any(known & member) or not np.any(known & ~member):
        raise NotEstimable("empty", "One of the two arms has nobody here, so there is no proportion. Wait for more.")
    ones = known & (y == 1)
    return tuple(
        int(np.count_nonzero(part)) for part in (ones & member, known & member, ones & ~member, known & ~member)
    )  # type: ignore[return-value]


def responder_difference(
    responder: ArrayLike, first: Sequence[bool], *, missing: Missing = "non-responder", level: float = 0.95
) -> Estimate:
    """p1 − p0: Newcombe's interval, Pearson's X² as z and P; the error printed is that of unequal proportions.

    Raises NotEstimable for an empty arm, and when nobody or everybody responded.
    """
    a, n1, c, n0 = counts(responder, first, missing)
    gap = risk_difference(a, n1, c, n0, level)
    test = chi_square(a, n1, c, n0)
    p1, p0 = gap.first.estimate, gap.second.estimate
    return Estimate(
        f"risk difference, missing as {missing}, Newcombe's interval (method 10), Pearson's X² without correction",
        gap.estimate,
        float(np.sqrt(p1 * (1 - p1) / n1 + p0 * (1 - p0) / n0)),
        float("inf"),
        float(np.sign(gap.estimate) * np.sqrt(test.statistic)),
        test.p,
        gap.low,
        gap.high,
        level,
        {"compared": n1, "reference": n0},
        {"risk1": p1, "risk0": p0, "events1": a, "events0": c},
    )


def cumulative_curve(
    improved: ArrayLike,
    first: Sequence[bool],
    *,
    thresholds: ArrayLike | None = None,
    missing: Missing = "non-responder",
    level: float = 0.95,
) -> Curve:
    """The cumulative responder curve: shares improved by at least each threshold, with Newcombe's intervals.

    `improved` is the improvement (n,), in points or in percent; without `thresholds` every value that occurs is one.
    The intervals hold threshold by threshold, not for the curve as a whole. Source: Farrar, Dworkin & Max, J Pain
    Symptom Manage 2006;31:369.
    """
    change = np.asarray(improved, dtype=np.float64)
    steps = np.unique(change[np.isfinite(change)] if thresholds is None else np.asarray(thresholds, dtype=np.float64))
    if steps.size == 0:
        raise NotEstimable("empty", "Nobody has both values, so there is no curve. Wait for more answers.")
    tables = [counts(_at_least(change, step), first, missing) for step in steps]
    gaps = [risk_difference(*table, level) for table in tables]
    shares1, shares0, difference, low, high = np.array(
        [(g.first.estimate, g.second.estimate, g.estimate, g.low, g.high) for g in gaps]
    ).T
    return Curve(steps, shares1, shares0, difference, low, high, tables[0][1], tables[0][3], level)


def _at_least(change: Vector, needed: float | Vector) -> Vector:
    """1, 0 or nan; a billionth of leeway, so that 30 % of 7 is reached by 2.1 whatever the last bit."""
    leeway = 1e-9 * np.maximum(1.0, np.abs(needed))
    return np.where(np.isfinite(change), (change >= needed - leeway).astype(np.float64), np.nan)
