"""Regressions: least squares of thousands of trials at once, complete cases, with robust errors.

The formulas are those of `regression` and `adjusted_means`; a trial that they would refuse has nan.
"""

from __future__ import annotations

import numpy as np

from stegvis.methods.analysis import many
from stegvis.methods.analysis.imputed_ancova import POWERS
from stegvis.methods.analysis.simulate import Results

from .views import View, results
from .worlds import Array


def change(of: View, *, variances: str = "pooled") -> Results:
    """Difference in mean change with a t interval: pooled variance, or Welch's."""
    y = of.after - of.before
    if variances == "pooled":
        found = many.pooled_t_many(y, of.first, of.level)
        return Results(found.estimate, found.low, found.high, found.p)
    parts = [_mean(y[:, who]) for who in (of.first, ~of.first)]
    squares = [spread / n for _, spread, n in parts]
    with np.errstate(invalid="ignore", divide="ignore"):
        df = sum(squares) ** 2 / sum(s**2 / (n - 1) for s, (_, _, n) in zip(squares, parts, strict=True))
    return results(parts[0][0] - parts[1][0], np.sqrt(sum(squares)), df, of.level)


def _mean(y: Array) -> tuple[Array, Array, Array]:
    """Mean, variance and number of the values that there are, trial by trial."""
    known = np.isfinite(y)
    n = known.sum(axis=1).astype(np.float64)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(known, y, 0.0).sum(axis=1) / n
        spread = np.where(known, (y - mean[:, None]) ** 2, 0.0).sum(axis=1) / (n - 1)
    return mean, spread, n


def mann_whitney(of: View) -> Array:
    """P of the test of change by ranks (B,): it has no estimate of a mean."""
    return many.mann_whitney_many(of.after - of.before, of.first).p


def ancova(of: View, *, errors: str = "HC3") -> Results:
    """The last occasion adjusted for the plan's covariates."""
    design = np.concatenate([_column(of, 1.0), _column(of, of.first), of.covariates], axis=2)
    return _coefficient(of, design, errors)


def interacted(of: View) -> Results:
    """Lin's regression: each arm its own slopes on covariates centred over who is counted; HC2 errors."""
    known = np.isfinite(of.after)[..., None]
    x = of.covariates
    with np.errstate(invalid="ignore", divide="ignore"):
        x = x - np.where(known, x, 0.0).sum(axis=1, keepdims=True) / known.sum(axis=1, keepdims=True)
    arm = _column(of, of.first)
    return _coefficient(of, np.concatenate([_column(of, 1.0), arm, x, x * arm], axis=2), "HC2")


def _column(of: View, values: object) -> Array:
    return np.broadcast_to(np.asarray(values, dtype=np.float64), of.before.shape)[..., None]


def _coefficient(of: View, design: Array, errors: str) -> Results:
    estimate, variance, df = coefficients(of.after, design, 1, errors)
    return results(estimate, np.sqrt(variance), df, of.level)


def coefficients(y: Array, design: Array, index: int, errors: str) -> tuple[Array, Array, Array]:
    """Coefficient `index` of y (B, n; nan left out) on x (B, n, p), its squared error (classical, HC2, HC3) and n − p."""
    known = np.isfinite(y)
    x, values = np.where(known[..., None], design, 0.0), np.where(known, y, 0.0)
    inverse, good = inverted(np.swapaxes(x, 1, 2) @ x)
    solver = inverse @ np.swapaxes(x, 1, 2)
    beta = (solver @ values[..., None])[..., 0]
    left = np.where(known, values - (x @ beta[..., None])[..., 0], 0.0)
    df = known.sum(axis=1) - float(x.shape[2])
    good &= df > 0
    if errors == "classical":
        variance = np.sum(left**2, axis=1) / np.where(df > 0, df, 1.0) * inverse[:, index, index]
    else:
        room = 1 - np.sum(x * np.swapaxes(solver, 1, 2), axis=2)
        good &= np.all(room > 1e-10, axis=1)
        room = np.maximum(room, 1e-10)
        variance = np.sum(left**2 * solver[:, index] ** 2 / room ** POWERS[errors], axis=1)
    return np.where(good, beta[:, index], np.nan), np.where(good, variance, np.nan), df


def inverted(product: Array) -> tuple[Array, np.ndarray]:
    """Inverses (B, p, p) of cross products, and where the columns are independent (as `imputed_ancova` judges)."""
    size = np.sqrt(np.maximum(np.diagonal(product, axis1=1, axis2=2), 0.0))
    unit = np.where(size > 0, size, 1.0)
    scaled = product / unit[:, :, None] / unit[:, None, :]
    good = np.all(size > 0, axis=1) & (np.linalg.eigvalsh(scaled)[:, 0] > 1e-12)
    safe = np.where(good[:, None, None], scaled, np.eye(product.shape[1]))
    return np.linalg.inv(safe) / unit[:, :, None] / unit[:, None, :], good
