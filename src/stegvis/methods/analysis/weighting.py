"""Weighting: people who stayed count for those like them who were lost.

Inverse-probability weighting: a logistic model of being observed gives each observed person the weight 1/π̂, stabilised
by the probability within the arm (Robins, Hernán & Brumback, Epidemiology 2000;11:550), truncated at quantiles (Cole &
Hernán, Am J Epidemiol 2008;168:656). The weighted analysis of covariance solves Σ R w x (y − xβ) = 0. The error comes
from all estimating equations stacked — both logistic models and the regression — and so knows that the weights are
estimated (Lunceford & Davidian, Stat Med 2004;23:2937; Stefanski & Boos, Am Stat 2002;56:29): A⁻¹ B A⁻ᵀ with A the sum
of the derivatives and B the sum of the outer products.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from .estimates import Estimate, wald
from .logistic import logistic
from .logistic_fits import fit_all
from .refusals import NotEstimable

Array = NDArray[np.float64]

ERRORS = {
    "stacked": "stacked sandwich",
    "stacked, n/(n − p)": "stacked sandwich, n/(n − p)",
    "jackknife": "jackknife over people, weights fitted anew",
}


@dataclass(frozen=True, slots=True)
class Weights:
    """Weight of each person (n,), zero for those who were lost, and what it was made of.

    `chance` and `chance_by_arm` (n,) are the fitted probabilities; `free` tells whose weight was not truncated.
    """

    weight: Array
    chance: Array
    chance_by_arm: Array
    free: NDArray[np.bool_]
    design: Array
    by_arm: Array

    @property
    def effective(self) -> float:
        """(Σw)² / Σw²: how many equally weighted people would be as precise (Kish)."""
        return float(self.weight.sum() ** 2 / np.sum(self.weight**2))


def observation_weights(
    observed: ArrayLike, indicators: ArrayLike, predictors: ArrayLike, *, stabilised: bool = True,
    truncate: tuple[float, float] | None = (0.01, 0.99),
) -> Weights:  # fmt: skip
    """Weights from logistic models of being observed: arms and `predictors` below, arms above when `stabilised`.

    `indicators` (n, arms − 1); `predictors` (n, k) complete, with whatever interactions the plan names. `truncate` are
    the quantiles (Hyndman–Fan type 7, of the observed people's weights) beyond which weights are set to the quantile.
    Raises NotEstimable when no one or everyone is missing, or when the predictors are collinear or separate.
    """
    seen = np.asarray(observed, dtype=np.float64)
    arms, table = (np.asarray(one, dtype=np.float64).reshape(seen.size, -1) for one in (indicators, predictors))
    if not np.all(np.isfinite(table)):
        raise NotEstimable(
            "predictor_gap", "A predictor of being observed has gaps. Leave it out of the plan, or impute it first."
        )
    if seen.all():
        raise NotEstimable("nothing_missing", "No one is missing, so there is nothing to weight by.")
    by_arm = np.column_stack([np.ones(seen.size), arms])
    design = np.column_stack([by_arm, table - table.mean(axis=0)])
    chance = logistic(seen, design).fitted
    above = _share_by_arm(seen, by_arm) if stabilised else np.ones(seen.size)
    raw = above / chance
    low, high = np.quantile(raw[seen > 0], truncate) if truncate else (0.0, np.inf)
    weight = np.clip(raw, low, high)
    return Weights(weight * seen, chance, above, weight == raw, design, by_arm if stabilised else by_arm[:, :0])


def _share_by_arm(seen: Array, by_arm: Array) -> Array:
    """The share seen in everybody's arm (n,): what a logistic model of the arms alone fits, and refused where it would be."""
    arm = np.unique(by_arm, axis=0, return_inverse=True)[1].reshape(-1)
    share = (np.bincount(arm, weights=seen) / np.bincount(arm))[arm]
    if share.min() == 0 or share.max() == 1:
        return logistic(seen, by_arm).fitted
    return np.asarray(share)


def weighted_ancova(
    outcome: ArrayLike, arms: Sequence[str], covariates: ArrayLike, predictors: ArrayLike, *, arm: str, reference: str,
    stabilised: bool = True, truncate: tuple[float, float] | None = (0.01, 0.99), errors: str = "stacked, n/(n − p)",
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """`arm` − `reference` in the outcome (n,; lost people NaN), adjusted for `covariates` (n, c), weighted.

    `errors`: `stacked` equations, in which truncation quantiles count as known; `stacked, n/(n − p)`, its variance times
    n/(n − p), n the observed people and p the terms of the regression (as HC1 does); `jackknife`, everything fitted again
    without each person, quantiles too. t with n − p degrees of freedom. In 1,500 simulated trials of 129 people, 36 per
    cent lost, 95 per cent intervals of the last two covered in 93.6 and 94.5 per cent. `numbers`: mean and largest
    weight, effective number of people, how many weights were truncated, and `se_known`, the sandwich that takes the
    weights as known.
    """
    y, codes = np.asarray(outcome, dtype=np.float64), np.asarray(arms)
    seen = np.isfinite(y)
    if errors not in ERRORS:
        raise ValueError(f"unknown kind of standard error {errors!r}; known: {'; '.join(ERRORS)}")
    if not np.any(seen & (codes == arm)) or not np.any(seen & (codes == reference)):
        raise NotEstimable("empty", "One of the two arms has no one with a value. Wait for more answers.")
    others = [one for one in sorted(set(arms)) if one != reference]
    indicators = (codes[:, None] == np.array(others)).astype(np.float64)
    weights = observation_weights(seen, indicators, predictors, stabilised=stabilised, truncate=truncate)
    table = np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
    design = np.column_stack([np.ones(y.size), indicators, table - table.mean(axis=0)])
    filled, index = np.where(seen, y, 0.0), 1 + others.index(arm)
    beta, stacked, known = _solve(filled, design, seen.astype(np.float64), weights)
    df = int(seen.sum()) - design.shape[1]
    variance = float(stacked[index, index])
    if errors == "jackknife":
        variance = _jackknife(filled, design, seen, weights, index, truncate)
    elif errors != "stacked":
        variance *= seen.sum() / df
    numbers = _told(weights, seen) | {"se_known": float(np.sqrt(known[index, index]))}
    people = {one: int(np.sum(seen & (codes == one))) for one in (arm, reference)}
    name = _named(stabilised, truncate, errors)
    return wald(name, float(beta[index]), float(np.sqrt(variance)), df, level=level, n=people, numbers=numbers)


def _told(weights: Weights, seen: NDArray[np.bool_]) -> dict[str, float]:
    used = weights.weight[seen]
    return {
        "mean_weight": float(used.mean()),
        "largest_weight": float(used.max()),
        "effective_people": weights.effective,
        "truncated": float(np.sum(~weights.free & seen)),
    }


def _named(stabilised: bool, truncate: tuple[float, float] | None, errors: str) -> str:
    kind = "stabilised " if stabilised else ""
    cut = f"truncated at quantiles {truncate[0]:g} and {truncate[1]:g}" if truncate else "not truncated"
    return f"inverse-probability weighted analysis of covariance, {kind}weights {cut}, {ERRORS[errors]}"


def _jackknife(
    y: Array, x: Array, seen: NDArray[np.bool_], weights: Weights, index: int, truncate: tuple[float, float] | None
) -> float:
    """(n − 1)/n Σ (θ₋i − θ̄)² over everyone, those who were lost too."""
    n, p = x.shape
    left = 1 - np.eye(n)
    chance = fit_all(seen, np.broadcast_to(weights.design, (n, *weights.design.shape)), left).fitted
    raw = 1 / chance
    if weights.by_arm.shape[1]:
        raw = raw * fit_all(seen, np.broadcast_to(weights.by_arm, (n, *weights.by_arm.shape)), left).fitted
    used = seen & (left > 0)
    if truncate:
        low, high = np.nanquantile(np.where(used, raw, np.nan), truncate, axis=1)
        raw = np.clip(raw, low[:, None], high[:, None])
    w = raw * used
    information = (w[:, None] @ (x[:, :, None] * x[:, None, :]).reshape(n, p * p)).reshape(n, p, p)
    effects = np.linalg.solve(information, ((w * y)[:, None] @ x)[:, 0, :, None])[:, index, 0]
    return float((n - 1) / n * np.sum((effects - effects.mean()) ** 2))


def _solve(y: Array, x: Array, seen: Array, weights: Weights) -> tuple[Array, Array, Array]:
    """β, its covariance from the stacked equations, and the one with known weights."""
    w, information = weights.weight, (x * weights.weight[:, None]).T @ x
    if np.linalg.matrix_rank(x[seen > 0]) < x.shape[1]:
        raise NotEstimable(
            "singular", "Two terms of the model cannot be told apart. Leave out a covariate in the plan."
        )
    beta = np.asarray(np.linalg.solve(information, x.T @ (w * y)), dtype=np.float64)
    residual = x * (y - x @ beta)[:, None]
    score = residual * w[:, None]
    bread = np.linalg.inv(information)
    influence = score.copy()
    for design, chance, sign in ((weights.design, weights.chance, -1.0), (weights.by_arm, weights.chance_by_arm, 1.0)):
        if not design.shape[1]:
            continue
        slope = sign * w * (1 - chance) * weights.free
        across = residual.T @ (design * slope[:, None])
        inner = (design * (chance * (1 - chance))[:, None]).T @ design
        influence += (design * (seen - chance)[:, None]) @ np.linalg.solve(inner, across.T)
    return beta, bread @ influence.T @ influence @ bread, bread @ score.T @ score @ bread
