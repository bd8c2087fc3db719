"""Bounds: how large or small a difference could be, whatever the missing outcomes are.

Manski's bounds (Am Econ Rev 1990;80:319) need nothing but the outcome's limits: the missing are put at one limit in one
arm and at the other limit in the other. Lee's bounds (Rev Econ Stud 2009;76:1071) hold for those who would answer in
both arms, if the allocation moves answering in one direction only: the arm with more answers is trimmed of the share
p = (s₊ − s₋)/s₊ of its answers, once from above and once from below. Errors are Lee's (Proposition 3); with the other
arm's s₋ = α, the allocated share q of the trimmed arm, retained mean μ, threshold t, and retained variance V:
n·var(μ) = V/(q s₊(1 − p)) + (t − μ)² p/(q s₊(1 − p)) + ((t − μ)/(1 − p))² V_p,
V_p = (1 − p)² [(1 − s₊)/(q s₊) + (1 − α)/((1 − q)α)].

An interval for the difference itself (not for the two bounds) is Imbens & Manski's (Econometrica 2004;72:1845).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize, special

from .estimates import Estimate, wald
from .refusals import NotEstimable
from .two_samples import welch_t

Array = NDArray[np.float64]
LEE = "Lee's trimming bounds, errors of his Proposition 3, z"
MANSKI = "worst-case bounds for the missing (Manski), Welch's errors of the filled-in outcomes"


@dataclass(frozen=True, slots=True)
class Bounds:
    """The lower and the upper bound as estimates, and the interval (low, high) that holds the difference at `level`.

    `trimmed` is the share of answers that was cut from an arm, `trimmed_arm` its name; 0 and "" where none was.
    """

    lower: Estimate
    upper: Estimate
    low: float
    high: float
    level: float
    trimmed: float = 0.0
    trimmed_arm: str = ""


def lee(
    outcome: ArrayLike,
    assigned: ArrayLike,
    *,
    level: float = 0.95,
    names: tuple[str, str] = ("assigned", "reference"),
) -> Bounds:
    """Lee's bounds from outcomes (n,), NaN where missing, and allocation (n,) 0/1, everybody who was allocated.

    Answers at the threshold count in part, so that exactly the share p is cut when many are equal. Raises NotEstimable
    when an arm has nobody or fewer than two answers, or when nothing is left after the cut.
    """
    y, z = _pair(outcome, assigned)
    answered = ~np.isnan(y)
    rates = [float(answered[z == k].mean()) for k in (0, 1)]
    more = 1 if rates[1] >= rates[0] else 0
    share = (rates[more] - rates[1 - more]) / rates[more]
    kept, other = y[answered & (z == more)], y[answered & (z != more)]
    parts = {
        end: _trimmed(kept, share, end, rates[more], rates[1 - more], float(np.mean(z == more))) for end in (-1, 1)
    }
    fixed = float(other.mean())
    # the variance of the untrimmed arm's mean, times n
    other_variance = float(other.var()) / (rates[1 - more] * float(np.mean(z != more)))
    sign = 1 if more == 1 else -1
    found = []
    for end in (-sign, sign):
        mean, variance = parts[end]
        se = float(np.sqrt((variance + other_variance) / z.size))
        found.append((sign * (mean - fixed), se))
    n = {names[0]: int((answered & (z == 1)).sum()), names[1]: int((answered & (z == 0)).sum())}
    lower, upper = (wald(LEE, value, se, np.inf, level=level, n=n) for value, se in found)
    low, high = imbens_manski(lower, upper, level)
    return Bounds(lower, upper, low, high, level, share, names[0 if more == 1 else 1] if share > 0 else "")


def manski(
    outcome: ArrayLike,
    assigned: ArrayLike,
    *,
    minimum: float,
    maximum: float,
    level: float = 0.95,
    names: tuple[str, str] = ("assigned", "reference"),
) -> Bounds:
    """Worst-case bounds of the difference in means of an outcome between `minimum` and `maximum` (0 and 1 for yes or no).

    `outcome` (n,) has NaN where missing. Raises NotEstimable when an arm is empty, ValueError for a value out of limits.
    """
    y, z = _pair(outcome, assigned, at_least=0)
    missing = np.isnan(y)
    if np.any(y < minimum) or np.any(y > maximum):
        raise ValueError(f"an outcome lies outside its limits {minimum} to {maximum}")
    ends = []
    for one, zero in ((minimum, maximum), (maximum, minimum)):
        filled = np.where(missing, np.where(z == 1, one, zero), y)
        test = welch_t(filled[z == 1], filled[z == 0], level)
        n: Mapping[str, int] = {names[0]: test.n1, names[1]: test.n0}
        ends.append(wald(MANSKI, test.estimate, test.se, test.df, level=level, n=n))
    low, high = imbens_manski(ends[0], ends[1], level)
    return Bounds(ends[0], ends[1], low, high, level)


def imbens_manski(lower: Estimate, upper: Estimate, level: float) -> tuple[float, float]:
    """(l − C·se_l, u + C·se_u), C from Φ(C + (u − l)/max(se_l, se_u)) − Φ(−C) = level."""
    width = max(upper.estimate - lower.estimate, 0.0) / max(lower.se, upper.se)
    largest = float(special.ndtri(0.5 + level / 2))

    def gap(c: float) -> float:
        return float(special.ndtr(c + width) - special.ndtr(-c)) - level

    critical = float(optimize.brentq(gap, 0.0, largest + 1e-9, xtol=1e-13))
    return lower.estimate - critical * lower.se, upper.estimate + critical * upper.se


def _trimmed(values: Array, share: float, end: int, rate: float, other: float, arm_share: float) -> tuple[float, float]:
    """Mean of what is retained when `share` is cut from the low (end = 1) or high (end = −1) values; n·variance of it."""
    ordered = np.sort(values)[:: -1 if end == 1 else 1]
    kept = ordered.size * (1 - share)
    weights = np.clip(kept - np.arange(ordered.size), 0.0, 1.0)
    mean = float(weights @ ordered / kept)
    spread = float(weights @ (ordered - mean) ** 2 / kept)
    threshold = float(ordered[min(int(np.ceil(kept - 1e-9)), ordered.size) - 1])
    gap = threshold - mean
    v_share = (1 - share) ** 2 * ((1 - rate) / (arm_share * rate) + (1 - other) / ((1 - arm_share) * other))
    scale = arm_share * rate * (1 - share)
    return mean, spread / scale + gap**2 * share / scale + (gap / (1 - share)) ** 2 * v_share


def _pair(outcome: ArrayLike, assigned: ArrayLike, at_least: int = 2) -> tuple[Array, Array]:
    y, z = np.asarray(outcome, dtype=np.float64).reshape(-1), np.asarray(assigned, dtype=np.float64).reshape(-1)
    if not np.all((z == 0) | (z == 1)):
        raise ValueError("the allocation is 0 or 1")
    if z.sum() in (0, z.size):
        raise NotEstimable("empty", "One of the two arms has nobody. Wait for more people.")
    fewest = min(int((~np.isnan(y[z == k])).sum()) for k in (0, 1))
    if fewest < at_least:
        raise NotEstimable("too_few", "One of the two arms has fewer than 2 answers. Wait for more answers.", n=fewest)
    return y, z
