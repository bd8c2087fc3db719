"""Repeated measurements: the covariance model of an MMRM, one matrix for all people or one for each group.

Here a structure of `covariances` becomes the model that `reml` maximises, with a starting point from the moments of the
residuals of ordinary least squares.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .covariances import Structure
from .crossproducts import Array, Cells
from .restricted import at

LEAST_EIGENVALUE = 0.1
"""A starting correlation matrix is drawn towards independence until its smallest eigenvalue reaches this."""


@dataclass(frozen=True, slots=True)
class Repeated:
    """A covariance structure for T occasions in each of G groups; θ holds the groups one after the other."""

    structure: Structure
    occasions: int
    groups: int = 1

    @property
    def each(self) -> int:
        """Parameters of one group."""
        return len(self.structure.labels(self.occasions))

    @property
    def size(self) -> int:
        """Parameters of all groups."""
        return self.groups * self.each

    def split(self, theta: Array) -> Array:
        """θ by group: (B, G, q)."""
        return theta.reshape(len(theta), self.groups, self.each)

    def derivatives(self, theta: Array) -> tuple[Array, Array, Array | None]:
        """Σ (B, G, T, T), ∂Σ (B, G, Q, T, T) and ∂²Σ (B, G, Q, Q, T, T), zero for another group's parameters."""
        sigma, own, second = self.structure.derivatives(self.split(theta), self.occasions)
        if self.groups == 1:
            return sigma, own, second
        batch, q, t = len(theta), self.each, self.occasions
        jacobian = np.zeros((batch, self.groups, self.size, t, t))
        hessian = None if second is None else np.zeros((batch, self.groups, self.size, self.size, t, t))
        for g in range(self.groups):
            place = slice(g * q, (g + 1) * q)
            jacobian[:, g, place] = own[:, g]
            if hessian is not None and second is not None:
                hessian[:, g, place, place] = second[:, g]
        return sigma, jacobian, hessian

    def is_inside(self, theta: Array) -> NDArray[np.bool_]:
        """Every θ whose matrices are positive definite is allowed."""
        return np.ones(len(theta), dtype=bool)

    def start(self, cells: Cells) -> Array:
        """θ (B, Q) from the residuals of ordinary least squares."""
        return self.structure.start(_moments(cells, self.groups)).reshape(len(cells.sums), -1)


@dataclass(frozen=True, slots=True)
class _Independent:
    """Ordinary least squares: V = I."""

    occasions: int
    groups: int
    size: int = 0

    def derivatives(self, theta: Array) -> tuple[Array, Array, Array | None]:
        t = self.occasions
        one = np.broadcast_to(np.eye(t), (len(theta), self.groups, t, t))
        return one, np.zeros((len(theta), self.groups, 0, t, t)), None

    def is_inside(self, theta: Array) -> NDArray[np.bool_]:
        return np.ones(len(theta), dtype=bool)


def _moments(cells: Cells, groups: int) -> Array:
    """Mean products of least-squares residuals over the people who have both occasions, made positive definite."""
    batch, t = len(cells.sums), cells.occasions
    ordinary = at(cells, _Independent(t, groups), np.zeros((batch, 0)))
    residual = np.concatenate([-ordinary.beta, np.ones((batch, 1))], axis=1)
    products = cells.spread(residual[:, :, None] * residual[:, None, :])
    seen = cells.observed[:, :, None] & cells.observed[:, None, :]
    moments = np.zeros((batch, groups, t, t))
    for g in range(groups):
        own = cells.block == g
        number = np.einsum("bc,ctu->btu", cells.count[:, own], seen[own].astype(np.float64))
        moments[:, g] = (products[:, own] * seen[own]).sum(axis=1) / np.maximum(number, 1)
    return _definite(moments)


def _definite(moments: Array) -> Array:
    variances = np.diagonal(moments, axis1=-2, axis2=-1)
    overall = variances.mean(axis=-1, keepdims=True)
    variances = np.maximum(variances, 1e-3 * overall)
    deviation = np.sqrt(np.where(variances > 0, variances, 1))
    unit = np.eye(moments.shape[-1])
    correlation = moments / (deviation[..., :, None] * deviation[..., None, :])
    correlation = np.clip(correlation, -0.99, 0.99) * (1 - unit) + unit
    low = np.linalg.eigvalsh(correlation)[..., 0]
    keep = np.minimum(1, (1 - LEAST_EIGENVALUE) / np.maximum(1 - low, 1e-12))[..., None, None]
    drawn = keep * correlation + (1 - keep) * unit
    return np.asarray(drawn * deviation[..., :, None] * deviation[..., None, :])
