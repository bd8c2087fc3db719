"""Goal imputation: unrated goals are filled in many times, by arm, with a person's goals allowed to be alike.

Model in one arm: logit P(attained_ij | b_i) = x_ij'β + σ b_i, b_i ~ N(0, 1), as in `glmm`, fitted to the goals that were
rated. Each filling in draws θ = (β, σ) from N(θ̂, V̂), the large-sample posterior (Rubin 1987, Multiple Imputation for
Nonresponse in Surveys, ch. 4); then b_i of everybody with an unrated goal from its posterior given their rated goals, on a
grid; then each unrated goal from its probability (Carpenter & Kenward 2013, Multiple Imputation and its Application,
ch. 9). Somebody with no rated goal gets b_i from N(0, 1). Rated goals stay as they were rated.

Where nobody has two rated goals, or the likelihood is highest at σ = 0, goals of a person are filled in independently of
each other.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import special

from . import glmm
from .logistic import logistic
from .refusals import NotEstimable

Array = NDArray[np.float64]
GRID = np.linspace(-6, 6, 241)
"""Where b is drawn: steps of a twentieth of its standard deviation before anything is known of the person."""


def filled_in(
    attained: ArrayLike, design: ArrayLike, people: Sequence[str], *, times: int, random: np.random.Generator
) -> Array:
    """`attained` (N,) of 1, 0 and NaN where unrated, filled in `times` times: (times, N) of 0 and 1.

    `design` (N, p) has the constant and what predicts attainment; `people` (N,) says whose each goal is. One arm only.
    Raises NotEstimable where the model of the rated goals gives no number (see `glmm.fit`), or none is rated.
    """
    seen, x = np.asarray(attained, dtype=np.float64), np.asarray(design, dtype=np.float64)
    rated = np.isfinite(seen)
    filled = np.tile(np.where(rated, seen, 0.0), (times, 1))
    if rated.all():
        return filled
    if not rated.any():
        raise NotEstimable("empty", "No goal was rated in one of the arms, so its unrated goals cannot be filled in.")
    whose = np.unique(np.asarray(people), return_inverse=True)[1]
    beta, sd = _drawn(*_fitted(seen[rated], x[rated], whose[rated]), times, random)
    lost = np.unique(whose[~rated])
    b = np.zeros((times, whose.max() + 1))
    b[:, lost] = _likeness(seen, x, whose, lost, beta, sd, random)
    chance = special.expit(beta @ x[~rated].T + sd[:, None] * b[:, whose[~rated]])
    filled[:, ~rated] = random.random(chance.shape) < chance
    return filled


def _fitted(seen: Array, x: Array, whose: NDArray[np.int64]) -> tuple[Array, Array]:
    """θ̂ = (β, σ) of the rated goals and its covariance; without a random intercept where nobody has two of them."""
    if np.bincount(whose).max() > 1:
        model = glmm.fit(seen, x, [str(one) for one in whose])
        return np.append(model.beta, model.sd), model.covariance
    alone = logistic(seen, x)
    covariance = np.zeros((alone.beta.size + 1, alone.beta.size + 1))
    covariance[:-1, :-1] = alone.covariance
    return np.append(alone.beta, 0.0), covariance


def _drawn(centre: Array, covariance: Array, times: int, random: np.random.Generator) -> tuple[Array, Array]:
    """β (times, p) and σ (times,); the sign of σ means nothing, since b is as often below 0 as above."""
    values, vectors = np.linalg.eigh(covariance)  # by eigenvalues: at σ = 0 the matrix has a zero row
    root = vectors * np.sqrt(np.maximum(values, 0))
    theta = centre + random.standard_normal((times, centre.size)) @ root.T
    return theta[:, :-1], np.abs(theta[:, -1])


def _likeness(
    seen: Array, x: Array, whose: NDArray[np.int64], lost: NDArray[np.int64], beta: Array, sd: Array,
    random: np.random.Generator,
) -> Array:  # fmt: skip
    """b (times, people of `lost`), each drawn from what their rated goals tell of it."""
    drawn = np.empty((beta.shape[0], lost.size))
    for column, person in enumerate(lost):
        own = np.flatnonzero((whose == person) & np.isfinite(seen))
        logs = np.broadcast_to(-(GRID**2) / 2, (beta.shape[0], GRID.size)).copy()
        for goal in own:
            eta = (beta @ x[goal])[:, None] + sd[:, None] * GRID
            logs += seen[goal] * eta - np.logaddexp(0, eta)
        share = np.cumsum(np.exp(logs - logs.max(axis=1, keepdims=True)), axis=1)
        place = np.sum(share < share[:, -1:] * random.random((beta.shape[0], 1)), axis=1)
        drawn[:, column] = GRID[place]
    return drawn
