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
from .refusals import NotEstimable

Array = NDArray[np.float64]


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
    above = logistic(seen, by_arm).fitted if stabilised else np.ones(seen.size)
    raw = above / chance
    low, high = np.quantile(raw[seen > 0], truncate) if truncate else (0.0, np.inf)
    weight = np.clip(raw, low, high)
    return Weights(weight * seen, chance, above, weight == raw, design, by_arm if stabilised else by_arm[:, :0])


def weighted_ancova(
    outcome: ArrayLike, arms: Sequence[str], covariates: ArrayLike, predictors: ArrayLike, *, arm: str, reference: str,
    stabilised: bool = True, truncate: tuple[float, float] | None = (0.01, 0.99), small_sample: bool = True,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """`arm` − `reference` in the outcome (n,; lost people NaN), adjusted for `covariates` (n, c), weighted.

    t with observed people − terms degrees of freedom; `small_sample` multiplies the variance by n/(n − p), n the
    observed people and p the terms of the regression (as HC1 does). Truncation quantiles count as known. `numbers`:
    mean and largest weight, effective number of people, how many weights were truncated, and the error `se_known` that
    takes the weights as known.
    """
    y, codes = np.asarray(outcome, dtype=np.float64), np.asarray(arms)
    seen = np.isfinite(y)
    if not np.any(seen & (codes == arm)) or not np.any(seen & (codes == reference)):
        raise NotEstimable("empty", "One of the two arms has no one with a value. Wait for more answers.")
    others = [one for one in sorted(set(arms)) if one != reference]
    indicators = (codes[:, None] == np.array(others)).astype(np.float64)
    table = np.asarray(covariates, dtype=np.float64).reshape(y.size, -1)
    weights = observation_weights(seen, indicators, predictors, stabilised=stabilised, truncate=truncate)
    design = np.column_stack([np.ones(y.size), indicators, table - table.mean(axis=0)])
    beta, stacked, known = _solve(np.where(seen, y, 0.0), design, seen.astype(np.float64), weights)
    index, p, n = 1 + others.index(arm), design.shape[1], int(seen.sum())
    correction = n / (n - p) if small_sample else 1.0
    se, se_known = (float(np.sqrt(v[index, index] * correction)) for v in (stacked, known))
    used = weights.weight[seen]
    numbers = {
        "mean_weight": float(used.mean()),
        "largest_weight": float(used.max()),
        "effective_people": weights.effective,
        "truncated": float(np.sum(~weights.free & seen)),
        "se_known": se_known,
    }
    people = {one: int(np.sum(seen & (codes == one))) for one in (arm, reference)}
    name = _named(stabilised, truncate, small_sample)
    return wald(name, float(beta[index]), se, n - p, level=level, n=people, numbers=numbers)


def _named(stabilised: bool, truncate: tuple[float, float] | None, small_sample: bool) -> str:
    kind = "stabilised " if stabilised else ""
    cut = f"truncated at quantiles {truncate[0]:g} and {truncate[1]:g}" if truncate else "not truncated"
    factor = ", n/(n − p)" if small_sample else ""
    return f"inverse-probability weighted analysis of covariance, {kind}weights {cut}, stacked sandwich{factor}"


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
