"""Power and sample size by formula, before a trial begins.

Each design is an object with `power(n1, n0)`: the chance, when the truth is as supposed, that the two-sided test at `alpha`
rejects in the direction of that truth. n1 and n0 are people with an outcome, in the compared arm and the reference. Sizes
are then searched for, so that power and size can never contradict each other.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from scipy import special, stats

from .refusals import NotEstimable

MOST = 1_000_000


class Design(Protocol):
    """Anything that knows its power."""

    @property
    def method(self) -> str:
        """The test and its conventions, in words."""

    def power(self, n1: int, n0: int) -> float:
        """The power with so many people analysed."""


@dataclass(frozen=True, slots=True)
class TwoMeans:
    """Student's t of two means: noncentral t with n1 + n0 − 2 df, δ/(σ√(1/n1 + 1/n0)), as R's power.t.test."""

    difference: float
    sd: float
    alpha: float = 0.05
    method: str = "two means, Student's t"

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t."""
        return _t_power(self.difference, self.sd * np.sqrt(1 / n1 + 1 / n0), n1 + n0 - 2, self.alpha)


@dataclass(frozen=True, slots=True)
class Ancova:
    """Analysis of covariance: the variance shrinks by 1 − r², and one df goes.

    Source: Borm, Fransen & Lemmens, J Clin Epidemiol 2007;60:1234. r is the correlation of outcome and baseline
    within arms. That the baselines differ by chance is left out, which matters below some 20 people.
    """

    difference: float
    sd: float
    correlation: float
    alpha: float = 0.05
    method: str = "analysis of covariance"

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t with n1 + n0 − 3 df."""
        sd = self.sd * np.sqrt(1 - self.correlation**2)
        return _t_power(self.difference, sd * np.sqrt(1 / n1 + 1 / n0), n1 + n0 - 3, self.alpha)


@dataclass(frozen=True, slots=True)
class Change:
    """Student's t of change from baseline: σ_change = σ√(2(1 − r)); worse than no baseline when r < ½."""

    difference: float
    sd: float
    correlation: float
    alpha: float = 0.05
    method: str = "change from baseline, Student's t"

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t with n1 + n0 − 2 df."""
        sd = self.sd * np.sqrt(2 * (1 - self.correlation))
        return _t_power(self.difference, sd * np.sqrt(1 / n1 + 1 / n0), n1 + n0 - 2, self.alpha)


@dataclass(frozen=True, slots=True)
class TwoProportions:
    """Pearson's X² without correction: pooled variance under the null, unpooled under the alternative (Fleiss 1981, ch. 3).

    Φ((|p1 − p0| − z √(p̄q̄(1/n1 + 1/n0))) / √(p1q1/n1 + p0q0/n0)), p̄ weighted by n; at 1:1 as R's power.prop.test.
    """

    p1: float
    p0: float
    alpha: float = 0.05
    method: str = "two proportions, Pearson's X² without correction"

    def power(self, n1: int, n0: int) -> float:
        """By the normal approximation."""
        mean = (n1 * self.p1 + n0 * self.p0) / (n1 + n0)
        null = _z(self.alpha) * np.sqrt(mean * (1 - mean) * (1 / n1 + 1 / n0))
        spread = np.sqrt(self.p1 * (1 - self.p1) / n1 + self.p0 * (1 - self.p0) / n0)
        return float(special.ndtr((abs(self.p1 - self.p0) - null) / spread))


@dataclass(frozen=True, slots=True)
class Ranks:
    """Mann–Whitney: N = (z_α + z_β)² / (12 c(1 − c)(π − ½)²), c = n1/N (Noether, J Am Stat Assoc 1987;82:645).

    `superiority` is π = P(X > Y) + ½P(X = Y); for normal data with d = δ/σ it is Φ(d/√2).
    """

    superiority: float
    alpha: float = 0.05
    method: str = "Mann–Whitney, Noether's formula"

    def power(self, n1: int, n0: int) -> float:
        """By the normal approximation, with the variance of the null hypothesis."""
        share = n1 / (n1 + n0)
        shift = abs(self.superiority - 0.5) * np.sqrt(12 * share * (1 - share) * (n1 + n0))
        return float(special.ndtr(shift - _z(self.alpha)))


@dataclass(frozen=True, slots=True)
class Clustered:
    """Two means of people in clusters of both arms: variance × (1 + ((1 + cv²)m − 1)ρ), df of the clusters.

    m is the mean cluster size and cv its coefficient of variation (Eldridge, Ashby & Kerry, Int J Epidemiol 2006;35:1292).
    df = clusters − 2 with clusters = (n1 + n0)/m, rounded down.
    """

    difference: float
    sd: float
    size: float
    icc: float
    cv: float = 0.0
    alpha: float = 0.05
    method: str = "two means of clusters, t of the clusters"

    @property
    def design_effect(self) -> float:
        """By how much clustering multiplies the variance."""
        return 1 + ((1 + self.cv**2) * self.size - 1) * self.icc

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t."""
        se = self.sd * np.sqrt(self.design_effect * (1 / n1 + 1 / n0))
        return _t_power(self.difference, se, int((n1 + n0) / self.size) - 2, self.alpha)


