"""Two by two: a yes-or-no outcome in two arms, in absolute and relative terms.

Notation: a of n1 in the compared arm, c of n0 in the reference; p1 = a/n1, p0 = c/n0; the difference is p1 − p0.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import special

from .refusals import NotEstimable


@dataclass(frozen=True, slots=True)
class Proportion:
    """events of n, with the score interval of Wilson (J Am Stat Assoc 1927;22:209)."""

    events: int
    n: int
    estimate: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class Ratio:
    """A relative measure with its interval."""

    estimate: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class RiskDifference:
    """p1 − p0 with Newcombe's interval."""

    first: Proportion
    second: Proportion
    estimate: float
    low: float
    high: float
    level: float


@dataclass(frozen=True, slots=True)
class ChiSquare:
    """Pearson's X² with one degree of freedom, with or without Yates's continuity correction."""

    statistic: float
    df: int
    p: float
    continuity: bool


@dataclass(frozen=True, slots=True)
class NumberNeeded:
    """How many people are treated for one more (`benefits`) or one fewer good outcome.

    Either `nearest` to `farthest` on the estimate's own side, or, when `passes_infinity`, from `benefit` through
    infinity to `harm`.
    """

    estimate: float | None
    benefits: bool
    nearest: float | None
    farthest: float | None
    benefit: float | None
    harm: float | None
    passes_infinity: bool
    level: float


def wilson(events: int, n: int, level: float = 0.95) -> Proportion:
    """The score interval (2np + z² ± z√(z² + 4npq)) / (2(n + z²))."""
    _check(events, n)
    z = float(special.ndtri(0.5 + level / 2))
    p = events / n
    half = z * np.sqrt(z**2 + 4 * n * p * (1 - p))
    low = (2 * n * p + z**2 - half) / (2 * (n + z**2))
    high = (2 * n * p + z**2 + half) / (2 * (n + z**2))
    return Proportion(events, n, p, 0.0 if events == 0 else float(low), 1.0 if events == n else float(high), level)


def risk_difference(a: int, n1: int, c: int, n0: int, level: float = 0.95) -> RiskDifference:
    """p1 − p0 with the hybrid score interval, method 10 of Newcombe (Stat Med 1998;17:873), without correction.

    δ = √((p1 − l1)² + (u0 − p0)²), ε = √((u1 − p1)² + (p0 − l0)²) from Wilson's limits; (D − δ, D + ε).
    """
    first, second = wilson(a, n1, level), wilson(c, n0, level)
    difference = first.estimate - second.estimate
    down = np.hypot(first.estimate - first.low, second.high - second.estimate)
    up = np.hypot(first.high - first.estimate, second.estimate - second.low)
    return RiskDifference(first, second, difference, float(difference - down), float(difference + up), level)


def risk_ratio(a: int, n1: int, c: int, n0: int, level: float = 0.95) -> Ratio:
    """p1/p0 with the interval on the log scale (Katz et al., Biometrics 1978;34:469); needs an event in each arm."""
    _check(a, n1)
    _check(c, n0)
    if a == 0 or c == 0:
        raise NotEstimable("no_event", "One arm has no event, so the ratio has no interval. Use the difference.")
    se = np.sqrt(1 / a - 1 / n1 + 1 / c - 1 / n0)
    return _ratio((a / n1) / (c / n0), float(se), level)


def odds_ratio(a: int, n1: int, c: int, n0: int, level: float = 0.95) -> Ratio:
    """(a(n0 − c)) / (c(n1 − a)) with Woolf's interval on the log scale (Ann Hum Genet 1955;19:251); no empty cell."""
    _check(a, n1)
    _check(c, n0)
    cells = np.array([a, n1 - a, c, n0 - c], dtype=np.float64)
    if np.any(cells == 0):
        raise NotEstimable("empty_cell", "One cell of the table is empty, so the odds ratio has no interval.")
    return _ratio(float(cells[0] * cells[3] / (cells[1] * cells[2])), float(np.sqrt(np.sum(1 / cells))), level)


