"""Cross products: what a linear model with correlated errors needs to know of the data, added up once.

People whose rows have the same covariance matrix form a *cell* (in an MMRM: the same group and the same occasions
answered). With Z = [X, y], everything that restricted likelihood, its derivatives and the small-sample corrections ask
of the data are sums like Σ_i Z_i' K Z_i with one symmetric K a cell, so the sums Σ_i z_it z_iu' are made once and each
iteration is a small matrix product. All arrays have a leading axis of data sets, so that many are fitted at once.

Shapes: B data sets, C cells, T occasions, z = p + 1 columns; τ = T(T + 1)/2 and ζ = z(z + 1)/2 packed triangles.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Cells:
    """The summed cross products of all cells, and what each cell is.

    `sums` (B, C·τ, ζ); `count` (B, C) how often a cell's covariance occurs; `observed` (C, T) its occasions; `block`
    (C,) which covariance matrix of the model it takes its part of; `columns` p.
    """

    sums: Array
    count: Array
    observed: NDArray[np.bool_]
    block: Index
    columns: int

    @property
    def occasions(self) -> int:
        """T."""
        return int(self.observed.shape[1])

    @property
    def observations(self) -> Array:
        """Observations of each data set (B,)."""
        return self.count @ self.observed.sum(axis=1)

    def take(self, chosen: Index) -> Cells:
        """The same of some of the data sets."""
        return Cells(self.sums[chosen], self.count[chosen], self.observed, self.block, self.columns)

    def collect(self, weights: Array) -> Array:
        """Σ_c Σ_i Z_i' K Z_i for symmetric K (B, h, C, T, T): (B, h, z, z)."""
        rows, columns, twice = triangle(self.occasions)
        packed = weights[..., rows, columns] * twice
        total = packed.reshape(*packed.shape[:2], -1) @ self.sums
        return unpacked(total, self.columns + 1)

    def spread(self, weights: Array) -> Array:
        """Σ_i Σ_pq B_pq z_itp z_iuq for symmetric B (B, z, z), in each cell: (B, C, T, T)."""
        rows, columns, twice = triangle(self.columns + 1)
        packed = weights[..., rows, columns] * twice
        total = np.matmul(self.sums, packed[..., None])[..., 0]
        return unpacked(total.reshape(len(total), self.block.size, -1), self.occasions)


@cache
def triangle(size: int) -> tuple[Index, Index, Array]:
    """Rows and columns of an upper triangle, and 2 for what stands for two elements of a symmetric matrix."""
    rows, columns = np.triu_indices(size)
    return rows, columns, np.where(rows == columns, 1.0, 2.0)


@cache
def _places(size: int) -> Index:
    places = np.zeros((size, size), dtype=np.intp)
    rows, columns, _ = triangle(size)
    places[rows, columns] = places[columns, rows] = np.arange(rows.size)
    return places


def unpacked(triangles: Array, size: int) -> Array:
    """Symmetric matrices (…, size, size) of packed upper triangles."""
    return triangles[..., _places(size)]


def packed_products(z: Array) -> Array:
    """Σ_i z_it z_iu' of people (B, n, T, z), symmetrised over the two columns and packed: (B, τ, ζ)."""
    batch, people, occasions, width = z.shape
    flat = z.reshape(batch, people, occasions * width)
    products = np.matmul(flat.swapaxes(1, 2), flat).reshape(batch, occasions, width, occasions, width)
    t, u, _ = triangle(occasions)
    p, q, _ = triangle(width)
    return 0.5 * (
        products[:, t[:, None], p[None, :], u[:, None], q[None, :]]
        + products[:, t[:, None], q[None, :], u[:, None], p[None, :]]
    )


def cells_of_people(y: Array, x: Array, block: Index) -> Cells:
    """Cells of people measured on up to T occasions.

    `y` (B, N, T) with nan where nothing was measured, `x` (N, T, p) or (B, N, T, p) finite, `block` (N,) the group of
    each person, from 0. Somebody without any measurement is in no cell.
    """
    seen = np.isfinite(y)
    kind = seen @ (1 << np.arange(y.shape[2])) + (block << y.shape[2])
    patterns = np.unique(kind[seen.any(axis=2)])
    z = np.concatenate(
        [np.broadcast_to(x, (*y.shape, x.shape[-1])), np.where(seen, y, 0.0)[..., None]],
        axis=3,
    )
    sums, counts = [], []
    for pattern in patterns:
        belongs = kind == pattern
        counts.append(belongs.sum(axis=1))
        sums.append(packed_products(_gathered(z, belongs)))
    observed = (patterns[:, None] >> np.arange(y.shape[2])) & 1 == 1
    return Cells(
        np.concatenate(sums, axis=1),
        np.stack(counts, axis=1).astype(np.float64),
        observed,
        (patterns >> y.shape[2]).astype(np.intp),
        int(x.shape[-1]),
    )


def _gathered(z: Array, belongs: NDArray[np.bool_]) -> Array:
    """The people who belong, first; data sets with fewer of them are filled up with zeros."""
    most = int(belongs.sum(axis=1).max())
    order = np.argsort(~belongs, axis=1, kind="stable")[:, :most]
    taken: Array = z[np.arange(len(z))[:, None], order]
    filled = np.take_along_axis(belongs, order, axis=1)
    return taken if filled.all() else taken * filled[:, :, None, None]
