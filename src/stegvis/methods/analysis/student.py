"""Student: two-sided P of Student's t for thousands of values at once, with whole degrees of freedom.

Near nought, where P is large, one minus a power series is as exact as the function that is called for each value, and twice as
quick. Further out one minus anything would lose digits, and the function is called.
"""

from __future__ import annotations

import math
from functools import cache

import numpy as np
from scipy import special

from .two_samples import Vector

NEAR = 1.5
"""Up to this |t| the series is used: P is then at least 0.13."""
FEWEST, MOST = 10, 1000
"""With fewer or more degrees of freedom the function is called: the series would be long, its factor costly."""
FEW = 100
"""With fewer values than this the function is called for each."""
LEFT = 1e-18
"""Terms below this change nothing."""


def two_sided_p(t: Vector, df: Vector) -> Vector:
    """P(|T| ≥ |t|) of each t (B,) with its whole, positive df (B,); nan where t is."""
    size = np.abs(t)
    if t.size < FEW:
        return np.asarray(2 * special.stdtr(df, -size))
    with np.errstate(invalid="ignore"):
        near = (size <= NEAR) & (df >= FEWEST) & (df <= MOST)
    p = 1 - _inside(np.where(near, size, 0.0), np.where(near, df, FEWEST))
    far = np.flatnonzero(~near)
    p[far] = 2 * special.stdtr(df[far], -size[far])
    return p


def _inside(t: Vector, df: Vector) -> Vector:
    """P(|T| < t), the incomplete beta function I_y(½, ν/2) with y = t²/(ν + t²).

    √y (1 − y)^(ν/2) / (½ B(½, ν/2)) · Σ y^j ((ν + 1)/2)_j / (3/2)_j (Abramowitz & Stegun 1964, 26.5.4), the terms from
    the last to the first; B is known exactly (`_half_beta`).
    """
    square = t * t
    y = square / (df + square)
    above = y * ((df + 1) / 2)
    sums = np.ones(t.shape)
    for j in range(_terms(above, y) - 1, -1, -1):
        sums *= above + j * y
        sums *= 1 / (j + 1.5)
        sums += 1
    places = df.astype(np.int64)
    table = np.zeros(int(places.max(initial=0)) + 1)
    for one in np.flatnonzero(np.bincount(places)).tolist():
        table[one] = _half_beta(one)
    return np.asarray(t / np.sqrt(df + square) * np.exp(df / 2 * np.log1p(-y)) * sums / table[places])


def _terms(above: Vector, y: Vector) -> int:
    """After how many terms the largest one there can be is below LEFT: the next is (above + j y)/(j + 3/2) times as large."""
    most, step, term, j = float(above.max(initial=0)), float(y.max(initial=0)), 1.0, 0
    while term > LEFT:
        term *= (most + j * step) / (j + 1.5)
        j += 1
    return j


@cache
def _half_beta(df: int) -> float:
    """½ B(½, ν/2) by central binomial coefficients: 4^m / (2m C(2m, m)) for ν = 2m, π C(2m, m) / (2 · 4^m) for ν = 2m + 1."""
    m = df // 2
    central = math.comb(2 * m, m)
    return math.pi * (central / 4**m) / 2 if df % 2 else 4**m / (2 * m * central)
