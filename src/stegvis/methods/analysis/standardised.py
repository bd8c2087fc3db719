"""Standardised differences: Cohen's d, Hedges' g with the exact correction, and baseline balance.

Which standard deviation stands in the denominator is part of the definition, and every function says it.
"""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from .refusals import NotEstimable
from .two_samples import pooled_t, vector


@dataclass(frozen=True, slots=True)
class Standardised:
    """d = (mean(x) − mean(y)) / s_pooled and g = J·d, each with the interval from the non-central t."""

    n1: int
    n0: int
    df: int
    d: float
    d_low: float
    d_high: float
    j: float
    g: float
    g_low: float
    g_high: float
    level: float


def standardised_difference(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Standardised:
    """Cohen's d and Hedges' g of two independent samples.

    d = difference in means / pooled SD. J(m) = Γ(m/2) / (√(m/2) Γ((m − 1)/2)) with m = n1 + n0 − 2, exactly
    (Hedges, J Educ Stat 1981;6:107). Interval: the non-centrality parameters for which the observed t is the upper
    and the lower quantile, divided by √(n1 n0 / (n1 + n0)) (Steiger & Fouladi 1997); for g multiplied by J too.
    """
    test = pooled_t(x, y, level)
    df = int(test.df)
    scale = float(np.sqrt(1 / test.n1 + 1 / test.n0))
    low, high = noncentrality_interval(test.t, df, level)
    j = small_sample_correction(df)
    d = test.t * scale
    return Standardised(
        test.n1, test.n0, df, d, low * scale, high * scale, j, j * d, j * low * scale, j * high * scale, level
    )


def small_sample_correction(df: float) -> float:
    """Hedges' exact J: Γ(df/2) / (√(df/2) Γ((df − 1)/2)); df must be greater than 1."""
    if df <= 1:
        raise NotEstimable("too_few", "Hedges' correction needs at least 4 people in all. Wait for more answers.", n=df)
    return float(np.exp(special.gammaln(df / 2) - special.gammaln((df - 1) / 2) - 0.5 * np.log(df / 2)))


def noncentrality_interval(t: float, df: float, level: float) -> tuple[float, float]:
    """The non-centrality parameters whose distribution function at t is 1 − α/2 and α/2."""
    tail = (1 - level) / 2
    return _noncentrality(t, df, 1 - tail), _noncentrality(t, df, tail)


def _noncentrality(t: float, df: float, probability: float) -> float:
    def gap(parameter: float) -> float:
        return float(special.nctdtr(df, parameter, t)) - probability

    width = 4 + abs(t) / 2
    low, high = t - width, t + width
    while gap(low) < 0:
        low -= width
    while gap(high) > 0:
        high += width
    return float(optimize.brentq(gap, low, high, xtol=1e-12, rtol=1e-14))


def balance_of_numbers(x: ArrayLike, y: ArrayLike) -> float:
    """(mean(x) − mean(y)) / √((s1² + s0²)/2), for a baseline table (Austin, Stat Med 2009;28:3083)."""
    a, b = vector(x), vector(y)
    if min(a.size, b.size) < 2:
        raise NotEstimable("too_few", "A standardised difference needs 2 values in each arm.", n=min(a.size, b.size))
    spread = float(np.sqrt((np.var(a, ddof=1) + np.var(b, ddof=1)) / 2))
    if spread == 0:
        raise NotEstimable("constant", "Every value is the same in both arms, so there is no spread to divide by.")
    return float((a.mean() - b.mean()) / spread)


def balance_of_categories(x: Sequence[Hashable], y: Sequence[Hashable]) -> float:
    """Multinomial standardised difference √((p − q)' S⁻¹ (p − q)), S the mean of the two covariances.

    One category is left out; for two categories this is |p − q| / √((p(1 − p) + q(1 − q))/2).
    Source: Yang & Dalton, SAS Global Forum 2012, paper 335. Never negative.
    """
    if not x or not y:
        raise NotEstimable("empty", "One arm has no value here.")
    categories = sorted({*x, *y}, key=str)[1:]
    if not categories:
        return 0.0
    p = np.array([sum(value == category for value in x) / len(x) for category in categories])
    q = np.array([sum(value == category for value in y) / len(y) for category in categories])
    covariance = (np.diag(p) - np.outer(p, p) + np.diag(q) - np.outer(q, q)) / 2
    gap = p - q
    if np.linalg.matrix_rank(covariance) < len(categories):
        raise NotEstimable("constant", "A category is empty in one arm and full in the other: no spread to divide by.")
    return float(np.sqrt(gap @ np.linalg.solve(covariance, gap)))
