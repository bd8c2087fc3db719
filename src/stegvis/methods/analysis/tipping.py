"""Tipping point: how far the imputed values must be shifted before the conclusion turns.

Every imputed value of the compared arm gets δ₁ added, every one of the reference arm δ₀ (in the unit of the outcome), and
the pooled analysis of covariance is looked at over a grid of both (Permutt, Stat Med 2016;35:2876; Carpenter & Kenward
2013, ch. 10). The estimate of each imputed data set is affine in (δ₁, δ₀) and its squared error a quadratic form of
(1, δ₁, δ₀), so one regression per imputation gives the whole grid, exactly.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import optimize

from .estimates import Estimate
from .imputed_ancova import POWERS
from .pooling import Pooled, pool, rubin
from .refusals import NotEstimable

Array = NDArray[np.float64]

STOPS = 400


@dataclass(frozen=True, slots=True)
class Turn:
    """Where the conclusion turns along a line of δ: the nearest δ below and above zero, None where it does not.

    `significant` tells the conclusion at δ = 0: whether P < 1 − level there. Nothing beyond ±`searched` was looked at.
    """

    below: float | None
    above: float | None
    significant: bool
    searched: float


@dataclass(frozen=True, slots=True)
class Grid:
    """The pooled analysis at every pair of shifts: `compared` (a,), `reference` (b,), and arrays (a, b)."""

    compared: Array
    reference: Array
    estimate: Array
    se: Array
    df: Array
    p: Array
    low: Array
    high: Array


@dataclass(frozen=True, slots=True)
class Tipping:
    """The analysis of m imputed data sets as a function of the shifts.

    `effect` (m, 3) are the coefficients of the estimate for (1, δ₁, δ₀), `variance` (m, 3, 3) the quadratic form of its
    squared error, `df` what complete data would have.
    """

    effect: Array
    variance: Array
    df: int
    n: Mapping[str, int]
    span: float
    method: str
    level: float

    def pooled(self, compared: ArrayLike, reference: ArrayLike) -> Pooled:
        """Rubin's rules at pairs of shifts (broadcast against each other)."""
        return pooled_shifts(self.effect, self.variance, compared, reference, self.df)

    def at(self, compared: float, reference: float) -> Estimate:
        """The Estimate at one pair of shifts."""
        shift = np.array([1.0, compared, reference])
        squared = np.einsum("a,mab,b->m", shift, self.variance, shift)
        return pool(self.effect @ shift, squared, df_complete=self.df, n=self.n, level=self.level, method=self.method)

    def grid(self, compared: ArrayLike, reference: ArrayLike) -> Grid:
        """The whole grid of shifts `compared` (a,) by `reference` (b,)."""
        first, second = np.asarray(compared, dtype=np.float64), np.asarray(reference, dtype=np.float64)
        found = self.pooled(first[:, None], second[None, :])
        low, high = found.interval(self.level)
        return Grid(first, second, found.estimate, found.se, found.df, found.p(), low, high)

    def turn_compared(self, reference: float = 0.0, limit: float | None = None) -> Turn:
        """Shift the compared arm only (the reference arm stays at `reference`) until the conclusion turns."""
        return self._turn(lambda delta: self.pooled(delta, reference).p(), limit)

    def turn_reference(self, compared: float = 0.0, limit: float | None = None) -> Turn:
        """Shift the reference arm only."""
        return self._turn(lambda delta: self.pooled(compared, delta).p(), limit)

    def boundary(self, reference: ArrayLike, limit: float | None = None) -> tuple[Turn, ...]:
        """For each shift of the reference arm, the shifts of the compared arm at which the conclusion turns."""
        return tuple(self.turn_compared(float(one), limit) for one in np.asarray(reference, float).reshape(-1))

    def _turn(self, p: Callable[[ArrayLike], Array], limit: float | None) -> Turn:
        alpha, far = 1 - self.level, self.span if limit is None else limit
        significant = bool(p(0.0) < alpha)

        def gap(delta: float) -> float:
            return float(p(delta)) - alpha

        def first(sign: float) -> float | None:
            stops = sign * np.linspace(0, far, STOPS + 1)
            turned = np.flatnonzero((p(stops) < alpha) != significant)
            if not turned.size:
                return None
            return float(optimize.brentq(gap, stops[turned[0] - 1], stops[turned[0]], xtol=1e-10 * max(far, 1e-300)))

        return Turn(first(-1.0), first(1.0), significant, far)


