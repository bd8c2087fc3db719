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
from .pooling import Pooled, combined, pool
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
    """Rubin's rules for (…, m, 3) effects and (…, m, 3, 3) variances at pairs of shifts: (…, *the shifts' shape).

    With s = (1, δ₁, δ₀): the mean of the estimates is s'ē, the error within s'V̄s, the error between s'Cov(e)s, so a
    point of the grid costs the same whatever m. Written out term by term, because a product of large matrices may
    differ in its last bit with the number of threads.
    """
    m = effect.shape[-2]
    if m < 2 or not (np.all(np.isfinite(effect)) and np.all(np.isfinite(variance))):
        raise NotEstimable("failed_imputation", "At least 2 imputations are needed, and all must have given a number.")
    pairs = np.broadcast_arrays(np.asarray(compared, float), np.asarray(reference, float))
    first, second = (one.reshape(-1) for one in pairs)
    away = effect - effect.mean(axis=-2, keepdims=True)
    between = _quadratic(np.swapaxes(away, -1, -2) @ away / (m - 1), first, second)
    within = _quadratic(variance.mean(axis=-3), first, second)
    mean = effect.mean(axis=-2)[..., None, :]
    estimate = mean[..., 0] + first * mean[..., 1] + second * mean[..., 2]
    shape = (*effect.shape[:-2], *pairs[0].shape)
    return combined(m, estimate.reshape(shape), within.reshape(shape), np.maximum(between, 0.0).reshape(shape), df)


def _quadratic(form: Array, first: Array, second: Array) -> Array:
    """(1, δ₁, δ₀) form (1, δ₁, δ₀)' for forms (…, 3, 3) and shifts (g,): (…, g)."""
    f = form[..., None, :, :]
    alone = f[..., 0, 0] + first**2 * f[..., 1, 1] + second**2 * f[..., 2, 2]
    return np.asarray(alone + 2 * (first * f[..., 0, 1] + second * f[..., 0, 2] + first * second * f[..., 1, 2]))


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
    solver, weights = _regression(design, index, POWERS[errors])
    parts = np.stack([y, *(np.broadcast_to(one, y.shape) for one in shifted)], axis=-1)
    left = parts - design @ (solver @ parts)
    variance = np.swapaxes(left, -1, -2) @ (weights[:, None] * left)
    effect = (solver[index] @ parts).reshape(len(y), 3)
    df = design.shape[0] - design.shape[1]
    n = {one: int(np.sum(codes == one)) for one in (arm, reference)}
    method = f"analysis of covariance of imputed data, imputed values shifted, {errors} errors"
    return Tipping(effect, variance, df, n, float(np.ptp(y)), method, level)


def _design(codes: NDArray[np.str_], reference: str, covariates: Array) -> Array:
    others = [one for one in sorted(set(codes.tolist())) if one != reference]
    indicators = [(codes == one).astype(np.float64) for one in others]
    return np.column_stack([np.ones(len(codes)), *indicators, covariates - covariates.mean(axis=0)])


def _regression(design: Array, index: int, power: int) -> tuple[Array, Array]:
    """(X'X)⁻¹X', and each squared residual's weight in the variance of the coefficient."""
    n, p = design.shape
    scale = np.linalg.norm(design, axis=0)
    if n <= p or np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < p:
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )
    inverse = np.linalg.inv(design.T @ design)
    solver = inverse @ design.T
    if power == 0:
        return solver, np.full(n, inverse[index, index] / (n - p))
    room = 1 - np.sum(design * solver.T, axis=1)
    if np.any(room < 1e-10):
        raise NotEstimable(
            "leverage", "One person alone decides a term of the model (leverage 1). Use classical errors."
        )
    return solver, solver[index] ** 2 / room**power
