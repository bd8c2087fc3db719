"""Quadrature: the likelihood of the random-intercept logistic model of `glmm`, its gradient and its curvature.

A person's h_i(b) = Σ_j [y η − log(1 + e^η)] − b²/2, η = x'β + σb, has one mode m_i; the nodes lie at
b_iq = m_i + √2 τ_i t_q with τ_i = (−h_i''(m_i))^−½ and Gauss–Hermite's t_q, w_q, and the likelihood of the person is
τ_i/√π · Σ_q w_q exp(t_q² + h_i(b_iq)) (Pinheiro & Bates, J Comput Graph Stat 1995;4:12). m_i and τ_i depend on
θ = (β, σ), so the gradient has a term for each beside the posterior mean of the score at the nodes.

Arrays: S data sets, N outcomes sorted by K people, Q nodes, p terms.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .clusters import Layout

Array = NDArray[np.float64]
Rule = tuple[Array, Array]


def likelihood(outcome: Array, layout: Layout, theta: Array, rule: Rule) -> tuple[Array, Array, Array]:
    """Log-likelihood (S,), gradient (S, p + 1), and Louis' information (S, p + 1, p + 1) at outcomes (S, N), θ."""
    sd, owner, (points, weights) = theta[:, -1], layout.owner, rule
    fixed = theta[:, :-1] @ layout.design.T
    mode, width, mode_slope, width_slope = _places(outcome, layout, fixed, sd)
    b = mode[..., None] + np.sqrt(2) * width[..., None] * points
    eta = fixed[..., None] + sd[:, None, None] * b[:, owner]
    mean = special.expit(eta)
    # log(1 + e^η) = −log(1 − μ), or η − log μ where that is more exact
    logs = outcome[..., None] * eta + np.where(
        eta > 0, np.log(np.maximum(mean, 0.5)) - eta, np.log1p(-np.minimum(mean, 0.5))
    )
    terms = layout.sums(logs, axis=1) - b**2 / 2 + points**2 + np.log(weights) + np.log(width)[..., None]
    largest = terms.max(axis=2, keepdims=True)
    posterior = np.exp(terms - largest)
    total = posterior.sum(axis=2, keepdims=True)
    posterior /= total
    value = np.sum(np.log(total) + largest, axis=(1, 2)) - 0.5 * np.log(np.pi) * layout.people
    residual = outcome[..., None] - mean
    summed = layout.sums(residual, axis=1)
    score = _scores(layout, residual, summed, b)
    first, second = _posterior_moments(posterior, score)
    pull = posterior * (sd[:, None, None] * summed - b)
    moved = (pull.sum(axis=2)[:, None] @ mode_slope)[:, 0]
    moved += ((1 / width + np.sqrt(2) * pull @ points)[:, None] @ width_slope)[:, 0]
    expected = _expected_curvature(layout, mean * (1 - mean) * posterior[:, owner], b[:, owner])
    return value, first + moved, expected - second


def weighted_square(x: Array, weights: Array) -> Array:
    """X' diag(w) X, (S, p, p), for weights (S, N)."""
    return np.asarray(np.swapaxes(x * weights[..., None], 1, 2) @ x)


def _scores(layout: Layout, residual: Array, summed: Array, b: Array) -> Array:
    """Each person's score at each node, (S, K, Q, p + 1)."""
    columns = [layout.sums(residual * column[:, None], axis=1) for column in layout.design.T]
    return np.stack([*columns, summed * b], axis=-1)


def _posterior_moments(posterior: Array, score: Array) -> tuple[Array, Array]:
    """Σ_i E(s_i) (S, p + 1), and Σ_i var(s_i) (S, p + 1, p + 1)."""
    weighted = score * posterior[..., None]
    means = weighted.sum(axis=2)
    flat = (score.shape[0], score.shape[1] * score.shape[2], score.shape[3])
    products = np.swapaxes(weighted.reshape(flat), 1, 2) @ score.reshape(flat)
    return means.sum(axis=1), products - np.swapaxes(means, 1, 2) @ means


def _expected_curvature(layout: Layout, weight: Array, b: Array) -> Array:
    """Σ over outcomes and nodes of weight · (x, b)(x, b)', (S, p + 1, p + 1)."""
    p = layout.terms
    matrix = np.empty((weight.shape[0], p + 1, p + 1))
    by_b = weight * b
    matrix[:, :p, :p] = weighted_square(layout.design, weight.sum(axis=2))
    matrix[:, :p, p] = matrix[:, p, :p] = by_b.sum(axis=2) @ layout.design
    matrix[:, p, p] = np.sum(by_b * b, axis=(1, 2))
    return matrix


def _modes(outcome: Array, layout: Layout, fixed: Array, sd: Array) -> Array:
    """The mode (S, K) of each h_i: h_i' falls from positive to negative, so Newton's steps are kept in a bracket."""
    owner, spread = layout.owner, sd[:, None]
    high = np.abs(spread) * layout.sizes + 1
    low, mode = -high, np.zeros((fixed.shape[0], layout.people))
    for _ in range(200):
        mean = special.expit(fixed + spread * mode[:, owner])
        slope = spread * layout.sums(outcome - mean, axis=1) - mode
        low, high = np.where(slope >= 0, mode, low), np.where(slope <= 0, mode, high)
        step = slope / (spread**2 * layout.sums(mean * (1 - mean), axis=1) + 1)
        arrived = np.abs(step) < 1e-11
        if np.all(arrived):
            break
        moved = mode + step
        # strictly inside, because Newton's method can go to and fro between the ends of the bracket
        mode = np.where(arrived | ((moved > low) & (moved < high)), moved, (low + high) / 2)
    return mode


def _places(outcome: Array, layout: Layout, fixed: Array, sd: Array) -> tuple[Array, Array, Array, Array]:
    """Mode m_i (S, K), width τ_i (S, K), and their derivatives (S, K, p + 1) in θ."""
    mode, spread = _modes(outcome, layout, fixed, sd), sd[:, None]
    mean = special.expit(fixed + spread * mode[:, layout.owner])
    v = mean * (1 - mean)
    third = v * (1 - 2 * mean)
    sum_v, sum_third = layout.sums(v, axis=1), layout.sums(third, axis=1)
    width = 1 / np.sqrt(spread**2 * sum_v + 1)
    crossed = np.concatenate(
        [
            -spread[..., None] * layout.sums(layout.design * v[..., None], axis=1),
            (layout.sums(outcome - mean, axis=1) - spread * mode * sum_v)[..., None],
        ],
        axis=2,
    )
    mode_slope = width[..., None] ** 2 * crossed
    bent = np.concatenate(
        [
            -(spread[..., None] ** 2) * layout.sums(layout.design * third[..., None], axis=1),
            (-2 * spread * sum_v - spread**2 * mode * sum_third)[..., None],
        ],
        axis=2,
    )
    width_slope = width[..., None] ** 3 / 2 * (bent - (spread**3 * sum_third)[..., None] * mode_slope)
    return mode, width, mode_slope, width_slope
