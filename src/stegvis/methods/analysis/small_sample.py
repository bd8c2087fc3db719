"""Small sample: errors and degrees of freedom for contrasts of β̂ after REML, where θ is estimated, not known.

With Φ = (X'V⁻¹X)⁻¹, P_h = −X'V⁻¹V_hV⁻¹X, Q_hk = X'V⁻¹V_hV⁻¹V_kV⁻¹X, R_hk = X'V⁻¹V_hkV⁻¹X, and W the covariance of θ̂
(the inverse of the information on θ, observed or expected):

- Satterthwaite (Giesbrecht & Burns, Biometrics 1985;41:477): v = c'Φc, g_h = −c'ΦP_hΦc, df = 2v² / g'Wg.
- Several contrasts at once (Fai & Cornelius, J Stat Comput Simul 1996;54:363): F = Σ t²_m/ℓ over the ℓ independent
  contrasts of the spectral decomposition, df = 2E/(E − ℓ), E = Σ ν_m/(ν_m − 2) over ν_m > 2.
- Kenward–Roger (Biometrics 1997;53:983): Φ_A = Φ + 2Φ[Σ_hk W_hk (Q_hk − P_hΦP_k − R_hk/4)]Φ, and F scaled by λ with m
  degrees of freedom by matching two moments. In the linear form R_hk is left out (SAS: DDFM=KR(LINEAR)), which makes
  it independent of how V is parameterised; where V is linear in θ both are the same. For one contrast m is
  Satterthwaite's df with the same W.

SAS and R's lmerTest and mmrm take the observed information, the paper and R's pbkrtest the expected one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .crossproducts import Array, Cells
from .reml import Optimum
from .restricted import Point, expected

SATTERTHWAITE = "satterthwaite"
KENWARD_ROGER = "kenward_roger"
KENWARD_ROGER_LINEAR = "kenward_roger_linear"
LARGE_SAMPLE = "large_sample"
METHODS = (SATTERTHWAITE, KENWARD_ROGER, KENWARD_ROGER_LINEAR, LARGE_SAMPLE)
INFORMATIONS = ("observed", "expected")


@dataclass(frozen=True, slots=True)
class Precision:
    """What every contrast of one fit needs: Φ, the adjusted Φ_A (Φ itself but for Kenward–Roger), W, and P_h.

    Shapes (B, p, p), (B, p, p), (B, Q, Q), (B, Q, p, p); `finite` says that the degrees of freedom are estimated.
    """

    phi: Array
    adjusted: Array
    spread: Array
    slopes: Array
    finite: bool


@dataclass(frozen=True, slots=True)
class Contrasts:
    """Estimates, errors and degrees of freedom of contrasts (B, r); nan where a fit gave no number."""

    estimate: Array
    se: Array
    df: Array


@dataclass(frozen=True, slots=True)
class JointTest:
    """F of several contrasts at once with its degrees of freedom and P (B,); Kenward–Roger's F is already scaled."""

    f: Array
    df1: int
    df2: Array
    p: Array


def precision(cells: Cells, optimum: Optimum, method: str, information: str) -> Precision:
    """The covariance of β̂ by `method`, with the `information` on θ ("observed" or "expected")."""
    if method not in METHODS or information not in INFORMATIONS:
        raise ValueError(f"unknown method {method!r} or information {information!r}; known: {METHODS}, {INFORMATIONS}")
    point, products = optimum.point, optimum.products
    curvature = optimum.observed if information == "observed" else expected(cells, point, products)
    spread = 2 * _inverse(curvature)
    slopes = -products[:, :, : cells.columns, : cells.columns]
    adjusted = point.phi
    if method in (KENWARD_ROGER, KENWARD_ROGER_LINEAR):
        adjusted = _adjusted(cells, point, spread, slopes, second=method == KENWARD_ROGER)
    return Precision(point.phi, adjusted, spread, slopes, method != LARGE_SAMPLE)


def _inverse(matrices: Array) -> Array:
    """Inverses of scaled matrices; nan where there is none, so that nothing is computed from a flat likelihood."""
    size = np.sqrt(np.abs(np.diagonal(matrices, axis1=1, axis2=2)))
    usable = np.asarray(np.isfinite(matrices).all(axis=(1, 2)) & (size > 0).all(axis=1))
    size = np.where(usable[:, None], size, 1)
    outer = size[:, :, None] * size[:, None, :]
    scaled = np.where(usable[:, None, None], matrices / outer, np.eye(size.shape[1]))
    good = np.asarray(usable & (np.linalg.eigvalsh(scaled)[:, 0] > 0))
    inverse = np.linalg.inv(np.where(good[:, None, None], scaled, np.eye(size.shape[1]))) / outer
    return np.where(good[:, None, None], inverse, np.nan)


