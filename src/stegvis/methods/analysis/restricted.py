"""Restricted likelihood: its value, gradient and second derivatives for models y ~ N(Xβ, V(θ)), for many data sets.

−2ℓ_R = Σ log|Σ_i| + log|X'V⁻¹X| + r'V⁻¹r + (n − p) log 2π with r = y − Xβ̂ (Patterson & Thompson, Biometrika 1971;58:545;
Harville, JASA 1977;72:320). With P = V⁻¹ − V⁻¹XΦX'V⁻¹, Φ = (X'V⁻¹X)⁻¹, and V_h = ∂V/∂θ_h:

    ∂(−2ℓ_R)/∂θ_h        = tr(P V_h) − y'P V_h P y
    ∂²(−2ℓ_R)/∂θ_h∂θ_k   = −tr(P V_h P V_k) + 2 y'P V_h P V_k P y + tr(P V_hk) − y'P V_hk P y     (observed)
    its expectation       = tr(P V_h P V_k)                                                        (expected)

V is block-diagonal, a block for each person (or cluster), and people of one cell share theirs, so all of it comes from
the cross products in `crossproducts`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .crossproducts import Array, Cells

Truth = NDArray[np.bool_]
LEAST_PIVOT = 1e-7
"""A design whose Cholesky pivots, on columns of comparable length, fall under this share is called singular."""


class CovarianceModel(Protocol):
    """The covariance matrices of a model (one a block) as functions of θ.

    `derivatives` of θ (B, Q) gives Σ (B, G, T, T), ∂Σ (B, G, Q, T, T) and ∂²Σ (B, G, Q, Q, T, T), or None for zero.
    """

    @property
    def size(self) -> int:
        """Q, the number of parameters."""

    def derivatives(self, theta: Array) -> tuple[Array, Array, Array | None]:
        """Σ and its derivatives."""

    def is_inside(self, theta: Array) -> Truth:
        """Whether θ (B, Q) may be visited; every Σ is checked to be positive definite besides."""


@dataclass(frozen=True, slots=True)
class Point:
    """The likelihood at one θ of each data set.

    `value` −2ℓ_R (B,), inf where θ is not allowed; `inverse` Σ⁻¹ of each cell with zeros for what was not observed
    (B, C, T, T); `phi` (B, p, p); `beta` (B, p); `full_rank` (B,) whether X'V⁻¹X can be inverted; `jacobian` and
    `hessian` of Σ as the model gives them.
    """

    theta: Array
    value: Array
    inverse: Array
    phi: Array
    beta: Array
    full_rank: Truth
    jacobian: Array
    hessian: Array | None

    def each(self, change: Callable[[NDArray[Any], NDArray[Any]], NDArray[Any]], other: Point) -> Point:
        """Both points' fields put together, one by one."""
        second = None if self.hessian is None or other.hessian is None else change(self.hessian, other.hessian)
        return Point(
            change(self.theta, other.theta),
            change(self.value, other.value),
            change(self.inverse, other.inverse),
            change(self.phi, other.phi),
            change(self.beta, other.beta),
            change(self.full_rank, other.full_rank),
            change(self.jacobian, other.jacobian),
            second,
        )

    def take(self, chosen: NDArray[np.intp]) -> Point:
        """The same of some of the data sets."""
        return self.each(lambda own, _: own[chosen], self)

    def put(self, part: Point, places: NDArray[np.intp]) -> Point:
        """The same with `part` in some of the places."""

        def placed(whole: NDArray[Any], piece: NDArray[Any]) -> NDArray[Any]:
            copy = np.array(whole)
            copy[places] = piece
            return copy

        return self.each(placed, part)

    def where(self, first: Truth, other: Point) -> Point:
        """This point where `first`, else the other."""
        return self.each(lambda a, b: np.where(first.reshape(-1, *[1] * (a.ndim - 1)), a, b), other)


