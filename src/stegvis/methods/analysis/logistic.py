"""Logistic regression by maximum likelihood, which refuses separation instead of printing a large number.

Model: logit P(y = 1) = Xβ. When a hyperplane parts those with the outcome from those without, wholly or but for people
on it, the maximum likelihood estimate does not exist (Albert & Anderson, Biometrika 1984;71:1); programs that stop
when steps grow small then print a number that only tells where they stopped.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import optimize, special

from .refusals import NotEstimable
from .regression import Matrix
from .two_samples import Vector, vector

STEPS = 60
TOLERANCE = 1e-12
FAR = 12.0
"""A linear predictor beyond this (P under 0.000006) is looked at: is it separation, or is it rare?"""


@dataclass(frozen=True, slots=True)
class LogisticFit:
    """Coefficients (p,), fitted probabilities (n,), inverse information (p, p)."""

    beta: Vector
    fitted: Vector
    covariance: Matrix


def logistic(y: ArrayLike, x: ArrayLike) -> LogisticFit:
    """Fit by Newton's method (iteratively reweighted least squares); `y` 0 or 1 (n,), `x` with intercept (n, p).

    Raises NotEstimable for a constant outcome, a singular design, separation, or when the steps do not grow small.
    """
    outcome, design = vector(y), np.asarray(x, dtype=np.float64)
    if not np.all((outcome == 0) | (outcome == 1)):
        raise ValueError("a yes-or-no outcome is 0 or 1")
    _check(outcome, design)
    scale = np.linalg.norm(design, axis=0)
    scaled, beta = design / scale, np.zeros(design.shape[1])
    for _ in range(STEPS):
        fitted = special.expit(scaled @ beta)
        weights = fitted * (1 - fitted)
        information = (scaled.T * weights) @ scaled
        try:
            step = np.linalg.solve(information, scaled.T @ (outcome - fitted))
        except np.linalg.LinAlgError:
            break
        beta = beta + _shortened(step, beta, outcome, scaled)
        if np.max(np.abs(scaled @ beta)) > FAR and separated(outcome, design):
            raise _separated()
        if np.max(np.abs(step)) <= TOLERANCE * (1 + np.max(np.abs(beta))):
            return _finished(scaled, beta, scale)
    raise NotEstimable(
        "not_converged",
        f"The logistic model did not converge in {STEPS} steps, so it gives no number. Leave out a covariate in the plan.",
    )


def separated(y: ArrayLike, x: ArrayLike) -> bool:
    """Whether some b ≠ 0 has (2y − 1) xb ≥ 0 for everyone and > 0 for someone: complete or quasi-complete separation.

    By linear programming: maximise Σ(2y − 1)xb with −1 ≤ b ≤ 1; it is 0 exactly when there is an overlap.
    Source: Konis, Linear Programming Algorithms for Detecting Separated Data, thesis, Oxford 2007.
    """
    outcome, design = vector(y), np.asarray(x, dtype=np.float64)
    signed = (2 * outcome - 1)[:, None] * (design / np.linalg.norm(design, axis=0))
    result = optimize.linprog(
        -signed.sum(axis=0), A_ub=-signed, b_ub=np.zeros(outcome.size), bounds=(-1, 1), method="highs"
    )
    return bool(result.status == 0 and -result.fun > 1e-7)


def _shortened(step: Vector, beta: Vector, outcome: Vector, scaled: Matrix) -> Vector:
    """The step, halved while the likelihood would fall: Newton's method can leap over its maximum."""

    def likelihood(b: Vector) -> float:
        linear = scaled @ b
        return float(outcome @ linear - np.logaddexp(0.0, linear).sum())

    now = likelihood(beta)
    for _ in range(30):
        if likelihood(beta + step) >= now - 1e-10 * abs(now):
            break
        step = step / 2
    return step


def _finished(scaled: Matrix, beta: Vector, scale: Vector) -> LogisticFit:
    fitted = special.expit(scaled @ beta)
    inverse = np.linalg.inv((scaled.T * (fitted * (1 - fitted))) @ scaled)
    return LogisticFit(beta / scale, fitted, np.asarray(inverse / np.outer(scale, scale), dtype=np.float64))


def _check(outcome: Vector, design: Matrix) -> None:
    n, p = design.shape
    if n <= p:
        raise NotEstimable("too_few", f"The model has {p} terms and only {n} people. Wait for more answers.", n=n)
    if outcome.min() == outcome.max():
        raise NotEstimable("constant", "Everyone has the same answer in both arms, so there is nothing to model.")
    scale = np.linalg.norm(design, axis=0)
    if np.any(scale == 0) or np.linalg.matrix_rank(design / scale) < p:
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )


def _separated() -> NotEstimable:
    return NotEstimable(
        "separated",
        "The arm or a covariate tells the outcome of some people perfectly, so the logistic model has no estimate. "
        "Leave out that covariate, or use the difference over strata.",
    )