@dataclass(frozen=True, slots=True)
class PartiallyNested:
    """Therapists in the compared arm only: var = σ1²(1 + (m − 1)ρ)/n1 + σ0²/n0 (Roberts & Roberts, Clin Trials 2005;2:152).

    m people a therapist. df by Satterthwaite's formula for two independent variances, the first with n1/m − 1 df (of
    therapists), the second with n0 − 1 (of people): that of Welch's t on therapists' means against people's values.
    """

    difference: float
    sd: float
    size: float
    icc: float
    reference_sd: float | None = None
    alpha: float = 0.05
    method: str = "partially nested, therapists in one arm"

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t."""
        v1 = self.sd**2 * (1 + (self.size - 1) * self.icc) / n1
        v0 = (self.sd if self.reference_sd is None else self.reference_sd) ** 2 / n0
        therapists = n1 / self.size
        if therapists <= 1 or n0 < 2:
            return 0.0
        df = (v1 + v0) ** 2 / (v1**2 / (therapists - 1) + v0**2 / (n0 - 1))
        return _t_power(self.difference, float(np.sqrt(v1 + v0)), df, self.alpha)


@dataclass(frozen=True, slots=True)
class Goals:
    """Attained goals, `goals` of each person, by GEE with exchangeable correlation: log odds ratio, t(people − 2).

    var = Σ over arms of (1 + (m − 1)ρ)/(n m p(1 − p)) (Liu & Liang, Biometrics 1997;53:937, for one time and two arms).
    """

    p1: float
    p0: float
    goals: float
    icc: float
    alpha: float = 0.05
    method: str = "goals in people, GEE (exchangeable), log odds ratio"

    def power(self, n1: int, n0: int) -> float:
        """By the noncentral t."""
        effect = 1 + (self.goals - 1) * self.icc
        parts = [(n1, self.p1), (n0, self.p0)]
        variance = sum(effect / (n * self.goals * p * (1 - p)) for n, p in parts)
        log_odds = special.logit(self.p1) - special.logit(self.p0)
        return _t_power(float(log_odds), float(np.sqrt(variance)), n1 + n0 - 2, self.alpha)


@dataclass(frozen=True, slots=True)
class Size:
    """People to analyse and to randomise in each arm, and the power that comes of it."""

    method: str
    analysed1: int
    analysed0: int
    randomised1: int
    randomised0: int
    power: float


def smallest(
    design: Design, power: float, *, ratio: tuple[int, int] = (1, 1), attrition: tuple[float, float] = (0.0, 0.0)
) -> Size:
    """The smallest trial with at least this power, in whole multiples of the ratio; randomised n = n / (1 − attrition).

    Raises NotEstimable when a million people would not be enough.
    """
    if not 0 < power < 1 or not all(0 <= one < 1 for one in attrition):
        raise ValueError("a power lies between 0 and 1, and attrition from 0 to below 1")
    if design.power(ratio[0] * MOST, ratio[1] * MOST) < power:
        raise NotEstimable("too_many", "Not even a million people would give this power. Suppose a larger difference.")
    times = _first(lambda k: design.power(ratio[0] * k, ratio[1] * k) >= power)
    n1, n0 = ratio[0] * times, ratio[1] * times
    randomised = [int(np.ceil(n / (1 - lost) - 1e-9)) for n, lost in zip((n1, n0), attrition, strict=True)]
    return Size(design.method, n1, n0, randomised[0], randomised[1], design.power(n1, n0))


def with_loss(design: Design, n1: int, n0: int, attrition: tuple[float, float]) -> float:
    """The power of a trial that randomises n1 and n0 and loses these shares of them (rounded down to whole people)."""
    left = [int(np.floor(n * (1 - lost) + 1e-9)) for n, lost in zip((n1, n0), attrition, strict=True)]
    return design.power(left[0], left[1]) if min(left) > 0 else 0.0


def superiority_of(difference: float, sd: float) -> float:
    """Φ(δ/(σ√2)): the probability of superiority that a difference of normal means amounts to."""
    return float(special.ndtr(difference / (sd * np.sqrt(2))))


def _first(enough: Callable[[int], bool]) -> int:
    """The smallest k ≥ 1 that is enough, by doubling and halving."""
    high = 1
    while not enough(high):
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _t_power(difference: float, se: float, df: float, alpha: float) -> float:
    if df < 1:
        return 0.0
    critical = float(special.stdtrit(df, 1 - alpha / 2))
    return float(stats.nct.sf(critical, df, abs(difference) / se))


def _z(alpha: float) -> float:
    return float(special.ndtri(1 - alpha / 2))
