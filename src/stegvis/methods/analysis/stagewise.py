"""Stage by stage: the chance that a statistic looked at several times crosses a boundary, by recursive integration.

Canonical joint distribution: at information t_k the statistic is Z_k ~ N(δ√t_k, 1) with Cov(Z_j, Z_k) = √(t_j/t_k),
whatever the outcome is (Jennison & Turnbull, Group Sequential Methods, 2000, chapter 3). With t_K = 1 the drift δ is the
expected final Z. The density of Z_k among trials that go on follows from that of Z_{k−1} (Armitage, McPherson & Rowe,
J R Stat Soc A 1969;132:235); the integrals are composite Gauss–Legendre sums with 12 or more digits.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .regression import Matrix
from .two_samples import Vector, vector

PANEL = 16
REACH = 8.5
"""How many standard deviations beyond the drift are looked at; outside lies less than 2e-17."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """P(cross the upper boundary first at stage k), and the lower one (K,)."""

    upper: Vector
    lower: Vector

    @property
    def stopping(self) -> Vector:
        """P(stop at stage k) (K,); who crosses nothing stops at the last."""
        stop = self.upper + self.lower
        stop[-1] = 1 - stop[:-1].sum()
        return stop


@dataclass(frozen=True, slots=True)
class Continuing:
    """The density of Z among trials that go on, at `nodes` with quadrature `weights`, at information `t`."""

    t: float
    nodes: Vector
    weights: Vector
    density: Vector


def crossing(information: ArrayLike, lower: ArrayLike, upper: ArrayLike, drift: float = 0.0) -> Crossing:
    """Chances of crossing at each stage; `information` rising (K,), boundaries on the scale of Z (K,), −inf for none."""
    t, low, high = vector(information), *(np.asarray(side, dtype=np.float64) for side in (lower, upper))
    check_information(t)
    if low.shape != t.shape or high.shape != t.shape or np.any(low > high):
        raise ValueError("every stage has a lower and an upper boundary, and the lower is not above the upper")
    state: Continuing | None = None
    over, under = np.empty(t.size), np.empty(t.size)
    for k in range(t.size):
        over[k], under[k] = tail(state, t[k], high[k], drift), tail(state, t[k], low[k], drift, below=True)
        state = continue_between(state, t[k], low[k], high[k], drift, grain(t))
    return Crossing(over, under)


def tail(state: Continuing | None, t: float, boundary: float, drift: float, *, below: bool = False) -> float:
    """P(Z at t beyond the boundary, having gone on until then)."""
    sign = -1.0 if below else 1.0
    if np.isinf(boundary):
        return 0.0 if boundary * sign > 0 else 1.0 if state is None else float(state.weights @ state.density)
    if state is None:
        return float(special.ndtr(-sign * (boundary - drift * np.sqrt(t))))
    step = t - state.t
    gap = (boundary * np.sqrt(t) - state.nodes * np.sqrt(state.t) - drift * step) / np.sqrt(step)
    return float((state.weights * state.density) @ special.ndtr(-sign * gap))


def grain(t: Vector) -> float:
    """The narrowest kernel of the design in units of Z, at most 1: how fine the quadrature has to be."""
    return float(min(1.0, np.sqrt(np.min(np.diff(t) / t[1:], initial=1.0))))


def continue_between(
    state: Continuing | None, t: float, low: float, high: float, drift: float, width: float
) -> Continuing:
    """The trials that go on past information t: those with low < Z < high; `width` is the design's `grain`."""
    centre = drift * np.sqrt(t)
    a, b = max(low, centre - REACH), min(high, centre + REACH)
    nodes, weights = _nodes(a, b, int(np.ceil((b - a) / (2 * width)))) if b > a else (np.zeros(1), np.zeros(1))
    if state is None:
        return Continuing(t, nodes, weights, _normal(nodes - centre))
    step = t - state.t
    gap = (nodes[:, None] * np.sqrt(t) - state.nodes * np.sqrt(state.t) - drift * step) / np.sqrt(step)
    kernel: Matrix = _normal(gap) * np.sqrt(t / step)
    return Continuing(t, nodes, weights, kernel @ (state.weights * state.density))


def check_information(t: Vector) -> None:
    """Information has to rise from above 0."""
    if t.size == 0 or t[0] <= 0 or np.any(np.diff(t) <= 0):
        raise ValueError("information rises from stage to stage, and is above 0; for example 0.5, 1")


def _normal(x: Vector | Matrix) -> Vector:
    return np.asarray(np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi), dtype=np.float64)


@cache
def _legendre() -> tuple[Vector, Vector]:
    return np.polynomial.legendre.leggauss(PANEL)


def _nodes(a: float, b: float, panels: int) -> tuple[Vector, Vector]:
    x, w = _legendre()
    edges = np.linspace(a, b, panels + 1)
    half = (edges[1] - edges[0]) / 2
    return ((edges[:-1] + half)[:, None] + half * x).ravel(), np.tile(half * w, panels)
