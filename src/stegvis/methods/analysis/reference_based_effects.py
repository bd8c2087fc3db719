"""Effects under reference-based imputation: the difference between two arms at a visit, with one of several errors.

The analysis of each filled data set is an analysis of covariance at one visit: intercept, arms, covariates. Its error:

`jackknife`, `bootstrap`  conditional mean imputation, one filled data set, refitted without each person or in bootstrap
    samples by arm (Wolbers et al., Pharm Stat 2022;21:1246): the frequentist error, right under repeated sampling;
`anchored`  the same jackknife with the imputation missing at random plus the fixed difference that the strategy makes
    in these data (Lu, Stat Med 2021;40:5159): the information-anchored error;
`approximate Bayes`  each imputation is drawn from the model fitted in a bootstrap sample by arm, pooled by Rubin's
    rules (as `rbmi`'s method of that name): anchored too;
`bootstrap then multiple imputation`  a few imputations of each bootstrap sample (von Hippel & Bartlett, Stat Sci
    2021;36:400): frequentist.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from .estimates import Estimate, wald
from .multivariate_normal import NormalFit
from .pooling import boot_mi, pool
from .reference_based import STRATEGIES, Array, Visits, fit, impute
from .refusals import NotEstimable
from .resampling import bootstrap_counts, bootstrap_rows, children

NAMES = {
    "MAR": "missing at random",
    "JR": "jump to reference",
    "CR": "copy reference",
    "CIR": "copy increments in reference",
    "LMCF": "last mean carried forward",
}


@dataclass(frozen=True, slots=True)
class Refits:
    """The model fitted to everyone (first) and to each resample: weights (1 + R, n) and fits (1 + R, …).

    `kind` is jackknife, bootstrap or approximate Bayes. One set of refits serves every strategy and visit.
    """

    kind: str
    trial: Visits
    weights: Array
    model: NormalFit


def jackknife(trial: Visits, *, tolerance: float = 1e-9) -> Refits:
    """Fit the model with everyone, and without each person in turn.

    `tolerance` ends the refits; 1e-4 takes two fifths off their time and moves the error by less than one part in
    10,000, which is enough for simulation.
    """
    n = len(trial.arms)
    weights = np.vstack([np.ones(n), 1 - np.eye(n)])
    return _refits("jackknife", trial, weights, tolerance)


def bootstrap(trial: Visits, samples: int, seed: np.random.SeedSequence) -> Refits:
    """Fit the model with everyone and in `samples` bootstrap samples, drawn within each arm."""
    return _refits(
        "bootstrap", trial, np.vstack([np.ones(len(trial.arms)), bootstrap_counts(trial.arms, samples, seed)])
    )


def _refits(kind: str, trial: Visits, weights: Array, tolerance: float = 1e-9) -> Refits:
    whole = fit(trial, weights[:1])
    model = fit(trial, weights, whole.sigma[0], near=kind == "jackknife", tolerance=tolerance)
    return Refits(kind, trial, weights, model)


def conditional_mean_effect(
    refits: Refits, *, arm: str, visit: int = -1, strategy: str | Sequence[str] | None = None,
    anchored: bool = False, level: float = 0.95,
) -> Estimate:  # fmt: skip
    """`arm` − reference at `visit` by conditional mean imputation; normal interval with the error of `refits`.

    `strategy` may differ from the one the model was fitted under as long as no observed value enters or leaves the
    model by it. Jackknife: √((n − 1)/n Σ(θ₋i − θ̄)²); bootstrap: the standard deviation over the samples.
    """
    trial = _under(refits.trial, strategy)
    filled = impute(trial, refits.model)
    if anchored:
        at_random = impute(trial.under("MAR"), refits.model)
        filled = at_random + (filled[:1] - at_random[:1])
    effects, _ = analysis(trial, filled[:, :, visit], refits.weights, arm)
    others = effects[1:] - effects[1:].mean()
    r = others.size
    squared = (r - 1) / r * np.sum(others**2) if refits.kind == "jackknife" else np.sum(others**2) / (r - 1)
    name = f"{_named(trial)}, conditional mean imputation, {refits.kind}{', information anchored' if anchored else ''}"
    numbers = {"refits": float(r)}
    return wald(
        name, float(effects[0]), float(np.sqrt(squared)), np.inf, level=level, n=_people(trial), numbers=numbers
    )


def approximate_bayes_effect(
    trial: Visits, *, arm: str, imputations: int, seed: np.random.SeedSequence, visit: int = -1, level: float = 0.95
) -> Estimate:
    """`arm` − reference at `visit` by multiple imputation: m bootstrap fits, one draw from each, Rubin's rules."""
    drawn, noise = children(seed, 2)
    weights = bootstrap_counts(trial.arms, imputations, drawn)
    whole = fit(trial, np.ones((1, len(trial.arms))))
    model = fit(trial, weights, whole.sigma[0])
    filled = impute(trial, model, np.random.default_rng(noise))
    effects, variances = analysis(trial, filled[:, :, visit], np.ones_like(weights), arm)
    name = f"{_named(trial)}, multiple imputation by bootstrap REML fits (approximate Bayes)"
    df = len(trial.arms) - trial.design.shape[1]
    return pool(effects, variances, df_complete=df, n=_people(trial), level=level, method=name)


