"""Adjusted risks: what share would have the outcome if everybody were in one arm, by g-computation.

Model: logit P(y = 1) = β0 + β1 z + x'γ; the risk of arm a is θ_a = mean over everyone of μ_a(x_i), the fitted probability
with z set to a. The estimand is the unconditional (marginal) difference or ratio, as without covariates, with less
noise. Because the link is canonical and the arm is a term, the difference stays consistent when the model is wrong.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import special

from .estimates import Estimate, wald
from .logistic import logistic
from .refusals import NotEstimable
from .regression import Matrix
from .two_samples import Vector, t_critical, vector

KINDS = {
    "Ye": "unconditional, robust to the model (Ye et al. 2023)",
    "stacked": "unconditional, stacked estimating equations",
    "Ge": "delta method, given the covariates (Ge et al. 2011)",
}


@dataclass(frozen=True, slots=True)
class Risks:
    """θ1 and θ0 with their covariance (2, 2) by one of `KINDS`, and the people by arm."""

    first: float
    second: float
    covariance: Matrix
    errors: str
    n1: int
    n0: int


def standardised_risks(
    outcome: ArrayLike, first: Sequence[bool], covariates: ArrayLike | None = None, *, errors: str = "Ye"
) -> Risks:
    """Risks of both arms; `outcome` 0 or 1 (n,), `first` whether in the compared arm, `covariates` (n, k) or None.

    errors="Ye": var_aa = s²_a(y − μ_a)/π_a + 2 cov_a(y, μ_a) − s²(μ_a), var_10 = cov_1(y, μ_0) + cov_0(y, μ_1)
    − cov(μ_1, μ_0), over n; s_a within the arm, s over everyone (Ye, Bannick, Yi & Shao, Stat Theory Relat Fields
    2023;7:159). "stacked": Σφφ'/n² of the influence functions φ_a = μ_a − θ_a + D_a'I⁻¹ s. "Ge": D'I⁻¹D with
    D_a = mean of μ_a(1 − μ_a)x (Ge et al., Drug Inf J 2011;45:481); it takes the covariates as fixed, so it is too
    small for a difference in the population. Raises NotEstimable for an empty arm and as `logistic`.
    """
    if errors not in KINDS:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: {', '.join(KINDS)}")
    y, z = vector(outcome), np.asarray(first, dtype=bool)
    n1 = int(z.sum())
    if min(n1, z.size - n1) < 2:
        raise NotEstimable("empty", "One of the two arms has fewer than 2 people with an answer. Wait for more.")
    x = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
    design = np.column_stack([np.ones(y.size), z.astype(np.float64), x])
    fit = logistic(y, design)
    mu, gradient = _counterfactual(design, fit.beta)
    if errors == "Ye":
        covariance = _ye(y, z, mu)
    elif errors == "Ge":
        covariance = gradient @ fit.covariance @ gradient.T
    else:
        score = design * (y - fit.fitted)[:, None]
        influence = (mu - mu.mean(axis=1, keepdims=True)) / y.size + gradient @ fit.covariance @ score.T
        covariance = influence @ influence.T
    return Risks(float(mu[0].mean()), float(mu[1].mean()), covariance, errors, n1, y.size - n1)


def adjusted_difference(risks: Risks, level: float = 0.95) -> Estimate:
    """θ1 − θ0 with a normal interval."""
    v = risks.covariance
    se = float(np.sqrt(max(v[0, 0] + v[1, 1] - 2 * v[0, 1], 0.0)))
    numbers = {"risk1": risks.first, "risk0": risks.second}
    method = f"risk difference, logistic g-computation, {KINDS[risks.errors]}, normal"
    n = {"compared": risks.n1, "reference": risks.n0}
    return wald(method, risks.first - risks.second, se, float("inf"), level=level, n=n, numbers=numbers)


def adjusted_log_ratio(risks: Risks, level: float = 0.95) -> Estimate:
    """ln(θ1/θ0) with a normal interval; var = v11/θ1² + v00/θ0² − 2 v10/(θ1 θ0). `numbers` holds the ratio itself."""
    v, one, zero = risks.covariance, risks.first, risks.second
    se = float(np.sqrt(max(v[0, 0] / one**2 + v[1, 1] / zero**2 - 2 * v[0, 1] / (one * zero), 0.0)))
    method = f"ln risk ratio, logistic g-computation, {KINDS[risks.errors]}, normal"
    n = {"compared": risks.n1, "reference": risks.n0}
    log, half = float(np.log(one / zero)), t_critical(level, float("inf")) * se
    numbers = {"ratio": one / zero, "ratio_low": float(np.exp(log - half)), "ratio_high": float(np.exp(log + half))}
    return wald(method, log, se, float("inf"), level=level, n=n, numbers=numbers)


def _counterfactual(design: Matrix, beta: Vector) -> tuple[Matrix, Matrix]:
    """μ_1 and μ_0 (2, n), and the gradients of their means (2, p)."""
    mu, gradient = [], []
    for value in (1.0, 0.0):
        there = design.copy()
        there[:, 1] = value
        fitted = special.expit(there @ beta)
        mu.append(fitted)
        gradient.append((there * (fitted * (1 - fitted))[:, None]).mean(axis=0))
    return np.array(mu), np.array(gradient)


def _ye(y: Vector, z: np.ndarray, mu: Matrix) -> Matrix:
    def cov(u: Vector, v: Vector) -> float:
        return float(np.cov(u, v)[0, 1])

    arms, everyone = (z, ~z), np.cov(mu)
    result = np.empty((2, 2))
    for a, chosen in enumerate(arms):
        share = float(chosen.mean())
        spread = float(np.var(y[chosen] - mu[a, chosen], ddof=1)) / share
        result[a, a] = spread + 2 * cov(y[chosen], mu[a, chosen]) - everyone[a, a]
    result[0, 1] = cov(y[z], mu[1, z]) + cov(y[~z], mu[0, ~z]) - everyone[0, 1]
    result[1, 0] = result[0, 1]
    return result / y.size