def at(cells: Cells, model: CovarianceModel, theta: Array) -> Point:
    """The likelihood at θ (B, Q)."""
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        sigma, jacobian, hessian = model.derivatives(theta)
    _, allowed = cholesky(sigma)
    allowed = allowed.all(axis=1) & model.is_inside(theta)
    sigma = np.where(allowed[:, None, None, None], sigma, np.eye(cells.occasions))
    inverse, log_determinants = _inverted(sigma[:, cells.block], cells.observed)
    products = cells.collect(inverse[:, None])[:, 0]
    p = cells.columns
    root, full_rank = cholesky(products[:, :p, :p])
    inverse_root = np.linalg.inv(root)
    phi = np.matmul(inverse_root.swapaxes(1, 2), inverse_root)
    beta = np.matmul(phi, products[:, :p, p:])[..., 0]
    squares = products[:, p, p] - np.einsum("bp,bp->b", beta, products[:, :p, p])
    pivots = np.diagonal(root, axis1=1, axis2=2)
    value = (
        np.einsum("bc,bc->b", cells.count, log_determinants)
        + 2 * np.log(pivots).sum(axis=1)
        + squares
        + (cells.observations - p) * np.log(2 * np.pi)
    )
    return Point(theta, np.where(allowed, value, np.inf), inverse, phi, beta, full_rank, jacobian, hessian)


def _inverted(sigma: Array, observed: Truth) -> tuple[Array, Array]:
    """Σ⁻¹ of the observed occasions, zero elsewhere, and log|Σ|: (B, C, T, T), (B, C)."""
    seen = observed[:, :, None] & observed[:, None, :]
    filled = np.where(seen, sigma, np.eye(sigma.shape[-1]))
    root, _ = cholesky(filled)
    inverse_root = np.linalg.inv(root)
    inverse = np.matmul(inverse_root.swapaxes(-1, -2), inverse_root) * seen
    return inverse, 2 * np.log(np.diagonal(root, axis1=-2, axis2=-1)).sum(axis=-1)


def cholesky(matrices: Array) -> tuple[Array, Truth]:
    """Lower roots of symmetric matrices (…, n, n), the unit matrix where there is none, and which have one (…)."""
    try:
        root = np.linalg.cholesky(matrices)
    except np.linalg.LinAlgError:
        root = _where_there_is_one(matrices)
    pivots = np.diagonal(root, axis1=-2, axis2=-1)
    finite = np.isfinite(pivots).all(axis=-1)
    good: Truth = np.asarray(finite & (pivots.min(axis=-1) > LEAST_PIVOT * pivots.max(axis=-1)), dtype=bool)
    if not good.all():
        root = np.where(good[..., None, None], root, np.eye(root.shape[-1]))
    return np.asarray(root, dtype=np.float64), good


def _where_there_is_one(matrices: Array) -> Array:
    """The roots of those that have one, and noughts; all are tried at once, since one without stops the others."""
    flat = matrices.reshape(-1, *matrices.shape[-2:])
    roots = np.zeros_like(flat)
    likely = np.flatnonzero(_has_pivots(flat))
    try:
        roots[likely] = np.linalg.cholesky(flat[likely])
    except np.linalg.LinAlgError:  # a pivot that rounding alone keeps above nought
        for place in likely:
            try:
                roots[place] = np.linalg.cholesky(flat[place])
            except np.linalg.LinAlgError:
                continue
    return roots.reshape(matrices.shape)


def _has_pivots(flat: Array) -> Truth:
    """Whether every pivot of the elimination is above nought, of matrices (B, n, n)."""
    left, good = np.array(flat), np.ones(len(flat), dtype=bool)
    with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
        for place in range(flat.shape[-1]):
            pivot = left[:, place, place]
            good &= pivot > 0
            column = left[:, place + 1 :, place]
            left[:, place + 1 :, place + 1 :] -= column[:, :, None] * (column / pivot[:, None])[:, None, :]
    return np.asarray(good, dtype=bool)


