"""Logistic fits: many logistic regressions at once, such as one for each imputed data set.

log odds of yes = Xβ, by maximum likelihood (iteratively reweighted least squares; McCullagh & Nelder, Generalized
Linear Models, 2nd ed. 1989, ch. 4). The fits step together until the last has converged. Whether anything separates yes
from no is the caller's to know (`logistic.separated`): imputation adds light observations that prevent it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from .refusals import NotEstimable

Array = NDArray[np.float64]
STEPS = 60
TOLERANCE = 1e-10


@dataclass(frozen=True, slots=True)
class LogisticFits:
    """β (…, p), its model-based covariance (…, p, p), and the fitted probabilities (…, n)."""

    beta: Array
    covariance: Array
    fitted: Array


def fit_all(y: ArrayLike, x: ArrayLike, weights: ArrayLike = 1.0) -> LogisticFits:
    """Fit y (n,) or (…, n) on x (…, n, p) with known weights; raises NotEstimable when one fit does not converge.

    Newton steps, halved where the likelihood would fall, until the largest change is below 1e-10 of 1 + |β|.
    """
    outcome, design = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    weight = np.broadcast_to(np.asarray(weights, dtype=np.float64), design.shape[:-1])
    beta = np.zeros((*design.shape[:-2], design.shape[-1]))
    before = _likelihood(outcome, design, weight, beta)
    for _ in range(STEPS):
        step = _step(outcome, design, weight, beta)
        new = beta + step
        after = _likelihood(outcome, design, weight, new)
        for _ in range(20):
            worse = ~(after >= before - 1e-9 * (1 + np.abs(before)))
            if not np.any(worse):
                break
            step = np.where(worse[..., None], step / 2, step)
            new = beta + step
            after = _likelihood(outcome, design, weight, new)
        beta, before = new, after
        if np.max(np.abs(step) / (1 + np.abs(beta))) < TOLERANCE:
            fitted = special.expit(np.einsum("...np,...p->...n", design, beta))
            covariance = np.linalg.inv(_information(design, weight * fitted * (1 - fitted)))
            return LogisticFits(beta, np.asarray(covariance, dtype=np.float64), fitted)
    raise NotEstimable("not_converged", f"The logistic model did not converge in {STEPS} steps, so it gives no number.")


def _information(x: Array, weight: Array) -> Array:
    return np.swapaxes(x, -1, -2) @ (x * weight[..., None])


def _step(y: Array, x: Array, weight: Array, beta: Array) -> Array:
    fitted = special.expit((x @ beta[..., None])[..., 0])
    score = np.swapaxes(x, -1, -2) @ (weight * (y - fitted))[..., None]
    try:
        return np.asarray(np.linalg.solve(_information(x, weight * fitted * (1 - fitted)), score)[..., 0])
    except np.linalg.LinAlgError as error:
        raise NotEstimable("singular", "Two terms of the logistic model cannot be told apart.") from error


def _likelihood(y: Array, x: Array, weight: Array, beta: Array) -> Array:
    linear = (x @ beta[..., None])[..., 0]
    return np.asarray(np.sum(weight * (y * linear - np.logaddexp(0, linear)), axis=-1))
