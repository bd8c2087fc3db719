"""Weighted: inverse-probability weighting with its jackknife, quickly enough for thousands of trials.

The estimator is `weighting.weighted_ancova` with stabilised weights, truncated at the first and last hundredth. Without one
person the logistic model moves by about 1/n, so two of Newton's steps from the whole fit settle its error to one part in 10,000;
the numerator of a weight, the share seen in an arm, needs no fit; and quantiles come from one sort.
"""

from __future__ import annotations

import numpy as np

from stegvis.methods.analysis import weighting
from stegvis.methods.analysis.crossproducts import triangle, unpacked
from stegvis.methods.analysis.refusals import NotEstimable
from stegvis.methods.analysis.simulate import Results

from . import modelled
from .views import View, results
from .worlds import Array, Bools

TRUNCATE = (0.01, 0.99)
STEPS = 2


def weighted(of: View, *, errors: str = "jackknife") -> Results:
    """The plan's weighting; the auxiliary outcomes at baseline are further predictors of being seen."""
    if errors != "jackknife":
        return modelled.weighted(of, errors=errors)
    covariates = of.covariates
    predictors = np.concatenate([covariates, of.auxiliaries], axis=2)
    found = np.full((3, len(of.after)), np.nan)
    for trial, y in enumerate(of.after):
        try:
            found[:, trial] = _one(y, of.first, covariates[trial], predictors[trial])
        except (NotEstimable, np.linalg.LinAlgError):  # the latter: without one person a model is singular
            continue
    return results(found[0], found[1], found[2], of.level)


def _one(y: Array, first: Bools, covariates: Array, predictors: Array) -> tuple[float, float, float]:
    """Estimate, jackknife error and degrees of freedom of one trial."""
    seen = np.isfinite(y)
    arm = first.astype(np.float64)
    whole = weighting.observation_weights(seen, arm[:, None], predictors, truncate=TRUNCATE)
    design = np.column_stack([np.ones(y.size), arm, covariates - covariates.mean(axis=0)])
    filled = np.where(seen, y, 0.0)
    estimate = _effects(filled, design, whole.weight[None])[0]
    effects = _effects(filled, design, _without(seen, arm, whole))
    n = y.size
    squared = (n - 1) / n * np.sum((effects - effects.mean()) ** 2)
    return float(estimate), float(np.sqrt(squared)), float(seen.sum() - design.shape[1])


def _effects(y: Array, x: Array, weights: Array) -> Array:
    """The arm's coefficient under each row of weights (r, n)."""
    n, p = x.shape
    information = (weights[:, None] @ (x[:, :, None] * x[:, None, :]).reshape(n, p * p)).reshape(-1, p, p)
    if np.linalg.matrix_rank(information[0]) < p:
        raise NotEstimable("singular", "Two terms of the model cannot be told apart. Leave out a covariate.")
    right = (weights * y) @ x
    return np.asarray(np.linalg.solve(information, right[..., None])[:, 1, 0])


def _without(seen: Bools, arm: Array, whole: weighting.Weights) -> Array:
    """The weights (n, n) when each person in turn is left out."""
    n = seen.size
    stays = 1 - np.eye(n)
    raw = _shares(seen, arm) / _chances(seen, whole)
    used = seen & (stays > 0)
    low, high = _quantiles(np.where(used, raw, np.inf), used.sum(axis=1))
    return np.clip(raw, low[:, None], high[:, None]) * used


def _shares(seen: Bools, arm: Array) -> Array:
    """The share seen in everybody's arm (n, n), without each person."""
    same = arm[:, None] == arm[None, :]
    people, known = same.sum(axis=1), (same & seen).sum(axis=1)
    less = same.astype(np.float64)
    return np.asarray((known[None, :] - less * seen[:, None]) / (people[None, :] - less))


def _chances(seen: Bools, whole: weighting.Weights) -> Array:
    """Everybody's chance to be seen (n, n), by the logistic model fitted without each person."""
    x, n = whole.design, seen.size
    rows, columns, _ = triangle(x.shape[1])
    products = x[:, rows] * x[:, columns]
    chance, eta = np.broadcast_to(whole.chance, (n, n)), np.log(whole.chance / (1 - whole.chance))
    stays = 1 - np.eye(n)
    for _ in range(STEPS):
        # a small product for each fit: a single large one may differ in its last bit with the number of threads
        information = unpacked(((chance * (1 - chance) * stays)[:, None] @ products)[:, 0], x.shape[1])
        score = ((seen - chance) * stays) @ x
        eta = eta + np.linalg.solve(information, score[..., None])[..., 0] @ x.T
        chance = 1 / (1 + np.exp(-eta))
    return np.asarray(np.maximum(chance, 1e-12))


def _quantiles(values: Array, count: Array) -> tuple[Array, Array]:
    """The truncation quantiles (Hyndman–Fan type 7) of the first `count` ordered values of each row."""
    ordered = np.sort(values, axis=1)
    rows = np.arange(len(values))
    found = []
    for quantile in TRUNCATE:
        place = quantile * (count - 1)
        below = np.floor(place).astype(int)
        above = np.minimum(below + 1, count - 1)
        share = place - below
        found.append(ordered[rows, below] * (1 - share) + ordered[rows, above] * share)
    return found[0], found[1]
