"""Ranks: the Mann–Whitney test, the shift it is about, and the probability of superiority.

A Mann–Whitney P does not test the difference in means that stands beside it in many papers. What it is about are the
two numbers here: the Hodges–Lehmann shift, in the unit of the measurement, and the probability that a person of one
arm has a higher value than a person of the other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable
from .two_samples import Vector, t_critical, t_two_sided_p, vector

EXACT_AT_MOST = 300


@dataclass(frozen=True, slots=True)
class MannWhitney:
    """U = number of pairs with x > y, plus half the ties; z and two-sided P by the method named."""

    method: str
    n1: int
    n0: int
    u: float
    z: float
    p: float
    continuity: bool
    tied: bool


@dataclass(frozen=True, slots=True)
class Shift:
    """The median of all n1·n0 differences x − y, with the interval between two order statistics."""

    method: str
    n1: int
    n0: int
    estimate: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Superiority:
    """P(x > y) + ½ P(x = y), with its interval."""

    n1: int
    n0: int
    estimate: float
    se: float
    df: float
    low: float
    high: float
    p: float
    level: float


def midranks(values: Vector) -> Vector:
    """Ranks from 1, the mean rank for ties."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    return (last - (counts - 1) / 2)[inverse]


def mann_whitney(x: ArrayLike, y: ArrayLike, *, continuity: bool = False) -> MannWhitney:
    """The normal approximation with tie-corrected variance.

    z = (U − n1 n0/2) / σ, σ² = n1 n0/12 · (N + 1 − Σ(t³ − t)/(N(N − 1))), t the sizes of tied groups; with
    `continuity` |U − n1 n0/2| is lessened by ½ first. R's wilcox.test corrects by default, SPSS does not.
    Source: Mann & Whitney, Ann Math Stat 1947;18:50; Lehmann, Nonparametrics, 1975, section 1.4.
    """
    a, b = _two(x, y)
    u, ties = _u_and_ties(a, b)
    total = a.size + b.size
    variance = a.size * b.size / 12 * (total + 1 - np.sum(ties**3 - ties) / (total * (total - 1)))
    if variance == 0:
        raise NotEstimable("constant", "Every value is the same, so there is nothing to rank.")
    gap = u - a.size * b.size / 2
    if continuity:
        gap = np.sign(gap) * max(abs(gap) - 0.5, 0.0)
    z = float(gap / np.sqrt(variance))
    p = float(2 * special.ndtr(-abs(z)))
    return MannWhitney("asymptotic", a.size, b.size, u, z, p, continuity, bool(np.any(ties > 1)))


def mann_whitney_exact(x: ArrayLike, y: ArrayLike) -> MannWhitney:
    """The exact conditional P given the ties: the share of all C(N, n1) splits at least as far from the mean.

    The distribution of the sum of (doubled) midranks is built by dynamic programming over people (Streitberg &
    Röhmel, Stat Software Newsl 1986;12:10). Refuses more than 300 people, where the normal approximation serves.
    """
    a, b = _two(x, y)
    total = a.size + b.size
    if total > EXACT_AT_MOST:
        raise NotEstimable(
            "too_many",
            f"The exact test is meant for at most {EXACT_AT_MOST} people. Use the normal approximation.",
            n=total,
        )
    doubled = np.rint(2 * midranks(np.concatenate([a, b]))).astype(np.int64)
    observed = int(doubled[: a.size].sum())
    counts = _sums_of_subsets(doubled, a.size)
    far = np.abs(np.arange(counts.size) - a.size * (total + 1)) >= abs(observed - a.size * (total + 1))
    p = float(counts[far].sum() / counts.sum())
    u, ties = _u_and_ties(a, b)
    z = mann_whitney(a, b).z
    return MannWhitney("exact", a.size, b.size, u, z, min(p, 1.0), False, bool(np.any(ties > 1)))


