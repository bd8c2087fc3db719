"""Group-sequential designs: looking early without deceiving oneself.

Boundaries on the scale of Z for looks at information fractions t_1 < … < t_K = 1, one-sided (benefit is up) or two-sided
and symmetric. Futility boundaries are non-binding: the upper boundary is made as if nobody ever obeyed them, so that
going on keeps the type I error. Source: Jennison & Turnbull, Group Sequential Methods, 2000; spending functions by Lan &
DeMets, Biometrika 1983;70:659.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from .refusals import NotEstimable
from .stagewise import Continuing, Crossing, check_information, continue_between, crossing, grain, tail
from .two_samples import Vector, vector

HIGHEST = 40.0
Spending = Callable[[Vector, float], Vector]


@dataclass(frozen=True, slots=True)
class Boundaries:
    """A design: `information` (K,), `upper` (K,), `futility` (K,) or −inf, `spent` so far (K,), `alpha` in all tails."""

    method: str
    information: Vector
    upper: Vector
    futility: Vector
    spent: Vector
    alpha: float
    sided: int

    @property
    def nominal(self) -> Vector:
        """The P value that each look has to reach, two-sided in a two-sided design (K,)."""
        return np.asarray(self.sided * special.ndtr(-self.upper), dtype=np.float64)

    def crossing(self, drift: float) -> Crossing:
        """Chances of stopping by stage at an expected final Z of `drift`, with futility obeyed."""
        lower = -self.upper if self.sided == 2 else self.futility
        return crossing(self.information, lower, self.upper, drift)

    def power(self, drift: float) -> float:
        """P(cross the upper boundary)."""
        return float(self.crossing(drift).upper.sum())

    def expected_information(self, drift: float) -> float:
        """Σ t_k P(stop at k): the expected share of the largest sample."""
        return float(self.information @ self.crossing(drift).stopping)

    def drift(self, power: float) -> float:
        """The expected final Z that gives this power."""
        if not self.alpha / self.sided < power < 1:
            raise ValueError("a power lies between the significance level and 1")
        return float(optimize.brentq(lambda one: self.power(one) - power, 0.0, 20.0, xtol=1e-12))

    def inflation(self, power: float) -> float:
        """The largest sample as a multiple of the fixed design's with the same power."""
        fixed = special.ndtri(1 - self.alpha / self.sided) + special.ndtri(power)
        return float((self.drift(power) / fixed) ** 2)


def spend_like_obrien_fleming(t: Vector, alpha: float) -> Vector:
    """2(1 − Φ(z_{α/2}/√t)), one-sided: little early, nearly all at the end."""
    return np.asarray(2 * special.ndtr(special.ndtri(alpha / 2) / np.sqrt(t)), dtype=np.float64)


def spend_like_pocock(t: Vector, alpha: float) -> Vector:
    """α ln(1 + (e − 1)t), one-sided."""
    return np.asarray(alpha * np.log1p((np.e - 1) * t), dtype=np.float64)


def spend_by_power(rho: float) -> Spending:
    """α t^ρ (Kim & DeMets, Biometrika 1987;74:149), ρ > 0."""
    if rho <= 0:
        raise ValueError("the power of the spending function is above 0, for example 3")
    return lambda t, alpha: np.asarray(alpha * t**rho, dtype=np.float64)


SPENDING: dict[str, Spending] = {"obrien_fleming": spend_like_obrien_fleming, "pocock": spend_like_pocock}


def spending_of(name: str, rho: float) -> Spending:
    """The spending function of this name; any other than those of `SPENDING` is the power family with `rho`."""
    return SPENDING.get(name) or spend_by_power(rho)


def wang_tsiatis(information: ArrayLike, alpha: float, *, delta: float, sided: int = 2) -> Boundaries:
    """c_k = C t_k^(Δ − ½): O'Brien–Fleming at Δ = 0 (Biometrics 1979;35:549), Pocock at Δ = ½ (Biometrika 1977;64:191).

    Source of the family: Wang & Tsiatis, Biometrics 1987;43:193. C is found so that all tails together have α.
    """
    t = _checked(information, alpha, sided)
    shape = t ** (delta - 0.5)

    def level(constant: float) -> float:
        return float(_null(t, constant * shape, sided).sum())

    constant = optimize.brentq(lambda one: level(one) - alpha, 0.1, HIGHEST, xtol=1e-13)
    upper = constant * shape
    spent = np.cumsum(_null(t, upper, sided))
    return Boundaries(f"Wang–Tsiatis, Δ = {delta:g}", t, upper, np.full(t.size, -np.inf), spent, alpha, sided)


def alpha_spending(
    information: ArrayLike, alpha: float, spending: Spending, *, sided: int = 2, name: str = "alpha spending"
) -> Boundaries:
    """Each look crosses by chance as often as the spending function allows until then; `alpha` is that of all tails.

    In a two-sided design each tail spends half. Looks may come when they come: only the past decides a boundary.
    """
    t = _checked(information, alpha, sided)
    spent = sided * spending(np.minimum(t, 1.0), alpha / sided)
    upper, state = np.empty(t.size), None
    for k, allowed in enumerate(np.diff(spent, prepend=0.0)):
        upper[k] = _solve(state, t[k], allowed / sided, 0.0)
        state = continue_between(state, t[k], -upper[k] if sided == 2 else -np.inf, upper[k], 0.0, grain(t))
    return Boundaries(name, t, upper, np.full(t.size, -np.inf), spent, alpha, sided)