def pooled_shifts(effect: Array, variance: Array, compared: ArrayLike, reference: ArrayLike, df: float) -> Pooled:
    """Rubin's rules for (…, m, 3) effects and (…, m, 3, 3) variances at pairs of shifts: (…, *the shifts' shape)."""
    first, second = np.broadcast_arrays(np.asarray(compared, float), np.asarray(reference, float))
    shift = np.stack([np.ones(first.size), first.reshape(-1), second.reshape(-1)], axis=-1)
    squares = (shift[:, :, None] * shift[:, None, :]).reshape(-1, 9)
    estimates = shift @ np.swapaxes(effect, -1, -2)
    squared = squares @ np.swapaxes(variance.reshape(*variance.shape[:-2], 9), -1, -2)
    shape = (*effect.shape[:-2], *first.shape, effect.shape[-2])
    return rubin(estimates.reshape(shape), squared.reshape(shape), df)


def tipping(
    outcome: ArrayLike, filled: ArrayLike, arms: Sequence[str], covariates: ArrayLike, *, arm: str, reference: str,
    errors: str = "classical", level: float = 0.95,
) -> Tipping:  # fmt: skip
    """Prepare the shifts for imputed outcomes (m, n), of which `filled` (n,) were imputed.

    Analysis of covariance with intercept, an indicator for every arm but the reference, and `covariates` (n, c);
    `errors` classical, HC2 or HC3. Where a third arm has imputed values they are not shifted. Raises NotEstimable when
    an arm has no one, when nothing was imputed in either arm, or when the design is singular.
    """
    y, gap = np.asarray(outcome, dtype=np.float64), np.asarray(filled, dtype=bool)
    codes = np.asarray(arms)
    if errors not in POWERS:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: {', '.join(POWERS)}")
    shifted = np.stack([gap & (codes == one) for one in (arm, reference)]).astype(np.float64)
    if arm not in arms or reference not in arms:
        raise NotEstimable("empty", "One of the two arms has no one. Wait for more participants.")
    if not shifted.any():
        raise NotEstimable("nothing_imputed", "Nothing was imputed in these arms, so there is nothing to shift.")
    design = _design(codes, reference, np.asarray(covariates, dtype=np.float64).reshape(len(codes), -1))
    index = 1 + [one for one in sorted(set(arms)) if one != reference].index(arm)
    row, weights, residuals = _regression(design, index, POWERS[errors])
    parts = np.stack([y, *(np.broadcast_to(one, y.shape) for one in shifted)], axis=-1)
    left = np.einsum("ij,mja->mia", residuals, parts, optimize=True)
    variance = np.einsum("mia,i,mib->mab", left, weights, left, optimize=True)
    effect = np.einsum("i,mia->ma", row, parts)
    df = design.shape[0] - design.shape[1]
    n = {one: int(np.sum(codes == one)) for one in (arm, reference)}
    method = f"analysis of covariance of imputed data, imputed values shifted, {errors} errors"
    return Tipping(effect, variance, df, n, float(np.ptp(y)), method, level)


def _design(codes: NDArray[np.str_], reference: str, covariates: Array) -> Array:
    others = [one for one in sorted(set(codes.tolist())) if one != reference]
    indicators = [(codes == one).astype(np.float64) for one in others]
    return np.column_stack([np.ones(len(codes)), *indicators, covariates - covariates.mean(axis=0)])


def _regression(design: Array, index: int, power: int) -> tuple[Array, Array, Array]:
    """The row that gives the coefficient, each squared residual's weight in its variance, and I − H."""
    n, p = design.shape
    scale = np.linalg.norm(design, axis=0)
    if n <= p or np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < p:
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )
    inverse = np.linalg.inv(design.T @ design)
    solver = inverse @ design.T
    hat = design @ solver
    if power == 0:
        return solver[index], np.full(n, inverse[index, index] / (n - p)), np.eye(n) - hat
    room = 1 - np.diagonal(hat)
    if np.any(room < 1e-10):
        raise NotEstimable(
            "leverage", "One person alone decides a term of the model (leverage 1). Use classical errors."
        )
    return solver[index], solver[index] ** 2 / room**power, np.eye(n) - hat