def boot_mi_effect(
    trial: Visits, *, arm: str, bootstraps: int, seed: np.random.SeedSequence, imputations: int = 2, visit: int = -1,
    level: float = 0.95,
) -> Estimate:  # fmt: skip
    """`arm` − reference at `visit`: each bootstrap sample by arm is fitted, and filled `imputations` times.

    The frequentist error of von Hippel & Bartlett 2021, by multiple imputation (`pooling.boot_mi`).
    """
    drawn, noise = children(seed, 2)
    weights = bootstrap_counts(trial.arms, bootstraps, drawn)
    model = fit(trial, weights, fit(trial, np.ones((1, len(trial.arms)))).sigma[0])
    generator = np.random.default_rng(noise)
    effects = np.empty((bootstraps, imputations))
    for b, counts in enumerate(weights):
        sample = trial.people(bootstrap_rows(counts))
        same = np.zeros(imputations, dtype=np.intp) + b
        one = NormalFit(model.beta[same], model.sigma[same], model.minus_two_log_likelihood[same])
        filled = impute(sample, one, generator)[:, :, visit]
        effects[b], _ = analysis(sample, filled, np.ones_like(filled), arm)
    return boot_mi(effects, n=_people(trial), level=level, method=f"{_named(trial)}, REML fits")


def analysis(trial: Visits, outcome: Array, weights: Array, arm: str) -> tuple[Array, Array]:
    """Analysis of covariance of each of F outcomes (F, n): the effect of `arm` and its classical squared error.

    `weights` (F, n) count people; the squared error is right for weights of 0 and 1 or whole numbers.
    """
    if arm not in trial.order[1:]:
        raise NotEstimable("empty", "The compared arm has no one, or is the reference. Choose another in the plan.")
    design, index = trial.design, trial.order.index(arm)
    n, q = design.shape
    # one small product for each fit: a single large one may differ in its last bit with the number of threads
    products = (weights[:, None] @ (design[:, :, None] * design[:, None, :]).reshape(n, q * q)).reshape(-1, q, q)
    inverse = np.linalg.inv(products)
    beta = ((weights * outcome)[:, None] @ design @ inverse)[:, 0]
    residuals = outcome - (beta[:, None] @ design.T)[:, 0]
    variance = np.sum(weights * residuals**2, axis=1) / (weights.sum(axis=1) - q)
    return beta[:, index], inverse[:, index, index] * variance


def _under(trial: Visits, strategy: str | Sequence[str] | None) -> Visits:
    if strategy is None:
        return trial
    other = trial.under(strategy)
    if not np.array_equal(trial.modelled, other.modelled, equal_nan=True):
        raise ValueError("this strategy changes which observed values the model sees: fit it anew")
    return other


def _named(trial: Visits) -> str:
    filled = {trial.strategies[person] for person in np.flatnonzero(np.isnan(trial.outcome).any(axis=1))}
    used = [one for one in STRATEGIES if one in filled]
    names = [NAMES[one] for one in used] or [NAMES["MAR"]]
    covariance = "a covariance by arm" if trial.by_arm else "one covariance"
    return f"{' and '.join(names)}, multivariate normal by REML with {covariance}"


def _people(trial: Visits) -> dict[str, int]:
    return {arm: trial.arms.count(arm) for arm in trial.order}
