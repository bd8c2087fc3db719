"""Adjusted means: each arm's least-squares mean after analysis of covariance, and differences adjusted as Lin does.

A least-squares mean is what the model expects of an arm if it held everybody: its row is the mean of all rows of the
design with the arm's indicators set (R's emmeans for a covariate at its mean; strata weigh as they were observed).

Lin's estimator (Ann Appl Stat 2013;7:295) lets every arm have its own slopes: y on arm, centred covariates and their
products. It never loses precision by adjusting, asymptotically, however the slopes differ. Its error is HC2 for the
people at hand. For people sampled from a population, the centring is estimated too and adds Δ'SΔ/n, Δ the difference
of the two arms' slopes and S the covariates' covariance (Ye, Shao, Yi & Zhao, JASA 2023;118:2370, ANHECOVA).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import ArrayLike

from .estimates import Estimate, wald
from .refusals import NotEstimable
from .regression import LeastSquares, Matrix, ancova_design, covariance, least_squares
from .two_samples import Vector, vector


def adjusted_means(
    outcome: ArrayLike,
    baseline: ArrayLike,
    arms: Sequence[str],
    strata: Sequence[str],
    *,
    reference: str,
    errors: str = "HC3",
    level: float = 0.95,
) -> Mapping[str, Estimate]:
    """The least-squares mean of every arm with its t(n − p) interval, from the model of `regression.ancova`."""
    if reference not in arms:
        raise NotEstimable("empty", "The reference arm has no person with both values. Wait for more answers.")
    design, compared = ancova_design(arms, reference, baseline, strata)
    fit = least_squares(outcome, design)
    spread = covariance(fit, design, errors)
    middle = design.mean(axis=0)
    found = {}
    for arm in (reference, *compared):
        row = middle.copy()
        row[1 : 1 + len(compared)] = [one == arm for one in compared]
        words = f"Least-squares mean, analysis of covariance, covariates as observed; {errors} errors, t(n − p)"
        found[arm] = _estimate(words, fit, spread, row, {arm: sum(one == arm for one in arms)}, level)
    return found


def interacted(
    outcome: ArrayLike,
    covariates: ArrayLike,
    arms: Sequence[str],
    *,
    arm: str,
    reference: str,
    population: bool = False,
    level: float = 0.95,
) -> Estimate:
    """The difference `arm` − `reference` by Lin's fully interacted regression on `covariates` (n, k); t(n − p).

    Every arm has its own slopes. HC2 errors; with `population` the error also covers that the covariates were sampled.
    Strata enter as indicators (`visit_model.indicators`). Refused for an arm without people, a singular design (an arm
    that lacks a stratum), leverage 1, and when the model explains every value.
    """
    if arm not in arms or reference not in arms:
        raise NotEstimable("empty", "One of the two arms has no person with all values. Wait for more answers.")
    x = np.asarray(covariates, dtype=np.float64).reshape(len(arms), -1)
    centred = x - x.mean(axis=0)
    compared = [one for one in sorted(set(arms)) if one != reference]
    belongs = np.column_stack([np.array([a == one for a in arms], dtype=np.float64) for one in compared])
    products = [centred * belongs[:, [j]] for j in range(len(compared))]
    design = np.column_stack([np.ones(len(arms)), belongs, centred, *products])
    fit = least_squares(outcome, design)
    spread = covariance(fit, design, "HC2")
    place, k = compared.index(arm), x.shape[1]
    row = np.zeros(design.shape[1])
    row[1 + place] = 1
    added = 0.0
    if population and k:
        first = 1 + len(compared) + k * (1 + place)
        slopes = fit.beta[first : first + k]
        added = float(slopes @ np.atleast_2d(np.cov(x, rowvar=False)) @ slopes) / len(arms)
    words = "Lin's interacted regression; HC2 errors" + (" with the covariates' sampling" if population else "")
    n = {one: sum(a == one for a in arms) for one in (arm, reference)}
    return _estimate(f"{words}, t(n − p)", fit, spread, row, n, level, added)


def _estimate(
    words: str, fit: LeastSquares, spread: Matrix, row: Vector, n: Mapping[str, int], level: float, added: float = 0.0
) -> Estimate:
    refuse_a_perfect_fit(fit)
    se = float(np.sqrt(row @ spread @ row + added))
    return wald(
        words, float(row @ fit.beta), se, fit.df, level=level, n=n, numbers={"people": float(fit.residuals.size)}
    )


def refuse_a_perfect_fit(fit: LeastSquares) -> None:
    """A model that explains every value leaves nothing to estimate an error from."""
    largest = float(np.abs(vector(fit.residuals)).max())
    if largest < 1e-10 * max(1.0, float(np.abs(fit.beta).max())):
        raise NotEstimable("constant", "The model explains every value exactly, so its error cannot be estimated.")
