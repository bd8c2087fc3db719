"""Multivariate normal: outcomes at several visits with gaps, by restricted maximum likelihood (REML).

Model: y_i ~ N(B'd_i, Σ_g(i)) over K visits, with design row d_i (q terms, each with its own coefficient at every visit),
Σ unstructured, shared or one for each group of people. Gaps are ignored (missing at random). −2ℓ of REML:
Σ log|V_i| + log|Σ X_i'V_i⁻¹X_i| + Σ r_i'V_i⁻¹r_i + (N − qK) log 2π (Patterson & Thompson, Biometrika 1971;58:545).
Fisher scoring on the elements of Σ; score and information as in Kenward & Roger, Biometrics 1997;53:983, section 2.

Many fits at once: each has its own weights over the same people (a person left out, a bootstrap sample). People with
the same gaps and group are summed first, so a fit costs the same whatever the number of people.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .pattern_sums import PatternSums, pattern_sums, terms_told_apart
from .refusals import NotEstimable

Array = NDArray[np.float64]
STEPS = 100
TOLERANCE = 1e-9
HALVINGS = 30
CHORDS = 12  # a multiple of KEPT, so that the information is computed when the curvature is given up
KEPT = 4
LEAST = 1e-7


@dataclass(frozen=True, slots=True)
class NormalFit:
    """F fits: coefficients (F, q, K), covariances (F, groups, K, K), −2 REML log-likelihood (F,)."""

    beta: Array
    sigma: Array
    minus_two_log_likelihood: Array


@dataclass(frozen=True, slots=True)
class _Place:
    """The likelihood at one Σ: −2ℓ (F,), its gradient (F, groups, K, K), and the parts that the information needs."""

    deviance: Array
    gradient: Array
    beta: Array
    inverse: Array
    spread: Array
    explained: Array

    def only(self, fits: NDArray[np.bool_]) -> _Place:
        return _Place(
            self.deviance[fits], self.gradient[fits], self.beta[fits], self.inverse[fits], self.spread[fits],
            self.explained[fits],
        )  # fmt: skip


def reml(
    outcome: ArrayLike, design: ArrayLike, groups: ArrayLike, weights: ArrayLike, start: Array | None = None,
    *, near: bool = False, tolerance: float = TOLERANCE,
) -> NormalFit:  # fmt: skip
    """Fit `outcome` (n, K; gaps NaN) on `design` (n, q) with a covariance for each code in `groups` (n,).

    `weights` (F, n) makes F fits. `start` (groups, K, K) is the covariance to begin from; `near` says that it is the
    solution of the first fit and almost that of the others (a person left out), which saves time. A fit ends when its
    last step was below `tolerance` standard deviations. Raises NotEstimable when a visit has too few people for its
    terms in any fit, when two visits were never both answered in a group, or when a fit does not converge.
    """
    y, d = np.asarray(outcome, dtype=np.float64), np.asarray(design, dtype=np.float64)
    codes, weight = np.asarray(groups, dtype=np.intp), np.atleast_2d(np.asarray(weights, dtype=np.float64))
    _answered_together(y, codes)
    if np.linalg.matrix_rank(d) < d.shape[1]:
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )
    _, triangle = np.linalg.qr(d)
    back = np.linalg.inv(triangle) * np.sqrt(len(d))
    sums = pattern_sums(y, d @ back, codes, weight)
    terms_told_apart(sums, len(d))
    first = _start(y, d, codes) if start is None else start
    sigma = np.broadcast_to(first, (len(weight), *first.shape)).copy()
    curvature = None if not near else _curvature(sums, sigma)
    sigma = _climb(sums, sigma, curvature, tolerance)
    _has_rank(sigma)
    place = _place(sums, sigma)
    _, log_back = np.linalg.slogdet(back)
    k = y.shape[1]
    seen = np.array([one.size for one in sums.seen])
    constant = (sums.count @ seen - d.shape[1] * k) * np.log(2 * np.pi) - 2 * k * log_back
    return NormalFit(back @ place.beta, sigma, place.deviance + constant)


def _answered_together(y: Array, codes: NDArray[np.intp]) -> None:
    seen = np.isfinite(y)
    for code in np.unique(codes):
        both = seen[codes == code].T.astype(int) @ seen[codes == code].astype(int)
        if np.any(both < 3):
            raise NotEstimable(
                "never_together",
                "Two visits were answered by fewer than 3 of the same people, so their covariance cannot be "
                "estimated. Leave out a visit in the plan, or share one covariance between the arms.",
            )


def _has_rank(sigma: Array) -> None:
    sd = np.sqrt(np.diagonal(sigma, axis1=-2, axis2=-1))
    if np.linalg.eigvalsh(sigma / (sd[..., None] * sd[..., None, :])).min() < LEAST:
        raise NotEstimable(
            "singular_covariance",
            "The values of one visit follow from those of the others, so their covariance cannot be estimated. "
            "Leave out a visit in the plan.",
        )


def _start(y: Array, d: Array, codes: NDArray[np.intp]) -> Array:
    """Residual variances of each visit by least squares, with correlation one half, for every group."""
    seen, variances = np.isfinite(y), np.empty(y.shape[1])
    for visit in range(y.shape[1]):
        values, rows = y[seen[:, visit], visit], d[seen[:, visit]]
        residuals = values - rows @ np.linalg.lstsq(rows, values, rcond=None)[0]
        variances[visit] = residuals @ residuals / max(1, values.size - d.shape[1])
        if variances[visit] < 1e-12 * max(1.0, float(np.max(values**2))):
            raise NotEstimable("constant", f"At visit {visit + 1} the model explains every value exactly.")
    sd = np.sqrt(variances)
    one = np.outer(sd, sd) * (0.5 + 0.5 * np.eye(len(sd)))
    return np.broadcast_to(one, (int(codes.max()) + 1, *one.shape)).copy()


def _place(sums: PatternSums, sigma: Array) -> _Place:
    f, p, q, k = *sums.count.shape, sums.dy.shape[2], sums.dy.shape[3]
    inverse, deviance = np.zeros((f, p, k, k)), np.zeros(f)
    for index, seen in enumerate(sums.seen):
        if seen.size:
            block = sigma[:, sums.group[index]][:, seen[:, None], seen]
            inverse[:, index, seen[:, None], seen] = np.linalg.inv(block)
            deviance += sums.count[:, index] * np.linalg.slogdet(block)[1]
    normal = _kronecker(sums.dd, inverse.reshape(f, p, k * k), q).reshape(f, q, q, k, k)
    normal = normal.transpose(0, 1, 3, 2, 4).reshape(f, q * k, q * k)
    deviance += np.linalg.slogdet(normal)[1]
    spread = np.asarray(np.linalg.inv(normal), dtype=np.float64)
    right = np.sum(sums.dy @ inverse, axis=1)
    beta = (spread @ right.reshape(f, q * k, 1)).reshape(f, q, k)
    cross = np.swapaxes(beta[:, None], -1, -2) @ sums.dy
    residual = (
        sums.yy - cross - np.swapaxes(cross, -1, -2) + np.swapaxes(beta[:, None], -1, -2) @ sums.dd @ beta[:, None]
    )
    deviance += np.sum(inverse * residual, axis=(1, 2, 3))
    corner = spread.reshape(f, q, k, q, k).transpose(0, 1, 3, 2, 4).reshape(f, q * q, k * k)
    explained = (sums.dd.reshape(f, p, q * q) @ corner).reshape(f, p, k, k)
    by_pattern = sums.count[..., None, None] * inverse - inverse @ (residual + explained) @ inverse
    gradient = np.stack([by_pattern[:, sums.group == g].sum(axis=1) for g in range(sums.groups)], axis=1)
    return _Place(deviance, gradient, beta, inverse, spread, explained)


def _basis(k: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Array]:
    """Rows, columns and symmetric unit matrices of the k(k + 1)/2 elements of a covariance."""
    rows, columns = np.tril_indices(k)
    units = np.zeros((rows.size, k, k))
    units[np.arange(rows.size), rows, columns] = units[np.arange(rows.size), columns, rows] = 1.0
    return rows, columns, units


def _score(gradient: Array) -> Array:
    rows, columns, _ = _basis(gradient.shape[-1])
    twice = np.where(rows == columns, 1.0, 2.0)
    return np.asarray((gradient[..., rows, columns] * twice).reshape(len(gradient), -1))


def _information(sums: PatternSums, place: _Place) -> Array:
    """Expected second derivative of −2ℓ: tr(P V_h P V_k), P the REML projection; (F, groups · h, groups · h)."""
    f, q, k = len(sums.count), sums.dy.shape[2], sums.dy.shape[3]
    _, _, units = _basis(k)
    h, groups = len(units), sums.groups
    half = place.inverse[:, :, None] @ units
    whole = half @ place.inverse[:, :, None]
    plain = _traces(half, half) * sums.count[..., None, None]
    blocks = plain - 2 * _traces(place.explained[:, :, None] @ half, whole)
    found = np.zeros((f, groups, h, groups, h))
    flow = np.zeros((f, groups, h, q * k, q * k))
    for g in range(groups):
        mine = sums.group == g
        found[:, g, :, g, :] = blocks[:, mine].sum(axis=1)
        outer = _kronecker(sums.dd[:, mine], whole[:, mine].reshape(f, -1, h * k * k), q)
        outer = outer.reshape(f, q, q, h, k, k).transpose(0, 3, 1, 4, 2, 5).reshape(f, h, q * k, q * k)
        flow[:, g] = place.spread[:, None] @ outer
    flows = flow.reshape(f, groups * h, q * k, q * k)
    return found.reshape(f, groups * h, groups * h) + _traces(flows, flows)


def _traces(left: Array, right: Array) -> Array:
    """tr(L_h R_k) for every pair: (…, h, a, b) and (…, k, b, a) give (…, h, k)."""
    turned = np.swapaxes(right, -1, -2)
    flat = (*left.shape[:-2], -1)
    return np.asarray(left.reshape(flat) @ np.swapaxes(turned.reshape(flat), -1, -2))


def _kronecker(dd: Array, blocks: Array, q: int) -> Array:
    """Σ_p of the outer products of d d' (F, P, q, q) and flat blocks (F, P, ·): (F, q², ·)."""
    flat = dd.reshape(*dd.shape[:2], q * q)
    return np.asarray(np.swapaxes(flat, -1, -2) @ blocks)


