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
    "Ye-RobinCar": "unconditional, robust to the model (Ye et al. 2023, variance decomposed as RobinCar)",
    "stacked": "unconditional, stacked estimating equations",
    "Ge": "delta method, given the covariates (Ge et al. 2011), model-based",
    "Ge-HC0": "delta method, given the covariates (Ge et al. 2011), HC0",
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
    outcome: ArrayLike,
    first: Sequence[bool],
    covariates: ArrayLike | None = None,
    *,
    errors: str = "Ye",
    strata: Sequence[str] | None = None,
) -> Risks:
    """Risks of both arms; `outcome` 0 or 1 (n,), `first` whether in the compared arm, `covariates` (n, k) or None.

    errors="Ye": var_aa = s²_a(y − μ_a)/π_a + 2 cov_a(y, μ_a) − s²(μ_a), var_10 = cov_1(y, μ_0) + cov_0(y, μ_1)
    − cov(μ_1, μ_0), over n; s_a within the arm, s over everyone (Ye, Bannick, Yi & Shao, Stat Theory Relat Fields
    2023;7:159). "Ye-RobinCar" takes s²_a(y) − 2 cov_a(y, μ_a) + s²(μ_a) for s²_a(y − μ_a), as the package RobinCar does.
    With `strata` (n,), those of permuted blocks, both lose Σ_s P(s) R_s (diag π − ππ') R_s, R_s = diag of mean
    residuals by arm over π_a (Ye, Shao, Yi & Zhao, J Am Stat Assoc 2023;118:2370). "stacked": Σφφ'/n² of the influence
    functions φ_a = μ_a − θ_a + D_a'I⁻¹ s. "Ge": D'I⁻¹D with D_a = mean of μ_a(1 − μ_a)x (Ge et al., Drug Inf J
    2011;45:481), "Ge-HC0" with the sandwich for I⁻¹; they take the covariates as fixed, so they are too small for a
    difference in the population. Raises NotEstimable for an empty arm and as `logistic`.
    """
    y, z = vector(outcome), np.asarray(first, dtype=bool)
    _check(errors, strata, z)
    x = np.empty((y.size, 0)) if covariates is None else np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
    design = np.column_stack([np.ones(y.size), z.astype(np.float64), x])
    fit = logistic(y, design)
    mu, gradient = _counterfactual(design, fit.beta)
    if errors.startswith("Ye"):
        covariance = _ye(y, z, mu, decomposed=errors != "Ye")
        if strata is not None:
            covariance = covariance - _by_blocks(y - fit.fitted, z, np.asarray(strata)) / y.size
    else:
        covariance = _by_delta(errors, design * (y - fit.fitted)[:, None], fit.covariance, mu, gradient)
    return Risks(float(mu[0].mean()), float(mu[1].mean()), covariance, errors, int(z.sum()), int((~z).sum()))


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


def _check(errors: str, strata: Sequence[str] | None, z: np.ndarray) -> None:
    if errors not in KINDS:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: {', '.join(KINDS)}")
    if strata is not None and not errors.startswith("Ye"):
        raise ValueError("strata of the allocation are taken into account by the errors of Ye only")
    if min(int(z.sum()), int((~z).sum())) < 2:
        raise NotEstimable("empty", "One of the two arms has fewer than 2 people with an answer. Wait for more.")


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


def _by_delta(errors: str, score: Matrix, inverse: Matrix, mu: Matrix, gradient: Matrix) -> Matrix:
    """Delta method from the model (Ge), the sandwich (Ge-HC0), or everything that varies (stacked)."""
    if errors == "Ge":
        return np.asarray(gradient @ inverse @ gradient.T, dtype=np.float64)
    influence = gradient @ inverse @ score.T
    if errors == "stacked":
        influence = influence + (mu - mu.mean(axis=1, keepdims=True)) / mu.shape[1]
    return np.asarray(influence @ influence.T, dtype=np.float64)


def _ye(y: Vector, z: np.ndarray, mu: Matrix, *, decomposed: bool) -> Matrix:
    def cov(u: Vector, v: Vector) -> float:
        return float(np.cov(u, v)[0, 1])

    everyone = np.cov(mu)
    result = np.empty((2, 2))
    for a, chosen in enumerate((z, ~z)):
        together = cov(y[chosen], mu[a, chosen])
        if decomposed:
            spread = float(np.var(y[chosen], ddof=1)) - 2 * together + everyone[a, a]
        else:
            spread = float(np.var(y[chosen] - mu[a, chosen], ddof=1))
        result[a, a] = spread / float(chosen.mean()) + 2 * together - everyone[a, a]
    result[0, 1] = cov(y[z], mu[1, z]) + cov(y[~z], mu[0, ~z]) - everyone[0, 1]
    result[1, 0] = result[0, 1]
    return result / y.size


def _by_blocks(residuals: Vector, z: np.ndarray, strata: np.ndarray) -> Matrix:
    """What blocks within strata take away from n times the variance."""
    share = np.array([z.mean(), 1 - z.mean()])
    spread = np.diag(share) - np.outer(share, share)
    total = np.zeros((2, 2))
    for stratum in np.unique(strata):
        inside = strata == stratum
        parts = [residuals[inside & arm] for arm in (z, ~z)]
        if min(part.size for part in parts) == 0:
            raise NotEstimable(
                "no_stratum", "One stratum has people of one arm only. Join it with another, or leave the strata out."
            )
        scaled = np.array([part.mean() for part in parts]) / share
        total += float(inside.mean()) * spread * np.outer(scaled, scaled)
    return total
