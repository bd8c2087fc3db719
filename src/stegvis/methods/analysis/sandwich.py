"""Sandwich: how much a person's own influence on a model is corrected for, when there are few people.

The residuals of people who pull a model towards themselves are too small. Corrections multiply them by a power of
I − H_ii, H_ii the leverage of a person; for a person with many outcomes that is a large matrix, but in the sum it comes
to a power of I − G_iB with p × p matrices (see `gee`). Arrays have leading axes for data sets; K people, p terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from .refusals import NotEstimable

Array = NDArray[np.float64]


def corrected_scores(scores: Array, informations: Array, bread: Array, power: float) -> Array:
    """(I − G_iB)^power u_i for each person, by the symmetric form: B = L⁻ᵀL⁻¹, I − G_iB = L (I − L⁻¹G_iL⁻ᵀ) L⁻¹.

    Raises NotEstimable when one person alone decides a term (an eigenvalue of G_iB is 1).
    """
    good = np.asarray(np.isfinite(bread).all(axis=(-2, -1)))
    safe = np.where(good[..., None, None], bread, np.eye(bread.shape[-1]))
    half = np.linalg.cholesky(safe)[..., None, :, :]
    inner = np.where(good[..., None, None, None], np.swapaxes(half, -1, -2) @ informations @ half, 0.0)
    values, vectors = np.linalg.eigh(inner)
    room = 1 - values
    if np.any(room < 1e-10):
        raise NotEstimable(
            "leverage",
            "One person alone decides a term of the model, so its small-sample error does not exist. "
            "Leave out a covariate.",
        )
    rotated = np.swapaxes(vectors, -1, -2) @ np.swapaxes(half, -1, -2) @ scores[..., None]
    # Mᵀ = L⁻¹ for the Cholesky factor M of B, so L z solves Mᵀ (L z) = z
    back = vectors @ (room[..., None] ** power * rotated)
    return np.asarray(
        np.linalg.solve(np.broadcast_to(np.swapaxes(half, -1, -2), inner.shape), back)[..., 0], dtype=np.float64
    )


def inverse(matrices: Array) -> Array:
    """Inverses over leading axes; NaN stays NaN."""
    good = np.asarray(np.isfinite(matrices).all(axis=(-2, -1)))[..., None, None]
    inverted = np.linalg.inv(np.where(good, matrices, np.eye(matrices.shape[-1])))
    return np.where(good, inverted, np.nan)


def outer_sum(scores: Array) -> Array:
    """Σ c_i c_i' over the people, (…, p, p) from (…, K, p)."""
    return np.swapaxes(scores, -1, -2) @ scores