def _adjusted(cells: Cells, point: Point, spread: Array, slopes: Array, *, second: bool) -> Array:
    batch, blocks, size, t, _ = point.jacobian.shape
    flat = point.jacobian.reshape(batch, blocks, size, t * t)
    weighed = np.matmul(np.matmul(flat.swapaxes(2, 3), spread[:, None]), flat).reshape(batch, blocks, t, t, t, t)
    middle = weighed.transpose(0, 1, 2, 5, 3, 4).reshape(batch, blocks, t * t, t * t)[:, cells.block]
    within = np.matmul(middle, point.inverse.reshape(batch, -1, t * t, 1)).reshape(batch, -1, t, t)
    if second and point.hessian is not None:
        within = within - np.einsum("bqr,bgqrtu->bgtu", spread, point.hessian)[:, cells.block] / 4
    outer = np.matmul(np.matmul(point.inverse, within), point.inverse)
    p = cells.columns
    quadratic = cells.collect(0.5 * (outer + outer.swapaxes(2, 3))[:, None])[:, 0, :p, :p]
    mixed = np.matmul(spread, slopes.reshape(batch, size, -1)).reshape(slopes.shape)
    linear = np.matmul(np.matmul(slopes, point.phi[:, None]), mixed).sum(axis=1)
    linear = 0.5 * (linear + linear.swapaxes(1, 2))
    return point.phi + 2 * np.matmul(np.matmul(point.phi, quadratic - linear), point.phi)


def contrasts(beta: Array, of: Precision, rows: Array) -> Contrasts:
    """Each row of `rows` (r, p) as a contrast of `beta` (B, p)."""
    estimate = beta @ rows.T
    squared = _along(of.adjusted, rows)
    se = np.sqrt(np.where(squared > 0, squared, np.nan))
    if not of.finite:
        return Contrasts(estimate, se, np.full_like(se, np.inf))
    moved = of.phi @ rows.T
    gradient = np.einsum("bpr,bhpq,bqr->brh", moved, of.slopes, moved, optimize=True)
    variance = np.einsum("brh,bhk,brk->br", gradient, of.spread, gradient, optimize=True)
    df = 2 * _along(of.phi, rows) ** 2 / np.where(variance > 0, variance, np.nan)
    return Contrasts(estimate, se, df)


def _along(matrices: Array, rows: Array) -> Array:
    """c'Mc for each row c: (B, r)."""
    return np.asarray(((rows @ matrices) * rows).sum(axis=2))


def satterthwaite_f(beta: Array, of: Precision, rows: Array) -> tuple[float, float]:
    """F and its denominator df for all rows (ℓ, p) of one data set (Fai & Cornelius 1996); rows are independent."""
    covariance = rows @ of.phi[0] @ rows.T
    lengths, turn = np.linalg.eigh(covariance)
    independent = contrasts(beta, of, turn.T @ rows)
    f = float(np.mean((independent.estimate[0]) ** 2 / lengths))
    nu = independent.df[0]
    if np.ptp(nu) < 1e-8 * nu.max():
        return f, float(nu.mean())
    total = float(np.sum(nu[nu > 2] / (nu[nu > 2] - 2)))
    return f, 2 * total / (total - len(rows)) if total > len(rows) else 2.0


def kenward_roger_f(beta: Array, of: Precision, rows: Array) -> tuple[float, float]:
    """λF and its denominator df m for all rows (ℓ, p) of one data set (Kenward & Roger 1997, section 3)."""
    ell, phi = len(rows), of.phi[0]
    theta = rows.T @ np.linalg.solve(rows @ phi @ rows.T, rows) @ phi
    turned = theta @ of.slopes[0] @ phi
    alone = np.trace(turned, axis1=1, axis2=2)
    a1 = float(alone @ of.spread[0] @ alone)
    a2 = float(np.einsum("hpq,kqp,hk->", turned, turned, of.spread[0], optimize=True))
    m, scale = _moments(ell, a1, a2)
    estimate = rows @ beta[0]
    f = float(estimate @ np.linalg.solve(rows @ of.adjusted[0] @ rows.T, estimate) / ell)
    return scale * f, m


def _moments(ell: int, a1: float, a2: float) -> tuple[float, float]:
    """m and λ from A1 and A2."""
    b = (a1 + 6 * a2) / (2 * ell)
    g = ((ell + 1) * a1 - (ell + 4) * a2) / ((ell + 2) * a2)
    below = 3 * ell + 2 * (1 - g)
    c1, c2, c3 = g / below, (ell - g) / below, (ell + 2 - g) / below
    mean = 1 / (1 - a2 / ell)
    variance = 2 / ell * (1 + c1 * b) / ((1 - c2 * b) ** 2 * (1 - c3 * b))
    rho = variance / (2 * mean**2)
    m = 4 + (ell + 2) / (ell * rho - 1)
    return m, m / (mean * (m - 2))
