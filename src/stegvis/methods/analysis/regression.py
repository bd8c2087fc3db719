"""Regression: analysis of covariance by ordinary least squares, with heteroscedasticity-consistent errors.

Model: y = Xβ + ε; X has an intercept, one indicator per compared arm, the baseline value (centred) and one indicator
per further stratum. Centring changes the intercept only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .refusals import NotEstimable
from .two_samples import Vector, t_critical, t_two_sided_p, vector

Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class LeastSquares:
    """Coefficients (p,), residuals (n,), leverages (n,), (X'X)⁻¹ (p, p), residual degrees of freedom."""

    beta: Vector
    residuals: Vector
    leverage: Vector
    bread: Matrix
    df: int


@dataclass(frozen=True, slots=True)
class AdjustedDifference:
    """A coefficient of arm in the analysis of covariance, with one kind of standard error."""

    errors: str
    n1: int
    n0: int
    n: int
    estimate: float
    se: float
    df: int
    t: float
    p: float
    low: float
    high: float
    level: float


def least_squares(y: ArrayLike, x: ArrayLike) -> LeastSquares:
    """Ordinary least squares by QR; refuses a design whose columns are not linearly independent."""
    outcome, design = vector(y), np.asarray(x, dtype=np.float64)
    n, p = design.shape
    if n <= p:
        raise NotEstimable("too_few", f"The model has {p} terms and only {n} people. Wait for more answers.", n=n)
    scale = np.linalg.norm(design, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < p:
        raise NotEstimable(
            "singular",
            "Two terms of the model cannot be told apart (a stratum without people, or one that holds a single arm). "
            "Leave out a covariate in the plan.",
        )
    q, r = np.linalg.qr(design)
    beta = np.linalg.solve(r, q.T @ outcome)
    inverse = np.linalg.inv(r)
    return LeastSquares(beta, outcome - design @ beta, np.sum(q**2, axis=1), inverse @ inverse.T, n - p)


def ordinary(y: ArrayLike, x: ArrayLike) -> tuple[Vector, Vector]:
    """Least-squares coefficients (p,) and residuals (n,) of the rows where `y` is not nan (nan elsewhere).

    A start for iterative models, so it takes dependent columns too; it refuses values that `x` explains exactly, because
    no model can estimate an error from them.
    """
    outcome, design = np.asarray(y, dtype=np.float64), np.asarray(x, dtype=np.float64)
    seen = np.isfinite(outcome)
    beta = np.asarray(np.linalg.lstsq(design[seen], outcome[seen], rcond=None)[0], dtype=np.float64)
    residual = outcome - design @ beta
    if np.abs(residual[seen]).max() <= 1e-10 * np.abs(outcome[seen]).max():
        raise NotEstimable("constant", "The model explains every value exactly, so its error cannot be estimated.")
    return beta, residual


def covariance(fit: LeastSquares, x: ArrayLike, errors: str) -> Matrix:
    """Covariance of the coefficients: `classical` s²(X'X)⁻¹, or HC0 to HC3 (MacKinnon & White, J Econom 1985;29:305).

    HC0 takes the squared residuals as they are (White), HC1 times n/(n − p), HC2 divides each by 1 − h, HC3 by
    (1 − h)², h its leverage. HC2 and HC3 refuse a person of leverage 1.
    """
    design = np.asarray(x, dtype=np.float64)
    if errors == "classical":
        return fit.bread * float(fit.residuals @ fit.residuals / fit.df)
    powers = {"HC0": 0, "HC1": 0, "HC2": 1, "HC3": 2}
    if errors not in powers:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: classical, {', '.join(powers)}")
    room = 1 - fit.leverage
    if powers[errors] and np.any(room < 1e-10):
        raise NotEstimable(
            "leverage",
            "One person alone decides a term of the model (leverage 1), so its robust error does not exist. "
            "Leave out a covariate in the plan, or use classical errors.",
        )
    weights = fit.residuals**2 / (room ** powers[errors] if powers[errors] else 1)
    if errors == "HC1":
        weights = weights * (room.size / fit.df)
    return fit.bread @ (design.T * weights) @ design @ fit.bread


def ancova_design(
    arms: Sequence[str], reference: str, baseline: ArrayLike, strata: Sequence[str]
) -> tuple[Matrix, tuple[str, ...]]:
    """The design matrix and the compared arms, whose indicators are columns 1, 2, … (column 0 is the intercept)."""
    start = vector(baseline)
    compared = tuple(arm for arm in dict.fromkeys(sorted(arms)) if arm != reference)
    further = sorted(set(strata))[1:]
    columns = [np.ones(start.size)]
    columns += [np.array([arm == one for arm in arms], dtype=np.float64) for one in compared]
    columns.append(start - start.mean() if start.size else start)
    columns += [np.array([stratum == one for stratum in strata], dtype=np.float64) for one in further]
    return np.column_stack(columns), compared


def ancova(
    outcome: ArrayLike,
    baseline: ArrayLike,
    arms: Sequence[str],
    strata: Sequence[str],
    *,
    arm: str,
    reference: str,
    errors: str = "HC3",
    level: float = 0.95,
) -> AdjustedDifference:
    """The difference `arm` − `reference` in the outcome, adjusted for baseline and stratum; t with n − p df.

    All arms stay in the model. Source: Senn, Stat Med 2006;25:4334 (why the baseline belongs in); the errors as in
    `covariance`. Raises NotEstimable for a singular design or an arm without people.
    """
    if arm not in arms or reference not in arms:
        raise NotEstimable("empty", "One of the two arms has no person with both values. Wait for more answers.")
    design, compared = ancova_design(arms, reference, baseline, strata)
    fit = least_squares(outcome, design)
    index = 1 + compared.index(arm)
    estimate = float(fit.beta[index])
    se = float(np.sqrt(covariance(fit, design, errors)[index, index]))
    if se < 1e-12 * max(1.0, float(np.abs(vector(outcome)).max())):
        raise NotEstimable("constant", "The model explains every value exactly, so its error cannot be estimated.")
    half = t_critical(level, fit.df) * se
    return AdjustedDifference(
        errors=errors,
        n1=sum(one == arm for one in arms),
        n0=sum(one == reference for one in arms),
        n=len(arms),
        estimate=estimate,
        se=se,
        df=fit.df,
        t=estimate / se,
        p=t_two_sided_p(estimate / se, fit.df),
        low=estimate - half,
        high=estimate + half,
        level=level,
    )