def _curvature(sums: PatternSums, sigma: Array) -> Array:
    """Observed second derivative of −2ℓ for the first fit, by central differences of the score; (1, H, H)."""
    rows, columns, units = _basis(sigma.shape[-1])
    h, groups = len(units), sums.groups
    moved = np.repeat(sigma[:1], 2 * groups * h, axis=0).reshape(groups, h, 2, *sigma.shape[1:])
    sizes = 1e-4 * np.sqrt(sigma[0][:, rows, rows] * sigma[0][:, columns, columns])
    for g in range(groups):
        shift = sizes[g, :, None, None] * units
        moved[g, :, 0, g] += shift
        moved[g, :, 1, g] -= shift
    same = sums.only(np.zeros(2 * groups * h, dtype=np.intp))
    scores = _score(_place(same, moved.reshape(-1, *sigma.shape[1:])).gradient).reshape(groups * h, 2, groups * h)
    return np.asarray(((scores[:, 0] - scores[:, 1]) / (2 * sizes.reshape(-1, 1)))[None])


def _climb(sums: PatternSums, sigma: Array, curvature: Array | None, tolerance: float) -> Array:
    """Newton-type steps until every fit stands still; a fit that does is left alone.

    `curvature` serves the first steps; then each fit's information, computed anew every few steps, as it moves little.
    """
    found, going = sigma.copy(), np.arange(len(sigma))
    place = _place(sums, sigma)
    matrix = _information(sums, place) if curvature is None else curvature
    for count in range(STEPS):
        if count % KEPT == 0 and count >= (0 if curvature is None else CHORDS):
            matrix = _information(sums, place)
        try:
            move = np.asarray(-np.linalg.solve(matrix, _score(place.gradient)[..., None])[..., 0], dtype=np.float64)
        except np.linalg.LinAlgError:
            break
        sigma, place, moved = _advance(sums, sigma, place, move)
        found[going] = sigma
        left = moved >= tolerance
        if not np.any(left):
            return found
        if not np.all(left):
            going, sigma, sums, place = going[left], sigma[left], sums.only(left), place.only(left)
            matrix = matrix if matrix is curvature else matrix[left]
    raise NotEstimable(
        "not_converged",
        "The covariance of the visits could not be estimated (the likelihood has no maximum that the steps reach), so "
        "the model gives no number. Leave out a visit or a covariate in the plan.",
    )