def collected(cells: Cells, point: Point) -> Array:
    """Z'V⁻¹V_hV⁻¹Z for every parameter: (B, Q, z, z)."""
    inverse = point.inverse[:, None]
    turned = point.jacobian.swapaxes(1, 2)[:, :, cells.block]
    return cells.collect(np.matmul(np.matmul(inverse, turned), inverse))


def gradient_and_observed(cells: Cells, point: Point, products: Array) -> tuple[Array, Array]:
    """Gradient (B, Q) and observed second derivatives (B, Q, Q) of −2ℓ_R; `products` is what `collected` gives."""
    p = cells.columns
    residual = np.concatenate([-point.beta, np.ones((len(point.beta), 1))], axis=1)
    weights = residual[:, :, None] * residual[:, None, :]
    weights[:, :p, :p] += point.phi
    about = _between_inverses(cells, point, weights)
    inverse = point.inverse
    counted = cells.count[:, :, None, None] * inverse
    first = _by_block(cells, counted - about)
    gradient = np.einsum("bgqtu,bgtu->bq", point.jacobian, first, optimize=True)
    observed = _quadratic(cells, point, 2 * about - counted)
    scores = np.matmul(products[:, :, :p, :], residual[:, None, :, None])[..., 0]
    observed -= _traces(point.phi, products[:, :, :p, :p])
    observed -= 2 * np.matmul(np.matmul(scores, point.phi), scores.swapaxes(1, 2))
    if point.hessian is not None:
        observed += np.einsum("bgqrtu,bgtu->bqr", point.hessian, first, optimize=True)
    return gradient, observed


def expected(cells: Cells, point: Point, products: Array) -> Array:
    """Expected second derivatives of −2ℓ_R, tr(P V_h P V_k): (B, Q, Q)."""
    p = cells.columns
    weights = np.zeros((len(point.beta), p + 1, p + 1))
    weights[:, :p, :p] = point.phi
    about = _between_inverses(cells, point, weights)
    counted = cells.count[:, :, None, None] * point.inverse
    return _quadratic(cells, point, counted - 2 * about) + _traces(point.phi, products[:, :, :p, :p])


def _between_inverses(cells: Cells, point: Point, weights: Array) -> Array:
    return np.matmul(np.matmul(point.inverse, cells.spread(weights)), point.inverse)


def _by_block(cells: Cells, of_cells: Array) -> Array:
    """Sums over the cells of each block: (B, G, T, T)."""
    blocks = int(cells.block.max()) + 1
    return np.stack([of_cells[:, cells.block == g].sum(axis=1) for g in range(blocks)], axis=1)


def _quadratic(cells: Cells, point: Point, outer: Array) -> Array:
    """Σ_c tr(V_h Σ⁻¹ V_k N_c) for the symmetric N (B, C, T, T): (B, Q, Q)."""
    batch, blocks, size, t, _ = point.jacobian.shape
    total = np.zeros((batch, size, size))
    for g in range(blocks):
        own = cells.block == g
        inverse, n = (one[:, own].reshape(batch, -1, t * t) for one in (point.inverse, outer))
        kronecker = np.matmul(inverse.swapaxes(1, 2), n).reshape(batch, t, t, t, t)
        middle = kronecker.transpose(0, 3, 1, 2, 4).reshape(batch, t * t, t * t)
        slopes = point.jacobian[:, g].reshape(batch, size, t * t)
        total += np.matmul(np.matmul(slopes, middle), slopes.swapaxes(1, 2))
    return total


def _traces(phi: Array, products: Array) -> Array:
    """tr(Φ G_h Φ G_k): (B, Q, Q)."""
    turned = np.matmul(phi[:, None], products)
    batch, size = turned.shape[:2]
    flat = turned.reshape(batch, size, -1)
    return np.matmul(flat, turned.swapaxes(2, 3).reshape(batch, size, -1).swapaxes(1, 2))
