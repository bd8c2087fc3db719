"""Two samples: the difference between two means with its interval, and what a published interval implies.

Notation: the first sample x (n1) is the compared arm, the second y (n0) the reference; the estimate is always
mean(x) − mean(y), in the unit of the measurement. Intervals and P values are two-sided.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Description:
    """n, mean, standard deviation (divisor n − 1), median and quartiles (linear, Hyndman–Fan type 7)."""

    n: int
    mean: float
    sd: float
    median: float
    lower_quartile: float
    upper_quartile: float
    minimum: float
    maximum: float


@dataclass(frozen=True, slots=True)
class MeanInterval:
    """A mean with its t interval."""

    n: int
    estimate: float
    sd: float
    se: float
    df: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class MeanDifference:
    """mean(x) − mean(y) with standard error, degrees of freedom, t, P and interval."""

    method: str
    n1: int
    n0: int
    estimate: float
    se: float
    df: float
    t: float
    p: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Implied:
    """What an estimate with a symmetric t interval implies about the data behind it."""

    n1: int
    n0: int
    se: float
    sd: float
    d: float
    df: int
    t: float
    p: float
    midpoint_gap: float


def vector(values: ArrayLike) -> Vector:
    """The values as a one-dimensional float array; a value that is not finite is a programming error."""
    array = np.asarray(values, dtype=np.float64).reshape(-1)
    if not np.all(np.isfinite(array)):
        raise ValueError("missing values must be removed before an estimator is called")
    return array


def t_critical(level: float, df: float) -> float:
    """The two-sided critical value of Student's t at a confidence level in (0, 1)."""
    if not 0 < level < 1:
        raise ValueError(f"a confidence level lies between 0 and 1, not {level}")
    return float(special.stdtrit(df, 0.5 + level / 2))


def t_two_sided_p(t: float, df: float) -> float:
    """P(|T| ≥ |t|) for Student's t."""
    return float(2 * special.stdtr(df, -abs(t)))


def describe(values: ArrayLike) -> Description:
    """Describe one sample of at least one value; the SD of a single value is nan."""
    x = vector(values)
    if x.size == 0:
        raise NotEstimable("empty", "There is no value to describe. Look at the flow of participants for why.")
    lower, median, upper = np.quantile(x, [0.25, 0.5, 0.75])
    sd = float(np.std(x, ddof=1)) if x.size > 1 else float("nan")
    return Description(
        x.size, float(x.mean()), sd, float(median), float(lower), float(upper), float(x.min()), float(x.max())
    )


def mean_interval(values: ArrayLike, level: float = 0.95) -> MeanInterval:
    """Mean ± t(n − 1) · s/√n (Student 1908)."""
    x = vector(values)
    if x.size < 2:
        raise _too_few(x.size)
    sd = float(np.std(x, ddof=1))
    se = sd / np.sqrt(x.size)
    half = t_critical(level, x.size - 1) * se
    mean = float(x.mean())
    return MeanInterval(x.size, mean, sd, float(se), x.size - 1, float(mean - half), float(mean + half), level)


def pooled_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> MeanDifference:
    """Student's two-sample t: d ± t(n1 + n0 − 2) · s_p · √(1/n1 + 1/n0), s_p² the pooled variance.

    Source: Armitage, Berry & Matthews, Statistical Methods in Medical Research, 4th ed., section 4.3.
    Raises NotEstimable with fewer than two values in a sample, or when no value differs from its sample's mean.
    """
    a, b = _two(x, y)
    df = a.size + b.size - 2
    pooled = pooled_variance(a, b)
    se = float(np.sqrt(pooled * (1 / a.size + 1 / b.size)))
    return _difference("pooled_t", a, b, se, df, level)


def welch_t(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> MeanDifference:
    """Welch's t, unequal variances: se² = s1²/n1 + s0²/n0, df by Satterthwaite (Welch, Biometrika 1947;34:28)."""
    a, b = _two(x, y)
    v1, v0 = np.var(a, ddof=1) / a.size, np.var(b, ddof=1) / b.size
    df = float((v1 + v0) ** 2 / (v1**2 / (a.size - 1) + v0**2 / (b.size - 1)))
    return _difference("welch_t", a, b, float(np.sqrt(v1 + v0)), df, level)


def pooled_variance(a: Vector, b: Vector) -> float:
    """((n1 − 1)s1² + (n0 − 1)s0²) / (n1 + n0 − 2)."""
    squares = np.sum((a - a.mean()) ** 2) + np.sum((b - b.mean()) ** 2)
    return float(squares / (a.size + b.size - 2))


def implied_by_interval(estimate: float, low: float, high: float, n1: int, n0: int, level: float = 0.95) -> Implied:
    """What a published difference with its interval implies, if the interval is a pooled-t interval.

    se = (high − low) / (2 t_crit(n1 + n0 − 2)); sd = se / √(1/n1 + 1/n0); d = estimate / sd; t = estimate / se.
    `midpoint_gap` is estimate − (low + high)/2: beyond rounding it says that the interval is not of this kind.
    """
    if not low < high:
        raise ValueError("the lower limit must lie under the upper limit")
    df = n1 + n0 - 2
    se = (high - low) / 2 / t_critical(level, df)
    sd = se / float(np.sqrt(1 / n1 + 1 / n0))
    t = estimate / se
    return Implied(n1, n0, se, sd, estimate / sd, df, t, t_two_sided_p(t, df), estimate - (low + high) / 2)


def _two(x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    a, b = vector(x), vector(y)
    if min(a.size, b.size) < 2:
        raise _too_few(min(a.size, b.size))
    if np.ptp(a) == 0 and np.ptp(b) == 0:
        raise NotEstimable(
            "constant",
            "Every value within an arm is the same, so the spread cannot be estimated. Look at the distribution.",
        )
    return a, b


def _too_few(n: int) -> NotEstimable:
    return NotEstimable(
        "too_few",
        f"An interval needs at least 2 values in each arm, and the smallest has {n}. Wait for more answers.",
        n=n,
    )


def _difference(method: str, a: Vector, b: Vector, se: float, df: float, level: float) -> MeanDifference:
    estimate = float(a.mean() - b.mean())
    t = estimate / se
    half = t_critical(level, df) * se
    p = t_two_sided_p(t, df)
    return MeanDifference(method, a.size, b.size, estimate, se, df, t, p, estimate - half, estimate + half, level)