def _advance(sums: PatternSums, sigma: Array, place: _Place, move: Array) -> tuple[Array, _Place, Array]:
    """Go by `move`, halved for fits whose covariance would not be positive definite or whose −2ℓ would rise.

    The last value is the size of the whole step, relative to the standard deviations: a halved step is no sign of rest.
    """
    _, _, units = _basis(sigma.shape[-1])
    step = np.tensordot(move.reshape(*sigma.shape[:2], -1), units, axes=1)
    scale = np.ones(len(sigma))
    for _ in range(HALVINGS):
        new = sigma + scale[:, None, None, None] * step
        lowest = np.linalg.eigvalsh(new)[..., 0].min(axis=1)
        sound = lowest > 1e-10 * np.max(np.abs(new), axis=(1, 2, 3))
        after = _place(sums, np.where(sound[:, None, None, None], new, sigma))
        worse = ~sound | (after.deviance > place.deviance + 1e-9 * (1 + np.abs(place.deviance)))
        if not np.any(worse):
            sd = np.sqrt(np.diagonal(new, axis1=-2, axis2=-1))
            relative = np.abs(step) / (sd[..., None] * sd[..., None, :])
            return new, after, np.max(relative, axis=(1, 2, 3))
        scale = np.where(worse, scale / 2, scale)
    raise NotEstimable("not_converged", "The covariance of the visits could not be estimated: no step improves it.")