def hodges_lehmann(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Shift:
    """Hodges–Lehmann shift with the interval D(C), D(n1 n0 + 1 − C) of the ordered differences.

    C is the α/2 quantile of U without ties: exactly when both samples hold fewer than 50 (as R's wilcox.test),
    otherwise ⌊n1 n0/2 − z √(n1 n0 (N + 1)/12)⌋ (Hollander & Wolfe, 2nd ed., section 4.3). With ties it is conservative.
    """
    a, b = _two(x, y)
    differences = np.sort((a[:, None] - b[None, :]).ravel())
    exact = max(a.size, b.size) < 50
    c = _order_exact(a.size, b.size, level) if exact else _order_normal(a.size, b.size, level)
    if c < 1:
        raise NotEstimable(
            "too_few", "There are too few people for an interval at this level. Wait for more answers.", n=a.size
        )
    low, high = differences[c - 1], differences[differences.size - c]
    method = "order statistics, exact" if exact else "order statistics, normal approximation"
    return Shift(method, a.size, b.size, float(np.median(differences)), float(low), float(high), level)


def probability_of_superiority(x: ArrayLike, y: ArrayLike, level: float = 0.95) -> Superiority:
    """P(x > y) + ½P(x = y) = U/(n1 n0), with the interval of Brunner & Munzel (Biom J 2000;42:17).

    Placements: u_i = mean over y of [x_i > y] + ½[x_i = y], and v_j likewise; se² = s²(u)/n1 + s²(v)/n0, df by
    Satterthwaite; the interval is cut at 0 and 1, and P tests ½. With fewer than about 10 an arm it is only rough.
    """
    a, b = _two(x, y)
    wins = (a[:, None] > b[None, :]) + 0.5 * (a[:, None] == b[None, :])
    estimate = float(wins.mean())
    v1 = float(np.var(wins.mean(axis=1), ddof=1) / a.size)
    v0 = float(np.var(wins.mean(axis=0), ddof=1) / b.size)
    if v1 + v0 == 0:
        raise NotEstimable("separated", "The two arms do not overlap at all, so no interval can be computed.")
    se = float(np.sqrt(v1 + v0))
    df = (v1 + v0) ** 2 / (v1**2 / (a.size - 1) + v0**2 / (b.size - 1))
    half = t_critical(level, df) * se
    p = t_two_sided_p((estimate - 0.5) / se, df)
    return Superiority(a.size, b.size, estimate, se, df, max(0.0, estimate - half), min(1.0, estimate + half), p, level)


def _two(x: ArrayLike, y: ArrayLike) -> tuple[Vector, Vector]:
    a, b = vector(x), vector(y)
    if min(a.size, b.size) < 2:
        raise NotEstimable(
            "too_few",
            f"A comparison of ranks needs at least 2 values in each arm, and the smallest has {min(a.size, b.size)}.",
            n=min(a.size, b.size),
        )
    return a, b


def _u_and_ties(a: Vector, b: Vector) -> tuple[float, Vector]:
    joined = np.concatenate([a, b])
    rank_sum = float(midranks(joined)[: a.size].sum())
    _, counts = np.unique(joined, return_counts=True)
    return rank_sum - a.size * (a.size + 1) / 2, counts.astype(np.float64)


def _sums_of_subsets(weights: NDArray[np.int64], size: int) -> Vector:
    """How many subsets of exactly `size` weights have each sum; index = sum."""
    top = int(np.sort(weights)[-size:].sum())
    counts = np.zeros((size + 1, top + 1))
    counts[0, 0] = 1.0
    for seen, weight in enumerate(weights, start=1):
        most = min(seen, size)
        counts[1 : most + 1, weight:] += counts[0:most, : top + 1 - weight].copy()
    return counts[size]


def _order_exact(n1: int, n0: int, level: float) -> int:
    """The smallest u with P(U ≤ u) ≥ α/2 when nothing is tied: R's qwilcox, at least 1."""
    counts = _sums_of_subsets(np.arange(1, n1 + n0 + 1, dtype=np.int64), n1)[n1 * (n1 + 1) // 2 :]
    cumulative = np.cumsum(counts) / counts.sum()
    tail = (1 - level) / 2
    quantile = int(np.searchsorted(cumulative, tail * (1 - 64 * np.finfo(float).eps)))
    if quantile == 0 and cumulative[0] > tail:
        return 0
    return max(quantile, 1)


def _order_normal(n1: int, n0: int, level: float) -> int:
    z = float(special.ndtri(0.5 + level / 2))
    return int(np.floor(n1 * n0 / 2 - z * np.sqrt(n1 * n0 * (n1 + n0 + 1) / 12)))