def chi_square(a: int, n1: int, c: int, n0: int, *, continuity: bool = False) -> ChiSquare:
    """N(ad − bc)² / (row and column totals); with Yates's correction |ad − bc| is lessened by N/2, at least to 0."""
    _check(a, n1)
    _check(c, n0)
    total, events = n1 + n0, a + c
    if events in (0, total):
        raise NotEstimable("constant", "Everyone has the same answer in both arms, so there is nothing to test.")
    gap = float(abs(a * (n0 - c) - c * (n1 - a)))
    if continuity:
        gap = max(gap - total / 2, 0.0)
    statistic = total * gap**2 / (n1 * n0 * events * (total - events))
    return ChiSquare(float(statistic), 1, float(special.chdtrc(1, statistic)), continuity)


def fisher_exact_p(a: int, n1: int, c: int, n0: int) -> float:
    """Fisher's exact test, two-sided: the sum of all tables with these margins no likelier than the observed one."""
    chances, observed = _hypergeometric(a, n1, c, n0)
    return float(min(1.0, chances[chances <= observed * (1 + 1e-7)].sum()))


def fisher_mid_p(a: int, n1: int, c: int, n0: int) -> float:
    """Fisher's test with the mid-P of Lancaster (J Am Stat Assoc 1961;56:223), two-sided by likelihood.

    The sum of all tables less likely than the observed one, and half of those as likely: less conservative than
    `fisher_exact_p`, and no longer guaranteed to keep its level.
    """
    chances, observed = _hypergeometric(a, n1, c, n0)
    equal = np.abs(chances / observed - 1) <= 1e-7
    return float(min(1.0, chances[(chances < observed) & ~equal].sum() + chances[equal].sum() / 2))


def number_needed(difference: RiskDifference, *, good: bool) -> NumberNeeded:
    """1/|p1 − p0|, with the limits of the difference turned over (Altman, BMJ 1998;317:1309).

    `good` says whether the outcome is one to be wished for. When the difference's interval holds 0, the interval runs
    from `benefit` people to benefit one, through infinity, to `harm` people to harm one; a side that it does not
    reach is None, and so is the estimate of a difference of exactly 0.
    """
    sign = 1.0 if good else -1.0
    value = sign * difference.estimate
    low, high = sorted((sign * difference.low, sign * difference.high))
    return NumberNeeded(
        estimate=1 / abs(value) if value else None,
        benefits=value > 0,
        nearest=1 / max(abs(low), abs(high)) if low > 0 or high < 0 else None,
        farthest=1 / min(abs(low), abs(high)) if low > 0 or high < 0 else None,
        benefit=1 / high if low <= 0 < high else None,
        harm=-1 / low if low < 0 <= high else None,
        passes_infinity=low <= 0 <= high,
        level=difference.level,
    )


def _hypergeometric(a: int, n1: int, c: int, n0: int) -> tuple[np.ndarray, float]:
    """The chances of all tables with these margins, and of the observed one."""
    _check(a, n1)
    _check(c, n0)
    events = a + c
    possible = np.arange(max(0, events - n0), min(events, n1) + 1)
    logs = _log_choose(n1, possible) + _log_choose(n0, events - possible) - _log_choose(n1 + n0, np.asarray(events))
    chances = np.exp(logs)
    return chances, float(chances[possible == a][0])


def _ratio(estimate: float, se: float, level: float) -> Ratio:
    factor = float(np.exp(special.ndtri(0.5 + level / 2) * se))
    return Ratio(estimate, estimate / factor, estimate * factor, level)


def _log_choose(n: int, k: np.ndarray) -> np.ndarray:
    result: np.ndarray = special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1)
    return result


def _check(events: int, n: int) -> None:
    if n <= 0:
        raise NotEstimable("empty", "One arm has nobody here, so there is no proportion. Wait for more answers.")
    if not 0 <= events <= n:
        raise ValueError(f"{events} events of {n} is impossible")
