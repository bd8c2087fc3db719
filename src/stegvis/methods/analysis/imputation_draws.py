"""Imputation draws: one column's gaps from the other columns, for all imputations at once.

Each draw takes the parameters from their (approximate) posterior first, so that what is not known about them widens the
spread between imputations (Rubin 1987, ch. 5: proper imputation). The arrays: y (n,) observed values; x (b, n, q) the
other columns of those people and x_gap (b, n_gap, q) of the people with a gap, first column ones; b is the number of
imputations m, or 1 while no predictor has gaps, when all imputations share one fit.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import special

from .logistic_fits import fit_all
from .ordinal import category_probabilities, proportional_odds
from .refusals import NotEstimable

Array = NDArray[np.float64]
SPARE = 5
"""How many more people than terms a linear draw needs: below that its residual variance has no finite variance."""


def linear(y: Array, x: Array, m: int, generator: np.random.Generator) -> tuple[Array, Array, Array]:
    """Estimates β̂ (b, q), draws β* (m, q) and σ* (m,) of a Bayesian linear regression with a flat prior.

    σ*² = RSS / χ²(n − q), β* = β̂ + σ* (X'X)^(−1/2) z (Rubin 1987, p. 167). Without the ridge that `mice` adds.
    """
    n, q = x.shape[-2:]
    if n < q + SPARE:
        raise NotEstimable(
            "too_few",
            f"A column to be filled was answered by {n} people of one arm, and its model has {q} terms. It needs at "
            f"least {q + SPARE}. Leave out a predictor in the plan, or impute all arms together.",
            n=n,
        )
    transposed = np.swapaxes(x, -1, -2)
    try:
        root = np.linalg.inv(np.linalg.cholesky(transposed @ x))
    except np.linalg.LinAlgError as error:
        raise NotEstimable("collinear", "The predictors of a column to be filled cannot be told apart.") from error
    half = root @ (transposed @ y)[..., None]
    beta = (np.swapaxes(root, -1, -2) @ half)[..., 0]
    residuals = y - (x @ beta[..., None])[..., 0]
    sigma = np.sqrt(np.sum(residuals**2, axis=-1) / generator.chisquare(n - q, size=m))
    noise = sigma[:, None] * generator.standard_normal((m, q))
    drawn = (np.swapaxes(root, -1, -2) @ (half + noise[..., None]))[..., 0]
    return beta, drawn, sigma


def norm(y: Array, x: Array, x_gap: Array, m: int, generator: np.random.Generator) -> Array:
    """Bayesian linear imputation: x_gap β* + σ* z; (m, n_gap)."""
    _, drawn, sigma = linear(y, x, m, generator)
    centre = (x_gap @ drawn[..., None])[..., 0]
    return np.asarray(centre + sigma[:, None] * generator.standard_normal(centre.shape))


def pmm(y: Array, x: Array, x_gap: Array, m: int, generator: np.random.Generator, donors: int = 5) -> Array:
    """Predictive mean matching, type 1: an observed value of one of the `donors` nearest by prediction; (m, n_gap).

    Distance |x β̂ − x_gap β*| (van Buuren, Flexible Imputation of Missing Data, 2018, section 3.4); chance decides
    between equal distances, anew in each imputation.
    """
    beta, drawn, _ = linear(y, x, m, generator)
    offered = np.broadcast_to((x @ beta[..., None])[..., 0], (m, y.size))
    wanted = (x_gap @ drawn[..., None])[..., 0]
    return np.asarray(y[_donors(offered, wanted, min(donors, y.size), generator)])


def _donors(offered: Array, wanted: Array, k: int, generator: np.random.Generator) -> NDArray[np.intp]:
    """For each of `wanted` (m, g) the index of one of its k nearest among `offered` (m, n), chosen by chance.

    The k nearest stand within k places of where it would be inserted in the sorted row. All rows are searched at once,
    each moved to a stretch of its own.
    """
    m, n = offered.shape
    rows = np.arange(m)[:, None]
    shuffled = generator.permuted(np.tile(np.arange(n), (m, 1)), axis=1)
    mixed = offered[rows, shuffled]
    order = np.argsort(mixed, axis=1, kind="stable")
    ranked = mixed[rows, order]
    low = min(ranked.min(), wanted.min())
    stretch = rows * (2 * (max(ranked.max(), wanted.max()) - low) + 1)
    place = np.searchsorted((ranked - low + stretch).reshape(-1), (wanted - low + stretch).reshape(-1))
    first = np.clip(place.reshape(wanted.shape) - rows * n - k, 0, max(n - 2 * k, 0))
    window = first[..., None] + np.arange(min(2 * k, n))
    distance = np.abs(ranked[rows[..., None], window] - wanted[..., None])
    nearest = np.argpartition(distance, k - 1, axis=-1)[..., :k]
    chosen = np.take_along_axis(nearest, generator.integers(0, k, size=(*wanted.shape, 1)), axis=-1)[..., 0]
    return np.asarray(shuffled[rows, order[rows, first + chosen]])


def logistic(y: Array, x: Array, x_gap: Array, m: int, generator: np.random.Generator) -> Array:
    """Logistic imputation of a column of 0 and 1: β* ~ N(β̂, V̂), then a toss; (m, n_gap)."""
    category, wide, weights = _augmented(y.astype(np.intp), x, x_gap, levels=2)
    fit = fit_all(category.astype(np.float64), wide, weights)
    drawn = _normal(fit.beta, fit.covariance, m, generator)
    chance = special.expit((x_gap @ drawn[..., None])[..., 0])
    return np.asarray((generator.random(chance.shape) <= chance).astype(np.float64))


def ordinal(y: Array, x: Array, x_gap: Array, m: int, generator: np.random.Generator) -> Array:
    """Proportional-odds imputation of an ordered column, whose levels are the values seen; (m, n_gap).

    Parameters are drawn from N(θ̂, V̂), cut points by the logarithms of their distances so that they cannot cross.
    (`mice` draws from the fitted probabilities and leaves the uncertainty of the parameters out.)
    """
    levels, category = np.unique(y, return_inverse=True)
    codes, wide, weights = _augmented(category.reshape(-1), x, x_gap, levels=levels.size)
    fit = proportional_odds(codes, wide[..., 1:], weights)
    cuts, jacobian = _apart(fit.cuts, fit.beta.shape[-1])
    covariance = jacobian @ fit.covariance @ np.swapaxes(jacobian, -1, -2)
    drawn = _normal(np.concatenate([cuts, fit.beta], axis=-1), covariance, m, generator)
    k = levels.size - 1
    together = np.concatenate([drawn[:, :1], np.exp(drawn[:, 1:k])], axis=-1).cumsum(axis=-1)
    chances = category_probabilities(together, drawn[:, k:], np.broadcast_to(x_gap, (m, *x_gap.shape[1:]))[..., 1:])
    tossed = generator.random((*chances.shape[:-1], 1))
    return np.asarray(levels[np.sum(tossed > np.cumsum(chances, axis=-1)[..., :-1], axis=-1)])


def _apart(cuts: Array, slopes: int) -> tuple[Array, Array]:
    """First cut and log distances of the cuts, with the derivative of (these, β) by (θ, β)."""
    gaps = np.diff(cuts, axis=-1)
    size = cuts.shape[-1]
    jacobian = np.broadcast_to(np.eye(size + slopes), (*cuts.shape[:-1], size + slopes, size + slopes)).copy()
    for index in range(1, size):
        jacobian[..., index, index] = 1 / gaps[..., index - 1]
        jacobian[..., index, index - 1] = -1 / gaps[..., index - 1]
    return np.concatenate([cuts[..., :1], np.log(gaps)], axis=-1), jacobian


def _normal(centre: Array, covariance: Array, m: int, generator: np.random.Generator) -> Array:
    root = np.linalg.cholesky(covariance)
    noise = generator.standard_normal((m, centre.shape[-1], 1))
    return np.asarray(centre + (root @ noise)[..., 0])


def _augmented(y: NDArray[np.intp], x: Array, x_gap: Array, levels: int) -> tuple[NDArray[np.intp], Array, Array]:
    """Add a few light observations so that no column can separate the levels.

    For each predictor and level two people half a standard deviation above and below its mean (within its range), all
    else at the mean; together they weigh as much as there are terms (White, Daniel & Royston, Comput Stat Data Anal
    2010;54:2267).
    """
    everyone = np.concatenate([x, x_gap], axis=-2)[..., 1:]
    b, _, p = everyone.shape
    if p == 0:
        return y, x, np.ones(y.size)
    mean, sd = everyone.mean(axis=-2), everyone.std(axis=-2, ddof=1)
    low, high = everyone.min(axis=-2), everyone.max(axis=-2)
    rows = np.repeat(mean[:, None, :], 2 * p * levels, axis=1)
    for column in range(p):
        for side, shift in enumerate((0.5, -0.5)):
            at = slice(column * 2 * levels + side, (column + 1) * 2 * levels, 2)
            value = np.clip(mean[:, column] + shift * sd[:, column], low[:, column], high[:, column])
            rows[:, at, column] = value[:, None]
    added = np.concatenate([np.ones((b, rows.shape[1], 1)), rows], axis=-1)
    codes = np.tile(np.repeat(np.arange(levels), 2), p)
    weights = np.concatenate([np.ones(y.size), np.full(rows.shape[1], (p + 1) / rows.shape[1])])
    return np.concatenate([y, codes]), np.concatenate([x, added], axis=-2), weights
