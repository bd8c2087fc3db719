"""Ordinal regression: proportional odds, logit P(y ≤ k) = θ_k − xβ, by maximum likelihood (Fisher scoring).

Source: McCullagh, J R Stat Soc B 1980;42:109. The covariance is the inverse of the expected information. The design may
have leading axes (one fit for each imputed data set); all fits step together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable

Array = NDArray[np.float64]
STEPS = 100
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class OrdinalFit:
    """Cut points θ (…, K − 1), slopes β (…, p), and the covariance of (θ, β)."""

    cuts: Array
    beta: Array
    covariance: Array

    def probabilities(self, x: Array) -> Array:
        """P(y = k) for x (…, n, p): (…, n, K)."""
        return category_probabilities(self.cuts, self.beta, x)


def category_probabilities(cuts: Array, beta: Array, x: Array) -> Array:
    """P(y = k) under cut points (…, K − 1) and slopes (…, p): (…, n, K)."""
    below = special.expit(cuts[..., None, :] - x @ beta[..., None])
    edge = np.zeros((*below.shape[:-1], 1))
    return np.diff(np.concatenate([edge, below, edge + 1], axis=-1), axis=-1)


def proportional_odds(y: ArrayLike, x: ArrayLike, weights: ArrayLike = 1.0) -> OrdinalFit:
    """Fit categories y (n,), 0 … K − 1, on x (…, n, p) without intercept, with known weights.

    Raises NotEstimable when a category has no one, when two terms cannot be told apart, or when a fit does not
    converge (as it does not when the terms separate the categories).
    """
    category, design = np.asarray(y, dtype=np.intp), np.asarray(x, dtype=np.float64)
    k, p = int(category.max()) + 1, design.shape[-1]
    weight = np.broadcast_to(np.asarray(weights, dtype=np.float64), design.shape[:-1])
    size = np.bincount(category, minlength=k)
    if k < 2 or np.any(size == 0):
        raise NotEstimable("empty", "A level of an ordered answer was chosen by no one. Join levels in the plan.")
    shares = np.cumsum(size)[:-1] / size.sum()
    at = np.broadcast_to(np.concatenate([special.logit(shares), np.zeros(p)]), (*design.shape[:-2], k - 1 + p)).copy()
    before = _likelihood(category, design, weight, at, k)
    for _ in range(STEPS):
        score, information = _score(category, design, weight, at, k)
        try:
            step = np.asarray(np.linalg.solve(information, score[..., None])[..., 0], dtype=np.float64)
        except np.linalg.LinAlgError as error:
            raise NotEstimable("singular", "Two terms of the ordinal model cannot be told apart.") from error
        at, before = _towards(category, design, weight, at, step, before, k)
        if np.max(np.abs(step) / (1 + np.abs(at))) < TOLERANCE:
            return OrdinalFit(
                at[..., : k - 1], at[..., k - 1 :], np.asarray(np.linalg.inv(information), dtype=np.float64)
            )
    raise NotEstimable("not_converged", f"The ordinal model did not converge in {STEPS} steps, so it gives no number.")


def _towards(
    y: NDArray[np.intp], x: Array, weight: Array, at: Array, step: Array, before: Array, k: int
) -> tuple[Array, Array]:
    """Go by `step`, halved for fits whose likelihood would fall or whose cut points would cross."""
    scale = np.ones(at.shape[:-1])
    for _ in range(30):
        new = at + scale[..., None] * step
        after = _likelihood(y, x, weight, new, k)
        worse = ~(after >= before - 1e-9 * (1 + np.abs(before)))
        if not np.any(worse):
            return new, after
        scale = np.where(worse, scale / 2, scale)
    raise NotEstimable("not_converged", "The ordinal model did not converge: no step improves it.")


def _likelihood(y: NDArray[np.intp], x: Array, weight: Array, at: Array, k: int) -> Array:
    chances = category_probabilities(at[..., : k - 1], at[..., k - 1 :], x)
    mine = np.take_along_axis(chances, np.broadcast_to(y[:, None], (*chances.shape[:-1], 1)), axis=-1)[..., 0]
    logs = np.log(np.where(mine > 0, mine, 1.0))
    return np.asarray(np.where(np.all(mine > 0, axis=-1), np.sum(weight * logs, axis=-1), -np.inf))


def _score(y: NDArray[np.intp], x: Array, weight: Array, at: Array, k: int) -> tuple[Array, Array]:
    """First derivative and expected information of (θ, β).

    With g_c the derivative of P(y = c): score Σ w g_y / P_y, information Σ w Σ_c g_c g_c' / P_c.
    """
    below = special.expit(at[..., None, : k - 1] - x @ at[..., k - 1 :, None])
    density = below * (1 - below)
    zero = np.zeros((*density.shape[:-1], 1))
    padded = np.concatenate([zero, density, zero], axis=-1)
    chances = np.maximum(np.diff(np.concatenate([zero, below, zero + 1], axis=-1), axis=-1), 1e-300)
    slopes = np.zeros((*chances.shape, k - 1 + x.shape[-1]))
    for c in range(k):
        if c < k - 1:
            slopes[..., c, c] += padded[..., c + 1]
        if c > 0:
            slopes[..., c, c - 1] -= padded[..., c]
        slopes[..., c, k - 1 :] = -(padded[..., c + 1] - padded[..., c])[..., None] * x
    mine = slopes[..., np.arange(len(y)), y, :]
    own = np.take_along_axis(chances, np.broadcast_to(y[:, None], (*chances.shape[:-1], 1)), axis=-1)[..., 0]
    score = ((weight / own)[..., None, :] @ mine)[..., 0, :]
    scaled = slopes * np.sqrt(weight[..., None] / chances)[..., None]
    flat = scaled.reshape(*scaled.shape[:-3], -1, scaled.shape[-1])
    return score, np.swapaxes(flat, -1, -2) @ flat
