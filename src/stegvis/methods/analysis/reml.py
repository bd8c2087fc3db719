"""REML: finds the covariance parameters of largest restricted likelihood, for many data sets at once, or refuses.

Fisher scoring with step halving leads near the optimum; Newton steps with the observed second derivatives then go on
until g'H⁻¹g < 10⁻¹⁶, and one step more, so that the remaining gradient is under 10⁻¹⁰ of what moves the estimate by a
standard error (Jennrich & Schluchter, Biometrics 1986;42:805; Lindstrom & Bates, JASA 1988;83:1014). A fit counts only
when this was reached and the second derivatives there are positive definite.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .crossproducts import Array, Cells
from .refusals import NotEstimable
from .restricted import CovarianceModel, Point, at, cholesky, collected, expected, gradient_and_observed

STEPS = 200
HALVINGS = 40
TOGETHER = 10
"""So many halvings of a step are tried side by side."""
NEAR = 1.0
CLOSE = 1e-16
FLAT = 1e-9
FINE, SINGULAR, NOT_CONVERGED, FLAT_OPTIMUM = range(4)
Codes = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Optimum:
    """Where −2ℓ_R is smallest in each data set.

    `gradient` (B, Q) there, `observed` second derivatives (B, Q, Q), `products` Z'V⁻¹V_hV⁻¹Z (B, Q, z, z); `state`
    (B,) is FINE or why there is no estimate; `steps` how many were taken.
    """

    point: Point
    gradient: Array
    observed: Array
    products: Array
    state: Codes
    steps: int


def refusal(state: int, what: str) -> NotEstimable:
    """Why a fit gives no number; `what` names the terms of the mean that might be left out."""
    if state == SINGULAR:
        return NotEstimable(
            "singular",
            "Two terms of the model cannot be told apart, or one has no observation (an arm without anybody measured on "
            f"an occasion, a stratum that holds one arm only). Leave out {what} in the plan.",
        )
    if state == FLAT_OPTIMUM:
        return NotEstimable(
            "flat",
            "The covariance parameters cannot be told apart by these data, so the error has no basis. "
            "Choose a covariance structure with fewer parameters in the plan.",
        )
    return NotEstimable(
        "not_converged",
        "The likelihood has no maximum inside the allowed covariances, so the model gives no number. "
        "Choose a covariance structure with fewer parameters in the plan.",
    )


def maximise(cells: Cells, model: CovarianceModel, start: Array) -> Optimum:
    """The REML fit of every data set, from θ `start` (B, Q); each result carries its state, nothing is raised."""
    point = at(cells, model, start)
    done = np.zeros(len(start), dtype=bool)
    state = np.where(point.full_rank & np.isfinite(point.value), NOT_CONVERGED, SINGULAR)
    active = np.flatnonzero(state == NOT_CONVERGED)
    steps = 0
    while active.size and steps < STEPS:
        steps += 1
        whole = active.size == len(start)
        some_cells, some = (cells, point) if whole else (cells.take(active), point.take(active))
        direction, decrement = _direction(some_cells, some)
        moved, better = _line_search(some_cells, model, some, direction)
        point = moved if whole else point.put(moved, active)
        finished = (np.abs(decrement) < CLOSE) & better
        stuck = ~better | ~np.isfinite(decrement)
        done[active[finished]] = True
        active = active[~(finished | stuck)]
    return _judged(cells, point, state, done, steps)


def _judged(cells: Cells, point: Point, state: Codes, done: NDArray[np.bool_], steps: int) -> Optimum:
    products = collected(cells, point)
    gradient, observed = gradient_and_observed(cells, point, products)
    state = np.where(done, FINE, state)
    definite = _is_definite(observed)
    state = np.where((state == FINE) & ~definite, FLAT_OPTIMUM, state)
    return Optimum(point, gradient, observed, products, state, steps)


def _is_definite(matrices: Array) -> NDArray[np.bool_]:
    """Positive definite by more than rounding, whatever the units of the parameters."""
    size = np.sqrt(np.abs(np.diagonal(matrices, axis1=1, axis2=2)))
    size = np.where(size > 0, size, 1)
    scaled = matrices / (size[:, :, None] * size[:, None, :])
    finite = np.isfinite(scaled).all(axis=(1, 2))
    low = np.linalg.eigvalsh(np.where(finite[:, None, None], scaled, 0))[:, 0]
    return np.asarray(finite & (low > FLAT))


def _direction(cells: Cells, point: Point) -> tuple[Array, Array]:
    """The step (B, Q) and g'H⁻¹g (B,): Newton's where it is near and convex, Fisher's elsewhere."""
    products = collected(cells, point)
    gradient, observed = gradient_and_observed(cells, point, products)
    newton, near = _solved(observed, gradient)
    decrement = np.einsum("bq,bq->b", newton, gradient)
    near &= decrement < NEAR
    if near.all():
        return -newton, decrement
    fisher, usable = _solved(expected(cells, point, products), gradient)
    by_fisher = np.where(usable, np.einsum("bq,bq->b", fisher, gradient), np.nan)
    return -np.where(near[:, None], newton, fisher), np.where(near, decrement, by_fisher)


def _solved(matrices: Array, right: Array) -> tuple[Array, NDArray[np.bool_]]:
    size = np.sqrt(np.abs(np.diagonal(matrices, axis1=1, axis2=2)))
    size = np.where((size > 0) & np.isfinite(size), size, 1)
    scaled = matrices / (size[:, :, None] * size[:, None, :])
    root, good = cholesky(np.where(np.isfinite(scaled), scaled, 0))
    half = np.linalg.solve(root, (right / size)[..., None])
    return np.linalg.solve(root.swapaxes(1, 2), half)[..., 0] / size, good


def _line_search(
    cells: Cells, model: CovarianceModel, point: Point, direction: Array
) -> tuple[Point, NDArray[np.bool_]]:
    """Halve the step until the likelihood does not fall; who never gets there stays where they are.

    Some halvings are tried side by side: few data sets need them, and a call costs more than what it computes.
    """
    limit = point.value + 1e-10 * (1 + np.abs(point.value))
    moved = at(cells, model, point.theta + direction)
    better = moved.value <= limit
    for begin in range(0, HALVINGS, TOGETHER):
        open_ones = np.flatnonzero(~better)
        if not open_ones.size:
            return moved, better
        shares = 0.5 ** np.arange(begin + 1, min(begin + TOGETHER, HALVINGS) + 1)
        places = np.tile(open_ones, shares.size)
        share = np.repeat(shares, open_ones.size)[:, None]
        tried = at(cells.take(places), model, point.theta[places] + share * direction[places])
        good = (tried.value <= limit[places]).reshape(shares.size, -1)
        first = good.argmax(axis=0) * open_ones.size + np.arange(open_ones.size)
        found = good.any(axis=0)
        moved = moved.put(tried.take(first[found]), open_ones[found])
        better[open_ones[found]] = True
    return moved.where(better, point), better