def with_futility(design: Boundaries, beta: float, spending: Spending) -> Boundaries:
    """Non-binding futility by spending β under the alternative that is missed with probability β in the end.

    The drift is found at which the last futility boundary meets the upper one. Source: Pampallona, Tsiatis & Kim, Drug
    Inf J 2001;35:1113. One-sided designs only.
    """
    if design.sided != 1:
        raise ValueError("futility is for a one-sided design: give alpha of one side, such as 0.025")
    if not 0 < beta < 1 - design.alpha:
        raise ValueError("the type II error lies between 0 and 1 − alpha, for example 0.1")

    def missed(drift: float) -> float:
        lower = _futility(design, drift, beta, spending)[:-1]
        low = np.append(lower, design.upper[-1])
        return float(crossing(design.information, low, design.upper, drift).lower.sum()) - beta

    drift = float(optimize.brentq(missed, 0.5, 15.0, xtol=1e-11))
    lower = np.append(_futility(design, drift, beta, spending)[:-1], design.upper[-1])
    name = f"{design.method}, non-binding futility"
    return Boundaries(name, design.information, design.upper, lower, design.spent, design.alpha, 1)


def conditional_power(design: Boundaries, stage: int, z: float, drift: float | None = None) -> float:
    """P(cross the upper boundary at a later look | Z = z at look `stage`, counted from 1); futility is not counted.

    `drift` is the expected final Z; without one the trend so far, z/√t. Source: Jennison & Turnbull 2000, section 10.2,
    with the looks that are left taken into account.
    """
    t = design.information
    if not 1 <= stage < t.size:
        raise ValueError(f"the look is one of 1 to {t.size - 1}: after the last nothing is left to come")
    now, later = t[stage - 1], t[stage:]
    gone = z * np.sqrt(now)
    left = later - now
    upper = (design.upper[stage:] * np.sqrt(later) - gone) / np.sqrt(left)
    lower = np.full(later.size, -np.inf)
    if design.sided == 2:
        lower = (-design.upper[stage:] * np.sqrt(later) - gone) / np.sqrt(left)
    return float(crossing(left, lower, upper, z / np.sqrt(now) if drift is None else drift).upper.sum())


def predictive_power(
    design: Boundaries, stage: int, z: float, *, prior_mean: float = 0.0, prior_sd: float = np.inf
) -> float:
    """Conditional power averaged over what is believed of the drift now: N(posterior), from a flat or a normal prior.

    Source: Spiegelhalter, Freedman & Blackburn, Control Clin Trials 1986;7:8. Posterior precision t + 1/sd², mean
    (z√t + mean/sd²)/precision.
    """
    now = float(design.information[stage - 1])
    weight = 0.0 if np.isinf(prior_sd) else prior_sd**-2
    precision = now + weight
    mean = (z * np.sqrt(now) + weight * prior_mean) / precision
    nodes, weights = np.polynomial.hermite_e.hermegauss(60)
    powers = [conditional_power(design, stage, z, mean + one / np.sqrt(precision)) for one in nodes]
    return float(weights @ np.array(powers) / weights.sum())


def _null(t: Vector, upper: Vector, sided: int) -> Vector:
    lower = -upper if sided == 2 else np.full(t.size, -np.inf)
    found = crossing(t, lower, upper)
    return found.upper + found.lower


def _futility(design: Boundaries, drift: float, beta: float, spending: Spending) -> Vector:
    """Lower boundaries that spend β at this drift, never above the upper ones."""
    t, state = design.information, None
    lower = np.empty(t.size)
    for k, allowed in enumerate(np.diff(spending(t, beta), prepend=0.0)):
        if tail(state, t[k], design.upper[k], drift, below=True) <= allowed:
            lower[k] = design.upper[k]  # hardly anybody is left below: all of them may stop
        else:
            lower[k] = _solve(state, t[k], allowed, drift, below=True)
        state = continue_between(state, t[k], lower[k], design.upper[k], drift, grain(t))
    return lower


def _solve(state: Continuing | None, t: float, allowed: float, drift: float, *, below: bool = False) -> float:
    """The boundary beyond which Z lies with the probability allowed."""
    centre = drift * np.sqrt(t)

    def excess(boundary: float) -> float:
        return tail(state, t, boundary, drift, below=below) - allowed

    low, high = centre - HIGHEST, centre + HIGHEST
    if excess(low) * excess(high) > 0:
        raise NotEstimable(
            "nothing_left", "Nothing is left to spend at one look. Leave that look out, or move it later."
        )
    return float(optimize.brentq(excess, low, high, xtol=1e-13))


def _checked(information: ArrayLike, alpha: float, sided: int) -> Vector:
    t = vector(information)
    check_information(t)
    if abs(t[-1] - 1) > 1e-9:
        raise ValueError("the last look is at the whole information, 1")
    if sided not in (1, 2) or not 0 < alpha < 0.5:
        raise ValueError("a design is one- or two-sided, and alpha lies between 0 and 0.5")
    return t
