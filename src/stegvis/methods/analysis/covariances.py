"""Covariances: how a person's repeated measurements may vary and go together.

Each structure is a covariance matrix Σ(θ) of T occasions with its first and second derivatives. Names and parameters
are those of SAS PROC MIXED (SAS/STAT 15.1, table "Covariance structures"): variances, not standard deviations, so that
Kenward–Roger corrections with second derivatives are SAS's too. `unstructured`, `compound_symmetry` and `toeplitz` are
linear in θ; their second derivative is zero.

| name | θ | Σ_tu |
|---|---|---|
| unstructured | σ_tu, t ≤ u | σ_tu |
| compound_symmetry | σ₁, σ² | σ₁ + σ²[t = u] |
| autoregressive | σ², ρ | σ² ρ^|t−u| |
| toeplitz | σ_0 … σ_{T−1} | σ_|t−u| |
| heterogeneous_… | σ²_1 … σ²_T, ρ (ρ_1 … ρ_{T−1} for toeplitz) | σ_t σ_u times the correlation of the one above |
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from .crossproducts import Array, triangle

Family = Callable[[Array, int], tuple[Array, Array, Array | None]]
"""Of parameters (…, q) and T: Σ (…, T, T), ∂Σ (…, q, T, T), ∂²Σ (…, q, q, T, T) or None when it is zero."""


@dataclass(frozen=True, slots=True)
class Structure:
    """One covariance structure: its matrix with derivatives, its parameters' names, and where to start.

    `start` takes moment estimates (…, T, T), positive definite. `scales` says which parameters are measured in the
    squared unit of the outcome (the others are correlations).
    """

    name: str
    derivatives: Family
    start: Callable[[Array], Array]
    labels: Callable[[int], tuple[str, ...]]
    linear: bool

    def scales(self, occasions: int) -> Array:
        """1 for a variance or covariance, 0 for a correlation."""
        return np.array([not label.startswith("rho") for label in self.labels(occasions)], dtype=np.float64)


def structure(name: str) -> Structure:
    """The structure of that name; an unknown name is a ValueError that lists the known ones."""
    if name not in STRUCTURES:
        raise ValueError(f"unknown covariance structure {name!r}; known: {', '.join(STRUCTURES)}")
    return STRUCTURES[name]


def _linear(basis: Callable[[int], Array]) -> Family:
    def derivatives(theta: Array, occasions: int) -> tuple[Array, Array, None]:
        matrices = basis(occasions)
        sigma = np.tensordot(theta, matrices, axes=1)
        return sigma, np.broadcast_to(matrices, (*theta.shape[:-1], *matrices.shape)), None

    return derivatives


def _elements(occasions: int) -> Array:
    rows, columns, _ = triangle(occasions)
    basis = np.zeros((rows.size, occasions, occasions))
    basis[np.arange(rows.size), rows, columns] = basis[np.arange(rows.size), columns, rows] = 1
    return basis


def _bands(occasions: int) -> Array:
    apart = _apart(occasions)
    return np.stack([(apart == k).astype(np.float64) for k in range(occasions)])


def _common(occasions: int) -> Array:
    return np.stack([np.ones((occasions, occasions)), np.eye(occasions)])


def _apart(occasions: int) -> Array:
    steps = np.arange(occasions)
    return np.abs(steps[:, None] - steps[None, :]).astype(np.float64)


def _powers(rho: Array, occasions: int) -> tuple[Array, Array, Array | None]:
    """ρ^d, d ρ^(d−1), d(d − 1) ρ^(d−2) for d = |t − u|; with ρ of shape (…, 1)."""
    apart, base = _apart(occasions), rho[..., None]
    first = apart * base ** np.maximum(apart - 1, 0)
    second = apart * (apart - 1) * base ** np.maximum(apart - 2, 0)
    return base**apart, first[..., None, :, :], second[..., None, None, :, :]


def _bands_of_one(rho: Array, occasions: int) -> tuple[Array, Array, Array | None]:
    """A correlation for each distance: linear in ρ but for the ones of the diagonal."""
    matrices = _bands(occasions)
    correlation = np.tensordot(rho, matrices[1:], axes=1) + matrices[0]
    return correlation, np.broadcast_to(matrices[1:], (*rho.shape[:-1], *matrices[1:].shape)), None


def _same_for_all(rho: Array, occasions: int) -> tuple[Array, Array, Array | None]:
    matrices = np.stack([1 - np.eye(occasions)])
    correlation = rho[..., None] * matrices[0] + np.eye(occasions)
    return correlation, np.broadcast_to(matrices, (*rho.shape[:-1], *matrices.shape)), None


def _homogeneous(correlation: Family) -> Family:
    """Σ = σ² C(ρ)."""

    def derivatives(theta: Array, occasions: int) -> tuple[Array, Array, Array]:
        variance = theta[..., :1, None, None]
        c, first, second = correlation(theta[..., 1:], occasions)
        jacobian = np.concatenate([c[..., None, :, :], variance * first], axis=-3)
        size = jacobian.shape[-3]
        hessian = np.zeros((*theta.shape[:-1], size, size, occasions, occasions))
        hessian[..., 0, 1:, :, :] = hessian[..., 1:, 0, :, :] = first
        if second is not None:
            hessian[..., 1:, 1:, :, :] = variance[..., None] * second
        return variance[..., 0] * c, jacobian, hessian

    return derivatives


def _heterogeneous(correlation: Family) -> Family:
    """Σ_tu = √(v_t v_u) C_tu(ρ): v_a enters with the exponent ½([t = a] + [u = a])."""

    def derivatives(theta: Array, occasions: int) -> tuple[Array, Array, Array]:
        v, unit = theta[..., :occasions], np.eye(occasions)
        deviation = np.sqrt(np.where(v > 0, v, np.nan))
        spread = deviation[..., :, None] * deviation[..., None, :]
        c, first, second = correlation(theta[..., occasions:], occasions)
        exponent = 0.5 * (unit[:, :, None] + unit[:, None, :])
        slope = exponent / v[..., None, None]
        sigma, turned = spread * c, spread[..., None, :, :] * first
        size = theta.shape[-1]
        hessian = np.zeros((*theta.shape[:-1], size, size, occasions, occasions))
        falling = exponent[:, None] * (exponent[None, :] - unit[:, :, None, None])
        by_variances = v[..., :, None, None, None] * v[..., None, :, None, None]
        hessian[..., :occasions, :occasions, :, :] = sigma[..., None, None, :, :] * falling / by_variances
        mixed = slope[..., :, None, :, :] * turned[..., None, :, :, :]
        hessian[..., :occasions, occasions:, :, :] = mixed
        hessian[..., occasions:, :occasions, :, :] = mixed.swapaxes(-4, -3)
        if second is not None:
            hessian[..., occasions:, occasions:, :, :] = spread[..., None, None, :, :] * second
        jacobian = np.concatenate([sigma[..., None, :, :] * slope, turned], axis=-3)
        return sigma, jacobian, hessian

    return derivatives


def _mean_by_distance(moments: Array) -> Array:
    occasions = moments.shape[-1]
    bands = _bands(occasions)
    return np.tensordot(moments, bands, axes=([-2, -1], [1, 2])) / bands.sum(axis=(1, 2))


def _start_elements(moments: Array) -> Array:
    rows, columns, _ = triangle(moments.shape[-1])
    return moments[..., rows, columns]


def _start_common(moments: Array) -> Array:
    occasions = moments.shape[-1]
    variance = np.trace(moments, axis1=-2, axis2=-1) / occasions
    pairs = max(occasions * (occasions - 1), 1)
    together = (moments.sum(axis=(-2, -1)) - occasions * variance) / pairs
    return np.stack([together, variance - together], axis=-1)


def _start_bands(moments: Array) -> Array:
    return _definite_bands(_mean_by_distance(moments))


def _definite_bands(bands: Array) -> Array:
    """Bands drawn towards independence until their matrix is positive definite."""
    shrink = np.ones(bands.shape[:-1])
    for _ in range(60):
        drawn = np.concatenate([bands[..., :1], bands[..., 1:] * shrink[..., None]], axis=-1)
        low = np.linalg.eigvalsh(np.tensordot(drawn, _bands(bands.shape[-1]), axes=1))[..., 0]
        shrink = np.where(low > 0.05 * bands[..., 0], shrink, 0.8 * shrink)
    return np.concatenate([bands[..., :1], bands[..., 1:] * shrink[..., None]], axis=-1)


def _correlations(moments: Array) -> Array:
    deviation = np.sqrt(np.diagonal(moments, axis1=-2, axis2=-1))
    return moments / (deviation[..., :, None] * deviation[..., None, :])


def _mean_correlation(moments: Array) -> Array:
    occasions = moments.shape[-1]
    together = _start_common(_correlations(moments))[..., :1]
    return np.clip(together, -0.5 / max(occasions - 1, 1), 0.95)


def _neighbours(moments: Array) -> Array:
    return np.clip(_mean_by_distance(_correlations(moments))[..., 1:2], -0.9, 0.9)


def _start_homogeneous(moments: Array) -> Array:
    variance = np.trace(moments, axis1=-2, axis2=-1)[..., None] / moments.shape[-1]
    return np.concatenate([variance, _neighbours(moments)], axis=-1)


def _starting_with_variances(correlation: Callable[[Array], Array]) -> Callable[[Array], Array]:
    def start(moments: Array) -> Array:
        variances = np.diagonal(moments, axis1=-2, axis2=-1)
        return np.concatenate([variances, correlation(moments)], axis=-1)

    return start


def _variances(occasions: int) -> tuple[str, ...]:
    return tuple(f"variance_{t + 1}" for t in range(occasions))


def _element_labels(occasions: int) -> tuple[str, ...]:
    rows, columns, _ = triangle(occasions)
    return tuple(f"covariance_{t + 1}_{u + 1}" for t, u in zip(rows, columns, strict=True))


STRUCTURES: dict[str, Structure] = {
    one.name: one
    for one in (
        Structure("unstructured", _linear(_elements), _start_elements, _element_labels, linear=True),
        Structure(
            "compound_symmetry", _linear(_common), _start_common, lambda _: ("covariance", "residual"), linear=True
        ),
        Structure(
            "autoregressive", _homogeneous(_powers), _start_homogeneous, lambda _: ("variance", "rho"), linear=False
        ),
        Structure(
            "toeplitz", _linear(_bands), _start_bands, lambda t: tuple(f"band_{k}" for k in range(t)), linear=True
        ),
        Structure(
            "heterogeneous_compound_symmetry",
            _heterogeneous(_same_for_all),
            _starting_with_variances(_mean_correlation),
            lambda t: (*_variances(t), "rho"),
            linear=False,
        ),
        Structure(
            "heterogeneous_autoregressive",
            _heterogeneous(_powers),
            _starting_with_variances(_neighbours),
            lambda t: (*_variances(t), "rho"),
            linear=False,
        ),
        Structure(
            "heterogeneous_toeplitz",
            _heterogeneous(_bands_of_one),
            _starting_with_variances(lambda m: _definite_bands(_mean_by_distance(_correlations(m)))[..., 1:]),
            lambda t: (*_variances(t), *(f"rho_{k}" for k in range(1, t))),
            linear=False,
        ),
    )
}
